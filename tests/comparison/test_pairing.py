from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import paired_skin
import pytest
from paired_skin import UNKNOWN, codes

from pigmeter import synthetic
from pigmeter.comparison.pairing import examine_pair, examine_pose
from pigmeter.comparison.visit import Visit
from pigmeter.errors import UsageError


@pytest.mark.parametrize("tone", synthetic.TONES)
def test_an_ordinary_pair_of_any_tone_raises_nothing(tone):
    """Six weeks apart, another pose and other noise (RELIABILITY H33, H34)."""
    assert examine_pair(paired_skin.baseline(tone), paired_skin.follow_up(tone), UNKNOWN) == ()


@pytest.mark.parametrize("stops", [-0.7, 0.4])
def test_exposure_and_white_balance_of_the_camera_raise_nothing(stops):
    """RELIABILITY H20 and H21: the chart takes them out."""
    other = paired_skin.follow_up("light", exposure=0.7 * 2**stops, balance=(1.12, 0.92))
    assert examine_pair(paired_skin.baseline("light"), other, UNKNOWN) == ()


@pytest.mark.parametrize("tone", ["light", "dark"])
def test_what_a_treatment_changes_is_no_doubt_about_the_pair(tone):
    """Melanin and blood far beyond any treatment's effect, in parts of the skin, and another expression."""
    before, after = paired_skin.baseline(tone), paired_skin.treated(tone)
    assert examine_pair(before, after, UNKNOWN) == ()


def test_one_file_twice_says_only_that():
    one = paired_skin.baseline()
    assert codes(examine_pair(one, one, UNKNOWN)) == ["PAIR_SAME_PHOTO"]


def test_dates_of_the_files_refuse_swapped_visits():
    """RELIABILITY H45."""
    with pytest.raises(
        UsageError, match=r"the follow-up \(2026-01-15T10:00:00\) was taken before"
    ) as refusal:
        examine_pair(paired_skin.follow_up(), paired_skin.baseline(), UNKNOWN)
    assert refusal.value.code == "PAIR_ORDER"
    corrected = (Visit(date="2026-01-01"), Visit())
    assert examine_pair(paired_skin.follow_up(), paired_skin.baseline(), corrected) == ()


def test_a_blurred_follow_up_is_flagged():
    """RELIABILITY H28."""
    soft = paired_skin.follow_up("light", exposure=0.9, scene=synthetic.Scene(blur=1.9))
    (found,) = examine_pair(paired_skin.baseline("light", exposure=0.9), soft, UNKNOWN)
    assert found.code == "PAIR_SHARPNESS"
    assert "the follow-up shows the skin softer than the baseline" in found.message
    assert found.value > found.limit


def test_another_resolution_is_flagged():
    one = paired_skin.baseline()
    coarse = replace(paired_skin.follow_up(), mm_per_pixel=1.6 * one.mm_per_pixel)
    assert "PAIR_RESOLUTION" in codes(examine_pair(one, coarse, UNKNOWN))
    unknown = replace(coarse, mm_per_pixel=None)
    assert examine_pair(one, unknown, UNKNOWN) == ()


def posed(turn=0.0, tilt=0.0, scale=1.0):
    return SimpleNamespace(turn_deg=turn, tilt_deg=tilt, scale_ratio=scale, matrix=np.eye(3))


def test_a_like_pose_raises_nothing():
    assert examine_pose(posed(-15, 15, 1.2)) == examine_pose(posed(15, 10, 1 / 1.2)) == ()


@pytest.mark.parametrize(
    ("pose", "words"),
    [
        (posed(turn=-60), "turned by 60 degrees in the plane"),
        (posed(tilt=30), "tilted by at least 30 degrees"),
        (posed(scale=1.7), "shown 1.7 times as large or small"),
        (posed(scale=1 / 1.7), "shown 1.7 times as large or small"),
        (posed(60, 30), "turned by 60 degrees in the plane and tilted by at least 30 degrees"),
    ],
)
def test_another_pose_is_flagged(pose, words):
    (found,) = examine_pose(pose)
    assert found.code == "PAIR_POSE"
    assert words in found.message
    assert found.value > found.limit
