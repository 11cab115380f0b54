"""Numbers of a spot at two visits with what they may be off by."""

from types import SimpleNamespace

import numpy as np
import pytest
from fated_skin import SHAPE, circle, disc, place, skin

from pigmeter.comparison.spot_chance import learn_chance
from pigmeter.comparison.spot_judging import Judge
from pigmeter.comparison.spot_remeasure import Neighbours, remeasure

NAMES = {"contrast_baseline", "contrast_follow_up", "contrast_change", "contrast_uncertainty", "contrast_low"}


class Errors:
    """A profile's errors: a share of the change of the melanin index."""

    def change_parts(self, key, tone, moved, noise):
        return {"camera": np.asarray(0.05 * abs(moved[0])), "people": np.asarray(0.0)}


def judged(before, after, *, others=None, grain=0.3, radius=2.0, kind="dark", blood=(0.0, 0.0)):
    pair = skin(before, after, grain=grain, blood=blood)
    neighbours = Neighbours(SHAPE, [[circle(20, 18, radius)]])
    own = SimpleNamespace(id="own", errors=Errors())
    profiles = (own, others or own)
    judge = Judge(pair, neighbours, learn_chance(pair, neighbours), profiles, 0.1)
    where = place(20, 18, radius)
    return judge, where, judge.contrasts(kind, where, remeasure(pair, where, neighbours, 0.1))


def test_a_contrast_that_did_not_change_is_in_its_interval():
    drawn = disc(SHAPE, 20, 18, 2.0, 8.0)
    _, _, found = judged(drawn, drawn)
    assert set(found) > NAMES
    assert found["contrast_low"] < 0 < found["contrast_high"]
    assert found["p"] > 0.05
    assert found["contrast_uncertainty"] < 0.6


def test_a_contrast_that_faded_is_not():
    _, _, found = judged(disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 2.0, 4.0))
    assert found["contrast_low"] < -4 < found["contrast_high"] < 0
    assert found["p"] < 1e-6
    assert found["told_follow_up"] < 4


def test_the_calibration_is_a_share_of_the_change_and_of_the_contrast_with_two_profiles():
    before, after = disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 2.0, 4.0)
    _, _, one = judged(before, after)
    _, _, same = judged(before, before)
    assert one["calibration"] == pytest.approx(4 * np.hypot(0.05, 0.08), rel=0.05)
    assert same["calibration"] < 0.02
    _, _, two = judged(before, before, others=SimpleNamespace(id="other", errors=Errors()))
    assert two["calibration"] == pytest.approx(8 * 0.022, rel=0.05)


def test_a_follow_up_in_brighter_light_is_less_sure():
    drawn = disc(SHAPE, 20, 18, 2.0, 8.0)
    _, _, even = judged(drawn, drawn)
    _, _, lit = judged(drawn, drawn - 15)
    assert lit["contrast_uncertainty"] > 1.2 * even["contrast_uncertainty"]


def test_areas_of_a_spot_that_grew():
    judge, where, _ = judged(disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 2.8, 8.0))
    areas, drawn = judge.areas("dark", where, "unchanged", 0.3)
    assert areas["area_change"] == pytest.approx(np.pi * (2.8**2 - 2.0**2), rel=0.1)
    assert areas["area_low"] > 0
    assert drawn.area_mm2 == areas["area_follow_up"]


def test_what_is_cleared_or_new_has_no_area_at_one_visit():
    spot = disc(SHAPE, 20, 18, 2.0, 8.0)
    judge, where, _ = judged(spot, 0.0)
    areas, drawn = judge.areas("dark", where, "cleared", 0.3)
    assert areas["area_follow_up"] == 0
    assert drawn is None
    assert areas["area_change"] == pytest.approx(-np.pi * 4, rel=0.05)
    judge, where, _ = judged(0.0, spot)
    areas, drawn = judge.areas("dark", where, "new", 0.3)
    assert areas["area_baseline"] == 0
    assert drawn is not None
    judge, where, _ = judged(spot, 0.0)
    areas, drawn = judge.areas("dark", where, "faded", 0.3)
    assert "area_follow_up" not in areas, "too faint to be outlined"
    assert "area_change" not in areas


def test_a_place_moves_only_to_what_stands_out_beside_it():
    small = disc(SHAPE, 20, 18, 0.6, 8.0)
    judge, where, _ = judged(small, disc(SHAPE, 20.5, 18, 0.6, 8.0), radius=0.6)
    moved = judge.found_nearby("dark", where, 1, 0.5)
    assert moved.shift[0] == pytest.approx(5, abs=0.1)
    assert judge.found_nearby("dark", where, None, 0.5) is where
    first = judge.found_nearby("dark", place(20.5, 18, 0.6), 0, 0.5)
    assert first.shift[0] == pytest.approx(5, abs=0.1)
    assert first.points.mean(axis=0)[0] == pytest.approx(199.5, abs=0.2)
    judge, where, _ = judged(small, 0.0, radius=0.6)
    assert judge.found_nearby("dark", where, 1, 0.5) is where
