"""The light's change, as the skin shows it: a slope of light is found, pigment is not taken for it."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.comparison.light_change import LightChange, light_change_of
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import subject

# the chart's middle lies 40 squares above the map's corner; it is 50 squares wide
TO_CHART = np.array([[0.02, 0, 0], [0, 0.02, 0.8], [0, 0, 1]])


def lab_changes(tone="light", light=0.0, melanin=0.0, blood=0.0):
    """Changes of L, a, b on 60 by 60 squares, and melanin_index before."""
    who = subject(tone, seed=2)
    shape = (60, 60)
    light, melanin, blood = (np.broadcast_to(part, shape).ravel() for part in (light, melanin, blood))
    before = spectral_quantities(reflectance(np.array([who.melanin]), np.array([who.blood]), who.optics))
    spectra = reflectance(who.melanin * (1 + melanin), who.blood * (1 + blood), who.optics)
    after = spectral_quantities(np.exp(light)[:, None] * spectra)
    found = {key: (after[key] - before[key]).reshape(shape) for key in "Lab"}
    return found, float(before["melanin_index"][0])


def seen(maps, tone):
    return light_change_of(maps, tone, TO_CHART, 1.0, 6)


@pytest.mark.parametrize("tone", ["very light", "intermediate", "brown", "very dark"])
def test_a_slope_of_light_is_found(tone):
    slope = np.linspace(-0.03, 0.03, 60)  # 0.06 over 1.2 widths of the chart
    found = seen(*lab_changes(tone, light=slope))
    assert_close(found.slope, [0.05, 0.0], 0.008)
    assert found.rest < 0.004
    assert_close(found.whole, 0.06 / 12**0.5, 0.003)


def test_light_that_is_brighter_everywhere_is_left_to_the_charts():
    found = seen(*lab_changes(light=0.05))
    assert_close(found.slope, [0, 0], 1e-6)
    assert_close([found.rest, found.whole], 0, 1e-6)


@pytest.mark.parametrize(("what", "size"), [("melanin", -0.2), ("blood", 0.3)])
def test_treated_skin_is_no_brighter_light(what, size):
    half = np.zeros((60, 60))
    half[:, :30] = size
    maps, tone = lab_changes("intermediate", **{what: half})
    found = seen(maps, tone)
    assert np.ptp(maps["L"]) > 0.9, "as a change of the light it would be 4 %"
    assert np.hypot(*found.slope) < 0.012
    assert found.rest < 0.005


def test_too_little_skin_tells_nothing():
    maps, tone = lab_changes()
    for plane in maps.values():
        plane[12:] = np.nan
        plane[:, 18:] = np.nan
    assert seen(maps, tone) is None


def test_the_error_grows_with_the_distance_from_the_chart():
    change = LightChange(np.array([0.0, 0.04]), 0.002, 0.03)
    near, far = (change.spread(np.array([0.0, distance])) for distance in (0.5, 2.0))
    assert_close(far, 0.04 * 2.0 * np.hypot(0.5, 0.5), 1e-3)
    assert near < far / 3
    assert change.spread(np.array([2.0, 0.0])) < far, "across the slope there is less of it"
    assert LightChange(np.zeros(2), 0.0, 0.0).spread(np.zeros(2)) > 0.001
