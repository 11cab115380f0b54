from dataclasses import replace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.normalised_skin import (
    SEEN_IN,
    block_means_of,
    finest_step,
    map_side_mm,
    middle_of,
    normalised,
)


def skin(seed=1, **also):
    planes = [p[100:-100, 100:-100] for p in laid_skin.texture(seed)]
    return laid_skin.measurement(planes, **also)


def test_blocks_are_means_over_the_skin_by_hand():
    """Of a block of four map pixels one is no skin; a block without any is 0."""
    one = skin()
    mask = np.ones(one.skin.shape, bool)
    mask[0, 1] = mask[0:2, 2:4] = False
    maps = {key: np.where(mask, plane, np.float32(np.nan)) for key, plane in one.maps.items()}
    found = block_means_of(replace(one, skin=mask, maps=maps), 2, 0.2)
    corner = one.maps["L"][:2, :2]
    assert found.planes[0, 0, SEEN_IN.index("L")] == pytest.approx(
        (corner.sum() - corner[0, 1]) / 3, rel=1e-5
    )
    assert found.share[0, 0] == 0.75
    assert found.share[0, 1] == 0
    assert not found.planes[0, 1].any()
    assert found.side_mm == 0.4
    assert found.step == 2


def test_blocks_at_the_rim_may_be_cut():
    found = block_means_of(skin(), 7, 0.2)
    assert found.share.shape == (43, 58)
    assert found.share[0, 0] == 1
    assert found.share[-1, 0] == pytest.approx(6 / 7, abs=1e-6)
    assert found.planes[-1, 0, 0] == pytest.approx(skin().maps["L"][-6:, :7].mean(), rel=1e-4)


def test_halving_is_averaging_over_twice_the_side():
    mask = np.random.default_rng(1).random((300, 400)) > 0.3
    one = skin(skin=mask)
    halved, direct = block_means_of(one, 2, 0.2).halved(), block_means_of(one, 4, 0.2)
    assert (halved.step, halved.side_mm) == (direct.step, direct.side_mm)
    assert np.allclose(halved.share, direct.share, atol=1e-6)
    assert np.allclose(halved.planes, direct.planes, rtol=1e-4, atol=1e-4)


def test_an_even_change_and_a_slow_one_change_nothing():
    """Exposure, a lamp's fall-off and an even loss of pigment are not seen; contrast is made one."""
    one = skin(noise=0.0)
    rows, columns = one.skin.shape
    slope = np.linspace(-6, 6, columns, dtype=np.float32) + np.linspace(0, 4, rows, dtype=np.float32)[:, None]
    maps = {key: 1.7 * plane + slope + 5 for key, plane in one.maps.items()}
    before, after = (
        normalised(block_means_of(m, 2, 0.2), 0.8).planes for m in (one, replace(one, maps=maps))
    )
    assert np.median(np.abs(after - before)) < 0.02
    inner = before[10:-10, 10:-10]
    assert inner.std() == pytest.approx(1, abs=0.1)
    assert abs(inner.mean()) < 0.1


def test_one_strong_spot_weighs_no_more_than_the_texture():
    spot = np.zeros((300, 400), np.float32)
    spot[140:155, 190:205] = 1
    found = normalised(block_means_of(skin(spots=spot), 2, 0.2), 0.8).planes
    assert np.abs(found).max() == pytest.approx(2.5)


def test_gaps_have_no_edge():
    """What is no skin may hold anything: nothing of it is seen beside it, and its rim weighs nothing."""
    mask = np.ones((300, 400), bool)
    mask[100:200, 150:260] = False
    whole, holed = skin(), skin(skin=mask)
    one, other = (normalised(block_means_of(m, 2, 0.2), 0.24) for m in (whole, holed))
    gap = ~mask.reshape(150, 2, 200, 2).all(axis=(1, 3))
    assert not other.planes[gap].any()
    assert not other.weight[gap].any()
    heavy = other.weight > 0.9
    assert np.median(np.abs(one.planes - other.planes)[heavy]) < 0.03
    near = (
        heavy
        & (np.abs(np.indices(heavy.shape)[0] - 75) < 30)
        & (np.abs(np.indices(heavy.shape)[1] - 102) < 33)
    )
    assert np.count_nonzero(near) > 50
    assert np.abs(one.planes - other.planes)[near].mean() < 0.3


def test_skin_without_any_texture_is_not_blown_up():
    nothing = [np.zeros((300, 400), np.float32)] * 2
    found = normalised(block_means_of(laid_skin.measurement(nothing, noise=0.0), 2, 0.2), 0.8)
    assert np.isfinite(found.planes).all()
    assert np.abs(found.planes).max() < 0.05


def test_no_skin_at_all_is_no_error():
    found = normalised(block_means_of(skin(skin=np.zeros((300, 400), bool)), 2, 0.2), 0.8)
    assert not found.planes.any()
    assert not found.weight.any()


def test_steps_follow_the_size_of_the_skin():
    """Skin of 60 by 80 mm is aligned at 0.2 mm, a close-up of 15 by 20 mm as it is, a face at 0.4."""
    assert finest_step(skin(), 0.2) == 1
    assert finest_step(skin(), 0.05) == 1
    assert finest_step(skin(), 1 / 3) == 1
    assert finest_step(replace(skin(), skin=np.ones((3000, 4000), bool)), 0.1) == 4


def test_the_side_is_nominal_without_a_chart():
    assert map_side_mm(skin()) == 0.2
    assert map_side_mm(replace(skin(), mm_per_pixel=None)) == 0.25


def test_the_middle_of_a_mask_by_hand():
    mask = np.zeros((5, 9), bool)
    mask[1, 2] = mask[1, 4] = mask[4, 6] = True
    assert middle_of(mask) == pytest.approx([4, 2])
    assert middle_of(np.zeros((3, 3), bool)).tolist() == [0, 0]
