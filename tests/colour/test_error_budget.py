"""Where the errors of a fitted profile come from: known cameras, vague cameras, bad charts."""

from dataclasses import replace

import numpy as np
import pytest
from patch_values import session, skins, truth
from tolerance import assert_close

from pigmeter.colour import error_budget
from pigmeter.colour.error_budget import differences, error_tables, knots
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.colour.skin import people
from pigmeter.reference import limit

SESSION = session()
BOTH = pytest.mark.parametrize("rendered", [False, True])
KEYS = list(QUANTITIES)


@pytest.fixture(scope="module")
def fitted():
    """What the tables are made of, linear: the fit and the weights, as a session hands them over."""
    kept = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pigmeter.colour.session.error_tables",
            lambda *given: kept.setdefault("all", given) and error_tables(*given),
        )
        fit_profile_from_patches(SESSION.linear(SESSION.chart))
    return kept["all"]


def test_knots_rise_in_equal_proportions():
    tone = knots()
    assert len(tone) == limit("profile", "tone_knots")
    assert_close(tone[[0, -1]], [limit("profile", "tone_least"), limit("profile", "tone_most")], 1e-9)
    assert_close(np.ptp(tone[1:] / tone[:-1]), 0, 1e-9)
    reach = people().targets[:, 0]
    assert ((reach > tone[0]) & (reach < tone[-1])).mean() > 0.99


def test_differences_turn_hue_the_short_way():
    one, other = np.zeros((2, 10)), np.zeros((2, 10))
    one[:, KEYS.index("hue")], other[:, KEYS.index("hue")] = [179, -170], [-179, 160]
    one[:, 0] = 3
    found = differences(one, other)
    assert_close(found[:, KEYS.index("hue")], [-2, 30], 1e-9)
    assert_close(found[:, 0], 3, 0)


@BOTH
def test_tables_are_whole(profiles, rendered):
    tables = profiles[rendered].errors
    assert_close(tables.commonness.sum(), 1, 1e-9)
    for name in ("camera", "chart", "people", "change_camera", "change_people"):
        values = getattr(tables, name)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (tables.factor > 1.6).all()
    assert (tables.factor < 3).all()
    assert 0 < tables.unevenness < 0.2


def test_more_light_reads_lighter(profiles):
    """One percent of light is 0.43 index units of melanin, at any tone; ratios of channels do not see it."""
    tables = profiles[False].errors
    assert_close(tables.slope[:, KEYS.index("melanin_index")].sum(axis=1), -43.4, 6)
    change = tables.change_slope[:, KEYS.index("melanin_index")].sum(axis=1)
    assert ((change > -50) & (change < -25)).all()  # grey changes are not expected of skin
    assert_close(tables.slope[:, KEYS.index("camera_ei")].sum(axis=1), 0, 6)


def test_a_chart_that_fits_worse_is_trusted_less(fitted):
    good, reading = fitted
    bad = replace(good, modes=[replace(m, residual=2 * m.residual, pull=2 * m.pull) for m in good.modes])
    one, other = error_tables(good, reading), error_tables(bad, reading)
    for name in ("camera", "chart", "change_camera"):
        assert (getattr(other, name) > 1.3 * getattr(one, name)).all()
    assert_close(other.people, one.people, 1e-9)


def test_a_chart_that_is_known_exactly_leaves_no_error_of_its_own(fitted):
    good, reading = fitted
    sharp = replace(good, modes=[replace(m, precision=1e8 * m.precision, weight=1.0) for m in good.modes[:1]])
    tables = error_tables(sharp, reading)
    assert (tables.camera < 0.01).all()
    assert (tables.chart < 0.01).all()


def test_without_a_chart_all_is_the_camera(fitted):
    good, reading = fitted
    scene = good.scene
    prior = np.eye(scene.size)
    mode = good.modes[0]
    k = scene.coordinates
    prior[:k, :k] = np.linalg.inv(scene.prior.covariances[mode.hypothesis.camera_class])
    vague = replace(good, modes=[replace(mode, precision=prior, weight=1.0)])
    tables, usual = error_tables(vague, reading), error_tables(good, reading)
    assert (tables.chart < 1e-3 * tables.camera).all()
    assert (tables.camera > 5 * usual.camera).all()


def test_hypotheses_that_disagree_add_to_the_camera(fitted):
    good, reading = fitted
    mode = good.modes[0]
    shifted = mode.unknowns.copy()
    shifted[0] += 1.0
    two = [replace(mode, weight=0.5), replace(mode, weight=0.5, unknowns=shifted)]
    tables = error_tables(replace(good, modes=two), reading)
    alone = error_tables(replace(good, modes=[replace(mode, weight=1.0)]), reading)
    at = KEYS.index("a")
    assert (tables.camera[:, at] > 1.2 * alone.camera[:, at]).all()


@BOTH
def test_the_people_part_is_that_of_other_people(profiles, rendered):
    """Two-layer skin of invented people, whose spread about their session's mean error."""
    known, _ = truth(skins(range(8)))
    seen = SESSION.record(skins(range(8)), rendered, **({"bits": None} if rendered else {}))
    found = profiles[rendered].estimate(seen)
    for key in ("melanin_index", "erythema_index", "a", "b"):
        error = found[key] - known[key]
        expected = profiles[rendered].uncertainty_parts(key, seen)["people"]
        assert 0.1 < error.std() / np.sqrt(np.mean(expected**2)) < 1.6, key  # they differ in less than people


def test_everything_is_seeded(fitted):
    one, other = (error_tables(*fitted).to_json() for _ in range(2))
    assert one == other


def test_a_light_that_falls_off_is_uneven(fitted):
    good, _ = fitted
    k = good.scene.coordinates
    tilted = good.modes[0].unknowns.copy()
    tilted[k + 3] = 0.1 / limit("profile", "gradient_spread")  # a tenth over half a chart
    known = [replace(good.modes[0], weight=1.0, unknowns=tilted, precision=1e8 * good.modes[0].precision)]
    found = error_budget._unevenness(replace(good, modes=known))
    rest = good.scene.parts(tilted)[2][1] * 3
    assert_close(found, np.sqrt(0.5 * (0.2**2 + rest**2) + known[0].hypothesis.light_field ** 2), 1e-4)
