"""The definitions of the quantities, on spectra drawn by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES, REGRESSED, spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS


def at(wavelength):
    return int(np.searchsorted(WAVELENGTHS, wavelength))


def test_keys_stand_in_the_order_that_others_build_on():
    keys = ["melanin_index", "erythema_index", "haemoglobin_index", "L", "a", "b", "ita", "hue"]
    assert list(QUANTITIES) == [*keys, "camera_mi", "camera_ei"]
    assert (*keys[:6], "camera_mi", "camera_ei") == REGRESSED
    assert list(spectral_quantities(np.full(61, 0.5))) == list(QUANTITIES)
    assert all(quantity.key == key for key, quantity in QUANTITIES.items())
    assert QUANTITIES["ita"].unit == QUANTITIES["hue"].unit == "degree"


def test_a_grey_by_hand():
    found = spectral_quantities(np.full(61, 0.1))
    assert found["melanin_index"] == pytest.approx(100, abs=1e-9)
    assert found["erythema_index"] == pytest.approx(0, abs=1e-9)
    assert found["haemoglobin_index"] == pytest.approx(0, abs=1e-9)
    assert found["L"] == pytest.approx(116 * 0.1 ** (1 / 3) - 16, abs=1e-9)
    assert_close([found["a"], found["b"]], 0, 1e-9)
    # sRGB's own white and that of the grid differ by 0.3 %
    assert found["camera_mi"] == pytest.approx(100, abs=0.2)
    assert found["camera_ei"] == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("wavelength", "key", "moved"),
    [
        (660, "melanin_index", 10),
        (660, "erythema_index", -10),
        (560, "haemoglobin_index", 10),
        (545, "haemoglobin_index", 15),
        (575, "haemoglobin_index", 15),
        (510, "haemoglobin_index", -20),
        (610, "haemoglobin_index", -20),
    ],
)
def test_absorbance_added_at_one_wavelength(wavelength, key, moved):
    plain, spiked = np.full((2, 61), 0.3)
    spiked[at(wavelength)] *= 10**-0.1
    difference = spectral_quantities(spiked)[key] - spectral_quantities(plain)[key]
    assert difference == pytest.approx(moved, abs=1e-9)


def test_erythema_is_read_at_568():
    spectrum = np.full(61, 0.5)
    spectrum[at(565)], spectrum[at(570)] = 0.4, 0.2
    # three fifths of the way from 565 to 570 nm: 0.28
    expected = 100 * (np.log10(0.5) - np.log10(0.28))
    assert spectral_quantities(spectrum)["erythema_index"] == pytest.approx(expected, abs=1e-9)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.floats(0.1, 1.0), st.floats(-0.004, 0.001))
def test_the_haemoglobin_index_cancels_a_straight_line_of_melanin(level, slope):
    spectrum = 10 ** -(level + slope * (WAVELENGTHS - 560) / 10)
    assert spectral_quantities(spectrum)["haemoglobin_index"] == pytest.approx(0, abs=1e-8)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.floats(0.1, 1.0))
def test_less_light_moves_melanin_and_nothing_of_colour(k):
    spectrum = 0.1 + 0.5 * (WAVELENGTHS - 400) / 300
    before, after = spectral_quantities(spectrum), spectral_quantities(k * spectrum)
    assert after["melanin_index"] - before["melanin_index"] == pytest.approx(-100 * np.log10(k), abs=1e-8)
    assert after["camera_mi"] - before["camera_mi"] == pytest.approx(-100 * np.log10(k), abs=1e-8)
    for key in ("erythema_index", "haemoglobin_index", "camera_ei"):
        assert after[key] == pytest.approx(before[key], abs=1e-8)


def test_ita_and_hue_are_those_of_lab():
    found = spectral_quantities(0.1 + 0.5 * (WAVELENGTHS - 400) / 300)
    assert found["ita"] == pytest.approx(np.degrees(np.arctan2(found["L"] - 50, found["b"])))
    assert found["hue"] == pytest.approx(np.degrees(np.arctan2(found["b"], found["a"])))


def test_camera_indices_are_floored_where_srgb_has_no_red():
    cyan = np.where(WAVELENGTHS < 560, 0.8, 0.001)
    found = spectral_quantities(cyan)
    assert found["camera_mi"] == pytest.approx(400)  # 1e-4
    assert np.isfinite(found["camera_ei"])


def test_shapes_are_kept():
    assert {v.shape for v in spectral_quantities(np.full((2, 3, 61), 0.3)).values()} == {(2, 3)}
