"""`pigmeter measure`, `check` and `demo`: photos and folders of photos become numbers and pictures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pigmeter.cli.answers import say, say_counts, say_result, unmeasured_regions
from pigmeter.cli.options import (
    CHART,
    DETAIL,
    FOLDER,
    JOBS,
    JSON,
    KNOWN,
    PATHS,
    PLACES,
    PROFILE,
    knowledge_of,
    with_options,
)

if TYPE_CHECKING:
    from pigmeter.batch.run import BatchResult


@click.command()
@PATHS
@FOLDER
@with_options(PROFILE, *KNOWN, *CHART, *PLACES, *DETAIL, JOBS)
@click.option("--maps", is_flag=True, help="Write every map as a float TIFF file too.")
@click.option(
    "--figures",
    type=click.Choice(["none", "overview", "all"]),
    default="all",
    show_default=True,
    help="Pictures of each photo: one page, or also a page per map, spots and evenness.",
)
@click.option(
    "--scale",
    type=click.Choice(["fixed", "shared", "photo"]),
    default="fixed",
    show_default=True,
    help="Colours of the maps: the same in every run, one range for this run, or each photo's own.",
)
@JSON
def measure(paths: tuple[Path, ...], out: Path, as_json: bool, **given: Any) -> None:
    """
    Measure photos and folders of photos.

    Folders are searched with all their folders. A photo without a colour chart is served by the nearest chart
    of its session: same folder, same camera, same settings. Writes measurements.csv, measurements.json,
    spots.csv, findings.csv, figures of each photo and a contact sheet.
    """
    say_result(run_batch(paths, out, given), out, as_json)


@click.command()
@PATHS
@with_options(PROFILE, *KNOWN, *CHART, *PLACES, *DETAIL, JOBS, JSON)
def check(paths: tuple[Path, ...], as_json: bool, **given: Any) -> None:
    """
    Say whether photos would be measured, and if not, why and what to do. Writes nothing.

    Exit code 0 if all would be measured, else 1.
    """
    result = run_batch(paths, None, given)
    for record in result.records:
        if record.measured:
            say(f"{record.photo}: would be measured ({_served_words(record)})")
        else:
            say(f"{record.photo}: would not be measured: {record.reason}. {record.remedy}. [{record.code}]")
        for note in (*unmeasured_regions(record), *(finding.message for finding in record.findings)):
            say(f"    note: {note}")
    say_counts(result, as_json)


@click.command()
@click.option(
    "-o",
    "--out",
    default="demo-output",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results; made if need be.",
)
@JSON
def demo(out: Path, as_json: bool) -> None:
    """
    Measure the sample photos that come with pigmeter, and compare each subject's two visits.

    They are drawn; their true values lie beside them.
    """
    from importlib.resources import as_file, files

    with as_file(files("pigmeter.samples")) as folder:
        result = run_batch((folder,), out, {})
        for subject in sorted(path.parent for path in folder.glob("*/follow-up.jpg")):
            _compare_samples(subject, out / "compared" / subject.name)
    say_result(result, out, as_json)


def _compare_samples(subject: Path, out: Path) -> None:
    from pigmeter.comparison.comparison import compare
    from pigmeter.report.comparison_files import write_comparison

    change = compare(subject / "baseline.jpg", subject / "follow-up.jpg", indication="hyperpigmentation")
    page = write_comparison(change, out)["comparison.html"]
    say(f"{subject.name}: {change.verdict}")
    say(f"    {page}")


def run_batch(paths: tuple[Path, ...], out: Path | None, given: dict[str, Any]) -> "BatchResult":
    """Return what is measured with a command's options, as the library calls them."""
    from pigmeter.batch.run import measure_folder
    from pigmeter.report.progress import show_progress

    if "lamp" in given:
        given["knowledge"] = knowledge_of(given)
    given["chart_corners"] = given.get("chart_corners") or None
    with show_progress(sys.stderr) as show:
        return measure_folder(list(paths), out, progress=lambda p: show(p.done, p.total), **given)


def _served_words(record: Any) -> str:
    skin = record.rows[0]["n"] if record.rows else 0
    chart = f"{record.chart['kind']} chart, " if record.chart else ""
    return f"{chart}{record.profile_source}, {skin:,} pixels of skin"
