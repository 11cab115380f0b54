"""CIELAB, ITA and CIEDE2000 against published values and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.colour import cielab
from pigmeter.colour.spectra import xyz

# Sharma, Wu, Dalal 2005, table 1: all 34 pairs and their difference, to four digits.
SHARMA = np.array(
    [
        [50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425],
        [50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615],
        [50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412],
        [50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669],
        [50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461],
        [50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065],
        [50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492],
        [50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977],
        [50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030],
        [50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)

COLOURS = st.tuples(st.floats(0, 100), st.floats(-80, 80), st.floats(-80, 80))


def test_ciede2000_is_sharma_s_table():
    # pairs 10 and 14 are of opposite hues, where both ways round the circle are as long
    assert_close(cielab.ciede2000(SHARMA[:, :3], SHARMA[:, 3:6]), SHARMA[:, 6], 6e-5)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(COLOURS, COLOURS)
def test_ciede2000_is_symmetric_and_zero_for_one_colour(one, other):
    there, back = cielab.ciede2000(one, other), cielab.ciede2000(other, one)
    # a chroma that underflows is no chroma
    assert there == pytest.approx(back, abs=1e-6) or min(np.hypot(*one[1:]), np.hypot(*other[1:])) < 1e-6
    assert cielab.ciede2000(one, one) == 0


def test_ciede2000_keeps_the_shape():
    assert cielab.ciede2000(np.zeros((2, 4, 3)), np.array([1.0, 0, 0])).shape == (2, 4)


def test_lab_of_white_grey_and_black():
    white = xyz(np.ones(61))
    assert_close(cielab.lab_from_xyz(white), [100, 0, 0], 1e-9)
    # L = 116 cbrt(Y) - 16: Y = (66 / 116)^3 is L = 50
    assert_close(cielab.lab_from_xyz(white * (66 / 116) ** 3), [50, 0, 0], 1e-9)
    assert_close(cielab.lab_from_xyz(np.zeros(3)), [0, 0, 0], 1e-9)
    # below 216 / 24389 a straight line of slope 24389 / 27
    assert_close(cielab.lab_from_xyz(white * 0.001), [24.389 / 27, 0, 0], 1e-9)


def test_lab_by_hand():
    # white (1, 1, 1), ratios 0.512, 0.343, 0.216: roots 0.8, 0.7, 0.6
    found = cielab.lab_from_xyz([0.512, 0.343, 0.216], white=np.ones(3))
    assert_close(found, [116 * 0.7 - 16, 500 * 0.1, 200 * 0.1], 1e-9)


def test_lab_has_no_step_where_its_parts_meet():
    edge = 216 / 24389
    below, above = (cielab.lab_from_xyz(np.full(3, edge * f), np.ones(3)) for f in (1 - 1e-9, 1 + 1e-9))
    assert_close(below, above, 1e-5)


def test_ita_by_hand():
    assert cielab.ita(65.0, 15.0) == pytest.approx(45)
    assert cielab.ita(50.0, 15.0) == pytest.approx(0)
    assert cielab.ita(35.0, 15.0) == pytest.approx(-45)
    assert cielab.ita(65.0, 0.0) == pytest.approx(90)
    # tan 55 degrees is 1.428148: the edge between very light and light
    assert cielab.ita(50 + 14.28148, 10.0) == pytest.approx(55, abs=1e-4)


def test_hue_by_hand():
    assert_close(cielab.hue(np.array([1.0, 0, -1, 1]), np.array([0.0, 1, 0, 1])), [0, 90, 180, 45], 1e-12)


def test_white_is_white_in_srgb():
    assert_close(cielab.SRGB_FROM_XYZ @ [0.9505, 1, 1.089], [1, 1, 1], 1e-4)
    # IEC 61966-2-1 prints the matrix to four digits
    printed = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    assert_close(cielab.SRGB_FROM_XYZ, printed, 2e-4)
    with pytest.raises(ValueError, match="read-only"):
        cielab.SRGB_FROM_XYZ[0, 0] = 0
