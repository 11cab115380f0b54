"""What places without a spot do by chance."""

import numpy as np
from fated_skin import SHAPE, circle, disc, skin
from tolerance import assert_close

from pigmeter.comparison.spot_chance import Chance, learn_chance
from pigmeter.comparison.spot_remeasure import Neighbours
from pigmeter.synthetic.texture import smooth_noise

NOBODY = Neighbours(SHAPE, [])


def mottle(seed, size=1.5):
    rng = np.random.default_rng(seed)
    noise = smooth_noise(rng, (SHAPE[0] * 0.1, SHAPE[1] * 0.1), 0.1, size)
    return noise[: SHAPE[0], : SHAPE[1]]


def test_white_noise_is_averaged_over_a_place_and_its_ring():
    """Of a square of 5 px: 1 / 5 of a pixel's noise, the ring adds little, two visits sqrt 2."""
    chance = learn_chance(skin(grain=1.0), NOBODY)
    assert_close(chance.radius_mm[:3], (0.4, 0.8, 1.6), 1e-9)
    level = chance.of_level(0.4, "melanin_index", 0)
    assert_close(level, 0.2, 0.04)
    assert_close(chance.of_change(0.4, "melanin_index"), np.sqrt(2) * level, 0.03)
    assert chance.of_change(1.6, "melanin_index") < 0.4 * chance.of_change(0.4, "melanin_index")


def test_mottle_that_stays_is_in_the_levels_alone():
    own = 2.0 * mottle(1)
    chance = learn_chance(skin(own, own, grain=0.1), NOBODY)
    assert chance.of_level(0.8, "melanin_index", 1) > 0.8
    assert chance.of_change(0.8, "melanin_index") < 0.05


def test_mottle_that_differs_is_in_the_change():
    chance = learn_chance(skin(2.0 * mottle(1), 2.0 * mottle(2)), NOBODY)
    level = chance.of_level(0.8, "melanin_index", 0)
    assert 1.2 * level < chance.of_change(0.8, "melanin_index") < 1.7 * level


def test_spots_do_not_count_and_places_that_changed_count_little():
    drawn = sum(disc(SHAPE, x, y, 1.0, 10.0) for x in (6, 14, 22, 30) for y in (6, 14, 22, 30))
    outlines = [[circle(x, y, 1.0)] for x in (6, 14, 22, 30) for y in (6, 14, 22, 30)]
    clear = learn_chance(skin(grain=0.5), NOBODY).of_change(0.8, "melanin_index")
    known = learn_chance(skin(drawn, grain=0.5), Neighbours(SHAPE, outlines))
    assert_close(known.of_change(0.8, "melanin_index"), clear, 0.3 * clear)
    hidden = learn_chance(skin(disc(SHAPE, 20, 18, 1.0, 10.0), grain=0.5), NOBODY)
    assert_close(hidden.of_change(0.8, "melanin_index"), clear, 0.3 * clear)


def test_beyond_the_sizes_that_are_known_the_nearest_holds():
    chance = learn_chance(skin(grain=1.0), NOBODY)
    least, most = chance.radius_mm[[0, -1]]
    assert chance.of_change(0.1, "melanin_index") == chance.of_change(least, "melanin_index")
    assert chance.of_change(30.0, "melanin_index") == chance.of_change(most, "melanin_index")


def test_without_clear_skin_nothing_is_known():
    unknown = np.ones(SHAPE, bool)
    unknown[:12, :12] = False
    chance = learn_chance(skin(unknown=unknown), NOBODY)
    assert isinstance(chance, Chance)
    assert np.isnan(chance.of_change(1.0, "melanin_index"))
