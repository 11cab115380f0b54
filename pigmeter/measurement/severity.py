"""What a region's spots come to: number, area, contrast, severity, and mMASI's area and darkness terms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.spots import SPOT_KINDS, Spot, spot_key
from pigmeter.photo.places import map_places
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.regions.region import Region

_DEFINITIONS = {
    "count": "number of {kind} spots whose centre lies in the region",
    "area_fraction": "area of {kind} spots over that of the region's skin",
    "mean_contrast": "{key} of {kind} spots less that of their rings, mean by area",
    "severity": "area fraction of {kind} spots times the size of their mean contrast in {key}",
}
_UNITS = {"count": "1", "area_fraction": "1", "mean_contrast": "index unit", "severity": "index unit"}
_AREA_BANDS = ("area_score_1", "area_score_2", "area_score_3", "area_score_4", "area_score_5", "area_score_6")
_DARKNESS_BANDS = ("darkness_score_1", "darkness_score_2", "darkness_score_3", "darkness_score_4")
_AREA = "mMASI's area score of dark patches, 0 to 6 at 1, 10, 30, 50, 70 and 90 % of the region's skin"
_DARKNESS = (
    "darkness of dark patches, 0 to 4 at a mean melanin_index contrast of {0:g}, {1:g}, {2:g} and {3:g}"
)


def spot_values(
    spots: Sequence[Spot], found: SkinMaps, mm_per_pixel: float | None, regions: Sequence["Region"]
) -> tuple[tuple[RegionValue, ...], ...]:
    """
    Sum up the spots of each region.

    Parameters
    ----------
    spots : sequence of Spot
        Of the photo, from `spots.find_spots`.
    found : SkinMaps
    mm_per_pixel : float or None
        Of a map pixel [mm]; None: nothing is said, code ``"SCALE_NONE"``.
    regions : sequence of Region

    Returns
    -------
    tuple of tuple of RegionValue
        For each region ``{dark|light|red}_spots_{count|area_fraction|mean_contrast|severity}``,
        ``melasma_area_score`` and ``melasma_darkness_score``.

    References
    ----------
    .. [1] Kimbrough-Green et al., Arch Dermatol 1994;130:727 (MASI: area and darkness scores). Seen:
    secondary.
    .. [2] Pandya et al., J Am Acad Dermatol 2011;64:78 (mMASI: the same without homogeneity). Seen: abstract.
    """
    return tuple(_of_region(spots, found, mm_per_pixel, region) for region in regions)


def _of_region(
    spots: Sequence[Spot], found: SkinMaps, mm_per_pixel: float | None, region: "Region"
) -> tuple[RegionValue, ...]:
    if mm_per_pixel is None:
        return _refused(
            "SCALE_NONE", "nothing tells the scale of the photo, and spots are sought by size in mm"
        )
    pixels = int(np.count_nonzero(found.skin if region.mask is None else found.skin & region.mask))
    if not pixels:
        return _refused("REGION_EMPTY", f"no skin to be measured in the region {region.name!r}")
    skin_mm2 = pixels * mm_per_pixel**2
    values: list[RegionValue] = []
    for kind in SPOT_KINDS:
        own = [spot for spot in spots if spot.kind == kind]
        held = [spot for spot in own if region.holds(spot.x, spot.y, found.scale)]
        parts = [(s, _area_in(region, s, found.scale)) for s in own if s.within == 0]
        values += _of_kind(kind, len(held), [(s, a) for s, a in parts if a > 0], skin_mm2)
    patches = [
        (spot, _area_in(region, spot, found.scale))
        for spot in spots
        if spot.kind == "dark" and spot.within == 0 and spot.area_mm2 >= limit("spots", "patch_mm2")
    ]
    return (*values, *_melasma([(s, a) for s, a in patches if a > 0], skin_mm2))


def _of_kind(
    kind: str, count: int, parts: Sequence[tuple[Spot, float]], skin_mm2: float
) -> list[RegionValue]:
    area = sum(a for _, a in parts)
    fraction = min(area / skin_mm2, 1.0)
    rows = [
        _row(kind, "count", count, float(count)),
        _row(kind, "area_fraction", count, fraction),
    ]
    if area <= 0:
        reason = f"no {kind} spots in the region"
        return [
            *rows,
            _row(kind, "mean_contrast", 0, None, code="SPOTS_NONE", reason=reason),
            _row(kind, "severity", 0, 0.0),
        ]
    mean = sum(s.mean_contrast * a for s, a in parts) / area
    error = float(np.sqrt(sum((s.uncertainty * a) ** 2 for s, a in parts))) / area
    return [
        *rows,
        _row(kind, "mean_contrast", len(parts), mean, error),
        _row(kind, "severity", len(parts), fraction * abs(mean), fraction * error),
    ]


def _melasma(parts: Sequence[tuple[Spot, float]], skin_mm2: float) -> tuple[RegionValue, RegionValue]:
    bands = [limit("spots", name) for name in _AREA_BANDS]
    grades = [limit("spots", name) for name in _DARKNESS_BANDS]
    area = sum(a for _, a in parts)
    contrast = sum(s.mean_contrast * a for s, a in parts) / area if area else 0.0
    score = float(np.searchsorted(bands, 100 * area / skin_mm2, side="right"))
    darkness = float(np.searchsorted(grades, contrast, side="right"))
    n = len(parts)
    return (
        RegionValue("melasma_area_score", _AREA, "1", n, score),
        RegionValue("melasma_darkness_score", _DARKNESS.format(*grades), "1", n, darkness),
    )


def _row(
    kind: str,
    what: str,
    n: int,
    value: float | None,
    uncertainty: float | None = None,
    code: str | None = None,
    reason: str | None = None,
) -> RegionValue:
    low = high = None
    if value is not None and uncertainty is not None:
        low, high = value - 1.96 * uncertainty, value + 1.96 * uncertainty
        if what == "severity":
            low = max(low, 0.0)
    return RegionValue(
        key=f"{kind}_spots_{what}",
        definition=_DEFINITIONS[what].format(kind=kind, key=spot_key(kind)),
        unit=_UNITS[what],
        n=n,
        value=value,
        uncertainty=uncertainty,
        low=low,
        high=high,
        code=code,
        reason=reason,
    )


def _refused(code: str, reason: str) -> tuple[RegionValue, ...]:
    rows = [
        _row(kind, what, 0, None, code=code, reason=reason) for kind in SPOT_KINDS for what in _DEFINITIONS
    ]
    grades = [limit("spots", name) for name in _DARKNESS_BANDS]
    rows += [
        RegionValue("melasma_area_score", _AREA, "1", 0, None, code=code, reason=reason),
        RegionValue(
            "melasma_darkness_score", _DARKNESS.format(*grades), "1", 0, None, code=code, reason=reason
        ),
    ]
    return tuple(rows)


def _area_in(region: "Region", spot: Spot, scale: int) -> float:
    """Area of a spot inside a region; of a border that cuts it only the part on this side counts. [mm2]"""
    import cv2

    if region.mask is None:
        return spot.area_mm2
    points = map_places(spot.outline, scale)
    rows, columns = region.mask.shape
    low = np.clip(np.floor(points.min(axis=0)).astype(int), 0, (columns - 1, rows - 1))
    high = np.clip(np.ceil(points.max(axis=0)).astype(int) + 1, low + 1, (columns, rows))
    mask = region.mask[low[1] : high[1], low[0] : high[0]]
    if mask.all():
        return spot.area_mm2
    if not mask.any():
        return 0.0
    canvas = np.zeros(mask.shape, dtype=np.uint8)
    cv2.fillPoly(canvas, [np.rint((points - low) * 16).astype(np.int32)], 1, shift=4)
    whole = np.count_nonzero(canvas)
    return spot.area_mm2 * np.count_nonzero(canvas[mask]) / whole if whole else 0.0
