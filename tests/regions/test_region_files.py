"""Our own files of regions: written, read back, edited by hand; and which reader another file belongs to."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pigmeter.errors import UsageError
from pigmeter.regions.outline import FRAMES, Outline
from pigmeter.regions.region_files import read_region_file, read_regions, write_regions
from pigmeter.regions.sites import SIDES, known_sites

RING = [[4, 2], [10.5, 2], [10, 8]]


def saved(tmp_path, document, name="a.json"):
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def ours(*regions, **more):
    return {"format": "pigmeter-regions", "version": 1, "regions": list(regions)} | more


def read(tmp_path, *regions, **more):
    (sheet,) = read_region_file(saved(tmp_path, ours(*regions, **more)), needed=True)
    return sheet


def same(one, other):
    assert (one.name, one.frame, one.site, one.side) == (other.name, other.frame, other.site, other.side)
    for these, those in ((one.polygons, other.polygons), (one.holes, other.holes)):
        assert [ring.tolist() for ring in these] == [ring.tolist() for ring in those]
    assert (one.mask is None) == (other.mask is None)
    assert one.mask is None or one.mask.tolist() == other.mask.tolist()


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-9999, 9999).map(float)
RINGS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9).map(lambda ring: np.array(ring))
WORDS = {"site": st.sampled_from(["", "graft B", *known_sites()]), "side": st.sampled_from(["", *SIDES])}
DRAWN = st.builds(
    Outline,
    name=NAMES,
    polygons=st.lists(RINGS, min_size=1, max_size=3).map(tuple),
    holes=st.lists(RINGS, max_size=2).map(tuple),
    frame=st.sampled_from(FRAMES),
    **WORDS,
)
MASKS = st.integers(1, 2**24 - 1).map(lambda n: np.array([n >> i & 1 for i in range(24)], bool).reshape(4, 6))
PAINTED = st.builds(Outline, name=NAMES, mask=MASKS, **WORDS)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(DRAWN | PAINTED, max_size=4, unique_by=lambda outline: outline.name), st.booleans())
def test_what_is_written_is_read_back_as_it_was(tmp_path_factory, outlines, of_a_photo):
    path = tmp_path_factory.mktemp("written") / "left 1.json"
    said = {"photo": "visit 1/Left.JPG", "shape": (4, 6)} if of_a_photo else {}
    write_regions(path, outlines, **said)
    found = read_regions(path).outlines("visit 1/left.jpg", (4, 6))
    assert len(found) == len(outlines)
    for one, other in zip(found, outlines, strict=True):
        same(one, other)


def test_a_written_file_is_pleasant_to_edit(tmp_path):
    ring = np.array(RING * 3)
    outlines = [Outline("cheek left", (ring,), (np.array(RING),), site="cheek", side="left")]
    write_regions(tmp_path / "a.json", outlines, photo="a.jpg", shape=(20, 30))
    assert (
        (tmp_path / "a.json").read_text()
        == """{
 "format": "pigmeter-regions",
 "version": 1,
 "photo": "a.jpg",
 "width": 30,
 "height": 20,
 "unit": "px",
 "regions": [
  {
   "name": "cheek left",
   "site": "cheek",
   "side": "left",
   "polygons": [
    [[4, 2], [10.5, 2], [10, 8], [4, 2], [10.5, 2], [10, 8],
     [4, 2], [10.5, 2], [10, 8]]],
   "holes": [
    [[4, 2], [10.5, 2], [10, 8]]]
  }
 ]
}
"""
    )


def test_a_file_by_hand_needs_little(tmp_path):
    (one,) = read(tmp_path, {"name": "L malar", "polygon": RING}).outlines
    assert (one.site, one.side, one.frame) == ("cheek", "left", "px")
    same(one, Outline("L malar", (np.array(RING, float),), site="cheek", side="left"))
    (one,) = read(
        tmp_path, {"name": "spot", "site": "Malar", "side": "right", "polygon": RING}, unit="mm"
    ).outlines
    assert (one.site, one.side, one.frame) == ("cheek", "right", "mm")


def test_one_file_serves_several_photos(tmp_path):
    sheets = [{"photo": f"v{n}.jpg", "regions": [{"name": "chin", "polygon": RING}]} for n in (1, 2)]
    document = {"format": "pigmeter-regions", "version": 1, "unit": "mm", "photos": sheets}
    first, second = read_region_file(saved(tmp_path, document), needed=True)
    assert (first.photo, second.photo) == ("v1.jpg", "v2.jpg")
    assert second.outlines[0].frame == "mm"


def test_regions_are_colours_of_a_painting(tmp_path):
    pixels = np.zeros((4, 6), np.uint8)
    pixels[1:3, :2], pixels[1:3, 4:] = 1, 2
    Image.fromarray(pixels).save(tmp_path / "painted.png")
    named = [{"name": "cheek right", "colour": 1}, {"name": "cheek left", "colour": "#020202"}]
    sheet = read(tmp_path, *named, labels="painted.png")
    assert sheet.shape == (4, 6)
    assert [one.mask.tolist() for one in sheet.outlines] == [(pixels == n).tolist() for n in (1, 2)]


def test_a_png_by_itself_is_a_region(tmp_path):
    pixels = np.eye(5, dtype=np.uint8)
    for name in ("Cheek L.png", "IMG_1.cheek L.mask.png", "chin.mask.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    for name, photo, region in (
        ("Cheek L.png", "", "Cheek L"),
        ("IMG_1.cheek L.mask.png", "IMG_1", "cheek L"),
        ("chin.mask.png", "", "chin"),
    ):
        (sheet,) = read_region_file(tmp_path / name, needed=True)
        assert (sheet.photo, sheet.outlines[0].name) == (photo, region)
        assert sheet.outlines[0].mask.tolist() == (pixels > 0).tolist()


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ({"polygon": RING}, r"a\.json: at regions\[0\]: 'name' is missing"),
        ({"name": " ", "polygon": RING}, "the name is empty"),
        ({"name": "a"}, "'a' has neither polygons nor a mask"),
        ({"name": "a", "polygons": []}, "'a' has neither polygons nor a mask"),
        ({"name": "a", "polygon": RING[:2]}, r"at regions\[0\]\.polygon: found 2 corners, expected 3"),
        ({"name": "a", "polygon": RING, "unit": "cm"}, "found \"cm\", expected one of 'px', 'mm', 'face'"),
        ({"name": "a", "polygon": RING, "side": "top"}, 'found "top", expected one of left, right, midline'),
        ({"name": "a", "colour": 3}, "a colour is named, and no painting under 'labels'"),
        ({"name": "a", "mask": "../b.png"}, 'found "../b.png", expected a file beside this one'),
        ({"name": "a", "mask": "/b.png"}, "expected a file beside this one"),
        ({"name": "a", "mask": "b.png"}, r"b\.png: the file cannot be read"),
    ],
)
def test_damaged_regions_are_refused_with_their_place(tmp_path, region, words):
    with pytest.raises(UsageError, match=words) as caught:
        read(tmp_path, region)
    assert caught.value.code == "REGION_FILE"


def test_masks_have_no_other_frame_and_no_polygons_beside(tmp_path):
    Image.fromarray(np.eye(5, dtype=np.uint8)).save(tmp_path / "b.png")
    with pytest.raises(UsageError, match="'a' is painted and given in mm"):
        read(tmp_path, {"name": "a", "mask": "b.png", "unit": "mm"})
    with pytest.raises(UsageError, match="'a' has both polygons and a mask"):
        read(tmp_path, {"name": "a", "mask": "b.png", "polygon": RING})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (ours(version=2), r"at version: found 2, expected 1. Update pigmeter"),
        (
            {"polygon": RING},
            r"holds no regions \(found 'polygon'; expected 'format'",
        ),
        ([1], r"holds no regions \(found \[1\]"),
        ({"format": "pigmeter-regions", "version": 1}, "'regions' is missing"),
    ],
)
def test_other_files_are_refused_where_regions_are_needed(tmp_path, document, words):
    with pytest.raises(UsageError, match=words):
        read_region_file(saved(tmp_path, document), needed=True)


def test_other_files_of_a_folder_are_left_alone(tmp_path):
    assert read_region_file(saved(tmp_path, {"results": []}), needed=False) == ()


def test_labelme_and_coco_are_told_by_their_fields(tmp_path):
    drawn = {"label": "chin", "points": RING, "shape_type": "polygon"}
    (one,) = read_region_file(saved(tmp_path, {"shapes": [drawn], "imagePath": "a.jpg"}), needed=True)
    instance = {"image_id": 1, "category_id": 1, "segmentation": [np.ravel(RING).tolist()]}
    coco = {"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 1, "name": "chin"}]}
    (other,) = read_region_file(saved(tmp_path, coco | {"annotations": [instance]}), needed=True)
    assert one.photo == other.photo == "a.jpg"
    same(one.outlines[0], other.outlines[0])


def test_files_of_more_corners_than_anyone_draws_are_refused(tmp_path):
    ring = "[" + ",".join(["[0,0]"] * 1000) + "]"
    rings = ",".join([ring] * 2001)
    text = '{"format":"pigmeter-regions","version":1,"regions":[{"name":"a","polygons":[' + rings + "]}]}"
    with pytest.raises(UsageError, match=r"holds 2001000 corners \(limit 2000000, calibration/limits"):
        read_region_file(saved(tmp_path, text), needed=True)


def names(regions, photo):
    return [outline.name for outline in regions.outlines(photo)]


def labelme(photo, label="chin"):
    drawn = {"label": label, "points": RING, "shape_type": "polygon"}
    return json.dumps({"shapes": [drawn], "imagePath": photo, "imageHeight": 20, "imageWidth": 30})


def forehead():
    regions = [{"name": "forehead", "polygon": RING}]
    return json.dumps({"format": "pigmeter-regions", "version": 1, "regions": regions})


def test_a_folder_tells_the_visit(tmp_path):
    for visit in ("visit-1", "visit-2"):
        (tmp_path / visit).mkdir()
        (tmp_path / visit / "left.json").write_text(labelme("left.jpg", f"chin {visit[-1]}"))
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "x.json").write_text(labelme("../img/x.jpg"))
    (tmp_path / "all.json").write_text(forehead())
    (tmp_path / "results.json").write_text("{}")
    (tmp_path / "photo.png").write_bytes(b"not opened")
    (tmp_path / ".hidden.json").write_text("{")
    regions = read_regions(tmp_path)
    assert names(regions, "visit-2/left.jpg") == ["forehead", "chin 2"]
    assert names(regions, "img/x.jpg") == ["forehead", "chin"]
    assert regions.sheets[-1].file == "visit-2/left.json"
    assert names(read_regions(str(tmp_path / "visit-1")), "left.jpg") == ["chin 1"]


def test_a_source_without_regions_is_refused(tmp_path):
    with pytest.raises(UsageError, match="none: there is no such file or folder"):
        read_regions(tmp_path / "none")
    with pytest.raises(UsageError, match=r"no regions were found in this folder \(looked for \*\.json"):
        read_regions(tmp_path)
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(UsageError, match=r"bad\.json: the file is not JSON"):
        read_regions(tmp_path)
