"""Mean responses of squares of skin, and what a change is read from: their logarithms under a profile."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import log_response, named, terms
from pigmeter.measurement.grid import grid_of
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile


def mean_log_response(responses: np.ndarray, counted: np.ndarray, step: int, workers: int = 1) -> np.ndarray:
    """
    Average responses over squares, and take the logarithm that profiles are for.

    Parameters
    ----------
    responses : array of float32, shape (3, map rows, map columns)
        Linear, perfect white = 1; finite where `counted`. [1]
    counted : array of bool, shape (map rows, map columns)
    step : int
        Side of a square. [map px]
    workers : int
        Number of threads; the result is the same for any number.

    Returns
    -------
    array of float64, shape (rows, columns, 3)
        As `reading.log_response`; NaN where less than half of a square counts.
    """
    planes = {str(channel): plane for channel, plane in enumerate(responses)}
    squares = grid_of(planes, counted, 1.0, float(step), workers).values
    means = np.stack([squares[key] for key in planes], axis=-1).astype(float)
    return log_response(np.maximum(means, limit("measurement", "floor_response")))


def readings(logs: np.ndarray, profile: "Profile", shared: bool) -> dict[str, np.ndarray]:
    """
    Read what changes are differences of.

    Parameters
    ----------
    logs : array, shape (..., 3)
        Of `mean_log_response`.
    profile : Profile
        Of that visit.
    shared : bool
        Whether the other visit has the same profile: then by its table for changes, else by that for levels.

    Returns
    -------
    dict of str to array, shape (...)
        One per key of `QUANTITIES`; `ita` and `hue` are levels in either case.
    """
    found = terms(logs)
    read = named(found @ profile.level_weights)
    if shared:
        read |= dict(zip(REGRESSED, np.moveaxis(found @ profile.change_weights, -1, 0), strict=True))
    return {key: read[key] for key in QUANTITIES}
