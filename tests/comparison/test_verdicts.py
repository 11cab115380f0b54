"""Verdicts: five percent for a family, alone outside it, and one in twenty false on a map."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.verdicts import false_discoveries, holm, judge


def value(region="cheek", key="melanin_index", change=-2.0, p=0.02, endpoint="melanin", **more):
    return ChangeValue(
        region=region, site="", side="", key=key, definition="", unit="index unit", n=10,
        baseline=40.0, follow_up=40.0 + (change or 0), change=change, p=p, endpoint=endpoint, **more,
    )  # fmt: skip


def test_holm_by_hand():
    assert_close(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06], 1e-12)
    assert_close(holm([0.9, 0.6]), [1.0, 1.0], 1e-12)
    assert holm([]) == []


def test_a_family_shares_the_five_percent():
    alone = judge([value(p=0.02)])
    assert (alone[0].verdict, alone[0].in_family) == (DECREASED, True)
    many = judge([value(region=f"r{i}", p=0.02) for i in range(5)])
    assert {v.verdict for v in many} == {UNDETECTED}
    assert all(v.in_family for v in many)


def test_outside_the_family_each_stands_alone():
    judged = judge([value(), value(key="b", endpoint="", change=1.5, p=0.04), value(region="skin", p=0.049)])
    assert [v.in_family for v in judged] == [True, False, False]
    assert [v.verdict for v in judged] == [DECREASED, INCREASED, DECREASED]


def test_whole_skin_is_the_family_where_no_region_was_asked_for():
    judged = judge([value(region="skin"), value(region="skin", key="L", endpoint="luminosity", p=0.04)])
    assert [v.in_family for v in judged] == [True, True]
    assert [v.verdict for v in judged] == [DECREASED, DECREASED]  # 0.02 times 2, then 0.04 times 1


def test_a_declared_family_is_taken_as_it_is():
    judged = judge([value(region="chin", p=0.03), value(region="cheek", p=0.03)], family=["chin"])
    assert [v.in_family for v in judged] == [True, False]


def test_nothing_is_said_where_nothing_is_known():
    judged = judge([value(change=None, p=None), value(p=None), value(key="b", endpoint="")])
    assert [v.verdict for v in judged] == [None, None, DECREASED]
    assert not any(v.in_family for v in judged)


def test_differences_from_a_control_are_a_family_of_their_own():
    plain, differences = [value(region=f"r{i}", p=0.02) for i in range(2)], [value("r0", against="arm")]
    judged = judge([*plain, *differences])
    assert [v.in_family for v in judged] == [True, True, True]
    assert [v.verdict for v in judged] == [DECREASED, DECREASED, DECREASED]
    three = judge([*plain, value("r2", p=0.02)])
    assert {v.verdict for v in three} == {UNDETECTED}


def test_one_family_in_twenty_is_wrong_where_nothing_changed():
    draws = np.random.default_rng(8).uniform(size=(800, 24))
    wrong = 0
    for row in draws:
        family = [value(region=f"r{i}", p=float(p)) for i, p in enumerate(row)]
        wrong += any(v.verdict != UNDETECTED for v in judge(family))
    assert wrong / 800 < 0.07
    assert (draws.min(axis=1) < 0.05).mean() > 0.6, "without Holm"


def test_places_of_a_map_by_hand():
    change = np.array([[5.0, 0.1, np.nan], [-4.0, 2.1, 0.3]])
    found = false_discoveries(change, np.ones((2, 3)))
    assert found.tolist() == [[True, False, False], [True, False, False]]  # 2.1 alone would pass
    assert not false_discoveries(np.full((2, 2), np.nan), np.ones((2, 2))).any()


def test_no_map_of_noise_shows_a_change_more_often_than_agreed():
    rng = np.random.default_rng(5)
    shown = [false_discoveries(rng.normal(size=(40, 40)), np.ones((40, 40))).any() for _ in range(200)]
    assert np.mean(shown) < 0.09


def test_where_the_change_is_is_shown():
    rng = np.random.default_rng(6)
    change = rng.normal(size=(60, 60))
    change[20:40, 20:40] += 5
    found = false_discoveries(change, np.ones((60, 60)))
    assert found[20:40, 20:40].mean() > 0.9
    inside = found[20:40, 20:40].sum()
    assert (found.sum() - inside) / found.sum() < 0.1


@pytest.mark.parametrize("error", [0.0, np.nan])
def test_no_uncertainty_is_no_proof_of_none(error):
    found = false_discoveries(np.array([[0.0, 1.0]]), np.full((1, 2), error))
    assert not found[0, 0]


def test_values_are_left_as_they_are_but_for_the_verdict():
    before = value()
    after = judge([before])[0]
    assert replace(after, verdict=None, p_adjusted=None, in_family=False) == before
