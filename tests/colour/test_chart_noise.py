"""A model of noise: its covariances by hand, its growth beyond what was seen, and its file."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.chart_noise import ChartNoise, noise_from_json, white_noise

SKIN = np.array([0.4, 0.25, 0.2])


def made(memory=0.0):
    factors = np.zeros((2, 3, 3, 5))
    factors[0, range(3), range(3), 0] = 1e-4
    factors[1, :, :, 4] = 1e-4
    return ChartNoise(
        sides=np.array([1.0, 4.0]),
        factors=factors,
        basis=np.eye(3),
        memory=np.full(3, memory),
        error=np.array([0.1, 0.3]),
    )


def test_between_sides_the_noise_of_an_area_is_interpolated_by_hand():
    assert_close(np.diag(made().covariance(SKIN, 1.0)), 1e-4, 1e-12)
    assert_close(np.diag(made().covariance(SKIN, 4.0)), 1e-4 * SKIN**2 / 16, 1e-12)
    assert_close(np.diag(made().covariance(SKIN, 2.0)), 1e-4 * (0.5 + 0.5 * SKIN**2) / 4, 1e-12)
    assert_close(made().relative_error(2.0), 0.2, 1e-12)
    assert made().covariance(np.ones((3, 5, 7)), 2.0).shape == (3, 3, 5, 7)


def test_a_covariance_never_exceeds_its_standard_deviations():
    found = made().covariance(SKIN, 4.0)
    assert_close(found[0, 1], 0.98 * 1e-4 * SKIN[0] * SKIN[1] / 16, 1e-12)
    assert (np.linalg.eigvalsh(found) > 0).all()


def test_beyond_the_last_side_noise_averages_as_its_memory_lets_it():
    assert_close(np.diag(made().covariance(SKIN, 8.0)), 1e-4 * SKIN**2 / 64, 1e-12)
    grown = (8 * (4 + 2) / (4 * (8 + 2))) ** 2
    assert_close(np.diag(made(2.0).covariance(SKIN, 8.0)), grown * 1e-4 * SKIN**2 / 64, 1e-12)


def test_mixtures_of_channels_have_a_memory_each():
    """What channels share averages; what they differ in remembers."""
    noise = made()
    noise.factors[1, range(3), range(3), 4] = 2e-4
    turn = np.linalg.qr(np.column_stack([np.ones(3), [1, -1, 0], [1, 1, -2]]))[0]
    noise.basis[:] = turn
    noise.memory[:] = [0, 4, 4]
    near, far = (noise.covariance(np.ones(3), side) * side**2 for side in (4.0, 1000.0))
    shared, differing = np.ones(3) / np.sqrt(3), np.array([1, -1, 0]) / np.sqrt(2)
    assert_close(shared @ far @ shared, shared @ near @ shared, 1e-12)
    assert_close(
        differing @ far @ differing / (differing @ near @ differing), (1000 * 8 / (4 * 1004)) ** 2, 1e-6
    )


def test_usual_noise_is_white_and_as_bright_as_its_skin():
    noise = white_noise(0.03, 1.0)
    assert_close(noise.covariance(SKIN, 10.0), np.diag((0.003 * SKIN) ** 2), 1e-15)
    assert noise.relative_error(10.0) == 1


def test_in_another_photo_it_grows_with_the_sensitivity_and_is_less_sure():
    noise = replace(made(), iso=100.0)
    other = noise.elsewhere(400.0, 0.4)
    assert_close(other.covariance(SKIN, 2.0), 4 * noise.covariance(SKIN, 2.0), 1e-15)
    assert_close(other.error, np.hypot(noise.error, 0.4), 1e-12)
    assert other.iso == 400
    for iso, known in ((None, noise), (400.0, made())):
        assert_close(known.elsewhere(iso, 0.4).covariance(SKIN, 2.0), noise.covariance(SKIN, 2.0), 0)


def test_a_file_keeps_it():
    noise = replace(made(1.5), iso=125.0)
    again = noise_from_json(json.loads(json.dumps(noise.to_json())))
    assert_close(again.covariance(SKIN, 9.3), noise.covariance(SKIN, 9.3), 0)
    assert again.iso == 125
    content = noise.to_json()
    with pytest.raises(ValueError, match="factors of the noise of shape"):
        noise_from_json(content | {"factors": [[1.0]]})
    with pytest.raises(ValueError, match="finite"):
        noise_from_json(content | {"memory": [0, 0, float("nan")]})
    with pytest.raises(KeyError):
        noise_from_json({})
