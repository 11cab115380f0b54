"""What is known sharpens the fit, and what is wrong is told by the chart."""

import numpy as np
import pytest
from patch_values import lab, session, skins, truth
from tolerance import assert_close

from pigmeter.colour.camera import camera_prior
from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.knowledge import Knowledge
from pigmeter.colour.known_cameras import (
    disbelief,
    flash_like,
    measured_cameras,
    measured_lamps,
    recorded,
    sharpened,
)
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.photo.photo import Capture
from pigmeter.reference import read_table
from pigmeter.synthetic.camera import make_camera
from pigmeter.synthetic.lamp import lamp_power

BOTH = pytest.mark.parametrize("rendered", [False, True])
CAMERA = make_camera("slr", 1).sensitivity.T
NEUTRAL, TUNGSTEN = lamp_power("led-neutral"), lamp_power("tungsten")


def fitted(rendered, taken=None, **known):
    taken = taken or session(lamp="led-neutral")
    return fit_profile_from_patches(
        taken.record(taken.chart, rendered), rendered=rendered, knowledge=Knowledge(**known)
    )


def off(profile, taken, rendered):
    estimated = lab(profile.estimate(taken.record(skins(range(3)), rendered)))
    return ciede2000(estimated, truth(skins(range(3)))[1]).mean()


@BOTH
def test_knowing_lamp_and_camera_reads_skin_nearer_the_truth(rendered):
    """Cameras and lamps of which the prior knows nothing; each with a chart of its own."""
    plain, lamp, both = [], [], []
    for index, (camera, name) in enumerate(
        (camera, lamp) for camera in ("slr", "phone") for lamp in ("led-warm", "triphosphor", "led-neutral")
    ):
        taken = session(camera, name, seed=index, chart_seed=20 + index)
        power, table = lamp_power(name), make_camera(camera, index).sensitivity.T
        plain.append(off(fitted(rendered, taken), taken, rendered))
        lamp.append(off(fitted(rendered, taken, lamp=power), taken, rendered))
        both.append(off(fitted(rendered, taken, lamp=power, camera=table), taken, rendered))
    assert np.mean(lamp) < np.mean(plain)
    assert np.mean(both) < 0.9 * np.mean(plain)


@BOTH
def test_true_knowledge_is_believed_and_unit_free(rendered):
    profile = fitted(rendered, lamp=7e-3 * NEUTRAL, camera=250 * CAMERA)
    assert profile.known["lamp"] > 0.9
    assert profile.known["camera"] > 0.9
    assert profile.findings == ()
    assert_close(profile.level_weights, fitted(rendered, lamp=NEUTRAL, camera=CAMERA).level_weights, 1e-6)


@BOTH
def test_a_wrong_lamp_is_told_and_does_no_harm(rendered):
    taken = session(lamp="led-neutral")
    profile = fitted(rendered, lamp=TUNGSTEN)
    (finding,) = profile.findings
    assert finding.code == "CAL_KNOWLEDGE"
    assert "speaks against the lamp's spectrum that was given" in finding.message
    assert profile.known["lamp"] == finding.value < finding.limit
    assert off(profile, taken, rendered) < off(fitted(rendered), taken, rendered) + 0.06


def test_a_wrong_lamp_beside_the_right_camera_is_told_apart():
    profile = fitted(False, lamp=TUNGSTEN, camera=CAMERA)
    assert profile.known["camera"] > 0.5
    assert [finding.code for finding in profile.findings] == ["CAL_KNOWLEDGE"]
    assert "lamp" in profile.findings[0].message


@BOTH
def test_an_earlier_profile_of_the_camera_is_recalled(rendered):
    earlier = fitted(rendered, session(chart_seed=5))
    later = session(chart_seed=6)
    assert fitted(rendered, later, earlier=(earlier,)).known["earlier"] > 0.9
    other = fitted(rendered, session("phone", "tungsten"))
    doubted = fitted(rendered, later, earlier=(other,))
    assert doubted.known["earlier"] < 0.05
    assert "the earlier profiles that were given" in doubted.findings[0].message
    assert off(doubted, later, rendered) < off(fitted(rendered, later), later, rendered) + 0.05


@BOTH
def test_what_an_earlier_chart_left_open_is_no_wider_than_any_camera(rendered):
    """A posterior of twice the variance was twice as wide there, and read skin worse than none."""
    prior = camera_prior(rendered)
    made = sharpened(prior, Knowledge(earlier=(fitted(rendered),)), rendered)
    k = len(prior.components)
    apart = prior.centres - prior.centres.mean(axis=0)
    whole = prior.covariances.mean(axis=0) + apart.T @ apart / len(apart)
    for known in made.known:
        assert (np.diag(known.covariance)[:k] < 1.05 * np.diag(whole)).all()
        assert np.diag(known.covariance)[:3].max() < 0.5  # and what it told is known


def test_a_profile_of_the_other_kind_of_file_tells_nothing():
    prior = camera_prior(True)
    assert sharpened(prior, Knowledge(earlier=(fitted(False),)), rendered=True) is prior
    assert sharpened(prior, Knowledge(), rendered=True) is prior


def test_the_shipped_classes_stay_and_the_new_ones_follow():
    prior = camera_prior(False)
    made = sharpened(prior, Knowledge(lamp=NEUTRAL, camera=CAMERA), rendered=False)
    k = len(prior.components)
    shipped = len(prior.centres)
    assert_close(made.centres[:, :k], prior.centres, 0)
    assert_close(made.covariances[:, :k, :k], prior.covariances, 0)
    claims = [made.claims(index) for index in range(made.classes)]
    assert claims[:shipped] == [()] * shipped
    assert set(claims[shipped:]) == {("lamp",), ("camera",), ("camera", "lamp")}
    for index in range(made.classes):
        assert (np.linalg.eigvalsh(made.gaussian(index)[1]) > 0).all()


def test_the_class_of_a_known_pair_lies_where_that_camera_does():
    """The mean of the class is camera times lamp, each channel normalised, as far as errors are small."""
    made = sharpened(camera_prior(False), Knowledge(lamp=NEUTRAL, camera=CAMERA), rendered=False)
    index = next(i for i in range(made.classes) if made.claims(i) == ("camera", "lamp"))
    found = made.sensitivities(made.gaussian(index)[0])
    true = CAMERA * NEUTRAL
    assert_close(found, true / true.sum(axis=1, keepdims=True), 1.5e-3)


def test_a_lamp_of_narrow_bands_extends_the_basis():
    bands = 0.02 + sum(np.exp(-0.5 * ((np.arange(400, 701, 5) - peak) / 6) ** 2) for peak in (450, 540, 610))
    prior = camera_prior(False)
    made = sharpened(prior, Knowledge(lamp=bands, camera=CAMERA), rendered=False)
    assert len(prior.components) < len(made.components) <= len(prior.components) + 8


def test_lamps_like_a_flash():
    names = np.array(read_table("illuminants/lamps.csv").names[1:])
    alike = set(names[flash_like(measured_lamps())])
    assert {"CIE D55", "CIE D65", "CIE LED-B5"} <= alike
    assert not alike & {"CIE A", "CIE FL2", "CIE FL7", "CIE D75", "002 NIST 2: 4-LED model"}
    assert len(measured_cameras()) == 28


def test_what_a_file_records_counts_as_known():
    told = recorded(Capture(make="NIKON CORPORATION", model="NIKON D850", flash=True), False, None)
    assert told.flash
    assert told.camera.shape == (3, 61)
    assert recorded(Capture(make="Nikon", model="D850"), True, None).camera is None
    own = Knowledge(camera=CAMERA)
    assert_close(recorded(Capture(model="Nikon D850"), False, own).camera, CAMERA, 0)


def test_only_what_the_caller_said_is_doubted_aloud():
    assert disbelief({"camera": 0.0, "flash": 0.0}, None) == ()
    assert disbelief({"camera": 0.0}, Knowledge(lamp=NEUTRAL))[0].message.startswith("the chart speaks")
    assert disbelief({"lamp": 0.06}, Knowledge(lamp=NEUTRAL)) == ()


def test_a_flash_narrows_what_the_lamp_may_be():
    taken = session(lamp="flash")
    assert fitted(False, taken, flash=True).known["flash"] > 0.5
