"""Maps of change: nothing where nothing changed, what changed where it did, and the same seen from behind."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import ellipse, in_place, treated_pair

from pigmeter.colour.chart import find_chart
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_maps import change_grid, nominal_mm, places_in_photos, square_step
from pigmeter.measurement.measurement import measure


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


@pytest.fixture(scope="module")
def grid(pair):
    return change_grid(*pair, in_place(*pair))


def test_squares_are_of_a_millimetre_and_of_three_residuals_at_least():
    assert square_step(0.1, 0.0) == 10
    assert square_step(0.3, 0.0) == 4
    assert square_step(0.1, 5.0) == 15
    assert square_step(2.0, 0.0) == 1


def test_without_a_scale_a_usual_field_is_taken(pair):
    without = replace(pair[0], mm_per_pixel=None)
    assert_close(nominal_mm(without), 250 / 600, 1e-9)
    grid = change_grid(without, pair[1], in_place(*pair))
    assert grid.side_mm is None
    assert grid.step == 3


def test_the_same_photo_twice_has_no_change_and_is_not_surer_than_its_light(pair):
    once = pair[0]
    grid = change_grid(once, once, in_place(once, once))
    assert list(grid.maps) == list(QUANTITIES)
    for key, plane in grid.maps.items():
        known = np.isfinite(plane)
        assert known.mean() > 0.3
        assert_close(plane[known], np.zeros(known.sum()), 0)
        assert (grid.uncertainty[key][known] > 0).all()
        assert not grid.detectable[key].any()


def test_what_was_treated_is_seen_and_the_rest_is_not(pair, grid):
    inside, change = ellipse(pair[0], -14.0, -12.0, 8.0, 6.0), treated_pair()[2]["melanin_index"]
    at = inside[grid.step // 2 :: grid.step, grid.step // 2 :: grid.step]
    at = np.pad(at, [(0, n - m) for n, m in zip(grid.maps["L"].shape, at.shape, strict=True)])
    assert_close(np.nanmean(grid.maps["melanin_index"][at]), np.nanmean(change[inside]), 0.3)
    assert grid.detectable["melanin_index"][at].mean() > 0.9
    far = np.isfinite(grid.maps["L"])
    far[:, : far.shape[1] // 2] = False
    assert grid.detectable["melanin_index"][far].mean() < 0.02
    assert grid.side_mm == pytest.approx(grid.step * pair[0].mm_per_pixel)
    assert grid.maps["L"].dtype == np.float32


def test_levels_of_both_visits_are_on_the_same_squares(pair, grid):
    for visit, maps in zip(pair, (grid.baseline, grid.follow_up), strict=True):
        for key in ("melanin_index", "L"):
            whole = visit.maps[key][grid.counted].mean(dtype=float)
            assert_close(np.nanmean(maps[key]), whole, 0.5)


def test_swapping_the_visits_changes_the_sign_and_nothing_else(pair, grid):
    back = change_grid(*pair[::-1], in_place(*pair))
    for key, plane in grid.maps.items():
        assert_close(back.maps[key], -plane, 2e-4)
        wide = np.isfinite(plane)
        assert_close(back.uncertainty[key][wide] / grid.uncertainty[key][wide], np.ones(wide.sum()), 0.15)


@pytest.mark.parametrize("workers", [2, 3])
def test_threads_do_not_matter(pair, grid, workers):
    again = change_grid(*pair, in_place(*pair), workers=workers)
    for key, plane in grid.maps.items():
        assert np.array_equal(again.maps[key], plane, equal_nan=True)


def test_a_brighter_exposure_of_linear_values_is_no_change(pair):
    """By one profile and with a chart in both photos; without it this were 17 units."""
    baseline = pair[0]
    rgb = baseline.photo.pixels.astype(np.float32) / 255
    bright, dim = (
        replace(
            baseline.photo,
            pixels=np.rint(factor * 65535 * rgb**2).astype(np.uint16),
            decode=np.tile(np.linspace(0, 1, 65536, dtype=np.float32), (3, 1)),
            sha256=name * 64,
        )
        for factor, name in ((0.9, "a"), (0.6, "b"))
    )
    chart = find_chart(bright)
    first = measure(bright, chart=chart)
    last = measure(dim, first.profile, chart=find_chart(dim))
    grid = change_grid(first, last, in_place(first, last))
    assert_close(grid.light.offset, np.log(0.6 / 0.9), 0.01)
    assert_close(np.nanmean(grid.maps["melanin_index"]), 0, 0.2)
    assert not grid.detectable["melanin_index"].any()


def test_places_of_a_region_in_both_photos(pair):
    baseline, follow_up = pair
    alignment = in_place(*pair)
    alignment.matrix = np.array([[1, 0, 3.0], [0, 1, -2.0], [0, 0, 1]])
    first, last = places_in_photos(np.array([10.5, 20.5]), pair, alignment)
    scale = baseline.scale
    assert_close(first, np.array([20.5, 10.5]) * scale - 0.5, 1e-9)
    assert_close(last, first + np.array([3.0, -2.0]) * follow_up.scale, 1e-9)


def test_no_common_skin_gives_maps_without_numbers(pair):
    alignment = in_place(*pair)
    alignment.trusted = np.zeros_like(alignment.trusted)
    grid = change_grid(*pair, alignment)
    assert np.isnan(grid.maps["L"]).all()
    assert not grid.detectable["L"].any()
