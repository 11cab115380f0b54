"""Thin dark lines in a map: what stands out from both sides, and what of it runs on."""

import numpy as np
from numba import njit

# All planes of marks have a margin of zeros around the map, so that no kernel asks where the map ends, and
# rows of a multiple of eight bytes, so that eight empty pixels are skipped at a time. Twins: tests/naive.py.

_NOTHING = np.uint64(0)
_STRETCH = 5  # steps to each side over which a line is compared with its surroundings


@njit(cache=True, nogil=True)
def dark_lines(
    values: np.ndarray,
    reach: int,
    slant: int,
    strong: np.ndarray,
    faint: np.float32,
    margin: int,
    cell: int,
    first: int,
    last: int,
    grade: np.ndarray,
) -> None:
    """
    Grade each pixel by how far it exceeds both of two pixels on opposite sides, in four directions.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
        NaN where there is nothing; what has NaN on one side stands out from nothing in that direction.
    reach, slant : int
        Distance to the sides along rows and columns, and along each of both in the diagonals. [px]
    strong : array of float32, shape (cell rows, cell columns)
        Least excess over the higher side. [unit of the values]
    faint : float32
        Part of it that is enough for a weak line. [1]
    margin, cell : int
        Width of the margin of `grade`, and side of a cell. [px]
    first, last : int
        Rows of cells to handle.
    grade : array of uint8, shape (rows + 2 margin, columns + 2 margin or more)
        Written: 0, 1 (weak) or 2 (strong). Beyond the map's border everything is like the border.
    """
    rows, columns = values.shape
    edge = min(reach, columns)
    least = np.empty((2, columns), dtype=np.float32)
    for cell_row in range(first, last):
        for c in range(columns):
            least[1, c] = strong[cell_row, c // cell]
            least[0, c] = faint * least[1, c]
        for r in range(cell_row * cell, min((cell_row + 1) * cell, rows)):
            mid, up, down = values[r], values[max(r - reach, 0)], values[min(r + reach, rows - 1)]
            high, low = values[max(r - slant, 0)], values[min(r + slant, rows - 1)]
            target = grade[r + margin, margin : margin + columns]
            for c in range(edge):
                target[c] = _graded(mid, up, down, high, low, c, reach, slant, least)
            for c in range(max(columns - reach, edge), columns):
                target[c] = _graded(mid, up, down, high, low, c, reach, slant, least)
            # slices, not offsets: an index that might be negative keeps the loop from being vectorised
            number = max(columns - 2 * reach, 0)
            own, asked, out = mid[edge:], least[0, edge:], target[edge:]
            left, right, above, below = mid, mid[2 * edge :], up[edge:], down[edge:]
            upper_left, upper_right = high[edge - slant :], high[edge + slant :]
            lower_left, lower_right = low[edge - slant :], low[edge + slant :]
            for c in range(number):
                v = own[c] - asked[c]
                some = (v > left[c]) & (v > right[c])
                some |= (v > above[c]) & (v > below[c])
                some |= (v > upper_left[c]) & (v > lower_right[c])
                some |= (v > upper_right[c]) & (v > lower_left[c])
                out[c] = np.uint8(some)
            # few are weak, and of those it is asked one by one whether they are strong
            words = grade[r + margin].view(np.uint64)
            for word in range(len(words)):
                if words[word] == _NOTHING:
                    continue
                for c in range(8 * word - margin, 8 * word + 8 - margin):
                    if 0 <= c < columns and target[c] == 1:
                        target[c] = _graded(mid, up, down, high, low, c, reach, slant, least)


@njit(cache=True, nogil=True)
def _graded(
    mid: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    high: np.ndarray,
    low: np.ndarray,
    c: int,
    reach: int,
    slant: int,
    least: np.ndarray,
) -> np.uint8:
    """Grade a pixel; what lies beyond the ends of its rows is taken to be like the ends."""
    last = len(mid) - 1
    v, w = mid[c] - least[0, c], mid[c] - least[1, c]
    left, right = max(c - slant, 0), min(c + slant, last)
    some, clear = False, False
    for a, b in (
        (mid[max(c - reach, 0)], mid[min(c + reach, last)]),
        (up[c], down[c]),
        (high[left], low[right]),
        (high[right], low[left]),
    ):
        some |= (v > a) & (v > b)
        clear |= (w > a) & (w > b)
    return np.uint8(some) + np.uint8(clear)


@njit(cache=True, nogil=True)
def trace_lines(
    grade: np.ndarray,
    values: np.ndarray,
    blood: np.ndarray,
    steps: np.ndarray,
    sides: np.ndarray,
    length: int,
    clear: np.float32,
    flank: np.float32,
    cell: int,
    strip: int,
    first: int,
    last: int,
    found: np.ndarray,
) -> None:
    """
    Keep strong pixels through which a line of graded pixels runs, and the line, unless it is a vessel or a
    furrow.

    Parameters
    ----------
    grade : array of uint8, shape (rows + 2 margin, columns), C-contiguous, columns a multiple of eight
        Of `dark_lines`; the margin is `most` + 1 or more.
    values, blood : array of float32, shape (rows, columns of the map)
        A hair stands out in `values` and not in `blood`.
    steps : array of int64, shape (directions, most, 2)
        Places along each direction, down and across; backward they are negative. [px]
    sides : array of int64, shape (directions, 4, 2)
        Across each direction: the neighbour to which a line may swerve, the place where a furrow's other wall
        would be, the place with which the line is compared, and one beyond. [px]
    length : int
        Least length of a line, the pixel itself included. [px]
    clear : float32
        What exceeds its sides by less than that must not exceed them in `blood` at all, and what exceeds them
        by more, by no more than half the rest. [unit of the values]
    flank : float32
        What is brighter on one side only, by that part of what the line is darker by, is a furrow lit from
        the side. [1]
    cell, strip : int
        Side of a cell [px], and rows of cells within which the middle of a kept line is not looked at again.
    first, last : int
        Rows of cells to handle; `first` is a multiple of `strip`.
    found : array of uint8, shape of `grade`
        1 is written on what is kept; the rest is left alone.
    """
    columns = grade.shape[1]
    flat, out = grade.ravel(), found.ravel()
    words = flat.view(np.uint64)
    most = steps.shape[1]
    margin = (grade.shape[0] - values.shape[0]) // 2
    # Marks of the strip's own lines only: another thread may be at work beside it, and the result must not
    # depend on who comes first.
    done = np.empty((strip * cell + 2 * margin) * columns, dtype=np.uint8)
    for start in range(first, last, strip):
        done[:] = 0
        top = start * cell
        bottom = min(min((start + strip) * cell, last * cell), values.shape[0])
        shift = top * columns  # `done` begins at the margin above the strip
        for r in range(top + margin, bottom + margin):
            for word in range(r * columns // 8, (r + 1) * columns // 8):
                if words[word] == _NOTHING:
                    continue
                for p in range(8 * word, 8 * word + 8):
                    if flat[p] != 2 or done[p - shift]:
                        continue
                    for k in range(steps.shape[0]):
                        n = sides[k, 0, 0] * columns + sides[k, 0, 1]
                        run = 1
                        for sign in (-1, 1):
                            missed = 0
                            for i in range(most):
                                q = p + sign * (steps[k, i, 0] * columns + steps[k, i, 1])
                                if flat[q] | flat[q - n] | flat[q + n]:
                                    run += 1 + missed
                                    missed = 0
                                elif missed == 1:
                                    break
                                else:
                                    missed = 1
                        if run < length:
                            continue
                        row, column = r - margin, p % columns - margin
                        if not _is_hair(values, blood, row, column, steps[k], sides[k], clear, flank):
                            continue
                        out[p] = 1
                        done[p - shift] = 1
                        for sign in (-1, 1):
                            missed = 0
                            for i in range(most):
                                q = p + sign * (steps[k, i, 0] * columns + steps[k, i, 1])
                                if flat[q] | flat[q - n] | flat[q + n]:
                                    missed = 0
                                    done[q - shift] = 1
                                    for s in (q - n, q, q + n):
                                        if flat[s]:
                                            out[s] = 1
                                elif missed == 1:
                                    break
                                else:
                                    missed = 1


@njit(cache=True, nogil=True)
def _is_hair(
    values: np.ndarray,
    blood: np.ndarray,
    row: int,
    column: int,
    steps: np.ndarray,
    sides: np.ndarray,
    clear: np.float32,
    flank: np.float32,
) -> bool:
    """Whether a short stretch of a line has no more blood than its sides, and no bright flank on one."""
    rows, columns = values.shape
    near, side, far = sides[1], sides[2], sides[3]
    n, own, red, left, right = 0, 0.0, 0.0, 0.0, 0.0
    for sign in (-1, 1):
        for i in range(_STRETCH):
            r, c = row + sign * steps[i, 0], column + sign * steps[i, 1]
            down, across = abs(far[0]), abs(far[1])
            if r < down or r >= rows - down or c < across or c >= columns - across:
                continue
            one, other = values[r - side[0], c - side[1]], values[r + side[0], c + side[1]]
            more = values[r, c] - max(one, other)
            redder = blood[r, c] - (blood[r - side[0], c - side[1]] + blood[r + side[0], c + side[1]]) / 2
            fall = values[r - near[0], c - near[1]] - values[r - far[0], c - far[1]]
            rise = values[r + near[0], c + near[1]] - values[r + far[0], c + far[1]]
            total = more + redder + fall + rise
            if total == total:
                own += more
                red += redder
                left += fall
                right += rise
                n += 1
    if n == 0:
        return True
    brightest, other_side = min(left, right), max(left, right)
    if brightest < -flank * own and other_side > 0.5 * brightest:
        return False
    allowed = 0.5 * (own - n * clear)
    return not (red > 0.0 and red > allowed)


@njit(cache=True, nogil=True)
def widen_lines(
    found: np.ndarray,
    reach: np.ndarray,
    margin: int,
    cell: int,
    first: int,
    last: int,
    wide: np.ndarray,
    count: np.ndarray,
) -> None:
    """
    Widen lines by a disc, and count their pixels in each cell.

    Parameters
    ----------
    found : array of uint8, shape (rows, columns), columns a multiple of eight
        0 or 1, with a margin.
    reach : array of int64, shape (2 radius + 1,)
        Half width of the disc in each of its rows. [px]
    margin : int
        At least the radius. [px]
    cell : int
        Side of a cell. [px]
    first, last : int
        Rows of cells to handle.
    wide : array of uint8, shape of `found`
        Written: 1 within the disc of a 1.
    count : array of int32, shape (cell rows, cell columns)
        Written: number of pixels that are 1 in `wide`.
    """
    rows, columns = found.shape[0] - 2 * margin, found.shape[1]
    radius = len(reach) // 2
    for cell_row in range(first, last):
        tally = count[cell_row]
        tally[:] = 0
        for r in range(cell_row * cell, min((cell_row + 1) * cell, rows)):
            target = wide[r + margin]
            target[:] = 0
            any_found = False
            for k in range(2 * radius + 1):
                source = found[r + margin + k - radius]
                words = source.view(np.uint64)
                for word in range(columns // 8):
                    if words[word] == _NOTHING:
                        continue
                    any_found = True
                    for c in range(8 * word, 8 * word + 8):
                        if source[c]:
                            for j in range(c - reach[k], c + reach[k] + 1):
                                target[j] = 1
            if not any_found:
                continue
            words = target.view(np.uint64)
            for word in range(columns // 8):
                if words[word] == _NOTHING:
                    continue
                for c in range(8 * word, 8 * word + 8):
                    column = (c - margin) // cell
                    if target[c] and c >= margin and column < len(tally):
                        tally[column] += 1
