import cv2
import numpy as np
import pytest
from heads import SHAPE, features, head, painted, somebody
from tolerance import assert_close

from pigmeter.errors import UsageError
from pigmeter.regions.anatomy import face_findings, face_regions, mean_regions, mirrored_halves
from pigmeter.regions.face_frame import onto_face_frame
from pigmeter.regions.face_mesh import both_halves, mean_face
from pigmeter.regions.faces import Face
from pigmeter.regions.outline import Outline
from pigmeter.regions.sites import known_sites, read_site

EVERY = ("forehead", "cheek", "nose", "chin", "glabella", "under_eye", "upper_lip")

# Regions


def test_the_regions_of_a_face_are_named_with_their_side():
    names = [region.name for region in face_regions(head())]
    assert names == ["forehead", "cheek right", "cheek left", "nose", "chin"]
    assert [(region.site, region.side) for region in face_regions(head(), ("cheek", "glabella"))] == [
        ("cheek", "right"),
        ("cheek", "left"),
        ("glabella", ""),
    ]
    assert {region.frame for region in face_regions(head())} == {"px"}
    assert {region.frame for region in mean_regions()} == {"face"}
    with pytest.raises(UsageError, match="no region 'ear'") as caught:
        mean_regions(("ear",))
    assert "upper_lip" in str(caught.value)


def test_sites_are_called_as_everywhere():
    for outline in (*mean_regions(EVERY), *mirrored_halves(head())):
        assert outline.site in known_sites()
        assert read_site(outline.name) == (outline.site, outline.side)


def test_outlines_are_smooth():
    for region in mean_regions(EVERY):
        edges = np.diff(region.polygons[0], axis=0, append=region.polygons[0][:1])
        edges = edges[np.hypot(*edges.T) > 1e-9]
        ahead = np.roll(edges, -1, axis=0)
        turns = np.arctan2(edges[:, 0] * ahead[:, 1] - edges[:, 1] * ahead[:, 0], (edges * ahead).sum(axis=1))
        assert np.degrees(np.abs(turns)).max() < 40, region.name
        assert_close(abs(turns.sum()), 2 * np.pi, atol=1e-6)


def test_the_person_s_left_is_on_the_right_of_the_photo():
    for where in (head(), Face(700, 500, 500, 500, 40)):
        regions = {region.name: region.polygons[0].mean(axis=0) for region in face_regions(where)}
        assert regions["cheek left"][0] > regions["nose"][0] > regions["cheek right"][0]
        assert regions["forehead"][1] < regions["nose"][1] < regions["chin"][1]
    upside_down = {region.name: region.polygons[0].mean(axis=0) for region in face_regions(head(tilt=180))}
    assert upside_down["cheek left"][0] < upside_down["nose"][0]


@pytest.mark.parametrize("pose", [{}, {"turn": 15}, {"turn": -15, "nod": 8}, {"nod": -10, "tilt": 12}])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_no_region_holds_a_part_of_eyes_brows_lips_or_nostrils(pose, seed):
    landmarks = head(**pose, scale=6, at=(900, 700), shape=None if seed is None else somebody(seed))
    for region in face_regions(landmarks, EVERY):
        here = painted(region)
        for name, part in features(landmarks):
            assert not (here & part).any(), (region.name, name)


@pytest.mark.parametrize("pose", [{}, {"turn": 15, "nod": 5}, {"nod": -10}])
def test_regions_keep_apart_and_on_the_face(pose):
    landmarks = head(**pose, scale=6, at=(900, 700), shape=somebody(1))
    whole = np.zeros(SHAPE, np.uint8)
    cv2.fillConvexPoly(whole, cv2.convexHull(np.round(landmarks).astype(np.int32)), 1)
    taken = np.zeros(SHAPE, int)
    for region in face_regions(landmarks, EVERY):
        here = painted(region)
        assert here.sum() > 2 * 36 * 50  # at least 1 cm2
        assert not (here & ~whole.astype(bool)).any()
        taken += here
    assert taken.max() == 1


def test_regions_go_with_the_photo_s_size_and_place():
    for small, large in zip(
        face_regions(head(12)), face_regions(head(12, scale=16, at=(2000, 1800))), strict=True
    ):
        assert_close(large.polygons[0], 2 * small.polygons[0], atol=0.01)


def test_a_region_that_is_turned_away_is_left_out():
    names = [region.name for region in face_regions(head(turn=50))]
    assert "cheek right" in names  # the person looks to her left: her right cheek is shown
    assert "cheek left" not in names
    assert "cheek left" in [region.name for region in face_regions(head(turn=-50))]
    assert "cheek right" not in [region.name for region in face_regions(head(turn=-50))]
    assert len(face_regions(head(turn=20))) == 5


def test_a_region_outside_the_photo_is_left_out():
    landmarks = head(scale=7, at=(500, 150))  # a close-up of 1000 x 800: forehead and chin are cut off
    names = [region.name for region in face_regions(landmarks, shape=(800, 1000))]
    assert names == ["cheek right", "cheek left", "nose"]
    assert len(face_regions(landmarks)) == 5


def test_a_box_and_a_turned_face_are_told():
    assert face_findings(head(20)) == face_findings(head(0, 20)) == ()
    (finding,) = face_findings(head(-30))
    assert (finding.code, finding.value, finding.limit) == ("FACE_TURNED", 30.0, 25)
    assert "turned by 30 degrees" in finding.message
    assert face_findings(head(0, 30))[0].code == "FACE_TURNED"
    assert [finding.code for finding in face_findings(Face(0, 0, 90, 90, 40))] == ["FACE_BOX"]


def test_a_box_gives_the_proportions_of_the_mean_face_and_smaller_regions():
    by_box = face_regions(Face(600, 400, 600, 600, 40))
    scale = 0.36 * 600 / 63.1
    by_landmarks = face_regions(mean_face()[:, :2] * scale + (900, 400 + 0.345 * 600))
    for one, other in zip(by_box, by_landmarks, strict=True):
        assert one.name == other.name
        low, high = one.polygons[0].min(axis=0), one.polygons[0].max(axis=0)
        least, most = other.polygons[0].min(axis=0), other.polygons[0].max(axis=0)
        assert np.abs(low + high - least - most).max() < 4
        assert_close((high - low) / (most - least), 0.85, atol=0.02)


def test_what_is_far_from_a_region_is_no_hole_in_it():
    forehead, right, *_ = face_regions(head())
    assert forehead.holes == ()
    assert len(right.holes) <= 1


# Halves


def test_halves_of_a_symmetric_face_mirror_each_other_exactly():
    landmarks = head(at=(0, 0))
    halves = mirrored_halves(landmarks)
    assert [half.name for half in halves[::2]] == [
        "face right", "forehead right", "cheek right", "nose right", "chin right"
    ]  # fmt: skip
    for right, left in zip(halves[::2], halves[1::2], strict=True):
        assert right.name.replace("right", "left") == left.name
        assert (right.side, left.side) == ("right", "left")
        assert right.site == left.site
        for ring, partner in zip(right.polygons, left.polygons, strict=True):
            assert_close(ring * (-1, 1), partner, atol=1e-6)
        # Strip at the midline, 3 mm on either side.
        assert right.polygons[0][:, 0].max() < -2.9 * 8


def area(ring):
    x, y = ring.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_halves_and_the_strip_between_them_are_the_whole():
    landmarks = head(scale=10, at=(0, 0))
    halves = {
        half.name: sum(area(ring) for ring in half.polygons) / 100 for half in mirrored_halves(landmarks)
    }
    for region in mean_regions(("forehead", "nose", "chin")):
        middle = np.abs(region.polygons[0][:, 0]) < 3
        height = np.ptp(region.polygons[0][middle, 1])  # [mm]
        both = halves[f"{region.name} right"] + halves[f"{region.name} left"]
        assert_close((both + 6 * height) / area(region.polygons[0]), 1, atol=0.01)
    oval = area(mean_face()[list(both_halves("oval")), :2])
    assert_close((halves["face right"] + halves["face left"] + 6 * 172) / oval, 0.92**2, atol=0.01)


def test_halves_of_any_face_have_the_same_places_on_the_mean_face():
    landmarks = head(12, 4, 6, shape=somebody())
    halves = mirrored_halves(landmarks)
    for right, left in zip(halves[::2], halves[1::2], strict=True):
        rings = [
            onto_face_frame(Outline("half", half.polygons), landmarks).polygons[0] for half in (right, left)
        ]
        mirrored = rings[0] * (-1, 1)
        assert_close(mirrored.min(axis=0), rings[1].min(axis=0), atol=0.2)
        assert_close(mirrored.max(axis=0), rings[1].max(axis=0), atol=0.2)


def test_halves_leave_out_eyes_and_lips_of_this_photo():
    landmarks = head(8, scale=6, at=(900, 700), shape=somebody(2))
    for half in mirrored_halves(landmarks):
        for name, part in features(landmarks):
            assert not (painted(half) & part).any(), (half.name, name)


def test_a_region_drawn_on_one_half_is_mirrored_onto_the_other():
    landmarks = head(at=(900, 700))
    spot = Outline("spot", (np.array([[1100.0, 900], [1150, 900], [1140, 960]]),), site="cheek", side="left")
    right, left = mirrored_halves(landmarks, (spot,))
    assert (right.name, left.name) == ("spot right", "spot left")
    assert (right.site, left.site) == ("cheek", "cheek")
    middle = 900
    assert_close(right.polygons[0].max(axis=0)[0], 2 * middle - 1100, atol=0.5)
    assert_close(left.polygons[0].min(axis=0)[0], 1100, atol=0.5)
    assert_close(left.polygons[0].max(axis=0)[1], 960, atol=0.5)


def test_a_pair_is_mirrored_once():
    pair = tuple(region for region in mean_regions() if region.site == "cheek")
    assert [half.name for half in mirrored_halves(head(), pair)] == ["cheek right", "cheek left"]


def test_of_an_uneven_pair_the_first_is_mirrored():
    right, left = (
        Outline(f"patch {side}", (ring,), frame="face", side=side)
        for side, ring in (
            ("right", np.array([[-50.0, 20], [-30, 20], [-30, 40]])),
            ("left", np.array([[55.0, 20], [35, 20], [35, 50]])),
        )
    )
    for first, second, reach in ((right, left, 50), (left, right, 55)):
        halves = mirrored_halves(head(scale=10, at=(0, 0)), (first, second))
        assert [half.name for half in halves] == ["patch right", "patch left"]
        assert_close([np.abs(half.polygons[0][:, 0]).max() for half in halves], 10 * reach, atol=2)


def test_the_middle_of_a_box_is_its_midline():
    halves = mirrored_halves(Face(700, 500, 500, 500, 40))
    middle = 950
    for right, left in zip(halves[::2], halves[1::2], strict=True):
        assert_close(2 * middle - right.polygons[0][:, 0], left.polygons[0][:, 0], atol=1e-6)
