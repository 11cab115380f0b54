"""The benchmarks run: on tiny input, so that they cannot rot."""

import csv
import json
import subprocess
import sys

import pytest
from source_tree import ROOT


def test_bench_maps_runs_and_tells_every_row():
    """Not the row of derm-ita, which need not be installed."""
    command = [sys.executable, ROOT / "benchmarks" / "bench_maps.py", "--tiny", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["machine"]["cpus"]
    assert set(found["rows"]) - {"derm-ita, ITA alone"} == {
        "decode, simplejpeg", "decode, Pillow", "script, float64", "script, float64, with statistics",
        "script, float32 and tables", "cv2, float32 Lab and ITA", "scikit-image, Lab and ITA",
        "naive twin (scaled)", "maps and mask", "maps, mask, statistics", "the same, 1 thread",
    }  # fmt: skip
    for row in found["rows"].values():
        assert 0 < row["median"] < 60
        assert row["peak"] > 0


def test_bench_measure_runs_and_tells_every_row():
    page = run("bench_measure.py", "--tiny")
    table = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")
    ]
    rows = {
        cells[0]: cells[1:] for cells in table if cells[0].strip("- ") and cells[1].replace(".", "").isdigit()
    }
    assert len(rows) == 17
    assert float(rows["decode, simplejpeg"][3]) == 1
    assert float(rows["folder, profile given"][0]) > 0.5, "photos a second"
    assert 0 < float(rows["pigmeter --help"][0]) < 5
    assert float(rows["whole process, code compiled"][0]) < float(rows["whole process, cold start"][0]) < 60


def test_bench_profile_runs_and_tells_every_row():
    command = [sys.executable, ROOT / "benchmarks" / "bench_profile.py", "--tiny", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["machine"]["cpus"]
    assert list(found["rows"])[1:3] == ["fit, linear", "fit, rendered"]
    assert all(0 < row["median"] <= row["slowest"] < 60 for row in found["rows"].values())


def run(script, *options):
    command = [sys.executable, ROOT / "benchmarks" / script, *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_accuracy_skin_scores_every_row():
    """Not the row of colour-science, which need not be installed."""
    found = json.loads(run("accuracy_skin.py", "--tiny", "--json"))
    (setting,) = found.values()
    assert len(setting) == 2, "two kinds of people"
    for rows in setting.values():
        known = ("known lamp", "known camera", "known both", "three charts", "earlier profile")
        for name in ("pigmeter", *known, "chart 3x3", "plain sRGB", "bound"):
            scores = rows[f"level / {name}"]
            assert list(scores) == ["all", "dark third", "middle third", "light third"]
            assert scores["all"]["n"] == 12
            assert 0 < scores["all"]["dE00"] < 30
        assert rows["level / pigmeter"]["all"]["dE00"] < rows["level / chart 3x3"]["all"]["dE00"]
        changes = rows["change / pigmeter"]
        assert len(changes) == 4
        own = [scores["slope"] for name, scores in changes.items() if "melanin" in name.split(" / ")[0]]
        assert 0.8 < own[0] < 1.2


def test_accuracy_skin_judges_on_spectra_that_are_given(tmp_path):
    """Two skins a third: one table given, the rest as it ships."""
    wavelengths = range(400, 701, 10)
    with (tmp_path / "skins.csv").open("w") as table:
        print("wavelength_nm", *range(6), sep=",", file=table)
        for w in wavelengths:
            print(
                w,
                *(0.1 + 0.05 * i + (w - 400) / 1500 + 0.01 * (w // 10 % (i + 2)) for i in range(6)),
                sep=",",
                file=table,
            )
    page = run("accuracy_skin.py", tmp_path, "--tiny", "--without-known")
    assert "## The people given" in page
    assert "spectra of a folder" in page
    assert page.count("| pigmeter ") == 2
    assert " 6 |" in page


def test_accuracy_skin_refuses_a_folder_without_spectra(tmp_path):
    command = [sys.executable, ROOT / "benchmarks" / "accuracy_skin.py", tmp_path, "--tiny"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "holds none of cameras.csv, lamps.csv and skins.csv" in done.stderr


def test_accuracy_levers_switches_parts_off():
    chart = ROOT / "samples" / "subject-2" / "baseline.jpg"
    found = json.loads(run("accuracy_levers.py", "--tiny", "--json", "--photos", chart))
    whole, *parts = found.values()
    assert len(parts) == 2
    for one in (whole, *parts):
        setting, photos = one.values()
        assert 0 < setting["dE00"] < 5
        assert 0.5 < setting["melanin slope"] < 1.5
        assert photos["n"] == 2
    even = found["even light"]
    assert even != whole, "a part that is switched off leaves a trace"


SAMPLES = ROOT / "samples"


def sample_truth(photo):
    with (SAMPLES / "truth.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if (row["photo"], row["region"]) == (photo, "skin")]
    return {row["quantity"]: row["mean"] for row in rows}


def test_accuracy_photos_judges_readings(tmp_path):
    photo = "subject-2/baseline.jpg"
    keys = ("L", "a", "b", "melanin_index")
    true = sample_truth(photo)
    spectrum = tmp_path / "grey.csv"
    spectrum.write_text("nm,percent\n380,20\n730,20\n")
    rows = [
        [SAMPLES / photo, "", "", *(true[key] for key in keys), ""],
        [SAMPLES / photo, "", "patch 20", *[""] * 4, "grey.csv"],
        [spectrum, "", "", *[50] * 4, ""],
    ]
    with (tmp_path / "readings.csv").open("w", newline="") as table:
        csv.writer(table).writerows([["photo", "chart_photo", "region", *keys, "spectrum"], *rows])
    found = json.loads(run("accuracy_photos.py", tmp_path / "readings.csv", "--json"))
    skin, paint, refused = found["rows"]
    assert abs(skin["found"]["pigmeter"]["L"] - float(true["L"])) < 3
    assert set(skin["inside"]) == {*keys, "ita"}
    assert abs(skin["found"]["chart 3x3"]["L"] - float(true["L"])) < 8
    # a reflectance of 20 % is L 51.8 and A 0.699: 116 * 0.2^(1/3) - 16, and -log10 0.2
    assert abs(paint["truth"]["L"] - 51.84) < 0.01
    assert abs(paint["truth"]["melanin_index"] - 69.9) < 0.01
    assert abs(paint["found"]["plain sRGB"]["a"]) < 10
    assert refused["refusal"]
    assert refused["found"] == {}
    assert found["summary"]["pigmeter"]["n"] == 2


def test_accuracy_photos_holds_out_the_skin_patches():
    page = run("accuracy_photos.py", "--hold-out-skin-patches", SAMPLES / "subject-2" / "baseline.jpg")
    assert page.count("| baseline.jpg |") == 2
    assert "dark skin" in page
    assert "in 95 %" in page
    assert "| pigmeter " in page


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a.jpg,,", "line 2: a reading needs a photo, and L, a, b, a spectrum or an index"),
        ("a.jpg,,s.csv", "rows of wavelength and reflectance from 400 to 700 nm"),
    ],
)
def test_accuracy_photos_says_what_a_reading_lacks(row, words, tmp_path):
    (tmp_path / "readings.csv").write_text(f"photo,L,spectrum\n{row}\n")
    (tmp_path / "s.csv").write_text("500,0.1\n600,0.1\n")
    command = [sys.executable, ROOT / "benchmarks" / "accuracy_photos.py", tmp_path / "readings.csv"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert words in done.stderr


def test_accuracy_change_spectra_scores_every_kind():
    found = json.loads(run("accuracy_change_spectra.py", "--tiny", "--json"))
    assert list(found) == ["linear, plain", "rendered, plain"]
    for kinds in found.values():
        assert len(kinds) == 24
        for kind in kinds.values():
            assert len(kind) == 4 * 3 * 3
    kinds = found["linear, plain"]
    faded = kinds["skin: melanin"]
    # Who is told that only melanin changes reads it to a hundredth; the profile nearly so.
    assert abs(faded["told / melanin_index / middle"]["slope"] - 1) < 0.03
    assert abs(faded["pigmeter / melanin_index / middle"]["slope"] - 1) < 0.12
    # Of blood in a bruise no two kinds look alike.
    assert not kinds["skin: fresh bruise"]["bound / haemoglobin_index / light"]["within"]


def test_accuracy_uncertainty_counts_what_lies_inside():
    found = json.loads(run("accuracy_uncertainty.py", "--tiny", "--json"))
    assert len(found) == 5, "one setting, and photos of two files in two rooms"
    for scores in found.values():
        assert scores["sessions"] == 1
        assert 0 <= scores["all"] <= 1
        assert len(scores["quantities"]) == 10
        assert list(scores["thirds"]) == ["dark third", "middle third", "light third"]


def test_accuracy_spots_finds_what_was_drawn_and_nothing_else(monkeypatch):
    """A smaller version of results/spots.md: a dark kind on three tones, and plain skin."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import accuracy_spots as spots

    monkeypatch.setattr(spots, "SIZE", (600, 800))
    monkeypatch.setattr(spots, "CHART", (-22.0, 4.0, 22.0, 40.0))
    scores = [spots.score(spots.Case(tone, "dark"), 20) for tone in ("light", "tan", "brown")]
    pairs = [pair for score in scores for pair in score.pairs]
    missed = [spot for score in scores for spot in score.missed]
    extra = [s for score in scores for s in score.extra if s.diameter_mm >= 1 and abs(s.mean_contrast) >= 4]
    assert len(pairs) >= 0.95 * (len(pairs) + len(missed))
    assert len(pairs) >= 0.95 * (len(pairs) + len(extra))
    area = [abs(found.area_mm2 / drawn.area - 1) for drawn, found in pairs]
    assert sorted(area)[len(area) // 2] < 0.05
    off = [found.mean_contrast - drawn.mean_contrast(spots.EDGE_MM) for drawn, found in scores[0].pairs]
    assert abs(sum(off) / len(off)) < 0.5
    for tone, noise in (("light", 1.0), ("brown", 3.0), ("very dark", 1.0)):
        for mottled in (False, True):
            hills = spots.score(spots.Case(tone, "none", noise, mottled), 0).extra
            assert all(abs(hill.mean_contrast) < 4 for hill in hills)


def test_session_shares_tell_every_way():
    found = json.loads(run("session_shares.py", "--tiny", "--json"))
    assert len(found) == 4
    for thirds in found.values():
        assert set(thirds) == {"dark third", "middle third", "light third"}
        assert all(0 < share < 5 for third in thirds.values() for share in third.values())


def test_accuracy_alignment_tells_every_kind_of_pair():
    page = run("accuracy_alignment.py", "--tiny")
    assert "median error" in page
    assert "visits" in page


def test_accuracy_change_tells_both_levels():
    page = run(
        "accuracy_change.py",
        "--sessions",
        "9",
        "--changed",
        "1",
        "--photos",
        "1",
        "--each",
        "0",
        "--jobs",
        "1",
    )
    assert "## Sessions" in page
    assert "## Photos" in page
    assert page.count("| one profile; ") >= 1
