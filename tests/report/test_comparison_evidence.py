"""What a comparison rests on: doubts, limits, treatment, alignment, sources, in words with their figures."""

from dataclasses import replace

import compared
from html_page import parsed

from pigmeter.comparison.sentences import cannot_conclude
from pigmeter.comparison.treatment import Treatment
from pigmeter.findings import Finding
from pigmeter.report.comparison_evidence import (
    alignment_section,
    conclusions_section,
    findings_section,
    provenance_section,
    treatment_section,
)
from pigmeter.report.comparison_words import typeset


def test_findings_can_be_led_to_and_are_sentences():
    findings = (
        Finding("PAIR_LIGHT", "one thing"),
        Finding("PAIR_LIGHT", "another."),
        Finding("PAIR_POSE", "pose"),
    )
    page = parsed(findings_section(compared.change(findings=findings)))
    items = page.all("ul")[0].all("li")
    assert [item.text for item in items] == [
        "One thing. PAIR_LIGHT",
        "Another. PAIR_LIGHT",
        "Pose. PAIR_POSE",
    ]
    assert [item.attributes.get("id") for item in items] == ["finding-PAIR_LIGHT", None, "finding-PAIR_POSE"]


def test_findings_of_one_photo_stand_apart():
    change = compared.change()
    baseline = replace(change.baseline, findings=(Finding("Q_SHARPNESS", "blurred"),))
    page = parsed(findings_section(replace(change, baseline=baseline)))
    assert page.all("details")[0].one("summary").text == "About the baseline's photo alone (1)"
    assert "Blurred." in page.text


def test_what_cannot_be_concluded_is_all_there():
    change = compared.change()
    sentences = cannot_conclude(change.score, change.findings)
    page = parsed(conclusions_section(change))
    assert [item.text for item in page.all("li")] == [" ".join(typeset(words).split()) for words in sentences]


def test_the_record_of_the_treatment_is_carried():
    record = Treatment(
        kind="exosome", exosome_source="platelet", form="lyophilised", route="after microneedling",
        product="Vial <2>", batch="B7", dose="2 ml", sessions=2, dates=("2026-03-02", "2026-03-23"),
        adjunct_device="pen, 1 mm", notes="left side only",
    )  # fmt: skip
    page = parsed(treatment_section(compared.change(treatment=record)))
    told = dict(
        zip(
            [e.text for e in page.all("dl")[0].all("dt")],
            [e.text for e in page.all("dl")[0].all("dd")],
            strict=True,
        )
    )
    assert told == {
        "Kind": "exosome", "Exosome source": "platelet", "Form": "lyophilised",
        "Route": "after microneedling",
        "Product": "Vial <2>", "Batch": "B7", "Dose": "2 ml", "Sessions": "2",
        "Dates": "2026-03-02, 2026-03-23", "Adjunct device": "pen, 1 mm", "Notes": "left side only",
    }  # fmt: skip


def test_why_a_change_is_no_plain_difference_depends_on_the_profiles():
    change = compared.change()
    assert "One profile served both visits." in parsed(alignment_section(change)).text
    change.follow_up.profile.id = "p-other"
    assert "profile of its own chart" in parsed(alignment_section(change)).text


def test_how_well_the_photos_align():
    words = parsed(alignment_section(compared.change())).text
    assert "0.20 mm or less in half of the places, 0.55 mm or less in 19 of 20" in words
    assert "97 % of the baseline's skin" in words
    assert "93 % of that" in words
    assert "turned by −1.5°, tilted by at least 4.0°, size 1.02" in words
    change = compared.change()
    change.alignment.residual_mm = None
    assert "by 0.4 px of the maps" in parsed(alignment_section(change)).text
    assert "could not be laid over" in parsed(alignment_section(compared.change(aligned=False))).text


def test_the_parts_of_the_uncertainty_are_shown():
    page = parsed(alignment_section(compared.change()))
    rows = page.one("tbody").all("tr")
    own = compared.value()
    values = [float(data.attributes["value"]) for data in rows[0].all("data")]
    assert values == [*own.parts.values(), own.uncertainty, own.sdc]


def test_sources_of_both_visits_and_every_definition():
    change = compared.change()
    page = parsed(provenance_section(change))
    assert [cell.text for cell in page.all("tr")[1].all("td")] == ["before.jpg", "after.jpg"]
    assert page.text.count(change.baseline.sha256) == 2
    assert len(page.one("dl").all("dt")) == 10
    assert "atan2(L - 50, b)" in page.text
