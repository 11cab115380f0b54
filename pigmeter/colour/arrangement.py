"""Which of the places on a grid, in which turn, carry the 24 paints: told from colours alone."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.colour.layouts import NEUTRALS
from pigmeter.reference import limit, read_table

# From D50 XYZ to linear sRGB (Bradford-adapted), the space in which most files keep their colours.
_SRGB_FROM_D50 = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
_D50 = np.array([0.96422, 1.0, 0.82521])


@dataclass(frozen=True, slots=True)
class Match:
    """
    How well 24 measured colours fit the 24 paints in one order.

    Attributes
    ----------
    matched : array of bool, shape (24,)
        Patches whose colour is that of their paint.
    residual : float
        Median residual of all patches, cube root of linear value. [1]
    residuals : array, shape (24,)
        [1]
    neutral_order : bool
        Whether the matched patches of the neutral row darken from white to black.
    """

    matched: np.ndarray
    residual: float
    residuals: np.ndarray
    neutral_order: bool

    @property
    def count(self) -> int:
        """Number of matched patches."""
        return int(self.matched.sum())

    @property
    def sound(self) -> bool:
        """Whether this is the chart, in this order."""
        enough = self.count >= limit("chart", "min_matched")
        return enough and self.neutral_order and self.residual <= limit("chart", "max_residual")


def roots_of(linear: np.ndarray) -> np.ndarray:
    """
    Cube roots of linear colours, near to lightness over 116.

    Parameters
    ----------
    linear : array, shape (..., 24, 3)
        In any unit: the third brightest patch is taken for 90 % of white, so a highlight changes nothing. [1]

    Returns
    -------
    array, shape (..., 24, 3)
        A fiftieth of white is added first: noise of dark patches, veiling light and channels at zero (the
        cyan paint lies outside sRGB) then weigh no more than they should. [1]
    """
    bright = np.sort(np.nan_to_num(linear.max(axis=-1)), axis=-1)[..., -3] / 0.9
    white = np.maximum(bright, 1e-6)[..., None, None]
    return np.asarray(np.cbrt(np.maximum(linear / white, 0.0) + 0.02))


@cache
def reference_roots() -> np.ndarray:
    """Return the cube roots of the 24 paints' linear sRGB, charts after November 2014, shape (24, 3). [1]"""
    lab = read_table("charts/published-lab-24-after-2014-11.csv").values.T
    fy = (lab[:, 0] + 16) / 116
    f = np.stack([fy + lab[:, 1] / 500, fy, fy - lab[:, 2] / 200], axis=1)
    xyz = _D50 * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    roots = roots_of(xyz @ _SRGB_FROM_D50.T)
    roots.setflags(write=False)
    return roots


def _features(roots: np.ndarray) -> np.ndarray:
    """Five standardised signals of 24 patches: three channels and two opponents free of white balance."""
    level = roots - roots.mean(axis=-2, keepdims=True)
    level = level / np.maximum(np.sqrt((level**2).mean(axis=-2, keepdims=True)), 1e-6)
    opponents = np.stack(
        [level[..., 0] - level[..., 1], level[..., 2] - 0.5 * (level[..., 0] + level[..., 1])], axis=-1
    )
    spread = np.sqrt((opponents**2).mean(axis=-2, keepdims=True))
    # a grid without colour must not win by the pattern of its noise
    return np.concatenate([level, opponents / np.maximum(spread, 0.1)], axis=-1)


@cache
def _orders() -> np.ndarray:
    """
    Reading orders of a 4 x 6 block: as it lies, turned by half, and both mirrored left to right.

    Returns
    -------
    array of int, shape (4, 24)
        ``block.ravel()[order]`` is in the chart's order.
    """
    block = np.arange(24).reshape(4, 6)
    return np.array([b.ravel() for b in (block, block[::-1, ::-1], block[:, ::-1], block[::-1, :])])


@cache
def _reference_features() -> np.ndarray:
    features = _features(reference_roots())
    return np.asarray(features / np.sqrt((features**2).sum(axis=0)))


@dataclass(frozen=True, slots=True)
class Placement:
    """
    A place of the 24 paints on a grid: patch n lies at grid coordinates ``points[n]``.

    Attributes
    ----------
    points : array of int, shape (24, 2)
        Column and row on the grid, in the chart's order.
    score : float
        Mean correlation of the colours with the paints, -1 to 1.
    mirrored : bool
    """

    points: np.ndarray
    score: float
    mirrored: bool


def placements(linear: np.ndarray, origin: tuple[int, int], handed: bool, count: int = 3) -> list[Placement]:
    """
    Rank the places and turns of the 24 paints on a grid of measured colours.

    Parameters
    ----------
    linear : array, shape (rows, columns, 3)
        Linear colours at the grid's points; NaN where unknown. [1]
    origin : tuple of int
        Grid column and row of the first point.
    handed : bool
        Whether the grid's rows run clockwise from its columns in the photo, as on a printed chart.
    count : int
        How many to return.

    Returns
    -------
    list of Placement
        Best first.
    """
    found: list[Placement] = []
    for transposed in (False, True):
        image = np.swapaxes(linear, 0, 1) if transposed else linear
        if image.shape[0] < 4 or image.shape[1] < 6:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(image, (4, 6), axis=(0, 1))
        blocks = np.moveaxis(windows, 2, -1).reshape(-1, 24, 3)
        valid = np.isfinite(blocks).all(axis=(1, 2))
        features = _features(roots_of(np.where(valid[:, None, None], blocks, 0.5)))
        features = features / np.maximum(np.sqrt((features**2).sum(axis=1, keepdims=True)), 1e-6)
        across = windows.shape[1]
        for number, order in enumerate(_orders()):
            score = (features[:, order] * _reference_features()).sum(axis=1).mean(axis=1)
            score = np.where(valid, score, -1.0)
            for best in np.argsort(-score)[:count]:
                if score[best] <= -1:
                    continue
                row, column = divmod(int(best), across)
                at = np.stack([column + np.arange(24) % 6, row + np.arange(24) // 6], axis=1)[order]
                at = at[:, ::-1] if transposed else at
                turned = transposed != (number >= 2)
                found.append(Placement(at + np.array(origin), float(score[best]), turned == handed))
    return sorted(found, key=lambda place: -place.score)[:count]


def match(linear: np.ndarray, usable: np.ndarray | None = None) -> Match:
    """
    Fit measured colours to the 24 paints and count the patches that agree.

    An affine map of the three cube roots takes up exposure, white balance, the camera's primaries, veiling
    glare and most of a tone curve; a robust fit leaves covered patches outside.

    Parameters
    ----------
    linear : array, shape (24, 3)
        Linear colours in the order to be tested. [1]
    usable : array of bool, shape (24,), optional
        Patches that may count.

    Returns
    -------
    Match
    """
    wanted, roots = reference_roots(), roots_of(linear)
    allowed = np.isfinite(roots).all(axis=1) & (True if usable is None else usable)
    terms = np.column_stack([np.where(allowed[:, None], roots, 0.0), np.ones(24)])
    weight = allowed.astype(float)
    tolerance = limit("chart", "match_distance")
    residuals = np.full(24, np.inf)
    # from a soft start (absolute values) to a redescending end (Tukey's biweight)
    for step in range(12):
        root = np.sqrt(weight)[:, None]
        ridge = 1e-3 * np.eye(4)
        matrix = np.linalg.solve(
            (terms * root).T @ (terms * root) + ridge, (terms * root).T @ (wanted * root)
        )
        residuals = np.sqrt(((terms @ matrix - wanted) ** 2).sum(axis=1))
        if step < 6:
            weight = allowed / np.maximum(residuals, 0.01)
        else:
            weight = allowed * np.clip(1 - (residuals / (2 * tolerance)) ** 2, 0, None) ** 2
        if weight.sum() <= 0:
            break
    matched = allowed & (residuals < tolerance)
    neutral = [n for n in NEUTRALS if matched[n]]
    luminance = roots[neutral].mean(axis=1)
    ordered = bool((np.diff(luminance) < 0).all())
    middle = float(np.median(residuals[allowed])) if allowed.any() else float("inf")
    return Match(matched, middle, np.where(allowed, residuals, np.inf), ordered)
