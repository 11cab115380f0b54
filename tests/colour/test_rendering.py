"""Predicted patches: by hand, and their derivatives against finite differences."""

import numpy as np
import pytest
from patch_values import PAINTS
from tolerance import assert_close

from pigmeter.colour.camera import Scene, camera_prior
from pigmeter.colour.rendering import encoded, exposed, predict

PLACES = np.stack([(np.arange(24) % 6 - 2.5) / 2.5, (np.arange(24) // 6 - 1.5) / 1.5], axis=1)
NO_CURVE = np.zeros((3, 0))


def scene(knots):
    return Scene(camera_prior(bool(knots)), PAINTS, PLACES, np.log([0.7, 1.0, 0.4]), knots)


def test_glare_is_added_to_light():
    light, slope = exposed(np.array([0.5, 0.01]), np.array([0.02, 0.02]))
    assert_close(light, [0.52, 0.03], 1e-15)
    assert_close(slope, [1, 1], 0)


def test_a_negative_response_stays_positive_and_falls_on():
    response = np.linspace(-0.05, 0.01, 601)
    light, slope = exposed(response, np.zeros(601))
    assert (light > 0).all()
    assert (np.diff(light) > 0).all()
    # no step and no kink where the exponential takes over, at 0.004
    assert_close(np.gradient(light, response)[1:-1], slope[1:-1], 0.02)
    assert light[np.argmin(np.abs(response))] == pytest.approx(0.004 * np.exp(-1), rel=1e-6)


def test_a_linear_file_by_hand():
    # log((0.2 + 0.05) * 2)
    found = encoded(np.full(3, 0.2), np.full(3, 0.05), np.full(3, np.log(2)), NO_CURVE)
    assert_close(found, np.log(0.5), 1e-12)


def test_a_bump_lifts_what_lies_at_its_knot():
    heights = np.zeros((3, 5))
    heights[1, 2] = 0.3
    found = encoded(np.full(3, 0.18), np.zeros(3), np.zeros(3), heights)
    assert_close(found, np.log(0.18) + np.array([0, 0.3, 0]), 1e-12)


@pytest.mark.parametrize("knots", [0, 5])
def test_the_mean_camera_sees_the_paints(knots):
    made = scene(knots)
    values, _ = predict(made, np.zeros(made.size))
    response = PAINTS @ made.prior.mean.T
    # a saturated paint may answer to the mean of rendered cameras with less than nothing
    light, _ = exposed(response, np.full(3, 0.003))
    assert_close(values, np.log(light) + made.exposure, 1e-12)


def test_a_gradient_tilts_the_light_across_and_down():
    made = scene(0)
    flat, _ = predict(made, np.zeros(made.size))
    unknowns = np.zeros(made.size)
    across = made.coordinates + 3
    unknowns[across], unknowns[across + 1] = 1.0, -0.5
    tilted, _ = predict(made, unknowns)
    _, _, gradient, _, _ = made.parts(unknowns)
    assert_close(tilted - flat, np.tile((PLACES @ gradient)[:, None], (1, 3)), 1e-12)
    # the last patch of the first row is lit best
    assert (tilted - flat)[:, 0].argmax() == 5


def test_predicted_patches_are_what_encoded_gives():
    made = scene(5)
    unknowns = np.random.default_rng(4).normal(0, 0.5, made.size)
    unknowns[25:27] = 0
    coordinates, veil, _, gain, heights = made.parts(unknowns)
    response = PAINTS @ made.prior.sensitivities(coordinates).T
    assert_close(predict(made, unknowns)[0], encoded(response, veil, gain, heights), 1e-12)


@pytest.mark.parametrize("knots", [0, 5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_derivatives_are_those_of_the_values(knots, seed):
    made = scene(knots)
    unknowns = np.random.default_rng(seed).normal(0, 0.7, made.size)
    _, jacobian = predict(made, unknowns)
    step = 1e-5
    for index in range(made.size):
        moved = np.zeros(made.size)
        moved[index] = step
        up, down = predict(made, unknowns + moved)[0], predict(made, unknowns - moved)[0]
        assert_close(jacobian[..., index], (up - down) / (2 * step), 1e-5)
