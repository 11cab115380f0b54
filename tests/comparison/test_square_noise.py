"""Noise of single squares: the cameras', that of a shifted follow-up, and what the map itself shows."""

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import in_place, treated_pair

from pigmeter.comparison.change_maps import change_grid
from pigmeter.comparison.square_noise import camera_noise, noise_of_changes, slopes_of


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


def test_squares_that_did_not_change_scatter_by_their_noise(pair):
    grid = change_grid(*pair, in_place(*pair))
    for key in ("melanin_index", "haemoglobin_index", "L"):
        still = grid.maps[key][:, grid.maps[key].shape[1] // 2 :]
        seen = 1.4826 * np.nanmedian(np.abs(still - np.nanmedian(still)))
        assert 0.6 < np.nanmedian(grid.noise[key]) / seen < 1.6, key


def test_larger_squares_have_less_camera_noise(pair):
    response = np.tile([0.4, 0.2, 0.15], (6, 7, 1)) * np.linspace(0.8, 1.2, 7)[None, :, None]
    small, large = (camera_noise(["L", "melanin_index"], response, pair, step) for step in (2, 8))
    assert small["L"].shape == (6, 7)
    assert 2.5 < small["L"][0, 3] / large["L"][0, 3] < 6
    dark = camera_noise(["melanin_index"], 0.2 * response, pair, 8)["melanin_index"]
    assert dark[0, 0] > 1.5 * large["melanin_index"][0, 0]


def test_no_skin_has_no_noise(pair):
    found = camera_noise(["L"], np.full((2, 2, 3), np.nan), pair, 4)
    assert np.isnan(found["L"]).all()
    maps = {"L": np.full((2, 2), np.nan)}
    slope = {"L": np.zeros((2, 2, 2))}
    assert np.isnan(noise_of_changes(maps, np.full((2, 2, 3), np.nan), pair, slope, 1.0, 4)["L"]).all()


def test_a_slope_is_how_far_a_shift_moves_a_reading(pair):
    profile = pair[0].profile
    ramp = np.zeros((5, 9, 3)) + 0.02 * np.arange(9)[:, None]
    found = slopes_of(ramp, profile, False, 4)["melanin_index"]
    level = slopes_of(ramp[:, ::-1], profile, False, 4)["melanin_index"]
    assert_close(found[0], np.zeros((5, 9)), 1e-9)
    assert (found[1] > 0).all()
    assert_close(level[1], -found[1][:, ::-1], 1e-9)
    ramp[:, 4] = np.nan
    assert np.isfinite(slopes_of(ramp, profile, True, 4)["L"]).all()


def test_a_residual_makes_borders_unsure(pair):
    sharp, shifted = (change_grid(*pair, in_place(*pair, residual)) for residual in (0.0, 2.0))
    steep = np.hypot(*sharp.slope["melanin_index"])
    border = np.isfinite(sharp.noise["melanin_index"]) & (steep > np.nanpercentile(steep, 95))
    assert (shifted.noise["melanin_index"][border] > sharp.noise["melanin_index"][border]).mean() > 0.9
