"""Co-occurrence: by hand, against a plain twin, and against scikit-image."""

import numpy as np
import pytest
from skimage.feature import graycomatrix, graycoprops
from tolerance import assert_close

from pigmeter.measurement.cooccurrence import ANGLES, cooccurrence_of, levels_of


def plain(levels, counted, distance):
    """Count pairs one by one."""
    homogeneity, entropy, seen = [], [], 0
    for down, across in ((0, 1), (1, 1), (1, 0), (1, -1)):
        pairs = {}
        for r in range(levels.shape[0]):
            for c in range(levels.shape[1]):
                y, x = r + down * distance, c + across * distance
                if 0 <= y < levels.shape[0] and 0 <= x < levels.shape[1] and counted[r, c] and counted[y, x]:
                    seen += 1
                    for pair in ((levels[r, c], levels[y, x]), (levels[y, x], levels[r, c])):
                        pairs[pair] = pairs.get(pair, 0) + 1
        total = sum(pairs.values())
        homogeneity.append(sum(n / total / (1 + float(i - j) ** 2) for (i, j), n in pairs.items()))
        entropy.append(-sum(n / total * np.log(n / total) for n in pairs.values()))
    return np.mean(homogeneity), np.mean(entropy), seen


def test_by_hand():
    levels = np.array([[0, 0], [0, 2]])
    made = cooccurrence_of(levels, np.ones((2, 2), dtype=bool), 1)
    # along rows: (0 0) and (0 2); columns alike; diagonals: (0 2), and (0 0)
    row = (1 + 1 / 5) / 2
    assert_close(made.homogeneity, (2 * row + 1 / 5 + 1) / 4, 1e-12)
    mixed = -(0.5 * np.log(0.5) + 2 * 0.25 * np.log(0.25))
    assert_close(made.entropy, (2 * mixed + np.log(2) + 0) / 4, 1e-12)
    assert made.pairs == 6


def test_an_even_map():
    made = cooccurrence_of(np.full((5, 6), 7), np.ones((5, 6), dtype=bool), 1)
    assert (made.homogeneity, made.entropy) == (1, 0)


@pytest.mark.parametrize("hidden", [0.0, 0.3])
def test_the_plain_twin(hidden):
    rng = np.random.default_rng(5)
    levels = rng.integers(3, 9, (14, 17))
    counted = rng.random(levels.shape) >= hidden
    made = cooccurrence_of(levels, counted, 1)
    assert_close([made.homogeneity, made.entropy, made.pairs], plain(levels, counted, 1), 1e-12)


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_what_scikit_image_says(distance):
    levels = np.random.default_rng(6).integers(0, 12, (40, 50)).astype(np.uint8)
    made = cooccurrence_of(levels.astype(int), np.ones(levels.shape, dtype=bool), distance)
    matrix = graycomatrix(levels, [distance], list(ANGLES), levels=12, symmetric=True, normed=True)
    assert_close(made.homogeneity, graycoprops(matrix, "homogeneity").mean(), 1e-12)
    assert_close(made.entropy, graycoprops(matrix, "entropy").mean(), 1e-12)


def test_what_does_not_count_is_not_seen():
    rng = np.random.default_rng(7)
    levels = rng.integers(0, 4, (20, 20))
    counted = rng.random((20, 20)) > 0.4
    other = np.where(counted, levels, 99)
    assert cooccurrence_of(levels, counted, 1) == cooccurrence_of(other, counted, 1)


def test_no_pairs_no_number():
    levels = np.zeros((4, 4), dtype=int)
    assert cooccurrence_of(levels, np.zeros((4, 4), dtype=bool), 1) is None
    assert cooccurrence_of(levels, np.eye(4, dtype=bool), 1) is None
    assert cooccurrence_of(levels, np.ones((4, 4), dtype=bool), 9) is None


def test_levels_have_a_fixed_width():
    found = levels_of(np.array([-60.0, -56.0, -54.01, -54.0, 40.5, 1e4, np.nan]), -56, 2, 128)
    assert found.tolist() == [0, 0, 0, 1, 48, 127, 0]
