"""`pigmeter measure`, `check` and `demo`: what they ask of the library and what they say."""

from commands import BAD, GOOD, invoke
from handmade import save_jpeg

from pigmeter.report.tables import SkippedFile


def test_all_measured_exits_0_and_says_where(found, tmp_path):
    done = invoke("measure", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "± 1.8" in done.stderr
    assert f"Table: {tmp_path / 'out' / 'measurements.csv'}" in done.stderr
    assert f"First figure: {tmp_path / 'out' / 'figures' / 'left.png'}" in done.stderr
    assert done.stderr.rstrip().endswith("1 measured")


def test_some_not_measured_exits_1_and_says_why(found, tmp_path):
    found.records = (GOOD, BAD)
    found.skipped = (SkippedFile("n.txt", "NOT_PHOTO", "x"),)
    done = invoke("measure", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "=b.jpg: no chart found. Put one in." in done.stderr
    assert "1 measured, 1 refused, 1 other file left aside" in done.stderr


def test_options_reach_the_library(found, tmp_path):
    points = ("10,20", "300,20.5", "300,200", "10,200")
    options = (
        "--chart",
        "colorchecker-mini",
        "--jobs",
        3,
        "--maps",
        "--figures",
        "overview",
        "--scale",
        "shared",
        "--resolution",
        0.2,
        "--mm-per-pixel",
        0.05,
        "--face",
        "12,34.5",
    )
    invoke("measure", "a", "b", "-o", "out", "--profile", "s.json", "--chart-corners", *points, *options)
    assert list(map(str, found.paths)) == ["a", "b"]
    corners = found.options.pop("chart_corners")
    assert [tuple(corner) for corner in corners] == [(10, 20), (300, 20.5), (300, 200), (10, 200)]
    assert str(found.options.pop("profile")) == "s.json"
    assert found.options == {
        "chart": "colorchecker-mini",
        "knowledge": None,
        "jobs": 3,
        "maps": True,
        "figures": "overview",
        "scale": "shared",
        "regions": None,
        "landmarks": None,
        "face": (12, 34.5),
        "resolution": 0.2,
        "mm_per_pixel": 0.05,
        "full_resolution": False,
    }


def test_an_empty_folder_exits_2_and_is_named(tmp_path):
    (tmp_path / "photos").mkdir()
    done = invoke("measure", tmp_path / "photos", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert f"no photo found in {tmp_path / 'photos'} (looked in all folders for JPEG, PNG" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_profile_exits_2(tmp_path):
    save_jpeg(tmp_path / "a.jpg")
    done = invoke("measure", tmp_path, "-o", tmp_path / "out", "--profile", tmp_path / "none.json")
    assert done.exit_code == 2
    assert "none.json" in done.stderr


def test_check_says_whether_and_why_not(found):
    found.records = (GOOD, BAD)
    done = invoke("check", "a.jpg", "b.jpg")
    assert done.exit_code == 1
    assert found.out is None
    assert "left.jpg: would be measured (colorchecker-classic chart, own chart" in done.stderr
    assert "    note: sRGB is assumed" in done.stderr
    assert "=b.jpg: would not be measured: no chart found. Put one in. [CAL_NO_CHART]" in done.stderr
    found.records = (GOOD,)
    assert invoke("check", "a.jpg").exit_code == 0


def test_demo_measures_and_compares_the_samples(found, tmp_path):
    done = invoke("demo", "-o", tmp_path / "demo")
    assert done.exit_code == 0, done.stderr
    assert (found.paths[0] / "make_samples.py").is_file()
    pages = sorted((tmp_path / "demo" / "compared").glob("*/comparison.html"))
    assert [page.parent.name for page in pages] == ["subject-1", "subject-2", "subject-3"]
    assert all(str(page) in done.stderr for page in pages)
    assert "subject-1: The severity of dark spots in the whole skin decreased by" in done.stderr
