"""Regions given as masks or polygons, at the resolution of the maps; and what is refused."""

import numpy as np
import pytest

from pigmeter.errors import UsageError
from pigmeter.measurement.regions import WHOLE_SKIN, read_regions

SHAPE = (20, 30)


def test_the_whole_skin_comes_first_and_has_no_bounds():
    (only,) = read_regions(None, SHAPE, 2)
    assert only.name == WHOLE_SKIN
    assert only.mask is None


@pytest.mark.parametrize("scale", [1, 2, 3, 7])
def test_a_mask_is_sampled_at_the_middle_of_each_block(scale):
    mask = np.zeros(SHAPE, bool)
    mask[:, 15:] = True
    found = read_regions({"right": mask}, SHAPE, scale)[1].mask
    assert found.shape == (-(-20 // scale), -(-30 // scale))
    middles = np.minimum(np.arange(0, 30, scale) + scale // 2, 29)
    assert found[0].tolist() == (middles >= 15).tolist()


@pytest.mark.parametrize("scale", [1, 2])
def test_a_polygon_covers_what_lies_inside(scale):
    corners = [(4, 2), (23, 2), (23, 15), (4, 15)]
    found = read_regions({"box": corners}, SHAPE, scale)[1].mask
    whole = np.zeros(SHAPE, bool)
    whole[2:16, 4:24] = True
    expected = whole[::scale, ::scale]
    assert found.shape == expected.shape
    assert (found != expected).sum() <= (0 if scale == 1 else found.shape[0] + found.shape[1])


def test_a_polygon_of_whole_blocks_covers_those():
    corners = [(6, 3), (11, 3), (11, 8), (6, 8)]
    found = read_regions({"box": corners}, SHAPE, 3)[1].mask
    assert np.argwhere(found).tolist() == [[1, 2], [1, 3], [2, 2], [2, 3]]


def test_polygon_and_mask_of_the_same_place_agree_at_any_scale():
    row, column = np.mgrid[:90, :120]
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    disc = np.hypot(row - 40, column - 60) <= 30
    circle = np.stack([60 + 30 * np.cos(turn), 40 + 30 * np.sin(turn)], axis=1)
    for scale in (1, 2, 3, 5):
        _, one, other = read_regions({"mask": disc, "polygon": circle}, (90, 120), scale)
        assert (one.mask != other.mask).mean() < 0.06


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        (np.zeros((20, 29), bool), r"array of bool with shape \(20, 29\)"),
        (np.zeros((2, 2)), r"a polygon of shape \(3 or more, 2\)"),
        ("cheek", r"region 'left' is an array of <U5"),
        (np.array([[0, 0], [1, np.nan], [2, 2]]), "has corners that are not finite"),
    ],
)
def test_other_forms_are_refused(outline, words):
    with pytest.raises(UsageError, match=words) as caught:
        read_regions({"left": outline}, SHAPE, 1)
    assert caught.value.code == "REGION_FORM"


def test_a_region_may_not_take_the_name_of_the_whole():
    with pytest.raises(UsageError, match="'skin' is the name of the whole skin"):
        read_regions({"skin": np.zeros(SHAPE, bool)}, SHAPE, 1)
