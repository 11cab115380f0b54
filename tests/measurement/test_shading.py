"""Light told from pigment: by the formula, and on skin whose light and pigment are known."""

import numpy as np
import pytest
from lit_skin import MM, blocks, lit_skin, noise_model, pigments
from tolerance import assert_close

from pigmeter.errors import UsageError
from pigmeter.measurement.region_squares import squares_of_regions
from pigmeter.measurement.shading import LIGHT, Shading, shading_of

SHAPE = (320, 320)


def shading(found, noise):
    grid = squares_of_regions(found, [], MM).grid
    return grid, shading_of(noise, grid, found.cells.response.reshape(3, -1).astype(float))


def test_the_light_is_a_sum_of_three():
    made = Shading(np.array([1.0, 0.5, -0.25]), noise_model())
    values = {key: np.array([[v]], dtype=np.float32) for key, v in (("L", 44.0), ("a", 12.0), ("b", 20.0))}
    wanted = 300 * np.log(60) + 0.5 * 300 * 12 / 60 - 0.25 * 300 * 20 / 60
    assert_close(made.light(values), [[wanted]], 1e-3)
    assert values["L"][0, 0] == 44


@pytest.mark.parametrize("melanin", [0.1, 0.2, 0.45])
def test_light_is_followed_and_pigment_is_not(melanin):
    rgb = pigments(SHAPE, melanin=melanin, contrast=1.0)
    relief = 1 + 0.02 * blocks(SHAPE, 0.25, 77)
    grid, made = shading(lit_skin(rgb, relief), noise_model(0.001))
    light = made.light(grid.values)
    true = 100 * np.log(relief[::2, ::2])
    slope = np.polyfit(true.ravel(), light.ravel(), 1)[0]
    assert_close(slope, 1, 0.08)
    plain = 300 * np.log(grid.values["L"] + 16)
    off, crude = (np.std(each - true) for each in (light, plain))
    assert off < 0.35 * crude


def test_the_noise_of_the_light():
    noise = noise_model(0.03)
    rgb = pigments(SHAPE)
    grid, made = shading(lit_skin(rgb, noise=0.03), noise)
    where = rgb[0, 0]
    assert_close(made.spread(LIGHT, where, 0.25) / made.light(grid.values).std(), 1, 0.05)
    assert made.spread(LIGHT, np.ones((3, 2, 5)) * 0.3, 0.25).shape == (2, 5)
    with pytest.raises(UsageError, match="the noise of 'a' was asked of the light"):
        made.spread("a", where, 0.25)
    assert made.relative_error(0.25) == noise.relative_error(0.25)


def test_with_hardly_any_skin_there_is_still_light():
    found = lit_skin(pigments((8, 8)))
    grid, made = shading(found, noise_model(0.01))
    assert np.isfinite(made.light(grid.values)).all()
