"""A change with its interval, drawn to the scale of the smallest detectable change, as a small SVG."""

from collections.abc import Iterable

from pigmeter.comparison.change_value import DECREASED, INCREASED, ChangeValue
from pigmeter.report.comparison_words import change_words, interval_words, sdc_words
from pigmeter.report.markup import Markup, element
from pigmeter.report.wording import is_number

_LEAST, _MOST = 1.8, 3.2  # how far charts reach to either side [smallest detectable changes]
_MIDDLE = 19  # of the drawing's height [px]
_RIM = 2.0  # left free at either end [% of the width]
BAND, ZERO, INK = "#dfe4e5", "#8a9599", "#1b2326"


def chart_reach(values: Iterable[ChangeValue]) -> float:
    """Return how far charts of several changes reach to either side. [smallest detectable changes]"""
    ends = [
        abs(end) / value.sdc
        for value in values
        if is_number(value.sdc) and value.sdc > 0
        for end in (value.low, value.high)
        if is_number(end)
    ]
    return min(max([_LEAST, *(1.08 * end for end in ends)]), _MOST)


def draw_interval(value: ChangeValue, reach: float, colour: str) -> Markup | None:
    """
    Draw a change.

    Parameters
    ----------
    value : ChangeValue
    reach : float
        Of `chart_reach`.
    colour : str
        Of dot and interval.

    Returns
    -------
    Markup or None
        A band from -SDC to +SDC, a line at 0, the interval, and a dot: full where the change can be told from
        none, else hollow. An arrow where interval or change lie beyond the drawing. None without numbers.
    """
    numbers = (value.change, value.low, value.high, value.sdc)
    change, low, high, sdc = (float(n) if is_number(n) else float("nan") for n in numbers)
    if not (sdc > 0 and low <= change <= high):
        return None

    def at(number: float) -> str:
        share = min(max(number / sdc / reach, -1.0), 1.0)
        return f"{50 + share * (50 - _RIM):.2f}%"

    told = value.verdict in (DECREASED, INCREASED)
    line = {"y1": _MIDDLE, "y2": _MIDDLE, "stroke": colour, "stroke_width": 3}
    half = (50 - _RIM) / reach
    return element(
        "svg",
        element("rect", x=f"{50 - half:.2f}%", width=f"{2 * half:.2f}%", y=4, height=30, fill=BAND),
        element("line", x1="50%", x2="50%", y1=1, y2=37, stroke=ZERO, stroke_width=1),
        element("line", x1=at(low), x2=at(high), **line),
        *(_end(at(end), end / sdc, reach, colour) for end in (low, high)),
        _dot(at(change), colour, told) if abs(change) / sdc <= reach else None,
        role="img",
        width="100%",
        height=38,
        aria_label=f"change {change_words(value)}, 95 % interval {interval_words(value)}, "
        f"smallest detectable change {sdc_words(value)}",
    )


def _dot(at: str, colour: str, told: bool) -> Markup:
    fill = colour if told else "#fff"
    return element("circle", cx=at, cy=_MIDDLE, r=6, fill=fill, stroke=colour, stroke_width=2.5)


def _end(at: str, ratio: float, reach: float, colour: str) -> Markup:
    """Draw the end of an interval: a cross bar, or an arrow where it lies beyond the drawing."""
    if abs(ratio) <= reach:
        top, bottom = _MIDDLE - 6, _MIDDLE + 6
        return element("line", x1=at, x2=at, y1=top, y2=bottom, stroke=colour, stroke_width=2)
    tip = 9 if ratio > 0 else -9
    path = element("path", d=f"M{tip} {_MIDDLE}L0 {_MIDDLE - 6}V{_MIDDLE + 6}Z", fill=colour)
    return element("svg", path, x=at, overflow="visible")
