"""
Changes read from charts and skin without a picture between: thousands of pairs of sessions.

Cameras and lamps are measured ones that took no part in deriving the tables; people are of two-layer optics
that the library does not know. Of each person three places are read at two visits: from 64 pixels each, with
noise and the steps of 8 bits. Nothing is aligned here: that is what pairs of photos are for.
"""

import argparse
from dataclasses import dataclass, replace
from types import SimpleNamespace

import clinic
import measured
import numpy as np
from change_photos import LIGHTS, NONE, ONE_PROFILE, TWO_LAMPS, Told

import pigmeter as pm
from pigmeter.colour.change_reading import read_change
from pigmeter.colour.quantities import QUANTITIES, spectral_quantities
from pigmeter.colour.reading import OFFSET, log_response, named, terms
from pigmeter.comparison.calibration_part import Calibration, stray_light
from pigmeter.comparison.change_value import UNDETECTED, ChangeValue
from pigmeter.comparison.intervals import OF_CHANGE, interval_of
from pigmeter.comparison.lights_apart import people_apart
from pigmeter.comparison.skin_light import light_part
from pigmeter.comparison.verdicts import judge
from pigmeter.measurement.endpoints import endpoint_of
from pigmeter.reference import limit, read_rows
from pigmeter.synthetic.optics import SkinOptics, reflectance

THIRDS = ("light", "middle", "dark")
# By how much melanin_index or haemoglobin_index shall change [index unit].
WANTED = {
    "melanin -1": -1.0,
    "melanin -3": -3.0,
    "melanin -8": -8.0,
    "blood +10": 10.0,
    "blood -10": -10.0,
}
PIXELS, NOISE = 64, 0.01
# Where the places lie, from the middle of the chart [widths of the chart].
PLACES = np.array([[-0.6, -0.9], [0.6, -0.9], [0.0, -1.2]])
BLOOD_TIMES = (0.25, 3.0)


@dataclass(frozen=True)
class Pair:
    """Two visits of one person: what is told of three places, and how dark the skin is."""

    third: str
    change: str
    light: str
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Person:
    """Skin of three places: melanin and blood of each under one skin's optics."""

    melanin: np.ndarray
    blood: np.ndarray
    optics: SkinOptics

    def spectra(self) -> np.ndarray:
        """Reflectance of the places, shape (3, 61)."""
        return np.array(
            [reflectance(m, b, self.optics) for m, b in zip(self.melanin, self.blood, strict=True)]
        )

    def changed(self, change: str) -> "Person":
        """After a change of an index by what is wanted, as far as the skin can show it."""
        if change == NONE:
            return self
        own = "melanin" if "melanin" in change else "blood"
        low, high = (0.05, 1.0) if own == "melanin" else BLOOD_TIMES
        times = np.geomspace(low, high, 200)
        amounts = np.array(getattr(self, own))
        for place, amount in enumerate(amounts):
            pairs = [
                (f * amount, self.blood[place]) if own == "melanin" else (self.melanin[place], f * amount)
                for f in times
            ]
            key = "melanin_index" if own == "melanin" else "haemoglobin_index"
            index = spectral_quantities(np.array([reflectance(m, b, self.optics) for m, b in pairs]))[key]
            here = spectral_quantities(self.spectra()[place])[key]
            amounts[place] = amount * times[np.argmin(np.abs(index - here - WANTED[change]))]
        return replace(self, **{own: amounts})


def person(third: str, rng: np.random.Generator) -> Person:
    """Invent a person of a third of the tones."""
    rows = [row for row in read_rows("synthetic/tones.csv") if row["tone"] != "word"]
    keys = ("melanin", "blood", "oxygenation", "epidermis", "scattering", "surface")
    tones = np.array([[float(row[key]) for key in keys] for row in rows])
    place = (THIRDS.index(third) + rng.uniform()) / 3 * (len(tones) - 1)
    low = min(int(place), len(tones) - 2)
    mean = tones[low] ** (1 - place + low) * tones[low + 1] ** (place - low)
    own = mean[:5] * np.exp(rng.normal(0, 0.15, 5))
    optics = SkinOptics(float(min(own[2], 0.97)), float(own[3]), float(own[4]), float(mean[5]))
    melanin, blood = (own[i] * np.exp(rng.normal(0, 0.08, len(PLACES))) for i in (0, 1))
    return Person(melanin, blood, optics)


@dataclass(frozen=True)
class Visit:
    """A sitting, and the light and exposure of this visit."""

    sitting: clinic.Sitting
    gradient: np.ndarray
    veil: float
    exposure: float

    @classmethod
    def of(cls, sitting: clinic.Sitting, steady: bool, rng: np.random.Generator) -> "Visit":
        """Draw a visit: its white balance, its exposure, how the light falls, and the veil of the lens."""
        scale = sitting.setting.clinic
        exposure = 0.85 if steady else float(rng.uniform(0.7, 1.0))
        balance = np.exp(rng.normal(0, 0.0 if steady else 0.03, 3)) * [1, 0, 1] + [0, 1, 0]
        return cls(
            replace(sitting, look=np.diag(balance) @ sitting.look),
            rng.normal(0, 0.04 * scale, 2),
            float(rng.uniform(0, 0.006 * scale)),
            exposure,
        )

    def chart(self, rng: np.random.Generator, reading: float = 0.004) -> np.ndarray:
        """File values of the chart's patches, shape (24, 3)."""
        column, row = np.meshgrid((np.arange(6) - 2.5) / 6, (np.arange(4) - 1.5) / 6)
        light = 1 + self.gradient[0] * column + self.gradient[1] * row
        patches = self.sitting.paints @ self.sitting.effective.T * light.reshape(24, 1) + self.veil
        patches = patches * (1 + rng.normal(0, reading, patches.shape)) + rng.normal(0, 2e-4, patches.shape)
        return self.sitting.file_values(self.exposure * np.maximum(patches, 1e-5))

    def skin(self, spectra: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """File values of the pixels of each place, shape (3, PIXELS, 3)."""
        light = 1 + PLACES @ self.gradient
        clean = spectra @ self.sitting.effective.T * light[:, None] + self.veil
        pixels = np.repeat(clean[:, None], PIXELS, axis=1)
        pixels = pixels * (1 + rng.normal(0, NOISE, pixels.shape))
        return self.sitting.file_values(self.exposure * np.maximum(pixels, 1e-4))


def score(third: str, change: str, light: str, visits: tuple[Visit, Visit], rng: np.random.Generator) -> Pair:
    """Fit each visit, read three places of a person at both and put what is told beside what is true."""
    before = person(third, rng)
    after = before.changed(change)
    spectra = before.spectra(), after.spectra()
    rendered = visits[0].sitting.setting.rendered
    profiles = [pm.fit_profile_from_patches(visit.chart(rng), rendered=rendered) for visit in visits]
    if light == ONE_PROFILE:
        profiles[1] = profiles[0]
    means, noise = [], []
    for visit, profile, skin in zip(visits, profiles, spectra, strict=True):
        response = profile.response(visit.skin(skin, rng))
        means.append(log_response(response.mean(axis=1)))
        noise.append(response.std(axis=1) / response.mean(axis=1) / np.sqrt(PIXELS))
    moved = read_change(*means, *profiles)
    levels = [named(terms(log) @ each.level_weights) for log, each in zip(means, profiles, strict=True)]
    first, last = (SimpleNamespace(profile=each) for each in profiles)
    apart = {} if light == ONE_PROFILE else people_apart(*profiles)
    rounded = limit("change", "channel_spread") * np.sqrt(2) * limit("change", "finest_step")
    skin = [10 ** -(log + OFFSET).mean(axis=0) for log in means]
    calibration = Calibration(*profiles, True, apart, float(rounded), stray_light(*skin))
    tone = levels[0]["melanin_index"]
    truth = [spectral_quantities(one) for one in spectra]
    true = {key: truth[1][key] - truth[0][key] for key in QUANTITIES}
    true["hue"] = (true["hue"] + 180) % 360 - 180
    values = []
    for place, where in enumerate(PLACES):
        own = float(tone[place])
        distance = float(np.hypot(*where))
        spreads = tuple(profile.errors.shading(distance) for profile in profiles)
        for key in QUANTITIES:
            step = float(moved["melanin_index"][place]), float(moved["haemoglobin_index"][place])
            wobble = [
                profile.errors.parts(key, own, spread[place])["noise"]
                for profile, spread in zip(profiles, noise, strict=True)
            ]
            parts = {
                "calibration": float(calibration.part(key, own, step)),
                OF_CHANGE: float(calibration.of_change(key, own, step)),
                "light": float(light_part(key, own, first, last, spreads)),
                "noise": float(np.hypot(*wobble)),
            }
            values.append(_value(f"place {place}", key, float(moved[key][place]), parts))
    return Pair(
        third,
        change,
        light,
        tuple(
            Told(
                one.region, one.key, one.change, one.low, one.high,
                float(true[one.key][int(one.region[-1])]), one.in_family, one.verdict != UNDETECTED,
            )
            for one in judge(values)
        ),
    )  # fmt: skip


def _value(region: str, key: str, change: float, parts: dict[str, float]) -> ChangeValue:
    interval = interval_of(change, parts)
    quantity, endpoint = QUANTITIES[key], endpoint_of(key)
    return ChangeValue(
        region=region,
        site="",
        side="",
        key=key,
        definition=quantity.definition,
        unit=quantity.unit,
        n=PIXELS,
        baseline=0.0,
        follow_up=change,
        change=change,
        uncertainty=interval.uncertainty,
        low=interval.low,
        high=interval.high,
        parts=parts,
        p=interval.p,
        endpoint="" if endpoint is None else endpoint.name,
    )


def judge_pairs(
    planned: list[tuple[str, str, str]],
    seed: int,
    part: int = 0,
    parts: int = 1,
    uneven: bool = True,
    judged: measured.Spectra | None = None,
) -> list[Pair]:
    """Judge a share of what is planned: every `parts`-th pair, counted from `part`."""
    known = judged or measured.halves(0)[1]
    found = []
    for number, (third, change, light) in enumerate(planned):
        if number % parts != part:
            continue
        rng = np.random.default_rng([seed, number])
        setting = clinic.Setting(rendered=number // 2 % 2 == 0, clinic=1.0 if uneven else 0.0)
        camera, lamp = measured.pick(known, seed, number)
        sitting = clinic.sit(camera, lamp, setting, rng)
        other = sitting
        if light == TWO_LAMPS:
            moved = clinic.sit(camera, measured.pick(known, seed, number + 10**6)[1], setting, rng)
            other = replace(moved, paints=sitting.paints, edition=sitting.edition)
        steady = light == ONE_PROFILE
        visits = Visit.of(sitting, steady, rng), Visit.of(other, steady, rng)
        found.append(score(third, change, light, visits, rng))
    return found


def run_part(job: tuple[int, argparse.Namespace]) -> list[Pair]:
    """Judge a share of the pairs in a process of its own, with cameras and lamps that are held out."""
    part, given = job
    _, known, judged = measured.to_judge(None, given.split)
    planned = plan(given.sessions, given.changed)
    with measured.priors_from(known):
        return judge_pairs(planned, given.seed, part, given.parts, not given.even, judged)


def plan(nulls: int, each: int) -> list[tuple[str, str, str]]:
    """Third of tones, change and light of every pair: most without a change, all combinations in turn."""
    combined = [(third, light) for light in LIGHTS for third in THIRDS]
    found = []
    for change, number in ((NONE, nulls), *((name, each) for name in WANTED)):
        for place in range(number):
            third, light = combined[place % len(combined)]
            found.append((third, change, light))
    order = np.random.default_rng(1).permutation(len(found))
    return [found[place] for place in order]
