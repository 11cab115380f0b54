"""Our PNG files are read by others, pixel for pixel."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from pigmeter.report.png import png_file


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 5, 3), (64, 40, 3)])
def test_the_pixels_come_back(shape):
    pixels = np.random.default_rng(8).integers(0, 256, shape, dtype=np.uint8)
    data = png_file(pixels, 160, "pigmeter 9")
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1], pixels)


def test_what_it_says():
    image = Image.open(io.BytesIO(png_file(np.zeros((2, 2, 3), np.uint8), 160, "pigmeter 9")))
    assert image.info["Software"] == "pigmeter 9"
    assert image.info["dpi"] == pytest.approx((160, 160), abs=0.02)
    image.verify()
