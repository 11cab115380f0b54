"""Deformed skin: there and back, smooth, and as large as asked for."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.synthetic.expression import Expression

PLACES = np.meshgrid(np.linspace(-45, 45, 31), np.linspace(-30, 30, 21))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("largest", [0.5, 3.0])
def test_what_is_displaced_comes_back(largest, seed):
    expression = Expression(largest, seed=seed)
    there = expression.displaced(*PLACES)
    assert_close(np.stack(expression.at_rest(*there)), np.stack(PLACES), 1e-4)
    moved = np.hypot(*(there[i] - PLACES[i] for i in (0, 1)))
    assert largest / 3 < moved.max() <= largest * 1.01
    slope = np.diff(there[0] - PLACES[0], axis=1) / np.diff(PLACES[0], axis=1)
    assert np.abs(slope).max() < 0.45 * largest / 3 + 0.01


def test_no_expression_leaves_the_skin_where_it_is():
    assert_close(np.stack(Expression(0.0).displaced(*PLACES)), np.stack(PLACES), 0)
