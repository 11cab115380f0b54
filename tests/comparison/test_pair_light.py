from dataclasses import replace

import paired_skin
import pytest
from paired_skin import codes, told, with_profile_of

from pigmeter import synthetic
from pigmeter.comparison.pair_light import light_findings, light_misreading
from pigmeter.comparison.visit import Visit
from pigmeter.errors import ProfileError


def findings(before, after, visits=None):
    visits = visits or tuple(Visit.from_photo(one.photo) for one in (before, after))
    return list(light_findings((before, after), visits))


@pytest.fixture
def pair():
    return paired_skin.baseline(), paired_skin.follow_up()


def test_an_ordinary_pair_raises_nothing(pair):
    assert findings(*pair) == []


def test_a_profile_does_not_misread_its_own_light(pair):
    assert light_misreading(pair[0].profile, pair[0].profile) == pytest.approx(0, abs=1e-9)


def test_a_mixture_of_channels_is_no_other_light(pair):
    profile = pair[0].profile
    mixed = profile.camera.sensitivities[[0, 1, 2]] * [[1.3], [1.0], [0.8]]
    mixed[0] += 0.2 * mixed[1]
    other = replace(profile, camera=replace(profile.camera, sensitivities=mixed))
    assert light_misreading(profile, other) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("lamp", ["led-warm", "led-neutral", "tungsten"])
def test_another_lamp_is_seen_by_the_charts(pair, lamp):
    (found,) = findings(pair[0], paired_skin.follow_up(lamp=lamp))
    assert found.code == "PAIR_LIGHT"
    assert found.value > 2 * found.limit


def test_white_balance_is_the_charts_matter(pair):
    assert findings(pair[0], paired_skin.follow_up(balance=(1.1, 0.9))) == []


def test_declared_lamps_count(pair):
    lamps = (Visit(lamp="ring light 5500 K"), Visit(lamp="window"))
    assert codes(findings(*pair, lamps)) == ["PAIR_LIGHT"]
    with pytest.raises(ProfileError, match=r"lamp is declared as 'window'.*one profile was used for both"):
        findings(pair[0], with_profile_of(pair[1], pair[0]), lamps)


def test_a_flash_at_one_visit_only(pair):
    assert codes(findings(pair[0], told(pair[1], flash=True))) == ["PAIR_FLASH"]
    with pytest.raises(ProfileError, match="the flash fired at the follow-up only") as refusal:
        findings(pair[0], told(with_profile_of(pair[1], pair[0]), flash=True))
    assert refusal.value.code == "PAIR_LIGHT"


def test_another_chart_is_told(pair):
    other = replace(pair[1], profile=replace(pair[1].profile, chart_kind="colorchecker-mini"))
    assert codes(findings(pair[0], other)) == ["PAIR_CHART"]


def test_a_chart_whose_size_was_assumed_may_be_the_same(pair):
    """A blurred card of 24 patches has lost the frame by which sizes are told."""
    (found,) = findings(pair[0], paired_skin.follow_up(scene=synthetic.Scene(blur=2.5)))
    assert found.code == "PAIR_CHART"
    assert "the size of the chart in photo.jpeg was assumed" in found.message


def test_a_shared_profile_is_held_against_the_chart_in_the_photo(pair):
    assert findings(pair[0], with_profile_of(pair[1], pair[0])) == []
    dimmer = with_profile_of(paired_skin.follow_up(exposure=0.5), pair[0])
    (found,) = findings(pair[0], dimmer)
    assert found.code == "PROFILE_LIGHT"
    assert "changes are freed of it, the levels of that visit are not" in found.message
    assert findings(pair[0], with_profile_of(paired_skin.follow_up(exposure=0.6), pair[0])) == []
    with pytest.raises(
        ProfileError, match=r"taken in other light than its profile's \(-29 % in red"
    ) as refusal:
        findings(replace(pair[0], chart=None), dimmer)
    assert refusal.value.code == "PAIR_LIGHT"


def test_a_shared_profile_in_a_colour_cast(pair):
    cast = with_profile_of(paired_skin.follow_up(balance=(1.1, 0.9)), pair[0])
    assert "PROFILE_LIGHT" in codes(findings(pair[0], cast))
    strong = with_profile_of(paired_skin.follow_up(balance=(1.3, 0.75)), pair[0])
    with pytest.raises(ProfileError, match="in other light than its profile's"):
        findings(pair[0], strong)


@pytest.mark.parametrize("lamp", ["led-warm", "triphosphor"])
def test_a_shared_profile_under_another_lamp_that_is_balanced(pair, lamp):
    """The greys are grey: only the coloured paints tell."""
    (found,) = findings(pair[0], with_profile_of(paired_skin.follow_up(lamp=lamp), pair[0]))
    assert found.code == "PAIR_LIGHT"
    assert "another lamp, or another copy of the chart" in found.message


def test_a_shared_profile_grows_old(pair):
    (found,) = findings(pair[0], with_profile_of(pair[1], pair[0], chart=False))
    assert found.code == "PROFILE_OLD"
    assert "photos 42 days apart, and no chart shows that the light was still the same at the follow-up" in (
        found.message
    )
    soon = told(with_profile_of(pair[1], pair[0], chart=False), time="2026-01-15T11:00:00")
    assert findings(pair[0], soon) == []


def test_gloss_at_one_visit_only_may_be_a_filter():
    glossy = paired_skin.follow_up("light", scene=synthetic.Scene(gloss=1.0))
    dull = paired_skin.baseline("light")
    assert codes(findings(dull, glossy)) == ["PAIR_POLARISATION"]
    declared = (Visit(polarisation="none"), Visit(polarisation="none"))
    assert findings(dull, glossy, declared) == []
    assert findings(dull, paired_skin.follow_up("light", scene=synthetic.Scene(gloss=0.1))) == []
