"""Write a file whole or not at all: bytes, text, strict JSON, CSV whose cells no spreadsheet runs."""

import json
import math
import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from pigmeter.errors import OutputError

# What spreadsheets take for the start of a formula, the full-width forms of East Asian versions included.
_FORMULA = re.compile("^'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile("^'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


@contextmanager
def open_whole(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """
    Open a file for writing that appears under its name only when it is complete.

    The bytes go to a new hidden file in the same folder, are synced to the disk, and then take the name in
    one step; a failure on the way, a keyboard interrupt included, removes them and leaves what was there.

    Parameters
    ----------
    path : path-like
        Its folder must exist.

    Yields
    ------
    binary file, seekable

    Raises
    ------
    OutputError
        ``OUT_WRITE``: the system refused; the message says why.
    """
    target = Path(path)
    part = target.with_name(f".pigmeter-{secrets.token_hex(8)}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(part, flags, 0o666)
    except OSError as error:
        raise _refusal(target, error) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)  # noqa: PTH105 (one call on every system, and the one the fault tests break)
        _sync_folder(target.parent)
    except OSError as error:
        raise _refusal(target, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all (see `open_whole`)."""
    with open_whole(path) as file:
        file.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | os.PathLike[str], document: object) -> None:
    """Write `document` as strict JSON (see `json_text`), whole or not at all."""
    write_text(path, json_text(document))


def json_text(document: object) -> str:
    """
    Return strict JSON at full precision; numbers that are not finite become null, NumPy's kinds Python's.

    Raises
    ------
    TypeError
        If there is something in it that JSON has no word for.
    """
    return json.dumps(_plain(document), allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def write_csv(
    path: str | os.PathLike[str], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write `rows` as CSV (see `csv_text`), whole or not at all."""
    write_text(path, csv_text(columns, rows))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """
    Return a CSV table: a header, then a line per row; None and numbers that are not finite are empty cells.

    Text that a spreadsheet would run as a formula gets an apostrophe in front (`restore_cell` takes it
    away); numbers, negative ones too, stay numbers, at six significant digits.
    """
    lines = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    return "".join(",".join(map(_quoted, cells)) + "\n" for cells in lines)


def restore_cell(text: str) -> str:
    """Return a text cell of one of our CSV tables as it was before it was made safe."""
    return text[1:] if _ESCAPED.match(text) else text


def make_folder(path: str | os.PathLike[str]) -> Path:
    """
    Make a folder for results, with those above it, unless it is there.

    Raises
    ------
    OutputError
        ``OUT_WRITE``: it cannot be made, or is something else than a folder.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusal(folder, error) from error
    return folder


def require_writable(folder: str | os.PathLike[str]) -> None:
    """
    Make sure that files can be written in a folder, before an hour's work has to be written there.

    Raises
    ------
    OutputError
        ``OUT_WRITE``: they cannot.
    """
    probe = Path(folder) / f".pigmeter-{secrets.token_hex(8)}.part"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        probe.unlink()
    except OSError as error:
        raise _refusal(Path(folder), error) from error


def _cell(value: Any) -> str:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def _quoted(cell: str) -> str:
    """Quote a cell where it must be; the csv module leaves a lone carriage return bare (Python 3.11)."""
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if any(c in cell for c in ',"\r\n') else cell


def _plain(value: Any) -> Any:
    """Return `value` in Python's own kinds, with None for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # a NumPy scalar or array
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _refusal(path: Path, error: OSError) -> OutputError:
    why = error.strerror or type(error).__name__
    remedy = "Free some space, or choose a folder that can be written to with -o"
    return OutputError("OUT_WRITE", f"cannot be written ({why})", remedy, file=path.name)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there, and NTFS journals the renaming
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
