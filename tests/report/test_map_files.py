"""A map file holds the very numbers, and says what they are."""

import io
import json

import numpy as np
import tifffile
from handmade import measurement

from pigmeter.report.map_files import map_file


def test_the_numbers_come_back_bit_for_bit():
    made = measurement()
    back = tifffile.imread(io.BytesIO(map_file(made, "ita")))
    assert back.dtype == np.float32
    assert np.array_equal(back, made.maps["ita"], equal_nan=True)


def test_the_file_says_what_the_numbers_are():
    with tifffile.TiffFile(io.BytesIO(map_file(measurement(), "melanin_index"))) as file:
        tags = file.pages[0].tags
        said = json.loads(tags["ImageDescription"].value)
        per_cm = tags["XResolution"].value
        assert tags["ResolutionUnit"].value == 3  # centimetre
        assert "DateTime" not in tags
    assert said["quantity"] == "melanin_index"
    assert said["definition"] == "100 A(660)"
    assert said["mm_per_pixel"] == 0.5
    assert said["photo_pixels_per_pixel"] == 2
    assert said["profile"] == "p-0123456789ab"
    assert per_cm[0] / per_cm[1] == 20


def test_without_a_scale_there_is_no_length():
    with tifffile.TiffFile(io.BytesIO(map_file(measurement(with_chart=False), "L"))) as file:
        tags = file.pages[0].tags
        assert json.loads(tags["ImageDescription"].value)["mm_per_pixel"] is None
        assert tags["ResolutionUnit"].value == 1  # none
