import numpy as np
import pytest

from pigmeter.comparison.local_planes import smoothed


def plane(rows=60, columns=80):
    y, x = np.indices((rows, columns), dtype=float)
    return 3 + 0.2 * x - 0.1 * y


@pytest.mark.parametrize("sd", [2.0, 5.0, 8.0])
def test_a_plane_comes_out_as_it_went_in_to_the_rim(sd):
    """A mean would lag by 0.8 sd times the slope there."""
    found = smoothed(np.stack([plane(), -plane()]), np.ones((60, 80)), sd)
    assert found.shape == (2, 60, 80)
    inner = slice(int(1.5 * sd), -int(1.5 * sd))
    assert np.abs(found[0] - plane())[inner, inner].max() < 0.1
    assert np.abs(found[0] - plane()).max() < 0.06 * sd
    assert np.allclose(found[1], -found[0])


@pytest.mark.parametrize("sd", [2.0, 5.0])
def test_a_gap_is_bridged_by_its_surroundings(sd):
    values, weight = plane()[None], np.ones((60, 80))
    values[0, 20:30, 30:42] = 1e3
    weight[20:30, 30:42] = 0
    found = smoothed(values, weight, sd)[0]
    assert np.abs(found - plane()).max() < 0.3


def test_heavier_values_count_more_by_hand():
    """Two kinds of value in stripes, the one three times as heavy: their mean is at three quarters."""
    values = np.zeros((1, 40, 40))
    values[0, :, ::2] = 4
    weight = np.where(values[0] > 0, 3.0, 1.0)
    assert smoothed(values, weight, 4.0)[0][20, 20] == pytest.approx(3.0, abs=0.02)


def test_noise_is_averaged():
    noise = np.random.default_rng(1).normal(0, 1, (1, 100, 100))
    found = smoothed(noise, np.ones((100, 100)), 5.0)[0][20:-20, 20:-20]
    assert found.std() < 1.3 / np.sqrt(4 * np.pi * 25)


def test_what_is_far_from_anything_known_goes_on_without_growing():
    weight = np.zeros((100, 100))
    weight[:20, :20] = 1
    values = np.where(weight > 0, np.indices((100, 100))[1] * 1.0, 0)[None]
    found = smoothed(values, weight, 4.0)[0]
    assert np.abs(found).max() < 25


def test_nothing_known_gives_zero():
    assert not smoothed(np.ones((2, 30, 30)), np.zeros((30, 30)), 4.0).any()
