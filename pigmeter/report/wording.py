"""The words that figures share: titles, a value with its uncertainty, the rows of a region."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from pigmeter.report.names import shown_name
from pigmeter.version import SOFTWARE

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

TITLES = {
    "melanin_index": "Melanin index",
    "erythema_index": "Erythema index",
    "haemoglobin_index": "Haemoglobin index",
    "L": "Lightness L*",
    "a": "a* (green to red)",
    "b": "b* (blue to yellow)",
    "ita": "Individual typology angle",
    "hue": "Hue angle",
    "camera_mi": "Melanin index by camera red",
    "camera_ei": "Erythema index by camera red and green",
}
_SHORT = {"index unit": "", "degree": "°", "CIELAB unit": ""}

Rows = Mapping[str, Mapping[str, Any]]


def rows_of(table: Sequence[Mapping[str, Any]], region: str | None = None) -> dict[str, Mapping[str, Any]]:
    """Return the rows of a region by quantity; of the table's first, the whole skin, if none is named."""
    wanted = region if region is not None or not table else table[0]["region"]
    return {row["quantity"]: row for row in table if row["region"] == wanted}


def software_of(measurement: "Measurement") -> str:
    """Return the program that measured, as its table says it."""
    return next((str(row["software"]) for row in measurement.table if row.get("software")), SOFTWARE)


def value_words(row: Mapping[str, Any], digits: int = 1) -> str:
    """Return a row's mean and its standard uncertainty; degrees carry their sign."""
    if not is_number(row.get("mean")):
        return "not measured"
    spread = row.get("uncertainty")
    unit = _SHORT.get(str(row.get("unit")), "")
    words = f"{row['mean']:.{digits}f}"
    return words + (f" ± {spread:.{digits}f}" if is_number(spread) else "") + unit


def source_words(measurement: "Measurement", source: str) -> str:
    """Return which program, profile and file a figure comes from."""
    served = f"profile {measurement.profile.id}" + (f" ({shown_name(source)})" if source else "")
    return f"{software_of(measurement)}, {served}, photo SHA-256 {measurement.sha256[:16]}"


def is_number(value: object) -> TypeGuard[float]:
    """Return whether something is a finite number."""
    return isinstance(value, int | float | np.number) and bool(np.isfinite(value))
