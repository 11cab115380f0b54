"""A colour stands for a value: the same one in all photos of a run where that was asked for."""

import numpy as np
import pytest
from drawn import bytes_of
from handmade import measurement, photo
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import UsageError
from pigmeter.report.colour_scale import (
    NOTHING,
    STEPS,
    ColourScale,
    fixed_range,
    own_range,
    scale_of,
    shared_ranges,
    ticks,
)
from pigmeter.report.palettes import palette


def test_a_value_has_the_colour_of_its_step():
    scale = ColourScale("melanin_index", 10.0, 10.0 + STEPS)  # a step is 1 unit wide
    values = np.array([[10.5, 11.5, 9.0, 10 + STEPS - 0.5, 999.0, np.nan]], np.float32)
    shown = scale.coloured(values)
    bytes_ = np.round(255 * palette("melanin_index", STEPS)).astype(np.uint8)
    expected = [bytes_[0], bytes_[1], bytes_[0], bytes_[-1], bytes_[-1], bytes_of(NOTHING)]
    assert np.array_equal(shown[0], expected)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_lighter_skin_is_shown_lighter_and_more_pigment_darker(quantity):
    brightness = ColourScale(quantity, 0, 1).colours.sum(axis=1).astype(int)
    rising = brightness[-1] > brightness[0]
    assert rising == (quantity in {"L", "ita"})
    spread = ColourScale(quantity, 0, 1, spread=True).colours.sum(axis=1).astype(int)
    assert spread[-1] < spread[0]


def test_values_beyond_the_scale_are_told():
    scale = ColourScale("L", 40, 60)
    assert scale.beyond(np.array([np.nan, 50])) == (False, False)
    assert scale.beyond(np.array([np.nan, 39])) == (True, False)
    assert scale.beyond(np.array([61, 39])) == (True, True)


def test_a_fixed_scale_is_the_same_for_every_photo():
    dark, light = np.full(100, 95.0), np.full(100, 15.0)
    for quantity in QUANTITIES:
        assert scale_of(quantity, dark, "fixed") == scale_of(quantity, light, "fixed")
        low, high = fixed_range(quantity)
        assert low < high


def test_a_shared_scale_is_the_runs():
    ranges = {"L": (30.0, 50.0)}
    assert scale_of("L", np.full(3, 90.0), "shared", ranges) == ColourScale("L", 30.0, 50.0)


def test_a_scale_of_its_own_spans_the_photo_and_never_too_little():
    wide = np.linspace(20, 80, 1001)
    assert own_range("melanin_index", wide) == (20, 80)
    low, high = own_range("melanin_index", np.full(50, 41.0))
    assert high - low >= 20
    assert low < 41 < high
    assert own_range("melanin_index", np.full(3, np.nan)) == fixed_range("melanin_index")


def test_a_runs_range_holds_what_lies_in_the_middle_of_every_photo():
    rows = [
        {"quantity": "melanin_index", "p5": 20.0, "p95": 30.0},
        {"quantity": "melanin_index", "p5": 60.0, "p95": 80.0},
        {"quantity": "melanin_index", "p5": None, "p95": None},
        {"quantity": "dark_spots_count", "p5": 1.0, "p95": 2.0},
        {"quantity": "L"},
    ]
    ranges = shared_ranges(rows)
    # 20 - 10 / 4 = 17.5 and 80 + 20 / 4 = 85: more than 30 apart, so in whole steps of 5
    assert ranges["melanin_index"] == (15.0, 85.0)
    assert ranges["L"] == fixed_range("L")
    assert set(ranges) == set(QUANTITIES)


def test_a_runs_range_does_not_depend_on_the_order_of_photos():
    tables = [measurement(photo(), seed=seed).table for seed in range(3)]
    forth = shared_ranges([row for table in tables for row in table])
    assert forth == shared_ranges([row for table in tables[::-1] for row in table])


def test_an_unknown_scale_is_named():
    with pytest.raises(UsageError, match=r"unknown scale 'wide' .*known: fixed, shared, photo"):
        scale_of("L", np.zeros(1), "wide")


def test_a_shared_scale_needs_ranges():
    with pytest.raises(UsageError, match="there is no range of 'L'"):
        scale_of("L", np.zeros(1), "shared", {})


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ((5, 100), [20, 40, 60, 80, 100]),
        ((24, 54), [25, 30, 35, 40, 45, 50]),
        ((0, 2.5), [0, 0.5, 1, 1.5, 2, 2.5]),
        ((-10, 2), [-10, -8, -6, -4, -2, 0, 2]),
    ],
)
def test_ticks_are_round_and_few(ends, wanted):
    assert_close(ticks(*ends), wanted, 1e-9)
    assert "-0" not in [f"{tick:g}" for tick in ticks(*ends)]
