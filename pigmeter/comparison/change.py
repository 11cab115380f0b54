"""What changed in each region between two visits: every number of the table, with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.calibration_part import Calibration, calibration_of
from pigmeter.comparison.change_maps import ChangeGrid, change_grid, nominal_mm, places_in_photos
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.intervals import OF_CHANGE, finite_degrees, interval_of
from pigmeter.comparison.reflected_light import reflectance_change
from pigmeter.comparison.region_changes import RegionChange, aligned_change, known_squares, unaligned_changes
from pigmeter.comparison.row_changes import refused_change, row_change
from pigmeter.comparison.skin_light import SkinLight, light_of_visits, light_part
from pigmeter.measurement.endpoints import endpoint_of
from pigmeter.photo.places import photo_places
from pigmeter.regions.region import Region

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.comparison.repeatability import Repeatability
    from pigmeter.measurement.measurement import Measurement

Row = Mapping[str, Any]


def changes_of(
    baseline: "Measurement",
    follow_up: "Measurement",
    alignment: "Alignment | None",
    regions_baseline: Sequence[Region],
    regions_follow_up: Sequence[Region],
    rows_baseline: Sequence[Row],
    rows_follow_up: Sequence[Row],
    grid: ChangeGrid | None,
    repeatability: "Repeatability",
    *,
    workers: int | None = None,
) -> tuple[ChangeValue, ...]:
    """
    Compare every number of the same regions at two visits.

    Parameters
    ----------
    baseline, follow_up : Measurement
    alignment : Alignment or None
        None where the photos could not be aligned: then means of each visit's own region are compared.
    regions_baseline, regions_follow_up : sequence of Region
        The same regions in the same order, each on its own photo's maps.
    rows_baseline, rows_follow_up : sequence of dict
        Of `measurement.measure_regions`, for these regions.
    grid : ChangeGrid or None
        Of the two; worked out if there is an alignment and it is None.
    repeatability : Repeatability
        How far unchanged skin differs from one photo to the next.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    tuple of ChangeValue
        Region by region, first the ten quantities; without verdicts, which `verdicts.judge` adds.

    Notes
    -----
    The change of a quantity is the mean of its changes over the region's squares, so that maps and numbers
    agree. Its standard uncertainty has six parts: what the calibrations leave open, what a change is itself
    misread by, the light on the skin at either visit, the noise of the squares, the alignment's residual, and
    what repeated photos of unchanged skin differ by beyond light, noise and alignment. Of a number that is no
    mean of a map the interval is that of the difference of two numbers with an interval each.
    """
    found: list[RegionChange | None]
    if alignment is None:
        light, calibration = light_of_visits(baseline, follow_up), calibration_of(baseline, follow_up)
        pairs = [
            (_mask(baseline, first), _mask(follow_up, last))
            for first, last in zip(regions_baseline, regions_follow_up, strict=True)
        ]
        found = unaligned_changes(light, pairs, workers)
    else:
        grid = grid or change_grid(baseline, follow_up, alignment, workers=workers)
        light, calibration = grid.light, grid.calibration
        side = grid.side_mm or grid.step * nominal_mm(baseline)
        threads = workers or baseline.found.workers
        known = known_squares(grid)
        found = [
            aligned_change(grid, known, region.mask, alignment.residual_px, side, threads)
            for region in regions_baseline
        ]
    before, after = (_keyed(rows) for rows in (rows_baseline, rows_follow_up))
    moved = None if light.seen is None else light.seen.whole
    values: list[ChangeValue] = []
    for region, change in zip(regions_baseline, found, strict=True):
        own, other = before.get(region.name, {}), after.get(region.name, {})
        if change is None:
            reason = f"no skin of the region {region.name!r} that both visits show"
            values += [refused_change(row, "REGION_EMPTY", reason) for row in own.values()]
            continue
        spreads = light.spreads(_places(change, (baseline, follow_up), alignment))
        means = _of_maps(light, calibration, spreads, region, change, (own, other), repeatability)
        levels = {f"{value.key}_average_level": value for value in means}
        values += means
        for key, row in own.items():
            if key in levels and levels[key].change is not None:
                same = replace(levels[key], key=key, endpoint="", reflectance=None)
                values.append(replace(same, definition=row["definition"], unit=row["unit"]))
            elif key not in QUANTITIES and key in other:
                values.append(row_change(row, other[key], repeatability, alignment is not None, moved))
    return tuple(values)


def _mask(visit: "Measurement", region: Region) -> np.ndarray:
    return visit.skin if region.mask is None else region.mask


def _keyed(rows: Sequence[Row]) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["region"], {})[row["quantity"]] = row
    return found


def _places(
    found: RegionChange, visits: "tuple[Measurement, Measurement]", alignment: "Alignment | None"
) -> tuple[np.ndarray, np.ndarray]:
    """Middle of a region in either photo."""
    if alignment is not None:
        return places_in_photos(found.middle[0], visits, alignment)
    first, last = (
        photo_places(middle[::-1] - 0.5, visit.scale)
        for middle, visit in zip(found.middle, visits, strict=True)
    )
    return first, last


def _of_maps(
    light: SkinLight,
    calibration: Calibration,
    spreads: tuple[np.ndarray, np.ndarray],
    region: Region,
    found: RegionChange,
    rows: tuple[Mapping[str, Row], Mapping[str, Row]],
    repeatability: "Repeatability",
) -> list[ChangeValue]:
    visits = light.visits
    tone = found.baseline["melanin_index"]
    moved = found.change["melanin_index"], found.change["haemoglobin_index"]
    values = []
    for key, quantity in QUANTITIES.items():
        refused = next((row for row in (own.get(key) for own in rows) if row and row["code"]), None)
        if refused is not None:
            values.append(refused_change(refused, refused["code"], refused["reason"]))
            continue
        parts = {
            "calibration": float(calibration.part(key, tone, moved)),
            OF_CHANGE: float(calibration.of_change(key, tone, moved)),
            "light": float(light_part(key, tone, *visits, spreads)),
            "noise": found.noise[key],
            "registration": found.registration[key],
        }
        repeated, degrees = repeatability.spread(key, (found.baseline[key] + found.follow_up[key]) / 2)
        known = sum(parts[name] ** 2 for name in ("light", "noise", "registration"))
        parts["reposition"] = float(np.sqrt(max(2 * repeated**2 - known, 0.0)))
        freedom = {"noise": found.degrees[key], "reposition": degrees}
        interval = interval_of(found.change[key], parts, freedom)
        endpoint = endpoint_of(key)
        values.append(
            ChangeValue(
                region=region.name,
                site=region.site,
                side=region.side,
                key=key,
                definition=quantity.definition,
                unit=quantity.unit,
                n=found.n,
                baseline=found.baseline[key],
                follow_up=found.follow_up[key],
                change=found.change[key],
                uncertainty=interval.uncertainty,
                low=interval.low,
                high=interval.high,
                sdc=interval.sdc,
                parts=parts,
                degrees=finite_degrees(interval.degrees),
                p=interval.p,
                reflectance=reflectance_change(
                    key, found.baseline[key], found.baseline[key] + found.change[key]
                ),
                endpoint="" if endpoint is None else endpoint.name,
            )
        )
    return values
