from dataclasses import replace

import paired_skin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigmeter.comparison.pair_visits import visit_findings
from pigmeter.comparison.visit import Visit
from pigmeter.errors import MeasurementError, UsageError
from pigmeter.regions.region import Region


def findings(before=None, after=None, regions=((), ())):
    photos = tuple(
        replace(one, regions=(*one.regions[:1], *more))
        for one, more in zip((paired_skin.baseline(), paired_skin.follow_up()), regions, strict=True)
    )
    return list(visit_findings(photos, (before or Visit(), after or Visit())))


def test_nothing_is_said_of_what_is_not_known():
    assert findings() == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Visit(label="follow-up"), Visit()),
        (Visit(), Visit(label="Before")),
        (Visit(date="2026-03-01"), Visit(date="2026-02-28")),
        (Visit(date="2026-03-01T10:00"), Visit(date="2026-03-01T09:59")),
        (Visit(date="2026-03-01T10:00+02:00"), Visit(date="2026-03-01T08:30+01:00")),
        (Visit(date="2026-03-01T10:00"), Visit(date="2026-02-28")),
    ],
)
def test_swapped_visits_are_refused(before, after):
    with pytest.raises(UsageError, match="photo") as refusal:
        findings(before, after)
    assert refusal.value.code == "PAIR_ORDER"


def test_a_day_is_not_before_a_time_of_that_day():
    found = findings(Visit(date="2026-03-01T10:00"), Visit(date="2026-03-01"))
    assert paired_skin.codes(found) == ["PAIR_SAME_DAY"]


@given(st.datetimes(), st.datetimes())
def test_only_one_order_is_refused(one, other):
    before, after = sorted((one, other))
    findings(Visit(date=before.isoformat()), Visit(date=after.isoformat()))
    if before < after:
        with pytest.raises(UsageError, match="was taken before"):
            findings(Visit(date=after.isoformat()), Visit(date=before.isoformat()))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            Visit(side="left"),
            Visit(side="right"),
            "declared as of the right side, the baseline of the left side",
        ),
        (Visit(view="left 45"), Visit(view="right 45"), "by its view of the right side"),
    ],
)
def test_swapped_sides_are_refused_by_what_is_declared(before, after, words):
    with pytest.raises(MeasurementError, match=words) as refusal:
        findings(before, after)
    assert refusal.value.code == "PAIR_SIDE"


def test_swapped_sides_are_refused_by_the_regions():
    left, right = Region("left cheek", side="left"), Region("right cheek", side="right")
    assert findings(regions=((left,), (left, right))) == []
    assert findings(regions=((left, right), (left, right))) == []
    with pytest.raises(MeasurementError, match="by its regions of the right side"):
        findings(regions=((left,), (right,)))
    with pytest.raises(
        MeasurementError, match="declared as of the right side, its regions are all of the left"
    ):
        findings(Visit(side="right"), Visit(side="right"), regions=((left,), ()))


def test_covered_skin_is_refused():
    assert findings(Visit(covered=False), Visit(covered=False)) == []
    with pytest.raises(MeasurementError, match="make-up") as refusal:
        findings(Visit(), Visit(covered=True))
    assert refusal.value.code == "SKIN_COVERED"


def test_other_filters_are_refused():
    assert findings(Visit(polarisation="cross"), Visit(polarisation="cross")) == []
    assert findings(Visit(polarisation="cross"), Visit()) == []
    with pytest.raises(MeasurementError, match="declared as polarised 'none', the baseline as 'cross'"):
        findings(Visit(polarisation="cross"), Visit(polarisation="none"))


def test_another_view_is_noted():
    found = findings(Visit(view="front"), Visit(view="front, chin up"))
    assert paired_skin.codes(found) == ["PAIR_VIEW"]
    assert findings(Visit(view="Front"), Visit(view="front")) == []
