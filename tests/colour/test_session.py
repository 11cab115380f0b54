"""Profiles fitted to simulated charts: how near the truth, what is refused, what must not matter."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patch_values import KIND, PAINTS, chart, lab, photo, session, skins, truth
from tolerance import assert_close

from pigmeter.colour.camera import camera_prior
from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.inference import paints
from pigmeter.colour.layouts import CLASSIC_NAMES, LAYOUT_KINDS
from pigmeter.colour.patches import write_patch_file
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.session import fit_profile, fit_profile_from_file, fit_profile_from_patches
from pigmeter.colour.skin import people
from pigmeter.errors import ChartError, ProfileError, UsageError
from pigmeter.photo.spaces import named_space, srgb_to_linear
from pigmeter.synthetic.camera import CAMERAS, tone_curve
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

SESSION = session()
PATCHES = SESSION.linear(SESSION.chart)
BOTH = pytest.mark.parametrize("rendered", [False, True])


def difference(profile, values, spectra):
    """CIEDE2000 of estimated against true skin."""
    return ciede2000(lab(profile.estimate(values)), truth(spectra)[1])


# How near the truth


@BOTH
@pytest.mark.parametrize("camera_class", [0, 1])
def test_cameras_of_the_prior_are_recovered(rendered, camera_class):
    """Charts and virtual people through cameras drawn from the prior; rendered: 8 bit and an S-curve."""
    prior = camera_prior(rendered)
    root = np.linalg.cholesky(prior.covariances[camera_class])
    spectra = people().reflectance[::30]
    worst = []
    for seed in range(4):
        rng = np.random.default_rng([seed, camera_class])
        coordinates = prior.centres[camera_class] + root @ rng.standard_normal(len(root))
        effective = prior.sensitivities(coordinates)

        def record(reflectance, effective=effective):
            light = np.maximum(0.8 * (reflectance @ effective.T + 0.003), 1e-3)
            return np.round(tone_curve(light, 0.3) * 255) / 255 if rendered else light

        profile = fit_profile_from_patches(record(paints(KIND, "after-2014-11")), rendered=rendered)
        worst.append(difference(profile, record(spectra), spectra).mean())
    assert max(worst) < (1.5 if rendered else 1.0)


@BOTH
@pytest.mark.parametrize("lamp", ["daylight", "flash", "led-cool", "led-warm", "tungsten"])
def test_analytic_cameras_and_lamps_are_read_right(rendered, lamp):
    """Optics, cameras and lamps that took no part in any fit, and another copy of the chart, end to end."""
    spectra = skins(range(3))
    known, _ = truth(spectra)
    for index, name in enumerate(CAMERAS):
        taken = session(name, lamp, seed=index, chart_seed=10 + index)
        profile = fit_profile_from_patches(taken.record(taken.chart, rendered), rendered=rendered)
        values = taken.record(spectra, rendered)
        off = difference(profile, values, spectra)
        assert off.mean() < 0.9, name
        assert off.max() < 2.0, name
        found = profile.estimate(values)
        assert np.abs(found["melanin_index"] - known["melanin_index"]).mean() < 2.0, name
        assert np.corrcoef(found["haemoglobin_index"], known["haemoglobin_index"])[0, 1] > 0.85, name
        assert profile.quality["residual_dE00_mean"] < 1
        assert profile.findings == ()


@BOTH
def test_narrow_bands_of_a_fluorescent_lamp_cost_something(rendered):
    taken = session("phone", "triphosphor")
    profile = fit_profile_from_patches(taken.record(taken.chart, rendered), rendered=rendered)
    assert difference(profile, taken.record(skins(), rendered), skins()).mean() < 2


def test_channels_in_another_order_are_read_as_another_cameras():
    """Many programs keep B, G, R."""
    profile = fit_profile_from_patches(PATCHES[:, ::-1])
    assert difference(profile, SESSION.linear(skins())[:, ::-1], skins()).mean() < 0.9
    values = SESSION.encoded(SESSION.chart)[:, ::-1]
    profile = fit_profile_from_patches(values, rendered=True)
    assert difference(profile, SESSION.encoded(skins())[:, ::-1], skins()).mean() < 0.9


@pytest.mark.parametrize("kind", LAYOUT_KINDS)
def test_every_kind_of_chart(kind):
    values = SESSION.linear(paints(kind, "before-2014-11"))
    profile = fit_profile_from_patches(values, chart=kind)
    assert profile.chart_kind == kind
    assert profile.edition == "before-2014-11"
    assert difference(profile, SESSION.linear(skins()), skins()).mean() < 0.9


# What must not matter


@settings(derandomize=True, max_examples=16, deadline=None)
@given(
    st.sampled_from(CAMERAS), st.sampled_from(["daylight", "led-warm", "triphosphor"]), st.floats(0.4, 1.25)
)
def test_all_light_scaled_alike_changes_nothing(camera, lamp, k):
    """Chart and skin of a linear file; above 1.2 of white nothing is trusted, so exposure stays below."""
    taken = session(camera, lamp)
    whole = [fitted(camera, lamp, False), fit_profile_from_patches(k * taken.linear(taken.chart))]
    one, other = (p.estimate(e * taken.linear(skins())) for p, e in zip(whole, (1, k), strict=True))
    for key in QUANTITIES:
        assert_close(other[key], one[key], 1e-6)


@cache
def fitted(camera, lamp, rendered):
    taken = session(camera, lamp)
    return fit_profile_from_patches(taken.record(taken.chart, rendered), rendered=rendered)


@BOTH
@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    camera=st.sampled_from(CAMERAS),
    lamp=st.sampled_from(["daylight", "flash", "led-cool", "led-warm", "tungsten", "triphosphor"]),
    tone=st.sampled_from(TONES),
    seed=st.integers(0, 50),
    start=st.floats(0.6, 1.2),
    more=st.floats(1.02, 2.0),
)
def test_more_melanin_never_lowers_the_melanin_index(rendered, camera, lamp, tone, seed, start, more):
    """Through every camera and lamp, as a level and as a change."""
    person = subject(tone, seed)
    melanin = person.melanin * start * np.array([1, more])
    taken, profile = session(camera, lamp), fitted(camera, lamp, rendered)
    values = taken.record(
        reflectance(melanin, person.blood, person.optics), rendered, **({"bits": None} if rendered else {})
    )
    assert np.diff(profile.estimate(values)["melanin_index"]) > 0
    assert profile.estimate_change(values[0], values[1])["melanin_index"] > 0


def test_an_underexposed_jpeg_reads_the_same():
    plain = [
        fit_profile_from_patches(SESSION.encoded(SESSION.chart, e, 0.0, None), rendered=True).estimate(
            SESSION.encoded(skins(), e, 0.0, None)
        )
        for e in (0.4, 0.85)
    ]
    for key, least in {"melanin_index": 0.6, "haemoglobin_index": 2.0, "L": 0.2, "ita": 0.7}.items():
        assert_close(plain[0][key], plain[1][key], least)


@pytest.mark.parametrize("wild", [np.nan, np.inf, -3.0, 99.0])
@BOTH
def test_excluded_patches_do_not_matter_at_all(rendered, wild):
    values = SESSION.record(SESSION.chart, rendered)
    other = values.copy()
    other[[3, 7, 19]] = wild
    one = fit_profile_from_patches(values, rendered=rendered, exclude=(3, 7, 19))
    two = fit_profile_from_patches(other, rendered=rendered, exclude=[19, 7, 3, 7])
    assert one.id == two.id
    assert one.quality["patches"] == 21
    assert one.id != fit_profile_from_patches(values, rendered=rendered).id


def test_a_fit_leaves_its_input_alone_and_repeats_itself():
    values = PATCHES.copy()
    one = fit_profile_from_patches(values)
    assert_close(values, PATCHES, 0)
    assert fit_profile_from_patches(values.tolist()).id == one.id
    assert fit_profile_from_patches(values.astype(np.float32)).quality["patches"] == 24


# Photos


@pytest.mark.parametrize("levels", [256, 65536])
def test_a_photo_s_chart_gives_the_profile_of_its_values(levels):
    values = SESSION.encoded(SESSION.chart)
    made = fit_profile(photo(levels=levels), chart=chart(values * (levels - 1)))
    plain = fit_profile_from_patches(values, rendered=True)
    assert made.rendered
    assert made.created_from == "ab" * 32
    assert made.edition == plain.edition
    for key, found in made.estimate(SESSION.encoded(skins())).items():
        assert_close(found, plain.estimate(SESSION.encoded(skins()))[key], 0.2)


def test_a_straight_line_of_light_is_linear_data():
    made = fit_profile(photo(straight=True, levels=65536), chart=chart(PATCHES * 65535))
    assert not made.rendered
    assert difference(made, SESSION.linear(skins()), skins()).mean() < 0.9
    table = made.response_table(photo(straight=True, levels=65536))
    assert table.shape == (3, 65536)


@pytest.mark.parametrize("space", ["Display P3", "Adobe RGB", "ProPhoto RGB", "Rec. 2020"])
def test_one_scene_in_two_colour_spaces_gives_one_answer(space):
    """A camera's own sRGB rendering, converted without clipping to another space."""
    meant = named_space(space, 65536)
    srgb = named_space("sRGB", 65536)
    mixing = np.linalg.solve(meant.primaries, srgb.primaries)

    def convert(encoded):
        linear = np.maximum(srgb_to_linear(encoded) @ mixing.T, 1e-3)
        return np.stack(
            [np.interp(linear[:, c], meant.decode[c], np.linspace(0, 1, 65536)) for c in range(3)], 1
        )

    patches, spectra = SESSION.encoded(SESSION.chart, bits=None), skins()
    values = SESSION.encoded(spectra, bits=None)
    one = fit_profile(photo("sRGB", 65536), chart=chart(patches * 65535))
    two = fit_profile(photo(space, 65536), chart=chart(convert(patches) * 65535))
    known = truth(spectra)[1]
    there, here = lab(two.estimate(convert(values))), lab(one.estimate(values))
    # A tone curve that was applied in sRGB is none per channel in a wider space: the wider, the farther.
    assert ciede2000(there, here).mean() < (0.6 if space in ("ProPhoto RGB", "Rec. 2020") else 0.5)
    assert ciede2000(there, known).mean() < 0.9


def test_clipped_and_excluded_patches_of_a_photo_are_left_out():
    values = SESSION.encoded(SESSION.chart)
    dirty = values.copy()
    dirty[5] = 0.9
    dirty[18, 0] = 0.7
    clipped = np.zeros((24, 3))
    clipped[18, 0] = 0.5
    profiles = [
        fit_profile(photo(), chart=chart(v * 255, excluded=(5,), clipped=clipped)) for v in (values, dirty)
    ]
    assert profiles[0].quality["patches"] == 23
    for key, found in profiles[0].estimate(values[:2]).items():
        assert_close(found, profiles[1].estimate(values[:2])[key], 0)


def test_a_photo_that_fits_no_camera_is_named():
    with pytest.raises(ProfileError, match=r"^chart\.jpg: the chart's patches do not fit any camera") as e:
        fit_profile(photo(), chart=chart(SESSION.encoded(SESSION.chart)[::-1] * 255))
    assert e.value.file == "chart.jpg"


def test_white_and_black_at_the_ends_of_the_scale_say_nothing():
    values = np.clip(1.6 * SESSION.encoded(SESSION.chart), 0, 1)
    profile = fit_profile_from_patches(values, rendered=True)
    assert profile.quality["patches"] < 24


# Refusals


@pytest.mark.parametrize("shape", [(23, 3), (24,), (4, 6, 3), (24, 4), (0, 3)])
def test_another_shape_is_refused(shape):
    with pytest.raises(UsageError, match=r"values have shape \(.*\); expected \(24, 3\)\. Pass one row") as e:
        fit_profile_from_patches(np.full(shape, 0.5))
    assert e.value.code == "PATCH_SHAPE"


def test_values_that_are_not_finite_are_named():
    values = PATCHES.copy()
    values[4, 1], values[9, 0] = np.nan, np.inf
    with pytest.raises(UsageError, match=r"values of patches \[4, 9\] are not finite.*`exclude`") as e:
        fit_profile_from_patches(values)
    assert e.value.code == "PATCH_VALUES"
    assert fit_profile_from_patches(values, exclude=(4, 9)).quality["patches"] == 22


@pytest.mark.parametrize("index", [-1, 24, 1000])
def test_an_index_out_of_range_is_named(index):
    with pytest.raises(UsageError, match=rf"exclude names patches \[.*{index}.*\]; expected .* 0 to 23") as e:
        fit_profile_from_patches(PATCHES, exclude=(3, index))
    assert e.value.code == "PATCH_INDEX"


def test_8_bit_values_must_be_divided_first():
    with pytest.raises(
        UsageError, match=r"encoded values reach from .* to 2\d\d; expected 0 to 1.*by 255"
    ) as e:
        fit_profile_from_patches(np.round(255 * SESSION.encoded(SESSION.chart)), rendered=True)
    assert e.value.code == "PATCH_VALUES"
    below = SESSION.encoded(SESSION.chart)
    below[23] = -0.01
    with pytest.raises(UsageError, match=r"encoded values reach from -0\.01 to"):
        fit_profile_from_patches(below, rendered=True)


def test_linear_values_may_pass_1():
    profile = fit_profile_from_patches(1.45 * PATCHES)
    assert 1.45 * PATCHES.max() > 1
    assert profile.quality["patches"] == 24


def test_an_unknown_chart_lists_the_known_ones():
    with pytest.raises(UsageError, match=r"unknown chart 'macbeth' \(known: colorchecker-classic"):
        fit_profile_from_patches(PATCHES, chart="macbeth")


@BOTH
@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0, 0.05), st.booleans(), st.integers(0, 99))
def test_a_grey_world_is_refused(rendered, level, noise, ramp, seed):
    """One grey everywhere, or a chart in black and white, with noise and in tinted light."""
    rng = np.random.default_rng(seed)
    grey = SESSION.record(SESSION.chart, rendered).mean(axis=1, keepdims=True) if ramp else level
    tint = rng.uniform(0.7, 1.0, 3)
    values = np.clip(grey * tint * rng.normal(1, noise, (24, 3)), 0.03, 0.97)
    with pytest.raises(ProfileError, match="differ too little for a colour chart") as e:
        fit_profile_from_patches(values, rendered=rendered)
    assert e.value.code == "CAL_FLAT"


@BOTH
def test_nothing_but_black_is_refused(rendered):
    with pytest.raises(ProfileError, match="only 0 of 24 patches with 0 of 72 values can be used") as e:
        fit_profile_from_patches(np.zeros((24, 3)), rendered=rendered)
    assert e.value.code == "CAL_PATCHES"


def test_too_few_patches_are_refused():
    with pytest.raises(ProfileError, match=r"only 10 of 24 patches .*\(12 and 30 needed\)") as e:
        fit_profile_from_patches(PATCHES, exclude=range(14))
    assert e.value.code == "CAL_PATCHES"


def test_everything_excluded_is_refused():
    with pytest.raises(ProfileError, match="only 0 of 24 patches"):
        fit_profile_from_patches(PATCHES, rendered=True, exclude=range(24))


@BOTH
@pytest.mark.parametrize("order", [np.arange(24)[::-1], np.arange(24).reshape(4, 6)[:, ::-1].ravel()])
def test_a_turned_or_mirrored_chart_is_refused(rendered, order):
    with pytest.raises(ProfileError, match="Check that the patches are in order") as e:
        fit_profile_from_patches(SESSION.record(SESSION.chart, rendered)[order], rendered=rendered)
    assert e.value.code == "CAL_RESIDUAL"


@BOTH
@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.permutations(range(24)))
def test_a_shuffled_chart_is_refused(rendered, order):
    kept = (np.array(order) == np.arange(24)).sum()
    if kept < 12:
        with pytest.raises(ProfileError):
            fit_profile_from_patches(SESSION.record(PAINTS[order], rendered), rendered=rendered)


def test_every_key_is_measured():
    assert list(fit_profile_from_patches(PATCHES).estimate(PATCHES[0])) == list(QUANTITIES)


# Saved readings


@pytest.mark.parametrize("full", [1, 255, 65535])
def test_saved_readings_give_the_profile_of_their_values(tmp_path, full):
    values = SESSION.encoded(SESSION.chart)
    values[[2, 7]] = np.nan  # hidden under a finger
    write_patch_file(tmp_path / "readings.csv", CLASSIC_NAMES, values * full)
    found = fit_profile_from_file(tmp_path / "readings.csv", rendered=True)
    filled = np.nan_to_num(values * full / full)
    assert found.id == fit_profile_from_patches(filled, rendered=True, exclude=(2, 7)).id
    assert found.quality["patches"] == 22


def test_linear_readings_are_taken_as_they_are(tmp_path):
    values = SESSION.linear(SESSION.chart)
    write_patch_file(tmp_path / "readings.csv", CLASSIC_NAMES, values)
    found = fit_profile_from_file(tmp_path / "readings.csv", chart=KIND)
    assert found.id == fit_profile_from_patches(values, chart=KIND).id


def test_readings_that_fit_nothing_name_their_file(tmp_path):
    path = tmp_path / "readings.csv"
    with pytest.raises(ChartError, match=r"readings\.csv: patch readings cannot be read"):
        fit_profile_from_file(path)
    write_patch_file(path, CLASSIC_NAMES, np.full((24, 3), np.nan))
    with pytest.raises(ProfileError, match=r"readings\.csv: only 0 of 24 patches"):
        fit_profile_from_file(path)
    write_patch_file(path, CLASSIC_NAMES, SESSION.linear(SESSION.chart))
    with pytest.raises(UsageError, match=r"readings\.csv: unknown chart 'card'"):
        fit_profile_from_file(path, chart="card")
