"""What a place without a spot does by chance between two visits, learnt on the skin beside the spots."""

from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.aligned_skin import INDICES, AlignedLevel, AlignedSkin
from pigmeter.comparison.spot_remeasure import Neighbours, ring_of
from pigmeter.reference import limit

_BANDS = 6
_SIDE = float(np.sqrt(np.pi))  # of a square as large as the disc of radius 1


@dataclass(frozen=True, slots=True)
class Chance:
    """
    SD of what places without a spot stand out by, and of how that changes.

    Attributes
    ----------
    radius_mm : array, shape (k,)
        Of the discs that the places are as large as, rising. [mm]
    change : array, shape (k, 2)
        Of the change of each of `INDICES`. [index unit]
    level : array, shape (k, 2, 2)
        At either visit, of each of `INDICES`. [index unit]
    """

    radius_mm: np.ndarray
    change: np.ndarray
    level: np.ndarray

    def of_change(self, radius_mm: float, key: str) -> float:
        """SD of a change by chance at a place of that size; NaN if nothing is known. [index unit]"""
        return self._at(radius_mm, self.change[:, INDICES.index(key)])

    def of_level(self, radius_mm: float, key: str, visit: int) -> float:
        """SD of what a place of that size stands out by at a visit; NaN if nothing is known. [index unit]"""
        return self._at(radius_mm, self.level[:, visit, INDICES.index(key)])

    def _at(self, radius_mm: float, values: np.ndarray) -> float:
        if not len(values):
            return float("nan")
        return float(np.interp(np.log(radius_mm), np.log(self.radius_mm), values))


def learn_chance(skin: AlignedSkin, neighbours: Neighbours) -> Chance:
    """
    Measure squares of clear skin as spots are measured, at every size.

    Parameters
    ----------
    skin : AlignedSkin
    neighbours : Neighbours
        Of the spots of both visits, which do not count.

    Returns
    -------
    Chance
        Of the sizes for which there are places enough; beyond them the nearest size holds.

    Notes
    -----
    All that moves a contrast where nothing happened is in it, whatever its cause: the camera's noise and the
    JPEG's, mottle and pores that are not quite at the same place, light from another side. The SD is that of
    a normal distribution with the same quantile, so that the few places that did change count little.
    """
    found = [_of_level(skin, level, neighbours) for level in skin.levels]
    kept = [entry for entry in found if entry is not None]
    if not kept:
        return Chance(np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2, 2)))
    radius, change, level = (np.array(column) for column in zip(*kept, strict=True))
    return Chance(radius, change, level)


def _of_level(
    skin: AlignedSkin, level: AlignedLevel, neighbours: Neighbours
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """Radius, spread of the change, spread of the levels; None: too few places apart."""
    radius = limit("fates", "chance_radius")
    near, wide, depth = ring_of(radius, level.side_mm)
    reaches = (radius - depth, radius + near, radius + near + wide)
    sides = tuple(2 * round((_SIDE * reach - 1) / 2) + 1 for reach in reaches)
    rows, columns = level.known.shape
    if min(rows, columns) <= sides[2]:
        return None
    step = max(int(radius), 1)
    height = max(int(limit("fates", "chance_pixels") / columns / _BANDS), 3 * sides[2])
    every = max(rows // _BANDS, height)  # of a large map a few bands of rows tell enough
    found = [
        _of_band(skin, level, neighbours, slice(top, min(top + height, rows)), sides, step)
        for top in range(0, rows, every)
        if min(top + height, rows) - top >= sides[2]
    ]
    contrasts = np.concatenate(found, axis=2)
    places = int(contrasts.shape[2] * step**2 / sides[0] ** 2)
    if places < limit("fates", "chance_places"):
        return None
    change = _spread(contrasts[1] - contrasts[0])
    return radius * level.side_mm, change, _spread(contrasts)


def _of_band(
    skin: AlignedSkin,
    level: AlignedLevel,
    neighbours: Neighbours,
    band: slice,
    sides: tuple[int, ...],
    step: int,
) -> np.ndarray:
    """Contrasts of squares with the square rings around them, by visit and index, shape (2, 2, squares)."""
    import cv2

    columns = level.known.shape[1]
    clear = level.known[band] & neighbours.clear((band, slice(0, columns)), level.step)

    def sums(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inner, hole, outer = (
            cv2.boxFilter(plane, cv2.CV_32F, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
            for side in sides
        )
        return inner[::step, ::step], (outer - hole)[::step, ::step]

    inside, ring = sums(clear.astype(np.float32))
    least = limit("fates", "ring_known") * (sides[2] ** 2 - sides[1] ** 2)
    good = (inside >= 0.99 * sides[0] ** 2) & (ring >= least)
    contrasts = np.empty((2, 2, np.count_nonzero(good)))
    if not good.any():
        return contrasts
    for visit in (0, 1):
        values = np.where(clear, level.responses[visit, :, band], np.float32(0.5))
        read = skin.read(visit, np.moveaxis(values, 0, -1))
        for index in range(len(INDICES)):
            plane = read[..., index] - read[..., index][clear].mean()
            own, around = sums(np.where(clear, plane, 0.0).astype(np.float32))
            contrasts[visit, index] = own[good] / inside[good] - around[good] / ring[good]
    return contrasts


def _spread(values: np.ndarray) -> np.ndarray:
    """SD along the last axis of the normal distribution with the same quantile of the size."""
    from scipy.special import ndtri

    at = limit("fates", "chance_quantile")
    sizes = np.quantile(np.abs(values - np.median(values, axis=-1, keepdims=True)), at, axis=-1)
    return np.asarray(sizes / ndtri((1 + at) / 2))
