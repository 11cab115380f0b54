"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pigmeter.colour.knowledge import Knowledge

_File = click.Path(dir_okay=False, path_type=Path)


def _point(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is no point; write x,y in pixels, for example 120,64.5"
        raise click.BadParameter(message) from None
    return x, y


PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
FOLDER = click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results; made if need be.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Photos at the same time."
)
PROFILE = click.option("--profile", type=_File, help="A saved profile that serves every photo.")
CHART = (
    click.option("--chart", metavar="KIND", help="Kind of the colour chart; recognised if not given."),
    click.option(
        "--chart-corners",
        nargs=4,
        type=_point,
        metavar="X,Y X,Y X,Y X,Y",
        help="Where no chart is found: the middles of its four corner patches, in pixels, in any order.",
    ),
)
KNOWN = (
    click.option(
        "--lamp", type=_File, help="Spectrum of the lamp, if known: CSV wavelength, power; any unit."
    ),
    click.option(
        "--camera", help="Name of a camera that ships, or its sensitivities: CSV wavelength, R, G, B."
    ),
    click.option(
        "--earlier",
        multiple=True,
        type=_File,
        help="A profile of the same camera at an earlier visit; may be given again.",
    ),
)


def _face(
    context: click.Context, option: click.Parameter, text: str | None
) -> int | tuple[float, float] | None:
    if text is None:
        return None
    return int(text) if text.isdecimal() else _point(text)


FACE = click.option(
    "--face",
    callback=_face,
    metavar="NUMBER|X,Y",
    help="Measure the regions of a face: the largest is 1; or a point on it, in pixels.",
)
LANDMARKS = click.option(
    "--landmarks",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Landmarks of the faces, JSON, in the order of MediaPipe's face mesh.",
)
PLACES = (
    click.option(
        "--regions",
        type=click.Path(exists=True, path_type=Path),
        help="Regions to measure: a file or folder of ours, of LabelMe or COCO, or painted masks.",
    ),
    LANDMARKS,
    FACE,
)
DETAIL = (
    click.option("--mm-per-pixel", type=float, help="Side of a photo pixel in mm, where no chart tells it."),
    click.option("--resolution", type=float, help="Side of a map pixel in mm.  [default: 0.1]"),
    click.option("--full-resolution", is_flag=True, help="A map pixel for every pixel of the photo."),
)


def with_options(
    *options: Callable[[Callable[..., None]], Callable[..., None]],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add options to a command, listed in its help in the order given."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def knowledge_of(given: dict[str, Any]) -> "Knowledge | None":
    """Take what is known of lamp and camera out of the options and read it; None if nothing was said."""
    lamp, camera, earlier = given.pop("lamp"), given.pop("camera"), given.pop("earlier")
    if lamp is None and camera is None and not earlier:
        return None
    from pigmeter.colour.knowledge import Knowledge, read_camera, read_lamp
    from pigmeter.colour.profile_files import load_profile

    return Knowledge(
        lamp=None if lamp is None else read_lamp(lamp),
        camera=None if camera is None else read_camera(camera),
        earlier=tuple(load_profile(path) for path in earlier),
    )
