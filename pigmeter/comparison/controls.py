"""Changes against a control: untreated skin of the same photos, or the same site on the other side."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.intervals import coverage_factor, finite_degrees, interval_of
from pigmeter.errors import UsageError
from pigmeter.reference import limit


def with_control(values: Sequence[ChangeValue], control: str) -> tuple[ChangeValue, ...]:
    """
    Add to each change that change less the change of a control region.

    Parameters
    ----------
    values : sequence of ChangeValue
    control : str
        Name of the region of untreated skin.

    Returns
    -------
    tuple of ChangeValue
        The values as given, then the differences, with `against` the control's name.

    Raises
    ------
    UsageError
        If no region has that name.

    Notes
    -----
    Both regions are in the same two photos. A calibration that is wrong is wrong for both, and leaves of its
    part what the two differ by; light that was brighter at one visit was brighter on both, but for the
    unevenness between the two places.
    """
    own = {value.key: value for value in values if value.region == control and not value.against}
    if not own:
        names = ", ".join(sorted({value.region for value in values}))
        reason = f"the control region {control!r} is not among the regions ({names})"
        raise UsageError("CONTROL_UNKNOWN", reason, "Name one of the regions that are compared")
    made = [
        _difference(value, own[value.key], control)
        for value in values
        if value.region != control and not value.against and value.key in own
    ]
    return (*values, *made)


def with_split_face(values: Sequence[ChangeValue]) -> tuple[ChangeValue, ...]:
    """
    Add, for each site that was measured on both sides, the change of the left less that of the right.

    Parameters
    ----------
    values : sequence of ChangeValue

    Returns
    -------
    tuple of ChangeValue
        The values as given, then the differences: `region` is the left region's name, `against` the right's.
    """
    plain = [value for value in values if not value.against and value.site]
    right: dict[tuple[str, str], list[ChangeValue]] = {}
    for value in plain:
        if value.side == "right":
            right.setdefault((value.site, value.key), []).append(value)
    made = []
    for value in plain:
        others = right.get((value.site, value.key), [])
        lefts = [v for v in plain if v.side == "left" and (v.site, v.key) == (value.site, value.key)]
        # two regions of a site on a side: nobody can tell which belongs to which
        if value.side == "left" and len(others) == len(lefts) == 1:
            made.append(_difference(value, others[0], others[0].region))
    return (*values, *made)


def _difference(value: ChangeValue, other: ChangeValue, against: str) -> ChangeValue:
    bare = replace(value, against=against, in_family=False, verdict=None, endpoint="", reflectance=None)
    if value.change is None or other.change is None:
        missing = value if value.change is None else other
        none = replace(_unsure(bare), baseline=None, follow_up=None, change=None)
        return replace(none, code=missing.code, reason=f"{missing.region}: {missing.reason}")
    change = value.change - other.change
    levels = [
        None if first is None or last is None else first - last
        for first, last in ((value.baseline, other.baseline), (value.follow_up, other.follow_up))
    ]
    bare = replace(bare, n=min(value.n, other.n), baseline=levels[0], follow_up=levels[1], change=change)
    if value.uncertainty is None or other.uncertainty is None:
        return _unsure(bare)
    alike = {"calibration": limit("change", "shared_calibration"), "light": limit("change", "shared_light")}
    parts = {
        name: _apart(value.parts.get(name, 0.0), other.parts.get(name, 0.0), alike.get(name, 0.0))
        for name in {**value.parts, **other.parts}
    }
    degrees = _degrees(value, other)
    interval = interval_of(change, parts, dict.fromkeys(("noise", "reposition"), degrees))
    return replace(
        bare,
        parts=parts,
        uncertainty=interval.uncertainty,
        low=interval.low,
        high=interval.high,
        sdc=coverage_factor(interval.degrees) * interval.uncertainty,
        degrees=finite_degrees(interval.degrees),
        p=interval.p,
    )


def _unsure(value: ChangeValue) -> ChangeValue:
    return replace(value, uncertainty=None, low=None, high=None, sdc=None, degrees=None, p=None, parts={})


def _apart(one: float, other: float, alike: float) -> float:
    """Standard uncertainty of a difference of two errors that are correlated so far."""
    return float(np.sqrt(max(one**2 + other**2 - 2 * alike * one * other, 0.0)))


def _degrees(value: ChangeValue, other: ChangeValue) -> float:
    """Degrees of freedom of the parts that were estimated: the fewer of the two regions'."""
    return min(degrees for degrees in (value.degrees, other.degrees, float("inf")) if degrees is not None)
