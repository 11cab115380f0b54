"""The scripts that derive the shipped tables: on small made-up sources, into a folder of their own."""

import csv
import hashlib
import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from source_tree import ROOT
from tolerance import assert_close

from pigmeter.colour.camera import mixing_of
from pigmeter.photo.spaces import named_space

DERIVE = ROOT / "calibration" / "derive"
WAVELENGTHS = np.arange(400, 701, 5)


def load(name, monkeypatch):
    monkeypatch.syspath_prepend(DERIVE)  # they share table_files.py beside them
    spec = importlib.util.spec_from_file_location(f"derive_{name}", DERIVE / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    sys.modules.pop("table_files", None)
    return loaded


def store(path, names, spectra):
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["wavelength_nm", *names])
        for wavelength, row in zip(WAVELENGTHS, np.transpose(spectra), strict=True):
            lines.writerow([wavelength, *(f"{value:.6g}" for value in row)])


def bell(peak, width):
    return np.exp(-0.5 * ((WAVELENGTHS - peak) / width) ** 2)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Five cameras of Gaussians, four lamps of which one is a single line, 90 skins of a plain formula."""
    folder = tmp_path_factory.mktemp("sources")
    rng = np.random.default_rng(1)
    cameras = [bell(peak + rng.normal(0, 4), 30) for _ in range(5) for peak in (600, 540, 460)]
    store(folder / "cameras.csv", [f"c{i}:{c}" for i in range(5) for c in "RGB"], cameras)
    lamps = [np.ones(61), np.linspace(0.5, 1.5, 61), np.linspace(1.5, 0.5, 61), 0.01 + bell(546, 4)]
    store(folder / "lamps.csv", ["e", "warm, 2700 K", "cool", "line"], lamps)
    melanin, blood = rng.uniform(0.05, 0.6, (90, 1)), rng.uniform(0.05, 0.3, (90, 1))
    bands = bell(545, 14) + bell(577, 9)
    absorbance = 0.2 + melanin * (WAVELENGTHS / 660) ** -3.3 + blood * bands
    skins = 10 ** -(absorbance + 0.01 * rng.standard_normal((90, 61)))
    store(folder / "skins_nist.csv", range(40), skins[:40])
    store(folder / "skins_issa.csv", range(50), skins[40:])
    return folder


def run(script, *arguments):
    subprocess.run([sys.executable, DERIVE / script, *arguments], check=True, capture_output=True)


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def written(sources, tmp_path_factory):
    """What the scripts write, with the shipped tables left as they are."""
    before = digests(ROOT / "calibration")
    out = tmp_path_factory.mktemp("written")
    for script in ("camera.py", "skin.py", "measured_spectra.py"):
        run(script, sources, out)
    assert digests(ROOT / "calibration") == before
    return out


def values(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return lines[0].split(","), np.array([[float(cell) for cell in line.split(",")] for line in lines[2:]])


def test_each_script_writes_its_tables_and_nothing_else(written):
    assert list(digests(written)) == [
        "camera/linear-classes.csv",
        "camera/linear.csv",
        "camera/rendered-classes.csv",
        "camera/rendered.csv",
        "camera/sensitivities.csv",
        "illuminants/lamps.csv",
        "skin/absorbance.csv",
        "skin/mixture.csv",
    ]


@pytest.mark.parametrize("name", ["camera/linear.csv", "camera/rendered-classes.csv", "skin/mixture.csv"])
def test_the_form_is_that_of_the_shipped_tables(written, name):
    made, shipped = ((folder / name).read_text().splitlines() for folder in (written, ROOT / "calibration"))
    head = 2 + sum(line.startswith("#") for line in shipped)
    assert made[:head] == shipped[:head]
    assert len(made) == len(shipped)


@pytest.mark.parametrize("script", ["camera.py", "skin.py", "measured_spectra.py"])
def test_a_script_writes_the_same_bytes_again(script, sources, written, tmp_path):
    run(script, sources, tmp_path / "new" / "folder")
    again = digests(tmp_path / "new" / "folder")
    assert again == {name: digest for name, digest in digests(written).items() if name in again}
    assert len(again) >= 2


def test_the_drawn_cameras_answer_white_with_1(written):
    for name in ("linear", "rendered"):
        names, table = values(written / "camera" / f"{name}.csv")
        assert names[:3] == ["channel", "wavelength_nm", "mean"]
        assert_close(table[:, 2].reshape(3, 61).sum(axis=1), 1, 1e-4)
        assert_close(table[:, 3:].reshape(3, 61, -1).sum(axis=1), 0, 1e-4)


def test_a_lamp_of_one_line_is_left_out(monkeypatch):
    camera = load("camera", monkeypatch)
    lamps = np.array([np.ones(61), 0.01 + bell(546, 4)])
    assert_close(camera.usable_lamps(lamps), lamps[:1], 0)


def test_measured_spectra_are_scaled_and_named_plainly(written):
    names, table = values(written / "camera" / "sensitivities.csv")
    assert names == ["wavelength_nm", *(f"c{i}:{c}" for i in range(5) for c in "RGB")]
    assert_close(table[:, 0], WAVELENGTHS, 0)
    cameras = table[:, 1:].T.reshape(5, 3, 61)
    assert_close(cameras.max(axis=(1, 2)), np.ones(5), 0)
    assert (cameras.max(axis=2) < 1).any(), "the channels of a camera are scaled alike"
    names, table = values(written / "illuminants" / "lamps.csv")
    assert names == ["wavelength_nm", "e", "warm 2700 K", "cool"]  # the line lamp is left out, as is a comma
    assert_close(table[:, 1:].mean(axis=0), np.ones(3), 1e-4)
    assert_close(table[:, 2], np.linspace(0.5, 1.5, 61), 1e-3)


@pytest.mark.parametrize("channel", range(3))
def test_the_shipped_cameras_see_in_their_bands(channel):
    names, table = values(ROOT / "calibration" / "camera" / "sensitivities.csv")
    assert len(names) == 85
    peaks = WAVELENGTHS[table[:, 1 + channel :: 3].argmax(axis=0)]
    low, high = ((570, 640), (510, 570), (430, 480))[channel]
    assert (peaks >= low).all()
    assert (peaks <= high).all()


def test_a_camera_s_matrix_keeps_the_colours_it_can_see(monkeypatch):
    """A camera that is the eye itself needs only the matrix from XYZ to sRGB."""
    camera = load("camera", monkeypatch)
    eye = np.array([bell(600, 35), bell(555, 40), bell(450, 25)])
    paints = np.random.default_rng(2).uniform(0.05, 0.9, (24, 61))
    assert_close(camera.camera_matrix(eye, paints, eye.T), camera.SRGB_FROM_XYZ.T, 1e-9)


@pytest.fixture
def makers(monkeypatch):
    """The script, and makers whose observer is three bells, beside a camera of three others."""
    camera = load("camera", monkeypatch)
    eye = np.array([bell(600, 35), bell(555, 40), bell(450, 25)])
    paints = np.random.default_rng(5).uniform(0.05, 0.9, (24, 61))
    daylight = np.linspace(1.2, 0.8, 61)
    sensor = np.array([bell(p, 30) for p in (610, 540, 465)])
    return camera, camera.Makers(paints, eye.T, daylight, eye), sensor


def test_a_foreign_matrix_lies_between_those_for_daylight_and_tungsten(makers):
    _, known, sensor = makers
    daylight, tungsten = known.lamps
    assert tungsten[-1] > 5 * tungsten[0]
    for lamp in known.lamps:
        assert_close(known.matrix(sensor, lamp, True), known.matrix(sensor, lamp, False), 1e-12)
    between = np.sqrt(daylight * tungsten / daylight.mean() / tungsten.mean())
    ends = [known.matrix(sensor, lamp, True) for lamp in known.lamps]
    found = known.matrix(sensor, between, True)
    share = (found - ends[0]) / (ends[1] - ends[0])
    assert_close(share, share[0, 0], 1e-9)
    assert 0.2 < share[0, 0] < 0.8


def test_other_primaries_are_those_of_the_photos_own_reader(monkeypatch):
    camera = load("camera", monkeypatch)
    names = {"P3": "Display P3", "ProPhoto": "ProPhoto RGB"}
    for name in camera.PRIMARIES:
        primaries = named_space(names.get(name, name), 256).primaries
        assert_close(camera.space_from_srgb(name), mixing_of(primaries), 2e-3)


def test_a_strange_camera_still_sees_red_green_and_blue(makers):
    camera, _, sensor = makers
    rng = np.random.default_rng(6)
    drawn = np.array([camera.strange(sensor, rng) for _ in range(200)])
    peaks = WAVELENGTHS[drawn.argmax(axis=2)]
    assert_close(peaks.mean(axis=0), [610, 540, 465], 6)
    assert (peaks.std(axis=0) > 5).all()
    assert (drawn >= 0).all()


def test_the_prior_gives_back_what_it_was_drawn_from(monkeypatch):
    camera = load("camera", monkeypatch)
    monkeypatch.setattr(camera, "DRAWS", 200)
    rng = np.random.default_rng(3)
    cameras = np.array([[bell(p + rng.normal(0, 5), 30) for p in (600, 540, 460)] for _ in range(6)])
    paints = rng.uniform(0.05, 0.9, (24, 61))
    weights = np.array([bell(600, 35), bell(555, 40), bell(450, 25)]).T
    makers = camera.Makers(paints, weights, np.ones(61), weights.T)
    kinds = {"a": camera.Kind(), "b": camera.Kind()}
    mean, basis, classes = camera.prior(cameras, np.ones((1, 61)), makers, kinds, 5)
    # six cameras under one lamp: five components hold them all
    seen = (cameras / cameras.sum(axis=2, keepdims=True)).reshape(6, -1)
    coordinates = np.linalg.lstsq(basis, (seen - mean).T, rcond=None)[0]
    assert_close(mean + (basis @ coordinates).T, seen, 1e-9)
    centre = np.mean([found[0] for found in classes], axis=0)
    assert_close(centre, np.zeros(5), 1e-9)
    assert_close(classes[0][1], np.eye(5), 0.2)


def test_the_mixture_finds_two_groups(monkeypatch):
    skin = load("skin", monkeypatch)
    rng = np.random.default_rng(4)
    scores = np.vstack([rng.normal([-3, 0], [0.3, 1], (300, 2)), rng.normal([2, 1], [0.5, 0.4], (700, 2))])
    weights, means, covariances = skin.mixture(scores, parts=2, rounds=30)
    assert_close(weights, [0.3, 0.7], 0.01)
    assert_close(means, [[-3, 0], [2, 1]], 0.1)
    ridge = 0.02 * scores.var(axis=0)  # so that no part shrinks to a point
    assert_close(np.diagonal(covariances, axis1=1, axis2=2) - ridge, [[0.09, 1], [0.25, 0.16]], 0.15)


def test_the_population_has_the_spread_of_its_people(written, sources):
    _, shape = values(written / "skin" / "absorbance.csv")
    _, rows = values(written / "skin" / "mixture.csv")
    skins = []
    for name in ("skins_nist.csv", "skins_issa.csv"):
        with (sources / name).open() as lines:
            skins.append(
                np.array([[float(cell) for cell in row[1:]] for row in list(csv.reader(lines))[1:]]).T
            )
    absorbance = -np.log10(np.clip(np.vstack(skins), 0.01, 1))  # darker than any skin is noise
    assert_close(shape[:, 1], absorbance.mean(axis=0), 1e-5)
    components = shape[:, 2:]
    blocks = rows.reshape(6, 10, -1)
    weights, means = blocks[:, 0, 2], blocks[:, :, 3]
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    # people by tone add up to all people: mean 0; covariance 1 a score, but for the ridge of 2 %
    assert_close(weights @ means, np.zeros(10), 1e-4)
    whole = np.einsum("p,pij->ij", weights, blocks[:, :, 4:]) + np.einsum(
        "p,pi,pj->ij", weights, means, means
    )
    assert_close(whole, 1.02 * np.eye(10), 1e-3)
    drawn = components @ whole @ components.T
    assert_close(np.sqrt(np.diag(drawn)), absorbance.std(axis=0), 0.01)


def test_colorimetry_writes_where_it_is_told(tmp_path):
    pytest.importorskip("colour")
    run("colorimetry.py", tmp_path)
    for name in digests(tmp_path):
        assert (tmp_path / name).read_bytes() == (ROOT / "calibration" / name).read_bytes()
    assert list(digests(tmp_path)) == ["illuminants/d65.csv", "observers/cie-1931-2deg.csv"]


@pytest.mark.parametrize("script", ["camera.py", "skin.py", "measured_spectra.py"])
def test_a_folder_without_the_sources_stops_the_script(script, tmp_path):
    done = subprocess.run(
        [sys.executable, DERIVE / script, tmp_path, tmp_path], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert ".csv" in done.stderr
    assert not digests(tmp_path)
