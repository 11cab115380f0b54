"""Whether a photo holds as many colours as a chart: asked before a search whose failure changes little."""

import cv2
import numpy as np

from pigmeter.colour.detection import halved, stretched
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

_STEPS = 127  # of a channel's logarithm, so that the sum of two fits 8 bits
_LEFT_OUT = 255


def colour_variety(photo: Photo) -> float:
    """
    How far the colours of a photo spread in the direction in which they spread least.

    Parameters
    ----------
    photo : Photo

    Returns
    -------
    float
        Least width, over all directions, of what the photo covers in the plane of ln(R/G) and ln(B/G), dark
        places left out. Exposure, shading and white balance do not change it. [natural log]

    Notes
    -----
    Skin before a wall or cloth spreads along one line: 0.5 at the most. A chart spreads to all sides: 1.5 in
    a raw file by tungsten light or behind glare, 5 in a JPEG. The photo is shrunk first, which takes away the
    noise; patches as small as can be found still fill two pixels.
    """
    image = stretched(_shrunk(photo.pixels))
    code = cv2.LUT(image, _codes(photo.decode))
    red, green, blue = cv2.split(code)  # green runs downwards
    across, down = cv2.add(red, green), cv2.add(blue, green)
    across[(red == 0) | (blue == 0) | (green == _STEPS)] = _LEFT_OUT
    extent = [0, 2 * _STEPS, 0, 2 * _STEPS]
    counts = cv2.calcHist([across, down], [0, 1], None, [_STEPS, _STEPS], extent)
    places = np.argwhere(counts >= limit("chart", "variety_pixels"))
    if not len(places):
        return 0.0
    turn = np.radians(np.arange(0, 180, 5))
    widths = np.ptp(places @ np.stack([np.cos(turn), np.sin(turn)]), axis=0)
    return float(widths.min() * 2 / _STEPS * -np.log(limit("chart", "variety_darkest")))


def may_show_chart(photo: Photo) -> bool:
    """
    Whether a photo is colourful enough for a chart to be in it.

    Parameters
    ----------
    photo : Photo
    """
    return colour_variety(photo) >= limit("chart", "least_variety")


def _shrunk(pixels: np.ndarray) -> np.ndarray:
    while max(pixels.shape[:2]) >= 2 * limit("chart", "variety_side") and min(pixels.shape[:2]) > 1:
        pixels = halved(pixels)
    return pixels if pixels.dtype == np.uint8 else cv2.convertScaleAbs(pixels, alpha=1 / 257)


def _codes(decode: np.ndarray) -> np.ndarray:
    """Logarithm of the linear value of each 8-bit code in whole steps, shape (1, 256, 3); green downwards."""
    linear = decode[:, :: (decode.shape[1] - 1) // 255]
    darkest = limit("chart", "variety_darkest")
    steps = np.rint(_STEPS * (1 - np.log(np.maximum(linear, darkest)) / np.log(darkest)))
    steps[1] = _STEPS - steps[1]
    return np.ascontiguousarray(np.clip(steps, 0, _STEPS).T.astype(np.uint8)[None])
