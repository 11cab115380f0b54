"""Places that stand out: found at their size, told from noise, mottle, borders and gradients."""

import numpy as np
import pytest
from spotted import drawn_discs, quiet, skin_maps
from tolerance import assert_close

from pigmeter.measurement.spot_candidates import (
    answers_of,
    camera_noise,
    disc_response,
    find_candidates,
    halved,
    mottle_of,
)

SIDE = 0.2


def candidates(values, noise=0.05, key="melanin_index"):
    answers, _ = answers_of(np.asarray(values, np.float32), SIDE)
    grain = camera_noise(answers, key, skin_maps(values.shape), quiet(noise))
    return find_candidates(answers, mottle_of(answers), key, grain)


@pytest.mark.parametrize("radius", [0.5, 1.0, 3.0, 7.0])
def test_a_disc_is_found_at_its_place_and_size(radius):
    values = 30 + drawn_discs((250, 300), SIDE, [(24.0, 31.0, radius, 6.0)])
    found = candidates(values)
    assert_close((found.y[0], found.x[0]), (24.0, 31.0), 0.5 * max(radius, 1))
    assert 0.6 < found.radius[0] / radius < 1.7
    assert_close(found.contrast[0], 6.0, 1.2)


def test_a_pale_disc_is_found_with_its_sign():
    found = candidates(30 - drawn_discs((250, 300), SIDE, [(24.0, 31.0, 2.0, 6.0)]))
    assert found.contrast[0] < -4


def test_noise_makes_no_candidates():
    noise = np.random.default_rng(3).normal(0, 1.0, (300, 300))
    assert len(candidates(30 + noise, noise=1.0).y) == 0


def test_a_gradient_makes_no_candidates_away_from_borders():
    down, across = np.mgrid[:400, :400] * SIDE
    found = candidates(30 + 0.6 * across - 0.5 * down)
    assert not ((abs(found.y - 40) < 20) & (abs(found.x - 40) < 20)).any()


@pytest.mark.parametrize("scale", [0.4, 0.8, 1.6, 0.8 * 2**0.5])
def test_the_filter_answers_the_disc_of_its_size(scale):
    radius, gain = disc_response()
    disc = drawn_discs((400, 400), SIDE, [(40.1, 40.1, radius * scale, 1.0)]).astype(np.float32)
    here = max(answers_of(disc, SIDE)[0], key=lambda answer: answer.values.max())
    assert_close(here.scale_mm, scale, 1e-6)
    assert_close(here.values.max(), gain, 0.05)


def test_mottle_is_what_the_skin_usually_has():
    rng = np.random.default_rng(5)
    plain = rng.normal(0, 1.0, (400, 400)).astype(np.float32)
    spotted = plain + drawn_discs((400, 400), SIDE, [(20.0, 20.0, 1.0, 30.0), (60.0, 60.0, 1.0, 30.0)])
    before, after = (mottle_of(answers_of(values.astype(np.float32), SIDE)[0]) for values in (plain, spotted))
    assert_close(after[:4] / before[:4], 1, 0.1)
    assert before[0] > before[2] > before[4]


def test_halving_ignores_what_is_not_known():
    values = np.array([[1, 3, np.nan, 5], [1, np.nan, np.nan, np.nan]], np.float32)
    assert_close(halved(values), [[5 / 3, np.nan]], 1e-6)


def test_nothing_known_is_no_answer():
    assert answers_of(np.full((50, 50), np.nan, np.float32), SIDE) == ((), ())
    assert len(mottle_of(())) == 0
