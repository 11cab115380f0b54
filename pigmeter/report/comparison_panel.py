"""The panel of a comparison: each endpoint at both visits, its change against the smallest detectable one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pigmeter.comparison.change_value import DECREASED, INCREASED, ChangeValue
from pigmeter.comparison.score import IMPROVED, WORSE, ScorePart
from pigmeter.regions.region import WHOLE_SKIN
from pigmeter.report.comparison_styles import BETTER as BETTER_INK
from pigmeter.report.comparison_styles import INK
from pigmeter.report.comparison_styles import WORSE as WORSE_INK
from pigmeter.report.comparison_words import (
    ARROWS,
    ENDPOINT_MEANINGS,
    change_words,
    decimals_of,
    doubt_words,
    interval_words,
    level_words,
    number,
    sdc_words,
    stands_alone,
    unit_words,
    verdict_words,
)
from pigmeter.report.interval_chart import chart_reach, draw_interval
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.wording import is_number

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change

RESPONSE_WORDS = {IMPROVED: "better", WORSE: "worse"}
RESPONSE_INKS = {IMPROVED: BETTER_INK, WORSE: WORSE_INK}


def panel_values(change: "Change") -> dict[str, ChangeValue]:
    """Return the changes that a comparison's score is made of, by their key."""
    wanted = {(part.key, change.score.region, change.score.against) for part in change.score.parts}
    return {
        value.key: value
        for value in (*change.values, *change.spot_totals)
        if (value.key, value.region, value.against) in wanted
    }


def panel_table(change: "Change") -> Markup:
    """Return the table of the endpoints, with a drawing of each change and what can be said of it."""
    values = panel_values(change)
    reach = chart_reach(values.values())
    heads = ("Endpoint", "Baseline", "Follow-up", "Change", "95 % interval", "", "Verdict")
    rows = [_row(part, values[part.key], reach) for part in change.score.parts if part.key in values]
    return joined(
        element(
            "table",
            element("caption", _caption(change)),
            element("thead", element("tr", *(element("th", head or _axis(), scope="col") for head in heads))),
            element("tbody", *rows),
            class_="panel cards",
        ),
        _key(reach),
    )


def flag_marks(flags: Sequence[str], *, short: bool = False) -> Markup | None:
    """Return a mark for each finding that puts a number in doubt, with a way to what it says."""
    if not flags:
        return None
    marks = []
    for code in flags:
        words = f"in doubt: {doubt_words(code)}"
        shown = {"aria_label": words, "title": words} if short else {}
        marks.append(element("a", "!" if short else words, class_="flag", href=f"#finding-{code}", **shown))
    return element("span", *marks, class_="flags")


def shown_number(value: float | None, words: str) -> Markup:
    """Return words with the number that they stand for."""
    return element("data", words, value=repr(float(value))) if is_number(value) else element("span", words)


def interval_cell(value: ChangeValue) -> Markup:
    """Return the words of an interval with the numbers of its ends."""
    if not is_number(value.low) or not is_number(value.high):
        return element("span", interval_words(value))
    decimals = decimals_of(value)
    low, high = (shown_number(end, number(end, decimals, signed=True)) for end in (value.low, value.high))
    return element("span", low, " to ", high, class_="span")


def verdict_cell(value: ChangeValue, response: str | None = None, *, short: bool = False) -> Markup:
    """Return a verdict with its arrow, whether that is better or worse, and what stands against it."""
    arrow = f"{ARROWS[value.verdict]} " if value.verdict in ARROWS else ""
    told = value.verdict in (DECREASED, INCREASED)
    said = f", {RESPONSE_WORDS[response]}" if response in RESPONSE_WORDS else ""
    classes = f"sure {RESPONSE_WORDS.get(response or '', '')}".strip() if told else None
    words = element("span", f"{arrow}{verdict_words(value)}{said}", class_=classes)
    note = (
        element("small", "its own interval leaves out 0, but among all that were tested it may be chance")
        if stands_alone(value)
        else None
    )
    return joined(words, note, flag_marks(value.flags, short=short))


def _caption(change: "Change") -> Markup:
    score = change.score
    where = "All skin that both visits show" if score.region == WHOLE_SKIN else f"Region {score.region}"
    less = f", less the change of the control {score.against}" if score.against else ""
    return joined(f"{where}{less}. Better and worse are meant for {score.indication}.")


def _axis() -> Markup:
    return element("span", "drawn against the smallest detectable change", class_="quiet")


def _row(part: ScorePart, value: ChangeValue, reach: float) -> Markup:
    response = part.response
    name = part.endpoint[:1].upper() + part.endpoint[1:]
    meaning = ENDPOINT_MEANINGS.get(part.endpoint, "area times contrast, over the area of the skin")
    title = element(
        "th",
        name,
        element("small", meaning),
        element("small", f"{unit_words(value.unit) or 'a plain number'}; {part.direction} is better"),
        scope="row",
    )
    cells = (
        ("Baseline", shown_number(value.baseline, level_words(value, value.baseline))),
        ("Follow-up", shown_number(value.follow_up, level_words(value, value.follow_up))),
        ("Change", shown_number(value.change, change_words(value))),
        ("95 % interval", interval_cell(value)),
    )
    if part.ratio is None or value.change is None:
        words = f"not compared: {part.reason or value.reason}"
        return element("tr", title, element("td", words, colspan=6))
    chart = draw_interval(value, reach, RESPONSE_INKS.get(response or "", INK))
    return element(
        "tr",
        title,
        *(element("td", cell, data_label=label) for label, cell in cells),
        element("td", chart, class_="bar"),
        element("td", verdict_cell(value, response), data_label="Verdict"),
    )


def _key(reach: float) -> Markup:
    """Return what the marks of the drawings mean."""

    def mark(*parts: Markup) -> Markup:
        return element("svg", *parts, width=34, height=16, aria_hidden="true")

    line: Mapping[str, object] = {"stroke": INK, "stroke_width": 3, "y1": 8, "y2": 8}
    dot: Mapping[str, object] = {"cx": 17, "cy": 8, "r": 5, "stroke": INK, "stroke_width": 2.5}
    entries = [
        (mark(element("rect", width=34, height=16, fill="#dfe4e5")), "smaller than could be detected"),
        (mark(element("line", x1=2, x2=32, **line)), "95 % interval"),
        (mark(element("circle", fill=INK, **dot)), "change that can be told from none"),
        (mark(element("circle", fill="#fff", **dot)), "change that cannot"),
    ]
    items = [element("li", drawing, words) for drawing, words in entries]
    items.append(element("li", f"each drawing reaches to {reach:.2g} smallest detectable changes either way"))
    return element("ul", *items, class_="key")


def smallest_detectable(value: ChangeValue) -> Markup:
    """Return the smallest detectable change with its number."""
    return shown_number(value.sdc, sdc_words(value))
