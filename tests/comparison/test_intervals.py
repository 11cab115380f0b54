"""Standard uncertainties become intervals: Student's t, Satterthwaite's degrees, probabilities."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.comparison.intervals import OF_CHANGE, coverage_factor, finite_degrees, interval_of, probability


def test_factors_are_those_of_students_table():
    assert_close([coverage_factor(n) for n in (1, 2, 5, 30)], [12.706, 4.303, 2.571, 2.042], 5e-4)
    assert_close(coverage_factor(float("inf")), 1.95996, 1e-5)


def test_known_parts_add_as_squares():
    interval = interval_of(-1.0, {"light": 0.3, "noise": 0.4})
    assert_close(interval.uncertainty, 0.5, 1e-12)
    assert_close([interval.low, interval.high], [-1 - 0.97998, -1 + 0.97998], 1e-4)
    assert interval.degrees == float("inf")
    assert finite_degrees(interval.degrees) is None


def test_a_part_of_few_degrees_widens_by_its_share():
    alone = interval_of(0.0, {"noise": 1.0}, {"noise": 3.0})
    assert_close(alone.degrees, 3.0, 1e-12)
    assert_close(alone.high, 3.182, 1e-3)
    shared = interval_of(0.0, {"noise": 1.0, "light": 1.0}, {"noise": 3.0})
    assert_close(shared.degrees, 12.0, 1e-12)  # (1 + 1)^2 / (1 / 3)
    unused = interval_of(0.0, {"noise": 0.0, "light": 1.0}, {"noise": 3.0})
    assert unused.degrees == float("inf")


@pytest.mark.parametrize("degrees", [2.0, 7.5, float("inf")])
def test_the_interval_excludes_none_exactly_where_the_probability_is_below_five_percent(degrees):
    for size in np.linspace(0.1, 6, 60):
        interval = interval_of(size, {"noise": 1.0}, {"noise": degrees})
        assert (interval.low > 0) == (interval.p < 0.05)


def test_a_share_of_the_change_is_not_there_without_one():
    without = interval_of(5.0, {"noise": 1.0})
    shared = interval_of(5.0, {"noise": 1.0, OF_CHANGE: 2.0})
    assert (shared.sdc, shared.p) == (without.sdc, without.p)
    assert_close(shared.uncertainty, 5**0.5, 1e-12)
    assert_close(shared.high, 5 + 1.95996 * 5**0.5, 1e-5)
    # at the near end the reading is as far off as that true change would let it be: 40 % of itself, and noise
    assert_close(5 - shared.low, 1.95996 * np.hypot(1.0, 0.4 * shared.low), 1e-5)
    back = interval_of(-5.0, {"noise": 1.0, OF_CHANGE: 2.0})
    assert (back.low, back.high) == (-shared.high, -shared.low)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.51, 1.0])
def test_the_near_end_leaves_none_where_the_change_exceeds_the_smallest_detectable(share):
    last = -np.inf
    for size in np.linspace(0.0, 8, 81):
        interval = interval_of(size, {"noise": 1.0, OF_CHANGE: share * size})
        assert (interval.low > 0) == (size > interval.sdc) == (interval.p < 0.05)
        assert last <= interval.low <= size <= interval.high
        last = interval.low


def test_without_any_uncertainty_only_no_change_is_likely():
    assert probability(0.0, 0.0, 5.0) == 1.0
    assert probability(0.1, 0.0, 5.0) == 0.0


def test_coverage_of_a_mean_of_few_numbers():
    draws = np.random.default_rng(4).normal(size=(4000, 4))
    means, errors = draws.mean(axis=1), draws.std(axis=1, ddof=1) / 2
    held = 0
    for mean, error in zip(means, errors, strict=True):
        interval = interval_of(mean, {"noise": error}, {"noise": 3.0})
        held += interval.low <= 0 <= interval.high
    assert_close(held / 4000, 0.95, 0.012)
