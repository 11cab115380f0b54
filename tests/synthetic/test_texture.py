"""Random fields: their statistics, their size in mm, their seeds."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.synthetic.texture import draw_relief, raster_shape, smooth_noise


def test_raster_shape_rounds():
    assert raster_shape((10.0, 20.04), 0.1) == (100, 200)
    assert raster_shape((0.01, 0.01), 1.0) == (1, 1)


def test_noise_has_mean_zero_and_sd_one():
    field = smooth_noise(np.random.default_rng(3), (60.0, 60.0), 0.2, 1.5)
    assert_close(field.mean(), 0.0, 0.05)
    assert_close(field.std(), 1.0, 0.12)


def correlation(field, shift):
    return float(np.corrcoef(field[:, :-shift].ravel(), field[:, shift:].ravel())[0, 1])


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_noise_forgets_over_its_scale(scale):
    field = smooth_noise(np.random.default_rng(5), (80.0, 80.0), 0.1, scale)
    assert correlation(field, round(0.2 * scale / 0.1)) > 0.7
    assert abs(correlation(field, round(3 * scale / 0.1))) < 0.2


def test_one_seed_is_one_field_at_any_resolution():
    fine = smooth_noise(np.random.default_rng(7), (30.0, 40.0), 0.1, 3.0)
    coarse = smooth_noise(np.random.default_rng(7), (30.0, 40.0), 0.2, 3.0)
    assert_close(fine[::2, ::2], coarse, 0.02)


@pytest.mark.parametrize("site", ["cheek", "forearm"])
def test_relief_is_shallow_and_its_seed_s_own(site):
    relief = draw_relief(2, (20.0, 30.0), 0.1, site)
    assert relief.shape == (200, 300)
    assert 0.01 < relief.std() < 0.08
    assert np.array_equal(relief, draw_relief(2, (20.0, 30.0), 0.1, site))
    assert not np.array_equal(relief, draw_relief(3, (20.0, 30.0), 0.1, site))


def test_furrows_are_about_a_millimetre_apart():
    relief = draw_relief(2, (40.0, 40.0), 0.05, "forearm")
    spectrum = np.abs(np.fft.rfft2(relief - relief.mean())) ** 2
    down = np.fft.fftfreq(relief.shape[0], 0.05)[:, None]
    across = np.fft.rfftfreq(relief.shape[1], 0.05)[None, :]
    period = 1 / np.maximum(np.hypot(down, across), 1e-9)
    fine = spectrum[(period > 0.6) & (period < 1.6)].sum()
    assert fine > 4 * spectrum[(period > 0.15) & (period < 0.4)].sum()
