"""What all skin of a visit shares in the uncertainty of a change: calibration, and light on the skin."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.measurement.error_bars import chart_distance, light_of

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

Moved = tuple[np.ndarray | float, np.ndarray | float]


def calibration_part(
    key: str,
    tone: np.ndarray | float,
    moved: Moved,
    baseline: "Measurement",
    follow_up: "Measurement",
) -> np.ndarray:
    """
    Return the standard uncertainty of a change by what the profiles of two visits leave open.

    Parameters
    ----------
    key : str
        A key of `QUANTITIES`.
    tone : array, shape (...)
        What melanin_index reads at the baseline.
    moved : tuple of arrays, each of shape (...)
        The change of melanin_index and of haemoglobin_index.
    baseline, follow_up : Measurement

    Returns
    -------
    array, shape (...)
        In the quantity's unit.
    """
    first, last = baseline.profile, follow_up.profile
    shared = first.errors.change_parts(key, tone, moved, np.zeros(3))
    found = np.hypot(shared["camera"], shared["people"])
    if first.id != last.id:
        for each in (first, last):
            own = each.errors.parts(key, tone, np.zeros(3))
            found = np.sqrt(found**2 + own["camera"] ** 2 + own["chart"] ** 2)
    return np.asarray(found)


def light_spreads(
    baseline: "Measurement", follow_up: "Measurement", inside: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    """
    Return the SD of the light on a region about that on the chart, at either visit.

    Parameters
    ----------
    baseline, follow_up : Measurement
    inside : tuple of arrays of bool, shape (rows, columns)
        Map pixels of the region in either photo, at least one each.

    Returns
    -------
    tuple of float
        [natural log]
    """
    found = []
    for visit, mask in zip((baseline, follow_up), inside, strict=True):
        light = light_of(visit.photo, visit.profile, visit.chart)
        distance = chart_distance(light, mask, visit.scale) if mask.any() else None
        found.append(visit.profile.errors.shading(distance))
    return found[0], found[1]


def light_part(
    key: str,
    tone: np.ndarray | float,
    baseline: "Measurement",
    follow_up: "Measurement",
    spreads: tuple[float, float],
) -> np.ndarray:
    """
    Return the standard uncertainty of a change by the light on the skin, each visit's of its own.

    Parameters
    ----------
    key : str
        A key of `QUANTITIES`.
    tone : array, shape (...)
        What melanin_index reads at the baseline.
    baseline, follow_up : Measurement
    spreads : tuple of float
        Of `light_spreads`. [natural log]

    Returns
    -------
    array, shape (...)
        In the quantity's unit.

    Notes
    -----
    Where lamp, chart and skin stand alike at both visits the same unevenness is in both and cancels; nothing
    in two photos proves that they did, so nothing is taken off.
    """
    first, last = baseline.profile, follow_up.profile
    if first.id == last.id:
        both = float(np.hypot(*spreads))
        return np.asarray(first.errors.change_parts(key, tone, (0.0, 0.0), np.zeros(3), both)["shading"])
    own = [
        each.errors.parts(key, tone, np.zeros(3), spread)["shading"]
        for each, spread in zip((first, last), spreads, strict=True)
    ]
    return np.asarray(np.hypot(*own))
