"""
How well skin is read on your own photos, where a spectrophotometer says what is true.

    python benchmarks/accuracy_photos.py READINGS.csv
    python benchmarks/accuracy_photos.py --hold-out-skin-patches PHOTO...
    ... --markdown NAME      and keep the page as benchmarks/results/NAME.md
    ... --json               for programs

READINGS.csv has a row for each reading, and these columns, of which only `photo` and a truth are needed:

photo         file, beside the table or below its folder
chart_photo   file with the chart that serves it; empty: the photo has one of its own
region        where the reading was taken: a polygon "x,y x,y x,y" in pixels of the upright photo; a mask
              image (white inside, the photo's size); "patch 0" to "patch 23", a paint of the chart, which is
              then left out of the fit; empty: all skin in the photo
L, a, b       CIELAB, D65, 2 degree observer, as the instrument gives them
spectrum      file of two columns, wavelength [nm] and reflectance (a fraction, or percent): gives every
              quantity
melanin_index, erythema_index, haemoglobin_index
              readings in pigmeter's definitions, where an instrument gives them

Each photo goes the way of `pigmeter measure`: read, chart found, profile fitted, region measured. Beside it,
from the same pixels: a 3x3 matrix and a root-polynomial fitted to the same patches, and the colours that the
file itself claims. A photo that is refused is a row with its reason, and counts in no mean. "in 95 %" is the
part of the true quantities that lie in our own 95 % intervals.

With --hold-out-skin-patches no instrument is needed: of each chart the two skin-coloured paints are left out
of the fit and then estimated. Their truth is the reference of the chart's edition, as inferred. That is
harder than skin (paint is not skin, no chart equals its reference, light over a chart is uneven), so zero is
not to be had.
"""

import argparse
import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rivals
import scoring

import pigmeter as pm
from pigmeter.colour.cielab import ciede2000, ita
from pigmeter.colour.inference import paints
from pigmeter.colour.layouts import layout
from pigmeter.colour.quantities import QUANTITIES, spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS

OWN = "pigmeter"
INDICES = ("melanin_index", "erythema_index", "haemoglobin_index")
SKIN_PATCHES = (0, 1)
Truth = dict[str, float]


@dataclass(frozen=True)
class Reading:
    """One reading: where it was taken, what is true there."""

    photo: Path
    chart_photo: Path
    region: str
    truth: Truth
    folder: Path


@dataclass(frozen=True)
class Row:
    """One reading and what each method makes of it; `inside` says which truths lie in our 95 % intervals."""

    name: str
    region: str
    truth: Truth
    found: dict[str, Truth]
    inside: dict[str, bool]
    refusal: str = ""


# The table of readings


def read_spectrum(path: Path) -> Truth:
    """Every quantity of a spectrum in a file of two columns."""
    rows = []
    with path.open(encoding="utf-8-sig") as lines:
        for cells in csv.reader(lines):
            try:
                rows.append([float(cell) for cell in cells[:2]])
            except ValueError:
                continue  # a heading
    table = np.array(sorted(rows))
    if len(table) < 2 or table[0, 0] > 400 or table[-1, 0] < 700:
        message = f"{path}: a spectrum needs rows of wavelength and reflectance from 400 to 700 nm"
        raise SystemExit(message)
    reflectance = np.interp(WAVELENGTHS, table[:, 0], table[:, 1])
    if reflectance.max() > 1.5:
        reflectance = reflectance / 100
    return {key: float(value) for key, value in spectral_quantities(reflectance).items()}


def read_truth(row: dict[str, str], folder: Path) -> Truth:
    """Return what is true of a reading: from its spectrum, then what the row itself says."""
    truth = read_spectrum(folder / row["spectrum"]) if row.get("spectrum") else {}
    truth |= {key: float(row[key]) for key in ("L", "a", "b", *INDICES) if row.get(key)}
    if {"L", "b"} <= truth.keys():
        truth["ita"] = float(ita(np.array(truth["L"]), np.array(truth["b"])))
    return truth


def read_readings(path: Path) -> list[Reading]:
    """Return the rows of a table of readings."""
    folder, readings = path.parent, []
    with path.open(encoding="utf-8-sig") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            cells = {key.strip(): (value or "").strip() for key, value in row.items() if key}
            truth = read_truth(cells, folder) if cells.get("photo") else {}
            if not truth:
                message = (
                    f"{path}, line {number}: a reading needs a photo, and L, a, b, a spectrum or an index"
                )
                raise SystemExit(message)
            photo = folder / cells["photo"]
            chart = folder / (cells.get("chart_photo") or cells["photo"])
            readings.append(Reading(photo, chart, cells.get("region", ""), truth, folder))
    return readings


def outline(region: str, folder: Path) -> np.ndarray:
    """Return a region as a mask or as a polygon, shape (corners, 2)."""
    if region.lower().endswith((".png", ".tif", ".tiff", ".bmp")):
        stored = cv2.imread(str(folder / region), cv2.IMREAD_GRAYSCALE)
        if stored is None:
            message = f"{folder / region}: not a mask image"
            raise SystemExit(message)
        return np.asarray(stored) > 127
    return np.array([[float(number) for number in corner.split(",")] for corner in region.split()])


# One reading


class ChartSession:
    """A chart photo, read once: the chart, and each method fitted to its patches without those left out."""

    def __init__(self, path: Path, corners: np.ndarray | None = None) -> None:
        self.photo = pm.read_photo(path)
        self.chart = pm.find_chart(self.photo, corners=corners)
        classic = layout(self.chart.kind).classic
        self.patches = self.chart.patches[classic]
        self.clipped = self.chart.clipped[classic]
        self.excluded = np.flatnonzero(np.isin(classic, self.chart.excluded))
        self._classic = classic
        self._fitted: dict[tuple[int, ...], tuple[pm.Profile, dict[str, rivals.Method]]] = {}

    def fitted(self, held: tuple[int, ...] = ()) -> tuple[pm.Profile, dict[str, rivals.Method]]:
        """Return the profile, and the rivals for linear file values, from all patches but those held out."""
        if held not in self._fitted:
            left_out = {int(self._classic[i]) for i in held} | set(self.chart.excluded)
            profile = pm.fit_profile(self.photo, chart=replace(self.chart, excluded=tuple(sorted(left_out))))
            usable = (self.clipped < 0.02).all(axis=1)
            usable[[*held, *self.excluded]] = False
            known = paints(self.chart.kind, profile.edition)
            linear = self.photo.linear(self.patches)
            others = rivals.fair_rivals(linear, known, False, np.flatnonzero(usable))
            primaries = self.photo.primaries
            others["plain sRGB"] = rivals.ToXyz(lambda values: values @ primaries.T, False)
            self._fitted[held] = profile, others
        return self._fitted[held]


def as_truth(values: rivals.Values) -> Truth:
    """Take the quantities that are compared out of a method's answer for one colour."""
    return {key: float(np.asarray(values[key]).ravel()[0]) for key in ("L", "a", "b", "ita", *INDICES)}


def lies_inside(truth: Truth, lows: Truth, highs: Truth) -> dict[str, bool]:
    """Return which of the truths lie in their 95 % interval."""
    return {key: lows[key] <= truth[key] <= highs[key] for key in truth if key in lows}


def patch_row(
    session: ChartSession, name: str, patch: int, held: tuple[int, ...], truth: Truth | None
) -> Row:
    """Estimate a paint of the chart that was held out; its truth is the edition's if none is given."""
    profile, others = session.fitted(held)
    encoded = session.patches[patch]
    linear = session.photo.linear(encoded)
    full = session.photo.decode.shape[1] - 1
    rgb = encoded / full if profile.rendered else linear
    found = {OWN: as_truth(profile.estimate(rgb))}
    found |= {method: as_truth(other.estimate(linear[None])) for method, other in others.items()}
    known = paints(session.chart.kind, profile.edition)[patch]
    reference = {key: float(value) for key, value in spectral_quantities(known).items()}
    # The indices of a paint mean nothing: it is no skin.
    true = truth or {key: reference[key] for key in ("L", "a", "b", "ita")}
    ends = {key: profile.interval(key, rgb) for key in true}
    inside = lies_inside(
        true,
        {k: float(low) for k, (low, _) in ends.items()},
        {k: float(high) for k, (_, high) in ends.items()},
    )
    return Row(
        name, ("dark skin", "light skin")[patch] if patch < 2 else f"patch {patch}", true, found, inside
    )


def region_row(reading: Reading, session: ChartSession) -> Row:
    """Measure a region as `pigmeter measure` does, and the same pixels by every rival."""
    profile, others = session.fitted()
    own = reading.photo == reading.chart_photo
    photo = session.photo if own else pm.read_photo(reading.photo)
    regions = {"site": outline(reading.region, reading.folder)} if reading.region else None
    measurement = pm.measure(
        photo, profile, regions, chart=session.chart if own else None, full_resolution=True
    )
    wanted = "site" if regions else "skin"
    rows = (row for row in measurement.table if row["region"] == wanted)
    table = {row["quantity"]: row for row in rows if row["quantity"] in QUANTITIES}
    if table["L"]["mean"] is None:
        return Row(reading.photo.name, reading.region, reading.truth, {}, {}, str(table["L"]["reason"]))
    place = next(region for region in measurement.regions if region.name == wanted)
    pixels = measurement.skin if place.mask is None else measurement.skin & place.mask
    linear = photo.linear(photo.pixels[pixels]).mean(axis=0)
    found = {OWN: {key: float(table[key]["mean"]) for key in ("L", "a", "b", "ita", *INDICES)}}
    found |= {method: as_truth(other.estimate(linear[None])) for method, other in others.items()}
    lows, highs = ({key: float(row[end]) for key, row in table.items()} for end in ("low", "high"))
    inside = lies_inside(reading.truth, lows, highs)
    return Row(reading.photo.name, reading.region or "all skin", reading.truth, found, inside)


def judge_readings(readings: Iterable[Reading]) -> list[Row]:
    """Judge every reading; what is refused is told."""
    sessions: dict[Path, ChartSession] = {}
    rows = []
    for reading in readings:
        try:
            if reading.chart_photo not in sessions:
                sessions[reading.chart_photo] = ChartSession(reading.chart_photo)
            session = sessions[reading.chart_photo]
            if reading.region.startswith("patch"):
                patch = int(reading.region.split()[1])
                rows.append(patch_row(session, reading.photo.name, patch, (patch,), reading.truth))
            else:
                rows.append(region_row(reading, session))
        except pm.PigmeterError as error:
            rows.append(Row(reading.photo.name, reading.region, reading.truth, {}, {}, str(error)))
    return rows


def judge_held_out(photos: Iterable[Path]) -> list[Row]:
    """Judge the two skin-coloured paints of every photo's chart."""
    rows = []
    for path in photos:
        try:
            session = ChartSession(path)
            rows += [patch_row(session, path.name, patch, SKIN_PATCHES, None) for patch in SKIN_PATCHES]
        except pm.PigmeterError as error:
            rows.append(Row(path.name, "", {}, {}, {}, str(error)))
    return rows


# Tables


def difference(found: Truth, truth: Truth) -> float:
    """Colour difference of one answer, if the truth has a colour. [dE00]"""
    if not {"L", "a", "b"} <= truth.keys():
        return float("nan")
    one, other = (np.array([values[key] for key in "Lab"]) for values in (found, truth))
    return float(ciede2000(one, other))


def off(found: Truth, truth: Truth, key: str) -> float:
    """Estimate minus truth of one quantity; NaN where no truth is known."""
    return found[key] - truth[key] if key in truth else float("nan")


def scores_of(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Sum every method up over the readings that none of them was refused."""
    measured = [row for row in rows if row.found]
    summary: dict[str, dict[str, float]] = {}
    for method in measured[0].found if measured else ():
        pairs = [(row.found[method], row.truth) for row in measured]
        errors = {key: np.array([off(*pair, key) for pair in pairs]) for key in ("ita", *INDICES)}
        colours = np.array([difference(*pair) for pair in pairs])
        some = {key: values[np.isfinite(values)] for key, values in errors.items()}
        seen = colours[np.isfinite(colours)]
        summary[method] = {
            "dE00 median": float(np.median(seen)) if len(seen) else float("nan"),
            "dE00 mean": float(seen.mean()) if len(seen) else float("nan"),
        }
        for key, values in some.items():
            summary[method][f"{key} RMSE"] = scoring.rmse(values) if len(values) else float("nan")
        summary[method]["n"] = float(len(pairs))
    inside = [hit for row in measured for hit in row.inside.values()]
    if inside:
        summary[OWN]["in 95 %"] = float(np.mean(inside))
    return summary


def spreads(rows: list[Row]) -> dict[str, float]:
    """SD over photos of ITA of the light patch: of one chart it should be nothing. [degrees]"""
    light = [row for row in rows if row.region == "light skin" and row.found]
    if len(light) < 2:
        return {}
    return {m: float(np.std([row.found[m]["ita"] for row in light], ddof=1)) for m in light[0].found}


def page(rows: list[Row], held_out: bool) -> str:
    """Return all tables as one page."""
    what = "The skin-coloured patches of charts, held out" if held_out else "Photos with readings"
    lines = [
        scoring.heading(what, "Written by `benchmarks/accuracy_photos.py`; what the rows are stands there.")
    ]
    methods = next((list(row.found) for row in rows if row.found), [OWN])
    body = []
    for row in rows:
        cells = [row.name, row.region]
        for method in methods:
            found = row.found.get(method)
            shown = (
                (float("nan"), float("nan"))
                if found is None
                else (
                    difference(found, row.truth),
                    off(found, row.truth, "ita"),
                )
            )
            cells += [scoring.number(value) for value in shown]
        hits = f"{sum(row.inside.values())} of {len(row.inside)}" if row.found else "refused"
        body.append([*cells, hits])
    head = [
        "photo",
        "region",
        *(f"{m}: {what}" for m in methods for what in ("dE00", "ITA off")),
        "in our 95 %",
    ]
    lines.append(scoring.table(head, body) + "\n")
    lines += [f"* {row.name}: {row.refusal}" for row in rows if row.refusal]
    summary = scores_of(rows)
    if summary:
        columns = list(dict.fromkeys(key for scores in summary.values() for key in scores))
        lines.append("\n" + scoring.level_table(summary, {key: key for key in columns}))
    spread = spreads(rows) if held_out else {}
    if spread:
        told = ", ".join(f"{method} {value:.2f}" for method, value in spread.items())
        lines.append(
            f"\nSD over the photos of ITA of the light patch [degrees], if they show one chart: {told}."
        )
    return "\n".join(lines)


def as_plain(row: Row) -> dict[str, Any]:
    """Return a row for programs."""
    return {
        "photo": row.name,
        "region": row.region,
        "truth": row.truth,
        "found": row.found,
        "inside": row.inside,
        "refusal": row.refusal,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument(
        "readings", nargs="?", type=Path, help="CSV of photos, regions and what is true there"
    )
    parser.add_argument("--hold-out-skin-patches", nargs="+", type=Path, metavar="PHOTO", default=[])
    parser.add_argument("--markdown", metavar="NAME", help="keep the page in benchmarks/results")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    held_out = bool(given.hold_out_skin_patches)
    if held_out == bool(given.readings):
        parser.error("give either a table of readings or --hold-out-skin-patches PHOTO...")
    rows = (
        judge_held_out(given.hold_out_skin_patches)
        if held_out
        else judge_readings(read_readings(given.readings))
    )
    if given.json:
        print(scoring.as_json({"rows": [as_plain(row) for row in rows], "summary": scores_of(rows)}))
        return
    scoring.publish(page(rows, held_out), given.markdown or "", bool(given.markdown))


if __name__ == "__main__":
    main()
