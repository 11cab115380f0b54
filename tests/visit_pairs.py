"""Small pairs of photos of one drawn skin, for tests of what is told of a change."""

from functools import cache

import numpy as np

import pigmeter as pm
from pigmeter import synthetic
from pigmeter.synthetic.visits import FatedSpot, RenderedVisits, Treated, VisitSettings, render_visits

SIZE, MM = (540, 720), 0.12


def settings(rng, seed, *, first, lamp="daylight"):
    """Circumstances of one visit: its own pose, exposure, white balance, light, quality and noise."""
    shift = tuple(rng.uniform(-2, 2, 2))
    return VisitSettings(
        lamp=lamp,
        camera=synthetic.make_camera("phone", seed),
        balance=tuple(np.exp(rng.normal(0, 0.02, 2))),
        exposure=rng.uniform(0.8, 0.95),
        pose=synthetic.Pose(
            tilt=rng.uniform(-7, 7), turn=rng.uniform(-7, 7), roll=rng.uniform(-5, 5), shift_mm=shift
        ),
        scene=synthetic.Scene(
            surface="cheek",
            gloss=0.03,
            unevenness=rng.uniform(0, 0.05),
            light_azimuth=-125 + rng.uniform(-15, 15),
            chart_place=(shift[0], shift[1] + 15),
            expression=None if first else synthetic.Expression(1.5, seed=seed),
        ),
        mm_per_pixel=MM if first else MM * rng.uniform(0.95, 1.05),
        jpeg_quality=int(rng.integers(82, 96)),
        seed=2 * seed + first,
        chart_seed=seed,
        time="2026-01-15T10:00:00" if first else "2026-02-26T10:00:00",
    )


def pair(
    tone: str = "light",
    seed: int = 1,
    treated: tuple[Treated, ...] = (),
    spots: tuple[FatedSpot, ...] = (),
    lamps: tuple[str, str] = ("daylight", "daylight"),
) -> RenderedVisits:
    """Draw a pair."""
    rng = np.random.default_rng([seed, 7])
    visits = [
        settings(rng, seed, first=first, lamp=lamp) for first, lamp in zip((True, False), lamps, strict=True)
    ]
    return render_visits(synthetic.subject(tone, seed=seed), *visits, treated=treated, spots=spots, size=SIZE)


@cache
def measured(
    tone: str = "light",
    seed: int = 1,
    treated: tuple[Treated, ...] = (),
    spots: tuple[FatedSpot, ...] = (),
    lamps: tuple[str, str] = ("daylight", "daylight"),
) -> tuple[RenderedVisits, pm.Measurement, pm.Measurement]:
    """Draw a pair and measure both photos, once in a run of the tests."""
    drawn = pair(tone, seed, treated, spots, lamps)
    first, last = (
        pm.measure(pm.read_photo(one.photo_bytes, name=name))
        for name, one in (("baseline.jpg", drawn.baseline), ("follow-up.jpg", drawn.follow_up))
    )
    return drawn, first, last
