"""A camera's own noise, as the flat patches of a chart show it: how it depends on brightness and on area."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.photo.photo import Photo


@dataclass(frozen=True, slots=True)
class ChartNoise:
    """
    Noise of the linear response, in means over squares of photo pixels.

    Attributes
    ----------
    sides : array, shape (k,)
        Sides of squares, rising from 1. [px]
    variance : array, shape (k, 3, 3)
        For each side and channel how the variance of a square's mean grows with the response r: the factors
        of 1, r and r squared, none below 0, times the square's area. [px]
    correlation : array, shape (k, 3, 3)
        Between the channels. [1]
    relative_error : float
        Standard uncertainty of a variance over the variance. [1]
    """

    sides: np.ndarray
    variance: np.ndarray
    correlation: np.ndarray
    relative_error: float

    def covariance(self, response: np.ndarray, side: float) -> np.ndarray:
        """
        Covariance of the noise in the mean over a square.

        Parameters
        ----------
        response : array, shape (3, ...)
            Linear response, perfect white = 1. [1]
        side : float
            Of the square. [px]

        Returns
        -------
        array, shape (3, 3, ...)
            [1]

        Notes
        -----
        Between the sides that were observed a variance times its square's area is interpolated over the
        logarithm of the side; beyond the last it stays, as it does where noise has no memory.
        """
        place = np.interp(np.log(max(side, 1.0)), np.log(self.sides), np.arange(len(self.sides)))
        lower = int(place)
        upper, part = min(lower + 1, len(self.sides) - 1), float(place) - int(place)
        factors = (1 - part) * self.variance[lower] + part * self.variance[upper]
        correlation = (1 - part) * self.correlation[lower] + part * self.correlation[upper]
        r = np.maximum(np.asarray(response, dtype=float), 0.0)
        shape = (3,) + (1,) * (r.ndim - 1)
        a, b, c = (factors[:, i].reshape(shape) for i in range(3))
        spread = np.sqrt(a + r * (b + r * c)) / max(side, 1.0)
        return np.asarray(correlation.reshape(3, 3, *shape[1:]) * spread[:, None] * spread[None])

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers."""
        return {
            "sides": self.sides.tolist(),
            "variance": self.variance.tolist(),
            "correlation": self.correlation.tolist(),
            "relative_error": self.relative_error,
        }


def noise_from_json(content: Mapping[str, Any]) -> ChartNoise:
    """
    Read what `ChartNoise.to_json` returned.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a part is missing or has another form.
    """
    sides = np.array(content["sides"], dtype=float)
    variance, correlation = (np.array(content[key], dtype=float) for key in ("variance", "correlation"))
    shape = (len(sides), 3, 3)
    finite = all(np.isfinite(array).all() for array in (sides, variance, correlation))
    if variance.shape != shape or correlation.shape != shape or not finite or (variance < 0).any():
        message = f"noise of shapes {variance.shape} and {correlation.shape}, expected {shape}, all finite"
        raise ValueError(message)
    return ChartNoise(sides, variance, correlation, float(content["relative_error"]))


def noise_of_chart(photo: "Photo", chart: "Chart", table: np.ndarray) -> ChartNoise | None:
    """
    Learn a photo's noise from the patches of the chart in it.

    Parameters
    ----------
    photo : Photo
    chart : Chart
        Found in it.
    table : array, shape (3, 256 or 65536)
        Linear response of every encoded value, perfect white = 1. [1]

    Returns
    -------
    ChartNoise or None
        None if too few patches are large enough.

    Notes
    -----
    Inside each patch a plane is taken off, which is what light and vignetting do there, and the squares that
    fit into it are averaged at every offset. What is left of the noise after a plane of the same pixels is
    smaller than the noise; the loss is known for noise without memory and made good.
    """
    squares, side = _flat_squares(photo, chart, table)
    if len(squares) < limit("evenness", "least_patches"):
        return None
    level = squares.mean(axis=(1, 2))
    left = squares - level[:, None, None] - _planes(squares)
    sides = [k for k in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32) if 3 * k <= side]
    sums = np.zeros((*left.shape[:1], side + 1, side + 1, 3))
    np.cumsum(np.cumsum(left, axis=1), axis=2, out=sums[:, 1:, 1:])
    variance, correlation = np.empty((len(sides), 3, 3)), np.empty((len(sides), 3, 3))
    for place, k in enumerate(sides):
        means = (sums[:, k:, k:] - sums[:, :-k, k:] - sums[:, k:, :-k] + sums[:, :-k, :-k]) / k
        found = np.einsum("pijc,pijd->pcd", means, means) / means.shape[1] ** 2 / _kept(k, side)
        own = np.einsum("pcc->pc", found)
        variance[place] = [_grown(level[:, c], own[:, c]) for c in range(3)]
        correlation[place] = _correlation(found)
    error = np.sqrt(2 / (len(squares) * max(side / 16, 1.0) ** 2))
    return ChartNoise(np.array(sides, dtype=float), variance, correlation, float(error))


def _flat_squares(photo: "Photo", chart: "Chart", table: np.ndarray) -> tuple[np.ndarray, int]:
    """Response of the largest upright square that fits the inner part of every usable patch."""
    from pigmeter.colour.edges import local_steps

    layout = chart.layout
    steps = local_steps(layout.patch_centres_mm, chart.homography)
    half = 0.5 * limit("chart", "inner_side") * np.array(layout.patch_size_mm)
    # a corner (+-h, +-h) [px] lies at steps^-1 (h, h) [mm], and must stay within half a patch
    reach = np.abs(np.linalg.inv(steps)).sum(axis=2) / half
    fits = 2 / reach.max(axis=1)
    fits = np.where(np.isin(np.arange(len(fits)), chart.excluded), 0, fits)
    kept = np.flatnonzero(fits >= limit("evenness", "least_patch"))
    if not len(kept):
        return np.empty((0, 1, 1, 3)), 1
    side = int(min(np.median(fits[kept]), limit("evenness", "most_patch")))
    squares = []
    for index in kept[fits[kept] >= side]:
        x, y = (round(float(v) - (side - 1) / 2) for v in chart.patch_centres[index])
        piece = photo.pixels[max(y, 0) : y + side, max(x, 0) : x + side]
        if piece.shape[:2] == (side, side):
            squares.append(np.stack([table[c][piece[..., c]] for c in range(3)], axis=-1))
    return np.array(squares, dtype=float).reshape(-1, side, side, 3), side


def _planes(squares: np.ndarray) -> np.ndarray:
    """Best plane through each square, without its mean."""
    side = squares.shape[1]
    place = np.arange(side) - (side - 1) / 2
    norm = (place**2).sum() * side
    down = np.einsum("pijc,i->pc", squares, place) / norm
    across = np.einsum("pijc,j->pc", squares, place) / norm
    plane = down[:, None, None] * place[:, None, None] + across[:, None, None] * place[:, None]
    return np.asarray(plane)


def _kept(k: int, side: int) -> float:
    """Part of the variance of k x k means that is left after a plane was taken off, for white noise."""
    offsets = side - k + 1
    return float(1 - k**2 / side**2 * (1 + 2 * (offsets**2 - 1) / (side**2 - 1)))


def _grown(level: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Factors of 1, r and r squared that follow the variances best, in ratio, and are not below 0."""
    terms = np.stack([np.ones_like(level), level, level**2], axis=1)
    model = np.full_like(variance, max(float(variance.mean()), 1e-16))
    best = np.zeros(3)
    for _ in range(4):
        weight = 1 / model
        lowest = np.inf
        for count in (1, 2, 3):
            for chosen in map(list, combinations(range(3), count)):
                rows = terms[:, chosen] * weight[:, None]
                factors = np.linalg.lstsq(rows, variance * weight, rcond=None)[0]
                off = float(((rows @ factors - variance * weight) ** 2).sum())
                if (factors >= 0).all() and off < lowest:
                    lowest, best = off, np.zeros(3)
                    best[chosen] = factors
        model = np.maximum(terms @ best, 1e-16)
    return best


def _correlation(covariance: np.ndarray) -> np.ndarray:
    """Correlation of the channels, pooled over the patches so that each counts alike."""
    spread = np.sqrt(np.maximum(np.einsum("pcc->pc", covariance), 1e-20))
    pooled = (covariance / (spread[:, :, None] * spread[:, None])).mean(axis=0)
    own = np.sqrt(np.maximum(np.diag(pooled), 1e-12))
    return np.asarray(pooled / (own[:, None] * own[None]))
