"""Findings: each appears when its cause does, names value and limit, and a good photo has none."""

import numpy as np
import plain_profile
import pytest
from plain_profile import MM, SITE, disc, photo_of, response, scene, skin, srgb_encode

from pigmeter.errors import MeasurementError
from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.obstructions import mark_obstructions
from pigmeter.measurement.quality import find_doubts, gloss_fraction, require_skin


def doubts(profile, photo, mm=MM):
    maps = quantity_maps(photo, profile, 1, mm_per_pixel=mm)
    return {finding.code: finding for finding in find_doubts(photo, profile, maps, mm)}


@pytest.mark.parametrize("melanin", [0.08, 0.2, 0.4, 0.6])
def test_a_good_photo_of_any_tone_has_no_findings(profile, melanin):
    assert doubts(profile, scene(melanin)) == {}


def test_skin_clipped_at_white(profile):
    def burn(linear):
        linear[disc((100, 130), 5)] = 2

    found = doubts(profile, scene(change=burn))["EXPOSURE_HIGH"]
    assert found.value == pytest.approx(disc((100, 130), 5).sum() / SITE.sum(), rel=0.2)
    assert found.limit == 0.01
    assert "% of the skin is clipped at white (limit 1%); retake at lower exposure" in found.message


def test_what_is_clipped_beside_the_skin_does_not_matter(profile):
    def burn(linear):
        linear[:20] = 2

    assert doubts(profile, scene(change=burn)) == {}


def test_skin_clipped_at_black(profile):
    def drown(linear):
        linear[disc((100, 130), 3)] = 0

    assert doubts(profile, scene(change=drown, noise=0))["EXPOSURE_LOW"].limit == 0.01


class Underexposed(plain_profile.PlainProfile):
    """Of a session whose white patch is at 3 % of full scale."""

    def response_table(self, photo):
        return super().response_table(photo) / np.float32(0.03)


def test_skin_so_dark_in_the_file_that_steps_show():
    profile = Underexposed()
    found = doubts(profile, scene(0.3, light=0.03, noise=0))
    assert found["EXPOSURE_COARSE"].value > 4
    assert "one step of the file's values" in found["EXPOSURE_COARSE"].message
    assert "EXPOSURE_COARSE" not in doubts(profile, scene(0.3, light=0.03, noise=0, bits=16))


def test_gloss_on_much_of_the_skin(profile):
    def shine(linear):
        linear[10:190:6, 40:220:6] += 0.06
        linear[11:190:6, 40:220:6] += 0.06
        linear[10:190:6, 41:220:6] += 0.06

    found = doubts(profile, scene(bits=16, noise=0.001, change=shine))["GLOSS"]
    assert 0.05 < found.value < 0.5
    assert "wipe the skin" in found.message


def test_gloss_fraction_counts_strong_highlights(profile):
    spot = disc((90, 120), 2)

    def shine(linear):
        linear[spot] += 0.35

    maps = quantity_maps(scene(0.2, light=0.6, change=shine), profile, 1, mm_per_pixel=MM)
    assert gloss_fraction(maps) == pytest.approx(spot.sum() / SITE.sum(), rel=0.5)


def test_gloss_fraction_of_skin_without_gloss_is_zero(profile):
    assert gloss_fraction(quantity_maps(scene(noise=0), profile, 1, mm_per_pixel=MM)) == 0


def test_uneven_light(profile):
    def shade(linear):
        linear *= np.linspace(0.1, 1.2, linear.shape[1])[:, None]

    found = doubts(profile, scene(bits=16, change=shade))["LIGHT_UNEVEN"]
    assert 30 < found.value < 60
    assert "brightness on the skin spans" in found.message


def test_a_carpet_is_told_to_be_rough(profile):
    tufts = np.random.default_rng(4).uniform(0.6, 1.1, (50, 65)).repeat(4, axis=0).repeat(4, axis=1)

    def weave(linear):
        linear *= tufts[..., None]

    found = doubts(profile, scene(bits=16, change=weave))["SURFACE_ROUGH"]
    assert 3 < found.value < 12
    assert "from one half millimetre to the next" in found.message


def hidden(profile, change):
    maps = mark_obstructions(quantity_maps(scene(change=change), profile, 1, mm_per_pixel=MM), MM)
    return {finding.code: finding for finding in find_doubts(scene(), profile, maps, MM)}


def test_much_hair_and_a_large_shadow_are_told(profile):
    def grow(linear):
        linear[20:180:9] *= 0.25

    def darken(linear):
        linear[disc((100, 130), 9)] *= 0.3

    hair = hidden(profile, grow)["HAIR"]
    assert hair.limit == 0.2
    assert 0.3 < hair.value < 0.7
    assert "hair hides" in hair.message
    assert "shave or part it" in hair.message
    shadow = hidden(profile, darken)["SHADOW"]
    assert shadow.value == pytest.approx(disc((100, 130), 9).sum() / SITE.sum(), rel=0.5)
    assert "a cast shadow hides" in shadow.message
    assert not {"HAIR", "SHADOW"} & set(hidden(profile, None))


def test_gloss_counts_once_whether_or_not_its_pixels_are_marked(profile):
    spot = disc((90, 120), 2)

    def shine(linear):
        linear[spot] += 0.35

    maps = quantity_maps(scene(0.2, light=0.6, change=shine), profile, 1, mm_per_pixel=MM)
    before = gloss_fraction(maps)
    after = gloss_fraction(mark_obstructions(maps, MM))
    assert before <= after < 2.2 * before  # with the cells that touch it


def test_unknown_scale_low_resolution_and_little_skin(profile):
    assert "SCALE_UNKNOWN" in doubts(profile, scene(), None)
    assert doubts(profile, scene(), 0.8)["RESOLUTION_LOW"].value == 0.8
    assert "only" in doubts(profile, scene(), MM / 6)["SKIN_SMALL"].message


def test_a_little_skin_in_a_photo_of_unknown_scale(profile):
    pixels = np.full((400, 400, 3), (60, 90, 140), np.uint8)
    pixels[100:116, 100:116] = srgb_encode(response(skin(0.2, 0.1)))
    assert "skin fills" in doubts(profile, photo_of(pixels), None)["SKIN_SMALL"].message


def test_a_few_cells_of_skin_colour_are_no_skin_and_a_close_up_is(profile):
    pixels = np.full((200, 200, 3), (60, 90, 140), np.uint8)
    pixels[90:99, 90:99] = srgb_encode(response(skin(0.2, 0.1)))
    photo = photo_of(pixels)
    with pytest.raises(MeasurementError, match="in pieces of 25 mm2 or more"):
        require_skin(photo, quantity_maps(photo, profile, 1, mm_per_pixel=0.5))
    pixels = pixels.copy()
    pixels[60:120, 60:120] = pixels[95, 95]
    require_skin(photo, quantity_maps(photo_of(pixels), profile, 1, mm_per_pixel=0.05))


def test_a_photo_without_skin_is_refused(profile):
    photo = photo_of(np.full((60, 60, 3), 255, np.uint8), name="wall.jpg")
    maps = quantity_maps(photo, profile, 1)
    words = r"wall.jpg: no skin to be measured \(0 % of .* 0 % .* at black, 1e\+02 % at white\)"
    with pytest.raises(MeasurementError, match=words) as caught:
        require_skin(photo, maps)
    assert caught.value.code == "SKIN_NONE"
    require_skin(scene(), quantity_maps(scene(), plain_profile.PlainProfile(), 1, mm_per_pixel=MM))


def test_a_photo_of_wood_is_refused_with_what_it_may_be(profile):
    """Its colours reach from just within the virtual skins to beyond them."""
    distance = profile.skin_locus.distance
    u, v = np.unravel_index(np.argmin(np.abs(distance - 0.7)), distance.shape)
    toward = np.array([u, v]) - np.argwhere(distance == 0).mean(axis=0)
    toward /= np.hypot(*toward)
    grain = np.abs((np.arange(200) % 80) / 40 - 1)[None, :, None] * 20
    chroma = profile.skin_locus.origin + profile.skin_locus.step * (np.array([u, v]) + grain * toward)
    linear = 0.3 * np.stack([10 ** -chroma[..., 0], np.ones((1, 200)), 10 ** -chroma[..., 1]], axis=-1)
    photo = photo_of(srgb_encode(np.repeat(linear, 150, axis=0), 16), name="table.jpg")
    words = r"table.jpg: .* near the colours of skin but shades into others"
    with pytest.raises(MeasurementError, match=words):
        require_skin(photo, quantity_maps(photo, profile, 1, mm_per_pixel=0.5))
