"""`pigmeter regions`: a first proposal of regions, to be edited."""

from pathlib import Path
from typing import Any

import click

from pigmeter.cli.answers import EXIT_SOME_NOT, leave, say
from pigmeter.cli.options import FACE, LANDMARKS, PROFILE, with_options
from pigmeter.errors import MeasurementError, PhotoError, UsageError


@click.command("regions")
@click.argument("photo", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The regions' file."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw them over the photo too, as a PNG file.",
)
@with_options(PROFILE, LANDMARKS, FACE)
@click.option("--halves", is_flag=True, help="Split a face's regions into mirrored pairs, left and right.")
@click.option("--on-face", is_flag=True, help="Write places on the face, for all photos and visits.")
def propose(photo: Path, out: Path, picture: Path | None, **given: Any) -> None:
    """
    Propose regions for PHOTO: those of a face, or the skin of a close-up.

    Edit the file, or draw over it in LabelMe, then give it to measure with --regions.
    """
    from pigmeter.measurement.proposals import propose_regions
    from pigmeter.photo.reader import read_photo
    from pigmeter.regions.region_files import write_regions

    if not photo.is_file():
        raise UsageError("PATH_MISSING", "there is no such file", "Check the spelling", file=photo.name)
    if picture is not None and given["on_face"]:
        raise UsageError(
            "PICTURE_ON_FACE",
            "a picture was asked for, and places on a face belong to no one photo",
            "Leave --picture or --on-face out",
        )
    profile = None
    if given["profile"] is not None:
        from pigmeter.colour.profile_files import load_profile

        profile = load_profile(given["profile"])
    try:
        opened = read_photo(photo)
        outlines = propose_regions(
            opened,
            profile=profile,
            landmarks=given["landmarks"],
            face=given["face"],
            halves=given["halves"],
            on_face=given["on_face"],
        )
    except (PhotoError, MeasurementError) as error:
        leave(f"Error: {error}", EXIT_SOME_NOT)
    if given["on_face"]:
        write_regions(out, outlines)
    else:
        write_regions(out, outlines, photo=photo.name, shape=opened.shape)
    if picture is not None:
        from pigmeter.files import write_bytes
        from pigmeter.report.proposal_figure import draw_proposal

        write_bytes(picture, draw_proposal(opened, outlines))
        say(f"Picture: {picture}")
    say(f"Proposed: {', '.join(outline.name for outline in outlines)}. Left and right are the person's.")
    say(f"Regions: {out}. Look at them and edit them before you measure.")
