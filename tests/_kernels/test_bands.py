"""Squares pooled and held against their windows, against plain twins."""

import naive
import numpy as np
import pytest
from tolerance import assert_close

from pigmeter._kernels import bands

RNG = np.random.default_rng(3)
ROWS, COLUMNS = 26, 31
VALUES = RNG.normal(50, 3, (2, ROWS, COLUMNS)).astype(np.float32)
NONE = np.empty((2, 0, 0), dtype=np.float32)
OFFSETS = RNG.uniform(-0.2, 0.2, (2, ROWS, COLUMNS)).astype(np.float32)


def gaps(part=0.15):
    weights = np.where(RNG.random((ROWS, COLUMNS)) < part, 0, 1).astype(np.float32)
    weights[3:9, 20:28] *= RNG.uniform(0.3, 1, (6, 8)).astype(np.float32)
    weights[12:, 24:] = 0
    return weights


def with_nan(weights):
    values = VALUES.copy()
    values[:, weights == 0] = np.nan
    return values


@pytest.mark.parametrize(("size", "step"), [(1, 1), (2, 2), (4, 4), (2, 1), (3, 2)])
@pytest.mark.parametrize("offsets", [NONE, OFFSETS], ids=["middles", "offsets"])
def test_pooled_squares_equal_their_twin(size, step, offsets):
    weights = gaps()
    rows, columns = (-(-(n - (size - step)) // step) for n in weights.shape)
    results = []
    for module in (naive, bands):
        out = [np.full((k, rows, columns), -1, np.float32) for k in (2, 1, 2)]
        module.pooled_squares(
            with_nan(weights), weights, offsets, size, step, 0, rows, out[0], out[1][0], out[2]
        )
        results.append(out)
    for plain, fast in zip(*results, strict=True):
        assert_close(fast, plain, 2e-5)


@pytest.mark.parametrize(("stride", "shift", "per_tile"), [(1, 0, 2), (2, 1, 4), (2, 1, 3)])
@pytest.mark.parametrize("offsets", [NONE, OFFSETS], ids=["middles", "offsets"])
@pytest.mark.parametrize("part", [0.0, 0.15])
def test_band_tiles_equal_their_twin(stride, shift, per_tile, offsets, part):
    weights = gaps(part)
    variance = RNG.uniform(0.1, 0.3, (2, 4, 5)).astype(np.float32)
    growth = np.array([1.0, 1.7])
    tiles = [-(-(n + shift) // per_tile) for n in weights.shape]
    results = []
    for module in (naive, bands):
        sums = np.full((6, *tiles), 7, dtype=np.float32)
        module.band_tiles(
            with_nan(weights), weights, offsets, stride, variance, growth, 0.17, 0.5, 0.5, 0.5,
            per_tile, shift, 0, tiles[0], sums,
        )  # fmt: skip
        results.append(sums)
    assert_close(results[1], results[0], 2e-3)
    assert results[1][0].sum() > 100


def test_rows_of_tiles_are_independent():
    weights = gaps()
    variance = np.ones((2, 4, 5), dtype=np.float32)
    whole, part = (np.full((6, 13, 16), 7, dtype=np.float32) for _ in range(2))
    for sums, first, last in ((whole, 0, 13), (part, 2, 5)):
        bands.band_tiles(
            with_nan(weights), weights, NONE, 1, variance, np.ones(2), 0.17, 0.5, 0.5, 0.5,
            2, 0, first, last, sums,
        )  # fmt: skip
    assert (part[:, 2:5] == whole[:, 2:5]).all()
    assert (part[:, :2] == 7).all()


def some_sums():
    sums = RNG.uniform(1, 4, (6, 9, 7)).astype(np.float32)
    sums[:, 2:5, 3:6] = 0
    return sums


def test_tile_spreads_equal_their_twin():
    sums = some_sums()
    plain, fast = (np.full((2, 9, 7), -1, dtype=np.float32) for _ in range(2))
    for module, out in ((naive, plain), (bands, fast)):
        module.tile_spreads(sums, 5.0, 0, 9, out)
    assert_close(fast, plain, 1e-5)
    assert np.isnan(plain).any()
    assert (plain == 0).any()


def test_tile_scatter_equals_its_twin():
    sums = some_sums()
    squares = np.array([0.1, -0.2])
    plain, fast = np.full((2, 11), -1.0), np.full((2, 11), -1.0)
    for module, out in ((naive, plain), (bands, fast)):
        module.tile_scatter(sums, squares, 3, 0, 4, out)
        module.tile_scatter(sums, squares, 3, 4, 10, out)
    assert_close(fast, plain, 1e-3)
    assert (plain[:, -1] == -1).all()
