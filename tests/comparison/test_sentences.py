"""The sentences that sum a comparison up: numbers with interval and unit, worse as loud as better, doubts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored import moved, panel, refused
from source_tree import ROOT

from pigmeter.comparison.indications import PANEL, known_indications
from pigmeter.comparison.pair_codes import PAIR_CODES
from pigmeter.comparison.score import score_of
from pigmeter.comparison.sentences import (
    CANNOT_CONCLUDE,
    cannot_conclude,
    change_words,
    digits_for,
    score_words,
    verdict_of,
)
from pigmeter.findings import Finding

NAMES = [indication.name for indication in known_indications()]
FORBIDDEN = re.compile(
    r"diagnos|significan|no change\b|cure|heal|effective|%(?! interval| of the light)", re.I
)


def verdict(indication, findings=(), extra=(), **changes):
    values, totals = panel(**changes)
    return verdict_of((*values, *extra), score_of(values, totals, indication), findings)


def test_an_improvement_is_told_with_interval_and_smallest_detectable_change():
    melanin = moved("melanin_index", -2.4, 0.78)
    assert verdict("melasma", melanin=melanin) == (
        "Melanin in the whole skin decreased by 2.40 index units (95 % interval -3.18 to -1.62, smallest "
        "detectable change 0.78), which is better for melasma."
    )


def test_worse_is_told_as_loudly():
    melanin = moved("melanin_index", 2.4, 0.78)
    assert verdict("melasma", melanin=melanin) == (
        "Melanin in the whole skin increased by 2.40 index units (95 % interval 1.62 to 3.18, smallest "
        "detectable change 0.78), which is worse for melasma."
    )


def test_what_cannot_be_told_from_none_says_what_could_have_been():
    assert verdict("melasma", melanin=moved("melanin_index", -0.4, 0.78)) == (
        "Melanin in the whole skin shows no detectable change (-0.40 index units, 95 % interval -1.18 to "
        "0.38, smallest detectable change 0.78)."
    )


def test_what_became_worse_beside_the_primary_is_told():
    said = verdict("melasma", melanin=-3, redness=4)
    assert said.endswith(
        " Worse: redness increased by 4.0 index units (95 % interval 3.0 to 5.0, smallest "
        "detectable change 1.0)."
    )
    assert "etter:" not in said


def test_a_change_that_several_comparisons_took_away_says_so():
    melanin = moved("melanin_index", -1.5, 1.0, verdict="no detectable change")
    assert verdict("melasma", melanin=melanin).startswith(
        "Melanin in the whole skin shows no detectable change when several comparisons are counted (-1.5"
    )


def test_names_of_endpoints_say_which_way_their_numbers_go():
    assert verdict("general rejuvenation", colour_evenness=-3).startswith(
        "The unevenness of colour in the whole skin decreased by 3.0 CIELAB units"
    )
    assert verdict("vitiligo", light_spots=-3).startswith(
        "The severity of light spots in the whole skin decreased"
    )


def test_a_doubt_is_told_in_the_finding_s_own_words():
    melanin = moved("melanin_index", -3, flags=("REDNESS_FALL", "PAIR_LIGHT"))
    findings = [Finding("REDNESS_FALL", "blood fell with it."), Finding("PAIR_POSE", "turned")]
    said = verdict("melasma", findings, melanin=melanin)
    assert said.endswith(". In doubt, since blood fell with it; PAIR_LIGHT.")


def test_a_missing_primary_gives_its_reason_and_what_is_known():
    said = verdict("melasma", melanin=refused("melanin_index"), dark_spots=-3, redness=3)
    assert said.startswith(
        "Nothing can be said of melanin in the whole skin: the region is too small. Worse: red"
    )
    assert "; better: the severity of dark spots decreased by 3.0 index units (95 %" in said
    unjudged = replace(moved("melanin_index", -3), verdict=None)
    assert "its change was not judged" in verdict("melasma", melanin=unjudged)


def test_a_control_stands_beside_the_change():
    less = moved("melanin_index", -2, against="forehead")
    assert (
        "better for melasma; less the change of 'forehead' it decreased by 2.0 index units (95 %"
        in verdict("melasma", extra=[less], melanin=-3)
    )
    score = score_of([less], (), "melasma", against="forehead")
    assert verdict_of([less], score, ()).startswith(
        "Melanin in the whole skin, less that of 'forehead', decreased by 2.0"
    )


def test_a_region_is_named():
    value = moved("melanin_index", -2, region="left cheek")
    score = score_of([value], (), "melasma", region="left cheek")
    assert "Melanin in the region 'left cheek' decreased" in verdict_of([value], score, ())


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    indication=st.sampled_from(NAMES),
    changes=st.fixed_dictionaries({name.replace(" ", "_"): st.floats(-5, 5) for name in PANEL}),
)
def test_no_sentence_claims_more_than_its_interval(indication, changes):
    said = verdict(indication, **changes)
    assert not FORBIDDEN.search(said)
    assert said.count(". ") <= 1
    clauses = re.findall(r"(decreased|increased|shows no detectable change)[^(]*\(([^)]*)\)", said)
    assert clauses
    for told, inside in clauses:
        low, high = map(float, re.search(r"95 % interval (\S+) to ([^\s,]+)", inside).groups())
        assert "smallest detectable change" in inside
        if told == "increased":
            assert low >= 0
        if told == "decreased":
            assert high <= 0


@pytest.mark.parametrize(
    ("sdc", "digits"), [(0.78, 2), (3.1, 1), (12.0, 0), (250.0, 0), (0.008, 4), (0.0, 1), (1e-9, 6)]
)
def test_a_change_has_two_figures_of_its_sdc(sdc, digits):
    assert digits_for(sdc) == digits


def test_words_of_a_change_alone():
    assert change_words(moved("texture", 3)) == (
        "increased by 3.0 % of the light (95 % interval 2.0 to 4.0, smallest detectable change 1.0)"
    )
    lopsided = moved("texture", 3, 2.0, below=3.5, verdict="increased")
    assert change_words(lopsided).startswith("shows no detectable change (3.0 % of the light, 95 %")
    assert change_words(refused("texture")) == "was not compared (the region is too small)"
    assert "-0.0 " not in change_words(moved("L", -0.001))


# The composite in words


def test_a_score_is_printed_with_interval_and_definition():
    score = score_of(*panel(melanin=-3), "melasma")
    assert score_words(score) == f"Score for melasma: +1.5 (95 % interval +0.5 to +2.5). {score.words}."
    assert "which cannot be told from 0" in score_words(score_of(*panel(melanin=-1), "melasma"))
    assert ": +0.0 (95 %" in score_words(score_of(*panel(melanin=0.01), "melasma"))
    none = score_of(*panel(melanin=None), "melasma")
    assert score_words(none) == f"{none.words}."


# What cannot be concluded


def test_without_a_control_or_blinding_both_are_said():
    score = score_of(*panel(), "melasma")
    always = [CANNOT_CONCLUDE[situation] for situation in ("pair", "cause", "diagnosis")]
    said = cannot_conclude(score, ())
    assert {
        *always,
        *(CANNOT_CONCLUDE[name] for name in ("no_control", "not_blinded", "published_repeats")),
    } < {*said}
    assert said[-1].startswith("Of melasma it says nothing about how deep the pigment lies")
    assert cannot_conclude(score, (), control="forehead", blinded=True, own_repeats=True) == (
        *always,
        said[-1],
    )


@pytest.mark.parametrize(
    ("code", "situation"),
    [
        ("RECOVERY_WINDOW", "recovery"),
        ("REDNESS_RISE", "redness"),
        ("REDNESS_FALL", "redness"),
        ("PAIR_LIGHT", "light"),
        ("PAIR_CAMERA", "light"),
    ],
)
def test_a_finding_brings_its_sentence(code, situation):
    score = score_of(*panel(), "melasma")
    assert CANNOT_CONCLUDE[situation] not in cannot_conclude(score, ())
    assert CANNOT_CONCLUDE[situation] in cannot_conclude(score, [Finding(code, "so")])
    flagged = score_of(*panel(melanin=moved("melanin_index", 1, flags=(code,))), "melasma")
    assert CANNOT_CONCLUDE[situation] in cannot_conclude(flagged, ())


def test_the_codes_that_bring_a_sentence_are_those_of_pairs():
    from pigmeter.comparison import sentences

    assert {*sentences._RECOVERY, *sentences._REDNESS, *sentences._LIGHT} <= {*PAIR_CODES}


def test_the_page_shows_every_such_sentence():
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    shown = {row[0]: row[2] for row in rows if len(row) == 3 and row[0] in CANNOT_CONCLUDE}
    assert shown == {**CANNOT_CONCLUDE}


@pytest.mark.parametrize("text", CANNOT_CONCLUDE.values(), ids=CANNOT_CONCLUDE)
def test_what_cannot_be_concluded_is_one_or_two_plain_sentences(text):
    assert text.endswith(".")
    assert text.count(". ") <= 1
    assert not FORBIDDEN.search(text)
    assert "{" not in text
