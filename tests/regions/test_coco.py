"""Files of COCO instances, made here by code."""

import numpy as np
import pytest

from pigmeter.errors import UsageError
from pigmeter.regions.coco import sheets_of_coco
from pigmeter.regions.json_fields import Field
from pigmeter.regions.region import lay_regions

RING = [4.3, 2.3, 10.3, 2.3, 10.3, 8.3, 4.3, 8.3]  # its pixels show whether half a pixel was forgotten
BOX = np.zeros((20, 30), bool)
BOX[2:8, 4:10] = True
# Down the columns: 4 of 20 and 2 pixels, then six in and fourteen out, six times, the last one longer.
COUNTS = [82, *([6, 14] * 5), 6, 20 * 20 + 12]


def annotation(segmentation, image=1, category=1, **more):
    fields = {"id": 1, "image_id": image, "category_id": category, "segmentation": segmentation}
    return fields | {"iscrowd": 0, "area": 36, "bbox": [4.3, 2.3, 6, 6]} | more


def sheets(*annotations, **more):
    document = {
        "info": {},
        "images": [
            {"id": 1, "file_name": "visit-1/a.jpg", "height": 20, "width": 30},
            {"id": 2, "file_name": "visit-2/a.jpg", "height": 20, "width": 30},
        ],
        "categories": [{"id": 1, "name": "malar left"}, {"id": 2, "name": "lesion"}],
        "annotations": list(annotations),
    }
    return sheets_of_coco(Field(document | more, "", "coco.json"))


@pytest.mark.parametrize(
    "segmentation",
    [
        [RING],
        [[4.3, 2.3, 7, 2.3, 7, 8.3, 4.3, 8.3], [7, 2.3, 10.3, 2.3, 10.3, 8.3, 7, 8.3]],
        {"size": [20, 30], "counts": COUNTS},
        {"size": [20, 30], "counts": "b26>000000000^<"},
        [],
        None,
    ],
    ids=["polygon", "two polygons", "run lengths", "packed run lengths", "empty", "box only"],
)
def test_every_form_covers_the_same_pixels(segmentation):
    (one,) = sheets(annotation(segmentation, iscrowd=int(isinstance(segmentation, dict))))
    assert (one.photo, one.shape) == ("visit-1/a.jpg", (20, 30))
    (outline,) = one.outlines
    assert (outline.name, outline.site, outline.side) == ("malar left", "cheek", "left")
    assert lay_regions(one.outlines, (20, 30), 1)[1].mask.tolist() == BOX.tolist()


def test_photos_have_sheets_of_their_own_and_instances_numbers():
    first, second = sheets(
        annotation([RING], category=2),
        annotation([RING], image=2),
        annotation([RING], category=2),
        annotation([RING]),
    )
    assert [one.name for one in first.outlines] == ["lesion", "lesion 2", "malar left"]
    assert (second.photo, [one.name for one in second.outlines]) == ("visit-2/a.jpg", ["malar left"])


@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (
            annotation([RING], image=7),
            r"coco\.json: at .*image_id: there is no image with the id 7",
        ),
        (annotation([RING], category=7), "there is no category with the id 7"),
        (annotation([RING[:5]]), r"at annotations\[0\]\.segmentation\[0\]: found 5 numbers"),
        (annotation([], bbox=[1, 2, 3]), r"found \[1, 2, 3\], expected \[x, y, width, height\]"),
        (annotation({"size": [30, 20], "counts": COUNTS}), r"found \[30, 20\], expected \[20, 30\] as the"),
        (annotation({"size": [20, 30], "counts": [5]}), "run lengths are damaged: the counts add up to 5 px"),
        (annotation({"size": [20, 30], "counts": "b2P"}), "run lengths are damaged: the text ends within"),
    ],
)
def test_damaged_annotations_are_refused_with_their_place(damaged, words):
    with pytest.raises(UsageError, match=words):
        sheets(damaged)


def test_two_images_of_one_id_are_refused():
    twice = [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.jpg"}]
    with pytest.raises(UsageError, match=r"at images\[1\]: two images have the id 1"):
        sheets(images=twice)
