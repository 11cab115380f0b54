"""Proposed regions: within the skin of a close-up, the middle where skin cannot be told, those of a face."""

from dataclasses import replace

import handmade
import numpy as np
import pytest
from source_tree import ROOT

from pigmeter.colour.chart import find_chart
from pigmeter.errors import MeasurementError
from pigmeter.measurement.proposals import _rings, propose_regions
from pigmeter.photo.reader import read_photo
from pigmeter.regions.face_mesh import mean_face
from pigmeter.regions.faces import Face
from pigmeter.regions.region import lay_regions


@pytest.fixture(scope="module")
def close_up():
    return read_photo(ROOT / "samples" / "subject-1" / "baseline.jpg")


def test_a_close_up_with_a_chart_gets_its_skin_a_margin_from_the_chart(close_up):
    chart = find_chart(close_up)
    (one,) = propose_regions(close_up, chart)
    assert (one.name, one.site, one.side, one.frame) == ("region 1", "", "", "px")
    mask = lay_regions([one], close_up.shape, 1)[1].mask
    near = np.argwhere(chart.mask(close_up.shape))[::50]
    edge = np.argwhere(mask & ~np.roll(mask, 1, axis=0))[:, None]
    gap = np.sqrt(((edge - near[None]) ** 2).sum(axis=2)).min() * chart.mm_per_pixel
    assert 1 < gap < 6  # the margin of 2 mm from cells of about 1 mm
    assert 0.7 < mask.mean() < 1 - chart.mask(close_up.shape).mean()


def test_without_chart_and_profile_the_middle_is_proposed():
    photo = handmade.photo(100, 200)
    (one,) = propose_regions(photo)
    assert one.polygons[0].tolist() == [[20, 10], [179, 10], [179, 89], [20, 89]]
    assert one.site == one.side == ""


def test_a_face_gets_its_regions_with_sides_of_the_person():
    landmarks = 1.5 * mean_face()[:, :2] + (200, 200)
    photo = handmade.photo(500, 400)
    found = propose_regions(photo, landmarks=landmarks)
    assert [(one.site, one.side) for one in found][:3] == [
        ("forehead", ""), ("cheek", "right"), ("cheek", "left")
    ]  # fmt: skip
    sides = {one.side: one.polygons[0][:, 0].mean() for one in found if one.site == "cheek"}
    assert sides["right"] < 200 < sides["left"]


def test_of_several_faces_one_must_be_chosen(monkeypatch):
    pair = (Face(0, 0, 180, 180, 40), Face(200, 0, 160, 160, 30))
    monkeypatch.setattr("pigmeter.regions.faces.find_faces", lambda _: pair)
    photo = handmade.photo(200, 400)
    with pytest.raises(MeasurementError, match="2 faces were found") as caught:
        propose_regions(photo)
    assert caught.value.code == "FACE_SEVERAL"
    assert min(one.polygons[0][:, 0].min() for one in propose_regions(photo, face=2)) > 200


def test_a_face_that_is_asked_for_must_be_there():
    with pytest.raises(MeasurementError, match="no face was found"):
        propose_regions(handmade.photo(), face=1)


def test_a_photo_without_skin_gets_none(close_up):
    from pigmeter.colour.session import fit_profile

    profile = fit_profile(close_up)
    grey = replace(close_up, pixels=np.full_like(close_up.pixels, 128))
    with pytest.raises(MeasurementError, match=r"baseline\.jpg: no piece of skin") as caught:
        propose_regions(grey, profile=profile)
    assert caught.value.code == "SKIN_NONE"


def test_the_outline_keeps_its_margin_passes_over_specks_and_leaves_large_holes_out():
    skin = np.zeros((60, 80), bool)
    skin[10:50, 5:75] = True
    skin[0:6, 0:6] = True
    skin[20, 20] = False
    skin[24:36, 40:60] = False
    outer, inner = _rings(skin, 2.0)
    assert (outer.min(axis=0).tolist(), outer.max(axis=0).tolist()) == ([7, 12], [72, 47])
    assert (inner.min(axis=0).tolist(), inner.max(axis=0).tolist()) == ([37, 21], [62, 38])
    assert len(outer) == 4
    assert _rings(np.ones((9, 9), bool), 2.0)[0].tolist() == [[0, 0], [0, 8], [8, 8], [8, 0]]
    assert _rings(np.zeros((9, 9), bool), 2.0) == []
