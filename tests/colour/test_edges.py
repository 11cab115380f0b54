"""Refinement of patch places by their edges."""

import cv2
import numpy as np
import pytest
from chart_scenes import Scene, draw
from tolerance import assert_close

from pigmeter.colour.edges import local_steps, pitch_of, refine, transform

BLOCK = np.stack(np.meshgrid(np.arange(6.0), np.arange(4.0)), axis=-1).reshape(-1, 2)


def rough(places, shift=(0.0, 0.0)):
    """Homography from the grid to places that are off by `shift`."""
    return cv2.findHomography(BLOCK, places + np.array(shift))[0]


def test_transform_and_steps_by_hand():
    affine = np.array([[2.0, 0, 1], [0, 3, -1], [0, 0, 1]])
    assert_close(transform(np.array([[1.0, 1.0]]), affine), [[3, 2]], 1e-12)
    assert_close(local_steps(np.array([[5.0, 5.0]]), affine)[0], [[2, 0], [0, 3]], 1e-9)
    assert abs(pitch_of(BLOCK, affine) - 6**0.5) < 1e-9


@pytest.mark.parametrize("patch", [14, 40, 130])
def test_a_shifted_start_comes_back(patch):
    shape = (480, 640) if patch < 100 else (900, 1100)
    photo, places = draw(Scene(shape=shape, patch=patch, angle=25, keystone=0.1))
    shift = 0.15 * patch
    refined = refine(photo.pixels, rough(places, (shift, -shift)), BLOCK)
    error = np.sqrt(((refined.centres - places) ** 2).sum(axis=1)) / patch
    assert error[:22].max() < 0.045
    assert error.max() < 0.1  # the black patch has no edges of its own
    assert refined.found.sum() >= 20


def test_the_width_tells_the_kind():
    for kind, ratio in (("colorchecker-classic", 0.876), ("colorchecker-mini", 0.813)):
        photo, places = draw(Scene(kind=kind, shape=(480, 640), patch=50))
        refined = refine(photo.pixels, rough(places), BLOCK)
        assert_close([refined.width, refined.height], [ratio, ratio], 0.012)
        assert refined.blur < 0.04


def test_sixteen_bits_and_eight_agree():
    eight, places = draw(Scene(shape=(480, 640), patch=40, jpeg=None))
    sixteen, _ = draw(Scene(shape=(480, 640), patch=40, bits=16))
    start = rough(places, (3, 2))
    assert_close(
        refine(eight.pixels, start, BLOCK).centres, refine(sixteen.pixels, start, BLOCK).centres, 0.3
    )


def test_lens_distortion_is_followed():
    photo, places = draw(Scene(shape=(600, 800), patch=80, distortion=0.06))
    refined = refine(photo.pixels, rough(places), BLOCK)
    error = np.sqrt(((refined.centres - places) ** 2).sum(axis=1))
    assert error[:22].max() < 1.0


def test_covered_patches_are_not_seen():
    photo, places = draw(Scene(shape=(480, 640), patch=50, covered=(8, 15)))
    refined = refine(photo.pixels, rough(places), BLOCK)
    assert not refined.found[[8, 15]].any()
    assert refined.found.sum() >= 18


def test_heavy_blur_keeps_the_start():
    """The edges of a chart blurred by a fifth of its pitch once dragged the grid two patches away."""
    photo, places = draw(Scene(shape=(480, 640), patch=40, blur=9.0, angle=70))
    refined = refine(photo.pixels, rough(places, (4, -3)), BLOCK)
    assert np.sqrt(((refined.centres - places) ** 2).sum(axis=1)).max() < 0.25 * 40


def test_nothing_to_see_keeps_the_start():
    image = np.full((300, 400, 3), 90, np.uint8)
    start = np.array([[40.0, 0, 60], [0, 40, 60], [0, 0, 1]])
    refined = refine(image, start, BLOCK)
    assert not refined.found.any()
    assert np.isnan(refined.width)
    assert_close(refined.centres, transform(BLOCK, start), 1e-9)
