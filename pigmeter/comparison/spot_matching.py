"""Match the spots of two visits and tell what became of each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.comparison.aligned_skin import align_skin
from pigmeter.comparison.spot_chance import learn_chance
from pigmeter.comparison.spot_change import NEW, OUTSIDE, SpotChange
from pigmeter.comparison.spot_fates import fate_of, spreads_of, told_below
from pigmeter.comparison.spot_judging import Judge
from pigmeter.comparison.spot_links import Link, PlacedSpot, centre_of, link_spots, same_place
from pigmeter.comparison.spot_remeasure import Neighbours, Place, area_of, remeasure
from pigmeter.comparison.spot_sums import spot_totals
from pigmeter.measurement.spots import region_at, spot_sign
from pigmeter.photo.places import map_places, photo_places
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.measurement.measurement import Measurement
    from pigmeter.measurement.spots import Spot

__all__ = ["SpotChange", "match_spots", "spot_totals"]


def match_spots(
    baseline: "Measurement", follow_up: "Measurement", alignment: "Alignment", *, workers: int | None = None
) -> tuple[SpotChange, ...]:
    """
    Tell what became of each spot.

    Parameters
    ----------
    baseline, follow_up : Measurement
    alignment : Alignment
        Of the two.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    tuple of SpotChange
        The baseline's spots, the most severe first, then those that only the follow-up's search found; none
        without a scale. What only the follow-up shows, beside the skin of the baseline, is not among them.

    Notes
    -----
    See docs/spots-across-visits.md.
    """
    length = baseline.mm_per_pixel
    if length is None or not (baseline.spots or follow_up.spots):
        return ()
    carried = [np.asarray(alignment.to_baseline(spot.outline), dtype=float) for spot in follow_up.spots]
    seen = [n for n, points in enumerate(carried) if _within(points, baseline.photo.shape)]
    spots = (tuple(baseline.spots), tuple(follow_up.spots[n] for n in seen))
    before = _placed(spots[0], [spot.outline for spot in spots[0]], baseline.scale)
    after = _placed(spots[1], [carried[n] for n in seen], baseline.scale)
    residual = alignment.residual_mm or 0.0
    reach = max(
        limit("fates", "reach_residuals") * residual,
        alignment.residual_p95_mm or 0.0,
        limit("fates", "reach_least_mm"),
    )
    links = link_spots(before, after, reach / length)
    every = [spot.points for spot in (*before, *after)]
    skin = align_skin(baseline, follow_up, alignment, every, workers=workers)
    neighbours = Neighbours(
        baseline.skin.shape,
        [[before[n].points for n in link.before] + [after[m].points for m in link.after] for link in links],
        _alike(links, before, after),
    )
    profiles = (baseline.profile, follow_up.profile)
    judge = Judge(skin, neighbours, learn_chance(skin, neighbours), profiles, residual)
    places = [
        judge.found_nearby(
            link.kind, _place(link, before, after, length, reach / length, number), _missing(link), reach
        )
        for number, link in enumerate(links)
    ]
    matched = limit("fates", "matched_residual_mm")
    looks = [
        remeasure(skin, place, neighbours, min(residual, matched) if any(place.shift) else residual)
        for place in places
    ]
    numbers: list[dict[str, Any]] = [
        {"reason": look} if isinstance(look, str) else judge.contrasts(link.kind, place, look)
        for link, place, look in zip(links, places, looks, strict=True)
    ]
    known = [n for n, own in enumerate(numbers) if "p" in own]
    among = [_places_chosen_from(links[n], numbers[n]) for n in known]
    rarer = dict(zip(known, among, strict=True))
    least = told_below([numbers[n]["p"] * rarer[n] for n in known])
    told = {n: numbers[n]["p"] * rarer[n] <= least for n in known}
    for n in known:
        numbers[n]["sdc"] = spreads_of(least / rarer[n]) * numbers[n]["contrast_uncertainty"]
    changes = [
        _change(link, place, own, told.get(n), spots, baseline, judge)
        for n, (link, place, own) in enumerate(zip(links, places, numbers, strict=True))
    ]
    return _numbered(_one_of_each_place(changes, links, before, after), spots)


def _placed(spots: Sequence["Spot"], outlines: Sequence[np.ndarray], scale: int) -> tuple[PlacedSpot, ...]:
    order = {spot.number: n for n, spot in enumerate(spots)}
    placed = []
    for spot, outline in zip(spots, outlines, strict=True):
        points = map_places(outline, scale)
        radius = float(np.sqrt(area_of(points) / np.pi))
        placed.append(PlacedSpot(spot.kind, points, centre_of(points), radius, order.get(spot.within, -1)))
    return tuple(placed)


def _within(points: np.ndarray, shape: tuple[int, int]) -> bool:
    """Whether a photo of so many rows and columns holds the middle of an outline."""
    if not np.isfinite(points).all():
        return False
    x, y = points.mean(axis=0)
    return bool(-0.5 <= x <= shape[1] - 0.5 and -0.5 <= y <= shape[0] - 0.5)


def _alike(
    links: Sequence[Link], before: Sequence[PlacedSpot], after: Sequence[PlacedSpot]
) -> list[tuple[int, int]]:
    """Pairs of links that are one place under two kinds."""
    spots = [before[link.before[0]] if link.before else after[link.after[0]] for link in links]
    centres = np.array([spot.centre for spot in spots])
    radii = np.array([spot.radius for spot in spots])
    found = []
    for n, spot in enumerate(spots):
        near = np.hypot(*(centres[n + 1 :] - spot.centre).T) < radii[n + 1 :] + spot.radius
        for other in (np.flatnonzero(near) + n + 1).tolist():
            if spots[other].kind != spot.kind and same_place(spot, spots[other]):
                found.append((n, other))
    return found


def _place(
    link: Link,
    before: Sequence[PlacedSpot],
    after: Sequence[PlacedSpot],
    length: float,
    reach: float,
    number: int,
) -> Place:
    """Choose the outline that both visits are measured in: the baseline's, or what holds all of its parts."""
    own, other = [before[n] for n in link.before], [after[m] for m in link.after]
    chosen = own[0] if len(own) == 1 else other[0]
    others = tuple(spot.points for spot in (*own, *other) if spot is not chosen)
    shift = (0.0, 0.0)
    if len(own) == len(other) == 1:
        across, down = np.subtract(other[0].centre, own[0].centre).tolist()
        if np.hypot(across, down) <= reach:  # farther off it is the shape that differs, not the place
            shift = (across, down)
    return Place(chosen.points, others, chosen.radius * length, shift, number)


def _missing(link: Link) -> int | None:
    """Which visit's search did not find the spot; None if both did."""
    return None if link.before and link.after else int(bool(link.before))


def _places_chosen_from(link: Link, numbers: dict[str, Any]) -> float:
    """
    Among how many places a spot was chosen for what it is at one visit.

    What one search alone found, and what is not told from its surroundings at the other visit, may have been
    found for what chance did there.
    """
    missing = _missing(link)
    if missing is None:
        return 1.0
    visit = ("baseline", "follow_up")[missing]
    sign = spot_sign(link.kind)
    told = sign * numbers[f"contrast_{visit}"] > numbers[f"told_{visit}"]
    return 1.0 if told else limit("fates", "chosen_places")


def _change(
    link: Link,
    place: Place,
    numbers: dict[str, Any],
    told: bool | None,
    spots: tuple[Sequence["Spot"], Sequence["Spot"]],
    baseline: "Measurement",
    judge: Judge,
) -> SpotChange:
    scale, length = baseline.scale, baseline.mm_per_pixel or 0.0
    column, row = centre_of(place.points)
    x, y = (float(value) for value in photo_places([column, row], scale))
    if link.before:
        region, site = spots[0][link.before[0]].region, spots[0][link.before[0]].site
    else:
        region, site = region_at(column, row, baseline.regions)
    change = SpotChange(
        number=0,
        kind=link.kind,
        kind_after=link.kind if link.after else "",
        region=region,
        site=site,
        before=tuple(spots[0][n].number for n in link.before),
        after=tuple(spots[1][m].number for m in link.after),
        within=0,
        fate=OUTSIDE,
        x=x,
        y=y,
        diameter_mm=2 * place.radius_mm,
        moved_mm=float(np.hypot(*place.shift)) * length,
        outline=photo_places(place.points, scale),
        **numbers,
    )
    if told is None:
        return change
    sizes = (change.sign * numbers["contrast_baseline"], change.sign * numbers["contrast_follow_up"])
    fate = fate_of(
        sizes,
        (numbers["told_baseline"], numbers["told_follow_up"]),
        (bool(link.before), bool(link.after)),
        told,
    )
    unsure = float(np.sqrt(max(numbers["contrast_uncertainty"] ** 2 - numbers["calibration"] ** 2, 0.0)))
    areas, drawn = judge.areas(link.kind, place, fate, unsure)
    shown = None if drawn is None else photo_places(drawn.points, scale)
    return replace(change, fate=fate, outline_follow_up=shown, **areas)


def _one_of_each_place(
    changes: Sequence[SpotChange],
    links: Sequence[Link],
    before: Sequence[PlacedSpot],
    after: Sequence[PlacedSpot],
) -> list[SpotChange]:
    """
    Keep one entry of a place that the two searches took for different kinds, unless the kind is new there.

    What lies at the place of a spot of another kind and was there at the baseline too is that spot.
    """
    kept = list(changes)
    own = [(n, before[link.before[0]]) for n, link in enumerate(links) if link.before]
    gone = set()
    for n, link in enumerate(links):
        if link.before or changes[n].fate in (NEW, OUTSIDE):
            continue
        spot = after[link.after[0]]
        for other, place in own:
            if place.kind != spot.kind and same_place(place, spot):
                gone.add(n)
                if not kept[other].kind_after:
                    kept[other] = replace(kept[other], kind_after=spot.kind, after=changes[n].after)
    return [change for n, change in enumerate(kept) if n not in gone]


def _numbered(
    changes: Sequence[SpotChange], spots: tuple[Sequence["Spot"], Sequence["Spot"]]
) -> tuple[SpotChange, ...]:
    """Number them, and say which lies within which."""
    within = [{spot.number: spot.within for spot in each} for each in spots]
    before = {own: n for n, change in enumerate(changes, start=1) for own in change.before}
    after = {own: n for n, change in enumerate(changes, start=1) for own in change.after}
    numbered = []
    for number, change in enumerate(changes, start=1):
        if change.before:
            patch = before.get(within[0][change.before[0]], 0)
        else:
            patch = after.get(within[1][change.after[0]], 0)
        numbered.append(replace(change, number=number, within=0 if patch == number else patch))
    return tuple(numbered)
