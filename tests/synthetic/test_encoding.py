"""Files against readers that are not ours."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from tolerance import assert_close

from pigmeter.synthetic.encoding import MAKER, encode_jpeg, encode_png, encode_tiff, linear_profile


@pytest.fixture
def pixels():
    return np.random.default_rng(2).integers(0, 65536, (24, 32, 3)).astype(np.uint16)


def jpeg(**changes):
    how = {
        "model": "phone",
        "exposure_time": 0.004,
        "aperture": 8.0,
        "iso": 100,
        "time": "2026:01:15 10:00:00",
    }
    flat = np.tile(np.linspace(60, 200, 64).astype(np.uint8)[None, :, None], (48, 1, 3))
    return encode_jpeg(
        flat, changes.pop("quality", 92), changes.pop("subsampling", "4:2:0"), **(how | changes)
    )


def test_jpeg_tells_how_it_was_taken():
    photo = Image.open(io.BytesIO(jpeg()))
    exif = photo.getexif()
    assert (exif[0x010F], exif[0x0110]) == (MAKER, "phone")
    details = exif.get_ifd(0x8769)
    assert float(details[0x829A]) == 0.004
    assert float(details[0x829D]) == 8.0
    assert details[0x9003] == "2026:01:15 10:00:00"
    assert 0x8825 not in exif


def test_quality_and_subsampling_reach_the_file():
    assert len(jpeg(quality=40)) < len(jpeg(quality=98))
    sampling = {
        name: Image.open(io.BytesIO(jpeg(subsampling=name))).layer[0][1:3] for name in ("4:4:4", "4:2:0")
    }
    assert sampling == {"4:4:4": (1, 1), "4:2:0": (2, 2)}


def test_tiff_keeps_16_bits(pixels):
    data = encode_tiff(pixels)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert np.array_equal(file.asarray(), pixels)
        assert file.pages[0].tags[34675].value == linear_profile()


def test_png_keeps_16_bits(pixels):
    cv2 = pytest.importorskip("cv2")
    decoded = cv2.imdecode(np.frombuffer(encode_png(pixels), np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded.dtype == np.uint16
    assert np.array_equal(decoded[..., ::-1], pixels)
    assert Image.open(io.BytesIO(encode_png(pixels))).info["icc_profile"] == linear_profile()


def test_the_profile_is_linear_srgb():
    profile = linear_profile()
    assert struct.unpack(">I", profile[:4])[0] == len(profile)
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    assert opened.profile.profile_description == "pigmeter linear sRGB"
    to_srgb = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    grey = ImageCms.applyTransform(Image.new("RGB", (1, 1), (55, 55, 55)), to_srgb)
    # 55/255 = 0.21569 encodes to 0.5017 * 255 = 127.9
    assert_close(grey.getpixel((0, 0)), (128, 128, 128), 1.0)
    red = ImageCms.applyTransform(Image.new("RGB", (1, 1), (255, 0, 0)), to_srgb)
    assert_close(red.getpixel((0, 0)), (255, 0, 0), 3.0)
