"""The change of a region's mean levels: from squares of the same skin, or from each visit's own squares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.reading import named, terms
from pigmeter.comparison.block_noise import noise_of_mean
from pigmeter.comparison.change_maps import ChangeGrid, nominal_mm, square_step
from pigmeter.comparison.mean_responses import mean_log_response, readings
from pigmeter.comparison.skin_light import SkinLight
from pigmeter.measurement.grid import in_tiles
from pigmeter.measurement.maps import block_response

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class RegionChange:
    """
    The change of the ten quantities in one region, by key, each in its unit.

    Attributes
    ----------
    n : int
        Map pixels that it rests on; the fewer of the two visits.
    baseline, follow_up, change : dict of str to float
        Means over the region's squares.
    noise, registration : dict of str to float
        Standard uncertainties of the change.
    degrees : dict of str to float
        Of freedom of `noise`.
    middle : tuple of array, shape (2,)
        Row and column of the region's middle in the maps, 0 at their upper left corner: at the baseline, and
        at the follow-up where the photos are not aligned. [map px]
    """

    n: int
    baseline: dict[str, float]
    follow_up: dict[str, float]
    change: dict[str, float]
    noise: dict[str, float]
    registration: dict[str, float]
    degrees: dict[str, float]
    middle: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class KnownSquares:
    """
    The squares of a grid whose change is known, in one array.

    Attributes
    ----------
    places : array of int, shape (squares, 2)
        Row and column.
    values : array, shape (6, quantities, squares)
        Change, baseline, follow-up, noise, slopes down and to the right.
    """

    places: np.ndarray
    values: np.ndarray


def known_squares(grid: ChangeGrid) -> KnownSquares:
    """Gather the squares of a grid whose change is known."""
    places = np.argwhere(np.isfinite(grid.maps["L"]))
    row, column = places.T
    maps = (grid.maps, grid.baseline, grid.follow_up, grid.noise)
    planes = [[own[key][row, column] for key in QUANTITIES] for own in maps]
    planes += [[grid.slope[key][axis, row, column] for key in QUANTITIES] for axis in (0, 1)]
    return KnownSquares(places, np.array(planes, dtype=float).reshape(6, len(QUANTITIES), len(places)))


def aligned_change(
    grid: ChangeGrid,
    known: KnownSquares,
    mask: np.ndarray | None,
    residual_px: float,
    side_mm: float,
    workers: int = 1,
) -> RegionChange | None:
    """
    Average the changes of the squares of a region.

    Parameters
    ----------
    grid : ChangeGrid
    known : KnownSquares
        Of the grid.
    mask : array of bool, shape (rows, columns), or None
        The region on the baseline's maps; None: everywhere.
    residual_px : float
        Of the alignment. [baseline map px]
    side_mm : float
        Of a square; nominal where nothing tells the scale. [mm]
    workers : int
        Number of threads.

    Returns
    -------
    RegionChange or None
        None where no square is known.

    Notes
    -----
    A square counts by the part of it that lies in the region. A part of a region and the rest of it, each
    weighed by its area, thus make the whole.
    """
    inside = grid.counted if mask is None else grid.counted & mask
    share = _shares(inside, grid.step, grid.maps["L"].shape, workers)
    share = share[known.places[:, 0], known.places[:, 1]].astype(float)
    held = np.flatnonzero(share)
    if not len(held):
        return None
    weights, places = share[held], known.places[held]
    values = known.values[:, :, held]
    means = values @ (weights / weights.sum())
    least = np.sqrt(np.square(values[3] * weights).sum(axis=1)) / weights.sum()
    noise, degrees = _noise(values[0], weights, places, side_mm, least)
    shifted = residual_px * np.sqrt(np.square(means[4:]).sum(axis=0) / 2)
    found = (means[1], means[2], means[0], noise, shifted, degrees)
    baseline, follow_up, change, spread, registration, freedom = (
        dict(zip(QUANTITIES, own.tolist(), strict=True)) for own in found
    )
    middle = (np.average(places, axis=0, weights=weights) + 0.5) * grid.step
    return RegionChange(
        n=int(np.count_nonzero(inside)),
        baseline=baseline,
        follow_up=follow_up,
        change=change,
        noise=spread,
        registration=registration,
        degrees=freedom,
        middle=(middle,),
    )


def unaligned_changes(
    light: SkinLight,
    masks: list[tuple[np.ndarray, np.ndarray]],
    workers: int | None = None,
) -> list[RegionChange | None]:
    """
    Compare regions that both photos have, where the photos could not be laid over each other.

    Parameters
    ----------
    light : SkinLight
        Of the two visits.
    masks : list of tuple of arrays of bool, shape (rows, columns)
        Each region on either photo's maps.
    workers : int, optional
        Number of threads.

    Returns
    -------
    list of RegionChange or None
        None where a visit has no square of the region.

    Notes
    -----
    Two outlines of a region never hold quite the same skin: its texture is noise at both visits, and does not
    cancel.
    """
    first, last = light.visits
    shared = first.profile.id == last.profile.id
    visits = [
        _OwnSquares.of(visit, evening, shared, workers)
        for visit, evening in zip(light.visits, light.evening, strict=True)
    ]
    found: list[RegionChange | None] = []
    for pair in masks:
        means = [visit.means(mask) for visit, mask in zip(visits, pair, strict=True)]
        before, after = means
        if before is None or after is None:
            found.append(None)
            continue
        both = np.hypot(before.noise, after.noise)
        spent = before.noise**4 / before.degrees + after.noise**4 / after.degrees
        freedom = np.divide(both**4, spent, out=np.full(len(both), np.inf), where=spent > 0)
        keys = tuple(QUANTITIES)
        found.append(
            RegionChange(
                n=min(before.n, after.n),
                baseline=before.level,
                follow_up=after.level,
                change={key: float(after.read[i] - before.read[i]) for i, key in enumerate(keys)},
                noise=dict(zip(keys, both.tolist(), strict=True)),
                registration=dict.fromkeys(keys, 0.0),
                degrees=dict(zip(keys, freedom.tolist(), strict=True)),
                middle=(before.middle, after.middle),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Means:
    n: int
    level: dict[str, float]
    read: np.ndarray
    noise: np.ndarray
    degrees: np.ndarray
    middle: np.ndarray


@dataclass(frozen=True, slots=True)
class _OwnSquares:
    """One visit's squares, on its own grid."""

    level: dict[str, np.ndarray]
    read: np.ndarray
    counted: np.ndarray
    step: int
    side_mm: float
    workers: int

    @classmethod
    def of(
        cls,
        visit: "Measurement",
        evening: float,
        shared: bool,
        workers: int | None,
    ) -> "_OwnSquares":
        length = visit.mm_per_pixel or nominal_mm(visit)
        step = square_step(length, 0.0)
        threads = workers or visit.found.workers
        response = block_response(visit.photo, visit.profile, visit.scale, workers=workers)
        counted = visit.skin & np.isfinite(response[0])
        log = mean_log_response(response, counted, step, threads)
        level = named(terms(log) @ visit.profile.level_weights)
        read = readings(log + evening, visit.profile, shared)
        keyed = np.stack([read[key] for key in QUANTITIES])
        return cls(level, keyed, counted, step, step * length, threads)

    def means(self, mask: np.ndarray) -> _Means | None:
        inside = self.counted & mask
        share = _shares(inside, self.step, self.read.shape[1:], self.workers)
        places = np.argwhere((share > 0) & np.isfinite(self.read[0]))
        if not len(places):
            return None
        at = tuple(places.T)
        weights = share[at].astype(float)
        values = self.read[:, places[:, 0], places[:, 1]]
        spread = np.sqrt(np.average((values - values.mean(axis=1)[:, None]) ** 2, weights=weights, axis=1))
        noise, degrees = _noise(values, weights, places, self.side_mm, spread)
        level = {key: float(np.average(self.level[key][at], weights=weights)) for key in QUANTITIES}
        read = values @ weights / weights.sum()
        middle = (np.average(places, axis=0, weights=weights) + 0.5) * self.step
        return _Means(int(np.count_nonzero(inside)), level, read, noise, degrees, middle)


def _noise(
    values: np.ndarray, weights: np.ndarray, places: np.ndarray, side_mm: float, least: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """SD of the means and its degrees of freedom: by blocks, and not below what single squares have."""
    blocks = noise_of_mean(values, weights, places, side_mm)
    if blocks is None:
        return least, np.full(len(least), np.inf)
    larger = blocks.spread > least
    return np.where(larger, blocks.spread, least), np.where(larger, blocks.degrees, np.inf)


def _shares(inside: np.ndarray, step: int, shape: tuple[int, ...], workers: int) -> np.ndarray:
    """Part of each square that is inside, shape of the squares."""
    from pigmeter._kernels.grid import square_shares

    share = np.zeros(shape, dtype=np.float32)
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        return share
    first, last = int(rows[0]) // step, int(rows[-1]) // step + 1
    top, bottom = first * step, min(last * step, len(inside))
    window = np.ascontiguousarray(inside[top:bottom])
    part = np.empty((last - first, shape[1]), dtype=np.float32)
    in_tiles(lambda a, b: square_shares(window, float(step), a, b, part), len(part), workers)
    share[first:last] = part
    return share
