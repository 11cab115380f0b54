"""The page of a comparison: one HTML file for any browser, screen and paper, that needs no network."""

import datetime
from typing import TYPE_CHECKING

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.reference import limit
from pigmeter.report.comparison_evidence import (
    alignment_section,
    conclusions_section,
    findings_section,
    provenance_section,
    treatment_section,
)
from pigmeter.report.comparison_maps import FIRST_MAPS, maps_figure
from pigmeter.report.comparison_panel import panel_table, panel_values
from pigmeter.report.comparison_photos import photos_section
from pigmeter.report.comparison_pictures import photo_pair
from pigmeter.report.comparison_regions import against_table, all_numbers, endpoints_by_region
from pigmeter.report.comparison_score import score_section
from pigmeter.report.comparison_slider import SCRIPT, hash_source
from pigmeter.report.comparison_spots import spots_section
from pigmeter.report.comparison_styles import STYLE
from pigmeter.report.comparison_words import DISCLAIMER, title_of, typeset
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.names import shown_name
from pigmeter.report.wording import software_of

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change


_OF_A_PERSON = "This page holds photos of a person: keep it and pass it on as what it is."


def write_page(change: "Change") -> str:
    """
    Write the page of a comparison.

    Parameters
    ----------
    change : Change

    Returns
    -------
    str
        HTML that holds its pictures, style and script; a policy in its head keeps it from loading or running
        anything else.
    """
    policy = (
        f"default-src 'none'; img-src data:; style-src {hash_source(STYLE)}; script-src"
        f" {hash_source(SCRIPT)}; base-uri 'none'; form-action 'none'"
    )
    names = " and ".join(shown_name(visit.photo_name) for visit in (change.baseline, change.follow_up))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=software_of(change.baseline)),
        element("title", f"Two visits compared: {names}"),
        element("style", Markup(STYLE)),
    )
    body = element(
        "body",
        element("a", "Skip to what changed", class_="skip", href="#changes"),
        _header(change),
        element("main", *_sections(change)),
        element(
            "footer",
            element("p", DISCLAIMER),
            element("p", f"{_OF_A_PERSON} {software_of(change.baseline)}."),
        ),
        element("script", Markup(SCRIPT)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _header(change: "Change") -> Markup:
    doubts = len(change.findings)
    notice = None
    if doubts:
        words = "One thing to look at" if doubts == 1 else f"{doubts} things to look at"
        link = element("a", f"{words} before relying on these numbers", href="#findings")
        notice = element("p", link, class_="notice")
    return element(
        "header",
        element("p", "pigmeter · two visits compared", class_="kicker"),
        element("h1", _heading(change)),
        element("p", typeset(change.verdict), class_="verdict"),
        element("dl", *_visits(change), class_="visits"),
        notice,
        element("p", DISCLAIMER, class_="quiet small"),
    )


def _heading(change: "Change") -> str:
    first, last = change.baseline.photo_name, change.follow_up.photo_name
    return f"{shown_name(first)} → {shown_name(last)}"


def _visits(change: "Change") -> list[Markup]:
    entries = []
    for title, visit, measured in zip(
        ("Baseline", "Follow-up"), change.visits, (change.baseline, change.follow_up), strict=True
    ):
        told = [visit.day and visit.day.isoformat(), visit.label, visit.side and f"{visit.side} side"]
        words = ", ".join(word for word in told if word and word.lower() != title.lower()) or "date not known"
        entries.append(
            element(
                "div",
                element("dt", title),
                element("dd", words, element("br"), shown_name(measured.photo_name)),
            )
        )
    apart = _days_between(change)
    if apart:
        entries.append(element("div", element("dt", "Between them"), element("dd", apart)))
    entries.append(element("div", element("dt", "Judged for"), element("dd", change.score.indication)))
    return entries


def _days_between(change: "Change") -> str:
    days = [visit.day for visit in change.visits]
    if days[0] is None or days[1] is None:
        return ""
    apart = (days[1] - days[0]) // datetime.timedelta(days=1)
    return "same day" if apart == 0 else f"{apart} day" if apart == 1 else f"{apart} days"


def _sections(change: "Change") -> list[Markup]:
    pair = photo_pair(change, limit("page", "photo_px"))
    made: list[Markup | None] = [
        _section("photos", "The photos", photos_section(change, pair)),
        _section("changes", "What changed", panel_table(change)) if panel_values(change) else None,
        _section("score", f"Score for {change.score.indication}", score_section(change)),
        _section("maps", "Where it changed", _maps(change)),
        _maybe("spots", "What became of each spot", spots_section(change, pair)),
        _section(
            "regions",
            "Region by region",
            endpoints_by_region(change),
            against_table(change),
            all_numbers(change),
        ),
        _section("findings", "What to look at before relying on these numbers", findings_section(change)),
        _section("conclusions", "What cannot be concluded", conclusions_section(change)),
        _section("treatment", "Treatment and visits", treatment_section(change)),
        _section("certainty", "How sure a change is", alignment_section(change)),
        _section("provenance", "Where these numbers come from", provenance_section(change)),
    ]
    return [section for section in made if section is not None]


def _section(name: str, title: str, *content: Markup | None) -> Markup:
    return element(
        "section",
        element("h2", title, id=f"{name}-title"),
        *content,
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _maybe(name: str, title: str, content: Markup | None) -> Markup | None:
    return None if content is None else _section(name, title, content)


def _maps(change: "Change") -> Markup:
    first = [joined(element("h3", title_of(key)), maps_figure(change, key)) for key in FIRST_MAPS]
    others = [
        joined(element("h3", title_of(key)), maps_figure(change, key, squares=True))
        for key in QUANTITIES
        if key not in FIRST_MAPS
    ]
    words = (
        f"Both visits are drawn on one scale. The change is read on squares of skin{_square_words(change)};"
        f" squares where it may be chance are greyed (of those in full colour at most one in twenty is"
        f" chance, on average), skin that was not compared is hatched, what is no skin is white."
        if change.grid is not None
        else "The photos could not be laid over each other: each map is in the frame of its own photo, on"
        " one scale."
    )
    return joined(
        element("p", words, class_="caption"),
        *first,
        element("details", element("summary", "Maps of the other quantities"), *others, class_="screen"),
    )


def _square_words(change: "Change") -> str:
    side = None if change.grid is None else change.grid.side_mm
    return f" {side:.1f} mm wide" if side else ""
