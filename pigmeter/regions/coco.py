"""Outlines from a file of COCO instances: polygons, boxes, run lengths plain or packed."""

from collections import Counter

import numpy as np

from pigmeter.regions.json_fields import Field, shown
from pigmeter.regions.outline import Outline
from pigmeter.regions.region_set import Sheet, tidy_name
from pigmeter.regions.run_lengths import mask_of_counts, unpack_counts
from pigmeter.regions.sites import read_site


def sheets_of_coco(document: Field) -> tuple[Sheet, ...]:
    """
    Read the outlines of a COCO file, one sheet for each of its photos.

    Parameters
    ----------
    document : Field
        With ``images``, ``annotations`` and ``categories``.

    Returns
    -------
    tuple of Sheet
        A region for each annotation, named by its category; the second of a category in a photo is numbered.
        Crowds (``iscrowd``) are regions like others. An annotation with a box only is that rectangle. COCO
        counts from the corner of the first pixel; ours from its centre, 0.5 px further.

    Raises
    ------
    UsageError
        ``REGION_FILE``: with the place in the file.
    """
    names = {one.need("id").value: str(one.need("name").as_kind(str)) for one in document.need("categories")}
    photos: dict[object, tuple[str, tuple[int, int] | None]] = {}
    for one in document.need("images"):
        rows, columns = one.count("height"), one.count("width")
        shape = None if rows is None or columns is None else (rows, columns)
        key = one.need("id").value
        if key in photos:
            one.refuse(f"two images have the id {shown(key)}")
        photos[key] = (tidy_name(str(one.need("file_name").as_kind(str))), shape)
    outlines: dict[object, list[Outline]] = {key: [] for key in photos}
    counted: Counter[tuple[object, str]] = Counter()
    for one in document.need("annotations"):
        photo, category = one.need("image_id"), one.need("category_id")
        if photo.value not in photos:
            photo.refuse(f"there is no image with the id {shown(photo.value)}")
        if category.value not in names:
            category.refuse(f"there is no category with the id {shown(category.value)}")
        label = names[category.value]
        counted[photo.value, label] += 1
        number = counted[photo.value, label]
        site, side = read_site(label)
        rings, mask = _segmentation(one, photos[photo.value][1])
        name = label if number == 1 else f"{label} {number}"
        outlines[photo.value].append(Outline(name, rings, mask=mask, site=site, side=side))
    return tuple(
        Sheet(name, tuple(outlines[key]), shape, document.file)
        for key, (name, shape) in photos.items()
        if outlines[key]
    )


def _segmentation(
    annotation: Field, shape: tuple[int, int] | None
) -> tuple[tuple[np.ndarray, ...], np.ndarray | None]:
    drawn = annotation.get("segmentation")
    if drawn is None or drawn.value == []:
        box = annotation.need("bbox")
        numbers = [number.as_kind(float) for number in box]
        if len(numbers) != 4 or min(numbers[2:]) <= 0:
            box.refuse(f"found {shown(box.value)}, expected [x, y, width, height]")
        x, y, width, height = numbers
        corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
        return (np.array(corners) - 0.5,), None
    if isinstance(drawn.value, dict):
        return (), _painted(drawn, shape)
    rings = []
    for ring in drawn:
        numbers = [number.as_kind(float) for number in ring]
        if len(numbers) < 6 or len(numbers) % 2:
            ring.refuse(f"found {len(numbers)} numbers, expected x and y of three corners or more")
        rings.append(np.array(numbers).reshape(-1, 2) - 0.5)
    return tuple(rings), None


def _painted(drawn: Field, shape: tuple[int, int] | None) -> np.ndarray:
    size = [int(number.as_kind(float)) for number in drawn.need("size")]
    if len(size) != 2 or min(size) < 1 or (shape is not None and tuple(size) != shape):
        wanted = "[height, width]" if shape is None else f"{list(shape)} as the image has"
        drawn.need("size").refuse(f"found {shown(size)}, expected {wanted}")
    counts = drawn.need("counts")
    try:
        if isinstance(counts.value, str):
            runs = unpack_counts(counts.value)
        else:
            runs = [int(number.as_kind(float)) for number in counts]
        return mask_of_counts(runs, (size[0], size[1]))
    except ValueError as error:
        return counts.refuse(f"the run lengths are damaged: {error}")
