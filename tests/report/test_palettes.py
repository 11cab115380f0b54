"""Scales of colour are even to the eye, fall in lightness, and keep apart for the colour-blind."""

import numpy as np
import pytest
from drawn import SIGHTS, lab_of
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.report.palettes import palette, srgb_from_linear

SCALES = pytest.mark.parametrize("quantity", QUANTITIES)


@SCALES
def test_equal_steps_look_equal(quantity):
    colours = lab_of(palette(quantity, 33))
    steps = ciede2000(colours[1:], colours[:-1])
    assert steps.max() / steps.min() < 1.1


@SCALES
@pytest.mark.parametrize("sight", SIGHTS)
def test_lightness_falls_for_every_sight(quantity, sight):
    lightness = lab_of(palette(quantity, 96), sight)[:, 0]
    assert (np.diff(lightness) < 0).all()
    assert lightness[0] > 85
    assert lightness[-1] < 25


@SCALES
@pytest.mark.parametrize("sight", SIGHTS)
def test_an_eighth_of_the_scale_is_seen_by_everyone(quantity, sight):
    colours = lab_of(palette(quantity, 9), sight)
    assert ciede2000(colours[1:], colours[:-1]).min() > 3


@SCALES
def test_the_scale_differs_from_the_grey_of_no_skin(quantity):
    grey = lab_of(np.full((1, 3), 0xE9 / 255))
    assert ciede2000(lab_of(palette(quantity, 96)), grey).min() > 4


def test_a_palette_cannot_be_changed_by_its_users():
    with pytest.raises(ValueError, match="read-only"):
        palette("melanin_index", 8)[0] = 0


def test_srgb_by_hand():
    # IEC 61966-2-1: 12.92 x 0.001; 1.055 x 0.2140411^(1/2.4) - 0.055 = 0.5; clipped at both ends
    values = np.array([-1.0, 0.001, 0.2140411, 1.0, 3.0])
    assert_close(srgb_from_linear(values), [0.0, 0.01292, 0.5, 1.0, 1.0], 1e-6)
