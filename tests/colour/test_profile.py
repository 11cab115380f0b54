"""A profile: what it makes of values, and its life in a file."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patch_values import lab, photo, session, skins, truth
from tolerance import assert_close

from pigmeter.colour.profile import LEVELS
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import TERMS
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.errors import ProfileError, UsageError
from pigmeter.photo.spaces import srgb_to_linear
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

SESSION = session()
BOTH = pytest.mark.parametrize("rendered", [False, True])


# Levels


@BOTH
def test_every_quantity_in_the_shape_of_the_values(profiles, rendered):
    values = SESSION.record(skins(), rendered)
    for shaped in (values[0], values, values.reshape(2, -1, 3), values[:0]):
        found = profiles[rendered].estimate(shaped)
        assert list(found) == list(QUANTITIES)
        assert {v.shape for v in found.values()} == {shaped.shape[:-1]}
        assert all(np.isfinite(v).all() for v in found.values())


@BOTH
def test_permuted_pixels_give_permuted_results(profiles, rendered):
    values = SESSION.record(skins(), rendered)
    order = np.random.default_rng(1).permutation(len(values))
    found, moved = profiles[rendered].estimate(values), profiles[rendered].estimate(values[order])
    for key in QUANTITIES:
        assert_close(moved[key], found[key][order], 1e-9)


def test_angles_belong_to_lab(profile):
    found = profile.estimate(SESSION.encoded(skins()))
    assert_close(found["ita"], np.degrees(np.arctan2(found["L"] - 50, found["b"])), 1e-9)
    assert_close(found["hue"], np.degrees(np.arctan2(found["b"], found["a"])), 1e-9)


def test_channels_come_last(profile):
    with pytest.raises(UsageError, match=r"rgb has shape \(3, 4\); expected \(\.\.\., 3\)") as e:
        profile.estimate(np.full((3, 4), 0.5))
    assert e.value.code == "RGB_SHAPE"


def test_black_is_a_number(profile):
    assert all(np.isfinite(v) for v in profile.estimate(np.zeros(3)).values())
    assert_close(profile.response(np.zeros(3)), 1e-4, 0)


@BOTH
@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.sampled_from(TONES[:5]), st.integers(0, 50), st.floats(1.1, 3.0))
def test_more_blood_never_lowers_the_haemoglobin_index(profiles, rendered, tone, seed, more):
    """To brown skin; in dark skin the spectrum's own hump hardly grows with blood, or even falls."""
    p = subject(tone, seed)
    values = SESSION.record(
        reflectance(p.melanin, p.blood * np.array([0.6, 0.6 * more]), p.optics), rendered, **exact(rendered)
    )
    assert np.diff(profiles[rendered].estimate(values)["haemoglobin_index"]) > 0


def exact(rendered):
    return {"bits": None} if rendered else {}


# Changes


@BOTH
def test_the_same_skin_has_not_changed_at_all(profiles, rendered):
    values = SESSION.record(skins(), rendered)
    moved = profiles[rendered].estimate_change(values, values)
    assert list(moved) == list(QUANTITIES)
    for key in QUANTITIES:
        assert_close(moved[key], np.zeros(len(values)), 0)


@BOTH
def test_there_and_back_is_no_change(profiles, rendered):
    before = SESSION.record(skins((0,)), rendered)
    after = SESSION.record(skins((1,)), rendered)
    there, back = (profiles[rendered].estimate_change(*pair) for pair in ((before, after), (after, before)))
    for key in REGRESSED:
        assert_close(there[key], -back[key], 1e-9)
    assert there["ita"].shape == there["hue"].shape == (len(TONES),)


def test_the_change_of_angles_is_about_the_middle_of_both_levels(profile):
    """So that exchanging the visits changes the sign and nothing else."""
    before, after = SESSION.encoded(skins((0,))), SESSION.encoded(skins((1,)))
    moved, levels = profile.estimate_change(before, after), [profile.estimate(rgb) for rgb in (before, after)]
    ends = []
    for half in (-0.5, 0.5):
        middle = {key: (levels[0][key] + levels[1][key]) / 2 + half * moved[key] for key in ("L", "a", "b")}
        ends.append((np.arctan2(middle["L"] - 50, middle["b"]), np.arctan2(middle["b"], middle["a"])))
    assert_close(moved["ita"], np.degrees(ends[1][0] - ends[0][0]), 1e-9)
    assert_close(moved["hue"], np.degrees(ends[1][1] - ends[0][1]), 1e-9)


def test_hue_turns_the_short_way(profile):
    """From just above to just below the seam at 180 degrees: made by weights that give a and b directly."""
    level, change = np.zeros((TERMS, 8)), np.zeros((TERMS, 8))
    level[0, 4], level[0, 5], change[2, 5] = -10.0, 0.1, 1.0  # a = -10, b = 0.1; b moves with green
    drawn = replace(profile, level_weights=level, change_weights=change)
    before = np.array([0.5, 0.4, 0.3])
    dark = np.log10(drawn.response(before)[1])
    moved = drawn.estimate_change(before, np.array([0.5, 0.5, 0.3]))
    assert moved["b"] < -0.1
    assert dark < 0
    assert moved["hue"] == pytest.approx(np.degrees(np.arctan2(-moved["b"], 10)), abs=0.1)


@BOTH
def test_fading_melanin_is_told_from_paling(profiles, rendered):
    """Light to brown skin, a tenth to a third of the melanin or of the blood gone."""
    for tone in TONES[1:4]:
        p = subject(tone, 3)
        before = reflectance(p.melanin, p.blood, p.optics)
        for part in (0.9, 0.67):
            for melanin, blood in ((part, 1), (1, part)):
                after = reflectance(p.melanin * melanin, p.blood * blood, p.optics)
                known, later = truth(before)[0], truth(after)[0]
                how = exact(rendered)
                moved = profiles[rendered].estimate_change(
                    SESSION.record(before, rendered, **how), SESSION.record(after, rendered, **how)
                )
                for key in ("melanin_index", "haemoglobin_index"):
                    true = later[key] - known[key]
                    assert_close(moved[key], true, 1.0 + 0.2 * abs(true))


@BOTH
def test_fading_dark_skin_does_not_redden(profiles, rendered):
    """
    A fifth of the melanin of very dark skin gone read as 48 units more haemoglobin (true 4).

    The virtual pairs had changed the whole reflectance, of which the surface is half where skin is dark.
    """
    for tone, bound in (("dark", 6.0), ("very dark", 10.0)):
        p = subject(tone, 0)
        before = reflectance(p.melanin, p.blood, p.optics)
        after = reflectance(0.8 * p.melanin, p.blood, p.optics)
        how = exact(rendered)
        moved = profiles[rendered].estimate_change(
            SESSION.record(before, rendered, **how), SESSION.record(after, rendered, **how)
        )
        known, later = truth(before)[0], truth(after)[0]
        for key, off in (("melanin_index", 1.0), ("haemoglobin_index", bound)):
            assert_close(moved[key], later[key] - known[key], off)


def test_two_visits_may_have_two_profiles(profiles):
    other = session("phone", "led-warm", seed=5, chart_seed=8)
    later = fit_profile_from_patches(other.linear(other.chart))
    spectra = skins()
    moved = profiles[False].estimate_change(SESSION.linear(spectra), other.linear(spectra), later)
    # the same people, another camera under another light: what the two disagree on is all there is
    assert np.abs(moved["melanin_index"]).max() < 4
    assert np.abs(moved["L"]).max() < 2
    levels = later.estimate(other.linear(spectra)), profiles[False].estimate(SESSION.linear(spectra))
    for key in QUANTITIES:
        assert_close(moved[key], levels[0][key] - levels[1][key], 1e-9)
    same = profiles[False].estimate_change(SESSION.linear(spectra), SESSION.linear(spectra), profiles[False])
    assert_close(same["melanin_index"], np.zeros(len(spectra)), 0)


# Tables for pixels


@pytest.mark.parametrize("levels", [256, 65536])
def test_the_response_table_rises(profile, levels):
    table = profile.response_table(photo(levels=levels))
    assert table.shape == (3, levels)
    assert table.dtype == np.float32
    assert table.min() == np.float32(1e-4)
    assert (np.diff(table, axis=1) >= 0).all()
    assert (np.diff(table[:, levels // 8 :], axis=1) > 0).all()


def test_both_depths_and_the_response_agree(profile):
    short, long = (profile.response_table(photo(levels=levels)) for levels in (256, 65536))
    assert_close(long[:, ::257], short, 1e-6)  # 65535 = 255 * 257
    values = np.arange(256)[:, None] / 255 * np.ones(3)
    assert_close(short.T, profile.response(values), 1e-6)


def test_linear_values_have_a_table_too(profiles):
    table = profiles[False].response_table(photo(straight=True, levels=65536))
    values = np.arange(0, 65536, 500)
    assert_close(table[:, values].T, profiles[False].response(values[:, None] / 65535 * np.ones(3)), 1e-6)


@pytest.mark.parametrize("other", [{"space": "Display P3"}, {"space": "ProPhoto RGB"}, {"straight": True}])
def test_a_photo_of_another_colour_space_is_refused(profile, other):
    wanted = (
        r"left\.jpg: its colour space \(.*\) is not that of the profile p-[0-9a-f]{12} \(values differ by"
    )
    with pytest.raises(ProfileError, match=wanted) as e:
        profile.response_table(photo(name="left.jpg", **other))
    assert e.value.code == "PAIR_COLOUR_SPACE"


def test_weights_for_kernels(profile):
    for name, own in (("level", profile.level_weights), ("change", profile.change_weights)):
        found = profile.weights(name)
        assert found.dtype == np.float32
        assert_close(found, own.astype(np.float32), 0)
        assert found.shape == (TERMS, len(REGRESSED))
    with pytest.raises(UsageError, match=r"unknown table 'both'\. Ask for 'level' or 'change'\."):
        profile.weights("both")


def test_the_uncertainty_is_that_of_its_parts(profile):
    values = SESSION.encoded(skins())
    for rgb in (None, values, values.reshape(2, -1, 3)):
        for key in QUANTITIES:
            parts = profile.uncertainty_parts(key, rgb, noise=0.01, pixels=4, shading=0.02)
            assert list(parts) == ["camera", "chart", "people", "noise", "shading"]
            whole = profile.uncertainty(key, rgb, noise=0.01, pixels=4, shading=0.02)
            assert np.shape(whole) == (() if rgb is None else rgb.shape[:-1])
            assert_close(whole, np.sqrt(sum(part**2 for part in parts.values())), 1e-12)


def test_the_plain_uncertainty_is_a_number_without_noise_and_shading(profile):
    assert isinstance(profile.uncertainty("L"), float)
    parts = profile.uncertainty_parts("L")
    assert parts["noise"] == parts["shading"] == 0
    assert min(parts["camera"], parts["chart"], parts["people"]) > 0


@BOTH
def test_noise_is_that_of_noisy_values(profiles, rendered):
    """Against drawn noise: of one pixel, and of the mean of 25."""
    values = SESSION.record(skins((0,)), rendered, **exact(rendered))
    drawn = values + np.random.default_rng(4).normal(0, 0.002, (4000, *values.shape))
    spread = profiles[rendered].estimate(drawn)
    for key in ("melanin_index", "a", "ita"):
        expected = spread[key].std(axis=0)
        for pixels, part in ((1, expected), (25, expected / 5)):
            found = profiles[rendered].uncertainty_parts(key, values, noise=0.002, pixels=pixels)["noise"]
            assert_close(found / part, np.ones(len(part)), 0.45)  # tables know the tone only


@BOTH
def test_shading_is_that_of_shaded_skin(profiles, rendered):
    """One percent more light on the skin."""
    spectra = skins((0,))
    how = exact(rendered)
    plain, lit = (SESSION.record(s, rendered, **how) for s in (spectra, 1.01 * spectra))
    for key in ("melanin_index", "L"):
        moved = np.abs(profiles[rendered].estimate(lit)[key] - profiles[rendered].estimate(plain)[key])
        found = profiles[rendered].uncertainty_parts(key, plain, shading=np.log(1.01))["shading"]
        assert_close(found / moved, np.ones(len(moved)), 0.15)


def test_an_interval_is_as_wide_as_the_factor_says(profile):
    values = SESSION.encoded(skins())
    for key in ("melanin_index", "ita"):
        low, high = profile.interval(key, values, shading=0.03)
        assert_close((low + high) / 2, profile.estimate(values)[key], 1e-9)
        tone = profile.estimate(values)["melanin_index"]
        half = profile.errors.coverage_factor(key, tone) * profile.uncertainty(key, values, shading=0.03)
        assert_close(high - low, 2 * half, 1e-9)


def test_people_cancel_in_a_change_and_so_does_the_camera(profile):
    values = SESSION.encoded(skins())
    for key in QUANTITIES:
        assert_close(profile.change_uncertainty(key, values, values), np.zeros(len(values)), 1e-12)
    shaded = profile.change_uncertainty("melanin_index", values, values, shading=0.01)
    assert_close(shaded, np.full(len(values), np.sqrt(2) * 0.36), 0.12)
    noisy = profile.change_uncertainty("melanin_index", values, values, noise=0.01, pixels=100)
    assert (noisy > 0).all()


def test_two_profiles_err_each_for_itself(profiles):
    other = session("phone", "led-warm", seed=5, chart_seed=8)
    later = fit_profile_from_patches(other.linear(other.chart))
    before, after = SESSION.linear(skins()), other.linear(skins())
    apart = profiles[False].change_uncertainty("a", before, after, profile_after=later)
    parts = [p.uncertainty_parts("a", before) for p in (profiles[False], later)]
    assert (apart >= 0.7 * np.hypot(*(np.hypot(p["camera"], p["chart"]) for p in parts))).all()


def test_an_unknown_quantity_is_named(profile):
    with pytest.raises(UsageError, match=r"unknown quantity 'redness' \(known: melanin_index, .*\)\.") as e:
        profile.uncertainty("redness")
    assert e.value.code == "QUANTITY_UNKNOWN"


@BOTH
def test_the_uncertainty_is_about_the_error(profiles, rendered):
    known, _ = truth(skins(range(6)))
    found = profiles[rendered].estimate(SESSION.record(skins(range(6)), rendered))
    for key in ("melanin_index", "erythema_index", "haemoglobin_index", "L", "a", "b"):
        error = np.sqrt(np.mean((found[key] - known[key]) ** 2))
        assert 0.1 < error / profiles[rendered].uncertainty(key) < 2.5, key


@BOTH
def test_skin_is_on_the_locus_and_a_blue_cloth_is_not(profiles, rendered):
    locus = profiles[rendered].skin_locus
    assert locus.distance.dtype == np.float32

    def distance(spectra):
        r, g, b = profiles[rendered].response(SESSION.record(spectra, rendered)).T
        place = np.rint((np.log10(np.stack([g / r, g / b], axis=1)) - locus.origin) / locus.step).astype(int)
        inside = ((place >= 0) & (place < locus.distance.shape)).all(axis=1)
        row, column = np.where(inside[:, None], place, 0).T
        return np.where(inside, locus.distance[row, column], np.inf)

    assert np.median(distance(skins(range(6)))) == 0
    assert distance(skins(range(6))).max() < 3
    assert distance(SESSION.chart[[2, 7, 12, 13, 17]]).min() > 3  # sky, purplish blue, blue, green, cyan


# The transfer curve that it keeps


def test_the_curve_is_that_of_srgb_or_a_straight_line(profiles):
    straight = np.tile(np.linspace(0, 1, LEVELS), (3, 1))
    assert_close(profiles[False].transfer, straight, 0)
    assert_close(profiles[True].transfer, srgb_to_linear(straight), 0)


def test_lab_comes_close(profiles):
    assert np.abs(lab(profiles[False].estimate(SESSION.linear(skins()))) - truth(skins())[1]).max() < 2.5
