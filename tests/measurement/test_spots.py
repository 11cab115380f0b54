"""Spots of a photo: dark, light and red, where they lie, and what is none."""

import numpy as np
import pytest
from spotted import drawn_discs, quiet, skin_maps
from tolerance import assert_close

from pigmeter.measurement.spots import Spot, find_spots, spot_key
from pigmeter.regions.region import Region

MM = 0.1
SHAPE = (600, 640)


def discs(*given):
    return drawn_discs(SHAPE, MM, given)


def test_kinds_places_sizes_and_contrasts():
    melanin = discs((15.0, 15.0, 1.5, 8.0), (15.0, 45.0, 2.0, -6.0))
    found = skin_maps(SHAPE, melanin=melanin, blood=discs((45.0, 30.0, 2.5, 10.0)))
    spots = {spot.kind: spot for spot in find_spots(found, MM, quiet())}
    assert set(spots) == {"dark", "light", "red"}
    for kind, x, y, radius, contrast in (
        ("dark", 15.0, 15.0, 1.5, 8.0),
        ("light", 45.0, 15.0, 2.0, -6.0),
        ("red", 30.0, 45.0, 2.5, 10.0),
    ):
        spot = spots[kind]
        assert_close((spot.x_mm, spot.y_mm), (x, y), 0.06)
        assert_close((spot.x, spot.y), (x / MM - 0.5, y / MM - 0.5), 0.6)
        assert_close(spot.area_mm2 / (np.pi * radius**2), 1, 0.05)
        assert_close(spot.diameter_mm, 2 * np.sqrt(spot.area_mm2 / np.pi), 1e-9)
        assert_close(spot.mean_contrast, contrast, 0.25)
        assert spot.key == spot_key(kind)
        assert spot.severity == pytest.approx(spot.area_mm2 * abs(spot.mean_contrast))
        assert spot.roundness > 0.9
        assert_close(spot.outline.mean(axis=0), (spot.x, spot.y), 1.5)
    assert sorted(spot.number for spot in spots.values()) == [1, 2, 3]


def test_the_most_severe_is_the_first_and_one_within_another_says_so():
    found = skin_maps(
        SHAPE, melanin=discs((30.0, 30.0, 8.0, 6.0), (30.0, 31.0, 1.0, 8.0), (8.0, 8.0, 1.0, 6.0))
    )
    spots = find_spots(found, MM, quiet())
    severity = [spot.severity for spot in spots]
    assert severity == sorted(severity, reverse=True)
    assert [spot.within for spot in spots] == [0, 1, 0]
    assert_close(spots[1].mean_contrast, 8.0, 0.4)


@pytest.mark.parametrize(("blood", "kinds"), [(20.0, {"red"}), (9.0, {"dark"})])
def test_a_place_is_of_the_kind_that_explains_most_of_it(blood, kinds):
    """Melanin that leaks into blood's index makes no red spot, nor blood in melanin's a dark one."""
    places = [(15.0, 15.0, 2.0), (40.0, 30.0, 1.5)]
    melanin = discs(*((x, y, radius, 6.0 if blood < 10 else 3.0) for x, y, radius in places))
    found = skin_maps(
        SHAPE, melanin=melanin, blood=discs(*((x, y, radius, blood) for x, y, radius in places))
    )
    spots = find_spots(found, MM, quiet())
    assert {spot.kind for spot in spots} == kinds
    assert len(spots) == len(places)


def test_a_faint_brown_patch_that_shows_best_as_erythema_is_a_dark_one():
    """Melanin explains more of its colour than blood does, and one place is of one kind."""
    patch = [(30.0, 30.0, 6.0)]
    found = skin_maps(
        SHAPE,
        melanin=discs(*((x, y, radius, 2.3) for x, y, radius in patch)),
        blood=discs(*((x, y, radius, 5.0) for x, y, radius in patch)),
    )
    (spot,) = find_spots(found, MM, quiet())
    assert spot.kind == "dark"
    assert_close(spot.mean_contrast, found.maps["melanin_index"][300, 300] - 30.0, 0.3)


def test_specks_that_darken_without_melanins_colour_are_none():
    """Pores and grains of light: the tables read them as melanin with too little blood."""
    speck = discs((30.0, 30.0, 1.0, 5.0))
    found = skin_maps(SHAPE, melanin=speck)
    assert len(find_spots(found, MM, quiet())) == 1
    found.maps["erythema_index"] -= 0.45 * speck
    found.maps["haemoglobin_index"] -= 2.0 * speck
    assert not find_spots(found, MM, quiet())


def test_a_small_spot_must_be_stronger_than_a_patch():
    found = skin_maps(
        SHAPE, melanin=discs((45.0, 30.0, 6.0, 2.7), (15.0, 30.0, 1.5, 2.8), (15.0, 45.0, 1.5, 3.4))
    )
    spots = find_spots(found, MM, quiet())
    assert_close([spot.x_mm for spot in spots], [30.0, 45.0], 0.2)
    assert_close([spot.y_mm for spot in spots], [45.0, 15.0], 0.2)


def test_shadows_are_no_spots():
    """Shading darkens all colours alike: neither index of colour follows."""
    found = skin_maps(SHAPE)
    shadow = discs((30.0, 30.0, 2.0, 8.0))
    found.maps["melanin_index"] += shadow.astype(np.float32)
    found.maps["L"] -= shadow.astype(np.float32)
    assert not find_spots(found, MM, quiet())


def test_a_cluster_of_freckles_is_no_patch():
    rng = np.random.default_rng(1)
    places = [(30 + 2.3 * i, 30 + 2.3 * j, 0.6, 10.0) for i in range(-2, 3) for j in range(-2, 3)]
    places = [(y + rng.uniform(-0.3, 0.3), x + rng.uniform(-0.3, 0.3), r, c) for y, x, r, c in places]
    spots = find_spots(skin_maps(SHAPE, melanin=discs(*places)), MM, quiet())
    assert len(spots) >= 20
    assert max(spot.diameter_mm for spot in spots) < 3


def test_masked_pixels_gradients_and_borders_make_no_spots():
    down, across = (np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5) * MM
    skin = np.hypot(down - 20, across - 30) > 6
    skin[:, :100] = False
    skin[400:, 500:] = False
    skin &= np.random.default_rng(0).random(SHAPE) > 0.05
    gradient = 0.4 * across - 0.3 * down + 0.002 * (across - 30) ** 2
    assert not find_spots(skin_maps(SHAPE, melanin=gradient, skin=skin), MM, quiet())


def test_noise_makes_no_spots_and_more_noise_finds_fewer():
    assert not find_spots(skin_maps(SHAPE, grain=1.5), MM, quiet(0.75))
    melanin = discs((15.0, 15.0, 0.7, 5.0), (15.0, 45.0, 2.0, 6.0), (45.0, 30.0, 4.0, 6.0))
    number = [
        len(find_spots(skin_maps(SHAPE, melanin=melanin, grain=g), MM, quiet(g / 2))) for g in (0.2, 6.0)
    ]
    assert number[0] == 3 > number[1]


def test_regions_name_the_spot_and_the_smallest_wins():
    found = skin_maps(SHAPE, melanin=discs((15.0, 15.0, 1.5, 8.0), (45.0, 45.0, 1.5, 8.0)))
    corner = np.zeros(SHAPE, bool)
    corner[:300, :300] = True
    regions = (Region("skin"), Region("mine", corner, "cheek", "left"))
    spots = {round(spot.x_mm): spot for spot in find_spots(found, MM, quiet(), regions)}
    assert (spots[15].region, spots[15].site) == ("mine", "cheek left")
    assert (spots[45].region, spots[45].site) == ("skin", "")
    assert find_spots(found, MM, quiet())[0].region == ""


def test_without_a_scale_or_skin_there_is_nothing():
    found = skin_maps(SHAPE, melanin=discs((15.0, 15.0, 1.5, 8.0)))
    assert find_spots(found, None, quiet()) == ()
    assert find_spots(skin_maps(SHAPE, skin=np.zeros(SHAPE, bool)), MM, quiet()) == ()


def test_the_result_is_the_same_every_time_and_whatever_cv2_threads_do():
    import cv2

    melanin = discs((15.0, 15.0, 1.5, 8.0), (15.0, 45.0, 2.0, -6.0), (40.0, 30.0, 7.0, 5.0))
    found = skin_maps(SHAPE, melanin=melanin, grain=0.5)
    threads = cv2.getNumThreads()
    seen = []
    try:
        for number in (1, 2, 8):
            cv2.setNumThreads(number)
            seen.append(find_spots(found, MM, quiet(0.25)))
    finally:
        cv2.setNumThreads(threads)
    for spots in seen[1:]:
        for a, b in zip(spots, seen[0], strict=True):
            assert isinstance(a, Spot)
            assert a.outline.tobytes() == b.outline.tobytes()
            assert (a.contrast, a.ring, a.uncertainty) == (b.contrast, b.ring, b.uncertainty)
