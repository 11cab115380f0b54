"""A page has a place for everything, and takes any name."""

import warnings
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from tolerance import assert_close

from pigmeter.report.page import Page, halo, layout_for

SHAPES = pytest.mark.parametrize(
    "shape", [(3000, 4000), (4000, 3000), (1000, 1000), (500, 4000), (4000, 500)]
)


@SHAPES
def test_pictures_keep_the_photos_proportions(shape):
    width, height = layout_for(shape).image
    assert_close(width / height, shape[1] / shape[0], 1e-9)


@SHAPES
def test_panels_do_not_overlap_and_stay_on_the_page(shape):
    layout = layout_for(shape)
    boxes = []
    for index in range(4):
        left, top = layout.corner(index)
        boxes.append((left, top, left + layout.image[0], layout.under(index) + layout.foot))
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert 0 < left < right < layout.size[0]
        assert 0 < top < bottom <= layout.size[1] - layout.bottom + 1e-9
        for other in boxes[number + 1 :]:
            assert (
                right <= other[0] or other[2] <= left or bottom <= other[1] + 1e-9 or other[3] <= top + 1e-9
            )


def test_wide_photos_stand_two_by_two_and_high_ones_in_a_row():
    assert layout_for((3000, 4000)).columns == 2
    assert layout_for((4000, 3000)).columns == 4


@pytest.mark.parametrize("name", ["$x_1$.jpg", "左頬.jpg", "\\frac{", "🙂.jpg"])
def test_any_name_can_be_written(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = Page(layout_for((30, 40)), 20)
        page.write(0.3, 0.3, name, 8)
        assert page.png("test").startswith(b"\x89PNG")


def test_a_page_names_the_software_and_nothing_else():
    page = Page(layout_for((30, 40)), 20)
    page.title(1, "Melanin", "12.3")
    page.stroke(0.2, 0.2, 0.3, color="white", linewidth=1, path_effects=halo(2, 0.5))
    page.picture(0, np.zeros((3, 4)))
    image = Image.open(BytesIO(page.png("pigmeter 1.2.3")))
    assert image.info.get("Software") == "pigmeter 1.2.3"
    assert set(image.info) <= {"Software", "dpi", "srgb"}
