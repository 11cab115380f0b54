"""Places of a chart's patches to a fraction of a pixel, from the edges between each patch and its frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.reference import limit

_ALONG = np.linspace(-0.8, 0.8, 65)
_ACROSS = np.linspace(-0.22, 0.22, 7)
_INNER = np.abs(_ALONG) <= 0.2


@dataclass(frozen=True, slots=True)
class Refined:
    """
    Patch places after refinement.

    Attributes
    ----------
    homography : array, shape (3, 3)
        From grid coordinates to x, y in the photo. [px]
    centres : array, shape (n, 2)
        Patch centres, x and y. [px]
    found : array of bool, shape (n,)
        Patches with all four edges seen.
    width, height : float
        Of a patch over the pitch, median; NaN if fewer than 6 patches show it. [1]
    blur : float
        Standard deviation of the edges' blur over the pitch, median. [1]
    """

    homography: np.ndarray
    centres: np.ndarray
    found: np.ndarray
    width: float
    height: float
    blur: float


def transform(points: np.ndarray, homography: np.ndarray) -> np.ndarray:
    """Apply a homography to points, shape (..., 2)."""
    points = np.asarray(points, dtype=float)
    image = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ homography.T
    depth = np.where(np.abs(image[..., 2:]) < 1e-12, 1e-12, image[..., 2:])
    return np.asarray(image[..., :2] / depth)


def local_steps(points: np.ndarray, homography: np.ndarray) -> np.ndarray:
    """Return the Jacobian of a homography at points, shape (n, 2, 2): columns are the steps along x and y."""
    moved = [(transform(points + step, homography) - transform(points - step, homography)) / 0.02
             for step in (np.array([0.01, 0.0]), np.array([0.0, 0.01]))]  # fmt: skip
    return np.stack(moved, axis=-1)


def pitch_of(points: np.ndarray, homography: np.ndarray) -> float:
    """Return the median distance between neighbouring patches in the photo. [px]"""
    return float(np.median(np.sqrt(np.abs(np.linalg.det(local_steps(points, homography))))))


class _Window:
    """The part of a photo around a chart, shrunk so that a pitch is at most some 45 pixels."""

    def __init__(self, pixels: np.ndarray, homography: np.ndarray, points: np.ndarray) -> None:
        outer = np.concatenate([points + step for step in ((-1, -1), (1, -1), (-1, 1), (1, 1))])
        place = transform(outer, homography)
        rows, columns = pixels.shape[:2]
        low = np.clip(np.floor(place.min(axis=0)), 0, [columns - 2, rows - 2]).astype(int)
        high = np.clip(np.ceil(place.max(axis=0)) + 1, low + 2, [columns, rows])
        self.factor = max(1, int(pitch_of(points, homography) / 45))
        crop = pixels[low[1] : high[1].astype(int), low[0] : high[0].astype(int)]
        if self.factor > 1:
            size = (max(crop.shape[1] // self.factor, 1), max(crop.shape[0] // self.factor, 1))
            crop = crop[: size[1] * self.factor, : size[0] * self.factor]
            crop = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
        full = 255.0 if pixels.dtype == np.uint8 else 65535.0
        self.image = np.ascontiguousarray(crop, dtype=np.float32) / np.float32(full)
        self.low = low

    def sample(self, places: np.ndarray) -> np.ndarray:
        """Return the image at places of the photo, shape (..., 3)."""
        at = ((places - self.low + 0.5) / self.factor - 0.5).astype(np.float32)
        flat = at.reshape(-1, at.shape[-2], 2)
        across, down, way = flat[..., 0], flat[..., 1], cv2.INTER_LINEAR
        drawn = cv2.remap(self.image, across, down, way, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(drawn).reshape(*places.shape[:-1], 3)


def _edges(profile: np.ndarray, white: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Distance from the patch's nominal centre to its edge, for profiles that run outwards.

    The patch's own level is 1, the darkest place in the gap 0; the edge lies where the area under the
    profile says, which does not move with blur.
    """
    along = _ALONG[_ALONG >= 0]
    half = profile[:, len(_ALONG) // 2 :]
    patch = np.median(profile[:, _INNER], axis=1)
    gap = (along >= 0.36) & (along <= 0.64)
    darkest = np.argmin(half[:, gap].sum(axis=2), axis=1) + int(np.flatnonzero(gap)[0])
    frame = half[np.arange(len(half)), darkest]
    step = patch - frame
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    level = np.clip(((half - frame[:, None]) * step[:, None]).sum(axis=2) / square[:, None], 0, 1)
    inside = np.arange(len(along))[None] <= darkest[:, None]
    spacing = along[1] - along[0]
    reach = (level * inside).sum(axis=1) * spacing - 0.5 * spacing
    flat = np.abs(level[:, along <= 0.25] - 1).max(axis=1) < 0.35
    clear = np.sqrt(square) > limit("chart", "min_contrast") * white
    # the steepest slope of a blurred step is 1 / (sqrt(2 pi) sigma)
    slope = (-np.diff(level, axis=1) * inside[:, 1:]).max(axis=1) / spacing
    return reach, flat & clear, 1 / (np.sqrt(2 * np.pi) * np.maximum(slope, 1e-3))


def _offsets(
    window: _Window, homography: np.ndarray, points: np.ndarray, axis: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    steps = np.zeros((len(_ACROSS), len(_ALONG), 2))
    steps[..., axis] = _ALONG[None]
    steps[..., 1 - axis] = _ACROSS[:, None]
    colours = window.sample(transform(points[:, None, None] + steps, homography))
    profile = colours.mean(axis=1)
    white = float(np.percentile(profile.max(axis=2), 95))
    far, far_good, far_blur = _edges(profile, white)
    near, near_good, near_blur = _edges(profile[:, ::-1], white)
    width, offset = far + near, 0.5 * (far - near)
    good = far_good & near_good & (width > 0.45) & (width < 0.98) & (np.abs(offset) < 0.25)
    return offset, width, good, np.maximum(far_blur, near_blur)


def refine(pixels: np.ndarray, homography: np.ndarray, points: np.ndarray) -> Refined:
    """
    Refine the places of patches by their edges.

    Parameters
    ----------
    pixels : array of uint8 or uint16, shape (rows, columns, 3)
        Encoded values of the photo.
    homography : array, shape (3, 3)
        From grid coordinates to x, y in the photo, right to a quarter of the pitch. [px]
    points : array, shape (n, 2)
        Grid coordinates of the patches: neighbours are 1 apart.

    Returns
    -------
    Refined

    Notes
    -----
    The centre lies midway between opposite edges, so the width of a patch need not be known; it is
    measured. A patch that differs from the homography by lens distortion or a bent card keeps its own
    centre; one whose edges are not seen (black on a black frame) gets the place that a smooth fit of the
    others' differences says.
    """
    points = np.asarray(points, dtype=float)
    window = _Window(pixels, homography, points)
    first, start, pitch = homography, transform(points, homography), pitch_of(points, homography)
    for _ in range(3):
        measured = [_offsets(window, homography, points, axis) for axis in (0, 1)]
        offsets, widths, goods, blurs = zip(*measured, strict=True)
        good = goods[0] & goods[1] & (np.maximum(*blurs) < limit("chart", "max_edge_blur"))
        shift = np.stack(offsets, axis=1) * good[:, None]
        places = transform(points + shift, homography)
        renewed = None
        if good.sum() >= 6:
            renewed, _ = cv2.findHomography(points[good], places[good], cv2.RANSAC, max(0.12 * pitch, 0.5))
        # blur or texture may pass for edges: a fit that runs away from its start is none; corners that the
        # start only guessed at may move more than the rest
        moved = np.full(1, np.inf)
        if renewed is not None:
            moved = np.sqrt(((transform(points, renewed) - start) ** 2).sum(axis=1))
        if renewed is None or np.median(moved) > 0.35 * pitch or moved.max() > 1.2 * pitch:
            good, homography = np.zeros(len(points), dtype=bool), first
            break
        homography = renewed
    model = transform(points, homography)
    reach = 0.05 * pitch_of(points, homography)
    away = places - model
    trusted = good & (np.sqrt((away**2).sum(axis=1)) < 3 * reach)
    # a shadow line or print beside a dark patch may pass for its edge: neighbours must agree
    smooth = _smooth(points, away, trusted)
    trusted &= np.sqrt(((away - smooth) ** 2).sum(axis=1)) < reach
    # all patches are of one size: what is larger or smaller lies on top
    for width in widths:
        typical = np.median(width[good]) if good.any() else 0.0
        trusted &= np.abs(width - typical) < 0.1
    smooth = _smooth(points, away, trusted)
    length = np.sqrt((smooth**2).sum(axis=1, keepdims=True))
    centres = model + smooth * np.minimum(1, reach / np.maximum(length, 1e-9))
    centres[trusted] = places[trusted]
    width, height = (float(np.median(w[trusted])) if trusted.sum() >= 6 else float("nan") for w in widths)
    blur = float(np.median(np.maximum(*blurs)[trusted])) if trusted.any() else float("inf")
    return Refined(homography, centres, trusted, width, height, blur)


def _smooth(points: np.ndarray, away: np.ndarray, trusted: np.ndarray) -> np.ndarray:
    """Quadratic fit over the grid of what the homography left, at every point; zero if too few are known."""
    if trusted.sum() < 12:
        return np.zeros_like(away)
    scaled = (points - points.mean(axis=0)) / np.maximum(np.ptp(points, axis=0), 1)
    x, y = scaled[:, 0], scaled[:, 1]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    # the black corner is often unseen: the curved terms must not run away there
    ridge = np.diag([0.05, 0.05, 0.05, 0.3, 0.3, 0.3])
    known = terms[trusted]
    return np.asarray(terms @ np.linalg.solve(known.T @ known + ridge, known.T @ away[trusted]))
