"""Colours of changes: alike to both sides, told apart by everyone, never mistaken for what may be chance."""

import numpy as np
import pytest
from drawn import SIGHTS, lab_of
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.report.change_scale import GREY, NO_SKIN, ChangeScale, paint_hatched, scale_of_change
from pigmeter.report.colour_scale import STEPS

SCALE = ChangeScale("melanin_index", 6.0)
ALL_SIGHTS = pytest.mark.parametrize("sight", SIGHTS)


@ALL_SIGHTS
def test_less_and_more_are_told_apart_by_everyone(sight):
    colours = lab_of(SCALE.colours / 255, sight)
    half = STEPS // 2
    # the faintest tenth left out: nobody tells a change of 0 from one of 0
    for step in range(3, half):
        assert ciede2000(colours[half - 1 - step], colours[half + step]) > 8


@ALL_SIGHTS
def test_both_sides_get_dark_with_the_size_of_the_change(sight):
    lightness = lab_of(SCALE.colours / 255, sight)[:, 0]
    half = STEPS // 2
    assert (np.diff(lightness[:half]) > 0).all()
    assert (np.diff(lightness[half:]) < 0).all()
    assert np.abs(lightness[:half][::-1] - lightness[half:]).max() < (12 if sight else 9)


@ALL_SIGHTS
def test_greyed_changes_are_not_taken_for_told_ones(sight):
    told, greyed = (lab_of(colours / 255, sight) for colours in (SCALE.colours, SCALE.greyed))
    nearest = min(ciede2000(told, np.broadcast_to(grey, told.shape)).min() for grey in greyed)
    assert nearest > 2
    same = ciede2000(told, greyed)
    assert same.min() > 5


def test_greyed_colours_by_hand():
    assert_close(SCALE.greyed, np.round(0.2 * SCALE.colours + 0.8 * np.array(GREY)), 0)


def test_values_take_the_colour_of_their_place():
    change = np.array([[-6.0, -100.0, -0.01, 0.01, 5.99, np.nan]])
    told = np.array([[True, True, True, False, True, True]])
    picture = SCALE.coloured(change, told)[0]
    wanted = [
        SCALE.colours[0],
        SCALE.colours[0],
        SCALE.colours[STEPS // 2 - 1],
        SCALE.greyed[STEPS // 2],
        SCALE.colours[-1],
        np.array(NO_SKIN),
    ]
    assert_close(picture, np.array(wanted), 0)


@pytest.mark.parametrize(
    ("reached", "most"),
    [(0.1, 5.0), (4.9, 5.0), (5.1, 6.0), (6.3, 8.0), (8.2, 10.0), (11.0, 15.0), (23.0, 30.0)],
)
def test_a_scale_ends_at_a_round_number_and_is_never_narrow(reached, most):
    # melanin: a quarter of the least span of 20 is 5
    change = np.full((20, 20), -reached, np.float32)
    assert scale_of_change("melanin_index", change) == ChangeScale("melanin_index", most)


def test_a_scale_of_nothing():
    assert scale_of_change("melanin_index", np.full((2, 2), np.nan)).most == 5.0


def test_hatching_leaves_the_rest_alone():
    picture = np.full((16, 16, 3), 7, np.uint8)
    where = np.zeros((16, 16), bool)
    where[:, :8] = True
    paint_hatched(picture, where)
    assert (picture[:, 8:] == 7).all()
    assert {tuple(c) for c in picture[:, :8].reshape(-1, 3).tolist()} == {(255,) * 3, (150,) * 3}
