"""The score of a comparison on its page: the number, what it is made of, and the words that define it."""

from typing import TYPE_CHECKING

from pigmeter.comparison.indications import find_indication
from pigmeter.report.comparison_panel import flag_marks, shown_number
from pigmeter.report.comparison_words import number, typeset
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.wording import is_number

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change
    from pigmeter.comparison.score import ScorePart


def score_section(change: "Change") -> Markup:
    """Return the composite with its interval and all its parts, or why there is none."""
    score = change.score
    large = None
    if is_number(score.value) and is_number(score.low) and is_number(score.high):
        span = joined(
            "95 % interval ",
            shown_number(score.low, number(score.low, 1, signed=True)),
            " to ",
            shown_number(score.high, number(score.high, 1, signed=True)),
            ", which cannot be told from 0" if score.low <= 0 <= score.high else None,
        )
        value = element(
            "span", shown_number(score.value, number(score.value, 1, signed=True)), class_="large"
        )
        large = element("p", value, element("span", span), class_="score")
    responder = (
        element("p", element("b", f"Its primary endpoint, {score.primary.endpoint}: "), score.responder)
        if score.responder
        else None
    )
    return joined(
        large,
        responder,
        element("p", f"{typeset(score.words)}.", class_="small quiet"),
        _parts(score.parts),
        element("details", element("summary", "Why these weights"), _rationale(score.indication)),
    )


def _parts(parts: "tuple[ScorePart, ...]") -> Markup:
    heads = (
        "Endpoint",
        "Role",
        "Weight",
        "Better",
        "Change ÷ SDC, positive is better",
        "95 % interval",
        "Doubts",
    )
    return element(
        "table",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *map(_row, parts)),
        class_="cards",
    )


def _row(part: "ScorePart") -> Markup:
    title = element("th", part.endpoint, scope="row")
    weight = element("td", shown_number(part.weight, f"{part.weight:g}"), data_label="Weight")
    role, better = (
        element("td", words, data_label=label)
        for label, words in (("Role", part.role), ("Better", part.direction))
    )
    if not is_number(part.ratio):
        return element("tr", title, role, weight, better, element("td", f"none: {part.reason}", colspan=3))
    ratio = number(part.ratio, 1, signed=True)
    cells = [
        ("Change ÷ SDC", joined(shown_number(part.ratio, ratio), " (held there)" if part.clipped else None)),
        (
            "95 % interval",
            element(
                "span",
                shown_number(part.ratio_low, number(part.ratio_low, 1, signed=True)),
                " to ",
                shown_number(part.ratio_high, number(part.ratio_high, 1, signed=True)),
                class_="span",
            ),
        ),
    ]
    flags = element("td", flag_marks(part.flags, short=True), data_label="Doubts" if part.flags else None)
    return element(
        "tr",
        title,
        role,
        weight,
        better,
        *(element("td", cell, data_label=label) for label, cell in cells),
        flags,
    )


def _rationale(name: str) -> Markup:
    indication = find_indication(name)
    items = [
        element("li", element("b", f"{weight.endpoint}: "), f"{weight.rationale}.")
        for weight in indication.weights
    ]
    source = element(
        "p", f"The choice of the primary endpoint rests on: {indication.source}.", class_="small quiet"
    )
    return joined(element("ul", *items, class_="plain"), source)
