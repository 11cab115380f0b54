"""Which colour stands for which value: the range of a map's colours, and the map in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import UsageError
from pigmeter.reference import limit
from pigmeter.report.palettes import palette
from pigmeter.report.wording import is_number

Scale = Literal["fixed", "shared", "photo"]
Range = tuple[float, float]
SCALES: tuple[Scale, ...] = ("fixed", "shared", "photo")
STEPS = 48  # of a scale, 1.5 CIEDE2000 apart; with 96 the file is larger and looks the same
NOTHING = "#e9e9e9"  # where a map has no value
_LIGHTER_IS_MORE = {"L", "ita"}  # light skin has the higher number, and is shown lighter


@dataclass(frozen=True, slots=True)
class ColourScale:
    """
    The colours of a map.

    Attributes
    ----------
    quantity : str
        A key of `QUANTITIES`, whose colours they are.
    low, high : float
        Where they begin and end, in the unit of what is shown; values beyond take the last colour.
    spread : bool
        Whether the map shows how much the quantity varies; then darker is always more.
    """

    quantity: str
    low: float
    high: float
    spread: bool = False

    @property
    def colours(self) -> np.ndarray:
        """Its colours from low to high, shape (`STEPS`, 3), uint8 sRGB."""
        light_to_dark = np.round(255 * palette(self.quantity, STEPS)).astype(np.uint8)
        rising = self.quantity in _LIGHTER_IS_MORE and not self.spread
        return light_to_dark[::-1] if rising else light_to_dark

    def coloured(self, values: np.ndarray) -> np.ndarray:
        """
        Return a map in its colours.

        Parameters
        ----------
        values : array of float32, shape (rows, columns)
            NaN where there is none.

        Returns
        -------
        array of uint8, shape (rows, columns, 3)
            sRGB; `NOTHING` for NaN.
        """
        missing = np.isnan(values)
        places = (values - np.float32(self.low)) * np.float32(STEPS / (self.high - self.low))
        index = np.clip(np.where(missing, 0, places), 0, STEPS - 1).astype(np.uint8)
        index[missing] = STEPS
        nothing = [int(NOTHING[at : at + 2], 16) for at in (1, 3, 5)]
        return np.asarray(np.vstack([self.colours, np.array([nothing], np.uint8)])[index])

    def beyond(self, values: np.ndarray) -> tuple[bool, bool]:
        """Return whether there are values below, and above, the range."""
        with np.errstate(invalid="ignore"):
            return bool((values < self.low).any()), bool((values > self.high).any())


def scale_of(
    quantity: str, values: np.ndarray, scale: Scale, ranges: Mapping[str, Range] | None = None
) -> ColourScale:
    """
    Return the colours for one map of one photo.

    Parameters
    ----------
    quantity : str
        A key of `QUANTITIES`.
    values : array
        What is shown, NaN where nothing is.
    scale : {"fixed", "shared", "photo"}
        The same for every photo of every run, the same for every photo of a run, or this photo's own.
    ranges : mapping of str to (low, high), optional
        Those of the run, from `shared_ranges`, for ``"shared"``.

    Raises
    ------
    UsageError
        ``SCALE_UNKNOWN``; ``SCALE_RANGES`` if the run's ranges are wanted and were not given.
    """
    if scale == "fixed":
        return ColourScale(quantity, *fixed_range(quantity))
    if scale == "photo":
        return ColourScale(quantity, *own_range(quantity, values))
    if scale != "shared":
        reason = f"unknown scale {scale!r} for a figure (known: {', '.join(SCALES)})"
        raise UsageError("SCALE_UNKNOWN", reason, "Choose one of them")
    if ranges is None or quantity not in ranges:
        reason = f"a scale shared by the photos of a run was asked for, and there is no range of {quantity!r}"
        raise UsageError("SCALE_RANGES", reason, "Give `ranges`, from `shared_ranges` of the run's rows")
    return ColourScale(quantity, *ranges[quantity])


def fixed_range(quantity: str) -> Range:
    """Return where a quantity's colours begin and end in every photo (``calibration/limits/figures.csv``)."""
    return limit("figures", f"range_{quantity}_min"), limit("figures", f"range_{quantity}_max")


def own_range(quantity: str, values: np.ndarray) -> Range:
    """Return the range of one map, NaN left out: its 1st to 99th percentile, widened by `_rounded`."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return fixed_range(quantity)
    ends = [limit("figures", f"scale_{end}_percentile") for end in ("low", "high")]
    low, high = (float(value) for value in np.percentile(seen, ends))
    return _rounded(quantity, low, high)


def shared_ranges(rows: Iterable[Mapping[str, Any]]) -> dict[str, Range]:
    """
    Return a range per quantity that suits all photos of a run.

    Parameters
    ----------
    rows : iterable of mapping
        Of the tables of all measurements together; each with ``quantity``, ``p5`` and ``p95``. Rows without
        numbers are passed over.

    Returns
    -------
    dict of str to (low, high)
        For every quantity of `QUANTITIES`: from the lowest 5th to the highest 95th percentile of any row,
        each moved outwards by ``shared_margin`` of the span between that row's two, rounded and widened as
        a photo's own range is. The fixed range where no row has numbers.

    Examples
    --------
    >>> shared_ranges([{"quantity": "melanin_index", "p5": 30.0, "p95": 50.0}])["melanin_index"]
    (25.0, 55.0)
    """
    ends: dict[str, Range] = {}
    margin = limit("figures", "shared_margin")
    for row in rows:
        key, low, high = row["quantity"], row.get("p5"), row.get("p95")
        if key not in QUANTITIES or not (is_number(low) and is_number(high)):
            continue
        low, high = low - margin * (high - low), high + margin * (high - low)
        ends[key] = (min(low, ends[key][0]), max(high, ends[key][1])) if key in ends else (low, high)
    return {key: _rounded(key, *ends[key]) if key in ends else fixed_range(key) for key in QUANTITIES}


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return the round values of a scale that get a tick, at most so many."""
    span = high - low
    power = 10.0 ** np.floor(np.log10(span / most))
    step = float(next(s * power for s in (1, 2, 5, 10, 20) if span / (s * power) <= most - 1))
    first = np.ceil(low / step - 1e-9)
    return [round(float(step * n), 9) + 0.0 for n in np.arange(first, np.floor(high / step + 1e-9) + 1)]


def _rounded(quantity: str, low: float, high: float) -> Range:
    """Widen a range to the least span of its quantity, and to whole steps of 2 or 5."""
    span = limit("figures", f"range_{quantity}_span")
    if high - low < span:
        middle = (low + high) / 2
        low, high = middle - span / 2, middle + span / 2
    step = 2.0 if high - low < 30 else 5.0
    return step * float(np.floor(low / step)), step * float(np.ceil(high / step))
