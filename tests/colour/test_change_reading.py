"""Changes read from the responses of two visits: by one profile, by two, and what swapping them does."""

from dataclasses import dataclass

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.change_reading import read_change
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import terms


@dataclass(frozen=True)
class Tables:
    """Two tables of weights under a name."""

    id: str
    level_weights: np.ndarray
    change_weights: np.ndarray


def tables(name, seed):
    """Levels of plausible skin about log responses of a third, and another table for changes."""
    rng = np.random.default_rng(seed)
    level, change = rng.normal(0, 1, (2, 10, len(REGRESSED)))
    level[0, REGRESSED.index("L")] = 60
    level[0, REGRESSED.index("b")] = 20
    level[0, REGRESSED.index("a")] = 12
    change[0] = 0
    return Tables(name, level, change)


BEFORE, AFTER = np.array([[-0.3, -0.5, -0.7]]), np.array([[-0.28, -0.45, -0.66]])


def test_one_profile_reads_a_change_by_its_change_table():
    mine = tables("p-1", 1)
    moved = read_change(BEFORE, AFTER, mine, mine)
    expected = (terms(AFTER) - terms(BEFORE)) @ mine.change_weights
    for place, key in enumerate(REGRESSED):
        assert_close(moved[key], expected[:, place], 1e-12)
    assert set(moved) == set(QUANTITIES)


def test_two_profiles_read_levels_that_agree_on_where_zero_is():
    mine, other = tables("p-1", 1), tables("p-2", 1)
    shifted = Tables("p-2", other.level_weights, other.change_weights + 50)
    moved = read_change(BEFORE, BEFORE, mine, shifted)
    for key in QUANTITIES:
        assert_close(moved[key], [0.0], 1e-9)


@pytest.mark.parametrize("names", [("p-1", "p-1"), ("p-1", "p-2")])
def test_swapped_visits_change_the_sign(names):
    first, second = (tables(name, 3 if names[0] == names[1] else seed) for seed, name in enumerate(names, 3))
    there, back = read_change(BEFORE, AFTER, first, second), read_change(AFTER, BEFORE, second, first)
    for key in QUANTITIES:
        assert_close(there[key], -back[key], 1e-9)


def test_a_turn_of_hue_is_the_short_way_round():
    turning = np.zeros((10, len(REGRESSED)))
    turning[0, REGRESSED.index("a")] = -10
    turning[1, REGRESSED.index("b")] = 10.0
    one = Tables("p-1", turning, turning)
    moved = read_change(np.array([[-0.1, 0, 0]]), np.array([[0.1, 0, 0]]), one, one)
    assert abs(moved["hue"][0]) < 20
