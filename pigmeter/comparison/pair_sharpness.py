"""Whether both photos show the skin equally sharp, measured in mm on the skin itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_GREEN = 1
_SOME = 5  # every so many pixels are looked at for a window's brightness
_WINDOW = 32  # side of a window of skin, in pixels of the common scale: two periods of the middle band


@dataclass(frozen=True, slots=True)
class Sharpness:
    """
    How sharp the follow-up shows the skin beside the baseline.

    Attributes
    ----------
    blur_mm : float
        SD of the Gaussian blur that would make the sharper photo as soft as the other; above 0 if the
        follow-up is the softer one, below 0 if the baseline is. [mm]
    error_mm : float
        Standard uncertainty of it, from window to window. [mm]
    scale_mm : float
        Side of a pixel of the scale at which both were looked at. [mm]
    windows : int
        Windows of skin in the photo that has fewer.
    """

    blur_mm: float
    error_mm: float
    scale_mm: float
    windows: int


def compare_sharpness(baseline: "Measurement", follow_up: "Measurement") -> Sharpness | None:
    """
    Compare the sharpness of two photos on their skin, at one scale in mm.

    Parameters
    ----------
    baseline, follow_up : Measurement

    Returns
    -------
    Sharpness or None
        None where a photo has no scale, or too little whole skin.

    Notes
    -----
    The same skin has the same furrows at every visit. The variance of the log of green in a fine and in a
    middle band of size, less what the camera's noise puts there, falls with a blur of SD s by
    ``exp(-(s k)^2)``, k being the band's frequency: how much more the fine band falls than the middle one is
    the blur, and strength and direction of the light, which lift or flatten both, mostly cancel.
    """
    before, after = (
        None if one.mm_per_pixel is None else one.mm_per_pixel / one.scale for one in (baseline, follow_up)
    )
    if before is None or after is None:
        return None
    scale = max(limit("pairing", "sharpness_mm"), limit("pairing", "sharpness_pixels") * max(before, after))
    while scale <= limit("pairing", "sharpness_coarsest_mm"):
        first, second = _look(baseline, before, scale), _look(follow_up, after, scale)
        if min(len(first.ratios), len(second.ratios)) < limit("pairing", "sharpness_windows"):
            return None
        if _tellable(first.above_noise, second.above_noise):
            return _compared(first.ratios, second.ratios, scale)
        scale *= limit("pairing", "sharpness_step")
    return None


def _tellable(*above_noise: float) -> bool:
    """Whether furrows stand out of the noise: in both photos, or so far in one that the other is blurred."""
    lower, upper = sorted(above_noise)
    least = limit("pairing", "sharpness_clear")
    if lower >= limit("pairing", "sharpness_other"):
        least = limit("pairing", "sharpness_noise")
    return upper >= least


def _compared(before: np.ndarray, after: np.ndarray, scale_mm: float) -> Sharpness:
    # Of a median, from the quartiles, which odd windows do not move.
    errors = [
        1.25 / 1.35 * float(np.subtract(*np.percentile(ratios, (75, 25)))) / np.sqrt(len(ratios))
        for ratios in (before, after)
    ]
    fall, error = float(np.median(before) - np.median(after)), float(np.hypot(*errors))
    middle, fine = _frequencies()
    span = fine**2 - middle**2
    blur = np.sqrt(abs(fall) / span) * scale_mm
    slope = scale_mm / (2 * np.sqrt(max(abs(fall), error) * span))
    windows = min(len(before), len(after))
    return Sharpness(float(np.copysign(blur, fall)), float(error * slope), scale_mm, windows)


@dataclass(frozen=True, slots=True)
class _Look:
    """One photo at one scale: log of fine over middle variance of each window, and fine over noise."""

    ratios: np.ndarray
    above_noise: float


def _look(one: "Measurement", pixel_mm: float, scale_mm: float) -> _Look:
    from pigmeter.measurement.noise import noise_of

    side = scale_mm / pixel_mm
    corners = _windows_on_skin(one, side * _WINDOW)
    if not len(corners):
        return _Look(np.empty(0), 0.0)
    table = one.profile.response_table(one.photo)
    model = noise_of(one.photo, one.profile, one.chart, one.scale, one.mm_per_pixel).model
    crops = [_crop(one, corner, side * _WINDOW) for corner in corners]
    typical = np.array([_typical(table, crop) for crop in crops]).T
    noise = model.covariance(typical, side)[_GREEN, _GREEN] / typical[_GREEN] ** 2
    variances = np.array([_band_variances(np.log(table[_GREEN][crop[..., _GREEN]])) for crop in crops])
    owed = noise[:, None] * _noise_gains()
    # What noise has drowned is at most as much as could still be told from it.
    net = np.maximum(variances - owed, limit("pairing", "sharpness_floor") * owed)
    above = float(np.median(variances[:, 0] / owed[:, 0]))
    return _Look(np.log(net[:, 0] / net[:, 1]), above)


def _typical(table: np.ndarray, crop: np.ndarray) -> np.ndarray:
    """Median response of a window, shape (3,), of some of its pixels."""
    middle = np.median(crop[::_SOME, ::_SOME].reshape(-1, 3), axis=0).astype(int)
    return np.asarray(table[np.arange(3), middle])


def _windows_on_skin(one: "Measurement", side: float) -> np.ndarray:
    """Row and column of the corners of windows of whole skin, spread evenly, shape (n, 2). [photo px]"""
    rows, columns = (int(length // side) for length in one.photo.shape)
    if rows * columns == 0:
        return np.empty((0, 2))
    step = side / one.scale
    sums = np.pad(one.skin.astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    down, across = (np.round(np.arange(n + 1) * step).astype(int) for n in (rows, columns))
    corner = sums[np.ix_(np.minimum(down, one.skin.shape[0]), np.minimum(across, one.skin.shape[1]))]
    inside = np.diff(np.diff(corner, axis=0), axis=1) / np.outer(np.diff(down), np.diff(across))
    places = np.argwhere(inside >= limit("pairing", "sharpness_skin"))
    most = int(limit("pairing", "sharpness_most"))
    chosen = np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))
    return np.asarray(places[chosen] * side)


def _crop(one: "Measurement", corner: np.ndarray, side: float) -> np.ndarray:
    row, column = np.round(corner).astype(int)
    length = round(side)
    return one.photo.pixels[row : row + length, column : column + length]


def _bands(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fine and middle band of an image, without the rim where the blur runs out of it."""
    import cv2

    rim = _WINDOW // 8
    blurred = [cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101) for sigma in _SIGMAS]
    first, second, third, fourth = (each[rim:-rim, rim:-rim] for each in blurred)
    return first - second, third - fourth


_SIGMAS = (0.7, 1.4, 2.1, 4.2)
"""Of the blurs whose differences are the two bands. [pixels of the common scale]"""


def _band_variances(image: np.ndarray) -> tuple[float, float]:
    import cv2

    small = cv2.resize(image, (_WINDOW, _WINDOW), interpolation=cv2.INTER_AREA)
    fine, middle = _bands(small)
    return float(fine.var()), float(middle.var())


def _frequencies() -> tuple[float, float]:
    """Frequency that each band passes most, the middle one first. [radian per pixel of the scale]"""
    found = []
    for narrow, wide in (_SIGMAS[:2], _SIGMAS[2:]):
        found.append(float(np.sqrt(2 * np.log(wide**2 / narrow**2) / (wide**2 - narrow**2))))
    return found[1], found[0]


def _noise_gains() -> tuple[float, float]:
    """Variance that white noise of variance 1 leaves in either band."""
    impulse = np.zeros((_WINDOW, _WINDOW), dtype=np.float32)
    impulse[_WINDOW // 2, _WINDOW // 2] = 1
    fine, middle = _bands(impulse)
    return float((fine**2).sum()), float((middle**2).sum())
