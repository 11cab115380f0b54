"""Evenness: the spread of melanin, blood and lightness in three bands of size, as maps and by region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.measurement.bands import Band, BandTiles, Spread, band_sums, grid_side, size_bands
from pigmeter.measurement.grid import Grid, grid_of, squares_within
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.noise import Noise
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.skin_noise import noise_field
from pigmeter.reference import limit
from pigmeter.regions.region import Region

EVENNESS_OF = ("melanin_index", "haemoglobin_index", "L")


@dataclass(frozen=True, slots=True)
class EvennessMap:
    """
    The local spread of one quantity in one band.

    Attributes
    ----------
    values : array of float32, shape (rows, columns)
        In the quantity's unit, 0 where perfectly even, over the photo's whole extent; NaN where too little
        skin is near.
    mm_per_pixel : float
        Side of its pixels: half the band's upper limit. [mm]
    """

    values: np.ndarray
    mm_per_pixel: float


@dataclass(frozen=True, slots=True)
class Evenness:
    """
    The evenness of one photo.

    Attributes
    ----------
    maps : dict of str to EvennessMap
        By ``<quantity>_evenness_<band>``; without a scale there are none.
    values : tuple of tuple of RegionValue
        One tuple per region, the same keys in the same order.
    grid : Grid or None
        The squares it was worked out from, with the quantities `EVENNESS_OF`.
    """

    maps: dict[str, EvennessMap]
    values: tuple[tuple[RegionValue, ...], ...]
    grid: Grid | None


def evenness_of(
    found: SkinMaps, mm_per_pixel: float | None, noise: Noise, regions: Sequence[Region]
) -> Evenness:
    """
    Work out the evenness of a photo's skin and of its regions.

    Parameters
    ----------
    found : SkinMaps
    mm_per_pixel : float or None
        Of a map pixel; None if nothing tells the scale. [mm]
    noise : Noise
    regions : sequence of Region

    Returns
    -------
    Evenness

    Notes
    -----
    A region's numbers rest on its own pixels alone: on squares that lie wholly inside it, compared with
    windows of such squares.
    """
    bands = size_bands()
    side = None if mm_per_pixel is None else grid_side(mm_per_pixel)
    if mm_per_pixel is None or side is None:
        reason = _no_lengths() if mm_per_pixel is None else _too_coarse(bands[-1], mm_per_pixel)
        refused = tuple(_refused(key, band, 0, *reason) for band in bands for key in EVENNESS_OF)
        return Evenness({}, (refused,) * len(regions), None)
    maps = {key: found.maps[key] for key in EVENNESS_OF}
    grid = grid_of(maps, found.skin, mm_per_pixel, side, found.workers)
    field = noise_field(found, noise, mm_per_pixel)
    whole = band_sums(grid, field, bands, None, found.workers)
    drawn: dict[str, EvennessMap] = {}
    for band in bands:
        if band.name in whole:
            tiles = whole[band.name]
            for key, local in tiles.local_spreads(found.workers).items():
                drawn[_name(key, band)] = _placed(local, tiles, grid)
    values = []
    for region in regions:
        if region.mask is None:
            within, sums = None, whole
        else:
            within = squares_within(region.mask, grid, found.workers)
            sums = band_sums(grid, field, bands, within, found.workers)
        spreads = {name: tiles.spreads(found.workers) for name, tiles in sums.items()}
        windows = {name: tiles.windows for name, tiles in sums.items()}
        tone = _tone(grid, within)
        values.append(_values(region, bands, spreads, windows, mm_per_pixel, noise.errors, tone))
    return Evenness(drawn, tuple(values), grid)


def _placed(local: np.ndarray, tiles: BandTiles, grid: Grid) -> EvennessMap:
    """Lay a map of what was looked at into the photo's whole extent."""
    extent = [
        max(int(np.ceil(n * grid.side_mm / tiles.mm_per_pixel - 1e-9)), first + own)
        for n, first, own in zip(grid.share.shape, tiles.corner, local.shape, strict=True)
    ]
    whole = np.full(extent, np.nan, dtype=np.float32)
    top, left = tiles.corner
    whole[top : top + local.shape[0], left : left + local.shape[1]] = local
    return EvennessMap(whole, tiles.mm_per_pixel)


def _name(key: str, band: Band) -> str:
    return f"{key}_evenness_{band.name}"


def _definition(key: str, band: Band) -> str:
    what = QUANTITIES[key].definition if key == "L" else key
    return f"spread of {what} over squares of {band.low_mm:g} mm within {band.high_mm:g} mm"


def _tone(grid: Grid, within: np.ndarray | None) -> float | None:
    """Mean melanin_index, of every fourth square each way where these are enough."""
    values = grid.values["melanin_index"]
    for step in (4, 1):
        some = values[::step, ::step]
        some = some[np.isfinite(some) if within is None else within[::step, ::step] & np.isfinite(some)]
        if len(some) >= limit("evenness", "tone_squares") or (step == 1 and len(some)):
            return float(some.mean(dtype=float))
    return None


def _values(
    region: Region,
    bands: Sequence[Band],
    spreads: Mapping[str, Mapping[str, Spread]],
    windows: Mapping[str, float],
    mm_per_pixel: float,
    errors: ErrorTables | None,
    tone: float | None,
) -> tuple[RegionValue, ...]:
    rows = []
    for band in bands:
        found = spreads.get(band.name, {})
        refusal: tuple[str, str] | None
        if band.name not in spreads:
            refusal = _too_coarse(band, mm_per_pixel)
        elif tone is None:
            refusal = ("REGION_EMPTY", f"no skin to be measured in the region {region.name!r}")
        else:
            refusal = _too_small(region, band, windows[band.name])
        for key in EVENNESS_OF:
            if refusal is not None:
                count = found[key].squares if key in found else 0
                rows.append(_refused(key, band, count, *refusal))
                continue
            moved = (found["melanin_index"].value, found["haemoglobin_index"].value)
            rows.append(_measured(key, band, found[key], _scale_error(errors, key, tone, moved)))
    return tuple(rows)


def _scale_error(
    errors: ErrorTables | None, key: str, tone: float | None, moved: tuple[float, float]
) -> float:
    """How far differences of that size between two places may be off, by the profile."""
    if errors is None:
        return 0.0
    parts = errors.change_parts(key, tone, moved, np.zeros(3))
    return float(np.hypot(parts["camera"], parts["people"]))


def _measured(key: str, band: Band, spread: Spread, scale_error: float) -> RegionValue:
    uncertainty, low, high = spread.with_error_of(2 * spread.value * scale_error).interval()
    return RegionValue(
        key=_name(key, band),
        definition=_definition(key, band),
        unit=QUANTITIES[key].unit,
        n=spread.squares,
        value=spread.value,
        uncertainty=uncertainty,
        low=low,
        high=high,
    )


def _refused(key: str, band: Band, n: int, code: str, reason: str) -> RegionValue:
    unit = QUANTITIES[key].unit
    return RegionValue(_name(key, band), _definition(key, band), unit, n, None, code=code, reason=reason)


def _no_lengths() -> tuple[str, str]:
    reason = "nothing tells the scale of the photo, and bands of size are in mm; put the chart in the photo"
    return "SCALE_NONE", f"{reason} or give mm_per_pixel"


def _too_coarse(band: Band, mm_per_pixel: float) -> tuple[str, str]:
    wanted = band.low_mm if band.name == "fine" else band.low_mm / 2
    reason = f"map pixels of {mm_per_pixel:.2g} mm are too coarse for squares of {band.low_mm:g} mm"
    return "RESOLUTION_COARSE", f"{reason}; {wanted:g} mm needed"


def _too_small(region: Region, band: Band, windows: float) -> tuple[str, str] | None:
    needed = limit("evenness", "least_windows")
    if windows >= needed:
        return None
    area, wanted = windows * band.high_mm**2, needed * band.high_mm**2
    return (
        "REGION_SMALL",
        f"the region {region.name!r} holds {area:.3g} mm2 that can be compared with windows of "
        f"{band.high_mm:g} mm; {wanted:g} mm2 needed",
    )
