"""Fields of a JSON document of unknown origin, each of which knows its place and tells it in errors."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.reference import limit

_KINDS = {dict: "an object", list: "a list", str: "text", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Field:
    """
    A value in a JSON document, and where it stands.

    Attributes
    ----------
    value : any
    place : str
        From the document's top, e.g. ``regions[2].polygons[0]``; empty for the document.
    file : str
        Name of the file.
    """

    value: Any
    place: str
    file: str

    def refuse(self, reason: str, remedy: str = "Correct it there, or draw the regions anew") -> NoReturn:
        """Raise a `UsageError` that names the file and the place."""
        where = f"at {self.place}: " if self.place else ""
        raise UsageError("REGION_FILE", where + reason, remedy, file=self.file)

    def get(self, name: str) -> "Field | None":
        """Return a field of this object; None if it is not there, or null."""
        value = self.as_kind(dict).get(name)
        return None if value is None else Field(value, f"{self.place}.{name}".lstrip("."), self.file)

    def need(self, name: str) -> "Field":
        """Return a field of this object that must be there."""
        found = self.get(name)
        if found is None:
            self.refuse(f"{name!r} is missing (found: {', '.join(map(repr, self.value)) or 'nothing'})")
        return found

    def __iter__(self) -> Iterator["Field"]:
        for number, value in enumerate(self.as_kind(list)):
            yield Field(value, f"{self.place}[{number}]", self.file)

    def as_kind(self, kind: type) -> Any:
        """Return the value if it is of a kind: dict, list, str, float (any finite number) or bool."""
        value = self.value
        if kind is float:
            if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
                return float(value)
        elif isinstance(value, kind):
            return value
        return self.refuse(f"found {shown(value)}, expected {_KINDS[kind]}")

    def text(self, name: str, default: str = "") -> str:
        """Return a field of text."""
        found = self.get(name)
        return default if found is None else str(found.as_kind(str))

    def count(self, name: str) -> int | None:
        """Return a field that is a whole number above 0; None if it is not there."""
        found = self.get(name)
        if found is None:
            return None
        number = found.as_kind(float)
        if number < 1 or number != int(number):
            found.refuse(f"found {shown(found.value)}, expected a whole number above 0")
        return int(number)

    def pairs(self, least: int = 3) -> np.ndarray:
        """Return a list of corners, each [x, y], as an array of shape (corners, 2)."""
        rows = self.as_kind(list)
        if len(rows) < least:
            self.refuse(f"found {len(rows)} corners, expected {least} or more")
        for corner in self:
            if not isinstance(corner.value, list) or len(corner.value) != 2:
                corner.refuse(f"found {shown(corner.value)}, expected a corner as [x, y]")
            for number in corner:
                number.as_kind(float)
        return np.array(rows, dtype=float)


def read_document(path: Path) -> Field:
    """
    Read a JSON file.

    Raises
    ------
    UsageError
        ``REGION_FILE``: it cannot be read, is too large, or is no JSON; the message tells the line.
    """
    data = read_limited(path)
    try:
        return Field(json.loads(data.decode("utf-8-sig")), "", path.name)
    except UnicodeDecodeError as error:
        reason = f"the file is not UTF-8 text (byte {error.start})"
        raise UsageError("REGION_FILE", reason, "Save it as UTF-8", file=path.name) from None
    except json.JSONDecodeError as error:
        reason = f"the file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        remedy = "Correct it there; the commonest causes are a comma too few and one after the last entry"
        raise UsageError("REGION_FILE", reason, remedy, file=path.name) from None
    except (RecursionError, ValueError):
        reason = "the file holds lists within lists, or numbers, beyond what can be read"
        raise UsageError("REGION_FILE", reason, "Draw the regions anew", file=path.name) from None


def read_limited(path: Path) -> bytes:
    """Return the bytes of a file that is not larger than the limit."""
    most = limit("regions", "file_size")
    try:
        size = path.stat().st_size
        if size > most:
            allowed = f"limit {most / 1e6:.0f} MB, calibration/limits/regions.csv"
            reason = f"the file has {size / 1e6:.0f} MB ({allowed})"
            raise UsageError("REGION_FILE", reason, "Leave the photo's data out of it", file=path.name)
        return path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read ({error.strerror or type(error).__name__})"
        raise UsageError("REGION_FILE", reason, "Check its path and permissions", file=path.name) from error


def shown(value: object) -> str:
    """Return a value as an error can show it: whole if short, else its beginning."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."
