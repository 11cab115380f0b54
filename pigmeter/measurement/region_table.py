"""The table of a measurement: per region a row for each quantity and each number said of it as a whole."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.endpoints import endpoint_of
from pigmeter.measurement.error_bars import COLUMNS, Light, region_bars
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.obstructions import OBSTRUCTIONS, OTHER, obstructed, require_region
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.statistics import PERCENTILES, Statistics, describe_maps
from pigmeter.regions.region import Region

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile

CAUSES = (*(cause for cause in OBSTRUCTIONS if cause != "clipped"), OTHER)
"""Why skin is not measured, each with a column ``<cause>_fraction``; clipped pixels have their own."""
FIGURES = ("mean", "sd", *(f"p{percent}" for percent in PERCENTILES))


def region_rows(
    region: Region,
    found: SkinMaps,
    profile: "Profile",
    light: Light,
    values: Iterable[RegionValue] = (),
    *,
    mm_per_pixel: float | None = None,
    workers: int | None = None,
) -> list[dict[str, Any]]:
    """
    Put everything that is said of a region into rows.

    Parameters
    ----------
    region : Region
    found : SkinMaps
        Of `mark_obstructions`.
    profile : Profile
    light : Light
        For the uncertainties.
    values : iterable of RegionValue
        What is said of the region as a whole; each stands as ``mean`` in a row of its own.
    mm_per_pixel : float, optional
        Of a map pixel. [mm]
    workers : int, optional
        Number of threads.

    Returns
    -------
    list of dict
        First a row per key of `QUANTITIES`. Numbers are finite or None; a region with too little skin has
        none, and a reason. ``endpoint`` and ``endpoint_note`` stand in the rows that carry an endpoint.
    """
    inside = found.skin if region.mask is None else found.skin & region.mask
    statistics = describe_maps(found.maps, inside, workers or found.workers)
    refusal = _refusal(region, found, mm_per_pixel)
    clipped, masked = _left_out(region, found, inside)
    shares = obstructed(found, region)
    common: dict[str, Any] = {
        "region": region.name,
        "site": region.site,
        "side": region.side,
        "clipped_fraction": clipped,
        "masked_fraction": masked,
        **{f"{cause}_fraction": shares[cause] for cause in CAUSES},
    }
    if refusal is None:
        rows = _quantity_rows(statistics, region_bars(statistics, inside, found, light, profile.errors))
    else:
        rows = [_quantity_row(key) | {"n": value.n} for key, value in statistics.items()]
    rows += [_value_row(value) for value in values]
    if refusal is not None:
        none = dict.fromkeys((*FIGURES, *COLUMNS))
        code, reason = refusal
        rows = [row | none | {"status": "refused", "code": code, "reason": reason} for row in rows]
    return [common | _endpoint(row["quantity"]) | row for row in rows]


def _refusal(region: Region, found: SkinMaps, mm_per_pixel: float | None) -> tuple[str, str] | None:
    """Why a region has no numbers; of the whole skin `quality.require_skin` has asked that."""
    return None if region.mask is None else require_region(found, region, mm_per_pixel)


def _quantity_row(key: str) -> dict[str, Any]:
    quantity = QUANTITIES[key]
    return {"quantity": key, "definition": quantity.definition, "unit": quantity.unit}


def _quantity_rows(
    statistics: Mapping[str, Statistics], bars: Mapping[str, Mapping[str, float | None]]
) -> list[dict[str, Any]]:
    measured = {"status": "measured", "code": None, "reason": None}
    return [
        _quantity_row(key) | _figures(values) | dict(bars[key]) | measured
        for key, values in statistics.items()
    ]


def _value_row(value: RegionValue) -> dict[str, Any]:
    return {
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


def _endpoint(key: str) -> dict[str, str | None]:
    endpoint = endpoint_of(key)
    return {
        "endpoint": None if endpoint is None else endpoint.name,
        "endpoint_note": None if endpoint is None else endpoint.note,
    }


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
