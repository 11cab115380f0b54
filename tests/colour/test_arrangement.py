"""Order and match of the 24 paints, told from their colours."""

import numpy as np
import pytest
from chart_scenes import paints
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.colour.arrangement import Match, match, placements, reference_roots, roots_of

MIXING = np.array([[0.8, 0.25, -0.05], [0.1, 0.8, 0.1], [0.0, 0.2, 0.8]])


def grid_of(linear):
    """Lay 24 patches out as printed."""
    return np.asarray(linear).reshape(4, 6, 3)


def test_roots_by_hand():
    linear = np.full((24, 3), 0.45)  # the third brightest is 0.45: white is 0.5
    linear[0] = 0.0
    roots = roots_of(linear)
    assert_close(roots[0], np.full(3, 0.02 ** (1 / 3)), 1e-9)
    assert_close(roots[5], np.full(3, 0.92 ** (1 / 3)), 1e-9)


def test_reference_is_brightest_at_white_and_darkest_at_black():
    mean = reference_roots().mean(axis=1)
    assert mean.argmax() == 18
    assert mean.argmin() == 23
    assert (np.diff(mean[18:]) < 0).all()


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_turn_and_mirror_is_told(turns, mirrored):
    places = np.stack(np.meshgrid(np.arange(6), np.arange(4)), axis=-1)  # printed place of each patch
    image = grid_of(paints() @ MIXING.T)
    index = np.arange(24).reshape(4, 6)
    if mirrored:
        image, index = image[:, ::-1], index[:, ::-1]
    image, index = np.rot90(image, turns), np.rot90(index, turns)
    best, second = placements(image, (0, 0), handed=True)[:2]
    assert best.mirrored == mirrored
    assert index[best.points[:, 1], best.points[:, 0]].tolist() == list(range(24))
    assert best.score > 0.95
    assert second.score < 0.6
    assert places.shape == (4, 6, 2)


def test_a_left_handed_grid_turns_mirrored_into_plain():
    best = placements(grid_of(paints())[:, ::-1], (0, 0), handed=False)[0]
    assert not best.mirrored


def test_the_block_is_found_within_a_larger_grid():
    rng = np.random.default_rng(3)
    image = rng.uniform(0.02, 0.8, (9, 12, 3))
    image[3:7, 4:10] = grid_of(paints())
    best = placements(image, (-2, 5), handed=True)[0]
    assert best.points[0].tolist() == [4 - 2, 3 + 5]
    assert best.points[23].tolist() == [9 - 2, 6 + 5]


def test_unknown_points_are_no_place():
    image = grid_of(paints()).copy()
    image[2, 2] = np.nan
    assert placements(image, (0, 0), handed=True) == []


@settings(derandomize=True, max_examples=30, deadline=None)
@given(
    st.floats(0.05, 20.0),
    st.floats(0.3, 2.0),
    st.floats(0.3, 2.0),
    st.floats(0.0, 0.03),
    st.floats(0.75, 1.3),
)
def test_exposure_white_balance_veil_and_tone_change_no_match(exposure, red, blue, veil, tone):
    linear = (paints() @ MIXING.T + veil) * [red, 1.0, blue] * exposure
    fit = match(linear**tone)
    assert fit.count >= 22
    assert fit.sound


def test_wrong_orders_match_few():
    rng = np.random.default_rng(0)
    counts = [match(paints()[rng.permutation(24)]).count for _ in range(60)]
    assert max(counts) <= 10
    assert not any(match(paints()[rng.permutation(24)]).sound for _ in range(20))


def test_covered_patches_stand_out():
    linear = paints() @ MIXING.T
    linear[[3, 12, 20]] = [0.45, 0.27, 0.2]
    fit = match(linear)
    assert np.flatnonzero(~fit.matched).tolist() == [3, 12, 20]
    assert fit.sound


def test_what_makes_a_match_sound():
    matched = np.ones(24, dtype=bool)
    assert Match(matched, 0.03, np.zeros(24), True).sound
    assert not Match(matched, 0.03, np.zeros(24), False).sound
    assert not Match(matched, 0.2, np.zeros(24), True).sound
    matched = np.arange(24) < 15
    assert not Match(matched, 0.03, np.zeros(24), True).sound


def test_the_neutral_row_must_darken():
    assert match(paints()).neutral_order
    linear = paints()
    linear[19] = 1.01 * linear[18]
    fit = match(linear)
    assert not fit.matched[19] or not fit.neutral_order


def test_missing_patches_are_not_matched():
    linear = paints()
    linear[5] = np.nan
    fit = match(linear)
    assert not fit.matched[5]
    assert fit.residuals[5] == np.inf
    assert fit.count == 23
