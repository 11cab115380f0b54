"""What a chart taught about a camera, kept for the next: sensitivities and tone curve, with their spread."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pigmeter.colour.camera import Scene, mixing_of
from pigmeter.colour.posterior import Mode
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.colour.tone import KNOTS
from pigmeter.reference import limit

_BANDS = 3 * len(WAVELENGTHS)
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CameraMemory:
    """
    The posterior over a camera under its lamp, in a form that outlives the basis it was fitted in.

    Attributes
    ----------
    sensitivities : array, shape (3, 61)
        Mean; of an sRGB file's channels, whatever the primaries of the file. [1]
    heights : array, shape (4, knots)
        Of the tone curve: what its bumps have in common, then what R, G and B add; no knots for a linear
        file. [natural log]
    spread : array, shape (m, 183 + 4 knots)
        Its rows' outer products add up to the covariance of both.
    """

    sensitivities: np.ndarray
    heights: np.ndarray
    spread: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists."""
        return {
            "sensitivities": self.sensitivities.tolist(),
            "heights": self.heights.tolist(),
            "spread": self.spread.tolist(),
        }


def memory_from_json(content: dict[str, Any]) -> CameraMemory:
    """
    Return what `CameraMemory.to_json` gave.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing, not finite or of another shape.
    """
    sensitivities = np.array(content["sensitivities"], dtype=float)
    knots = len(content["heights"][0])
    heights = np.array(content["heights"], dtype=float).reshape(4, knots)
    spread = np.array(content["spread"], dtype=float).reshape(-1, _BANDS + 4 * knots)
    arrays = (sensitivities.reshape(3, len(WAVELENGTHS)), heights, spread)
    if knots not in (0, len(KNOTS)) or not all(np.isfinite(array).all() for array in arrays):
        message = "the memory of the camera is not finite or has another tone curve"
        raise ValueError(message)
    return CameraMemory(*arrays)


def remember(scene: Scene, modes: list[Mode], primaries: np.ndarray) -> CameraMemory:
    """
    Return what a fit taught about its camera.

    Parameters
    ----------
    scene : Scene
    modes : list of Mode
    primaries : array, shape (3, 3)
        Of the file, to XYZ, D65.
    """
    here = scene.lasting
    weights = np.array([mode.weight for mode in modes])
    means = np.array([mode.unknowns[here] for mode in modes])
    mean = weights @ means
    covariance = (means - mean).T @ (weights[:, None] * (means - mean))
    for mode in modes:
        covariance += mode.weight * np.linalg.inv(mode.precision)[np.ix_(here, here)]
    k = scene.coordinates
    to_physical = np.zeros((len(here), _BANDS + 4 * scene.knots))
    unmixing = np.linalg.inv(mixing_of(primaries))
    to_physical[:k, :_BANDS] = (unmixing @ scene.prior.components).reshape(k, -1)
    to_physical[k:, _BANDS:] = np.diag(tone_scale(scene.knots))
    spread = np.linalg.cholesky(covariance).T @ to_physical
    heights = (mean[k:] * tone_scale(scene.knots)).reshape(4, -1)
    return CameraMemory(
        _rounded(unmixing @ scene.prior.sensitivities(mean[:k])), _rounded(heights), _rounded(spread)
    )


def tone_scale(knots: int) -> np.ndarray:
    """SD of each unknown of the tone curve, shape (4 knots,). [natural log]"""
    common, own = limit("profile", "tone_spread"), limit("profile", "tone_channel_spread")
    return np.repeat([common, own, own, own], knots)


def _rounded(values: np.ndarray) -> np.ndarray:
    """To a few significant digits, so that a profile's file stays readable; below 1e-9 to nothing."""
    texts = [f"{value:.{_DIGITS}g}" if abs(value) > 1e-9 else "0" for value in values.ravel()]
    return np.array(texts, dtype=float).reshape(values.shape)
