"""`pigmeter repeatability`: what the user's own repeats tell of photos of unchanged skin."""

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from pigmeter.cli.answers import EXIT_SOME_NOT, say
from pigmeter.cli.measuring import run_batch
from pigmeter.cli.options import (
    CHART,
    DETAIL,
    JOBS,
    JSON,
    KNOWN,
    PATHS,
    PLACES,
    PROFILE,
    with_options,
)

if TYPE_CHECKING:
    from pigmeter.comparison.repeatability import Repeatability

_SHOWN = (
    "melanin_index", "haemoglobin_index", "erythema_index", "L", "ita", "colour_evenness", "texture",
    "dark_spots_severity",
)  # fmt: skip


@click.command("repeatability")
@PATHS
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@with_options(PROFILE, *KNOWN, *CHART, *PLACES, *DETAIL, JOBS, JSON)
def repeat(paths: tuple[Path, ...], out: Path, as_json: bool, **given: Any) -> None:
    """
    Learn from repeated photos how far unchanged skin differs from one photo to the next.

    Photos of one subject and site lie in one folder, or differ by a last number or letter in their names
    (anna-cheek-1.jpg, anna-cheek-2.jpg). Each is taken anew: the subject gets up and comes back. Give the
    file to compare with --repeatability.
    """
    from pigmeter.comparison.repeatability import fit_repeatability

    result = run_batch(paths, None, given)
    subjects: dict[str, list[Any]] = {}
    for record in result.records:
        if record.measured:
            subjects.setdefault(subject_of(record.photo), []).append(record.rows)
        else:
            say(f"{record.photo}: {record.reason}. {record.remedy}.")
    alone = sorted(name for name, photos in subjects.items() if len(photos) < 2)
    for name in alone:
        say(f"{name}: one photo only, which repeats nothing; it is left out")
    found = fit_repeatability(subjects)
    found.save(out)
    _say(found)
    say(f"Repeatability: {out}. Give it to compare with --repeatability.")
    if as_json:
        click.echo(out.read_bytes(), nl=False)
    if not result.all_measured:
        click.get_current_context().exit(EXIT_SOME_NOT)


def subject_of(photo: str) -> str:
    """Return the name that repeats share: their folder, or their own without its last number or letter."""
    path = PurePosixPath(photo)
    if len(path.parts) > 1:
        return str(path.parent)
    return re.sub(r"[-_ ]?(\d+|(?<=[-_ ])[A-Za-z])$", "", path.stem) or path.stem


def _say(found: "Repeatability") -> None:
    say(f"{found.photos} photos of {found.subjects} {'subject' if found.subjects == 1 else 'subjects'}")
    say(f"{'quantity':24s} {'SD of one photo':>16s} {'told apart from':>16s}  unit")
    for key in _SHOWN:
        one = found.quantities.get(key)
        if one is not None:
            say(f"{key:24s} {one.sd:16.2f} {one.detectable:16.2f}  {one.unit}")
