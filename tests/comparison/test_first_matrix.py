from dataclasses import replace
from types import SimpleNamespace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.first_matrix import best_matrix, featured_matrix, likely_matrices
from pigmeter.comparison.homographies import apply_matrix
from pigmeter.comparison.normalised_skin import block_means_of, normalised

TURNED = laid_skin.view(turn=12, roll=40, scale=1.15, shift=(8, 5))
POINTS = np.array([[60.0, 50.0], [200.0, 150.0], [340.0, 60.0], [150.0, 260.0]])


def coarse(measurement):
    return normalised(block_means_of(measurement, 4, laid_skin.MM), 0.8)


@pytest.mark.parametrize("known", [True, False])
def test_features_give_turn_and_scale_to_a_few_mm(known):
    before, after, _ = laid_skin.pair(1, TURNED)
    found = featured_matrix(coarse(before), coarse(after), scale_known=known)
    away = apply_matrix(found, POINTS) - apply_matrix(TURNED, POINTS)
    assert np.abs(away).max() * laid_skin.MM < 3


def test_unlike_skins_have_no_features_in_common():
    before, _, _ = laid_skin.pair(1)
    _, other, _ = laid_skin.pair(2)
    assert featured_matrix(coarse(before), coarse(other), scale_known=True) is None


def chart(matrix):
    return SimpleNamespace(kind="colorchecker-nano", homography=matrix)


def test_a_chart_on_the_same_place_tells_how_photos_lie():
    """Its homography leads from mm to photo pixels, three of which are a map pixel here."""
    before, after, _ = laid_skin.pair(1, scale=3)
    to_photo = np.array([[3.0, 0, 1], [0, 3, 1], [0, 0, 1]])
    before = replace(before, chart=chart(to_photo))
    after = replace(after, chart=chart(to_photo @ TURNED))
    by_chart, by_middle = likely_matrices(before, after)
    assert np.allclose(apply_matrix(by_chart, POINTS), apply_matrix(TURNED, POINTS))
    assert np.allclose(by_middle, np.eye(3))


def test_without_charts_the_middle_of_the_skin_is_kept_at_the_known_scale():
    before, after, _ = laid_skin.pair(1)
    (guess,) = likely_matrices(before, replace(after, mm_per_pixel=laid_skin.MM / 2))
    middle = np.array([199.5, 149.5])
    assert apply_matrix(guess, middle) == pytest.approx(middle)
    assert guess[0, 0] == 2


def test_the_best_of_guesses_is_refined():
    before, after, _ = laid_skin.pair(1, TURNED)
    near = TURNED.copy()
    near[:2, 2] += 4
    levels = [(coarse(before), coarse(after))]
    found, alike = best_matrix([np.eye(3), near, laid_skin.view(roll=-90)], levels)
    assert np.abs(apply_matrix(found, POINTS) - apply_matrix(TURNED, POINTS)).max() < 0.6
    assert alike > 0.9
    assert best_matrix([], levels) == (None, 0.0)
