"""Light beside the chart at two visits: what charts tell of it, what the skin tells, and the exposure."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import in_place, treated_pair

from pigmeter.comparison.change_maps import change_grid
from pigmeter.comparison.light_change import LightChange
from pigmeter.comparison.skin_light import light_of_visits, light_part


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


def test_a_chart_in_both_photos_tells_the_exposure_of_one_profile(pair):
    light = light_of_visits(*pair)
    assert abs(light.offset) < 0.01
    assert light.offset_error < 0.005
    early, late = light.evening
    assert_close(late - early, light.offset / np.log(10), 1e-12)
    assert light_of_visits(pair[0], pair[0]).offset == 0
    assert light_of_visits(replace(pair[0], chart=None), pair[1]).offset == 0
    assert light_of_visits(replace(pair[0], chart=None), pair[1]).lights[0].to_chart is None


def test_the_skin_tells_more_than_one_photo_can(pair):
    light = light_of_visits(*pair)
    places = np.array([300.0, 150.0]), np.array([300.0, 150.0])
    blind = np.hypot(*light.spreads(places))
    told = replace(light, seen=LightChange(np.zeros(2), 0.001, 0.001))
    assert np.hypot(*told.spreads(places)) < blind
    moved = told.spreads((places[0], places[1] + 200))
    assert np.hypot(*moved) > np.hypot(*told.spreads(places)), "the chart was held elsewhere"
    without = replace(told, lights=(light.lights[0], replace(light.lights[1], to_chart=None)))
    assert without.spreads(places)[1] == pytest.approx(0.05)


def test_light_counts_twice_and_moves_lightness_most(pair):
    one = light_part("L", 30.0, *pair, (0.01, 0.0))
    both = light_part("L", 30.0, *pair, (0.01, 0.01))
    assert_close(both / one, np.sqrt(2), 1e-9)
    assert 0.1 < one < 0.4
    other = replace(pair[1], profile=replace(pair[1].profile, created_from="another"))
    assert_close(light_part("L", 30.0, pair[0], other, (0.01, 0.01)) / both, 1, 0.2)
    assert light_part("erythema_index", 30.0, *pair, (0.01, 0.01)) < 0.1


def test_the_light_of_a_grid_knows_the_skin(pair):
    grid = change_grid(*pair, in_place(*pair))
    assert grid.light.seen is not None
    assert np.hypot(*grid.light.seen.slope) < 0.02
