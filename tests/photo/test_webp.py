import struct

import numpy as np
import photo_corpus as corpus
import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.webp import read_webp


def test_lossless_comes_through():
    assert np.array_equal(read_webp(corpus.webp(lossless=True)).pixels, corpus.scene())


def test_lossy_comes_near():
    error = np.abs(read_webp(corpus.webp(quality=95)).pixels.astype(int) - corpus.scene())
    assert np.mean(error) < 4


def test_profile_and_exif_are_handed_on_and_not_applied():
    block = corpus.exif([(274, corpus.SHORT, 6)])
    decoded = read_webp(corpus.webp(lossless=True, icc_profile=corpus.icc_p3(), exif=b"Exif\0\0" + block))
    assert np.array_equal(decoded.pixels, corpus.scene())
    assert decoded.icc == corpus.icc_p3()
    assert decoded.exif == block


def test_an_opaque_alpha_is_dropped():
    image = corpus.alpha(opaque=True)
    data = corpus._saved(image, "WEBP", lossless=True, exact=True)
    assert np.array_equal(read_webp(data).pixels, corpus.scene())


def test_what_follows_the_end_is_ignored_and_said_so():
    assert [finding.code for finding in read_webp(corpus.webp() + b"zz").findings] == ["TRAILING_DATA"]


def test_the_canvas_must_be_the_picture():
    data = bytearray(corpus.webp(icc_profile=corpus.icc_p3()))
    place = data.index(b"VP8X") + 12
    data[place] += 1
    with pytest.raises(PhotoError, match="canvas 129 x 96, picture 128 x 96"):
        read_webp(bytes(data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (corpus.webp()[:-10], "bytes are there"),
        (corpus.webp()[:15], "inside its header"),
        (b"RIFF" + struct.pack("<I", 20) + b"WEBPVP8 " + struct.pack("<I", 99) + bytes(8), "reaches beyond"),
        (b"RIFF" + struct.pack("<I", 16) + b"WEBPEXIF" + struct.pack("<I", 0) + bytes(4), "stray bytes"),
        (b"RIFF" + struct.pack("<I", 20) + b"WEBPVP8X" + struct.pack("<I", 8) + bytes(8), "of 8 bytes"),
    ],
)
def test_the_message_says_what_is_wrong(data, words):
    with pytest.raises(PhotoError, match=words):
        read_webp(data)


def test_zeros_in_the_data_are_refused():
    data = corpus.webp(lossless=True)
    damaged = data[:60] + bytes(len(data) - 60)
    with pytest.raises(PhotoError, match="cannot be decoded"):
        read_webp(damaged)
