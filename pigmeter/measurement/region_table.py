"""The table of a measurement: per region a row for each quantity and each number said of it as a whole."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.error_bars import Light, region_bars
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.regions import Region
from pigmeter.measurement.statistics import Statistics, describe_maps

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile


def quantity_rows(
    region: Region, found: SkinMaps, profile: "Profile", light: Light, workers: int | None = None
) -> list[dict[str, Any]]:
    """
    Describe the ten maps in a region.

    Parameters
    ----------
    region : Region
    found : SkinMaps
    profile : Profile
    light : Light
        For the uncertainties.
    workers : int, optional
        Number of threads.

    Returns
    -------
    list of dict
        A row per key of `QUANTITIES`; None for what a region without skin does not have.
    """
    inside = found.skin if region.mask is None else found.skin & region.mask
    statistics = describe_maps(found.maps, inside, workers or found.workers)
    clipped, masked = _left_out(region, found, inside)
    bars = region_bars(statistics, inside, found, light, profile.errors)
    rows = []
    row: dict[str, Any]
    for key, values in statistics.items():
        quantity = QUANTITIES[key]
        row = {
            "region": region.name,
            "quantity": key,
            "definition": quantity.definition,
            "unit": quantity.unit,
        }
        row |= _figures(values) | bars[key]
        row |= {"clipped_fraction": clipped, "masked_fraction": masked}
        if values.n:
            row |= {"status": "measured", "code": None, "reason": None}
        else:
            reason = f"no skin to be measured in the region {region.name!r}"
            row |= {"status": "refused", "code": "REGION_EMPTY", "reason": reason}
        rows.append(row)
    return rows


def value_rows(region: Region, values: Iterable[RegionValue]) -> list[dict[str, Any]]:
    """
    Put numbers that are said of a region as a whole into rows like those of the maps.

    Parameters
    ----------
    region : Region
    values : iterable of RegionValue

    Returns
    -------
    list of dict
        The value stands as ``mean``; columns that it does not have are left out.
    """
    return [
        {
            "region": region.name,
            "quantity": value.key,
            "definition": value.definition,
            "unit": value.unit,
            "n": value.n,
            "mean": value.value,
            "sd": value.sd,
            "uncertainty": value.uncertainty,
            "low": value.low,
            "high": value.high,
            "status": value.status,
            "code": value.code,
            "reason": value.reason,
        }
        for value in values
    ]


def _figures(values: Statistics) -> dict[str, Any]:
    percentiles = {f"p{percent}": value for percent, value in values.percentiles.items()}
    return {"n": values.n, "mean": values.mean, "sd": values.sd, **percentiles}


def _left_out(region: Region, found: SkinMaps, inside: np.ndarray) -> tuple[float | None, float | None]:
    """Fractions of a region's skin: of photo pixels that are clipped, of map pixels that are not measured."""
    outline, cell = found.skin_cells.outline, found.cell
    if region.mask is None:  # counted, not drawn: 5 ms at six million map pixels
        heights, widths = (
            np.diff(np.minimum(np.arange(n + 1) * cell, m))
            for n, m in zip(outline.shape, inside.shape, strict=True)
        )
        whole = int(heights @ outline @ widths)
    else:
        extent = np.repeat(np.repeat(outline, cell, axis=0), cell, axis=1)
        whole = int(np.count_nonzero(extent[: inside.shape[0], : inside.shape[1]] & region.mask))
        rows, columns = (
            np.minimum(np.arange(n) * cell + cell // 2, m - 1)
            for n, m in zip(outline.shape, inside.shape, strict=True)
        )
        outline = outline & region.mask[np.ix_(rows, columns)]
    pixels = int(found.cells.pixels[outline].sum())
    clipped = float(found.cells.clipped[:, outline].sum() / pixels) if pixels else None
    return clipped, 1.0 - int(np.count_nonzero(inside)) / whole if whole else None
