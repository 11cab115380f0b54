"""Mean responses of squares, and what changes are differences of."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.change_reading import read_change
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.mean_responses import mean_log_response, readings


class Tables:
    """A profile's two tables."""

    def __init__(self, seed, name="p"):
        rng = np.random.default_rng(seed)
        self.id = name
        self.level_weights, self.change_weights = rng.normal(size=(2, 10, 8))


def test_light_is_averaged_before_its_logarithm_is_taken():
    planes = np.full((3, 4, 6), 0.1, dtype=np.float32)
    planes[:, :, ::2] = 0.3
    logs = mean_log_response(planes, np.ones((4, 6), dtype=bool), 2)
    assert logs.shape == (2, 3, 3)
    assert_close(logs, np.full((2, 3, 3), -np.log10(0.2) - 0.4), 1e-6)


def test_squares_of_too_little_skin_are_not_known():
    counted = np.zeros((4, 4), dtype=bool)
    counted[:2, :2] = True
    counted[2, 2] = True
    logs = mean_log_response(np.full((3, 4, 4), 0.2, dtype=np.float32), counted, 2)
    assert np.isfinite(logs[..., 0]).tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize("shared", [True, False])
def test_their_difference_is_the_change(shared):
    rng = np.random.default_rng(3)
    before, after = rng.normal(0, 0.1, (2, 5, 3))
    one, other = Tables(1), Tables(1 if shared else 2, "p" if shared else "q")
    wanted = read_change(before, after, one, other)
    first, last = readings(before, one, shared), readings(after, other, shared)
    assert list(first) == list(QUANTITIES)
    for key in set(QUANTITIES) - {"ita", "hue"}:
        assert_close(last[key] - first[key], wanted[key], 1e-12)
