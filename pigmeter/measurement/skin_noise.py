"""How noisy skin is where: a few kinds of skin by brightness, and a raster that says where each is."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pigmeter.measurement.maps import SkinMaps
from pigmeter.reference import limit


class SpreadOfNoise(Protocol):
    """What is asked of a photo's noise; `noise.Noise` has it."""

    def relative_error(self, side_mm: float) -> float:
        """Return the standard uncertainty of a square's noise variance over that variance. [1]"""

    def spread(self, key: str, response: np.ndarray, side_mm: float) -> np.ndarray:
        """SD of the noise of a square's mean, shape of `response` without its first axis."""


@dataclass(frozen=True, slots=True)
class NoiseField:
    """
    Which noise skin has where: few kinds of skin by brightness, and a coarse raster that says where each is.

    Attributes
    ----------
    response : array, shape (3, kinds)
        Mean linear response of each kind, perfect white = 1. [1]
    kind : array of int, shape (rows, columns)
        Over the photo's whole extent.
    side_mm : float
        Side of a pixel of the raster. [mm]
    noise : SpreadOfNoise
    """

    response: np.ndarray
    kind: np.ndarray
    side_mm: float
    noise: SpreadOfNoise

    def variance(self, key: str, side_mm: float) -> np.ndarray:
        """Noise variance of the mean over a square, on the raster, float32. [unit squared]"""
        squares = np.asarray(self.noise.spread(key, self.response, side_mm) ** 2, dtype=np.float32)
        return np.asarray(squares[self.kind])

    def growth(self, key: str, side_mm: float, window_mm: float) -> float:
        """Noise of a window over what it were if that of its squares were independent, as variances. [1]"""
        middle = self.response[:, self.response.shape[1] // 2]
        low, high = (float(self.noise.spread(key, middle, side)) for side in (side_mm, window_mm))
        return (high * window_mm / (low * side_mm)) ** 2 if low > 0 else 1.0


def noise_field(found: SkinMaps, noise: SpreadOfNoise, mm_per_pixel: float) -> NoiseField:
    """
    Work out where skin is how bright, for its noise.

    Parameters
    ----------
    found : SkinMaps
    noise : SpreadOfNoise
    mm_per_pixel : float
        Of a map pixel. [mm]

    Returns
    -------
    NoiseField
    """
    step, kinds = int(limit("evenness", "noise_cells")), int(limit("evenness", "noise_kinds"))
    rows, columns = (
        np.minimum(np.arange(0, n, step) + step // 2, n - 1) for n in found.skin_cells.skin.shape
    )
    place = np.ix_(rows, columns)
    skin = found.skin_cells.skin[place]
    if not skin.any():
        place, skin = np.ix_(*map(np.arange, found.skin_cells.skin.shape)), found.skin_cells.skin
    response = found.cells.response[(slice(None), *place)]
    known = response[:, skin]
    order = np.argsort(known[1], kind="stable")
    edges = np.unique(np.linspace(0, len(order), kinds + 1).astype(int))
    means = np.add.reduceat(known[:, order], edges[:-1], axis=1, dtype=float) / np.diff(edges)
    numbers = np.empty(len(order), dtype=np.intp)
    numbers[order] = np.repeat(np.arange(means.shape[1]), np.diff(edges))
    kind = np.full(skin.shape, means.shape[1] // 2, dtype=np.intp)
    kind[skin] = numbers
    return NoiseField(means, kind, step * found.cell * mm_per_pixel, noise)
