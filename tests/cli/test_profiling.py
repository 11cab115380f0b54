"""`pigmeter profile`: a chart photo or patch readings become a saved profile."""

import json

from commands import invoke
from handmade import profile, save_jpeg


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
    from handmade import chart

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
