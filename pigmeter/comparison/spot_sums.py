"""What the spots of a region come to at two visits: how many, how large, how severe, each with its change."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.intervals import probability
from pigmeter.comparison.spot_change import CLEARED, NEW, OUTSIDE, SpotChange
from pigmeter.comparison.spot_fates import COVERAGE
from pigmeter.measurement.spots import SPOT_KINDS, spot_key
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement
    from pigmeter.regions.region import Region

_DEFINITIONS = {
    "matched_count": "number of {kind} spots that are told at a visit, on skin that both visits show",
    "cleared": "number of {kind} spots of the baseline that are cleared",
    "new": "number of {kind} spots that the baseline did not have",
    "matched_area": "area of {kind} spots at half of their height, on skin that both visits show",
    "matched_severity": (
        "area of {kind} spots times the size of their contrast in {key}, in the same outlines at both visits,"
        " over the area of the skin that both visits show"
    ),
}
_UNITS = {
    "matched_count": "1",
    "cleared": "1",
    "new": "1",
    "matched_area": "mm2",
    "matched_severity": "index unit",
}


def spot_totals(
    spots: Sequence[SpotChange], baseline: "Measurement", regions: Sequence["Region"]
) -> tuple[ChangeValue, ...]:
    """
    Sum up what became of the spots of each region.

    Parameters
    ----------
    spots : sequence of SpotChange
        Of the pair, from `match_spots`.
    baseline : Measurement
    regions : sequence of Region
        On the baseline's map grid, cut to the skin that both visits show.

    Returns
    -------
    tuple of ChangeValue
        For each region and kind ``{dark|light|red}_spots_{matched_count|cleared|new|matched_area|
        matched_severity}``; without a scale each with the code ``"SCALE_NONE"``.
    """
    values = []
    for region in regions:
        for kind in SPOT_KINDS:
            own = [
                spot
                for spot in spots
                if spot.kind == kind and spot.fate != OUTSIDE and region.holds(spot.x, spot.y, baseline.scale)
            ]
            values += _of_kind(own, kind, region, baseline)
    return tuple(values)


def _of_kind(
    spots: Sequence[SpotChange], kind: str, region: "Region", baseline: "Measurement"
) -> list[ChangeValue]:
    length = baseline.mm_per_pixel
    skin = baseline.skin if region.mask is None else baseline.skin & region.mask
    pixels = int(np.count_nonzero(skin))
    if length is None or not pixels:
        code = "SCALE_NONE" if length is None else "REGION_EMPTY"
        reason = (
            "nothing tells the scale of the baseline's photo, and spots are sought by size in mm"
            if length is None
            else f"both visits show no skin of the region {region.name!r}"
        )
        return [_value(region, kind, what, 0, code=code, reason=reason) for what in _DEFINITIONS]
    before = [spot for spot in spots if spot.fate != NEW]
    after = [spot for spot in spots if spot.fate != CLEARED]
    cleared = [spot for spot in spots if spot.fate == CLEARED]
    new = [spot for spot in spots if spot.fate == NEW]
    # a spot that both searches found is there at both visits, whatever its contrast
    doubt = {spot.number: _doubt(spot) for spot in spots}
    count = [float(np.sqrt(sum(doubt[spot.number] for spot in group))) for group in (spots, cleared, new)]
    whole = [spot for spot in spots if spot.within == 0]
    areas = [_areas(spot) for spot in whole]
    area = [float(sum(one[n] for one in areas)) for n in (0, 1)]
    spread = float(np.sqrt(sum(one[2] ** 2 for one in areas)))
    rows = [
        _value(region, kind, "matched_count", len(spots), (len(before), len(after)), {"noise": count[0]}),
        _value(region, kind, "cleared", len(before), (0, len(cleared)), {"noise": count[1]}),
        _value(region, kind, "new", len(after), (0, len(new)), {"noise": count[2]}),
        _value(region, kind, "matched_area", len(whole), (area[0], area[1]), {"noise": spread}),
    ]
    sizes = np.array([spot.area_mm2 for spot in whole]) / (pixels * length**2)
    contrasts = np.array(
        [
            [spot.sign * (value or 0.0) for value in (spot.contrast_baseline, spot.contrast_follow_up)]
            for spot in whole
        ]
    ).reshape(-1, 2)
    sums = sizes @ contrasts
    shared = np.array([spot.calibration or 0.0 for spot in whole])
    moved = np.sign([spot.sign * (spot.contrast_change or 0.0) for spot in whole])
    own = np.array([spot.contrast_uncertainty or 0.0 for spot in whole]) ** 2 - shared**2
    parts = {
        "calibration": float(abs(sizes @ (shared * moved))),
        "noise": float(np.sqrt(sizes**2 @ np.maximum(own, 0.0))),
    }
    severity = (max(float(sums[0]), 0.0), max(float(sums[1]), 0.0))
    rows.append(_value(region, kind, "matched_severity", len(whole), severity, parts))
    return rows


def _value(
    region: "Region",
    kind: str,
    what: str,
    n: int,
    levels: tuple[float, float] | None = None,
    parts: dict[str, float] | None = None,
    code: str | None = None,
    reason: str | None = None,
) -> ChangeValue:
    shown = ChangeValue(
        region=region.name,
        site=region.site,
        side=region.side,
        key=f"{kind}_spots_{what}",
        definition=_DEFINITIONS[what].format(kind=kind, key=spot_key(kind)),
        unit=_UNITS[what],
        n=n,
        baseline=None,
        follow_up=None,
        change=None,
        code=code,
        reason=reason,
    )
    if levels is None or parts is None:
        return shown
    change = float(levels[1] - levels[0])
    spread = float(np.sqrt(sum(part**2 for part in parts.values())))
    shown = replace(
        shown,
        baseline=float(levels[0]),
        follow_up=float(levels[1]),
        change=change,
        uncertainty=spread,
        parts=parts,
    )
    if spread == 0 and change == 0:  # no spot is in doubt; that says not how much could have been missed
        return shown
    low, high = change - COVERAGE * spread, change + COVERAGE * spread
    verdict = DECREASED if high < 0 else INCREASED if low > 0 else UNDETECTED
    return replace(
        shown,
        low=low,
        high=high,
        sdc=COVERAGE * spread,
        p=probability(change, spread, float("inf")),
        verdict=verdict,
    )


def _doubt(spot: SpotChange) -> float:
    """Variance of whether a spot counts at one of the visits, of what only one search found. [1]"""
    from scipy.special import ndtr

    if spot.before and spot.after:
        return 0.0
    told = spot.told_follow_up if spot.before else spot.told_baseline
    size = spot.contrast_follow_up if spot.before else spot.contrast_baseline
    if told is None or size is None:
        return 0.0
    there = float(ndtr((spot.sign * size - told) / max(told / COVERAGE, 1e-9)))
    return there * (1 - there)


def _areas(spot: SpotChange) -> tuple[float, float, float]:
    """Areas at both visits and what their difference may be off by; of an undrawn one the other's. [mm2]"""
    before, after = spot.area_baseline, spot.area_follow_up
    if before is not None and after is not None:
        return before, after, spot.area_uncertainty or 0.0
    usual = spot.area_mm2 if before is None and after is None else before or after or spot.area_mm2
    return before or usual, after or usual, limit("fates", "undrawn_area") * usual
