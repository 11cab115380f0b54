"""Regions on squares: what is averaged, what is pooled, and when there are none."""

import numpy as np
from lit_skin import MM, lit_skin, pigments
from tolerance import assert_close

from pigmeter.measurement.grid import Grid, grid_of
from pigmeter.measurement.region_squares import (
    GRIDDED,
    counted_share,
    squares_of_regions,
    why_no_squares,
    wider_squares,
)
from pigmeter.regions.region import Region

SHAPE = (160, 200)
FOUND = lit_skin(pigments(SHAPE, contrast=1.0))


def part(top, left, side):
    mask = np.zeros(SHAPE, dtype=bool)
    mask[top : top + side, left : left + side] = True
    return Region("part", mask)


def test_the_grids_and_their_regions():
    squares = squares_of_regions(FOUND, [Region("skin"), part(16, 8, 64)], MM)
    for grid, within, side in (
        (squares.grid, squares.within, 2), (squares.half, squares.half_within, 4)
    ):  # fmt: skip
        assert tuple(sorted(grid.values)) == tuple(sorted(GRIDDED))
        assert (grid.side_mm, grid.step) == (side * MM, side)
        assert within[0] is None
        assert counted_share(grid, within[0]).all()
        assert np.count_nonzero(counted_share(grid, within[1])) == (64 // side) ** 2
        wanted = FOUND.maps["a"].reshape(160 // side, side, 200 // side, side).mean(axis=(1, 3))
        assert_close(grid.values["a"], wanted, 1e-4)


def test_coarse_maps_have_one_grid():
    squares = squares_of_regions(FOUND, [part(16, 8, 64)], 0.4)
    assert squares.half is squares.grid or squares.half.side_mm == squares.grid.side_mm == 0.5
    assert squares.half_within[0] is squares.within[0]


def test_known_squares_are_not_averaged_again():
    known = grid_of({"L": FOUND.maps["a"]}, FOUND.skin, MM, 0.25)  # wrong on purpose
    grid = squares_of_regions(FOUND, [], MM, known).grid
    assert grid.values["L"] is known.values["L"]
    other = grid_of({"L": FOUND.maps["a"]}, FOUND.skin, MM, 0.5)
    grid = squares_of_regions(FOUND, [], MM, other).grid
    assert_close(grid.values["L"], squares_of_regions(FOUND, [], MM).grid.values["L"], 0)


def test_a_part_is_the_regions_own():
    squares = squares_of_regions(FOUND, [part(16, 8, 64)], MM)
    own = squares.part(0, ("melanin_index",))
    wanted = FOUND.maps["melanin_index"][16:80, 8:72].reshape(16, 4, 16, 4).mean(axis=(1, 3))
    assert tuple(own.values) == ("melanin_index",)
    assert_close(own.values["melanin_index"], wanted, 1e-4)
    assert_close(own.share, 1, 1e-6)


def test_borders_of_squares_lie_alike_in_all_regions():
    """The region begins half a millimetre beside a square of 1 mm, which then is half there."""
    own = squares_of_regions(FOUND, [part(20, 12, 64)], MM).part(0, ("L",))
    wide = wider_squares(own, 1.0)
    assert wide.share.shape == (9, 9)
    assert_close(wide.share[0, 0], 0.25, 1e-6)
    assert np.isnan(wide.values["L"][0, 0])
    assert_close(wide.share[0, 1], 0.5, 1e-6)
    assert_close(wide.values["L"][1, 1], FOUND.maps["L"][24:32, 16:24].mean(), 1e-3)
    assert wider_squares(own, 0.5) is own


def test_what_counts():
    share = np.array([[1.0, 0.5, 0.4, 0.0]], dtype=np.float32)
    grid = Grid({}, share, 0.25, 2.0)
    assert_close(counted_share(grid, None), [[1, 0.5, 0, 0]], 0)
    assert_close(counted_share(grid, np.array([[False, True, True, True]])), [[0, 0.5, 0, 0]], 0)


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
