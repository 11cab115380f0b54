"""The shipped samples are the ones their truth file means, small, readable, and nobody's photo."""

import csv
import hashlib
import importlib.util
import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from source_tree import ROOT
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.photo.reader import read_photo

FOLDER = ROOT / "samples"
TRUTH = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
PHOTOS = {name: told for subject in TRUTH.values() for name, told in subject["photos"].items()}


def test_every_photo_has_its_truth_and_the_reverse():
    assert sorted(PHOTOS) == sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.jpg"))


def test_three_tones_before_and_after():
    assert [told["tone"] for told in TRUTH.values()] == ["very light", "tan", "very dark"]
    for subject, told in TRUTH.items():
        assert {f"{subject}/baseline.jpg", f"{subject}/follow-up.jpg"} <= set(told["photos"])


def test_all_samples_stay_below_6_mb():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 6e6


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_is_the_one_its_truth_means(name):
    data = (FOLDER / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == PHOTOS[name]["sha256"]


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_reads_with_its_metadata(name):
    photo = read_photo(FOLDER / name)
    assert photo.shape == (PHOTOS[name]["rows"], PHOTOS[name]["columns"])
    assert photo.sha256 == PHOTOS[name]["sha256"]
    assert photo.capture.make == "pigmeter synthetic"
    assert photo.capture.model == PHOTOS[name]["camera"]
    assert photo.capture.time.startswith("2026-")
    assert photo.capture.white_balance == "manual"
    assert photo.capture.flash is False


def test_the_photo_without_a_chart_shares_its_session():
    close, chart = (
        read_photo(FOLDER / f"subject-3/{name}.jpg").capture for name in ("baseline-close", "baseline")
    )
    for field in ("make", "model", "exposure_time", "aperture", "iso", "white_balance"):
        assert getattr(close, field) == getattr(chart, field)
    assert PHOTOS["subject-3/baseline-close.jpg"]["chart"] is None


def test_the_table_says_what_the_json_says():
    with (FOLDER / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["quantity"] for row in rows} == {*QUANTITIES, "melanin", "blood"}
    for row in rows:
        of = PHOTOS[row["photo"]]["regions"][row["region"]]
        assert int(row["n"]) == of["pixels"]["n"]
        assert_close([float(row["mean"]), float(row["sd"])], list(of[row["quantity"]].values()), 0.0)
        if row["quantity"] in QUANTITIES:
            assert row["unit"] == QUANTITIES[row["quantity"]].unit


def test_treatment_fades_spots_and_redness():
    for told in TRUTH.values():
        assert told["change"]["patch"]["melanin_index"] < -1.0
        assert told["change"]["freckle"]["melanin_index"] < -1.0
        assert abs(told["change"]["clear"]["melanin_index"]) < 0.6
    assert TRUTH["subject-1"]["change"]["blemish"]["haemoglobin_index"] < -3.0


def test_charts_lie_where_the_truth_says():
    for name, told in PHOTOS.items():
        if told["chart"]:
            pixels = np.asarray(Image.open(FOLDER / name), dtype=float)
            centres = np.round(np.array(told["chart_patch_centres"])).astype(int)
            neutral = np.array(
                [pixels[y - 5 : y + 6, x - 5 : x + 6].mean(axis=(0, 1)) for x, y in centres[18:]]
            )
            assert np.all(np.diff(neutral.mean(axis=1)) < -10)
            assert np.ptp(neutral, axis=1).max() < 20


def test_the_script_still_draws_the_first_sample():
    """Not its bytes, which depend on library versions, but its picture and its truth."""
    spec = importlib.util.spec_from_file_location("make_samples", FOLDER / "make_samples.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    case, shot = script.TAN, script.TAN.shots[0]
    maps = script.synthetic.draw_pigments(case.subject, script.skin_extent(case), 0.069, "cheek")
    camera = script.replace(script.synthetic.make_camera(case.camera, seed=2), balance=shot.balance)
    photo = script.synthetic.render_photo(
        maps,
        lamp=shot.lamp,
        camera=camera,
        chart_kind=shot.chart_kind,
        size=script.SIZE,
        mm_per_pixel=shot.mm_per_pixel,
        exposure=shot.exposure,
        pose=shot.pose,
        scene=shot.scene,
        seed=20,
        chart_seed=2,
        time=shot.time,
    )
    shipped = np.asarray(Image.open(FOLDER / "subject-2/baseline.jpg"), dtype=float)
    drawn = np.asarray(Image.open(BytesIO(photo.photo_bytes)), dtype=float)
    assert np.abs(drawn - shipped).mean() < 1.0
    mean = PHOTOS["subject-2/baseline.jpg"]["regions"]["skin"]["melanin_index"]["mean"]
    assert_close(np.nanmean(photo.truth["melanin_index"]), mean, 0.01)
