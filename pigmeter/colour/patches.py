"""The robust mean, the noise and the clipping of each patch; patch readings in files."""

import csv
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from pigmeter.colour.edges import local_steps
from pigmeter.colour.layouts import CLASSIC_NAMES, ChartLayout
from pigmeter.errors import ChartError
from pigmeter.files import write_text
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Readings:
    """
    What the inner areas of n patches hold, on the scale of the photo's encoded values.

    Attributes
    ----------
    means : array, shape (n, 3)
        Robust mean; NaN where the patch lies outside the photo.
    noise : array, shape (n, 3)
        Standard deviation of a pixel, slow changes of light taken off.
    clipped : array, shape (n, 3)
        Part of the pixels at 0 or at full scale. [1]
    unusable : array of bool, shape (n,)
        Patches outside the photo, uneven, spotted, or clipped in a channel.
    spread : array, shape (n,)
        Robust spread of the brightness after a plane is taken off, over full scale, noise included. [1]
    outliers : array, shape (n,)
        Part of the pixels that the robust mean left out. [1]
    """

    means: np.ndarray
    noise: np.ndarray
    clipped: np.ndarray
    unusable: np.ndarray
    spread: np.ndarray
    outliers: np.ndarray


def _inside(quad: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray] | None:
    """Rows and columns of the pixels within a convex quad, thinned to a number that is enough."""
    low, high = np.ceil(quad.min(axis=0)).astype(int), np.floor(quad.max(axis=0)).astype(int) + 1
    if (low < 0).any() or (high > np.array([shape[1], shape[0]])).any() or (high - low < 2).any():
        return None
    area = float(np.prod(high - low))
    stride = max(1, int(np.sqrt(area / limit("chart", "max_samples"))))
    x, y = np.arange(low[0], high[0], stride), np.arange(low[1], high[1], stride)
    inside = np.ones((len(y), len(x)), dtype=bool)
    turn = np.sign(np.cross(np.append(quad[1] - quad[0], 0), np.append(quad[2] - quad[1], 0))[2])
    for a, b in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        inside &= turn * ((b[0] - a[0]) * (y[:, None] - a[1]) - (b[1] - a[1]) * (x[None] - a[0])) >= 0
    rows, columns = np.nonzero(inside)
    return (y[rows], x[columns]) if len(rows) >= 4 else None


def _noise(pixels: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """SD of a pixel from differences three columns apart: beyond demosaicing, blind to slow changes."""
    reach = columns + 3 <= columns.max()
    if reach.sum() < 4:
        reach = columns + 1 <= columns.max()
        gap = 1
    else:
        gap = 3
    if not reach.any():
        return np.zeros(3)
    first = _values(pixels, rows[reach], columns[reach])
    second = _values(pixels, rows[reach], columns[reach] + gap)
    squared = 0.5 * (second - first) ** 2
    # twice: integers make a median of differences useless, so a trimmed standard deviation
    scale = np.sqrt(squared.mean(axis=1))
    for _ in range(2):
        kept = squared <= 9 * np.maximum(scale, 0.3)[:, None] ** 2
        scale = np.sqrt((squared * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1))
    return np.asarray(scale)


def _values(pixels: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Encoded values of some pixels, shape (3, n): reductions along a row are several times as fast."""
    return np.ascontiguousarray(pixels[rows, columns].T, dtype=float)


def _plane_spread(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> float:
    bright = values.mean(axis=0)
    terms = np.stack([np.ones(len(rows)), rows - rows.mean(), columns - columns.mean()], axis=1)
    left = bright - terms @ np.linalg.lstsq(terms, bright, rcond=None)[0]
    return float(1.4826 * np.median(np.abs(left - np.median(left))))


def _robust_mean(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean of the pixels within 3 robust SD of the median in every channel, and the part left out."""
    middle = np.median(values, axis=1)
    # whole numbers: with noise below a level the median deviation is 0 or 1, so no less than 3/4 level is
    # believed
    least = 0.75 + 0.004 * middle
    scale = np.maximum(1.4826 * np.median(np.abs(values - middle[:, None]), axis=1), least)
    kept = (np.abs(values - middle[:, None]) <= 3 * scale[:, None]).all(axis=0)
    for _ in range(2):
        if not kept.any():
            return middle, 1.0
        own = values[:, kept]
        middle = own.mean(axis=1)
        scale = np.maximum(own.std(axis=1), least)
        kept = (np.abs(values - middle[:, None]) <= 3 * scale[:, None]).all(axis=0)
    return middle, float(1 - kept.mean())


def read_patches(
    pixels: np.ndarray, centres: np.ndarray, steps: np.ndarray, size: tuple[float, float]
) -> Readings:
    """
    Read the inner area of each patch at the photo's full resolution.

    Parameters
    ----------
    pixels : array of uint8 or uint16, shape (rows, columns, 3)
        Encoded values.
    centres : array, shape (n, 2)
        Patch centres, x and y. [px]
    steps : array, shape (n, 2, 2)
        Columns are the steps in the photo for one unit across and one unit down the chart. [px/unit]
    size : tuple of float
        Width and height of a patch. [unit]

    Returns
    -------
    Readings
    """
    n, full = len(centres), float(np.iinfo(pixels.dtype).max)
    means, noise, clipped = np.full((n, 3), np.nan), np.full((n, 3), np.nan), np.ones((n, 3))
    spread, outliers, burnt = np.full(n, np.inf), np.ones(n), np.ones(n)
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    unit = square * 0.5 * limit("chart", "inner_side") * np.array(size)
    for index in range(n):
        place = _inside(centres[index] + unit @ steps[index].T, pixels.shape)
        if place is None:
            continue
        values = _values(pixels, *place)
        means[index], outliers[index] = _robust_mean(values)
        noise[index] = _noise(pixels, *place)
        top = (values >= full).mean(axis=1)
        clipped[index] = top + (values <= 0).mean(axis=1)
        burnt[index] = top.max()
        spread[index] = _plane_spread(values, *place) / full
    unusable = ~np.isfinite(means).all(axis=1) | (burnt > limit("chart", "max_clipped"))
    unusable |= (clipped > limit("chart", "max_black")).any(axis=1)
    unusable |= (spread > limit("chart", "max_spread")) | (outliers > limit("chart", "max_outliers"))
    return Readings(means, noise, clipped, unusable, spread, outliers)


def reading_steps(chart: ChartLayout, homography: np.ndarray) -> np.ndarray:
    """Return the local steps of a homography from mm at each patch of a layout, shape (n, 2, 2). [px/mm]"""
    return local_steps(chart.patch_centres_mm, homography)


def write_patch_file(path: str | PathLike[str], names: tuple[str, ...], values: np.ndarray) -> None:
    """
    Save patch readings as CSV with the columns patch, r, g, b.

    Parameters
    ----------
    path : path
        The file to write.
    names : tuple of str, length n
        Patch names in the chart's order, see :func:`pigmeter.colour.layouts.layout`.
    values : array, shape (n, 3)
        Encoded or linear values; NaN for a patch that was not read.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    lines = ["patch,r,g,b"]
    for name, row in zip(names, np.asarray(values, dtype=float), strict=True):
        # every digit: a profile fitted from the file is the one fitted from the photo
        lines.append(",".join([name, *("" if np.isnan(value) else repr(float(value)) for value in row)]))
    write_text(path, "\n".join(lines) + "\n")


def read_patch_file(path: str | PathLike[str], names: tuple[str, ...] | None = None) -> np.ndarray:
    """
    Read patch readings that were saved or typed: CSV with the columns patch, r, g, b.

    Parameters
    ----------
    path : path
        The file; lines that start with ``#`` are remarks. Patches may be named as in the layout or
        numbered from 1.
    names : tuple of str, optional
        Patch names in the chart's order; the 24 of the Classic when not given.

    Returns
    -------
    array, shape (n, 3)
        In the chart's order; NaN for patches that the file leaves out or leaves empty.

    Raises
    ------
    ChartError
        If the file is no such table, or names an unknown or repeated patch.
    """
    names = CLASSIC_NAMES if names is None else names
    path = Path(path)
    remedy = "Give a CSV with the columns patch, r, g, b and one row a patch"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"patch readings cannot be read ({error.__class__.__name__})"
        raise ChartError("PATCH_FILE", reason, remedy, file=path.name) from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    values = np.full((len(names), 3), np.nan)
    seen: set[int] = set()
    if not rows or any(column not in rows[0] for column in ("patch", "r", "g", "b")):
        reason = "no table of patch readings found (columns patch, r, g, b wanted)"
        raise ChartError("PATCH_FILE", reason, remedy, file=path.name)
    for number, row in enumerate(rows, start=1):
        label = (row["patch"] or "").strip()
        index = names.index(label) if label in names else int(label) - 1 if label.isdecimal() else -1
        if not 0 <= index < len(names) or index in seen:
            fault = "twice" if index in seen else f"unknown (known: {', '.join(names[:24])})"
            reason = f"row {number}: patch {label!r} is {fault}"
            raise ChartError("PATCH_FILE", reason, remedy, file=path.name)
        seen.add(index)
        cells = [(row[column] or "").strip() for column in ("r", "g", "b")]
        try:
            values[index] = [float(cell) if cell else np.nan for cell in cells]
        except ValueError:
            reason = f"row {number}: patch {label!r} has no numbers ({', '.join(cells)})"
            raise ChartError("PATCH_FILE", reason, remedy, file=path.name) from None
    return values
