"""A comparison as one picture for a slide: both photos, the map of change, the panel, the verdict."""

from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import DECREASED, INCREASED, ChangeValue
from pigmeter.comparison.score import ScorePart
from pigmeter.reference import limit
from pigmeter.report.change_scale import ChangeScale
from pigmeter.report.colour_scale import STEPS, ticks
from pigmeter.report.comparison_maps import map_triple
from pigmeter.report.comparison_panel import RESPONSE_INKS, RESPONSE_WORDS, panel_values
from pigmeter.report.comparison_pictures import photo_pair
from pigmeter.report.comparison_words import (
    ARROWS,
    DISCLAIMER,
    MINUS,
    change_words,
    interval_words,
    level_words,
    sdc_words,
    title_of,
    typeset,
    verdict_words,
)
from pigmeter.report.interval_chart import BAND, ZERO, chart_reach
from pigmeter.report.names import shown_name
from pigmeter.report.page import INK, QUIET, Page
from pigmeter.report.panel import part_of, scale_bar, view_on_skin
from pigmeter.report.pictures import resized
from pigmeter.report.wording import is_number, software_of

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change

SLIDE = (40 / 3, 7.5)  # [inch]
_MARGIN, _GAP = 0.4, 0.25
_TOP, _TALLEST = 1.6, 2.95  # of the pictures
_PANEL_TOP, _LINE = 5.5, 0.232
# Where the columns of the panel begin, and where its drawings end.
_COLUMNS = {
    "endpoint": 0.4,
    "baseline": 2.55,
    "follow_up": 3.5,
    "change": 4.45,
    "interval": 5.4,
    "verdict": 9.75,
}
_DRAWING = (7.0, 9.5)
_SPOT_MAPS = {"red_spots_matched_severity": "haemoglobin_index"}


def draw_slide(change: "Change") -> bytes:
    """
    Draw a comparison for a slide.

    Parameters
    ----------
    change : Change

    Returns
    -------
    bytes
        A PNG file, 16 to 9.
    """
    page = Page(*SLIDE, limit("page", "slide_dots_per_inch"))
    width = SLIDE[0] - 2 * _MARGIN
    page.write(_MARGIN, 0.38, page.fitted(_heading(change), 10, width), 10, color=QUIET)
    page.paragraph(_MARGIN, 0.7, typeset(change.verdict), 13, width, lowest=1.21)
    _pictures(page, change)
    _panel(page, change)
    words = f"{DISCLAIMER} {_score_words(change)} {software_of(change.baseline)}."
    page.write(_MARGIN, SLIDE[1] - 0.14, page.fitted(words, 7.5, width, keep="start"), 7.5, color=QUIET)
    return page.png(software_of(change.baseline))


def map_shown(change: "Change") -> str:
    """Return the quantity whose map of change says most about the score's primary endpoint."""
    key = change.score.primary.key
    return key if key in QUANTITIES else _SPOT_MAPS.get(key, "melanin_index")


def _heading(change: "Change") -> str:
    days = [f" ({visit.day.isoformat()})" if visit.day else "" for visit in change.visits]
    names = [shown_name(visit.photo_name) for visit in (change.baseline, change.follow_up)]
    return " → ".join(name + day for name, day in zip(names, days, strict=True))


def _score_words(change: "Change") -> str:
    score = change.score
    if not (is_number(score.value) and is_number(score.low) and is_number(score.high)):
        return ""
    words = f"Score for {score.indication} {score.value:+.1f} (95 % interval {score.low:+.1f} to"
    words += f" {score.high:+.1f}"
    return typeset(f"{words}; mean change over smallest detectable change, positive is better).")


def _pictures(page: Page, change: "Change") -> None:
    """Both photos, and the map of change where the photos are aligned."""
    quantity = map_shown(change)
    pair = photo_pair(change, limit("page", "spot_photo_px"))
    triple = map_triple(change, quantity, int(limit("page", "map_px")))
    shown: list[tuple[np.ndarray, str]] = [(pair.before, "Baseline"), (pair.after, "Follow-up")]
    if triple.change is not None:
        shown.append((triple.change, f"Change of the {title_of(quantity).lower()}"))
    cell = (SLIDE[0] - 2 * _MARGIN - 2 * _GAP) / 3
    for number, (picture, title) in enumerate(shown):
        aspect = picture.shape[1] / picture.shape[0]
        across = page.dots(min(cell, _TALLEST * aspect))
        left = page.dots(_MARGIN + number * (cell + _GAP))
        visit = change.follow_up if number == 1 and not pair.aligned else change.baseline
        panel = part_of(view_on_skin(visit), visit.scale, left, page.dots(_TOP), across)
        page.write(left / page.dpi, _TOP - 0.1, title, 10.5, weight="bold")
        page.paste(panel.left, panel.top, resized(picture, panel.width, panel.height))
        page.box(panel.left, panel.top, panel.width, panel.height)
        scale_bar(page, panel, visit, 0.2)
        if number == 2 and triple.changes is not None:
            unit = QUANTITIES[quantity].unit
            _change_bar(
                page,
                triple.changes,
                panel.left,
                panel.bottom + page.dots(0.09),
                round(0.6 * panel.width),
                unit,
            )


def _change_bar(page: Page, scale: ChangeScale, left: int, top: int, width: int, unit: str) -> None:
    high = page.dots(0.085)
    steps = (np.arange(width) * STEPS // width).astype(np.intp)
    for row, colours in enumerate((scale.colours, scale.greyed)):
        page.paste(left, top + row * high, np.broadcast_to(colours[steps], (high, width, 3)))
    bottom = (top + 2 * high) / page.dpi
    for value in ticks(-scale.most, scale.most, 5):
        at = (left + (value / scale.most + 1) / 2 * width) / page.dpi
        words = f"{value:+g}".replace("-", MINUS) if value else "0"
        page.write(at, bottom + 0.13, words, 7.5, ha="center")
    page.write(
        left / page.dpi, bottom + 0.28, f"[{unit}]; lower bar: may be chance; hatched: not compared", 7.5
    )


def _panel(page: Page, change: "Change") -> None:
    values = panel_values(change)
    parts = [p for p in change.score.parts if p.key in values and p.ratio is not None]
    parts = parts[: int(limit("page", "slide_rows"))]
    reach = chart_reach(values[part.key] for part in parts)
    heads = {"endpoint": "", "baseline": "baseline", "follow_up": "follow-up", "change": "change"}
    heads |= {"interval": "95 % interval", "verdict": f"for {change.score.indication}"}
    for name, words in heads.items():
        page.write(_COLUMNS[name], _PANEL_TOP - 0.2, words, 8, color=QUIET)
    middle = sum(_DRAWING) / 2
    page.write(
        middle,
        _PANEL_TOP - 0.2,
        "grey: below the smallest detectable change, SDC",
        8,
        color=QUIET,
        ha="center",
    )
    for number, part in enumerate(parts):
        _row(page, part, values[part.key], _PANEL_TOP + number * _LINE, reach)


def _row(page: Page, part: ScorePart, value: ChangeValue, line: float, reach: float) -> None:
    colour = RESPONSE_INKS.get(part.response or "", INK)
    told = value.verdict in (DECREASED, INCREASED)
    said = f", {RESPONSE_WORDS[part.response]}" if part.response in RESPONSE_WORDS else ""
    doubt = ", in doubt" if part.flags else ""
    arrow = ARROWS.get(value.verdict or "", "")
    name = part.endpoint[:1].upper() + part.endpoint[1:]
    unit = {"%": " [%]", "CIELAB unit": " [CIELAB]", "index unit": " [index]"}.get(value.unit, "")
    cells = {
        "endpoint": f"{name}{unit}",
        "baseline": level_words(value, value.baseline),
        "follow_up": level_words(value, value.follow_up),
        "change": change_words(value),
        "interval": interval_words(value),
    }
    for column, words in cells.items():
        weight = "bold" if column == "endpoint" else "normal"
        page.write(_COLUMNS[column], line, words, 9, weight=weight)
    words = value.verdict or verdict_words(value)
    verdict = f"{arrow} {words}{said}, SDC {sdc_words(value)}{doubt}"
    room = SLIDE[0] - _MARGIN - _COLUMNS["verdict"]
    style: dict[str, Any] = {"color": colour, "weight": "bold" if told else "normal"}
    page.write(
        _COLUMNS["verdict"],
        line,
        page.fitted(verdict, 8.7, room, style["weight"], keep="start"),
        8.7,
        **style,
    )
    _drawing(page, value, line - 0.045, reach, colour, told)


def _drawing(page: Page, value: ChangeValue, level: float, reach: float, colour: str, told: bool) -> None:
    """The change with its interval, on the scale of the smallest detectable one."""
    if not (
        is_number(value.low) and is_number(value.high) and is_number(value.change) and is_number(value.sdc)
    ):
        return
    middle, half = sum(_DRAWING) / 2, (_DRAWING[1] - _DRAWING[0]) / 2

    def at(number: float) -> float:
        return (middle + half * min(max(number / value.sdc / reach, -1.0), 1.0)) * page.dpi  # type: ignore[operator]

    y, tall = level * page.dpi, 0.085 * page.dpi
    low, high, sdc = at(value.low), at(value.high), at(value.sdc)
    left = 2 * middle * page.dpi - sdc
    page.area(np.array([(left, y - tall), (sdc, y - tall), (sdc, y + tall), (left, y + tall)]), BAND)
    page.line(np.array([(at(0), y - tall), (at(0), y + tall)]), colors=ZERO, linewidths=0.8)
    page.line(np.array([(low, y), (high, y)]), colors=colour, linewidths=2)
    for end, place in ((value.low, low), (value.high, high)):
        if abs(end) / value.sdc <= reach:
            page.line(np.array([(place, y - tall / 2), (place, y + tall / 2)]), colors=colour, linewidths=1.4)
        else:
            tip = place + np.sign(end) * tall
            page.area(np.array([(tip, y), (place, y - tall * 0.8), (place, y + tall * 0.8)]), colour)
    if abs(value.change) / value.sdc <= reach:
        round_ = np.linspace(0, 2 * np.pi, 33)
        dot = np.column_stack(
            [at(value.change) + 0.6 * tall * np.cos(round_), y + 0.6 * tall * np.sin(round_)]
        )
        page.area(dot, colour if told else "white", edgecolor=colour, linewidth=1.4, zorder=4)
