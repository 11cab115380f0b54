"""Find the skin in a photo by its log chroma, without gloss, clipped pixels and the chart."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.locus import SkinLocus


@dataclass(frozen=True, slots=True)
class Cells:
    """
    A photo in cells of about half a millimetre, before anything is known about skin.

    Attributes
    ----------
    response : array of float32, shape (3, rows, columns)
        Mean linear response of the usable pixels of each cell, perfect white = 1. [1]
    pixels, usable : array of int32, shape (rows, columns)
        Number of photo pixels in each cell, and of those not clipped.
    clipped : array of int32, shape (2, rows, columns)
        Number of pixels clipped at black [0] and at white [1].
    side_mm : float
        Side of a cell: measured where the scale is known, else nominal. [mm]
    """

    response: np.ndarray
    pixels: np.ndarray
    usable: np.ndarray
    clipped: np.ndarray
    side_mm: float


@dataclass(frozen=True, slots=True)
class SkinCells:
    """
    Which cells are skin.

    Attributes
    ----------
    skin : array of bool, shape (rows, columns)
        To be measured.
    outline : array of bool, shape (rows, columns)
        Skin, and the glossy, clipped and dubious places in the midst of it.
    gloss : array of bool, shape (rows, columns)
        Highlights so strong that the skin's own colour is lost.
    background : array of float32, shape (3, rows, columns)
        Response of the skin around each cell, free of small highlights and spots. [1]
    lookalike : array of bool, shape (rows, columns)
        Has the colour of skin, but is wood, a carpet, or skin in other light than the profile's.
    excluded : array of bool, shape (rows, columns)
        What was said never to be skin, the chart, and the cells that touch it.
    """

    skin: np.ndarray
    outline: np.ndarray
    gloss: np.ndarray
    background: np.ndarray
    lookalike: np.ndarray
    excluded: np.ndarray


def locus_distance(response: np.ndarray, locus: "SkinLocus") -> np.ndarray:
    """
    Distance of colours to the virtual skins in log chroma; shading does not change it.

    Parameters
    ----------
    response : array, shape (3, ...)
        Linear response, perfect white = 1. [1]
    locus : SkinLocus

    Returns
    -------
    array of float32, shape (...)
        In reaches of the virtual skins (1 is the edge), infinite off the locus' grid. [1]
    """
    floored = np.maximum(response, np.float32(limit("measurement", "floor_response")))
    row = np.rint((np.log10(floored[1] / floored[0]) - locus.origin[0]) / locus.step).astype(np.intp)
    column = np.rint((np.log10(floored[1] / floored[2]) - locus.origin[1]) / locus.step).astype(np.intp)
    rows, columns = locus.distance.shape
    bordered = np.full((rows + 2, columns + 2), np.inf, dtype=np.float32)
    bordered[1:-1, 1:-1] = locus.distance
    return np.asarray(bordered[np.clip(row + 1, 0, rows + 1), np.clip(column + 1, 0, columns + 1)])


def find_skin(cells: Cells, locus: "SkinLocus", excluded: np.ndarray | None = None) -> SkinCells:
    """
    Tell skin from everything else.

    Parameters
    ----------
    cells : Cells
    locus : SkinLocus
        Where in log chroma the skins of this camera and light lie.
    excluded : array of bool, shape (rows, columns), optional
        Cells that are never skin: the chart.

    Returns
    -------
    SkinCells

    Notes
    -----
    Nothing here asks how bright skin is (only how deep a shadow), so dark and light skin pass alike: the
    distance is taken in log chroma, and on means over cells, since the noise of dark skin is large in a
    single pixel's logarithm. Enclosed places off the locus are judged by what they are: small and in the
    order of colours that every skin has (red, green, blue): a mole or a spot, kept; brighter than the skin
    around by an equal amount in all channels: gloss, left out but counted; anything else (an eye, an ink
    mark, the chart): not skin. The outermost cell is dropped, for it mixes skin with what is behind.

    Skin lies in the midst of the virtual skins, or ends where something else begins. What does neither, wood
    or a carpet whose colours reach from the edge of the virtual skins to beyond it, is a lookalike.
    """
    import cv2

    shape = cells.usable.shape
    off_limits = np.zeros(shape, dtype=bool) if excluded is None else _grown(excluded)
    readable = cells.usable >= limit("measurement", "cell_usable") * cells.pixels
    calm = _median(cells.response, 3)  # noise of dark skin is large in log chroma; edges stay where they are
    lit = calm[0] >= limit("measurement", "darkest_red")  # below it the colour is that of stray light
    distance = np.where(lit, locus_distance(calm, locus), np.float32(np.inf))
    near = distance <= limit("measurement", "skin_distance")
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    candidate = (near & readable & ~off_limits).astype(np.uint8)
    tissue = _without_specks(cv2.morphologyEx(candidate, cv2.MORPH_OPEN, cross), cells)
    distance[off_limits | ~readable] = np.inf
    lookalike = _lookalikes(tissue, distance, cells.side_mm)
    tissue &= ~lookalike

    around = _surroundings(cells.response, tissue, cells.side_mm)
    small = _mirrored(cells.response - around, "gloss") & ~tissue
    gloss = readable & (small | _sheen(calm, tissue, around, cells.side_mm))
    lost = gloss | (cells.clipped[1] > limit("measurement", "cell_usable") * cells.pixels)
    spots, blemished = _enclosed(tissue, cells, readable, lost, off_limits)

    outline = tissue | spots | blemished
    inner = cv2.erode(outline.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    lost &= outline
    skin = (tissue | spots) & inner & readable & ~_grown(lost)
    background = _background(cells.response, skin, around)
    return SkinCells(skin, inner, gloss & inner, background, lookalike, off_limits)


def _grown(mask: np.ndarray) -> np.ndarray:
    """Add every cell that touches `mask`."""
    import cv2

    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


def smallest_piece(cells: Cells) -> float:
    """Area that a piece must have to be taken for skin; smaller in a photo that shows little more. [mm2]"""
    whole = cells.pixels.size * cells.side_mm**2
    return min(limit("measurement", "speck_mm2"), limit("measurement", "speck_fraction") * whole)


def _without_specks(mask: np.ndarray, cells: Cells) -> np.ndarray:
    import cv2

    _, labels, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = figures[:, cv2.CC_STAT_AREA] * cells.side_mm**2 >= smallest_piece(cells)
    keep[0] = False
    return np.asarray(keep[labels], dtype=bool)


def _lookalikes(tissue: np.ndarray, distance: np.ndarray, side_mm: float) -> np.ndarray:
    """
    Pieces that lie mostly at the edge of the virtual skins and, past the mixed cells, run on beyond it.

    Pieces a few cells apart are judged together, so that a fragment of skin is judged with the rest; what
    they enclose may be a spot and does not count. A scrap that mostly runs on is left out wherever it lies.
    """
    import cv2

    _, holes, figures, _ = cv2.connectedComponentsWithStats((~tissue).astype(np.uint8), connectivity=4)
    small = figures[:, cv2.CC_STAT_AREA] * side_mm**2 <= limit("measurement", "hole_mm2")
    whole = tissue | small[holes]
    square = np.ones((5, 5), np.uint8)
    joined = cv2.dilate(whole.astype(np.uint8), square)
    count, labels = cv2.connectedComponents(joined, connectivity=8)

    def total(mask: np.ndarray) -> np.ndarray:
        return np.bincount(labels[mask], minlength=count).astype(float)

    beside = (joined > 0) & ~_grown(whole)
    alike = total(beside & (distance <= limit("measurement", "lookalike_distance")))
    area, core = total(tissue), total(tissue & (distance == 0))
    edge = (core < limit("measurement", "lookalike_core") * area) & (
        alike > limit("measurement", "lookalike_length") * np.sqrt(area)
    )
    scrap = (area * side_mm**2 < limit("measurement", "skin_area_mm2")) & (2 * alike > total(beside))
    refused = edge | scrap
    refused[0] = False
    return np.asarray(refused[labels] & tissue)


def _mirrored(excess: np.ndarray, kind: str) -> np.ndarray:
    """Tell light mirrored at the surface, which adds alike to all channels, from shading and less pigment."""
    least, most = excess.min(axis=0), excess.max(axis=0)
    bright = least > limit("measurement", f"{kind}_excess")
    return np.asarray(bright & (most < limit("measurement", f"{kind}_neutrality") * least))


def _sheen(calm: np.ndarray, tissue: np.ndarray, around: np.ndarray, side_mm: float) -> np.ndarray:
    """Highlights of several cells, whose colour may be that of lighter skin; the added light is neutral."""
    import cv2

    rows, columns = tissue.shape
    window = int(limit("measurement", "gloss_window"))
    step = max(1, round(limit("measurement", "wide_window_mm") / (window * side_mm)))
    size = (-(-columns // step), -(-rows // step))
    own = np.where(tissue, calm, around)
    coarse = np.stack([cv2.resize(channel, size, interpolation=cv2.INTER_AREA) for channel in own])
    smooth = _median(coarse, window)
    wide = np.stack([cv2.resize(one, (columns, rows), interpolation=cv2.INTER_LINEAR) for one in smooth])
    return np.asarray(tissue & _mirrored(calm - wide, "sheen"))


def _median(channels: np.ndarray, side: int) -> np.ndarray:
    import cv2

    return np.stack([cv2.medianBlur(np.ascontiguousarray(channel), side) for channel in channels])


def _surroundings(response: np.ndarray, mask: np.ndarray, side_mm: float) -> np.ndarray:
    """Mean response of the skin near each cell, or not so near where there is none; 0 far from all skin."""
    import cv2

    narrow = int(limit("measurement", "gloss_window"))
    wide = max(narrow, 2 * int(limit("measurement", "wide_window_mm") / side_mm / 2) + 1)
    weight = mask.astype(np.float32)
    result = np.zeros_like(response)
    for side in (wide, narrow):
        share = cv2.blur(weight, (side, side), borderType=cv2.BORDER_CONSTANT)
        there = share > 0.5 / side**2
        for channel in range(3):
            mean = cv2.blur(response[channel] * weight, (side, side), borderType=cv2.BORDER_CONSTANT)
            np.divide(mean, share, out=result[channel], where=there)
    return result


def _background(response: np.ndarray, skin: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Median of the skin near each cell, against which small highlights stand out."""
    return _median(np.where(skin, response, around), int(limit("measurement", "gloss_window")))


def _enclosed(
    tissue: np.ndarray, cells: Cells, readable: np.ndarray, lost: np.ndarray, off_limits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sort the places that skin encloses: those that are skin too, and skin that cannot be read."""
    import cv2

    count, labels, figures, _ = cv2.connectedComponentsWithStats((~tissue).astype(np.uint8), connectivity=4)
    enclosed = np.ones(count, dtype=bool)
    enclosed[0] = False
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        enclosed[edge] = False
    inside = np.flatnonzero(enclosed[labels.ravel()])
    name = labels.ravel()[inside].astype(np.intp)
    area = np.maximum(figures[:, cv2.CC_STAT_AREA], 1)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(name, values.ravel()[inside], minlength=count)

    dull = readable & ~lost
    red, green, blue = (total(np.where(dull, band, 0)) for band in cells.response)
    margin = limit("measurement", "object_order")
    like_skin = (red * margin >= green) & (green * margin >= blue)
    bare = enclosed & (total(off_limits) == 0)
    spot = bare & (area * cells.side_mm**2 <= limit("measurement", "hole_mm2")) & like_skin
    blemished = bare & (total(lost) > 0.5 * area)
    return np.asarray(spot[labels] & dull), np.asarray((spot | blemished)[labels])
