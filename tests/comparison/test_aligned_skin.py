"""The skin of two visits on one grid."""

from types import SimpleNamespace

import numpy as np
import paired_skin
from fated_skin import circle, skin
from tolerance import assert_close

from pigmeter.comparison.aligned_skin import align_skin, aligned_levels, with_spots
from pigmeter.measurement.maps import block_response


def unmoved(baseline, trusted=None):
    """An alignment of two photos in which nothing moved."""
    trusted = baseline.skin if trusted is None else trusted
    return SimpleNamespace(trusted=trusted, warp=lambda planes: planes)


def test_a_photo_laid_over_itself_is_the_same_at_both_visits():
    visit = paired_skin.baseline()
    pair = align_skin(visit, visit, unmoved(visit))
    finest = pair.levels[0]
    assert_close(finest.responses[0], finest.responses[1], 0.0)
    own = block_response(visit.photo, visit.profile, visit.scale)
    assert_close(finest.responses[0, :, visit.skin], own[:, visit.skin].T, 0.0)
    assert pair.one_profile
    assert_close(pair.balance, 1.0, 1e-6)
    read = pair.read(0, np.moveaxis(finest.responses[0], 0, -1))[..., 0]
    assert_close(np.nanmedian(read - visit.maps["melanin_index"]), 0.0, 0.01)


def test_a_pixel_counts_at_neither_visit_where_one_does_not_show_it():
    visit = paired_skin.baseline()
    trusted = visit.skin.copy()
    trusted[:, :200] = False
    pair = align_skin(visit, visit, unmoved(visit, trusted))
    assert not pair.levels[0].known[:, :200].any()
    assert np.isnan(pair.levels[0].responses[:, :, :, :200]).all()
    assert (pair.levels[0].known == trusted).mean() > 0.999


def test_halving_averages_what_is_known():
    responses = np.arange(2 * 3 * 64 * 64, dtype=np.float32).reshape(2, 3, 64, 64)
    responses[..., 0, 0] = np.nan
    responses[..., 2:4, 2:4] = np.nan
    fine, coarse = aligned_levels(responses, 0.1)[:2]
    assert (fine.step, coarse.step, coarse.side_mm) == (1, 2, 0.2)
    assert_close(coarse.responses[0, 0, 0, 0], (1 + 64 + 65) / 3, 1e-3)
    assert np.isnan(coarse.responses[:, :, 1, 1]).all()
    assert_close(coarse.responses[1, 2, 5, 7], responses[1, 2, 10:12, 14:16].mean(), 1e-2)


def test_reading_by_hand():
    """Melanin from the first channel alone, blood from the second over it."""
    pair = skin()
    read = pair.read(0, np.array([0.5, 0.25, 0.25]))
    assert_close(read, (-100 * np.log10(0.5), -100 * np.log10(0.5)), 1e-9)


def test_a_spot_is_trusted_where_the_skin_around_it_is():
    """It cleared, and alignment trusts neither it nor what is near to it."""
    seen = np.ones((200, 200), bool)
    hole = np.hypot(*(np.mgrid[:200, :200] - 99.5)) < 30
    spot = circle(10.0, 10.0, 2.0)
    trusted = with_spots(~hole, seen, [spot], 0.1)
    assert trusted[100, 100]
    assert trusted[100, 100 + 35]
    assert not with_spots(~hole, seen, [], 0.1)[100, 100]
    assert not with_spots(~hole & (np.arange(200) < 90), seen, [spot], 0.1)[100, 100], "half of it is not"
    assert not with_spots(~hole, ~hole, [spot], 0.1)[100, 100], "one visit does not show it"
