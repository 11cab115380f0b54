"""Lamps against published points of their models."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import read_table
from pigmeter.synthetic.lamp import (
    LAMPS,
    correlated_temperature,
    daylight,
    lamp_power,
    planck,
    triphosphor,
    white_led,
)


def test_daylight_of_6504_kelvin_is_d65():
    assert_close(daylight(6504), read_table("illuminants/d65.csv").column("power") / 100, 6e-4)


def test_planck_is_illuminant_a():
    # CIE illuminant A: 14.7080 at 400 nm, 198.261 at 700 nm, 100 at 560 nm; c2 there is 1.435e-2 at 2848 K.
    assert_close(planck(2855.5)[[0, -1]], [0.147080, 1.98261], 1e-3)


@pytest.mark.parametrize("temperature", [2700, 3500, 5000, 6500])
def test_a_white_led_has_its_colour_temperature(temperature):
    assert_close(correlated_temperature(white_led(temperature)), temperature, 1.0)


def test_a_warm_led_has_less_blue():
    blue = WAVELENGTHS < 480
    assert white_led(2800)[blue].sum() < 0.5 * white_led(6000)[blue].sum()


def test_colour_temperature_of_daylight():
    assert_close(correlated_temperature(daylight(6504)), 6504, 5.0)


def test_triphosphor_is_spiky():
    power = triphosphor()
    assert power.max() > 4 * power.mean()


@pytest.mark.parametrize("name", list(LAMPS))
def test_every_named_lamp_shines_everywhere(name):
    power = lamp_power(name)
    assert power.shape == WAVELENGTHS.shape
    assert power.min() > 0


def test_a_table_passes_through():
    assert_close(lamp_power(np.linspace(1, 2, 61)), np.linspace(1, 2, 61), 0.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lamp_power("candle"), r"no lamp 'candle' \(known: daylight, flash"),
        (lambda: lamp_power(np.ones(31)), r"shape \(31,\); expected \(61,\)"),
        (lambda: lamp_power(-np.ones(61)), "nothing negative"),
        (lambda: daylight(3000), "no CIE daylight of 3000 K"),
        (lambda: white_led(9000), "no white LED of 9000 K"),
    ],
)
def test_what_is_no_lamp_is_refused(call, words):
    with pytest.raises(UsageError, match=words):
        call()
