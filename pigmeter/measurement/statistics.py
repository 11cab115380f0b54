"""Statistics of a map inside a region: count, mean, spread and percentiles."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit

PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Statistics:
    """
    How the values of one map are distributed inside one region.

    Attributes
    ----------
    n : int
        Number of map pixels.
    mean : float or None
        In the map's unit; None if there is no pixel.
    sd : float or None
        Standard deviation of a pixel (divisor n - 1), in the map's unit; None for fewer than two pixels.
    percentiles : dict of int to float, or to None
        5, 25, 50, 75, 95, in the map's unit, linear between neighbours in order; None if there is no pixel.
    """

    n: int
    mean: float | None
    sd: float | None
    percentiles: dict[int, float | None]


def describe_maps(maps: dict[str, np.ndarray], inside: np.ndarray, workers: int = 1) -> dict[str, Statistics]:
    """
    Describe several maps inside one region.

    Parameters
    ----------
    maps : dict of str to array of float32, shape (rows, columns)
    inside : array of bool, shape (rows, columns)
        True where a value counts; there it must be finite.
    workers : int
        Number of threads; the result is the same for any number.

    Returns
    -------
    dict of str to Statistics

    Notes
    -----
    Percentiles are read from a histogram whose bins are 0.01 units wide (``percentile_bin`` in
    ``calibration/limits/measurement.csv``), which bounds their error; sorting millions of values takes ten
    times as long.
    """
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return {key: Statistics(0, None, None, dict.fromkeys(PERCENTILES)) for key in maps}
    window = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda values: _described(values, inside, window), maps.values())
        return dict(zip(maps, found, strict=True))


def _described(values: np.ndarray, inside: np.ndarray, window: tuple[int, int, int, int]) -> Statistics:
    from pigmeter._kernels.sample import tally

    width, lowest = limit("measurement", "percentile_bin"), limit("measurement", "percentile_low")
    counts = np.zeros(int(limit("measurement", "percentile_bins")), dtype=np.int64)
    sums = np.empty(3)
    pivot = float(values.flat[np.argmax(inside)])
    tally(values, inside, *window, pivot, np.float32(lowest), np.float32(1.0 / width), counts, sums)
    n, (total, squares) = int(sums[0]), sums[1:]
    sd = float(np.sqrt(max(squares - total**2 / n, 0.0) / (n - 1))) if n > 1 else None
    found = _percentiles(counts, n, lowest, width)
    percentiles = dict[int, float | None](zip(PERCENTILES, found.tolist(), strict=True))
    return Statistics(n, float(pivot + total / n), sd, percentiles)


def _percentiles(counts: np.ndarray, n: int, lowest: float, width: float) -> np.ndarray:
    """Order statistics from a histogram, values spread evenly inside each bin."""
    below = np.cumsum(counts) - counts

    def ordered(rank: np.ndarray) -> np.ndarray:
        place = np.searchsorted(below + counts, rank, side="right")
        within = (rank - below[place] + 0.5) / counts[place]
        return np.asarray(lowest + width * (place + within))

    rank = (n - 1) * np.array(PERCENTILES) / 100
    lower = np.floor(rank).astype(np.int64)
    upper = np.minimum(lower + 1, n - 1)
    found: np.ndarray = ordered(lower) + (rank - lower) * (ordered(upper) - ordered(lower))
    return found
