"""The noise of flat patches: by brightness, by area, between channels, whatever else lies on them."""

import numpy as np
import pytest
from noisy_charts import LEVELS, chart_photo, covariance_of, white_noise
from tolerance import assert_close

from pigmeter.colour.patch_noise import flat_squares, noise_of_squares

SKIN = np.array([0.4, 0.25, 0.2])


def observed(**form):
    photo, chart = chart_photo(**form)
    return noise_of_squares(flat_squares(photo, chart), photo.decode)


@pytest.mark.parametrize("slope", [0.0, 0.0008])
def test_white_noise_of_any_brightness_is_recovered(slope):
    noise = observed(slope=slope)
    for response in (SKIN, LEVELS[3], LEVELS[20]):
        wanted = np.diag(covariance_of(response))
        for side in (1.0, 2.5, 8.0, 40.0):
            found = np.diag(noise.covariance(response, side))
            assert_close(found * side**2 / wanted, 1, 0.25 if side > 2 else 0.1)


def test_noise_with_a_memory_averages_less():
    noise = observed(memory=1.5)
    rng = np.random.default_rng(0)
    flat = white_noise((600, 600), rng, memory=1.5)
    for side in (2, 5, 10):
        means = flat.reshape(600 // side, side, 600 // side, side, 3).mean(axis=(1, 3))
        wanted = np.diag(covariance_of(SKIN)) * means.var()
        assert_close(np.diag(noise.covariance(SKIN, side)) / wanted, 1, 0.25)
    assert noise.covariance(SKIN, 10)[0, 0] > 5 * covariance_of(SKIN)[0, 0] / 100


def test_what_channels_share_is_found():
    noise = observed()
    for side in (1.0, 6.0):
        found, wanted = noise.covariance(SKIN, side) * side**2, covariance_of(SKIN)
        spread = np.sqrt(np.diag(wanted))
        assert_close((found - wanted) / np.outer(spread, spread), 0, 0.1)
        assert wanted[0, 1] < -0.2 * spread[0] * spread[1]


def test_patches_left_out_and_too_few():
    assert observed(excluded=range(5)).sides[-1] >= 12
    assert observed(excluded=range(20)) is None
    assert observed(per_mm=0.2) is None, "patches of 8 pixels"


def test_a_dirty_patch_is_left_out():
    clean, dirty = observed(), observed(dirt=(3, 17))
    for side in (1.0, 6.0, 30.0):
        ratio = np.diag(dirty.covariance(SKIN, side)) / np.diag(clean.covariance(SKIN, side))
        assert_close(ratio, 1, 0.1)


def test_a_turned_chart_is_read_inside_its_patches():
    straight, turned = observed(), observed(turn=30)
    ratio = np.diag(turned.covariance(SKIN, 3.0)) / np.diag(straight.covariance(SKIN, 3.0))
    assert_close(ratio, 1, 0.15)


def test_small_patches_tell_of_large_squares_by_the_memory_they_show():
    """The largest squares that fit have six pixels; the noise of larger ones follows from those."""
    flat = white_noise((1600, 1600), np.random.default_rng(0), memory=1.5)
    wanted = np.diag(covariance_of(SKIN)) * flat.reshape(40, 40, 40, 40, 3).mean(axis=(1, 3)).var()
    found = []
    for seed in range(4):
        noise = observed(seed=seed, per_mm=0.9, memory=1.5)
        assert noise.sides[-1] == 6
        found.append(np.diag(noise.covariance(SKIN, 40.0)))
    assert_close(np.sqrt(np.mean(found, axis=0) / wanted)[:2], 1, 0.2)  # without a memory 0.7


def test_few_and_small_patches_are_less_sure():
    many, few = observed(), observed(excluded=range(12))
    assert few.relative_error(16.0) > many.relative_error(16.0)
    assert many.relative_error(16.0) > many.relative_error(1.0)
