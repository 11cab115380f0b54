"""Area-weighted means over squares against their plain twins."""

import naive
import numpy as np
import pytest
from tolerance import assert_close

from pigmeter._kernels.grid import square_means, square_shares

FEWEST = np.float32(0.5)


def both(values, inside, step, part=None):
    shape = tuple(int(np.ceil(side / step)) for side in inside.shape)
    found = []
    for module in (naive, None):
        share, means = np.full(shape, -1, np.float32), np.full(shape, -1, np.float32)
        first, last = part or (0, shape[0])
        (naive.square_shares if module else square_shares)(inside, step, first, last, share)
        average = naive.square_means if module else square_means
        average(values, inside, share, FEWEST, step, first, last, means)
        found.append((share, means))
    return found


@pytest.mark.parametrize("step", [0.3, 1.0, 1.7, 2.0, 2.5, 3.0, 7.3, 40.0])
def test_squares_equal_their_twin(step):
    rng = np.random.default_rng(1)
    values = rng.normal(50, 10, (31, 23)).astype(np.float32)
    inside = rng.random((31, 23)) < 0.7
    inside[5:14, 4:12] = False
    values[~inside] = np.nan
    (share, means), (got_share, got_means) = both(values, inside, step)
    assert_close(got_share, share, 1e-6)
    assert_close(got_means, means, 1e-4)
    assert np.isnan(means).any() or step > 20


def test_rows_of_squares_are_independent():
    values = np.arange(35, dtype=np.float32).reshape(7, 5)
    inside = np.ones((7, 5), dtype=bool)
    whole, part = both(values, inside, 1.25)[1], both(values, inside, 1.25, (1, 3))[1]
    for all_rows, some in zip(whole, part, strict=True):
        assert (some[1:3] == all_rows[1:3]).all()
        assert (some[[0, 3, 4, 5]] == -1).all()
