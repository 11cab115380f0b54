"""States of pixels against their plain twins."""

import naive
import numpy as np
import pytest

from pigmeter._kernels import states

ROWS, COLUMNS, CELL, MARGIN = 53, 61, 5, 10
PADDED, CELLS = (ROWS + 2 * MARGIN, 88), (11, 13)


def test_what_is_taken_out_equals_its_twin():
    rng = np.random.default_rng(3)
    wide = np.zeros(PADDED, np.uint8)
    wide[rng.random(PADDED) < 0.4] = 1
    causes = rng.choice(np.array([0, 0, 0, 5, 7], np.uint8), CELLS)
    kinds = rng.integers(0, 4, (ROWS, COLUMNS)).astype(np.uint8)
    results = []
    for module in (states, naive):
        state, skin = kinds.copy(), kinds == 1
        planes = tuple(np.where(skin, np.float32(i), np.float32(np.nan)) for i in range(3))
        module.take_out(planes, wide, 4, causes, MARGIN, CELL, 0, CELLS[0], state, skin)
        results.append((*planes, state, skin))
        assert np.array_equal(skin, state == 1)
        assert all(np.array_equal(np.isfinite(plane), skin) for plane in planes)
    for found, expected in zip(*results, strict=True):
        assert np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize("cell", [1, CELL])
def test_counts_equal_their_twin(cell):
    rng = np.random.default_rng(4)
    state = rng.integers(0, 9, (ROWS, COLUMNS)).astype(np.uint8)
    inside = rng.integers(0, 2, (ROWS, COLUMNS) if cell == 1 else CELLS).astype(np.uint8)
    found, expected = np.zeros(9, np.int64), np.zeros(9, np.int64)
    states.count_states(state, inside, cell, 3, 50, 7, 60, found)
    naive.count_states(state, inside, cell, 3, 50, 7, 60, expected)
    assert np.array_equal(found, expected)
    assert found.all()
