"""The chart: its paints, its place, its edges."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000, lab_from_xyz
from pigmeter.colour.layouts import layout
from pigmeter.colour.spectra import xyz
from pigmeter.errors import UsageError
from pigmeter.synthetic.painted_chart import PaintedChart, draw_chart, paint, reference_paints

PAINTS = np.linspace(0.05, 0.9, 72).reshape(24, 3)
FRAME = np.array([0.04, 0.04, 0.04])


def chart(scale=10.0, origin=(20.0, 15.0), kind="colorchecker-nano"):
    matrix = np.array([[scale, 0, origin[0]], [0, scale, origin[1]], [0, 0, 1]])
    return PaintedChart(layout(kind), matrix, PAINTS, FRAME)


def blank(value=0.5):
    return np.full((280, 450, 3), value, dtype=np.float32), np.ones((280, 450), dtype=np.float32)


def test_copies_differ_a_little_from_the_reference():
    reference = lab_from_xyz(xyz(reference_paints("colorchecker-mini")))
    apart = [ciede2000(reference, lab_from_xyz(xyz(paint("colorchecker-mini", seed)))) for seed in range(20)]
    assert 0.3 < np.mean(apart) < 0.6
    assert np.max(apart) < 3.0


def test_without_spread_a_copy_is_the_reference():
    assert_close(paint("colorchecker-classic", 3, 0.0), reference_paints("colorchecker-classic"), 1e-12)


def test_a_seed_is_one_copy():
    assert np.array_equal(paint("colorchecker-mini", 3), paint("colorchecker-mini", 3))
    assert not np.array_equal(paint("colorchecker-mini", 3), paint("colorchecker-mini", 4))


def test_patches_lie_at_their_centres():
    linear, field = blank()
    drawn = chart()
    draw_chart(linear, field, drawn, 0.0)
    for centre, colour in zip(drawn.patch_centres, PAINTS, strict=True):
        column, row = np.round(centre).astype(int)
        assert_close(linear[row, column], colour, 1e-6)


def test_an_edge_mixes_by_the_share_of_the_pixel():
    linear, field = blank()
    drawn = chart(origin=(20.25, 15.0))
    draw_chart(linear, field, drawn, 0.0)
    left = (layout("colorchecker-nano").patch_centres_mm[0, 0] - 2.2) * 10 + 20.25
    row, column = round(float(drawn.patch_centres[0, 1])), int(np.floor(left + 0.5))
    share = column + 0.5 - left
    assert 0 < share < 1
    assert_close(linear[row, column], FRAME + share * (PAINTS[0] - FRAME), 1e-4)


def test_light_falls_on_the_chart():
    linear, field = blank()
    field *= 0.7
    drawn = chart()
    draw_chart(linear, field, drawn, 0.0)
    column, row = np.round(drawn.patch_centres[18]).astype(int)
    assert_close(linear[row, column], 0.7 * PAINTS[18], 1e-6)


def test_a_shadow_darkens_only_what_is_near():
    linear, field = blank()
    cover, window = draw_chart(linear, field, chart(), 0.3)
    assert linear[14 - 3, 200, 0] < 0.47
    assert_close(linear[0, 0], 0.5, 2e-3)
    assert cover.shape == linear[window].shape[:2]
    assert cover.max() == 1.0


def test_a_chart_that_does_not_fit_is_refused():
    linear, field = blank()
    with pytest.raises(
        UsageError, match=r"colorchecker-nano would lie at .* outside the photo of 450 x 280 px"
    ):
        draw_chart(linear, field, chart(origin=(100.0, 15.0)), 0.0)


def test_only_charts_of_24_patches_are_drawn():
    with pytest.raises(UsageError, match="only 24 of its 140 paints are known"):
        reference_paints("colorchecker-sg")
