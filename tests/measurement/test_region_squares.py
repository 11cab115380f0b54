"""Regions on squares: what is averaged, what is pooled, and when there are none."""

import numpy as np
from lit_skin import MM, lit_skin, pigments
from tolerance import assert_close

from pigmeter.measurement.grid import grid_of
from pigmeter.measurement.region_squares import (
    GRIDDED,
    Pooled,
    pooled_region,
    squares_of_regions,
    why_no_squares,
)
from pigmeter.regions.region import Region

SHAPE = (160, 200)
FOUND = lit_skin(pigments(SHAPE, contrast=1.0))


def part(top, left, side):
    mask = np.zeros(SHAPE, dtype=bool)
    mask[top : top + side, left : left + side] = True
    return Region("part", mask)


def test_the_grid_and_its_regions():
    squares = squares_of_regions(FOUND, [Region("skin"), part(16, 8, 64)], MM)
    assert tuple(sorted(squares.grid.values)) == tuple(sorted(GRIDDED))
    assert squares.within[0] is None
    assert squares.counted(0).all()
    assert squares.counted(1).sum() == 32**2
    assert squares.counted(1)[8:40, 4:36].all()


def test_known_squares_are_not_averaged_again():
    known = grid_of({"L": FOUND.maps["a"]}, FOUND.skin, MM, 0.25)  # wrong on purpose
    grid = squares_of_regions(FOUND, [], MM, known).grid
    assert grid.values["L"] is known.values["L"]
    other = grid_of({"L": FOUND.maps["a"]}, FOUND.skin, MM, 0.5)
    grid = squares_of_regions(FOUND, [], MM, other).grid
    assert_close(grid.values["L"], squares_of_regions(FOUND, [], MM).grid.values["L"], 0)


def test_pooled_squares_are_means_of_the_regions_pixels():
    squares = squares_of_regions(FOUND, [part(16, 8, 64)], MM)
    pooled = pooled_region(squares, 0, ("melanin_index",), 1.0)
    wanted = FOUND.maps["melanin_index"][16:80, 8:72].reshape(8, 8, 8, 8).mean(axis=(1, 3))
    assert pooled.side_mm == 1
    assert_close(pooled.values[0], wanted, 1e-4)
    assert_close(pooled.weights, 1, 1e-6)


def test_borders_of_squares_lie_alike_in_all_regions():
    squares = squares_of_regions(FOUND, [part(20, 12, 64)], MM)
    pooled = pooled_region(squares, 0, ("L",), 1.0)
    assert pooled.whole.shape == (9, 9)
    assert_close(pooled.weights[0, 1], 0.5, 1e-6)
    assert_close(pooled.values[0, 1, 1], FOUND.maps["L"][24:32, 16:24].mean(), 1e-3)


def test_pooling_weighs():
    values = np.array([[[1.0, 3.0], [0.0, 8.0]]], dtype=np.float32)
    weights = np.array([[1.0, 0.5], [0.0, 0.5]], dtype=np.float32)
    made = Pooled(values, weights, 0.25).wider(0.5)
    assert_close(made.values[0], [[(1 + 1.5 + 4) / 2]], 1e-6)
    assert_close(made.weights, [[0.5]], 1e-6)
    assert made.whole.all()
    assert Pooled(values, weights, 0.25).wider(0.25).values is values


def test_why_there_are_none():
    assert squares_of_regions(FOUND, [], None) is None
    assert squares_of_regions(FOUND, [], 5.0) is None
    assert why_no_squares(0.1, 1.0) is None
    code, reason = why_no_squares(None, 1.0)
    assert code == "SCALE_NONE"
    assert "mm_per_pixel" in reason
    code, reason = why_no_squares(0.7, 0.5)
    assert code == "RESOLUTION_COARSE"
    assert "0.7 mm are too coarse for squares of 0.5 mm" in reason
