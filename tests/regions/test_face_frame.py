from dataclasses import replace

import cv2
import numpy as np
import pytest
from heads import features, head, painted, somebody
from scipy.interpolate import LinearNDInterpolator
from tolerance import assert_close

from pigmeter.errors import MeasurementError
from pigmeter.regions.anatomy import mean_regions
from pigmeter.regions.face_frame import excluded_parts, face_frame_of, onto_face_frame, place_on_face
from pigmeter.regions.face_mesh import both_halves, contour, mean_face
from pigmeter.regions.faces import Face
from pigmeter.regions.outline import Outline

BOX = Face(100, 200, 400, 400, 30)
ALL = mean_regions(("forehead", "cheek", "nose", "chin", "glabella", "under_eye", "upper_lip"))


def area(ring):
    x, y = np.asarray(ring).T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def places(count=24):
    """Places within the regions of the mean face."""
    every = []
    for region in ALL:
        ring = region.polygons[0]
        low, high = ring.min(axis=0), ring.max(axis=0)
        grid = np.stack(np.meshgrid(*np.linspace(low, high, count).T), axis=-1).reshape(-1, 2)
        inside = [
            cv2.pointPolygonTest(ring.astype(np.float32), (float(x), float(y)), False) > 0 for x, y in grid
        ]
        every.append(grid[inside])
    return np.concatenate(every)


# The warp


def test_landmarks_go_where_they_were_found():
    nodes = [n for n in contour("spline") if n not in contour("eye")]
    for landmarks in (head(), head(15, 8, 5, distance=600, shape=somebody())):
        frame = face_frame_of(landmarks)
        carried = frame.onto_photo(mean_face()[nodes, :2])
        off = np.hypot(*(carried - landmarks[nodes]).T) / frame.scale
        assert off.max() < 1.2
        assert np.sqrt((off**2).mean()) < 0.3


def slopes(carry, here, step=0.05):
    """Area in the photo over area on the mean face, below 0 where a map turns over."""
    across, down = ((carry(here + aside) - carry(here - aside)) / (2 * step) for aside in step * np.eye(2))
    return across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]


def skin_of(shape):
    """The skin of a head in space, by its place on the mean face: flat between neighbouring landmarks."""
    return LinearNDInterpolator(mean_face()[:, :2], shape)


@pytest.mark.parametrize("turn", [-15, -8, 0, 8, 15])
@pytest.mark.parametrize("nod", [-10, 0, 10])
@pytest.mark.parametrize("seed", [None, 1, 3])
def test_the_warp_does_not_fold_where_a_turned_head_shows_its_skin(turn, nod, seed):
    shape = mean_face() if seed is None else somebody(seed)
    frame, skin = face_frame_of(head(turn, nod, shape=shape)), skin_of(shape)
    here = places()
    shown = slopes(lambda points: head(turn, nod, shape=skin(points)), here) / frame.scale**2 > 0.25
    carried = slopes(frame.onto_photo, here) / frame.scale**2
    assert shown.mean() > 0.93
    assert carried[shown].min() > 0
    if seed is None:
        assert carried.min() > 0.1


def test_noise_of_the_landmarks_folds_nothing():
    rng = np.random.default_rng(1)
    frame = face_frame_of(head(scale=4) + rng.normal(0, 4.0, (468, 2)))  # 1 mm
    assert slopes(frame.onto_photo, places()).min() > 0


@pytest.mark.parametrize("where", [head(), head(15, 8, 12, shape=somebody()), head(0, 0, 170), BOX])
def test_there_and_back_is_the_same_place(where):
    frame = face_frame_of(where)
    here = places()
    there = frame.onto_photo(here)
    back = frame.onto_photo(frame.onto_face(there))
    assert np.abs(back - there).max() < 0.5
    assert_close(frame.onto_face(there), here, atol=0.01)


def test_a_drawn_mark_stays_on_the_same_skin_when_the_head_turns():
    """Where the mark goes is known from space: the camera's view of a point of the skin, not the warp."""
    shape = somebody()
    marks = places(8)
    known = np.concatenate([shape, skin_of(shape)(marks)])
    drawn = head(shape=known)
    on_face = face_frame_of(drawn[:468]).onto_face(drawn[468:])
    for pose in ((10, 0, 0), (-15, 5, 3), (0, 10, -5)):
        seen = head(*pose, scale=6, at=(800, 700), shape=known)
        carried = face_frame_of(seen[:468]).onto_photo(on_face)
        off = np.hypot(*(carried - seen[468:]).T) / 6
        assert np.median(off) < 0.5
        assert np.percentile(off, 95) < 2


def test_a_mark_keeps_to_its_region_when_the_head_turns():
    shape = somebody()
    skin = skin_of(shape)
    for region in mean_regions():
        corners = region.polygons[0]
        inner = corners.mean(axis=0) + 0.8 * (corners - corners.mean(axis=0))
        known = np.concatenate([shape, skin(inner)])
        for turn in (-15, 0, 15):
            shown = slopes(lambda points, turn=turn: head(turn, shape=skin(points)), inner) > 0.25 * 8**2
            seen = head(turn, shape=known)
            ring = place_on_face(region, seen[:468]).polygons[0].astype(np.float32)
            for x, y in seen[468:][shown]:
                inside = cv2.pointPolygonTest(ring, (float(x), float(y)), True) / 8  # [mm], outside below 0
                assert inside > -1, (region.name, turn)


# What is left out


def test_parts_are_left_out_with_a_margin():
    landmarks = head(10, 5, shape=somebody())
    parts = {part.name: painted(part) for part in excluded_parts(landmarks)}
    margins = {"eye": 5, "brow": 3, "nostril": 1.5, "lips": 3}
    for name, part in features(landmarks):
        reach = int(8 * margins[name.split()[0]]) - 3
        grown = cv2.dilate(
            part.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
        )
        assert not (grown.astype(bool) & ~parts[name]).any(), name
        assert parts[name].sum() < 6 * part.sum() + 40000


def test_margins_are_wider_where_eyes_and_mouth_are_a_guess():
    box = Face(700, 500, 500, 500, 40)
    guessed, known = excluded_parts(box), excluded_parts(face_frame_of(box).landmarks)
    for one, other in zip(guessed, known, strict=True):
        assert np.ptp(one.polygons[0], axis=0).min() > np.ptp(other.polygons[0], axis=0).min() + 5


def test_a_closed_eye_is_left_out_too():
    landmarks = head()
    ring = list(contour("eye"))
    landmarks[ring, 1] = landmarks[ring, 1].mean()
    eye = next(part for part in excluded_parts(landmarks) if part.name == "eye right")
    assert np.ptp(eye.polygons[0][:, 1]) > 2 * 4.5 * 8
    assert np.isfinite(eye.polygons[0]).all()


def test_an_open_mouth_is_left_out_whole():
    landmarks = head()
    for number in set(both_halves("lips")):
        if landmarks[number, 1] > landmarks[61, 1]:
            landmarks[number, 1] += 160
    lips = next(part for part in excluded_parts(landmarks) if part.name == "lips")
    assert (
        cv2.pointPolygonTest(lips.polygons[0].astype(np.float32), tuple(landmarks[14] + (0, 60)), False) > 0
    )
    for region in ALL:
        assert not (painted(place_on_face(region, landmarks)) & painted(lips)).any()


def test_what_is_drawn_over_an_eye_is_placed_without_it():
    drawn = Outline("upper face", (np.array([[-60.0, -50], [60, -50], [60, 25], [-60, 25]]),), frame="face")
    for where in (head(10, scale=6, at=(900, 700)), BOX):
        placed = place_on_face(drawn, where)
        assert len(placed.holes) == 4
        for part in excluded_parts(where)[:4]:
            assert not (painted(placed) & painted(part)).any()


def test_a_hole_that_is_hidden_is_dropped_and_an_outline_that_is_hidden_is_not():
    far = (np.array([[5000.0, 100], [5100, 100], [5100, 200]]),)
    near = (np.array([[940.0, 700], [1060, 700], [1000, 780]]),)
    assert onto_face_frame(Outline("patch", near, far), head()).holes == ()
    with pytest.raises(MeasurementError):
        onto_face_frame(Outline("patch", near + far), head())


# Outlines


def test_an_outline_there_and_back_covers_the_same_pixels():
    landmarks = head(12, 4, 8, scale=6, shape=somebody())
    drawn = Outline(
        "patch",
        (np.array([[700.0, 950], [800, 930], [830, 1030], [720, 1060]]),),
        (np.array([[750.0, 980], [780, 980], [770, 1000]]),),
        site="cheek",
        side="right",
    )
    kept = onto_face_frame(drawn, landmarks)
    again = place_on_face(kept, landmarks)
    assert (kept.frame, again.frame) == ("face", "px")
    assert (again.name, again.site, again.side) == ("patch", "cheek", "right")
    for before, after in zip((*drawn.polygons, *drawn.holes), (*again.polygons, again.holes[0]), strict=True):
        gaps = [cv2.pointPolygonTest(before.astype(np.float32), (float(x), float(y)), True) for x, y in after]
        assert np.abs(gaps).max() < 0.5
        assert abs(area(after) / area(before) - 1) < 0.005


def test_a_painted_mask_is_carried_by_its_border():
    mask = np.zeros((1800, 2000), bool)
    mask[1000:1080, 700:820] = True
    mask[1030:1050, 750:770] = False
    kept = onto_face_frame(Outline("painted", mask=mask), head())
    assert kept.mask is None
    assert (len(kept.polygons), len(kept.holes)) == (1, 1)
    again = place_on_face(kept, head())
    assert_close(abs(area(again.polygons[0])), 79 * 119, atol=10)
    assert_close(abs(area(again.holes[0])), 21 * 21, atol=6)


def test_a_box_places_by_the_proportions_of_the_mean_face():
    frame = face_frame_of(BOX)
    assert frame.guessed
    eyes = frame.onto_photo(np.array([[-31.55, 0], [31.55, 0]]))
    assert_close(np.diff(eyes[:, 0]), 0.36 * 400, atol=0.5)
    assert_close(eyes.mean(axis=0), [300, 200 + 0.345 * 400], atol=0.1)
    landmarks = frame.landmarks
    same = face_frame_of(landmarks)
    assert not same.guessed
    assert_close(same.onto_photo(places()), frame.onto_photo(places()), atol=0.01)


def test_an_outline_beside_the_face_has_no_place_on_it():
    far = Outline("ear", (np.array([[5000.0, 100], [5100, 100], [5100, 200]]),))
    with pytest.raises(MeasurementError, match="has no place on it") as caught:
        onto_face_frame(far, head(15))
    assert caught.value.code == "FACE_OUTSIDE"


def test_what_is_in_the_frame_already_stays_as_it_is():
    region = ALL[0]
    assert onto_face_frame(region, BOX) is region
    placed = place_on_face(region, BOX)
    assert place_on_face(placed, BOX) is placed
    with pytest.raises(MeasurementError, match="given in the frame 'mm'") as caught:
        onto_face_frame(replace(placed, frame="mm"), BOX)
    assert caught.value.code == "FACE_FRAME"


def test_an_outline_without_corners_is_carried_too():
    assert place_on_face(Outline("nothing", frame="face"), BOX).frame == "px"
