"""Changes against a control: untreated skin of the same photos, or the same site on the other side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.intervals import OF_CHANGE, error_of_difference, finite_degrees, interval_of
from pigmeter.comparison.normalised_skin import middle_of
from pigmeter.comparison.skin_light import light_part
from pigmeter.errors import UsageError
from pigmeter.photo.places import photo_places
from pigmeter.reference import limit
from pigmeter.regions.region import Region

if TYPE_CHECKING:
    from pigmeter.comparison.change_maps import ChangeGrid


def with_control(
    values: Sequence[ChangeValue],
    control: str,
    grid: "ChangeGrid | None" = None,
    regions: Sequence[Region] = (),
) -> tuple[ChangeValue, ...]:
    """
    Add to each change that change less the change of a control region.

    Parameters
    ----------
    values : sequence of ChangeValue
    control : str
        Name of the region of untreated skin.
    grid : ChangeGrid, optional
        Of the two visits: it knows how the light changed from one place of the skin to the other.
    regions : sequence of Region
        On the baseline's maps; where they are.

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
    part what the two differ by. Light that was brighter at one visit was brighter on both; what counts is how
    much more it changed at one place than at the other, as the skin shows it; where that is not known, the
    light on either counts as if it had nothing to do with the other's.
    """
    own = {value.key: value for value in values if value.region == control and not value.against}
    if not own:
        names = ", ".join(sorted({value.region for value in values}))
        reason = f"the control region {control!r} is not among the regions ({names})"
        raise UsageError("CONTROL_UNKNOWN", reason, "Name one of the regions that are compared")
    light = _Light(values, grid, regions)
    made = [
        _difference(value, own[value.key], control, light)
        for value in values
        if value.region != control and not value.against and value.key in own
    ]
    return (*values, *made)


def with_split_face(
    values: Sequence[ChangeValue], grid: "ChangeGrid | None" = None, regions: Sequence[Region] = ()
) -> tuple[ChangeValue, ...]:
    """
    Add, for each site that was measured on both sides, the change of the left less that of the right.

    Parameters
    ----------
    values : sequence of ChangeValue
    grid, regions
        As for `with_control`.

    Returns
    -------
    tuple of ChangeValue
        The values as given, then the differences: `region` is the left region's name, `against` the right's.
    """
    light = _Light(values, grid, regions)
    plain = [value for value in values if not value.against and value.site]
    there: dict[tuple[str, str, str], list[ChangeValue]] = {}
    for value in plain:
        there.setdefault((value.side, value.site, value.key), []).append(value)
    made = []
    for value in plain:
        lefts, rights = (there.get((side, value.site, value.key), []) for side in ("left", "right"))
        # two regions of a site on a side: nobody can tell which belongs to which
        if value.side == "left" and len(lefts) == len(rights) == 1:
            made.append(_difference(value, rights[0], rights[0].region, light))
    return (*values, *made)


class _Light:
    """The light's part in the difference of two regions' changes."""

    def __init__(
        self, values: Sequence[ChangeValue], grid: "ChangeGrid | None", regions: Sequence[Region]
    ) -> None:
        self._grid = grid
        self._places = {} if grid is None else {region.name: _middle(region, grid) for region in regions}
        self._tones = {v.region: v.baseline for v in values if v.key == "melanin_index" and not v.against}

    def between(self, value: ChangeValue, other: ChangeValue) -> float | None:
        """Its standard uncertainty [unit]; None where the skin does not tell, or it is no mean of a map."""
        places = [self._places.get(each.region) for each in (value, other)]
        tone = self._tones.get(value.region)
        if self._grid is None or tone is None or value.key not in QUANTITIES:
            return None
        if places[0] is None or places[1] is None:
            return None
        light = self._grid.light
        spread = light.between(places[0], places[1])
        if spread is None:
            return None
        each = spread / np.sqrt(2)
        return float(light_part(value.key, tone, *light.visits, (each, each)))


def _middle(region: Region, grid: "ChangeGrid") -> np.ndarray | None:
    """x, y of a region's middle in the baseline. [photo px]"""
    inside = grid.counted if region.mask is None else grid.counted & region.mask
    if not inside.any():
        return None
    return photo_places(middle_of(inside), grid.light.visits[0].scale)


def _difference(value: ChangeValue, other: ChangeValue, against: str, light: _Light) -> ChangeValue:
    bare = replace(value, against=against, in_family=False, p_adjusted=None, verdict=None, reflectance=None)
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
    alike = dict.fromkeys(("calibration", OF_CHANGE), limit("change", "shared_calibration"))
    parts = {
        name: error_of_difference(
            value.parts.get(name, 0.0), other.parts.get(name, 0.0), alike.get(name, 0.0)
        )
        for name in {**value.parts, **other.parts}
    }
    between = light.between(value, other)
    parts |= {} if between is None else {"light": between}
    # had both changed alike, as much as the one that changed less, that would be misread a little differently
    less = min(value.parts.get(OF_CHANGE, 0.0), other.parts.get(OF_CHANGE, 0.0))
    if less > 0:
        alike_part = error_of_difference(less, less, alike[OF_CHANGE])
        parts[OF_CHANGE] = float(np.sqrt(max(parts[OF_CHANGE] ** 2 - alike_part**2, 0.0)))
        parts["calibration"] = float(np.hypot(parts.get("calibration", 0.0), alike_part))
    degrees = _degrees(value, other)
    interval = interval_of(change, parts, dict.fromkeys(("noise", "reposition"), degrees))
    return replace(
        bare,
        parts=parts,
        uncertainty=interval.uncertainty,
        low=interval.low,
        high=interval.high,
        sdc=interval.sdc,
        degrees=finite_degrees(interval.degrees),
        p=interval.p,
    )


def _unsure(value: ChangeValue) -> ChangeValue:
    return replace(value, uncertainty=None, low=None, high=None, sdc=None, degrees=None, p=None, parts={})


def _degrees(value: ChangeValue, other: ChangeValue) -> float:
    """Degrees of freedom of the parts that were estimated: the fewer of the two regions'."""
    return min(degrees for degrees in (value.degrees, other.degrees, float("inf")) if degrees is not None)
