"""
Pairs of photos of one drawn skin, compared as a clinic would: what is told of each region, and what is true.

The skin is of two-layer optics that the library does not know, with its own pores, mottle and freckles at
both visits; truth is read off the spectra of the pixels.
"""

from dataclasses import dataclass

import numpy as np

import pigmeter as pm
from pigmeter import synthetic
from pigmeter.comparison.change_value import UNDETECTED
from pigmeter.comparison.repeatability import unmoved_skin
from pigmeter.errors import PigmeterError
from pigmeter.synthetic.spots import scatter_spots
from pigmeter.synthetic.visits import FatedSpot, RenderedVisits, Treated, VisitSettings, render_visits

SIZE, MM = (600, 800), 0.12
KEYS = ("melanin_index", "haemoglobin_index", "erythema_index", "L", "a", "b", "ita")
LAMPS = ("daylight", "flash", "led-neutral", "led-warm", "led-cool")
CAMERAS = ("phone", "mirrorless", "slr")
ONE_PROFILE, ONE_LAMP, TWO_LAMPS = "one profile", "own profiles, one lamp", "own profiles, two lamps"
LIGHTS = (ONE_PROFILE, ONE_LAMP, TWO_LAMPS)
NONE = "none"
CHANGES: dict[str, tuple[Treated, ...]] = {
    "melanin -1": (Treated(melanin=-1.0),),
    "melanin -3": (Treated(melanin=-3.0),),
    "melanin -8": (Treated(melanin=-8.0),),
    "blood +10": (Treated(haemoglobin=10.0),),
    "blood -10": (Treated(haemoglobin=-10.0),),
    "melanin -4 in a region": (Treated(melanin=-4.0, x=-18.0, y=-12.0, radii=(16.0, 11.0)),),
    "spots": (),
}
# Regions of the baseline, as parts of its width and height: left, top, right, bottom. The chart lies below.
REGIONS = {
    "left": (0.05, 0.08, 0.42, 0.60),
    "right": (0.58, 0.08, 0.95, 0.60),
    "middle": (0.30, 0.15, 0.70, 0.55),
}


@dataclass(frozen=True)
class Case:
    """One pair to be drawn."""

    tone: str
    change: str
    light: str
    seed: int


@dataclass(frozen=True)
class Told:
    """One number of one region: what was told and what is true; `true` is NaN where that is not known."""

    region: str
    key: str
    change: float
    low: float
    high: float
    true: float
    in_family: bool
    changed: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a pair."""

    case: Case
    told: tuple[Told, ...]
    refusal: str = ""


def settings(
    rng: np.random.Generator, case: Case, first: bool, lamp: str, camera: synthetic.Camera
) -> VisitSettings:
    """Circumstances of one visit; with one profile for both, exposure and white balance stay as they are."""
    pose = synthetic.Pose(
        tilt=float(rng.uniform(-10, 10)),
        turn=float(rng.uniform(-10, 10)),
        roll=float(rng.uniform(-8, 8)),
        shift_mm=(float(rng.uniform(-3, 3)), float(rng.uniform(-3, 3))),
    )
    scene = synthetic.Scene(
        surface="cheek",
        gloss=0.03,
        unevenness=float(rng.uniform(0, 0.06)),
        light_azimuth=-125 + float(rng.uniform(-20, 20)),
        chart_place=(pose.shift_mm[0] + float(rng.uniform(-6, 6)), pose.shift_mm[1] + 17.0),
        expression=None if first else synthetic.Expression(float(rng.uniform(0, 2)), seed=case.seed),
    )
    red, blue, exposure = [*np.exp(rng.normal(0, 0.03, 2)), 0.95 * 2 ** rng.uniform(-0.5, 0)]
    if case.light == ONE_PROFILE:
        red, blue, exposure = 1.0, 1.0, 0.85
    return VisitSettings(
        lamp=lamp,
        camera=camera,
        balance=(float(red), float(blue)),
        exposure=float(exposure),
        pose=pose,
        scene=scene,
        mm_per_pixel=MM if first else MM * float(rng.uniform(0.9, 1.1)),
        jpeg_quality=int(rng.integers(75, 96)),
        seed=2 * case.seed + first,
        chart_kind="colorchecker-nano",
        chart_seed=case.seed,
        time="2026-01-15T10:00:00" if first else "2026-02-26T10:00:00",
    )


def draw(case: Case) -> RenderedVisits:
    """Draw a pair."""
    rng = np.random.default_rng([case.seed, synthetic.TONES.index(case.tone)])
    camera = synthetic.make_camera(CAMERAS[case.seed % len(CAMERAS)], case.seed)
    lamps = rng.choice(LAMPS, 2, replace=False)
    if case.light != TWO_LAMPS:
        lamps[1] = lamps[0]
    visits = [
        settings(rng, case, first, str(lamp), camera)
        for first, lamp in zip((True, False), lamps, strict=True)
    ]
    spots: list[FatedSpot] = []
    if case.change == "spots":
        extent = (SIZE[0] * MM, SIZE[1] * MM)
        drawn = scatter_spots(
            "dark", extent, 14, (2.0, 8.0), (4.0, 10.0), case.seed, forbidden_mm=(-30, 8, 30, 60)
        )
        spots = [FatedSpot(spot, remains=0.4) for spot in drawn]
    who = synthetic.subject(case.tone, seed=case.seed + 1000)
    return render_visits(who, *visits, treated=CHANGES.get(case.change, ()), spots=spots, size=SIZE)


def score(case: Case) -> Outcome:
    """Draw a pair, compare it and put what is told beside what is true."""
    try:
        pair = draw(case)
    except PigmeterError as error:  # such a skin cannot have these spots
        return Outcome(case, (), f"not drawn: {error.code}")
    rows, columns = SIZE
    regions = {}
    for name, (left, top, right, bottom) in REGIONS.items():
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        regions[name] = np.array([(x * columns, y * rows) for x, y in corners])
    try:
        photos = [
            pm.read_photo(one.photo_bytes, name=name)
            for name, one in (("baseline.jpg", pair.baseline), ("follow-up.jpg", pair.follow_up))
        ]
        first = pm.measure(photos[0], regions=regions)
        last = pm.measure(photos[1], first.profile if case.light == ONE_PROFILE else None)
        change = pm.compare(first, last, repeatability=unmoved_skin())
    except PigmeterError as error:
        return Outcome(case, (), error.code)
    if change.alignment is None:
        return Outcome(case, (), "not aligned")
    return Outcome(case, told_of(case, pair, change))


def told_of(case: Case, pair: RenderedVisits, change: pm.Change) -> tuple[Told, ...]:
    """Return the numbers of a comparison beside the truth of the skin that they were read on."""
    first = change.baseline
    trusted = change.alignment.trusted
    down, across = (
        np.minimum(np.arange(n) * first.scale + first.scale // 2, m - 1)
        for n, m in zip(trusted.shape, SIZE, strict=True)
    )
    told = []
    for value in change.values:
        if value.change is None or value.low is None or value.high is None or value.against:
            continue
        (mask,) = (region.mask for region in first.regions if region.name == value.region)
        shown = trusted if mask is None else trusted & mask
        true = 0.0 if case.change == NONE else np.nan
        if value.key in KEYS:
            true = float(np.nanmean(pair.change[value.key][np.ix_(down, across)][shown]))
        told.append(
            Told(
                value.region,
                value.key,
                value.change,
                value.low,
                value.high,
                true,
                value.in_family,
                value.verdict != UNDETECTED,
            )
        )
    return tuple(told)


def cases(nulls: int, each: int, first_seed: int = 1) -> list[Case]:
    """Return the pairs to draw: most without a change, some of every change; tones and lights in turn."""
    found = []
    tones = len(synthetic.TONES)
    for change, number in ((NONE, nulls), *((name, each) for name in CHANGES)):
        for place in range(number):
            light = LIGHTS[place // tones % len(LIGHTS)]
            found.append(Case(synthetic.TONES[place % tones], change, light, first_seed + len(found)))
    order = np.random.default_rng(1).permutation(len(found))
    return [found[place] for place in order]
