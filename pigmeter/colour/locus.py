"""Where human skin lies in a camera's log chroma, and how far from it a colour is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class SkinLocus:
    """
    Distance to the virtual skins on a grid of log chroma, which neither exposure nor shading changes.

    Attributes
    ----------
    origin : array, shape (2,)
        Centre of the first bin: log10 G/R and log10 G/B of the response. [1]
    step : float
        Side of a bin. [1]
    distance : array of float32, shape (rows, columns)
        Distance to the nearest virtual skin; 1 is `locus_reach` of ``calibration/limits/profile.csv``. [1]
    """

    origin: np.ndarray
    step: float
    distance: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers."""
        return {
            "origin": self.origin.tolist(),
            "step": self.step,
            "distance": [[round(float(d), 2) for d in row] for row in self.distance],
        }


def skin_locus(chroma: np.ndarray) -> SkinLocus:
    """
    Lay the grid over the virtual skins of a profile.

    Parameters
    ----------
    chroma : array, shape (skins, 2)
        log10 G/R and log10 G/B of their responses. [1]

    Returns
    -------
    SkinLocus
    """
    from scipy.ndimage import distance_transform_edt, uniform_filter

    step, margin = limit("profile", "locus_step"), limit("profile", "locus_margin")
    origin = np.floor((chroma.min(axis=0) - margin) / step) * step
    shape = np.ceil((chroma.max(axis=0) + margin - origin) / step).astype(int) + 1
    row, column = np.rint((chroma - origin) / step).astype(int).T
    count = np.zeros(shape)
    np.add.at(count, (row, column), 1)
    dense = (uniform_filter(count, 5, mode="constant") * 25 >= limit("profile", "locus_dense")) & (count > 0)
    distance = distance_transform_edt(~dense) * step / limit("profile", "locus_reach")
    return SkinLocus(origin, step, np.round(distance, 2).astype(np.float32))
