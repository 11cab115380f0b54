"""The tone curve: its bumps by hand, and back through it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.colour.rendering import encoded
from pigmeter.colour.tone import KNOTS, ToneCurve, bumps, looked_up, slopes
from pigmeter.reference import limit

FLAT = np.zeros((3, 5))


def test_a_bump_is_1_at_its_knot_and_falls_off():
    width = limit("profile", "tone_width")
    assert_close(np.diagonal(bumps(KNOTS)), 1, 1e-12)
    # exp(-1/2) one width away
    assert bumps(np.array([KNOTS[2] + width]))[0, 2] == pytest.approx(np.exp(-0.5))
    assert bumps(np.zeros((2, 3))).shape == (2, 3, 5)


def test_slopes_are_those_of_the_bumps():
    place = np.linspace(-5, 1, 40)
    step = 1e-6
    measured = (bumps(place + step) - bumps(place - step)) / (2 * step)
    assert_close(slopes(place, bumps(place)), measured, 1e-8)


def test_without_bumps_only_gain_and_veil_are_undone():
    gain, veil = np.log([2.0, 1.0, 0.5]), np.array([0.0, 0.01, 0.02])
    # 2 * 0.3 / 2; 0.3 - 0.01; 0.3 / 0.5 - 0.02
    found = ToneCurve(FLAT, gain, veil).respond(np.log([0.6, 0.3, 0.3]))
    assert_close(found, [0.3, 0.29, 0.58], 1e-4)


def test_nothing_is_darker_than_the_floor():
    curve = ToneCurve(FLAT, np.zeros(3), np.full(3, 0.05))
    assert_close(curve.respond(np.log(np.full((2, 3), 0.01))), 1e-4, 0)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_curve_undoes_what_a_camera_does(seed):
    rng = np.random.default_rng(seed)
    heights = rng.normal(0, 0.15, (1, 5)) + rng.normal(0, 0.015, (3, 5))
    gain, veil = rng.normal(0, 0.25, 3), 0.003 * np.exp(rng.normal(0, 0.9, 3))
    response = np.exp(rng.uniform(np.log(0.02), 0, (50, 3)))
    found = ToneCurve(heights, gain, veil).respond(encoded(response, veil, gain, heights))
    # 1024 points from 1e-4 to 3 are 1 % apart; between them the curve is a straight line
    assert_close(np.log(found / response), 0, 1e-4)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_brighter_is_never_darker_however_wild_the_bumps(seed):
    rng = np.random.default_rng(seed)
    curve = ToneCurve(rng.normal(0, 1.5, (3, 5)), np.zeros(3), np.full(3, 0.003))
    ramp = np.linspace(-9, 0.5, 400)[:, None] * np.ones(3)
    found = curve.respond(ramp)
    assert (np.diff(found, axis=0) >= 0).all()
    assert np.isfinite(found).all()


def test_a_curve_that_folds_back_is_flat_there():
    heights = np.zeros((3, 5))
    heights[:, 2] = 6.0  # beyond 0.18 the curve falls by more than it rises
    found = ToneCurve(heights, np.zeros(3), np.zeros(3)).respond(
        np.linspace(-9, 6, 900)[:, None] * np.ones(3)
    )
    assert (np.diff(found, axis=0) >= 0).all()
    # between the top near 0.18 and where the bare exposure is that high again, nothing can be told apart
    assert np.diff(np.log(found[:, 0])).max() > 1
    # what the fold repeats is read on the dark side of it, as far up as the curve still rises
    dark = np.geomspace(0.005, 0.12, 60)[:, None] * np.ones(3)
    undone = ToneCurve(heights, np.zeros(3), np.zeros(3)).respond(
        encoded(dark, np.zeros(3), np.zeros(3), heights)
    )
    assert_close(np.log(undone / dark), np.zeros((60, 3)), 0.01)


def test_nobody_moves_the_knots():
    with pytest.raises(ValueError, match="read-only"):
        KNOTS[0] = 0


def test_looked_up_by_hand():
    table = np.array([[0.0, 1.0, 4.0], [0.0, 2.0, 2.0], [5.0, 6.0, 7.0]])
    assert_close(
        looked_up(table, np.array([[1.5, 0.5, 0.0], [2.0, 2.0, 9.0]])), [[2.5, 1, 5], [4, 2, 7]], 1e-12
    )
