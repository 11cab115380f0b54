"""From a camera's unknowns to the patch values that its file would hold, with their derivatives."""

import numpy as np

from pigmeter.colour.camera import Scene
from pigmeter.colour.tone import bumps, slopes
from pigmeter.reference import limit

# Below this response a patch is as good as black; the logarithm is continued by its tangent's exponential.
_DARKEST = 4e-3


def exposed(response: np.ndarray, veil: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Response with veiling glare, kept positive, and its derivative by the bare response.

    A fitted sensitivity may be slightly negative somewhere; so may then its response to a saturated paint.
    """
    above = response > _DARKEST
    tail = _DARKEST * np.exp(np.minimum(response / _DARKEST - 1, 0))
    return np.where(above, response, tail) + veil, np.where(above, 1.0, tail / _DARKEST)


def encoded(response: np.ndarray, veil: np.ndarray, gain: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """
    Log linear file values of responses.

    Parameters
    ----------
    response : array, shape (..., 3)
        Perfect white = 1. [1]
    veil, gain : array, shape (..., 3)
    heights : array, shape (..., 3, knots)
        Tone curve; no knots for a linear file.

    Returns
    -------
    array, shape (..., 3)
        [natural log]
    """
    exposure: np.ndarray = np.log(exposed(response, veil)[0]) + gain
    if heights.shape[-1] == 0:
        return exposure
    return np.asarray(exposure + (bumps(exposure) * heights).sum(axis=-1))


def predict(scene: Scene, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Log linear file values of a chart's patches, and their derivatives.

    Parameters
    ----------
    scene : Scene
    unknowns : array, shape (size,)

    Returns
    -------
    array, shape (patches, 3)
        [natural log]
    array, shape (patches, 3, size)
        Derivatives by the unknowns.
    """
    k, n = scene.coordinates, scene.knots
    coordinates, veil, gradient, gain, heights = scene.parts(unknowns)
    response = scene.paints @ scene.prior.sensitivities(coordinates).T
    light, slope_light = exposed(response, veil)
    exposure = np.log(light) + (scene.places @ gradient)[:, None] + gain
    slope = np.ones_like(exposure)
    values = exposure
    if n:
        shape = bumps(exposure)
        values = exposure + (shape * heights).sum(axis=-1)
        slope = 1 + (slopes(exposure, shape) * heights).sum(axis=-1)
    jacobian = np.zeros((*exposure.shape, scene.size))
    jacobian[..., :k] = (slope * slope_light / light)[..., None] * scene.answers
    by_gradient = limit("profile", "gradient_spread") * scene.places
    jacobian[..., k + 3 : k + 5] = slope[..., None] * by_gradient[:, None]
    for channel in range(3):
        by_veil = limit("profile", "veil_spread") * veil[channel] * slope[:, channel] / light[:, channel]
        jacobian[:, channel, k + channel] = by_veil
        jacobian[:, channel, k + 5 + channel] = slope[:, channel] * limit("profile", "gain_spread")
        if n:
            jacobian[:, channel, k + 8 : k + 8 + n] = limit("profile", "tone_spread") * shape[:, channel]
            own = k + 8 + n + channel * n
            jacobian[:, channel, own : own + n] = limit("profile", "tone_channel_spread") * shape[:, channel]
    return values, jacobian
