"""
What two calibrations of one camera have in common: which share of both their errors a change holds.

    python benchmarks/session_shares.py             some minutes on two cores
    python benchmarks/session_shares.py --markdown  and keep it in benchmarks/results
    python benchmarks/session_shares.py --tiny      a smoke test
    python benchmarks/session_shares.py --json      for programs

Unchanged skin is photographed at two visits, each with a chart in the photo and a profile of its own; levels
differ by what the profiles err differently. Cameras, lamps, rooms and people are those of accuracy_skin.py:
half of the cameras and lamps derive the tables anew, the other half judges. Printed is the factor on the
uncertainty of two profiles that err each for itself (both cameras and both charts in quadrature, and in
another lamp what `people_apart` tells) with which 95 % of the differences lie in 1.96 of it: that is where
`session_lightness`, `session_colour` and `session_linear` of calibration/limits/change.csv come from.

"by themselves" each chart is fitted alone; "together" as `fit_visits` does; "another lamp" and "another
camera" by themselves, the camera with another copy of the chart.
"""

import argparse
from dataclasses import replace

import clinic
import measured
import numpy as np
import running
import scoring

import pigmeter as pm
from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.knowledge import Knowledge
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.spectra import xyz
from pigmeter.comparison.lights_apart import people_apart
from pigmeter.reference import limit

KEYS = tuple(QUANTITIES)
WAYS = ("one lamp, by themselves", "one lamp, together", "another lamp", "another camera and chart")
POOL, FRAMES, NOISE = 600, 16, 0.001
Found = dict[str, np.ndarray]


def lit(sitting: clinic.Sitting, lamp: np.ndarray, saturation: float) -> clinic.Sitting:
    """Put a camera under another lamp: its matrix is made for that, its way of rendering stays."""
    known = clinic.reference_paints()
    wanted = xyz(known)
    weight = 1 / np.sqrt(wanted[:, 1:2])
    plain = replace(sitting, lamp=lamp)
    seen = known @ plain.effective.T * weight
    look = np.linalg.lstsq(seen, wanted @ SRGB_FROM_XYZ.T * weight, rcond=None)[0]
    return replace(plain, look=look @ (np.eye(3) + saturation * (np.eye(3) - 1 / 3)))


def levels(profile: pm.Profile, seen: np.ndarray) -> np.ndarray:
    """All quantities, shape (people, 10)."""
    return np.stack([profile.estimate(seen)[key] for key in KEYS], axis=1)


def spread(one: pm.Profile, other: pm.Profile, tone: np.ndarray) -> np.ndarray:
    """Standard uncertainty of a difference if both profiles err each for itself, shape (people, 10)."""
    apart = people_apart(one, other)
    share = limit("change", "people_share")
    found = []
    for key in KEYS:
        parts = [profile.errors.parts(key, tone, np.zeros(3)) for profile in (one, other)]
        variance = sum(part[name] ** 2 for part in parts for name in ("camera", "chart"))
        found.append(np.sqrt(variance + (share * np.interp(tone, one.errors.tone, apart[key])) ** 2))
    return np.stack(found, axis=1)


def run_setting(job: tuple[int, argparse.Namespace]) -> dict[str, Found]:
    """Judge one setting: by way, errors in units of `spread`, (values, 10), and how light skins are."""
    number, given = job
    setting = clinic.SETTINGS[number]
    known, judged = measured.halves(given.split)
    found: dict[str, list[np.ndarray]] = {way: [] for way in WAYS}
    with measured.priors_from(known):
        pool = clinic.mixture_people(POOL, given.seed)
        light = pool.truth()["L"]
        shades = []
        for pair in range(given.pairs):
            rng = np.random.default_rng([given.seed, pair, number])
            camera, lamp = measured.pick(judged, given.seed, pair)
            strange, other_lamp = measured.pick(judged, given.seed, pair + given.pairs)
            saturation = rng.uniform(0, 0.15)
            sitting = lit(clinic.sit(camera, lamp, setting, rng), lamp, saturation)
            first, last = sitting.shoot(rng), sitting.shoot(rng)
            elsewhere = lit(sitting, other_lamp, saturation).shoot(rng)
            another = clinic.sit(strange, other_lamp, setting, rng).shoot(rng)

            def fit(shot: clinic.Shot, *others: clinic.Shot, rendered: bool = setting.rendered) -> pm.Profile:
                charts = tuple(each.patches for each in others)
                return pm.fit_profile_from_patches(
                    shot.patches, rendered=rendered, knowledge=Knowledge(charts=charts)
                )

            own = fit(first)
            ways = {
                WAYS[0]: (last, own, fit(last)),
                WAYS[1]: (last, fit(first, last), fit(last, first)),
                WAYS[2]: (elsewhere, own, fit(elsewhere)),
                WAYS[3]: (another, own, fit(another)),
            }
            who = rng.choice(len(pool.skins), min(given.people, len(pool.skins)), replace=False)
            shades.append(light[who])
            before = recorded(first, pool.skins[who], rng)
            for way, (shot, one, other) in ways.items():
                moved = levels(other, recorded(shot, pool.skins[who], rng)) - levels(one, before)
                turn = KEYS.index("hue")
                moved[:, turn] = (moved[:, turn] + 180) % 360 - 180
                tone = one.estimate(before)["melanin_index"]
                found[way].append(np.abs(moved) / spread(one, other, tone))
    return {way: {"off": np.vstack(off), "L": np.concatenate(shades)} for way, off in found.items()}


def recorded(shot: clinic.Shot, skins: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """File values of skins, means of so many pixels that steps of 8 bits average out, shape (people, 3)."""
    return np.asarray(np.mean([shot.record(skins, rng, NOISE) for _ in range(FRAMES)], axis=0))


def shares(found: list[Found]) -> dict[str, dict[str, float]]:
    """By third of tone and quantity, the factor with which 95 % of the differences are covered."""
    off = np.vstack([one["off"] for one in found])
    order = np.argsort(np.concatenate([one["L"] for one in found]), kind="stable")
    return {
        third: dict(zip(KEYS, (np.quantile(off[who], 0.95, axis=0) / 1.96).tolist(), strict=True))
        for third, who in zip(scoring.THIRDS, np.array_split(order, 3), strict=True)
    }


def main() -> None:
    parser = running.options(__doc__, pairs=20, people=60, seed=29)
    given = parser.parse_args()
    chosen = range(len(clinic.SETTINGS))
    if given.tiny:
        given.pairs, given.people, given.jobs, chosen = 1, 12, 1, range(4, 5)
    done = running.run_parts(run_setting, [(number, given) for number in chosen], given.jobs)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for state in ("linear", "rendered"):
        own = [
            one
            for number, one in zip(chosen, done, strict=True)
            if clinic.SETTINGS[number].rendered == (state == "rendered")
        ]
        if own:
            found |= {f"{state}, {way}": shares([one[way] for one in own]) for way in WAYS}
    if given.json:
        print(scoring.as_json(found))
        return
    text = scoring.heading(
        "Two calibrations of one camera: the share of both their errors that a change holds",
        f"{given.pairs} pairs of visits in each of three rooms, {given.people} people each; split "
        f"{given.split}, seed {given.seed}. What rows are stands in the script.",
    )
    rows = [
        [f"{name}, {third}", *(f"{value:.2f}" for value in one.values())]
        for name, thirds in found.items()
        for third, one in thirds.items()
    ]
    scoring.publish(text + "\n" + scoring.table(["", *KEYS], rows) + "\n", "session_shares", given.markdown)


if __name__ == "__main__":
    main()
