"""The spread in a band of size: by hand, its response to size, and what it must not depend on."""

import numpy as np
import pytest
from mottled_maps import KEYS, KnownNoise, maps_of, waves, white
from tolerance import assert_close

from pigmeter._kernels.bands import KEPT
from pigmeter.measurement.bands import band_sums, grid_side, size_bands
from pigmeter.measurement.grid import grid_of
from pigmeter.measurement.skin_noise import noise_field

NONE = KnownNoise()


def spreads(plane, mm, skin=None, within=None, noise=NONE, workers=1, key="L", **others):
    found = maps_of(plane, skin, **others)
    grid = grid_of(found.maps, found.skin, mm, grid_side(mm))
    field = noise_field(found, noise, mm)
    found_sums = band_sums(grid, field, size_bands(), within, workers)
    return {name: tiles.spreads()[key] for name, tiles in found_sums.items() if tiles.spreads()}


def test_bands_follow_each_other_without_a_gap():
    bands = size_bands()
    assert [(band.low_mm, band.high_mm) for band in bands] == [(0.25, 1), (1, 4), (4, 16)]


def test_a_single_square_by_hand():
    """One square of 16 units: it is 15 above its window, and its window's 24 others 1, 1/2 or 1/4 below."""
    plane = np.zeros((40, 40))
    plane[20, 20] = 16
    spread = spreads(plane, 0.25)["fine"]
    others = 8 * 1 + 12 * 0.5**2 + 4 * 0.25**2
    assert_close(spread.mean_square * spread.squares / (15**2 + others), 1, 0.03)


def test_an_even_plane_has_no_spread_and_neither_has_a_slope():
    y, x = np.mgrid[:400, :400] * 0.1
    for plane in (np.full((400, 400), 50.0), 50 + 0.5 * x - 0.3 * y):
        for spread in spreads(plane, 0.1).values():
            assert_close(spread.value, 0, 4e-3)  # squares cut pixels, which moves their middles by 5 um


def test_a_slope_over_ragged_skin_has_no_spread_either():
    """Means over what is left of a window would lie beside the square that they are compared with."""
    y, x = np.mgrid[:500, :500] * 0.1
    skin = (np.hypot(y - 25, x - 25) < 20 + 3 * np.sin(7 * np.arctan2(y - 25, x - 25))) & (x % 3 > 0.35)
    for name, spread in spreads(50 + 0.5 * x - 0.3 * y, 0.1, skin).items():
        assert spread.value < {"fine": 0.012, "middle": 0.01, "wide": 0.02}[name]


@pytest.mark.parametrize("mm", [0.1, 0.125, 0.0625])
def test_white_noise_keeps_its_variance_per_area(mm):
    side = round(100 / mm)
    found = spreads(white((side, side)), mm)
    for band in size_bands()[1:]:
        wanted = np.sqrt(KEPT) * mm / band.low_mm
        assert_close(found[band.name].value / wanted, 1, 0.05)
        assert abs(found[band.name].mean_square - wanted**2) < 3 * found[band.name].error


def test_each_band_sees_its_own_sizes():
    seen = {length: spreads(waves((900, 900), 0.1, length), 0.1) for length in (0.8, 3.2, 12.8, 90)}
    for band, length in zip(size_bands(), (0.8, 3.2, 12.8), strict=True):
        values = {other: found[band.name].value for other, found in seen.items()}
        assert max(values, key=values.get) == length
        assert values[length] > 0.3
        assert values[90] < 0.02 * (band.low_mm / 0.25)


def test_a_part_of_a_uniform_field_has_the_spread_of_the_whole():
    """Squares at a border are compared with half a window, and are made to count for it."""
    plane = white((1600, 1600), 3.0, seed=5)
    whole = spreads(plane, 0.1)
    skin = np.zeros((1600, 1600), dtype=bool)
    for corner in range(0, 1600, 400):
        skin[corner : corner + 250, :] = True
    for corner in range(0, 1600, 400):
        skin[:, corner + 250 : corner + 400] = False
    part = spreads(plane, 0.1, skin)
    for name in ("fine", "middle", "wide"):
        assert_close(
            part[name].value / whole[name].value, 1, {"fine": 0.01, "middle": 0.03, "wide": 0.12}[name]
        )


def test_noise_is_taken_off_in_quadrature():
    plane = waves((600, 600), 0.1, 3.2, 2.0)
    density = 0.36 * 0.01
    noisy = plane + white((600, 600), 0.6) - 50
    clean = spreads(plane, 0.1)
    raw, corrected = (spreads(noisy, 0.1, noise=KnownNoise(d)) for d in (0.0, density))
    assert raw["middle"].value > clean["middle"].value
    for name in ("middle", "wide"):
        assert_close(corrected[name].mean_square, clean[name].mean_square, 4 * corrected[name].error)
    assert_close(corrected["middle"].value / clean["middle"].value, 1, 0.01)
    assert_close(corrected["middle"].noise, np.sqrt(KEPT * density), 1e-6)


def test_near_zero_the_mean_square_is_unbiased():
    """Pure noise, taken off as it is: over many fields the mean square is 0 within what chance allows."""
    found = [spreads(white((300, 300), 1.0, seed), 0.125, noise=KnownNoise(0.125**2)) for seed in range(40)]
    for name in ("middle", "wide"):
        mean = np.array([each[name].mean_square for each in found])
        assert abs(mean.mean()) < 3 * mean.std() / np.sqrt(len(mean))
        assert min(each[name].value for each in found) == 0
        assert_close(np.sqrt(np.mean([each[name].error ** 2 for each in found])) / mean.std(), 1, 0.35)


def test_error_of_the_noise_is_in_the_error():
    plane = white((300, 300))
    sure, unsure = (spreads(plane, 0.1, noise=KnownNoise(0.01, error))["middle"] for error in (0.0, 0.5))
    assert_close(unsure.error, np.hypot(sure.error, 0.5 * 0.01 * KEPT), 1e-6)


def test_only_squares_within_count_whatever_lies_beside():
    plane = white((500, 500), 2.0, seed=8)
    wild = plane.copy()
    wild[:, 250:] = 1e4 * np.random.default_rng(1).standard_normal((500, 250))
    within = np.zeros((200, 200), dtype=bool)
    within[:, :100] = True
    ours, other = (spreads(each, 0.1, within=within) for each in (plane, wild))
    for name, spread in ours.items():
        assert other[name] == spread


def test_any_number_of_threads_gives_the_same_bits():
    skin = np.random.default_rng(2).random((1500, 400)) < 0.9
    runs = [spreads(white((1500, 400)), 0.1, skin, workers=workers) for workers in (1, 2, 8)]
    assert runs[0] == runs[1] == runs[2]


def test_coarse_maps_have_the_bands_that_they_can_tell():
    assert [grid_side(mm) for mm in (0.05, 0.25, 0.3, 0.5, 0.6, 2, 2.1)] == [0.25, 0.25, 0.5, 0.5, 2, 2, None]
    assert list(spreads(white((200, 200)), 0.4)) == ["middle", "wide"]
    assert list(spreads(white((200, 200)), 1.0)) == ["wide"]


def test_a_band_does_not_depend_on_the_side_it_was_worked_out_from():
    plane = waves((800, 800), 0.125, 3.2) + waves((800, 800), 0.125, 20)
    coarse = plane.reshape(200, 4, 200, 4).mean(axis=(1, 3))
    fine, from_half = spreads(plane, 0.125), spreads(coarse, 0.5)
    for name in ("middle", "wide"):
        assert_close(from_half[name].value, fine[name].value, 1e-3)


def test_quantities_are_kept_apart():
    plane = waves((300, 300), 0.1, 3.2)
    even = np.full((300, 300), 7.0)
    values = [spreads(plane, 0.1, haemoglobin_index=even, key=key)["middle"].value for key in KEYS]
    assert values[0] == values[2] > 0.3
    assert values[1] < 1e-12


def test_an_interval_is_never_below_zero_and_wide_for_few_windows():
    spread = spreads(white((300, 300)), 0.1)["wide"]
    uncertainty, low, high = spread.interval()
    assert 0 <= low <= spread.value <= high
    assert uncertainty > 0
    more = spreads(white((1500, 1500)), 0.1)["wide"].interval()
    assert more[2] - more[1] < high - low


def test_local_spreads_show_where():
    plane = waves((400, 800), 0.1, 3.2)
    plane[:, :400] = 50
    found = maps_of(plane)
    grid = grid_of(found.maps, found.skin, 0.1, 0.25)
    tiles = band_sums(grid, noise_field(found, NONE, 0.1), size_bands())["middle"]
    local = tiles.local_spreads()["L"]
    assert local.dtype == np.float32
    assert local.shape == (20, 40)
    assert tiles.mm_per_pixel == 2
    assert_close(local[:, :17], 0, 1e-3)
    assert (local[2:-2, 23:-2] > 0.2).all()
