"""What counts as skin: every tone, in any light; moles do, eyes, ink, gloss, specks and the chart do not."""

import numpy as np
import plain_profile
import pytest
from plain_profile import BACKDROP, MM, SITE, disc, response, scene, skin
from tolerance import assert_close

from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.skin_mask import Cells, find_skin, locus_distance

CENTRE = (100, 130)


def masked(profile, excluded=None, **of_scene):
    return quantity_maps(scene(**of_scene), profile, 1, mm_per_pixel=MM, excluded=excluded)


@pytest.mark.parametrize("light", [1.0, 0.25])
@pytest.mark.parametrize("melanin", [0.08, 0.15, 0.3, 0.45, 0.6])
def test_every_tone_is_found_whole_in_any_light(profile, melanin, light):
    found = masked(profile, melanin=melanin, light=light, noise=0.002).skin
    rim = SITE & ~disc(CENTRE, 18.5)
    assert (found | rim)[SITE].mean() > 0.995
    assert not found[~SITE].any()


def test_a_noisy_photo_loses_no_more_of_dark_skin_than_of_light(profile):
    shares = [masked(profile, melanin=m, noise=0.004).skin[SITE].mean() for m in (0.08, 0.6)]
    assert min(shares) > 0.85
    assert_close(shares[0], shares[1], 0.05)


def test_a_mole_is_skin_and_an_eye_is_not(profile):
    mole, eye = disc((80, 120), 2), disc((120, 150), 8)

    def change(linear):
        linear[mole] = response(skin(1.1, 0.1))
        linear[eye] = (0.5, 0.55, 0.6)

    found = masked(profile, change=change)
    assert found.skin[mole].all()
    assert not found.skin[eye].any()
    assert np.nanmean(found.maps["melanin_index"][mole]) > np.nanmean(found.maps["melanin_index"]) + 30


def test_a_dark_thing_too_large_for_a_mole_is_not_skin(profile):
    def lay(linear):
        linear[disc((100, 130), 7)] = (0.05, 0.05, 0.05)

    assert not masked(profile, change=lay).skin[disc((100, 130), 6)].any()


def test_a_mole_too_dark_to_have_a_colour_is_skin_and_a_mark_of_blue_ink_is_not(profile):
    mole, ink = disc((80, 120), 2), disc((120, 150), 2)

    def change(linear):
        linear[mole] = (0.02, 0.02, 0.02)
        linear[ink] = (0.03, 0.05, 0.25)

    found = masked(profile, change=change, noise=0.001)
    assert found.skin[mole].mean() > 0.9
    assert found.skin[ink].mean() < 0.1


@pytest.mark.parametrize("melanin", [0.08, 0.2, 0.6])
def test_a_strong_highlight_is_left_out_and_counted(profile, melanin):
    spot = disc((90, 120), 2)

    def shine(linear):
        linear[spot] += 0.35

    found = masked(profile, melanin=melanin, light=0.6, change=shine)
    assert found.skin[spot].mean() < 0.1
    assert (
        found.skin_cells.gloss.sum() * found.cell**2 > 0.5 * spot.sum()
        or (found.state[spot] == 2).mean() > 0.5
    )


@pytest.mark.parametrize("melanin", [0.08, 0.2, 0.6])
def test_sparkle_is_left_out_alike_in_dark_and_light_skin(profile, melanin):
    sparkle = np.zeros_like(SITE)
    sparkle[60:140:8, 90:170:8] = True

    def shine(linear):
        linear[sparkle] += 0.06

    found = masked(profile, melanin=melanin, light=0.7, noise=0.001, bits=16, change=shine)
    assert (found.state[sparkle] == 2).all()
    assert (found.state[~sparkle & disc(CENTRE, 18)] == 1).all()


@pytest.mark.parametrize("melanin", [0.08, 0.2, 0.6])
def test_shading_and_pale_spots_are_no_gloss(profile, melanin):
    column = np.arange(plain_profile.COLUMNS)
    ripple = 1 + 0.2 * np.sin(2 * np.pi * column * MM / 1.5)
    pale = disc((80, 130), 4)

    def change(linear):
        linear[pale] = response(skin(melanin * 0.6, 0.1)) * 0.7
        linear *= ripple[None, :, None]

    found = masked(profile, melanin=melanin, light=0.7, noise=0.001, bits=16, change=change)
    assert found.skin[disc(CENTRE, 18)].mean() > 0.98


def test_a_burnt_patch_in_the_midst_of_skin_belongs_to_the_outline(profile):
    burnt = disc((100, 130), 6)

    def burn(linear):
        linear[burnt] = 3

    found = masked(profile, change=burn)
    outline = np.kron(found.skin_cells.outline, np.ones((found.cell, found.cell), bool))
    assert outline[: SITE.shape[0], : SITE.shape[1]][burnt].all()
    assert not found.skin[burnt].any()


def test_specks_of_skin_colour_are_dropped(profile):
    speck = disc((20, 20), 2)

    def strew(linear):
        linear[speck] = response(skin(0.2, 0.1))

    assert not masked(profile, change=strew).skin[speck].any()


def test_the_chart_is_never_skin_and_not_clipped_skin_either(profile):
    chart = np.zeros_like(SITE)
    chart[85:115, 110:150] = True

    def lay(linear):
        linear[chart] = response(skin(0.2, 0.1))
        linear[95:105, 120:140] = 3

    found = masked(profile, excluded=chart, change=lay)
    assert not found.skin[chart].any()
    assert found.skin_cells.outline[50, 65] == 0


def test_a_shadow_without_light_is_not_skin(profile):
    def darken(linear):
        linear[:100] *= 0.01

    found = masked(profile, light=1.0, noise=0, bits=16, change=darken)
    assert not found.skin[:100].any()
    assert found.skin[105:].any()


def test_nothing_of_skin_colour_gives_an_empty_mask(profile):
    found = quantity_maps(plain_profile.photo_of(np.full((60, 60, 3), 90, np.uint8)), profile, 1)
    assert not found.skin.any()


EDGE = plain_profile.PlainLocus(
    np.array([-0.5, 0.0]),
    0.01,
    np.repeat(np.maximum(np.arange(-20, 41) / 3, 0)[:, None], 41, axis=1).astype(np.float32),
)
"""Virtual skins end at log10 G/R = -0.3, and 0.03 further is the end of their reach."""


def of_chroma(u):
    """Cells of 1 mm with these log10 G/R, as bright as each other."""
    u = np.asarray(u, dtype=np.float32)
    response = 0.3 * np.stack([10**-u, np.ones_like(u), np.full_like(u, 10**-0.2)])
    whole = np.ones(u.shape, np.int32)
    return Cells(response, whole, whole, np.zeros((2, *u.shape), np.int32), 1.0)


def test_wood_that_shades_from_nearly_skin_into_what_is_none_is_a_lookalike():
    """Until it was told apart, the table and the carpet under a chart were measured as skin."""
    grain = np.abs((np.arange(80) % 40) / 20 - 1) * 0.08 - 0.29
    chroma = np.tile(grain, (60, 1))
    chroma[15:45, 20:60] = 0.3  # paper
    chroma[20:40, 25:55] = -0.33  # a hand on it
    found = find_skin(of_chroma(chroma), EDGE)
    hand = np.zeros((60, 80), bool)
    hand[20:40, 25:55] = True
    assert not found.skin[~hand].any()
    assert found.skin[22:38, 27:53].all()
    assert found.lookalike[~hand].mean() > 0.1
    assert not (found.lookalike & hand).any()
    assert not (found.outline & ~hand).any()


@pytest.mark.parametrize("around", [0.3, -0.275])
def test_skin_at_the_edge_of_the_virtual_skins_is_skin_where_something_else_begins(around):
    """Beyond the outline is paper; or there is none, for skin fills the photo."""
    chroma = np.full((60, 80), around)
    chroma[10:50, 10:70] = -0.275
    found = find_skin(of_chroma(chroma), EDGE)
    assert found.skin[12:48, 12:68].all()
    assert not found.lookalike.any()


def test_freckles_and_patches_off_the_virtual_skins_do_not_make_skin_a_lookalike():
    chroma = np.full((60, 80), -0.275)
    for row in (8, 26, 44):
        for column in (8, 26, 44, 62):
            chroma[row : row + 7, column : column + 7] = -0.25
    found = find_skin(of_chroma(chroma), EDGE)
    assert found.skin.mean() > 0.9
    assert not found.lookalike.any()


def test_a_chart_beside_skin_is_not_what_skin_runs_on_into():
    chroma = np.full((60, 80), -0.25)
    chroma[10:50, 10:70] = -0.275
    found = find_skin(of_chroma(chroma), EDGE, excluded=chroma == -0.25)
    assert found.skin[14:46, 14:66].all()
    assert not found.lookalike.any()


def test_skin_that_fades_into_hair_is_skin():
    chroma = np.full((60, 80), -0.25)
    chroma[10:50, 10:70] = -0.33
    found = find_skin(of_chroma(chroma), EDGE)
    assert found.skin[12:48, 12:68].all()
    assert not found.lookalike.any()


def test_a_scrap_that_shades_into_something_else_is_left_out():
    chroma = np.full((60, 80), -0.25)
    chroma[20:29, 20:29] = -0.32
    found = find_skin(of_chroma(chroma), EDGE)
    assert not found.skin.any()
    chroma[chroma > -0.3] = 0.3
    assert find_skin(of_chroma(chroma), EDGE).skin.any()


def test_distance_ignores_light_and_is_infinite_off_the_grid(profile):
    rgb = response(skin(0.2, 0.1))
    near = locus_distance(np.stack([rgb, rgb * 0.2], axis=1), profile.skin_locus)
    assert_close(near[0], near[1], 0.2)
    assert near[0] < 2
    far = locus_distance(np.array([1e-4, 1.0, 1e-4])[:, None], profile.skin_locus)
    assert np.isinf(far).all()


def test_cells_by_hand(profile):
    """A square of skin, 14 cells of 1 mm; its rim goes, the rest stays."""
    colour = np.tile(BACKDROP.astype(np.float32)[:, None, None], (1, 20, 20))
    colour[:, 3:17, 3:17] = response(skin(0.2, 0.1)).astype(np.float32)[:, None, None]
    whole = np.ones((20, 20), np.int32)
    cells = Cells(colour, whole, whole, np.zeros((2, 20, 20), np.int32), 1.0)
    found = find_skin(cells, profile.skin_locus)
    expected = np.zeros((20, 20), bool)
    expected[4:16, 4:16] = True
    assert np.argwhere(found.skin != expected).tolist() == [[4, 4], [4, 15], [15, 4], [15, 15]]
    assert found.skin.sum() == 140
