"""Regions on one grid of squares, for all numbers that are said of a region as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.measurement.bands import grid_side
from pigmeter.measurement.grid import Grid, grid_of, squares_within
from pigmeter.measurement.maps import SkinMaps
from pigmeter.reference import limit
from pigmeter.regions.region import Region

GRIDDED = ("melanin_index", "haemoglobin_index", "L", "a", "b")


@dataclass(frozen=True, slots=True)
class RegionSquares:
    """
    The skin of a photo on squares of two sizes, and which of them lie in each region.

    Attributes
    ----------
    grid, half : Grid
        Of 0.25 mm, and of 0.5 mm (of coarse maps both are the same), with the quantities `GRIDDED`.
    within, half_within : tuple of array of bool, shape (rows, columns), or of None
        For each region, squares of either grid that lie wholly inside; None: everywhere.
    """

    grid: Grid
    half: Grid
    within: tuple[np.ndarray | None, ...]
    half_within: tuple[np.ndarray | None, ...]

    def part(self, number: int, keys: Sequence[str]) -> Grid:
        """
        Return the larger squares of one region alone, over its extent.

        Returns
        -------
        Grid
            NaN, and a share of 0, outside; it begins where a square of `variation_mm` does.
        """
        share = counted_share(self.half, self.half_within[number])
        step = max(round(limit("endpoints", "variation_mm") / self.half.side_mm), 1)
        window = []
        for axis in (0, 1):
            touched = np.flatnonzero((share > 0).any(axis=1 - axis))
            first, last = (int(touched[0]), int(touched[-1]) + 1) if len(touched) else (0, 1)
            window.append(slice(first // step * step, last))
        cut = (window[0], window[1])
        own = share[cut]
        values = {key: np.where(own > 0, self.half.values[key][cut], np.float32(np.nan)) for key in keys}
        return Grid(values, own, self.half.side_mm, self.half.step)


def counted_share(grid: Grid, within: np.ndarray | None) -> np.ndarray:
    """Return which part of each square of a region is skin, 0 where that is too little to count. [1]"""
    counted = grid.share >= limit("evenness", "square_share")
    if within is not None:
        counted &= within
    return grid.share * counted


def wider_squares(grid: Grid, side_mm: float, workers: int = 1) -> Grid:
    """
    Average squares over wider ones.

    Parameters
    ----------
    grid : Grid
        Finite where its share is above 0.
    side_mm : float
        A multiple of the grid's side. [mm]
    workers : int
        Number of threads; the result is the same for any number.

    Returns
    -------
    Grid
        Squares count alike, whatever part of them is skin; NaN where fewer than half of them are there.
    """
    if side_mm <= grid.side_mm * (1 + 1e-9):
        return grid
    made = grid_of(grid.values, grid.share > 0, grid.side_mm, side_mm, workers)
    return Grid(made.values, made.share, side_mm, grid.step * made.step)


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
    half_mm = max(limit("endpoints", "area_mm"), side)
    counted = Grid(grid.values, counted_share(grid, None), side, grid.step)
    half = wider_squares(counted, half_mm, found.workers)
    within = tuple(
        None if region.mask is None else squares_within(region.mask, grid, found.workers)
        for region in regions
    )
    size = round(half_mm / side)
    return RegionSquares(grid, half, within, tuple(_all_within(each, size) for each in within))


def _all_within(within: np.ndarray | None, size: int) -> np.ndarray | None:
    """Larger squares of which every square lies inside."""
    if within is None or size == 1:
        return within
    rows, columns = (-(-n // size) * size for n in within.shape)
    padded = np.zeros((rows, columns), dtype=bool)
    padded[: within.shape[0], : within.shape[1]] = within
    return np.asarray(padded.reshape(rows // size, size, columns // size, size).all(axis=(1, 3)))


def why_no_squares(mm_per_pixel: float | None, side_mm: float) -> tuple[str, str] | None:
    """Code and reason if nothing can be said in squares of that side [mm]; None if it can."""
    if mm_per_pixel is None:
        reason = "nothing tells the scale of the photo, and this is measured on squares of a side in mm"
        return "SCALE_NONE", f"{reason}; put the chart in the photo or give mm_per_pixel"
    if mm_per_pixel > side_mm * (1 + 1e-9) or (grid_side(mm_per_pixel) or np.inf) > side_mm * (1 + 1e-9):
        reason = f"map pixels of {mm_per_pixel:.2g} mm are too coarse for squares of {side_mm:g} mm"
        return "RESOLUTION_COARSE", f"{reason}; take the photo from nearer"
    return None
