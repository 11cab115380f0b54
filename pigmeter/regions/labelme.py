"""Outlines from the JSON files of LabelMe: polygons, rectangles, circles, painted masks."""

import base64
import binascii
import math

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.reference import limit
from pigmeter.regions.json_fields import Field
from pigmeter.regions.outline import Outline
from pigmeter.regions.painted_masks import bright_part, decode_painting
from pigmeter.regions.region_set import Sheet, tidy_name
from pigmeter.regions.sites import read_site

_NO_AREA = ("point", "points", "line", "linestrip")
_NO_REGION = ("__ignore__", "_background_")  # words with which LabelMe's own scripts leave shapes out


def sheet_of_labelme(document: Field) -> Sheet:
    """
    Read the outlines of one LabelMe file.

    Parameters
    ----------
    document : Field
        With ``shapes``.

    Returns
    -------
    Sheet
        Shapes of one label are one region if they are in the same group, or in none; groups beside each
        other are regions with the group's number in their name. Points and lines are left out. LabelMe
        counts from the corner of the first pixel; ours from its centre, 0.5 px further.

    Raises
    ------
    UsageError
        ``REGION_FILE``: with the place in the file.
    """
    rows, columns = document.count("imageHeight"), document.count("imageWidth")
    shape = None if rows is None or columns is None else (rows, columns)
    parts: dict[tuple[str, str | None], list[np.ndarray]] = {}
    masks: dict[tuple[str, str | None], np.ndarray] = {}
    for drawn in document.need("shapes"):
        label = str(drawn.need("label").as_kind(str)).strip()
        kind = drawn.text("shape_type", "polygon")
        if label in _NO_REGION or kind in _NO_AREA:
            continue
        if not label:
            drawn.refuse("the shape's label is empty", "Give it the region's name")
        group = drawn.get("group_id")
        key = label, None if group is None else str(group.value)
        if kind == "mask":
            mask = _mask(drawn, shape)
            masks[key] = masks[key] | mask if key in masks else mask
        else:
            parts.setdefault(key, []).append(_ring(drawn, kind) - 0.5)
    both = [key for key in masks if key in parts]
    if both:
        reason = f"the region {both[0][0]!r} has both polygons and masks"
        document.need("shapes").refuse(reason, "Give one of them another label")
    keys = [*parts, *masks]
    if not keys:
        document.need("shapes").refuse("no shape with an area was found", "Draw polygons round the regions")
    labels = [label for label, _ in keys]
    outlines = []
    for key in keys:
        label = key[0]
        name = label if key[1] is None or labels.count(label) == 1 else f"{label} {key[1]}"
        site, side = read_site(label)
        rings = tuple(parts.get(key, ()))
        outlines.append(Outline(name, rings, mask=masks.get(key), site=site, side=side))
    return Sheet(tidy_name(document.text("imagePath")), tuple(outlines), shape, document.file)


def _ring(drawn: Field, kind: str) -> np.ndarray:
    points = drawn.need("points")
    if kind == "polygon":
        return points.pairs()
    if kind == "rectangle":
        corners = points.pairs(2)
        if len(corners) > 2:  # newer files may turn them, and list all four
            return corners
        (x, y), (right, low) = corners
        return np.array([[x, y], [right, y], [right, low], [x, low]])
    if kind == "circle":
        centre, rim = points.pairs(2)[:2]
        radius = float(np.hypot(*(rim - centre)))
        slack = min(limit("regions", "circle_error") / max(radius, 1e-9), 0.5)
        count = max(12, math.ceil(math.pi / math.acos(1 - slack)))
        turn = np.arange(count) * 2 * np.pi / count
        return np.asarray(centre + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    known = "polygon, rectangle, circle, mask"
    return drawn.refuse(f"shapes of the type {kind!r} are not read (known: {known})", "Draw it as a polygon")


def _mask(drawn: Field, shape: tuple[int, int] | None) -> np.ndarray:
    """A shape's own mask is a PNG in text, over the box between its two points, both included."""
    if shape is None:
        drawn.refuse("a mask needs imageHeight and imageWidth in its file")
    text = drawn.need("mask")
    (x, y), _ = drawn.need("points").pairs(2)[:2].astype(int)
    try:
        data = base64.b64decode(str(text.as_kind(str)), validate=True)
        painted = bright_part(decode_painting(data, drawn.file), drawn.file)
    except (binascii.Error, UsageError) as error:
        why = error.reason if isinstance(error, UsageError) else "it is not base64"
        text.refuse(f"the shape's mask cannot be read: {why}")
    rows, columns = painted.shape
    if x < 0 or y < 0 or y + rows > shape[0] or x + columns > shape[1]:
        text.refuse(f"the mask of {columns} x {rows} px at {x}, {y} runs over the photo's border")
    mask = np.zeros(shape, dtype=bool)
    mask[y : y + rows, x : x + columns] = painted
    return mask
