"""`pigmeter regions`: a proposal is written, and is what `measure` reads."""

import json

import numpy as np
import pytest
from commands import invoke
from handmade import save_jpeg
from PIL import Image
from skimage import data

import pigmeter as pm


@pytest.fixture(scope="module")
def portrait(tmp_path_factory):
    """A face that comes with scikit-image."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


def test_a_face_gets_its_regions_and_a_picture(portrait, tmp_path):
    done = invoke("regions", portrait, "-o", tmp_path / "r.json", "--picture", tmp_path / "r.png")
    assert done.exit_code == 0, done.stderr
    assert "Proposed: forehead, cheek right, cheek left, nose, chin." in done.stderr
    found = pm.read_regions(tmp_path / "r.json").outlines("portrait.png", (512, 512))
    right, left = (outline.polygons[0].mean(axis=0)[0] for outline in found[1:3])
    assert right < left, "the person's right cheek is on the photo's left"
    assert max(len(outline.polygons[0]) for outline in found) < 40, "few enough corners to move by hand"
    assert Image.open(tmp_path / "r.png").size[0] > 600


def test_halves_mirror_each_other(portrait, tmp_path):
    assert invoke("regions", portrait, "-o", tmp_path / "r.json", "--halves").exit_code == 0
    names = [one.name for one in pm.read_regions(tmp_path / "r.json").outlines("portrait.png")]
    assert {"forehead left", "forehead right", "cheek left", "cheek right"} <= set(names)


def test_places_on_a_face_serve_every_photo(portrait, tmp_path):
    done = invoke("regions", portrait, "-o", tmp_path / "r.json", "--on-face")
    assert done.exit_code == 0
    written = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert written["unit"] == "face"
    assert "photo" not in written
    there = invoke("regions", portrait, "-o", tmp_path / "px.json")
    assert there.exit_code == 0
    photo = pm.read_photo(portrait)
    set_on_face, in_pixels = (pm.read_regions(tmp_path / name) for name in ("r.json", "px.json"))
    from pigmeter.regions.faces import find_faces
    from pigmeter.regions.region import lay_regions

    face = find_faces(photo)[0]
    one, other = (
        lay_regions(given, photo.shape, 1, landmarks=face, photo_name=photo.name)[2].mask
        for given in (set_on_face, in_pixels)
    )
    assert np.count_nonzero(one & other) > 0.8 * np.count_nonzero(one | other)


def test_a_close_up_without_chart_gets_its_middle(tmp_path):
    done = invoke("regions", save_jpeg(tmp_path / "a.jpg"), "-o", tmp_path / "r.json")
    assert done.exit_code == 0
    assert "Proposed: region 1." in done.stderr
    (one,) = pm.read_regions(tmp_path / "r.json").outlines("a.jpg")
    assert (one.site, one.side) == ("", "")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["gone.jpg"], 2, "gone.jpg: there is no such file"),
        (["a.jpg", "--halves"], 1, "no face"),
        (["a.jpg", "--on-face", "--picture", "p.png"], 2, "belong to no one photo"),
        (["a.jpg", "--face", "left"], 2, "write x,y in pixels"),
    ],
)
def test_what_cannot_be_proposed_is_told_and_nothing_is_written(tmp_path, monkeypatch, args, code, words):
    monkeypatch.chdir(tmp_path)
    save_jpeg(tmp_path / "a.jpg")
    done = invoke("regions", *args, "-o", "r.json")
    assert done.exit_code == code
    assert words in done.stderr
    assert not (tmp_path / "r.json").exists()
