"""Maps on squares of a side in mm: by hand, against resolution, threads, and what does not count."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.measurement.grid import grid_of, squares_within


def test_squares_of_one_and_a_half_pixels_by_hand():
    values = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], dtype=np.float32)
    grid = grid_of({"L": values}, np.ones((3, 3), dtype=bool), 0.2, 0.3)
    upper = (1 + 0.5 * 2 + 0.5 * 4 + 0.25 * 5) / 2.25
    assert grid.values["L"].dtype == np.float32
    assert_close(grid.values["L"][0, 0], upper, 1e-6)
    assert_close(grid.values["L"].sum(), 20, 1e-5)
    assert_close(grid.share, np.ones((2, 2)), 1e-6)
    assert (grid.side_mm, grid.step) == (0.3, pytest.approx(1.5))


def test_what_does_not_count_is_left_out_and_not_taken_for_zero():
    values = np.array([[10, np.nan], [20, 30]], dtype=np.float32)
    inside = np.array([[True, False], [True, True]])
    grid = grid_of({"L": values}, inside, 0.1, 0.2)
    assert_close(grid.values["L"], [[20]], 1e-6)
    assert_close(grid.share, [[0.75]], 1e-6)
    inside[1] = False
    assert np.isnan(grid_of({"L": values}, inside, 0.1, 0.2).values["L"]).all(), "a quarter is too little"


def test_squares_beyond_the_map_count_in_part():
    grid = grid_of({"L": np.ones((4, 7), np.float32)}, np.ones((4, 7), dtype=bool), 0.1, 0.5)
    assert_close(grid.share, [[0.8, 0.32]], 1e-6)
    assert_close(grid.values["L"], [[1, np.nan]], 1e-6)


def test_a_border_within_a_rounding_error_begins_no_square():
    for mm in (0.05, 0.1, 0.07, 0.3):
        for count in (3, 7, 40):
            pixels = round(count * 0.3 / mm)
            if abs(pixels * mm - count * 0.3) < 1e-12:
                grid = grid_of({}, np.ones((pixels, pixels), dtype=bool), mm, 0.3)
                assert grid.share.shape == (count, count)
                assert_close(grid.share, 1.0, 1e-5)


def test_the_same_scene_gives_the_same_squares_at_any_resolution():
    fine = np.random.default_rng(3).normal(40, 5, (120, 150)).astype(np.float32)
    coarse = fine.reshape(60, 2, 75, 2).mean(axis=(1, 3))
    grids = [
        grid_of({"L": values}, np.ones(values.shape, dtype=bool), mm, side)
        for values, mm, side in ((fine, 0.1, 1.0), (coarse, 0.2, 1.0))
    ]
    assert_close(grids[0].values["L"], grids[1].values["L"], 1e-4)


def test_any_number_of_threads_gives_the_same_bits():
    rng = np.random.default_rng(4)
    inside = rng.random((700, 300)) < 0.8
    maps = {key: rng.normal(40, 5, (700, 300)).astype(np.float32) for key in ("L", "a")}
    runs = [grid_of(maps, inside, 0.1, 0.25, workers) for workers in (1, 2, 8)]
    for other in runs[1:]:
        assert other.share.tobytes() == runs[0].share.tobytes()
        for key in maps:
            assert other.values[key].tobytes() == runs[0].values[key].tobytes()


def test_planes_of_a_larger_array_are_taken_as_they_are():
    planes = np.random.default_rng(5).normal(40, 5, (3, 9, 8)).astype(np.float32)
    inside = np.ones((9, 16), dtype=bool)[:, ::2]
    grid = grid_of({"L": planes[1]}, inside, 0.1, 0.2)
    assert_close(grid.values["L"][0, 0], planes[1, :2, :2].mean(), 1e-4)


def test_a_square_on_the_border_of_a_region_is_not_within():
    mask = np.zeros((8, 10), dtype=bool)
    mask[:5, :7] = True
    grid = grid_of({}, np.ones((8, 10), dtype=bool), 0.1, 0.25)
    within = squares_within(mask, grid)
    assert within.tolist() == [[True, True, False, False], [True, True, False, False]] + [[False] * 4] * 2
