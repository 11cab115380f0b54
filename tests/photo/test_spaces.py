import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.photo.spaces import (
    NAMES,
    adapt,
    gamma_curve,
    name_of,
    named_space,
    primaries_to_xyz,
    repeat_curve,
    srgb_to_linear,
)

# Published to four digits: IEC 61966-2-1, annex F; Adobe RGB (1998), 4.3.5.3.
SRGB_MATRIX = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
ADOBE_MATRIX = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]


def test_published_matrices():
    assert_close(named_space("sRGB", 256).primaries, SRGB_MATRIX, 1e-4)
    assert_close(named_space("Adobe RGB", 256).primaries, ADOBE_MATRIX, 1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_white_is_d65_and_curves_run_from_0_to_1(name):
    space = named_space(name, 65536)
    assert_close(space.primaries.sum(axis=1), [0.95046, 1.0, 1.08906], 5e-5)
    assert_close(space.decode[:, [0, -1]], [[0, 1]] * 3, 0)
    assert (np.diff(space.decode) >= 0).all()
    assert space.decode.dtype == np.float32
    assert name_of(space.decode, space.primaries) == name


def test_srgb_by_hand():
    # 0.02 / 12.92, and ((0.5 + 0.055) / 1.055)^2.4.
    assert_close(srgb_to_linear(np.array([0.02, 0.5])), [0.0015480, 0.2140411], 1e-7)


def test_a_power_curve():
    assert_close(gamma_curve(np.array([0.5]), 2.0), [0.25], 0)
    assert repeat_curve(np.zeros(4)).shape == (3, 4)


def test_adapting_from_d65_to_d65_changes_nothing():
    matrix = np.arange(9.0).reshape(3, 3)
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    assert_close(adapt(matrix, white), matrix, 1e-12)


def test_unknown_primaries_have_no_name():
    odd = primaries_to_xyz(((0.6, 0.3), (0.3, 0.6), (0.2, 0.1)))
    assert name_of(named_space("sRGB", 256).decode, odd) is None
