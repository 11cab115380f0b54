"""Fine texture: how much the light changes over furrows and pores, from 0.25 to 1 mm."""

import numpy as np

from pigmeter.measurement.bands import Spread, band_sums, size_bands
from pigmeter.measurement.grid import Grid
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.shading import LIGHT
from pigmeter.measurement.skin_noise import NoiseField
from pigmeter.reference import limit
from pigmeter.regions.region import Region


def texture_of(
    light: Grid, field: NoiseField, within: np.ndarray | None, region: Region, workers: int = 1
) -> RegionValue:
    """
    Work out a region's fine texture.

    Parameters
    ----------
    light : Grid
        With the light that `shading.Shading.light` reads, under `shading.LIGHT`.
    field : NoiseField
        Of the light's noise.
    within : array of bool, shape (rows, columns), or None
        Squares of the region; None: all.
    region : Region
    workers : int
        Number of threads.

    Returns
    -------
    RegionValue
        SD of the light over squares of 0.25 mm about windows of 1 mm, less noise. [%]
    """
    fine = size_bands()[0]
    tiles = band_sums(light, field, [fine], within, workers).get(fine.name)
    spread = None if tiles is None else tiles.spreads().get(LIGHT)
    if tiles is None:
        reason = f"map pixels are too coarse for squares of {fine.low_mm:g} mm; take the photo from nearer"
        return refused_texture("RESOLUTION_COARSE", reason)
    needed = limit("evenness", "least_windows")
    if spread is None or spread.windows < needed:
        area = 0.0 if spread is None else spread.windows * fine.high_mm**2
        reason = f"the region {region.name!r} holds {area:.3g} mm2 of skin whose texture can be told"
        return refused_texture("REGION_SMALL", f"{reason}; {needed * fine.high_mm**2:g} mm2 needed")
    return _measured(spread)


def refused_texture(code: str, reason: str) -> RegionValue:
    """Return a row without a number."""
    return RegionValue("texture", _definition(), "%", 0, None, code=code, reason=reason)


def _measured(spread: Spread) -> RegionValue:
    uncertainty, low, high = spread.interval()
    return RegionValue("texture", _definition(), "%", spread.squares, spread.value, uncertainty, low, high)


def _definition() -> str:
    fine = size_bands()[0]
    return f"spread of the light over squares of {fine.low_mm:g} mm within {fine.high_mm:g} mm"
