"""The two passes over pixels: by hand, against their twins, in any order of tiles, and where numbers end."""

import naive
import numpy as np
import pytest
from tolerance import assert_close

from pigmeter._kernels.pixel import CLIPPED, block_means, quantity_planes

SEED = 71
FEWEST = np.float32(0.75)


def averaged(kernel, pixels, table, scale, cell, low=0, tiles=None):
    rows, columns = (-(-n // scale) for n in pixels.shape[:2])
    cell_rows, cell_columns = -(-rows // cell), -(-columns // cell)
    means = np.full((3, rows, columns), -1, dtype=np.float32)
    cells = np.full((3, cell_rows, cell_columns), -1, dtype=np.float32)
    usable = np.full((cell_rows, cell_columns), -1, dtype=np.int32)
    clipped = np.full((2, cell_rows, cell_columns), -1, dtype=np.int32)
    for first, last in tiles or [(0, cell_rows)]:
        kernel(pixels, table, low, scale, cell, FEWEST, first, last, means, cells, usable, clipped)
    return means, cells, usable, clipped


def line_table(bits=8):
    """Response that is the encoded value over full scale, with 0 and full scale marked as clipped."""
    table = np.tile(np.linspace(0, 1, 2**bits, dtype=np.float32), (3, 1))
    table[:, [0, -1]] = CLIPPED
    return table


def random_pixels(rng, shape, bits=8):
    pixels = rng.integers(0, 2**bits, (*shape, 3)).astype(np.uint8 if bits == 8 else np.uint16)
    pixels[rng.random(shape) < 0.1] = 2**bits - 1
    pixels[rng.random(shape) < 0.1, 1] = 0
    return pixels


def test_block_means_by_hand():
    pixels = np.zeros((2, 4, 3), dtype=np.uint8)
    pixels[0] = [(51, 102, 153), (51, 102, 153), (255, 9, 9), (0, 9, 9)]
    pixels[1] = [(153, 102, 51), (255, 255, 255), (102, 102, 102), (102, 102, 102)]
    means, cells, usable, clipped = averaged(block_means, pixels, line_table(), 2, 2)
    assert_close(means[:, 0, 0], [(0.2 + 0.2 + 0.6) / 3, 0.4, (0.6 + 0.6 + 0.2) / 3], 1e-7)
    assert_close(means[:, 0, 1], 0, 0)  # only half of this block is usable
    assert_close(cells[:, 0, 0], [(1.0 + 0.8) / 5, 0.4, (1.4 + 0.8) / 5], 1e-7)
    assert usable.tolist() == [[5]]
    assert clipped.tolist() == [[[1]], [[2]]]


@pytest.mark.parametrize(("scale", "cell"), [(1, 1), (1, 3), (2, 3), (3, 2), (5, 1)])
@pytest.mark.parametrize("bits", [8, 16])
def test_block_means_match_their_twin(scale, cell, bits):
    pixels = random_pixels(np.random.default_rng(SEED), (23, 31), bits)
    got = averaged(block_means, pixels, line_table(bits), scale, cell)
    expected = averaged(naive.block_means, pixels, line_table(bits), scale, cell)
    for one, other, atol in zip(got, expected, (1e-6, 1e-6, 0, 0), strict=True):
        assert_close(one, other, atol)
    assert (got[2] + got[3].sum(axis=0)).sum() == 23 * 31, "every pixel is usable or clipped"


def test_tiles_of_block_means_give_the_same_bits_in_any_order():
    pixels = random_pixels(np.random.default_rng(SEED), (40, 37))
    whole = averaged(block_means, pixels, line_table(), 2, 3)
    tiled = averaged(block_means, pixels, line_table(), 2, 3, tiles=[(5, 7), (0, 2), (2, 5)])
    for one, other in zip(whole, tiled, strict=True):
        assert one.tobytes() == other.tobytes()


def evaluated(kernel, means, weights, wanted, background, cell, tiles=None):
    planes = np.full((10, *means.shape[1:]), 7, dtype=np.float32)
    planes[:3] = means
    state = np.full(means.shape[1:], 9, dtype=np.uint8)
    limits = np.float32(0.03), np.float32(1.4)
    for first, last in tiles or [(0, wanted.shape[0])]:
        kernel(planes, weights, wanted, background, *limits, cell, first, last, state)
    return planes, state


def a_scene(rows=45, columns=1100, cell=4):
    """Means over three decades; cells not wanted, highlights, and blocks without a mean among them."""
    rng = np.random.default_rng(SEED)
    weights = rng.normal(0, 30, (10, 8)).astype(np.float32)
    means = (10 ** rng.uniform(-3, 0, (3, rows, columns))).astype(np.float32)
    means[:, rng.random((rows, columns)) < 0.1] = 0
    shape = -(-rows // cell), -(-columns // cell)
    wanted = (rng.random(shape) < 0.7).astype(np.uint8)
    wanted[3] = 0
    background = np.repeat(rng.uniform(0.1, 0.3, (1, *shape)), 3, axis=0).astype(np.float32)
    shiny = rng.random((rows, columns)) < 0.1
    spread = np.repeat(np.repeat(background, cell, axis=1), cell, axis=2)[:, :rows, :columns]
    means[:, shiny] = spread[:, shiny] + np.float32(0.1)
    return means, weights, wanted, background, cell


def test_quantity_planes_match_their_twin():
    scene = a_scene()
    planes, state = evaluated(quantity_planes, *scene)
    expected, expected_state = evaluated(naive.quantity_planes, *scene)
    assert np.array_equal(state, expected_state)
    assert {0, 1, 2, 3} == set(np.unique(state).tolist())
    assert_close(planes[:8], expected[:8], 1e-3)
    lightness, a, b = expected[3:6]
    for plane, radius in ((8, np.hypot(lightness - 50, b)), (9, np.hypot(a, b))):
        off = np.abs((planes[plane] - expected[plane] + 180) % 360 - 180)
        assert_close(np.where(state == 1, np.isnan(off), False), 0, 0)
        # an angle is as sure as the two float32 lengths it is taken of
        assert np.nanmax(off - np.degrees(1e-3 / np.maximum(radius, 1e-3))) < 0.005


def test_logarithms_of_plain_values_by_hand():
    """Weights that pass g through: response 0.1, 0.01, 0.5 gives 0.6, 1.6, -0.09897."""
    weights = np.zeros((10, 8), dtype=np.float32)
    weights[1, 0] = weights[2, 1] = weights[3, 2] = 1
    means = np.array([0.1, 0.01, 0.5], dtype=np.float32).reshape(3, 1, 1)
    cells = np.ones((1, 1), np.uint8), np.ones((3, 1, 1), np.float32)
    planes, _ = evaluated(quantity_planes, means, weights, *cells, 1)
    assert_close(planes[:3, 0, 0], [0.6, 1.6, 0.30103 - 0.4], 1e-6)


def test_the_logarithm_is_right_from_the_darkest_response_to_the_brightest():
    values = np.geomspace(1e-4, 4, 20000).astype(np.float32)
    weights = np.zeros((10, 8), dtype=np.float32)
    weights[1, 0] = 100
    means = np.tile(values, (3, 1, 1))
    cells = np.ones((1, 20000), np.uint8), np.full((3, 1, 20000), 9, np.float32)
    planes, _ = evaluated(quantity_planes, means, weights, *cells, 1)
    assert_close(planes[0, 0], 100 * (-np.log10(values.astype(float)) - 0.4), 1e-4)


@pytest.mark.parametrize("angle", range(-179, 181, 7))
def test_angles_are_right_all_around(angle):
    turn = np.radians(angle)
    weights = np.zeros((10, 8), dtype=np.float32)
    weights[0, 3:6] = 50 + 20 * np.sin(turn), 20 * np.cos(turn), 20 * np.sin(turn)
    means = np.full((3, 1, 1), 0.5, dtype=np.float32)
    cells = np.ones((1, 1), np.uint8), np.ones((3, 1, 1), np.float32)
    planes, _ = evaluated(quantity_planes, means, weights, *cells, 1)
    assert_close(planes[9, 0, 0], angle, 1e-3)
    assert_close(planes[8, 0, 0], 45 if angle > 0 else -135 if angle < 0 else 0, 1e-3)


def test_tiles_of_quantity_planes_give_the_same_bits_in_any_order():
    scene = a_scene()
    whole = evaluated(quantity_planes, *scene)
    tiled = evaluated(quantity_planes, *scene, tiles=[(8, 12), (3, 8), (0, 3)])
    for one, other in zip(whole, tiled, strict=True):
        assert one.tobytes() == other.tobytes()


def test_half_the_light_adds_its_logarithm_to_the_melanin_index():
    weights = np.zeros((10, 8), dtype=np.float32)
    weights[1, 0] = 100
    means = np.full((3, 1, 2), 0.4, dtype=np.float32)
    means[:, 0, 1] = 0.2
    cells = np.ones((1, 2), np.uint8), np.ones((3, 1, 2), np.float32)
    planes, _ = evaluated(quantity_planes, means, weights, *cells, 1)
    assert_close(planes[0, 0, 1] - planes[0, 0, 0], 100 * np.log10(2), 1e-4)
