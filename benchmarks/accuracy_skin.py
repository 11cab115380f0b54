"""
How well skin is read: pigmeter beside what people do today, and beside the most that three channels can tell.

    python benchmarks/accuracy_skin.py                under two minutes on two cores
    python benchmarks/accuracy_skin.py --markdown     and keep it as benchmarks/results/accuracy_skin.md
    python benchmarks/accuracy_skin.py FOLDER         judge on spectra of your own
    python benchmarks/accuracy_skin.py --tiny         a smoke test
    python benchmarks/accuracy_skin.py --json         for programs

The cameras and lamps that ship are dealt into halves. From one the tables of the library are derived anew;
the other judges: each pair of camera and lamp photographs a chart whose paints are not quite those of the
reference, in a room, and skins that nothing was learnt from; the library sees the chart's patches, then the
skins. People are of two kinds: drawn like the library's own but anew, and of two-layer optics that it knows
nothing of. "plain" is an ideal room; "clinic 1" adds uneven light, glare and worn paints as in good real
rooms, "clinic 2" as in poor ones. "rendered" files went through a matrix, a tone curve and 8 bits.

Rows "known ..." tell the library what it usually infers; "three charts" gives it two more photos of the
chart, "earlier profile" that of another visit; "known camera" is a table of the model, a smooth 3 % off the
camera's own copy. The rivals are told the edition of the chart, which the library infers. The bound knows
camera, lamp, room and people.

FOLDER may hold any of cameras.csv, lamps.csv and skins.csv (rows wavelength, columns spectra; cameras
NAME:R, NAME:G, NAME:B). If it holds both cameras and lamps, the tables are those that ship. The row
"root-polynomial" needs colour-science and is left out without it.
"""

import argparse
from pathlib import Path

import clinic
import measured
import numpy as np
import rivals
import running
import scoring

import pigmeter as pm
from pigmeter.colour.spectra import WAVELENGTHS

KNOWN = ("known lamp", "known camera", "known both", "three charts", "earlier profile")
OWN = "pigmeter"
BOUND = "bound"
# Which quantity tells of which change.
TOLD_BY = {"melanin": "melanin_index", "blood": "haemoglobin_index"}
Found = dict[str, dict[str, scoring.Scores]]


def groups(given: measured.Spectra | None, count: int, seed: int) -> list[clinic.Group]:
    """Return the people to judge on."""
    if given is not None and given.skins is not None:
        return [clinic.with_changes("the people given", given.skins)]
    return [clinic.mixture_people(count, seed), clinic.layered_people(count, seed)]


def copy_of(camera: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what a table of a camera's model says of this copy: a smooth 3 % off in each channel."""
    knots = rng.normal(0, 0.03, (3, 6))
    places = np.linspace(WAVELENGTHS[0], WAVELENGTHS[-1], 6)
    return np.array(
        [row * np.exp(np.interp(WAVELENGTHS, places, k)) for row, k in zip(camera, knots, strict=True)]
    )


def knowledge(sitting: clinic.Sitting, rng: np.random.Generator) -> dict[str, pm.Knowledge]:
    """Return what may be known of a sitting."""
    table = copy_of(sitting.camera, rng)
    more = [sitting.shoot(rng).patches for _ in range(2)]
    before = pm.fit_profile_from_patches(sitting.shoot(rng).patches, rendered=sitting.setting.rendered)
    pieces = (
        pm.Knowledge(lamp=sitting.lamp),
        pm.Knowledge(camera=table),
        pm.Knowledge(lamp=sitting.lamp, camera=table),
        pm.Knowledge(charts=tuple(more)),
        pm.Knowledge(earlier=(before,)),
    )
    return dict(zip(KNOWN, pieces, strict=True))


def methods(shot: clinic.Shot, rng: np.random.Generator, known: bool) -> dict[str, rivals.Method]:
    """Return every method, fitted to the chart of a photo."""
    rendered = shot.sitting.setting.rendered
    found: dict[str, rivals.Method] = {OWN: pm.fit_profile_from_patches(shot.patches, rendered=rendered)}
    if known:
        for name, piece in knowledge(shot.sitting, rng).items():
            found[name] = pm.fit_profile_from_patches(shot.patches, rendered=rendered, knowledge=piece)
    return found | rivals.fair_rivals(shot.patches, clinic.reference_paints(shot.sitting.edition), rendered)


def judge_group(
    group: clinic.Group, shot: clinic.Shot, fitted: dict[str, rivals.Method], rng: np.random.Generator
) -> Found:
    """Score every method on people in one photo: levels, levels by tone, changes."""
    truth = group.truth()
    seen = shot.record(group.skins, rng)
    level = {name: method.estimate(seen) for name, method in fitted.items()}
    level[BOUND] = rivals.bound(shot.sitting.effective, group.skins, group.others, rng)
    found = {
        f"level / {name}": {"all": scoring.level_scores(values, truth)} for name, values in level.items()
    }
    for name, values in level.items():
        for third, who in zip(scoring.THIRDS, scoring.thirds(truth), strict=True):
            scores = scoring.level_scores(scoring.part_of(values, who), scoring.part_of(truth, who))
            found[f"level / {name}"][third] = scores
    before = shot.record(group.skins, rng, noise=0.0)
    for change, skins in group.changed.items():
        after, true = shot.record(skins, rng, noise=0.0), group.true_change(change)
        for name, method in fitted.items():
            moved = method.estimate_change(before, after)
            found[f"change / {name}"] = found.get(f"change / {name}", {}) | {
                f"{change} / {key}": scoring.change_scores(moved, true, key)
                for key in ("melanin_index", "haemoglobin_index")
            }
    return found


def judge(
    setting: clinic.Setting, judged: measured.Spectra, people: list[clinic.Group], given: argparse.Namespace
) -> dict[str, list[Found]]:
    """Score every pair of one setting: for each group of people a list over pairs."""
    found: dict[str, list[Found]] = {group.name: [] for group in people}
    for pair in range(given.pairs):
        camera, lamp = measured.pick(judged, given.seed, pair)
        rng = np.random.default_rng([given.seed, pair, clinic.SETTINGS.index(setting)])
        shot = clinic.sit(camera, lamp, setting, rng).shoot(rng)
        fitted = methods(shot, rng, not given.without_known)
        for group in people:
            found[group.name].append(judge_group(group, shot, fitted, rng))
    return found


def run_setting(job: tuple[int, argparse.Namespace]) -> dict[str, Found]:
    """Judge one setting in a process of its own; scores are means over pairs."""
    number, given = job
    own, known, judged = measured.to_judge(given.folder, given.split)
    people = groups(own, given.people, given.seed)
    with measured.priors_from(known):
        found = judge(clinic.SETTINGS[number], judged, people, given)
    return {
        group: {
            method: {part: scoring.over_pairs(one[method][part] for one in pairs) for part in scores}
            for method, scores in pairs[0].items()
        }
        for group, pairs in found.items()
    }


def changes_table(found: Found) -> str:
    """Return the table of changes of one group in one setting: a row a method."""
    methods = {name.partition(" / ")[2]: parts for name, parts in found.items() if name.startswith("change")}
    columns = list(next(iter(methods.values())))
    head, rows = [""], []
    for column in columns:
        change, _, key = column.partition(" / ")
        head.append(f"{change}: {key.removesuffix('_index')}")
        if TOLD_BY[change.split()[0]] == key:
            head.append("slope")
    true = ["truth"]
    for column in columns:
        change, _, key = column.partition(" / ")
        true.append(scoring.number(next(iter(methods.values()))[column]["true"]))
        true += ["1.000"] if TOLD_BY[change.split()[0]] == key else []
    rows.append(true)
    for name, parts in methods.items():
        row = [name]
        for column in columns:
            change, _, key = column.partition(" / ")
            row.append(scoring.number(parts[column]["reported"]))
            if TOLD_BY[change.split()[0]] == key:
                row.append(scoring.number(parts[column]["slope"], "slope"))
        rows.append(row)
    return scoring.table(head, rows)


def thirds_table(found: Found, shown: tuple[str, ...]) -> str:
    """Return the table by tone of one group in one setting."""
    keys = ("dE00", "melanin RMSE", "haemoglobin r", "ITA RMSE")
    rows = []
    for name in shown:
        for third in scoring.THIRDS:
            scores = found[f"level / {name}"][third]
            rows.append([f"{name}, {third}", *(scoring.number(scores[key], key) for key in keys)])
    return scoring.table(["", *(scoring.LEVELS[key] for key in keys)], rows)


def page(found: dict[str, dict[str, Found]], given: argparse.Namespace) -> str:
    """Return all tables as one page."""
    judged = (
        "spectra of a folder" if given.folder else "the half of what ships that took no part in the tables"
    )
    lines = [
        scoring.heading(
            "How well skin is read",
            f"Written by `benchmarks/accuracy_skin.py`: {given.pairs} pairs of camera and lamp a setting, "
            f"judged on {judged}. What the settings and rows are stands in the script.",
        )
    ]
    first = next(iter(found.values()))
    for group in first:
        lines.append(f"## {group[0].upper()}{group[1:]}\n\n### Levels\n")
        for setting, by_group in found.items():
            levels = {
                name.partition(" / ")[2]: parts["all"]
                for name, parts in by_group[group].items()
                if name.startswith("level")
            }
            lines.append(f"{setting}\n\n{scoring.level_table(levels)}\n")
        lines.append("### Levels by tone\n")
        for setting in given.thirds_of:
            if setting in found:
                lines.append(
                    f"{setting}\n\n{thirds_table(found[setting][group], (OWN, 'chart 3x3', BOUND))}\n"
                )
        lines.append("### Changes of the same people, reported by method\n")
        lines += [f"{setting}\n\n{changes_table(by_group[group])}\n" for setting, by_group in found.items()]
    return "\n".join(lines)


def main() -> None:
    parser = running.options(__doc__, pairs=24, people=240, seed=3)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="of cameras.csv, lamps.csv, skins.csv to judge on"
    )
    parser.add_argument("--without-known", action="store_true", help="leave out the rows of what is known")
    given = parser.parse_args()
    given.thirds_of = [clinic.Setting(rendered, 1.0).name for rendered in (False, True)]
    chosen = range(len(clinic.SETTINGS))
    if given.tiny:
        given.pairs, given.people, given.jobs, chosen = 1, 12, 1, range(4, 5)
    done = running.run_parts(run_setting, [(number, given) for number in chosen], given.jobs)
    found = {clinic.SETTINGS[number].name: one for number, one in zip(chosen, done, strict=True)}
    if given.json:
        print(scoring.as_json(found))
        return
    scoring.publish(page(found, given), "accuracy_skin", given.markdown)


if __name__ == "__main__":
    main()
