"""Masks painted in any program: bright parts, colours, opacity, 16 bits; and files that are none."""

import io

import numpy as np
import pytest
from PIL import Image

from pigmeter.errors import UsageError
from pigmeter.regions import painted_masks
from pigmeter.regions.json_fields import Field
from pigmeter.regions.painted_masks import (
    bright_part,
    decode_painting,
    labelled_part,
    read_mask,
    read_painting,
)

PART = np.zeros((6, 8), bool)
PART[1:4, 2:7] = True


def saved(tmp_path, pixels, name="a.png"):
    path = tmp_path / name
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize(
    "pixels",
    [
        PART,
        PART.astype(np.uint8),
        np.where(PART, 255, 0).astype(np.uint8),
        np.where(PART, 255, 127).astype(np.uint8),
        np.where(PART, 65535, 20).astype(np.uint16),
        np.where(PART[..., None], (0, 200, 0), (0, 0, 90)).astype(np.uint8),
        np.where(PART[..., None], (255, 255, 255, 255), (255, 255, 255, 0)).astype(np.uint8),
    ],
    ids=["bits", "0 and 1", "black and white", "soft", "16 bits", "colours", "transparent"],
)
def test_what_is_bright_and_opaque_is_the_region(tmp_path, pixels):
    assert read_mask(saved(tmp_path, pixels)).tolist() == PART.tolist()


def test_a_palette_is_looked_up(tmp_path):
    picture = Image.fromarray(PART.astype(np.uint8)).convert("P")
    picture.putpalette([0, 0, 0, 250, 10, 10])
    picture.save(tmp_path / "a.png")
    assert read_mask(tmp_path / "a.png").tolist() == PART.tolist()


@pytest.mark.parametrize("label", [7, "#070707", [7, 7, 7]])
def test_a_region_is_a_colour(tmp_path, label):
    painting = read_painting(saved(tmp_path, np.where(PART, 7, 3).astype(np.uint8)))
    assert labelled_part(painting, Field(label, "colour", "a.json")).tolist() == PART.tolist()


@pytest.mark.parametrize("top", [7, 7 << 8])
def test_labels_of_sixteen_bits_are_read(tmp_path, top):
    painting = read_painting(saved(tmp_path, np.where(PART, top, 0).astype(np.uint16)))
    assert labelled_part(painting, Field(7, "colour", "a.json")).tolist() == PART.tolist()


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (9, r"at colour: no pixel of the painting is 9 \(colours in it: #030303, #070707"),
        ("red", "found \"red\", expected a grey value 0 to 255, '#rrggbb' or"),
        ([1, 2], r"found \[1, 2\], expected a grey value"),
        (256, "found 256, expected a grey value"),
    ],
)
def test_colours_that_are_none_or_not_painted_are_refused(tmp_path, label, words):
    pixels = np.full((30, 30), 3, np.uint8)
    pixels[7:] = 7
    with pytest.raises(UsageError, match=words):
        labelled_part(read_painting(saved(tmp_path, pixels)), Field(label, "colour", "a.json"))


def test_an_empty_mask_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"a\.png: nothing is painted in this mask"):
        read_mask(saved(tmp_path, np.zeros((4, 4), np.uint8)))
    with pytest.raises(UsageError, match="black or transparent everywhere"):
        bright_part(np.full((2, 2, 4), (255, 255, 255, 0), np.uint8), "a.png")


def test_files_that_are_no_png_are_refused(tmp_path, monkeypatch):
    packed = io.BytesIO()
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(packed, format="JPEG")
    with pytest.raises(UsageError, match=r"a\.png: the mask is no PNG and cannot be decoded"):
        decode_painting(packed.getvalue(), "a.png")
    whole = saved(tmp_path, np.random.default_rng(1).integers(0, 255, (40, 40), np.uint8)).read_bytes()
    with pytest.raises(UsageError, match="the mask is a PNG and cannot be decoded"):
        decode_painting(whole[: len(whole) // 2], "a.png")
    monkeypatch.setattr(painted_masks, "limit", lambda *_: 100.0)
    with pytest.raises(UsageError, match="the mask has 0 megapixels"):
        decode_painting(whole, "a.png")
