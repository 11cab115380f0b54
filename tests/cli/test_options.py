"""Options that several commands share."""

import pytest
from commands import invoke
from handmade import save_jpeg


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
