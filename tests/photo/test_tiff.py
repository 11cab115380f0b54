import struct

import numpy as np
import photo_corpus as corpus
import pytest
from PIL import Image

from pigmeter.errors import PhotoError
from pigmeter.photo.tiff import read_tiff

WAYS = [
    {},
    {"rowsperstrip": 7},
    {"bigtiff": True},
    {"byteorder": ">"},
    {"compression": "zlib", "rowsperstrip": 10},
    {"compression": "zlib", "predictor": True},
    {"compression": "zlib", "predictor": True, "byteorder": ">"},
    {"tile": (32, 48)},
    {"tile": (32, 48), "compression": "zlib", "predictor": True},
]


@pytest.mark.parametrize("options", WAYS, ids=str)
@pytest.mark.parametrize("bits", [8, 16])
def test_every_way_to_store_a_photo(options, bits):
    decoded = read_tiff(corpus.tiff(corpus.scene(bits=bits), **options))
    assert np.array_equal(decoded.pixels, corpus.scene(bits=bits))
    assert decoded.pixels.dtype == (np.uint8 if bits == 8 else np.uint16)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib", "predictor": True}, {"rowsperstrip": 5}], ids=str
)
def test_channels_stored_apart(bits, options):
    planes = np.ascontiguousarray(corpus.scene(bits=bits).transpose(2, 0, 1))
    assert np.array_equal(
        read_tiff(corpus.tiff(planes, planarconfig="separate", **options)).pixels, corpus.scene(bits=bits)
    )


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate", "raw"])
def test_what_libtiff_writes(compression):
    assert np.array_equal(read_tiff(corpus.tiff_lzw(compression=compression)).pixels, corpus.scene())


@pytest.mark.parametrize("bits", [8, 16])
def test_lzw_with_differences_in_both_depths(bits, tmp_path):
    """OpenCV's own writer: LZW with a horizontal predictor, in both depths."""
    import cv2

    path = tmp_path / "a.tif"
    cv2.imwrite(str(path), corpus.scene(bits=bits)[:, :, ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])
    assert np.array_equal(read_tiff(path.read_bytes()).pixels, corpus.scene(bits=bits))


def test_low_bytes_count():
    other = corpus.scene(bits=16) ^ 0x0011
    assert np.array_equal(read_tiff(corpus.tiff(other)).pixels, other)


def test_an_opaque_alpha_is_dropped():
    decoded = read_tiff(corpus.tiff(corpus.alpha(opaque=True, bits=16), extrasamples=("unassalpha",)))
    assert np.array_equal(decoded.pixels, corpus.scene(bits=16))
    assert [finding.code for finding in decoded.findings] == ["ALPHA_DROPPED"]


def test_the_profile_is_handed_on():
    assert read_tiff(corpus.tiff(iccprofile=corpus.icc_p3())).icc == corpus.icc_p3()


def test_a_thumbnail_is_no_second_page():
    import io

    import tifffile

    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(corpus.scene(), photometric="rgb", metadata=None)
        writer.write(corpus.scene(24, 32), photometric="rgb", subfiletype=1, metadata=None)
    assert np.array_equal(read_tiff(file.getvalue()).pixels, corpus.scene())


def directories(data, count):
    """Chain empty directories behind a little-endian TIFF; the last points to the first of them."""
    (place,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, place)
    link = place + 2 + 12 * entries
    start = len(data) + len(data) % 2
    data = data[:link] + struct.pack("<I", start) + data[link + 4 :] + bytes(start - len(data))
    thumbnail = struct.pack("<HHHII", 1, 254, 4, 1, 1)
    step = len(thumbnail) + 4
    chain = [thumbnail + struct.pack("<I", start + step * ((number + 1) % count)) for number in range(count)]
    return data + b"".join(chain)


def test_a_loop_of_directories_ends_and_a_long_chain_is_refused():
    assert np.array_equal(read_tiff(directories(corpus.tiff(), 3)).pixels, corpus.scene())
    with pytest.raises(PhotoError, match="more than 64 directories") as refusal:
        read_tiff(directories(corpus.tiff(), 1000))
    assert refusal.value.code == "LIM_META"


def test_lossy_compression_is_named():
    import io

    file = io.BytesIO()
    Image.fromarray(corpus.scene()).save(file, "TIFF", compression="jpeg")
    with pytest.raises(PhotoError, match=r"YCbCr|as JPEG"):
        read_tiff(file.getvalue())
    with pytest.raises(PhotoError, match=r"compressed as JPEG 2000.*LZW or deflate"):
        read_tiff(corpus.with_tag(corpus.tiff(), 259, 34712))


@pytest.mark.parametrize(
    ("tag", "value", "words"),
    [
        (256, 0, "impossible size 0 x 96"),
        (278, 0, "segments of 0 x 128"),
        (278, 5, "offsets and .* for 20 segments"),
        (262, 3, "palette"),
        (262, 8, "coded as Lab"),
        (262, 77, "interpretation 77"),
        (277, 7, "7 channels"),
    ],
)
def test_headers_that_lie(tag, value, words):
    data = corpus.tiff()
    with pytest.raises(PhotoError, match=words):
        read_tiff(corpus.with_tag(data, tag, value))


@pytest.mark.parametrize("where", [0.2, 0.5, 0.9])
def test_lzw_that_does_not_unpack(where, poisoned):
    """OpenCV prints what is wrong and returns the pixels."""
    data = corpus.tiff_lzw()
    start = 8 + int(where * len(data))
    damaged = data[:start] + bytes(200) + data[start + 200 :]
    with pytest.raises(PhotoError, match=r"stands for nothing|unpacks to more|bytes") as refusal:
        read_tiff(damaged)
    assert refusal.value.code in ("DEC_CORRUPT", "DEC_TRUNCATED")


def test_reversed_bits_are_refused():
    block = corpus.exif([(262, 3, 2), (277, 3, 3), (258, 3, 8), (256, 3, 128), (257, 3, 96), (266, 3, 2)])
    with pytest.raises(PhotoError, match="reversed bits"):
        read_tiff(block)
