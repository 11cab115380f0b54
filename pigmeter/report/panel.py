"""A picture on a page that shows a part of a photo: what lies where in it, its frame, its bar of length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.photo.places import photo_places
from pigmeter.reference import limit
from pigmeter.report.page import INK, Page, halo
from pigmeter.report.pictures import View, view_of

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Panel:
    """
    Where a picture stands on a page, and what part of the photo it shows.

    Attributes
    ----------
    left, top, width, height : int
        Of the picture. [page px]
    origin : tuple of float
        x and y of the photo at the picture's top left corner, counted from the photo's own corner. [photo px]
    zoom : tuple of float
        Page pixels per photo pixel, across and down.
    """

    left: int
    top: int
    width: int
    height: int
    origin: tuple[float, float]
    zoom: tuple[float, float]

    @property
    def right(self) -> int:
        """Where the picture ends. [page px]"""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Where the picture ends, downwards. [page px]"""
        return self.top + self.height

    def place(self, points: np.ndarray) -> np.ndarray:
        """Return where points of the photo (x, y; middles of pixels are whole) lie on the page. [px]"""
        away = np.asarray(points, dtype=float) + 0.5 - self.origin
        return np.asarray(away * self.zoom + (self.left, self.top))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Return which points of the page lie in the picture."""
        low, high = (self.left, self.top), (self.right, self.bottom)
        return np.asarray(((points >= low) & (points <= high)).all(axis=-1))


def view_on_skin(measurement: "Measurement") -> View:
    """Return the part of the photo that its maps show: what holds skin (``zoom_*`` of the limits)."""
    return view_of(
        measurement.skin, *(limit("figures", f"zoom_{key}") for key in ("margin", "below", "least"))
    )


def whole_photo(photo: Photo, left: int, top: int, width: int) -> Panel:
    """Return a panel so wide that shows all of a photo."""
    rows, columns = photo.shape
    height = max(1, round(rows * width / columns))
    return Panel(left, top, width, height, (0.0, 0.0), (width / columns, height / rows))


def part_of(view: View, scale: int, left: int, top: int, width: int) -> Panel:
    """Return a panel so wide that shows a part of a photo's maps, of `scale` photo pixels per map pixel."""
    height = max(1, round(view.height * width / view.width))
    origin = (float(scale * view.left), float(scale * view.top))
    return Panel(
        left, top, width, height, origin, (width / (scale * view.width), height / (scale * view.height))
    )


def scale_bar(page: Page, panel: Panel, measurement: "Measurement", share: float = 0.27) -> None:
    """Draw a bar of a round length below a picture at its right: mm, or pixels where the scale is unknown."""
    per_pixel = measurement.mm_per_pixel / measurement.scale if measurement.mm_per_pixel else 1.0
    across = panel.width / panel.zoom[0] * per_pixel
    length = round_length(share * across)
    width = length / across * panel.width
    left, top = panel.right - width, panel.bottom + page.dots(0.1)
    right, below = panel.right, top + page.dots(0.045)
    page.area(np.array([(left, top), (right, top), (right, below), (left, below)]), INK, antialiased=False)
    unit = "mm" if measurement.mm_per_pixel else "px"
    middle, line = (left + width / 2) / page.dpi, below / page.dpi + 0.13
    page.write(middle, line, f"{length:g} {unit}", 7.5, ha="center")


def round_length(longest: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is at most `longest`."""
    power = 10.0 ** (np.floor(np.log10(longest)) - 1)  # one less: a logarithm may be rounded up
    return float(max(step * power for step in (1, 2, 5, 10, 20, 50) if step * power <= longest))


def draw_outlines(
    page: Page,
    panel: Panel,
    paths: Sequence[np.ndarray],
    colour: str = "white",
    *,
    edge: str = "black",
    **style: Any,
) -> None:
    """
    Draw outlines over a picture, each with a dark or light edge so that it shows on any skin.

    Parameters
    ----------
    page : Page
    panel : Panel
    paths : sequence of array, shape (n, 2)
        x and y of the photo. [px]
    colour, edge : str
    **style
        Of matplotlib's line collections.
    """
    width = float(style.pop("linewidths", 1.0))
    page.lines(
        [panel.place(path) for path in paths],
        colors=colour,
        linewidths=width,
        path_effects=halo(width + 1.2, 0.6, edge),
        clip_box=page.clip(panel.left, panel.top, panel.right, panel.bottom),
        **style,
    )


def on_photo(paths: Sequence[np.ndarray], scale: int, view: View | None = None) -> list[np.ndarray]:
    """Return outlines on a map, or on the part of it in a view, as x and y of the photo. [px]"""
    corner = (view.left, view.top) if view else (0, 0)
    return [photo_places(path + corner, scale) for path in paths]
