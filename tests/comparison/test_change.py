"""Every number of a region at two visits: rendered pairs, end to end."""

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import ellipse, in_place, photos, treated_pair

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change import changes_of
from pigmeter.comparison.change_maps import change_grid
from pigmeter.comparison.change_value import DECREASED, PARTS, UNDETECTED
from pigmeter.comparison.repeatability import Repeatability, Repeats, unmoved_skin
from pigmeter.comparison.verdicts import judge
from pigmeter.measurement.measurement import measure, measure_regions
from pigmeter.regions.region import Region

RESTLESS = Repeatability(
    {key: Repeats(3.0, 4.0, "") for key in (*QUANTITIES, "colour_evenness")}, "skin that moves a lot"
)


def regions_of(baseline, alignment):
    masks = {
        "skin": alignment.trusted,
        "treated": ellipse(baseline, -14.0, -12.0, 8.0, 6.0) & alignment.trusted,
        "control": ellipse(baseline, 14.0, -12.0, 8.0, 6.0) & alignment.trusted,
    }
    return [Region(name, mask, site="cheek", side="left") for name, mask in masks.items()]


def compared(baseline, follow_up, repeats=None, alignment=None, regions=None, grid=None):
    alignment = alignment or in_place(baseline, follow_up)
    regions = regions or regions_of(baseline, alignment)
    rows = [measure_regions(visit, regions) for visit in (baseline, follow_up)]
    found = changes_of(
        baseline, follow_up, alignment, regions, regions, *rows, grid, repeats or unmoved_skin()
    )
    return {(value.region, value.key): value for value in judge(found)}


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


@pytest.fixture(scope="module")
def values(pair):
    return compared(*pair)


def test_every_number_of_every_region_is_there(pair, values):
    keys = [row["quantity"] for row in pair[0].table if row["region"] == "skin"]
    assert [key for region, key in values if region == "treated"] == keys
    assert keys[:10] == list(QUANTITIES)
    for value in values.values():
        assert value.row()["region"] == value.region
        assert (value.site, value.side) == ("cheek", "left")


def test_what_was_treated_is_told_and_the_control_is_not(values):
    true = treated_pair()[2]["melanin_index"]
    treated, control = values["treated", "melanin_index"], values["control", "melanin_index"]
    wanted = np.nanmean(true[ellipse(treated_pair()[0], -14.0, -12.0, 8.0, 6.0)])
    assert treated.low < wanted < treated.high
    assert (treated.verdict, control.verdict) == (DECREASED, UNDETECTED)
    assert treated.endpoint == "melanin"
    assert treated.in_family
    assert treated.p_adjusted >= treated.p
    assert -treated.change > treated.sdc > -control.change
    assert set(treated.parts) == set(PARTS)
    assert_close(treated.uncertainty, np.sqrt(sum(part**2 for part in treated.parts.values())), 1e-12)
    assert values["skin", "melanin_index"].in_family is False
    assert values["skin", "melanin_index"].p_adjusted is None


def test_the_average_level_is_as_sure_as_its_quantity(values):
    average, melanin = values["treated", "melanin_index_average_level"], values["treated", "melanin_index"]
    assert (average.change, average.low, average.sdc) == (melanin.change, melanin.low, melanin.sdc)
    assert (average.endpoint, average.in_family) == ("", False)


def test_melanin_that_is_gone_is_light_that_comes_back(values):
    treated = values["treated", "melanin_index"]
    assert treated.reflectance > 1
    assert values["treated", "L"].reflectance > 0
    assert values["treated", "haemoglobin_index"].reflectance is None


def test_the_same_photo_twice_never_shows_a_change(pair):
    same = compared(pair[0], pair[0])
    for value in same.values():
        if value.status == "compared":
            assert value.change == 0
            assert value.verdict in (UNDETECTED, None)
    assert same["skin", "melanin_index"].sdc > 0.1


def test_swapping_the_visits_changes_the_sign(pair, values):
    back = compared(*pair[::-1], regions=regions_of(pair[0], in_place(*pair)))
    for where, value in values.items():
        if value.change is not None and value.key in QUANTITIES:
            assert_close(back[where].change, -value.change, 2e-4)
            assert_close(back[where].uncertainty / value.uncertainty, 1, 0.1)


def test_repeats_widen_every_interval(pair, values):
    restless = compared(*pair, repeats=RESTLESS)
    for where in (("treated", "melanin_index"), ("treated", "L"), ("skin", "colour_evenness")):
        wide, narrow = restless[where], values[where]
        assert wide.parts["reposition"] > 3
        assert narrow.parts["reposition"] == 0
        assert wide.sdc > narrow.sdc
        assert wide.degrees < 10
        assert_close(wide.change, narrow.change, 1e-12)
    assert restless["treated", "melanin_index"].verdict == UNDETECTED


def test_maps_and_numbers_agree(pair, values):
    grid = change_grid(*pair, in_place(*pair))
    whole = np.nanmean(grid.maps["melanin_index"])
    assert_close(values["skin", "melanin_index"].change, whole, 0.05)


def test_unaligned_photos_are_compared_by_their_own_regions(pair, values):
    regions = regions_of(pair[0], in_place(*pair))[1:]
    rows = [measure_regions(visit, regions) for visit in pair]
    found = changes_of(*pair, None, regions, regions, *rows, None, unmoved_skin())
    value = next(v for v in found if (v.region, v.key) == ("treated", "melanin_index"))
    aligned = values["treated", "melanin_index"]
    assert_close(value.change, aligned.change, 0.2)
    assert value.parts["noise"] > aligned.parts["noise"]
    assert value.parts["light"] > aligned.parts["light"], "unaligned skin does not tell of the light"


def test_a_region_that_neither_shows_has_a_reason(pair):
    nowhere = Region("gone", np.zeros(pair[0].skin.shape, dtype=bool))
    found = compared(*pair, regions=[nowhere])
    assert {value.status for value in found.values()} == {"refused"}
    assert found["gone", "L"].code == "REGION_EMPTY"
    assert "'gone'" in found["gone", "L"].reason


def test_two_lamps_two_profiles_and_the_truth_within_the_interval():
    before, after, _ = photos(tone="intermediate", lamp="led-neutral", exposure=0.8)
    baseline, follow_up = measure(before), measure(after)
    values = compared(baseline, follow_up)
    for region in ("skin", "control"):
        for key in ("melanin_index", "haemoglobin_index", "L", "a", "b"):
            value = values[region, key]
            assert value.low < 0 < value.high, key
            assert_close(value.change, value.follow_up - value.baseline, 1e-6)
            assert value.verdict == UNDETECTED
