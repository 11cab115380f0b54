"""Outlines drawn anew at both visits."""

import numpy as np
import pytest
from fated_skin import MM, SHAPE, circle, disc, place, skin
from tolerance import assert_close

from pigmeter.comparison.spot_links import centre_of
from pigmeter.comparison.spot_redraw import redraw
from pigmeter.comparison.spot_remeasure import Neighbours, area_of

ALONE = Neighbours(SHAPE, [[circle(20, 18, 2.0)]])


def drawn(pair, where, visit, spreads=(0.2, 0.2), neighbours=ALONE, sign=1):
    return redraw(pair, where, neighbours, visit, "melanin_index", sign, spreads)


@pytest.mark.parametrize("radius", [0.6, 1.0, 2.0, 5.0])
def test_the_area_is_the_disc_s_whatever_its_contrast(radius):
    pair = skin(disc(SHAPE, 20, 18, radius, 12.0), disc(SHAPE, 20, 18, radius, 4.0))
    for visit in (0, 1):
        found = drawn(pair, place(20, 18, radius), visit)
        assert found.area_mm2 == pytest.approx(np.pi * radius**2, rel=0.04)
        assert area_of(found.points) * MM**2 == pytest.approx(found.area_mm2, rel=0.02)
        assert_close(centre_of(found.points), (199.5, 179.5), 0.6)


def test_a_spot_that_grew_is_larger():
    pair = skin(disc(SHAPE, 20, 18, 2.0, 8.0), disc(SHAPE, 20, 18, 3.0, 8.0))
    before, after = (drawn(pair, place(20, 18, 2.0), visit) for visit in (0, 1))
    assert after.area_mm2 / before.area_mm2 == pytest.approx(2.25, rel=0.05)


def test_a_light_spot_is_drawn_with_its_sign():
    pair = skin(disc(SHAPE, 20, 18, 2.0, -8.0))
    assert drawn(pair, place(20, 18, 2.0), 0, sign=-1).area_mm2 == pytest.approx(4 * np.pi, rel=0.04)
    assert drawn(pair, place(20, 18, 2.0), 0) is None


def test_a_shift_is_undone_in_the_outline():
    pair = skin(disc(SHAPE, 20, 18, 1.0, 8.0), disc(SHAPE, 20.8, 18, 1.0, 8.0))
    found = drawn(pair, place(20, 18, 1.0, shift=(0.8, 0.0)), 1)
    assert_close(centre_of(found.points), (199.5, 179.5), 0.6)


def test_what_is_too_faint_or_unknown_is_not_outlined():
    pair = skin(disc(SHAPE, 20, 18, 2.0, 2.0))
    assert drawn(pair, place(20, 18, 2.0), 0, spreads=(0.6, 0.2)) is None
    assert drawn(pair, place(20, 18, 2.0), 1) is None
    hidden = disc(SHAPE, 20, 18, 3.0, 1.0) > 0.5
    assert drawn(skin(disc(SHAPE, 20, 18, 2.0, 8.0), unknown=hidden), place(20, 18, 2.0), 0) is None
    assert drawn(pair, place(-9, 18, 2.0), 0) is None


def test_the_uncertainty_is_what_noise_makes_of_the_area():
    spot = disc(SHAPE, 20, 18, 2.0, 6.0)
    areas, expected = [], []
    for seed in range(30):
        pair = skin(spot, spot, grain=2.0, seed=seed)
        for visit in (0, 1):
            found = drawn(pair, place(20, 18, 2.0), visit, spreads=(0.2, 0.12))
            areas.append(found.area_mm2)
            expected.append(found.uncertainty)
    assert 0.5 * np.std(areas) < np.median(expected) < 4 * np.std(areas)


def test_a_fainter_spot_is_less_sure():
    pair = skin(disc(SHAPE, 20, 18, 2.0, 12.0), disc(SHAPE, 20, 18, 2.0, 4.0))
    strong, faint = (drawn(pair, place(20, 18, 2.0), visit).uncertainty for visit in (0, 1))
    assert faint > 2 * strong
