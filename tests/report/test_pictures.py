"""Pictures for showing: means of what is there, the part with skin, colours as a screen shows them."""

from dataclasses import replace

import numpy as np
from measured import photo
from tolerance import assert_close

from pigmeter.report.pictures import View, outline_field, photo_for_show, shrink, shrink_map, view_of


def test_gaps_do_not_pull_a_mean():
    values = np.full((4, 4), 10.0, np.float32)
    values[0, 0] = np.nan
    values[2:, :2] = np.nan
    values[3, 3] = 30.0
    assert_close(shrink_map(values, 2), [[10, 10], [np.nan, 15]], 1e-5)


def test_a_pixel_needs_half_of_what_it_covers():
    values = np.full((2, 4), 5.0, np.float32)
    values[:, 0] = np.nan
    values[0, 2] = values[:, 3] = np.nan
    assert_close(shrink_map(values, 2), [[5, np.nan]], 1e-6)


def test_small_maps_stay_as_they_are():
    values = np.array([[1, np.nan]], np.float32)
    assert shrink_map(values, 5) is values
    assert shrink(values, 2) is values


def test_a_photo_is_shown_in_srgb():
    plain = photo(64, 96)
    assert np.array_equal(photo_for_show(plain, 96), plain.pixels)
    linear = replace(plain, decode=np.stack([np.arange(256, dtype=np.float32) / 255] * 3))
    shown = photo_for_show(linear, 96)[0, 0]
    assert_close(shown, [188, 188, 188], 0.5)  # 1.055 x 0.50196^(1/2.4) - 0.055 = 0.7366


def test_a_16_bit_photo_is_shown_like_its_8_bit_twin():
    eight = photo(64, 96)
    grid = np.linspace(0, 255, 65536)
    decode = np.stack([np.interp(grid, np.arange(256), eight.decode[0])] * 3).astype(np.float32)
    sixteen = replace(eight, pixels=eight.pixels.astype(np.uint16) * 257, decode=decode)
    assert_close(photo_for_show(sixteen, 48), photo_for_show(eight, 48), 1)


def test_a_large_photo_is_made_small():
    assert photo_for_show(photo(900, 1200), 100).shape == (75, 100, 3)


def test_the_view_holds_the_skin_in_the_photos_proportions():
    mask = np.zeros((100, 200), bool)
    mask[40:60, 150:170] = True
    view = view_of(mask, 0.05, 0.75, 0.1)
    assert_close([view.right - view.left, view.bottom - view.top], [view.width, view.width], 1e-12)
    assert mask[:, : int(view.left * 200)].sum() == 0
    assert view.cut(mask).sum() == mask.sum()
    assert 0 <= view.left < view.right <= 1


def test_a_view_at_the_border_stays_inside():
    mask = np.zeros((100, 200), bool)
    mask[90:, 190:] = True
    view = view_of(mask, 0.1, 0.75, 0.1)
    assert_close([view.right, view.bottom], [1, 1], 1e-12)
    assert view.cut(mask).sum() == mask.sum()


def test_strays_do_not_widen_the_view():
    mask = np.zeros((200, 200), bool)
    mask[80:120, 80:120] = True
    mask[0, 0] = mask[199, 199] = True
    assert view_of(mask, 0.05, 0.75, 0.1).width < 0.35


def test_a_speck_is_shown_with_its_surroundings():
    mask = np.zeros((100, 100), bool)
    mask[50, 50] = True
    assert_close(view_of(mask, 0.01, 0.75, 0.2).width, 0.2, 1e-12)


def test_wide_skin_and_no_skin_show_the_whole_photo():
    assert view_of(np.ones((10, 10), bool), 0.05, 0.75, 0.1) == View()
    assert view_of(np.zeros((10, 10), bool), 0.05, 0.75, 0.1) == View()


def test_an_outline_closes_at_the_border():
    field = outline_field(np.ones((50, 80), bool), 40)
    assert field.shape == (25, 40)
    assert field[0].max() == field[:, -1].max() == 0
    assert_close(field[12, 20], 1, 1e-5)
