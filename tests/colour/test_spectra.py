"""The wavelength grid and the eye, by hand."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour import spectra


def test_the_grid_is_400_to_700_by_5():
    assert_close(spectra.WAVELENGTHS, 400 + 5 * np.arange(61), 0)


def test_the_perfect_white_is_d65_at_y_1():
    x, y, z = spectra.xyz(np.ones(61))
    assert y == pytest.approx(1, abs=1e-12)
    # CIE 015: D65 for the 2 degree observer; the sum from 400 to 700 nm is not the whole of it
    assert_close([x / (x + y + z), y / (x + y + z)], [0.3127, 0.3290], 4e-4)


def test_xyz_adds_up():
    rng = np.random.default_rng(1)
    one, other = rng.uniform(0, 1, (2, 4, 5, 61))
    assert spectra.xyz(one).shape == (4, 5, 3)
    assert_close(spectra.xyz(one + 2 * other), spectra.xyz(one) + 2 * spectra.xyz(other), 1e-12)


def test_one_narrow_band_shows_one_row():
    band = np.zeros(61)
    band[32] = 0.5  # 560 nm, where D65 is 100 and ybar 0.995
    assert_close(spectra.xyz(band), 0.5 * spectra.xyz_weights()[32], 1e-15)
    assert spectra.xyz(band)[1] == pytest.approx(0.5 * 0.995 * 100 / (spectra_power() @ ybar()), rel=1e-6)


def spectra_power():
    from pigmeter.reference import read_table

    return read_table("illuminants/d65.csv").column("power")


def ybar():
    from pigmeter.reference import read_table

    return read_table("observers/cie-1931-2deg.csv").column("ybar")


def test_absorbance_on_and_between_the_points():
    reflectance = np.full(61, 0.1)
    reflectance[0], reflectance[1] = 0.5, 0.3
    assert spectra.absorbance(reflectance, 660) == pytest.approx(1, abs=1e-12)
    assert spectra.absorbance(reflectance, 400) == pytest.approx(-np.log10(0.5), abs=1e-12)
    # reflectance is interpolated, not its logarithm: 0.5 and 0.3 halve to 0.4
    assert spectra.absorbance(reflectance, 402.5) == pytest.approx(-np.log10(0.4), abs=1e-12)
    # one fifth of the way: 0.5 - 0.04
    assert spectra.absorbance(reflectance, 401) == pytest.approx(-np.log10(0.46), abs=1e-12)


def test_absorbance_at_the_last_point():
    reflectance = np.linspace(0.2, 0.9, 61) ** 2
    reflectance[-1] = 0.8
    assert spectra.absorbance(reflectance, 700) == pytest.approx(-np.log10(0.8), abs=1e-12)


def test_absorbance_keeps_the_shape():
    assert spectra.absorbance(np.full((2, 3, 61), 0.01), 568).shape == (2, 3)


def test_nobody_changes_the_weights():
    with pytest.raises(ValueError, match="read-only"):
        spectra.xyz_weights()[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        spectra.WAVELENGTHS[0] = 1
