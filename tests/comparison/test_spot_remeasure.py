"""One outline and one ring at both visits."""

import numpy as np
import pytest
from fated_skin import MM, SHAPE, circle, disc, place, skin
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.comparison.aligned_skin import AlignedSkin
from pigmeter.comparison.spot_remeasure import Neighbours, area_of, find_nearby, remeasure

ALONE = Neighbours(SHAPE, [[circle(20, 18, 2.0)]])


def measured(pair, where=None, neighbours=ALONE, residual=0.0):
    return remeasure(pair, where or place(20, 18, 2.0), neighbours, residual)


def test_the_contrast_of_a_disc_at_both_visits_is_the_one_drawn():
    found = measured(skin(disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 2.0, 3.0)))
    assert_close(found.contrasts[:, 0], (8.0, 3.0), 0.06)
    assert_close(found.contrasts[:, 1], (0.0, 0.0), 0.02)
    assert_close(found.around[:, 0], (30.0, 30.0), 0.02)


def test_blood_is_told_from_melanin():
    found = measured(skin(blood=(disc(SHAPE, 20, 18, 2.0, 6.0), 0.0)))
    assert_close(found.contrasts, [[0.0, 6.0], [0.0, 0.0]], 0.05)


def test_light_that_falls_off_along_the_skin_changes_nothing():
    slope = 0.3 * np.arange(SHAPE[1]) * MM + 0.2 * np.arange(SHAPE[0])[:, None] * MM
    found = measured(skin(disc(SHAPE, 20, 18, 2.0, 8.0) + slope, disc(SHAPE, 20, 18, 2.0, 8.0)))
    assert_close(found.contrasts[:, 0], (8.0, 8.0), 0.08)


def test_a_neighbour_in_the_ring_changes_nothing():
    drawn = disc(SHAPE, 20, 18, 2.0, 8.0) + disc(SHAPE, 23.6, 18, 1.0, 15.0)
    both = Neighbours(SHAPE, [[circle(20, 18, 2.0)], [circle(23.6, 18, 1.0)]])
    assert_close(measured(skin(drawn, drawn), neighbours=both).contrasts[:, 0], (8.0, 8.0), 0.05)


def test_a_freckle_is_held_against_the_patch_that_it_lies_in():
    drawn = disc(SHAPE, 20, 18, 8.0, 5.0) + disc(SHAPE, 20, 18, 1.0, 6.0)
    both = Neighbours(SHAPE, [[circle(20, 18, 8.0)], [circle(20, 18, 1.0)]])
    found = measured(skin(drawn, drawn), place(20, 18, 1.0, number=1), both)
    assert_close(found.contrasts[:, 0], (6.0, 6.0), 0.05)


def test_the_ring_keeps_clear_of_what_the_spot_has_grown_to():
    """Otherwise a spot that grew would seem to have faded."""
    pair = skin(disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 4.2, 8.0))
    grown = place(20, 18, 2.0, others=[circle(20, 18, 4.2)])
    assert_close(measured(pair, grown).contrasts[:, 0], (8.0, 8.0), 0.05)
    assert measured(pair).contrasts[1, 0] < 7.0


def test_a_shift_is_followed():
    pair = skin(disc(SHAPE, 20, 18, 1.0, 8.0), disc(SHAPE, 20.6, 17.7, 1.0, 8.0))
    still = measured(pair, place(20, 18, 1.0))
    moved = measured(pair, place(20, 18, 1.0, shift=(0.6, -0.3)))
    assert still.contrasts[1, 0] < 7.0
    assert_close(moved.contrasts[:, 0], (8.0, 8.0), 0.1)


def test_an_outline_that_lies_off_costs_a_small_spot_more_than_a_large_one():
    drawn = [disc(SHAPE, 20, 18, radius, 8.0) for radius in (0.6, 4.0)]
    small, large = (
        measured(skin(one, one), place(20, 18, radius), residual=0.4).registration[0]
        for one, radius in zip(drawn, (0.6, 4.0), strict=True)
    )
    assert 0.2 < small < 4
    assert small > 3 * large
    assert_close(measured(skin(drawn[0], drawn[0]), place(20, 18, 0.6)).registration, (0.0, 0.0), 1e-6)


def test_stray_light_costs_dark_skin_more():
    drawn = disc(SHAPE, 20, 18, 2.0, 8.0)
    light = measured(skin(drawn, drawn)).stray[0]
    dark = measured(skin(drawn + 60, drawn + 60)).stray[0]
    assert 0 < 3 * light < dark


def test_shine_on_the_follow_up_is_seen_in_the_skin_around():
    pair = skin()
    responses = np.array([[0.4, 0.25, 0.2], [0.4 * 1.1 + 0.01, 0.25 * 1.1 + 0.01, 0.2 * 1.1 + 0.01]])
    assert_close(pair.stray(responses), 0.01, 1e-6)
    assert_close(pair.stray(responses[[0, 0]]), 0.0, 1e-9)


def test_what_neither_or_one_visit_shows_is_not_measured():
    drawn = disc(SHAPE, 20, 18, 2.0, 8.0)
    half = np.zeros(SHAPE, bool)
    half[:, 200:] = True
    assert measured(skin(drawn, drawn, unknown=half)) == "both visits show too little of it"
    around = disc(SHAPE, 20, 18, 6.0, 1.0) - disc(SHAPE, 20, 18, 2.3, 1.0) > 0.5
    assert measured(skin(drawn, drawn, unknown=around)) == "both visits show too little of the skin around it"
    assert measured(skin(drawn, drawn), place(-9.0, 18, 2.0)) == "it lies at the rim of what both visits show"


def test_a_spot_beside_its_place_is_found():
    pair = skin(disc(SHAPE, 20, 18, 0.6, 8.0), disc(SHAPE, 20.5, 18, 0.6, 8.0))
    across, down, contrast = find_nearby(pair, place(20, 18, 0.6), ALONE, 1, "melanin_index", 1, 0.5)
    assert_close((across * MM, down * MM), (0.5, 0.0), 0.01)
    assert_close(contrast, 8.0, 0.2)
    assert find_nearby(pair, place(20, 18, 4.0), ALONE, 1, "melanin_index", 1, 0.5) is None


@settings(max_examples=15, derandomize=True, deadline=None)
@given(st.floats(0.5, 6.0), st.floats(-8, 12), st.floats(-8, 12))
def test_exchanging_the_visits_exchanges_the_contrasts(radius, before, after):
    one, other = (disc(SHAPE, 20, 18, radius, height) for height in (before, after))
    first = measured(skin(one, other), place(20, 18, radius))
    last = measured(skin(other, one), place(20, 18, radius))
    assert_close(first.contrasts, last.contrasts[::-1], 1e-6)


def test_the_area_of_a_polygon():
    assert area_of(np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0)])) == pytest.approx(8.0)
    assert area_of(circle(10, 10, 2.0)) == pytest.approx(np.pi * 400, rel=0.01)


def test_who_is_free_to_be_a_ring():
    own = Neighbours(SHAPE, [[circle(20, 18, 6.0)], [circle(20, 18, 1.0)], [circle(32, 18, 2.0)]])
    whole = (slice(0, SHAPE[0]), slice(0, SHAPE[1]))
    free = own.free(1, whole, 1)
    assert free[180, 200]
    assert free[180, 240], "the patch that it lies in"
    assert not free[180, 320], "another spot"
    assert not own.clear(whole, 1)[180, 240]
    assert own.clear(whole, 1)[20, 20]
    apart = Neighbours(SHAPE, [[circle(20, 18, 2.0)], [circle(20.5, 18, 2.0)]], [(0, 1)])
    assert apart.free(0, whole, 1)[180, 205], "one place under two kinds"


def test_the_level_is_the_coarsest_that_holds_the_outline():
    pair = skin()
    assert isinstance(pair, AlignedSkin)
    assert [pair.level_for(radius).step for radius in (0.3, 0.7, 1.3, 2.5)] == [1, 1, 2, 4]
