"""Noise in a quantity: through the profile's weights, for the squares of a grid as they are made."""

from dataclasses import replace

import numpy as np
import pytest
from noisy_charts import chart_photo, with_noise
from plain_profile import PlainProfile, terms
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.errors import UsageError
from pigmeter.measurement.grid import grid_of
from pigmeter.measurement.noise import noise_of, square_width
from pigmeter.photo.photo import Capture
from pigmeter.reference import limit

SKIN = np.array([0.42, 0.24, 0.16])
PROFILE = PlainProfile()


def quantities(rgb):
    values = dict(zip(REGRESSED, np.moveaxis(terms(rgb) @ PROFILE.level, -1, 0), strict=True))
    values["ita"] = np.degrees(np.arctan2(values["L"] - 50, values["b"]))
    values["hue"] = np.degrees(np.arctan2(values["b"], values["a"]))
    return values


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_the_spread_that_squares_of_flat_skin_show(scale, memory):
    photo, chart = chart_photo(memory=memory)
    noise = noise_of(photo, PROFILE, chart, scale)
    rgb = with_noise(np.full((1200, 1200, 3), SKIN), np.random.default_rng(2), memory=memory)
    side = 1200 // scale
    blocks = rgb.reshape(side, scale, side, scale, 3).mean(axis=(1, 3))
    maps = {key: plane.astype(np.float32) for key, plane in quantities(blocks).items()}
    mm = chart.mm_per_pixel * scale
    for steps in (1.0, 2.5, 4.0):
        grid = grid_of(maps, np.ones((side, side), dtype=bool), mm, steps * mm)
        for key in QUANTITIES:
            wanted = np.nanstd(grid.values[key])
            assert_close(noise.spread(key, SKIN, steps * mm) / wanted, 1, 0.1)


def test_borders_that_cut_pixels_average_better():
    assert_close([square_width(step) for step in (1.0, 2.0, 7.0)], [1, 2, 7], 1e-9)
    assert_close(square_width(2.5), 2.5**2 / (2 + 0.25), 1e-9)
    assert_close(square_width(0.5), 1.0, 1e-9)  # a part of a pixel is as noisy as the pixel


def test_spread_takes_maps_of_responses_and_any_quantity():
    photo, chart = chart_photo()
    noise = noise_of(photo, PROFILE, chart, 1)
    image = np.stack([np.full((4, 5), value) for value in SKIN])
    assert noise.spread("L", image, 1.0).shape == (4, 5)
    assert_close(noise.spread("L", image, 1.0), noise.spread("L", SKIN, 1.0), 1e-12)
    assert np.isfinite(noise.spread("melanin_index", np.zeros(3), 1.0)), "a cell without light"
    with pytest.raises(UsageError, match="unknown quantity 'redness'"):
        noise.spread("redness", SKIN, 1.0)


def test_without_a_chart_what_is_usual():
    photo, chart = chart_photo()
    usual = noise_of(photo, PROFILE, None, 2, 0.1)
    expected = limit("measurement", "pixel_noise") * np.hypot.reduce(slopes("melanin_index", SKIN)) / 8
    assert_close(usual.spread("melanin_index", SKIN, 0.4) / expected, 1, 0.01)  # and the next order
    assert usual.relative_error(0.4) > 5 * noise_of(photo, PROFILE, chart, 2).relative_error(0.4)


def test_without_a_chart_in_the_photo_what_the_profile_s_chart_showed():
    photo, chart = chart_photo()
    own = noise_of(photo, PROFILE, chart, 2)
    profile = PlainProfile()
    profile.noise = replace(own.model, iso=100.0)
    other = replace(photo, capture=Capture(iso=400.0))
    for taken, gain in ((photo, 1.0), (other, 2.0)):
        found = noise_of(taken, profile, None, 2, own.mm_per_pixel)
        ratio = found.spread("L", SKIN, 1.0) / own.spread("L", SKIN, 1.0)
        assert_close(ratio, gain, 0.002)
        assert found.relative_error(1.0) > own.relative_error(1.0)
    assert noise_of(photo, profile, chart, 2).model.iso is None, "the photo's own chart tells more"


def slopes(key, response):
    steps = 1e-6 * np.eye(3)
    up, down = (quantities(response * np.exp(sign * steps))[key] for sign in (1, -1))
    return (up - down) / 2e-6
