"""Read the tagged directories of TIFF and EXIF, trusting no offset and no count."""

import math
import struct
from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit

PHOTOMETRIC, SUB_IFDS, DNG_VERSION = 262, 330, 50706
CFA, LINEAR_RAW = 32803, 34892

_ASCII, _UNDEFINED = 2, 7
_RATIONALS = {5: "u4", 10: "i4"}
_NUMBERS = {
    1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 11: "f4", 12: "f8", 13: "u4", 16: "u8", 17: "i8",
    18: "u8",
}  # fmt: skip
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}


class DirectoryError(ValueError):
    """A directory that points outside its file, or whose entries are of the wrong type."""


@dataclass(frozen=True, slots=True)
class Directory:
    """
    One directory: tags with their values still in the file.

    Attributes
    ----------
    data : bytes
        The whole file or EXIF block.
    order : str
        ``"<"`` or ``">"``.
    entries : dict
        Tag -> (type, count, position of the value in `data`).
    following : int
        Offset of the next directory, 0 for none.
    """

    data: bytes
    order: str
    entries: dict[int, tuple[int, int, int]]
    following: int

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def numbers(self, tag: int) -> np.ndarray:
        """
        Return all numbers of a tag.

        Raises
        ------
        DirectoryError
            If the tag is missing, is no number, or its values lie outside the file.
        """
        kind, count, position = self._entry(tag)
        if kind in _RATIONALS:
            raw = np.frombuffer(self._bytes(position, 8 * count), self.order + _RATIONALS[kind])
            pairs = raw.reshape(-1, 2).astype(float)
            ratios: np.ndarray = np.divide(
                pairs[:, 0], pairs[:, 1], out=np.full(len(pairs), np.nan), where=pairs[:, 1] != 0
            )
            return ratios
        if kind not in _NUMBERS:
            reason = f"tag {tag} has type {kind}, not a number"
            raise DirectoryError(reason)
        return np.frombuffer(self._bytes(position, _SIZES[kind] * count), self.order + _NUMBERS[kind])

    def number(self, tag: int) -> float:
        """Return the first number of a tag; raises as `numbers`."""
        values = self.numbers(tag)
        if not values.size:
            reason = f"tag {tag} is empty"
            raise DirectoryError(reason)
        return float(values[0])

    def whole(self, tag: int, default: int) -> int:
        """Return the first number of a tag that must be whole, or `default` if there is no such tag."""
        if tag not in self:
            return default
        value = self.number(tag)
        if not math.isfinite(value) or value != int(value):
            reason = f"tag {tag} is {value}, not whole"
            raise DirectoryError(reason)
        return int(value)

    def text(self, tag: int) -> bytes:
        """Return the bytes of a text tag up to its first NUL; raises as `numbers`."""
        kind, count, position = self._entry(tag)
        if kind not in (_ASCII, _UNDEFINED, 1):
            reason = f"tag {tag} has type {kind}, not text"
            raise DirectoryError(reason)
        return self._bytes(position, count).split(b"\0", 1)[0]

    def block(self, tag: int) -> bytes:
        """Return the bytes of a tag of any type; raises as `numbers`."""
        kind, count, position = self._entry(tag)
        return self._bytes(position, _SIZES.get(kind, 1) * count)

    def _entry(self, tag: int) -> tuple[int, int, int]:
        try:
            return self.entries[tag]
        except KeyError:
            reason = f"there is no tag {tag}"
            raise DirectoryError(reason) from None

    def _bytes(self, position: int, size: int) -> bytes:
        if position + size > len(self.data):
            reason = f"{size} bytes at {position} lie outside the file of {len(self.data)}"
            raise DirectoryError(reason)
        return self.data[position : position + size]


class TiffFile:
    """
    The frame of a TIFF file or EXIF block: byte order, width of its offsets, first directory.

    Raises
    ------
    DirectoryError
        If the first bytes are not those of a TIFF.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = {b"II": "<", b"MM": ">"}.get(data[:2], "")
        if not self.order or len(data) < 8:
            reason = "no byte-order mark"
            raise DirectoryError(reason)
        (version,) = struct.unpack(self.order + "H", data[2:4])
        self.big = version == 43
        if self.big:
            self.first = self._unpack("Q", 8)
        elif version == 42:
            self.first = self._unpack("I", 4)
        else:
            reason = f"version {version}, not 42 or 43"
            raise DirectoryError(reason)

    def directory(self, offset: int) -> Directory:
        """
        Read the directory at `offset`, without its values.

        Raises
        ------
        DirectoryError
            If it does not lie within the file, or has more entries than any camera writes.
        """
        head, entry, wide = ("Q", "HHQ8s", 20) if self.big else ("H", "HHI4s", 12)
        count = self._unpack(head, offset)
        start = offset + struct.calcsize(self.order + head)
        most = int(limit("photo", "max_directory_entries"))
        if count > most:
            reason = f"a directory of {count} entries, at most {most} are read"
            raise DirectoryError(reason)
        if offset < 8 or start + wide * count > len(self.data):
            reason = f"the directory at {offset} lies outside the file"
            raise DirectoryError(reason)
        entries: dict[int, tuple[int, int, int]] = {}
        inline = 8 if self.big else 4
        for number in range(count):
            position = start + number * wide
            tag, kind, values, _ = struct.unpack_from(self.order + entry, self.data, position)
            position += wide - inline
            if _SIZES.get(kind, 1) * values > inline:
                position = self._unpack("Q" if self.big else "I", position)
            entries.setdefault(tag, (kind, values, position))
        end = start + wide * count
        try:
            following = self._unpack("Q" if self.big else "I", end)
        except DirectoryError:
            following = 0
        return Directory(self.data, self.order, entries, following)

    def _unpack(self, form: str, offset: int) -> int:
        size = struct.calcsize(self.order + form)
        if offset < 0 or offset + size > len(self.data):
            reason = f"offset {offset} lies outside the file of {len(self.data)} bytes"
            raise DirectoryError(reason)
        (value,) = struct.unpack_from(self.order + form, self.data, offset)
        return int(value)
