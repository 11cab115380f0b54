"""A spot's outline drawn anew at both visits, on the same pixels, and how sure its area is."""

from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.aligned_skin import INDICES, AlignedSkin
from pigmeter.comparison.spot_links import centre_of
from pigmeter.comparison.spot_remeasure import Neighbours, Place
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Redrawn:
    """
    The outline of a spot at one visit.

    Attributes
    ----------
    area_mm2 : float
        Inside of it. [mm2]
    uncertainty : float
        Standard uncertainty of the area. [mm2]
    points : array of float64, shape (n, 2)
        x and y. [baseline map px]
    """

    area_mm2: float
    uncertainty: float
    points: np.ndarray


def redraw(
    skin: AlignedSkin,
    place: Place,
    neighbours: Neighbours,
    visit: int,
    key: str,
    sign: int,
    spreads: tuple[float, float],
) -> Redrawn | None:
    """
    Draw the outline at half of the height over the surroundings.

    Parameters
    ----------
    skin : AlignedSkin
    place : Place
        The spot; its `shift` is undone at the follow-up.
    neighbours : Neighbours
    visit : int
        0 for the baseline, 1 for the follow-up.
    key : str
        One of `INDICES`.
    sign : int
        1 where the spot is more than its surroundings, -1 where less.
    spreads : tuple of float
        SD of what clear skin stands out by, and of what the height is off by at one visit. [index unit]

    Returns
    -------
    Redrawn or None
        None where nothing can be outlined: too faint, too little around it known, or run into its neighbour.
    """
    from pigmeter._kernels.spots import outline_spot

    level = skin.level_for(place.radius_mm)
    step, side = level.step, level.side_mm
    centre = (np.array(centre_of(place.points)) + 0.5) / step - 0.5
    radius = place.radius_mm / side
    shift = np.array(place.shift if visit else (0.0, 0.0)) / step
    rows, columns = level.responses.shape[2:]
    reach = int(np.ceil(limit("spots", "window_radii") * radius)) + 4
    column, row = np.rint(centre + shift).astype(int)
    top, left = max(row - reach, 0), max(column - reach, 0)
    bottom, right = min(row + reach + 1, rows), min(column + reach + 1, columns)
    if bottom - top < 5 or right - left < 5 or not (top <= row < bottom and left <= column < right):
        return None
    part = (slice(int(top), int(bottom)), slice(int(left), int(right)))
    read = skin.read(visit, np.moveaxis(level.responses[visit, :, part[0], part[1]], 0, -1))
    values = sign * read[..., INDICES.index(key)]
    values[~neighbours.free(place.number, part, step)] = np.nan
    values = _smoothed(values)
    if not np.isfinite(values[row - top, column - left]):
        return None
    marks = np.empty(values.shape, dtype=np.uint8)
    points, plane = np.empty((4 * values.size, 2)), np.empty(3)
    count, height, spread, _, area, perimeter, _ = outline_spot(
        values, int(row - top), int(column - left), float(radius), marks, points, plane
    )
    if count < 4 or height < limit("fates", "outline_height") * spreads[0]:
        return None
    most = limit("fates", "size_ratio")
    if not 1 / most <= np.sqrt(area / np.pi) / radius <= most:
        return None
    wider = 1 + limit("spots", "blur_bias") * np.pi / area
    placed = np.add(points[:count], (left, top))
    middle = placed.mean(axis=0)
    placed = middle + (placed - middle) * np.sqrt(wider) - shift
    # Half of the height is off by half of what the height is off by; each stretch of the outline by the grain
    # beside it.
    gained = _gained(values, marks, plane, height)
    common = 0.5 * spreads[1] * gained
    own = spread * gained * np.sqrt(min(limit("fates", "edge_grain") / max(perimeter, 1.0), 1.0))
    unsure = float(np.hypot(common, own)) * side**2
    return Redrawn(area * wider * side**2, unsure, (placed + 0.5) * step - 0.5)


def _gained(values: np.ndarray, marks: np.ndarray, plane: np.ndarray, height: float) -> float:
    """By how much the area grows where the outline's level falls, about that level. [px2 / index unit]"""
    import cv2

    down, across = np.mgrid[: values.shape[0], : values.shape[1]]
    over = values - (plane[0] + plane[1] * down + plane[2] * across)
    inside = (marks == 1).astype(np.uint8)
    reach = 2 * max(round(0.25 * float(np.sqrt(inside.sum() / np.pi))), 1) + 3
    near = cv2.dilate(inside, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    band = near & (np.abs(over - height / 2) <= limit("fates", "edge_band") * height)
    return float(np.count_nonzero(band)) / (2 * limit("fates", "edge_band") * height)


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Mean under a Gaussian as wide as the search's own, over what is known. float32, C order."""
    import cv2

    known = np.isfinite(values)
    weight = known.astype(np.float32)
    mass = np.where(known, values, 0.0).astype(np.float32)
    width = limit("fates", "outline_smoothing")
    mean, share = (cv2.GaussianBlur(image, (5, 5), width) for image in (mass, weight))
    smooth = np.where(known & (share > 0.4), mean / np.maximum(share, np.float32(1e-6)), np.float32(np.nan))
    return np.ascontiguousarray(smooth, dtype=np.float32)
