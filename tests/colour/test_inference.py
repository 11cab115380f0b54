"""A camera inferred from a chart: edition, exposure, what is refused and in which words."""

import re
from dataclasses import replace

import numpy as np
import pytest
from patch_values import KIND, session
from tolerance import assert_close

from pigmeter.colour.camera import camera_prior
from pigmeter.colour.inference import Explored, fit_camera, paints
from pigmeter.colour.layouts import LAYOUT_KINDS
from pigmeter.colour.posterior import Evidence
from pigmeter.errors import ProfileError
from pigmeter.photo.spaces import srgb_to_linear

ALL = np.ones((24, 3), dtype=bool)
EDITIONS = ("before-2014-11", "after-2014-11")


def log_values(session, rendered=False, reflectance=None):
    reflectance = session.chart if reflectance is None else reflectance
    values = session.record(reflectance, rendered)
    return np.log(np.maximum(srgb_to_linear(values) if rendered else values, 1e-4))


def fit(values, usable=ALL, rendered=False, kind=KIND):
    return fit_camera(values, usable, kind, rendered, camera_prior(rendered))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", LAYOUT_KINDS)
def test_every_kind_of_chart_has_its_paints_in_both_editions(kind, edition):
    found = paints(kind, edition)
    assert found.shape == (24, 61)
    assert (found > 0).all()
    lightness = found[18:].mean(axis=1)
    assert (np.diff(lightness) < 0).all()  # white to black


def test_sg_has_paints_of_its_own():
    assert np.abs(paints("colorchecker-sg", EDITIONS[1]) - paints(KIND, EDITIONS[1])).max() > 0.02
    assert_close(paints("colorchecker-nano", EDITIONS[0]), paints(KIND, EDITIONS[0]), 0)


@pytest.mark.parametrize("rendered", [False, True])
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_edition_is_told_by_the_colours(edition, rendered):
    for lamp in ("daylight", "led-warm"):
        values = log_values(session(lamp=lamp), rendered, paints(KIND, edition))
        assert fit(values, rendered=rendered).edition == edition


def test_a_chart_as_in_the_table_leaves_nothing_over():
    found = fit(log_values(session(spread=0.0)))
    assert found.quality["residual_dE00_mean"] < 0.4
    assert found.quality["residual_dE00_max"] < 1.2
    assert found.quality["neutral_log_max"] < 0.02
    assert found.quality["patches"] == 24
    assert found.findings == ()
    assert_close(found.curve.heights, np.zeros((3, 5)), 0)


def test_exposure_and_balance_are_found_however_far_off():
    light = log_values(session())
    plain = fit(light)
    for gain in (0.1, 0.5, 3.0):
        for balance in ([0.4, 1.0, 0.6], [1.0, 1.0, 1.0]):
            by = np.log(gain * np.array(balance))
            found = fit(light + by)
            # glare is of the light and of the floor of noise, so a darker file is not quite the same
            assert_close(found.curve.gain, plain.curve.gain + by, 0.02)


def test_a_tone_curve_is_found():
    found = fit(log_values(session(), rendered=True), rendered=True)
    grey = np.log(np.linspace(0.1, 0.7, 20))[:, None] * np.ones(3)
    taken = session()
    seen = np.log(srgb_to_linear(taken.encoded(np.exp(grey)[:, :1] * np.ones(61), bits=None)))
    off = np.log(found.curve.respond(seen)) - grey
    assert np.ptp(off, axis=0).max() < 0.05  # the shape; a common gain is the light's
    assert np.abs(off).max() < 0.05


def test_too_few_patches_are_refused_with_their_number():
    usable = ALL.copy()
    usable[5:18] = False
    with pytest.raises(
        ProfileError, match=r"only 11 of 24 patches with 33 of 72 values .*\(12 and 30 needed\)"
    ) as e:
        fit(log_values(session()), usable)
    assert e.value.code == "CAL_PATCHES"


def test_too_few_values_are_refused_too():
    usable = ALL.copy()
    usable[:, 1:] = False
    with pytest.raises(ProfileError, match=r"only 24 of 24 patches with 24 of 72 values") as e:
        fit(log_values(session()), usable)
    assert e.value.code == "CAL_PATCHES"


@pytest.mark.parametrize("rendered", [False, True])
def test_a_grey_world_is_refused(rendered):
    with pytest.raises(ProfileError, match=r"differ too little for a colour chart \(neutrals by 0\.00") as e:
        fit(np.full((24, 3), np.log(0.4)), rendered=rendered)
    assert e.value.code == "CAL_FLAT"


def test_a_photo_in_black_and_white_is_refused():
    grey = log_values(session()).mean(axis=1, keepdims=True) * np.ones(3)
    with pytest.raises(ProfileError, match=r"colours by 0\.00 in log exposure; 0\.5 of each needed") as e:
        fit(grey)
    assert e.value.code == "CAL_FLAT"


def test_a_chart_without_two_neutrals_is_refused():
    usable = ALL.copy()
    usable[19:] = False
    with pytest.raises(ProfileError, match=r"neutrals by 0\.00") as e:
        fit(log_values(session()), usable)
    assert e.value.code == "CAL_FLAT"


def disordered():
    grid = np.arange(24).reshape(4, 6)
    yield "mirrored", grid[:, ::-1].ravel()
    yield "upside down", grid[::-1].ravel()
    yield "turned", grid[::-1, ::-1].ravel()
    yield "rows swapped", grid[[1, 0, 2, 3]].ravel()
    for seed in range(4):
        yield f"shuffled {seed}", np.random.default_rng(seed).permutation(24)
    yield "colours shuffled", np.r_[np.random.default_rng(4).permutation(18), 18:24]


@pytest.mark.parametrize("rendered", [False, True])
@pytest.mark.parametrize(("how", "order"), list(disordered()))
def test_patches_out_of_order_fit_no_camera(how, order, rendered):
    with pytest.raises(
        ProfileError, match=r"do not fit any camera \(mean residual dE00 .*, limit 15; neutral"
    ) as e:
        fit(log_values(session(), rendered)[order], rendered=rendered)
    assert e.value.code == "CAL_RESIDUAL"
    assert "patches are in order" in e.value.remedy


def test_a_doubtful_chart_is_measured_and_said_to_be():
    rng = np.random.default_rng(5)
    values = log_values(session())
    values[:18] += rng.normal(0, 0.35, (18, 3))
    found = fit(values)
    assert found.findings[0].code == "CAL_DOUBTFUL"
    assert found.findings[0].value == found.quality["residual_dE00_mean"] > found.findings[0].limit == 6


@pytest.mark.parametrize("rendered", [False, True])
def test_a_patch_that_was_exchanged_is_named(rendered):
    order = np.arange(24)
    order[[9, 13]] = 13, 9  # purple and green
    found = fit(log_values(session(), rendered)[order], rendered=rendered)
    assert [finding.code for finding in found.findings] == ["CAL_PATCH"]
    assert re.search(r"the patch (purple|green) is not what .* limit 15\)", found.findings[0].message)
    clean = fit(log_values(session(), rendered), rendered=rendered)
    assert clean.findings == ()
    assert clean.quality["residual_dE00_max"] < 5


def test_another_camera_is_explored_anew(monkeypatch):
    """A kept result is found only by all that it depends on."""
    explored, asked = Explored(), []
    explore = Evidence.explore
    monkeypatch.setattr(Evidence, "explore", lambda self, given: asked.append(1) or explore(self, given))
    log_linear = log_values(session())
    prior = camera_prior(False)
    for values, known in ((log_linear, prior), (log_linear, prior), (log_linear + 1e-9, prior)):
        fit_camera(values, ALL, KIND, False, known, explored=explored)
    assert len(asked) == 2
    fit_camera(log_linear, ALL, KIND, False, replace(prior, mean=prior.mean + 1e-9), explored=explored)
    assert len(asked) == 3
