"""The tally of a map: by hand, against its twin, in a window, and beyond the bins."""

import naive
import numpy as np
from tolerance import assert_close

from pigmeter._kernels.sample import tally

SEED = 72


def tallied(kernel, values, inside, window, pivot=0.0, bins=50):
    counts, sums = np.zeros(bins, dtype=np.int64), np.full(3, -1.0)
    kernel(values, inside, *window, pivot, np.float32(-5), np.float32(4), counts, sums)
    return counts, sums


def test_by_hand():
    values = np.array([[1, 2, 3], [4, 5, 100]], dtype=np.float32)
    inside = np.array([[True, False, True], [False, False, True]])
    counts, sums = tallied(tally, values, inside, (0, 2, 0, 3), pivot=1.0)
    assert_close(sums, [3, 0 + 2 + 99, 0 + 4 + 99**2], 0)
    assert {int(place): int(counts[place]) for place in np.flatnonzero(counts)} == {24: 1, 32: 1, 49: 1}


def test_matches_its_twin():
    rng = np.random.default_rng(SEED)
    values = rng.normal(0, 3, (19, 41)).astype(np.float32)
    inside = rng.random((19, 41)) < 0.6
    values[~inside] = np.nan
    for window in ((0, 19, 0, 41), (3, 11, 7, 12), (4, 4, 0, 41)):
        got, expected = (tallied(kernel, values, inside, window, 0.3) for kernel in (tally, naive.tally))
        assert_close(got[0], expected[0], 0)
        assert_close(got[1], expected[1], 1e-9)


def test_the_order_of_rows_does_not_change_the_histogram():
    rng = np.random.default_rng(SEED)
    values, inside = rng.normal(0, 3, (30, 20)).astype(np.float32), rng.random((30, 20)) < 0.5
    upright = tallied(tally, values, inside, (0, 30, 0, 20))[0]
    turned = tallied(tally, values[::-1].copy(), inside[::-1].copy(), (0, 30, 0, 20))[0]
    assert_close(upright, turned, 0)
