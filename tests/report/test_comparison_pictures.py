"""The pictures of a comparison: in the light of the charts, in one frame, files of nothing but pixels."""

import io
from dataclasses import replace
from types import SimpleNamespace

import compared
import numpy as np
import pytest
from PIL import Image
from tolerance import assert_close

from pigmeter.report.colour_scale import NOTHING
from pigmeter.report.comparison_pictures import (
    data_address,
    fitting,
    in_chart_light,
    jpeg_file,
    own_photo,
    photo_pair,
    picked,
)

GREY = int(NOTHING[1:3], 16)


def test_both_photos_show_their_own_skin_in_one_frame():
    change = compared.change()
    pair = photo_pair(change, 1600)
    assert pair.aligned
    part = (2 * pair.view.height, 2 * pair.view.width, 3)  # what shows skin, never enlarged
    assert pair.before.shape == pair.after.shape == part
    middle = (37, 49)
    assert_close(pair.before[middle], compared.BEFORE, 1)
    assert_close(pair.after[middle], compared.AFTER, 1)


def test_where_the_follow_up_shows_nothing_is_grey():
    change = compared.change()
    unseen = change.alignment.x.copy()
    unseen[:, :40] = np.nan
    half = SimpleNamespace(**vars(change.alignment) | {"x": unseen})
    after = photo_pair(replace(change, alignment=half), 1600).after
    assert (after[:, :20] == GREY).all()
    assert_close(after[39, 60], compared.AFTER, 1)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.0, -2.0), (-1.5, 2.5)])
def test_the_follow_up_lies_where_alignment_says(shift):
    # one bright square in the follow-up, found again where it belongs in the baseline
    change = compared.change()
    pixels = change.follow_up.photo.pixels.copy()
    pixels[56:64, 76:84] = 255  # photo px: the middle is (79.5, 59.5), map px (39.5, 29.5)
    follow_up = replace(change.follow_up, photo=replace(change.follow_up.photo, pixels=pixels))
    rows, columns = change.baseline.skin.shape
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    moved = SimpleNamespace(**vars(change.alignment) | {"x": x + shift[0], "y": y + shift[1]})
    pair = photo_pair(replace(change, follow_up=follow_up, alignment=moved), 1600)
    found = np.argwhere((pair.after > 240).all(axis=-1)).mean(axis=0)
    corner = np.array([2 * pair.view.top, 2 * pair.view.left])
    wanted = np.array([59.5 - 2 * shift[1], 79.5 - 2 * shift[0]]) - corner
    assert_close(found, wanted, 0.6)


def test_exposure_and_white_are_taken_out():
    visit = compared.visit(compared.BEFORE, "a.jpg")
    plain = in_chart_light(visit, visit.photo.pixels)
    brighter = SimpleNamespace(
        **vars(visit.profile)
        | {"response_table": lambda photo: photo.decode * np.float32([[1.3], [1.1], [0.9]])}
    )
    shown = in_chart_light(replace(visit, profile=brighter), visit.photo.pixels)
    assert_close(plain, visit.photo.pixels, 1)
    # linear 1.3 x of encoded 200: (1.3 x 0.5776)^(1/2.4) x 1.055 - 0.055 = 0.8841 -> 225
    assert_close(shown[60, 80], [225, 157, 124], 1)


def test_photos_that_are_not_aligned_keep_their_own_frames():
    pair = photo_pair(compared.change(aligned=False), 1600)
    assert not pair.aligned
    assert_close(pair.after[39, 52], compared.AFTER, 1)


def test_sixteen_bits_are_shown_too():
    visit = compared.visit(compared.BEFORE, "a.tif")
    decode = np.repeat(np.linspace(0, 1, 65536, dtype=np.float32)[None] ** 2.2, 3, axis=0)
    photo = replace(visit.photo, pixels=visit.photo.pixels.astype(np.uint16) * 257, decode=decode)
    picture, _ = own_photo(replace(visit, photo=photo), 60)
    assert picture.dtype == np.uint8
    assert picture.shape == (45, 60, 3)


def test_sizes():
    assert fitting((300, 400), 100) == (100, 75)
    assert fitting((300, 40), 1600) == (40, 300)
    assert fitting((1, 4000), 100) == (100, 1)


def test_a_jpeg_holds_the_picture_and_nothing_else():
    random = np.random.default_rng(1)
    picture = random.integers(0, 255, (200, 300, 3), dtype=np.uint8)
    data = jpeg_file(picture, 1e9)
    opened = Image.open(io.BytesIO(data))
    assert opened.size == (300, 200)
    assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    markers = {data[at + 1] for at in range(len(data) - 1) if data[at] == 0xFF}
    assert not markers & ({0xFE} | set(range(0xE1, 0xEF)))  # comments, and what cameras write
    assert len(jpeg_file(picture, 30_000)) < len(data)
    assert jpeg_file(picture, 1) == jpeg_file(picture, 2)  # the least quality is the end


def test_addresses_and_picking():
    assert data_address("png", b"\x00\xff") == "data:image/png;base64,AP8="
    values = np.arange(6).reshape(2, 3)
    assert picked(values, 6, 2).tolist() == [[0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5]]
