"""What lies where in a picture: points, outlines, a bar as long as it says."""

import numpy as np
import pytest
from drawn import Watch, bytes_of, pixels_of
from handmade import measurement, photo
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.report.page import INK, Page
from pigmeter.report.panel import (
    draw_outlines,
    on_photo,
    part_of,
    round_length,
    scale_bar,
    view_on_skin,
    whole_photo,
)
from pigmeter.report.pictures import View


def test_the_corners_of_a_photo_are_those_of_its_picture():
    panel = whole_photo(photo(120, 160), 10, 20, 320)
    corners = panel.place(np.array([(-0.5, -0.5), (159.5, 119.5), (0, 0)]))
    assert_close(corners, [(10, 20), (330, 260), (11, 21)], 1e-9)
    assert (panel.right, panel.bottom) == (330, 260)
    assert list(panel.holds(corners)) == [True, True, True]
    assert not panel.holds(np.array([[331.0, 30.0]])).any()


def test_a_part_of_the_maps_lies_where_its_photo_pixels_do():
    panel = part_of(View(10, 20, 30, 35), 4, 5, 6, 160)  # 20 map px of 4 photo px: 2 page px each
    assert (panel.width, panel.height) == (160, 120)
    assert_close(panel.place(np.array([[39.5, 79.5], [119.5, 139.5]])), [(5, 6), (165, 126)], 1e-9)


def test_outlines_on_a_map_are_placed_in_the_photo():
    (path,) = on_photo([np.array([[-0.5, -0.5], [1.5, 0.5]])], 4, View(3, 2, 9, 9))
    assert_close(path, [(11.5, 7.5), (19.5, 11.5)], 1e-12)


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_a_bar_is_as_long_as_it_says(monkeypatch, scale):
    of = photo(120, 160)
    made = measurement(of, scale=scale)  # 0.25 mm per photo pixel: 40 mm across
    page = Page(4, 4, 100)
    panel = part_of(View(0, 0, 160 // scale, 120 // scale), scale, 10, 10, 320)
    watch = Watch(monkeypatch)
    scale_bar(page, panel, made)
    dark = (pixels_of(page.png("x"))[panel.bottom + 10 : panel.bottom + 14] == bytes_of(INK)).all(axis=-1)
    assert watch.words == ["10 mm"]
    assert_close(dark.any(axis=0).sum(), 320 * 10 / 40, 1)
    assert dark[:, panel.right - 1].any()


def test_without_a_scale_a_bar_counts_pixels(monkeypatch):
    of = photo(240, 320)
    page = Page(4, 4, 100)
    watch = Watch(monkeypatch)
    scale_bar(page, part_of(View(0, 0, 160, 120), 2, 10, 10, 320), measurement(of, with_chart=False))
    assert watch.words == ["50 px"]  # of 320 across, at most 27 %


def test_an_outline_stays_in_its_picture():
    page = Page(2, 2, 100)
    panel = whole_photo(photo(100, 100), 50, 50, 100)
    page.paste(50, 50, np.full((100, 100, 3), 90, np.uint8))
    draw_outlines(page, panel, [np.array([(-80.0, 50.0), (180.0, 50.0)])])
    drawn = pixels_of(page.png("x"))
    assert (drawn[100:101, 60:140].min(axis=(0, 2)) > 200).all()
    assert (drawn[:, :50] == 255).all()
    assert (drawn[:, 150:] == 255).all()


def test_the_view_is_that_of_the_limits():
    made = measurement(photo(120, 160), scale=1)
    view = view_on_skin(made)
    assert view.width < 160
    assert view.cut(made.skin).sum() == made.skin.sum()


@pytest.mark.parametrize(("longest", "length"), [(10.8, 10), (9.99, 5), (0.49, 0.2), (2.0, 2), (1234, 1000)])
def test_bars_have_round_lengths(longest, length):
    assert_close(round_length(longest), length, 1e-12)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.floats(1e-4, 1e6))
def test_a_bar_is_never_longer_than_asked_and_never_much_shorter(longest):
    assert longest / 2.5001 <= round_length(longest) <= longest
