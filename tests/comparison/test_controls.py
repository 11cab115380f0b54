"""Changes against a control: what both regions share cancels."""

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import ellipse, in_place, treated_pair

from pigmeter.comparison.change import changes_of
from pigmeter.comparison.change_maps import change_grid
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.controls import with_control, with_split_face
from pigmeter.comparison.repeatability import unmoved_skin
from pigmeter.errors import UsageError
from pigmeter.measurement.measurement import measure_regions
from pigmeter.regions.region import Region

PARTS = {
    "calibration": 0.6,
    "of_change": 0.0,
    "light": 0.3,
    "noise": 0.2,
    "registration": 0.1,
    "reposition": 0.0,
}


def value(region, change=-2.0, site="", side="", parts=PARTS, **more):
    size = sum(part**2 for part in parts.values()) ** 0.5
    found = {"uncertainty": size, "low": 0.0, "high": 1.0, "p": 0.5, "sdc": 1.0} | more
    return ChangeValue(
        region=region, site=site, side=side, key="melanin_index", definition="", unit="index unit", n=10,
        baseline=40.0, follow_up=40.0 + (change or 0), change=change, parts=parts, **found,
    )  # fmt: skip


def test_the_shared_calibration_cancels_and_noise_does_not():
    values = [value("cheek", -2.0), value("arm", -0.5)]
    *plain, made = with_control(values, "arm")
    assert plain == values
    assert (made.region, made.against, made.change) == ("cheek", "arm", -1.5)
    assert made.parts["calibration"] < 0.5 * PARTS["calibration"]
    assert_close(made.parts["noise"], 2**0.5 * PARTS["noise"], 1e-12)
    assert_close(made.high - made.change, made.change - made.low, 1e-12)
    assert made.verdict is None
    assert not made.in_family


def test_light_that_changed_alike_on_both_cancels():
    baseline, follow_up, true = treated_pair()
    alignment = in_place(baseline, follow_up)
    grid = change_grid(baseline, follow_up, alignment)
    masks = {
        name: ellipse(baseline, x, -12.0, 8.0, 6.0) & alignment.trusted
        for name, x in (("cheek", -14.0), ("arm", 14.0))
    }
    regions = [Region(name, mask) for name, mask in masks.items()]
    rows = [measure_regions(visit, regions) for visit in (baseline, follow_up)]
    values = changes_of(baseline, follow_up, alignment, regions, regions, *rows, grid, unmoved_skin())
    blind, told = (
        {made.key: made for made in with_control(values, "arm", *known)[len(values) :]}
        for known in ((), (grid, regions))
    )
    key = "melanin_index"
    wanted = np.nanmean(true[key][masks["cheek"]]) - np.nanmean(true[key][masks["arm"]])
    assert told[key].low < wanted < told[key].high
    assert told[key].parts["light"] < blind[key].parts["light"]
    assert told["texture"] == blind["texture"], "no mean of a map"


def test_what_both_changed_alike_is_misread_a_little_differently():
    """The rest of a change's own part is not there if nothing but the control's change happened."""
    fading, less = PARTS | {"of_change": 0.8}, PARTS | {"of_change": 0.2}
    *_, plain = with_control([value("cheek", -4.0), value("arm", -1.0)], "arm")
    *_, made = with_control([value("cheek", -4.0, parts=fading), value("arm", -1.0, parts=less)], "arm")
    apart = (0.8**2 + 0.2**2 - 2 * 0.9 * 0.8 * 0.2) ** 0.5
    known = made.parts["calibration"] ** 2 - plain.parts["calibration"] ** 2
    assert_close(known, 2 * (1 - 0.9) * 0.2**2, 1e-12)
    assert_close(known + made.parts["of_change"] ** 2, apart**2, 1e-12)
    assert_close(made.sdc, 1.95996 * (made.uncertainty**2 - made.parts["of_change"] ** 2) ** 0.5, 1e-4)
    assert made.change - made.low > made.high - made.change, "no change lies that way"
    assert (made.high < 0) == (made.p < 0.05)


def test_swapping_region_and_control_changes_the_sign():
    values = [value("cheek", -2.0), value("arm", -0.5)]
    there, back = with_control(values, "arm")[-1], with_control(values, "cheek")[-1]
    assert back.change == -there.change
    assert_close([back.low, back.high, back.uncertainty], [-there.high, -there.low, there.uncertainty], 1e-12)


def test_a_control_that_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"control region 'back' is not among the regions \(arm, cheek\)"):
        with_control([value("cheek"), value("arm")], "back")


def test_a_difference_without_one_of_the_two_has_a_reason():
    none = value("arm", None, parts={}, uncertainty=None, code="REGION_EMPTY", reason="no skin")
    made = with_control([value("cheek"), none], "arm")[-1]
    assert (made.change, made.uncertainty, made.code) == (None, None, "REGION_EMPTY")
    assert made.reason == "arm: no skin"


def test_numbers_without_intervals_have_differences_without_intervals():
    bare = value("arm", -1.0, parts={}, uncertainty=None, low=None, high=None, p=None, sdc=None)
    made = with_control([value("cheek"), bare], "arm")[-1]
    assert (made.change, made.low, made.p) == (-1.0, None, None)


def test_split_face_takes_left_less_right_of_each_site():
    values = [
        value("left cheek", -2.0, "cheek", "left"),
        value("right cheek", -1.0, "cheek", "right"),
        value("left temple", -2.0, "temple", "left"),
        value("chin", -1.0, "chin", "midline"),
        value("spot", -1.0),
    ]
    made = with_split_face(values)[len(values) :]
    assert [(m.region, m.against, m.change) for m in made] == [("left cheek", "right cheek", -1.0)]


def test_two_regions_of_a_site_on_one_side_belong_to_none():
    values = [
        value("a", -2.0, "cheek", "left"),
        value("b", -1.0, "cheek", "right"),
        value("c", -1.0, "cheek", "left"),
    ]
    assert with_split_face(values) == tuple(values)


def test_differences_are_not_compared_again():
    values = with_control([value("cheek", -2.0), value("arm", -0.5), value("leg", -0.5)], "arm")
    assert len(with_control(values, "leg")) == len(values) + 2
