from dataclasses import replace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.fit_of_skins import fit_skins
from pigmeter.comparison.trusted_skin import trust_in
from pigmeter.errors import MeasurementError


@pytest.fixture(scope="module")
def pair():
    before, after, _ = laid_skin.pair(4, laid_skin.view(roll=3, shift=(40, 10)), moved=1.0)
    return before, after, fit_skins(before, after, None, 1)


def changed(fit, **fields):
    return replace(fit, left=replace(fit.left, **fields))


def test_good_skin_is_trusted(pair):
    before, after, fit = pair
    trust = trust_in(fit, before, after)
    assert trust.trusted_part > 0.95
    assert trust.overlap == pytest.approx(0.87, abs=0.05)
    assert not trust.findings
    assert trust.trusted[np.isnan(trust.x)].sum() == 0
    assert trust.residual == pytest.approx(1.5 * np.hypot(trust.held_out, trust.inverse), rel=1e-6)


@pytest.mark.parametrize("field", ["correlation", "dx", "inverse", "seen"])
def test_places_that_do_not_fit_are_not_trusted(pair, field):
    before, after, fit = pair
    bad = np.zeros(fit.held_out.shape, bool)
    bad[20:50, 40:70] = True
    if field == "inverse":
        found = replace(fit, inverse=np.where(bad, 6.0, fit.inverse))
    else:
        value = {"correlation": 0.1, "dx": 4.0, "seen": 0.1}[field]
        found = changed(fit, **{field: np.where(bad, value, getattr(fit.left, field))})
    trust = trust_in(found, before, after)
    step = fit.there.step
    assert not trust.trusted[22 * step : 48 * step, 42 * step : 68 * step].any()
    assert trust.trusted[: 18 * step].mean() > 0.7


def test_a_small_place_of_another_kind_is_placed_by_its_surroundings(pair):
    """A spot that is gone is unlike itself: it must not be left out of what is looked for."""
    before, after, fit = pair
    alike = fit.left.correlation.copy()
    alike[30:36, 50:56] = 0.0
    trust = trust_in(changed(fit, correlation=alike), before, after)
    step = fit.there.step
    assert trust.trusted[30 * step : 36 * step, 50 * step : 56 * step].all()


def test_what_either_photo_hides_is_never_trusted(pair):
    before, after, fit = pair
    mask = np.ones(after.skin.shape, bool)
    mask[150:170, 200:220] = False
    trust = trust_in(fit, before, replace(after, skin=mask))
    x, y = np.rint(np.nan_to_num(trust.x)).astype(int), np.rint(np.nan_to_num(trust.y)).astype(int)
    hidden = ~mask[np.clip(y, 0, 299), np.clip(x, 0, 399)]
    assert hidden.any()
    assert not trust.trusted[hidden & np.isfinite(trust.x)].any()


def test_doubts_are_told_with_value_and_limit(pair):
    before, after, fit = pair
    moving = np.full(fit.held_out.shape, 1.3)
    (finding,) = trust_in(changed(fit, dx=moving, dy=0 * moving), before, after).findings
    assert finding.code == "PAIR_RESIDUAL"
    assert finding.value == pytest.approx(1.5 * 1.3 * laid_skin.MM, rel=0.1)
    assert finding.limit == 0.3
    assert "half of the skin is off by 0.3" in finding.message


def test_little_skin_in_common_is_a_doubt(pair):
    before, after, fit = pair
    alike = fit.left.correlation.copy()
    alike[:, : alike.shape[1] // 2] = 0
    codes = {
        finding.code: finding for finding in trust_in(changed(fit, correlation=alike), before, after).findings
    }
    assert codes["PAIR_TRUSTED"].value < codes["PAIR_TRUSTED"].limit
    mask = np.zeros(after.skin.shape, bool)
    mask[:, 250:] = True
    codes = [finding.code for finding in trust_in(fit, before, replace(after, skin=mask)).findings]
    assert "PAIR_OVERLAP" in codes


def test_little_that_fits_badly_is_refused(pair):
    before, after, fit = pair
    alike = fit.left.correlation.copy()
    alike[:, : alike.shape[1] // 2] = 0
    bad = changed(fit, correlation=alike, dx=np.full(alike.shape, 1.6))
    words = r"only \d+% is surely the same, and even that is off by \d\.\d\d mm in places"
    with pytest.raises(MeasurementError, match=words):
        trust_in(bad, before, after)


def test_charts_that_contradict_the_skin_are_told(pair):
    before, after, fit = pair
    (finding,) = trust_in(fit, before, replace(after, mm_per_pixel=0.1)).findings
    assert finding.code == "PAIR_SCALE"
    assert finding.value == pytest.approx(0.5, abs=0.05)
    assert "0.5" in finding.message
    assert not trust_in(fit, before, replace(after, mm_per_pixel=None)).findings


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("overlap", r"only \d+% of the baseline's skin lies within this photo \(15% needed\)"),
        ("part", r"only \d+% is surely the same \(30% needed\)"),
        ("area", r"only \d+ mm2 of skin are surely the same in both photos \(100 needed\)"),
        ("residual", r"half of the skin is off by \d\.\d\d mm or more \(0\.6 at most\)"),
        ("residual_p95", r"one place in twenty is off by \d\.\d\d mm or more \(1\.2 at most\)"),
    ],
)
def test_refusals(pair, kind, words):
    before, after, fit = pair
    if kind == "overlap":
        mask = np.zeros(after.skin.shape, bool)
        mask[:, 370:] = True
        after = replace(after, skin=mask)
    elif kind == "part":
        fit = changed(fit, correlation=0.1 * fit.left.correlation)
    elif kind == "area":
        fit = replace(fit, side_mm=0.02)
    elif kind == "residual":
        fit = changed(fit, dx=np.full(fit.held_out.shape, 2.5))
    else:
        tenth = np.indices(fit.inverse.shape)[1] < 0.35 * fit.inverse.shape[1]
        fit = changed(
            replace(fit, inverse=np.where(tenth, 3.9, fit.inverse)), dx=np.where(tenth, 2.9, fit.left.dx)
        )
    with pytest.raises(MeasurementError, match=words) as refusal:
        trust_in(fit, before, after)
    assert refusal.value.code == "PAIR_REGISTRATION"
