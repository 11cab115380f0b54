"""Our PNG files are read by others, pixel for pixel."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from pigmeter.report.png import indexed_png, png_file


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


@pytest.mark.parametrize("colours", [1, 2, 256, 257])
def test_few_colours_make_a_palette_and_the_pixels_come_back(colours):
    random = np.random.default_rng(colours)
    palette = random.integers(0, 256, (colours, 3), dtype=np.uint8)
    palette[:, 0], palette[:, 1] = np.arange(colours) % 256, np.arange(colours) // 256
    pixels = palette[np.concatenate([np.arange(colours), random.integers(0, colours, 900 - colours)])]
    pixels = pixels.reshape(30, 30, 3)
    data = indexed_png(pixels, "pigmeter 9")
    image = Image.open(io.BytesIO(data))
    assert image.mode == ("P" if colours <= 256 else "RGB")
    assert image.info["Software"] == "pigmeter 9"
    assert np.array_equal(np.asarray(image.convert("RGB")), pixels)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1], pixels)
