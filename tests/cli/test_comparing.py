"""`pigmeter compare`: files in a folder, a verdict on standard error, and why not."""

import json

import pytest
import visit_pairs
from commands import invoke

from pigmeter.comparison.repeatability import FORMAT
from pigmeter.synthetic.visits import Treated

FADED = (Treated(melanin=-6.0),)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("visits")
    drawn, *_ = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    paths = []
    for name, one in (("before.jpg", drawn.baseline), ("after.jpg", drawn.follow_up)):
        paths.append(folder / name)
        paths[-1].write_bytes(one.photo_bytes)
    return paths


def test_two_photos_are_compared(photos, tmp_path):
    done = invoke("compare", *photos, "-o", tmp_path / "out", "--indication", "melasma", "--json")
    assert done.exit_code == 0, done.stderr
    assert "elanin in the whole skin decreased by" in done.stderr
    names = {"comparison.html", "comparison.png", "comparison.json"}
    names |= {"changes.csv", "spot_changes.csv", "findings.csv"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    for path in (tmp_path / "out").iterdir():
        assert str(tmp_path) not in path.read_bytes().decode("utf-8", "replace"), "no path is passed on"


def test_options_are_read(photos, tmp_path):
    (tmp_path / "t.toml").write_text('kind = "exosome"\nproduct = "Serum 7"\n', encoding="utf-8")
    own = {"melanin_index": {"sd": 9.0, "degrees": 5, "unit": "index unit"}}
    repeats = {"format": FORMAT, "software": "", "source": "own repeats", "subjects": 5, "photos": 10}
    repeats |= {"quantities": own, "profiles": [], "sha256": []}
    (tmp_path / "r.json").write_text(json.dumps(repeats), encoding="utf-8")
    options = (
        "--treatment",
        tmp_path / "t.toml",
        "--repeatability",
        tmp_path / "r.json",
        "--indication",
        "melasma",
    )
    done = invoke("compare", *photos, "-o", tmp_path / "out", *options)
    assert done.exit_code == 0, done.stderr
    assert "no detectable change" in done.stderr, "repeats that differ by 9 units hide a change of 6"
    text = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "Serum 7" in text


def test_photos_that_cannot_be_compared_are_said_and_nothing_is_written(photos, tmp_path):
    missing = invoke("compare", photos[0], tmp_path / "gone.jpg", "-o", tmp_path / "out")
    assert missing.exit_code == 1
    assert "gone.jpg" in missing.stderr
    swapped = invoke("compare", photos[1], photos[0], "-o", tmp_path / "out")
    assert swapped.exit_code == 2
    assert "2026-" in swapped.stderr
    assert not (tmp_path / "out").exists()


def test_a_bad_option_is_named(photos, tmp_path):
    done = invoke("compare", *photos, "-o", tmp_path / "out", "--indication", "melasmaa")
    assert done.exit_code == 2
    assert "melasma" in done.stderr
