"""
Fates that are drawn against fates that are told: ``python benchmarks/accuracy_fates.py``.

Pairs of photos of a cheek with a chart are drawn for every tone, with spots of 1 to 15 mm and 4 to 20 units
that fade by a quarter or more, clear, darken, appear or stay; the follow-up in another pose, with light from
another side, another exposure and JPEG quality, under the same lamp with one profile or under another lamp
with its own. And pairs of which nothing changed. Photos are measured, aligned and matched as `compare` does.
What is printed stands in results/fates.md (--markdown writes it; about 15 minutes on two cores).
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from pigmeter import synthetic
from pigmeter.comparison.alignment import align
from pigmeter.comparison.spot_change import CLEARED, DARKER, FADED, NEW, OUTSIDE, UNCHANGED, SpotChange
from pigmeter.comparison.spot_matching import match_spots
from pigmeter.errors import PigmeterError, UsageError
from pigmeter.measurement.measurement import measure
from pigmeter.photo.reader import read_photo
from pigmeter.synthetic.expression import Expression
from pigmeter.synthetic.pigments import PigmentMaps, draw_pigments
from pigmeter.synthetic.scene import apply_homography, plane_to_photo, surface_place
from pigmeter.synthetic.spots import draw_spots, scatter_spots
from pigmeter.synthetic.visits import FatedSpot, VisitSettings, render_visits

SIZE, MM = (1000, 1300), 0.1
CHART = (-22.0, 22.0, 22.0, 60.0)
LAMPS = ("flash", "led-cool", "led-neutral")
FIRST_SEED = 201  # the limits were chosen on subjects of seeds 1 to 5 and 101 to 131
DETECTED = (1.96 + 1.645) / 1.96
EDGE_MM = 0.15  # by how much the library draws an outline in before it takes a mean
PAGE = """# Spots across visits: drawn and told fates

Made by `python benchmarks/accuracy_fates.py --markdown benchmarks/results/fates.md`: pairs of cheeks with a
chart at 0.1 mm per pixel, JPEG of a phone; {spots} spots a pair of 1 to 15 mm and 4 to 20 units, soft and
sharp, round and irregular, on skin with its mottle, relief and pores; pairs a row: {pairs}; subjects of seeds
from {first} (limits were chosen on others). The follow-up is taken up to 4 degrees tilted and rolled, 6
turned, from 470 to 540 mm, with light from any side, another JPEG quality, and an expression that moves skin
by up to 1 mm. "One profile": same lamp and exposure, the baseline's profile; "own profiles": another lamp and
exposure, and each photo's own chart.

A fate is **right** if it is true of what was drawn. Where a true change is smaller than the spot's SDC,
"unchanged" is right too. A spot that left less than the detection limit at its place may be told as cleared
or as faded; of one that was drawn with nothing left only "cleared" is right. (Detection limit: the contrast
that is told from the skin around it in 95 of 100 cases, 1.84 times the one from which contrasts are told;
ISO 11843.) **Strictly** right: the drawn fate itself, whatever the size of the change. **Not seen**: neither
visit's search found the spot. **Elsewhere**: fates other than unchanged of places where nothing was drawn,
per pair. **Contrast**, **area**: share of true changes inside the 95 % interval; of areas only of spots that
did not change (their true change is 0). SDC: median over the spots. [index unit]"""


@dataclass(frozen=True)
class Case:
    """One pair to be drawn."""

    tone: str
    kind: str
    seed: int
    unchanged: bool = False
    own: bool = False


@dataclass(frozen=True)
class Told:
    """A drawn spot and what was told of it; None: neither visit's search found it."""

    drawn: FatedSpot
    told: SpotChange | None


@dataclass(frozen=True)
class Score:
    """What was told of one pair, and what was told of places where nothing was drawn."""

    spots: list[Told]
    elsewhere: list[SpotChange]


def clear_skin(case: Case) -> PigmentMaps:
    """Skin with its mottle, relief and pores, but without a spot."""
    who = replace(synthetic.subject(case.tone, case.seed, patches=0, blemishes=0), freckles=0.0)
    return draw_pigments(who, (SIZE[0] * MM + 30, SIZE[1] * MM + 30), MM / 2)


def fated(case: Case, maps: PigmentMaps, number: int) -> list[FatedSpot]:
    """Spots with a fate each, those that this skin can have."""
    rng = np.random.default_rng([case.seed, 41])
    extent = (SIZE[0] * MM, SIZE[1] * MM)
    drawn = scatter_spots(
        case.kind, extent, number, (1.0, 15.0), (4.0, 20.0), case.seed, margin_mm=6, forbidden_mm=CHART
    )
    found = []
    for spot in drawn:
        fate = (
            "unchanged"
            if case.unchanged
            else str(
                rng.choice(["faded", "cleared", "unchanged", "darker", "new"], p=[0.3, 0.2, 0.25, 0.12, 0.13])
            )
        )
        fate_of = {
            "faded": FatedSpot(spot, float(1 - rng.uniform(0.25, 0.9))),
            "cleared": FatedSpot(spot, 0.0),
            "unchanged": FatedSpot(spot),
            "darker": FatedSpot(replace(spot, contrast=spot.contrast / 1.6), float(rng.uniform(1.25, 1.6))),
            "new": FatedSpot(spot, appears=True),
        }
        try:
            draw_spots(maps, [replace(spot, contrast=spot.contrast * max(1.0, fate_of[fate].remains))])
        except UsageError:
            continue  # this skin cannot be so dark, so pale or so red
        found.append(fate_of[fate])
    return found


def score(case: Case, number: int) -> Score | None:
    """Draw a pair, measure, align and match it; None where this skin cannot have such spots."""
    rng = np.random.default_rng([case.seed, 43])
    maps = clear_skin(case)
    spots = fated(case, maps, number)
    if not spots:
        return None
    scene = synthetic.Scene(surface="cheek", gloss=0.03)
    first = VisitSettings(scene=scene, mm_per_pixel=MM, chart_kind="colorchecker-nano", seed=case.seed)
    last = replace(
        first,
        lamp=str(rng.choice(LAMPS)) if case.own else first.lamp,
        exposure=float(rng.uniform(0.75, 0.95)) if case.own else first.exposure,
        jpeg_quality=int(rng.integers(85, 96)),
        pose=synthetic.Pose(
            tilt=float(rng.uniform(-4, 4)),
            turn=float(rng.uniform(-6, 6)),
            roll=float(rng.uniform(-4, 4)),
            shift_mm=(float(rng.uniform(-2, 2)), float(rng.uniform(-2, 2))),
            distance_mm=float(rng.uniform(470, 540)),
        ),
        scene=replace(
            scene,
            light_azimuth=float(rng.uniform(-180, 180)),
            unevenness=float(rng.uniform(0, 0.06)),
            expression=Expression(1.0, seed=case.seed),
        ),
        seed=case.seed + 5000,
    )
    visits = render_visits(maps, first, last, spots=spots, size=SIZE)
    before, after = (
        read_photo(photo.photo_bytes, name=name)
        for photo, name in ((visits.baseline, "before.jpg"), (visits.follow_up, "after.jpg"))
    )
    try:
        baseline = measure(before, mm_per_pixel=MM, workers=1)
        follow_up = measure(after, None if case.own else baseline.profile, mm_per_pixel=MM, workers=1)
        told = match_spots(baseline, follow_up, align(baseline, follow_up, workers=1), workers=1)
    except PigmeterError as refusal:
        print(f"{case}: {refusal}")
        return None
    return _matched(spots, list(told), first)


def _matched(spots: Sequence[FatedSpot], told: list[SpotChange], settings: VisitSettings) -> Score:
    """Pair each drawn spot with what was told of its place, of its own kind if that is among it."""
    matrix = plane_to_photo(settings.pose, SIZE, settings.mm_per_pixel)
    found = []
    for each in sorted(spots, key=lambda one: -one.spot.diameter):
        spot = each.spot
        place = np.array(surface_place(settings.scene, np.array(spot.x), np.array(spot.y)), dtype=float)
        x, y = apply_homography(matrix, place)
        reach = max(spot.diameter / 3, 0.6) / MM
        near = [one for one in told if np.hypot(one.x - x, one.y - y) < reach]
        near = [one for one in near if 0.4 < one.diameter_mm / spot.diameter < 2.2]
        near = [one for one in near if one.kind == spot.kind] or near
        best = min(near, key=lambda one: abs(np.log(one.diameter_mm / spot.diameter)), default=None)
        if best is not None:
            told.remove(best)
        found.append(Told(each, best))
    return Score(found, told)


def true_contrasts(each: FatedSpot) -> tuple[float, float]:
    """Size of the mean contrast inside the drawn-in outline at both visits. [index unit]"""
    mean = abs(each.spot.mean_contrast(min(EDGE_MM, 0.15 * each.spot.diameter)))
    return 0.0 if each.appears else mean, mean * each.remains


def right_fates(each: FatedSpot, told: SpotChange) -> set[str]:
    """Fates that are true of a drawn spot, given what can be told at its place."""
    before, after = true_contrasts(each)
    change = after - before
    fates = {UNCHANGED} if abs(change) <= (told.sdc or 0.0) else set()
    if change < 0:
        fates.add(FADED if after > 0 else CLEARED)
        if 0 < after < DETECTED * (told.told_follow_up or 0.0):
            fates.add(CLEARED)
    elif change > 0:
        fates.add(DARKER if before > 0 else NEW)
    return fates


def drawn_fate(each: FatedSpot) -> str:
    """Return the fate itself, whatever can be told."""
    if each.appears:
        return NEW
    if each.remains == 0:
        return CLEARED
    return FADED if each.remains < 1 else DARKER if each.remains > 1 else UNCHANGED


def summary(scores: Sequence[Score]) -> str:
    """Return one line of the table."""
    spots = [one for each in scores for one in each.spots]
    seen = [(one.drawn, one.told) for one in spots if one.told is not None and one.told.fate != OUTSIDE]
    outside = sum(one.told is not None and one.told.fate == OUTSIDE for one in spots)
    unseen = sum(one.told is None for one in spots)
    elsewhere = sum(one.fate not in (UNCHANGED, OUTSIDE) for each in scores for one in each.elsewhere) / max(
        len(scores), 1
    )
    if not seen:
        return f"{len(spots)} | {outside} | {unseen} | - | - | - | - | {elsewhere:.1f} | - | - | -"
    right = np.mean([told.fate in right_fates(drawn, told) for drawn, told in seen])
    strict = np.mean([told.fate == drawn_fate(drawn) for drawn, told in seen])
    held = []
    false = [told.fate != UNCHANGED for drawn, told in seen if drawn_fate(drawn) == UNCHANGED]
    for drawn, told in seen:
        before, after = true_contrasts(drawn)
        change = told.sign * (after - before)
        held.append((told.contrast_low or 0.0) <= change <= (told.contrast_high or 0.0))
    areas = [
        (told.area_low or 0.0) <= 0 <= (told.area_high or 0.0)
        for drawn, told in seen
        if drawn_fate(drawn) == UNCHANGED and told.area_change is not None
    ]
    sdc = float(np.median([told.sdc or 0.0 for _, told in seen]))
    return (
        f"{len(spots)} | {outside} | {unseen} | {right:.3f} | {strict:.3f} | "
        f"{np.mean(false) if false else np.nan:.3f} | {len(false)} | {elsewhere:.1f} | {np.mean(held):.2f} | "
        f"{np.mean(areas) if areas else np.nan:.2f} | {sdc:.2f}"
    )


def wrong(scores: Sequence[Score]) -> list[str]:
    """Return a line for each fate that is not right, to look at."""
    lines = []
    for each in scores:
        for one in each.spots:
            told = one.told
            if told is None or told.fate == OUTSIDE or told.fate in right_fates(one.drawn, told):
                continue
            before, after = true_contrasts(one.drawn)
            spot = one.drawn.spot
            read = f"{told.contrast_baseline:.2f} to {told.contrast_follow_up:.2f}"
            limits = f"SDC {told.sdc:.2f}, told from {told.told_baseline:.2f} and {told.told_follow_up:.2f}"
            lines.append(
                f"{spot.kind} {spot.diameter:.1f} mm {before:.1f} to {after:.1f}: {told.fate}, {read}, "
                f"uncertainty {told.contrast_uncertainty:.2f}, {limits}, found {told.before} {told.after}, "
                f"moved {told.moved_mm:.2f} mm"
            )
    return lines


def main() -> None:
    """Print a table per kind of spot: changed and unchanged pairs, one profile and own profiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2, help="pairs of each row")
    parser.add_argument("--spots", type=int, default=40, help="spots of each pair")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first subject")
    parser.add_argument("--tones", nargs="+", default=list(synthetic.TONES))
    parser.add_argument("--kinds", nargs="+", default=["dark", "light", "red"])
    parser.add_argument("--wrong", action="store_true", help="list every fate that is not right")
    parser.add_argument("--markdown", help="file to write the page to")
    given = parser.parse_args()
    head = (
        "spots | outside | not seen | right | strictly | false fates of unchanged | of | elsewhere"
        " | contrast | area | SDC"
    )
    lines = [PAGE.format(spots=given.spots, pairs=given.pairs, first=given.seed)]
    seeds = range(given.seed, given.seed + given.pairs)
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        for kind in given.kinds:
            for unchanged in (False, True):
                title = "nothing changed" if unchanged else "changed"
                lines += ["", f"## {kind.capitalize()} spots, {title}", "", f"tone | pair | {head}"]
                lines.append("|".join(["---"] * 13))
                total = []
                for own in (False, True):
                    for tone in given.tones:
                        place = 10 * synthetic.TONES.index(tone)
                        cases = [Case(tone, kind, seed + place, unchanged, own) for seed in seeds]
                        done = pool.map(score, cases, [given.spots] * len(cases))
                        scores = [one for one in done if one is not None]
                        if not scores:
                            continue
                        name = "own profiles" if own else "one profile"
                        lines.append(f"{tone} | {name} | {summary(scores)}")
                        print(lines[-1], flush=True)
                        if given.wrong:
                            print("\n".join(wrong(scores)), flush=True)
                        total += scores
                lines.append(f"**all** | | {summary(total)}")
                print(lines[-1], flush=True)
    if given.markdown:
        Path(given.markdown).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
