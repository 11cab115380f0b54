"""Virtual skins: their pigments by hand, and that they are human."""

import subprocess
import sys

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.cielab import ita
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.skin import blood_absorbance, changed_people, melanin_absorbance, people
from pigmeter.colour.spectra import WAVELENGTHS


def at(wavelength):
    return int(np.searchsorted(WAVELENGTHS, wavelength))


def test_melanin_by_hand():
    assert melanin_absorbance()[at(660)] == 1
    assert melanin_absorbance()[at(440)] == pytest.approx(1.5**3.33, rel=1e-9)
    assert (np.diff(melanin_absorbance()) < 0).all()


def test_blood_has_its_bands():
    oxygenated, reduced = blood_absorbance(np.array([1.0, 0.0]))
    assert_close([oxygenated[at(560)], reduced[at(560)]], 1, 1e-12)
    # two bands with a valley at 560 nm, or one band there
    assert oxygenated[at(540)] > 1.3
    assert oxygenated[at(575)] > 1.3
    assert reduced[at(555)] == reduced[at(530) : at(600)].max() < 1.05
    # red light passes blood, and reduced blood holds more of it
    assert oxygenated[at(660)] < 0.02 < reduced[at(660)] < 0.2
    assert blood_absorbance(0.7)[at(420)] == 2
    assert blood_absorbance(0.5).shape == (61,)


def test_people_cover_every_tone_and_no_other():
    found = people()
    tone = ita(found.targets[:, 3], found.targets[:, 5])
    assert len(tone) > 2000
    assert tone.min() < -70
    assert tone.max() > 62
    edges = [-75, -50, -30, 10, 28, 41, 55, 65]
    assert (np.histogram(tone, edges)[0] > 20).all()
    blood = found.targets[:, 2]
    assert blood.min() > -5
    assert 60 < blood.max() < 160  # strong redness
    assert found.reflectance.min() > 0.004
    assert found.reflectance.max() < 0.95


def test_targets_are_those_of_the_spectra():
    found = people()
    known = spectral_quantities(found.reflectance[:20])
    assert_close(found.targets[:20], np.stack([known[key] for key in REGRESSED], axis=1), 1e-12)


def filters(first, second):
    """Amounts of melanin, blood (two) and grey that a change is made of, or None if not of filters."""
    shown = blood_absorbance(np.array([0.0, 1.0])).max(axis=0) < 2  # where blood is not held
    basis = np.stack([melanin_absorbance(), *blood_absorbance(np.array([0.0, 1.0])), np.ones(61)], axis=1)
    moved = -np.log10(second / first)[shown]
    amount = np.linalg.lstsq(basis[shown], moved, rcond=None)[0]
    return amount if np.abs(basis[shown] @ amount - moved).max() < 1e-9 else None


def test_pigments_act_as_filters_or_within_the_skin():
    before, after = changed_people()
    amounts = [filters(*pair) for pair in zip(before.reflectance[:400], after.reflectance[:400], strict=True)]
    known = np.array([amount for amount in amounts if amount is not None])
    assert 0.5 < len(known) / len(amounts) < 0.7
    melanin, grey = known.T[[0, 3]]
    assert 0.06 < melanin.std() < 0.14
    assert_close(grey.std(), 0.004, 0.0005)


def test_within_the_skin_a_change_is_flatter_the_darker_it_is():
    """From filters alone a fifth of very dark skin's melanin read as +10 units of blood (true +4)."""
    before, after = changed_people()
    pairs = zip(before.reflectance[:900], after.reflectance[:900], strict=True)
    within = np.array([filters(*pair) is None for pair in pairs])
    moved = np.log10(after.reflectance / before.reflectance)[:900]
    slope = (moved[:, at(450)] / moved[:, at(660)])[within & (np.abs(moved[:, at(660)]) > 0.02)]
    dark = (before.targets[:900, 0] > 70)[within & (np.abs(moved[:, at(660)]) > 0.02)]
    assert np.median(slope[dark]) < 0.6 * np.median(slope[~dark])


def test_as_many_fade_as_darken():
    before, after = changed_people()
    moved = (after.targets - before.targets)[:, 0]
    assert abs(np.median(moved)) < 0.5
    assert 3 < moved.std() < 12


def test_dark_people_are_no_rarity_among_the_pairs():
    before, _ = changed_people()
    assert np.mean(before.targets[:, 0] > 70) > 0.12
    assert np.mean(people().targets[:, 0] > 70) < 0.1


def test_people_differ_more_than_they_change():
    before, after = changed_people()
    assert len(before.targets) == len(after.targets) > 2000
    assert before.targets[:, 0].std() > 2 * (after.targets - before.targets)[:, 0].std()


def test_every_process_meets_the_same_people():
    code = (
        "from pigmeter.colour.skin import people, changed_people; import hashlib;"
        "print(*[hashlib.sha256(p.targets.tobytes()).hexdigest() for p in (people(), *changed_people())])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    import hashlib

    own = [hashlib.sha256(p.targets.tobytes()).hexdigest() for p in (people(), *changed_people())]
    assert run.stdout.split() == own
