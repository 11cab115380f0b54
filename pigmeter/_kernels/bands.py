"""Squares pooled into larger ones and held against their surroundings: the spread in a band of size."""

import numpy as np
from numba import njit

_ZERO, _HALF, _ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
_NAN = np.float32(np.nan)
# A window is four squares wide and centred on one, so it cuts the outer two in half: weights 1/2 1 1 1 1/2.
_TAPS = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
WHOLE = 16.0  # sum of the weights of a window without gaps
# Of a square without gaps in such a window: variance of (square - window) over that of a square, if squares
# are independent of each other, and the part of it that is due to the window.
KEPT = 1 - 2 / WHOLE + (3.5 / WHOLE) ** 2
_WINDOW_PART = KEPT - 1


@njit(cache=True, nogil=True)
def pooled_squares(
    values: np.ndarray,
    weights: np.ndarray,
    offsets: np.ndarray,
    size: int,
    step: int,
    first: int,
    last: int,
    pooled: np.ndarray,
    pooled_weights: np.ndarray,
    pooled_offsets: np.ndarray,
) -> None:
    """
    Pool blocks of squares, which may overlap, by their weights.

    Parameters
    ----------
    values : array of float32, shape (quantities, rows, columns)
        Finite where the weight is above 0.
    weights : array of float32, shape (rows, columns)
        Which part of each square counts. [1]
    offsets : array of float32, shape (2, rows, columns), or (2, 0, 0)
        From a square's middle to the middle of the part that counts, down and across; none if not known.
        [square sides]
    size, step : int
        Side of a block, and from one block to the next. [squares]
    first, last : int
        Rows of blocks to handle.
    pooled, pooled_weights, pooled_offsets : arrays of float32
        Written, shapes (quantities, block rows, block columns), (block rows, block columns) and (2, block
        rows, block columns), in the same terms for blocks; a block without weight has the value 0.
    """
    quantities, rows, columns = values.shape
    known = offsets.shape[1] > 0
    middle = np.float32(0.5 * (size - 1))
    # columns first, one row after the other, so that loops are long and have no branches
    line = np.empty((3 + quantities, columns), dtype=np.float32)
    summed, down, across = line[0], line[1], line[2]
    share, side = np.float32(1.0 / (size * size)), np.float32(1.0 / size)
    for i in range(first, last):
        line[:] = _ZERO
        for r in range(i * step, min(i * step + size, rows)):
            row, place = weights[r], np.float32(r - i * step) - middle
            for c in range(columns):
                summed[c] += row[c]
                down[c] += row[c] * place
            if known:
                lower, beside = offsets[0, r], offsets[1, r]
                for c in range(columns):
                    down[c] += row[c] * lower[c]
                    across[c] += row[c] * beside[c]
            for q in range(quantities):
                source, target = values[q, r], line[3 + q]
                for c in range(columns):
                    value = source[c]
                    target[c] += row[c] * (value if row[c] > _ZERO else _ZERO)
        for j in range(pooled_weights.shape[1]):
            left, right = j * step, min(j * step + size, columns)
            total, lower, beside = _ZERO, _ZERO, _ZERO
            for c in range(left, right):
                total += summed[c]
                lower += down[c]
                beside += across[c] + summed[c] * (np.float32(c - left) - middle)
            part = np.divide(_ONE, total) if total > _ZERO else _ZERO
            pooled_weights[i, j] = total * share
            pooled_offsets[0, i, j] = lower * part * side
            pooled_offsets[1, i, j] = beside * part * side
            for q in range(quantities):
                whole = _ZERO
                for c in range(left, right):
                    whole += line[3 + q, c]
                pooled[q, i, j] = whole * part


@njit(cache=True, nogil=True)
def _against_plane(
    values: np.ndarray,
    weights: np.ndarray,
    offsets: np.ndarray,
    row: int,
    column: int,
    stride: int,
    kernel: np.ndarray,
    found: np.ndarray,
) -> tuple[float, float, float]:
    """
    Hold a square against the plane through a window with gaps.

    A mean over what is left of the window would lie beside the square, and the shading between the two would
    count as spread. Returns the variance of the difference over that of a square if squares are independent;
    and of its noise the parts due to the square and due to the window. The first is 0 if there is no plane.
    """
    rows, columns = weights.shape
    known = offsets.shape[1] > 0
    down0 = np.float64(offsets[0, row, column]) if known else 0.0
    across0 = np.float64(offsets[1, row, column]) if known else 0.0
    m00 = m01 = m02 = m11 = m12 = m22 = 0.0
    for a in range(5):
        r = row + (a - 2) * stride
        for b in range(5):
            c = column + (b - 2) * stride
            kernel[a, b] = 0.0
            if 0 <= r < rows and 0 <= c < columns and weights[r, c] > 0:
                w = _TAPS[a] * _TAPS[b] * np.float64(weights[r, c])
                y = a - 2 - down0 + (offsets[0, r, c] if known else _ZERO)
                x = b - 2 - across0 + (offsets[1, r, c] if known else _ZERO)
                kernel[a, b] = w
                m00 += w
                m01 += w * y
                m02 += w * x
                m11 += w * y * y
                m12 += w * y * x
                m22 += w * x * x
    c0 = m11 * m22 - m12 * m12
    c1 = m02 * m12 - m01 * m22
    c2 = m01 * m12 - m02 * m11
    determinant = m00 * c0 + m01 * c1 + m02 * c2
    if determinant <= 1e-6 * m00 * m00 * m00:
        return 0.0, 0.0, 0.0
    found[:] = 0.0
    squares, noises = 0.0, 0.0
    own = 0.0
    for a in range(5):
        r = row + (a - 2) * stride
        for b in range(5):
            if kernel[a, b] > 0:
                c = column + (b - 2) * stride
                y = a - 2 - down0 + (offsets[0, r, c] if known else _ZERO)
                x = b - 2 - across0 + (offsets[1, r, c] if known else _ZERO)
                w = kernel[a, b] * (c0 + c1 * y + c2 * x) / determinant
                squares += w * w
                noises += w * w / weights[r, c]
                if a == 2 and b == 2:
                    own = w
                for q in range(len(found)):
                    found[q] -= w * values[q, r, c]
    for q in range(len(found)):
        found[q] += values[q, row, column]
    share = np.float64(weights[row, column])
    return 1 - 2 * own + squares, 1 / share, noises - 2 * own / share


@njit(cache=True, nogil=True)
def band_tiles(
    values: np.ndarray,
    weights: np.ndarray,
    offsets: np.ndarray,
    stride: int,
    variance: np.ndarray,
    growth: np.ndarray,
    variance_step: float,
    fewest: float,
    least_filled: float,
    least_kept: float,
    per_tile: int,
    shift: int,
    first: int,
    last: int,
    sums: np.ndarray,
) -> None:
    """
    Sum squared differences of squares from their windows over tiles, with what noise adds to them.

    Parameters
    ----------
    values : array of float32, shape (quantities, rows, columns)
        Means over squares, finite where the weight is above 0.
    weights : array of float32, shape (rows, columns)
        Which part of each square counts. [1]
    offsets : array of float32, shape (2, rows, columns), or (2, 0, 0)
        As for `pooled_squares`. [square sides]
    stride : int
        From a square to its neighbour in the window; 2 where squares overlap by half. [squares]
    variance : array of float32, shape (quantities, raster rows, raster columns)
        Of the noise of a whole square, on a coarse raster over the same extent. [unit squared]
    growth : array of float64, shape (quantities,)
        Noise of a window over what it were if squares had independent noise, as variances. [1]
    variance_step : float
        From a square to the next, in sides of the raster.
    fewest : float
        Weight of a square that counts. [1]
    least_filled : float
        Sum of a window's weights over that of a whole one. [1]
    least_kept : float
        Part of a square's own variance that its difference from the plane must keep. [1]
    per_tile, shift : int
        Squares to a side of a tile; square i belongs to tile ``(i + shift) // per_tile``, and its middle lies
        ``i + (1 + shift) / 2`` squares from the border. Noise is read off the raster at a tile's middle.
    first, last : int
        Rows of tiles to handle.
    sums : array of float32, shape (2 + 2 quantities, tile rows, tile columns)
        Written: number of squares; their number weighted with what the difference keeps, over `KEPT`; for
        each quantity the sum of squared differences; for each quantity what noise adds to that sum.
    """
    quantities, rows, columns = values.shape
    tiles = sums.shape[2]
    pad = 2 * stride
    column_weights = np.empty(columns + 2 * pad, dtype=np.float32)
    column_sums = np.empty((quantities, columns + 2 * pad), dtype=np.float32)
    filled, without_gaps = np.empty(columns, dtype=np.float32), np.empty(columns, dtype=np.float32)
    counted = np.empty(columns, dtype=np.float32)
    squared = np.empty((quantities, columns), dtype=np.float32)
    kernel, found = np.empty((5, 5)), np.empty(quantities)
    own_noise, window_noise = np.empty(tiles), np.empty(tiles)
    whole, least = np.float32(WHOLE * 0.999), np.float32(WHOLE * least_filled)
    enough = np.float32(fewest)
    for tile in range(first, last):
        sums[:, tile] = _ZERO
        own_noise[:] = 0.0
        window_noise[:] = 0.0
        counted[:] = _ZERO
        squared[:] = _ZERO
        for i in range(max(tile * per_tile - shift, 0), min((tile + 1) * per_tile - shift, rows)):
            column_weights[:] = _ZERO
            column_sums[:] = _ZERO
            for k in range(-2, 3):
                r = i + k * stride
                if 0 <= r < rows:
                    tap = _HALF if abs(k) == 2 else _ONE
                    row_weights = weights[r]
                    summed_weights = column_weights[pad : pad + columns]
                    for c in range(columns):
                        summed_weights[c] += tap * row_weights[c]
                    for q in range(quantities):
                        row, summed = values[q, r], column_sums[q, pad : pad + columns]
                        for c in range(columns):
                            value = row[c]
                            summed[c] += tap * row_weights[c] * (value if row_weights[c] > _ZERO else _ZERO)
            own_weights = weights[i]
            w0, w1, w2 = column_weights, column_weights[stride:], column_weights[2 * stride :]
            w3, w4 = column_weights[3 * stride :], column_weights[4 * stride :]
            gaps = 0
            for c in range(columns):
                filled[c] = _HALF * (w0[c] + w4[c]) + (w1[c] + w2[c] + w3[c])
            for c in range(columns):
                counts = own_weights[c] >= enough
                without_gaps[c] = _ONE if counts & (filled[c] >= whole) else _ZERO
                counted[c] += without_gaps[c]
                gaps += 1 if counts & (filled[c] >= least) & (filled[c] < whole) else 0
            for q in range(quantities):
                summed, row, target = column_sums[q], values[q, i], squared[q]
                s1, s2 = summed[stride:], summed[2 * stride :]
                s3, s4 = summed[3 * stride :], summed[4 * stride :]
                for c in range(columns):
                    total = _HALF * (summed[c] + s4[c]) + (s1[c] + s2[c] + s3[c])
                    difference = row[c] - np.divide(total, filled[c])
                    target[c] += difference * difference if without_gaps[c] > _ZERO else _ZERO
            if gaps == 0:
                continue
            for c in range(columns):
                if own_weights[c] < enough or filled[c] < least or filled[c] >= whole:
                    continue
                kept, own, window = _against_plane(values, weights, offsets, i, c, stride, kernel, found)
                if kept < least_kept:
                    continue
                place = (c + shift) // per_tile
                sums[0, tile, place] += _ONE
                sums[1, tile, place] += np.float32(kept / KEPT)
                for q in range(quantities):
                    sums[2 + q, tile, place] += np.float32(found[q] * found[q])
                own_noise[place] += own
                window_noise[place] += window
        for place in range(tiles):
            start, stop = max(place * per_tile - shift, 0), min((place + 1) * per_tile - shift, columns)
            count = _ZERO
            for c in range(start, stop):
                count += counted[c]
            sums[0, tile, place] += count
            sums[1, tile, place] += count
            own_noise[place] += count
            window_noise[place] += count * _WINDOW_PART
            for q in range(quantities):
                total = _ZERO
                for c in range(start, stop):
                    total += squared[q, c]
                sums[2 + q, tile, place] += total
        down = int(((tile + 0.5) * per_tile - 0.5 * shift) * variance_step)
        for place in range(tiles):
            across = int(((place + 0.5) * per_tile - 0.5 * shift) * variance_step)
            r, c = min(down, variance.shape[1] - 1), min(across, variance.shape[2] - 1)
            for q in range(quantities):
                noise = own_noise[place] + growth[q] * window_noise[place]
                sums[2 + quantities + q, tile, place] = np.float32(variance[q, r, c] * noise)


@njit(cache=True, nogil=True)
def tile_spreads(sums: np.ndarray, least: float, first: int, last: int, spreads: np.ndarray) -> None:
    """
    Spread about each tile, over a window two tiles wide.

    Parameters
    ----------
    sums : array of float32, shape (2 + 2 quantities, rows, columns)
        From `band_tiles`.
    least : float
        Weighted number of squares that a window must hold, or there is no spread.
    first, last : int
        Rows to handle.
    spreads : array of float32, shape (quantities, rows, columns)
        Written: root of the mean squared difference less noise, at least 0; NaN where too little counts.
    """
    quantities, rows, columns = spreads.shape
    line = np.empty((1 + quantities, columns + 2), dtype=np.float32)
    for i in range(first, last):
        line[:] = _ZERO
        for r in range(max(i - 1, 0), min(i + 2, rows)):
            tap = _ONE if r == i else _HALF
            for c in range(columns):
                line[0, c + 1] += tap * sums[1, r, c]
            for q in range(quantities):
                for c in range(columns):
                    line[1 + q, c + 1] += tap * (sums[2 + q, r, c] - sums[2 + quantities + q, r, c])
        for c in range(columns):
            count = line[0, c + 1] + _HALF * (line[0, c] + line[0, c + 2])
            for q in range(quantities):
                total = line[1 + q, c + 1] + _HALF * (line[1 + q, c] + line[1 + q, c + 2])
                enough = count >= least and count > _ZERO
                spreads[q, i, c] = np.sqrt(max(total / count, _ZERO)) if enough else _NAN


@njit(cache=True, nogil=True)
def tile_scatter(
    sums: np.ndarray, squares: np.ndarray, width: int, first: int, last: int, scatter: np.ndarray
) -> None:
    """
    Tell by how much tiles disagree about the mean squared difference, beyond tiles that go together.

    Parameters
    ----------
    sums : array of float32, shape (2 + 2 quantities, rows, columns)
        From `band_tiles`.
    squares : array of float64, shape (quantities,)
        Mean squared difference less noise of all tiles. [unit squared]
    width : int
        Tiles so near each other are not independent: their sums are taken over squares of that side, at every
        offset.
    first, last : int
        Offsets to handle, of ``rows + width - 1`` from top to bottom.
    scatter : array of float64, shape (quantities, rows + width - 1)
        Written: what each contributes to the variance of the sum, over all tiles, of squared differences less
        noise. [unit to the fourth]
    """
    quantities = len(squares)
    rows, columns = sums.shape[1:]
    down = np.empty(columns + 2 * (width - 1))
    for q in range(quantities):
        mean = squares[q]
        for i in range(first, last):
            down[:] = 0.0
            inner = down[width - 1 : width - 1 + columns]
            for r in range(max(i - width + 1, 0), min(i + 1, rows)):
                found, counted, noise = sums[2 + q, r], sums[1, r], sums[2 + quantities + q, r]
                for c in range(columns):
                    inner[c] += np.float64(found[c] - noise[c]) - mean * counted[c]
            total = 0.0
            for c in range(columns + width - 1):
                box = 0.0
                for k in range(width):
                    box += down[c + k]
                total += box * box
            scatter[q, i] = total / (width * width)
