"""Encoded pixels become block means of the linear response, and those become the ten maps, in two passes."""

import numpy as np
from numba import njit

# No libm call is made per pixel: log10 and atan2 are polynomials of plain multiplications and additions,
# which vectorise and give the same bits on every processor (np.log10 does neither). All constants are
# float32, since a Python literal would turn the arithmetic into float64. Twins: tests/naive.py.

_SQRT_HALF_BITS = np.int32(0x3F3504F3)
_MANTISSA_BITS = np.int32(23)
# log10(1 + x) = x * P(x) for 1 + x from sqrt(1/2) to sqrt(2); fitted on Chebyshev nodes, largest error 4e-8.
_LOG10 = np.array(
    [
        0.434294423,
        -0.217150103,
        0.144774584,
        -0.108395468,
        0.0863713299,
        -0.0753668993,
        0.0708841096,
        -0.0430791308,
    ],
    dtype=np.float32,
)
_LOG10_TWO = np.float32(0.30102999566398120)
# atan(z) = z * P(z * z) in degrees for z from 0 to 1; fitted on Chebyshev nodes, largest error 2e-5 degrees.
_ATAN = np.array(
    [57.2955917, -19.0899839, 11.351728, -7.5881241, 4.56852369, -1.92851039, 0.390788472], dtype=np.float32
)
_OFFSET = np.float32(0.4)
_ZERO, _ONE, _FIFTY, _QUARTER, _HALF = (
    np.float32(0.0),
    np.float32(1.0),
    np.float32(50.0),
    np.float32(90.0),
    np.float32(180.0),
)
_TINY = np.float32(1e-30)
_NAN = np.float32(np.nan)
CLIPPED = np.float32(1e9)  # marks a clipped value in a table of responses; no sum of responses comes near it
_CLIPPED_BITS = CLIPPED.view(np.int32)
_CHUNK = 512  # columns handled at a time: a chunk's rows (22 kB) stay in the first-level cache


@njit(cache=True, nogil=True)
def block_means(
    pixels: np.ndarray,
    table: np.ndarray,
    low: int,
    scale: int,
    cell: int,
    fewest: np.float32,
    first: int,
    last: int,
    means: np.ndarray,
    cells: np.ndarray,
    usable: np.ndarray,
    clipped: np.ndarray,
) -> None:
    """
    Average the linear response over blocks of scale x scale pixels, and over cells of cell x cell blocks.

    Parameters
    ----------
    pixels : array of uint8 or uint16, shape (rows, columns, 3)
        Encoded values.
    table : array of float32, shape (3, 256 or 65536)
        Linear response of every encoded value, above 0 [1]; `CLIPPED` for values that are clipped.
    low : int
        Largest value that is clipped at black.
    scale, cell : int
        Side of a block [px] and of a cell [blocks].
    fewest : float32
        Fraction of a block's pixels that must be usable, or the block is marked by a mean of 0. [1]
    first, last : int
        Rows of cells to handle.
    means : array of float32, shape (3 or more, block rows, block columns)
        Written: mean response of the usable pixels of each block. [1]
    cells : array of float32, shape (3, cell rows, cell columns)
        Written: mean response of the usable pixels of each cell, 0 where there are none. [1]
    usable : array of int32, shape (cell rows, cell columns)
    clipped : array of int32, shape (2, cell rows, cell columns)
        Written: number of pixels clipped at black in some channel [0], and of others clipped at white [1].
    """
    rows, columns = pixels.shape[0], pixels.shape[1]
    block_rows, block_columns = means.shape[1], means.shape[2]
    t0, t1, t2 = table[0], table[1], table[2]
    totals = np.empty((3, block_columns), dtype=np.float64)
    u0, u1, u2 = totals[0], totals[1], totals[2]
    counts = np.empty(block_columns, dtype=np.int32)
    share = np.empty(block_columns, dtype=np.float32)
    width = np.full(block_columns, scale, dtype=np.int32)
    width[block_columns - 1] = columns - (block_columns - 1) * scale
    for cell_row in range(first, last):
        clipped[:, cell_row] = 0
        totals[:] = 0.0
        counts[:] = 0
        for r in range(cell_row * cell, min((cell_row + 1) * cell, block_rows)):
            top, bottom = r * scale, min((r + 1) * scale, rows)
            # Sums first, for all blocks of the row; a clipped pixel shows in its block's sum. Blocks one by
            # one, each pixel asked whether it is clipped, took twice as long.
            m0, m1, m2 = means[0, r], means[1, r], means[2, r]
            m0[:] = _ZERO
            m1[:] = _ZERO
            m2[:] = _ZERO
            for i in range(top, bottom):
                line = pixels[i]
                done = 0
                if scale == 1:
                    done = block_columns
                    for c in range(done):
                        m0[c] = t0[line[c, 0]]
                        m1[c] = t1[line[c, 1]]
                        m2[c] = t2[line[c, 2]]
                elif scale == 2:
                    done = columns // 2
                    for c in range(done):
                        m0[c] += t0[line[2 * c, 0]] + t0[line[2 * c + 1, 0]]
                        m1[c] += t1[line[2 * c, 1]] + t1[line[2 * c + 1, 1]]
                        m2[c] += t2[line[2 * c, 2]] + t2[line[2 * c + 1, 2]]
                for c in range(done, block_columns):
                    s0, s1, s2 = m0[c], m1[c], m2[c]
                    for j in range(c * scale, c * scale + width[c]):
                        s0 += t0[line[j, 0]]
                        s1 += t1[line[j, 1]]
                        s2 += t2[line[j, 2]]
                    m0[c], m1[c], m2[c] = s0, s1, s2
            # the bits of positive floats are in the floats' own order, and a maximum of integers is
            # vectorised
            b0, b1, b2 = m0.view(np.int32), m1.view(np.int32), m2.view(np.int32)
            largest = np.int32(0)
            for c in range(block_columns):
                largest = max(largest, max(b0[c], max(b1[c], b2[c])))
                whole = (bottom - top) * width[c]
                counts[c] += whole
                share[c] = np.divide(_ONE, np.float32(whole))
            if largest >= _CLIPPED_BITS:
                for c in range(block_columns):
                    if max(m0[c], max(m1[c], m2[c])) >= CLIPPED:
                        s0, s1, s2, n = _ZERO, _ZERO, _ZERO, 0
                        for i in range(top, bottom):
                            for j in range(c * scale, c * scale + width[c]):
                                p0, p1, p2 = pixels[i, j, 0], pixels[i, j, 1], pixels[i, j, 2]
                                x0, x1, x2 = t0[p0], t1[p1], t2[p2]
                                if max(x0, max(x1, x2)) < CLIPPED:
                                    s0 += x0
                                    s1 += x1
                                    s2 += x2
                                    n += 1
                                else:
                                    dark = min(p0, min(p1, p2)) <= low
                                    clipped[0 if dark else 1, cell_row, c // cell] += 1
                        whole = (bottom - top) * width[c]
                        enough = n > 0 and np.float32(n) >= fewest * np.float32(whole)
                        share[c] = np.divide(_ONE, np.float32(n)) if enough else _ZERO
                        counts[c] += n - whole
                        m0[c], m1[c], m2[c] = s0, s1, s2
            for c in range(block_columns):
                u0[c] += np.float64(m0[c])
                u1[c] += np.float64(m1[c])
                u2[c] += np.float64(m2[c])
                m0[c] *= share[c]
                m1[c] *= share[c]
                m2[c] *= share[c]
        for column in range(usable.shape[1]):
            a0, a1, a2, n = 0.0, 0.0, 0.0, 0
            for c in range(column * cell, min((column + 1) * cell, block_columns)):
                a0 += u0[c]
                a1 += u1[c]
                a2 += u2[c]
                n += counts[c]
            usable[cell_row, column] = n
            part = np.divide(1.0, np.float64(max(n, 1)))
            cells[0, cell_row, column] = np.float32(a0 * part)
            cells[1, cell_row, column] = np.float32(a1 * part)
            cells[2, cell_row, column] = np.float32(a2 * part)


@njit(cache=True, nogil=True)
def quantity_planes(
    planes: np.ndarray,
    weights: np.ndarray,
    wanted: np.ndarray,
    background: np.ndarray,
    excess: np.float32,
    neutrality: np.float32,
    cell: int,
    first: int,
    last: int,
    state: np.ndarray,
) -> None:
    """
    Turn block means into the ten quantities, in place, wherever a block is skin and neither clipped nor
    glossy.

    Parameters
    ----------
    planes : array of float32, shape (10, block rows, block columns)
        In: mean response in the first three planes, 0 where not usable [1]. Out: the eight regressed
        quantities, then atan2(L - 50, b) and atan2(b, a) in degrees; NaN where `state` is not 1.
    weights : array of float32, shape (10, 8)
        Of the terms 1, g0, g1, g2, g0 g0, g1 g1, g2 g2, g0 g1, g1 g2, g0 g2 with g = -log10(response) - 0.4;
        columns 3, 4, 5 give L, a, b.
    wanted : array of uint8, shape (cell rows, cell columns)
        1 where a cell is skin.
    background : array of float32, shape (3, cell rows, cell columns)
        Response of the skin around each cell. [1]
    excess, neutrality : float32
        A block is glossy when every channel exceeds its background by more than `excess` [1], and the largest
        of the three excesses is less than `neutrality` times the smallest [1].
    cell : int
        Side of a cell. [blocks]
    first, last : int
        Rows of cells to handle.
    state : array of uint8, shape (block rows, block columns)
        Written: 0 not wanted, 1 measured, 2 glossy, 3 clipped.
    """
    block_rows, block_columns = state.shape
    linear = np.empty(_CHUNK, dtype=np.float32)
    bits = linear.view(np.int32)
    exponent = np.empty(_CHUNK, dtype=np.float32)
    mantissa_bits = np.empty(_CHUNK, dtype=np.int32)
    mantissa = mantissa_bits.view(np.float32)
    g = np.empty((3, _CHUNK), dtype=np.float32)
    lab = np.empty((3, _CHUNK), dtype=np.float32)
    around = np.empty((3, _CHUNK), dtype=np.float32)
    asked = np.empty(_CHUNK, dtype=np.uint8)
    for cell_row in range(first, last):
        for start in range(0, block_columns, _CHUNK):
            width = min(_CHUNK, block_columns - start)
            stop = start + width
            any_wanted = False
            for c in range(width):
                column = (start + c) // cell
                asked[c] = wanted[cell_row, column]
                around[0, c] = background[0, cell_row, column]
                around[1, c] = background[1, cell_row, column]
                around[2, c] = background[2, cell_row, column]
                any_wanted |= asked[c] != 0
            for r in range(cell_row * cell, min((cell_row + 1) * cell, block_rows)):
                if not any_wanted:
                    for q in range(10):
                        planes[q, r, start:stop] = _NAN
                    state[r, start:stop] = 0
                    continue
                x0, x1, x2 = planes[0, r, start:stop], planes[1, r, start:stop], planes[2, r, start:stop]
                kinds = state[r, start:stop]
                for c in range(width):
                    d0, d1, d2 = x0[c] - around[0, c], x1[c] - around[1, c], x2[c] - around[2, c]
                    least, most = min(d0, min(d1, d2)), max(d0, max(d1, d2))
                    shiny = least > excess and most < neutrality * least
                    kind = np.uint8(2) if shiny else np.uint8(1)
                    kind = kind if x1[c] > _ZERO else np.uint8(3)
                    kinds[c] = kind if asked[c] != 0 else np.uint8(0)
                for channel in range(3):
                    source = planes[channel, r, start:stop]
                    for c in range(width):
                        linear[c] = source[c]
                    for c in range(width):
                        power = (bits[c] - _SQRT_HALF_BITS) >> _MANTISSA_BITS
                        exponent[c] = np.float32(power)
                        mantissa_bits[c] = bits[c] - (power << _MANTISSA_BITS)
                    logs = g[channel]
                    for c in range(width):
                        x = mantissa[c] - _ONE
                        p = _LOG10[7]
                        p = p * x + _LOG10[6]
                        p = p * x + _LOG10[5]
                        p = p * x + _LOG10[4]
                        p = p * x + _LOG10[3]
                        p = p * x + _LOG10[2]
                        p = p * x + _LOG10[1]
                        p = p * x + _LOG10[0]
                        logs[c] = -(exponent[c] * _LOG10_TWO + p * x) - _OFFSET
                g0, g1, g2 = g[0], g[1], g[2]
                for q in range(8):
                    w0, w1, w2, w3, w4 = (
                        weights[0, q],
                        weights[1, q],
                        weights[2, q],
                        weights[3, q],
                        weights[4, q],
                    )
                    w5, w6, w7, w8, w9 = (
                        weights[5, q],
                        weights[6, q],
                        weights[7, q],
                        weights[8, q],
                        weights[9, q],
                    )
                    kept = lab[q - 3] if 3 <= q <= 5 else linear
                    target = planes[q, r, start:stop]
                    for c in range(width):
                        value = w0 + g0[c] * (w1 + w4 * g0[c] + w7 * g1[c] + w9 * g2[c])
                        value += g1[c] * (w2 + w5 * g1[c] + w8 * g2[c])
                        value += g2[c] * (w3 + w6 * g2[c])
                        kept[c] = value
                        target[c] = value if kinds[c] == 1 else _NAN
                for angle in range(2):
                    upward, across = (lab[0], lab[2]) if angle == 0 else (lab[2], lab[1])
                    origin = _FIFTY if angle == 0 else _ZERO
                    target = planes[8 + angle, r, start:stop]
                    for c in range(width):
                        y, x = upward[c] - origin, across[c]
                        long, short = max(abs(x), abs(y)), min(abs(x), abs(y))
                        # np.divide, since a plain division carries a test for zero that keeps the loop scalar
                        z = np.divide(short, max(long, _TINY))
                        s = z * z
                        p = _ATAN[6]
                        p = p * s + _ATAN[5]
                        p = p * s + _ATAN[4]
                        p = p * s + _ATAN[3]
                        p = p * s + _ATAN[2]
                        p = p * s + _ATAN[1]
                        p = (p * s + _ATAN[0]) * z
                        p = _QUARTER - p if abs(y) > abs(x) else p
                        p = _HALF - p if x < _ZERO else p
                        p = -p if y < _ZERO else p
                        target[c] = p if kinds[c] == 1 else _NAN
