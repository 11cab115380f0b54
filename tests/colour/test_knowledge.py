"""Files that tell what is known of lamp and camera: every common form is read, anything else is named."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.knowledge import Knowledge, read_camera, read_lamp, shipped_camera
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError

RAMP = WAVELENGTHS / WAVELENGTHS.mean()


def rows(step=5, low=400, high=700, separator=",", decimal=".", scale=1.0):
    """Lines of a lamp whose power is proportional to wavelength."""
    cells = [(f"{w:g}", f"{scale * w:.4f}") for w in np.arange(low, high + step / 2, step)]
    return [separator.join(cells_).replace(".", decimal) for cells_ in cells]


def lamp(tmp_path, lines):
    path = tmp_path / "lamp.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_lamp(path)


FORMS = (
    "plain",
    "header",
    "german",
    "tab",
    "spaces",
    "fine",
    "coarse",
    "widest",
    "reversed",
    "trailing",
    "bom",
)


@pytest.mark.parametrize(
    "lines",
    [
        rows(),
        ["wavelength_nm,power", *rows()],
        ["# a lamp", "", "nm;W/m2/nm", *rows(separator=";", decimal=",")],
        ["Wavelength\tPower", *rows(separator="\t")],
        rows(separator="   "),
        rows(step=1, low=380, high=780),
        rows(step=10, low=360, high=830, scale=1e-4),
        rows(step=20),
        list(reversed(rows())),
        [line + "," for line in rows()],
        ["\ufeffnm,power", *rows()],
    ],
    ids=FORMS,
)
def test_every_common_form_of_a_lamp_is_the_same_lamp(tmp_path, lines):
    assert_close(lamp(tmp_path, lines), RAMP, 2e-3)


def test_a_line_between_samples_is_not_lost(tmp_path):
    """A line of 1 nm at 546 holds the same power in a table of 1 nm and in its bands of 5 nm."""
    fine = [f"{w},{1.0 + (100.0 if w == 546 else 0.0)}" for w in range(390, 711)]
    found = lamp(tmp_path, fine)
    share = (found[29] + found[30] - found[:10].mean() * 2) / found[:10].mean()
    assert WAVELENGTHS[29:31].tolist() == [545, 550]
    assert share == pytest.approx(100 / 5, rel=0.02)  # 100 nm of power in bands 5 nm wide


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["name,power"], "no row of numbers found"),
        (rows(low=420), r"from 420 to 700; expected 400 to 700 nm at least"),
        (rows(step=0.005, low=0.38, high=0.78), r"from 0\.38 to 0\.78"),
        ([line + ",1" for line in rows()], "rows have 3 columns; expected 2: wavelength and power"),
        ([*rows()[:9], "445,broken", *rows()[10:]], "rows have 0 or 2 columns"),
        ([*rows(), rows()[7]], "435 nm is there twice"),
        ([line for line in rows() if not 500 < float(line[:3]) < 530], "up to 30 nm apart"),
        ([f"{line[:3]},0" for line in rows()], "no positive value"),
        ([*rows(scale=-1)[:2], *rows()[2:]], "cannot be negative"),
    ],
)
def test_what_is_no_lamp_is_named(tmp_path, lines, words):
    with pytest.raises(UsageError, match=words) as caught:
        lamp(tmp_path, lines)
    assert caught.value.code == "LAMP_FILE"
    assert caught.value.file == "lamp.csv"


def test_a_missing_file_or_a_picture_is_no_lamp(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.csv: cannot be read as a table of a spectrum"):
        read_lamp(tmp_path / "gone.csv")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(UsageError, match="UnicodeDecodeError"):
        read_lamp(tmp_path / "photo.jpg")


def test_a_camera_s_channels_go_by_their_names(tmp_path):
    path = tmp_path / "camera.csv"
    for header, order in (("nm,R,G,B", (1, 2, 4)), ("nm,blue,green,red", (4, 2, 1)), ("", (1, 2, 4))):
        lines = [header] + [f"{w}," + ",".join(map(str, order)) for w in range(400, 705, 5)]
        path.write_text("\n".join(lines), encoding="utf-8")
        assert_close(read_camera(path)[:, 0], np.array([1, 2, 4]) / 4, 1e-12)
    path.write_text("\n".join(rows()), encoding="utf-8")
    with pytest.raises(UsageError, match="expected 4: wavelength, R, G and B"):
        read_camera(path)


@pytest.mark.parametrize("name", ["Nikon_D850", "nikon d850", "D850", "NIKON D-850"])
def test_names_of_shipped_cameras_are_matched_leniently(name):
    found = read_camera(name)
    assert found.shape == (3, 61)
    assert found.max() == pytest.approx(1)
    assert_close(found, read_camera("Nikon D850"), 0)
    assert found.argmax(axis=1).tolist() == sorted(found.argmax(axis=1), reverse=True)


def test_a_photo_s_words_for_its_camera_are_matched():
    assert shipped_camera("NIKON D850", "NIKON CORPORATION") is not None
    assert shipped_camera("Canon EOS 5D Mark IV", "Canon") is not None
    assert shipped_camera("ILCE-7RM3", "SONY") is not None
    assert shipped_camera("Canon EOS 200D", "Canon").tolist() != shipped_camera("Canon EOS 200D II").tolist()
    assert shipped_camera("iPhone 15", "Apple") is None


def test_an_unknown_camera_is_told_its_neighbours(tmp_path):
    with pytest.raises(UsageError, match=r"no file 'nikon d851'.*Nikon D850") as caught:
        read_camera("nikon d851")
    assert caught.value.code == "CAMERA_UNKNOWN"
    with pytest.raises(UsageError, match=r"mine\.csv: cannot be read"):
        read_camera("mine.csv")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lamp": np.ones(60)}, r"lamp has shape \(60,\)"),
        ({"lamp": np.zeros(61)}, "not all 0"),
        ({"camera": np.full((3, 61), np.nan)}, "expected finite values of shape"),
        ({"charts": (np.ones((3, 24)),)}, r"patch values of shape \(3, 24\)"),
    ],
)
def test_knowledge_of_another_form_is_refused(wrong, words):
    with pytest.raises(UsageError, match=words):
        Knowledge(**wrong)


def test_knowledge_keeps_its_own_numbers():
    power = np.ones(61)
    known = Knowledge(lamp=power, charts=[np.ones((24, 3))])
    power[:] = 0
    assert known.lamp.sum() == 61
    assert isinstance(known.charts, tuple)
