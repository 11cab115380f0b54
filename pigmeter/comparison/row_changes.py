"""The change of a number that is said of a region as a whole: the difference of two rows of the table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.intervals import (
    coverage_factor,
    error_of_difference,
    finite_degrees,
    interval_of,
    probability,
)
from pigmeter.measurement.endpoints import endpoint_of
from pigmeter.measurement.evenness import EVENNESS_OF
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.comparison.repeatability import Repeatability

Row = Mapping[str, Any]
_SPREADS = (*(f"{key}_evenness" for key in EVENNESS_OF), "colour_evenness", "texture")


def row_change(
    before: Row,
    after: Row,
    repeatability: "Repeatability",
    same_skin: bool = False,
    light_moved: float | None = None,
) -> ChangeValue:
    """
    Compare two rows.

    Parameters
    ----------
    before, after : dict
        Rows of one region and quantity at either visit, as in `Measurement.table`.
    repeatability : Repeatability
    same_skin : bool
        Whether both are of one and the same skin, pixel by pixel.
    light_moved : float, optional
        SD over the skin of how the light on it changed, as far as the skin shows it. [natural log]

    Returns
    -------
    ChangeValue
        Without an interval where neither the rows nor repeats tell one, and of spots and areas for which each
        photo was searched by itself: what is found changes from photo to photo (`spot_matching` compares
        spots).

    Notes
    -----
    Intervals of rows are not symmetric. That of the difference is made of the distances from each value to
    the end of its interval that matters, as squares. Without a change either end matters at either visit, so
    that the smallest detectable change is the root of the mean square of both half widths. A spread over
    squares is uncertain for want of skin; the same skin is missing at both visits, and that part cancels.
    What folds and pores look like in light that came a little from elsewhere is added; texture is made of
    nothing else, and grows by half where a lamp moved so that one side of the face was lit at a low angle.

    References
    ----------
    .. [1] Zou, Donner, Stat Med 2008;27:1693 (recovering variances from intervals). Seen: abstract.
    """
    key = before["quantity"]
    alike = limit("change", "same_skin") if same_skin and key.startswith(_SPREADS) else 0.0
    for visit, row in (("baseline", before), ("follow-up", after)):
        if row["mean"] is None:
            return refused_change(row, str(row["code"]), f"{visit}: {row['reason']}")
    first, last = float(before["mean"]), float(after["mean"])
    change = last - first
    found: dict[str, Any] = {"baseline": first, "follow_up": last, "change": change}
    own = [row["uncertainty"] for row in (before, after)]
    known = None
    if None not in own and None not in (before["low"], after["low"]) and not _found_anew(key):
        known = error_of_difference(own[0], own[1], alike)
    level = (first + last) / 2
    lit = _relief(key, light_moved) * abs(level)
    repeated, degrees = repeatability.spread(key, level)
    if _found_anew(key) and key not in repeatability.quantities:
        repeated = 0.0  # published figures are of one outline at both visits
    told = 0.0 if known is None else known**2 + lit**2
    reposition = float(np.sqrt(max(2 * repeated**2 - told, 0.0)))
    if known is None and reposition == 0:
        return _value(before, n=min(before["n"], after["n"]), **found)
    parts = {"noise": known or 0.0, "reposition": reposition}
    parts |= {} if known is None else {"light": lit}
    few = {"reposition": degrees, "light": limit("change", "relief_degrees")}
    whole = interval_of(change, parts, few)
    factor = coverage_factor(whole.degrees)
    ends = _distances(before, first) + _distances(after, last) if known is not None else (0.0,) * 4
    to_low_before, to_high_before, to_low_after, to_high_after = ends
    apart = factor * float(np.hypot(reposition, parts.get("light", 0.0)))
    below = float(np.hypot(error_of_difference(to_low_after, to_high_before, alike), apart))
    above = float(np.hypot(error_of_difference(to_high_after, to_low_before, alike), apart))
    if below + above == 0:  # nothing was found at either visit; that says not how much could have been missed
        return _value(before, n=min(before["n"], after["n"]), **found)
    towards_none = below if change > 0 else above
    found |= {
        "uncertainty": whole.uncertainty,
        "low": change - below,
        "high": change + above,
        "sdc": float(np.sqrt((below**2 + above**2) / 2)),
        "parts": parts,
        "degrees": finite_degrees(whole.degrees),
        "p": probability(change, towards_none / factor, whole.degrees),
    }
    return _value(before, n=min(before["n"], after["n"]), **found)


def refused_change(row: Row, code: str, reason: str) -> ChangeValue:
    """Return a change of that row's number which there is not, and why."""
    none = dict.fromkeys(("baseline", "follow_up", "change"))
    return _value(row, n=0, **none, code=code, reason=reason)


def _found_anew(key: str) -> bool:
    return "_spots_" in key or "_above_median_" in key or key.startswith("melasma_")


def _relief(key: str, light_moved: float | None) -> float:
    """By which part of itself a spread may change by what relief looks like in the other light."""
    if not key.startswith(_SPREADS) and not key.endswith("_variation"):
        return 0.0
    least = limit("change", "relief")
    if key != "texture":
        return least
    moved = limit("change", "light_unseen") if light_moved is None else light_moved
    return float(np.hypot(least, limit("change", "texture_light") * moved))


def _distances(row: Row, value: float) -> tuple[float, float]:
    """From a value down and up to the ends of its interval."""
    return value - float(row["low"]), float(row["high"]) - value


def _value(row: Row, **found: Any) -> ChangeValue:
    endpoint = endpoint_of(row["quantity"])
    return ChangeValue(
        region=row["region"],
        site=row["site"],
        side=row["side"],
        key=row["quantity"],
        definition=row["definition"],
        unit=row["unit"],
        endpoint="" if endpoint is None else endpoint.name,
        **found,
    )
