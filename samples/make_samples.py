"""
Draw the sample photos and write their truth beside them: ``python samples/make_samples.py``.

Nobody was photographed. Three invented people are drawn before and after a treatment whose effect is known;
the same library versions draw the same bytes.
"""

import argparse
import csv
import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from pigmeter import synthetic
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.synthetic.camera import response
from pigmeter.synthetic.lookup import tabulate
from pigmeter.synthetic.scene import place_skin

SIZE = (1200, 1600)
ROUNDING = 4


@dataclass(frozen=True)
class Shot:
    """One photo: how it was taken, and what the treatment had done by then."""

    name: str
    pose: synthetic.Pose
    scene: synthetic.Scene
    mm_per_pixel: float
    lamp: np.ndarray | str
    exposure: float
    balance: tuple[float, float]
    time: str
    chart_kind: str | None = "colorchecker-nano"
    treated: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One subject and its photos."""

    subject: synthetic.Subject
    camera: str
    shots: tuple[Shot, ...]


CHEEK = synthetic.Scene(surface="cheek", gloss=0.05, unevenness=0.04)
ARM = synthetic.Scene(surface="forearm", gloss=0.035, directional=0.35, unevenness=0.04)
TREATMENT = {"spots": 0.5, "redness": 0.35}

VERY_LIGHT = Case(
    synthetic.subject("very light", 3, name="subject-1", vessels=5, blemishes=6),
    "phone",
    (
        Shot(
            "baseline",
            synthetic.Pose(tilt=7, turn=-4, roll=2),
            replace(CHEEK, chart_place=(24.0, 21.5), chart_turn=4.0, chart_tilt=(2.0, -3.0)),
            0.065,
            "daylight",
            0.95,
            (1.00, 1.00),
            "2026-01-15T10:05:00",
        ),
        Shot(
            "follow-up",
            synthetic.Pose(tilt=4, turn=-1, roll=-1, shift_mm=(1.5, -1.0)),
            replace(CHEEK, chart_place=(23.0, 21.5), chart_turn=-2.0, chart_tilt=(-2.0, 2.0)),
            0.066,
            synthetic.daylight(5900),
            0.86,
            (1.03, 0.98),
            "2026-02-26T10:20:00",
            treated=TREATMENT,
        ),
    ),
)

TAN = Case(
    synthetic.subject("tan", 16, name="subject-2", blemishes=6),
    "mirrorless",
    (
        Shot(
            "baseline",
            synthetic.Pose(tilt=5, turn=4, roll=-3),
            replace(CHEEK, chart_place=(-24.0, 24.0), chart_turn=-4.0, chart_tilt=(3.0, 2.0)),
            0.07,
            "flash",
            0.95,
            (1.00, 1.00),
            "2026-01-16T14:30:00",
        ),
        Shot(
            "follow-up",
            synthetic.Pose(tilt=7, turn=1, roll=0, shift_mm=(-1.0, 1.5)),
            replace(CHEEK, chart_place=(-24.5, 25.0), chart_turn=3.0, chart_tilt=(-1.0, -2.0)),
            0.069,
            synthetic.daylight(6000),
            0.88,
            (0.98, 1.02),
            "2026-02-27T14:10:00",
            treated=TREATMENT,
        ),
    ),
)

VERY_DARK = Case(
    synthetic.subject("very dark", 20, name="subject-3", blemishes=4),
    "slr",
    (
        Shot(
            "baseline",
            synthetic.Pose(tilt=6, roll=3, shift_mm=(0.0, 36.0)),
            replace(ARM, chart_place=(4.0, 78.0), chart_turn=2.0),
            0.13,
            "led-neutral",
            1.0,
            (1.00, 1.00),
            "2026-01-19T09:40:00",
            chart_kind="colorchecker-mini",
        ),
        Shot(
            "baseline-close",
            synthetic.Pose(tilt=5, roll=2, shift_mm=(-6.0, -2.0), distance_mm=400.0),
            ARM,
            0.045,
            "led-neutral",
            1.0,
            (1.00, 1.00),
            "2026-01-19T09:41:00",
            chart_kind=None,
        ),
        Shot(
            "follow-up",
            synthetic.Pose(tilt=4, turn=2, roll=1, shift_mm=(2.0, 37.0)),
            replace(ARM, chart_place=(0.0, 79.0), chart_turn=-3.0),
            0.132,
            synthetic.white_led(4500),
            0.93,
            (1.02, 0.99),
            "2026-03-02T09:35:00",
            chart_kind="colorchecker-mini",
            treated=TREATMENT,
        ),
    ),
)

CASES = (VERY_LIGHT, TAN, VERY_DARK)


def skin_extent(case: Case) -> tuple[float, float]:
    """Height and width of the skin that all photos of a case show. [mm]"""
    reach = np.zeros(2)
    for shot in case.shots:
        placed = place_skin(shot.scene, shot.pose, SIZE, shot.mm_per_pixel)
        on_skin = placed.cover > 0
        reach = np.maximum(reach, [np.abs(placed.y[on_skin]).max(), np.abs(placed.x[on_skin]).max()])
    return float(2 * reach[0] + 1), float(2 * reach[1] + 1)


def regions(skin: np.ndarray, kind: np.ndarray) -> dict[str, np.ndarray]:
    """All skin, and what is drawn on it, as masks."""
    found = {"skin": skin}
    for number, name in enumerate(synthetic.KINDS):
        mask = skin & (kind == number)
        if mask.sum() >= 200:
            found[name] = mask
    return found


def summary(
    truth: dict[str, np.ndarray], masks: dict[str, np.ndarray]
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean and SD of every quantity in every region."""
    return {
        region: {
            name: {
                "mean": round(float(values[mask].mean(dtype=float)), ROUNDING),
                "sd": round(float(values[mask].std(dtype=float)), ROUNDING),
            }
            for name, values in truth.items()
        }
        | {"pixels": {"n": int(mask.sum())}}
        for region, mask in masks.items()
    }


def true_change(before: synthetic.PigmentMaps, after: synthetic.PigmentMaps) -> dict[str, dict[str, float]]:
    """Mean change of every quantity on the flat skin itself, by region: no light, no camera."""
    unused = response(synthetic.make_camera(), synthetic.lamp_power("daylight"))
    values = []
    for maps in (before, after):
        table = tabulate(maps.melanin, maps.blood, maps.optics, unused)[1]
        values.append(table.look_up(maps.melanin, maps.blood))
    moved = values[1] - values[0]
    everywhere = np.ones(before.kind.shape, dtype=bool)
    return {
        region: {
            name: round(float(moved[..., i][mask].mean(dtype=float)), ROUNDING)
            for i, name in enumerate(QUANTITIES)
        }
        for region, mask in regions(everywhere, before.kind).items()
    }


def draw(case: Case, number: int, folder: Path) -> dict[str, object]:
    """Draw and write the photos of one subject; return its truth."""
    finest = min(shot.mm_per_pixel for shot in case.shots)
    site = "forearm" if case.shots[0].scene.surface == "forearm" else "cheek"
    maps = synthetic.draw_pigments(case.subject, skin_extent(case), finest, site)
    photos = {}
    (folder / case.subject.name).mkdir(parents=True, exist_ok=True)
    for order, shot in enumerate(case.shots):
        camera = replace(synthetic.make_camera(case.camera, seed=number), balance=shot.balance)
        photo = synthetic.render_photo(
            maps.treated(**shot.treated),
            lamp=shot.lamp,
            camera=camera,
            chart_kind=shot.chart_kind,
            size=SIZE,
            mm_per_pixel=shot.mm_per_pixel,
            exposure=shot.exposure,
            pose=shot.pose,
            scene=shot.scene,
            seed=10 * number + order,
            chart_seed=number,
            time=shot.time,
        )
        name = f"{case.subject.name}/{shot.name}.jpg"
        (folder / name).write_bytes(photo.photo_bytes)
        centres = photo.chart_patch_centres
        photos[name] = {
            "sha256": hashlib.sha256(photo.photo_bytes).hexdigest(),
            "rows": SIZE[0],
            "columns": SIZE[1],
            "mm_per_pixel": shot.mm_per_pixel,
            "chart": shot.chart_kind,
            "chart_patch_centres": None if centres is None else np.round(centres, 2).tolist(),
            "lamp": shot.lamp if isinstance(shot.lamp, str) else "table",
            "camera": camera.name,
            "exposure": shot.exposure,
            "mean_shading": round(float(photo.shading[photo.skin].mean(dtype=float)), ROUNDING),
            "mean_gloss": round(float(photo.gloss[photo.skin].mean(dtype=float)), ROUNDING),
            "regions": summary(photo.truth, regions(photo.skin, photo.kind)),
        }
    return {
        "tone": case.subject.tone,
        "treatment": TREATMENT,
        "change": true_change(maps, maps.treated(**TREATMENT)),
        "photos": photos,
    }


def write_table(truth: dict[str, dict], path: Path) -> None:
    """Write the truth of every photo, region and quantity as tidy rows."""
    units = {name: quantity.unit for name, quantity in QUANTITIES.items()} | {"melanin": "1", "blood": "1"}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("photo", "region", "quantity", "unit", "n", "mean", "sd"))
        for subject in truth.values():
            for photo, told in subject["photos"].items():
                for region, values in told["regions"].items():
                    for name, unit in units.items():
                        n, of = values["pixels"]["n"], values[name]
                        rows.writerow((photo, region, name, unit, n, of["mean"], of["sd"]))


def main() -> None:
    """Write all samples and their truth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    folder = parser.parse_args().out
    truth = {case.subject.name: draw(case, number, folder) for number, case in enumerate(CASES, start=1)}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8", newline="\n")
    write_table(truth, folder / "truth.csv")
    total = sum(path.stat().st_size for path in folder.glob("*/*.jpg"))
    print(f"{sum(len(case.shots) for case in CASES)} photos, {total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
