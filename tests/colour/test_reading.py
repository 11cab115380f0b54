"""Weights for skin: the terms by hand, and what is learnt from a camera that is known exactly."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.camera import Scene, camera_prior
from pigmeter.colour.posterior import Hypothesis, Mode
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import TERMS, Cameras, learn, log_response, named, terms
from pigmeter.colour.skin import people
from pigmeter.colour.tone import ToneCurve
from pigmeter.reference import limit

SEEN = np.log(np.linspace(0.05, 0.9, 24))[:, None] + np.log([[1.0, 0.8, 0.6]])


def scene():
    return Scene(camera_prior(False), np.full((24, 61), 0.5), np.zeros((24, 2)), np.zeros(3), 0)


def mode(made, weight=1.0, sharp=1e8, veil=-20.0, colour_field=0.0, pull=0.0, coordinates=0.0):
    """A camera known as exactly as `sharp` says, without glare."""
    unknowns = np.zeros(made.size)
    unknowns[: made.coordinates] = coordinates
    unknowns[made.coordinates : made.coordinates + 3] = veil
    held = Hypothesis(0, 0.0, 0.01, colour_field, 1.0)
    nothing = np.zeros((24, 3))
    return Mode(
        held,
        weight,
        unknowns,
        sharp * np.eye(made.size),
        nothing,
        nothing + pull,
        0.0,
        np.zeros(made.size),
        0.0,
        np.zeros((24, 3, 24, 3)),
    )


def straight():
    return ToneCurve(np.zeros((3, 5)), np.zeros(3), np.zeros(3))


def cameras(*modes):
    made = scene()
    return Cameras(made, list(modes) or [mode(made)], SEEN, straight())


def test_terms_by_hand():
    assert_close(terms(np.array([2.0, 3.0, 5.0])), [1, 2, 3, 5, 4, 9, 25, 6, 15, 10], 0)
    assert terms(np.zeros((4, 2, 3))).shape == (4, 2, TERMS)


def test_log_response_by_hand():
    assert_close(log_response(np.array([1.0, 0.1, 10**-0.4])), [-0.4, 0.6, 0], 1e-12)


def test_named_adds_the_angles():
    values = np.array([[40.0, 30, 20, 65, 15, 15, 35, 25]])
    found = named(values)
    assert list(found) == list(QUANTITIES)
    assert found["melanin_index"] == 40
    assert found["camera_ei"] == 25
    assert_close(found["ita"], [45], 1e-12)
    assert_close(found["hue"], [45], 1e-12)


def test_modes_are_drawn_by_their_weights():
    made = scene()
    heavy, light = mode(made, 0.75), mode(made, 0.25, coordinates=0.3)
    drawn = cameras(heavy, light)
    assert drawn.count == int(limit("profile", "draws"))
    grey = np.full((drawn.count, 61), 0.5)
    grey[:, :30] = 0.1
    recorded = drawn.record(grey)
    _, number = np.unique(np.round(recorded[:, 0], 3), return_counts=True)
    assert sorted(number) == [12, 36]


def test_skin_i_is_seen_by_camera_i_modulo_their_number():
    made = scene()
    drawn = cameras(mode(made, sharp=20.0))
    one = np.tile(np.linspace(0.1, 0.6, 61), (drawn.count, 1))
    first = drawn.record(one)
    assert np.ptp(first[:, 0]) > 0.01  # the cameras differ
    both = drawn.record(np.vstack([one, one]))
    assert_close(both, np.vstack([first, first]), 1e-12)


def test_a_known_camera_records_what_it_sees():
    drawn = cameras()
    skins = people().reflectance[: drawn.count]
    expected = np.log(skins @ camera_prior(False).mean.T)
    assert_close(drawn.record(skins), expected, 1e-3)
    assert_close(drawn.read(expected), -expected / np.log(10) - 0.4, 2e-6)


def test_a_colour_field_moves_colours_and_not_greys():
    made = scene()
    plain, moved = cameras(mode(made)), cameras(mode(made, colour_field=0.05, pull=3.0))
    grey, red = np.full((plain.count, 61), 0.3), np.tile(np.linspace(0.02, 0.8, 61) ** 2, (plain.count, 1))
    assert_close(moved.record(grey), plain.record(grey), 1e-6)
    assert np.abs(moved.record(red) - plain.record(red)).min() > 1e-3


@pytest.fixture(scope="module")
def learnt():
    return learn(cameras())


def test_shapes(learnt):
    assert learnt.level.shape == learnt.change.shape == (TERMS, len(REGRESSED))
    assert learnt.chroma.shape[1] == 2
    assert_close(learnt.change[0], np.zeros(len(REGRESSED)), 0)  # no change without a difference


def test_levels_of_the_virtual_people_are_met(learnt):
    skins = people()
    response = skins.reflectance @ camera_prior(False).mean.T
    off = terms(log_response(response)) @ learnt.level - skins.targets
    assert_close(off.mean(axis=0), np.zeros(8), 0.3)
    slope = [np.polyfit(skins.targets[:, i], (off + skins.targets)[:, i], 1)[0] for i in range(8)]
    assert_close(np.delete(slope, 2), np.ones(7), 0.05)
    assert 0.8 < slope[2] < 1.05  # haemoglobin: the part that three channels show


def test_chroma_is_that_of_the_response(learnt):
    skins = people().reflectance[: len(learnt.chroma)]
    red, green, blue = (skins @ camera_prior(False).mean.T).T
    expected = np.stack([np.log10(green / red), np.log10(green / blue)], axis=1)
    assert_close(learnt.chroma, expected, 0.005)


def test_everything_is_seeded(learnt):
    again = learn(cameras())
    assert_close(again.level, learnt.level, 0)
    assert_close(again.change, learnt.change, 0)
