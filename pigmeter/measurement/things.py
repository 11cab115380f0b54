"""Find what skin encloses, or what encloses skin, in a face: an open mouth, an eye, glasses."""

import numpy as np

from pigmeter.measurement.skin_mask import Cells, SkinCells
from pigmeter.reference import limit


def _limit(name: str) -> float:
    return limit("obstructions", name)


def find_holes(cells: Cells, found: SkinCells) -> tuple[np.ndarray, np.ndarray]:
    """
    Find open mouths, and eyes, among the holes in the skin.

    Parameters
    ----------
    cells : Cells
    found : SkinCells

    Returns
    -------
    mouths : array of bool, shape (rows, columns)
        Holes with dark or with teeth in them, and lips around; without the lips.
    eyes : array of bool, shape (rows, columns)
        Holes with something pale and without colour in them, and no lips around: eyes, or a plaster.

    Notes
    -----
    Lips are redder than the skin further out; the lids of an eye are not.
    """
    import cv2

    bare = ~found.skin & ~found.excluded
    mouths, eyes = np.zeros(bare.shape, dtype=bool), np.zeros(bare.shape, dtype=bool)
    _, labels, figures, _ = cv2.connectedComponentsWithStats(bare.astype(np.uint8), connectivity=4)
    side = cells.side_mm
    large = figures[:, cv2.CC_STAT_AREA] * side**2 >= _limit("eye_mm2")
    large[0] = False
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        large[edge] = False
    reach = max(1, round(_limit("mouth_rim_mm") / side))
    pad = 3 * reach + 1
    for number in np.flatnonzero(large):
        left, top, width, height, area = figures[number]
        part = (
            slice(max(top - pad, 0), top + height + pad),
            slice(max(left - pad, 0), left + width + pad),
        )
        hole = labels[part] == number
        looks = _looks(cells.response[(slice(None), *part)], hole, found.skin[part], reach)
        if looks is None:
            continue
        dark, pale, red, red_rim = looks
        inside = np.count_nonzero(hole & ~red)
        told = np.count_nonzero(dark | pale) > _limit("mouth_depth") * inside
        lips = red_rim or np.count_nonzero(red) > _limit("mouth_lips") * np.count_nonzero(hole)
        if told and lips and area * side**2 >= _limit("mouth_mm2"):
            mouths[part] |= hole & ~red
        elif np.count_nonzero(pale) > _limit("eye_white") * inside:
            eyes[part] |= hole
    return mouths, eyes


def _looks(
    response: np.ndarray, hole: np.ndarray, skin: np.ndarray, reach: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool] | None:
    """Where a hole is dark, pale without colour, and red as lips, and whether the skin at its rim is."""
    import cv2

    floored = np.maximum(response, np.float32(limit("measurement", "floor_response")))
    redness = np.log10(floored[0] / floored[1])
    far = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 3)
    rim, out = skin & (far <= reach), skin & (far > 2 * reach) & (far <= 3 * reach)
    if not rim.any() or not out.any():
        return None
    level, usual = float(np.median(response[1][out])), float(np.median(redness[out]))
    dark = hole & (response[1] < _limit("hair_darkness") * level)
    pale = hole & (redness < _limit("teeth_neutrality")) & ~dark
    red = hole & (redness > usual + _limit("mouth_red_rim")) & ~dark
    return dark, pale, red, bool(np.median(redness[rim]) > usual + _limit("mouth_red_rim"))


def find_glasses(cells: Cells, found: SkinCells) -> np.ndarray:
    """
    Find the frames of glasses: lines that are no skin and run around skin, and glare in what they enclose.

    Parameters
    ----------
    cells : Cells
    found : SkinCells

    Returns
    -------
    array of bool, shape (rows, columns)
        Frames and glare.
    """
    import cv2

    bare = (~found.skin & ~found.excluded).astype(np.uint8)
    result = np.zeros(bare.shape, dtype=bool)
    side = cells.side_mm
    width = max(1, round(_limit("frame_width_mm") / side)) | 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    thick = np.asarray(cv2.morphologyEx(bare, cv2.MORPH_OPEN, ellipse, borderType=cv2.BORDER_REPLICATE))
    lines = (bare.astype(bool) & (thick == 0)).astype(np.uint8)
    contours, tree = cv2.findContours(lines, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    least = _limit("frame_hole_mm2") / side**2
    for i, contour in enumerate(contours):
        if tree[0][i][3] < 0 or cv2.contourArea(contour) < least:
            continue
        canvas = np.zeros(bare.shape, np.uint8)
        cv2.drawContours(canvas, contours, i, 1, cv2.FILLED)
        inside = canvas.astype(bool) & ~lines.astype(bool)
        if np.count_nonzero(inside & found.skin) < 0.25 * np.count_nonzero(inside):
            continue
        rim = cv2.dilate(canvas, ellipse).astype(bool) & lines.astype(bool)
        glare = inside & (found.gloss | (cells.clipped[1] > 0)) & ~found.skin
        result |= rim | glare
    return result
