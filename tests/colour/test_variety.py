"""Photos that hold a chart are told from those that are too plain for one."""

import numpy as np
import pytest
from chart_scenes import Scene, as_photo, draw, encode_srgb, texture
from tolerance import assert_close

from pigmeter.colour.variety import colour_variety, may_show_chart
from pigmeter.photo.photo import Capture, Photo
from pigmeter.reference import limit
from pigmeter.synthetic.camera import make_camera, response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.painted_chart import reference_paints

LEAST = limit("chart", "least_variety")
SMALL = (384, 512)


def plain(background, light=(1.0, 1.0, 1.0)):
    linear = texture(background, (300, 400), np.random.default_rng(3)) * np.array(light)
    return as_photo(np.round(255 * encode_srgb(linear)).astype(np.uint8))


@pytest.mark.parametrize(
    "scene",
    [
        Scene(shape=SMALL, patch=20),
        Scene(shape=SMALL, patch=11, background="dark skin"),
        Scene(shape=SMALL, patch=40, exposure=0.06),
        Scene(shape=SMALL, patch=40, cast=(1.4, 1.0, 0.4), background="white"),
        Scene(shape=SMALL, patch=40, covered=tuple(range(8))),
        Scene(shape=SMALL, patch=40, gamma=1.6, glare=0.2, gradient=1.0),
        Scene(shape=SMALL, patch=40, glare=0.3),
        Scene(shape=SMALL, patch=40, blur=3.0, noise=0.02, jpeg=70),
        Scene(shape=SMALL, patch=40, bits=16),
        Scene(shape=(2000, 3000), patch=9, blur=1.0),  # as small as the search in the whole photo finds
        Scene(kind="colorchecker-sg", shape=SMALL, patch=24),
    ],
)
def test_a_chart_spreads_well_beyond_the_limit(scene):
    photo, _ = draw(scene)
    assert colour_variety(photo) > 1.4 * LEAST
    assert may_show_chart(photo)


@pytest.mark.parametrize("body", ["slr", "phone"])
def test_so_does_a_chart_in_a_raw_file_by_tungsten_light(body):
    levels = 2**16
    line = np.tile(np.linspace(0, 1, levels, dtype=np.float32), (3, 1))
    for seed in range(4):
        colours = reference_paints("colorchecker-classic") @ response(
            make_camera(body, seed), lamp_power("tungsten")
        )
        pixels = np.kron(colours.reshape(4, 6, 3), np.ones((30, 30, 1))) * 0.7 * (levels - 1)
        photo = Photo(
            "raw.tif", "0" * 64, "TIFF", pixels.astype(np.uint16), line, np.eye(3), "linear", Capture()
        )
        assert colour_variety(photo) > 1.4 * LEAST


@pytest.mark.parametrize("background", ["skin", "dark skin", "wood", "carpet", "white", "black", "keyboard"])
def test_plain_things_do_not(background):
    assert colour_variety(plain(background)) < 0.5 * LEAST
    assert not may_show_chart(plain(background))


def test_skin_before_a_blue_cloth_lies_along_a_line():
    pixels = plain("skin").pixels.copy()
    pixels[:, 200:] = plain("white", (0.3, 0.4, 0.6)).pixels[:, 200:]
    assert colour_variety(as_photo(pixels)) < 0.75 * LEAST


def test_white_balance_and_exposure_change_little():
    one, other = (
        draw(Scene(shape=SMALL, patch=30, exposure=e, cast=c))[0]
        for e, c in ((0.6, (1, 1, 1)), (0.3, (1.3, 1, 0.8)))
    )
    assert_close(colour_variety(one), colour_variety(other), 0.5)


def test_grey_and_black_photos_have_none():
    grey = np.repeat(np.random.default_rng(1).integers(0, 255, (40, 50, 1), dtype=np.uint8), 3, axis=2)
    assert colour_variety(as_photo(grey)) == 0
    assert colour_variety(as_photo(np.zeros((40, 50, 3), np.uint8))) == 0
    assert colour_variety(as_photo(np.zeros((1, 2000, 3), np.uint8))) == 0
