"""The noise of flat patches: by brightness, by area, between channels, and kept in a file."""

import json

import numpy as np
import pytest
from noisy_charts import LEVELS, NOISE, chart_photo, variance_of, white_noise
from tolerance import assert_close

from pigmeter.colour.chart_noise import ChartNoise, noise_from_json, noise_of_chart

SKIN = np.array([0.4, 0.25, 0.2])
MADE = ChartNoise(
    sides=np.array([1.0, 4.0]),
    variance=np.array([np.tile([1e-4, 0, 0], (3, 1)), np.tile([0, 0, 1e-4], (3, 1))]),
    correlation=np.array([np.eye(3), np.full((3, 3), 1.0)]),
    relative_error=0.1,
)


def observed(**form):
    photo, chart = chart_photo(**form)
    return noise_of_chart(photo, chart, photo.decode)


def test_between_sides_the_noise_of_an_area_is_interpolated_by_hand():
    assert_close(np.diag(MADE.covariance(SKIN, 1.0)), 1e-4, 1e-12)
    assert_close(MADE.covariance(SKIN, 4.0), 1e-4 * np.outer(SKIN, SKIN) / 16, 1e-12)
    assert_close(MADE.covariance(SKIN, 8.0), 1e-4 * np.outer(SKIN, SKIN) / 64, 1e-12)
    halfway = MADE.covariance(SKIN, 2.0)
    assert_close(np.diag(halfway), 1e-4 * (0.5 + 0.5 * SKIN**2) / 4, 1e-12)
    assert_close(halfway[0, 1] / np.sqrt(halfway[0, 0] * halfway[1, 1]), 0.5, 1e-9)
    assert MADE.covariance(np.ones((3, 5, 7)), 2.0).shape == (3, 3, 5, 7)


@pytest.mark.parametrize("slope", [0.0, 0.0008])
def test_white_noise_of_any_brightness_is_recovered(slope):
    noise = observed(slope=slope)
    for response in (SKIN, LEVELS[3], LEVELS[20]):
        wanted = variance_of(response)
        for side in (1.0, 2.5, 8.0, 40.0):
            found = np.diag(noise.covariance(response, side))
            assert_close(found * side**2 / wanted, 1, 0.25 if side > 2 else 0.1)


def test_noise_with_a_memory_averages_less():
    noise = observed(memory=1.5)
    rng = np.random.default_rng(0)
    flat = white_noise((600, 600), rng, memory=1.5)
    for side in (2, 5, 10):
        means = flat.reshape(600 // side, side, 600 // side, side, 3).mean(axis=(1, 3))
        wanted = variance_of(SKIN) * means.var()
        assert_close(np.diag(noise.covariance(SKIN, side)) / wanted, 1, 0.25)
    assert noise.covariance(SKIN, 10)[0, 0] > 5 * variance_of(SKIN)[0] / 100


def test_what_channels_share_is_found():
    noise = observed(shared=0.6)
    for side in (1.0, 6.0):
        found = noise.covariance(SKIN, side)
        spread = np.sqrt(np.diag(found))
        assert_close(found / np.outer(spread, spread), 0.6 + 0.4 * np.eye(3), 0.08)


def test_patches_left_out_and_too_few():
    assert observed(excluded=range(5)).sides[-1] >= 12
    assert observed(excluded=range(20)) is None
    assert observed(per_mm=0.2) is None, "patches of 8 pixels"


def test_a_file_keeps_it():
    noise = observed()
    again = noise_from_json(json.loads(json.dumps(noise.to_json())))
    assert_close(again.covariance(SKIN, 3.3), noise.covariance(SKIN, 3.3), 0)
    assert again.relative_error == noise.relative_error
    content = noise.to_json()
    with pytest.raises(ValueError, match="expected"):
        noise_from_json(content | {"variance": [[1.0]]})
    with pytest.raises(KeyError):
        noise_from_json({})


def test_no_factor_is_below_zero_where_noise_does_not_grow():
    assert (observed().variance >= 0).all()
    assert NOISE[2, 1] == 0
