"""From grids to candidates: place, kind, exclusion."""

import numpy as np
import pytest
from chart_scenes import Scene, draw
from tolerance import assert_close

from pigmeter.colour.candidates import examine, ranked, whole
from pigmeter.colour.detection import Grid, find_grids
from pigmeter.colour.layouts import layout


def best_of(scene, kind=None):
    photo, places = draw(scene)
    for grids in find_grids(photo.pixels):
        pairs = ranked(photo, grids)
        for candidate in examine(photo, pairs, None if kind is None else layout(kind)):
            return candidate, places
    raise AssertionError


def test_whole_by_hand():
    block = (np.array([0, 0]), np.array([5, 3]))
    assert whole(Grid(np.eye(3), *block, 20))
    assert not whole(Grid(np.eye(3), *block, 12))
    assert not whole(Grid(np.eye(3), np.array([0, 0]), np.array([6, 3]), 28))


@pytest.mark.parametrize("kind", ["colorchecker-classic", "colorchecker-mini", "colorchecker-nano"])
def test_the_kind_is_told_from_proportions(kind):
    candidate, places = best_of(Scene(kind=kind, shape=(480, 640), patch=45))
    assert candidate.size_known
    assert candidate.layout.kind == kind
    assert_close(candidate.centres[:22], places[:22], 2.0)


def test_sg_is_told_from_its_many_patches():
    candidate, places = best_of(Scene(kind="colorchecker-sg", shape=(480, 640), patch=24))
    assert candidate.layout.kind == "colorchecker-sg"
    assert candidate.sound
    assert np.sqrt(((candidate.centres - places) ** 2).sum(axis=1)).max() < 4


def test_small_sg_charts_are_told_too():
    candidate, places = best_of(Scene(kind="colorchecker-sg", shape=(480, 640), patch=12, angle=20))
    assert candidate.layout.kind == "colorchecker-sg"
    assert np.sqrt(((candidate.centres - places) ** 2).sum(axis=1)).max() < 3


def test_tiles_around_a_classic_are_no_sg():
    candidate, _ = best_of(Scene(shape=(480, 640), patch=46, background="tiles", angle=-8))
    assert candidate.layout.kind == "colorchecker-classic"


def test_a_named_kind_is_believed():
    candidate, _ = best_of(Scene(shape=(480, 640), patch=45), "colorchecker-passport")
    assert candidate.layout.kind == "colorchecker-passport"


def test_blur_hides_the_size():
    candidate, _ = best_of(Scene(kind="colorchecker-mini", shape=(480, 640), patch=30, blur=3.0))
    assert not candidate.size_known


def test_covered_and_spotted_patches_are_excluded():
    scene = Scene(shape=(480, 640), patch=50, covered=(1, 9, 20), spots=(4,))
    candidate, _ = best_of(scene)
    assert candidate.excluded == (1, 4, 9, 20)
    assert candidate.sound


def test_clipped_patches_are_excluded():
    candidate, _ = best_of(Scene(shape=(480, 640), patch=50, exposure=1.5))
    assert 18 in candidate.excluded
    assert 20 not in candidate.excluded


def test_a_mirrored_chart_is_marked():
    candidate, _ = best_of(Scene(shape=(480, 640), patch=40, mirrored=True))
    assert candidate.mirrored
    assert candidate.sound
