"""Regular grids of flat patches in a shrunk photo: where a colour chart may lie, before its colours are asked."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.reference import limit

# A blob's neighbours on the grid, in units of the blob's own side: a Classic's pitch is 1.14 patches, a Nano's 1.48,
# and the edge detector eats two pixels of each patch, which is 2.3 for patches 6 px wide.
_NEAREST, _FARTHEST = 1.02, 2.6
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class Grid:
    """
    A regular grid of patches seen in perspective.

    Attributes
    ----------
    homography : array, shape (3, 3)
        From grid coordinates (column, row; a patch centre each integer pair) to x, y in the image. [px]
    low, high : array of int, shape (2,)
        Smallest and largest column and row seen.
    count : int
        Patches seen on it.
    """

    homography: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: int


@dataclass(frozen=True, slots=True)
class _Blobs:
    centres: np.ndarray  # (n, 2)
    whiten: np.ndarray  # (n, 2, 2): a parallelogram becomes a unit square
    side: np.ndarray  # (n,)


def stretched(image: np.ndarray) -> np.ndarray:
    """Return an 8-bit image with its 99.5th percentile at 230, so that dark photos keep their weak edges."""
    peak = max(float(np.percentile(image[::4, ::4].max(axis=2), 99.5)), 8.0)
    return image if peak >= 230 else cv2.convertScaleAbs(image, alpha=230 / peak)


def _flat_blobs(edges: np.ndarray, threshold: float, largest: float) -> _Blobs:
    """Connected flat areas that are filled parallelograms: area = 12 sqrt(det of the coordinates' covariance)."""
    flat = cv2.compare(edges, threshold, cv2.CMP_LE)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4, ltype=cv2.CV_32S)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    long, short = np.maximum(width, height), np.minimum(width, height)
    keep = (area >= 9) & (long <= largest) & (short * 4 >= long) & (area >= 0.35 * width * height)
    keep[0] = False
    if keep.sum() < 4:
        return _Blobs(np.empty((0, 2)), np.empty((0, 2, 2)), np.empty(0))
    lut = np.full(count, -1, np.int32)
    chosen = np.flatnonzero(keep)
    chosen = chosen[np.argsort(-area[chosen], kind="stable")[:900]]
    lut[chosen] = np.arange(len(chosen))
    index = lut[labels.ravel()]
    place = np.flatnonzero(index >= 0)
    index = index[place]
    y, x = np.divmod(place, edges.shape[1])
    n = len(chosen)
    mass = np.bincount(index, minlength=n).astype(float)
    mx, my = np.bincount(index, x, n) / mass, np.bincount(index, y, n) / mass
    x, y = x - mx[index], y - my[index]
    xx, xy, yy = (np.bincount(index, v, n) / mass + e for v, e in ((x * x, 1 / 12), (x * y, 0.0), (y * y, 1 / 12)))
    det = np.maximum(xx * yy - xy * xy, 1e-9)
    fill = mass / (12 * np.sqrt(det))
    good = (fill > 0.84) & (fill < 1.12)
    covariance = np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)[good] * 12
    value, vector = np.linalg.eigh(covariance)
    whiten = np.swapaxes(vector / np.sqrt(np.maximum(value, 1e-9))[:, None, :], 1, 2)
    whiten = np.matmul(vector, whiten)
    return _Blobs(np.stack([mx, my], 1)[good], whiten, np.sqrt(mass[good]))


def _neighbours(blobs: _Blobs) -> list[np.ndarray]:
    """For each blob the likely grid neighbours, nearest first."""
    centres = blobs.centres.astype(np.float32)
    offset = centres[None, :, :] - centres[:, None, :]
    near = (offset**2).sum(axis=2) < (3 * _FARTHEST * blobs.side[:, None].astype(np.float32)) ** 2
    ratio = blobs.side[None, :] / blobs.side[:, None]
    i, j = np.nonzero(near & (ratio > 0.6) & (ratio < 1.67))
    white = np.einsum("nab,nb->na", blobs.whiten[i], offset[i, j])
    distance = np.sqrt((white**2).sum(axis=1))
    fits = (distance > _NEAREST) & (distance < _FARTHEST)
    i, j, distance = i[fits], j[fits], distance[fits]
    order = np.lexsort((distance, i))
    return np.split(j[order], np.searchsorted(i[order], np.arange(1, len(centres))))


def _bases(seed: int, near: np.ndarray, blobs: _Blobs) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return up to two pairs of steps to neighbours that are square and equal in the seed's own metric."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    near = near[:6]
    offset = blobs.centres[near] - blobs.centres[seed]
    white = offset @ blobs.whiten[seed].T
    length = np.sqrt((white**2).sum(axis=1))
    for a in range(len(near)):
        for b in range(a + 1, len(near)):
            cosine = abs(white[a] @ white[b]) / (length[a] * length[b])
            if cosine < 0.4 and 0.72 < length[a] / length[b] < 1.4:
                found.append((offset[a], offset[b]))
                if len(found) == 2:
                    return found
    return found


def _grown(
    seed: int, u: np.ndarray, v: np.ndarray, blobs: _Blobs, most: int = 220
) -> dict[tuple[int, int], int]:
    """Assign grid coordinates to blobs, step by step from the seed; each blob passes its own local steps on."""
    centres, side = blobs.centres, blobs.side
    place = {(0, 0): seed}
    steps = {(0, 0): np.array([u, v])}
    taken = {seed}
    queue = [(0, 0)]
    while queue and len(place) < most:
        at = queue.pop(0)
        here, local = centres[place[at]], steps[at]
        for axis, (di, dj) in enumerate(_STEPS):
            to = (at[0] + di, at[1] + dj)
            if to in place:
                continue
            step = local[axis % 2] * (1 if axis < 2 else -1)
            wanted = here + step
            gap = np.abs(centres - wanted).sum(axis=1)
            best = int(gap.argmin())
            tolerance = 0.3 * np.abs(step).sum()
            if gap[best] > tolerance or best in taken or not 0.6 < side[best] / side[place[at]] < 1.67:
                continue
            place[to] = best
            taken.add(best)
            real = (centres[best] - here) * (1 if axis < 2 else -1)
            renewed = local.copy()
            renewed[axis % 2] = 0.5 * local[axis % 2] + 0.5 * real
            steps[to] = renewed
            queue.append(to)
    return place


def _fitted(place: dict[tuple[int, int], int], blobs: _Blobs) -> Grid | None:
    grid = np.array(list(place), dtype=float)
    if len(np.unique(grid[:, 0])) < 2 or len(np.unique(grid[:, 1])) < 2:
        return None
    points = blobs.centres[list(place.values())]
    pitch = float(np.median(blobs.side[list(place.values())]))
    homography, inlier = cv2.findHomography(grid, points, cv2.RANSAC, max(0.15 * pitch, 1.0))
    if homography is None or inlier.sum() < limit("chart", "min_blobs"):
        return None
    used = grid[inlier.ravel() > 0].astype(int)
    return Grid(homography, used.min(axis=0), used.max(axis=0), len(used))


def find_grids(image: np.ndarray) -> Iterator[list[Grid]]:
    """
    Find regular grids of flat patches, for one strength of edges after the other.

    Parameters
    ----------
    image : array of uint8, shape (rows, columns, 3)
        A shrunk photo.

    Yields
    ------
    list of Grid
        Most patches first.
    """
    image = stretched(image)
    edges = cv2.morphologyEx(cv2.GaussianBlur(image, (3, 3), 0), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    strongest = edges.max(axis=2)
    low, ratio = limit("chart", "edge_steps_low"), limit("chart", "edge_steps_ratio")
    for threshold in (low * ratio, low, low * ratio**2):
        blobs = _flat_blobs(strongest, threshold, 0.3 * max(image.shape))
        if len(blobs.side) >= limit("chart", "min_blobs"):
            yield sorted(_grids_of(blobs), key=lambda grid: -grid.count)


def _grids_of(blobs: _Blobs) -> list[Grid]:
    grids: list[Grid] = []
    near = _neighbours(blobs)
    done: set[int] = set()
    for seed in range(len(near)):
        if seed in done or len(near[seed]) < 2:
            continue
        for u, v in _bases(seed, near[seed], blobs):
            place = _grown(seed, u, v, blobs)
            if len(place) < limit("chart", "min_blobs"):
                continue
            done.update(place.values())
            grid = _fitted(place, blobs)
            if grid is not None:
                grids.append(grid)
                break
    return grids


def mcc_grids(image: np.ndarray) -> list[Grid]:
    """
    Find 24-patch charts with OpenCV's own detector; the colours still have to be checked.

    Parameters
    ----------
    image : array of uint8, shape (rows, columns, 3)
        RGB.

    Returns
    -------
    list of Grid
    """
    detector = cv2.mcc.CCheckerDetector_create()
    # Without a type the detector reads uninitialised memory: 5 of 44 rendered charts found, 41 with it.
    detector.setColorChartType(cv2.mcc.MCC24)
    if not detector.process(np.ascontiguousarray(image[..., ::-1]), 3):
        return []
    lattice = np.stack(np.meshgrid(np.arange(6.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
    grids = []
    for checker in detector.getListColorChecker():
        corners = np.asarray(checker.getColorCharts(), dtype=float).reshape(-1, 4, 2)
        if len(corners) != 24:
            continue
        homography, _ = cv2.findHomography(lattice, corners.mean(axis=1))
        if homography is not None:
            grids.append(Grid(homography, np.array([0, 0]), np.array([5, 3]), 24))
    return grids
