"""The spread of maps in bands of size: how much squares differ from the wider squares around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pigmeter.measurement.grid import Grid, in_tiles
from pigmeter.measurement.skin_noise import NoiseField
from pigmeter.reference import limit

_RATIO = 4


@dataclass(frozen=True, slots=True)
class Band:
    """
    A band of size.

    Attributes
    ----------
    name : str
    low_mm : float
        Side of the squares that are compared. [mm]
    """

    name: str
    low_mm: float

    @property
    def high_mm(self) -> float:
        """Side of the window that each square is compared with. [mm]"""
        return _RATIO * self.low_mm


def size_bands() -> tuple[Band, ...]:
    """Return the bands, fine ones first."""
    return (
        Band("fine", limit("evenness", "fine_mm")),
        Band("middle", limit("evenness", "middle_mm")),
        Band("wide", limit("evenness", "wide_mm")),
    )


def grid_side(mm_per_map_pixel: float) -> float | None:
    """
    Side of the squares from which the bands that a map can tell are worked out.

    Returns
    -------
    float or None
        0.25 mm unless map pixels are larger; None if they are too large for every band. [mm]
    """
    fine, *others = size_bands()
    sides = [fine.low_mm, *(band.low_mm / 2 for band in others)]
    return next((side for side in sides if mm_per_map_pixel <= side * (1 + 1e-9)), None)


@dataclass(frozen=True, slots=True)
class Spread:
    """
    Spread of one quantity in one band inside one region.

    Attributes
    ----------
    value : float
        Root of the mean squared difference less noise, in the quantity's unit; 0 where noise accounts for all
        of it.
    mean_square : float
        The same before the root; below 0 where noise was overestimated. [unit squared]
    error : float
        Standard uncertainty of `mean_square`. [unit squared]
    noise : float
        SD that noise had added, in the quantity's unit.
    squares : int
        Number of squares.
    windows : float
        Area over that of a window. [1]
    """

    value: float
    mean_square: float
    error: float
    noise: float
    squares: int
    windows: float

    def with_error_of(self, error: float) -> "Spread":
        """Add an error of `mean_square` that has nothing to do with the others. [unit squared]"""
        return replace(self, error=float(np.hypot(self.error, error)))

    def interval(self) -> tuple[float, float, float]:
        """
        Return the standard uncertainty of `value`, and its 95 % interval.

        Returns
        -------
        uncertainty, low, high : float
            In the quantity's unit; `low` is at least 0.
        """
        freedom = max(self.windows - 1, 1.0)
        # Student's t for 95 %, by its expansion in the degrees of freedom; 1 % off from 3 on
        factor = 1.96 + 2.372 / freedom + 2.822 / freedom**2 + 2.556 / freedom**3
        within = max(self.mean_square, 0.0)
        low, high = (max(self.mean_square + sign * factor * self.error, 0.0) for sign in (-1, 1))
        return (
            float(np.sqrt(within + self.error) - np.sqrt(within)),
            float(np.sqrt(low)),
            float(np.sqrt(high)),
        )


@dataclass(frozen=True, slots=True)
class BandTiles:
    """
    Sums of one band over tiles half as wide as its window.

    Attributes
    ----------
    band : Band
    keys : tuple of str
    sums : array of float32, shape (2 + 2 keys, rows, columns)
        As `_kernels.bands.band_tiles` makes them.
    per_tile : int
        Squares to a side of a tile.
    noise_error : float
        Standard uncertainty of the noise's variance over that variance. [1]
    corner : tuple of int
        Row and column of the first tile among tiles that begin at the grid's corner.
    """

    band: Band
    keys: tuple[str, ...]
    sums: np.ndarray
    per_tile: int
    noise_error: float
    corner: tuple[int, int] = (0, 0)

    @property
    def mm_per_pixel(self) -> float:
        """Side of a tile. [mm]"""
        return self.band.high_mm / 2

    @property
    def windows(self) -> float:
        """Area of the squares that could be compared, over that of a window. [1]"""
        return float(self.sums[0].sum(dtype=float)) / (2 * self.per_tile) ** 2

    def spreads(self, workers: int = 1) -> dict[str, Spread]:
        """
        Return the spread of each quantity over all tiles.

        Notes
        -----
        The uncertainty is that of the mean over tiles, as their own disagreement shows it; tiles less than a
        window apart count as one. That of the noise that was taken off is in it.
        """
        from pigmeter._kernels.bands import tile_scatter

        count = len(self.keys)
        totals = self.sums.sum(axis=(1, 2), dtype=float)
        if not totals[1]:
            return {}
        noise = totals[2 + count :] / totals[1]
        squares = totals[2 : 2 + count] / totals[1] - noise
        windows = self.windows
        width = int(
            limit(
                "evenness",
                "alike_tiles" if windows >= limit("evenness", "many_windows") else "few_alike_tiles",
            )
        )
        scatter = np.empty((count, self.sums.shape[1] + width - 1))
        in_tiles(
            lambda first, last: tile_scatter(self.sums, squares, width, first, last, scatter),
            scatter.shape[1],
            workers,
        )
        # their sum over all tiles is 0 by definition, which takes from the squares what one square would have
        own = scatter.sum(axis=1) / totals[1] ** 2 * windows / max(windows - width**2 / 4, 1.0)
        error = np.sqrt(own + (self.noise_error * noise) ** 2)
        return {
            key: Spread(
                value=float(np.sqrt(max(squares[q], 0.0))),
                mean_square=float(squares[q]),
                error=float(error[q]),
                noise=float(np.sqrt(noise[q])),
                squares=int(totals[0]),
                windows=windows,
            )
            for q, key in enumerate(self.keys)
        }

    def local_spreads(self, workers: int = 1) -> dict[str, np.ndarray]:
        """Return the spread about each tile, over a window's area; NaN where three quarters are missing."""
        from pigmeter._kernels.bands import tile_spreads

        rows, columns = self.sums.shape[1:]
        maps = np.empty((len(self.keys), rows, columns), dtype=np.float32)
        least = limit("evenness", "local_filled") * (2 * self.per_tile) ** 2
        in_tiles(lambda first, last: tile_spreads(self.sums, least, first, last, maps), rows, workers)
        return dict(zip(self.keys, maps, strict=True))


@dataclass(frozen=True, slots=True)
class _Level:
    """Means of squares of one side, with the part of each that counts and where that part lies."""

    values: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    side_mm: float

    def pooled(self, size: int, step: int, workers: int) -> "_Level":
        from pigmeter._kernels.bands import pooled_squares

        if size == step == 1:
            return self
        rows, columns = (max(-(-(n - (size - step)) // step), 1) for n in self.weights.shape)
        values = np.empty((len(self.values), rows, columns), dtype=np.float32)
        weights = np.empty((rows, columns), dtype=np.float32)
        offsets = np.empty((2, rows, columns), dtype=np.float32)

        def pool(first: int, last: int) -> None:
            pooled_squares(
                self.values, self.weights, self.offsets, size, step, first, last, values, weights, offsets
            )

        in_tiles(pool, rows, workers)
        return _Level(values, weights, offsets, step * self.side_mm)


def band_sums(
    grid: Grid,
    field: NoiseField,
    bands: Sequence[Band],
    within: np.ndarray | None = None,
    workers: int = 1,
) -> dict[str, BandTiles]:
    """
    Work out how much squares of a grid differ from their surroundings, in several bands.

    Parameters
    ----------
    grid : Grid
        Of any planes, on the side that `grid_side` gives.
    field : NoiseField
        Its noise is asked for the grid's keys.
    bands : sequence of Band
        Of `size_bands`, fine ones first.
    within : array of bool, shape (square rows, square columns), optional
        Squares of the region (see `grid.squares_within`); no other is looked at. Else all.
    workers : int
        Number of threads; the result is the same, bit for bit, for any number.

    Returns
    -------
    dict of str to BandTiles
        By the band's name; without the bands that are too fine for the grid.

    Notes
    -----
    In every band a square of side s is held against the mean over the square of side 4 s around it, which
    takes light and shade off that change little over 4 s. A window with gaps, at the border of a region or of
    the skin, is replaced by the plane that fits what is left of it, and its squares count for less, by what
    the difference keeps of the variance of independent squares.
    """
    keys = tuple(grid.values)
    top, left, level = _cropped(grid, keys, within)
    tiles = {}
    for band in bands:
        fine = band.low_mm < 2 * grid.side_mm * (1 - 1e-9)
        if fine and abs(band.low_mm - grid.side_mm) > 1e-9 * grid.side_mm:
            continue
        if fine:
            squares, stride, shift, per_tile = level, 1, 0, _RATIO // 2
        else:
            factor = round(band.low_mm / 2 / level.side_mm)
            level = level.pooled(factor, factor, workers)
            squares, stride, shift, per_tile = level.pooled(2, 1, workers), 2, 1, _RATIO
        tiles[band.name] = _tiles_of(
            squares, band, keys, field, (stride, shift, per_tile), (top, left), workers
        )
    return tiles


def _cropped(grid: Grid, keys: tuple[str, ...], within: np.ndarray | None) -> tuple[float, float, _Level]:
    """Cut what a region touches out of a grid, in steps that keep its squares where they are. [mm]"""
    counted = grid.share >= limit("evenness", "square_share")
    if within is not None:
        counted = counted & within
    step = max(round(limit("evenness", "wide_mm") * 2 / grid.side_mm), 1)
    window = []
    for axis in (0, 1):
        touched = np.flatnonzero(counted.any(axis=1 - axis))
        first, last = (int(touched[0]), int(touched[-1]) + 1) if len(touched) else (0, 1)
        window.append(slice(first // step * step, min(-(-last // step) * step, counted.shape[axis])))
    part = (window[0], window[1])
    values = np.stack([grid.values[key][part] for key in keys])
    weights = np.where(counted[part], grid.share[part], np.float32(0))
    none = np.empty((2, 0, 0), dtype=np.float32)
    top, left = (cut.start * grid.side_mm for cut in window)
    return top, left, _Level(values, weights, none, grid.side_mm)


def _tiles_of(
    squares: _Level,
    band: Band,
    keys: tuple[str, ...],
    field: NoiseField,
    layout: tuple[int, int, int],
    corner_mm: tuple[float, float],
    workers: int,
) -> BandTiles:
    from pigmeter._kernels.bands import band_tiles

    stride, shift, per_tile = layout
    top, left = (int(mm / field.side_mm) for mm in corner_mm)
    variance = np.ascontiguousarray(
        np.stack([field.variance(key, band.low_mm)[top:, left:] for key in keys]), dtype=np.float32
    )
    growth = np.array([field.growth(key, band.low_mm, band.high_mm) for key in keys])
    rows, columns = (-(-(n + shift) // per_tile) for n in squares.weights.shape)
    sums = np.zeros((2 + 2 * len(keys), rows, columns), dtype=np.float32)
    fewest, filled, kept = (
        limit("evenness", name) for name in ("square_share", "window_filled", "difference_kept")
    )

    def add(first: int, last: int) -> None:
        band_tiles(
            squares.values,
            squares.weights,
            squares.offsets,
            stride,
            variance,
            growth,
            squares.side_mm / field.side_mm,
            fewest,
            filled,
            kept,
            per_tile,
            shift,
            first,
            last,
            sums,
        )

    in_tiles(add, rows, workers)
    corner = (round(corner_mm[0] / (band.high_mm / 2)), round(corner_mm[1] / (band.high_mm / 2)))
    return BandTiles(band, keys, sums, per_tile, field.noise.relative_error(band.low_mm), corner)
