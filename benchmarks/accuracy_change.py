"""
Changes that are known against changes that are told: ``python benchmarks/accuracy_change.py``.

At two levels. Sessions (`change_sessions`): charts and skin without a picture, 2,000 pairs of visits of skin
that did not change and some of every change; ten minutes on two idle cores. Photos (`change_photos`): pairs
of photos, each in its own pose, light, exposure and JPEG quality, measured, aligned and compared as
`pigmeter.compare` does it; a pair takes four seconds of one core. --markdown writes results/change.md.
"""

import argparse
from collections.abc import Callable, Sequence

import change_photos
import change_sessions
import numpy as np
import running
import scoring
from change_photos import KEYS, LIGHTS, NONE, Outcome
from change_sessions import Pair

THIRDS = {
    "light": ("very light", "light"),
    "middle": ("intermediate", "tan", "brown"),
    "dark": ("dark", "very dark"),
}
INDICES = {"melanin_index": "melanin", "haemoglobin_index": "blood"}
WORDS = """
**False**: intervals that leave out the true change, wanted at most 5 %. **Families**: pairs in which any of
the declared endpoints of any region is told to have changed though nothing did, wanted at most 5 %.
**Error**: root mean square of told minus true. **Slope**: of told on true changes, pairs without a change
included, wanted 0.95 to 1.05. **Coverage** of changes that are there, wanted 93 to 97 %. **Cross-talk**: mean
error of an index where the other pigment changed, less its mean error where nothing did, wanted at most 0.3
units; +- is its own 95 % interval. Regions of a pair err together: a share p of n pairs is itself unsure by
sqrt(p (1 - p) / n) at least. Behind much melanin blood hardly shows: blood is not changed beyond a quarter or
three times of itself, and in the dark third ten units are not reached; slopes there are over what is.
"""
SESSIONS = """
## Sessions

{nulls} pairs without a change and {others} with one. Measured cameras and lamps that the library's tables
were not made of, people of two-layer optics, half linear and half rendered files, charts that are worn, light
that falls off by some percent over a chart's width, exposure, white balance and veil of each visit's own.
"""
PHOTOS = """
## Photos

{nulls} pairs without a change and {others} with one, {width} x {height} px JPEG at {mm} mm; refused or not
drawn: {refused}. Drawn people of all tones, a Nano chart in either photo. Pose differs by up to 10 degrees
each way and 10 % in scale, skin is deformed by up to 2 mm, light comes from up to 40 degrees elsewhere and is
up to 6 % uneven, gloss 0.03, JPEG quality 75 to 95; exposure by half a stop and white balance by 3 % where
each photo has its own profile. The skins do not move by themselves, so no repeatability is added.
"""


def from_photos(outcomes: Sequence[Outcome]) -> list[Pair]:
    """Return the pairs that were compared, with the regions that were asked for."""
    third = {tone: name for name, tones in THIRDS.items() for tone in tones}
    return [
        Pair(
            third[one.case.tone],
            one.case.change,
            one.case.light,
            tuple(told for told in one.told if told.region in change_photos.REGIONS),
        )
        for one in outcomes
        if one.told
    ]


def columns(pairs: Sequence[Pair], key: str, wanted: Callable[[str], bool]) -> np.ndarray:
    """Told, true, low and high of all regions of pairs whose change is wanted, shape (n, 4)."""
    found = [
        (told.change, told.true, told.low, told.high)
        for one in pairs
        if wanted(one.change)
        for told in one.told
        if told.key == key
    ]
    return np.array(found, dtype=float).reshape(-1, 4)


def outside(values: np.ndarray) -> float:
    """Part of the intervals that leave out the truth."""
    out = (values[:, 2] > values[:, 1]) | (values[:, 1] > values[:, 3])
    return float(out.mean()) if len(values) else np.nan


def null_rows(pairs: Sequence[Pair]) -> list[list[str]]:
    """Score pairs in which nothing changed."""
    rows = []
    for light in LIGHTS:
        for third in THIRDS:
            own = [one for one in pairs if (one.light, one.third, one.change) == (light, third, NONE)]
            if not own:
                continue
            families = np.mean([any(told.changed and told.in_family for told in one.told) for one in own])
            cells = [percent(float(families))]
            for key in KEYS:
                cells.append(percent(outside(columns(own, key, lambda _: True))))
            for key in INDICES:
                values = columns(own, key, lambda _: True)
                half = np.median((values[:, 3] - values[:, 2]) / 2)
                cells.append(f"{scoring.rmse(values[:, 0] - values[:, 1]):.2f} / {half:.2f}")
            rows.append([f"{light}; {third}", str(len(own)), *cells])
    return rows


def change_rows(pairs: Sequence[Pair]) -> list[list[str]]:
    """Score pairs in which melanin or blood changed."""
    rows = []
    for light in LIGHTS:
        for third in THIRDS:
            own = [one for one in pairs if (one.light, one.third) == (light, third)]
            for key, name in INDICES.items():
                (other,) = (word for word in INDICES.values() if word != name)
                mine = columns(own, key, lambda change, name=name: name in change)
                cross = columns(own, key, lambda change, other=other: other in change)
                null = columns(own, key, lambda change: change == NONE)
                if not len(mine) or not len(null):
                    continue
                whole = np.concatenate([mine, null])
                slope = float(np.polyfit(whole[:, 1], whole[:, 0], 1)[0])
                number = sum(name in one.change for one in own)
                off = cross[:, 0] - cross[:, 1]
                talk = float(off.mean() - (null[:, 0] - null[:, 1]).mean()) if len(cross) else np.nan
                unsure = float(off.std() / np.sqrt(max(sum(other in one.change for one in own), 1)))
                rows.append(
                    [
                        f"{light}; {third}",
                        key,
                        str(number),
                        f"{slope:.3f}",
                        percent(1 - outside(mine)),
                        f"{talk:+.2f} +- {1.96 * unsure:.2f}" if len(cross) else "-",
                        percent(1 - outside(cross)),
                    ]
                )
    return rows


def percent(share: float) -> str:
    """Return a share as tables show it."""
    return "-" if np.isnan(share) else f"{100 * share:.1f}"


def tables(pairs: Sequence[Pair]) -> str:
    """Return both tables of a level."""
    head = ["nothing changed [%]", "pairs", "families", *(f"{key} false" for key in KEYS)]
    head += [f"{key}: error / half interval" for key in INDICES]
    text = "\n" + scoring.table(head, null_rows(pairs)) + "\n"
    head = ["skin changed", "quantity", "pairs", "slope", "coverage [%]"]
    head += ["cross-talk [units]", "coverage where the other changed [%]"]
    return text + "\n" + scoring.table(head, change_rows(pairs)) + "\n"


def counted(pairs: Sequence[Pair]) -> dict[str, int]:
    """Return how many pairs did not change, and how many did."""
    nulls = sum(one.change == NONE for one in pairs)
    return {"nulls": nulls, "others": len(pairs) - nulls}


def page(sessions: Sequence[Pair], outcomes: Sequence[Outcome], seed: int) -> str:
    """Return everything as a page."""
    text = scoring.heading("Changes: known and told", f"Seed {seed}.") + WORDS
    if sessions:
        text += SESSIONS.format(**counted(sessions)) + tables(sessions)
    if outcomes:
        pairs = from_photos(outcomes)
        refusals = [one.refusal for one in outcomes if one.refusal]
        refused = ", ".join(f"{refusals.count(code)} {code}" for code in sorted(set(refusals))) or "none"
        rows, across = change_photos.SIZE
        size = {"width": across, "height": rows, "mm": change_photos.MM, "refused": refused}
        text += PHOTOS.format(**counted(pairs), **size) + tables(pairs)
    return text


def main() -> None:
    """Judge both levels."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sessions", type=int, default=2000, help="pairs of sessions without a change")
    parser.add_argument("--changed", type=int, default=180, help="pairs of sessions of each change")
    parser.add_argument("--photos", type=int, default=210, help="pairs of photos without a change")
    parser.add_argument("--each", type=int, default=21, help="pairs of photos of each change")
    parser.add_argument("--even", action="store_true", help="sessions of even light and new charts")
    parser.add_argument("--split", type=int, default=0, help="another number deals the halves otherwise")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--markdown", action="store_true", help="keep the page in benchmarks/results")
    given = parser.parse_args()
    given.parts = 8 * given.jobs
    parts = [(part, given) for part in range(given.parts)] if given.sessions else []
    sessions = [
        one for part in running.run_parts(change_sessions.run_part, parts, given.jobs) for one in part
    ]
    planned = change_photos.cases(given.photos, given.each, 1000 * given.seed)
    outcomes = running.run_parts(change_photos.score, planned, given.jobs) if given.photos else []
    scoring.publish(page(sessions, outcomes, given.seed), "change", given.markdown)


if __name__ == "__main__":
    main()
