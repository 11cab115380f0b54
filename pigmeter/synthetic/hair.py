"""Hairs on synthetic skin: single hairs, stubble, and brows, as the share of each pixel that they cover."""

from dataclasses import dataclass

import numpy as np

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.synthetic.texture import raster_shape, smooth_noise

HAIR_COLOURS: tuple[str, ...] = ("black", "brown", "blond", "grey")
"""Colours of hair, for `Hair`."""

_FINEST_MM = 0.0125  # of the raster hairs are drawn on
_STEP_MM = 0.25
# Reflectance at 400 and at 700 nm, a straight line between: melanin of hair darkens blue most.
_REFLECTANCE = {
    "black": (0.015, 0.025),
    "brown": (0.02, 0.09),
    "blond": (0.08, 0.34),
    "grey": (0.30, 0.38),
}


@dataclass(frozen=True, slots=True)
class Hair:
    """
    The hair on a stretch of skin.

    Attributes
    ----------
    density : float
        Mean number of hairs whose roots are on each square centimetre. [cm-2]
    length : float
        Mean length; short ones are stubble. [mm]
    width : float
        Mean width of a hair, 0.05 to 0.12 for those that are seen. [mm]
    colour : str
        One of `HAIR_COLOURS`.
    direction : float
        Where they grow: 0 is the photo's right, 90 its bottom. [degrees]
    spread : float
        SD of a hair's direction about that of the field, which itself turns slowly. [degrees]
    curl : float
        SD of a hair's mean curvature. [degrees per mm]
    patch : tuple of float, optional
        Grow only in an ellipse: its middle, x right and y down from the middle of the skin, and its two half
        axes [mm]; a brow is dense hair in a narrow one. None: everywhere.
    seed : int
    """

    density: float = 10.0
    length: float = 8.0
    width: float = 0.08
    colour: str = "black"
    direction: float = 60.0
    spread: float = 12.0
    curl: float = 4.0
    patch: tuple[float, float, float, float] | None = None
    seed: int = 0

    def reflectance(self) -> np.ndarray:
        """
        Reflectance of the hairs at `pigmeter.colour.spectra.WAVELENGTHS`, shape (61,). [1]

        Raises
        ------
        UsageError
            If the colour is not known.
        """
        if self.colour not in _REFLECTANCE:
            reason = f"no hair colour {self.colour!r} (known: {', '.join(HAIR_COLOURS)})"
            raise UsageError("SYNTHETIC_HAIR", reason, "Pick one of these")
        blue, red = _REFLECTANCE[self.colour]
        spectrum: np.ndarray = blue + (red - blue) * (WAVELENGTHS - 400.0) / 300.0
        return spectrum


def brow(
    middle: tuple[float, float] = (0.0, 0.0),
    size: tuple[float, float] = (40.0, 8.0),
    colour: str = "black",
    seed: int = 0,
) -> Hair:
    """
    Dense hair in a narrow patch.

    Parameters
    ----------
    middle : tuple of float
        x right, y down from the middle of the skin. [mm]
    size : tuple of float
        Width and height. [mm]
    colour : str
        One of `HAIR_COLOURS`.
    seed : int

    Returns
    -------
    Hair
    """
    half = (middle[0], middle[1], size[0] / 2, size[1] / 2)
    return Hair(
        density=250.0,
        length=7.0,
        width=0.08,
        colour=colour,
        direction=-20.0,
        spread=18.0,
        patch=half,
        seed=seed,
    )


def draw_hair(hair: Hair, extent_mm: tuple[float, float], mm_per_pixel: float) -> np.ndarray:
    """
    Draw hairs on skin laid flat.

    Parameters
    ----------
    hair : Hair
        Its seed decides everything that is drawn.
    extent_mm : tuple of float
        Height and width. [mm]
    mm_per_pixel : float
        Of the raster. Another resolution shows the same hairs. [mm]

    Returns
    -------
    array of float32, shape (rows, columns)
        Share of each pixel that is covered. [1]
    """
    import cv2

    shape = raster_shape(extent_mm, mm_per_pixel)
    finer = max(1, int(np.ceil(mm_per_pixel / max(_FINEST_MM, hair.width / 4))))
    canvas = np.zeros((shape[0] * finer, shape[1] * finer), dtype=np.uint8)
    side = mm_per_pixel / finer
    for path, width in zip(*_paths(hair, extent_mm), strict=True):
        # A ribbon, whose rim cv2 draws as well: half a pixel on each side. Its thick lines are two too wide.
        along = np.gradient(path, axis=0)
        across = along[:, ::-1] * (-1, 1) / np.hypot(*along.T)[:, None]
        half = across * max(width - side, 0) / 2
        # cv2 counts from the middle of the first pixel, and in sixteenths of a pixel
        rim = np.concatenate([path - half, (path + half)[::-1]]) / side - 0.5
        cv2.fillPoly(canvas, [np.round(rim * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    cover = cv2.resize(canvas, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(cover, dtype=np.float32) / np.float32(255)


def _paths(hair: Hair, extent_mm: tuple[float, float]) -> tuple[list[np.ndarray], list[float]]:
    """Middle line of every hair (x, y from the upper left corner), and its width. [mm]"""
    rng = np.random.default_rng([hair.seed, 17])
    height, width = extent_mm
    origin = np.array([width, height]) / 2
    if hair.patch is None:
        number = rng.poisson(hair.density * height * width / 100)
        roots = rng.uniform(0, 1, (number, 2)) * (width, height)
    else:
        x, y, across, down = hair.patch
        number = rng.poisson(hair.density * np.pi * across * down / 100)
        angle, radius = rng.uniform(0, 2 * np.pi, number), np.sqrt(rng.uniform(0, 1, number))
        roots = (
            origin
            + (x, y)
            + np.stack([across * np.cos(angle), down * np.sin(angle)], axis=1) * radius[:, None]
        )
    field = 15.0 * smooth_noise(rng, extent_mm, 2.0, 25.0)  # the field turns over centimetres [degrees]
    place = np.clip((roots[:, ::-1] / 2.0).astype(int), 0, np.array(field.shape) - 1)
    heading = hair.direction + field[place[:, 0], place[:, 1]] + hair.spread * rng.standard_normal(number)
    bend = hair.curl * rng.standard_normal(number)
    lengths = hair.length * np.exp(0.3 * np.clip(rng.standard_normal(number), -2, 2))
    widths = hair.width * np.exp(0.2 * np.clip(rng.standard_normal(number), -2, 2))
    paths = []
    for root, start, turn, length in zip(roots, heading, bend, lengths, strict=True):
        step = length / max(int(np.ceil(length / _STEP_MM)), 1)
        along = np.arange(0, length + step / 2, step)
        angle = np.radians(start + turn * along)
        moved = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0) * step
        paths.append(root + moved - moved[0])
    return paths, widths.tolist()
