"""Cameras: what they see, how they render, how noisy they are."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.spectra import WAVELENGTHS, xyz
from pigmeter.errors import UsageError
from pigmeter.synthetic.camera import (
    CAMERAS,
    Camera,
    colour_matrix,
    expose,
    from_table,
    make_camera,
    response,
    tone_curve,
)
from pigmeter.synthetic.lamp import LAMPS, lamp_power
from pigmeter.synthetic.painted_chart import reference_paints


@pytest.mark.parametrize("name", CAMERAS)
def test_channels_peak_where_cameras_see(name):
    peaks = WAVELENGTHS[make_camera(name).sensitivity.argmax(axis=0)]
    assert 580 <= peaks[0] <= 620
    assert 515 <= peaks[1] <= 550
    assert 440 <= peaks[2] <= 480


@pytest.mark.parametrize("lamp", list(LAMPS))
def test_a_white_surface_answers_one(lamp):
    effective = response(make_camera("slr"), lamp_power(lamp))
    assert_close(np.ones(61) @ effective, np.ones(3), 1e-12)


def test_white_balance_errors_are_gains():
    camera = make_camera("phone", seed=4)
    assert_close(
        np.ones(61) @ response(camera, lamp_power("flash")),
        [camera.balance[0], 1.0, camera.balance[1]],
        1e-12,
    )
    assert camera.name == "phone-4"
    assert np.any(camera.sensitivity != make_camera("phone", seed=5).sensitivity)


def test_the_matrix_keeps_white_and_finds_srgb():
    paints = reference_paints("colorchecker-classic")
    seen = xyz(paints) @ SRGB_FROM_XYZ.T
    assert_close(colour_matrix(seen, paints, 0.0), np.eye(3), 1e-3)
    for name in CAMERAS:
        effective = response(make_camera(name), lamp_power("daylight"))
        matrix = colour_matrix(paints @ effective, paints, 0.2)
        assert_close(np.ones(3) @ matrix, np.ones(3), 1e-9)


def test_saturation_moves_colours_away_from_grey():
    paints = reference_paints("colorchecker-classic")
    seen = xyz(paints) @ SRGB_FROM_XYZ.T
    red = np.array([0.5, 0.2, 0.2])
    plain, rich = (red @ colour_matrix(seen, paints, s) for s in (0.0, 0.1))
    # 1.1 x - 0.1 mean(x): 0.5 becomes 0.52, 0.2 becomes 0.19
    assert_close(plain, red, 2e-3)
    assert_close(rich, [0.52, 0.19, 0.19], 2e-3)


def test_tone_curve_by_hand():
    assert_close(tone_curve(np.array([0.0, 0.001, 1.0, 2.0, -1.0]), 0.0), [0.0, 0.01292, 1.0, 1.0, 0.0], 1e-6)
    # Linear 0.21404 encodes to 0.5, which the curve keeps; 0.0508761 to 0.25, moved by -0.3 * 0.09375
    assert_close(tone_curve(np.array([0.21404114, 0.05087609]), 0.3), [0.5, 0.25 - 0.3 * 0.09375], 1e-5)


@pytest.mark.parametrize("contrast", [0.0, 0.45, 0.9])
def test_tone_curve_rises(contrast):
    assert np.all(np.diff(tone_curve(np.linspace(0, 1, 4001), contrast)) > 0)


def test_noise_is_shot_and_read_noise():
    camera = Camera("plain", np.ones((61, 3)), white_electrons=10000.0, read_noise=5.0)
    flat = np.full((200, 200, 3), 0.25, dtype=np.float32)
    seen = expose(flat, camera, 0.5, np.random.default_rng(1))
    # 1250 electrons: SD sqrt(1250 + 25) / 10000 = 0.0035707
    assert_close(seen.mean(), 0.125, 1e-4)
    assert_close(seen.std(), 0.0035707, 1e-4)


def test_the_sensor_clips():
    camera = make_camera("phone")
    seen = expose(np.full((8, 8, 3), 1.5, dtype=np.float32), camera, 1.0, np.random.default_rng(1))
    assert_close(seen, 1.0, 0.0)


def test_a_table_makes_a_camera():
    camera = from_table("mine", np.ones((61, 3)), contrast=0.1)
    assert camera.contrast == 0.1
    with pytest.raises(UsageError, match=r"shape \(3, 61\); expected \(61, 3\)"):
        from_table("mine", np.ones((3, 61)))


def test_an_unknown_camera_is_refused():
    with pytest.raises(UsageError, match=r"no synthetic camera 'leica' \(known: phone"):
        make_camera("leica")
