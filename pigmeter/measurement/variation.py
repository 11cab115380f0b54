"""Numbers that users of instruments know: level, variation, relative variation, brown and red areas, GLCM."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.uncertainty import ErrorTables, joined
from pigmeter.measurement.cooccurrence import cooccurrence_of, levels_of
from pigmeter.measurement.error_bars import Light, chart_distance
from pigmeter.measurement.grid import Grid
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.region_squares import (
    RegionSquares,
    counted_share,
    squares_of_regions,
    why_no_squares,
    wider_squares,
)
from pigmeter.measurement.region_values import RegionValue
from pigmeter.reference import limit
from pigmeter.regions.region import Region

VARIED = ("melanin_index", "haemoglobin_index")
COLOURS = {"brown": "melanin_index", "red": "haemoglobin_index"}
_NORMAL = 1.96  # half the 95 % interval of a Gauss curve in SDs


@dataclass(frozen=True, slots=True)
class _Levels:
    """How sure a region's means are, by the profile; nothing is said without its errors."""

    errors: ErrorTables | None
    tone: float
    shading: float

    def uncertainty(self, key: str) -> float | None:
        if self.errors is None:
            return None
        return float(joined(self.errors.parts(key, self.tone, np.zeros(3), self.shading)))

    def reach(self, key: str) -> float | None:
        """Half the 95 % interval."""
        unsure = self.uncertainty(key)
        if self.errors is None or unsure is None:
            return None
        return float(self.errors.coverage_factor(key, self.tone)) * unsure

    def scale_error(self, key: str) -> float | None:
        """How far a difference between two places of the skin may be off, over that difference. [1]"""
        if self.errors is None:
            return None
        moved = (1.0, 0.0) if key == "melanin_index" else (0.0, 1.0)
        parts = self.errors.change_parts(key, self.tone, moved, np.zeros(3))
        return float(np.hypot(parts["camera"], parts["people"]))


def variation_of(
    found: SkinMaps,
    regions: Sequence[Region],
    mm_per_pixel: float | None,
    *,
    squares: RegionSquares | None = None,
    light: Light | None = None,
    errors: ErrorTables | None = None,
) -> tuple[tuple[RegionValue, ...], ...]:
    """
    Work out level, variation, areas and co-occurrence of melanin and blood in each region.

    Parameters
    ----------
    found : SkinMaps
    regions : sequence of Region
    mm_per_pixel : float or None
        Of a map pixel. [mm]
    squares : RegionSquares, optional
        Of these regions, if the caller has them.
    light : Light, optional
        How far from the chart each region lies counts for the uncertainty of its level.
    errors : ErrorTables, optional
        Of the profile; without them no uncertainty is stated.

    Returns
    -------
    tuple of tuple of RegionValue
        One tuple per region, the same keys in the same order; definitions in docs/endpoints.md.
    """
    refusal = why_no_squares(mm_per_pixel, limit("endpoints", "area_mm"))
    if refusal is None:
        squares = squares or squares_of_regions(found, regions, mm_per_pixel)
    made = []
    for number, region in enumerate(regions):
        if refusal is not None or squares is None:
            made.append(_refused_all(*(refusal or ("SCALE_NONE", "nothing tells the scale of the photo"))))
        else:
            made.append(_of_region(squares, number, region, found, light, errors))
    return tuple(made)


def _of_region(
    squares: RegionSquares,
    number: int,
    region: Region,
    found: SkinMaps,
    light: Light | None,
    errors: ErrorTables | None,
) -> tuple[RegionValue, ...]:
    small = squares.part(number, VARIED)
    if not small.share.any():
        return _refused_all("REGION_EMPTY", f"no skin to be measured in the region {region.name!r}")
    wide = wider_squares(small, limit("endpoints", "variation_mm"), found.workers)
    counted, fewest = _count(wide), limit("endpoints", "fewest_squares")
    if counted < fewest:
        reason = f"the region {region.name!r} holds {counted} squares of {wide.side_mm:g} mm of skin"
        return _refused_all("REGION_SMALL", f"{reason}; {fewest:g} needed")
    shading = 0.0
    if errors is not None:
        inside = counted_share(squares.half, squares.half_within[number]) > 0
        across = round(found.scale * squares.half.step)
        shading = errors.shading(None if light is None else chart_distance(light, inside, across))
    levels = _Levels(errors, _mean(small, "melanin_index"), shading)
    values: list[RegionValue] = []
    for key in VARIED:
        values += _three_numbers(small, wide, key, levels)
    for colour, key in COLOURS.items():
        values += _areas(small, colour, key, levels)
    for key in VARIED:
        values += _cooccurrence(wide, key, region)
    return tuple(values)


def _count(squares: Grid) -> int:
    return int(np.count_nonzero(np.isfinite(squares.values["melanin_index"])))


def _mean(squares: Grid, key: str) -> float:
    counted = squares.share > 0
    weights = squares.share[counted].astype(float)
    return float(weights @ squares.values[key][counted] / weights.sum())


def _three_numbers(small: Grid, wide: Grid, key: str, levels: _Levels) -> tuple[RegionValue, ...]:
    unit, count = QUANTITIES[key].unit, _count(wide)
    level = _mean(small, key)
    values = wide.values[key]
    spread = float(values[np.isfinite(values)].std(dtype=float, ddof=1))
    unsure, reach = levels.uncertainty(key), levels.reach(key)
    average = RegionValue(
        *_named(f"{key}_average_level", unit),
        n=count,
        value=level,
        uncertainty=unsure,
        low=None if reach is None else level - reach,
        high=None if reach is None else level + reach,
    )
    scale = levels.scale_error(key)
    varied = _with_error(f"{key}_variation", unit, count, spread, None if scale is None else scale * spread)
    name = f"{key}_relative_variation"
    if level <= limit("endpoints", "least_sure") * (unsure or 0.0) or level <= 0:
        reason = f"the average level is {level:.3g} and may be 0, which is no divisor"
        return average, varied, _refused(name, "%", count, "LEVEL_SMALL", reason)
    error = None
    if scale is not None and unsure is not None:
        error = float(100 * spread / level * np.hypot(scale, unsure / level))
    return average, varied, _with_error(name, "%", count, 100 * spread / level, error)


def _areas(small: Grid, colour: str, key: str, levels: _Levels) -> list[RegionValue]:
    counted = small.share > 0
    values, weights = small.values[key][counted], small.share[counted].astype(float)
    total = float(weights.sum())
    skin = total * small.side_mm**2

    whole = weights == 1  # nearly all of them, and counting is forty times faster than weighing
    full, part, shares = values[whole], values[~whole], weights[~whole]

    def beyond(threshold: float) -> float:
        return float((np.count_nonzero(full > threshold) + shares[part > threshold].sum()) / total)

    fixed = limit("endpoints", f"{colour}_above")
    unsure, reach = levels.uncertainty(key), levels.reach(key)
    made = _area_rows(
        colour,
        (skin, len(values)),
        beyond(fixed),
        None if unsure is None else (beyond(fixed + unsure), beyond(fixed - unsure)),
        None if reach is None else (beyond(fixed + reach), beyond(fixed - reach)),
    )
    middle, excess = float(np.median(values)), limit("endpoints", f"{colour}_excess")
    scale = levels.scale_error(key)

    def around(factor: float) -> tuple[float, float] | None:
        if scale is None:
            return None
        return beyond(middle + excess * (1 + factor * scale)), beyond(middle + excess * (1 - factor * scale))

    name = f"{colour}_above_median"
    return made + _area_rows(name, (skin, len(values)), beyond(middle + excess), around(1), around(_NORMAL))


def _area_rows(
    name: str,
    skin: tuple[float, int],
    share: float,
    one: tuple[float, float] | None,
    most: tuple[float, float] | None,
) -> list[RegionValue]:
    """Area and fraction of what is `name`; `one` and `most` are the fractions at thresholds that are off."""
    area, count = skin
    error = None if one is None else (one[1] - one[0]) / 2
    rows = []
    for what, unit, factor in (("area", "mm2", area), ("fraction", "1", 1.0)):
        rows.append(
            RegionValue(
                *_named(f"{name}_{what}", unit),
                n=count,
                value=share * factor,
                uncertainty=None if error is None else error * factor,
                low=None if most is None else most[0] * factor,
                high=None if most is None else most[1] * factor,
            )
        )
    return rows


def _cooccurrence(wide: Grid, key: str, region: Region) -> list[RegionValue]:
    names = (f"{key}_glcm_homogeneity", "1"), (f"{key}_glcm_entropy", "nat")
    count, fewest = _count(wide), limit("endpoints", "glcm_fewest")
    made = None
    if count >= fewest:
        width, lowest = limit("endpoints", "glcm_width"), limit("endpoints", "glcm_lowest")
        levels = levels_of(wide.values[key], lowest, width, int(limit("endpoints", "glcm_levels")))
        distance = max(round(limit("endpoints", "glcm_distance_mm") / wide.side_mm), 1)
        made = cooccurrence_of(levels, np.isfinite(wide.values[key]), distance)
    if made is None:
        reason = f"the region {region.name!r} holds {count} squares of {wide.side_mm:g} mm of skin"
        reason = f"{reason}; {fewest:g} needed to count pairs of levels"
        return [_refused(name, unit, count, "REGION_SMALL", reason) for name, unit in names]
    values = (made.homogeneity, made.entropy)
    return [
        RegionValue(*_named(name, unit), n=count, value=value)
        for (name, unit), value in zip(names, values, strict=True)
    ]


def _with_error(name: str, unit: str, count: int, value: float, error: float | None) -> RegionValue:
    low, high = (
        (None, None) if error is None else (max(value - _NORMAL * error, 0.0), value + _NORMAL * error)
    )
    return RegionValue(*_named(name, unit), n=count, value=value, uncertainty=error, low=low, high=high)


def _refused(name: str, unit: str, count: int, code: str, reason: str) -> RegionValue:
    return RegionValue(*_named(name, unit), count, None, code=code, reason=reason)


def _refused_all(code: str, reason: str) -> tuple[RegionValue, ...]:
    return tuple(_refused(name, unit, 0, code, reason) for name, unit in _rows())


def _rows() -> list[tuple[str, str]]:
    """Key and unit of every row, in their order."""
    rows = []
    for key in VARIED:
        unit = QUANTITIES[key].unit
        rows += [
            (f"{key}_average_level", unit),
            (f"{key}_variation", unit),
            (f"{key}_relative_variation", "%"),
        ]
    for colour in COLOURS:
        for name in (colour, f"{colour}_above_median"):
            rows += [(f"{name}_area", "mm2"), (f"{name}_fraction", "1")]
    for key in VARIED:
        rows += [(f"{key}_glcm_homogeneity", "1"), (f"{key}_glcm_entropy", "nat")]
    return rows


def _named(name: str, unit: str) -> tuple[str, str, str]:
    return name, _definition(name), unit


def _definition(name: str) -> str:
    wide, small = limit("endpoints", "variation_mm"), limit("endpoints", "area_mm")
    for colour, key in COLOURS.items():
        if name.startswith(colour):
            threshold = f"above {limit('endpoints', f'{colour}_above'):g}"
            if "_above_median_" in name:
                threshold = f"more than {limit('endpoints', f'{colour}_excess'):g} above the region's median"
            return f"{name.rpartition('_')[2]} of skin with {key} {threshold}, on squares of {small:g} mm"
    key = next(key for key in VARIED if name.startswith(key))
    glcm = (
        f"co-occurrence of {key} on squares of {wide:g} mm, "
        f"levels of {limit('endpoints', 'glcm_width'):g} units, "
        f"{limit('endpoints', 'glcm_distance_mm'):g} mm apart"
    )
    return {
        "_average_level": f"mean of {key}",
        "_variation": f"SD of {key} over squares of {wide:g} mm",
        "_relative_variation": "variation over average level; the index has no natural zero",
        "_glcm_homogeneity": f"sum of p / (1 + (i - j)^2), {glcm}",
        "_glcm_entropy": f"sum of -p ln p, {glcm}",
    }[name.removeprefix(key)]
