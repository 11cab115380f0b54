"""Files as LabelMe writes them, made here by code."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pigmeter.errors import UsageError
from pigmeter.regions.json_fields import Field
from pigmeter.regions.labelme import sheet_of_labelme
from pigmeter.regions.region import lay_regions

BOX = [[4.0, 2.0], [10.0, 2.0], [10.0, 8.0], [4.0, 8.0]]


def shape(label="cheek left", points=BOX, kind="polygon", group=None, **more):
    """One shape with the fields of version 5."""
    described = {"description": "", "flags": {}, "mask": None}
    return {"label": label, "points": points, "group_id": group, "shape_type": kind} | described | more


def sheet(*shapes, **more):
    document = {"version": "5.5.0", "flags": {}, "shapes": list(shapes), "imagePath": "..\\imgs\\Left.JPG"}
    document |= {"imageData": None, "imageHeight": 20, "imageWidth": 30} | more
    return sheet_of_labelme(Field(document, "", "Left.json"))


def pixels_of(*shapes):
    laid = lay_regions(sheet(*shapes).outlines, (20, 30), 1)[1:]
    return {region.name: region.mask for region in laid}


def test_a_polygon_covers_the_pixels_that_its_edges_enclose():
    found = sheet(shape())
    assert (found.photo, found.shape, found.file) == ("imgs/Left.JPG", (20, 30), "Left.json")
    (outline,) = found.outlines
    assert (outline.name, outline.site, outline.side, outline.frame) == ("cheek left", "cheek", "left", "px")
    expected = np.zeros((20, 30), bool)
    expected[2:8, 4:10] = True  # corners on the borders of pixels 4 to 9 and 2 to 7
    assert pixels_of(shape())["cheek left"].tolist() == expected.tolist()


@pytest.mark.parametrize("points", [[[4, 2], [10, 8]], [[10, 2], [4, 8]], BOX])
def test_a_rectangle_is_given_by_any_two_opposite_corners_or_all(points):
    drawn = pixels_of(shape(points=points, kind="rectangle"))["cheek left"]
    assert drawn.tolist() == pixels_of(shape())["cheek left"].tolist()


def test_a_circle_is_given_by_its_centre_and_a_point_of_its_rim():
    drawn = pixels_of(shape(points=[[15, 10], [15, 16.5]], kind="circle"))["cheek left"]
    row, column = np.mgrid[:20, :30]
    assert drawn.tolist() == (np.hypot(row - 9.5, column - 14.5) <= 6.5).tolist()


def test_a_mask_fills_the_box_between_its_points():
    painted = np.array([[True, False, True], [True, True, True]])
    packed = io.BytesIO()
    Image.fromarray(painted).save(packed, format="PNG")
    text = base64.b64encode(packed.getvalue()).decode()
    drawn = pixels_of(shape(points=[[5, 7], [7, 8]], kind="mask", mask=text))["cheek left"]
    assert drawn[7:9, 5:8].tolist() == painted.tolist()
    assert np.count_nonzero(drawn) == 5
    with pytest.raises(UsageError, match=r"at shapes\[0\].mask: the mask of 3 x 2 px at 28, 7 runs over"):
        sheet(shape(points=[[28, 7], [30, 8]], kind="mask", mask=text))
    for damaged, why in (("not base64", "it is not base64"), (text[:40], "the mask is a PNG and cannot")):
        with pytest.raises(UsageError, match=why):
            sheet(shape(points=[[5, 7], [7, 8]], kind="mask", mask=damaged))
    with pytest.raises(UsageError, match="a mask needs imageHeight and imageWidth"):
        sheet(shape(points=[[5, 7], [7, 8]], kind="mask", mask=text), imageHeight=None)


def test_shapes_of_one_label_are_one_region_and_groups_are_several():
    other = [[x + 12, y] for x, y in BOX]
    assert len(sheet(shape(), shape(points=other)).outlines[0].polygons) == 2
    (one,) = sheet(shape(group=3), shape(points=other, group=3)).outlines
    assert (one.name, len(one.polygons)) == ("cheek left", 2)
    two = sheet(shape(group=1), shape(points=other, group=2)).outlines
    assert [outline.name for outline in two] == ["cheek left 1", "cheek left 2"]
    assert all((outline.site, outline.side) == ("cheek", "left") for outline in two)


def test_points_lines_and_what_is_to_be_ignored_are_left_out():
    others = [shape("mole", [[3, 3]], "point"), shape("fold", BOX[:2], "line"), shape("__ignore__")]
    assert [outline.name for outline in sheet(shape(), *others).outlines] == ["cheek left"]
    with pytest.raises(UsageError, match=r"Left\.json: at shapes: no shape with an area"):
        sheet(*others)


def test_files_of_older_versions_are_read():
    old = {"label": "chin", "points": BOX, "line_color": None, "fill_color": None}
    found = sheet(old, imageHeight=None, imageWidth=None)
    assert (found.outlines[0].site, found.shape) == ("chin", None)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ({"points": BOX}, r"at shapes\[0\]: 'label' is missing"),
        (shape(label=" "), "label is empty"),
        (shape(points=BOX[:2]), r"at shapes\[0\]\.points: found 2 corners, expected 3"),
        (shape(points=[[1, "x"], *BOX]), r"at shapes\[0\]\.points\[0\]\[1\]: found \"x\", expected a number"),
        (shape(kind="cuboid"), "shapes of the type 'cuboid' are not read"),
    ],
)
def test_damaged_shapes_are_refused_with_their_place(drawn, words):
    with pytest.raises(UsageError, match=words):
        sheet(drawn)
