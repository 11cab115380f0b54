"""The noise of a map of change, square by square: the cameras', the texture's, and that of the alignment."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.mean_responses import readings
from pigmeter.measurement.noise import noise_of
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile
    from pigmeter.measurement.measurement import Measurement

_MAD = 1.4826  # SD of a Gauss curve over its median absolute deviation


def noise_of_changes(
    maps: dict[str, np.ndarray],
    response: np.ndarray,
    visits: tuple["Measurement", "Measurement"],
    slope: dict[str, np.ndarray],
    residual_px: float,
    step: int,
) -> dict[str, np.ndarray]:
    """
    Work out the noise of each square's change, of its own.

    Parameters
    ----------
    maps : dict of str to array, shape (rows, columns)
        Changes; NaN where there are none.
    response : array, shape (rows, columns, 3)
        Linear response at the baseline. [1]
    visits : tuple of Measurement
    slope : dict of str to array, shape (2, rows, columns)
        Of `slopes_of`.
    residual_px : float
        Of the alignment. [baseline map px]
    step : int
        Side of a square. [baseline map px]

    Returns
    -------
    dict of str to array, shape (rows, columns)
        SD, in the quantity's unit.

    Notes
    -----
    What the cameras' noise and the alignment explain is known from photo and chart. What relief in another
    light, compression and skin make beside it is read from the map itself: differences of squares that lie
    some way apart, by their median, which spots that fade do not move.
    """
    apart = max(round(limit("change", "apart_mm") / limit("change", "square_mm")), 1)
    camera = camera_noise(list(maps), response, visits, step)
    found = {}
    for key, change in maps.items():
        known = camera[key] ** 2 + 0.5 * residual_px**2 * np.square(slope[key]).sum(axis=0)
        seen = _scatter(change, apart)
        usual = float(np.median(known[np.isfinite(change)])) if np.isfinite(change).any() else 0.0
        found[key] = np.sqrt(known + max(seen**2 - usual, 0.0))
    return found


def camera_noise(
    keys: list[str],
    response: np.ndarray,
    visits: tuple["Measurement", "Measurement"],
    step: int,
) -> dict[str, np.ndarray]:
    """
    Return the SD of each square's change by both cameras' noise, shape (rows, columns), by quantity.

    Parameters
    ----------
    keys : list of str
        Of `QUANTITIES`.
    response : array, shape (rows, columns, 3)
        Linear response at the baseline; NaN where there is no skin. [1]
    visits : tuple of Measurement
    step : int
        Side of a square. [baseline map px]
    """
    first, last = visits
    known = np.isfinite(response[..., 1])
    if not known.any():
        return {key: np.full(known.shape, np.nan) for key in keys}
    green = response[..., 1]
    order = np.sort(green[known])
    kinds = order[np.linspace(0, len(order) - 1, int(limit("change", "kinds"))).astype(int)]
    kinds = np.unique(kinds)
    some = response[known][::7]
    nearest = np.abs(np.log(some[:, 1, None]) - np.log(kinds)).argmin(axis=1)
    colours = np.stack(
        [
            some[nearest == kind].mean(axis=0) if (nearest == kind).any() else np.full(3, kinds[kind])
            for kind in range(len(kinds))
        ],
        axis=1,
    )
    side = step * (first.mm_per_pixel or 1.0)
    found = {key: np.zeros(len(kinds)) for key in keys}
    for visit in visits:
        noise = noise_of(visit.photo, visit.profile, visit.chart, visit.scale, visit.mm_per_pixel)
        if first.profile.id == last.profile.id:
            noise = replace(noise, weights=np.asarray(visit.profile.change_weights, dtype=float))
        if first.mm_per_pixel is None or visit.mm_per_pixel is None:
            side = step * noise.mm_per_pixel
        for key in keys:
            found[key] = found[key] + noise.spread(key, colours, side) ** 2
    return {key: np.interp(green, kinds, np.sqrt(values)) for key, values in found.items()}


def slopes_of(logs: np.ndarray, profile: "Profile", shared: bool, step: int) -> dict[str, np.ndarray]:
    """
    Return by how much each quantity's change grows if the follow-up moves by a map pixel.

    Parameters
    ----------
    logs : array, shape (rows, columns, 3)
        Log responses at the follow-up, on the baseline's squares; NaN where there is no skin.
    profile : Profile
        Of the follow-up.
    shared : bool
        Whether the baseline has the same profile.
    step : int
        Side of a square. [map px]

    Returns
    -------
    dict of str to array, shape (2, rows, columns)
        Down, and to the right; 0 beside squares without skin. [unit / map px]
    """
    return {key: _gradient(values) / step for key, values in readings(logs, profile, shared).items()}


def _gradient(values: np.ndarray) -> np.ndarray:
    """Mean difference from the neighbours on either side, along either axis; 0 where there are none."""
    found = np.zeros((2, *values.shape))
    for axis in (0, 1):
        steps = np.nan_to_num(np.diff(values, axis=axis))
        ahead, behind = ([slice(None), slice(None)] for _ in range(2))
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        found[axis][tuple(behind)] += 0.5 * steps
        found[axis][tuple(ahead)] += 0.5 * steps
    return found


def _scatter(values: np.ndarray, apart: int) -> float:
    """SD of a square, by the median size of differences of squares that lie apart."""
    steps = np.concatenate(
        [(values[apart:] - values[:-apart]).ravel(), (values[:, apart:] - values[:, :-apart]).ravel()]
    )
    steps = steps[np.isfinite(steps)]
    if not len(steps):
        return 0.0
    return float(_MAD / np.sqrt(2) * np.median(np.abs(steps)))
