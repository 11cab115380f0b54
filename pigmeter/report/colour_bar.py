"""The bar below a map that says which colour is which value."""

from itertools import pairwise

import numpy as np

from pigmeter.report.colour_scale import STEPS, ColourScale, ticks
from pigmeter.report.ita_classes import ITA_BOUNDS, ita_class
from pigmeter.report.page import INK, Page

_HIGH, _ARROW = 0.12, 0.09  # of the bar, and of the arrows at its ends [inch]


def draw_colour_bar(
    page: Page,
    left: int,
    top: int,
    width: int,
    scale: ColourScale,
    label: str,
    beyond: tuple[bool, bool] = (False, False),
) -> None:
    """
    Draw the bar of a colour scale.

    Parameters
    ----------
    page : Page
    left, top, width : int
        Of the bar with its arrows. [page px]
    scale : ColourScale
        On that of ``ita`` the classes of skin are marked, with their names above where there is room.
    label : str
        Written below.
    beyond : tuple of bool
        Whether there are values below and above the scale, which its arrows say.
    """
    colours = scale.colours
    high, arrow = page.dots(_HIGH), page.dots(_ARROW)
    start = left + arrow * beyond[0]
    end = left + width - arrow * beyond[1]
    steps = (np.arange(end - start) * STEPS // (end - start)).astype(np.intp)
    page.paste(start, top, np.broadcast_to(colours[steps], (high, end - start, 3)))
    middle, bottom = top + high / 2, top + high
    frame: list[tuple[float, float]] = [
        (start, top),
        (end, top),
        (end, bottom),
        (start, bottom),
        (start, top),
    ]
    if beyond[1]:
        tip = [(end, top), (end + arrow, middle), (end, bottom)]
        page.area(np.array(tip), colours[-1] / 255)
        frame[2:2] = [tip[1]]
    if beyond[0]:
        tip = [(start, top), (start - arrow, middle), (start, bottom)]
        page.area(np.array(tip), colours[0] / 255)
        frame[-1:-1] = [tip[1]]
    page.line(np.array(frame, float), colors=INK, linewidths=0.4)

    def at(value: float) -> float:
        return start + (value - scale.low) / (scale.high - scale.low) * (end - start)

    values = _class_ticks(scale) if scale.quantity == "ita" else ticks(scale.low, scale.high)
    page.lines(
        [np.array([(at(v), bottom), (at(v), bottom + page.dots(0.03))]) for v in values],
        colors=INK,
        linewidths=0.4,
    )
    for value in values:
        page.write(at(value) / page.dpi, bottom / page.dpi + 0.14, f"{value:g}", 7, ha="center")
    page.write((start + end) / 2 / page.dpi, bottom / page.dpi + 0.27, label, 7, ha="center")
    if scale.quantity == "ita":
        _mark_classes(page, scale, [at(v) for v in _inner_bounds(scale)], (start, top, end, bottom))


def _inner_bounds(scale: ColourScale) -> list[float]:
    return [float(bound) for bound in reversed(ITA_BOUNDS) if scale.low < bound < scale.high]


def _class_ticks(scale: ColourScale) -> list[float]:
    """Return the bounds of the classes, and the round values that are far enough from those."""
    bounds = _inner_bounds(scale)
    far = 0.07 * (scale.high - scale.low)
    others = ticks(scale.low, scale.high)
    return sorted(bounds + [tick for tick in others if all(abs(tick - bound) > far for bound in bounds)])


def _mark_classes(
    page: Page, scale: ColourScale, bounds: list[float], box: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = box
    lines = [np.array([(x, top - page.dots(0.03)), (x, bottom)]) for x in bounds]
    page.lines(lines, colors="white", linewidths=1.6)
    page.lines(lines, colors=INK, linewidths=0.6)
    edges = [left, *bounds, right]
    for begin, end in pairwise(edges):
        middle = (begin + end) / 2
        name = ita_class(scale.low + (middle - left) / (right - left) * (scale.high - scale.low))
        if page.width_of(name, 6.5) * page.dpi < end - begin - 4:
            page.write(middle / page.dpi, top / page.dpi - 0.05, name, 6.5, ha="center")
