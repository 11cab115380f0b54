"""Photos and maps made small for showing: a photo as the eye sees it, means of a map without its gaps."""

from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.photo.photo import Photo
from pigmeter.report.palettes import srgb_from_linear


@dataclass(frozen=True, slots=True)
class View:
    """
    A rectangle of a photo, as fractions of its width and height.

    Attributes
    ----------
    left, top, right, bottom : float
        [0..1]
    """

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def width(self) -> float:
        """Share of the photo's width. [1]"""
        return self.right - self.left

    def cut(self, image: np.ndarray) -> np.ndarray:
        """Return the part of `image`, shape (rows, columns[, channels]), that lies in the rectangle."""
        rows, columns = image.shape[:2]
        top, left = int(self.top * rows), int(self.left * columns)
        bottom, right = int(np.ceil(self.bottom * rows)), int(np.ceil(self.right * columns))
        return image[top:bottom, left:right]


def photo_for_show(photo: Photo, columns: int) -> np.ndarray:
    """
    Return a photo as a screen shows it, made small.

    Parameters
    ----------
    photo : Photo
    columns : int
        Wanted width; a smaller photo keeps its own. [px]

    Returns
    -------
    array of uint8, shape (rows, columns, 3)
        sRGB, whatever the colour space of the file.
    """
    pixels = photo.pixels
    stride = max(1, pixels.shape[1] // (3 * columns))  # three samples across a shown pixel are plenty
    small = shrink(np.ascontiguousarray(pixels[::stride, ::stride]), columns)
    linear = photo.linear(small) @ (SRGB_FROM_XYZ @ photo.primaries).T
    return np.asarray(np.round(255 * srgb_from_linear(linear)), dtype=np.uint8)


def shrink(image: np.ndarray, columns: int) -> np.ndarray:
    """Return `image` at most `columns` wide, each pixel the mean of what it covers."""
    if image.shape[1] <= columns:
        return image
    rows = max(1, round(image.shape[0] * columns / image.shape[1]))
    return cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)


def shrink_map(values: np.ndarray, columns: int) -> np.ndarray:
    """
    Return a map at most `columns` wide, each pixel the mean of the valid ones it covers.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
        NaN where there is no value.
    columns : int
        Wanted width. [px]

    Returns
    -------
    array of float32
        NaN where less than half of what a pixel covers is valid.
    """
    if values.shape[1] <= columns:
        return values
    valid = np.isfinite(values)
    weight = shrink(valid.astype(np.float32), columns)
    total = shrink(np.where(valid, values, np.float32(0)), columns)
    return np.where(weight >= 0.5, total / np.maximum(weight, 0.5), np.nan).astype(np.float32)


def outline_field(mask: np.ndarray, columns: int) -> np.ndarray:
    """Return a mask at most `columns` wide as a soft field with its outline, always closed, at 0.5."""
    field = shrink(mask.astype(np.float32), columns)
    field = cv2.GaussianBlur(field, (0, 0), 1.2)
    field[[0, -1]] = 0
    field[:, [0, -1]] = 0
    return field


def view_of(mask: np.ndarray, margin: float, below: float, least: float) -> View:
    """
    Return the part of a photo worth showing: around `mask`, in the photo's own proportions.

    Parameters
    ----------
    mask : array of bool, shape (rows, columns)
        What should be seen.
    margin : float
        Left free around it on each side, as a fraction of the photo. [1]
    below : float
        The whole photo is returned unless the part is narrower than this fraction of it. [1]
    least : float
        The part is never narrower than this fraction of the photo. [1]
    """
    if not mask.any():
        return View()
    top, bottom = _extent(mask.sum(axis=1))
    left, right = _extent(mask.sum(axis=0))
    top, bottom, left, right = top - margin, bottom + margin, left - margin, right + margin
    side = max(bottom - top, right - left, least)
    if side >= below:
        return View()
    x = float(np.clip((left + right - side) / 2, 0.0, 1.0 - side))
    y = float(np.clip((top + bottom - side) / 2, 0.0, 1.0 - side))
    return View(x, y, x + side, y + side)


def _extent(counts: np.ndarray) -> tuple[float, float]:
    """Return where all but a few stray pixels of a mask begin and end along an axis, as fractions of it."""
    share = np.cumsum(counts) / counts.sum()
    return float(np.argmax(share > 0.005)) / counts.size, float(np.argmax(share >= 0.995) + 1) / counts.size
