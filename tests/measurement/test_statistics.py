"""Statistics of maps: by hand, beside NumPy's on all values, and the same for any number of threads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.measurement.statistics import PERCENTILES, describe_maps

SEED = 73
BIN = 0.01


def described(values, inside=None, workers=1):
    values = np.atleast_2d(np.asarray(values, dtype=np.float32))
    inside = np.ones(values.shape, bool) if inside is None else inside
    return describe_maps({"m": values}, inside, workers)["m"]


def test_by_hand():
    found = described([1, 2, 3, 4, 5])
    assert found.n == 5
    assert_close(found.mean, 3, 1e-12)
    assert_close(found.sd, np.sqrt(2.5), 1e-12)
    assert_close(list(found.percentiles.values()), [1.2, 2, 3, 4, 4.8], BIN)


def test_nothing_is_none_and_one_value_has_no_spread():
    assert described([[1.0]], np.zeros((1, 1), bool)) == described([1.0, 2.0], np.zeros((1, 2), bool))
    nothing = described([[1.0]], np.zeros((1, 1), bool))
    assert (nothing.n, nothing.mean, nothing.sd) == (0, None, None)
    assert nothing.percentiles == dict.fromkeys(PERCENTILES)
    one = described([7.25])
    assert (one.n, one.mean, one.sd) == (1, 7.25, None)
    assert_close(list(one.percentiles.values()), 7.25, BIN)


def test_a_constant_map_has_no_spread():
    found = described(np.full((50, 60), 31.4159, np.float32))
    assert found.mean == float(np.float32(31.4159))
    assert found.sd == 0.0


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(2, 400), st.floats(-120, 300), st.floats(0.001, 40), st.integers(0, 1000))
def test_agrees_with_numpy(n, centre, spread, seed):
    values = np.random.default_rng(seed).normal(centre, spread, (n, 7)).astype(np.float32)
    inside = np.random.default_rng(seed + 1).random(values.shape) < 0.8
    values[~inside] = np.nan
    found, kept = described(values, inside), values[inside].astype(float)
    kept = np.clip(kept, -200, 455)
    assert found.n == kept.size
    assert_close(found.mean, kept.mean(), 1e-6 * (abs(centre) + spread))
    if n > 2:
        assert_close(found.sd, kept.std(ddof=1), 1e-6 * (1 + spread))
    assert_close(list(found.percentiles.values()), np.percentile(kept, PERCENTILES), 1.1 * BIN)


def test_small_spread_far_from_zero_is_not_lost():
    values = (300 + np.random.default_rng(SEED).normal(0, 0.01, (200, 300))).astype(np.float32)
    assert_close(described(values).sd, values.astype(float).std(ddof=1), 1e-9)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_any_number_of_threads_gives_the_same(workers):
    rng = np.random.default_rng(SEED)
    maps = {str(i): rng.normal(i, 5, (60, 80)).astype(np.float32) for i in range(10)}
    inside = rng.random((60, 80)) < 0.5
    assert describe_maps(maps, inside, workers) == describe_maps(maps, inside, 1)
    assert list(describe_maps(maps, inside, workers)) == list(maps)


def test_permuting_pixels_changes_no_mean():
    values = np.random.default_rng(SEED).normal(40, 8, (50, 50)).astype(np.float32)
    shuffled = np.random.default_rng(SEED).permutation(values.ravel()).reshape(50, 50)
    one, other = described(values), described(shuffled)
    assert_close(one.mean, other.mean, 1e-10)
    assert one.percentiles == other.percentiles
