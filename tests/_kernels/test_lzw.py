import naive
import numpy as np
import photo_corpus as corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter._kernels.lzw import unpack_lzw
from pigmeter.photo.ifd import TiffFile


def both(packed, size):
    packed = np.frombuffer(bytes(packed), dtype=np.uint8)
    fast, slow = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    number = unpack_lzw(packed, fast)
    assert number == naive.unpack_lzw(packed, slow)
    if number >= 0:
        assert np.array_equal(fast[:number], slow[:number])
    return number, fast


def codes(*values):
    bits = "".join(f"{value:09b}" for value in values)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def test_the_example_of_the_specification():
    # TIFF 6.0, section 13: 7 7 7 8 8 7 7 6 6 is coded as clear, 7, 258, 8, 8, 258, 6, 6, end.
    number, out = both(codes(256, 7, 258, 8, 8, 258, 6, 6, 257), 9)
    assert number == 9
    assert out.tolist() == [7, 7, 7, 8, 8, 7, 7, 6, 6]


def strip(pixels):
    data = corpus.tiff_lzw(pixels)
    file = TiffFile(data)
    first = file.directory(file.first)
    place, size = int(first.number(273)), int(first.number(279))
    return data[place : place + size]


@pytest.mark.parametrize("kind", ["scene", "flat", "noise"])
def test_what_libtiff_packs(kind):
    noise = np.random.default_rng(corpus.SEED).integers(0, 256, (64, 70, 3)).astype(np.uint8)
    image = {"scene": corpus.scene(64, 70), "flat": np.full((64, 70, 3), 9, np.uint8), "noise": noise}[kind]
    packed = strip(image)
    size = len(image.tobytes())
    number, out = both(packed, size)
    first = image.tobytes()[:number]
    assert number > 1000
    assert out.tobytes()[:number] == first


def test_what_does_not_unpack():
    assert both(codes(256, 300, 257), 9)[0] == -1
    assert both(codes(256, 258, 257), 9)[0] == -1
    assert both(codes(256, 7, 258, 257), 2)[0] == -2
    assert both(b"", 2)[0] == 0


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_ends_alike(packed):
    both(b"\x80" + packed, 500)
