"""Photos of one chart in one session, fitted together."""

import numpy as np
import pytest
from patch_values import lab, session, skins, truth
from tolerance import assert_close

from pigmeter.colour import session as session_module
from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.inference import Explored
from pigmeter.colour.knowledge import Knowledge
from pigmeter.colour.posterior import Evidence
from pigmeter.colour.session import fit_profile_from_patches, fit_reading

BOTH = pytest.mark.parametrize("rendered", [False, True])
ROW, COLUMN = np.divmod(np.arange(24), 6)
PEOPLE = skins()


def shots(taken, rendered, seed=0, count=3, reading=0.01):
    """Photos of a chart, each with an exposure, a gradient of light and errors of reading of its own."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        light = 1 + rng.normal(0, 0.04) * (COLUMN - 2.5) / 2.5
        off = light[:, None] * (1 + rng.normal(0, reading, (24, 1))) * (1 + rng.normal(0, reading, (24, 3)))
        # spectra whose responses are the paints' with these errors
        spectra = np.linalg.lstsq(taken.effective.T, (taken.chart @ taken.effective * off).T, rcond=None)[0].T
        exposure = rng.uniform(0.7, 0.85)
        made.append((taken.record(spectra, rendered, exposure=exposure), exposure))
    return made


def fitted(rendered, *photos):
    first, *others = [values for values, _ in photos]
    return fit_profile_from_patches(first, rendered=rendered, knowledge=Knowledge(charts=others))


def estimates(profile, taken, rendered, exposure):
    return lab(profile.estimate(taken.record(PEOPLE, rendered, exposure=exposure)))


@BOTH
def test_three_photos_read_skin_nearer_the_truth_than_each_alone(rendered):
    """Whichever of them is the photo in question; its light is its own."""
    true = truth(PEOPLE)[1]
    alone, together = [], []
    for seed in range(4):
        taken = session(("slr", "phone")[seed % 2], "led-neutral", seed=seed, chart_seed=seed, spread=0.3)
        photos = shots(taken, rendered, seed)
        for turn in range(2):
            turned = photos[turn:] + photos[:turn]
            for made, used in ((alone, turned[:1]), (together, turned)):
                seen = estimates(fitted(rendered, *used), taken, rendered, turned[0][1])
                made.append(ciede2000(seen, true).mean())
    assert np.mean(together) < 0.95 * np.mean(alone)


@BOTH
def test_the_order_of_the_others_does_not_matter(rendered):
    taken = session(lamp="led-neutral")
    first, *rest = shots(taken, rendered, count=4)
    one = estimates(fitted(rendered, first, *rest), taken, rendered, first[1])
    other = estimates(fitted(rendered, first, *reversed(rest)), taken, rendered, first[1])
    assert_close(other, one, 1e-6)


@BOTH
def test_whichever_photo_comes_first_the_camera_is_nearly_the_same(rendered):
    taken = session(lamp="led-neutral")
    photos = shots(taken, rendered, seed=1)
    turned = [photos[turn:] + photos[:turn] for turn in range(3)]
    apart = []
    for used in (turned, [photos[:1], photos[1:2], photos[2:]]):
        cameras = [taken.chart @ fitted(rendered, *each).camera.sensitivities.T for each in used]
        apart.append(np.sqrt(np.var(cameras, axis=0).mean()))
    assert apart[0] < 0.5 * apart[1]


@BOTH
def test_the_same_photo_again_says_nothing_new(rendered):
    """Errors of the paints are shared: two copies of a photo are not two charts."""
    taken = session(lamp="led-neutral")
    (first,) = shots(taken, rendered, count=1)
    alone, again = fitted(rendered, first), fitted(rendered, first, first, first)
    spread = [np.sqrt((p.camera.spread**2).sum(axis=0))[:183] for p in (alone, again)]
    assert np.median(spread[1] / spread[0]) > 0.85
    seen = [estimates(profile, taken, rendered, first[1]) for profile in (alone, again)]
    assert ciede2000(*seen).max() < 0.5


@BOTH
def test_a_chart_of_another_camera_is_left_out(rendered):
    taken = session(lamp="led-neutral")
    stranger = session("phone", "tungsten", seed=7)
    (first,), (other,) = shots(taken, rendered, count=1), shots(stranger, rendered, count=1)
    alone, both = fitted(rendered, first), fitted(rendered, first, other)
    assert_close(both.level_weights, alone.level_weights, 0)


def test_values_that_must_not_be_used_are_not():
    first, (second, exposure) = shots(session(lamp="led-neutral"), False, count=2)
    hidden, wild = second.copy(), second.copy()
    hidden[[3, 9]] = np.nan
    wild[[3, 9]] = 7.0  # far above white: as good as hidden
    found = [fitted(False, first, (values, exposure)) for values in (hidden, wild, second)]
    assert found[0].id == found[1].id != found[2].id
    nothing = np.full((24, 3), np.nan)
    assert_close(fitted(False, first, (nothing, 1.0)).level_weights, fitted(False, first).level_weights, 0)


@BOTH
def test_what_was_explored_before_is_not_explored_again_and_changes_nothing(rendered, monkeypatch):
    taken = session(lamp="led-neutral")
    readings, asked = [], []
    monkeypatch.setattr(
        session_module, "fit_reading", lambda reading, knowledge: readings.append(reading) or reading
    )
    for values, _ in shots(taken, rendered, count=3):
        fit_profile_from_patches(values, rendered=rendered)
    monkeypatch.undo()
    explore = Evidence.explore
    monkeypatch.setattr(Evidence, "explore", lambda self, given: asked.append(1) or explore(self, given))
    fits = {}
    for explored in (None, Explored()):
        asked.clear()
        for index, reading in enumerate(readings):
            others = tuple(other.values for other in readings if other is not reading)
            profile = fit_reading(reading, Knowledge(charts=others), explored)
            fits[explored is None, index] = profile.id
        # each chart once for its own fit, and once under the edition that serves if that is the other
        assert len(asked) == 9 if explored is None else len(asked) <= 6
    assert [fits[True, index] for index in range(3)] == [fits[False, index] for index in range(3)]
