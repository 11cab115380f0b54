"""Pigment maps: what is drawn, where it is labelled, and what a treatment does."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.synthetic.optics import SkinOptics
from pigmeter.synthetic.pigments import KINDS, draw_pigments, uniform_pigments
from pigmeter.synthetic.subjects import subject

EXTENT = (60.0, 80.0)


@pytest.fixture(scope="module")
def maps():
    return draw_pigments(subject("light", 3, vessels=3), EXTENT, 0.2)


def kind(maps, name):
    return maps.kind == KINDS.index(name)


def test_clear_skin_has_the_subject_s_pigment(maps):
    person = subject("light", 3)
    assert_close(maps.melanin_clear.mean() / person.melanin, 1.0, 0.06)
    assert_close(maps.blood_clear.mean() / person.blood, 1.0, 0.12)
    assert 0.03 < maps.melanin_clear.std() / person.melanin < 0.2


@pytest.mark.parametrize("name", ["freckle", "patch"])
def test_brown_spots_hold_more_melanin(maps, name):
    assert maps.melanin_spots[kind(maps, name)].mean() > 0.01
    assert maps.melanin[kind(maps, name)].mean() > 1.1 * maps.melanin[kind(maps, "clear")].mean()


@pytest.mark.parametrize("name", ["blemish", "flush", "vessel"])
def test_red_spots_hold_more_blood(maps, name):
    assert maps.blood[kind(maps, name)].mean() > 1.15 * maps.blood[kind(maps, "clear")].mean()


def test_a_treatment_takes_what_it_says(maps):
    later = maps.treated(spots=0.4, redness=0.3, melanin=0.1)
    assert_close(later.melanin, 0.9 * maps.melanin_clear + 0.6 * maps.melanin_spots, 1e-6)
    assert_close(later.blood, 0.9 * maps.blood_clear + 0.7 * maps.blood_spots, 1e-7)
    assert later.kind is maps.kind


def test_no_treatment_changes_nothing(maps):
    assert_close(maps.treated().melanin, maps.melanin, 0.0)
    assert_close(maps.treated().blood, maps.blood, 0.0)


def test_the_same_skin_at_another_resolution():
    person = subject("very light", 5)
    fine, coarse = (draw_pigments(person, (20.0, 24.0), step) for step in (0.1, 0.2))
    apart = fine.melanin.reshape(100, 2, 120, 2).mean(axis=(1, 3)) - coarse.melanin
    assert np.abs(apart).mean() < 0.05 * coarse.melanin.mean()


def test_a_subject_without_spots_has_none():
    person = replace(subject("dark", 1, patches=0, blemishes=0), freckles=0.0)
    maps = draw_pigments(person, (20.0, 20.0), 0.25)
    assert not maps.kind.any()
    assert not maps.melanin_spots.any()
    assert not maps.blood_spots.any()


def test_freckles_are_as_many_as_asked():
    person = replace(subject("light", 1, patches=0, blemishes=0), freckles=0.5)
    maps = draw_pigments(person, (100.0, 100.0), 0.25)
    # 50 freckles of median radius 0.75 mm and log SD 0.38: mean area pi 0.75^2 exp(2 * 0.38^2) = 2.36 mm2
    area = kind(maps, "freckle").sum() * 0.25**2
    assert 60 < area < 200


def test_uniform_skin_is_uniform():
    maps = uniform_pigments(0.2, 0.015, SkinOptics(), (10.0, 20.0), 0.5)
    assert maps.kind.shape == (20, 40)
    assert_close(maps.melanin, 0.2, 1e-7)
    assert_close(maps.blood, 0.015, 1e-8)
    assert not maps.relief.any()
