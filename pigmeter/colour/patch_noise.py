"""Learn a camera's noise from the flat patches of a chart: at each pixel, and in means over squares."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.chart_noise import TERMS, ChartNoise, grown, noise_terms
from pigmeter.colour.edges import local_steps
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.photo.photo import Photo

_SIDES = (1, 2, 3, 4, 6, 10, 16)


def flat_squares(photo: "Photo", chart: "Chart") -> np.ndarray:
    """
    Cut an upright square out of every patch of a chart, as large as fits the inner part of nearly all.

    Parameters
    ----------
    photo : Photo
    chart : Chart
        Found in it.

    Returns
    -------
    array of uint8 or uint16, shape (patches, side, side, 3)
        Encoded values of the patches that can be used.
    """
    layout = chart.layout
    steps = local_steps(layout.patch_centres_mm, chart.homography)
    half = 0.5 * limit("chart", "inner_side") * np.array(layout.patch_size_mm)
    # a corner (+-h, +-h) [px] lies at steps^-1 (h, h) [mm], and must stay within half a patch
    reach = (np.abs(np.linalg.inv(steps)).sum(axis=2) / half).max(axis=1)
    fits = np.where(np.isin(np.arange(len(reach)), chart.excluded), 0, 2 / reach)
    kept = np.flatnonzero(fits >= limit("evenness", "least_patch"))
    if not len(kept):
        return np.empty((0, 1, 1, 3), photo.pixels.dtype)
    side = int(min(np.percentile(fits[kept], 10), limit("evenness", "most_patch")))
    squares = []
    for index in kept[fits[kept] >= side]:
        x, y = (round(float(v) - (side - 1) / 2) for v in chart.patch_centres[index])
        piece = photo.pixels[max(y, 0) : y + side, max(x, 0) : x + side]
        if piece.shape[:2] == (side, side):
            squares.append(piece)
    return np.array(squares, photo.pixels.dtype).reshape(-1, side, side, 3)


def noise_of_squares(encoded: np.ndarray, table: np.ndarray, iso: float | None = None) -> ChartNoise | None:
    """
    Learn a camera's noise from squares of flat paint.

    Parameters
    ----------
    encoded : array of uint8 or uint16, shape (patches, side, side, 3)
        From `flat_squares`.
    table : array, shape (3, 256 or 65536)
        Linear response of every encoded value, perfect white = 1. [1]
    iso : float, optional
        Sensitivity that the camera was set to. [1]

    Returns
    -------
    ChartNoise or None
        None if there are too few squares.

    Notes
    -----
    Off each square a plane is taken, which is what light and vignetting do there, and the smaller squares
    that fit into it are averaged at every offset. What the plane takes of the noise is made good. A channel
    of the file is a mixture of the sensor's, so its noise grows with each of the three. Patches with more
    than noise in them (dirt, an edge) are left out.
    """
    if len(encoded) < limit("evenness", "least_patches"):
        return None
    side = encoded.shape[1]
    squares = np.stack([np.asarray(table[c], dtype=float)[encoded[..., c]] for c in range(3)], axis=-1)
    level = squares.mean(axis=(1, 2)).T
    left = squares - squares.mean(axis=(1, 2), keepdims=True) - _planes(squares)
    sides = [k for k in _SIDES if 3 * k <= side]
    found = _square_covariances(left, sides)
    kept = _clean(level, found[len(sides) // 2])
    level, found = level[:, kept], found[..., kept]
    taken = np.array([_taken(k, side) for k in sides])[:, None, None, None]
    found = _steadied(sides, side, found / (1 - taken))
    basis, memory = _memory(sides, found)
    # of noise with a memory a plane takes more: as much as of the noise in the largest squares
    found = found + taken / (1 - taken) * (grown(found[-1], basis, memory, sides[-1], 1e6) - found)
    return ChartNoise(
        sides=np.array(sides, dtype=float),
        factors=np.array([_factors(level, each) for each in found]),
        basis=basis,
        memory=memory,
        error=_errors(sides, side, level.shape[1], encoded.dtype.itemsize == 1),
        iso=iso,
    )


def _planes(squares: np.ndarray) -> np.ndarray:
    """Best plane through each square, without its mean."""
    side = squares.shape[1]
    place = np.arange(side) - (side - 1) / 2
    norm = (place**2).sum() * side
    down = place @ squares.sum(axis=2) / norm
    across = place @ squares.sum(axis=1) / norm
    return np.asarray(down[:, None, None] * place[:, None, None] + across[:, None, None] * place[:, None])


def _square_covariances(left: np.ndarray, sides: list[int]) -> np.ndarray:
    """Covariance of the means over squares, times area, shape (sides, 3, 3, patches)."""
    count, side = left.shape[:2]
    sums = np.zeros((count, side + 1, side + 1, 3))
    np.cumsum(np.cumsum(left, axis=1), axis=2, out=sums[:, 1:, 1:])
    found = np.empty((len(sides), 3, 3, count))
    for place, k in enumerate(sides):
        boxes = sums[:, k:, k:] - sums[:, :-k, k:] - sums[:, k:, :-k] + sums[:, :-k, :-k]
        flat = boxes.reshape(count, -1, 3)
        found[place] = np.moveaxis(flat.swapaxes(1, 2) @ flat, 0, -1) / (flat.shape[1] * k**2)
    return found


def _taken(k: int, side: int) -> float:
    """Part of the variance of k x k means that a plane takes off, for white noise."""
    offsets = side - k + 1
    return float(k**2 / side**2 * (1 + 2 * (offsets**2 - 1) / (side**2 - 1)))


def _steadied(sides: list[int], side: int, found: np.ndarray) -> np.ndarray:
    """Follow a step of the noise from one side of squares to the next as far as it is more than chance."""
    steady = found.copy()
    for place in range(1, len(sides)):
        before, own = (np.einsum("ccp->cp", each) for each in (steady[place - 1], found[place]))
        step = float((own / np.maximum(before, 1e-30)).mean()) - 1
        chance = 2 / (found.shape[-1] * (side / sides[place]) ** 2)
        steady[place] = steady[place - 1] + (found[place] - steady[place - 1]) * step**2 / (
            step**2 + limit("evenness", "chance_steps") ** 2 * chance
        )
    return steady


def _clean(level: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Patches whose variance is not far above what those of all patches make likely."""
    own = np.einsum("ccp->cp", found)
    factors = _factors(level, found)
    likely = np.stack([noise_terms(level, c, c) @ factors[c, c] for c in range(3)])
    kept = (own <= limit("evenness", "dirty_patch") * likely).all(axis=0)
    return np.asarray(kept if kept.sum() >= limit("evenness", "least_patches") else np.ones_like(kept))


def _factors(level: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Factors of `noise_terms` that follow the patches' covariances best, in ratio to their variances."""
    factors = np.zeros((3, 3, TERMS))
    own = np.einsum("ccp->cp", found)
    likely = np.maximum(own, 0.1 * own.mean(axis=1, keepdims=True)) + 1e-14
    for _ in range(2):
        for c in range(3):
            rows = noise_terms(level, c, c)
            factors[c, c] = _not_negative(rows / likely[c, :, None], own[c] / likely[c])
            likely[c] = np.maximum(rows @ factors[c, c], 1e-14)
    for c, d in ((0, 1), (0, 2), (1, 2)):
        weight = 1 / np.sqrt(likely[c] * likely[d])
        rows = noise_terms(level, c, d) * weight[:, None]
        ridge = 1e-3 * np.diag((rows**2).sum(axis=0))
        factors[c, d] = np.linalg.solve(rows.T @ rows + ridge, rows.T @ (found[c, d] * weight))
        factors[d, c] = factors[c, d]
    return factors


def _not_negative(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Least squares without the columns that would need a factor below 0."""
    kept = list(range(rows.shape[1]))
    size = np.sqrt((rows**2).sum(axis=0))
    found = np.zeros(rows.shape[1])
    while kept:
        factors = np.linalg.lstsq(rows[:, kept], targets, rcond=None)[0]
        if (factors >= 0).all():
            found[kept] = factors
            break
        kept.pop(int(np.argmin(factors * size[kept])))
    return found


def _memory(sides: list[int], found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mixtures of channels that average each in its own way, and how far the noise of each reaches."""
    last = sides[-1]
    near = max(k for k in sides if 2 * k <= last) if last > 1 else 1
    spread = np.sqrt(np.maximum(np.einsum("ccp->cp", found[-1]), 1e-30))
    scale = spread[:, None] * spread[None]
    pooled = [(found[sides.index(k)] / scale).mean(axis=-1) for k in (near, last)]
    root = np.linalg.cholesky(pooled[1] + 1e-6 * np.eye(3))
    back = np.linalg.inv(root)
    growth, turn = np.linalg.eigh(back @ pooled[0] @ back.T)
    ratio = np.sqrt(np.clip(growth, (near / last) ** 2 * 1.1, 1.0)) if near < last else np.ones(3)
    reach = near * last * (1 - ratio) / np.maximum(ratio * last - near, 1e-9) if near < last else np.zeros(3)
    return root @ turn, np.minimum(reach, limit("evenness", "longest_memory"))


def _errors(sides: list[int], side: int, patches: int, coded: bool) -> np.ndarray:
    """Standard uncertainty of a variance at skin: what chance leaves, and what a coder does to flat paint."""
    squares = patches / TERMS * np.array([(side / k) ** 2 for k in sides])
    alike = limit("evenness", "coded_error") if coded else limit("evenness", "linear_error")
    return np.asarray(np.hypot(np.sqrt(2 / squares), alike))
