"""Which spots of two visits are one."""

import numpy as np
from fated_skin import circle, placed
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.comparison.spot_links import Link, centre_of, link_spots, same_place

REACH = 3.0  # map px


def test_spots_are_matched_one_to_one_by_place():
    before = [placed(10, 10, 1.0), placed(14, 10, 1.0), placed(30, 10, 2.0)]
    after = [placed(30.1, 10, 2.1), placed(14.2, 10, 1.0), placed(10.2, 10, 0.9)]
    assert link_spots(before, after, REACH) == (
        Link("dark", (0,), (2,)),
        Link("dark", (1,), (1,)),
        Link("dark", (2,), (0,)),
    )


def test_the_nearer_of_two_is_taken_though_both_are_in_reach():
    """A greedy match would give the first spot what is nearer to the second."""
    before = [placed(10, 10, 1.0), placed(11.5, 10, 1.0)]
    after = [placed(10.9, 10, 1.0), placed(12.4, 10, 1.0)]
    links = link_spots(before, after, 15.0)
    assert [(link.before, link.after) for link in links] == [((0,), (0,)), ((1,), (1,))]


def test_what_one_visit_alone_shows_stays_alone():
    links = link_spots([placed(10, 10, 1.0)], [placed(20, 10, 1.0)], REACH)
    assert links == (Link("dark", (0,), ()), Link("dark", (), (0,)))
    assert link_spots([], [], REACH) == ()


def test_a_small_spot_may_lie_beside_itself_by_what_alignment_is_off():
    """Of 1 mm, 1.2 mm off: they share no area."""
    before, after = [placed(10, 10, 0.5)], [placed(11.2, 10, 0.5)]
    assert len(link_spots(before, after, 13.0)) == 1
    assert len(link_spots(before, after, 1.0)) == 2


def test_kinds_are_not_matched_with_each_other():
    before, after = [placed(10, 10, 1.0, "dark")], [placed(10, 10, 1.0, "red")]
    assert [link.kind for link in link_spots(before, after, REACH)] == ["dark", "red"]
    assert same_place(before[0], after[0])
    assert not same_place(before[0], placed(13, 10, 1.0, "red"))


def test_parts_of_a_spot_that_fell_apart_are_one_with_it():
    before = [placed(20, 20, 4.0)]
    after = [placed(18.5, 20, 2.2), placed(22.6, 20, 1.0)]
    assert link_spots(before, after, REACH) == (Link("dark", (0,), (0, 1)),)


def test_spots_that_ran_together_are_one():
    before = [placed(18.5, 20, 2.2), placed(22.6, 20, 1.0)]
    after = [placed(20, 20, 4.0)]
    assert link_spots(before, after, REACH) == (Link("dark", (0, 1), (0,)),)


def test_a_new_freckle_within_a_patch_is_a_finding_of_its_own():
    """The follow-up shows it in the patch that is matched to the baseline's."""
    before = [placed(20, 20, 4.0)]
    after = [placed(20, 20, 4.0), placed(21, 21, 0.8, within=0)]
    assert link_spots(before, after, REACH) == (Link("dark", (0,), (0,)), Link("dark", (), (1,)))


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), max_size=8))
def test_each_spot_is_in_one_link(spots):
    before = [placed(5 + 3 * x, 5 + 3 * y, 1.0) for x, y, first in spots if first]
    after = [placed(5 + 3 * x, 5 + 3 * y, 1.3) for x, y, first in spots if not first]
    links = link_spots(before, after, REACH)
    assert sorted(n for link in links for n in link.before) == list(range(len(before)))
    assert sorted(n for link in links for n in link.after) == list(range(len(after)))


def test_the_centre_is_that_of_the_area_however_the_corners_are_spread():
    points = circle(12.0, 7.0, 2.0)
    assert_close(centre_of(points), (119.5, 69.5), 1e-6)
    square = [(0, 0), (1, 0), (2, 0), (4, 0), (4, 2), (0, 2)]
    assert_close(centre_of(np.array(square, float)), (2.0, 1.0), 1e-9)
