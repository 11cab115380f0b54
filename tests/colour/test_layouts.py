"""The printed layouts, by hand and by their properties."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter import reference
from pigmeter.colour.layouts import CLASSIC_NAMES, LAYOUT_KINDS, NEUTRALS, layout
from pigmeter.errors import UsageError


def test_kinds_are_those_of_the_table():
    rows = reference.read_rows("charts/layouts.csv")[1:]
    assert tuple(row["kind"] for row in rows) == LAYOUT_KINDS


def test_classic_by_hand():
    chart = layout("colorchecker-classic")
    assert (chart.rows, chart.columns, len(chart.names)) == (4, 6, 24)
    assert_close(chart.patch_centres_mm[0], [30.4, 33.0], 1e-9)
    assert_close(chart.patch_centres_mm[5], [30.4 + 5 * 45.65, 33.0], 1e-9)
    assert_close(chart.patch_centres_mm[18], [30.4, 33.0 + 3 * 45.65], 1e-9)
    assert_close(chart.pitch_mm, [45.65, 45.65], 1e-9)
    assert_close(chart.block_mm[0], [10.4, 13.0], 1e-9)
    assert_close(chart.block_mm[2], [30.4 + 5 * 45.65 + 20, 33.0 + 3 * 45.65 + 20], 1e-9)
    assert [chart.names[i] for i in NEUTRALS][0::5] == ["white", "black"]


@pytest.mark.parametrize("kind", LAYOUT_KINDS)
def test_patches_lie_apart_and_inside_the_outline(kind):
    chart = layout(kind)
    quads = chart.quads_mm()
    assert chart.kind == kind
    assert quads.shape == (chart.rows * chart.columns, 4, 2)
    assert (quads >= 0).all()
    assert (quads <= chart.outline_mm[2]).all()
    assert (np.array(chart.pitch_mm) > np.array(chart.patch_size_mm)).all()
    # the card is centred on its block of patches within a patch: nominal, but not by accident
    margin = chart.block_mm[0] - (chart.outline_mm[2] - chart.block_mm[2])
    assert (np.abs(margin) < chart.patch_size_mm).all()


def test_quads_shrink_about_the_centre():
    chart = layout("colorchecker-nano")
    assert_close(chart.quads_mm(0.5).mean(axis=1), chart.patch_centres_mm, 1e-9)
    assert_close(np.ptp(chart.quads_mm(0.5)[3], axis=0), [2.2, 1.7], 1e-9)


def test_sg_holds_the_classic_paints_at_e2_to_j5():
    chart = layout("colorchecker-sg")
    assert len(chart.names) == 140
    names = [chart.names[i] for i in chart.classic]
    assert names[:6] == ["E2", "F2", "G2", "H2", "I2", "J2"]
    assert names[18] == "E5"
    assert names[23] == "J5"


def test_24_patch_charts_are_all_classic():
    assert layout("colorchecker-mini").names == CLASSIC_NAMES
    assert_close(layout("colorchecker-passport").classic, np.arange(24), 0)


def test_layout_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        layout("colorchecker-classic").patch_centres_mm[0, 0] = 1


def test_unknown_kind_lists_the_known_ones():
    with pytest.raises(UsageError, match=r"unknown chart 'macbeth' \(known: colorchecker-classic, .*-sg\)"):
        layout("macbeth")
