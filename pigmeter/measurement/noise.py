"""The camera's own noise in a quantity: what the mean over a square of skin owes to it."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.chart_noise import ChartNoise, white_noise
from pigmeter.colour.patch_noise import flat_squares, noise_of_squares
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import log_response, terms
from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.errors import UsageError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile


@dataclass(frozen=True, slots=True)
class Noise:
    """
    A photo's noise, as skin quantities see it.

    Attributes
    ----------
    model : ChartNoise
        Of the linear response.
    weights : array, shape (10, 8)
        The profile's, for levels.
    scale : int
        Side of a map pixel. [photo px]
    mm_per_pixel : float
        Of a map pixel. [mm]
    errors : ErrorTables or None
        Of the profile: how far it may be off in a difference between two places.
    """

    model: ChartNoise
    weights: np.ndarray
    scale: int
    mm_per_pixel: float
    errors: ErrorTables | None = None

    def relative_error(self, side_mm: float) -> float:
        """Return the standard uncertainty of a square's noise variance over that variance. [1]"""
        return self.model.relative_error(self._side(side_mm))

    def _side(self, side_mm: float) -> float:
        """Side of whole photo pixels that averages as a square of a grid does. [photo px]"""
        return self.scale * square_width(side_mm / self.mm_per_pixel)

    def spread(self, key: str, response: np.ndarray, side_mm: float) -> np.ndarray:
        """
        SD of the noise in the mean of a quantity over a square.

        Parameters
        ----------
        key : str
            A key of `QUANTITIES`.
        response : array, shape (3, ...)
            Linear response of the skin, perfect white = 1. [1]
        side_mm : float
            Of a square as `grid.grid_of` makes them. [mm]

        Returns
        -------
        array, shape (...)
            In the quantity's unit.
        """
        r = np.maximum(np.asarray(response, dtype=float), limit("measurement", "floor_response"))
        side = self._side(side_mm)
        # Of map pixels the logarithm is taken, and it is squared in the weights. Where noise is not small
        # against them both make more of it: the next order of either series, for Gaussian noise.
        pixel = self.model.covariance(r, float(self.scale)) / (r[:, None] * r[None])
        own = np.minimum(np.einsum("cc...->c...", pixel), limit("evenness", "most_noise"))
        slope = _slopes(key, r, self.weights) * np.sqrt(1 + 2.5 * own)
        covariance = self.model.covariance(r, side) / (r[:, None] * r[None])
        variance = np.einsum("i...,ij...,j...->...", slope, covariance, slope)
        bent = np.einsum("ij,jk...->ik...", _bend(key, self.weights), pixel)
        variance = variance + 2 * np.einsum("ij...,ji...->...", bent, bent) * (self.scale / side) ** 2
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def noise_of(
    photo: Photo,
    profile: "Profile",
    chart: "Chart | None",
    scale: int,
    mm_per_pixel: float | None = None,
) -> Noise:
    """
    Learn a photo's noise.

    Parameters
    ----------
    photo : Photo
    profile : Profile
        Of its session.
    chart : Chart or None
        In this photo.
    scale : int
        Side of a map pixel. [photo px]
    mm_per_pixel : float, optional
        Of a map pixel; else the chart tells. [mm]

    Returns
    -------
    Noise
        From the chart's patches in this photo; without them from those of the profile's chart photo; without
        these what is usual.
    """
    model = None
    if chart is not None:
        squares = flat_squares(photo, chart)
        model = noise_of_squares(squares, profile.response_table(photo), photo.capture.iso)
        mm_per_pixel = mm_per_pixel or chart.mm_per_pixel * scale
    if model is None and profile.noise is not None:
        model = profile.noise.elsewhere(photo.capture.iso, limit("evenness", "elsewhere_error"))
    usual = white_noise(limit("measurement", "pixel_noise"), limit("evenness", "usual_error"))
    nominal = limit("measurement", "nominal_field_mm") / max(photo.shape) * scale
    weights = np.array(profile.weights("level"), dtype=float)
    return Noise(model or usual, weights, scale, mm_per_pixel or nominal, profile.errors)


@cache
def square_width(step: float) -> float:
    """
    Side of the square of whole pixels in whose mean white noise is as large as in that of a grid's square.

    Parameters
    ----------
    step : float
        Side of the grid's squares. [map px]

    Returns
    -------
    float
        [map px]

    Notes
    -----
    A pixel that a border cuts counts in part, which averages noise better than whole pixels over that side
    do: squares of 2.5 pixels have the noise of 2.78.
    """
    count = 64
    edges = np.arange(count + 1) * step
    squares = 0.0
    for left, right in pairwise(edges):
        pixels = np.arange(np.floor(left), np.ceil(right))
        covered = np.minimum(right, pixels + 1) - np.maximum(left, pixels)
        squares += float((covered**2).sum())
    return float(step**2 * count / squares)


def _slopes(key: str, response: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """By how much a quantity moves with the natural log of each channel's response, shape (3, ...)."""
    if key not in QUANTITIES:
        reason = f"unknown quantity {key!r} (known: {', '.join(QUANTITIES)})"
        raise UsageError("QUANTITY_UNKNOWN", reason, "Ask for one of them")
    if key == "ita":
        lightness, b = (_value(name, response, weights) for name in ("L", "b"))
        size = (lightness - 50) ** 2 + b**2
        moved = b * _slopes("L", response, weights) - (lightness - 50) * _slopes("b", response, weights)
        return np.asarray(np.degrees(moved / size))
    if key == "hue":
        a, b = (_value(name, response, weights) for name in ("a", "b"))
        moved = a * _slopes("b", response, weights) - b * _slopes("a", response, weights)
        return np.asarray(np.degrees(moved / (a**2 + b**2)))
    w = weights[:, REGRESSED.index(key)]
    g0, g1, g2 = log_response(response)
    slopes = np.stack(
        [
            w[1] + 2 * w[4] * g0 + w[7] * g1 + w[9] * g2,
            w[2] + 2 * w[5] * g1 + w[7] * g0 + w[8] * g2,
            w[3] + 2 * w[6] * g2 + w[8] * g1 + w[9] * g0,
        ]
    )
    return np.asarray(-slopes / np.log(10))


def _bend(key: str, weights: np.ndarray) -> np.ndarray:
    """Factors of products of two channels' natural logs in a quantity, shape (3, 3); of angles left out."""
    if key not in REGRESSED:
        return np.zeros((3, 3))
    w = weights[:, REGRESSED.index(key)]
    squares = np.array([[w[4], w[7] / 2, w[9] / 2], [w[7] / 2, w[5], w[8] / 2], [w[9] / 2, w[8] / 2, w[6]]])
    return np.asarray(squares / np.log(10) ** 2)


def _value(key: str, response: np.ndarray, weights: np.ndarray) -> np.ndarray:
    values = terms(np.moveaxis(log_response(response), 0, -1))
    return np.asarray(values @ weights[:, REGRESSED.index(key)])
