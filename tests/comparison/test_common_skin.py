"""Regions of a baseline, cut to what both visits show and laid on the follow-up."""

from dataclasses import replace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.alignment import align
from pigmeter.comparison.common_skin import carry_regions, same_named_regions
from pigmeter.errors import MeasurementError
from pigmeter.regions.region import Region


@pytest.fixture(scope="module")
def pair():
    before, after, _ = laid_skin.pair(1, laid_skin.view(shift=(30, 4)))
    return before, after, align(before, after)


def box(left, right, top=60, bottom=240):
    mask = np.zeros((laid_skin.ROWS, laid_skin.COLUMNS), bool)
    mask[top:bottom, left:right] = True
    return mask


def with_regions(visit, **masks):
    return replace(visit, regions=(*visit.regions, *(Region(name, mask) for name, mask in masks.items())))


def test_a_region_lies_on_the_same_skin_at_both_visits(pair):
    before, after, alignment = pair
    first, last, findings = carry_regions(with_regions(before, cheek=box(100, 200)), after, alignment)
    assert [region.name for region in first] == [region.name for region in last] == ["skin", "cheek"]
    assert np.array_equal(first[0].mask, alignment.trusted)
    columns = [np.flatnonzero(region[1].mask.any(axis=0)).mean() for region in (first, last)]
    assert columns[1] - columns[0] == pytest.approx(30, abs=0.5)
    assert not findings


def test_a_region_that_the_follow_up_hardly_shows_is_told(pair):
    before, after, alignment = pair
    hidden = replace(after, skin=after.skin.copy())
    hidden.skin[:, 200:] = False
    shown = replace(alignment, trusted=alignment.trusted & (np.arange(laid_skin.COLUMNS) < 170))
    *_, findings = carry_regions(with_regions(before, cheek=box(140, 240)), hidden, shown)
    (finding,) = findings
    assert finding.code == "PAIR_REGION"
    assert "both visits show 30%" in finding.message


def test_a_region_drawn_on_other_skin_at_the_follow_up_is_told(pair):
    before, after, alignment = pair
    *_, findings = carry_regions(
        with_regions(before, cheek=box(60, 140)), with_regions(after, cheek=box(250, 330)), alignment
    )
    (finding,) = findings
    assert "lies on other skin" in finding.message
    *_, findings = carry_regions(
        with_regions(before, cheek=box(60, 140)), with_regions(after, cheek=box(92, 168)), alignment
    )
    assert not findings


def test_without_alignment_only_regions_of_one_name_are_left(pair):
    before, after, _ = pair
    refusal = MeasurementError("PAIR_REGISTRATION", "they do not fit", "Photograph again")
    first, last = same_named_regions(
        with_regions(before, cheek=box(60, 140), nose=box(1, 9)),
        with_regions(after, cheek=box(90, 170), chin=box(1, 9)),
        refusal,
    )
    assert [region.name for region in first] == [region.name for region in last] == ["cheek"]
    with pytest.raises(MeasurementError, match="they do not fit"):
        same_named_regions(before, after, refusal)
