import json

import numpy as np
import pytest
from heads import head, photo_of, somebody
from tolerance import assert_close

from pigmeter.errors import MeasurementError, PigmeterError, UsageError
from pigmeter.regions.face_mesh import mirrored_order
from pigmeter.regions.landmarks import read_landmarks

ROWS, COLUMNS = 500, 600


@pytest.fixture
def photo():
    return photo_of(np.full((ROWS, COLUMNS, 3), 100, np.uint8), "visit-1.jpg")


def face(**pose):
    return head(**({"scale": 2, "at": (300, 230)} | pose))


def written(folder, content):
    path = folder / "landmarks.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def as_fractions(points):
    return ((points + 0.5) / (COLUMNS, ROWS)).tolist()


# The three ways


def test_a_function_gets_the_upright_pixels_in_eight_bits():
    given = []

    def find(pixels):
        given.append(pixels)
        return np.column_stack([face(), np.zeros(468)])

    deep = photo_of(np.full((ROWS, COLUMNS, 3), 0x7FFF, np.uint16))
    assert_close(read_landmarks(find, deep), face(), atol=0)
    assert given[0].dtype == np.uint8
    assert given[0].shape == (ROWS, COLUMNS, 3)
    assert (given[0] == 0x7F).all()


def test_an_array_is_in_pixels_and_may_have_irises(photo):
    assert_close(read_landmarks(face(), photo), face(), atol=0)
    longer = np.vstack([face(), np.full((10, 2), 250.0)])
    assert read_landmarks(longer, photo).shape == (478, 2)


def test_a_file_may_hold_pixels_or_fractions_lists_or_names(photo, tmp_path):
    points = face(turn=10, shape=somebody()).round(6)
    named = [{"x": x, "y": y, "z": 0.0} for x, y in as_fractions(points)]
    for content in (
        {"unit": "px", "landmarks": points.tolist()},
        {"unit": "fraction", "landmarks": as_fractions(points)},
        {"unit": "fraction", "landmarks": named},
        as_fractions(points),
        named,
        {"unit": "px", "photos": {"other.jpg": face().tolist(), "visit-1.jpg": points.tolist()}},
        {"unit": "px", "photos": {"visit-1.jpg": [points.tolist()]}},
    ):
        assert_close(read_landmarks(written(tmp_path, content), photo), points, atol=1e-9)
    assert_close(read_landmarks(str(tmp_path / "landmarks.json"), photo), points, atol=1e-9)


def test_fractions_count_from_the_edge_of_the_photo(photo, tmp_path):
    points = face()
    points[0] = (-0.5, ROWS - 0.5)
    content = as_fractions(points)
    assert content[0] == [0, 1]
    assert_close(read_landmarks(written(tmp_path, content), photo)[0], [-0.5, ROWS - 0.5], atol=1e-9)


# What is refused


def refused(source, photo, code, said, chosen=None):
    with pytest.raises(PigmeterError, match=said) as caught:
        read_landmarks(source, photo, chosen=chosen)
    assert caught.value.code == code
    assert caught.value.file
    return caught.value


@pytest.mark.parametrize("count", [0, 1, 5, 68, 467, 469, 477])
def test_another_number_of_points_is_refused(photo, count):
    points = np.tile(face()[:1], (count, 1))
    code = "FACE_NONE" if count == 0 else "LANDMARKS_COUNT"
    refused(
        points,
        photo,
        code,
        "no face was found" if count == 0 else f"there are {count} landmarks; wanted are 468",
    )


def test_no_face_is_refused(photo, tmp_path):
    for source in (
        lambda pixels: None,
        lambda pixels: [],
        written(tmp_path, {"unit": "px", "landmarks": []}),
    ):
        refused(source, photo, "FACE_NONE", "no face was found")


def test_two_faces_are_refused_unless_one_is_chosen(photo, tmp_path):
    left, right = face(scale=1, at=(150, 200)), face(scale=1.2, at=(450, 200))
    for source in (
        lambda pixels: [left, right],
        np.stack([left, right]),
        written(tmp_path, {"unit": "px", "landmarks": [left.tolist(), right.tolist()]}),
    ):
        error = refused(source, photo, "FACE_SEVERAL", "2 faces were found")
        assert error.file == "visit-1.jpg"
        assert_close(read_landmarks(source, photo, chosen=1), left, atol=0)
        assert_close(read_landmarks(source, photo, chosen=2), right, atol=0)
        assert_close(read_landmarks(source, photo, chosen=(450, 210)), right, atol=0)
        refused(source, photo, "FACE_SEVERAL", "no face number 3", chosen=3)


def test_points_that_are_no_numbers_are_refused(photo):
    points = face()
    points[[7, 9], 1] = np.nan
    refused(points, photo, "LANDMARKS_NAN", "2 landmarks are not numbers, the first is number 7")


def test_fractions_taken_for_pixels_are_refused(photo):
    refused(np.array(as_fractions(face())), photo, "LANDMARKS_UNIT", "span .* px of a photo of 600 x 500")


def test_landmarks_of_a_larger_copy_of_the_photo_are_refused(photo):
    refused(3 * face(), photo, "LANDMARKS_OUTSIDE", "lie beside the photo of 600 x 500 px")
    close_up = face(scale=3, at=(300, 230))  # its chin and temples are cut off
    assert len(read_landmarks(close_up, photo)) == 468


def test_a_mirror_picture_is_refused(photo):
    error = refused(
        face()[mirrored_order()], photo, "LANDMARKS_MIRRORED", "left and right of the face are exchanged"
    )
    assert "not its mirror picture" in error.remedy
    refused((599, 0) - face() * (1, -1), photo, "LANDMARKS_MIRRORED", "exchanged")


def test_another_order_is_refused(photo):
    refused(face()[::-1], photo, "LANDMARKS_ORDER", "mm off a face")


@pytest.mark.parametrize(
    "pose", [{"turn": 45}, {"turn": -45}, {"nod": 25}, {"tilt": 90}, {"distance": 400.0}]
)
def test_turned_tilted_and_near_heads_are_taken(photo, pose):
    for seed in range(3):
        points = face(**({"scale": 1.5} | pose), shape=somebody(seed))
        assert_close(read_landmarks(points, photo), points, atol=0)


@pytest.mark.parametrize("odd", [[["a", "b"]] * 468, [[1]] * 468, [{"x": 1}] * 468, 5, "face"])
def test_what_is_no_list_of_points_is_refused(photo, odd):
    refused(lambda pixels: odd, photo, "LANDMARKS_FORM", "no list of points")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{", "LANDMARKS_FILE", "not JSON"),
        ("5", "LANDMARKS_FILE", 'neither "landmarks" nor "photos"'),
        ('{"unit": "px"}', "LANDMARKS_FILE", 'neither "landmarks" nor "photos"'),
        ('{"landmarks": []}', "LANDMARKS_UNIT", "the unit is None"),
        ('{"unit": "cm", "landmarks": []}', "LANDMARKS_UNIT", "the unit is 'cm'"),
        ('{"unit": "px", "photos": {"a.jpg": []}}', "LANDMARKS_PHOTO", r"for visit-1.jpg \(known: a.jpg\)"),
        ('{"unit": "px", "photos": []}', "LANDMARKS_PHOTO", "no list by name"),
    ],
)
def test_a_file_that_says_too_little_is_refused(photo, tmp_path, text, code, said):
    path = tmp_path / "landmarks.json"
    path.write_text(text, encoding="utf-8")
    assert isinstance(refused(path, photo, code, said), UsageError)


def test_a_file_that_is_not_there_is_named(photo, tmp_path):
    error = refused(tmp_path / "none.json", photo, "LANDMARKS_FILE", "cannot be read")
    assert str(tmp_path) not in str(error)
    assert isinstance(error, UsageError)
    assert not isinstance(error, MeasurementError)
