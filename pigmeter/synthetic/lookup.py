"""What a camera sees of skin and what is true of it: tabulated over melanin and blood, then looked up."""

from dataclasses import dataclass

import numpy as np

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.synthetic.optics import SkinOptics, reflectance

_NODES = 97
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class SkinTable:
    """
    Values over a grid of melanin and blood.

    Attributes
    ----------
    names : tuple of str
        One per column of `values`.
    values : array of float32, shape (nodes * nodes, columns)
        Row ``i * nodes + j`` belongs to melanin node i and blood node j.
    start, step : tuple of float
        First node and distance of the nodes, of the square roots of melanin and of blood. [1]
    """

    names: tuple[str, ...]
    values: np.ndarray
    start: tuple[float, float]
    step: tuple[float, float]

    def look_up(self, melanin: np.ndarray, blood: np.ndarray) -> np.ndarray:
        """
        Interpolate every column.

        Parameters
        ----------
        melanin, blood : array of float32, shape (rows, columns)
            Inside the grid. [1]

        Returns
        -------
        array of float32, shape (rows, columns, len(names))
        """
        flat_m, flat_b = melanin.ravel(), blood.ravel()
        found = np.empty((flat_m.size, self.values.shape[1]), dtype=np.float32)
        for first in range(0, flat_m.size, _CHUNK):
            part = slice(first, first + _CHUNK)
            found[part] = self._chunk(flat_m[part], flat_b[part])
        return found.reshape(*melanin.shape, -1)

    def _chunk(self, melanin: np.ndarray, blood: np.ndarray) -> np.ndarray:
        i, u = _split(melanin, self.start[0], self.step[0])
        j, v = _split(blood, self.start[1], self.step[1])
        corner = i * _NODES + j
        low = self.values.take(corner, axis=0)
        high = self.values.take(corner + _NODES, axis=0)
        low += v[:, None] * (self.values.take(corner + 1, axis=0) - low)
        high += v[:, None] * (self.values.take(corner + _NODES + 1, axis=0) - high)
        low += u[:, None] * (high - low)
        return np.asarray(low)


def _split(value: np.ndarray, start: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Node below a value and the part of the way to the next."""
    place = np.clip((np.sqrt(value) - np.float32(start)) / np.float32(step), 0, _NODES - 1)
    below = np.minimum(place.astype(np.int64), _NODES - 2)
    return below, (place - below).astype(np.float32)


def tabulate(
    melanin: np.ndarray, blood: np.ndarray, optics: SkinOptics, effective: np.ndarray
) -> tuple[SkinTable, SkinTable]:
    """
    Tabulate a camera's answer and the true quantities over the range of two pigment maps.

    Parameters
    ----------
    melanin, blood : array
        Maps whose range is covered. [1]
    optics : SkinOptics
    effective : array, shape (61, 3)
        Effective sensitivity, see `camera.response`.

    Returns
    -------
    seen : SkinTable
        Columns red, green, blue: linear sensor RGB. [1]
    true : SkinTable
        A column for each of `pigmeter.colour.quantities.QUANTITIES`.

    Notes
    -----
    97 x 97 nodes, dense where little pigment changes much, and bilinear interpolation stay within 0.03 of
    each quantity's own unit and 1e-4 of the response over more than is drawn, see its tests.
    """
    grids, start, step = [], [], []
    for values in (melanin, blood):
        low, high = float(np.sqrt(np.min(values))), float(np.sqrt(np.max(values)))
        width = max((high - low) / (_NODES - 1), 1e-6)
        start.append(low)
        step.append(width)
        grids.append((low + width * np.arange(_NODES)) ** 2)
    nodes = np.meshgrid(grids[0], grids[1], indexing="ij")
    spectra = reflectance(nodes[0], nodes[1], optics).reshape(_NODES**2, -1)
    origin, pace = (start[0], start[1]), (step[0], step[1])
    truth = spectral_quantities(spectra)
    return (
        SkinTable(("red", "green", "blue"), (spectra @ effective).astype(np.float32), origin, pace),
        SkinTable(tuple(truth), np.stack(list(truth.values()), axis=1).astype(np.float32), origin, pace),
    )
