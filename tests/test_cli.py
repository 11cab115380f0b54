"""The command: exit codes, words on stderr, JSON on stdout, no traceback for what is expected."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from measured import measurement, profile, save_jpeg

from pigmeter import cli
from pigmeter.batch import run
from pigmeter.batch.run import BatchResult
from pigmeter.errors import OutputError, UsageError
from pigmeter.findings import Finding
from pigmeter.report.tables import PhotoRecord, SkippedFile
from pigmeter.version import VERSION

GOOD = PhotoRecord(
    "left.jpg",
    "measured",
    sha256="ab",
    profile="p-0123456789ab",
    profile_source="own chart",
    rows=tuple(measurement().table),
    findings=(Finding("ICC_ASSUMED", "sRGB is assumed"),),
    chart={"kind": "colorchecker-classic"},
    figure="figures/left.png",
)
BAD = PhotoRecord("=b.jpg", "refused", code="CAL_NO_CHART", reason="no chart found", remedy="Put one in")


def invoke(*args):
    return CliRunner().invoke(cli.main, list(map(str, args)))


@pytest.fixture
def found(monkeypatch):
    """What the library is asked, and what it answers."""
    asked = SimpleNamespace(records=(GOOD,), skipped=(), paths=None, out=None, options=None)

    def measure_folder(paths, out, *, progress, **options):
        asked.paths, asked.out, asked.options = paths, out, options
        if isinstance(asked.records, BaseException):
            raise asked.records
        return BatchResult(asked.records, asked.skipped, {"p-0123456789ab": {}}, out)

    monkeypatch.setattr(run, "measure_folder", measure_folder)
    return asked


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
        "--no-figures",
        "--figure-scale",
        "fixed",
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
        "figures": False,
        "figure_scale": "fixed",
    }


@pytest.mark.parametrize("command", [("measure", "-o", "out"), ("check",)])
def test_what_is_known_reaches_the_library(command, found, tmp_path):
    (tmp_path / "lamp.csv").write_text(
        "wavelength,power\n400,1\n" + "".join(f"{w},1\n" for w in range(410, 710, 10))
    )
    invoke(*command, tmp_path, "--lamp", tmp_path / "lamp.csv", "--camera", "nikon d850")
    known = found.options["knowledge"]
    assert known.lamp.tolist() == [1.0] * 61
    assert known.camera.shape == (3, 61)
    assert known.earlier == ()


def test_a_file_that_is_no_lamp_is_a_wrong_call(tmp_path):
    (tmp_path / "lamp.csv").write_text("nothing")
    done = invoke("measure", tmp_path, "-o", tmp_path / "out", "--lamp", tmp_path / "lamp.csv")
    assert done.exit_code == 2
    assert "lamp.csv: no row of numbers found" in done.stderr
    done = invoke("profile", save_jpeg(tmp_path / "a.jpg"), "-o", tmp_path / "p.json", "--camera", "D851")
    assert done.exit_code == 2
    assert "Nikon D850" in done.stderr


def test_json_goes_to_stdout_and_words_to_stderr(found, tmp_path):
    found.records = (GOOD, BAD)
    done = invoke("measure", tmp_path, "-o", tmp_path / "out", "--json")
    document = json.loads(done.stdout)
    assert document["counts"]["refused"] == 1
    assert document["photos"][0]["measurements"][0]["mean"] == GOOD.rows[0]["mean"]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            UsageError("NOTHING_FOUND", "no photo found in x", "Name the folder"),
            2,
            "Error: no photo found in x.",
        ),
        (
            OutputError("OUT_WRITE", "cannot be written", "Free some", file="a.csv"),
            3,
            "Error: a.csv: cannot be",
        ),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_errors_are_a_sentence_and_an_exit_code(found, tmp_path, error, code, words):
    found.records = error
    done = invoke("measure", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == code
    assert words in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["measure"], "Missing argument 'PATHS...'"),
        (["measure", "x"], "Missing option '-o'"),
        (["measure", "x", "-o", "y", "--jobs", "0"], "0 is not in the range"),
        (
            ["measure", "x", "-o", "y", "--chart-corners", "1,2", "3", "4,5", "6,7"],
            "'3' is no point; write x,y",
        ),
        (["measures"], "No such command 'measures'"),
    ],
)
def test_a_wrong_call_exits_2(args, words):
    done = invoke(*args)
    assert done.exit_code == 2
    assert words in done.stderr


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


def test_profile_refuses_a_photo_without_a_chart(tmp_path):
    done = invoke("profile", save_jpeg(tmp_path / "a.jpg"), "-o", tmp_path / "s.json")
    assert done.exit_code == 1
    assert "Error: a.jpg: " in done.stderr
    assert not (tmp_path / "s.json").exists()
    assert invoke("profile", tmp_path / "gone.jpg", "-o", tmp_path / "s.json").exit_code == 2


def test_profile_fits_and_saves(tmp_path, monkeypatch):
    from pigmeter.colour import chart, session

    fitted = profile()
    fitted.save = lambda path: path.write_text("{}")
    seen = []
    monkeypatch.setattr(chart, "find_chart", lambda photo, kind, corners: seen.append(kind) or chart_of())
    monkeypatch.setattr(session, "fit_profile", lambda photo, chart, knowledge: fitted)
    done = invoke(
        "profile",
        save_jpeg(tmp_path / "a.jpg"),
        "-o",
        tmp_path / "s.json",
        "--chart",
        "colorchecker-sg",
        "--json",
    )
    assert done.exit_code == 0
    assert seen == ["colorchecker-sg"]
    assert (tmp_path / "s.json").exists()
    assert "residual_dE00_mean 1.5" in done.stderr
    assert json.loads(done.stdout)["profile"] == fitted.id


def chart_of():
    from measured import chart

    return chart()


def test_profile_of_patch_readings(tmp_path):
    from patch_values import session

    from pigmeter.colour.layouts import CLASSIC_NAMES
    from pigmeter.colour.patches import write_patch_file

    taken = session()
    write_patch_file(tmp_path / "readings.csv", CLASSIC_NAMES, 255 * taken.encoded(taken.chart))
    done = invoke(
        "profile", tmp_path / "readings.csv", "--patches", "encoded", "-o", tmp_path / "s.json", "--json"
    )
    assert done.exit_code == 0
    saved = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert saved["id"] == json.loads(done.stdout)["profile"]
    assert saved["rendered"]
    (tmp_path / "words.csv").write_text("no readings", encoding="utf-8")
    done = invoke("profile", tmp_path / "words.csv", "--patches", "linear", "-o", tmp_path / "t.json")
    assert done.exit_code == 1
    assert "no table of patch readings" in done.stderr
    assert not (tmp_path / "t.json").exists()


def test_demo_measures_the_samples(found, tmp_path):
    done = invoke("demo", "-o", tmp_path / "demo")
    assert done.exit_code == 0
    assert (found.paths[0] / "make_samples.py").is_file()


def test_the_version():
    assert invoke("--version").stdout == f"pigmeter, version {VERSION}\n"


@pytest.mark.parametrize("command", [[], ["measure"], ["profile"], ["check"], ["demo"]])
def test_help_is_words_for_people(command):
    done = invoke(*command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_help_is_quick():
    """Time of the processor, as others may be at work on this machine: 0.04 s on a 2-core machine."""
    code = (
        "import sys, time\n"
        "from pigmeter.cli import main\n"
        "try: main(['--help'], prog_name='pigmeter')\n"
        "except SystemExit: print(time.process_time(), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: pigmeter [OPTIONS]" in done.stdout
    assert float(done.stderr) < 0.3


def test_the_command_is_also_a_part_of_python():
    done = subprocess.run([sys.executable, "-m", "pigmeter", "--version"], capture_output=True, text=True)
    assert done.stdout == f"pigmeter, version {VERSION}\n"
