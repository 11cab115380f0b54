"""From contrasts to fates."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.comparison.spot_change import FATES, OUTSIDE, SpotChange
from pigmeter.comparison.spot_fates import COVERAGE, expected_by_chance, fate_of, spreads_of, told_below

BOTH, FIRST, LAST = (True, True), (True, False), (False, True)


@pytest.mark.parametrize(
    ("contrasts", "found", "changed", "fate"),
    [
        ((8.0, 8.0), BOTH, False, "unchanged"),
        ((8.0, 4.0), BOTH, True, "faded"),
        ((8.0, 4.0), FIRST, True, "faded"),
        ((8.0, 0.5), FIRST, True, "cleared"),
        ((8.0, -3.0), FIRST, True, "cleared"),
        ((8.0, 0.5), BOTH, True, "faded"),
        ((4.0, 8.0), BOTH, True, "darker"),
        ((4.0, 8.0), LAST, True, "darker"),
        ((0.5, 8.0), LAST, True, "new"),
        ((0.5, 2.5), LAST, False, "unchanged"),
    ],
)
def test_fates_by_hand(contrasts, found, changed, fate):
    """Told from 1 unit at either visit; that a search found nothing is no fate by itself."""
    assert fate_of(contrasts, (1.0, 1.0), found, changed) == fate


@settings(max_examples=60, derandomize=True)
@given(st.floats(-20, 20), st.floats(-20, 20), st.booleans(), st.booleans())
def test_exchanging_the_visits_exchanges_the_fates(before, after, first, last):
    mirrored = {"cleared": "new", "new": "cleared", "faded": "darker", "darker": "faded"}
    found = (first, last or not first)
    one = fate_of((before, after), (1.0, 1.5), found, before != after)
    other = fate_of((after, before), (1.5, 1.0), found[::-1], before != after)
    assert mirrored.get(one, one) == other


def test_what_is_told_among_many_by_hand():
    """Five of 100 by Benjamini and Hochberg: the largest k with p(k) <= 0.05 k / n, here 3 of 5."""
    assert told_below([0.001, 0.012, 0.029, 0.2, 0.8]) == pytest.approx(0.03)
    assert told_below([0.2, 0.8]) == pytest.approx(0.025)
    assert told_below([0.001]) == pytest.approx(0.05)
    assert told_below([]) == pytest.approx(0.05)


def test_of_unchanged_spots_hardly_any_is_told_and_of_all_told_one_in_twenty():
    rng = np.random.default_rng(1)
    pairs, share = 0, []
    for _ in range(400):
        p = rng.uniform(0, 1, 40)
        pairs += bool((p <= told_below(p)).any())
        p[:20] *= 1e-4
        told = p <= told_below(p)
        share.append(np.mean(np.flatnonzero(told) >= 20))
    assert 0.02 < pairs / 400 < 0.08
    assert np.mean(share) < 0.05


def test_spreads_of_a_probability():
    assert spreads_of(0.05) == pytest.approx(COVERAGE)
    assert spreads_of(0.0027) == pytest.approx(3, abs=0.01)


def test_how_many_are_expected_by_chance():
    spot = SpotChange(1, "dark", "dark", "", "", (1,), (1,), 0, "faded", 0.0, 0.0, 1.0)
    spots = [spot, replace(spot, fate="new"), replace(spot, fate="unchanged"), replace(spot, fate=OUTSIDE)]
    assert expected_by_chance(spots) == pytest.approx(0.1)
    assert len(FATES) == 6
