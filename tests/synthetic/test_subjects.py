"""Invented people lie where measured people lie."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.errors import UsageError
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

# Lab, melanin, erythema and haemoglobin index: means of 1151 measured skins (NIST, ISSA) by class of ITA.
MEASURED = {
    "very light": (70.1, 8.6, 12.6, 22.0, 21.2, 40.4),
    "light": (65.8, 10.2, 14.6, 26.2, 23.8, 41.0),
    "intermediate": (61.1, 11.4, 16.4, 31.4, 26.4, 41.6),
    "tan": (56.5, 11.8, 18.1, 37.0, 28.5, 38.9),
    "brown": (49.4, 12.0, 18.5, 47.6, 30.7, 34.5),
    "dark": (37.8, 9.9, 13.6, 71.5, 30.5, 21.1),
    "very dark": (30.5, 6.5, 6.6, 94.9, 25.6, 14.2),
}
KEYS = ("L", "a", "b", "melanin_index", "erythema_index", "haemoglobin_index")
TOLERANCE = np.array([2.0, 2.4, 2.2, 4.5, 3.0, 6.0])


def of(person):
    return spectral_quantities(reflectance(np.array(person.melanin), np.array(person.blood), person.optics))


@pytest.mark.parametrize("tone", TONES)
def test_the_mean_of_a_tone_is_near_measured_skin(tone):
    found = of(subject(tone, spread=0.0))
    apart = np.abs(np.array([found[key] for key in KEYS]) - MEASURED[tone])
    assert np.all(apart < TOLERANCE), dict(zip(KEYS, apart, strict=True))


def test_tones_span_all_people():
    ita = [float(of(subject(tone, seed))["ita"]) for tone in TONES for seed in range(12)]
    assert min(ita) < -70
    assert max(ita) > 64
    assert max(np.diff(sorted(ita))) < 31


def test_tones_fall_in_order():
    ita = [float(of(subject(tone, spread=0.0))["ita"]) for tone in TONES]
    assert ita == sorted(ita, reverse=True)


def test_a_seed_is_one_person():
    assert subject("tan", 3) == subject("tan", 3)
    assert subject("tan", 3) != subject("tan", 4)
    assert subject("very dark", 2).name == "very-dark-2"


def test_without_spread_every_seed_has_the_tone_s_mean():
    assert_close(subject("dark", 1, spread=0.0).melanin, subject("dark", 2, spread=0.0).melanin, 0.0)


def test_an_unknown_tone_is_refused():
    with pytest.raises(UsageError, match=r"no skin tone 'pink' \(known: very light, light"):
        subject("pink")
