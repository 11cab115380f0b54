import cv2
import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.homographies import (
    apply_matrix,
    at_level,
    correlation_of,
    jacobian_at,
    landmark_homography,
    matched_homography,
    refine,
)
from pigmeter.comparison.normalised_skin import block_means_of, normalised

MOVED = np.array([[0.9, -0.2, 14.0], [0.25, 1.05, -9.0], [1e-4, -2e-4, 1.0]])


def grid(rows=4, columns=5):
    y, x = np.indices((rows, columns))
    return np.stack([60.0 * x.ravel() + 20, 50.0 * y.ravel() + 30], axis=-1)


def test_a_matrix_is_applied_by_hand():
    """(2, 1) goes to (2 + 3, 1) / (1 + 2 / 4)."""
    matrix = np.array([[1, 0, 3], [0, 1, 0], [0.25, 0, 1]])
    assert apply_matrix(matrix, np.array([2.0, 1.0])) == pytest.approx([5 / 1.5, 1 / 1.5])


def test_a_jacobian_by_hand():
    """Of x / (1 + x / 4), y / (1 + x / 4) at 0, 8: 1 across x, y falls by 8 / 4 with x."""
    found = jacobian_at(np.array([[1, 0, 0], [0, 1, 0], [0.25, 0, 1]]), np.array([0.0, 8.0]))
    assert found == pytest.approx(np.array([[1, 0], [-2, 1]]), abs=0.15)
    assert jacobian_at(np.array([[2, 1, 5], [0, 3, 6], [0, 0, 1]]), np.ones(2)).tolist() == [[2, 1], [0, 3]]


def test_levels_keep_places():
    """The first pixel of 4 map pixels a side has its centre at map pixel 1.5."""
    level = at_level(MOVED, 4, 2)
    place = apply_matrix(MOVED, np.array([4 * 7 + 1.5, 4 * 9 + 1.5]))
    assert apply_matrix(level, np.array([7.0, 9.0])) == pytest.approx((place - 0.5) / 2)
    assert level[2, 2] == 1


def test_matches_agree_on_an_affine_map_whatever_the_wrong_ones_say():
    rng = np.random.default_rng(1)
    affine = np.vstack([MOVED[:2], [0, 0, 1]])
    points = rng.uniform(0, 300, (60, 2))
    places = apply_matrix(affine, points) + rng.normal(0, 0.5, (60, 2))
    places[:25] = rng.uniform(0, 300, (25, 2))
    found = matched_homography(points, places, 3.0)
    assert np.abs(apply_matrix(found, grid()) - apply_matrix(affine, grid())).max() < 2


def test_matches_by_chance_give_none():
    rng = np.random.default_rng(2)
    assert matched_homography(rng.uniform(0, 300, (40, 2)), rng.uniform(0, 300, (40, 2)), 3.0) is None
    assert matched_homography(np.zeros((3, 2)), np.zeros((3, 2)), 3.0) is None


def test_a_mirror_and_a_line_are_not_plausible():
    points = grid()
    assert matched_homography(points, points * [-1, 1], 3.0) is None
    assert matched_homography(points, points * [1, 0.2], 3.0) is None


@pytest.mark.parametrize("number", [2, 3, 4, 20])
def test_landmarks_give_as_much_as_they_can(number):
    turned = np.array([[0.8, -0.6, 5], [0.6, 0.8, 2], [0, 0, 1.0]]) if number == 2 else MOVED.copy()
    turned[2, :2] *= number > 5
    points = grid()[[0, 8, 15, 3][:number]] if number < 5 else grid()
    found = landmark_homography(points, apply_matrix(turned, points))
    assert np.abs(apply_matrix(found, grid()) - apply_matrix(turned, grid())).max() < 1e-6 * 300


def test_landmarks_on_a_line_give_a_similarity():
    """Nothing tells the scale across it."""
    points = np.array([[0.0, 0], [10, 10], [20, 20], [35, 35], [40, 40], [60, 60], [80, 80]])
    found = landmark_homography(points, 2 * points + 3)
    assert apply_matrix(found, np.array([10.0, 0.0])) == pytest.approx([23, 3])


def skins(seed=1, matrix=None):
    before, after, true = laid_skin.pair(seed, matrix)
    return [normalised(block_means_of(m, 4, laid_skin.MM), 0.8) for m in (before, after)], true


def test_refining_brings_a_guess_to_a_part_of_a_pixel():
    matrix = laid_skin.view(turn=10, roll=5, scale=1.1, shift=(6, 4))
    both, _ = skins(1, matrix)
    guess = matrix.copy()
    guess[:2, 2] += [5, -4]
    guess[0, 0] *= 1.02
    found = refine(guess, [tuple(both)])
    assert np.abs(apply_matrix(found, grid()) - apply_matrix(matrix, grid())).max() < 0.6
    assert correlation_of(found, *both) > 0.9
    assert correlation_of(guess, *both) < correlation_of(found, *both)


@pytest.mark.parametrize("outcome", ["worse", "mirror", "none"])
def test_refining_never_makes_it_worse(outcome, monkeypatch):
    """What OpenCV converges to, or does not, is taken only if the skins are more alike under it."""
    both, _ = skins(1)

    def converge(one, other, mask, mask_after, start, *_):
        if outcome == "none":
            raise cv2.error
        moved = start.copy()
        moved[0, 2] += 20
        return 0.9, moved if outcome == "worse" else moved * [[-1], [1], [1]][: len(start)]

    monkeypatch.setattr(cv2, "findTransformECCWithMask", converge)
    guess = laid_skin.view(shift=(1, 1))
    assert refine(guess, [tuple(both)]) is guess


def test_skins_that_hardly_overlap_do_not_correlate():
    both, _ = skins(1)
    assert correlation_of(np.eye(3), *both) > 0.95
    assert correlation_of(laid_skin.view(shift=(380, 0)), *both) == 0
