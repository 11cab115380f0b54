"""The only reader of the reference data in ``calibration/``."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from pigmeter.errors import UsageError


@dataclass(frozen=True, slots=True)
class Table:
    """
    A reference table of numbers: named columns, each with its unit.

    Attributes
    ----------
    names, units : tuple of str
        One per column.
    values : array, shape (rows, columns)
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """Return the column called `name`, shape (rows,)."""
        return self.values[:, self.names.index(name)]


def read_text(name: str) -> str:
    """Return the text of one reference file, e.g. ``"observers/cie-1931-2deg.csv"``."""
    return files("pigmeter.calibration").joinpath(*name.split("/")).read_text(encoding="utf-8")


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return a reference table of words as one dict a row; lines that start with ``#`` are remarks."""
    lines = [line for line in read_text(name).splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(io.StringIO("\n".join(lines))))


@cache
def read_table(name: str) -> Table:
    """Return a reference table of numbers: remarks (``#``), a row of names, a row of units, the rows."""
    lines = [line for line in read_text(name).splitlines() if line and not line.startswith("#")]
    names, units, *rows = csv.reader(lines)
    values = np.array([[float(cell) for cell in row] for row in rows])
    values.setflags(write=False)
    return Table(tuple(names), tuple(units), values)


@cache
def _limits(group: str) -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in read_rows(f"limits/{group}.csv")}


def limit(group: str, name: str) -> float:
    """
    Return one threshold of ``calibration/limits/<group>.csv``.

    Raises
    ------
    UsageError
        If the table has no such name.
    """
    try:
        return _limits(group)[name]
    except KeyError:
        known = ", ".join(sorted(_limits(group)))
        reason = f"no limit {name!r} in calibration/limits/{group}.csv (known: {known})"
        raise UsageError("LIMIT_UNKNOWN", reason, "Add it to the table with its source") from None
