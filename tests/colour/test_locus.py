"""Where skin lies in log chroma, on a made-up cloud."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.locus import skin_locus
from pigmeter.reference import limit

STEP = limit("profile", "locus_step")
REACH = limit("profile", "locus_reach")


def distance(locus, place):
    row, column = np.rint((np.asarray(place) - locus.origin) / locus.step).astype(int)
    return float(locus.distance[row, column])


def test_a_cloud_by_hand():
    middle = np.array([-0.2, 0.1])
    locus = skin_locus(np.tile(middle, (10, 1)))
    assert distance(locus, middle) == 0
    for bins in (1, 3, 8):
        assert distance(locus, middle + np.array([bins * STEP, 0])) == pytest.approx(
            bins * STEP / REACH, abs=0.006
        )
        assert distance(locus, middle - np.array([0, bins * STEP])) == pytest.approx(
            bins * STEP / REACH, abs=0.006
        )
    # 3, 4, 5
    assert distance(locus, middle + STEP * np.array([3, -4])) == pytest.approx(5 * STEP / REACH, abs=0.006)


def test_the_grid_reaches_beyond_the_skins_on_every_side():
    rng = np.random.default_rng(1)
    chroma = rng.normal([-0.2, 0.1], 0.03, (2000, 2))
    locus = skin_locus(chroma)
    last = locus.origin + STEP * (np.array(locus.distance.shape) - 1)
    margin = limit("profile", "locus_margin")
    assert (locus.origin <= chroma.min(axis=0) - margin).all()
    assert (last >= chroma.max(axis=0) + margin - 1e-9).all()
    assert locus.distance.dtype == np.float32
    border = np.concatenate([locus.distance[[0, -1]].ravel(), locus.distance[:, [0, -1]].ravel()])
    assert border.min() > margin / REACH - 1


def test_most_skins_are_on_the_locus_and_a_stray_one_is_not():
    rng = np.random.default_rng(2)
    chroma = np.vstack([rng.normal([-0.2, 0.1], 0.03, (2000, 2)), [[0.3, 0.5]]])
    locus = skin_locus(chroma)
    found = np.array([distance(locus, place) for place in chroma])
    assert (found == 0).mean() > 0.95
    assert found[-1] > 10


def test_bins_lie_on_multiples_of_the_step():
    locus = skin_locus(np.random.default_rng(3).normal(0, 0.05, (500, 2)))
    assert_close(locus.origin / STEP, np.round(locus.origin / STEP), 1e-9)
    assert locus.step == STEP
