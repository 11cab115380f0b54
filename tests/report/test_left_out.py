"""What is left out is told apart without colour, and every cause has its name."""

from itertools import combinations

import numpy as np
import pytest
from drawn import Watch, lab_of
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.obstructions import OBSTRUCTIONS
from pigmeter.report.left_out import left_out_legend, paint_left_out, state_name
from pigmeter.report.page import Page
from pigmeter.report.palettes import palette

CODES = (0, *range(2, 2 + len(OBSTRUCTIONS)))


def painted(code, rows=64, columns=64):
    picture = np.full((rows, columns, 3), 77, np.uint8)
    codes = paint_left_out(picture, np.zeros((rows, columns), bool), np.full((rows, columns), code, np.uint8))
    assert codes == (code,)
    return picture


def test_names_are_those_of_the_causes():
    assert [state_name(code) for code in CODES] == ["not skin", *OBSTRUCTIONS]


def test_what_shows_a_value_stays_and_the_rest_is_painted():
    picture = np.full((6, 8, 3), 77, np.uint8)
    shown = np.zeros((6, 8), bool)
    shown[:, :3] = True
    state = np.array([[1, 1, 0, 4]], np.uint8)  # of the same part: two columns each
    codes = paint_left_out(picture, shown, state)
    assert codes == (
        0,
        4,
    )  # where the middle was measured the map keeps its own grey
    assert (picture[:, :4] == 77).all()
    assert (picture[:, 4:6] == 0xE9).all()
    assert (picture[:, 6:] != 77).all()


def test_a_code_is_never_a_mean_of_its_neighbours():
    state = np.zeros((60, 60), np.uint8)
    state[:, 31:] = 8
    state[5::7, 5::7] = 2
    picture = np.zeros((20, 20, 3), np.uint8)
    assert set(paint_left_out(picture, np.zeros((20, 20), bool), state)) <= {0, 2, 8}


@pytest.mark.parametrize("pair", list(combinations(CODES, 2)), ids=str)
def test_two_causes_never_look_alike(pair):
    first, second = (painted(code).astype(int) for code in pair)
    level = abs(first.mean() - second.mean())
    assert np.abs(first - second).mean() > 12
    assert level > 8 or len({array.tobytes() for array in (first > 150, second > 150)}) == 2


@pytest.mark.parametrize("code", CODES[1:])
def test_a_pattern_can_be_seen_on_its_ground(code):
    assert np.ptp(painted(code)) > 50
    assert 0.1 < (painted(code)[..., 0] == painted(code).min()).mean() < 0.9


@pytest.mark.parametrize("code", CODES)
def test_causes_are_grey_and_apart_from_every_scale(code):
    picture = painted(code)
    assert_close(np.ptp(picture.astype(int), axis=-1), 0, 0)
    greys = lab_of(np.unique(picture.reshape(-1, 3), axis=0) / 255)
    for quantity in QUANTITIES:
        colours = lab_of(palette(quantity, 48))
        assert min(ciede2000(colours, grey[None]).min() for grey in greys) > 4


def test_the_legend_has_a_swatch_and_a_name_each(monkeypatch):
    watch = Watch(monkeypatch)
    end = left_out_legend(Page(3, 3, 100), 0.3, 0.5, (0, 2, 4))
    assert watch.words == ["not skin", "gloss", "hair"]
    assert len(watch.pictures) == 3
    assert_close(end, 0.5 + 3 * 0.19, 1e-9)
