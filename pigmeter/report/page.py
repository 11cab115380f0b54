"""A page to print: pictures pasted pixel by pixel, lines and text over them, placed in inches."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.report.png import png_file

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.transforms import Bbox

INK, QUIET, FRAME = "#1a1a1a", "#666666", "#b5b5b5"
FONT = "DejaVu Sans"  # comes with matplotlib: the same figure on every machine
PAPER = (8.27, 11.69)  # A4 [inch]
MARGIN = 0.36  # [inch]
# Drawing holds the interpreter anyway, and matplotlib promises nothing about threads: one page at a time.
DRAWING = threading.Lock()


class Page:
    """
    A page that is drawn on, without any of matplotlib's global state.

    Parameters
    ----------
    width, height : float
        [inch]
    dots_per_inch : float

    Notes
    -----
    Pictures are copied into the page as they are, so that a colour on the page is a colour of its scale;
    matplotlib draws what has edges: lines and letters. Axes are not used, they take 7 ms each.
    """

    def __init__(self, width: float, height: float, dots_per_inch: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.dpi = dots_per_inch
        self.size = (width, height)
        self.figure = Figure(figsize=self.size, dpi=dots_per_inch)
        self.figure.patch.set_visible(False)
        self.canvas = FigureCanvasAgg(self.figure)
        self.pictures: list[tuple[int, int, np.ndarray]] = []
        rows = int(self.figure.bbox.height)
        self._dots = Affine2D().scale(1, -1).translate(0, rows)
        self._inches = Affine2D().scale(self.dpi, -self.dpi).translate(0, rows)

    def dots(self, inches: float) -> int:
        """Return a length on the page. [px]"""
        return round(inches * self.dpi)

    def paste(self, left: int, top: int, picture: np.ndarray) -> None:
        """Put an RGB picture, uint8, with its top left pixel at `left`, `top`. [px]"""
        self.pictures.append((left, top, picture))

    def line(self, points: np.ndarray, **style: Any) -> None:
        """Draw a line through points, shape (n, 2), in pixels of the page; a whole number is an edge."""
        self.lines([points], **style)

    def lines(self, paths: Sequence[np.ndarray], **style: Any) -> None:
        """Draw many lines of one style; see `line`."""
        from matplotlib.collections import LineCollection

        if paths:
            settings: dict[str, Any] = {"capstyle": "butt", "snap": False} | style
            artist = LineCollection(list(paths), transform=self._dots, **settings)
            self.figure.add_artist(artist)

    def clip(self, left: int, top: int, right: int, bottom: int) -> "Bbox":
        """Return a box of the page [px] that a line can be kept in, as its ``clip_box``."""
        from matplotlib.transforms import Bbox

        rows = self.figure.bbox.height
        return Bbox.from_extents(left, rows - bottom, right, rows - top)

    def area(self, corners: np.ndarray, colour: str | np.ndarray, **style: Any) -> None:
        """Fill a polygon, shape (n, 2), in pixels of the page."""
        from matplotlib.patches import Polygon

        patch = Polygon(corners, facecolor=colour, transform=self._dots, **{"linewidth": 0} | style)
        self.figure.add_artist(patch)

    def box(self, left: int, top: int, width: int, height: int, colour: str = FRAME) -> None:
        """Draw a thin frame around a picture. [px]"""
        right, bottom = left + width, top + height
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], float)
        self.line(corners, colors=colour, linewidths=0.5, snap=True)

    def stroke(self, left: float, top: float, width: float, **style: Any) -> None:
        """Draw a level line `width` long. [inch]"""
        self.line(np.array([(left, top), (left + width, top)]) * self.dpi, **style)

    def write(self, left: float, top: float, text: str, size: float, **style: Any) -> None:
        """Write a line of text with its base line at `top` [inch]; see `drawable`."""
        font = _font(size, str(style.pop("weight", "normal")))
        settings: dict[str, Any] = {"color": INK, "parse_math": False} | style
        self.figure.text(left, top, drawable(text), fontproperties=font, transform=self._inches, **settings)

    def width_of(self, text: str, size: float, weight: str = "normal") -> float:
        """Return how long a line of text gets. [inch]"""
        renderer = self.canvas.get_renderer()
        width, _, _ = renderer.get_text_width_height_descent(drawable(text), _font(size, weight), False)
        return float(width) / self.dpi

    def fitted(
        self, text: str, size: float, longest: float, weight: str = "normal", *, keep: str = "end"
    ) -> str:
        """
        Return as much of a text as fits.

        Parameters
        ----------
        text : str
        size : float
            [pt]
        longest : float
            [inch]
        weight : str
        keep : {"end", "start"}
            What stays of a text that is too long: of a path, its end says most.
        """
        if self.width_of(text, size, weight) <= longest:
            return text
        kept, lost = 0, len(text)  # so many characters fit, so many do not
        while lost - kept > 1:
            middle = (kept + lost) // 2
            fits = self.width_of(_cut(text, middle, keep), size, weight) <= longest
            kept, lost = (middle, lost) if fits else (kept, middle)
        return _cut(text, kept, keep)

    def paragraph(
        self,
        left: float,
        top: float,
        text: str,
        size: float,
        longest: float,
        *,
        lowest: float = np.inf,
        **style: Any,
    ) -> float:
        """
        Write words over as many lines as they need.

        Parameters
        ----------
        left, top : float
            Of the first base line. [inch]
        text : str
        size : float
            Of the letters. [pt]
        longest : float
            Of a line; a longer word is cut. [inch]
        lowest : float
            Base line of the last line there is room for; what is left then is cut. [inch]
        **style
            Of `write`.

        Returns
        -------
        float
            Where the next line would stand. [inch]
        """
        step = size / 52
        words = text.split(" ")
        while words:
            line = words.pop(0)
            while words and self.width_of(f"{line} {words[0]}", size) <= longest:
                line += f" {words.pop(0)}"
            last = top + step > lowest
            if last and words:
                line += " …"
            self.write(left, top, self.fitted(line, size, longest, keep="start"), size, **style)
            top += step
            if last:
                break
        return top

    def pixels(self) -> np.ndarray:
        """Return the page as RGB, shape (rows, columns, 3)."""
        renderer = self.canvas.get_renderer()
        page = np.asarray(renderer.buffer_rgba())
        page[:] = 255
        for left, top, picture in self.pictures:
            page[top : top + picture.shape[0], left : left + picture.shape[1], :3] = picture
        self.figure.draw(renderer)
        return page[:, :, :3]

    def png(self, software: str) -> bytes:
        """Return the page as a PNG file that names the software and nothing else."""
        return png_file(self.pixels(), self.dpi, software)


def halo(width: float, alpha: float, colour: str = "black") -> Sequence[Any]:
    """Return path effects that put an edge around a line or a letter, so that it shows on any skin."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width, foreground=colour, alpha=alpha), Normal()]


def drawable(text: str) -> str:
    """Write out the characters that the font has no glyph for; matplotlib would warn and draw boxes."""
    known = _glyphs()
    return "".join(c if ord(c) in known else f"\\u{ord(c):04x}" for c in text)


def _cut(text: str, length: int, keep: str) -> str:
    return f"{text[:length]}…" if keep == "start" else f"…{text[len(text) - length :]}"


@cache
def _font(size: float, weight: str) -> "FontProperties":
    from matplotlib.font_manager import FontProperties, findfont

    return FontProperties(fname=findfont(FontProperties(family=FONT, weight=weight)), size=size)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(FONT)).get_charmap())
