"""Hairs are found on skin of every tone, and nothing else is: no spot, no vessel, no furrow."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import plain_profile
import pytest
from plain_profile import response, scene, skin
from tolerance import assert_close

from pigmeter import synthetic
from pigmeter.colour.chart import find_chart
from pigmeter.colour.quantities import spectral_quantities
from pigmeter.colour.session import fit_profile
from pigmeter.measurement.hair_lines import find_hair_lines
from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.obstructions import HAIR, mark_obstructions
from pigmeter.photo.reader import read_photo
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES

SIZE, SIDE = (560, 760), 0.1
CLOSE = {"size": SIZE, "mm_per_pixel": SIDE, "with_truth": False, "chart_kind": None}
SKIN = synthetic.Scene(gloss=0.03)


@cache
def person(tone):
    """Someone of a tone, the skin of the photo, and a profile fitted to a chart in the same light."""
    subject = synthetic.subject(tone, 3, vessels=4)
    chart = CLOSE | {"chart_kind": "colorchecker-nano"}
    photo = read_photo(synthetic.render_photo(subject, scene=SKIN, **chart).photo_bytes, name="chart.jpg")
    maps = synthetic.draw_pigments(subject, (SIZE[0] * SIDE + 1, SIZE[1] * SIDE + 1), SIDE)
    return maps, fit_profile(photo, chart=find_chart(photo))


def seen(tone, subject=None, **of_scene):
    """Maps before and after, and the rendered photo."""
    maps, profile = person(tone)
    rendered = synthetic.render_photo(subject or maps, scene=replace(SKIN, **of_scene), **CLOSE)
    photo = read_photo(rendered.photo_bytes, name="skin.jpg")
    before = quantity_maps(photo, profile, 1, mm_per_pixel=SIDE)
    melanin, was = before.maps["melanin_index"].copy(), before.skin.copy()
    return rendered, melanin, was, mark_obstructions(before, SIDE)


@pytest.mark.parametrize("tone", TONES)
def test_skin_without_hair_loses_next_to_nothing(tone):
    rendered, _, was, found = seen(tone)
    lost = was & ~found.skin
    assert lost.sum() < 0.0015 * was.sum()
    vessel = was & (rendered.kind == synthetic.KINDS.index("vessel"))
    assert lost[vessel].sum() < 0.1 * vessel.sum()


@pytest.mark.parametrize("tone", TONES)
def test_the_spread_of_hairy_skin_returns_to_that_of_the_bare_skin(tone):
    _, bare, was_bare, _ = seen(tone)
    hairs = (synthetic.Hair(density=5.0, seed=4),)
    rendered, hairy, was, found = seen(tone, hair=hairs)
    clear = found.skin & was_bare
    spread = bare[was_bare & was].std()
    assert hairy[was].std() > 1.4 * spread
    assert_close(found.maps["melanin_index"][clear].std() / spread, 1.0, 0.1)
    assert_close(found.maps["melanin_index"][clear].mean(), bare[was_bare].mean(), 0.3)
    assert (found.state[was & (rendered.hair > 0.3)] == HAIR).mean() > 0.9
    assert clear.sum() > 0.7 * was.sum()


def spotted(maps, contrast):
    """The skin with round spots of 0.5 to 15 mm, of this contrast in melanin_index, and where they are."""
    base, blood = float(maps.melanin_clear.mean()), float(maps.blood_clear.mean())
    more = np.linspace(0, 1.5, 400)
    index = spectral_quantities(reflectance(base + more, np.full(400, blood), maps.optics))["melanin_index"]
    added = np.float32(np.interp(contrast, index - index[0], more))
    row, column = (np.arange(n) * SIDE for n in maps.kind.shape)
    cover = np.zeros(maps.kind.shape, np.float32)
    rng = np.random.default_rng(2)
    for diameter, number in ((0.5, 40), (0.7, 30), (1.0, 25), (2.0, 10), (4.0, 4), (8.0, 2), (15.0, 1)):
        for y, x in rng.uniform(0.05, 0.95, (number, 2)) * [row[-1], column[-1]]:
            away = np.hypot(row[:, None] - y, column[None] - x) - diameter / 2
            cover = np.maximum(cover, np.clip(0.5 - away / 0.15, 0, 1))
    return replace(maps, melanin_spots=maps.melanin_spots + added * cover), cover


@pytest.mark.parametrize("contrast", [2, 8, 20])
@pytest.mark.parametrize("tone", TONES)
def test_spots_are_no_hair(tone, contrast):
    subject, cover = spotted(person(tone)[0], contrast)
    # the raster is as fine as the photo, one pixel larger all around, and its middle in the photo's
    edge = [(a - b) // 2 for a, b in zip(cover.shape, SIZE, strict=True)]
    cover = cover[edge[0] : edge[0] + SIZE[0], edge[1] : edge[1] + SIZE[1]]
    _, melanin, was, found = seen(tone, subject)
    spot = was & (cover > 0.5)
    around = was & (cv2.dilate(cover, np.ones((9, 9))) == 0)
    seen_contrast = melanin[was & (cover > 0.99)].mean() - melanin[around].mean()
    assert contrast < 5 or seen_contrast > 0.6 * contrast
    assert (found.state[spot] == HAIR).mean() < 0.01
    assert (found.state[was] == HAIR).mean() < 0.005


@pytest.mark.parametrize("colour", ["black", "brown", "grey"])
def test_pale_hair_is_claimed_only_where_it_is_seen(colour):
    rendered, _, was, found = seen("light", hair=(synthetic.Hair(density=3, colour=colour, seed=1),))
    hit = found.state == HAIR
    far = cv2.distanceTransform((rendered.hair < 0.02).astype(np.uint8), cv2.DIST_L2, 3)
    assert hit[was & (far > 6)].mean() < 0.005
    if colour != "grey":
        assert hit[was & (rendered.hair > 0.3)].mean() > 0.95


def test_a_brow_goes_as_a_whole():
    rendered, _, was, found = seen("light", hair=(synthetic.brow((0, 0), (30, 8), seed=2),))
    inside = cv2.erode((cv2.blur(rendered.hair, (15, 15)) > 0.3).astype(np.uint8), np.ones((9, 9))) > 0
    assert inside.sum() > 5000
    assert found.skin[inside].mean() < 0.02
    assert (found.state[inside] == HAIR).mean() > 0.95
    far = cv2.dilate(rendered.hair, np.ones((31, 31))) < 0.01
    assert found.skin[was & far].mean() > 0.995


def test_furrows_in_light_from_the_side_are_no_hair():
    _, _, was, found = seen("light", directional=0.6, light_elevation=35.0)
    assert (found.state[was] == HAIR).mean() < 0.005


def test_where_a_pixel_is_wider_than_a_hair_shows_none_is_sought(profile):
    def line(linear):
        linear[99:101, 60:200] = response(skin(0.9, 0.1))

    found = quantity_maps(scene(change=line), profile, 1, mm_per_pixel=0.25)
    assert find_hair_lines(found, 0.25).wide.any()
    assert not find_hair_lines(found, 0.31).wide.any()


def test_the_number_of_threads_does_not_change_what_is_found(profile):
    rng = np.random.default_rng(6)

    def lines(linear):
        canvas = np.zeros(linear.shape[:2], np.uint8)
        for _ in range(60):
            a, b = rng.integers(20, 180, 2), rng.integers(-25, 25, 2)
            cv2.line(canvas, (int(a[1]) + 30, int(a[0])), (int(a[1] + b[1]) + 30, int(a[0] + b[0])), 1)
        linear[canvas > 0] *= 0.4

    found = quantity_maps(scene(noise=0.004, change=lines), profile, 1, mm_per_pixel=plain_profile.MM)
    one, many = (find_hair_lines(replace(found, workers=n), plain_profile.MM) for n in (1, 5))
    assert one.wide.any()
    assert np.array_equal(one.wide, many.wide)
    assert np.array_equal(one.count, many.count)
