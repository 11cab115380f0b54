"""What profiles leave open of a change: a share of it, of both their errors, and of another light."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close
from two_visits import photos, treated_pair

from pigmeter.colour.session import fit_profile
from pigmeter.comparison.calibration_part import calibration_of, stray_light
from pigmeter.measurement.measurement import Measurement
from pigmeter.photo.photo import Capture

STILL = (0.0, 0.0)


@pytest.fixture(scope="module")
def pair():
    return treated_pair()[:2]


def with_profile(measurement: Measurement, **changes):
    return replace(measurement, profile=replace(measurement.profile, **changes))


def taken_by(measurement, model):
    capture = replace(measurement.photo.capture, make="", model=model)
    return replace(measurement, photo=replace(measurement.photo, capture=capture))


def test_one_profile_errs_by_a_share_of_the_change(pair):
    calibration = calibration_of(*pair)
    still, once, twice = (
        calibration.of_change("melanin_index", 30.0, (step, 0.0)) for step in (0.0, -4.0, -8.0)
    )
    assert still == 0
    assert 0.05 < once < 1
    assert_close(twice, 2 * once, 1e-12)


def test_the_other_pigment_is_misread_whether_its_own_changed_or_not(pair):
    calibration = calibration_of(*pair)
    for key, own, other in (
        ("melanin_index", (-8.0, 0.0), (0.0, 10.0)),
        ("haemoglobin_index", (0.0, 10.0), (-8.0, 0.0)),
    ):
        still = calibration.part(key, 30.0, STILL)
        assert 0.05 < still < 1, "channels of one photo differ a little from those of the next"
        assert calibration.part(key, 30.0, own) == still
        assert calibration.part(key, 30.0, other) > 1.1 * still
        assert calibration.of_change(key, 30.0, other) == 0


def test_a_coarser_jpeg_rounds_skin_more(pair, monkeypatch):
    fine = calibration_of(*pair).channels
    assert 0.001 < fine < 0.005
    monkeypatch.setattr("pigmeter.comparison.calibration_part.jpeg_step", lambda photo: 8.0)
    coarse = calibration_of(*pair)
    assert coarse.channels > 1.5 * fine
    assert coarse.part("haemoglobin_index", 30.0, STILL) > 1.5


def test_stray_light_counts_where_skin_is_dark(pair):
    calibration = calibration_of(*pair)
    light, dark = np.array([0.5, 0.3, 0.2]), np.array([0.12, 0.06, 0.04])
    assert_close(stray_light(light, dark), 0.002 / np.array([0.31, 0.18, 0.12]), 1e-12)
    assert not stray_light(None, None).any(), "of skin that is not there nothing is known"
    assert_close(stray_light(None, dark), stray_light(dark), 1e-15)
    shown = calibration.stray
    assert 0 < shown[0] < shown[1] < shown[2] < 0.1, "skin returns least in the blue"
    for key, least in (("b", 0.3), ("erythema_index", 0.1)):
        still, veiled = (
            replace(calibration, stray=own).part(key, 80.0, STILL) for own in (np.zeros(3), stray_light(dark))
        )
        assert veiled**2 - still**2 > least**2


def test_two_fits_share_a_part_of_their_errors(pair):
    baseline, other = pair[0], with_profile(pair[1], created_from="another")
    part = calibration_of(baseline, other).part("melanin_index", 30.0, STILL)
    own = baseline.profile.errors.parts("melanin_index", 30.0, 0 * baseline.profile.errors.slope[0, 0])
    both = 2**0.5 * (own["camera"] ** 2 + own["chart"] ** 2) ** 0.5
    assert_close(part / both, 0.7, 1e-6)
    colour = calibration_of(baseline, other).part("erythema_index", 30.0, STILL)
    assert colour > part
    for strange in (
        with_profile(other, chart_kind="colorchecker-passport"),
        with_profile(other, rendered=False),
    ):
        assert_close(calibration_of(baseline, strange).part("melanin_index", 30.0, STILL) / both, 1, 1e-6)


def test_another_camera_shares_nothing(pair):
    baseline, other = pair[0], with_profile(pair[1], created_from="another")
    cameras = taken_by(baseline, "A"), taken_by(other, "B")
    assert not calibration_of(*cameras).kindred
    assert calibration_of(taken_by(baseline, "A"), taken_by(other, "A")).kindred
    unnamed = replace(other, photo=replace(other.photo, capture=Capture()))
    assert calibration_of(taken_by(baseline, "A"), unnamed).kindred, "nobody says that it is another"


def test_another_light_adds_what_people_are_misread_by(pair):
    _, warm, _ = photos(lamp="led-warm")
    other = replace(pair[1], profile=fit_profile(warm))
    still = calibration_of(pair[0], with_profile(pair[1], created_from="another"))
    moved = calibration_of(pair[0], other)
    for key, least in (("haemoglobin_index", 2.0), ("erythema_index", 0.5), ("a", 0.2)):
        added = moved.part(key, 30.0, STILL) ** 2 - still.part(key, 30.0, STILL) ** 2
        assert added > least**2
