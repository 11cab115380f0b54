from dataclasses import replace

import paired_skin
import pytest
from paired_skin import codes, told, with_profile_of

from pigmeter.comparison.pair_capture import capture_findings
from pigmeter.comparison.visit import Visit
from pigmeter.errors import ProfileError


def findings(before, after, visits=None):
    visits = visits or tuple(Visit.from_photo(one.photo) for one in (before, after))
    return list(capture_findings((before, after), visits))


@pytest.fixture
def pair():
    return paired_skin.baseline(), paired_skin.follow_up()


def test_an_ordinary_pair_raises_nothing(pair):
    assert findings(*pair) == []


def test_the_same_file_twice_is_said(pair):
    (found,) = findings(pair[0], pair[0])
    assert found.code == "PAIR_SAME_PHOTO"
    assert "the same file; every change is 0" in found.message


def test_the_same_pixels_in_another_file_are_said(pair):
    copy = replace(pair[0], photo=replace(pair[0].photo, sha256="0" * 64))
    (found,) = findings(pair[0], copy)
    assert "the same pixels, in two files" in found.message


def test_one_exposure_saved_twice_is_said(pair):
    photo = pair[0].photo
    pixels = photo.pixels.copy()
    pixels[::2] ^= 1
    copy = replace(pair[0], photo=replace(photo, sha256="0" * 64, pixels=pixels))
    (found,) = findings(pair[0], copy)
    assert "one exposure saved twice: their values differ by 0.52 of 255" in found.message
    assert findings(pair[0], told(copy, time=paired_skin.LATER)) == []


def test_another_camera_needs_its_own_profile(pair):
    other = told(pair[1], model="slr")
    (found,) = findings(pair[0], other)
    assert found.code == "PAIR_CAMERA"
    assert (
        "another camera (pigmeter synthetic slr) than the baseline (pigmeter synthetic phone)"
        in found.message
    )
    with pytest.raises(ProfileError, match="one profile was used for both") as refusal:
        findings(pair[0], with_profile_of(other, pair[0]))
    assert refusal.value.code == "PAIR_CAMERA"


def test_a_camera_that_is_not_told_is_not_another(pair):
    assert findings(pair[0], told(pair[1], make=None, model=None)) == []


def test_another_body_of_one_model_is_flagged(pair):
    bodies = [told(one, device_key=key) for one, key in zip(pair, "ab", strict=True)]
    assert codes(findings(*bodies)) == ["PAIR_CAMERA"]


def test_another_lens_is_flagged(pair):
    lenses = [told(one, lens=lens) for one, lens in zip(pair, ("main", "tele"), strict=True)]
    assert codes(findings(*lenses)) == ["PAIR_LENS"]
    assert codes(findings(pair[0], told(pair[1], focal_length=77.0))) == ["PAIR_LENS"]
    assert findings(pair[0], told(pair[1], focal_length=50.5)) == []


def test_another_format_is_flagged(pair):
    png = paired_skin.follow_up(container="png")
    (found,) = findings(pair[0], png)
    assert found.code == "PAIR_FORMAT"
    assert "file format is PNG instead of JPEG, depth is 16 bits instead of 8 bits" in found.message


def test_exposure_between_visits_is_the_charts_matter(pair):
    for stops in (-0.7, 0.7):
        other = paired_skin.follow_up(exposure=0.6 * 2**stops)
        assert findings(paired_skin.baseline(exposure=0.6), other) == []


def test_a_much_darker_file_is_flagged(pair):
    (found,) = findings(pair[0], paired_skin.follow_up(exposure=0.16))
    assert found.code == "PAIR_EXPOSURE"
    assert found.value == pytest.approx(2.13, abs=0.5)  # the tone curve's slope comes on top


def test_one_profile_holds_for_one_exposure(pair):
    shared = with_profile_of(pair[1], pair[0], chart=False)
    assert findings(pair[0], shared) == []
    with pytest.raises(ProfileError, match=r"their ISO differs \(100.0 and 200.0\)") as refusal:
        findings(pair[0], told(shared, iso=200.0))
    assert refusal.value.code == "PAIR_EXPOSURE"
    assert findings(pair[0], told(with_profile_of(pair[1], pair[0]), iso=200.0)) == []


def test_a_poor_jpeg_is_flagged(pair):
    (found,) = findings(pair[0], paired_skin.follow_up(jpeg_quality=70))
    assert found.code == "PAIR_JPEG"
    assert "the follow-up was saved as a JPEG of lower quality" in found.message


@pytest.mark.parametrize("software", ["Adobe Photoshop 25.0", "GIMP 2.10", "Snapseed 2.0"])
def test_an_editor_is_named(pair, software):
    (found,) = findings(pair[0], told(pair[1], software=software))
    assert found.code == "PROC_SUSPECT"
    assert f"the follow-up was saved by {software}, which edits photos" in found.message


def test_other_software_of_the_camera_is_told(pair):
    (found,) = findings(pair[0], told(pair[1], software="17.4"))
    assert found.code == "PROC_SUSPECT"
    assert "an update of the camera, or a program that edits photos" in found.message
    assert findings(pair[0], told(pair[1], software=None)) == []


def test_measurements_of_two_versions_are_told(pair):
    old = replace(pair[0], table=[row | {"software": "pigmeter 0.0.9"} for row in pair[0].table])
    assert codes(findings(old, pair[1])) == ["PAIR_SOFTWARE"]
