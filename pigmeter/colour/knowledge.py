"""What is known beforehand of lamp and camera, and the files that tell it."""

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import limit, read_table

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """
    What the caller knows of a chart photo; the chart's evidence decides how far it is believed.

    Attributes
    ----------
    lamp : array, shape (61,), optional
        Spectral power at 400 to 700 nm in steps of 5, in any unit (see `read_lamp`).
    camera : array, shape (3, 61), optional
        Sensitivities of R, G, B at the same wavelengths, in any unit (see `read_camera`).
    flash : bool
        Whether a flash lit the scene.
    earlier : tuple of Profile
        Of the same camera at earlier visits.
    charts : tuple of arrays, each of shape (24, 3)
        The session's other photos of the chart, as patch values of the kind that is fitted: encoded 0 to 1 of
        a rendered file, else linear; NaN where a value must not be used. [1]
    """

    lamp: np.ndarray | None = None
    camera: np.ndarray | None = None
    flash: bool = False
    earlier: tuple["Profile", ...] = ()
    charts: tuple[np.ndarray, ...] = ()

    def __post_init__(self) -> None:
        for name, shape in (("lamp", (len(WAVELENGTHS),)), ("camera", (3, len(WAVELENGTHS)))):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, _checked(values, name, shape))
        object.__setattr__(self, "earlier", tuple(self.earlier))
        charts = tuple(np.asarray(values, dtype=float) for values in self.charts)
        wrong = [values.shape for values in charts if values.shape != (24, 3)]
        if wrong:
            reason = f"charts holds patch values of shape {wrong[0]}; expected (24, 3) for each photo"
            raise UsageError("PATCH_SHAPE", reason, "Pass one row R, G, B per paint, dark skin first")
        object.__setattr__(self, "charts", charts)


def _checked(values: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:
    array = np.array(values, dtype=float)
    if array.shape != shape or not np.isfinite(array).all() or not (array.sum(axis=-1) > 0).all():
        reason = f"{name} has shape {array.shape}; expected finite values of shape {shape}, not all 0"
        raise UsageError("KNOWLEDGE", reason, f"Read it with `read_{name}`")
    array.setflags(write=False)
    return array


def read_lamp(path: str | PathLike[str]) -> np.ndarray:
    """
    Read the spectral power distribution of a lamp.

    Parameters
    ----------
    path : path-like
        A table of two columns, wavelength in nm and power in any unit, at least from 400 to 700 nm; separated
        by commas, semicolons, tabs or spaces, with or without a header, in any step up to 20 nm.

    Returns
    -------
    array, shape (61,)
        At 400 to 700 nm in steps of 5, mean 1. [1]

    Raises
    ------
    UsageError
        ``LAMP_FILE``: not there, or no such table.
    """
    power = _read_spectra(path, "LAMP_FILE", 1)[0]
    return np.asarray(power / power.mean())


def read_camera(source: str | PathLike[str]) -> np.ndarray:
    """
    Read the spectral sensitivities of a camera.

    Parameters
    ----------
    source : path-like or str
        A table of four columns, wavelength in nm and R, G, B in any unit, of the form of `read_lamp`'s; or
        the name of a camera whose measured table ships, e.g. ``"Nikon D850"``.

    Returns
    -------
    array, shape (3, 61)
        At 400 to 700 nm in steps of 5, highest value 1. [1]

    Raises
    ------
    UsageError
        ``CAMERA_FILE``: no such table; ``CAMERA_UNKNOWN``: neither a file nor the name of a shipped camera.
    """
    text = str(source)
    if isinstance(source, str) and not Path(source).is_file():
        found = shipped_camera(text)
        if found is not None:
            return found
        if Path(source).suffix.lower() not in {".csv", ".txt", ".tsv", ".dat"}:
            raise _unknown_camera(text)
    values = _read_spectra(source, "CAMERA_FILE", 3)
    return np.asarray(values / values.max())


def shipped_camera(name: str, maker: str = "") -> np.ndarray | None:
    """
    Return the measured sensitivities of a camera by its name, shape (3, 61), None if none ship.

    Parameters
    ----------
    name : str
        With or without the maker; capitals, spaces and signs do not matter.
    maker : str
        As a photo's file names it, if it is not part of the name.
    """
    names = _shipped_names()
    wanted = {_plain(name), _plain(f"{maker.split(' ')[0]} {name}")}
    hits = [full for full in names if wanted & {_plain(full), _plain(full.split("_", 1)[-1])}]
    if len(hits) != 1:
        return None
    table = read_table("camera/sensitivities.csv")
    return np.array([table.column(f"{hits[0]}:{channel}") for channel in "RGB"])


def _shipped_names() -> list[str]:
    return [name[:-2] for name in read_table("camera/sensitivities.csv").names[1::3]]


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower().replace("mark", "mk"))


def _unknown_camera(name: str) -> UsageError:
    known = {_plain(each): each.replace("_", " ") for each in _shipped_names()}
    near = [known[key] for key in get_close_matches(_plain(name), known, n=5, cutoff=0.4)]
    words = f"; near it: {', '.join(near)}" if near else ""
    reason = f"there is no file {name!r}, and no measured table of such a camera ships{words}"
    remedy = "Give one of the shipped names, or a CSV with the columns wavelength, R, G, B"
    return UsageError("CAMERA_UNKNOWN", reason, remedy)


def _read_spectra(path: str | PathLike[str], code: str, count: int) -> np.ndarray:
    """Spectra of a user's table at our wavelengths, shape (count, 61)."""
    name = Path(path).name
    columns = "wavelength and power" if count == 1 else "wavelength, R, G and B"
    remedy = f"Give a CSV with the columns {columns}, wavelengths in nm from 400 to 700 at least"

    def refusal(reason: str) -> UsageError:
        return UsageError(code, reason, remedy, file=name)

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read as a table of a spectrum ({type(error).__name__})"
        raise refusal(message) from error
    header, rows = _table(text)
    if not rows:
        message = "no row of numbers found"
        raise refusal(message)
    widths = sorted({len(row) for row in rows})
    if widths != [count + 1]:
        message = f"rows have {' or '.join(map(str, widths))} columns; expected {count + 1}: {columns}"
        raise refusal(message)
    table = np.array(rows)
    table = table[np.argsort(table[:, 0], kind="stable")]
    wavelengths, spectra = table[:, 0], table[:, 1:].T
    fault = _fault(wavelengths, spectra)
    if fault:
        raise refusal(fault)
    if count == 3:
        spectra = spectra[_channel_order(header)]
    return np.array([_sampled(wavelengths, np.maximum(values, 0)) for values in spectra])


def _table(text: str) -> tuple[list[str], list[list[float]]]:
    """Header and rows of numbers of a table, whatever separates its columns."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines)
    separator = next((sign for sign in (";", "\t", ",") if sign in joined), " ")
    header: list[str] = []
    rows: list[list[float]] = []
    for line in lines:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:  # a separator at the end of the line
            cells.pop()
        # With another separator a comma is the decimal sign of half of Europe.
        numbers = [_number(cell if separator == "," else cell.replace(",", ".")) for cell in cells]
        if all(number is not None for number in numbers):
            rows.append([number for number in numbers if number is not None])
        elif rows:
            rows.append([])  # words or empty cells among numbers: no table, and its widths say so
        else:
            header = cells
    return header, rows


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _channel_order(header: list[str]) -> list[int]:
    """Places of R, G, B among three columns, by their names where these tell, else as they stand."""
    first = [re.sub("[^a-z]", "", cell.lower())[:1] for cell in header[1:4]]
    return [first.index(channel) for channel in "rgb"] if sorted(first) == ["b", "g", "r"] else [0, 1, 2]


def _fault(wavelengths: np.ndarray, spectra: np.ndarray) -> str:
    """Say what is wrong with spectra, or nothing."""
    low, high = WAVELENGTHS[0], WAVELENGTHS[-1]
    if len(wavelengths) < 2 or wavelengths[0] > low or wavelengths[-1] < high:
        return (
            f"wavelengths reach from {wavelengths[0]:g} to {wavelengths[-1]:g}; "
            f"expected {low:g} to {high:g} nm at least"
        )
    inside = (wavelengths >= low) & (wavelengths <= high)
    steps = np.diff(wavelengths)
    if (steps <= 0).any():
        return f"the wavelength {wavelengths[1:][steps <= 0][0]:g} nm is there twice"
    near = steps[(wavelengths[1:] > low) & (wavelengths[:-1] < high)]
    widest = limit("knowledge", "spectrum_gap")
    if near.max() > widest:
        return (
            f"wavelengths are up to {near.max():g} nm apart between {low:g} and {high:g} nm "
            f"(limit {widest:g})"
        )
    seen = spectra[:, inside]
    highest, lowest = seen.max(axis=1), seen.min(axis=1)
    if (highest <= 0).any():
        return f"a column has no positive value between {low:g} and {high:g} nm"
    if (lowest < -limit("knowledge", "spectrum_negative") * highest).any():
        return f"a spectrum cannot be negative, and values reach {lowest.min():g}"
    return ""


def _sampled(wavelengths: np.ndarray, values: np.ndarray) -> np.ndarray:
    """
    Values at our wavelengths.

    A finer table is averaged over each band: between two samples a line would be lost, at one it would count
    for the whole band.
    """
    step = float(np.median(np.diff(wavelengths)))
    band = float(WAVELENGTHS[1] - WAVELENGTHS[0])
    if step >= band:
        return np.asarray(np.interp(WAVELENGTHS, wavelengths, values))
    apart = np.abs(wavelengths[None] - WAVELENGTHS[:, None])
    share = np.maximum(1 - apart / band, 0) * np.gradient(wavelengths)
    return np.asarray(share @ values / share.sum(axis=1))
