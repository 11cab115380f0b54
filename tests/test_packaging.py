"""What is built is whole, and works where there is nothing else: an empty folder, far from the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from source_tree import ROOT, project_files

from pigmeter.version import VERSION


def run(*command, cwd):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_"))}
    command = [str(part) for part in command]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"{command} returned {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the wheel and the sdist, built offline from a copy so that the checkout stays clean."""
    copy = tmp_path_factory.mktemp("source")
    for path in project_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    out = tmp_path_factory.mktemp("built")
    # Without flags, build makes the wheel from the sdist: what the sdist lacks, the wheel lacks.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, copy, cwd=out)
    return out / f"pigmeter-{VERSION}-py3-none-any.whl", out / f"pigmeter-{VERSION}.tar.gz"


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """
    Return the programs of an environment that holds the wheel and borrows what it depends on.

    The borrowed folder stands in a ``.pth`` file: it comes last on the path, and its own ``.pth`` files, an
    editable pigmeter's among them, are not read.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    run(*pip, "--no-index", "--no-deps", "--no-compile", built[0], cwd=folder)
    where = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(where.stdout.strip()) / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return programs


def expected(folder, *endings):
    found = (path.relative_to(ROOT).as_posix() for path in project_files() if path.suffix in endings)
    return {name for name in found if name.startswith(f"{folder}/")}


def test_the_wheel_holds_the_library_its_data_and_nothing_else(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    data = {f"pigmeter/{name}" for name in expected("calibration", ".csv", ".json")}
    samples = {f"pigmeter/{name}" for name in expected("samples", ".jpg", ".csv", ".json")}
    wanted = expected("pigmeter", ".py") | data | samples
    wanted |= {
        "pigmeter/py.typed",
        "pigmeter/calibration/PROVENANCE.toml",
        "pigmeter/calibration/__init__.py",
    }
    assert not wanted - names
    extra = {name for name in names - wanted if not name.startswith(f"pigmeter-{VERSION}.dist-info/")}
    assert {name for name in extra if not name.startswith("pigmeter/samples/")} == set()
    assert f"pigmeter-{VERSION}.dist-info/licenses/LICENSE" in names


def test_the_sdist_holds_all_that_makes_the_project(built):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    own = {path.relative_to(ROOT).as_posix() for path in project_files()}
    missing = {name for name in own - names if not name.startswith(".")}
    assert not missing


def test_the_wheel_declares_ranges_not_pins(built):
    with zipfile.ZipFile(built[0]) as wheel:
        text = wheel.read(f"pigmeter-{VERSION}.dist-info/METADATA").decode("utf-8")
    wanted = [line for line in text.splitlines() if line.startswith("Requires-Dist: ")]
    assert wanted
    assert not [line for line in wanted if "==" in line.split(";")[0]]
    assert "License-Expression: Apache-2.0" in text


def test_the_installed_copy_is_the_one_that_runs(installed, tmp_path):
    code = (
        "import pigmeter, pigmeter.calibration, pigmeter.samples, pigmeter.reference as r;"
        "print(*(m.__file__ for m in (pigmeter, pigmeter.calibration, pigmeter.samples)), sep='\\n');"
        "r.read_text('PROVENANCE.toml')"
    )
    files = run(installed / "python", "-c", code, cwd=tmp_path).stdout.splitlines()
    inside = installed.parent.resolve()
    assert len(files) == 3
    assert all(inside in Path(file).resolve().parents for file in files), files


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(installed, tmp_path):
    done = run(installed / "pigmeter", "demo", cwd=tmp_path)
    written = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert "measurements.csv" in {path.name for path in written}
    pictures = [path for path in written if path.suffix == ".png"]
    assert pictures
    assert all(path.stat().st_size > 20_000 for path in pictures), "a picture of next to nothing"
    assert "melanin" in (done.stdout + done.stderr).lower()
    assert str(pictures[0].parent.name) in done.stdout + done.stderr, "the demo names what it wrote"


def test_the_command_and_python_m_are_the_same(installed, tmp_path):
    said = run(installed / "pigmeter", "--version", cwd=tmp_path).stdout
    assert VERSION in said
    assert VERSION in run(installed / "python", "-m", "pigmeter", "--version", cwd=tmp_path).stdout
