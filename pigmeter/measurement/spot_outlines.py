"""From places that stand out to outlines at half of their height, each place taken once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.measurement.spot_candidates import Candidates, Level
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class SpotOutline:
    """
    Where a spot ends, and what was taken for its surroundings.

    Attributes
    ----------
    key : str
        The quantity it was found in.
    sign : int
        1 for more than its surroundings, -1 for less.
    points : array, shape (n, 2)
        x and y from the upper left corner of the map, clockwise. [mm]
    area : float
        Inside of it. [mm2]
    roundness : float
        4 pi area / perimeter^2. [1]
    centre : tuple of float
        x and y of its area's centre, from the upper left corner of the map. [mm]
    whole : bool
        What lies around it is known; if not, the border of the skin may cut it and it is no finding.
    height : float
        Mean over the highest third of its area, over its surroundings, positive. [the quantity's unit]
    threshold : float
        What noise and mottle could do. [the quantity's unit]
    mottle : float
        SD of such heights over the skin's usual places. [the quantity's unit]
    noise : float
        SD of the camera's noise in it. [the quantity's unit]
    skirt : float
        Mean just outside of the outline over the height: 0 for a sharp edge, a third for a hill of mottle.
        [1]
    spread : float
        SD of the ring about its plane, at `side_mm`. [the quantity's unit]
    marks : array of uint8
        1 inside, 2 in the ring, on squares of `side_mm`.
    row, column : int
        Square of the first mark.
    side_mm : float
        [mm]
    """

    key: str
    sign: int
    points: np.ndarray
    area: float
    roundness: float
    centre: tuple[float, float]
    whole: bool
    height: float
    threshold: float
    mottle: float
    noise: float
    skirt: float
    spread: float
    marks: np.ndarray
    row: int
    column: int
    side_mm: float

    @property
    def radius(self) -> float:
        """Of the disc of the same area. [mm]"""
        return float(np.sqrt(self.area / np.pi))

    def holds(self, x: float, y: float) -> bool:
        """Whether a point [mm] lies inside."""
        i, j = int(y / self.side_mm) - self.row, int(x / self.side_mm) - self.column
        rows, columns = self.marks.shape
        return 0 <= i < rows and 0 <= j < columns and bool(self.marks[i, j] == 1)

    def as_large_as(self, radius: float) -> bool:
        """Whether a radius [mm] is about that of the disc of the same area."""
        part = limit("spots", "part_size")
        return part * self.radius < radius < self.radius / part


def outline_candidates(
    candidates: Candidates,
    levels: Sequence[Level],
    key: str,
    signs: Sequence[int],
    taken: list[SpotOutline],
    owner: np.ndarray,
    before: Candidates | None = None,
) -> None:
    """
    Outline what stands out.

    Parameters
    ----------
    candidates : Candidates
        The strongest first.
    levels : sequence of Level
        The pyramid of the same map.
    key : str
        The quantity.
    signs : sequence of int
        Which of bright (1) and dark (-1) places are wanted.
    taken : list of SpotOutline
        What was outlined before; what is outlined is added. No place is outlined twice, but one within
        another
        may be.
    owner : array of int32, shape (rows, columns) of the finest level
        Whose each square is, by its number in `taken` counted from 1; negative for the rim of a spot, 0 for
        nobody. Changed in place.
    before : Candidates, optional
        What was tried before and, by the same mottle, is not tried again.
    """
    tried = set() if before is None else set(_places(before))
    base = levels[0].side_mm if levels else 1.0
    rows, columns = owner.shape
    for i in range(len(candidates.y)):
        if (1 if candidates.contrast[i] > 0 else -1) not in signs:
            continue
        y, x, radius = float(candidates.y[i]), float(candidates.x[i]), float(candidates.radius[i])
        if (y, x, radius, float(candidates.mottle[i])) in tried:
            continue
        here = int(owner[min(int(y / base), rows - 1), min(int(x / base), columns - 1)])
        if here and taken[abs(here) - 1].as_large_as(radius):
            continue
        if here < 0 and radius < taken[-here - 1].radius:
            continue
        outline = _outlined(candidates, i, key, levels, owner, taken)
        if outline is not None:
            taken.append(outline)
            _claim(owner, outline, len(taken), base)


def _places(candidates: Candidates) -> Iterator[tuple[float, float, float, float]]:
    fields = (candidates.y, candidates.x, candidates.radius, candidates.mottle)
    return zip(*(field.tolist() for field in fields), strict=True)


def _claim(owner: np.ndarray, outline: SpotOutline, number: int, base: float) -> None:
    """Write a spot's number into the raster, and its negative just beyond its edge, where nobody else is."""
    import cv2

    margin = limit("spots", "own_margin") * outline.radius + base
    low = np.maximum(np.floor((outline.points.min(axis=0) - margin) / base).astype(int), 0)
    high = np.ceil((outline.points.max(axis=0) + margin) / base).astype(int) + 1
    part = owner[low[1] : high[1], low[0] : high[0]]
    canvas = np.zeros(part.shape, dtype=np.uint8)
    corners = np.rint(((outline.points / base - 0.5) - low) * 16).astype(np.int32)
    cv2.fillPoly(canvas, [corners], 1, shift=4)
    reach = int(np.ceil(margin / base))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    rim = cv2.dilate(canvas, disc) > 0
    part[(canvas > 0) & (part <= 0)] = number
    part[rim & (part == 0)] = -number


def _outlined(
    candidates: Candidates,
    i: int,
    key: str,
    levels: Sequence[Level],
    owner: np.ndarray,
    taken: Sequence[SpotOutline],
) -> SpotOutline | None:
    from pigmeter._kernels.spots import outline_spot

    y, x, radius = float(candidates.y[i]), float(candidates.x[i]), float(candidates.radius[i])
    size = abs(float(candidates.contrast[i]))
    sign = 1 if candidates.contrast[i] > 0 else -1
    quiet = size / max(float(candidates.noise[i]), 1e-6) / limit("spots", "noise_pixels")
    wanted = min(max(quiet, limit("spots", "fewest_pixels")), limit("spots", "pixels_per_radius"))
    number = max((n for n, entry in enumerate(levels) if radius >= wanted * entry.side_mm), default=0)
    level = levels[number]
    side, (rows, columns) = level.side_mm, level.values.shape
    row, column = min(int(y / side), rows - 1), min(int(x / side), columns - 1)
    reach = int(np.ceil(limit("spots", "window_radii") * radius / side)) + 4
    top, left = max(row - reach, 0), max(column - reach, 0)
    window = level.values[top : min(row + reach + 1, rows), left : min(column + reach + 1, columns)]
    window = np.ascontiguousarray(sign * window)
    # owners on the level's raster, sampled at the middles of its squares
    step = 2**number
    down = np.minimum((np.arange(top, top + window.shape[0]) * step + step // 2), owner.shape[0] - 1)
    across = np.minimum((np.arange(left, left + window.shape[1]) * step + step // 2), owner.shape[1] - 1)
    owners = owner[down[:, None], across[None, :]]
    if owners.any():
        for whose in set(owners.ravel().tolist()):
            if whose != 0 and taken[abs(whose) - 1].radius < limit("spots", "part_size") * radius:
                owners[owners == whose] = 0
        window[owners != owners[row - top, column - left]] = np.nan
    if not np.isfinite(window[row - top, column - left]):
        return None
    marks = np.empty(window.shape, dtype=np.uint8)
    points, plane = np.empty((4 * window.size, 2)), np.empty(3)
    count, height, spread, coverage, area, perimeter, skirt = outline_spot(
        window, row - top, column - left, radius / side, marks, points, plane
    )
    threshold = float(candidates.threshold[i])
    if count < 4 or height < threshold or area <= 0:  # a line of pixels has points, and no area
        return None
    if height < mottle_factor(skirt) * float(candidates.mottle[i]):
        return None
    # smoothing draws the half height of a disc inwards, the more the smaller the disc
    wider = 1 + limit("spots", "blur_bias") * np.pi / area
    area *= wider
    perimeter *= np.sqrt(wider)
    placed = np.add(points[:count], (left + 0.5, top + 0.5)) * side
    middle = np.array(_centre(placed))
    placed = middle + (placed - middle) * np.sqrt(wider)
    ratio, most = np.sqrt(area / np.pi) * side / radius, limit("spots", "size_ratio")
    if not 1 / most <= ratio <= most:
        return None
    return SpotOutline(
        key=key,
        sign=sign,
        points=placed,
        area=area * side**2,
        roundness=float(4 * np.pi * area / perimeter**2),
        centre=(float(middle[0]), float(middle[1])),
        whole=coverage >= limit("spots", "ring_known"),
        height=height,
        threshold=threshold,
        mottle=float(candidates.mottle[i]),
        noise=float(candidates.noise[i]),
        skirt=skirt,
        spread=spread,
        marks=marks,
        row=top,
        column=left,
        side_mm=side,
    )


def mottle_factor(skirt: float) -> float:
    """How many SD of mottle a spot must rise; the sharper its edge the fewer, since mottle has none."""
    sharp, soft = limit("spots", "skirt_sharp"), limit("spots", "skirt_soft")
    least, most = limit("spots", "mottle_factor_sharp"), limit("spots", "mottle_factor")
    return least + (most - least) * min(max((skirt - sharp) / (soft - sharp), 0.0), 1.0)


def _centre(points: np.ndarray) -> tuple[float, float]:
    """Centre of a polygon's area."""
    origin = points[0]
    x, y = (points - origin).T
    across, down = np.append(x[1:], x[0]), np.append(y[1:], y[0])
    cross = x * down - across * y
    whole = 3 * cross.sum()
    return (
        float(origin[0] + ((x + across) * cross).sum() / whole),
        float(origin[1] + ((y + down) * cross).sum() / whole),
    )


class Windows:
    """
    The rectangles that outlines lie in, to ask which of many may hold a place without asking each.

    Parameters
    ----------
    spots : sequence of SpotOutline
    """

    def __init__(self, spots: Sequence[SpotOutline]) -> None:
        self.spots = spots
        corners = [(spot.row, spot.column, *spot.marks.shape, spot.side_mm) for spot in spots]
        row, column, rows, columns, side = np.array(corners, dtype=float).reshape(-1, 5).T
        self._top, self._left = row * side, column * side
        self._bottom, self._right = (row + rows) * side, (column + columns) * side

    def holding(self, x: float, y: float) -> list[int]:
        """Places in the sequence of those that a point [mm] lies inside of, in order."""
        near = (self._top <= y) & (y <= self._bottom) & (self._left <= x) & (x <= self._right)
        return [n for n in np.flatnonzero(near).tolist() if self.spots[n].holds(x, y)]


def without_parts(spots: Sequence[SpotOutline]) -> list[SpotOutline]:
    """Leave out what is cut, and what lies in a larger one and does not stand out on all sides."""
    largest_first = sorted(spots, key=lambda spot: -spot.area)
    windows = Windows(largest_first)
    kept = np.zeros(len(spots), dtype=bool)
    for number, spot in enumerate(largest_first):
        around = [n for n in windows.holding(*spot.centre) if kept[n]]
        kept[number] = not any(_is_part(spot, largest_first[n]) for n in around)
    return [spot for spot, stays in zip(largest_first, kept, strict=True) if stays and spot.whole]


def _is_part(spot: SpotOutline, larger: SpotOutline) -> bool:
    if spot.sign == larger.sign and spot.radius > limit("spots", "part_size") * larger.radius:
        return True
    if spot.height < limit("spots", "part_height") * larger.height:
        return True
    rows, columns = np.nonzero(spot.marks == 2)
    y = (rows + spot.row + 0.5) * spot.side_mm
    x = (columns + spot.column + 0.5) * spot.side_mm
    i, j = (
        (place / larger.side_mm).astype(int) - first for place, first in ((y, larger.row), (x, larger.column))
    )
    known = (i >= 0) & (j >= 0) & (i < larger.marks.shape[0]) & (j < larger.marks.shape[1])
    inside = np.count_nonzero(larger.marks[i[known], j[known]] == 1)
    return bool(inside < limit("spots", "ring_inside") * len(rows))
