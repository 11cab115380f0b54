"""Fine texture follows the light, not the pigment and not the noise."""

from dataclasses import replace

import numpy as np
import pytest
from lit_skin import MM, blocks, lit_skin, noise_model, pigments
from tolerance import assert_close

from pigmeter.measurement.region_squares import squares_of_regions
from pigmeter.measurement.shading import LIGHT, shading_of
from pigmeter.measurement.skin_noise import noise_field
from pigmeter.measurement.texture import refused_texture, texture_of
from pigmeter.regions.region import Region

SHAPE = (480, 480)
WHOLE = Region("skin")
KEPT = np.sqrt(1 - 2 / 16 + (3.5 / 16) ** 2)  # of white noise, against its window


def texture(relief, contrast=0.0, melanin=0.15, noise=0.0, told=None, region=WHOLE):
    rgb = pigments(SHAPE, melanin=melanin, contrast=contrast)
    found = lit_skin(rgb, 1 + relief * blocks(SHAPE, 0.25, 77), noise)
    model = noise_model(noise if told is None else told)
    squares = squares_of_regions(found, [region], MM)
    made = shading_of(model, squares.grid, found.cells.response.reshape(3, -1).astype(float))
    light = replace(squares.grid, values={LIGHT: made.light(squares.grid.values)})
    return texture_of(light, noise_field(found, made, MM), squares.within[0], region)


@pytest.mark.parametrize("melanin", [0.1, 0.2, 0.45])
def test_it_is_the_amplitude_of_the_light(melanin):
    found = [texture(relief, 0.5, melanin, told=0.001).value for relief in (0.01, 0.02, 0.04)]
    assert_close(np.array(found) / (KEPT * np.array([1, 2, 4])), 1, 0.12)


def test_pigment_hardly_moves_it():
    calm, spotted = (texture(0.02, contrast, told=0.001).value for contrast in (0.0, 1.0))
    assert_close(spotted / calm, 1, 0.1)


def test_even_light_has_none():
    assert texture(0.0).value < 0.01


def test_noise_is_taken_off():
    calm, noisy = texture(0.02, 0.5, told=0.0001), texture(0.02, 0.5, noise=0.02)
    assert_close(noisy.value / calm.value, 1, 0.05)
    with_noise_in_it = texture(0.02, 0.5, noise=0.02, told=0.0001)
    assert with_noise_in_it.value > 1.1 * calm.value
    assert texture(0.0, noise=0.02).low == 0


def test_its_form():
    value = texture(0.02)
    assert (value.key, value.unit) == ("texture", "%")
    assert value.definition == "spread of the light over squares of 0.25 mm within 1 mm"
    assert abs(value.n - 240**2) <= 4
    assert 0 < value.low < value.value < value.high
    assert value.uncertainty > 0


def test_little_skin_is_refused():
    mask = np.zeros(SHAPE, dtype=bool)
    mask[:8, :8] = True
    value = texture(0.02, region=Region("dot", mask))
    assert (value.code, value.value) == ("REGION_SMALL", None)
    assert "'dot'" in value.reason
    assert "2 mm2 needed" in value.reason
    assert refused_texture("SCALE_NONE", "why").reason == "why"
