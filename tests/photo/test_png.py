import struct
import zlib

import numpy as np
import photo_corpus as corpus
import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.png import read_png


@pytest.mark.parametrize("bits", [8, 16])
def test_every_bit_comes_through(bits):
    decoded = read_png(corpus.png(corpus.scene(bits=bits)))
    assert np.array_equal(decoded.pixels, corpus.scene(bits=bits))
    assert decoded.pixels.flags.c_contiguous
    assert decoded.findings == ()


def test_low_bytes_count():
    image = corpus.scene(bits=16)
    other = image ^ 0x0011
    pixels = read_png(corpus.png(other)).pixels
    assert np.array_equal(pixels >> 8, image >> 8)
    assert np.array_equal(pixels, other)


@pytest.mark.parametrize("options", [{}, {"compress_level": 0}, {"optimize": True}])
def test_what_other_programs_write(options):
    assert np.array_equal(read_png(corpus._saved(corpus.scene(), "PNG", **options)).pixels, corpus.scene())


def test_interlaced(tmp_path):
    from pigmeter.photo.png import _ADAM7

    image, stream = corpus.scene(67, 71), b""
    for x, y, dx, dy in _ADAM7:
        part = image[y::dy, x::dx]
        rows = np.hstack([np.zeros((part.shape[0], 1), np.uint8), part.reshape(part.shape[0], -1)])
        stream += rows.tobytes()
    header = struct.pack(">IIBBBBB", 71, 67, 8, 2, 0, 0, 1)
    body = (
        corpus.chunk(b"IHDR", header)
        + corpus.chunk(b"IDAT", zlib.compress(stream))
        + corpus.chunk(b"IEND", b"")
    )
    assert np.array_equal(read_png(b"\x89PNG\r\n\x1a\n" + body).pixels, image)
    short = corpus.chunk(b"IHDR", header) + corpus.chunk(b"IDAT", zlib.compress(stream[:-9]))
    with pytest.raises(PhotoError, match="bytes of pixels are there"):
        read_png(b"\x89PNG\r\n\x1a\n" + short + corpus.chunk(b"IEND", b""))


@pytest.mark.parametrize("bits", [8, 16])
def test_an_opaque_alpha_is_dropped(bits):
    decoded = read_png(corpus.png(corpus.alpha(opaque=True, bits=bits)))
    assert np.array_equal(decoded.pixels, corpus.scene(bits=bits))
    assert [finding.code for finding in decoded.findings] == ["ALPHA_DROPPED"]


def test_no_chunk_changes_a_pixel():
    """Decoders apply gAMA, bKGD and tRNS when they see them; they are not shown them."""
    before = corpus.chunk(b"gAMA", struct.pack(">I", 45455)) + corpus.chunk(b"bKGD", bytes(6))
    before += corpus.chunk(b"tRNS", bytes(6)) + corpus.chunk(b"sBIT", bytes([5, 6, 5]))
    assert np.array_equal(read_png(corpus.png(before=before)).pixels, corpus.scene())


def test_colour_chunks_are_handed_on():
    before = corpus.chunk(b"gAMA", struct.pack(">I", 50_000)) + corpus.chunk(b"eXIf", corpus.exif([]))
    before += corpus.chunk(b"cHRM", struct.pack(">8I", *range(1, 9)))
    before += corpus.chunk(b"iCCP", b"Jane Canary\0\0" + zlib.compress(corpus.icc_p3()))
    decoded = read_png(corpus.png(before=before))
    assert decoded.gamma == 2.0
    assert decoded.chromaticities == tuple(value / 1e5 for value in range(1, 9))
    assert decoded.icc == corpus.icc_p3()
    assert decoded.exif == corpus.exif([])
    assert read_png(corpus.png(before=corpus.chunk(b"sRGB", b"\0"))).space == "srgb"
    assert read_png(corpus.png(before=corpus.chunk(b"cICP", bytes([12, 13, 0, 1])))).space == "p3 (cICP)"
    damaged = corpus.chunk(b"iCCP", b"x\0\0not deflated")
    assert read_png(corpus.png(before=damaged)).icc == b"damaged"


def test_texts_are_checked_for_bombs_only():
    texts = corpus.chunk(b"zTXt", b"k\0\0" + zlib.compress(b"hello")) + corpus.chunk(
        b"iTXt", b"k\0\0\0\0\0hello"
    )
    texts += corpus.chunk(b"iTXt", b"k\0\1\0en\0k\0" + zlib.compress(b"hello")) + corpus.chunk(
        b"zTXt", b"k\0\0??"
    )
    assert np.array_equal(read_png(corpus.png(before=texts)).pixels, corpus.scene())
    bomb = corpus.chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(2**26)))
    with pytest.raises(PhotoError, match="a text unpacks to more than 32 MB"):
        read_png(corpus.png(before=bomb))


def test_what_follows_the_end_is_ignored_and_said_so():
    decoded = read_png(corpus.png() + b"trailing")
    assert [(finding.code, finding.value) for finding in decoded.findings] == [("TRAILING_DATA", 8.0)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (corpus.png(end=False), "no end chunk"),
        (corpus.damaged_checksum(corpus.png(), b"IHDR"), "wrong checksum of the chunk 'IHDR'"),
        (
            corpus.png(before=corpus.chunk(b"IHDR", bytes(13))),
            "impossible|makes no sense|monochrome|two headers",
        ),
        (corpus.png(before=corpus.chunk(b"ABCD", b"")), "unknown critical chunk 'ABCD'"),
        (b"\x89PNG\r\n\x1a\n" + corpus.chunk(b"gAMA", bytes(4)), "first chunk is not IHDR"),
        (b"\x89PNG\r\n\x1a\n" + corpus.chunk(b"IHDR", bytes(5)), "IHDR of 5 bytes"),
        (corpus.png(after=corpus.chunk(b"tEXt", b"a\0b") + corpus.chunk(b"IDAT", b"")), "follow one another"),
        (corpus.png(packed=lambda raw: zlib.compress(b"\x07" + raw[1:])), "unknown filter"),
        (corpus.png(size=(128, 95)), "more pixels than the 128 x 95"),
    ],
)
def test_the_message_says_what_is_wrong(data, words):
    with pytest.raises(PhotoError, match=words):
        read_png(data)
