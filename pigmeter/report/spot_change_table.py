"""Spots of two visits as a table: a row per spot, with its fate and its changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pigmeter.comparison.spot_change import SpotChange

SPOT_CHANGE_COLUMNS = (
    "number", "kind", "kind_after", "region", "site", "within", "before", "after", "fate", "reason",
    "x", "y", "diameter_mm", "moved_mm", "quantity", "unit",
    "contrast_baseline", "contrast_follow_up", "contrast_change",
    "contrast_uncertainty", "contrast_low", "contrast_high", "sdc", "p", "calibration",
    "told_baseline", "told_follow_up",
    "area_baseline", "area_follow_up", "area_change", "area_uncertainty", "area_low", "area_high",
    "outline", "outline_follow_up",
)  # fmt: skip
_PLACES = 4
_WORDS = ("number", "kind", "kind_after", "region", "site", "fate", "reason")
_NUMBERS = tuple(
    name
    for name in SPOT_CHANGE_COLUMNS
    if name.startswith(("contrast_", "told_", "area_"))
    or name in ("x", "y", "diameter_mm", "moved_mm", "sdc", "calibration")
)


def spot_change_rows(spots: Sequence["SpotChange"]) -> list[dict[str, Any]]:
    """
    Return the rows of ``spot_changes.csv``.

    Parameters
    ----------
    spots : sequence of SpotChange
        Of a pair.

    Returns
    -------
    list of dict
        One per spot, keys as `SPOT_CHANGE_COLUMNS`; plain numbers and words that JSON can hold, None where
        nothing is known. ``before`` and ``after`` are numbers of either visit's spots, separated by blanks;
        outlines are ``"x y, x y, ..."`` in the baseline's photo pixels; contrasts are in ``quantity``, areas
        in mm2.
    """
    return [_row(spot) for spot in spots]


def _row(spot: "SpotChange") -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(spot, name) for name in _WORDS}
    row |= {
        "within": spot.within or None,
        "before": " ".join(map(str, spot.before)),
        "after": " ".join(map(str, spot.after)),
        "quantity": spot.key,
        "unit": "index unit",
        "outline": _outline(spot.outline),
        "outline_follow_up": _outline(spot.outline_follow_up),
        # most are very small, and rounded to places they would all be 0
        "p": None if spot.p is None else float(f"{spot.p:.4g}"),
    }
    for name in _NUMBERS:
        value = getattr(spot, name)
        row[name] = None if value is None else round(float(value), _PLACES)
    return {column: row[column] for column in SPOT_CHANGE_COLUMNS}


def _outline(points: Any) -> str | None:
    return None if points is None else ", ".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist())
