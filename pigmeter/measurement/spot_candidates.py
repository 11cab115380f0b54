"""Where spots may be: bright and dark places of every size in mm, told from noise and from mottle."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.noise import Noise
from pigmeter.reference import limit

_QUANTILE, _AT_QUANTILE = 0.3, 0.38532  # of the size of a number drawn from a normal distribution of SD 1
_STEPS = (0.5, 1.0, 2**0.5, 2.0, 8**0.5)  # SD; the first is for outlines [px]
_EFFECTIVE_SIDE = (
    3.545  # a mean under a Gaussian of SD 1 is as noisy as over a square of this side, sqrt(4 pi)
)


@dataclass(frozen=True, slots=True)
class Level:
    """
    A map at one resolution of the pyramid, smoothed by the width of one of its pixels.

    Attributes
    ----------
    values : array of float32, shape (rows, columns)
        NaN where too little around is known.
    side_mm : float
        Of a pixel. [mm]
    """

    values: np.ndarray
    side_mm: float


@dataclass(frozen=True, slots=True)
class Answer:
    """
    How much each place stands out at one scale.

    Attributes
    ----------
    scale_mm : float
        SD of the inner Gaussian. [mm]
    side_mm : float
        Of a pixel. [mm]
    values : array of float32, shape (rows, columns)
        Inner mean less outer mean, 0 where too little is known. [the map's unit]
    known : array of bool, shape (rows, columns)
    """

    scale_mm: float
    side_mm: float
    values: np.ndarray
    known: np.ndarray

    @property
    def spread(self) -> float:
        """SD that the values of the skin's usual places would have; spots move it little. [the map's unit]"""
        size = np.abs(self.values[::2, ::2][self.known[::2, ::2]])
        return float(np.quantile(size, _QUANTILE)) / _AT_QUANTILE if len(size) else 0.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    Places that stand out, strongest first.

    Attributes
    ----------
    y, x : array of float64, shape (n,)
        From the upper left corner of the map. [mm]
    radius : array of float64, shape (n,)
        Of the disc that would answer like this. [mm]
    contrast : array of float64, shape (n,)
        Of that disc, positive for what is brighter than its surroundings. [the map's unit]
    threshold : array of float64, shape (n,)
        What noise and mottle could do. [the map's unit]
    noise : array of float64, shape (n,)
        SD of the camera's noise in such a contrast. [the map's unit]
    mottle : array of float64, shape (n,)
        SD of such contrasts over the skin's usual places. [the map's unit]
    """

    y: np.ndarray
    x: np.ndarray
    radius: np.ndarray
    contrast: np.ndarray
    threshold: np.ndarray
    noise: np.ndarray
    mottle: np.ndarray


def answers_of(values: np.ndarray, side_mm: float) -> tuple[tuple[Answer, ...], tuple[Level, ...]]:
    """
    Filter a map at every scale.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
        NaN where nothing is known.
    side_mm : float
        Of a pixel. [mm]

    Returns
    -------
    answers : tuple of Answer
        Half an octave apart, the finest first.
    levels : tuple of Level
        The pyramid of the map, the finest first.

    Notes
    -----
    The answer at a scale s is the mean under a Gaussian of SD s less that under one of SD 2 s, each over
    what is
    known (normalised convolution [1]_), so that masked pixels count for nothing. Half-octave steps of s. A
    disc
    of contrast 1 and radius 1.92 s is answered by 0.472.

    References
    ----------
    .. [1] Knutsson and Westin, Normalized and differential convolution, CVPR 1993. Seen: secondary.
    .. [2] Lindeberg, Feature detection with automatic scale selection, Int J Comput Vis 1998;30:79.
       Seen: abstract.
    """
    import cv2

    known = np.isfinite(values)
    answers: list[Answer] = []
    levels: list[Level] = []
    if not known.any():
        return (), ()
    middle = (
        np.float32(np.median(values[::4, ::4][known[::4, ::4]])) if known[::4, ::4].any() else np.float32(0)
    )
    weight = known.astype(np.float32)
    mass = np.where(known, values - middle, np.float32(0))
    side, done = side_mm, 0.0
    while side <= limit("spots", "largest_scale_mm") and min(mass.shape) >= 8:
        steps = _blurred(mass, weight, done)
        fine, share = steps[0]
        levels.append(Level(np.where(share > 0.4, fine + middle, np.float32(np.nan)), side))
        for i, scale in enumerate((1.0, 2**0.5)):
            (inner, inner_share), (outer, outer_share) = steps[1 + i], steps[3 + i]
            whole = (inner_share > limit("spots", "inner_known")) & (
                outer_share > limit("spots", "outer_known")
            )
            answers.append(Answer(scale * side, side, np.where(whole, inner - outer, np.float32(0)), whole))
        mean, share = steps[1]
        rows, columns = (n - n % 2 for n in mass.shape)
        weight, mass = (
            cv2.resize(image[:rows, :columns], (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
            for image in (share, mean * share)
        )
        side, done = side * 2, 1 / 4 + 1 / 16  # of one pixel's variance before halving, and of the halving
    return tuple(answers), tuple(levels)


def halved(values: np.ndarray) -> np.ndarray:
    """Means of two by two pixels over those that are known, NaN where fewer than two are."""
    rows, columns = (n - n % 2 for n in values.shape)
    whole = values[:rows, :columns]
    known = np.isfinite(whole)
    filled = np.where(known, whole, np.float32(0))
    # four slices: a sum over axes of two is ten times slower
    number = sum(known[i::2, j::2].astype(np.uint8) for i in (0, 1) for j in (0, 1))
    total = (filled[::2, ::2] + filled[::2, 1::2]) + (filled[1::2, ::2] + filled[1::2, 1::2])
    return np.where(number >= 2, total / np.maximum(number, 1), np.nan).astype(np.float32)


def mottle_of(answers: Sequence[Answer], capped: bool = True) -> np.ndarray:
    """
    SD of the skin's own mottle and the noise in the contrast of a disc, at each scale, shape (scales,).

    Where spots may be among what varies (`capped`), mottle of wide scales is not taken to be much larger
    than its
    median over all scales.
    """
    _, gain = disc_response()
    spreads = np.array([answer.spread for answer in answers]) / gain
    if not len(spreads) or not capped:
        return spreads
    usual = limit("spots", "mottle_growth") * float(np.median(spreads))
    wide = np.array([answer.scale_mm > limit("spots", "wide_scale_mm") for answer in answers])
    return np.where(wide, np.minimum(spreads, usual), spreads)


def camera_noise(
    answers: Sequence[Answer], key: str, found: SkinMaps, noise: Noise
) -> tuple[np.ndarray, ...]:
    """
    Tell how the camera's noise moves the answers of a map, where the skin is as bright as it is.

    Parameters
    ----------
    answers : sequence of Answer
        Of the map, from `answers_of`.
    key : str
        The map's quantity.
    found : SkinMaps
    noise : Noise

    Returns
    -------
    tuple of array, shape (rows, columns)
        SD for each answer, on a coarse raster over the map. [the map's unit]
    """
    response = _smooth_response(found)
    sides = (_EFFECTIVE_SIDE * answer.scale_mm for answer in answers)
    return tuple(noise.spread(key, response, side).astype(np.float32) for side in sides)


def find_candidates(
    answers: Sequence[Answer], mottle: np.ndarray, key: str, grain: Sequence[np.ndarray]
) -> Candidates:
    """
    Pick the places of a map that stand out from their surroundings.

    Parameters
    ----------
    answers : sequence of Answer
        Of the map, from `answers_of`.
    mottle : array, shape (scales,)
        From `mottle_of`. [the map's unit]
    key : str
        The map's quantity.
    grain : sequence of array
        From `camera_noise`, of the same answers.

    Returns
    -------
    Candidates
        Larger in size than their neighbours in place and in scale, and than noise and mottle can be.
    """
    import cv2

    radius_of, gain = disc_response()
    picked = [np.zeros((7, 0))]
    kernel = np.ones((3, 3), dtype=np.uint8)
    for number, (answer, own, camera) in enumerate(zip(answers, mottle, grain, strict=True)):
        size = np.abs(answer.values)
        least = max(
            limit("spots", "mottle_factor_sharp") * own * gain,
            limit("spots", "noise_factor") * float(camera.min()),
            limit("spots", "least_erythema" if key == "erythema_index" else "least_contrast") * gain,
        )
        rows, columns = size.shape
        high = np.flatnonzero((size > np.float32(least)) & (size >= cv2.dilate(size, kernel)))
        y, x = np.divmod(high, columns)
        at = (y * camera.shape[0] // rows, x * camera.shape[1] // columns)
        bar = np.maximum(least, limit("spots", "noise_factor") * camera[at])
        good = size[y, x] > bar
        for other in (number - 1, number + 1):
            if 0 <= other < len(answers):
                sign = _sign(answer.values[y, x])
                good &= size[y, x] >= sign * _sampled(answers[other], y, x, answer.side_mm)
        y, x, at = y[good], x[good], (at[0][good], at[1][good])
        picked.append(
            np.stack(
                [
                    (y + 0.5) * answer.side_mm,
                    (x + 0.5) * answer.side_mm,
                    np.full(len(y), radius_of * answer.scale_mm),
                    answer.values[y, x] / gain,
                    bar[good] / gain,
                    camera[at] / gain,
                    np.full(len(y), own),
                ]
            )
        )
    together = np.concatenate(picked, axis=1)
    order = np.lexsort((together[1], together[0], -np.abs(together[3])))
    return Candidates(*together[:, order])


def _sign(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0, np.float32(1), np.float32(-1))


def _sampled(answer: Answer, y: np.ndarray, x: np.ndarray, side_mm: float) -> np.ndarray:
    """Values of an answer at pixels of another of pixel side `side_mm`."""
    rows, columns = answer.values.shape
    i, j = (((n + 0.5) * side_mm / answer.side_mm).astype(int) for n in (y, x))
    sampled: np.ndarray = answer.values[np.minimum(i, rows - 1), np.minimum(j, columns - 1)]
    return sampled


def _blurred(mass: np.ndarray, weight: np.ndarray, done: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """
    Means under Gaussians of `_STEPS`, and which part of each is known.

    `done` is the variance of the blur that the image has already. [px2]
    """
    import cv2

    out = []
    for scale in _STEPS:
        if scale**2 - done > 1e-3:
            step = float(np.sqrt(scale**2 - done))
            size = 2 * int(np.ceil(3 * step)) + 1
            mass, weight = (
                cv2.GaussianBlur(image, (size, size), step, borderType=cv2.BORDER_CONSTANT)
                for image in (mass, weight)
            )
            done = scale**2
        out.append((mass / np.maximum(weight, np.float32(1e-6)), weight))
    return out


@cache
def disc_response() -> tuple[float, float]:
    """Radius of the disc that the filter of scale 1 answers most, and that answer."""
    ratio = np.log(4) / 0.75
    return float(np.sqrt(2 * ratio)), float(np.exp(-ratio / 4) - np.exp(-ratio))


def _smooth_response(found: SkinMaps) -> np.ndarray:
    """Mean response on a coarse raster over the map, shape (3, rows, columns); beside skin the skin's own."""
    import cv2

    skin = found.skin_cells.skin
    usual = np.median(found.cells.response[:, skin], axis=1) if skin.any() else np.full(3, 0.2)
    planes = []
    rows, columns = (max(1, n // 12) for n in skin.shape)
    for plane, value in zip(found.cells.response, usual, strict=True):
        filled = np.where(skin, plane, np.float32(value)).astype(np.float32)
        planes.append(cv2.resize(filled, (columns, rows), interpolation=cv2.INTER_AREA))
    return np.stack(planes)
