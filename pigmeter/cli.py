"""The command line: parse, make one library call, say what came of it, exit with a code for scripts."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pigmeter.errors import ChartError, OutputError, PhotoError, PigmeterError, ProfileError, UsageError
from pigmeter.version import VERSION

if TYPE_CHECKING:
    from pigmeter.batch.run import BatchResult
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.findings import Finding

EXIT_ALL_MEASURED, EXIT_SOME_NOT, EXIT_WRONG_CALL, EXIT_ENVIRONMENT, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


def _point(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is no point; write x,y in pixels, for example 120,64.5"
        raise click.BadParameter(message) from None
    return x, y


class _Commands(click.Group):
    """Commands whose expected errors are a sentence on stderr and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OutputError as error:
            _leave(f"Error: {error}", EXIT_ENVIRONMENT)
        except PigmeterError as error:
            _leave(f"Error: {error}", EXIT_WRONG_CALL)
        except KeyboardInterrupt:
            _leave("Interrupted. What was written is whole; run the same command again.", EXIT_INTERRUPTED)


_CHART = click.option(
    "--chart", "kind", metavar="KIND", help="Kind of the colour chart; recognised if not given."
)
_CORNERS = click.option(
    "--chart-corners",
    "corners",
    nargs=4,
    type=_point,
    metavar="X,Y X,Y X,Y X,Y",
    help="Where no chart is found: the middles of its four corner patches, in pixels, in any order.",
)
_PROFILE = click.option(
    "--profile",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A saved profile that serves every photo.",
)
_KNOWN = (
    click.option(
        "--lamp",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Spectrum of the lamp, if known: CSV wavelength, power; any unit.",
    ),
    click.option(
        "--camera", help="Name of a camera that ships, or its sensitivities: CSV wavelength, R, G, B."
    ),
    click.option(
        "--earlier",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="A profile of the same camera at an earlier visit; may be given again.",
    ),
)


def _known(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is known of lamp and camera."""
    for option in reversed(_KNOWN):
        command = option(command)
    return command


_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(VERSION, prog_name="pigmeter")
def main() -> None:
    """
    Turn any camera and a colour chart into a skin colorimeter.

    It measures; it does not diagnose. Nothing is sent anywhere.

    Exit codes: 0 everything was measured, 1 some photos were not, 2 the call was wrong or nothing was found,
    3 results could not be written.
    """


@main.command()
@_PATHS
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results; made if need be.",
)
@_PROFILE
@_known
@_CHART
@_CORNERS
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Photos at the same time."
)
@click.option("--maps", is_flag=True, help="Write every map as a float TIFF file too.")
@click.option("--no-figures", is_flag=True, help="Do not draw a figure per photo.")
@click.option(
    "--figure-scale",
    type=click.Choice(["photo", "fixed"]),
    default="photo",
    show_default=True,
    help="Colours of a figure: the range of its photo, or the same range in every figure.",
)
@_JSON
def measure(
    paths: tuple[Path, ...],
    out: Path,
    profile: Path | None,
    lamp: Path | None,
    camera: str | None,
    earlier: tuple[Path, ...],
    kind: str | None,
    corners: tuple[tuple[float, float], ...] | None,
    jobs: int,
    maps: bool,
    no_figures: bool,
    figure_scale: str,
    as_json: bool,
) -> None:
    """
    Measure photos and folders of photos.

    Folders are searched with all their folders. A photo without a colour chart is served by the nearest chart
    of its session: same folder, same camera, same settings. Writes measurements.csv, measurements.json,
    findings.csv and a figure per photo.
    """
    result = _run(
        paths,
        out,
        profile=profile,
        knowledge=_knowledge(lamp, camera, earlier),
        chart=kind,
        chart_corners=corners or None,
        jobs=jobs,
        maps=maps,
        figures=not no_figures,
        figure_scale=figure_scale,
    )
    _report(result, out, as_json)


@main.command("profile")
@click.argument("photo", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The profile's file."
)
@_known
@_CHART
@_CORNERS
@click.option(
    "--patches",
    type=click.Choice(["linear", "encoded"]),
    help="PHOTO is a table of patch readings (CSV: patch,r,g,b), linear or sRGB-encoded values.",
)
@_JSON
def save_profile(
    photo: Path,
    out: Path,
    lamp: Path | None,
    camera: str | None,
    earlier: tuple[Path, ...],
    kind: str | None,
    corners: tuple[tuple[float, float], ...] | None,
    patches: str | None,
    as_json: bool,
) -> None:
    """
    Fit a profile to the chart in PHOTO and save it.

    Use it with --profile for photos of the same camera, light and settings.
    """
    import numpy as np

    from pigmeter.colour.chart import find_chart
    from pigmeter.colour.session import fit_profile, fit_profile_from_file
    from pigmeter.photo.reader import read_photo

    if not photo.is_file():
        raise UsageError("PATH_MISSING", "there is no such file", "Check the spelling", file=photo.name)
    knowledge = _knowledge(lamp, camera, earlier)
    notes: tuple[Finding, ...] = ()
    try:
        if patches:
            fitted = fit_profile_from_file(
                photo, chart=kind, rendered=patches == "encoded", knowledge=knowledge
            )
        else:
            opened = read_photo(photo)
            chart = find_chart(opened, kind=kind, corners=np.array(corners) if corners else None)
            fitted = fit_profile(opened, chart=chart, knowledge=knowledge)
            notes = opened.findings + chart.findings
    except (PhotoError, ChartError, ProfileError) as error:
        _leave(f"Error: {error}", EXIT_SOME_NOT)
    fitted.save(out)
    for finding in (*notes, *fitted.findings):
        _say(f"note: {finding.message}")
    quality = ", ".join(f"{name} {value:.3g}" for name, value in fitted.quality.items())
    for claim, weight in fitted.known.items():
        _say(f"known {claim}: {100 * weight:.0f} % probable by the chart")
    _say(f"Profile {fitted.id} of a {fitted.chart_kind} chart ({quality}): {out}")
    if as_json:
        from pigmeter.files import json_text

        document = {
            "profile": fitted.id,
            "chart_kind": fitted.chart_kind,
            "quality": dict(fitted.quality),
            "known": dict(fitted.known),
        }
        click.echo(json_text(document).encode(), nl=False)


@main.command()
@_PATHS
@_PROFILE
@_known
@_CHART
@_CORNERS
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Photos at the same time."
)
@_JSON
def check(
    paths: tuple[Path, ...],
    profile: Path | None,
    lamp: Path | None,
    camera: str | None,
    earlier: tuple[Path, ...],
    kind: str | None,
    corners: tuple[tuple[float, float], ...] | None,
    jobs: int,
    as_json: bool,
) -> None:
    """
    Say whether photos would be measured, and if not, why and what to do. Writes nothing.

    Exit code 0 if all would be measured, else 1.
    """
    result = _run(
        paths,
        None,
        profile=profile,
        knowledge=_knowledge(lamp, camera, earlier),
        chart=kind,
        chart_corners=corners or None,
        jobs=jobs,
    )
    for record in result.records:
        if record.measured:
            _say(f"{record.photo}: would be measured ({_served_words(record)})")
        else:
            _say(f"{record.photo}: would not be measured: {record.reason}. {record.remedy}. [{record.code}]")
        for finding in record.findings:
            _say(f"    note: {finding.message}")
    _finish(result, as_json)


@main.command()
@click.option(
    "-o",
    "--out",
    default="demo-output",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results; made if need be.",
)
@_JSON
def demo(out: Path, as_json: bool) -> None:
    """Measure the sample photos that come with pigmeter: drawn ones, whose true values lie beside them."""
    from importlib.resources import as_file, files

    with as_file(files("pigmeter.samples")) as folder:
        result = _run((folder,), out)
    _report(result, out, as_json)


def _knowledge(lamp: Path | None, camera: str | None, earlier: tuple[Path, ...]) -> "Knowledge | None":
    """Read what is known of lamp and camera; None if nothing was said."""
    if lamp is None and camera is None and not earlier:
        return None
    from pigmeter.colour.knowledge import Knowledge, read_camera, read_lamp
    from pigmeter.colour.profile_files import load_profile

    return Knowledge(
        lamp=None if lamp is None else read_lamp(lamp),
        camera=None if camera is None else read_camera(camera),
        earlier=tuple(load_profile(path) for path in earlier),
    )


def _run(paths: tuple[Path, ...], out: Path | None, **options: Any) -> "BatchResult":
    from pigmeter.batch.run import measure_folder
    from pigmeter.report.progress import show_progress

    with show_progress(sys.stderr) as show:
        return measure_folder(list(paths), out, progress=lambda p: show(p.done, p.total), **options)


def _report(result: "BatchResult", out: Path, as_json: bool) -> None:
    """Say what a run found and where the results are."""
    from shutil import get_terminal_size

    from pigmeter.report.tables import short_table

    width = max(80, get_terminal_size().columns) if sys.stderr.isatty() else 200
    _say(short_table(result.records, width))
    _say("")
    for record in result.records:
        if not record.measured:
            _say(f"{record.photo}: {record.reason}. {record.remedy}.")
    _say(f"Table: {out / 'measurements.csv'}")
    figure = next((record.figure for record in result.records if record.figure), None)
    if figure:
        _say(f"First figure: {out / figure}")
    _finish(result, as_json)


def _finish(result: "BatchResult", as_json: bool) -> None:
    counts = result.counts
    words = [
        f"{counts[key]} {key}"
        for key in ("measured", "refused", "failed")
        if counts[key] or key == "measured"
    ]
    if counts["skipped"]:
        words.append(f"{counts['skipped']} other {'file' if counts['skipped'] == 1 else 'files'} left aside")
    _say(", ".join(words))
    if as_json:
        from pigmeter.files import json_text

        click.echo(json_text(result.document()).encode(), nl=False)
    if not result.all_measured:
        click.get_current_context().exit(EXIT_SOME_NOT)


def _served_words(record: Any) -> str:
    skin = record.rows[0]["n"] if record.rows else 0
    chart = f"{record.chart['kind']} chart, " if record.chart else ""
    return f"{chart}{record.profile_source}, {skin:,} pixels of skin"


def _say(text: str) -> None:
    click.echo(text, err=True)


def _leave(text: str, code: int) -> NoReturn:
    _say(text)
    sys.exit(code)
