"""Changes as reflected light."""

from tolerance import assert_close

from pigmeter.colour.cielab import lab_from_xyz
from pigmeter.comparison.reflected_light import reflectance_change


def test_melanin_as_reflectance_at_660_nm():
    assert_close(reflectance_change("melanin_index", 100.0, 200.0), 1 - 10, 1e-9)
    assert_close(reflectance_change("melanin_index", 30.0, 30.0), 0, 1e-12)


def test_lightness_as_luminous_reflectance():
    import numpy as np

    for luminous in (0.004, 0.2, 0.6):
        lightness = float(lab_from_xyz(luminous * np.ones(3), np.ones(3))[0])
        assert_close(reflectance_change("L", 0.0, lightness), 100 * luminous, 1e-9)


def test_an_index_without_a_zero_has_none():
    assert reflectance_change("haemoglobin_index", 30.0, 20.0) is None
