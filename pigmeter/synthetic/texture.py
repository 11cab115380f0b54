"""Random fields of a given size in mm: smooth mottle, and the relief of skin with its furrows and pores."""

import numpy as np

FloatMap = np.ndarray


def raster_shape(extent_mm: tuple[float, float], mm_per_pixel: float) -> tuple[int, int]:
    """Return rows and columns of a raster that covers `extent_mm` (height, width). [px]"""
    return max(round(extent_mm[0] / mm_per_pixel), 1), max(round(extent_mm[1] / mm_per_pixel), 1)


def smooth_noise(
    rng: np.random.Generator, extent_mm: tuple[float, float], mm_per_pixel: float, scale_mm: float
) -> FloatMap:
    """
    Smooth random field with features of one size.

    Parameters
    ----------
    rng : numpy.random.Generator
        Drawn from equally often whatever the resolution is, so that one seed is one field.
    extent_mm : tuple of float
        Height and width. [mm]
    mm_per_pixel : float
        [mm]
    scale_mm : float
        Distance over which the field loses its memory. [mm]

    Returns
    -------
    array of float32, shape (rows, columns)
        Mean 0, SD 1. [1]
    """
    import cv2

    rows, columns = raster_shape(extent_mm, mm_per_pixel)
    step = scale_mm / 2
    nodes = [int(np.ceil(side / step)) + 9 for side in extent_mm]
    white = rng.standard_normal(nodes, dtype=np.float32)
    lattice: np.ndarray = cv2.GaussianBlur(white, (7, 7), 1.2)[4:-4, 4:-4]
    lattice = (lattice - lattice.mean()) / max(float(lattice.std()), 1e-6)
    scale = mm_per_pixel / step
    sampling = np.array([[scale, 0, 0], [0, scale, 0]], dtype=np.float64)
    return cv2.warpAffine(
        lattice,
        sampling,
        (columns, rows),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )


def _cell_distance(
    rng: np.random.Generator,
    extent_mm: tuple[float, float],
    mm_per_pixel: float,
    cell_mm: tuple[float, float],
    jitter: float,
) -> FloatMap:
    """Distance to the nearest border between the cells of a jittered grid. [mm]"""
    import cv2

    shape = raster_shape(extent_mm, mm_per_pixel)
    counts = [int(np.ceil(side / cell)) + 2 for side, cell in zip(extent_mm, cell_mm, strict=True)]
    down, across = np.meshgrid(np.arange(counts[0]), np.arange(counts[1]), indexing="ij")
    moved = rng.uniform(-jitter, jitter, (2, *down.shape))
    y = (down - 0.5 + moved[0]) * cell_mm[0]
    x = (across - 0.5 + 0.5 * (down % 2) + moved[1]) * cell_mm[1]
    seeds = np.full(shape, 255, dtype=np.uint8)
    row, column = np.round(y / mm_per_pixel).astype(int), np.round(x / mm_per_pixel).astype(int)
    inside = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
    seeds[row[inside], column[inside]] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    border = np.zeros(shape, dtype=bool)
    border[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    border[:-1] |= labels[:-1] != labels[1:]
    distance = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance) * np.float32(mm_per_pixel)


def _pores(rng: np.random.Generator, extent_mm: tuple[float, float], mm_per_pixel: float) -> FloatMap:
    """Depth of pores, 1 at the deepest. [1]"""
    import cv2

    shape = raster_shape(extent_mm, mm_per_pixel)
    number = int(extent_mm[0] * extent_mm[1] * 0.9)
    place = rng.uniform(0, 1, (number, 2)) * extent_mm
    depth = rng.uniform(0.15, 1.0, number) ** 2
    row = np.minimum((place[:, 0] / mm_per_pixel).astype(int), shape[0] - 1)
    column = np.minimum((place[:, 1] / mm_per_pixel).astype(int), shape[1] - 1)
    field = np.zeros(shape, dtype=np.float32)
    np.maximum.at(field, (row, column), depth.astype(np.float32))
    radius = 0.11 / mm_per_pixel
    blurred = cv2.GaussianBlur(field, (0, 0), max(radius, 0.4))
    return blurred * np.float32(2 * np.pi * max(radius, 0.4) ** 2)


def draw_relief(
    seed: int, extent_mm: tuple[float, float], mm_per_pixel: float, site: str = "cheek"
) -> FloatMap:
    """
    Height of the skin's surface: a net of furrows, pores, and gentle unevenness.

    Parameters
    ----------
    seed : int
    extent_mm : tuple of float
        Height and width. [mm]
    mm_per_pixel : float
        [mm]
    site : str
        ``"cheek"`` (shallow net, many pores) or ``"forearm"`` (rhombic net, no pores).

    Returns
    -------
    array of float32, shape (rows, columns)
        0 at the level of the plateaus, furrows negative. [mm]
    """
    import cv2

    rng = np.random.default_rng([seed, 11])
    fine = (0.95, 0.80) if site == "cheek" else (0.85, 1.25)
    coarse = (4.2, 3.4) if site == "cheek" else (3.0, 5.4)
    depth = 0.020 if site == "cheek" else 0.022
    distance = _cell_distance(rng, extent_mm, mm_per_pixel, fine, 0.42)
    height = -depth * np.exp(-((distance / 0.13) ** 2))
    height *= 1 + 0.35 * smooth_noise(rng, extent_mm, mm_per_pixel, 2.5)
    distance = _cell_distance(rng, extent_mm, mm_per_pixel, coarse, 0.45)
    height -= 0.8 * depth * np.exp(-((distance / 0.22) ** 2))
    height += 0.006 * smooth_noise(rng, extent_mm, mm_per_pixel, 0.35)
    height += 0.026 * smooth_noise(rng, extent_mm, mm_per_pixel, 2.2)
    if site == "cheek":
        height -= 0.045 * _pores(rng, extent_mm, mm_per_pixel)
    return cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(0.06 / mm_per_pixel, 0.5))
