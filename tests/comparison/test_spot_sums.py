"""What the spots of a region come to at two visits."""

from types import SimpleNamespace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.comparison.change_value import PARTS
from pigmeter.comparison.spot_change import SpotChange
from pigmeter.comparison.spot_sums import spot_totals
from pigmeter.regions.region import Region

WHOLE = Region("skin", None)
BASELINE = SimpleNamespace(skin=np.ones((100, 200), bool), scale=1, mm_per_pixel=0.5)  # 50 by 100 mm
AREA = np.pi  # of a spot of 2 mm


def spot(
    number, fate, contrasts, *, areas=(AREA, AREA), kind="dark", x=50.0, before=True, after=True, **more
):
    given = {
        "contrast_uncertainty": 0.5, "calibration": 0.3, "told_baseline": 1.0, "told_follow_up": 1.0,
        "area_uncertainty": 0.2,
    } | more  # fmt: skip
    change = None if None in areas else areas[1] - areas[0]
    return SpotChange(
        number, kind, kind, "skin", "", (number,) if before else (), (number,) if after else (),
        given.pop("within", 0), fate, x, 30.0, 2.0,
        contrast_baseline=contrasts[0], contrast_follow_up=contrasts[1],
        contrast_change=contrasts[1] - contrasts[0],
        area_baseline=areas[0], area_follow_up=areas[1], area_change=change, **given,
    )  # fmt: skip


SPOTS = [
    spot(1, "faded", (8.0, 4.0)),
    spot(2, "cleared", (6.0, 0.2), areas=(AREA, 0.0), after=False),
    spot(3, "unchanged", (5.0, 5.1)),
    spot(4, "new", (0.1, 7.0), areas=(0.0, AREA), before=False),
    spot(5, "new", (0.0, 6.0), areas=(0.0, AREA), before=False),
    SpotChange(6, "dark", "", "", "", (6,), (), 0, "outside", 40.0, 40.0, 2.0, reason="too little of it"),
]


def totals(spots, region=WHOLE, baseline=BASELINE, kind="dark"):
    return {
        value.key.removeprefix(f"{kind}_spots_"): value
        for value in spot_totals(spots, baseline, [region])
        if value.key.startswith(kind)
    }


def test_sums_by_hand():
    found = totals(SPOTS)
    assert (found["matched_count"].baseline, found["matched_count"].follow_up) == (3, 4)
    assert (found["cleared"].change, found["new"].change) == (1, 2)
    assert (found["cleared"].n, found["new"].n) == (3, 4)
    assert found["matched_area"].baseline == pytest.approx(3 * AREA)
    assert found["matched_area"].follow_up == pytest.approx(4 * AREA)
    share = AREA / (100 * 200 * 0.25)
    assert found["matched_severity"].baseline == pytest.approx(share * 19.1)
    assert found["matched_severity"].change == pytest.approx(share * (4 + 0.2 + 5.1 + 13.0 - 19.1))
    assert found["matched_severity"].unit == "index unit"


def test_uncertainties_by_hand():
    found = totals(SPOTS)
    assert found["matched_area"].uncertainty == pytest.approx(np.sqrt(5) * 0.2)
    severity = found["matched_severity"]
    share = AREA / (100 * 200 * 0.25)
    assert severity.parts["noise"] == pytest.approx(share * np.sqrt(5) * 0.4)
    assert severity.parts["calibration"] == pytest.approx(share * 0.3), "three rose, two fell: it is shared"
    assert set(severity.parts) <= set(PARTS)
    assert severity.low == pytest.approx(severity.change - 1.96 * severity.uncertainty, abs=1e-5)
    assert severity.verdict == "increased"


def test_a_spot_on_the_verge_of_being_told_is_half_a_spot():
    sure = totals([spot(1, "cleared", (6.0, -1.0), areas=(AREA, 0.0), after=False)])
    verge = totals([spot(1, "cleared", (6.0, 1.0), areas=(AREA, 0.0), after=False)])
    assert sure["matched_count"].verdict == "decreased"
    assert verge["matched_count"].uncertainty == pytest.approx(0.5)
    assert verge["matched_count"].verdict == "decreased"
    assert_close(totals([spot(1, "faded", (6.0, 3.0))])["matched_count"].uncertainty, 0.0, 0.0)


def test_where_no_spot_is_in_doubt_no_smallest_change_is_claimed():
    for found in totals([]).values():
        assert (found.change, found.uncertainty) == (0.0, 0.0)
        assert (found.low, found.high, found.sdc, found.p, found.verdict) == (None,) * 5


def test_what_lies_in_a_patch_is_counted_but_not_added_twice():
    found = totals([spot(1, "unchanged", (8.0, 8.0)), spot(2, "unchanged", (4.0, 4.0), within=1)])
    assert found["matched_count"].baseline == 2
    assert found["matched_area"].baseline == pytest.approx(AREA)


def test_an_area_that_was_not_drawn_is_the_other_give_or_take_half():
    found = totals([spot(1, "faded", (8.0, 1.5), areas=(AREA, None))])["matched_area"]
    assert found.change == 0
    assert found.uncertainty == pytest.approx(AREA / 2)


def test_regions_and_kinds_are_kept_apart():
    mask = np.zeros((100, 200), bool)
    mask[:, :60] = True
    spots = [spot(1, "faded", (8.0, 4.0)), spot(2, "faded", (8.0, 4.0), x=150.0)]
    assert totals(spots, Region("left", mask))["matched_count"].baseline == 1
    assert totals(spots, kind="red")["matched_count"].baseline == 0
    assert totals(spots, kind="red")["matched_severity"].change == 0
    light = totals([spot(1, "faded", (-8.0, -4.0), kind="light")], kind="light")["matched_severity"]
    assert light.change < 0 < light.baseline


def test_without_a_scale_or_skin_it_is_said_why():
    no_scale = SimpleNamespace(skin=BASELINE.skin, scale=1, mm_per_pixel=None)
    refused = totals([], baseline=no_scale)["matched_count"]
    assert (refused.status, refused.code) == ("refused", "SCALE_NONE")
    empty = totals([], Region("chin", np.zeros((100, 200), bool)))["new"]
    assert empty.code == "REGION_EMPTY"
    assert "'chin'" in empty.reason
