import cv2
import numpy as np
import pytest
from heads import head, somebody
from tolerance import assert_close

from pigmeter.regions.face_mesh import both_halves, contour, mean_face, mirrored_order, pose_of


def area(ring):
    x, y = np.asarray(ring).T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


# The mean face


def test_the_mean_face_is_symmetric_and_its_eyes_are_as_far_apart_as_people_s():
    face, partner = mean_face(), mirrored_order()
    assert face.shape == (468, 3)
    assert_close(face[partner] * (-1, 1, 1), face, atol=1e-9)
    assert sorted(partner) == list(range(468))
    assert (partner[33], partner[61], partner[10]) == (263, 291, 10)
    corners = face[[33, 133, 362, 263]]
    assert_close(corners[:, :2].mean(axis=0), 0, atol=0.1)
    assert 58 < corners[2:, 0].mean() - corners[:2, 0].mean() < 68  # people's: 63 +- 4 mm
    # The tip of the nose is nearest to the camera, the chin lowest, the person's left at +x.
    assert face[:, 2].argmax() == 4
    assert face[:, 1].argmax() == 152
    assert face[454, 0] == face[:, 0].max() or face[356, 0] == face[:, 0].max()


@pytest.mark.parametrize("part", ["eye", "brow", "nostril", "lips", "oval"])
def test_a_contour_runs_round_its_part_without_crossing_itself(part):
    across = part in ("lips", "oval")
    rings = [both_halves(part)] if across else [contour(part), contour(part, "left")]
    for numbers in rings:
        assert len(set(numbers)) == len(numbers)
        ring = mean_face()[list(numbers), :2].astype(np.float32)
        canvas = np.zeros((1400, 1700), np.uint8)
        cv2.fillPoly(canvas, [np.round(8 * ring + (850, 600)).astype(np.int32)], 1)
        assert abs(canvas.sum() / 64 / abs(area(ring)) - 1) < 0.1


# Heads turned and tilted


@pytest.mark.parametrize(
    ("turn", "nod", "tilt"), [(0, 0, 0), (15, 0, 0), (-25, 10, 0), (10, -12, 20), (0, 0, 180)]
)
def test_the_pose_of_a_head_is_the_one_it_was_given(turn, nod, tilt):
    pose = pose_of(head(turn, nod, tilt, scale=5))
    assert_close(pose.scale, 5, atol=1e-6)
    assert not pose.mirrored
    assert pose.disorder < 1e-6
    assert_close([pose.turn, pose.nod], [turn, nod], atol=1e-6)


def test_a_near_camera_and_another_head_leave_little_disorder():
    for seed in range(5):
        pose = pose_of(head(12, 5, 4, distance=500, shape=somebody(seed)))
        assert 1 < pose.disorder < 8
        assert not pose.mirrored


def test_landmarks_in_another_order_are_told_by_their_disorder():
    rng = np.random.default_rng(0)
    assert pose_of(head()[rng.permutation(468)]).disorder > 30
    assert pose_of(head()[::-1]).disorder > 30


def test_a_mirrored_head_is_told():
    assert pose_of(head(10) * (-1, 1)).mirrored
    assert pose_of(head(10)[mirrored_order()]).mirrored
