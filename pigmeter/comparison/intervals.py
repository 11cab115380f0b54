"""Standard uncertainties and their degrees of freedom become an interval and a probability."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
OF_CHANGE = "of_change"
"""The part that grows in proportion to the change."""
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
        95 % interval; without 0 in it exactly where `change` is larger than `sdc`.
    sdc : float
        Half of the interval that no change would have.
    p : float
        Probability of a change as large if there were none. [1]
    """

    uncertainty: float
    degrees: float
    low: float
    high: float
    sdc: float
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
        Standard uncertainties; that named `OF_CHANGE` is a share of the change.
    degrees : mapping of str to float, optional
        Of freedom of those parts that were estimated from a few numbers; others count as known.

    Returns
    -------
    Interval

    Notes
    -----
    Whether anything changed is asked of the uncertainty that no change would have. The end of the interval
    towards none is then the smallest true change that such a reading does not contradict, with the
    uncertainty of that change. [2] The far end has the uncertainty of the change as it was read: the largest
    change that is not contradicted would have no bound once the share comes near one half.

    References
    ----------
    .. [1] Satterthwaite, Biometrics Bull 1946;2:110 (effective degrees of freedom). Seen: secondary.
    .. [2] Fieller, J R Stat Soc B 1954;16:175 (limits where the error grows with what is estimated). Seen:
       secondary.
    """
    known = degrees or {}
    still = {name: part for name, part in parts.items() if name != OF_CHANGE}
    total, unmoved = (float(np.sqrt(sum(part**2 for part in each.values()))) for each in (parts, still))
    freedom, free = (_joined_degrees(size, each, known) for size, each in ((total, parts), (unmoved, still)))
    sdc, far = coverage_factor(free) * unmoved, coverage_factor(freedom) * total
    size = abs(change)
    near = size - sdc
    if near > 0:
        grown = coverage_factor(free) * parts.get(OF_CHANGE, 0.0)
        # x of (size - x)^2 = sdc^2 + (grown * x / size)^2
        beyond = size**2 - sdc**2
        near = beyond / (size + np.sqrt(size**2 - (1 - (grown / size) ** 2) * beyond))
    ends = (float(near), size + far) if change >= 0 else (-size - far, -float(near))
    return Interval(total, freedom, *ends, sdc, probability(change, unmoved, free))


def error_of_difference(one: float, other: float, alike: float) -> float:
    """Return the size of the difference of two errors that are correlated so far."""
    return float(np.sqrt(max(one**2 + other**2 - 2 * alike * one * other, 0.0)))


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
