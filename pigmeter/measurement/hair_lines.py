"""Find single hairs on a map: thin lines darker than both their sides, with no more blood than those."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.tiles import in_tiles
from pigmeter.reference import limit

_TURNS = 8  # directions in which a line is followed; a hair that bends swerves to the next pixel


@dataclass(frozen=True, slots=True)
class HairLines:
    """
    Where single hairs lie.

    Attributes
    ----------
    wide : array of uint8, shape (rows + 2 margin, columns + 2 margin or more)
        1 on hairs and as far beside them as they change the maps.
    margin : int
        [map px]
    count : array of int32, shape (cell rows, cell columns)
        Number of such map pixels in each cell.
    """

    wide: np.ndarray
    margin: int
    count: np.ndarray


def find_hair_lines(found: SkinMaps, mm_per_pixel: float) -> HairLines:
    """
    Find the hairs that stand out.

    Parameters
    ----------
    found : SkinMaps
    mm_per_pixel : float
        Of the maps. [mm]

    Returns
    -------
    HairLines
        Empty where a map pixel is so wide that no hair would show.

    Notes
    -----
    A hair takes the same part of the light of every colour, so it raises melanin_index, as a spot does, and
    does not raise haemoglobin_index, as a vessel does; it is thinner than any spot that is told (both sides,
    0.3 mm away, are darker by ``hair_index``) and longer than it is thin. Lines that stand out by no more
    than bright lines do, which no hair makes, are noise or furrows. What cannot be seen so, pale down or
    hair on very dark skin, is not claimed.
    """
    from pigmeter._kernels.lines import dark_lines, trace_lines, widen_lines

    values, blood = found.maps["melanin_index"], found.maps["haemoglobin_index"]
    rows, columns = values.shape
    reach = max(2, round(_limit("hair_side_mm") / mm_per_pixel))
    length = max(int(_limit("hair_length_px")), round(_limit("hair_length_mm") / mm_per_pixel))
    radius = max(1, round(_limit("hair_margin_mm") / mm_per_pixel))
    margin = max(length + 1, radius) + 1
    padded = (rows + 2 * margin, 8 * -(-(columns + 2 * margin) // 8))
    wide, lines = np.zeros(padded, dtype=np.uint8), np.zeros(padded, dtype=np.uint8)
    count = np.zeros(found.cells.usable.shape, dtype=np.int32)
    if mm_per_pixel > _limit("hair_resolution_mm"):
        return HairLines(wide, margin, count)
    strong, faint = _least_excess(values, reach, found), np.float32(_limit("hair_faint"))
    above, flank = np.float32(_limit("hair_clear")), np.float32(_limit("furrow_flank"))
    slant = max(1, round(reach * 0.5**0.5))
    steps, sides = _directions(length, reach)
    disc = np.sqrt((radius + 0.5) ** 2 - np.arange(-radius, radius + 1) ** 2).astype(np.int64)
    cell, strip = found.cell, int(limit("measurement", "tile_cells"))
    tiled = partial(in_tiles, rows=len(count), workers=found.workers)

    def grade(first: int, last: int) -> None:
        dark_lines(values, reach, slant, strong, faint, margin, cell, first, last, wide)

    def trace(first: int, last: int) -> None:
        trace_lines(wide, values, blood, steps, sides, length, above, flank, cell, strip, first, last, lines)

    def widen(first: int, last: int) -> None:
        widen_lines(lines, disc, margin, cell, first, last, wide, count)

    tiled(grade)
    tiled(trace)
    tiled(widen)
    return HairLines(wide, margin, count)


def _limit(name: str) -> float:
    return limit("obstructions", name)


def _least_excess(values: np.ndarray, reach: int, found: SkinMaps) -> np.ndarray:
    """
    How far a hair must stand out from both its sides, of each cell, shape (cell rows, cell columns).

    Noise and furrows make bright lines as strong as dark ones, and a hair must stand out from them. Hairs
    make dark lines stronger than the bright ones between them, which then say nothing about noise.
    """
    cell, rows, columns = found.cell, *values.shape
    least = np.float32(_limit("hair_index"))
    if rows <= 2 * reach or columns <= 2 * reach:
        return np.full(found.cells.usable.shape, least)
    # every so many rows, and every other pixel along them, for speed
    step = max(1, int(rows * columns / (2 * _limit("noise_pixels"))))
    height = max(1, round(_limit("noise_block_mm") / found.cells.side_mm * cell / step))  # of a block [steps]
    at = np.arange(reach, rows - reach, step)
    middle = values[at, reach:-reach:2]
    beside = [values[at, : -2 * reach : 2], values[at, 2 * reach :: 2]]
    above = [values[at - reach, reach:-reach:2], values[at + reach, reach:-reach:2]]
    pairs = [[one[:, : middle.shape[1]] for one in pair] for pair in (beside, above)]
    bright, known = _tenth(np.maximum(*(np.minimum(*pair) for pair in pairs)) - middle, height, step)
    dark, _ = _tenth(middle - np.minimum(*(np.maximum(*pair) for pair in pairs)), height, step)
    told = known >= _limit("noise_share")
    usual = [float(np.median(level[told])) if told.any() else 0.0 for level in (bright, dark)]
    bright, dark = (np.where(told, *levels) for levels in zip((bright, dark), usual, strict=True))
    excess = _limit("hair_noise") * bright
    hairy = dark > _limit("hair_contrast") * bright
    excess = np.where(hairy, np.minimum(excess, _limit("hair_index_hairy")), excess)
    places = (
        np.clip((np.arange(n) * cell - reach) // (height * step), 0, m - 1)
        for n, m in zip(found.cells.usable.shape, excess.shape, strict=True)
    )
    return np.maximum(excess[np.ix_(*places)], least).astype(np.float32)


def _tenth(values: np.ndarray, height: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """What a tenth of the numbers in each block exceed, or 0, and the share of its places with numbers."""
    rows, columns = values.shape
    width = max(1, height * step // 2)
    blocks = (-(-rows // height), -(-columns // width))
    whole = np.full((blocks[0] * height, blocks[1] * width), np.nan, dtype=np.float32)
    whole[:rows, :columns] = values
    whole = whole.reshape(blocks[0], height, blocks[1], width).transpose(0, 2, 1, 3).reshape(*blocks, -1)
    whole = np.sort(whole, axis=-1)  # NaN last
    known = np.count_nonzero(np.isfinite(whole), axis=-1)
    place = (0.9 * np.maximum(known - 1, 0)).astype(np.intp)[..., None]
    return np.nan_to_num(np.take_along_axis(whole, place, axis=-1)[..., 0]), known / whole.shape[-1]


def _directions(most: int, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps along each direction, and four places across it, as `trace_lines` takes them. [px]"""
    angle = np.pi * np.arange(_TURNS) / _TURNS
    along = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    steps = along[:, None] * np.arange(1, most + 1)[:, None]
    sides = along[:, None, ::-1] * (1, -1) * np.array([1, max(1, reach * 2 // 3), reach, 2 * reach])[:, None]
    return np.rint(steps).astype(np.int64), np.rint(sides).astype(np.int64)
