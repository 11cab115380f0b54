"""Light over a chart: falling off as a square and unevenly, and what that means at its rim."""

import numpy as np
from tolerance import assert_close

from pigmeter.colour.light import light_kernel, rim
from pigmeter.reference import limit

PLACES = np.array([[column - 2.5, row - 1.5] for row in range(4) for column in range(6)])


def test_the_kernel_by_hand():
    local, length = limit("profile", "light_field_local"), limit("profile", "light_field_length")
    corners = np.array([[-2.5, -1.5], [2.5, -1.5]])
    found = light_kernel(corners, corners)
    twist = limit("profile", "light_field_twist")
    assert_close(found[0, 0], 2 + twist + local, 1e-12)
    assert_close(found[0, 1], 2 - twist + local * np.exp(-0.5 * 25 / length**2), 1e-12)
    centre = np.zeros((1, 2))
    assert_close(light_kernel(centre, corners)[0, 0], local * np.exp(-0.5 * 8.5 / length**2), 1e-12)


def test_the_kernel_is_a_covariance():
    kernel = light_kernel(PLACES, PLACES)
    assert_close(kernel, kernel.T, 1e-12)
    assert np.linalg.eigvalsh(kernel).min() > 0


def test_the_rim_lies_about_the_patches_and_knows_no_gradient():
    places = rim()
    assert_close(places.mean(axis=0), np.zeros(2), 1e-12)
    outside = (np.abs(places) > [2.5, 1.5]).any(axis=1)
    assert outside.all()
    assert np.abs(places).max() < 3.5
    assert_close(sorted(map(tuple, places)), sorted(map(tuple, places * [-1, 1])), 1e-12)
    assert_close(sorted(map(tuple, places)), sorted(map(tuple, places * [1, -1])), 1e-12)


def test_beyond_the_patches_light_goes_on_falling():
    """Conditioned on a bowl over the patches, the field at the rim lies below the outer patches."""
    bowl = -0.1 * (PLACES / [2.5, 1.5]) ** 2 @ np.ones(2)
    known = light_kernel(PLACES, PLACES) + 1e-4 * np.eye(24)
    at_rim = light_kernel(rim(), PLACES) @ np.linalg.solve(known, bowl)
    expected = -0.1 * (rim() / [2.5, 1.5]) ** 2 @ np.ones(2)
    assert_close(at_rim, expected, 0.02)
