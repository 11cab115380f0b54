"""The forward model against numbers worked out by hand and against what measured skin is known to do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.synthetic.optics import (
    SkinOptics,
    baseline_absorption,
    blood_absorption,
    dermis_reflectance,
    epidermis_layer,
    reflectance,
)

AT_500 = int(np.searchsorted(WAVELENGTHS, 500))
AT_660 = int(np.searchsorted(WAVELENGTHS, 660))
MELANIN = st.floats(0.0, 2.0)
BLOOD = st.floats(0.001, 0.1)
# Where melanin leaves light for blood to take.
CLEAR = st.floats(0.0, 0.4)
THIN = st.floats(0.001, 0.03)


def test_baseline_by_hand():
    # 0.244 + 85.3 exp(-346/66.2) = 0.244 + 85.3 * 0.0053731 = 0.70233
    assert_close(baseline_absorption()[AT_500], 0.70233, 2e-4)


def test_blood_by_hand():
    # ln 10 * 150 / 64500 = 0.0053549; at 500 nm, 20932.8 oxygenated and 20862 not
    assert_close(blood_absorption(1.0)[AT_500], 0.0053549 * 20932.8, 0.01)
    assert_close(blood_absorption(0.0)[AT_500], 0.0053549 * 20862.0, 0.01)
    assert_close(blood_absorption(0.5)[AT_500], 0.0053549 * 20897.4, 0.01)


def test_the_peak_between_the_tens_is_there():
    """With a table of 10 nm steps the oxyhaemoglobin peak at 576 nm came out 12 % too low."""
    at_575 = blood_absorption(1.0)[int(np.searchsorted(WAVELENGTHS, 575))] / 0.0053549
    assert_close(at_575, (53308 + 55540) / 2, 2.0)


def test_wide_vessels_hide_blood_where_it_absorbs_most():
    spread, packed = blood_absorption(0.8), blood_absorption(0.8, vessel_radius=10.0)
    assert np.all(packed < spread)
    ratio = packed / spread
    assert ratio[0] < ratio[AT_660]
    # 2 mu r = 2 * 111.9 * 1e-3 = 0.2238 at 500 nm: (1 - exp(-0.2238)) / 0.2238 = 0.8963
    across = 2 * spread[AT_500] * 10e-4
    assert_close(ratio[AT_500], (1 - np.exp(-across)) / across, 1e-9)


def test_dermis_by_hand():
    optics = SkinOptics(oxygenation=1.0, scattering=46.0, vessel_radius=0.0)
    absorption = 0.01 * 0.0053549 * 20932.8 + 0.99 * 0.70233
    albedo = 46.0 / (46.0 + absorption)
    inner = -1.44 / 1.96 + 0.71 / 1.4 + 0.668 + 0.0636 * 1.4
    k = (1 + inner) / (1 - inner)
    expected = albedo / (1 + 2 * k * (1 - albedo) + (1 + 2 * k / 3) * np.sqrt(3 * (1 - albedo)))
    assert_close(dermis_reflectance(np.array(0.01), optics)[AT_500], expected, 2e-5)


def test_a_layer_that_hardly_scatters_follows_beer_and_lambert():
    optics = SkinOptics(epidermis=1e-3)
    back, through = epidermis_layer(np.array(0.5), optics)
    assert_close(through[AT_660] ** 2, 10**-0.5, 2e-3)
    assert np.all(back < 2e-3)


def test_a_layer_without_melanin_loses_little():
    back, through = epidermis_layer(np.array(0.0), SkinOptics(epidermis=60.0))
    total = back + through
    assert np.all((total > 0.9) & (total <= 1.0))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(MELANIN, BLOOD)
def test_more_melanin_is_darker_and_never_raises_l(melanin, blood):
    spectra = reflectance(np.array([melanin, melanin + 0.05]), np.array([blood, blood]), SkinOptics())
    assert np.all(spectra[1] < spectra[0] + 1e-12)
    found = spectral_quantities(spectra)
    assert found["melanin_index"][1] > found["melanin_index"][0]
    assert found["L"][1] < found["L"][0]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(CLEAR, THIN)
def test_more_blood_is_redder(melanin, blood):
    spectra = reflectance(np.array([melanin, melanin]), np.array([blood, 1.3 * blood]), SkinOptics())
    found = spectral_quantities(spectra)
    assert found["erythema_index"][1] > found["erythema_index"][0]
    assert found["a"][1] > found["a"][0] - 1e-9


def test_light_crosses_the_epidermis_twice():
    optics = SkinOptics(surface=0.04)
    back, through = (layer[AT_660] for layer in epidermis_layer(np.array(0.3), optics))
    dermis = dermis_reflectance(np.array(0.02), optics)[AT_660]
    # Through, reflected, through again; and every further round between the layers.
    rounds = sum(through * dermis * (back * dermis) ** n * through for n in range(30))
    expected = 0.04 + 0.96 * (back + rounds)
    assert_close(reflectance(np.array(0.3), np.array(0.02), optics)[AT_660], expected, 1e-9)


def test_a_spectrum_stays_between_surface_and_white():
    melanin, blood = np.meshgrid(np.linspace(0, 3, 7), np.linspace(0.0005, 0.2, 7))
    spectra = reflectance(melanin, blood, SkinOptics())
    assert spectra.shape == (7, 7, len(WAVELENGTHS))
    assert spectra.min() > 0.045
    assert spectra.max() < 1.0


@pytest.mark.parametrize("melanin", [0.05, 0.3])
def test_black_skin_is_its_surface(melanin):
    assert_close(reflectance(np.array(30.0 * melanin / 0.05), np.array(0.2), SkinOptics())[0], 0.045, 2e-3)
