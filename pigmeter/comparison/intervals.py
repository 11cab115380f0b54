"""Standard uncertainties and their degrees of freedom become an interval and a probability."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
_KNOWN = 1e4  # with so many degrees of freedom Student's t is the Gauss curve within 0.01 %


def finite_degrees(degrees: float) -> float | None:
    """Return degrees of freedom as a table holds them: None for infinitely many."""
    return degrees if np.isfinite(degrees) else None


@dataclass(frozen=True, slots=True)
class Interval:
    """
    How sure a change is.

    Attributes
    ----------
    uncertainty : float
        Standard uncertainty.
    degrees : float
        Of freedom; infinite where all parts that count are known.
    low, high : float
        95 % interval.
    p : float
        Probability of a change as large if there were none. [1]
    """

    uncertainty: float
    degrees: float
    low: float
    high: float
    p: float


def interval_of(
    change: float, parts: Mapping[str, float], degrees: Mapping[str, float] | None = None
) -> Interval:
    """
    Put parts of an uncertainty together.

    Parameters
    ----------
    change : float
    parts : mapping of str to float
        Standard uncertainties.
    degrees : mapping of str to float, optional
        Of freedom of those parts that were estimated from a few numbers; others count as known.

    Returns
    -------
    Interval

    References
    ----------
    .. [1] Satterthwaite, Biometrics Bull 1946;2:110 (effective degrees of freedom). Seen: secondary.
    """
    total = float(np.sqrt(sum(part**2 for part in parts.values())))
    freedom = _joined_degrees(total, parts, degrees or {})
    half = coverage_factor(freedom) * total
    return Interval(total, freedom, change - half, change + half, probability(change, total, freedom))


def coverage_factor(degrees: float) -> float:
    """Return Student's t for a 95 % interval. [1]"""
    from scipy.special import ndtri, stdtrit

    place = 0.5 + CONFIDENCE / 2
    return float(stdtrit(degrees, place) if np.isfinite(degrees) else ndtri(place))


def probability(change: float, uncertainty: float, degrees: float) -> float:
    """Return the two-sided probability of a change as large if there were none. [1]"""
    from scipy.special import ndtr, stdtr

    if uncertainty <= 0:
        return 1.0 if change == 0 else 0.0
    size = abs(change) / uncertainty
    return float(2 * (stdtr(degrees, -size) if np.isfinite(degrees) else ndtr(-size)))


def _joined_degrees(total: float, parts: Mapping[str, float], degrees: Mapping[str, float]) -> float:
    spent = sum(parts[name] ** 4 / max(own, 1.0) for name, own in degrees.items() if parts.get(name, 0) > 0)
    freedom = total**4 / spent if spent > 0 else float("inf")
    return float(freedom) if freedom < _KNOWN else float("inf")
