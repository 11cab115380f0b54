"""The plain 3x3 matrix beside the fitted camera: patches left out, the choice, and the matrix as a camera."""

from dataclasses import replace

import numpy as np
import pytest
from patch_values import KIND, session, skins, truth
from tolerance import assert_close

from pigmeter.colour.camera import camera_prior
from pigmeter.colour.cielab import SRGB_FROM_XYZ, ciede2000, lab_from_xyz
from pigmeter.colour.inference import fit_camera, paints
from pigmeter.colour.layouts import CLASSIC_NAMES
from pigmeter.colour.plain_matrix import (
    Comparison,
    compared,
    fitted_matrix,
    left_out_by_camera,
    left_out_by_matrix,
    matrix_camera,
    skin_weights,
)
from pigmeter.colour.profile_files import load_profile
from pigmeter.colour.rendering import predict
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.colour.spectra import xyz
from pigmeter.reference import limit

ALL = np.ones((24, 3), dtype=bool)
REFLECTANCE = paints(KIND, "before-2014-11")
XYZ = xyz(REFLECTANCE)


def encode(linear):
    linear = np.clip(linear, 1e-4, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def seen_by_the_eye(spectra, rendered):
    """A file of a camera that is the observer: a matrix reads it exactly."""
    linear = np.maximum(0.9 * xyz(spectra) @ SRGB_FROM_XYZ.T, 1e-4)
    return encode(linear) if rendered else linear


@pytest.fixture(scope="module")
def fitted():
    return fit_camera(np.log(session().record(session().chart, False)), ALL, KIND, False, camera_prior(False))


def test_paints_like_skin_count():
    weight = dict(zip(CLASSIC_NAMES, skin_weights(lab_from_xyz(XYZ)), strict=True))
    assert sum(weight.values()) == pytest.approx(1)
    order = sorted(weight, key=weight.get, reverse=True)
    assert set(order[:2]) == {CLASSIC_NAMES[0], CLASSIC_NAMES[1]}
    assert weight[CLASSIC_NAMES[12]] + weight[CLASSIC_NAMES[13]] < 0.01  # blue and green
    # without the skin colours, those next to them speak for skin
    assert skin_weights(lab_from_xyz(XYZ[2:])).sum() == pytest.approx(1)


def test_a_matrix_left_without_a_patch_is_that_of_the_others():
    values = XYZ @ np.random.default_rng(1).normal(0, 1, (3, 3)) + np.random.default_rng(2).normal(
        0, 0.02, (24, 3)
    )
    found = left_out_by_matrix(values, XYZ)
    for index in range(24):
        others = np.arange(24) != index
        assert_close(found[index], values[index] @ fitted_matrix(values[others], XYZ[others]), 1e-10)


def test_a_camera_left_without_a_patch_is_that_of_the_others(fitted):
    """The same by the rule for conditioned Gaussians, one patch at a time."""
    scene, mode = fitted.scene, fitted.modes[0]
    certainty = mode.certainty.reshape(72, 72)
    jacobian = predict(scene, mode.unknowns)[1].reshape(72, -1)
    prior = np.linalg.inv(mode.precision - jacobian.T @ certainty @ jacobian)
    noise = np.linalg.inv(certainty)
    covariance = jacobian @ prior @ jacobian.T + noise
    before = covariance @ certainty @ mode.residual.ravel()
    found = left_out_by_camera(scene, mode)
    for index in (0, 7, 23):
        mine = np.arange(72) // 3 == index
        told = np.linalg.solve(covariance[np.ix_(~mine, ~mine)], before[~mine])
        assert_close(found[index], before[mine] - covariance[np.ix_(mine, ~mine)] @ told, 1e-5)


def test_a_patch_left_out_is_missed_by_more_than_one_that_was_fitted(fitted):
    left = left_out_by_camera(fitted.scene, fitted.modes[0])
    assert np.abs(left).mean() > 1.2 * np.abs(fitted.modes[0].residual).mean()


def test_a_value_that_was_not_used_has_no_error():
    usable = ALL.copy()
    usable[5, 1] = False
    values = np.log(session().record(session().chart, False))
    made = fit_camera(values, usable, KIND, False, camera_prior(False))
    assert left_out_by_camera(made.scene, made.modes[0])[5, 1] == 0
    assert np.isfinite(left_out_by_camera(made.scene, made.modes[0])).all()


@pytest.mark.parametrize("rendered", [False, True])
def test_a_camera_serves_where_a_matrix_is_worse(rendered):
    taken = session(lamp="led-warm")
    profile = fit_profile_from_patches(taken.record(taken.chart, rendered), rendered=rendered)
    assert profile.quality["left_out_dE00"] < profile.quality["left_out_matrix_dE00"]
    assert all(h["camera_class"] >= 0 for h in profile.hypotheses)
    assert "CAL_MATRIX" not in [finding.code for finding in profile.findings]


@pytest.mark.parametrize("rendered", [False, True])
def test_a_file_that_a_matrix_reads_right_is_served_by_it(rendered, tmp_path):
    profile = fit_profile_from_patches(seen_by_the_eye(REFLECTANCE, rendered), rendered=rendered)
    assert [finding.code for finding in profile.findings] == ["CAL_MATRIX"]
    assert "a plain 3x3 matrix reads patches that are left out better" in profile.findings[0].message
    assert [h["camera_class"] for h in profile.hypotheses] == [-1]
    assert profile.quality["left_out_matrix_dE00"] < 0.01 < profile.quality["left_out_dE00"]
    assert profile.quality["residual_dE00_mean"] < 0.05
    spectra = skins()
    found = profile.estimate(seen_by_the_eye(spectra, rendered))
    lab = np.stack([found[key] for key in ("L", "a", "b")], axis=-1)
    assert ciede2000(lab, truth(spectra)[1]).max() < 0.5
    profile.save(tmp_path / "kept.json")
    assert load_profile(tmp_path / "kept.json").id == profile.id


def test_the_matrix_as_a_camera_is_the_matrix(fitted):
    plain, mode = matrix_camera(fitted.scene, fitted.modes[0], fitted.seen)
    curve = plain.curve(mode.unknowns)
    assert plain.prior.classes == 1
    assert_close(plain.prior.mean.sum(axis=1), np.ones(3), 1e-12)
    wanted, values = xyz(plain.paints), np.exp(fitted.seen)
    by_camera = curve.respond(fitted.seen) @ fitted_matrix(plain.paints @ plain.prior.mean.T, wanted)
    assert_close(by_camera, values @ fitted_matrix(values, wanted), 2e-3)
    # how far it misses colours like skin's is left to the gains: percents here
    gains = limit("profile", "gain_spread") / np.sqrt(np.diag(mode.precision)[14:17])
    assert (gains > 0.01).all()
    assert (gains < 0.15).all()


def test_the_coordinates_are_the_errors_of_the_matrix(fitted):
    """Responses by matrices fitted to values with other errors scatter as the coordinates say."""
    plain = matrix_camera(fitted.scene, fitted.modes[0], fitted.seen)[0]
    rng = np.random.default_rng(3)
    wanted, values = xyz(plain.paints), np.exp(fitted.seen)
    matrix = fitted_matrix(values, wanted)
    weight = 1 / np.sqrt(wanted[:, 1:2])
    left = (wanted - values @ matrix) * weight
    spread = np.linalg.cholesky(left.T @ left / 21)
    white = (xyz(np.ones((1, 61))) @ np.linalg.inv(matrix))[0]
    drawn = []
    for _ in range(400):
        other = values @ matrix + rng.standard_normal((24, 3)) @ spread.T / weight
        refitted = np.linalg.lstsq(values * weight, other * weight, rcond=None)[0]
        drawn.append(wanted[:3] @ np.linalg.inv(refitted) / white)
    told = np.sqrt(((plain.prior.components @ plain.paints[:3].T) ** 2).sum(axis=0)).T
    assert_close(np.std(drawn, axis=0) / told, 1, 0.15)


def test_a_chance_difference_is_no_reason():
    assert not Comparison(2.0, 1.9, 0.1).matrix_serves
    assert Comparison(2.0, 1.5, 0.1).matrix_serves
    assert not Comparison(1.0, 2.0, 0.1).matrix_serves


def test_few_whole_patches_tell_nothing(fitted):
    residual = fitted.modes[0].residual.copy()
    residual[:13, 2] = np.nan
    mode = replace(fitted.modes[0], residual=residual)
    assert compared(fitted.scene, mode, fitted.seen, fitted.curve) is None


def test_a_chart_of_few_whole_patches_is_fitted_all_the_same():
    usable = ALL.copy()
    usable[:13, 2] = False
    values = np.log(session().record(session().chart, False))
    found = fit_camera(values, usable, KIND, False, camera_prior(False))
    assert "left_out_dE00" not in found.quality
    assert found.quality["residual_dE00_mean"] < 3
    assert [(f.code, f.value, f.limit) for f in found.findings] == [("CAL_FEW", 11.0, 12.0)]


def test_a_matrix_that_sees_no_white_is_no_camera(fitted):
    values = np.exp(fitted.seen)
    values[:, 1] = 1.02 * values[:, 1].max() - values[:, 1]  # a negative: white is its darkest
    assert matrix_camera(fitted.scene, fitted.modes[0], np.log(values)) is None
