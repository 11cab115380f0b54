"""How differently two lights misread the same people."""

from types import SimpleNamespace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.lights_apart import people_apart
from pigmeter.synthetic.camera import make_camera, response
from pigmeter.synthetic.lamp import lamp_power

TONES = np.array([25.0, 40.0, 70.0])


def seen(lamp):
    """What is asked of a profile: how a phone sees in that light."""
    sensitivities = response(make_camera("phone"), lamp_power(lamp)).T
    return SimpleNamespace(
        camera=SimpleNamespace(sensitivities=sensitivities), errors=SimpleNamespace(tone=TONES)
    )


def test_one_light_misreads_everybody_alike():
    apart = people_apart(seen("daylight"), seen("daylight"))
    assert list(apart) == list(QUANTITIES)
    for values in apart.values():
        assert_close(values, np.zeros(3), 1e-9)


def test_brightness_and_gain_are_no_other_light():
    bright = seen("daylight")
    bright.camera.sensitivities = 3 * bright.camera.sensitivities * np.array([[1.2], [1.0], [0.8]])
    assert_close(people_apart(seen("daylight"), bright)["haemoglobin_index"], np.zeros(3), 1e-9)


@pytest.mark.parametrize("key", ["haemoglobin_index", "erythema_index", "hue"])
def test_the_further_the_light_the_more(key):
    near, far = (people_apart(seen("daylight"), seen(lamp))[key] for lamp in ("flash", "led-warm"))
    assert (near > 0).all()
    assert (far > 2 * near).all()


def test_which_visit_came_first_does_not_matter():
    there, back = (
        people_apart(seen(one), seen(other))["melanin_index"]
        for one, other in (("daylight", "tungsten"), ("tungsten", "daylight"))
    )
    assert_close(there, back, 1e-9)
