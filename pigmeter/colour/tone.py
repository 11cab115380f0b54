"""The tone curve of a rendered file: smooth bumps in log exposure, applied, differentiated and undone."""

from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit

# Log exposures of the bumps' centres: from deep shadow to just below white.
KNOTS = np.log([0.02, 0.06, 0.18, 0.45, 0.9])
KNOTS.setflags(write=False)

_GRID = np.linspace(np.log(1e-4), np.log(3.0), 1024)


def looked_up(table: np.ndarray, encoded: np.ndarray) -> np.ndarray:
    """
    Return what a table by encoded value holds for values between its own.

    Parameters
    ----------
    table : array, shape (3, levels)
        By channel, of every encoded value.
    encoded : array, shape (n, 3)
        Means of encoded values.

    Returns
    -------
    array, shape (n, 3)
        Linear between two encoded values.
    """
    levels = np.arange(table.shape[1])
    return np.stack([np.interp(encoded[:, c], levels, table[c]) for c in range(3)], axis=1)


def bumps(log_exposure: np.ndarray) -> np.ndarray:
    """
    Value of each bump at given log exposures.

    Parameters
    ----------
    log_exposure : array, shape (...)
        Natural log of linear values, white = 0. [1]

    Returns
    -------
    array, shape (..., 5)
        [1]
    """
    return np.asarray(
        np.exp(-0.5 * ((log_exposure[..., None] - KNOTS) / limit("profile", "tone_width")) ** 2)
    )


def slopes(log_exposure: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Derivative of `values` = ``bumps(log_exposure)`` by log exposure, shape (..., 5). [1]"""
    return np.asarray(values * (KNOTS - log_exposure[..., None]) / limit("profile", "tone_width") ** 2)


@dataclass(frozen=True, slots=True)
class ToneCurve:
    """
    What lies between a channel's response and the linear value that its file decodes to.

    Attributes
    ----------
    heights : array, shape (3, 5)
        Of the bumps, per channel; zeros for a linear file. [natural log]
    gain : array, shape (3,)
        Exposure of the channel. [natural log]
    veil : array, shape (3,)
        Veiling glare, added to the response. [1]
    """

    heights: np.ndarray
    gain: np.ndarray
    veil: np.ndarray

    def respond(self, log_linear: np.ndarray) -> np.ndarray:
        """
        Response of the scene from decoded values.

        Parameters
        ----------
        log_linear : array, shape (..., 3)
            Natural log of decoded linear values. [1]

        Returns
        -------
        array, shape (..., 3)
            Perfect white = 1, at least 1e-4. [1]

        Notes
        -----
        The curve is made monotone before it is inverted: where the fitted bumps would fold back, it is flat.
        """
        result = np.empty_like(np.asarray(log_linear, dtype=float))
        for channel in range(3):
            curve = _GRID + bumps(_GRID) @ self.heights[channel]
            rising = np.maximum.accumulate(curve) + 1e-9 * np.arange(len(_GRID))
            exposure = np.interp(log_linear[..., channel], rising, _GRID)
            result[..., channel] = np.exp(exposure - self.gain[channel]) - self.veil[channel]
        response: np.ndarray = np.maximum(result, 1e-4)
        return response
