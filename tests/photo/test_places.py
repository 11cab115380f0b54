"""Centres of pixels are whole numbers, in a photo as on its maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.photo.places import map_places, photo_places


def test_a_map_pixel_of_one_is_the_photos():
    places = np.array([[-0.5, 3.0], [7.25, 0.0]])
    assert_close(map_places(places, 1), places, 1e-12)
    assert_close(photo_places(places, 1), places, 1e-12)


@pytest.mark.parametrize("scale", [2, 3, 5])
def test_the_middle_of_a_map_pixel_is_the_mean_of_its_pixels(scale):
    pixels = np.arange(4 * scale).reshape(4, scale)
    assert_close(photo_places(np.arange(4), scale), pixels.mean(axis=1), 1e-12)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=5), st.integers(1, 50))
def test_there_and_back(places, scale):
    assert_close(photo_places(map_places(places, scale), scale), places, 1e-6)
