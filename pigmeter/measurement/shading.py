"""Light and shade on skin, told from its pigment by how the photo's own spots and mottle are coloured."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.reading import log_response, terms
from pigmeter.errors import UsageError
from pigmeter.measurement.grid import Grid
from pigmeter.measurement.noise import Noise, square_width
from pigmeter.reference import limit

LIGHT = "light"
_LAB = tuple(REGRESSED.index(key) for key in ("L", "a", "b"))
# L + 16, a and b grow with the cube root of the light: their log by a third of its log
_LOG, _BLACK = 300.0, 16.0


@dataclass(frozen=True, slots=True)
class Shading:
    """
    How the light on skin is read from L, a, b.

    Attributes
    ----------
    factors : array, shape (3,)
        Of 300 ln(L + 16), 300 a / (L + 16) and 300 b / (L + 16); their sum is the light. [%]
    noise : Noise
        Of the photo.
    """

    factors: np.ndarray
    noise: Noise

    def light(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """
        Light on each square or pixel, up to a constant.

        Parameters
        ----------
        values : mapping of str to array of float32
            L, a and b. [CIELAB unit]

        Returns
        -------
        array of float32, of their shape
            100 times its natural log: a difference of 1 is 1 % more light. [%]
        """
        lightness, a, b = values["L"], values["a"], values["b"]
        f0, f1, f2 = (np.float32(_LOG * factor) for factor in self.factors)
        raised = lightness + np.float32(_BLACK)
        colour = f1 * a
        colour += f2 * b
        colour /= raised
        np.log(raised, out=raised)
        raised *= f0
        raised += colour
        return raised

    def relative_error(self, side_mm: float) -> float:
        """Return the standard uncertainty of a square's noise variance over that variance. [1]"""
        return self.noise.relative_error(side_mm)

    def spread(self, key: str, response: np.ndarray, side_mm: float) -> np.ndarray:
        """
        SD of the light's noise in the mean over a square, as `noise.Noise.spread` tells that of a quantity.

        Parameters
        ----------
        key : str
            `LIGHT`, and nothing else.
        response : array, shape (3, ...)
            Linear response of the skin. [1]
        side_mm : float
            [mm]

        Returns
        -------
        array, shape (...)
            [%]

        Raises
        ------
        UsageError
            If another key is asked for.
        """
        if key != LIGHT:
            reason = f"the noise of {key!r} was asked of the light (it knows {LIGHT!r})"
            raise UsageError("QUANTITY_UNKNOWN", reason, "Ask the photo's noise")
        shape = np.shape(response)[1:]
        r = np.asarray(response, dtype=float).reshape(3, -1)
        r = np.maximum(r, limit("measurement", "floor_response"))
        slopes = np.einsum("i,icn->cn", self.factors, _slopes(r, self.noise.weights))
        slopes = slopes / r
        side = self.noise.scale * _width(side_mm / self.noise.mm_per_pixel)
        variance = np.einsum("in,ijn,jn->n", slopes, self.noise.model.covariance(r, side), slopes)
        return np.asarray(np.sqrt(np.maximum(variance, 0)).reshape(shape))


def shading_of(noise: Noise, grid: Grid, response: np.ndarray) -> Shading:
    """
    Learn to tell light from pigment on a photo's skin.

    Parameters
    ----------
    noise : Noise
        Of the photo.
    grid : Grid
        Of the photo's skin, with L, a, b, on squares of 1 mm or a part of it.
    response : array, shape (3, n)
        Linear response of that skin, perfect white = 1. [1]

    Returns
    -------
    Shading

    Notes
    -----
    Of all sums that follow the light one to one, that is taken which varies least between squares of 1 mm
    within windows of 4 mm, with a part of the noise of fine squares added. What pigment does to
    lightness goes with a change of colour that shading does not make, so the least varying sum takes it off:
    the linear estimate of least variance [1]_. Where skin has no pigment contrast, noise is kept down
    instead.

    References
    ----------
    .. [1] Capon, High-resolution frequency-wavenumber spectrum analysis, Proc IEEE 1969;57:1408.
       Seen: abstract.
    """
    middle = np.maximum(response, limit("measurement", "floor_response")).mean(axis=1, keepdims=True)
    weights = noise.weights
    lit = _slopes(middle, weights).sum(axis=1)[:, 0] / 100  # per % of light
    coordinates = _coordinates(grid)
    varied = _band_covariance(coordinates, grid)
    slopes = _slopes(middle, weights)[:, :, 0] / middle[:, 0]
    fine = limit("evenness", "fine_mm")
    side = noise.scale * _width(fine / noise.mm_per_pixel)
    varied += (
        limit("endpoints", "shading_noise") * slopes @ noise.model.covariance(middle[:, 0], side) @ slopes.T
    )
    factors = np.linalg.solve(varied + 1e-9 * np.eye(3), lit)
    factors = factors / (factors @ lit)
    return Shading(factors, noise)


@cache
def _width(step: float) -> float:
    return square_width(step)


def _coordinates(grid: Grid) -> np.ndarray:
    """Lightness as the log of light [%], and colour that light and shade leave alone, (3, rows, columns)."""
    raised = grid.values["L"] + np.float32(_BLACK)
    colours = [np.float32(_LOG) * grid.values[key] / raised for key in ("a", "b")]
    return np.stack([np.float32(_LOG) * np.log(raised), *colours])


def _band_covariance(coordinates: np.ndarray, grid: Grid) -> np.ndarray:
    """Covariance of squares of about 1 mm about their windows of about 4 mm, (3, 3)."""
    import cv2

    step = max(round(limit("endpoints", "shading_mm") / grid.side_mm), 1)
    rows, columns = (n // step * step for n in coordinates.shape[1:])
    blocks = coordinates[:, :rows, :columns].reshape(3, rows // step, step, columns // step, step)
    if not blocks.size:
        return np.zeros((3, 3))
    squares = blocks.mean(axis=(2, 4))  # NaN where any of a square is not skin
    known = np.isfinite(squares[0])
    if known.sum() < limit("endpoints", "fewest_squares"):
        return np.zeros((3, 3))
    window = (5, 5)
    count = cv2.boxFilter(known.astype(np.float32), -1, window, normalize=False)
    kept = known & (count >= 12)
    off = []
    for plane in squares:
        filled = np.where(known, plane, np.float32(0))
        around = cv2.boxFilter(filled, -1, window, normalize=False) / np.maximum(count, 1)
        off.append((plane - around)[kept].astype(float))
    found = np.stack(off)
    return np.asarray(found @ found.T / max(found.shape[1], 1))


def _slopes(response: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """By how much `_coordinates` move with the natural log of each channel's response, (3, 3, n)."""
    lightness, a, b = (terms(np.moveaxis(log_response(response), 0, -1)) @ weights[:, _LAB]).T
    up, along_a, along_b = _gradients(response, weights)[list(_LAB)]
    raised = np.maximum(lightness + _BLACK, 1.0)
    return _LOG * np.stack(
        [up / raised, along_a / raised - a * up / raised**2, along_b / raised - b * up / raised**2]
    )


def _gradients(response: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """By how much regressed quantities move with the natural log of each channel's response, (8, 3, n)."""
    g0, g1, g2 = log_response(response)
    w = weights.T[:, :, None]
    found = np.stack(
        [
            w[:, 1] + 2 * w[:, 4] * g0 + w[:, 7] * g1 + w[:, 9] * g2,
            w[:, 2] + 2 * w[:, 5] * g1 + w[:, 7] * g0 + w[:, 8] * g2,
            w[:, 3] + 2 * w[:, 6] * g2 + w[:, 8] * g1 + w[:, 9] * g0,
        ],
        axis=1,
    )
    return np.asarray(-found / np.log(10))
