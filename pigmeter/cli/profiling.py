"""`pigmeter profile`: fit a profile to a chart and keep it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pigmeter.cli.answers import EXIT_SOME_NOT, leave, say
from pigmeter.cli.options import CHART, JSON, KNOWN, knowledge_of, with_options
from pigmeter.errors import ChartError, PhotoError, ProfileError, UsageError

if TYPE_CHECKING:
    from pigmeter.findings import Finding


@click.command("profile")
@click.argument("photo", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The profile's file."
)
@with_options(*KNOWN, *CHART)
@click.option(
    "--patches",
    type=click.Choice(["linear", "encoded"]),
    help="PHOTO is a table of patch readings (CSV: patch,r,g,b), linear or sRGB-encoded values.",
)
@JSON
def save_profile(photo: Path, out: Path, patches: str | None, as_json: bool, **given: Any) -> None:
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
    knowledge = knowledge_of(given)
    kind, corners = given["chart"], given["chart_corners"]
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
        leave(f"Error: {error}", EXIT_SOME_NOT)
    fitted.save(out)
    for finding in (*notes, *fitted.findings):
        say(f"note: {finding.message}")
    quality = ", ".join(f"{name} {value:.3g}" for name, value in fitted.quality.items())
    for claim, weight in fitted.known.items():
        say(f"known {claim}: {100 * weight:.0f} % probable by the chart")
    say(f"Profile {fitted.id} of a {fitted.chart_kind} chart ({quality}): {out}")
    if as_json:
        from pigmeter.files import json_text

        document = {
            "profile": fitted.id,
            "chart_kind": fitted.chart_kind,
            "quality": dict(fitted.quality),
            "known": dict(fitted.known),
        }
        click.echo(json_text(document).encode(), nl=False)
