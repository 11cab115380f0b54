"""The pictures of a comparison: both photos in the light of their charts and in one frame, and their maps."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.reference import limit
from pigmeter.report.colour_scale import NOTHING
from pigmeter.report.markup import Markup
from pigmeter.report.panel import view_on_skin
from pigmeter.report.pictures import View, centres, on_screen, shrunk

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change
    from pigmeter.measurement.measurement import Measurement

_UNSEEN = np.array([int(NOTHING[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """
    Both photos as they are shown.

    Attributes
    ----------
    before, after : array of uint8, shape (rows, columns, 3)
        sRGB.
    view : View
        The part of the baseline that both show, or of its own photo each where they are not aligned.
    aligned : bool
        Whether `after` is laid over `before`, pixel by pixel.
    """

    before: np.ndarray
    after: np.ndarray
    view: View
    aligned: bool


def photo_pair(change: "Change", longest: float) -> PhotoPair:
    """
    Return both photos of a comparison as if taken in the same light.

    Parameters
    ----------
    change : Change
    longest : float
        Longer side of the pictures. [px]

    Returns
    -------
    PhotoPair

    Notes
    -----
    Each pixel is the scene's response (a perfect white is 1) that the visit's profile reads in it, so that
    white balance, exposure and tone curve of either photo are taken out, and a lamp that was brighter does
    not pass for skin that got lighter. What the two lamps make of skin beyond that is left in.
    """
    before, view = own_photo(change.baseline, longest)
    if change.alignment is None:
        return PhotoPair(before, own_photo(change.follow_up, longest)[0], view, False)
    return PhotoPair(before, _laid_over(change, view, before.shape[1], before.shape[0]), view, True)


def own_photo(measurement: "Measurement", longest: float) -> tuple[np.ndarray, View]:
    """Return the part of a photo that shows skin, in the light of its chart, and which part it is."""
    view = view_on_skin(measurement)
    part = view.cut(measurement.photo.pixels, measurement.scale)
    columns, rows = fitting(part.shape, longest)
    return in_chart_light(measurement, shrunk(part, columns, rows)), view


def in_chart_light(measurement: "Measurement", encoded: np.ndarray) -> np.ndarray:
    """
    Return pixels as a screen shows them in a light under which a perfect white is white.

    Parameters
    ----------
    measurement : Measurement
    encoded : array of uint8 or uint16, shape (rows, columns, 3)
        Values of its photo.

    Returns
    -------
    array of uint8, shape (rows, columns, 3)
        sRGB.
    """
    photo = measurement.photo
    return on_screen(photo, measurement.profile.response_table(photo), encoded)


def fitting(shape: tuple[int, ...], longest: float) -> tuple[int, int]:
    """Return columns and rows of a picture of something with such rows and columns; it is never enlarged."""
    rows, columns = shape[:2]
    share = min(1.0, longest / max(rows, columns))
    return max(1, round(share * columns)), max(1, round(share * rows))


def jpeg_file(picture: np.ndarray, most_bytes: float) -> bytes:
    """
    Return a picture as a JPEG file that holds nothing but the picture.

    Parameters
    ----------
    picture : array of uint8, shape (rows, columns, 3)
        sRGB.
    most_bytes : float
        Quality is lowered, down to ``jpeg_least_quality``, until the file is no larger.
    """
    import simplejpeg

    quality, least = (int(limit("page", key)) for key in ("jpeg_quality", "jpeg_least_quality"))
    picture = np.ascontiguousarray(picture)
    while True:
        data = bytes(
            simplejpeg.encode_jpeg(picture, quality=quality, colorspace="RGB", colorsubsampling="420")
        )
        if len(data) <= most_bytes or quality <= least:
            return data
        quality = max(least, quality - 6)


def data_address(kind: str, data: bytes) -> Markup:
    """Return the address under which a file that stands in the page itself is found."""
    return Markup(f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}")


def picked(values: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Return a map at the size of a picture, each pixel a copy of what its middle lies in."""
    return np.asarray(values[np.ix_(centres(values.shape[0], rows), centres(values.shape[1], columns))])


def _laid_over(change: "Change", view: View, columns: int, rows: int) -> np.ndarray:
    """The follow-up's photo in the frame of a part of the baseline's, grey where it shows nothing."""
    import cv2

    alignment, visit = change.alignment, change.follow_up
    if alignment is None:
        return np.broadcast_to(_UNSEEN, (rows, columns, 3))
    across, down = (
        (first + (np.arange(n) + 0.5) * length / n - 0.5).astype(np.float32)
        for first, length, n in ((view.left, view.width, columns), (view.top, view.height, rows))
    )
    places = [
        cv2.remap(plane, *np.meshgrid(across, down), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for plane in (alignment.x, alignment.y)
    ]
    seen = np.isfinite(places[0]) & np.isfinite(places[1])
    # Shrunk first to what the picture can show: a pixel that is picked out of many is noise.
    wide = columns / view.width / max(float(np.sqrt(abs(np.linalg.det(alignment.matrix[:2, :2])))), 1e-3)
    pixels = visit.photo.pixels
    share = min(1.0, wide / visit.scale)
    size = [max(1, round(share * side)) for side in pixels.shape[:2]]
    small = in_chart_light(visit, shrunk(pixels, size[1], size[0]))
    x, y = (
        np.where(seen, (place + np.float32(0.5)) * np.float32(visit.scale * to / of) - np.float32(0.5), -9e3)
        for place, to, of in zip(places, size[::-1], pixels.shape[1::-1], strict=True)
    )
    laid: np.ndarray = cv2.remap(
        small,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_CUBIC if share < 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=[int(value) for value in _UNSEEN],
    )
    return laid
