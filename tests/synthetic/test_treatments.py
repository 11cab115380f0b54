"""Changes of skin: their pigments by hand, and that each moves what it is named after."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject
from pigmeter.synthetic.treatments import changed_spectra, changes, melanin_in_dermis, pigment_absorption

PEOPLE = [subject(tone, seed) for tone in TONES for seed in (11, 12)]


def at(wavelength):
    return int(np.searchsorted(WAVELENGTHS, wavelength))


def moved(change, people=PEOPLE, seed=0):
    before, after = (spectral_quantities(spectra) for spectra in changed_spectra(change, people, seed))
    return {key: after[key] - before[key] for key in before}


def test_pigments_by_hand():
    # ln 10 * 1e-6 * 54889 = 0.126387 for 1 umol/L of bilirubin
    assert_close(pigment_absorption("bilirubin", 1.0)[at(450)], 0.126387, 1e-6)
    assert pigment_absorption("bilirubin", 1.0)[at(600)] == 0
    # carotene falls between 450 and 500 nm to a quarter
    carotene = pigment_absorption("carotene", 4.0)
    assert_close(carotene[at(500)] / carotene[at(450)], 32662 / 138730, 1e-12)
    # the band of methaemoglobin at 630 nm, which blood does not have
    brown = pigment_absorption("methaemoglobin", 1.0)
    assert brown[at(630)] > brown[at(600)] > 3 * brown[at(660)]
    # 6.6e11 660^-3.33 = 269.5 cm-1
    assert_close(melanin_in_dermis(0.01)[at(660)], 2.695, 0.002)


def test_nothing_before_is_changed():
    before, _ = changed_spectra("blood", PEOPLE)
    plain = [reflectance(np.asarray(p.melanin), np.asarray(p.blood), p.optics) for p in PEOPLE]
    assert_close(before, np.array(plain), 0)


@pytest.mark.parametrize("change", changes())
def test_every_change_of_every_tone_is_skin(change):
    before, after = changed_spectra(change, PEOPLE)
    assert before.shape == after.shape == (len(PEOPLE), 61)
    assert before.min() > 0.01
    assert after.min() > 0.01
    assert max(before.max(), after.max()) < 0.9
    assert np.abs(np.log10(after / before)).max() > 1e-3


def test_each_moves_what_it_is_named_after():
    assert (moved("tan")["melanin_index"] > 0).all()
    assert (moved("deep melanin")["melanin_index"] > 0).all()
    assert (moved("hyperaemia")["haemoglobin_index"] > 0).all()
    assert (moved("fresh bruise")["melanin_index"] > 0).all()  # red light is taken too
    assert (moved("old bruise", PEOPLE[:8])["b"] > 0).all()  # under much melanin yellow hardly shows
    assert (moved("carotene")["b"] > 0).all()
    assert_close(moved("carotene")["melanin_index"], np.zeros(len(PEOPLE)), 1e-9)
    oxygen = moved("oxygenation")
    assert np.corrcoef(oxygen["haemoglobin_index"], oxygen["melanin_index"])[0, 1] < -0.5


def test_blood_that_turned_brown_is_no_longer_red(monkeypatch):
    ranges = {"methaemoglobin": (0.3, 0.3)}
    monkeypatch.setattr("pigmeter.synthetic.treatments._ranges", lambda: {"brown": ranges})
    found = moved("brown")
    assert (found["haemoglobin_index"] < 0).all()
    assert (found["a"] < 0).all()


def test_a_steeper_slope_moves_short_waves_more():
    shape = {}
    for change in ("melanin, flat slope", "melanin", "melanin, steep slope"):
        before, after = changed_spectra(change, [subject("light")], seed=3)
        lost = np.log10(after / before)[0]
        shape[change] = lost[at(450)] / lost[at(660)]
    assert 1.15 * shape["melanin, flat slope"] < shape["melanin"] < shape["melanin, steep slope"] / 1.15


def test_the_same_seed_is_the_same_change():
    first, again = changed_spectra("tan", PEOPLE, 4)[1], changed_spectra("tan", PEOPLE, 4)[1]
    assert_close(first, again, 0)
    assert np.abs(changed_spectra("tan", PEOPLE, 5)[1] - first).max() > 1e-3


def test_an_unknown_change_is_refused():
    with pytest.raises(UsageError, match=r"no change 'magic' \(known: melanin, .*surface\)"):
        changed_spectra("magic", PEOPLE)
