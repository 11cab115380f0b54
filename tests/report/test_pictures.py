"""Pictures for showing: means of what is there, the part with skin, colours as a screen shows them."""

from dataclasses import replace

import numpy as np
import pytest
from handmade import photo
from tolerance import assert_close

from pigmeter.report.pictures import (
    View,
    centres,
    outlines_of,
    photo_picture,
    resized,
    resized_map,
    view_of,
)


def test_gaps_do_not_pull_a_mean():
    values = np.full((4, 4), 10.0, np.float32)
    values[0, 0] = np.nan
    values[2:, :2] = np.nan
    values[3, 3] = 30.0
    assert_close(resized_map(values, 2, 2), [[10, 10], [np.nan, 15]], 1e-5)


def test_a_pixel_needs_half_of_what_it_covers():
    values = np.full((2, 4), 5.0, np.float32)
    values[:, 0] = np.nan
    values[0, 2] = values[:, 3] = np.nan
    assert_close(resized_map(values, 2, 1), [[5, np.nan]], 1e-6)


def test_a_map_is_left_as_it_was():
    values = np.full((4, 4), np.nan, np.float32)
    resized_map(values, 2, 2)
    assert np.isnan(values).all()


def test_small_maps_grow_by_copies():
    values = np.array([[1, np.nan]], np.float32)
    assert_close(resized_map(values, 4, 2), [[1, 1, np.nan, np.nan]] * 2, 0)
    assert resized(values, 2, 1) is values


@pytest.mark.parametrize(
    ("there", "wanted", "places"), [(3, 6, [0, 0, 1, 1, 2, 2]), (4, 2, [1, 3]), (1, 3, [0] * 3)]
)
def test_centres_by_hand(there, wanted, places):
    assert list(centres(there, wanted)) == places


def shown(of, columns, rows):
    return photo_picture(of, of.pixels, columns, rows)


def test_a_photo_is_shown_in_srgb():
    plain = photo(64, 96)
    assert np.array_equal(shown(plain, 96, 64), plain.pixels)
    linear = replace(plain, decode=np.stack([np.arange(256, dtype=np.float32) / 255] * 3))
    assert_close(shown(linear, 96, 64)[0, 0], [188] * 3, 0.5)  # 1.055 x 0.50196^(1/2.4) - 0.055 = 0.7366


def test_a_16_bit_photo_is_shown_like_its_8_bit_twin():
    eight = photo(64, 96)
    grid = np.linspace(0, 255, 65536)
    decode = np.stack([np.interp(grid, np.arange(256), eight.decode[0])] * 3).astype(np.float32)
    sixteen = replace(eight, pixels=eight.pixels.astype(np.uint16) * 257, decode=decode)
    assert_close(shown(sixteen, 48, 32), shown(eight, 48, 32), 1)


def test_a_large_photo_is_made_small():
    assert shown(photo(900, 1200), 100, 75).shape == (75, 100, 3)


def test_the_view_holds_the_skin_in_the_photos_proportions():
    mask = np.zeros((100, 200), bool)
    mask[40:60, 150:170] = True
    view = view_of(mask, 0.05, 0.75, 0.1)
    assert_close(view.width / 200, view.height / 100, 0.03)  # whole pixels
    assert mask[:, : view.left].sum() == 0
    assert view.cut(mask).sum() == mask.sum()
    assert 0 <= view.left < view.right <= 200


def test_a_view_cuts_the_same_part_of_a_photo():
    image = np.arange(60).reshape(6, 10)
    assert np.array_equal(View(1, 1, 3, 2).cut(image, 2), image[2:4, 2:6])


def test_a_view_at_the_border_stays_inside():
    mask = np.zeros((100, 200), bool)
    mask[90:, 190:] = True
    view = view_of(mask, 0.1, 0.75, 0.1)
    assert (view.right, view.bottom) == (200, 100)
    assert view.cut(mask).sum() == mask.sum()


def test_strays_do_not_widen_the_view():
    mask = np.zeros((200, 200), bool)
    mask[80:120, 80:120] = True
    mask[0, 0] = mask[199, 199] = True
    assert view_of(mask, 0.05, 0.75, 0.1).width < 70


def test_a_speck_is_shown_with_its_surroundings():
    mask = np.zeros((100, 100), bool)
    mask[50, 50] = True
    assert view_of(mask, 0.01, 0.75, 0.2).width in (20, 21)


def test_wide_skin_and_no_skin_show_the_whole_photo():
    assert view_of(np.ones((10, 12), bool), 0.05, 0.75, 0.1) == View(0, 0, 12, 10)
    assert view_of(np.zeros((10, 12), bool), 0.05, 0.75, 0.1) == View(0, 0, 12, 10)


def test_outlines_lie_where_the_mask_ends():
    mask = np.zeros((60, 80), bool)
    mask[20:40, 30:70] = True
    (path,) = outlines_of(mask)
    assert_close(path[0], path[-1], 0)
    assert_close(path.min(axis=0), [29.5, 19.5], 0.3)  # between the last pixel outside and the first inside
    assert_close(path.max(axis=0), [69.5, 39.5], 0.3)


def test_an_outline_of_a_large_mask_lies_there_too():
    mask = np.zeros((1500, 2100), bool)
    mask[300:900, 600:1500] = True
    (path,) = outlines_of(mask)
    # every third pixel is looked at, so an edge is known to 1.5 of them
    assert_close(path.min(axis=0), [599.5, 299.5], 1.6)
    assert_close(path.max(axis=0), [1499.5, 899.5], 1.6)


def test_an_outline_closes_at_the_border():
    (path,) = outlines_of(np.ones((50, 80), bool))
    assert_close(path[0], path[-1], 0)
    assert_close(path.max(axis=0), [79.5, 49.5], 1)
