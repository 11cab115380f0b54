"""Maps become means over squares whose side need not be a whole number of map pixels."""

import numpy as np
from numba import njit

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_NAN = np.float32(np.nan)


@njit(cache=True, nogil=True)
def _pieces(columns: int, step: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last element of each piece of a line, and how much of either lies in the piece."""
    places, parts = np.empty((2, count), dtype=np.int32), np.empty((2, count), dtype=np.float32)
    for j in range(count):
        left, right = j * step, min((j + 1) * step, np.float64(columns))
        start, last = int(np.floor(left)), int(np.ceil(right)) - 1
        places[0, j], places[1, j] = start, last
        parts[0, j] = np.float32(min(start + 1.0, right) - left)
        # an element that is first and last is wholly in the first
        parts[1, j] = np.float32(right - last) if last > start else _ZERO
    return places, parts


@njit(cache=True, nogil=True)
def _summed_columns(line: np.ndarray, places: np.ndarray, parts: np.ndarray, target: np.ndarray) -> None:
    """Sum a line over pieces; an element that a border cuts counts by its part on either side."""
    starts, ends, first, last = places[0], places[1], parts[0], parts[1]
    for j in range(len(target)):
        total = line[starts[j]] * first[j] + line[ends[j]] * last[j]
        for c in range(starts[j] + 1, ends[j]):
            total += line[c]
        target[j] = total


@njit(cache=True, nogil=True)
def square_shares(inside: np.ndarray, step: float, first: int, last: int, share: np.ndarray) -> None:
    """
    Work out which part of each square counts.

    Parameters
    ----------
    inside : array of bool, shape (rows, columns)
    step : float
        Side of a square; the first begins at the upper left corner of the first pixel. [px]
    first, last : int
        Rows of squares to handle.
    share : array of float32, shape (square rows, square columns)
        Written: area inside over the square's whole area; what lies beyond the map is not inside. [1]
    """
    rows, columns = inside.shape
    line = np.empty(columns, dtype=np.float32)
    places, parts = _pieces(columns, step, share.shape[1])
    part = np.float32(1.0 / (step * step))
    for i in range(first, last):
        top, bottom = i * step, min((i + 1) * step, np.float64(rows))
        line[:] = _ZERO
        for r in range(int(np.floor(top)), int(np.ceil(bottom))):
            weight = np.float32(min(bottom, r + 1.0) - max(top, np.float64(r)))
            marks = inside[r]
            for c in range(columns):
                line[c] += weight if marks[c] else _ZERO
        target = share[i]
        _summed_columns(line, places, parts, target)
        for j in range(len(target)):
            target[j] = min(target[j] * part, _ONE)


@njit(cache=True, nogil=True)
def square_means(
    values: np.ndarray,
    inside: np.ndarray,
    share: np.ndarray,
    fewest: np.float32,
    step: float,
    first: int,
    last: int,
    means: np.ndarray,
) -> None:
    """
    Average a map over squares, by area, over the pixels that count.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
        Finite where `inside`.
    inside : array of bool, shape (rows, columns)
    share : array of float32, shape (square rows, square columns)
        From `square_shares`. [1]
    fewest : float32
        A square of which a smaller part counts has no mean. [1]
    step : float
        Side of a square. [px]
    first, last : int
        Rows of squares to handle.
    means : array of float32, shape (square rows, square columns)
        Written; NaN where too little counts.
    """
    rows, columns = inside.shape
    line = np.empty(columns, dtype=np.float32)
    places, parts = _pieces(columns, step, share.shape[1])
    part = np.float32(1.0 / (step * step))
    for i in range(first, last):
        target, counted = means[i], share[i]
        any_counts = False
        for j in range(len(counted)):
            any_counts |= counted[j] >= fewest
        if not any_counts:
            target[:] = _NAN
            continue
        top, bottom = i * step, min((i + 1) * step, np.float64(rows))
        line[:] = _ZERO
        for r in range(int(np.floor(top)), int(np.ceil(bottom))):
            weight = np.float32(min(bottom, r + 1.0) - max(top, np.float64(r)))
            row, marks = values[r], inside[r]
            for c in range(columns):
                value = row[c]
                line[c] += weight * (value if marks[c] else _ZERO)
        _summed_columns(line, places, parts, target)
        for j in range(len(target)):
            enough = counted[j] >= fewest
            target[j] = np.divide(target[j] * part, counted[j]) if enough else _NAN
