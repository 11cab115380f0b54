"""Spots as a table: a row per finding."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pigmeter.measurement.spots import Spot

SPOT_COLUMNS = (
    "photo", "number", "kind", "region", "site", "within",
    "x", "y", "x_mm", "y_mm", "area_mm2", "diameter_mm", "roundness",
    "quantity", "unit", "mean_contrast", "uncertainty", "peak_contrast", "severity",
    "contrast_melanin_index", "contrast_haemoglobin_index", "contrast_ita", "contrast_dE00",
    "ring_melanin_index", "ring_haemoglobin_index", "ring_ita",
    "outline",
)  # fmt: skip
_PLACES = 4


def spot_rows(photo: str, spots: Sequence["Spot"]) -> list[dict[str, Any]]:
    """
    Return the rows of ``spots.csv`` for one photo.

    Parameters
    ----------
    photo : str
        Its name.
    spots : sequence of Spot

    Returns
    -------
    list of dict
        One per spot, keys as `SPOT_COLUMNS`; plain numbers and words that JSON can hold. ``outline`` is
        ``"x y, x y, ..."`` in photo pixels, ``mean_contrast`` is in ``quantity``, the index of the spot's
        kind.
    """
    return [_row(photo, spot) for spot in spots]


def _row(photo: str, spot: "Spot") -> dict[str, Any]:
    row: dict[str, Any] = {
        "photo": photo,
        "number": spot.number,
        "kind": spot.kind,
        "region": spot.region,
        "site": spot.site,
        "within": spot.within or None,
        "quantity": spot.key,
        "unit": "index unit",
        "outline": ", ".join(f"{x:.1f} {y:.1f}" for x, y in spot.outline.tolist()),
    }
    numbers = (
        "x", "y", "x_mm", "y_mm", "area_mm2", "diameter_mm", "roundness",
        "mean_contrast", "uncertainty", "peak_contrast", "severity",
    )  # fmt: skip
    row |= {name: round(float(getattr(spot, name)), _PLACES) for name in numbers}
    for key in ("melanin_index", "haemoglobin_index", "ita", "dE00"):
        row[f"contrast_{key}"] = round(spot.contrast[key], _PLACES)
    for key in ("melanin_index", "haemoglobin_index", "ita"):
        row[f"ring_{key}"] = round(spot.ring[key], _PLACES)
    return {column: row[column] for column in SPOT_COLUMNS}
