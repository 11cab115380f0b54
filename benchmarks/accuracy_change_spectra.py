"""
What three channels can tell of a change: kinds that nothing was learnt from, by thirds of skin tone.

    python benchmarks/accuracy_change_spectra.py              under two minutes
    python benchmarks/accuracy_change_spectra.py --markdown   and keep it in benchmarks/results
    python benchmarks/accuracy_change_spectra.py --tiny       a smoke test
    python benchmarks/accuracy_change_spectra.py --json       for programs

The kinds are of two sorts. Within the skin: people of two-layer optics (`pigmeter.synthetic.treatments`), of
which the fit knows nothing, fade, tan, flush, bruise ... As filters: people like the library's own, whose
absorbance gains a multiple of a pigment's, beneath the surface or with it, at other slopes of melanin and
other saturations of blood than those that the weights were learnt from.

Half of the cameras and lamps that ship make the priors, the other half photographs a chart and the people
before and after. Rows: "pigmeter" is `estimate_change` of a profile fitted to the chart; "levels" the plain
difference of two `estimate`s; "bound" the same training when camera and lamp are known exactly; "told" that,
taught by the very kind that is judged: what three channels could tell if it were known what changes.
"""

import argparse
import os

import clinic
import measured
import numpy as np
import scoring

import pigmeter as pm
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.reading import log_response, terms
from pigmeter.colour.skin import blood_absorbance, changed_people
from pigmeter.colour.spectra import WAVELENGTHS, absorbance
from pigmeter.reference import limit
from pigmeter.synthetic.subjects import TONES, subject
from pigmeter.synthetic.treatments import changed_spectra, changes

KEYS = ("melanin_index", "erythema_index", "haemoglobin_index")
METHODS = ("pigmeter", "levels", "bound", "told")
THIRDS = ("light", "middle", "dark")
# What a change may be off by: the larger of a part of it and a number of units.
PART, UNITS = 0.05, 0.25
SURFACE = 0.04
Pair = tuple[np.ndarray, np.ndarray]


# The set


def filtered(name: str, skins: np.ndarray, seed: int) -> Pair:
    """
    Spectra of people before and after a pigment is added as a filter.

    `name` says which: "filter: melanin, power -2.5", "filter: blood, saturation 0.40, with the surface".
    """
    rng = np.random.default_rng([seed, 1852])
    amount = rng.uniform(-1, 1, (len(skins), 1))
    number = float(name.split(",")[1].split()[1])
    if "melanin" in name:
        more = amount * (0.02 + 0.2 * absorbance(skins, 660.0)[:, None]) * (WAVELENGTHS / 660) ** number
    else:
        more = (0.03 + 0.09 * amount) * blood_absorbance(number)
    above = 0.0 if "with the surface" in name else np.minimum(SURFACE, 0.7 * skins.min(axis=1, keepdims=True))
    return skins, above + (skins - above) * 10**-more


FILTERS = (
    "filter: melanin, power -3.33",
    "filter: melanin, power -2.5",
    "filter: melanin, power -4.5",
    "filter: melanin, power -3.33, with the surface",
    "filter: blood, saturation 0.75",
    "filter: blood, saturation 0.40",
    "filter: blood, saturation 1.00",
    "filter: blood, saturation 0.75, with the surface",
)


def kinds(people: int, seed: int) -> dict[str, Pair]:
    """Every kind of change: spectra before and after, each shape (people, 61)."""
    invented = [subject(TONES[i % len(TONES)], 1000 * seed + i) for i in range(people)]
    found = {f"skin: {name}": changed_spectra(name, invented, seed) for name in changes()}
    drawn = clinic.mixture_people(6 * people, seed).skins
    # Evenly over tone: dark people are not left to chance.
    tone = absorbance(drawn, 660.0)
    wanted = np.linspace(*np.quantile(tone, [0.01, 0.99]), people)
    even = drawn[[int(np.argmin(np.abs(tone - value))) for value in wanted]]
    return found | {name: filtered(name, even, seed) for name in FILTERS}


def true_change(pair: Pair) -> np.ndarray:
    """What the spectra say, shape (people, 8) in the order of `REGRESSED`."""
    before, after = (spectral_quantities(spectra) for spectra in pair)
    return np.stack([after[key] - before[key] for key in REGRESSED], axis=1)


# Methods


def taught(effective: np.ndarray, pair: Pair, wanted: np.ndarray) -> np.ndarray:
    """Weights for a camera that is known, learnt from pairs of spectra, shape (9, 8)."""
    before, after = (log_response(spectra @ effective.T) for spectra in pair)
    noise = np.random.default_rng(3).normal(0, limit("profile", "change_noise"), after.shape)
    steps = (terms(after + noise) - terms(before))[:, 1:]
    inner = steps.T @ steps + 1e-6 * np.eye(steps.shape[1])
    return np.asarray(np.linalg.solve(inner, steps.T @ wanted))


def read(effective: np.ndarray, pair: Pair, weights: np.ndarray) -> np.ndarray:
    """Changes of `KEYS` by weights for a known camera, shape (people, 3)."""
    before, after = (log_response(spectra @ effective.T) for spectra in pair)
    return np.asarray(((terms(after) - terms(before))[:, 1:] @ weights)[:, : len(KEYS)])


def keyed(values: dict[str, np.ndarray]) -> np.ndarray:
    """Changes of `KEYS`, shape (people, 3)."""
    return np.stack([values[key] for key in KEYS], axis=1)


def judge(
    shot: clinic.Shot, judged: dict[str, Pair], learnt: dict[str, Pair], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Changes that every method reads in one photo, (methods, people, 3) by kind."""
    sitting = shot.sitting
    profile = pm.fit_profile_from_patches(shot.patches, rendered=sitting.setting.rendered)
    population = tuple(people.reflectance for people in changed_people())
    own = taught(sitting.effective, population, true_change(population))
    found = {}
    for kind, pair in judged.items():
        # Many pixels of a region: steps of 8 bits average out, noise does not matter.
        seen = [np.mean([shot.record(spectra, rng) for _ in range(16)], axis=0) for spectra in pair]
        level = [keyed(profile.estimate(values)) for values in seen]
        told = taught(sitting.effective, learnt[kind], true_change(learnt[kind]))
        found[kind] = np.stack(
            [
                keyed(profile.estimate_change(*seen)),
                level[1] - level[0],
                read(sitting.effective, pair, own),
                read(sitting.effective, pair, told),
            ]
        )
    return found


def scores(reported: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Score changes of one quantity, reported (photos, people) against true (people,)."""
    mean = reported.mean(axis=0)
    size = scoring.rmse(true)
    off = scoring.rmse(mean - true)
    return {
        "true": size,
        "slope": float(mean @ true / max(true @ true, 1e-12)),
        "off": off,
        "spread": float((reported - mean).std()),
        "allowed": max(PART * size, UNITS),
        "within": float(off <= max(PART * size, UNITS)),
    }


def run(given: argparse.Namespace) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Scores by file, then kind, then "method / quantity / third"."""
    judged, learnt = kinds(given.people, 1), kinds(3 * given.people, 2)
    known, judging = measured.halves(given.split)
    assert judging.cameras is not None
    assert judging.lamps is not None
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    with measured.priors_from(known):
        for rendered in (False, True):
            setting = clinic.Setting(rendered, given.clinic)
            photos = []
            for number in range(given.pairs):
                rng = np.random.default_rng([given.seed, number])
                camera = judging.cameras[rng.integers(len(judging.cameras))]
                lamp = judging.lamps[rng.integers(len(judging.lamps))]
                shot = clinic.sit(camera, lamp, setting, rng).shoot(rng)
                photos.append(judge(shot, judged, learnt, rng))
            found[setting.name] = {
                kind: score_kind(pair, np.stack([photo[kind] for photo in photos]))
                for kind, pair in judged.items()
            }
    return found


def score_kind(pair: Pair, reported: np.ndarray) -> dict[str, dict[str, float]]:
    """Score one kind from (photos, methods, people, 3)."""
    true = true_change(pair)
    tone = np.argsort(absorbance(pair[0], 660.0), kind="stable")
    found = {}
    for third, who in zip(THIRDS, np.array_split(tone, len(THIRDS)), strict=True):
        for m, method in enumerate(METHODS):
            for q, key in enumerate(KEYS):
                found[f"{method} / {key} / {third}"] = scores(reported[:, m][:, who, q], true[who, q])
    return found


# Tables


def cell(kind: dict[str, dict[str, float]], method: str, key: str) -> str:
    """Slope by thirds where the change is more than what may be off, and what it is off by."""
    parts = []
    for third in THIRDS:
        one = kind[f"{method} / {key} / {third}"]
        slope = f"{one['slope']:.2f}" if one["true"] > 2 * UNITS else "-"
        parts.append(f"{slope} ({one['off']:.1f}{'' if one['within'] else '!'})")
    return ", ".join(parts)


def page(found: dict[str, dict[str, dict[str, dict[str, float]]]], given: argparse.Namespace) -> str:
    """Return all tables as one page."""
    remarks = (
        f"Written by `benchmarks/accuracy_change_spectra.py`: {given.pairs} pairs of camera and lamp, "
        f"{given.people} people of every tone for each kind of change. In each cell, for the light, the "
        "middle and the dark third of people: slope of the mean reading on the truth (where the change is of "
        f"more than {2 * UNITS:g} units), and in brackets what it is off by [units, root mean square]; `!` "
        f"where that is more than {100 * PART:g} % of the change and more than {UNITS:g} units. `size` is "
        "the true change [units, root mean square]. What rows and columns are stands in the script."
    )
    lines = [scoring.heading("What three channels tell of a change", remarks)]
    for setting, by_kind in found.items():
        lines.append(f"## {setting}\n")
        total = {
            method: np.mean(
                [
                    one["within"]
                    for kind in by_kind.values()
                    for name, one in kind.items()
                    if name.startswith(method)
                ]
            )
            for method in METHODS
        }
        shares = ", ".join(f"{method} {100 * share:.0f} %" for method, share in total.items())
        lines.append(f"Cells within {100 * PART:g} % or {UNITS:g} units: {shares}.\n")
        for key in KEYS:
            rows = []
            for name, kind in by_kind.items():
                size = ", ".join(f"{kind[f'bound / {key} / {third}']['true']:.1f}" for third in THIRDS)
                rows.append([name, size, *(cell(kind, method, key) for method in METHODS)])
            lines.append(f"### {key}\n\n{scoring.table(['', 'size', *METHODS], rows)}\n")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--pairs", type=int, default=40, help="pairs of camera and lamp")
    parser.add_argument("--people", type=int, default=84, help="people of each kind of change")
    parser.add_argument("--clinic", type=float, default=0.0, help="the room, as in accuracy_skin.py")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--split", type=int, default=0, help="another number deals the halves otherwise")
    parser.add_argument("--tiny", action="store_true", help="a pair and a few people: does it run?")
    parser.add_argument("--markdown", action="store_true", help="keep the page in benchmarks/results")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if given.tiny:
        given.pairs, given.people = 1, 21
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    found = run(given)
    if given.json:
        print(scoring.as_json(found))
        return
    scoring.publish(page(found, given), "change_spectra", given.markdown)


if __name__ == "__main__":
    main()
