"""Which outlines belong to which photo, by its name."""

import numpy as np
import pytest

from pigmeter.errors import UsageError
from pigmeter.regions.outline import Outline
from pigmeter.regions.region_set import RegionSet, Sheet, tidy_name

RING = np.array([[4.0, 2], [10, 2], [10, 8]])


def sheet(photo, *names, shape=None):
    return Sheet(photo, tuple(Outline(name, (RING,)) for name in names), shape, f"{photo or 'all'}.json")


def names(regions, photo, shape=None):
    return [outline.name for outline in regions.outlines(photo, shape)]


def test_a_photo_is_known_by_its_name_whatever_its_case_and_ending():
    regions = RegionSet((sheet("visit-1/Left.JPG", "one"), sheet("visit-2/Left.JPG", "two")))
    assert names(regions, "visit-1/left.jpg") == ["one"]
    assert names(regions, "study/Visit-2/Left.JPG") == ["two"]
    assert names(regions, "visit-2\\left.png") == ["two"]
    assert names(regions, "visit-3/left.jpg") == names(regions, "") == []
    assert regions.photos == ("visit-1/Left.JPG", "visit-2/Left.JPG")


def test_the_name_with_its_ending_is_meant_before_one_without():
    regions = RegionSet((sheet("a.png", "png"), sheet("a.jpg", "jpg")))
    assert names(regions, "a.jpg") == ["jpg"]
    with pytest.raises(UsageError, match=r"several photos fit this name \(a\.jpg, a\.png\)"):
        names(regions, "a.webp")


def test_a_name_that_several_photos_have_is_refused_without_its_folder():
    regions = RegionSet((sheet("visit-1/a.jpg", "one"), sheet("visit-2/a.jpg", "two")))
    with pytest.raises(UsageError, match=r"fit this name \(visit-1/a\.jpg, visit-2/a\.jpg\)") as e:
        names(regions, "a.jpg")
    assert e.value.code == "REGION_AMBIGUOUS"


def test_outlines_for_all_photos_serve_where_a_photo_has_none_of_that_name():
    regions = RegionSet((sheet("", "chin", "nose"), sheet("a.jpg", "chin"), sheet("a.jpg", "spot")))
    assert names(regions, "b.jpg") == names(regions, "") == ["chin", "nose"]
    assert sorted(names(regions, "a.jpg")) == ["chin", "nose", "spot"]
    assert regions.outlines("a.jpg")[0] is regions.sheets[1].outlines[0]


def test_two_outlines_of_one_name_are_refused():
    with pytest.raises(UsageError, match="there are two regions called 'chin' for the same photo"):
        names(RegionSet((sheet("a.jpg", "chin"), sheet("A.jpg", "chin"))), "a.jpg")


def test_outlines_must_have_been_drawn_on_a_photo_of_this_size():
    regions = RegionSet((sheet("a.jpg", "chin", shape=(20, 30)),))
    assert names(regions, "a.jpg", (20, 30)) == ["chin"]
    with pytest.raises(UsageError, match=r"were drawn on a photo of 30 x 20 px, this one has 60 x 40"):
        names(regions, "a.jpg", (40, 60))
    with pytest.raises(UsageError, match="the upright photo has 20 x 30") as e:
        names(regions, "a.jpg", (30, 20))
    assert (e.value.code, e.value.file) == ("REGION_SIZE", "a.jpg.json")


@pytest.mark.parametrize(
    ("name", "tidy"), [("./a.jpg", "a.jpg"), ("v//a.jpg", "v/a.jpg"), ("../../a.jpg", "a.jpg"), ("", "")]
)
def test_names_are_tidied(name, tidy):
    assert tidy_name(name) == tidy
