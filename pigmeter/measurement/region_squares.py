"""Regions on one grid of squares, for all numbers that are said of a region as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.measurement.bands import grid_side
from pigmeter.measurement.grid import Grid, grid_of, in_tiles, squares_within
from pigmeter.measurement.maps import SkinMaps
from pigmeter.reference import limit
from pigmeter.regions.region import Region

GRIDDED = ("melanin_index", "haemoglobin_index", "L", "a", "b")


@dataclass(frozen=True, slots=True)
class RegionSquares:
    """
    The skin of a photo on squares, and which of them lie in each region.

    Attributes
    ----------
    grid : Grid
        With the quantities `GRIDDED`.
    within : tuple of array of bool, shape (rows, columns), or of None
        For each region; None: everywhere.
    """

    grid: Grid
    within: tuple[np.ndarray | None, ...]

    def counted(self, number: int) -> np.ndarray:
        """Squares of one region of which enough is skin, bool, shape (rows, columns)."""
        counted = self.grid.share >= limit("evenness", "square_share")
        own = self.within[number]
        return counted if own is None else counted & own


@dataclass(frozen=True, slots=True)
class Pooled:
    """
    Means over larger squares.

    Attributes
    ----------
    values : array of float32, shape (quantities, rows, columns)
        0 where the weight is.
    weights : array of float32, shape (rows, columns)
        Which part of each square counts. [1]
    side_mm : float
        Of a square. [mm]
    """

    values: np.ndarray
    weights: np.ndarray
    side_mm: float

    @property
    def whole(self) -> np.ndarray:
        """Squares of which half or more counts, bool, shape (rows, columns)."""
        return np.asarray(self.weights >= limit("evenness", "square_share"))

    def wider(self, side_mm: float, workers: int = 1) -> "Pooled":
        """Pool squares into such of a multiple of their side. [mm]"""
        from pigmeter._kernels.bands import pooled_squares

        size = round(side_mm / self.side_mm)
        if size <= 1:
            return self
        rows, columns = (-(-n // size) for n in self.weights.shape)
        values = np.empty((len(self.values), rows, columns), dtype=np.float32)
        weights, offsets = np.empty((rows, columns), np.float32), np.empty((2, rows, columns), np.float32)
        none = np.empty((2, 0, 0), dtype=np.float32)

        def pool(first: int, last: int) -> None:
            pooled_squares(self.values, self.weights, none, size, size, first, last, values, weights, offsets)

        in_tiles(pool, rows, workers)
        return Pooled(values, weights, size * self.side_mm)


def squares_of_regions(
    found: SkinMaps,
    regions: Sequence[Region],
    mm_per_pixel: float | None,
    known: Grid | None = None,
) -> RegionSquares | None:
    """
    Lay one grid over a photo's skin and its regions.

    Parameters
    ----------
    found : SkinMaps
    regions : sequence of Region
    mm_per_pixel : float or None
        Of a map pixel. [mm]
    known : Grid, optional
        Of the same skin, as `evenness.Evenness` has it: its quantities are not averaged again.

    Returns
    -------
    RegionSquares or None
        None without a scale, or if map pixels are too large.
    """
    side = None if mm_per_pixel is None else grid_side(mm_per_pixel)
    if mm_per_pixel is None or side is None:
        return None
    done = {} if known is None or known.side_mm != side else dict(known.values)
    rest = {key: found.maps[key] for key in GRIDDED if key not in done}
    made = grid_of(rest, found.skin, mm_per_pixel, side, found.workers)
    grid = Grid(done | made.values, made.share, side, made.step)
    within = tuple(
        None if region.mask is None else squares_within(region.mask, grid, found.workers)
        for region in regions
    )
    return RegionSquares(grid, within)


def pooled_region(
    squares: RegionSquares, number: int, keys: Sequence[str], side_mm: float, workers: int = 1
) -> Pooled:
    """
    Pool a region's squares into larger ones, which lie alike in every region of the photo.

    Parameters
    ----------
    squares : RegionSquares
    number : int
        Of the region.
    keys : sequence of str
        Of the grid.
    side_mm : float
        A multiple of the grid's side. [mm]
    workers : int
        Number of threads.

    Returns
    -------
    Pooled
        Over the region's extent.
    """
    grid, counted = squares.grid, squares.counted(number)
    step = max(round(limit("endpoints", "variation_mm") / grid.side_mm), 1)
    window = []
    for axis in (0, 1):
        touched = np.flatnonzero(counted.any(axis=1 - axis))
        first, last = (int(touched[0]), int(touched[-1]) + 1) if len(touched) else (0, 1)
        window.append(slice(first // step * step, last))
    part = (window[0], window[1])
    weights = np.where(counted[part], grid.share[part], np.float32(0))
    values = np.stack([grid.values[key][part] for key in keys])
    return Pooled(values, weights, grid.side_mm).wider(side_mm, workers)


def why_no_squares(mm_per_pixel: float | None, side_mm: float) -> tuple[str, str] | None:
    """Code and reason if nothing can be said in squares of that side [mm]; None if it can."""
    if mm_per_pixel is None:
        reason = "nothing tells the scale of the photo, and this is measured on squares of a side in mm"
        return "SCALE_NONE", f"{reason}; put the chart in the photo or give mm_per_pixel"
    if mm_per_pixel > side_mm * (1 + 1e-9) or (grid_side(mm_per_pixel) or np.inf) > side_mm * (1 + 1e-9):
        reason = f"map pixels of {mm_per_pixel:.2g} mm are too coarse for squares of {side_mm:g} mm"
        return "RESOLUTION_COARSE", f"{reason}; take the photo from nearer"
    return None
