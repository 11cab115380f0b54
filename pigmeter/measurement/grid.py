"""Maps on squares of a given side in mm, whatever the photo's resolution."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Grid:
    """
    Means of maps over squares.

    Attributes
    ----------
    values : dict of str to array of float32, shape (rows, columns)
        Means, in each map's unit; NaN where less than half of a square counts.
    share : array of float32, shape (rows, columns)
        Which part of each square counts. [1]
    side_mm : float
        Of a square. [mm]
    step : float
        Side of a square. [map px]
    """

    values: dict[str, np.ndarray]
    share: np.ndarray
    side_mm: float
    step: float


def grid_of(
    maps: Mapping[str, np.ndarray],
    inside: np.ndarray,
    mm_per_map_pixel: float,
    side_mm: float,
    workers: int = 1,
) -> Grid:
    """
    Average maps over squares of a given side.

    Parameters
    ----------
    maps : mapping of str to array of float32, shape (rows, columns)
    inside : array of bool, shape (rows, columns)
        Pixels that count; there the maps must be finite.
    mm_per_map_pixel : float
        [mm]
    side_mm : float
        Of a square. [mm]
    workers : int
        Number of threads. The result is the same, bit for bit, for any number.

    Returns
    -------
    Grid
        Over the maps' whole extent, from the upper left corner of their first pixel; the last squares may
        reach beyond it.

    Notes
    -----
    A square's side need not be a whole number of map pixels: a pixel that a border cuts counts on both sides,
    each time by the part that lies there.
    """
    from pigmeter._kernels.grid import square_means, square_shares

    step = side_mm / mm_per_map_pixel
    inside = np.ascontiguousarray(inside)
    # a map that ends within a rounding error of a square's border must not begin another square
    rows, columns = (max(int(np.ceil(side / step - 1e-9)), 1) for side in inside.shape)
    share = np.empty((rows, columns), dtype=np.float32)
    values = {key: np.empty((rows, columns), dtype=np.float32) for key in maps}
    fewest = np.float32(limit("evenness", "square_share"))

    def average(first: int, last: int) -> None:
        square_shares(inside, step, first, last, share)
        for key, plane in maps.items():
            square_means(plane, inside, share, fewest, step, first, last, values[key])

    in_tiles(average, rows, workers)
    return Grid(values, share, side_mm, step)


def squares_within(mask: np.ndarray, grid: Grid, workers: int = 1) -> np.ndarray:
    """
    Tell which squares lie wholly inside a mask.

    Parameters
    ----------
    mask : array of bool, shape (rows, columns)
        Of the maps that the grid was made of.
    grid : Grid
    workers : int
        Number of threads.

    Returns
    -------
    array of bool, shape (square rows, square columns)
    """
    from pigmeter._kernels.grid import square_shares

    share = np.empty(grid.share.shape, dtype=np.float32)
    mask = np.ascontiguousarray(mask)
    in_tiles(lambda first, last: square_shares(mask, grid.step, first, last, share), len(share), workers)
    return np.asarray(share >= 1 - 1e-4)


def in_tiles(work: Callable[[int, int], None], rows: int, workers: int) -> None:
    """Do `work` on all rows, a few at a time. No tile depends on another, so their order is free."""
    height = int(limit("evenness", "tile_squares"))
    tiles = [(first, min(first + height, rows)) for first in range(0, rows, height)]
    if workers == 1 or len(tiles) == 1:
        work(0, rows)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda tile: work(*tile), tiles):
            pass
