"""What hides the skin leaves the maps, is told by its cause, and adds up; too little skin is refused."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from plain_profile import MM, SITE, disc, response, scene
from tolerance import assert_close

from pigmeter.measurement.maps import CLIPPED, GLOSSY, MEASURED, quantity_maps
from pigmeter.measurement.obstructions import (
    CHART,
    GLASSES,
    HAIR,
    MOUTH,
    OBSTRUCTIONS,
    SHADOW,
    Extent,
    extent_of,
    mark_obstructions,
    obstructed,
    refusal_of,
    require_region,
)
from pigmeter.regions.region import Region

CENTRE = (100, 130)


def marked(profile, excluded=None, **of_scene):
    found = quantity_maps(scene(**of_scene), profile, 1, mm_per_pixel=MM, excluded=excluded)
    return mark_obstructions(found, MM)


def test_codes_are_numbered_as_their_names():
    codes = (GLOSSY, CLIPPED, HAIR, SHADOW, MOUTH, GLASSES, CHART)
    assert codes == tuple(range(2, 9))
    assert [OBSTRUCTIONS[code - 2] for code in codes] == [
        "gloss", "clipped", "hair", "shadow", "mouth", "glasses", "chart"
    ]  # fmt: skip


@pytest.mark.parametrize("melanin", [0.08, 0.2, 0.6])
def test_bare_skin_stays_as_it_is(profile, melanin):
    before = quantity_maps(scene(melanin), profile, 1, mm_per_pixel=MM)
    maps, state = {key: values.copy() for key, values in before.maps.items()}, before.state.copy()
    found = mark_obstructions(before, MM)
    assert np.array_equal(found.state, state)
    for key, values in maps.items():
        assert np.array_equal(found.maps[key], values, equal_nan=True)
    assert not any(obstructed(found, Region("disc", disc(CENTRE, 15))).values())


def test_what_is_taken_out_is_taken_out_everywhere(profile):
    def darken(linear):
        linear[disc((110, 140), 8)] *= 0.3
        linear[70:72, 80:180] *= 0.2

    found = marked(profile, change=darken)
    assert {HAIR, SHADOW} <= set(np.unique(found.state))
    assert np.array_equal(found.skin, found.state == MEASURED)
    for values in found.maps.values():
        assert np.array_equal(np.isfinite(values), found.skin)
    shadow = cv2.resize(disc((110, 140), 8).astype(np.uint8), None, fx=0.5, fy=0.5)
    assert not found.skin_cells.skin[: shadow.shape[0], : shadow.shape[1]][shadow > 0].any()


def test_the_parts_of_a_region_add_up_by_hand(profile):
    chart = np.zeros_like(SITE)
    chart[90:110, 160:190] = True

    def change(linear):
        linear[70:72, 80:180] *= 0.2  # a hair
        linear[disc((130, 110), 7)] *= 0.3  # a shadow
        linear[disc((80, 115), 2.5)] = 2.0  # clipped
        linear[disc((100, 120), 2)] += 0.35  # gloss

    found = marked(profile, excluded=chart, light=0.6, change=change)
    region = Region("whole", np.ones_like(SITE))
    extent = extent_of(found, region)
    assert extent.pixels == SITE.size
    assert_close(extent.skin + sum(extent.causes.values()), 1, 1e-12)
    assert_close(extent.skin, (found.state == MEASURED).mean(), 1e-12)
    assert set(extent.causes) == {*OBSTRUCTIONS, "other"}
    pixels = {name: share * SITE.size for name, share in extent.causes.items()}
    assert 200 <= pixels["hair"] <= 900
    assert_close(pixels["shadow"] / disc((130, 110), 7).sum(), 1.15, 0.2)
    assert_close(pixels["clipped"] / disc((80, 115), 2.5).sum(), 1.2, 0.35)
    assert_close(pixels["gloss"] / disc((100, 120), 2).sum(), 1.4, 0.5)  # and the cells that touch it
    assert_close(pixels["chart"] / chart.sum(), 1.2, 0.2)
    assert_close(pixels["other"] / (~SITE).sum(), 1.0, 0.1)


def test_the_whole_skin_reaches_as_far_as_its_outline(profile):
    def burn(linear):
        linear[disc(CENTRE, 5)] = 3

    found = marked(profile, change=burn)
    outline = np.kron(found.skin_cells.outline, np.ones((found.cell, found.cell), bool))
    outline = outline[: SITE.shape[0], : SITE.shape[1]]
    extent = extent_of(found, Region("skin"))
    assert extent.pixels == outline.sum()
    assert_close(extent.causes["clipped"], disc(CENTRE, 5).sum() / outline.sum(), 0.02)
    assert_close(extent.skin, (found.state[outline] == MEASURED).mean(), 1e-12)


def test_a_region_off_the_photo_has_no_extent(profile):
    found = marked(profile)
    extent = extent_of(found, Region("nothing", np.zeros_like(SITE)))
    assert extent == Extent(0, 0.0, dict.fromkeys((*OBSTRUCTIONS, "other"), 0.0))


def test_dark_cells_at_the_edge_of_skin_are_hair_and_cloth_is_not(profile):
    top = disc((55, 130), 12) & SITE

    def grow(linear):
        linear[top] = response(np.full(61, 0.03))

    found = marked(profile, change=grow)
    assert (found.state[disc((65, 130), 7) & SITE] == HAIR).mean() > 0.9
    assert (found.state[SITE & disc((140, 130), 8)] == MEASURED).all()
    assert not (found.state[:, :20] == HAIR).any()


def test_a_scale_may_be_missing(profile):
    def line(linear):
        linear[70:72, 80:180] *= 0.2

    found = mark_obstructions(quantity_maps(scene(change=line), profile, 1))
    assert (found.state >= MEASURED).any()


def test_the_number_of_threads_does_not_change_the_causes(profile):
    def darken(linear):
        linear[disc((110, 140), 8)] *= 0.3
        linear[70:72, 80:180] *= 0.2

    photo = scene(change=darken)
    states = [
        mark_obstructions(quantity_maps(photo, profile, 1, mm_per_pixel=MM, workers=n), MM).state
        for n in (1, 2, 8)
    ]
    assert np.array_equal(states[0], states[1])
    assert np.array_equal(states[0], states[2])


PART = Region("cheek left", disc(CENTRE, 10))


def extent(skin_share, pixels=40_000, **causes):
    return Extent(pixels, skin_share, dict.fromkeys((*OBSTRUCTIONS, "other"), 0.0) | causes)


def test_too_little_skin_is_refused_with_what_hides_it():
    code, reason = refusal_of(extent(0.12, hair=0.64, gloss=0.2, other=0.04), PART, 0.1)
    assert code == "REGION_TOO_LITTLE_SKIN"
    assert "only 12% of the region 'cheek left' is bare skin (at least 20% wanted)" in reason
    assert "(64% hair, 20% gloss, 4% other); draw it where there is skin" in reason


def test_a_region_too_small_is_refused_where_the_scale_is_known():
    code, reason = refusal_of(extent(0.9, pixels=400, hair=0.1), PART, 0.1)
    assert code == "REGION_TOO_LITTLE_SKIN"
    assert (
        "only 3.6 mm2 of bare skin in the region 'cheek left' (at least 25 mm2 wanted) (10% hair)" in reason
    )
    assert refusal_of(extent(0.9, pixels=400, hair=0.1), PART) is None


def test_an_empty_region_is_refused_and_a_good_one_is_not():
    code, reason = refusal_of(extent(0.0, other=1.0), PART, 0.1)
    assert code == "REGION_EMPTY"
    assert reason == "no skin to be measured in the region 'cheek left' (100% other)"
    assert refusal_of(extent(0.5, hair=0.5), PART, 0.1) is None
    assert refusal_of(extent(0.1, hair=0.9), Region("skin"), 0.1) is None


def test_a_region_is_asked_for_as_it_lies_on_the_maps(profile):
    found = marked(profile)
    assert require_region(found, Region("middle", disc(CENTRE, 10)), MM) is None
    assert require_region(found, Region("small", disc(CENTRE, 2)), MM)[0] == "REGION_TOO_LITTLE_SKIN"
    assert require_region(found, Region("small", disc(CENTRE, 2))) is None
    assert require_region(found, Region("cloth", ~SITE), MM)[1].endswith("'cloth' (100% other)")


def test_cells_that_are_hidden_are_no_skin_cells(profile):
    found = quantity_maps(
        scene(change=lambda linear: np.multiply(linear, 0.3, out=linear, where=disc(CENTRE, 8)[..., None])),
        profile, 1, mm_per_pixel=MM,
    )  # fmt: skip
    before = found.skin_cells.skin.copy()
    after = mark_obstructions(replace(found), MM).skin_cells.skin
    assert before[found.skin_cells.outline].mean() > after[found.skin_cells.outline].mean() + 0.1
    assert np.array_equal(found.skin_cells.skin, before)
