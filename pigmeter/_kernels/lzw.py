"""Codes of a TIFF's LZW segment become the bytes they stand for."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def unpack_lzw(packed: np.ndarray, unpacked: np.ndarray) -> int:
    """
    Unpack one segment (TIFF 6.0, section 13: codes of 9 to 12 bits, highest bit first, widened one early).

    Parameters
    ----------
    packed : array of uint8, shape (packed,)
    unpacked : array of uint8, shape (expected,)
        Written.

    Returns
    -------
    int
        Number of bytes written; -1 for a code that stands for nothing yet, -2 for more bytes than fit.
    """
    # A string of the table is where it was first written and how long it is: two numbers a code, no copy.
    place = np.zeros(4096, np.int64)
    length = np.zeros(4096, np.int64)
    known, width, held, bits, written = 258, 9, 0, 0, 0
    before_place, before_length = 0, 0
    position = 0
    while True:
        while bits < width:
            if position == packed.size:
                return written
            held = ((held & 0xFFFFFF) << 8) | packed[position]
            position += 1
            bits += 8
        bits -= width
        code = (held >> bits) & ((1 << width) - 1)
        if code == 257:
            return written
        if code == 256:
            known, width, before_length = 258, 9, 0
            continue
        start = written
        if code < 256:
            if written == unpacked.size:
                return -2
            unpacked[written] = code
            written += 1
        else:
            if code < known:
                source, count = place[code], length[code]
            elif code == known and before_length > 0:
                # The one string that is used before it is known: the one before, and its own first byte.
                source, count = before_place, before_length + 1
            else:
                return -1
            if written + count > unpacked.size:
                return -2
            for step in range(count):
                unpacked[written + step] = unpacked[source + step]
            written += count
        if before_length > 0:
            if known == 4096:
                return -1
            # The new string is the one before with one byte more, which is what stands right behind it.
            place[known], length[known] = before_place, before_length + 1
            known += 1
            if known == 511 or known == 1023 or known == 2047:
                width += 1
        before_place, before_length = start, written - start
