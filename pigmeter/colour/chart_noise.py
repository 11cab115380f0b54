"""A camera's own noise: how it depends on brightness and on area; kept in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

TERMS = 5


@dataclass(frozen=True, slots=True)
class ChartNoise:
    """
    Noise of the linear response, in means over squares of photo pixels.

    Attributes
    ----------
    sides : array, shape (k,)
        Sides of squares, rising from 1. [px]
    factors : array, shape (k, 3, 3, 5)
        Of the terms 1, R, G, B and the product of two channels, which make up the covariance of these
        channels in a square's mean, times the square's area. [px]
    basis : array, shape (3, 3)
        Columns are mixtures of the channels, each channel over the SD of its noise, that average each in its
        own way.
    memory : array, shape (3,)
        Of each mixture: how far noise reaches. [px]
    error : array, shape (k,)
        Standard uncertainty of a variance over the variance. [1]
    iso : float or None
        Sensitivity that the camera was set to, if its file tells. [1]
    """

    sides: np.ndarray
    factors: np.ndarray
    basis: np.ndarray
    memory: np.ndarray
    error: np.ndarray
    iso: float | None = None

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
        logarithm of the side. Beyond the last, s, it grows on as noise of memory m is taken to:
        by ``[n (s + m) / (s (n + m))]^2`` for a square of side n, which without a memory is 1.
        """
        lower, upper, part = self._between(side)
        factors = (1 - part) * self.factors[lower] + part * self.factors[upper]
        r = np.maximum(np.asarray(response, dtype=float), 0.0)
        found = covariances(factors, r.reshape(3, -1)) / max(side, 1.0) ** 2
        if side > self.sides[-1]:
            found = grown(found, self.basis, self.memory, self.sides[-1], side)
        return found.reshape(3, 3, *r.shape[1:])

    def relative_error(self, side: float) -> float:
        """Return the standard uncertainty of a variance of the mean over a square, over that variance. [1]"""
        lower, upper, part = self._between(side)
        return float((1 - part) * self.error[lower] + part * self.error[upper])

    def elsewhere(self, iso: float | None, error: float) -> "ChartNoise":
        """
        Return the noise of another photo of the same camera and light.

        Parameters
        ----------
        iso : float or None
            Sensitivity in that photo; a variance is taken to grow with it, as that of counted light does. [1]
        error : float
            Of a variance over the variance, from one photo to the next. [1]
        """
        gain = iso / self.iso if iso and self.iso else 1.0
        return replace(self, factors=gain * self.factors, error=np.hypot(self.error, error), iso=iso)

    def _between(self, side: float) -> tuple[int, int, float]:
        place = float(np.interp(np.log(max(side, 1.0)), np.log(self.sides), np.arange(len(self.sides))))
        return int(place), min(int(place) + 1, len(self.sides) - 1), place - int(place)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers."""
        return {name: getattr(self, name).tolist() for name in _SHAPES} | {"iso": self.iso}


_SHAPES: dict[str, tuple[int | None, ...]] = {
    "sides": (None,),
    "factors": (None, 3, 3, TERMS),
    "basis": (3, 3),
    "memory": (3,),
    "error": (None,),
}


def noise_from_json(content: Mapping[str, Any]) -> ChartNoise:
    """
    Read what `ChartNoise.to_json` returned.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a part is missing or has another form.
    """
    arrays = {}
    count = len(content["sides"])
    for name, shape in _SHAPES.items():
        arrays[name] = np.array(content[name], dtype=float)
        wanted = tuple(count if n is None else n for n in shape)
        if arrays[name].shape != wanted or not np.isfinite(arrays[name]).all():
            message = f"{name} of the noise of shape {arrays[name].shape}, expected {wanted}, all finite"
            raise ValueError(message)
    iso = content["iso"]
    return ChartNoise(**arrays, iso=None if iso is None else float(iso))


def white_noise(relative: float, error: float) -> ChartNoise:
    """
    Return noise in proportion to brightness, alike in all channels but not shared, without memory.

    Parameters
    ----------
    relative : float
        SD of a pixel over its response. [1]
    error : float
        Standard uncertainty of its variance over the variance. [1]
    """
    factors = np.zeros((1, 3, 3, TERMS))
    factors[0, range(3), range(3), -1] = relative**2
    return ChartNoise(np.ones(1), factors, np.eye(3), np.zeros(3), np.array([error]))


def noise_terms(response: np.ndarray, first: int, second: int) -> np.ndarray:
    """Return the terms that a covariance of two channels is made of, shape (n, 5), of responses (3, n)."""
    one = np.ones(response.shape[1])
    return np.stack([one, *response, response[first] * response[second]], axis=1)


def covariances(factors: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Return covariances, shape (3, 3, n), that `factors` make of responses (3, n); none exceeds the SDs."""
    found = np.empty((3, 3, response.shape[1]))
    for c in range(3):
        for d in range(3):
            found[c, d] = noise_terms(response, c, d) @ factors[c, d]
    spread = np.sqrt(np.maximum(np.einsum("ccn->cn", found), 0.0))
    most = 0.98 * spread[:, None] * spread[None]
    sound = np.clip(found, -most, most)
    sound[range(3), range(3)] = spread**2
    return sound


def grown(found: np.ndarray, basis: np.ndarray, memory: np.ndarray, last: float, side: float) -> np.ndarray:
    """Carry covariances times area, shape (3, 3, n), from squares of side `last` to larger ones."""
    growth = side * (last + memory) / (last * (side + memory))
    turn = basis @ np.diag(growth) @ np.linalg.inv(basis)
    spread = np.sqrt(np.maximum(np.einsum("ccn->cn", found), 1e-30))
    scale = spread[:, None] * spread[None]
    return np.asarray(np.einsum("ci,ijn,dj->cdn", turn, found / scale, turn) * scale)
