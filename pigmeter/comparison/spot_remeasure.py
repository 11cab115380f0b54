"""One outline and one ring at both visits: what a place stands out from its surroundings by, then and now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.aligned_skin import INDICES, AlignedLevel, AlignedSkin
from pigmeter.measurement.spot_contrasts import drawn_in
from pigmeter.reference import limit

_FEWEST = 12  # ring pixels that a plane is put through


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a spot is looked at.

    Attributes
    ----------
    points : array of float64, shape (n, 2)
        Outline that both visits are measured in, x and y. [baseline map px]
    others : tuple of array, shape (n, 2)
        Further outlines of the same spot, of parts and of the other visit: no ring runs through them.
        [baseline map px]
    radius_mm : float
        Of the disc as large. [mm]
    shift : tuple of float
        By how much the spot lies off at the follow-up, across and down. [baseline map px]
    number : int
        Of the spot in `Neighbours`.
    """

    points: np.ndarray
    others: tuple[np.ndarray, ...]
    radius_mm: float
    shift: tuple[float, float]
    number: int


@dataclass(frozen=True, slots=True)
class Remeasured:
    """
    A place at both visits.

    Attributes
    ----------
    contrasts : array, shape (2, 2)
        By visit and index: inside less what the ring's plane says for the same place. [index unit]
    around : array, shape (2, 2)
        The ring's level at the place, as `contrasts`. [index unit]
    registration : array, shape (2,)
        What an outline that lies off by the residual does to the change of each index. [index unit]
    stray : array, shape (2,)
        What light that did not pass through the skin (its shine, flare of the lens), and that was more or
        less at one visit, does to it: the darker the skin the more, and the more the paler the skin around
        looks than at the baseline. [index unit]
    brightness : float
        By how much brighter the skin around is at the follow-up. [natural log]
    """

    contrasts: np.ndarray
    around: np.ndarray
    registration: np.ndarray
    stray: np.ndarray
    brightness: float


class Neighbours:
    """
    Who owns each place of the skin, so that no ring runs through another spot.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the baseline's maps.
    outlines : sequence of sequences of array, shape (n, 2)
        All outlines of each spot, of either visit. [baseline map px]
    alike : sequence of tuple of int
        Pairs of spots, by their place in `outlines`, that are one place under two kinds.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        outlines: Sequence[Sequence[np.ndarray]],
        alike: Sequence[tuple[int, int]] = (),
    ) -> None:
        import cv2

        self._own = np.full(shape, -1, dtype=np.int32)
        self._size = [max((area_of(points) for points in each), default=0.0) for each in outlines]
        held: list[set[int]] = [set() for _ in outlines]
        self._kin: list[set[int]] = [{-1, n} for n in range(len(outlines))]
        for pair in alike:
            for n in pair:
                self._kin[n] |= set(pair)
        margin = limit("fates", "own_margin")
        for number in sorted(range(len(outlines)), key=lambda n: (-self._size[n], n)):
            rim = margin * np.sqrt(self._size[number] / np.pi)
            for points in outlines[number]:
                x, y = points.mean(axis=0)
                row, column = (min(max(round(v), 0), n - 1) for v, n in zip((y, x), shape, strict=True))
                holder = int(self._own[row, column])
                if holder >= 0 and holder != number:
                    around = {holder} | held[holder]
                    held[number] |= around
                    self._kin[number] |= around
                    for larger in around:
                        self._kin[larger].add(number)
                corners = [np.rint(points * 16).astype(np.int32)]
                cv2.fillPoly(self._own, corners, number, shift=4)
                cv2.polylines(self._own, corners, True, number, thickness=max(round(2 * rim), 1), shift=4)

    def free(self, number: int, part: tuple[slice, slice], step: int) -> np.ndarray:
        """Where no other spot is, but for what lies in it or it in; on squares of `step` map px."""
        free: np.ndarray = np.isin(self._at(part, step), list(self._kin[number]))
        return free

    def clear(self, part: tuple[slice, slice], step: int) -> np.ndarray:
        """Where no spot is; on squares of `step` map px."""
        clear: np.ndarray = self._at(part, step) < 0
        return clear

    def _at(self, part: tuple[slice, slice], step: int) -> np.ndarray:
        own = self._own[
            part[0].start * step : part[0].stop * step, part[1].start * step : part[1].stop * step
        ]
        return own[step // 2 :: step, step // 2 :: step]


def remeasure(
    skin: AlignedSkin, place: Place, neighbours: Neighbours, residual_mm: float
) -> Remeasured | str:
    """
    Measure one place at both visits.

    Parameters
    ----------
    skin : AlignedSkin
    place : Place
    neighbours : Neighbours
    residual_mm : float
        How far the place may lie off at the follow-up. [mm]

    Returns
    -------
    Remeasured or str
        Why it cannot be measured, where too little of it or of its surroundings is known.

    Notes
    -----
    Responses are averaged before their logarithm is taken. What the inside is held against is the plane
    through the ring at the same place; the ring keeps clear of the spot's outlines at both visits and of
    other spots, and pixels that lie off the plane by more than 2.5 SD at either visit count at neither.
    """
    level = skin.level_for(place.radius_mm)
    window = _windowed(level, place)
    if window is None:
        return "it lies at the rim of what both visits show"
    part, inner, ring = window
    responses = level.responses[:, :, part[0], part[1]]
    shift = tuple(value / level.step for value in place.shift)
    both = np.stack([responses[0], _moved(responses[1], *shift)])
    known = np.isfinite(both).all(axis=(0, 1))
    ring = ring & neighbours.free(place.number, part, level.step)
    if np.count_nonzero(inner & known) < limit("fates", "inside_known") * np.count_nonzero(inner):
        return "both visits show too little of it"
    wanted = np.count_nonzero(ring)
    ring &= known
    if np.count_nonzero(ring) < max(limit("fates", "ring_known") * wanted, _FEWEST):
        return "both visits show too little of the skin around it"
    inner &= known
    around = _plane_at(both, ring, inner)
    inside = both[:, :, inner].mean(axis=2, dtype=np.float64)
    off = residual_mm / level.side_mm
    beside = [
        _mean_beside(responses[1], inner, shift[0] + across, shift[1] + down)
        for across, down in ((off, 0.0), (-off, 0.0), (0.0, off), (0.0, -off))
    ]
    usual = limit("fates", "stray_light" if skin.one_profile else "stray_two_profiles")
    added = (usual, float(np.hypot(usual, skin.stray(around))))
    # all at once: reading costs as much for one place as for ten
    pairs = [np.stack([inside[visit], around[visit]]) for visit in (0, 1)]
    first = skin.read(0, np.concatenate([pairs[0], pairs[0] + added[0]])).reshape(2, 2, -1)
    last = skin.read(1, np.concatenate([pairs[1], pairs[1] + added[1], beside]))
    trials, last = last[4:], last[:4].reshape(2, 2, -1)
    plain, lit = np.stack([first[0], last[0]]), np.stack([first[1], last[1]])
    contrasts = plain[:, 0] - plain[:, 1]
    registration = np.sqrt(np.mean(np.square(trials - plain[1, 0]), axis=0))
    stray = np.hypot(*(lit[:, 0] - lit[:, 1] - contrasts))
    floor = limit("measurement", "floor_response")
    brightness = np.log(np.maximum(around[1], floor) / np.maximum(around[0], floor)).mean()
    return Remeasured(contrasts, plain[:, 1], registration, stray, float(brightness))


def find_nearby(
    skin: AlignedSkin,
    place: Place,
    neighbours: Neighbours,
    visit: int,
    key: str,
    sign: int,
    reach_mm: float,
) -> tuple[float, float, float] | None:
    """
    Look around a place for what alignment may have put beside it.

    Parameters
    ----------
    skin : AlignedSkin
    place : Place
    neighbours : Neighbours
    visit : int
        Whose search did not find the spot: 0 for the baseline, 1 for the follow-up.
    key : str
        One of `INDICES`.
    sign : int
        1 where a spot is more than its surroundings, -1 where less.
    reach_mm : float
        How far to look. [mm]

    Returns
    -------
    tuple of float or None
        By how much the place that stands out most lies off, across and down [baseline map px], and its
        contrast, with its sign [index unit]; None where nothing can be measured, or where a spot is so wide
        that looking around cannot matter.
    """
    if place.radius_mm > limit("fates", "look_radii") * reach_mm:
        return None
    level = skin.level_for(place.radius_mm)
    window = _windowed(level, place)
    if window is None:
        return None
    part, inner, ring = window
    responses = level.responses[visit, :, part[0], part[1]]
    known = np.isfinite(responses).all(axis=0)
    ring = ring & known & neighbours.free(place.number, part, level.step)
    inner = inner & known
    if np.count_nonzero(ring) < _FEWEST or not inner.any():
        return None
    index, reaches = INDICES.index(key), (0.5 * reach_mm, reach_mm)
    around = float(skin.read(visit, _plane_at(np.stack([responses, responses]), ring, inner)[0])[index])
    turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    off = np.concatenate(
        [reach / level.side_mm * np.stack([np.cos(turns), np.sin(turns)], axis=1) for reach in reaches]
    )
    means = np.stack([_mean_beside(responses, inner, across, down) for across, down in off.tolist()])
    found = skin.read(visit, means)[:, index] - around
    if not np.isfinite(found).any():
        return None
    best = int(np.nanargmax(sign * found))
    across, down = (off[best] * level.step).tolist()
    return across, down, float(found[best])


def ring_of(radius: float, side_mm: float) -> tuple[float, float, float]:
    """Return the gap before a spot's ring, the ring's width, and how far its outline is drawn in. [px]"""
    near = max(limit("fates", "ring_gap") * radius, limit("fates", "ring_gap_mm") / side_mm)
    wide = max(limit("fates", "ring_width") * radius, limit("fates", "ring_width_mm") / side_mm)
    return near, wide, min(limit("fates", "edge_mm") / side_mm, limit("fates", "edge_most") * radius)


def _windowed(level: AlignedLevel, place: Place) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray] | None:
    """Part of the level, and in it the pixels inside and those of the ring."""
    import cv2

    radius = place.radius_mm / level.side_mm
    near, wide, depth = ring_of(radius, level.side_mm)
    outlines = [(points + 0.5) / level.step - 0.5 for points in (place.points, *place.others)]
    together = np.concatenate(outlines)
    rows, columns = level.responses.shape[2:]
    margin = near + wide + 2
    low = np.clip(np.floor(together.min(axis=0) - margin).astype(int), 0, (columns, rows))
    high = np.clip(np.ceil(together.max(axis=0) + margin).astype(int) + 1, 0, (columns, rows))
    if (high - low < 3).any():
        return None
    part = (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])))
    shape = (high[1] - low[1], high[0] - low[0])
    inner, every = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    cv2.fillPoly(inner, [_fixed(drawn_in(outlines[0], depth) - low)], 1, shift=4)
    for points in outlines:
        cv2.fillPoly(every, [_fixed(points - low)], 1, shift=4)
    if not inner.any():
        return None
    away = cv2.distanceTransform(1 - every, cv2.DIST_L2, 3)
    return part, inner > 0, (away > near) & (away <= near + wide)


def _fixed(points: np.ndarray) -> np.ndarray:
    fixed: np.ndarray = np.rint(points * 16).astype(np.int32)
    return fixed


def _moved(responses: np.ndarray, across: float, down: float) -> np.ndarray:
    """What lies so far right of and below each pixel, shape (3, rows, columns); NaN where it is not known."""
    import cv2

    if abs(across) < 1e-3 and abs(down) < 1e-3:
        return responses
    matrix = np.array([[1, 0, across], [0, 1, down]], dtype=np.float64)
    rows, columns = responses.shape[1:]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = [
        cv2.warpAffine(
            np.ascontiguousarray(plane), matrix, (columns, rows), flags=how, borderValue=float("nan")
        )
        for plane in responses
    ]
    return np.stack(moved)


def _mean_beside(responses: np.ndarray, inner: np.ndarray, across: float, down: float) -> np.ndarray:
    """Mean response of what lies so far right of and below the marked pixels, shape (3,); NaN if unknown."""
    rows, columns = (np.flatnonzero(inner.any(axis=axis)) for axis in (1, 0))
    room = int(np.ceil(max(abs(across), abs(down)))) + 2
    part = tuple(slice(max(int(n[0]) - room, 0), int(n[-1]) + room + 1) for n in (rows, columns))
    moved = _moved(responses[:, *part], across, down)[:, inner[part]]
    known = np.isfinite(moved)
    number = known.sum(axis=1)
    total = np.where(known, moved, 0).sum(axis=1, dtype=np.float64)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _plane_at(both: np.ndarray, ring: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """Responses of the planes through the ring, at the middle of the pixels inside, shape (2, 3)."""
    y, x = np.nonzero(ring)
    middle = np.argwhere(inner).mean(axis=0)
    values = both[:, :, ring].reshape(6, -1).T.astype(np.float64)
    design = np.stack([np.ones(len(y)), y - middle[0], x - middle[1]], axis=1)
    design[:, 1:] /= max(float(np.abs(design[:, 1:]).max()), 1e-9)
    good = np.ones(len(y), dtype=bool)
    fit = np.zeros((3, 6))
    for _ in range(3):
        used = design[good]
        fit = np.linalg.solve(used.T @ used + 1e-9 * np.eye(3), used.T @ values[good])
        off = values - design @ fit
        spread = np.sqrt(np.mean(off[good] ** 2, axis=0))
        kept = (np.abs(off) <= limit("fates", "ring_outlier") * np.maximum(spread, 1e-9)).all(axis=1)
        if np.count_nonzero(kept) < _FEWEST or (kept == good).all():
            break
        good = kept
    return np.asarray(fit[0].reshape(2, 3))


def area_of(points: np.ndarray) -> float:
    """Return the area inside a polygon, in its unit squared."""
    x, y = points.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
