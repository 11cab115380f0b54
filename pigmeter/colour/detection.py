"""Regular grids of flat patches in a shrunk photo: where a chart may lie, before its colours are asked."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.reference import limit

# A blob's neighbours on the grid, in units of the blob's own side: a Classic's pitch is 1.14 patches, a
# Nano's 1.48, and the edge detector eats two pixels of each patch, which is 2.3 for patches 6 px wide.
_NEAREST, _FARTHEST = 1.02, 2.6
_STEPS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
_SIGN = np.array([1.0, 1.0, -1.0, -1.0])
_MOST = 200  # no chart has more patches than 140


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


def halved(image: np.ndarray) -> np.ndarray:
    """Return an image of half the size, its last row and column left out if their number is odd."""
    rows, columns = (side // 2 for side in image.shape[:2])
    whole = image[: 2 * rows, : 2 * columns]
    return cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)


def _flat_blobs(edges: np.ndarray, threshold: float, largest: float) -> _Blobs:
    """Return flat areas that are filled parallelograms: area = 12 sqrt(det of their covariance)."""
    flat = (edges <= threshold).astype(np.uint8)
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
    moments = ((x * x, 1 / 12), (x * y, 0.0), (y * y, 1 / 12))  # a pixel is a square of variance 1/12
    xx, xy, yy = (np.bincount(index, values, n) / mass + own for values, own in moments)
    det = np.maximum(xx * yy - xy * xy, 1e-9)
    fill = mass / (12 * np.sqrt(det))
    good = (fill > 0.84) & (fill < 1.12)
    covariance = np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)[good] * 12
    value, vector = np.linalg.eigh(covariance)
    whiten = np.swapaxes(vector / np.sqrt(np.maximum(value, 1e-9))[:, None, :], 1, 2)
    whiten = np.matmul(vector, whiten)
    return _Blobs(np.stack([mx, my], 1)[good], whiten, np.sqrt(mass[good]))


def _neighbours(blobs: _Blobs) -> np.ndarray:
    """For each blob its likely grid neighbours, nearest first, shape (n, 16); -1 where there are no more."""
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
    i, j = i[order], j[order]
    rank = np.arange(len(i)) - np.searchsorted(i, i)
    table = np.full((len(centres), 16), -1)
    kept = rank < 16
    table[i[kept], rank[kept]] = j[kept]
    return table


def _bases(near: np.ndarray, blobs: _Blobs) -> dict[int, list[np.ndarray]]:
    """
    For each blob up to two pairs of steps to neighbours, shape (2, 2), that may span a grid.

    In the blob's own metric the steps are square and equal, and one of them has its opposite: that is true
    of most patches of a chart and of few specks of a carpet.
    """
    first = near[:, :6]
    known = first >= 0
    offset = np.where(known[..., None], blobs.centres[first] - blobs.centres[:, None], np.nan)
    white = np.einsum("nab,nkb->nka", blobs.whiten, offset)
    length = np.sqrt((white**2).sum(axis=2))
    every = np.where((near >= 0)[..., None], blobs.centres[near] - blobs.centres[:, None], np.nan)
    gap = np.abs(offset[:, :, None] + every[:, None]).sum(axis=3)
    opposite = (gap < 0.3 * np.abs(offset).sum(axis=2)[:, :, None]).any(axis=2)
    bases: dict[int, list[np.ndarray]] = {}
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 6)]
    valid = []
    for a, b in pairs:
        cosine = np.abs((white[:, a] * white[:, b]).sum(axis=1)) / (length[:, a] * length[:, b])
        ratio = length[:, a] / length[:, b]
        fits = (cosine < 0.4) & (ratio > 0.72) & (ratio < 1.4)  # NaN compares as false
        valid.append(fits & (opposite[:, a] | opposite[:, b]))
    for seed in np.flatnonzero(np.any(valid, axis=0)):
        chosen = [pair for pair, good in zip(pairs, valid, strict=True) if good[seed]][:2]
        bases[int(seed)] = [offset[seed, list(pair)] for pair in chosen]
    return bases


def _grown(seed: int, basis: np.ndarray, near: np.ndarray, blobs: _Blobs) -> tuple[np.ndarray, np.ndarray]:
    """Assign grid coordinates to blobs, ring by ring from the seed; each passes its own local steps on."""
    centres = blobs.centres
    place = np.zeros((len(centres), 2), dtype=int)
    taken = np.zeros(len(centres), dtype=bool)
    local = np.zeros((len(centres), 2, 2))
    taken[seed], local[seed] = True, basis
    occupied = np.array([0])
    ring = np.array([seed])
    while len(ring) and taken.sum() < _MOST:
        step = local[ring][:, [0, 1, 0, 1]] * _SIGN[:, None]
        options = near[ring]
        free = (options >= 0) & ~taken[options]
        gap = np.abs(centres[options][:, None] - (centres[ring][:, None] + step)[:, :, None]).sum(axis=3)
        gap = np.where(free[:, None], gap, np.inf)
        best = gap.argmin(axis=2)
        smallest = np.take_along_axis(gap, best[..., None], axis=2)[..., 0]
        row, way = np.nonzero(smallest < 0.3 * np.abs(step).sum(axis=2))
        blob, parent = options[row, best[row, way]], ring[row]
        to = place[parent] + _STEPS[way]
        key = to[:, 0] * 10_000 + to[:, 1]
        order = np.argsort(smallest[row, way], kind="stable")
        order = order[~np.isin(key[order], occupied)]
        for names in (key, blob):  # of two claims to one place, or to one blob, the nearer stands
            order = order[np.sort(np.unique(names[order], return_index=True)[1])]
        ring = blob[order]
        taken[ring], place[ring] = True, to[order]
        occupied = np.append(occupied, key[order])
        real = (centres[ring] - centres[parent[order]]) * _SIGN[way[order]][:, None]
        steps = local[parent[order]]
        axis = way[order] % 2
        steps[np.arange(len(ring)), axis] = 0.5 * (steps[np.arange(len(ring)), axis] + real)
        local[ring] = steps
    chosen = np.flatnonzero(taken)
    return chosen, place[chosen]


def _fitted(chosen: np.ndarray, place: np.ndarray, blobs: _Blobs) -> list[Grid]:
    """Fit homographies one after the other: growth may have run from a chart into the tiles it lies on."""
    grids: list[Grid] = []
    least = limit("chart", "min_blobs")
    for _ in range(3):
        if len(chosen) < least or (np.ptp(place, axis=0) == 0).any():
            break
        reach = max(0.15 * float(np.median(blobs.side[chosen])), 1.0)
        points = blobs.centres[chosen]
        homography, inlier = cv2.findHomography(place.astype(float), points, cv2.RANSAC, reach)
        if homography is None or inlier.sum() < least:
            break
        inside = inlier.ravel() > 0
        used = place[inside]
        grids.append(Grid(homography, used.min(axis=0), used.max(axis=0), len(used)))
        chosen, place = chosen[~inside], place[~inside]
    return grids


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
    edges = cv2.morphologyEx(
        cv2.GaussianBlur(image, (3, 3), 0), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
    )
    red, green, blue = cv2.split(edges)
    strongest = cv2.max(cv2.max(red, green), blue)  # ten times as fast as NumPy's max
    low, ratio = limit("chart", "edge_steps_low"), limit("chart", "edge_steps_ratio")
    for threshold in (low * ratio, low, low * ratio**2):
        blobs = _flat_blobs(strongest, threshold, 0.3 * max(image.shape))
        if len(blobs.side) >= limit("chart", "min_blobs"):
            yield sorted(_grids_of(blobs), key=lambda grid: -grid.count)


def _grids_of(blobs: _Blobs) -> list[Grid]:
    grids: list[Grid] = []
    near = _neighbours(blobs)
    done = np.zeros(len(near), dtype=bool)
    for seed, bases in _bases(near, blobs).items():
        if done[seed]:
            continue
        for basis in bases:
            chosen, place = _grown(seed, basis, near, blobs)
            if len(chosen) < limit("chart", "min_blobs"):
                continue
            done[chosen] = True
            fitted = _fitted(chosen, place, blobs)
            grids += fitted
            if fitted:
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
    detector = cv2.mcc.CCheckerDetector.create()
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
