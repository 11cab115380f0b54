"""`pigmeter compare`: two visits of the same skin, and what changed between them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pigmeter.cli.answers import EXIT_SOME_NOT, leave, say
from pigmeter.cli.options import DETAIL, FOLDER, JSON, PLACES, PROFILE, with_options
from pigmeter.errors import ChartError, MeasurementError, PhotoError, ProfileError

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@FOLDER
@with_options(PROFILE)
@click.option("--profile-after", type=_File, help="A saved profile of the follow-up, if it needs another.")
@with_options(*PLACES)
@click.option("--landmarks-after", type=_File, help="Landmarks of the follow-up, if in another file.")
@click.option("--control", metavar="REGION", help="Region of untreated skin, to be taken off every change.")
@click.option("--split-face", is_flag=True, help="Compare the changes of left and right of each site.")
@click.option("--indication", metavar="NAME", help="What is treated: which way is better, and what counts.")
@click.option(
    "--treatment", type=_File, help="Record of the treatment, JSON or TOML; carried to the results."
)
@click.option("--repeatability", type=_File, help="How far your own repeats differ: see that command.")
@click.option("--visits", type=_File, help="Dates, sides, polarisation of both visits, JSON or TOML.")
@with_options(*DETAIL)
@click.option("--mm-per-pixel-after", type=float, help="Of the follow-up, where it differs.")
@JSON
def compare(before: Path, after: Path, out: Path, as_json: bool, **given: Any) -> None:
    """
    Compare two photos of the same skin: BEFORE and AFTER.

    Aligns them, holds every change against the smallest that could be told from noise, and follows each spot.
    Writes comparison.html (open it in any browser), comparison.png, changes.csv, spot_changes.csv,
    findings.csv and comparison.json.

    Exit code 1: the photos cannot be compared, and why.
    """
    from pigmeter.comparison.comparison import compare as compare_visits
    from pigmeter.report.comparison_files import write_comparison

    options = _read(given)
    try:
        change = compare_visits(before, after, **options)
    except (PhotoError, ChartError, ProfileError, MeasurementError) as error:
        leave(f"Error: {error}", EXIT_SOME_NOT)
    written = write_comparison(change, out)
    _say(change)
    say(f"Page: {written['comparison.html']}")
    if as_json:
        click.echo(written["comparison.json"].read_bytes(), nl=False)


def _read(given: dict[str, Any]) -> dict[str, Any]:
    """Read the files that options name, and call them as the library does."""
    from pigmeter.colour.profile_files import load_profile
    from pigmeter.comparison.repeatability import read_repeatability
    from pigmeter.comparison.treatment import read_treatment
    from pigmeter.comparison.visit import read_visits

    readers = {
        "profile": load_profile,
        "profile_after": load_profile,
        "repeatability": read_repeatability,
        "treatment": read_treatment,
        "visits": read_visits,
    }
    for name, reader in readers.items():
        if given[name] is not None:
            given[name] = reader(given[name])
    return given


def _say(change: "Change") -> None:
    say(change.verdict)
    for finding in change.findings:
        say(f"note: {finding.message}")
