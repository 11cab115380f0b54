"""A comparison made by hand, for tests of what is shown of one; its photos are two plain colours."""

from dataclasses import replace
from types import SimpleNamespace

import handmade
import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import PARTS, ChangeValue
from pigmeter.comparison.comparison import Change
from pigmeter.comparison.repeatability import Repeatability
from pigmeter.comparison.score import score_of
from pigmeter.comparison.sentences import verdict_of
from pigmeter.comparison.spot_change import FATES, OUTSIDE, SpotChange
from pigmeter.comparison.treatment import Treatment
from pigmeter.comparison.verdicts import judge
from pigmeter.comparison.visit import Visit
from pigmeter.findings import Finding

BEFORE, AFTER = (200, 150, 130), (120, 170, 200)  # colours of the two photos
STEP = 4  # side of a square [map px]
LEVELS = {  # baseline, change, standard uncertainty
    "melanin_index": (40.0, -2.5, 0.6),
    "haemoglobin_index": (32.0, 0.9, 1.4),
    "L": (58.0, 1.2, 0.9),
    "colour_evenness": (1.25, 0.04, 0.12),
    "texture": (1.1, 0.31, 0.09),
    "dark_spots_matched_severity": (0.34, -0.18, 0.02),
    "light_spots_matched_severity": (0.0, 0.0, 0.0),
    "red_spots_matched_severity": (0.08, -0.009, 0.006),
}
ENDPOINTS = {"melanin_index": "melanin", "haemoglobin_index": "redness", "L": "luminosity"}
ENDPOINTS |= {"colour_evenness": "colour evenness", "texture": "texture"}


def value(key="melanin_index", region="skin", **changes):
    """Return a change with an interval of about two standard uncertainties."""
    baseline, change, spread = LEVELS[key]
    made = ChangeValue(
        region=region,
        site="",
        side="",
        key=key,
        definition=QUANTITIES[key].definition if key in QUANTITIES else f"what {key} is",
        unit="%" if key == "texture" else "CIELAB unit" if key in ("L", "colour_evenness") else "index unit",
        n=900,
        baseline=baseline,
        follow_up=baseline + change + 0.01 if baseline else 0.0,
        change=change,
        uncertainty=spread,
        low=change - 1.96 * spread,
        high=change + 1.96 * spread,
        sdc=1.96 * spread,
        parts={part: spread / np.sqrt(len(PARTS)) for part in PARTS},
        p=0.001 if abs(change) > 2 * spread else 0.4,
        endpoint=ENDPOINTS.get(key, ""),
    )
    return replace(made, **changes)


def spots():
    """Return a spot of each fate, two rows of squares on the skin."""
    made = []
    for number, fate in enumerate(FATES, start=1):
        x, y = 50.0 + 20 * ((number - 1) % 3), 45.0 + 25 * ((number - 1) // 3)
        outline = np.array([(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)])
        spot = SpotChange(number, "dark", "dark", "skin", "", (number,), (number,), 0, fate, x, y, 2.0)
        numbers = {"contrast_baseline": 6.0, "contrast_follow_up": 3.5, "contrast_change": -2.5}
        numbers |= {"contrast_low": -3.3, "contrast_high": -1.7, "sdc": 0.8}
        numbers |= {"area_baseline": 3.2, "area_follow_up": 2.4, "area_low": -1.5, "area_high": -0.1}
        told = {"reason": "beyond the follow-up's photo"} if fate == OUTSIDE else numbers
        made.append(replace(spot, outline=outline, **told))
    return tuple(made)


def visit(colour, name, **changes):
    """Return a measurement of a photo of one colour on grey."""
    of = handmade.photo(name=name)
    pixels = of.pixels.copy()
    pixels[(pixels == BEFORE).all(axis=-1)] = colour
    profile = handmade.profile()
    profile.response_table = lambda photo: photo.decode
    return handmade.measurement(replace(of, pixels=pixels), profile=profile, **changes)


def alignment(baseline):
    """Return an alignment of photos from one place; the follow-up does not show the last two columns."""
    rows, columns = baseline.skin.shape
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    x[:, -2:] = y[:, -2:] = np.nan
    return SimpleNamespace(
        x=x, y=y, matrix=np.eye(3), trusted=baseline.skin, warp=lambda plane: plane, finest_mm=0.6,
        residual_px=0.4, residual_p95_px=1.1, residual_mm=0.2, residual_p95_mm=0.55, held_out_px=0.3,
        inverse_px=0.2, overlap=0.97, trusted_part=0.93, correlation=0.8, turn_deg=-1.5, scale_ratio=1.02,
        tilt_deg=4.0, stretch=0.02, findings=(),
    )  # fmt: skip


def grid(baseline):
    """Return squares: a fall of 3 on the left half, told from none, a rise of 0.5 on the right, not told."""
    rows, columns = (side // STEP for side in baseline.skin.shape)
    skin = baseline.skin[STEP // 2 :: STEP, STEP // 2 :: STEP]
    left = np.arange(columns) < columns // 2
    change = np.where(skin, np.where(left, -3.0, 0.5), np.nan).astype(np.float32)
    change[rows // 2, columns // 2] = np.nan  # skin that was not compared
    maps = dict.fromkeys(QUANTITIES, change)
    levels = {key: np.where(skin, handmade.MEANS[key], np.nan).astype(np.float32) for key in QUANTITIES}
    told = dict.fromkeys(QUANTITIES, (change < -1) & skin)
    return SimpleNamespace(
        maps=maps, baseline=levels, follow_up=levels, detectable=told, side_mm=2.0, step=STEP
    )


def change(*, aligned=True, names=("before.jpg", "after.jpg"), treatment=None, **changes):
    """Return a comparison."""
    baseline, follow_up = (visit(c, n) for c, n in zip((BEFORE, AFTER), names, strict=True))
    keys = [key for key in LEVELS if "spots" not in key]
    values = judge([value(key, region) for region in ("skin", "left cheek") for key in keys])
    flagged = [replace(v, flags=("PAIR_LIGHT",)) if v.key == "L" else v for v in values]
    totals = [value(key) for key in LEVELS if "spots" in key]
    totals = judge(totals, ())
    findings = (Finding("PAIR_LIGHT", "the lamps differ by 800 K", 800.0, 300.0),)
    record = treatment or Treatment(kind="exosome", product="Vial", dates=("2026-03-02",))
    score = score_of(flagged, totals, "melasma", treatment=record)
    made = Change(
        baseline=baseline,
        follow_up=follow_up,
        visits=(Visit(date="2026-03-02", side="left"), Visit(date="2026-04-13T10:30", label="week 6")),
        alignment=alignment(baseline) if aligned else None,
        values=tuple(flagged),
        grid=grid(baseline) if aligned else None,
        spots=spots() if aligned else (),
        spot_totals=tuple(totals),
        score=score,
        verdict=verdict_of(flagged, score, findings),
        findings=findings,
        repeatability=Repeatability({}, "published: tables of others"),
        treatment=record,
        control="",
    )
    return replace(made, **changes)
