"""Two fluxes in two layers: limiting cases by hand, and that the model looks like measured people."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.layers import Layers, fitted_layers
from pigmeter.colour.skin import blood_absorbance, melanin_absorbance, people
from pigmeter.colour.spectra import WAVELENGTHS


def at(wavelength):
    return int(np.searchsorted(WAVELENGTHS, wavelength))


def layers(melanin=0.1, blood=0.015, surface=0.04, inner=0.55, epidermis=0.18, oxygenation=0.65):
    logit = np.log(oxygenation / (1 - oxygenation))
    logs = [np.log(melanin), np.log(blood), logit, np.log(50.0), np.log(epidermis)]
    one = np.ones((1, 1))
    return Layers(np.array([logs]), surface * one, inner * one, np.ones((1, 2)))


def test_a_bare_dermis_by_hand():
    """Without melanin, an epidermis to speak of, surface and inner reflection: Kubelka's infinite layer."""
    found = 10 ** -layers(1e-9, 1e-9, 0.0, 0.0, 1e-7).absorbance()[0, at(500)]
    # K/S = 2 * 0.70233 / (0.75 * 50) = 0.037458; 1.037458 - sqrt(0.037458^2 + 2 * 0.037458) = 0.761198;
    # the epidermis's own absorption exp(-4 * 0.004 * 0.70233) = 0.988825
    assert_close(found, 0.761198 * 0.988825, 1e-4)


def test_light_thrown_back_from_within_by_hand():
    bare = 10 ** -layers(1e-9, 1e-9, 0.0, 0.0, 1e-7).absorbance()
    # Saunderson; the thin epidermis lies outside of it in this limit
    dermis = bare[0, at(500)] / 0.988825
    expected = 0.04 + 0.96 * 0.988825 * 0.5 * dermis / (1 - 0.5 * dermis)
    assert_close(10 ** -layers(1e-9, 1e-9, 0.04, 0.5, 1e-7).absorbance()[0, at(500)], expected, 1e-4)


def test_melanin_alone_is_a_filter_passed_twice():
    clear, dark = (layers(m, 0.01, 0.0, 0.5, 1e-7).absorbance() for m in (1e-9, 0.2))
    assert_close((dark - clear)[0], 0.2 * melanin_absorbance(), 1e-4)


@pytest.mark.parametrize("melanin", [0.03, 0.8])
def test_surface_and_epidermis_flatten_it(melanin):
    moved = (layers(1.1 * melanin).absorbance() - layers(melanin).absorbance())[0]
    assert (moved > 0).all()
    assert moved[at(450)] / moved[at(660)] < melanin_absorbance()[at(450)]


def test_blood_is_flatter_than_its_own_absorbance_and_flattest_under_melanin():
    shape = {}
    for melanin in (0.03, 0.6):
        moved = (layers(melanin, 0.02).absorbance() - layers(melanin, 0.015).absorbance())[0]
        shape[melanin] = moved[at(540)] / moved[at(600)]
    own = blood_absorbance(0.65)
    assert shape[0.6] < shape[0.03] < own[at(540)] / own[at(600)]


def test_the_model_looks_like_people():
    rng = np.random.default_rng(3)
    skins = people().reflectance[:300]
    surface = np.minimum(0.04, 0.8 * skins.min(axis=1, keepdims=True))
    found = fitted_layers(skins, surface, rng)
    off = found.absorbance() + np.log10(skins)
    assert np.sqrt(np.mean(off**2)) < 0.03
    melanin = found.logs[:, 0]
    assert np.corrcoef(melanin, -np.log10(skins[:, at(660)]))[0, 1] > 0.85
    assert np.isfinite(found.logs).all()


def test_every_fourth_wavelength_is_the_same_model():
    assert_close(layers().absorbance(4), layers().absorbance()[:, ::4], 1e-12)


def test_a_change_moves_melanin_blood_and_oxygen_only():
    start = Layers(np.tile(layers().logs, (500, 1)), *(np.ones((500, n)) / 2 for n in (1, 1, 2)))
    moved = start.changed(np.random.default_rng(4)).logs - start.logs
    assert_close(moved[:, 3:], np.zeros((500, 2)), 0)
    assert_close(moved[:, :3].std(axis=0), [0.12, 0.5, 0.1], 0.04)
