"""A profile: what it makes of values, and its life in a file."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patch_values import lab, photo, session, skins, truth
from tolerance import assert_close

from pigmeter.colour.profile import FORMAT, LEVELS, Profile, load_profile
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import TERMS
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.errors import OutputError, ProfileError, UsageError
from pigmeter.findings import Finding
from pigmeter.photo.spaces import srgb_to_linear
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

SESSION = session()
BOTH = pytest.mark.parametrize("rendered", [False, True])


@pytest.fixture(scope="module")
def profiles():
    return {r: fit_profile_from_patches(SESSION.record(SESSION.chart, r), rendered=r) for r in (False, True)}


@pytest.fixture
def profile(profiles):
    return profiles[True]


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
@given(st.sampled_from(TONES), st.integers(0, 50), st.floats(1.05, 1.8))
def test_more_melanin_never_lowers_the_melanin_index(profiles, rendered, tone, seed, more):
    p = subject(tone, seed)
    values = SESSION.record(
        reflectance(p.melanin * np.array([0.7, 0.7 * more]), p.blood, p.optics), rendered, **exact(rendered)
    )
    assert np.diff(profiles[rendered].estimate(values)["melanin_index"]) > 0


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


def test_the_change_of_angles_is_about_the_level_before(profile):
    before, after = SESSION.encoded(skins((0,))), SESSION.encoded(skins((1,)))
    moved, level = profile.estimate_change(before, after), profile.estimate(before)
    lightness, a, b = (level[key] + moved[key] for key in ("L", "a", "b"))
    assert_close(moved["ita"], np.degrees(np.arctan2(lightness - 50, b)) - level["ita"], 1e-9)
    assert_close(moved["hue"], np.degrees(np.arctan2(b, a)) - level["hue"], 1e-9)


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


def test_two_visits_may_have_two_profiles(profiles):
    other = session("phone", "led-warm", seed=5, chart_seed=8)
    later = fit_profile_from_patches(other.linear(other.chart))
    spectra = skins()
    moved = profiles[False].estimate_change(SESSION.linear(spectra), other.linear(spectra), later)
    # the same people, another camera under another light: what the two disagree on is all there is
    assert np.abs(moved["melanin_index"]).max() < 4
    assert np.abs(moved["L"]).max() < 2
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


def test_uncertainty_joins_its_two_parts(profile):
    known = replace(profile, camera_uncertainty=np.arange(10) * 3.0, people_uncertainty=np.arange(10) * 4.0)
    assert [known.uncertainty(key) for key in QUANTITIES] == pytest.approx(5 * np.arange(10))


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


# In a file


def same(one, other):
    """Hold every part of two profiles against each other, arrays bit for bit."""
    for field in fields(Profile):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in {"curve", "skin_locus"}:
            parts = [(getattr(a, part.name), getattr(b, part.name)) for part in fields(type(a))]
        else:
            parts = [(a, b)]
        for x, y in parts:
            if isinstance(x, np.ndarray):
                assert x.dtype == y.dtype, field.name
                assert x.tobytes() == y.tobytes(), field.name
            else:
                assert x == y, field.name


@BOTH
def test_a_profile_comes_back_from_its_file_bit_for_bit(profiles, rendered, tmp_path):
    kept = replace(profiles[rendered], findings=(Finding("A", "b.", 1.5, None),), created_from="ab" * 32)
    kept.save(tmp_path / "session.json")
    back = load_profile(tmp_path / "session.json")
    assert back.id == kept.id
    same(back, kept)
    values = SESSION.record(skins(), rendered)
    for key, found in kept.estimate(values).items():
        assert_close(back.estimate(values)[key], found, 0)
    back.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "session.json").read_bytes()


def test_the_file_is_readable_and_says_what_it_is(profile, tmp_path):
    profile.save(tmp_path / "session.json")
    content = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert content == json.loads(json.dumps(profile.to_json()))
    assert content["format"] == FORMAT
    assert content["id"] == profile.id
    assert content["quantities"] == list(REGRESSED)
    assert (tmp_path / "session.json").stat().st_size < 300_000


def test_the_name_is_made_of_the_numbers(profile):
    assert profile.id == profile.id
    assert len(profile.id) == 14
    assert profile.id.startswith("p-")
    weights = profile.level_weights.copy()
    weights[3, 2] = np.nextafter(weights[3, 2], 1e9)
    assert replace(profile, level_weights=weights).id != profile.id
    assert replace(profile, created_from="x").id != profile.id


@pytest.fixture
def saved(profile, tmp_path):
    profile.save(tmp_path / "session.json")
    return tmp_path / "session.json"


def edit(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_one_digit_changed_is_noticed(saved):
    def change(content):
        content["level_weights"][1][0] += 1e-9

    edit(saved, change)
    with pytest.raises(ProfileError, match=r"^session\.json: was changed after it was saved \(named p-") as e:
        load_profile(saved)
    assert e.value.code == "PROFILE_CHANGED"


@pytest.mark.parametrize(
    "key", ["chart", "primaries", "curve", "uncertainty", "quality", "rendered", "findings"]
)
def test_a_missing_part_is_named(saved, key):
    edit(saved, lambda content: content.pop(key))
    with pytest.raises(
        ProfileError, match=rf"session\.json: lacks a part of a profile .*{key}.*Fit the"
    ) as e:
        load_profile(saved)
    assert e.value.code == "PROFILE_FORMAT"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(quantities=["L"]),
        lambda content: content.update(level_weights=[[1.0]]),
        lambda content: content.update(transfer=[[0.0, 1.0]] * 3),
        lambda content: content["curve"].update(gain=["x", 0, 0]),
        lambda content: content["skin_locus"].update(step=None),
        lambda content: content["level_weights"][0].__setitem__(0, float("nan")),
        lambda content: content["curve"].update(heights=[0.0]),
        lambda content: content["curve"].update(veil=[0.0, 0.0]),
        lambda content: content["skin_locus"].update(distance=[1.0, 2.0]),
        lambda content: content.update(quality=[1]),
        lambda content: content.update(findings=[{"kind": "x"}]),
        lambda content: content.update(hypotheses=3),
        lambda content: content.update(curve=[]),
        lambda content: content.update(uncertainty=[]),
    ],
)
def test_a_wrong_part_is_no_profile(saved, change):
    edit(saved, change)
    with pytest.raises(
        ProfileError, match=r"session\.json: lacks a part of a profile or holds a wrong one"
    ) as e:
        load_profile(saved)
    assert e.value.code == "PROFILE_FORMAT"


@pytest.mark.parametrize("text", ['{"format": "pigmeter profile 0"}', "{}", "[1, 2]", "3", "null"])
def test_another_format_is_refused(tmp_path, text):
    (tmp_path / "old.json").write_text(text, encoding="utf-8")
    wanted = r"old\.json: is not a profile of this version \(format .*, expected 'pigmeter profile 1'\)"
    with pytest.raises(ProfileError, match=wanted) as e:
        load_profile(tmp_path / "old.json")
    assert e.value.code == "PROFILE_FORMAT"


@pytest.mark.parametrize("data", [b"", b"not json", b"\xff\xd8\xff\xe0", b"[" * 100_000, None])
def test_what_is_no_json_is_refused_by_name(tmp_path, data):
    path = tmp_path / "broken.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ProfileError, match=r"^broken\.json: cannot be read as a profile \(\w+Error\)") as e:
        load_profile(path)
    assert e.value.code == "PROFILE_READ"
    assert str(tmp_path) not in str(e.value)


def test_a_profile_of_another_version_is_not_suspected(saved):
    """Another version may write another set of parts, so its name cannot be made again here."""
    edit(saved, lambda content: content.update(software="pigmeter 0.0.1", id="p-000000000000"))
    assert load_profile(saved).rendered


def test_a_profile_that_cannot_be_written_is_told(profile, tmp_path):
    with pytest.raises(OutputError):
        profile.save(tmp_path / "no such folder" / "session.json")


# The transfer curve that it keeps


def test_the_curve_is_that_of_srgb_or_a_straight_line(profiles):
    straight = np.tile(np.linspace(0, 1, LEVELS), (3, 1))
    assert_close(profiles[False].transfer, straight, 0)
    assert_close(profiles[True].transfer, srgb_to_linear(straight), 0)


def test_lab_comes_close(profiles):
    assert np.abs(lab(profiles[False].estimate(SESSION.linear(skins()))) - truth(skins())[1]).max() < 2.5
