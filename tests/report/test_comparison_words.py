"""Numbers and verdicts as people read them."""

from dataclasses import replace

import compared
import pytest
from compared import value
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, VERDICTS
from pigmeter.comparison.repeatability import Repeatability
from pigmeter.comparison.spot_change import FATES
from pigmeter.report.comparison_words import (
    ARROWS,
    ENDPOINT_MEANINGS,
    FATE_WORDS,
    change_words,
    decimals_of,
    has_own_repeats,
    interval_words,
    level_words,
    number,
    record_words,
    region_title,
    sdc_words,
    stands_alone,
    title_of,
    typeset,
    unit_words,
    verdict_words,
)


@pytest.mark.parametrize(
    ("sdc", "decimals"), [(23.0, 0), (2.4, 1), (1.0, 1), (0.83, 2), (0.041, 3), (1e-9, 4), (None, 1)]
)
def test_numbers_have_two_figures_of_what_can_be_detected(sdc, decimals):
    assert decimals_of(value(sdc=sdc, uncertainty=None)) == decimals


def test_counts_are_whole():
    assert decimals_of(value(unit="1", baseline=12.0, sdc=None, uncertainty=None)) == 0


def test_a_small_number_of_unknown_uncertainty_is_no_zero():
    small = value(unit="1", baseline=0.0012, follow_up=0.0008, sdc=None, uncertainty=None)
    assert level_words(small, small.baseline) == "0.0012"


@settings(derandomize=True, max_examples=100)
@given(st.floats(-1e4, 1e4), st.integers(0, 4))
def test_a_number_reads_back(given_number, decimals):
    words = number(given_number, decimals, signed=True)
    assert abs(float(words.replace("−", "-")) - given_number) <= 0.5001 * 10.0**-decimals
    assert "-" not in words
    assert words[0] != "−" or float(words[1:]) > 0


def test_the_words_of_a_change():
    one = value(
        change=-2.04, low=-3.1, high=-0.98, sdc=1.1, baseline=40.0, follow_up=37.96, verdict=DECREASED
    )
    assert change_words(one) == "−2.0"
    assert change_words(one, unit=True) == "−2.0 index units"
    assert interval_words(one) == "−3.1 to −1.0"
    assert level_words(one, one.follow_up) == "38.0"
    assert sdc_words(one) == "1.1"
    assert verdict_words(one) == "decreased"
    assert change_words(replace(one, unit="degree")) == "−2.0°"
    assert level_words(replace(one, unit="%"), None) == "not known"
    assert interval_words(replace(one, low=None)) == "not known"


def test_no_change_is_ever_claimed():
    words = verdict_words(value(verdict=UNDETECTED, sdc=1.25))
    assert words == "no detectable change (smallest detectable 1.2)"
    assert verdict_words(value(change=None, reason="too little skin")) == "not compared: too little skin"
    assert "cannot be judged" in verdict_words(value(verdict=None))


def test_an_interval_without_0_and_a_verdict_of_none_are_told():
    one = value(low=-3.0, high=-0.5, verdict=UNDETECTED)
    assert stands_alone(one)
    assert not stands_alone(replace(one, high=0.5))
    assert not stands_alone(replace(one, verdict=DECREASED))
    assert not stands_alone(replace(one, low=None))


def test_every_verdict_fate_and_endpoint_has_its_words():
    assert set(ARROWS) == set(VERDICTS)
    assert len(set(ARROWS.values())) == 3
    assert set(FATE_WORDS) == set(FATES)
    assert set(ENDPOINT_MEANINGS) == set(compared.ENDPOINTS.values())
    assert ARROWS[INCREASED] == "▲"


def test_titles():
    assert title_of("L_evenness_fine") == "Lightness L*: evenness fine"
    assert title_of("melanin_index_glcm_entropy") == "Melanin index: co-occurrence entropy"
    assert title_of("gloss_fraction") == "Gloss fraction"
    assert len({title_of(key) for key in QUANTITIES}) == len(QUANTITIES)
    assert region_title("skin") == "All skin"
    assert region_title("nose") == "nose"
    assert [unit_words(unit) for unit in ("index unit", "1", "nat")] == ["index units", "", "nat"]


def test_plain_words_are_typeset():
    assert typeset("week-6: -1.7 to -0.7 (95 % interval), A(568) - A(660), x-2") == (
        "week-6: −1.7 to −0.7 (95\u00a0% interval), A(568) - A(660), x-2"
    )
    assert typeset("15% of the skin") == "15\u00a0% of the skin"


def test_records_as_pairs_of_words():
    record = {
        "kind": "exosome",
        "dose": "",
        "dates": ["2026-03-02", "2026-03-23"],
        "covered": False,
        "lamp": None,
    }
    assert record_words(record) == [
        ("Kind", "exosome"),
        ("Dates", "2026-03-02, 2026-03-23"),
        ("Covered", "no"),
    ]
    assert record_words({"more": {"a_b": 1}}) == [("More", "A b: 1")]


def test_own_repeats_are_those_of_photos():
    assert not has_own_repeats(compared.change())
    own = Repeatability({}, "three people of this clinic", subjects=3, photos=9)
    assert has_own_repeats(compared.change(repeatability=own))
