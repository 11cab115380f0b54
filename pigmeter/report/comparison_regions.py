"""The regions of a comparison on its page: their endpoints, differences from controls, and every number."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pigmeter.comparison.change_value import DECREASED, INCREASED, ChangeValue
from pigmeter.comparison.indications import PANEL
from pigmeter.measurement.endpoints import ENDPOINTS
from pigmeter.reference import limit
from pigmeter.report.comparison_panel import (
    flag_marks,
    interval_cell,
    shown_number,
    smallest_detectable,
    verdict_cell,
)
from pigmeter.report.comparison_words import (
    ARROWS,
    change_words,
    level_words,
    region_title,
    title_of,
    unit_words,
    verdict_words,
)
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.wording import is_number

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change


def endpoints_by_region(change: "Change") -> Markup:
    """Return a table with a row per region and a column per endpoint."""
    found: dict[str, dict[str, ChangeValue]] = {}
    for value in (*change.values, *change.spot_totals):
        if not value.against:
            found.setdefault(value.region, {})[value.key] = value
    shown = [(key, name) for name, key in PANEL.items() if any(key in own for own in found.values())]
    heads = [
        element("th", head.capitalize(), scope="col") for head in ("region", *(name for _, name in shown))
    ]
    rows = [
        element(
            "tr",
            element("th", region_title(region), scope="row"),
            *(element("td", _short(own.get(key)), data_label=name.capitalize()) for key, name in shown),
        )
        for region, own in found.items()
    ]
    caption = (
        "Change with its 95 % interval. ▲ increased, ▼ decreased, ≈ no detectable change, ! in doubt; units"
        " as in the tables below."
    )
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", *heads)),
            element("tbody", *rows),
            class_="cards",
        ),
        class_="scroll",
    )


def against_table(change: "Change") -> Markup | None:
    """Return the endpoints' changes less those of a control, or left less right; None if there are none."""
    values = [
        value for value in change.values if value.against and value.key in {e.key for e in ENDPOINTS.values()}
    ]
    if not values:
        return None
    words = (
        "The change of a region less that of untreated skin, or of the other side, in the same two photos:"
        " what light, camera and season did to both is taken out."
    )
    return joined(
        element("h3", "Differences of changes"),
        element("p", words, class_="caption"),
        _table(
            values, lambda value: f"{title_of(value.key)}: {region_title(value.region)} less {value.against}"
        ),
    )


def all_numbers(change: "Change") -> Markup:
    """Return the numbers of every region, folded away; of many regions, as many as a page has room for."""
    groups: dict[tuple[str, str], list[ChangeValue]] = {}
    for value in (*change.values, *change.spot_totals):
        groups.setdefault((value.region, value.against), []).append(value)
    own = (change.score.region, change.score.against)
    parts: list[Markup] = []
    shown, left = 0, 0
    for region, against in sorted(groups, key=lambda group: group != own):  # what the score is of comes first
        values = groups[region, against]
        if shown and shown + len(values) > limit("page", "numbers_rows"):
            left += len(values)
            continue
        shown += len(values)
        less = f" less {against}" if against else ""
        summary = element("summary", f"Every number: {region_title(region)}{less} ({len(values)})")
        parts.append(
            element("details", summary, _table(values, lambda value: title_of(value.key)), class_="screen")
        )
    if left:
        parts.append(element("p", f"{left} more rows are in changes.csv.", class_="caption"))
    return joined(*parts)


def _short(value: ChangeValue | None) -> Markup:
    if value is None:
        return element("span", "not compared")
    if value.change is None:
        return element("span", verdict_words(value), class_="small quiet")
    arrow = ARROWS.get(value.verdict or "", "")
    sure = "sure" if value.verdict in (DECREASED, INCREASED) else None
    if not value.sdc and not value.baseline and not value.follow_up:
        return element("span", "none at either visit", class_="small quiet")
    words = element("span", f"{arrow} ", shown_number(value.change, change_words(value)), class_=sure)
    return element("span", words, element("small", interval_cell(value)), flag_marks(value.flags, short=True))


def _table(values: Sequence[ChangeValue], title: Callable[[ChangeValue], str]) -> Markup:
    heads = ("Quantity", "Baseline", "Follow-up", "Change", "95 % interval", "Smallest detectable", "Verdict")
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *(_row(value, title(value)) for value in values)),
            class_="cards",
        ),
        class_="scroll",
    )


def _row(value: ChangeValue, title: str) -> Markup:
    unit = unit_words(value.unit)
    named = element(
        "th", title, element("small", f"{value.definition}{f' [{unit}]' if unit else ''}"), scope="row"
    )
    if value.change is None:
        return element("tr", named, element("td", verdict_words(value), colspan=6))
    cells = (
        ("Baseline", shown_number(value.baseline, level_words(value, value.baseline))),
        ("Follow-up", shown_number(value.follow_up, level_words(value, value.follow_up))),
        ("Change", shown_number(value.change, change_words(value))),
        ("95 % interval", interval_cell(value)),
        (
            "Smallest detectable",
            smallest_detectable(value) if is_number(value.sdc) else element("span", "not known"),
        ),
        ("Verdict", verdict_cell(value, short=True)),
    )
    return element("tr", named, *(element("td", cell, data_label=label) for label, cell in cells))
