"""Differences of two rows, each with an interval of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.comparison.repeatability import Repeatability, Repeats, default_repeatability
from pigmeter.comparison.row_changes import refused_change, row_change

KEYS = ("texture", "brown_area", "melanin_index_variation")


def repeats(spread=0.0, degrees=float("inf")):
    """Unchanged skin differs by so much."""
    return Repeatability({key: Repeats(spread, degrees, "%") for key in KEYS}, "of a test")


def row(mean, below=None, above=None, key="texture", **more):
    low, high = (None, None) if below is None else (mean - below, mean + above)
    unsure = None if below is None else (below + above) / 2 / 1.96
    base = {
        "region": "cheek", "site": "cheek", "side": "left", "quantity": key, "definition": "d", "unit": "%",
        "n": 40, "mean": mean, "low": low, "high": high, "uncertainty": unsure, "code": None, "reason": None,
    }  # fmt: skip
    return base | more


def test_the_ends_that_matter_count():
    pair = row(5.0, 1.0, 3.0, "brown_area"), row(8.0, 2.0, 4.0, "brown_area", n=30)
    found = row_change(*pair, repeats())
    assert (found.change, found.baseline, found.follow_up, found.n) == (3.0, 5.0, 8.0, 30)
    assert_close(found.low, 3 - np.hypot(2, 3), 1e-12)
    assert_close(found.high, 3 + np.hypot(4, 1), 1e-12)
    assert_close(found.sdc, np.sqrt((2**2 + 3**2 + 4**2 + 1**2) / 2), 1e-12)
    assert (found.endpoint, found.key, found.side) == ("", "brown_area", "left")


widths = st.floats(0.01, 5)
means = st.floats(-20, 20)


@settings(derandomize=True, max_examples=100)
@given(means, widths, widths, means, widths, widths)
def test_swapping_the_visits_changes_the_sign_only(a, b, c, d, e, f):
    first, last = row(a, b, c), row(d, e, f)
    there, back = row_change(first, last, repeats(0.3)), row_change(last, first, repeats(0.3))
    assert back.change == -there.change
    assert_close([back.low, back.high, back.sdc], [-there.high, -there.low, there.sdc], 1e-9)
    assert_close(back.p, there.p, 1e-9)
    assert (there.low > 0 or there.high < 0) == (there.p < 0.05) or abs(there.p - 0.05) < 1e-6


def test_nothing_found_at_either_visit_is_no_proof_of_nothing():
    found = row_change(row(0.0, 0.0, 0.0, "brown_area"), row(0.0, 0.0, 0.0, "brown_area"), repeats())
    assert (found.change, found.sdc, found.low, found.p) == (0.0, None, None, None)


def test_repeats_widen_only_what_the_rows_do_not_know():
    pair = row(5.0, 1.96, 1.96, "brown_area"), row(5.0, 1.96, 1.96, "brown_area")
    known = row_change(*pair, repeats(0.5)).uncertainty
    assert_close(known, np.sqrt(2), 1e-9)
    wide = row_change(*pair, repeats(2.0))
    assert_close(wide.uncertainty, 2 * np.sqrt(2), 1e-9)
    assert wide.parts["reposition"] > wide.parts["noise"]
    few = row_change(*pair, repeats(2.0, 3.0))
    assert few.sdc > wide.sdc


def test_a_number_without_an_interval_has_a_change_and_no_verdict():
    found = row_change(row(2.0), row(3.0), repeats())
    assert (found.change, found.uncertainty, found.low, found.p) == (1.0, None, None, None)
    repeated = row_change(row(2.0), row(3.0), repeats(1.0))
    assert_close([repeated.low, repeated.high], [1 - 2.7718, 1 + 2.7718], 1e-3)


def test_the_same_skin_cancels_a_part_of_what_a_spread_does_not_know():
    pair = row(5.0, 2.0, 2.0), row(5.5, 2.0, 2.0)
    apart, same = (row_change(*pair, repeats(), same_skin, 0.0) for same_skin in (False, True))
    assert_close(same.parts["noise"] / apart.parts["noise"], np.sqrt(0.5), 1e-9)
    assert 0.7 < same.sdc / apart.sdc < 0.8
    assert same.endpoint == "texture"
    level = [
        row_change(row(5.0, 2.0, 2.0, "melanin_index_variation"), pair[1], repeats(), same_skin)
        for same_skin in (False, True)
    ]
    assert level[0].sdc == level[1].sdc


def test_relief_in_another_light_is_never_surer_than_a_tenth():
    found = row_change(row(5.0, 1e-3, 1e-3), row(5.0, 1e-3, 1e-3), repeats(), True, 0.0)
    assert_close(found.parts["light"], 0.5, 1e-9)
    assert_close(found.sdc, 0.5 * 2.5706, 2e-3)  # Student's t of five degrees: its errors have long tails
    assert found.degrees == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    ("key", "moved", "part"),
    [
        ("texture", 0.0, 0.1),
        ("texture", 0.1, (0.1**2 + 0.4**2) ** 0.5),
        ("texture", None, (0.1**2 + 0.2**2) ** 0.5),
        ("melanin_index_variation", 0.1, 0.1),
    ],
)
def test_texture_is_as_unsure_as_the_light_moved(key, moved, part):
    pair = (row(5.0, 1e-3, 1e-3, key),) * 2
    assert_close(row_change(*pair, repeats(), True, moved).parts["light"], 5 * part, 1e-9)


@pytest.mark.parametrize("key", ["dark_spots_severity", "melasma_area_score", "brown_above_median_area"])
def test_spots_that_are_looked_for_anew_have_no_interval(key):
    pair = row(5.0, 2.0, 2.0, key), row(1.0, 2.0, 2.0, key)
    for known in (repeats(), default_repeatability()):
        found = row_change(*pair, known, True)
        assert (found.change, found.low, found.verdict) == (-4.0, None, None)
    own = Repeatability({key: Repeats(1.0, 8.0, "1")}, "own repeats")
    assert row_change(*pair, own, True).sdc == pytest.approx(2.306 * 2**0.5, abs=1e-3)


@pytest.mark.parametrize("visit", ["baseline", "follow-up"])
def test_a_refused_row_says_at_which_visit(visit):
    gone = row(1.0) | {"mean": None, "code": "REGION_SMALL", "reason": "too little skin"}
    pair = (gone, row(1.0)) if visit == "baseline" else (row(1.0), gone)
    found = row_change(*pair, repeats())
    assert (found.status, found.code) == ("refused", "REGION_SMALL")
    assert found.reason == f"{visit}: too little skin"
    assert refused_change(gone, "X", "y").n == 0
