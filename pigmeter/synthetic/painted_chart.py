"""A colour chart in the scene: paints that differ a little from the reference, seen in perspective."""

from dataclasses import dataclass

import numpy as np

from pigmeter.colour.layouts import NEUTRALS, ChartLayout, layout
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import limit, read_table
from pigmeter.synthetic.scene import apply_homography, pixels_to_plane


def reference_paints(kind: str) -> np.ndarray:
    """
    Reference reflectance of the 24 paints of a kind of chart.

    Parameters
    ----------
    kind : str
        One of `pigmeter.colour.layouts.LAYOUT_KINDS` with 24 patches.

    Returns
    -------
    array, shape (24, 61)
        [1]

    Raises
    ------
    UsageError
        If the kind has other patches too.
    """
    printed = layout(kind)
    if len(printed.names) != 24:
        reason = f"a synthetic {kind} cannot be drawn: only 24 of its {len(printed.names)} paints are known"
        raise UsageError("SYNTHETIC_CHART", reason, "Pick a chart of 24 patches")
    table = read_table(f"charts/{printed.reference}.csv")
    wavelengths = table.values[:, 0]
    return np.array([np.interp(WAVELENGTHS, wavelengths, column) for column in table.values[:, 1:].T])


def paint(kind: str, seed: int, spread: float = 1.0) -> np.ndarray:
    """
    Reflectance of one physical chart: the reference, and what printing adds.

    Parameters
    ----------
    kind : str
    seed : int
        Another seed is another copy of the chart.
    spread : float
        Factor on the chart-to-chart spread; 0 gives the reference. [1]

    Returns
    -------
    array, shape (24, 61)
        [1]
    """
    paints = reference_paints(kind)
    rng = np.random.default_rng([seed, 24])
    level, slope = rng.standard_normal((2, len(paints), 1))
    # Greys are mixed of black and white pigment only: they drift in lightness rather than in hue.
    slope[list(NEUTRALS)] *= limit("synthetic", "chart_neutral_share")
    place = np.linspace(-1.0, 1.0, len(WAVELENGTHS))
    moved = limit("synthetic", "chart_spread") * level
    moved = moved + limit("synthetic", "chart_tilt_spread") * slope * place
    printed: np.ndarray = np.minimum(paints * np.exp(spread * moved), 0.98)
    return printed


@dataclass(frozen=True, slots=True)
class PaintedChart:
    """
    A chart in a photo.

    Attributes
    ----------
    layout : ChartLayout
    homography : array, shape (3, 3)
        Chart in mm (origin at its top left corner) to photo.
    paints : array, shape (24, 3)
        Linear sensor RGB of the patches in the full light of the scene. [1]
    frame : array, shape (3,)
        Of the card around them. [1]
    """

    layout: ChartLayout
    homography: np.ndarray
    paints: np.ndarray
    frame: np.ndarray

    @property
    def patch_centres(self) -> np.ndarray:
        """Shape (24, 2): x, y; pixel centres are whole numbers. [px]"""
        return apply_homography(self.homography, self.layout.patch_centres_mm)

    @property
    def corners(self) -> np.ndarray:
        """Of the card, clockwise as printed from the one beside dark skin, shape (4, 2). [px]"""
        return apply_homography(self.homography, self.layout.outline_mm)


def _coverage(outside_mm: np.ndarray, footprint_mm: float) -> np.ndarray:
    """Share of a pixel inside, from its distance to the edge (positive outside)."""
    share: np.ndarray = np.clip(0.5 - outside_mm / np.float32(footprint_mm), 0, 1)
    return share


def _rounded_rectangle(x: np.ndarray, y: np.ndarray, half: np.ndarray, radius: float) -> np.ndarray:
    """Distance to a rounded rectangle around the origin, positive outside. [mm]"""
    qx = np.abs(x) - np.float32(half[0] - radius)
    qy = np.abs(y) - np.float32(half[1] - radius)
    corner = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
    distance: np.ndarray = corner + np.minimum(np.maximum(qx, qy), 0) - np.float32(radius)
    return distance


def draw_chart(
    linear: np.ndarray, field: np.ndarray, chart: PaintedChart, shadow: float
) -> tuple[np.ndarray, tuple[slice, slice]]:
    """
    Lay a chart over a linear photo, with anti-aliased edges and a soft shadow.

    Parameters
    ----------
    linear : array of float32, shape (rows, columns, 3)
        Changed in place. [1]
    field : array of float32, shape (rows, columns)
        Light at each pixel. [1]
    chart : PaintedChart
    shadow : float
        Depth of the shadow on what lies beneath. [1]

    Returns
    -------
    cover : array of float32
        Share of each pixel that is chart, over the window.
    window : tuple of slice
        Rows and columns that the chart and its shadow touch.

    Raises
    ------
    UsageError
        If the chart does not lie wholly inside the photo.
    """
    shape = linear.shape[:2]
    corners = chart.corners
    if corners.min() < 0 or np.any(corners.max(axis=0) > np.array(shape[::-1]) - 1):
        found = ", ".join(f"({x:.0f}, {y:.0f})" for x, y in corners)
        frame = f"{shape[1]} x {shape[0]} px"
        reason = f"the {chart.layout.kind} would lie at {found}, outside the photo of {frame}"
        raise UsageError("SYNTHETIC_CHART", reason, "Move it, take a smaller chart or more mm per pixel")
    size = chart.layout.outline_mm[2]
    side = np.linalg.norm(corners[1] - corners[0])
    footprint = float(size[0] / side)
    reach = int(np.ceil(0.16 * size[1] / footprint))
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - reach, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + reach + 1, shape[::-1])
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    x, y = pixels_to_plane(chart.homography, (low[1], high[1]), (low[0], high[0]))
    middle, radius = size / 2, 0.03 * float(size[1])
    outside = _rounded_rectangle(x - np.float32(middle[0]), y - np.float32(middle[1]), middle, radius)
    soft = 0.035 * float(size[1])
    dark = shadow / (1 + np.exp(np.clip((outside - soft) / (0.5 * soft), -30, 30)))
    linear[window] *= (1 - dark)[..., None].astype(np.float32)
    cover = _coverage(outside, footprint)
    printed = chart.layout
    pitch, first = np.array(printed.pitch_mm), printed.patch_centres_mm[0]
    column = np.clip(np.round((x - first[0]) / pitch[0]), 0, printed.columns - 1)
    row = np.clip(np.round((y - first[1]) / pitch[1]), 0, printed.rows - 1)
    dx = np.abs(x - np.float32(first[0]) - column * np.float32(pitch[0])) - printed.patch_size_mm[0] / 2
    dy = np.abs(y - np.float32(first[1]) - row * np.float32(pitch[1])) - printed.patch_size_mm[1] / 2
    patch = _coverage(np.maximum(dx, dy), footprint)[..., None]
    index = (row * printed.columns + column).astype(np.intp)
    colour = chart.frame + patch * (chart.paints[index] - chart.frame)
    colour *= field[window][..., None]
    linear[window] += cover[..., None] * (colour.astype(np.float32) - linear[window])
    return cover, window
