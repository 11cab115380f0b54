"""The posterior over cameras: against its closed form, and on charts simulated under known circumstances."""

import numpy as np
import pytest
from patch_values import PAINTS
from tolerance import assert_close

from pigmeter.colour.camera import Scene, camera_prior
from pigmeter.colour.cielab import lab_from_xyz
from pigmeter.colour.light import light_kernel, rim
from pigmeter.colour.posterior import Evidence, Hypothesis, circumstances, colour_kernel
from pigmeter.colour.rendering import predict
from pigmeter.colour.spectra import xyz
from pigmeter.reference import limit

PATCHES = np.arange(24)
PLACES = np.stack([(PATCHES % 6 - 2.5) / 2.5, (PATCHES // 6 - 1.5) / 1.5], axis=1)
SPOTS = np.stack([PATCHES % 6 - 2.5, PATCHES // 6 - 1.5], axis=1)
CHROMA = np.hypot(*lab_from_xyz(xyz(PAINTS)).T[1:])
ALL = np.ones((24, 3), dtype=bool)


def scene(rendered=False):
    return Scene(camera_prior(rendered), PAINTS, PLACES, np.log([0.8, 0.8, 0.8]), 5 if rendered else 0)


def drawn(made, seed, camera_class=0):
    """Unknowns drawn from the prior of one class of cameras."""
    rng = np.random.default_rng(seed)
    unknowns = rng.standard_normal(made.size)
    root = np.linalg.cholesky(made.prior.covariances[camera_class])
    k = made.coordinates
    unknowns[:k] = made.prior.centres[camera_class] + root @ unknowns[:k]
    return unknowns


def weighed(made, seen, candidates, usable=ALL):
    """Modes of some hypotheses, found from the middle of the prior."""
    evidence = Evidence(made, seen, usable, CHROMA, PATCHES)
    start = np.zeros(made.size)
    for _ in range(2):
        start = evidence.modes(candidates, start)[0][0].unknowns
    return evidence.modes(candidates, start)


def searched(made, seen, usable, rendered):
    """Modes of the hypotheses that matter."""
    return Evidence(made, seen, usable, CHROMA, PATCHES).explore(circumstances(rendered))


def noise_of(seen, hypothesis):
    """Covariance of all 72 values, built anew, one pair of patches at a time."""
    covariance = np.zeros((24, 3, 24, 3))
    kernel = colour_kernel(seen, seen)
    for i in PATCHES:
        for j in PATCHES:
            near = light_kernel(SPOTS[[i]], SPOTS[[j]])[0, 0]
            covariance[i, :, j, :] += hypothesis.light_field**2 * near
            covariance[i, :, j, :] += hypothesis.colour_field**2 * kernel[i, j] * np.eye(3)
        paint = hypothesis.paint_error * CHROMA[i] / 60
        own = (hypothesis.spread * limit("profile", "channel_spread")) ** 2 + paint**2
        floor = limit("profile", "floor_spread") / np.maximum(np.exp(seen[i]) / 0.8, 4e-3)
        common = (hypothesis.spread * limit("profile", "patch_spread")) ** 2
        covariance[i, :, i, :] += common + np.diag(own + floor**2)
    return covariance.reshape(72, 72)


@pytest.mark.parametrize("held", [Hypothesis(0, 0.0, 0.03, 0.0, 1.0), Hypothesis(0, 0.03, 0.01, 0.05, 1.5)])
def test_a_mode_is_the_closed_form_about_itself(held):
    """Gaussian prior and noise, values within one SD: mean, covariance and evidence are known exactly."""
    made = scene()
    seen = predict(made, drawn(made, 1, held.camera_class))[0]
    modes, least = weighed(made, seen, [held])
    mode = modes[0]
    assert len(modes) == 1
    assert mode.weight == 1

    predicted, jacobian = predict(made, mode.unknowns)
    slope = jacobian.reshape(72, made.size)
    noise = noise_of(seen, held)
    k = made.coordinates
    centre, spread = np.zeros(made.size), np.eye(made.size)
    centre[:k] = made.prior.centres[held.camera_class]
    spread[:k, :k] = made.prior.covariances[held.camera_class]
    # y = J x + noise with y about the prior's centre: s^ = mu + K J' (J K J' + N)^-1 (y - J mu)
    off = (seen - predicted).ravel() + slope @ (mode.unknowns - centre)
    whole = slope @ spread @ slope.T + noise
    expected = centre + spread @ slope.T @ np.linalg.solve(whole, off)
    # in SD of the prior; after three rounds what hardly shows is still on its way
    assert_close(mode.unknowns, expected, 0.1)
    assert np.sqrt(np.mean((mode.unknowns - expected) ** 2)) < 0.03
    evidence = off @ np.linalg.solve(whole, off) + np.linalg.slogdet(whole)[1]
    assert least == pytest.approx(evidence, abs=0.02)
    precision = slope.T @ np.linalg.solve(noise, slope) + np.linalg.inv(spread)
    assert_close(mode.precision / np.diag(precision).max(), precision / np.diag(precision).max(), 1e-3)


@pytest.mark.parametrize("rendered", [False, True])
def test_the_chart_is_explained_and_the_camera_found(rendered):
    made = scene(rendered)
    true = drawn(made, 5)
    seen = predict(made, true)[0]
    modes, _ = searched(made, seen, ALL, rendered)
    assert sum(mode.weight for mode in modes) == pytest.approx(1)
    assert [m.weight for m in modes] == sorted((m.weight for m in modes), reverse=True)
    assert np.abs(modes[0].residual).max() < 0.04
    # the directions that the chart shows are met within their own spread
    off = modes[0].unknowns - true
    assert off @ modes[0].precision @ off < 3 * made.size


def test_the_most_probable_comes_first():
    made = scene()
    several = 0
    for seed in range(6):
        rng = np.random.default_rng([seed, 9])
        seen = predict(made, drawn(made, seed))[0] + rng.normal(0, 0.03, (24, 3)) * CHROMA[:, None] / 60
        weights = [mode.weight for mode in searched(made, seen, ALL, False)[0]]
        assert weights == sorted(weights, reverse=True)
        assert min(weights) > limit("profile", "evidence_kept") / 2
        several += len(weights) > 1
    assert several > 2


def test_uneven_light_is_told_from_even_light():
    made = scene()
    field = light_kernel(SPOTS, SPOTS) + 1e-9 * np.eye(24)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        even = predict(made, drawn(made, seed))[0] + rng.normal(0, 0.01, (24, 3))
        uneven = even + 0.1 * (np.linalg.cholesky(field) @ rng.standard_normal(24))[:, None]
        for seen, best in ((even, 0.0), (uneven, 0.1)):
            modes, _ = weighed(made, seen, [Hypothesis(0, light, 0.01, 0.0, 1.0) for light in (0.0, 0.1)])
            assert modes[0].hypothesis.light_field == best
            assert modes[0].weight > 0.9


def test_what_is_rare_needs_more_evidence():
    made = scene()
    seen = predict(made, drawn(made, 2))[0]
    usual, rare = (Hypothesis(0, 0.0, 0.01, 0.0, 1.0, prior) for prior in (1.0, 0.2))
    both = {mode.hypothesis: mode.weight for mode in weighed(made, seen, [rare, usual])[0]}
    assert both[rare] / both[usual] == pytest.approx(0.2 ** limit("profile", "evidence_tempered"))


def test_faded_paints_are_told_from_fresh_ones():
    """Softened outliers cost little: fading must be strong to be believed, freshness is seen at once."""
    made = scene()
    candidates = [Hypothesis(0, 0.0, error, 0.0, 1.0) for error in (0.01, 0.08)]

    def weight_of_fading(seen):
        modes, _ = weighed(made, seen, candidates)
        return sum(mode.weight for mode in modes if mode.hypothesis.paint_error == 0.08)

    fresh, faded = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        seen = predict(made, drawn(made, seed))[0]
        fresh.append(weight_of_fading(seen + rng.normal(0, 0.01, (24, 3))))
        faded.append(weight_of_fading(seen + rng.normal(0, 0.16, (24, 3)) * CHROMA[:, None] / 60))
    assert max(fresh) < 0.01
    assert min(faded) > 0.5
    assert np.mean(faded) > 0.9


def test_values_that_may_not_be_used_do_not_matter_at_all():
    made = scene()
    seen = predict(made, drawn(made, 6))[0]
    usable = ALL.copy()
    usable[[2, 9]] = usable[14, 1] = False
    wild = np.where(usable, seen, -8.0)
    one, two = (searched(made, values, usable, False)[0] for values in (seen, wild))
    assert len(one) == len(two)
    assert_close(one[0].unknowns, two[0].unknowns, 0)
    assert np.array_equal(np.isnan(one[0].residual), ~usable)
    assert_close(one[0].pull[~usable], np.zeros(7), 0)


def test_one_dirty_patch_hardly_moves_the_camera():
    made = scene()
    true = drawn(made, 7)
    seen = predict(made, true)[0]
    dirty = seen.copy()
    dirty[10] -= 1.0
    clean, soiled = (searched(made, values, ALL, False)[0][0] for values in (seen, dirty))
    neutral = np.full((1, 61), 0.4)
    k = made.coordinates
    answers = [made.prior.sensitivities(mode.unknowns[:k]) @ neutral.T for mode in (clean, soiled)]
    assert_close(answers[0], answers[1], 1e-4)
    assert soiled.residual[10].max() < -0.9
    others = np.delete(soiled.residual, 10, axis=0)
    assert np.abs(others).max() < 0.06


def test_neutrals_have_no_colour_field():
    grey = np.log(np.linspace(0.05, 1, 5))[:, None] * np.ones(3)
    red = np.log([[0.5, 0.1, 0.1]])
    assert_close(colour_kernel(grey, grey), np.zeros((5, 5)), 0)
    assert_close(colour_kernel(grey, red), np.zeros((5, 1)), 0)
    assert colour_kernel(red, red)[0, 0] > 1


def test_the_colour_field_is_shared_by_like_colours():
    reds = np.log([[0.5, 0.1, 0.1], [0.5, 0.11, 0.1], [0.1, 0.1, 0.5]])
    kernel = colour_kernel(reds, reds)
    assert_close(kernel, kernel.T, 1e-12)
    assert kernel[0, 1] > 0.9 * kernel[0, 0]
    assert kernel[0, 2] < 0.01 * kernel[0, 0]
    many = np.random.default_rng(8).normal(-1.5, 0.7, (30, 3))
    assert np.linalg.eigvalsh(colour_kernel(many, many)).min() > -1e-8


@pytest.mark.parametrize("rendered", [False, True])
def test_circumstances_are_those_of_the_table(rendered):
    found = circumstances(rendered)
    assert len(found) == len(set(found)) > 10
    assert {h.camera_class for h in found} == {0}
    assert {h.light_field for h in found} == {0.0, 0.1}
    assert {h.colour_field for h in found} == {0.0, 0.05}
    assert all((h.prior < 0.5) == (not rendered and h.colour_field > 0) for h in found)
    assert min(h.spread for h in found) == 1


@pytest.mark.parametrize("camera_class", [0, 1])
def test_the_class_of_the_camera_is_found(camera_class):
    made = scene(True)
    right = []
    for seed in range(6):
        seen = predict(made, drawn(made, seed, camera_class))[0]
        modes, _ = searched(made, seen, ALL, True)
        right.append(sum(m.weight for m in modes if m.hypothesis.camera_class == camera_class))
    assert np.mean(right) > 0.5


def test_curved_light_is_carried_on_to_the_rim():
    """A lamp above the middle: skin beside the chart has less light than its centre, and it is known."""
    made = scene()
    bent = -0.15 * (SPOTS / [2.5, 1.5]) ** 2 @ [1.0, 0.7]
    rng = np.random.default_rng(3)
    seen = predict(made, drawn(made, 3))[0] + bent[:, None] + rng.normal(0, 0.005, (24, 3))
    mode = searched(made, seen, ALL, False)[0][0]
    expected = -0.15 * ((rim() / [2.5, 1.5]) ** 2 @ [1.0, 0.7]).mean()
    assert mode.light == pytest.approx(expected, abs=0.05)
    assert 0 < mode.light_spread < 0.1
    even = searched(made, seen - bent[:, None], ALL, False)[0][0]
    assert abs(even.light) < 0.01


def test_the_light_at_the_rim_moves_with_the_unknowns_as_the_residuals_do():
    """Light that the gain takes is missing in the field, and the reverse."""
    made = scene()
    bent = -0.15 * (SPOTS / [2.5, 1.5]) ** 2 @ [1.0, 0.7]
    seen = predict(made, drawn(made, 4))[0] + bent[:, None]
    held = [Hypothesis(0, 0.1, 0.01, 0.0, 1.0)]
    mode = weighed(made, seen, held)[0][0]
    gains = slice(made.coordinates + 5, made.coordinates + 8)
    assert mode.light_slopes[gains].sum() < 0
    even = weighed(made, seen, [Hypothesis(0, 0.0, 0.01, 0.0, 1.0)])[0][0]
    assert even.light == 0
    assert even.light_spread == 0
    assert not even.light_slopes.any()


def test_many_outliers_are_not_cheap():
    """Student's t paid in full: a hypothesis that calls half the chart an outlier loses to a wider one."""
    made = scene()
    rng = np.random.default_rng(5)
    seen = predict(made, drawn(made, 5))[0] + rng.normal(0, 0.05, (24, 3))
    modes, _ = weighed(made, seen, [Hypothesis(0, 0.0, 0.01, 0.0, spread) for spread in (1.0, 3.2)])
    assert modes[0].hypothesis.spread == 3.2
    assert modes[0].weight > 0.99
