"""
What each part of the method gives: the scoreboard again, with one part at a time switched off.

    python benchmarks/accuracy_levers.py                    under five minutes on two cores
    python benchmarks/accuracy_levers.py --photos PHOTO...  and on the charts of real photos
    python benchmarks/accuracy_levers.py --markdown         and keep it in benchmarks/results
    python benchmarks/accuracy_levers.py --tiny             a smoke test
    python benchmarks/accuracy_levers.py --json             for programs

Cameras, lamps, rooms and people are those of accuracy_skin.py, dealt into other halves. A part is switched
off in the tables that the library reads, by narrowing a spread to nothing or by leaving out hypotheses;
nothing else changes. A row that is no worse than the first names a part that these scenes do not need. They
hold no phone that renders colours beyond a matrix and a tone curve, so what serves phones shows in the photos
alone: there the two skin-coloured paints are left out of the fit and then estimated.
"""

import argparse
import contextlib
import csv
import functools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import accuracy_photos
import clinic
import measured
import numpy as np
import running
import scoring

import pigmeter as pm
from pigmeter import reference

Row = dict[str, str]


@dataclass(frozen=True)
class Lever:
    """
    One part of the method, and how it is switched off.

    Attributes
    ----------
    name : str
        Of the row.
    limits : dict of str to float
        Of limits/profile.csv, by name.
    keep : dict of str to callable
        By the name of a table, which of its rows stay. Where none of a kind of file would, all of them do.
    """

    name: str
    limits: dict[str, float] = field(default_factory=dict)
    keep: dict[str, Callable[[Row], bool]] = field(default_factory=dict)


HYPOTHESES = "camera/hypotheses.csv"


def narrowed(**wanted: tuple[float, float]) -> dict[str, Callable[[Row], bool]]:
    """Keep the hypotheses whose columns lie between two values; a column that is gone holds nothing back."""

    def keep(row: Row) -> bool:
        return all(low <= float(row.get(key, low)) <= high for key, (low, high) in wanted.items())

    return {HYPOTHESES: keep}


def first_class(row: Row) -> bool:
    """Keep the first class of cameras."""
    return float(row["class"]) == 0


ONE_CLASS = {f"camera/{kind}-classes.csv": first_class for kind in ("linear", "rendered")}
NONE = (0.0, 0.0)
LEVERS = (
    Lever("all parts"),
    Lever("no uneven light beyond a gradient", keep=narrowed(light_field=NONE)),
    Lever("even light", {"gradient_spread": 1e-3}, narrowed(light_field=NONE)),
    Lever("no colour field", keep=narrowed(colour_field=NONE)),
    Lever("one size of paint error", keep=narrowed(paint_error=(0.02, 0.06))),
    Lever("every chart as good as the best", keep=narrowed(spread=(0.0, 1.0))),
    Lever("one class of cameras", keep=ONE_CLASS | narrowed(**{"class": NONE})),
    Lever(
        "one hypothesis, one class",
        keep=ONE_CLASS
        | narrowed(
            light_field=NONE,
            paint_error=(0.02, 0.03),
            colour_field=NONE,
            spread=(0.0, 1.0),
            **{"class": NONE},
        ),
    ),
    Lever("no veiling glare", {"veil": 1e-5, "veil_spread": 1e-3}),
    Lever("no soft outliers", {"robust_degrees": 1e6}),
    Lever("one tone curve for three channels", {"tone_channel_spread": 1e-5}),
    Lever("weights from the best camera alone", {"posterior_share": 1e-4}),
    Lever("weights from the whole posterior", {"posterior_share": 1.0}),
    Lever("people not widened", {"widened_part": 0.0, "widened_pairs": 0.0}),
    Lever("no surface reflection in changes", {"surface_least": 0.0, "surface_most": 1e-9}),
)


def _altered(name: str, change: Callable[[list[Row]], list[Row]]) -> str:
    """Return the text of a reference table whose rows were changed."""
    text = reference.read_text(name)
    remarks = [line for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
    quoted = [",".join(f'"{cell}"' for cell in row.values()) for row in change(rows)]
    return "\n".join([*remarks, ",".join(rows[0]), *quoted]) + "\n"


def _kept(rows: list[Row], keep: Callable[[Row], bool]) -> list[Row]:
    units, body = rows[0], rows[1:]
    kept = [row for row in body if keep(row)]
    left = {row.get("rendered") for row in kept}
    return [units, *kept, *(row for row in body if row.get("rendered") not in left)]


def missing(lever: Lever) -> list[str]:
    """Return the limits that a lever names and that are no more."""
    known = {row["name"] for row in reference.read_rows("limits/profile.csv")}
    return sorted(set(lever.limits) - known)


@contextlib.contextmanager
def switched(lever: Lever) -> Iterator[None]:
    """Let the library read the tables that it reads now, with one part switched off."""

    def replace(rows: list[Row]) -> list[Row]:
        return [row | {"value": str(lever.limits.get(row["name"], row["value"]))} for row in rows]

    texts = {"limits/profile.csv": _altered("limits/profile.csv", replace)} if lever.limits else {}
    for name, keep in lever.keep.items():
        texts[name] = _altered(name, functools.partial(_kept, keep=keep))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with measured.tables_of(Path(folder)):
            yield


def judge(
    setting: clinic.Setting, judged: measured.Spectra, people: list[clinic.Group], given: argparse.Namespace
) -> scoring.Scores:
    """Score the library in one setting: means over pairs and over the kinds of people."""
    scores = []
    for pair in range(given.pairs):
        camera, lamp = measured.pick(judged, given.seed, pair)
        rng = np.random.default_rng([given.seed, pair, clinic.SETTINGS.index(setting)])
        shot = clinic.sit(camera, lamp, setting, rng).shoot(rng)
        profile = pm.fit_profile_from_patches(shot.patches, rendered=setting.rendered)
        for group in people:
            level = scoring.level_scores(profile.estimate(shot.record(group.skins, rng)), group.truth())
            before = shot.record(group.skins, rng, noise=0.0)
            for change, skins in group.changed.items():
                moved = profile.estimate_change(before, shot.record(skins, rng, noise=0.0))
                key = "melanin_index" if change.startswith("melanin") else "haemoglobin_index"
                slope = scoring.change_scores(moved, group.true_change(change), key)["slope"]
                level[f"{change.split()[0]} slope"] = slope
            scores.append(level)
    return scoring.over_pairs(scores)


def judge_photos(photos: list[Path]) -> scoring.Scores:
    """Median and largest colour difference of the held-out paints of charts in photos."""
    rows = [row for row in accuracy_photos.judge_held_out(photos) if row.found]
    found = [accuracy_photos.difference(row.found[accuracy_photos.OWN], row.truth) for row in rows]
    return {"median dE00": float(np.median(found)), "largest dE00": max(found), "n": float(len(found))}


def run_lever(job: tuple[int, argparse.Namespace]) -> dict[str, scoring.Scores]:
    """Score one lever in a process of its own."""
    number, given = job
    known, judged = measured.halves(given.split)
    people = [
        clinic.mixture_people(given.people, given.seed),
        clinic.layered_people(given.people, given.seed),
    ]
    settings = clinic.SETTINGS[4:5] if given.tiny else clinic.SETTINGS
    lever = LEVERS[number]
    if missing(lever):
        return {}
    with measured.priors_from(known), switched(lever):
        found = {setting.name: judge(setting, judged, people, given) for setting in settings}
    if given.photos:
        with switched(lever):
            found["photos"] = judge_photos(given.photos)
    return found


COLUMNS = {
    "dE00": "Colour difference dE00 on skin",
    "haemoglobin r": "haemoglobin_index: correlation with the truth",
    "melanin slope": "Change of melanin: slope of the melanin index",
    "blood slope": "Change of blood: slope of the haemoglobin index",
}


def page(found: dict[str, dict[str, scoring.Scores]], given: argparse.Namespace) -> str:
    """Return all tables as one page."""
    lines = [
        scoring.heading(
            "What each part of the method gives",
            f"Written by `benchmarks/accuracy_levers.py`: {given.pairs} pairs of camera and lamp a setting, "
            "means over both kinds of people. Each row has one part switched off.",
        )
    ]
    settings = [name for name in next(iter(found.values())) if name != "photos"]
    for key, title in COLUMNS.items():
        rows = [
            [lever, *(scoring.number(one[name][key], key) if one else "gone" for name in settings)]
            for lever, one in found.items()
        ]
        lines.append(f"## {title}\n\n{scoring.table(['', *settings], rows)}\n")
    if given.photos:
        keys = ("median dE00", "largest dE00", "n")
        rows = [
            [lever, *(scoring.number(one["photos"][key], key) if one else "gone" for key in keys)]
            for lever, one in found.items()
        ]
        lines.append(
            f"## Real photos: the skin-coloured paints, held out\n\n{scoring.table(['', *keys], rows)}\n"
        )
    return "\n".join(lines)


def main() -> None:
    parser = running.options(__doc__, pairs=16, people=160, seed=5, split=1)
    parser.add_argument("--photos", nargs="+", type=Path, default=[], help="photos of charts")
    given = parser.parse_args()
    chosen = range(len(LEVERS))
    if given.tiny:
        given.pairs, given.people, given.jobs, chosen = 1, 12, 1, range(3)
    done = running.run_parts(run_lever, [(number, given) for number in chosen], given.jobs)
    found = {LEVERS[number].name: one for number, one in zip(chosen, done, strict=True)}
    if given.json:
        print(scoring.as_json(found))
        return
    scoring.publish(page(found, given), "accuracy_levers", given.markdown)


if __name__ == "__main__":
    main()
