"""The values of a map inside a region become a count, sums, extremes and a histogram, in one pass."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def tally(
    values: np.ndarray,
    inside: np.ndarray,
    first: int,
    last: int,
    left: int,
    right: int,
    pivot: float,
    lowest: float,
    bins_per_unit: float,
    counts: np.ndarray,
    sums: np.ndarray,
) -> None:
    """
    Tally the values of one map over one region.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
    inside : array of bool, shape (rows, columns)
        True where a value counts; there it must be finite.
    first, last, left, right : int
        Rows and columns to look at, ends excluded.
    pivot : float
        Subtracted before summing, so that squares do not cancel.
    lowest, bins_per_unit : float
        Lower edge of the first bin, and bins per unit of `values`; values beyond the bins go to the
        outermost.
    counts : array of int64, shape (bins,)
        Added to.
    sums : array of float64, shape (5,)
        Written: number of values, sum and sum of squares of (value - pivot), smallest and largest value.
    """
    highest = np.float64(len(counts) - 1)
    n = 0
    total, squares = 0.0, 0.0
    smallest, largest = np.inf, -np.inf
    for r in range(first, last):
        for c in range(left, right):
            if inside[r, c]:
                value = np.float64(values[r, c])
                step = value - pivot
                n += 1
                total += step
                squares += step * step
                smallest = min(smallest, value)
                largest = max(largest, value)
                place = (value - lowest) * bins_per_unit
                counts[int(min(max(place, 0.0), highest))] += 1
    sums[0] = n
    sums[1], sums[2] = total, squares
    sums[3], sums[4] = smallest, largest
