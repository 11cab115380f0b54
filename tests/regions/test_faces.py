import builtins
import subprocess
import sys

import numpy as np
import pytest
from heads import photo_of
from skimage import data
from tolerance import assert_close

from pigmeter.errors import MeasurementError
from pigmeter.photo import read_photo
from pigmeter.regions.faces import Face, choose_face, find_faces
from pigmeter.synthetic import render_photo, subject

# Looked up by eye in the astronaut's picture, 512 x 512: centres of the eyes, and the chin. [px]
EYES = np.array([[202.4, 100.5], [247.5, 102.8]])
CHIN = (225.0, 178.0)
EMPTY = (
    "brick", "camera", "chelsea", "coffee", "coins", "colorwheel", "grass", "gravel", "horse",
    "hubble_deep_field", "immunohistochemistry", "logo", "moon", "page", "retina", "rocket", "text",
)  # fmt: skip


def astronaut():
    return data.astronaut()


def head_of_astronaut():
    return astronaut()[:300, 100:400]


def colour(picture):
    picture = picture if picture.dtype == np.uint8 else (255 * picture).astype(np.uint8)
    return picture[..., :3] if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def middle(face):
    return np.array([face.x + face.width / 2, face.y + face.height / 2])


def test_a_face_is_found_with_brows_eyes_and_mouth_in_its_box():
    (face,) = find_faces(photo_of(astronaut()))
    for eye in EYES:
        assert face.holds(*eye)
    assert abs(middle(face)[0] - EYES[:, 0].mean()) < 0.06 * face.width
    assert abs(face.y + face.height - CHIN[1]) < 0.15 * face.height
    assert 1.8 < face.width / np.diff(EYES[:, 0])[0] < 3
    assert face.width == face.height


def test_the_box_grows_with_the_photo_and_moves_with_the_face():
    (face,) = find_faces(photo_of(astronaut()))
    large = np.repeat(np.repeat(astronaut(), 4, axis=0), 4, axis=1)
    (four,) = find_faces(photo_of(large))
    assert abs(four.width - 4 * face.width) < 0.02 * four.width
    assert np.abs(middle(four) - 4 * middle(face)).max() < 0.02 * four.width
    (cut,) = find_faces(photo_of(head_of_astronaut()))
    assert np.abs(middle(cut) - middle(face) + np.array([100, 0])).max() < 0.1 * face.width


def test_exposure_skin_tone_and_bits_do_not_matter():
    (face,) = find_faces(photo_of(astronaut()))
    (dark,) = find_faces(photo_of((astronaut() * 0.15).astype(np.uint8)))
    assert np.abs(middle(dark) - middle(face)).max() < 0.03 * face.width
    deep = find_faces(photo_of(astronaut().astype(np.uint16) * 257))
    assert [face.votes for face in deep] == [face.votes]
    assert_close([deep[0].x, deep[0].width], [face.x, face.width], atol=1e-6)


def test_the_mirror_picture_has_the_mirrored_box():
    (face,) = find_faces(photo_of(astronaut()))
    (mirrored,) = find_faces(photo_of(np.ascontiguousarray(astronaut()[:, ::-1])))
    assert abs(mirrored.x + mirrored.width / 2 - (511 - face.x - face.width / 2)) < 0.01 * face.width
    assert (mirrored.y, mirrored.votes) == (face.y, face.votes)


@pytest.mark.parametrize("degrees", [-5, 5, 10, 15])  # of which three set her upright
def test_a_tilted_head_is_found(degrees):
    import cv2

    about = tuple(map(float, EYES.mean(axis=0)))
    turn = cv2.getRotationMatrix2D(about, degrees, 1)
    (face,) = find_faces(photo_of(cv2.warpAffine(astronaut(), turn, (512, 512))))
    assert face.holds(*about)


def test_a_photo_on_its_side_has_no_face():
    assert find_faces(photo_of(np.ascontiguousarray(np.rot90(astronaut())))) == ()


def test_two_faces_are_both_found_and_the_larger_comes_first():
    import cv2

    head = head_of_astronaut()
    small = np.full_like(head, 128)
    small[30:270, 30:270] = cv2.resize(head, (240, 240), interpolation=cv2.INTER_AREA)
    first, second = find_faces(photo_of(np.hstack([small, head])))
    assert first.x > 300 > second.x
    assert first.width > 1.1 * second.width


@pytest.mark.parametrize("name", EMPTY)
def test_pictures_without_a_face_have_none(name):
    assert find_faces(photo_of(colour(getattr(data, name)()))) == ()


def test_faces_of_many_people_are_found_and_other_pictures_are_not():
    """Bundled with scikit-image: 25 x 25 px of 100 faces, then of 100 other things; each second one."""
    import cv2

    found = []
    for tiny in data.lfw_subset()[::2]:
        picture = cv2.resize((255 * tiny).astype(np.uint8), (60, 60), interpolation=cv2.INTER_CUBIC)
        found.append(len(find_faces(photo_of(colour(np.pad(picture, 20, mode="edge"))))))
    assert np.count_nonzero(found[:50]) >= 45
    assert np.count_nonzero(found[50:]) <= 1
    assert max(found) == 1


@pytest.mark.parametrize("tone", ["very light", "dark"])
def test_close_ups_of_skin_with_a_chart_have_no_face(tone):
    for seed in range(3):
        rendered = render_photo(
            subject(tone, seed), size=(600, 800), mm_per_pixel=0.2, seed=seed, chart_seed=seed
        )
        assert find_faces(read_photo(rendered.photo_bytes)) == ()


def test_noise_flat_and_tiny_photos_have_none():
    rng = np.random.default_rng(0)
    assert find_faces(photo_of(rng.integers(0, 256, (300, 400, 3), dtype=np.uint8))) == ()
    assert find_faces(photo_of(np.full((300, 400, 3), 90, dtype=np.uint8))) == ()
    assert find_faces(photo_of(np.full((64, 2000, 3), 90, dtype=np.uint8))) == ()


@pytest.fixture
def windows(monkeypatch):
    """Say which windows the cascade lets pass in the photo and in its mirror picture, by its place."""

    def say(straight, mirrored):
        given = [np.array(straight, float).reshape(-1, 3), np.array(mirrored, float).reshape(-1, 3)]
        given[1][:, 0] = 320 - given[1][:, 0] - given[1][:, 2]
        monkeypatch.setattr("pigmeter.regions.faces._windows", lambda grey: given.pop(0))
        return find_faces(photo_of(np.zeros((320, 320, 3), np.uint8)))

    return say


def test_a_face_needs_its_mirror_picture_s_agreement(windows):
    here = [(100, 90, 60)]
    (face,) = windows(10 * here, 4 * here)
    assert (face.x, face.y, face.width, face.votes) == (99.5, 89.5, 60, 14)
    assert windows(11 * here, 3 * here) == ()
    assert windows(3 * here, 11 * here) == ()
    assert windows(9 * here, 4 * here) == ()


def test_a_heap_within_another_is_the_same_face(windows):
    large, within, beside = (100, 90, 90), (115, 110, 40), (220, 90, 60)
    found = windows(10 * [large] + 8 * [within] + 8 * [beside], 10 * [large] + 8 * [within] + 8 * [beside])
    assert [(face.x, face.width) for face in found] == [(99.5, 90), (219.5, 60)]


def test_the_search_is_repeatable():
    assert find_faces(photo_of(astronaut())) == find_faces(photo_of(astronaut()))


def test_the_search_needs_neither_network_nor_pooch():
    """In a fresh process, in which a socket is an error and pooch is not installed."""
    code = (
        "import sys, socket\n"
        "sys.modules['pooch'] = None\n"
        "from skimage.data import astronaut\n"
        "from heads import photo_of\n"
        "from pigmeter.regions.faces import find_faces\n"
        "import skimage.io\n"
        "def refuse(*given, **more): raise OSError('network')\n"
        "socket.socket = socket.create_connection = refuse\n"
        "print(len(find_faces(photo_of(astronaut()))))\n"
    )
    paths = [path for path in sys.path if path.endswith("tests")]
    environment = {"PYTHONPATH": ":".join(paths), "HOME": "/nowhere", "PATH": ""}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert run.stdout.strip() == "1", run.stderr


def test_scikit_image_is_imported_only_to_search(monkeypatch):
    real = builtins.__import__

    def guarded(name, *rest, **more):
        assert not name.startswith("skimage")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert choose_face((Face(0, 0, 9, 9, 20),)).width == 9


# Which of several

PAIR = (Face(10, 20, 90, 90, 40), Face(200, 30, 80, 80, 30))


def test_two_faces_are_refused_unless_one_is_chosen():
    with pytest.raises(MeasurementError, match="2 faces were found") as caught:
        choose_face(PAIR)
    assert caught.value.code == "FACE_SEVERAL"
    assert "1: 90 x 90 px from x 10, y 20; 2: 80 x 80 px from x 200, y 30" in str(caught.value)
    assert "by its number (1 to 2) or by a point" in str(caught.value)
    assert choose_face(PAIR, 1) is PAIR[0]
    assert choose_face(PAIR, 2) is PAIR[1]
    assert choose_face(PAIR, (210, 40)) is PAIR[1]
    assert choose_face(PAIR[1:]) is PAIR[1]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (0, "no face number 0"),
        (3, "no face number 3"),
        (-1, "no face number -1"),
        ((500, 40), "500, 40 lies on none"),
        ((0, 0), "0, 0 lies on none"),
    ],
)
def test_a_choice_that_meets_no_face_is_refused(chosen, said):
    with pytest.raises(MeasurementError, match=said) as caught:
        choose_face(PAIR, chosen)
    assert caught.value.code == "FACE_SEVERAL"


def test_a_point_on_two_boxes_is_no_choice():
    with pytest.raises(MeasurementError, match="lies on 2 of the faces"):
        choose_face((Face(0, 0, 90, 90, 40), Face(50, 0, 90, 90, 40)), (60, 10))


def test_no_face_says_what_to_do():
    with pytest.raises(MeasurementError, match="no face was found in the photo") as caught:
        choose_face(())
    assert caught.value.code == "FACE_NONE"
    assert "Draw the regions" in caught.value.remedy
