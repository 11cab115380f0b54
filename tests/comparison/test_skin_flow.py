from dataclasses import replace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.displacement_field import DisplacementField
from pigmeter.comparison.normalised_skin import block_means_of, normalised
from pigmeter.comparison.skin_flow import Misfit, find_field, local_correlation, misfit_of, moved_on


def levels(seed=1, matrix=None, moved=0.0, **also):
    before, after, true = laid_skin.pair(seed, matrix, moved, **also)
    pairs = []
    for step, blur in ((4, 0.8), (2, 0.24)):
        pairs.append(tuple(normalised(block_means_of(m, step, laid_skin.MM), blur) for m in (before, after)))
    return pairs, true


def still(step=4):
    nothing = np.zeros((300 // step, 400 // step))
    return DisplacementField(np.eye(3), nothing, nothing, step)


def test_what_still_moves_is_told_in_map_pixels():
    pairs, _ = levels(1, laid_skin.view(shift=(3.0, -2.0)))
    left = misfit_of(still(), *pairs[1])
    middle = (slice(10, -10), slice(10, -10))
    assert np.median(left.dx[middle]) == pytest.approx(3.0, abs=0.15)
    assert np.median(left.dy[middle]) == pytest.approx(-2.0, abs=0.15)
    assert left.weight[middle].mean() > 0.6
    assert left.seen[middle].min() > 0.99


def test_unlike_skins_weigh_little():
    one, _ = levels(1)
    other, _ = levels(2)
    alike = misfit_of(still(), *one[1])
    unlike = misfit_of(still(), one[1][0], other[1][1])
    assert np.median(alike.correlation) > 0.9
    assert np.percentile(unlike.correlation, 90) < 0.3
    assert unlike.weight.mean() < 0.4 * alike.weight.mean()


def test_a_field_is_found_but_for_a_tenth_of_a_pixel():
    pairs, true = levels(1, laid_skin.view(roll=2, shift=(4, 3)), moved=2.0)
    found = find_field(laid_skin.view(roll=2, shift=(4, 3)), pairs, np.zeros((75, 100), bool))
    left = misfit_of(found, *pairs[-1])
    x, y = found.dense_places((300, 400))
    away = np.hypot(x - true[..., 0], y - true[..., 1])[20:-20, 20:-20]
    assert np.median(away) < 0.2
    assert np.median(np.hypot(left.dx, left.dy)) < 0.15


def test_what_is_held_out_does_not_count():
    """The left of the follow-up is moved by three pixels: only the right may tell how the middle lies."""
    before, after, _ = laid_skin.pair(1)
    maps = {}
    for key, plane in after.maps.items():
        moved = plane.copy()
        moved[:, 3:200] = plane[:, :197]
        maps[key] = moved
    after = replace(after, maps=maps)
    pairs = []
    for step, blur in ((4, 0.8), (2, 0.24)):
        pairs.append(tuple(normalised(block_means_of(m, step, laid_skin.MM), blur) for m in (before, after)))
    left = np.zeros((75, 100), bool)
    left[:, :60] = True
    every, right = (find_field(np.eye(3), pairs, held).dx[10:-10, 44:54] for held in (0 * left > 0, left))
    assert np.median(every) > 1.2
    assert np.abs(np.median(right)) < 0.5


def test_nodes_that_are_held_out_are_placed_by_the_others():
    pairs, true = levels(1, moved=2.0)
    held_out = np.zeros((75, 100), bool)
    held_out[30:34, 40:44] = True
    found = find_field(np.eye(3), pairs, held_out)
    left = misfit_of(found, *pairs[-1])
    nodes = found.nodes()[held_out]
    expected = np.array([true[int(y), int(x)] + 0.5 for x, y in nodes])
    assert np.abs(found.at(nodes) - expected).mean() < 0.3
    assert np.hypot(left.dx, left.dy)[held_out].max() < 1.0


def test_a_step_is_smooth_and_odd_flow_is_outvoted():
    wanted = np.full((40, 50), 2.0)
    wanted[18:22, 22:26] = 40.0
    left = Misfit(wanted, 0 * wanted, np.ones((40, 50)), np.ones((40, 50)), np.ones((40, 50)))
    nothing = np.zeros((40, 50))
    moved = moved_on(DisplacementField(np.eye(3), nothing, nothing, 4), left, left.weight, 5.0)
    assert np.abs(moved.dx - 2).max() < 0.6
    assert moved.dy == pytest.approx(0)


def test_steps_add_up_along_the_way():
    """After a step of 8 map pixels along x the field of two nodes further on is what follows."""
    slope = 0.1 * DisplacementField(np.eye(3), np.zeros((40, 50)), np.zeros((40, 50)), 4).nodes()[..., 0]
    before = DisplacementField(np.eye(3), slope, 0 * slope, 4)
    ones = np.ones((40, 50))
    left = Misfit(8 * ones, 0 * ones, ones, ones, ones)
    moved = moved_on(before, left, ones, 3.0)
    assert moved.dx[20, 20] == pytest.approx(8 + slope[20, 20] + 0.8, abs=0.01)


def test_local_correlation_by_hand():
    rng = np.random.default_rng(1)
    one, noise = (rng.standard_normal((120, 160)).astype(np.float32) for _ in range(2))
    assert local_correlation(one, one, 4, 12.0) == pytest.approx(1, abs=1e-3)
    assert local_correlation(one, -one, 4, 12.0) == pytest.approx(-1, abs=1e-3)
    assert np.abs(local_correlation(one, noise, 4, 12.0)).mean() < 0.05
    half = local_correlation(one, (one + noise).astype(np.float32), 4, 12.0)
    assert half.mean() == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert not local_correlation(0 * one, one, 4, 12.0).any()
