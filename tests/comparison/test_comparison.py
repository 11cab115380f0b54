"""Two photos compared from end to end: skin that changed, that did not, and that cannot be compared."""

from dataclasses import replace

import heads
import numpy as np
import pytest
import visit_pairs

import pigmeter as pm
from pigmeter.comparison.change_value import CHANGE_COLUMNS, UNDETECTED
from pigmeter.comparison.repeatability import unmoved_skin
from pigmeter.errors import MeasurementError, UsageError
from pigmeter.synthetic.spots import DrawnSpot
from pigmeter.synthetic.visits import FatedSpot, Treated

SWAPPED = (pm.Visit(date="2026-01-15"), pm.Visit(date="2026-02-26"))  # so that a follow-up may come first
FADED = (Treated(melanin=-6.0),)
SPOTS = tuple(
    FatedSpot(DrawnSpot("dark", x, y, 5, 9), remains=remains)
    for x, y, remains in ((-25, -18, 0.0), (-10, -18, 1.0), (12, -20, 0.4), (30, -16, 1.0))
)


def compared(**options):
    return pm.compare(*visit_pairs.measured(**options)[1:], repeatability=unmoved_skin())


@pytest.fixture(scope="module")
def faded():
    return compared(tone="tan", seed=3, treated=FADED)


def value(change, key, region="skin"):
    (found,) = (one for one in change.values if (one.key, one.region, one.against) == (key, region, ""))
    return found


def test_melanin_that_faded_is_told(faded):
    found = value(faded, "melanin_index")
    assert found.low <= -6.0 <= found.high
    assert found.change == pytest.approx(-6.0, abs=1.2)
    assert found.verdict == "decreased"
    assert abs(value(faded, "haemoglobin_index").change) < 5
    assert faded.score.value > 0, "less melanin is better"


def test_the_verdict_is_of_what_is_treated():
    _, first, last = visit_pairs.measured(tone="light", seed=4, spots=SPOTS)
    change = pm.compare(first, last, repeatability=unmoved_skin(), indication="hyperpigmentation")
    assert change.score.responder == "improved beyond the SDC"
    assert "decreased by" in change.verdict
    assert "smallest detectable change" in change.verdict
    back = pm.compare(
        last, first, visits=SWAPPED, indication="hyperpigmentation", repeatability=unmoved_skin()
    )
    assert back.score.responder == "worse beyond the SDC"


def test_the_table_has_every_column_and_no_number_that_is_none_of_ours(faded):
    for row in faded.table:
        assert tuple(row) == CHANGE_COLUMNS
        assert all(np.isfinite(v) for v in row.values() if isinstance(v, float))
        assert row["status"] == ("refused" if row["change"] is None else "compared")
    assert {row["region"] for row in faded.table} == {"skin"}


def test_maps_of_change_lie_where_the_number_is(faded):
    plane = faded.maps["melanin_index"]
    assert np.isnan(plane).any()
    assert np.nanmean(plane) == pytest.approx(value(faded, "melanin_index").change, abs=0.3)
    assert faded.grid.detectable["melanin_index"].mean() > 0.3


def test_levels_stand_beside_the_change_and_are_of_the_same_skin(faded):
    found = value(faded, "L")
    assert found.follow_up > found.baseline
    assert found.follow_up - found.baseline == pytest.approx(found.change, abs=1.5)


def test_exchanged_visits_change_the_sign(faded):
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    back = pm.compare(last, first, repeatability=unmoved_skin(), visits=SWAPPED)
    there, here = value(faded, "melanin_index"), value(back, "melanin_index")
    assert here.change == pytest.approx(-there.change, abs=0.1)
    assert here.high - here.low == pytest.approx(there.high - there.low, rel=0.15)


def test_swapped_dates_are_refused():
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    with pytest.raises(UsageError, match="2026-02-26"):
        pm.compare(last, first)


def test_the_same_photo_twice_is_said_and_is_no_change():
    _, first, _ = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    same = pm.compare(first, first)
    assert any("SAME" in finding.code for finding in same.findings)
    found = value(same, "melanin_index")
    assert found.change == pytest.approx(0, abs=1e-4)
    assert found.low < 0 < found.high
    assert {one.verdict for one in same.values} <= {UNDETECTED, None}


def test_spots_meet_their_fates():
    change = compared(tone="light", seed=4, spots=SPOTS)
    fates = {}
    for each in SPOTS:
        near = [
            spot
            for spot in change.spots
            if spot.kind == "dark" and np.hypot(*(_on_skin(spot) - (each.spot.x, each.spot.y))) < 2
        ]
        if near:
            fates[each.spot.x] = max(near, key=lambda one: one.diameter_mm).fate
    assert fates == {-25: "cleared", -10: "unchanged", 12: "faded", 30: "unchanged"}


def _on_skin(spot):
    """Place of a spot on the skin at rest. [mm]"""
    from pigmeter.synthetic.scene import place_skin

    settings = visit_pairs.settings(np.random.default_rng([4, 7]), 4, first=True)
    placed = place_skin(settings.scene, settings.pose, visit_pairs.SIZE, settings.mm_per_pixel)
    row, column = round(spot.y), round(spot.x)
    return np.array([placed.x[row, column], placed.y[row, column]])


def test_a_control_and_two_regions():
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    rows, columns = visit_pairs.SIZE
    left, right = np.zeros((2, rows, columns), bool)
    left[40:200, 60:320] = True
    right[40:200, 400:660] = True
    again = pm.measure(first.photo, first.profile, {"treated": left, "control": right}, chart=first.chart)
    change = pm.compare(again, last, repeatability=unmoved_skin(), control="control")
    plain, less = (
        next(
            v for v in change.values if (v.region, v.key, v.against) == ("treated", "melanin_index", against)
        )
        for against in ("", "control")
    )
    other = value(change, "melanin_index", "control")
    assert less.change == pytest.approx(plain.change - other.change, abs=1e-6)
    assert less.low <= 0 <= less.high, "both faded alike"
    assert less.high - less.low < 1.3 * (plain.high - plain.low)


def test_other_skin_is_refused_and_named_regions_are_compared_instead():
    _, first, _ = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    _, _, other = visit_pairs.measured(tone="tan", seed=9)
    with pytest.raises(MeasurementError) as refusal:
        pm.compare(first, other)
    assert refusal.value.code == "PAIR_REGISTRATION"
    rows, columns = visit_pairs.SIZE
    mask = np.zeros((rows, columns), bool)
    mask[40:200, 60:320] = True
    named = [pm.measure(m.photo, m.profile, {"cheek": mask}, chart=m.chart) for m in (first, other)]
    change = pm.compare(*named)
    assert change.alignment is None
    assert {one.region for one in change.values} == {"cheek"}
    assert any(finding.code == "PAIR_REGISTRATION" for finding in change.findings)
    assert not change.spots
    assert change.maps == {}


def test_workers_change_nothing():
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    one, two = (pm.compare(first, last, repeatability=unmoved_skin(), workers=n) for n in (1, 2))
    assert one.table == two.table
    for key, plane in one.maps.items():
        assert np.array_equal(plane, two.maps[key], equal_nan=True)


def test_landmarks_start_the_alignment():
    """A head is laid over both photos, over the follow-up as its skin was turned and shifted."""
    drawn, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    known = np.isfinite(drawn.map_x)
    rows, columns = (each[::97].astype(float) for each in np.nonzero(known))
    there = [plane[known][::97].astype(float) for plane in (drawn.map_x, drawn.map_y)]
    design = np.stack([columns, rows, np.ones(len(rows))], axis=1)
    turn = np.linalg.lstsq(design, np.stack(there, axis=1), rcond=None)[0]
    before = heads.head(scale=3.0, at=(360, 270))
    after = np.column_stack([before, np.ones(len(before))]) @ turn
    change = pm.compare(first, last, landmarks=before, landmarks_after=after)
    assert change.alignment.residual_mm < 0.1
    with pytest.raises(MeasurementError, match="there are 100 landmarks"):
        pm.compare(first, last, landmarks=before[:100], landmarks_after=after)


def test_two_visits_are_wanted():
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    with pytest.raises(UsageError, match="1 visits are given"):
        pm.compare(first, last, visits=[pm.Visit()])


def test_a_treatment_is_carried_and_never_counts(faded):
    _, first, last = visit_pairs.measured(tone="tan", seed=3, treated=FADED)
    treatment = pm.Treatment.from_mapping({"kind": "exosome", "dates": ["2026-01-16"]})
    change = pm.compare(first, last, repeatability=unmoved_skin(), treatment=treatment)
    assert change.treatment is treatment
    assert [one.change for one in change.values] == [one.change for one in faded.values]
    assert replace(change.values[0], flags=()) == replace(faded.values[0], flags=())
