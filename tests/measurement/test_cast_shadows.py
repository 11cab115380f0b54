"""A cast shadow is found; shading that follows the skin's shape, pigment and blood are none."""

import numpy as np
import pytest
from plain_profile import response, skin

from pigmeter.measurement.cast_shadows import find_cast_shadows
from pigmeter.measurement.skin_mask import Cells

SHAPE = (120, 160)  # cells of half a millimetre
DOWN, ACROSS = np.mgrid[: SHAPE[0], : SHAPE[1]] * 0.5
WHOLE = np.ones(SHAPE, bool)


def cells(light, melanin=0.2, blood=0.1):
    """Skin in this light, its pigments given as numbers or maps, with a little noise."""
    melanin, blood = (np.broadcast_to(np.asarray(one, float), SHAPE) for one in (melanin, blood))
    linear = np.moveaxis(response(skin(melanin, blood)), -1, 0) * light
    noise = np.random.default_rng(3).normal(0, 0.002, linear.shape)
    number = np.full(SHAPE, 25, np.int32)
    return Cells((linear + noise).astype(np.float32), number, number, np.zeros((2, *SHAPE), np.int32), 0.5)


def disc(y, x, radius):
    return np.hypot(DOWN - y, ACROSS - x) < radius


@pytest.mark.parametrize("melanin", [0.08, 0.3, 0.6])
@pytest.mark.parametrize("depth", [0.5, 0.3])
def test_a_cast_shadow_is_found_with_its_edge(melanin, depth):
    shadow = disc(30, 35, 12)
    found = find_cast_shadows(cells(0.8 * np.where(shadow, depth, 1), melanin), WHOLE)
    assert found[shadow].all()
    assert not found[~disc(30, 35, 15)].any()


def test_a_shadow_with_a_soft_edge_of_a_millimetre_is_found():
    away = np.hypot(DOWN - 30, ACROSS - 35) - 12
    found = find_cast_shadows(cells(0.8 - 0.4 / (1 + np.exp(away / 0.3))), WHOLE)
    assert found[disc(30, 35, 11)].all()


@pytest.mark.parametrize(
    "light",
    [
        0.8 * np.linspace(0.2, 1, SHAPE[1])[None, :] * np.ones((SHAPE[0], 1)),  # a lamp from the right
        0.8 * np.sqrt(np.maximum(1 - ((DOWN - 30) / 33) ** 2, 0)),  # an arm
        0.8 * np.exp(-((np.hypot(DOWN - 30, ACROSS - 40) / 30) ** 2)),  # a torch
    ],
    ids=["gradient", "arm", "torch"],
)
def test_smooth_shading_is_no_shadow(light):
    assert not find_cast_shadows(cells(light), WHOLE).any()


def test_patches_of_pigment_are_no_shadow():
    patch = disc(30, 35, 12)
    assert not find_cast_shadows(cells(0.8, np.where(patch, 0.35, 0.15)), WHOLE).any()
    assert not find_cast_shadows(cells(0.8, 0.2, np.where(patch, 0.25, 0.1)), WHOLE).any()
    assert not find_cast_shadows(cells(0.8, np.where(patch, 0.05, 0.3)), WHOLE).any()  # paler


def test_moles_are_no_shadow():
    """Each is smaller than a shadow must be, all of them together are not."""
    moles = disc(30, 35, 4) | disc(15, 60, 4) | disc(45, 15, 4)
    assert not find_cast_shadows(cells(0.8 * np.where(moles, 0.3, 1)), WHOLE).any()


def test_what_is_no_skin_casts_no_doubt_on_what_is():
    light = 0.8 * np.where(disc(30, 35, 12), 0.3, 1)
    bare = ~disc(30, 35, 13)
    assert not find_cast_shadows(cells(light), bare).any()
    assert not find_cast_shadows(cells(light), np.zeros(SHAPE, bool)).any()
