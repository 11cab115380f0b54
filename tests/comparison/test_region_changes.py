"""Means of changes over regions: parts make the whole, and regions of unaligned photos are less sure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close
from two_visits import ellipse, in_place, treated_pair

from pigmeter.comparison.change_maps import change_grid
from pigmeter.comparison.region_changes import aligned_change, known_squares, unaligned_changes
from pigmeter.comparison.skin_light import light_of_visits


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


@pytest.fixture(scope="module")
def grid(pair):
    return change_grid(*pair, in_place(*pair))


def of(grid, mask, residual=0.0):
    return aligned_change(grid, known_squares(grid), mask, residual, grid.side_mm)


def test_a_region_has_the_change_of_its_skin(pair, grid):
    mask = ellipse(pair[0], -14.0, -12.0, 8.0, 6.0)
    found, true = of(grid, mask), treated_pair()[2]
    for key, room in (("melanin_index", 0.3), ("L", 0.3), ("haemoglobin_index", 1.2)):
        assert_close(found.change[key], np.nanmean(true[key][mask]), room)
    assert found.n == np.count_nonzero(mask & grid.counted)
    assert_close(found.middle[0] * pair[0].mm_per_pixel, [67.6 / 2 - 12, 78 / 2 - 14], 0.7)
    assert_close(
        found.follow_up["melanin_index"] - found.baseline["melanin_index"], found.change["melanin_index"], 1
    )


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(1, 519), st.booleans())
def test_parts_by_area_make_the_whole(place, across):
    baseline, follow_up, _ = treated_pair()
    grid = _GRID.setdefault(0, change_grid(baseline, follow_up, in_place(baseline, follow_up)))
    known = known_squares(grid)
    part = np.zeros(grid.counted.shape, dtype=bool)
    part[(slice(None), slice(place)) if across else slice(place)] = True
    whole = aligned_change(grid, known, None, 0.0, 1.0)
    pieces = [aligned_change(grid, known, mask, 0.0, 1.0) for mask in (part, ~part)]
    pieces = [piece for piece in pieces if piece is not None]
    for key in ("melanin_index", "haemoglobin_index", "ita"):
        wanted = np.average([piece.change[key] for piece in pieces], weights=[piece.n for piece in pieces])
        assert_close(whole.change[key], wanted, 0.01)
    assert whole.n == sum(piece.n for piece in pieces)


_GRID = {}


def test_small_regions_are_noisier(pair, grid):
    small, large = (of(grid, ellipse(pair[0], 14.0, -14.0, size, size)) for size in (2.0, 10.0))
    assert small.noise["melanin_index"] > 2 * large.noise["melanin_index"]
    assert large.degrees["melanin_index"] > 0


def test_a_residual_counts_where_the_follow_up_is_steep(pair, grid):
    mask = ellipse(pair[0], -25.0, -12.0, 3.0, 3.0)  # over the left edge of what was treated
    still, shifted = of(grid, mask), of(grid, mask, 2.0)
    assert still.registration["melanin_index"] == 0
    assert shifted.registration["melanin_index"] > 0
    assert_close(of(grid, mask, 4.0).registration["L"], 2 * shifted.registration["L"], 1e-9)


def test_a_region_without_common_skin_has_none(pair, grid):
    assert of(grid, np.zeros(pair[0].skin.shape, dtype=bool)) is None


def test_unaligned_regions_of_one_outline_have_the_same_change_less_sure(pair, grid):
    mask = ellipse(pair[0], -14.0, -12.0, 8.0, 6.0)
    light = light_of_visits(*pair)
    found, none = unaligned_changes(light, [(mask, mask), (mask, np.zeros_like(mask))])
    aligned = of(grid, mask)
    assert none is None
    for key in ("melanin_index", "L", "b"):
        assert_close(found.change[key], aligned.change[key], 0.15)
        assert found.noise[key] > aligned.noise[key]
    assert found.registration["L"] == 0
    assert len(found.middle) == 2
    assert found.degrees["L"] > 5
