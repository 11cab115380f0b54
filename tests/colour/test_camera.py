"""The prior over cameras, and a scene's unknowns, by hand."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.camera import Scene, camera_prior
from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.photo.spaces import named_space
from pigmeter.reference import limit

BOTH = pytest.mark.parametrize("rendered", [False, True])
EXPOSURE = np.log([0.5, 1.0, 2.0])


@BOTH
def test_every_camera_of_the_prior_answers_white_with_1(rendered):
    prior = camera_prior(rendered)
    count = len(prior.components)
    assert prior.components.shape == (count, 3, 61)
    assert prior.covariances.shape == (2 if rendered else 3, count, count)
    drawn = prior.sensitivities(np.random.default_rng(2).normal(0, 1, (30, count)))
    assert drawn.shape == (30, 3, 61)
    assert_close(drawn.sum(axis=-1), 1, 1e-4)  # the tables keep six digits


@BOTH
def test_a_class_is_a_distribution(rendered):
    prior = camera_prior(rendered)
    for covariance in prior.covariances:
        assert_close(covariance, covariance.T, 1e-6)
        assert np.linalg.eigvalsh(covariance).min() > 0
    # the components are scaled: over all cameras together each coordinate has mean 0 and variance 1
    centres, within = prior.centres, np.diagonal(prior.covariances, axis1=1, axis2=2)
    assert_close(centres.mean(axis=0), 0, 1e-3)
    assert_close((within + centres**2).mean(axis=0), 1, 5e-3)


def test_the_mean_camera_sees_red_green_and_blue():
    peaks = 400 + 5 * camera_prior(False).mean.argmax(axis=1)
    assert 580 <= peaks[0] <= 620
    assert 520 <= peaks[1] <= 560
    assert 440 <= peaks[2] <= 480


@BOTH
def test_coordinates_add_components(rendered):
    prior = camera_prior(rendered)
    coordinates = np.zeros(len(prior.components))
    coordinates[3] = 2.0
    assert_close(prior.sensitivities(coordinates), prior.mean + 2 * prior.components[3], 1e-15)


def test_srgb_is_seen_through_nothing():
    prior = camera_prior(True)
    same = prior.seen_through(np.linalg.inv(SRGB_FROM_XYZ))
    assert_close(same.mean, prior.mean, 1e-12)
    assert_close(same.components, prior.components, 1e-12)


def test_other_primaries_mix_the_channels_as_they_mix_light():
    prior = camera_prior(True)
    p3 = named_space("Display P3", 256).primaries
    seen = prior.seen_through(p3)
    rng = np.random.default_rng(3)
    coordinates, paint = rng.normal(0, 1, len(prior.components)), rng.uniform(0, 1, 61)
    as_srgb = prior.sensitivities(coordinates) @ paint
    as_p3 = np.linalg.solve(p3, np.linalg.solve(SRGB_FROM_XYZ, as_srgb))
    # white is (1, 1, 1) in both but for the fourth digit of the published matrices
    assert_close(seen.sensitivities(coordinates) @ paint, as_p3, 1e-3)
    assert_close(seen.sensitivities(coordinates).sum(axis=-1), 1, 1e-4)
    assert seen.centres is prior.centres


def scene(knots):
    return Scene(camera_prior(bool(knots)), np.full((4, 61), 0.5), np.zeros((4, 2)), EXPOSURE, knots)


@pytest.mark.parametrize(("knots", "components", "size"), [(0, 24, 24 + 8), (5, 22, 22 + 8 + 5 + 15)])
def test_a_scene_knows_its_unknowns(knots, components, size):
    assert scene(knots).size == size
    coordinates, veil, gradient, gain, heights = scene(knots).parts(np.zeros((7, size)))
    assert_close(coordinates, np.zeros((7, components)), 0)
    assert_close(veil, np.full((7, 3), limit("profile", "veil")), 1e-15)
    assert_close(gradient, np.zeros((7, 2)), 0)
    assert_close(gain, np.tile(EXPOSURE, (7, 1)), 1e-15)
    assert_close(heights, np.zeros((7, 3, knots)), 0)


def test_unknowns_are_told_apart():
    unknowns = np.arange(50.0) / 100
    coordinates, veil, gradient, gain, heights = scene(5).parts(unknowns)
    assert_close(coordinates, np.arange(22) / 100, 1e-15)
    spread = limit("profile", "veil_spread")
    assert_close(veil, limit("profile", "veil") * np.exp(spread * np.array([0.22, 0.23, 0.24])), 1e-15)
    assert_close(gradient, limit("profile", "gradient_spread") * np.array([0.25, 0.26]), 1e-15)
    assert_close(gain, EXPOSURE + limit("profile", "gain_spread") * np.array([0.27, 0.28, 0.29]), 1e-15)
    common = limit("profile", "tone_spread") * np.arange(30, 35) / 100
    own = limit("profile", "tone_channel_spread") * np.arange(35, 50).reshape(3, 5) / 100
    assert_close(heights, common + own, 1e-15)


def test_glare_cannot_run_away():
    unknowns = np.zeros(30)
    unknowns[22:25] = 1e6
    assert np.isfinite(scene(0).parts(unknowns)[1]).all()
