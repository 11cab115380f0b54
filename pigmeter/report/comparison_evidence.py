"""What a comparison rests on, for its page: doubts, what it cannot tell, treatment, alignment, sources."""

from typing import TYPE_CHECKING

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import PARTS
from pigmeter.comparison.intervals import OF_CHANGE
from pigmeter.comparison.sentences import cannot_conclude
from pigmeter.measurement.endpoints import ENDPOINTS
from pigmeter.report.comparison_panel import panel_values, shown_number
from pigmeter.report.comparison_words import (
    decimals_of,
    has_own_repeats,
    number,
    record_words,
    sdc_words,
    title_of,
    typeset,
    unit_words,
)
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.names import shown_name
from pigmeter.report.wording import is_number, software_of

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change
    from pigmeter.findings import Finding
    from pigmeter.measurement.measurement import Measurement

_PART_WORDS = {
    "calibration": "what the charts leave open of camera and lamp",
    OF_CHANGE: "a change being itself misread, in proportion to it",
    "light": "light that may have fallen on the skin otherwise than on the chart",
    "noise": "noise of the camera and texture of the skin",
    "registration": "the two photos not lying exactly over each other",
    "reposition": "what repeated photos of unchanged skin differ by beyond that",
}


def findings_section(change: "Change") -> Markup:
    """Return the findings of the pair, then those of either photo."""
    parts = [_finding_list(change.findings, anchored=True)] if change.findings else []
    if not parts:
        parts.append(
            element("p", "Nothing was found about this pair of photos that puts its numbers in doubt.")
        )
    for title, visit in (
        ("the baseline's photo", change.baseline),
        ("the follow-up's photo", change.follow_up),
    ):
        if visit.findings:
            summary = element("summary", f"About {title} alone ({len(visit.findings)})")
            parts.append(element("details", summary, _finding_list(visit.findings, anchored=False)))
    notes = [element("li", element("b", f"{e.name}: "), e.note) for e in ENDPOINTS.values()]
    parts.append(
        element(
            "details",
            element("summary", "What each endpoint does not tell"),
            element("ul", *notes, class_="plain"),
        )
    )
    return joined(*parts)


def conclusions_section(change: "Change") -> Markup:
    """Return what the comparison does not tell."""
    words = cannot_conclude(
        change.score,
        change.findings,
        control=change.control,
        own_repeats=has_own_repeats(change),
    )
    return element("ul", *(element("li", typeset(sentence)) for sentence in words), class_="plain")


def treatment_section(change: "Change") -> Markup:
    """Return the record of the treatment and of both visits."""
    record = {} if change.treatment is None else change.treatment.to_json()
    treatment = (
        _pairs(record_words(record))
        if record
        else element("p", "No treatment was recorded. The numbers do not depend on it.")
    )
    parts = [element("div", element("h3", "Treatment"), treatment)]
    for title, visit in zip(("Baseline", "Follow-up"), change.visits, strict=True):
        known = record_words(visit.to_json())
        told = _pairs(known) if known else element("p", "Nothing is known of this visit.")
        parts.append(element("div", element("h3", title), told))
    return element("div", *parts, class_="columns")


def alignment_section(change: "Change") -> Markup:
    """Return what an interval holds, why a change is no plain difference, and how well the photos align."""
    shared = change.baseline.profile.id == change.follow_up.profile.id
    levels = (
        "One profile served both visits. Levels are read with weights that know how melanin, blood and"
        " scattering go together among people; changes with weights that let melanin and blood move freely"
        " within one person, so that a change is not exactly follow-up minus baseline."
        if shared
        else "Each visit was read with the profile of its own chart, and the change is the difference of the"
        " two levels on the squares of skin that both visits show. It is not exactly follow-up minus"
        " baseline of the tables: those are levels of the skin as a whole. With one profile for both visits"
        " (same camera, light and settings) smaller changes can be told from none."
    )
    parts = [
        element("h3", "What an interval holds"),
        element(
            "p",
            "The interval is made to hold the true change in 95 of 100 comparisons like this one. The"
            " smallest detectable change (SDC) is the smallest that could be told from none with this"
            " camera, in this session. Verdicts on the endpoints share one chance in twenty of being false"
            " between them (Holm).",
        ),
        element("p", levels),
        _budget(change),
        element("h3", "How well the photos lie over each other"),
        _alignment(change),
    ]
    parts += [
        element("h3", "How far unchanged skin differs between photos"),
        element("p", typeset(f"{change.repeatability.source}.")),
    ]
    return joined(*parts)


def provenance_section(change: "Change") -> Markup:
    """Return software, photos, profiles and definitions."""
    heads = ("", "Baseline", "Follow-up")
    told = [_of_visit(visit) for visit in (change.baseline, change.follow_up)]
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            *(element("td", own[name], data_label=side) for own, side in zip(told, heads[1:], strict=True)),
        )
        for name in told[0]
    ]
    table = element(
        "table",
        element(
            "thead",
            element("tr", *(element("th", head, scope="col") if head else element("td") for head in heads)),
        ),
        element("tbody", *rows),
        class_="cards",
    )
    definitions = _pairs(
        [(title_of(key), f"{q.definition} [{unit_words(q.unit) or q.unit}]") for key, q in QUANTITIES.items()]
    )
    return joined(
        element("p", f"Measured and compared with {software_of(change.baseline)}."),
        table,
        element("h3", "Definitions"),
        element(
            "p", "A(w) = −log10 of the skin's reflectance at w nm; a change is follow-up minus baseline."
        ),
        definitions,
    )


def _finding_list(findings: "tuple[Finding, ...]", *, anchored: bool) -> Markup:
    items, seen = [], set()
    for finding in findings:
        anchor = f"finding-{finding.code}" if anchored and finding.code not in seen else None
        seen.add(finding.code)
        sentence = typeset(finding.message)
        sentence = sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")
        items.append(element("li", sentence, " ", element("span", finding.code, class_="flag"), id=anchor))
    return element("ul", *items, class_="plain")


def _titled(part: str) -> str:
    return part.replace("_", " ").capitalize()


def _budget(change: "Change") -> Markup | None:
    """Return the parts of the uncertainty of the endpoints."""
    values = [value for value in panel_values(change).values() if value.parts]
    if not values:
        return None
    parts = [part for part in PARTS if any(part in value.parts for value in values)]
    rows = [
        element(
            "tr",
            element("th", title_of(value.key), element("small", unit_words(value.unit)), scope="row"),
            *(
                element(
                    "td",
                    shown_number(value.parts.get(part), number(value.parts.get(part), decimals))
                    if part in value.parts
                    else "",
                    data_label=_titled(part) if part in value.parts else None,
                )
                for part in parts
            ),
            element(
                "td",
                shown_number(value.uncertainty, number(value.uncertainty, decimals)),
                data_label="Together",
            ),
            element("td", shown_number(value.sdc, sdc_words(value)), data_label="SDC"),
        )
        for value, decimals in ((value, max(decimals_of(value), 2)) for value in values)
    ]
    heads = ("Standard uncertainty of the change", *(_titled(part) for part in parts), "Together", "SDC")
    meant = [element("li", element("b", f"{_titled(part)}: "), _PART_WORDS[part]) for part in parts]
    return element(
        "details",
        element("summary", "Where the uncertainty comes from"),
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *rows),
            class_="cards",
        ),
        element("ul", *meant, class_="plain small"),
    )


def _alignment(change: "Change") -> Markup:
    found = change.alignment
    if found is None:
        return element(
            "p", "They could not be laid over each other; regions of one name were compared as drawn."
        )
    if is_number(found.residual_mm) and is_number(found.residual_p95_mm):
        residual = (
            f"{found.residual_mm:.2f} mm or less in half of the places,"
            f" {found.residual_p95_mm:.2f} mm or less in 19 of 20"
        )
    else:
        residual = f"{found.residual_px:.1f} px of the maps or less in half of the places"
    pairs = [
        ("Off by", residual),
        ("Overlap", typeset(f"the follow-up shows {found.overlap:.0%} of the baseline's skin")),
        ("Trusted", typeset(f"{found.trusted_part:.0%} of that; the rest was not compared")),
        (
            "Pose",
            typeset(
                f"turned by {found.turn_deg:.1f}°, tilted by at least {found.tilt_deg:.1f}°, size"
                f" {found.scale_ratio:.2f} times that of the baseline, stretched locally by up to"
                f" {found.stretch:.0%}"
            ),
        ),
    ]
    return _pairs(pairs)


def _of_visit(visit: "Measurement") -> dict[str, object]:
    photo, profile, chart = visit.photo, visit.profile, visit.chart
    rows, columns = photo.shape
    length = f"{visit.mm_per_pixel:.3g} mm" if visit.mm_per_pixel else "not known"
    camera = " ".join(part for part in (photo.capture.make, photo.capture.model) if part)
    return {
        "Photo": shown_name(visit.photo_name),
        "SHA-256 of its file": element("code", visit.sha256),
        "Pixels": f"{columns} × {rows}, {photo.container}, {photo.colour_space}",
        "Camera": camera or "not in the file",
        "Colour chart": chart.kind if chart is not None else "none in this photo",
        "Profile": joined(element("code", profile.id), f" ({visit.source})"),
        "Map pixel": length,
        "Map pixels of skin": f"{int(visit.skin.sum()):,}".replace(",", " "),
    }


def _pairs(pairs: list[tuple[str, str]]) -> Markup:
    return element(
        "dl", *(joined(element("dt", name), element("dd", words)) for name, words in pairs), class_="pairs"
    )
