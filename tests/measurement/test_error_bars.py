"""Uncertainty of a region's mean: noise by the chart's patches, light by its distance, the rest."""

from types import SimpleNamespace

import numpy as np
import pytest
from plain_profile import MM, PlainProfile, disc, plain_errors, scene
from tolerance import assert_close

from pigmeter.colour.layouts import layout
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.error_bars import (
    COLUMNS,
    Light,
    chart_distance,
    light_of,
    pixel_noise,
    region_bars,
)
from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.measurement import measure
from pigmeter.measurement.statistics import describe_maps
from pigmeter.reference import limit

NO_CHART = Light(np.empty((0, 3)), np.empty((0, 3)), None)
CLASSIC = layout("colorchecker-classic")
WIDTH = float(np.ptp(CLASSIC.outline_mm[:, 0]))


def laid_chart(to_photo, **changes):
    """A chart whose plane goes to the photo by a homography."""
    known = {"patches": np.full((24, 3), 128.0), "noise": np.full((24, 3), 1.0), "excluded": ()}
    return SimpleNamespace(layout=CLASSIC, homography=to_photo, **(known | changes))


def own_profile(photo):
    made = PlainProfile()
    made.created_from = photo.sha256
    return made


def upright(left=0.0, top=0.0, per_mm=2.0):
    return np.array([[per_mm, 0, left], [0, per_mm, top], [0, 0, 1.0]])


def region_at(x, y, shape=(200, 260), half=2):
    inside = np.zeros(shape, bool)
    inside[y - half : y + half + 1, x - half : x + half + 1] = True
    return inside


def test_distance_is_in_widths_of_the_chart_and_from_its_middle():
    photo = scene()
    middle = CLASSIC.outline_mm.mean(axis=0)
    light = light_of(photo, own_profile(photo), laid_chart(upright(-2 * middle[0] + 50, -2 * middle[1] + 60)))
    assert_close(chart_distance(light, region_at(50, 60), 1), 0, 1e-9)
    assert_close(chart_distance(light, region_at(50 + 90, 60), 1), 45 / WIDTH, 1e-9)
    assert_close(chart_distance(light, region_at(80, 100), 1), 25 / WIDTH, 1e-9)
    # a map of half the photo's resolution: the middle of map pixel 30 is photo pixel 60.5
    assert_close(chart_distance(light, region_at(30, 30), 2), np.hypot(10.5, 0.5) / 2 / WIDTH, 1e-9)


def test_beyond_the_horizon_of_a_tilted_chart_is_far():
    photo = scene()
    tilted = upright(20.0, 80.0, 1.0)
    tilted[2] = [0.01, 0, 1]
    light = light_of(photo, own_profile(photo), laid_chart(tilted))
    near, far = (chart_distance(light, region_at(x, 90), 1) for x in (60, 80))
    assert 0 < near < far < np.inf
    assert chart_distance(light, region_at(150, 90), 1) == np.inf


def test_a_chart_in_another_photo_says_nothing_of_the_light_here():
    photo = scene()
    light = light_of(photo, PlainProfile(), laid_chart(upright()))
    assert chart_distance(light, region_at(50, 60), 1) is None
    assert len(light.noise) == 24  # of the noise it does
    assert chart_distance(NO_CHART, region_at(50, 60), 1) is None


def test_noise_is_that_of_patches_as_bright():
    brightness = np.log(np.array([[0.05] * 3, [0.3] * 3, [0.8] * 3]))
    light = Light(brightness, np.array([[0.2] * 3, [0.04] * 3, [0.01] * 3]), None)
    assert_close(pixel_noise(light, np.log(np.full(3, 0.05))), 0.2, 0.01)
    assert_close(pixel_noise(light, np.log(np.full(3, 1e-3))), 0.2, 0.01)
    assert_close(pixel_noise(light, np.log([0.05, 0.8, 0.05]))[1], 0.02, 0.01)
    assert_close(pixel_noise(NO_CHART, np.zeros(3)), limit("measurement", "pixel_noise"), 0)


def test_noise_of_a_patch_is_taken_through_the_response():
    photo = scene()
    patches, noise = np.full((24, 3), 128.0), np.full((24, 3), 2.0)
    noise[5] = 60.0
    light = light_of(
        photo, PlainProfile(), laid_chart(upright(), patches=patches, noise=noise, excluded=(5,))
    )
    table = np.log(photo.decode[0].clip(1e-4).astype(float))
    assert_close(light.noise, np.full((23, 3), (table[130] - table[126]) / 2), 1e-5)
    assert_close(light.brightness, np.full((23, 3), table[128]), 1e-5)


@pytest.fixture(scope="module")
def found():
    return quantity_maps(scene(), PlainProfile(), 1, mm_per_pixel=MM)


def bars_of(found, inside, light=NO_CHART):
    return region_bars(describe_maps(found.maps, inside), inside, found, light, plain_errors())


def test_bars_by_hand(found):
    inside = found.skin & disc((100, 130), 10)
    bars = bars_of(found, inside)["a"]
    assert list(bars) == list(COLUMNS)
    pixels = inside.sum() / limit("measurement", "noise_correlation")
    noise = 40 * limit("measurement", "pixel_noise") / np.sqrt(pixels)
    shading = 40 * limit("profile", "shading_elsewhere")
    assert_close(bars["uncertainty_noise"], noise, 1e-9)
    assert_close(bars["uncertainty_shading"], shading, 1e-9)
    whole = np.sqrt(0.9**2 + 1.2**2 + noise**2 + shading**2)
    assert_close(bars["uncertainty"], whole, 1e-9)
    assert_close(bars["change_uncertainty"], np.sqrt(2 * (noise**2 + shading**2)), 1e-9)
    mean = describe_maps(found.maps, inside)["a"].mean
    assert_close([bars["low"], bars["high"]], [mean - 2 * whole, mean + 2 * whole], 1e-9)


def test_a_larger_region_has_less_noise(found):
    small, large = (bars_of(found, found.skin & disc((100, 130), r))["L"] for r in (3, 12))
    assert_close(small["uncertainty_noise"] / large["uncertainty_noise"], 4, 0.2)


def test_a_region_without_skin_has_no_bars(found):
    nothing = np.zeros_like(found.skin)
    assert {value for bars in bars_of(found, nothing).values() for value in bars.values()} == {None}


def test_parts_add_up_in_the_table(profile):
    for row in measure(scene(), profile, mm_per_pixel=MM).table[: len(QUANTITIES)]:
        parts = [row[f"uncertainty_{part}"] for part in ("camera", "chart", "people", "noise", "shading")]
        assert_close(row["uncertainty"], np.sqrt(np.sum(np.square(parts))), 1e-9)
        assert row["low"] < row["mean"] < row["high"]
        assert row["change_uncertainty"] < row["uncertainty"] * np.sqrt(2)
