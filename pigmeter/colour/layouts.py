"""The printed layout of each kind of colour chart: its patches' names, places and sizes in mm."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter import reference
from pigmeter.errors import UsageError

CLASSIC_NAMES: tuple[str, ...] = (
    "dark_skin", "light_skin", "blue_sky", "foliage", "blue_flower", "bluish_green",
    "orange", "purplish_blue", "moderate_red", "purple", "yellow_green", "orange_yellow",
    "blue", "green", "red", "yellow", "magenta", "cyan",
    "white", "neutral_8", "neutral_6_5", "neutral_5", "neutral_3_5", "black",
)  # fmt: skip
"""Names of the 24 classic paints in reading order; the columns of the reflectance tables."""

NEUTRALS: tuple[int, ...] = (18, 19, 20, 21, 22, 23)
"""Indices of the neutral row, white to black, among the 24 classic paints."""


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """
    One kind of chart as printed: x right, y down, origin at the top left corner of its outline. [mm]

    Attributes
    ----------
    kind : str
        One of `LAYOUT_KINDS`.
    rows, columns : int
        Of the grid of patches.
    names : tuple of str, length n
        Patch names in reading order.
    outline_mm : array, shape (4, 2)
        Corners of the card: top left (beside dark skin), top right, bottom right, bottom left. [mm]
    patch_centres_mm : array, shape (n, 2)
        In reading order. [mm]
    patch_size_mm : tuple of float
        Width and height. [mm]
    reference : str
        Name of the table of reflectances in ``calibration/charts/``, 24 columns.
    classic : array of int, shape (24,)
        Which patches carry the 24 classic paints, in classic order. [1]

    Notes
    -----
    The makers publish card sizes only; patch sizes and pitches are nominal, see ``charts/layouts.csv``.
    """

    kind: str
    rows: int
    columns: int
    names: tuple[str, ...]
    outline_mm: np.ndarray
    patch_centres_mm: np.ndarray
    patch_size_mm: tuple[float, float]
    reference: str
    classic: np.ndarray

    @property
    def pitch_mm(self) -> tuple[float, float]:
        """Distance between the centres of neighbouring patches, across and down. [mm]"""
        step = self.patch_centres_mm[self.columns + 1] - self.patch_centres_mm[0]
        return float(step[0]), float(step[1])

    @property
    def block_mm(self) -> np.ndarray:
        """Outer corners of the whole block of patches, clockwise from the top left, shape (4, 2). [mm]"""
        half = np.array(self.patch_size_mm) / 2
        low, high = self.patch_centres_mm[0] - half, self.patch_centres_mm[-1] + half
        return np.array([low, [high[0], low[1]], high, [low[0], high[1]]])

    def quads_mm(self, scale: float = 1.0) -> np.ndarray:
        """
        Corners of every patch, clockwise from the top left.

        Parameters
        ----------
        scale : float
            Side of the quad as a fraction of the patch's. [1]

        Returns
        -------
        array, shape (n, 4, 2)
            [mm]
        """
        unit = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) / 2
        quads: np.ndarray = self.patch_centres_mm[:, None] + scale * unit * np.array(self.patch_size_mm)
        return quads


def _frozen(values: np.ndarray) -> np.ndarray:
    values.setflags(write=False)
    return values


def _names(rows: int, columns: int) -> tuple[str, ...]:
    if (rows, columns) == (4, 6):
        return CLASSIC_NAMES
    return tuple(f"{chr(ord('A') + column)}{row + 1}" for row in range(rows) for column in range(columns))


@cache
def _layouts() -> dict[str, ChartLayout]:
    layouts = {}
    for row in reference.read_rows("charts/layouts.csv")[1:]:
        rows, columns = int(row["rows"]), int(row["columns"])
        across, down = np.meshgrid(np.arange(columns), np.arange(rows))
        grid = np.stack([across.ravel(), down.ravel()], axis=1)
        first = np.array([float(row["first_x"]), float(row["first_y"])])
        pitch = np.array([float(row["pitch_x"]), float(row["pitch_y"])])
        width, height = float(row["outline_width"]), float(row["outline_height"])
        place = np.arange(24)
        classic = (int(row["classic_row"]) + place // 6) * columns + int(row["classic_column"]) + place % 6
        layouts[row["kind"]] = ChartLayout(
            kind=row["kind"],
            rows=rows,
            columns=columns,
            names=_names(rows, columns),
            outline_mm=_frozen(np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])),
            patch_centres_mm=_frozen(first + grid * pitch),
            patch_size_mm=(float(row["patch_width"]), float(row["patch_height"])),
            reference=row["reference"],
            classic=_frozen(classic),
        )
    return layouts


LAYOUT_KINDS: tuple[str, ...] = (
    "colorchecker-classic",
    "colorchecker-passport",
    "colorchecker-mini",
    "colorchecker-nano",
    "colorchecker-sg",
)
"""Every kind of chart that :func:`layout` knows."""


def layout(kind: str) -> ChartLayout:
    """
    Return the printed layout of one kind of chart.

    Parameters
    ----------
    kind : str
        One of `LAYOUT_KINDS`.

    Returns
    -------
    ChartLayout

    Raises
    ------
    UsageError
        If the kind is unknown.

    Examples
    --------
    >>> chart = layout("colorchecker-classic")
    >>> chart.names[0], chart.names[18], len(chart.names)
    ('dark_skin', 'white', 24)
    """
    try:
        return _layouts()[kind]
    except KeyError:
        reason = f"unknown chart {kind!r} (known: {', '.join(LAYOUT_KINDS)})"
        raise UsageError("CHART_KIND_UNKNOWN", reason, "Pass one of the known kinds") from None
