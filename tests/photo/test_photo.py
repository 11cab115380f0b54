import numpy as np
from tolerance import assert_close

from pigmeter.photo.photo import Capture, Photo


def photo(bits):
    levels = 2**bits
    return Photo(
        name="a.png",
        sha256="0" * 64,
        container="PNG",
        pixels=np.zeros((4, 6, 3), dtype=np.uint8 if bits == 8 else np.uint16),
        decode=np.tile(np.linspace(0, 1, levels, dtype=np.float32) ** 2, (3, 1)),
        primaries=np.eye(3),
        colour_space="test",
        capture=Capture(),
    )


def test_shape_is_rows_and_columns_and_bits_follow_the_pixels():
    assert photo(8).shape == (4, 6)
    assert (photo(8).bits, photo(16).bits) == (8, 16)


def test_linear_reads_the_table_between_its_entries():
    # (51/255)^2 = 0.04; halfway between two entries the table is a straight line.
    low, high = (51 / 255) ** 2, (52 / 255) ** 2
    assert_close(photo(8).linear(np.array([51.0, 51.5, 255.0])), [low, (low + high) / 2, 1.0], 1e-7)
