"""Hairs: as many, as wide and as long as asked for, the same at every resolution, and drawn onto the skin."""

import io
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from tolerance import assert_close

from pigmeter import synthetic
from pigmeter.errors import UsageError
from pigmeter.synthetic.camera import make_camera, response
from pigmeter.synthetic.hair import HAIR_COLOURS, Hair, brow, draw_hair
from pigmeter.synthetic.lamp import lamp_power

EXTENT = (60.0, 80.0)
FACE_ON = synthetic.Scene(
    directional=0.0, unevenness=0.0, relief=0.0, blur=0.0, vignetting=0.0, veil=0.0, shadow=0.0
)


def expected(hair):
    """Share of the skin under sparse hairs: number, length and width, and the means of their spreads."""
    return hair.density * hair.length * hair.width / 100 * np.exp(0.3**2 / 2)


@pytest.mark.parametrize("width", [0.05, 0.08, 0.12])
def test_hairs_cover_what_their_number_length_and_width_say(width):
    hair = Hair(density=8, length=5, width=width, seed=2)
    assert_close(draw_hair(hair, EXTENT, 0.05).mean() / expected(hair), 1.0, 0.12)


def test_another_resolution_shows_the_same_hairs():
    hair = Hair(density=8, seed=4)
    fine, coarse = draw_hair(hair, EXTENT, 0.05), draw_hair(hair, EXTENT, 0.1)
    blocks = fine.reshape(coarse.shape[0], 2, coarse.shape[1], 2).mean(axis=(1, 3))
    assert np.corrcoef(blocks.ravel(), coarse.ravel())[0, 1] > 0.97


def test_the_seed_decides_and_no_density_is_no_hair():
    one, other = (draw_hair(Hair(seed=seed), EXTENT, 0.2) for seed in (1, 2))
    assert np.array_equal(one, draw_hair(Hair(seed=1), EXTENT, 0.2))
    assert not np.array_equal(one, other)
    assert not draw_hair(Hair(density=0), EXTENT, 0.2).any()


@pytest.mark.parametrize("direction", [0.0, 90.0])
def test_hairs_run_where_they_are_told(direction):
    cover = draw_hair(Hair(direction=direction, spread=0, curl=0, seed=1), EXTENT, 0.1)
    down, across = (np.abs(np.diff(cover, axis=axis)).sum() for axis in (0, 1))
    assert (down > 2 * across) == (direction == 0)


def test_a_brow_is_dense_and_stays_where_it_grows():
    cover = draw_hair(brow((5.0, -10.0), (30.0, 8.0), seed=3), EXTENT, 0.1)
    middle = (slice(190, 210), slice(440, 460))  # 20 mm down and 45 mm across
    assert cover[middle].mean() > 0.6
    assert cover[400:].max() == 0


@pytest.mark.parametrize("colour", HAIR_COLOURS)
def test_a_hair_has_its_own_colour_in_the_photo(colour):
    hair = replace(brow((0.0, 0.0), (20.0, 20.0), colour), density=1500.0)
    photo = synthetic.render_photo(
        synthetic.subject("light", 2),
        scene=replace(FACE_ON, hair=(hair,)),
        chart_kind=None,
        size=(200, 200),
        container="tiff",
        exposure=1.0,
    )
    sensor = tifffile.imread(io.BytesIO(photo.photo_bytes)) / 65535
    covered = photo.hair > 0.99
    assert covered.sum() > 500
    white = np.ones(61) @ response(make_camera("phone"), lamp_power("daylight"))
    seen = sensor[covered].mean(axis=0)[1] / white[1]
    assert hair.reflectance()[0] < seen < hair.reflectance()[-1]


def test_skin_without_hair_has_none():
    photo = synthetic.render_photo(
        synthetic.subject("tan", 2), chart_kind=None, size=(60, 80), with_truth=False
    )
    assert photo.hair.shape == (60, 80)
    assert not photo.hair.any()


def test_an_unknown_colour_is_refused():
    with pytest.raises(UsageError, match="no hair colour 'green'"):
        Hair(colour="green").reflectance()
