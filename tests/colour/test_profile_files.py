"""A profile's life in a file: written, read back, damaged, edited."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from patch_values import session, skins
from tolerance import assert_close

from pigmeter.colour.chart_noise import white_noise
from pigmeter.colour.profile import FORMAT, Profile
from pigmeter.colour.profile_files import load_profile
from pigmeter.colour.quantities import REGRESSED
from pigmeter.errors import OutputError, ProfileError
from pigmeter.findings import Finding

SESSION = session()
BOTH = pytest.mark.parametrize("rendered", [False, True])


def noisy(profile):
    """Return the profile with noise, as one fitted to a photo has it."""
    return replace(profile, noise=replace(white_noise(0.0123, 0.4), iso=200.0))


def same(one, other):
    """Hold every part of two profiles against each other, arrays bit for bit."""
    for field in fields(Profile):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in {"curve", "skin_locus", "errors", "camera"} or (field.name == "noise" and a):
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
    kept = replace(
        noisy(profiles[rendered]), findings=(Finding("A", "b.", 1.5, None),), created_from="ab" * 32
    )
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


def test_a_file_of_before_has_no_noise(profile, tmp_path):
    assert profile.noise is None
    profile.save(tmp_path / "old.json")
    assert "noise" not in json.loads((tmp_path / "old.json").read_text(encoding="utf-8"))
    assert load_profile(tmp_path / "old.json").noise is None
    assert noisy(profile).id != profile.id


def test_noise_of_another_form_is_no_profile(profile, tmp_path):
    noisy(profile).save(tmp_path / "session.json")
    edit(tmp_path / "session.json", lambda content: content["noise"].update(basis=[1.0]))
    with pytest.raises(ProfileError, match=r"basis of the noise of shape \(1,\), expected \(3, 3\)"):
        load_profile(tmp_path / "session.json")


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


@pytest.mark.parametrize("key", ["chart", "primaries", "curve", "errors", "quality", "rendered", "findings"])
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
        lambda content: content.update(errors=[]),
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
    wanted = r"old\.json: is not a profile of this version \(format .*, expected 'pigmeter profile 2'\)"
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
