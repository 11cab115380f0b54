"""Outlines of places that stand out, each taken once, parts of a patch left out."""

import numpy as np
import pytest
from spotted import drawn_discs, quiet, skin_maps
from tolerance import assert_close

from pigmeter.measurement.spot_candidates import answers_of, camera_noise, find_candidates, mottle_of
from pigmeter.measurement.spot_outlines import mottle_factor, outline_candidates, without_parts

SIDE = 0.2


def outlines(values, signs=(1, -1)):
    values = (values + np.random.default_rng(0).normal(0, 0.02, values.shape)).astype(np.float32)
    answers, levels = answers_of(values, SIDE)
    grain = camera_noise(answers, "melanin_index", skin_maps(values.shape), quiet())
    found = find_candidates(answers, mottle_of(answers), "melanin_index", grain)
    taken, owner = [], np.zeros(values.shape, np.int32)
    outline_candidates(found, levels, "melanin_index", signs, taken, owner)
    return without_parts(taken), owner


@pytest.mark.parametrize("radius", [0.5, 0.8, 2.0, 6.0])
@pytest.mark.parametrize("height", [5.0, -9.0])
def test_place_area_and_roundness(radius, height):
    (spot,), _ = outlines(drawn_discs((300, 340), SIDE, [(30.2, 33.7, radius, height)]))
    assert_close(spot.area / (np.pi * radius**2), 1, 0.05)
    assert_close(spot.centre, (33.7, 30.2), 0.05)
    assert spot.sign == np.sign(height)
    assert_close(spot.roundness, 1, 0.08)
    assert spot.holds(33.7, 30.2)
    assert not spot.holds(33.7 + 1.5 * radius + 0.3, 30.2)


def test_a_freckle_in_a_patch_is_its_own_and_a_grain_of_it_is_not():
    patch = drawn_discs((400, 400), SIDE, [(40.0, 40.0, 9.0, 6.0)])
    freckle = drawn_discs((400, 400), SIDE, [(41.0, 38.0, 1.0, 6.0)])
    grain = drawn_discs((400, 400), SIDE, [(44.0, 42.0, 1.0, 2.6)])
    found, _ = outlines(patch + freckle + grain)
    assert_close(sorted(2 * spot.radius for spot in found), (2.0, 18.0), 0.5)


def test_a_long_patch_is_one():
    rows = [(20.0, 16.0 + 2.0 * n, 3.0, 6.0) for n in range(5)]
    values = np.minimum(drawn_discs((220, 220), SIDE, rows), 6.0)
    assert len(outlines(values)[0]) == 1


def test_what_the_border_of_the_skin_cuts_is_left_out():
    values = drawn_discs((300, 300), SIDE, [(30.0, 20.0, 2.0, 6.0)])
    values[:, : int(19.5 / SIDE)] = np.nan
    assert not outlines(values)[0]


def test_beside_a_dark_spot_there_is_no_pale_one():
    found, owner = outlines(drawn_discs((300, 300), SIDE, [(30.0, 30.0, 3.0, 15.0)]))
    assert [spot.sign for spot in found] == [1]
    assert_close(np.count_nonzero(owner > 0) * SIDE**2, np.pi * 9, 3.0)
    assert (owner < 0).any()


def test_a_sharp_edge_needs_fewer_spreads_of_mottle():
    assert mottle_factor(0.0) == mottle_factor(0.05) < mottle_factor(0.15) < mottle_factor(0.3)
