"""Spectra on one wavelength grid, and what the CIE's observer sees of them under daylight."""

from functools import cache

import numpy as np

from pigmeter.reference import read_table

WAVELENGTHS = np.arange(400.0, 701.0, 5.0)
WAVELENGTHS.setflags(write=False)


@cache
def xyz_weights() -> np.ndarray:
    """
    Return the weights that turn a reflectance spectrum into XYZ under D65 for the 2 degree observer.

    Returns
    -------
    array, shape (61, 3)
        ``reflectance @ xyz_weights()`` is XYZ with Y = 1 for the perfect white. [1]

    References
    ----------
    .. [1] CIE 015:2018, Colorimetry, 4th ed., equation 7.1, summed at 5 nm from 400 to 700 nm.
       Seen: secondary.
    """
    observer = read_table("observers/cie-1931-2deg.csv")
    power = read_table("illuminants/d65.csv").column("power")
    matching = np.stack([observer.column(name) for name in ("xbar", "ybar", "zbar")], axis=1)
    weights: np.ndarray = matching * power[:, None] / (power @ matching[:, 1])
    weights.setflags(write=False)
    return weights


def xyz(reflectance: np.ndarray) -> np.ndarray:
    """
    XYZ under D65, 2 degree observer, of reflectance spectra.

    Parameters
    ----------
    reflectance : array, shape (..., 61)
        At `WAVELENGTHS`. [1]

    Returns
    -------
    array, shape (..., 3)
        Y = 1 for the perfect white. [1]
    """
    tristimulus: np.ndarray = np.asarray(reflectance, dtype=float) @ xyz_weights()
    return tristimulus


def absorbance(reflectance: np.ndarray, wavelength: float) -> np.ndarray:
    """
    Absorbance ``-log10 R`` at one wavelength, reflectance interpolated linearly between the grid's points.

    Parameters
    ----------
    reflectance : array, shape (..., 61)
        At `WAVELENGTHS`, positive. [1]
    wavelength : float
        Within the grid. [nm]

    Returns
    -------
    array, shape (...)
        [1]
    """
    position = (wavelength - WAVELENGTHS[0]) / (WAVELENGTHS[1] - WAVELENGTHS[0])
    below = int(min(max(np.floor(position), 0), len(WAVELENGTHS) - 2))
    part = position - below
    values = np.asarray(reflectance, dtype=float)
    between: np.ndarray = (1 - part) * values[..., below] + part * values[..., below + 1]
    return np.asarray(-np.log10(between))
