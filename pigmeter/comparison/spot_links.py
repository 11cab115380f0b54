"""Which spots of two visits are one: by overlap and distance, one to one, then parts that ran together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class PlacedSpot:
    """
    A spot of either visit on the baseline's map grid.

    Attributes
    ----------
    kind : str
    points : array of float64, shape (n, 2)
        x and y. [baseline map px]
    centre : tuple of float
        x and y. [baseline map px]
    radius : float
        Of the disc as large. [baseline map px]
    within : int
        Place in the same visit's sequence of the patch that it lies in; -1 for none.
    """

    kind: str
    points: np.ndarray
    centre: tuple[float, float]
    radius: float
    within: int = -1


@dataclass(frozen=True, slots=True)
class Link:
    """
    One place of the skin: spots of the baseline and of the follow-up, by their places in either sequence.

    Attributes
    ----------
    kind : str
    before, after : tuple of int
        Either may be empty.
    """

    kind: str
    before: tuple[int, ...]
    after: tuple[int, ...]


def link_spots(before: Sequence[PlacedSpot], after: Sequence[PlacedSpot], reach: float) -> tuple[Link, ...]:
    """
    Match the spots of two visits.

    Parameters
    ----------
    before, after : sequence of PlacedSpot
    reach : float
        How far a spot may lie off after alignment. [baseline map px]

    Returns
    -------
    tuple of Link
        Each spot in one of them: those of the baseline in its order, then those that only the follow-up has.

    Notes
    -----
    Spots of one kind are matched one to one so that the sum of their likenesses is largest. What is then left
    of the follow-up and lies in a spot of the baseline, without lying in the spot that this one was matched
    to, is a part into which it fell; what is left of the baseline and lies in a spot of the follow-up ran
    together with what that one was matched to.
    """
    pairs: dict[int, list[int]] = {}
    for kind in sorted({spot.kind for spot in before}):
        own = [n for n, spot in enumerate(before) if spot.kind == kind]
        others = [n for n, spot in enumerate(after) if spot.kind == kind]
        for i, j in _one_to_one([before[n] for n in own], [after[n] for n in others], reach):
            pairs[own[i]] = [others[j]]
    whose = {found[0]: n for n, found in pairs.items()}
    joined: dict[int, list[int]] = {}
    for n, spot in enumerate(before):
        if n not in pairs:
            larger = _holder(spot, n, after, before, whose)
            if larger is not None:
                joined.setdefault(larger, []).append(n)
    own_of = {n: found[0] for n, found in pairs.items()}
    for m, spot in enumerate(after):
        if m not in whose:
            larger = _holder(spot, m, before, after, own_of)
            if larger is not None:
                pairs[larger].append(m)
    return _links(before, after, pairs, joined)


def same_place(one: PlacedSpot, other: PlacedSpot) -> bool:
    """Whether two spots, of whatever kinds, share enough of their area to be one place."""
    if np.hypot(*np.subtract(one.centre, other.centre)) > one.radius + other.radius:
        return False
    both, first, second = _shared(one.points, other.points)
    return both >= limit("fates", "least_likeness") * (first + second - both)


def centre_of(points: np.ndarray) -> tuple[float, float]:
    """Return x and y of the centre of a polygon's area."""
    origin = points[0]
    x, y = (points - origin).T
    across, down = np.roll(x, -1), np.roll(y, -1)
    cross = x * down - across * y
    whole = 3 * cross.sum()
    return (
        float(origin[0] + ((x + across) * cross).sum() / whole),
        float(origin[1] + ((y + down) * cross).sum() / whole),
    )


def _links(
    before: Sequence[PlacedSpot],
    after: Sequence[PlacedSpot],
    pairs: dict[int, list[int]],
    joined: dict[int, list[int]],
) -> tuple[Link, ...]:
    parts = {n for group in joined.values() for n in group}
    taken = {m for found in pairs.values() for m in found}
    first = {found[0]: n for n, found in pairs.items()}
    links = []
    for n, spot in enumerate(before):
        if n in parts:
            continue
        found = pairs.get(n, [])
        more = [part for m in found if first.get(m) == n for part in joined.get(m, [])]
        links.append(Link(spot.kind, (n, *more), tuple(found)))
    links += [Link(spot.kind, (), (m,)) for m, spot in enumerate(after) if m not in taken]
    return tuple(links)


def _one_to_one(
    before: Sequence[PlacedSpot], after: Sequence[PlacedSpot], reach: float
) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    if not before or not after:
        return []
    likeness = np.zeros((len(before), len(after)))
    places = np.array([spot.centre for spot in before])[:, None] - np.array([spot.centre for spot in after])
    away = np.hypot(*np.moveaxis(places, -1, 0))
    radii = np.array([spot.radius for spot in before])[:, None], np.array([spot.radius for spot in after])
    near = away <= np.maximum(*radii) + reach
    for i, j in zip(*np.nonzero(near), strict=True):
        likeness[i, j] = _likeness(before[i], after[j], float(away[i, j]), reach)
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    least = limit("fates", "least_likeness")
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if likeness[i, j] >= least]


def _likeness(one: PlacedSpot, other: PlacedSpot, away: float, reach: float) -> float:
    """Area shared over area of both, once the one is moved onto the other as far as it may lie off."""
    shift = np.subtract(other.centre, one.centre) * min(1.0, reach / max(away, 1e-9))
    both, first, second = _shared(one.points + shift, other.points)
    return both / max(first + second - both, 1.0)


def _shared(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Area of both polygons, of the first, of the second, on a raster as fine as they need. [px2]"""
    import cv2

    low = np.minimum(one.min(axis=0), other.min(axis=0))
    high = np.maximum(one.max(axis=0), other.max(axis=0))
    smaller = min(np.ptp(one, axis=0).min(), np.ptp(other, axis=0).min())
    fine = min(max(limit("fates", "raster_squares") / max(smaller, 1e-6), 0.05), 4.0)
    columns, rows = (np.ceil((high - low) * fine).astype(int) + 2).tolist()
    masks = []
    for points in (one, other):
        canvas = np.zeros((rows, columns), dtype=np.uint8)
        cv2.fillPoly(canvas, [np.rint((points - low) * fine * 16).astype(np.int32)], 1, shift=4)
        masks.append(canvas > 0)
    first, second = masks
    return tuple(np.count_nonzero(mask) / fine**2 for mask in (first & second, first, second))


def _holder(
    spot: PlacedSpot,
    number: int,
    others: Sequence[PlacedSpot],
    own: Sequence[PlacedSpot],
    matched: dict[int, int],
) -> int | None:
    """
    Place of the matched spot of the other visit that a spot without a match is a part of.

    A spot that its own visit shows within the patch that is that one's match is a finding of its own.
    """
    found = []
    for n, other in enumerate(others):
        if other.kind != spot.kind or n not in matched:
            continue
        if own[number].within == matched[n] or other.radius < spot.radius:
            continue
        if np.hypot(*np.subtract(spot.centre, other.centre)) > other.radius * 3 + spot.radius:
            continue
        both, first, _ = _shared(spot.points, other.points)
        if both >= limit("fates", "part_inside") * first:
            found.append((other.radius, n))
    return min(found)[1] if found else None
