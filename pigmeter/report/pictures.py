"""Photos, maps and masks at the size of a picture: means where they shrink, copies where they grow."""

from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.photo.photo import Photo
from pigmeter.report.palettes import srgb_from_linear


@dataclass(frozen=True, slots=True)
class View:
    """
    A rectangle of a photo's maps: the part that a picture shows. [map px]

    Attributes
    ----------
    left, top, right, bottom : int
        The last two are not in it any more.
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Map pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Map pixels down."""
        return self.bottom - self.top

    def cut(self, image: np.ndarray, scale: int = 1) -> np.ndarray:
        """Return its part of a map, or of a photo with so many pixels per map pixel."""
        return image[scale * self.top : scale * self.bottom, scale * self.left : scale * self.right]


def view_of(mask: np.ndarray, margin: float, below: float, least: float) -> View:
    """
    Return the part of a photo worth showing: around `mask`, in the photo's own proportions.

    Parameters
    ----------
    mask : array of bool, shape (rows, columns)
        What should be seen, at the resolution of the maps.
    margin : float
        Left free around it on each side, as a fraction of the photo. [1]
    below : float
        The whole photo is returned unless the part is narrower than this fraction of it. [1]
    least : float
        The part is never narrower than this fraction of the photo. [1]
    """
    rows, columns = mask.shape
    whole = View(0, 0, columns, rows)
    stride = max(1, max(mask.shape) // 1000)
    sample = mask[::stride, ::stride]
    if not sample.any():
        return whole
    top, bottom = _extent(np.count_nonzero(sample, axis=1))
    left, right = _extent(np.count_nonzero(sample, axis=0))
    top, bottom, left, right = top - margin, bottom + margin, left - margin, right + margin
    side = max(bottom - top, right - left, least)
    if side >= below:
        return whole
    x = float(np.clip((left + right - side) / 2, 0.0, 1.0 - side))
    y = float(np.clip((top + bottom - side) / 2, 0.0, 1.0 - side))
    return View(
        int(x * columns), int(y * rows), int(np.ceil((x + side) * columns)), int(np.ceil((y + side) * rows))
    )


def photo_picture(photo: Photo, pixels: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """
    Return a photo, or a part of one, as a screen shows it.

    Parameters
    ----------
    photo : Photo
    pixels : array, shape (any, any, 3)
        Its pixels, or those of a part of it.
    columns, rows : int
        Wanted size. [px]

    Returns
    -------
    array of uint8, shape (rows, columns, 3)
        sRGB, whatever the colour space of the file.
    """
    return on_screen(photo, photo.decode, shrunk(pixels, columns, rows))


def shrunk(pixels: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Return a photo's values at the size of a picture."""
    stride = max(1, pixels.shape[1] // (3 * columns))  # three samples across a shown pixel are plenty
    return resized(np.ascontiguousarray(pixels[::stride, ::stride]), columns, rows)


def on_screen(photo: Photo, table: np.ndarray, encoded: np.ndarray) -> np.ndarray:
    """
    Return values of a photo as a screen shows the light that they stand for.

    Parameters
    ----------
    photo : Photo
        Whose primaries they are of.
    table : array, shape (3, levels)
        Light of every encoded value, by channel. [1]
    encoded : array of uint8 or uint16, shape (rows, columns, 3)

    Returns
    -------
    array of uint8, shape (rows, columns, 3)
        sRGB.
    """
    linear = np.stack([table[c][encoded[..., c]] for c in range(3)], axis=-1)
    linear = linear @ (SRGB_FROM_XYZ @ photo.primaries).T.astype(np.float32)
    return np.asarray(np.round(255 * srgb_from_linear(linear)), dtype=np.uint8)


def resized(image: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Return an image in another size, each pixel the mean of what it covers, or a copy of where it lies."""
    if image.shape[:2] == (rows, columns):
        return image
    if image.shape[1] >= columns and image.shape[0] >= rows:
        return cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    places = np.ix_(centres(image.shape[0], rows), centres(image.shape[1], columns))
    return np.asarray(image[places])


def centres(there: int, wanted: int) -> np.ndarray:
    """Return which of `there` pixels in a row lie under the middles of as many as `wanted`."""
    return np.minimum((np.arange(wanted) + 0.5) * there / wanted, there - 1).astype(np.intp)


def resized_map(values: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """
    Return a map in another size, each pixel the mean of the valid ones it covers.

    Parameters
    ----------
    values : array of float32, shape (any, any)
        NaN where there is no value.
    columns, rows : int
        Wanted size. [px]

    Returns
    -------
    array of float32, shape (rows, columns)
        NaN where less than half of what a pixel covers is valid.
    """
    if values.shape[1] < columns or values.shape[0] < rows:
        return resized(values, columns, rows)
    valid = (values == values).view(np.uint8)
    weight = resized(valid.astype(np.float32), columns, rows)
    filled = values.copy()
    cv2.patchNaNs(filled, 0.0)
    total = resized(filled, columns, rows)
    return np.where(weight >= 0.5, total / np.maximum(weight, 0.5), np.nan).astype(np.float32)


def outlines_of(mask: np.ndarray) -> list[np.ndarray]:
    """
    Return the outlines of a mask, a little smoothed.

    Parameters
    ----------
    mask : array of bool, shape (rows, columns)

    Returns
    -------
    list of array, shape (n, 2)
        Closed, as x and y; the middle of the first pixel is at 0, 0.
    """
    from skimage.measure import find_contours

    stride = max(1, max(mask.shape) // 700)
    field = cv2.GaussianBlur(mask[::stride, ::stride].astype(np.float32), (0, 0), 1.2)
    field = np.pad(field, 1)  # an outline closes at the border of the map
    return [(path[:, ::-1] - 1) * stride for path in find_contours(field, 0.5)]


def _extent(counts: np.ndarray) -> tuple[float, float]:
    """Return where all but a few stray pixels of a mask begin and end along an axis, as fractions of it."""
    share = np.cumsum(counts) / counts.sum()
    return float(np.argmax(share > 0.005)) / counts.size, float(np.argmax(share >= 0.995) + 1) / counts.size
