"""The colours of the maps: from light to dark, one hue family each, evenly spaced to the eye."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ, ciede2000

# CIELAB under D65: the light end of a scale, the colour that it bends towards, the dark end. Lightness falls
# all the way, so the scales read the same in grey and to the colour-blind; none comes near the greys of what
# is left out.
_BROWN = ((92.0, 3.0, 18.0), (52.0, 26.0, 46.0), (13.0, 8.0, 8.0))
_RED = ((92.0, 7.0, 8.0), (56.0, 66.0, 44.0), (14.0, 26.0, 14.0))
_PURPLE = ((92.0, 8.0, -2.0), (56.0, 74.0, -6.0), (12.0, 24.0, -20.0))
_BLUE = ((92.0, -4.0, -8.0), (56.0, -10.0, -52.0), (14.0, 10.0, -30.0))
_ROSE = ((92.0, 9.0, 2.0), (58.0, 60.0, 12.0), (16.0, 26.0, 2.0))
_OLIVE = ((92.0, -2.0, 20.0), (58.0, -4.0, 66.0), (16.0, -2.0, 16.0))
_TEAL = ((92.0, -8.0, 0.0), (56.0, -34.0, -10.0), (18.0, -8.0, -10.0))
_VIOLET = ((92.0, 5.0, -7.0), (56.0, 34.0, -50.0), (14.0, 20.0, -30.0))
_PATHS = {
    "melanin_index": _BROWN,
    "erythema_index": _RED,
    "haemoglobin_index": _PURPLE,
    "L": _BLUE,
    "a": _ROSE,
    "b": _OLIVE,
    "ita": _TEAL,
    "hue": _VIOLET,
    "camera_mi": _BROWN,
    "camera_ei": _RED,
}


@cache
def palette(quantity: str, steps: int) -> np.ndarray:
    """
    Return the colours of a quantity's map, from the light end to the dark one.

    Parameters
    ----------
    quantity : str
        A key of `QUANTITIES`.
    steps : int
        Number of colours.

    Returns
    -------
    array, shape (steps, 3)
        sRGB, encoded, read-only. [0..1]

    Notes
    -----
    A quadratic curve through CIELAB, cut into steps of equal CIEDE2000, so that equal differences of the
    quantity look equally large anywhere on the scale.
    """
    colours = colours_along(_PATHS[quantity], steps)
    colours.setflags(write=False)
    return colours


def colours_along(path: Sequence[Sequence[float]], steps: int) -> np.ndarray:
    """
    Return colours in equal steps of CIEDE2000 along a quadratic curve.

    Parameters
    ----------
    path : sequence, shape (3, 3)
        CIELAB under D65: where the curve starts, what it bends towards, where it ends.
    steps : int
        Number of colours.

    Returns
    -------
    array, shape (steps, 3)
        sRGB, encoded. [0..1]
    """
    start, bend, end = (np.array(lab) for lab in path)
    t = np.linspace(0.0, 1.0, 1025)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    way = np.concatenate([[0.0], np.cumsum(ciede2000(curve[1:], curve[:-1]))])
    even = np.linspace(0.0, way[-1], steps)
    lab = np.stack([np.interp(even, way, curve[:, c]) for c in range(3)], axis=-1)
    return srgb_from_linear(_xyz_from_lab(lab) @ SRGB_FROM_XYZ.T)


def srgb_from_linear(linear: np.ndarray) -> np.ndarray:
    """Return encoded sRGB [0..1] of linear sRGB, clipped to what a screen can show (IEC 61966-2-1)."""
    values = np.clip(linear, 0.0, 1.0)
    return np.asarray(np.where(values <= 0.0031308, 12.92 * values, 1.055 * values ** (1 / 2.4) - 0.055))


def _xyz_from_lab(lab: np.ndarray) -> np.ndarray:
    y = (lab[..., 0] + 16) / 116
    root = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    ratio = np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))
    return np.asarray(ratio * np.linalg.inv(SRGB_FROM_XYZ).sum(axis=1))  # the white of sRGB itself
