"""
Does uncertainty mean it? How many of the true values lie in their 95 % intervals: 93 to 97 % should.

    python benchmarks/accuracy_uncertainty.py             about three minutes on two cores
    python benchmarks/accuracy_uncertainty.py --markdown  and keep it in benchmarks/results
    python benchmarks/accuracy_uncertainty.py FOLDER      judge on spectra of your own
    python benchmarks/accuracy_uncertainty.py --scale     the factor of errors that a session shares
    python benchmarks/accuracy_uncertainty.py --tiny      a smoke test
    python benchmarks/accuracy_uncertainty.py --json      for programs

Cameras, lamps, rooms and people are those of accuracy_skin.py: half of the cameras and lamps derive the
tables anew, the other half judges. What a camera gets wrong is shared by all skin of its session, so it is
many sessions, not many people, that tell.

"rendered photos" are whole pictures, drawn by `pigmeter.synthetic` with the judging cameras and lamps and
with a chart beside the skin, as JPEG and as linear TIFF; chart, fit and measurement are the library's own,
and the intervals those of the table: shading and noise included. Skin varies in them as its two-layer optics
say, about the spectrum of one of the people; people of the optics alone differ too little from each other.

--scale prints the factor `camera_scale` of calibration/limits/profile.csv with which 95 % of all true values
lie in their intervals, over four ways to deal the halves. FOLDER as in accuracy_skin.py.
"""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import clinic
import measured
import numpy as np
import running
import scoring

import pigmeter as pm
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.photo.reader import read_photo
from pigmeter.reference import limit
from pigmeter.synthetic import TONES, Camera, Scene, Subject, lookup, optics, render_photo, subject

KEYS = tuple(QUANTITIES)
ROUNDING = 1 / 255 / np.sqrt(12)
SHARED = ("camera", "chart")
POOL = 1500
# Even light, a lamp to one side, and a room whose light falls off: what `Scene` calls unevenness.
ROOMS = {
    "even light": Scene(directional=0.0, relief=0.2, unevenness=0.01, vignetting=0.01),
    "uneven light": Scene(directional=0.0, relief=0.4, unevenness=0.08, vignetting=0.04),
}
PHOTO = "rendered photos, {}, {}"


@dataclass
class Judged:
    """
    What was found of one setting, an entry per session.

    Attributes
    ----------
    error, shared, rest : list of array, shape (people, 10)
        Estimate minus truth; standard uncertainty that the session shares, and the rest of it.
    factor : list of array, shape (people, 10)
        Half the interval over the uncertainty.
    tone : list of array, shape (people,)
        True L.
    change : list of array of bool
        Whether true changes lie in their intervals.
    """

    error: list[np.ndarray]
    shared: list[np.ndarray]
    rest: list[np.ndarray]
    factor: list[np.ndarray]
    tone: list[np.ndarray]
    change: list[np.ndarray]

    def inside(self, scale: float = 1.0) -> np.ndarray:
        """Whether true values lie in their intervals, the shared part times `scale`, (values, 10)."""
        spread = np.hypot(scale * np.vstack(self.shared), np.vstack(self.rest))
        return np.asarray(np.abs(np.vstack(self.error)) <= np.vstack(self.factor) * spread)


def judge_people(
    group: clinic.Group, shot: clinic.Shot, profile: pm.Profile, found: Judged, rng: np.random.Generator
) -> None:
    """Read people beside a chart, each a pixel with a little noise and the file's steps; keep what is off."""
    rendered = shot.sitting.setting.rendered
    truth, seen = group.truth(), shot.record(group.skins, rng)
    estimate = profile.estimate(seen)
    errors, shared, rest = [], [], []
    for key in KEYS:
        off = estimate[key] - truth[key]
        errors.append((off + 180) % 360 - 180 if key == "hue" else off)
        # the noise of the record is relative to its values, the steps of the file are not
        parts = profile.uncertainty_parts(key, seen, noise=ROUNDING if rendered else 0.0)
        wobble = profile.errors.parts(key, estimate["melanin_index"], np.full(3, 0.002))["noise"]
        shared.append(np.hypot(*(parts[name] for name in SHARED)))
        rest.append(np.sqrt(parts["people"] ** 2 + parts["noise"] ** 2 + wobble**2))
    found.error.append(np.stack(errors, axis=1))
    found.shared.append(np.stack(shared, axis=1))
    found.rest.append(np.stack(rest, axis=1))
    tone = estimate["melanin_index"]
    found.factor.append(np.stack([profile.errors.coverage_factor(key, tone) for key in KEYS], axis=1))
    found.tone.append(truth["L"])
    before = shot.record(group.skins, rng, noise=0.0)
    for name, skins in group.changed.items():
        after, true = shot.record(skins, rng, noise=0.0), group.true_change(name)
        moved = profile.estimate_change(before, after)
        for key in ("melanin_index", "haemoglobin_index"):
            spread = profile.change_uncertainty(key, before, after, noise=ROUNDING if rendered else 0.0)
            half = profile.errors.coverage_factor(key, estimate["melanin_index"]) * spread
            found.change.append(np.abs(moved[key] - true[key]) <= half)


def nothing() -> Judged:
    """Return an empty record."""
    return Judged([], [], [], [], [], [])


def run_setting(job: tuple[int, argparse.Namespace]) -> dict[str, Judged]:
    """Judge one setting in a process of its own, or the rendered photos if its number is that of none."""
    number, given = job
    own, known, judged = measured.to_judge(given.folder, given.split)
    with measured.priors_from(known):
        if number >= len(clinic.SETTINGS):
            return judge_photos(judged, given)
        setting = clinic.SETTINGS[number]
        if own is not None and own.skins is not None:
            pool = own.skins
        else:
            pool = clinic.mixture_people(POOL, given.seed).skins
        found = nothing()
        for pair in range(given.pairs):
            rng = np.random.default_rng([given.seed, pair, number])
            shot = clinic.sit(*measured.pick(judged, given.seed, pair), setting, rng).shoot(rng)
            profile = pm.fit_profile_from_patches(shot.patches, rendered=setting.rendered)
            # other people in every session: a few of them would all be lucky or unlucky together
            who = rng.choice(len(pool), min(given.people, len(pool)), replace=False)
            judge_people(clinic.with_changes("some", pool[who]), shot, profile, found, rng)
    return {setting.name: found}


@contextlib.contextmanager
def portrait(spectrum: np.ndarray, seed: int) -> Iterator[Subject]:
    """Yield a subject whose skin is of this reflectance on the whole, and draws as such meanwhile."""
    drawn = optics.reflectance
    known = [subject(tone, seed=seed) for tone in TONES]
    plain = [drawn(person.melanin, person.blood, person.optics) for person in known]
    nearest = int(np.argmin([np.abs(np.log(one / spectrum)).sum() for one in plain]))
    tint = spectrum / plain[nearest]
    lookup.reflectance = lambda *given: np.clip(drawn(*given) * tint, 0.004, 0.95)
    try:
        yield known[nearest]
    finally:
        lookup.reflectance = drawn


def judge_photos(judged: measured.Spectra, given: argparse.Namespace) -> dict[str, Judged]:
    """Draw photos, measure them, and keep what the tables' means are off: a session is a photo."""
    found = {}
    pool = clinic.mixture_people(max(given.photos, 12), given.seed + 1).skins
    for container, file in (("jpeg", "JPEG"), ("tiff", "linear TIFF")):
        for room, scene in ROOMS.items():
            kept = found.setdefault(PHOTO.format(file, room), nothing())
            for number in range(given.photos):
                camera, lamp = measured.pick(judged, given.seed + 1, number)
                rng = np.random.default_rng([given.seed, number])
                with portrait(pool[number], number) as person:
                    drawn = render_photo(
                        person,
                        lamp=lamp,
                        camera=Camera(
                            "judged",
                            camera.T / camera.max(),
                            float(rng.uniform(0, 0.15)),
                            rng.uniform(0, 0.5),
                        ),
                        container=container,
                        scene=scene,
                        chart_kind="colorchecker-nano",
                        chart_seed=number,
                        size=(480, 640),
                        mm_per_pixel=0.15,
                        seed=number,
                    )
                judge_photo(drawn.photo_bytes, drawn.truth, drawn.skin, kept)
    return found


def judge_photo(data: bytes, truth: dict[str, np.ndarray], skin: np.ndarray, kept: Judged) -> None:
    """Measure one photo and keep by how much the means of its skin are off."""
    try:
        table = pm.measure(read_photo(data, name="drawn")).table
    except pm.PigmeterError as error:
        print(f"left out: {error}")
        return
    rows = {row["quantity"]: row for row in table}
    true = np.array([float(truth[key][skin].mean(dtype=float)) for key in KEYS])
    mean = np.array([rows[key]["mean"] for key in KEYS])
    parts = {
        name: np.array([rows[key][f"uncertainty_{name}"] for key in KEYS])
        for name in ("camera", "chart", "people", "noise", "shading")
    }
    whole = np.array([rows[key]["uncertainty"] for key in KEYS])
    kept.error.append((mean - true)[None])
    kept.shared.append(np.hypot(*(parts[name] for name in SHARED))[None])
    kept.rest.append(np.sqrt(parts["people"] ** 2 + parts["noise"] ** 2 + parts["shading"] ** 2)[None])
    kept.factor.append(np.array([[(rows[key]["high"] - rows[key]["mean"]) for key in KEYS]]) / whole)
    kept.tone.append(true[[KEYS.index("L")]])


def coverage(found: Judged) -> dict[str, object]:
    """Return how many true values lie in their intervals: in all, by tone, by quantity, of changes."""
    inside, tone = found.inside(), np.concatenate(found.tone)
    order = np.argsort(tone, kind="stable")
    parts = np.array_split(order, 3) if len(order) > 2 else [order] * 3
    thirds = dict(zip(scoring.THIRDS, parts, strict=True))
    return {
        "all": float(inside.mean()),
        **{name: float(inside[who].mean()) for name, who in thirds.items()},
        "changes": float(np.mean(found.change)) if found.change else np.nan,
        "sessions": len(found.error),
        "quantities": dict(zip(KEYS, inside.mean(axis=0).tolist(), strict=True)),
        "thirds": {
            name: dict(zip(KEYS, inside[who].mean(axis=0).tolist(), strict=True))
            for name, who in thirds.items()
        },
    }


def right_scale(settings: list[Judged]) -> float:
    """Return the factor on what sessions share with which 95 % of all true values are covered."""
    low, high = 0.1, 10.0
    for _ in range(40):
        middle = np.sqrt(low * high)
        covered = np.mean([found.inside(middle).mean() for found in settings])
        low, high = (middle, high) if covered < 0.95 else (low, middle)
    return float(np.sqrt(low * high))


def print_scales(done: list[dict[str, Judged]]) -> None:
    """Print the factor of all files, of each kind of file, and of each setting by itself, split by split."""
    settings = [(name, one) for part in done for name, one in part.items()]
    now = limit("profile", "camera_scale")
    for kind in ("", "linear", "rendered"):
        times = right_scale([one for name, one in settings if name.startswith(kind)])
        print(f"camera_scale {now * times:.2f} for {kind or 'all'} files (now {now:g})")
    for name in sorted({name for name, _ in settings}):
        by_split = [now * right_scale([one]) for other, one in settings if other == name]
        print(f"  {name}: {', '.join(f'{scale:.2f}' for scale in by_split)} by split")


def page(found: dict[str, dict[str, object]], given: argparse.Namespace) -> str:
    """Return everything as a page."""
    text = scoring.heading(
        "Uncertainty: how many true values lie in their 95 % intervals",
        f"{given.pairs} pairs of camera and lamp a setting, {given.people} people each, all ten quantities; "
        + (
            f"spectra of a folder; seed {given.seed}."
            if given.folder
            else f"split {given.split}, seed {given.seed}."
        ),
    )

    def percent(value: object) -> str:
        return "-" if value != value else f"{100 * float(value):.1f}"  # type: ignore[arg-type]

    columns = ["all", *scoring.THIRDS, "changes"]
    rows = [[name, *(percent(one[c]) for c in columns), str(one["sessions"])] for name, one in found.items()]
    text += "\n" + scoring.table(["in 95 % intervals [%]", *columns, "sessions"], rows) + "\n"
    rows = [
        [f"{name}", *(percent(value) for value in one["quantities"].values())]  # type: ignore[attr-defined]
        for name, one in found.items()
    ]
    return text + "\n" + scoring.table(["by quantity [%]", *KEYS], rows) + "\n"


def main() -> None:
    parser = running.options(__doc__, pairs=80, people=120, seed=3)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="of cameras.csv, lamps.csv, skins.csv to judge on"
    )
    parser.add_argument("--photos", type=int, default=63, help="rendered photos of a kind; 0 draws none")
    parser.add_argument("--scale", action="store_true", help="print the factor of shared errors")
    given = parser.parse_args()
    if given.scale:
        given.people = min(given.people, 60)
    chosen = list(range(len(clinic.SETTINGS) + (given.photos > 0 and not given.scale)))
    if given.tiny:
        given.pairs, given.people, given.photos, given.jobs, chosen = 1, 12, 1, 1, [4, 6]
    splits = [given.split + more for more in range(4 if given.scale else 1)]
    jobs = [
        (number, argparse.Namespace(**vars(given) | {"split": split}))
        for split in splits
        for number in reversed(chosen)
    ]
    done = running.run_parts(run_setting, jobs, given.jobs)
    if given.scale:
        print_scales(done)
        return
    judged = {name: one for part in reversed(done) for name, one in part.items()}
    found = {name: coverage(one) for name, one in judged.items()}
    if given.json:
        print(scoring.as_json(found))
        return
    scoring.publish(page(found, given), "accuracy_uncertainty", given.markdown)


if __name__ == "__main__":
    main()
