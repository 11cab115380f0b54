"""Noise of a region's mean: as much as the mean of correlated squares really varies, and no true change."""

import numpy as np
from tolerance import assert_close

from pigmeter.comparison.block_noise import noise_of_mean


def squares(side):
    return np.argwhere(np.ones((side, side), dtype=bool))


def smooth(rng, side, length):
    """A field whose neighbours are alike over `length` squares, SD 1."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.normal(size=(side + 8 * length,) * 2), length)[4 * length : 4 * length + side]
    field = field[:, 4 * length : 4 * length + side]
    return field / (1 / (2 * np.sqrt(np.pi) * length)) if length else rng.normal(size=(side, side))


def test_white_noise_by_the_square_root_of_the_number():
    values = np.random.default_rng(1).normal(size=(50, 40 * 40))
    noise = noise_of_mean(values, np.ones(1600), squares(40), 1.0)
    ratio = noise.spread * 40
    assert ratio.min() > 0.85
    assert 1 < ratio.mean() < 1.35, "the noisiest of four sizes counts"


def test_coverage_where_neighbours_err_alike():
    from scipy.special import stdtrit

    rng = np.random.default_rng(3)
    held, naive = 0, 0
    for _ in range(160):
        field = smooth(rng, 48, 2)
        noise = noise_of_mean(field.reshape(1, -1), np.ones(field.size), squares(48), 1.0)
        half = stdtrit(noise.degrees[0], 0.975) * noise.spread[0]
        held += abs(field.mean()) <= half
        naive += abs(field.mean()) <= 1.96 * field.std() / 48
    assert 0.92 <= held / 160 <= 0.99
    assert naive / 160 < 0.5, "squares are not independent"


def test_a_change_that_grows_across_the_region_is_no_noise():
    rng = np.random.default_rng(2)
    field = rng.normal(scale=0.1, size=(40, 40))
    sloped = field + np.linspace(-5, 5, 40)[:, None] + np.linspace(3, -3, 40)
    still, moved = (
        noise_of_mean(each.reshape(1, -1), np.ones(1600), squares(40), 1.0).spread for each in (field, sloped)
    )
    assert_close(moved, still, 1e-9)


def test_weights_count():
    rng = np.random.default_rng(9)
    values, weights = rng.normal(size=(2, 900)), np.ones(900)
    weights[450:] = 1e-9
    noise = noise_of_mean(values, weights, squares(30), 1.0)
    half = noise_of_mean(values[:, :450], np.ones(450), squares(30)[:450], 1.0)
    assert_close(noise.spread / half.spread, 1, 0.35)
    assert noise.degrees[0] < half.degrees[0] + 5


def test_too_few_blocks_say_nothing():
    values = np.random.default_rng(9).normal(size=(1, 16))
    assert noise_of_mean(values, np.ones(16), squares(4), 1.0) is None
    assert noise_of_mean(values, np.ones(16), squares(4), 4.0) is not None
