"""The page of a figure: four panels under a heading, placed in inches, and text that any name fits in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.report.png import png_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET = "#1a1a1a", "#666666"
FONT = "DejaVu Sans"  # comes with matplotlib: the same figure on every machine


@dataclass(frozen=True, slots=True)
class Layout:
    """
    Where things are on a page of four panels. All lengths in inches, from the top left corner.

    Attributes
    ----------
    columns : int
        2 for photos that are wider than high, else 4.
    cell : float
        Width of a panel's place.
    image : tuple of float
        Width and height of the picture in it, in the photo's own proportions.
    size : tuple of float
        Width and height of the page.
    top, gap, margin, title, foot, bottom : float
        Heights of the heading, of a panel's title, of what is under its picture, of the page's last lines;
        widths between panels and at the sides.
    """

    columns: int
    cell: float
    image: tuple[float, float]
    size: tuple[float, float] = (0.0, 0.0)
    top: float = 0.78
    gap: float = 0.34
    margin: float = 0.34
    title: float = 0.44
    foot: float = 0.62
    bottom: float = 0.5

    def corner(self, index: int) -> tuple[float, float]:
        """Return left and top of a panel: where its title begins, flush with its picture."""
        row, column = divmod(index, self.columns)
        left = self.margin + column * (self.cell + self.gap) + (self.cell - self.image[0]) / 2
        return left, self.top + row * (self.title + self.image[1] + self.foot)

    def under(self, index: int) -> float:
        """Return where a panel's picture ends."""
        return self.corner(index)[1] + self.title + self.image[1]


def layout_for(shape: tuple[int, int]) -> Layout:
    """Return the page for a photo of so many rows and columns: two by two if wide, else four in a row."""
    aspect = shape[1] / shape[0]
    columns, cell, tallest = (2, 4.3, 4.3) if aspect >= 1 else (4, 2.9, 5.2)
    width = min(cell, tallest * aspect)
    plain = Layout(columns, cell, (width, width / aspect))
    across = 2 * plain.margin + columns * cell + (columns - 1) * plain.gap
    return Layout(columns, cell, plain.image, (across, plain.under(3) + plain.foot + plain.bottom))


class Page:
    """
    A page that is drawn on, without any of matplotlib's global state.

    Parameters
    ----------
    layout : Layout
    dots_per_inch : float
    """

    def __init__(self, layout: Layout, dots_per_inch: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.layout = layout
        self.figure = Figure(figsize=layout.size, dpi=dots_per_inch, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.image_columns = round(layout.image[0] * dots_per_inch)

    def axes(self, left: float, top: float, width: float, height: float) -> "Axes":
        """Return an empty frame without ticks or borders. All in inches from the top left corner."""
        across, down = self.layout.size
        axes = self.figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))
        axes.set(xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set_visible(False)
        return axes

    def picture(self, index: int, image: Any, **style: Any) -> "Axes":
        """Show an array as a panel's picture; its axes run from 0 to 1, downwards."""
        left, top = self.layout.corner(index)
        axes = self.axes(left, top + self.layout.title, *self.layout.image)
        axes.imshow(image, extent=(0, 1, 1, 0), aspect="auto", interpolation="nearest", **style)
        axes.set(xlim=(0, 1), ylim=(1, 0))
        for side in axes.spines.values():
            side.set(visible=True, linewidth=0.5, color="#b5b5b5")
        return axes

    def title(self, index: int, title: str, words: str) -> None:
        """Write a panel's letter and title, and a line below them."""
        left, top = self.layout.corner(index)
        self.write(left, top + 0.17, f"{'abcd'[index]}  {title}", 9.5, weight="bold")
        self.write(left, top + 0.36, words, 8.5)

    def write(self, left: float, top: float, text: str, size: float, **style: Any) -> None:
        """Write a line of text with its base line at `top`; characters without a glyph are written out."""
        across, down = self.layout.size
        settings: dict[str, Any] = {"color": INK, "family": FONT, "parse_math": False} | style
        self.figure.text(left / across, 1 - top / down, _drawable(text), fontsize=size, **settings)

    def stroke(self, left: float, top: float, width: float, **style: Any) -> None:
        """Draw a horizontal line from `left`, `width` long."""
        from matplotlib.lines import Line2D

        across, down = self.layout.size
        ends = [left / across, (left + width) / across]
        self.figure.add_artist(Line2D(ends, [1 - top / down] * 2, **style))

    def png(self, software: str) -> bytes:
        """Return the page as a PNG file that names the software and nothing else."""
        self.canvas.draw()
        pixels = np.asarray(self.canvas.buffer_rgba())[:, :, :3]
        return png_file(pixels, self.figure.dpi, software)


def halo(width: float, alpha: float) -> Sequence[Any]:
    """Return path effects that put a dark edge around a bright line, so that it shows on any skin."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width, foreground="black", alpha=alpha), Normal()]


def _drawable(text: str) -> str:
    """Write out the characters that the font has no glyph for; matplotlib would warn and draw boxes."""
    known = _glyphs()
    return "".join(c if ord(c) in known else f"\\u{ord(c):04x}" for c in text)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(FONT)).get_charmap())
