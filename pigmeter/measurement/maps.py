"""Turn a photo and a profile into maps of the ten quantities, wherever there is skin to be measured."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.errors import UsageError
from pigmeter.measurement.skin_mask import Cells, SkinCells, find_skin
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile

PLANES = (*REGRESSED, "ita", "hue")
MEASURED, GLOSSY, CLIPPED = 1, 2, 3
_TILE_BLOCKS = 8  # rows of map pixels in a cell where no skin is looked for


@dataclass(frozen=True, slots=True)
class SkinMaps:
    """
    The maps of one photo and what they rest on.

    Attributes
    ----------
    maps : dict of str to array of float32, shape (rows, columns)
        One per key of `QUANTITIES`, in its unit; NaN where nothing was measured. The arrays are parts of one.
    state : array of uint8, shape (rows, columns)
        0 not skin, 1 measured, 2 glossy, 3 clipped.
    skin : array of bool, shape (rows, columns)
        Where `state` is 1.
    scale : int
        Side of a map pixel. [photo px]
    cell : int
        Side of a cell. [map px]
    workers : int
        Number of threads it took.
    cells : Cells
    skin_cells : SkinCells
    """

    maps: dict[str, np.ndarray]
    state: np.ndarray
    skin: np.ndarray
    scale: int
    cell: int
    workers: int
    cells: Cells
    skin_cells: SkinCells


def analysis_scale(
    shape: tuple[int, int],
    mm_per_pixel: float | None = None,
    full_resolution: bool = False,
    resolution: float | None = None,
) -> int:
    """
    Photo pixels per map pixel.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the photo. [px]
    mm_per_pixel : float, optional
        Of the photo. [mm]
    full_resolution : bool
        Ask for 1.
    resolution : float, optional
        Ask for map pixels of this side, as nearly as whole photo pixels allow and never finer than the photo,
        whatever memory that takes. [mm]

    Returns
    -------
    int
        Unless asked otherwise, a map pixel spans about ``analysis_mm`` where the scale is known, and no map
        exceeds ``max_map_pixels`` (both in ``calibration/limits/measurement.csv``).

    Raises
    ------
    UsageError
        If `resolution` is not a length above 0 and up to ``coarsest_mm``, if it is given without a scale, or
        together with `full_resolution`.
    """
    if resolution is not None:
        _check_resolution(resolution, mm_per_pixel, full_resolution)
        return max(1, min(round(resolution / mm_per_pixel), *shape)) if mm_per_pixel else 1
    if full_resolution:
        return 1
    scale = max(1, round(limit("measurement", "analysis_mm") / mm_per_pixel)) if mm_per_pixel else 1
    scale = min(scale, *shape)
    while -(-shape[0] // scale) * -(-shape[1] // scale) > limit("measurement", "max_map_pixels"):
        scale += 1
    return scale


def _check_resolution(resolution: float, mm_per_pixel: float | None, full_resolution: bool) -> None:
    coarsest = limit("measurement", "coarsest_mm")
    if not 0 < resolution <= coarsest:
        reason = f"resolution is {resolution}; expected a length above 0 and up to {coarsest:g} mm"
        raise UsageError("RESOLUTION_FORM", reason, "Give the side of a map pixel in mm, such as 0.2")
    if full_resolution:
        reason = f"a resolution of {resolution:g} mm and full resolution were both asked for"
        raise UsageError("RESOLUTION_FORM", reason, "Ask for the one or the other")
    if mm_per_pixel is None:
        reason = f"a resolution of {resolution:g} mm was asked for, but nothing tells the scale of the photo"
        remedy = "Put the chart in the photo, give mm_per_pixel, or leave the resolution out"
        raise UsageError("RESOLUTION_SCALE", reason, remedy)


def quantity_maps(
    photo: Photo,
    profile: "Profile",
    scale: int,
    *,
    mm_per_pixel: float | None = None,
    excluded: np.ndarray | None = None,
    workers: int | None = None,
) -> SkinMaps:
    """
    Measure every map pixel that is skin.

    Parameters
    ----------
    photo : Photo
    profile : Profile
        Fitted to this photo's light and camera.
    scale : int
        Side of a map pixel; see `analysis_scale`. [photo px]
    mm_per_pixel : float, optional
        Of the photo [mm]. Without it lengths are nominal: ``nominal_field_mm`` along the photo's longer side.
    excluded : array of bool, shape (rows, columns) of the maps, optional
        Places that are never skin: the chart.
    workers : int, optional
        Number of threads. The result is the same, bit for bit, for any number.

    Returns
    -------
    SkinMaps
        Over the photo's whole extent: ``ceil(rows / scale)`` by ``ceil(columns / scale)``, where blocks of
        the last row and column may be narrower than the others.

    Notes
    -----
    The response is averaged over a block before its logarithm is taken, over the pixels that are not clipped
    in any channel, so that noise is not turned into a bias.
    """
    from pigmeter._kernels.pixel import quantity_planes

    length_mm = mm_per_pixel or limit("measurement", "nominal_field_mm") / max(photo.shape)
    block_rows, block_columns = (-(-side // scale) for side in photo.shape)
    cell = max(
        1, min(round(limit("measurement", "cell_mm") / (length_mm * scale)), block_rows, block_columns)
    )
    rows = -(-block_rows // cell)
    workers = workers or _workers(photo.pixels)
    in_tiles = partial(_in_tiles, rows=rows, workers=workers)
    planes = np.empty((len(PLANES), block_rows, block_columns), dtype=np.float32)
    cells = _average(photo, profile, scale, cell, length_mm, planes, workers)
    skin_cells = find_skin(cells, profile.skin_locus, _in_cells(excluded, cell))

    state = np.empty((block_rows, block_columns), dtype=np.uint8)
    weights = np.array(profile.weights("level"), dtype=np.float32, order="C")
    wanted = skin_cells.skin.astype(np.uint8)
    excess = np.float32(limit("measurement", "gloss_excess"))
    neutrality = np.float32(limit("measurement", "gloss_neutrality"))

    def evaluate(first: int, last: int) -> None:
        quantity_planes(
            planes, weights, wanted, skin_cells.background, excess, neutrality, cell, first, last, state
        )

    in_tiles(evaluate)
    maps = {key: planes[PLANES.index(key)] for key in QUANTITIES}
    return SkinMaps(maps, state, state == MEASURED, scale, cell, workers, cells, skin_cells)


def block_response(photo: Photo, profile: "Profile", scale: int, *, workers: int | None = None) -> np.ndarray:
    """
    Mean linear response of every map pixel, skin or not.

    Parameters
    ----------
    photo : Photo
    profile : Profile
        Fitted to this photo's light and camera.
    scale : int
        Side of a map pixel. [photo px]
    workers : int, optional
        Number of threads. The result is the same, bit for bit, for any number.

    Returns
    -------
    array of float32, shape (3, rows, columns)
        Perfect white = 1; NaN where too few of a map pixel's pixels are unclipped. [1]
    """
    block_rows, block_columns = (-(-side // scale) for side in photo.shape)
    planes = np.empty((3, block_rows, block_columns), dtype=np.float32)
    _average(photo, profile, scale, _TILE_BLOCKS, float(scale), planes, workers or _workers(photo.pixels))
    planes[planes == 0] = np.nan
    return planes


def _average(
    photo: Photo,
    profile: "Profile",
    scale: int,
    cell: int,
    length_mm: float,
    planes: np.ndarray,
    workers: int,
) -> Cells:
    """Mean response of every block into the first three planes (0: too few pixels), and of every cell."""
    from pigmeter._kernels.pixel import CLIPPED, block_means

    pixels = np.ascontiguousarray(photo.pixels).view()
    pixels.flags.writeable = (
        False  # a kernel is compiled anew for each kind of array: always hand it the same
    )
    rows, columns = (-(-side // cell) for side in planes.shape[1:])
    response = np.empty((3, rows, columns), dtype=np.float32)
    usable = np.empty((rows, columns), dtype=np.int32)
    clipped = np.empty((2, rows, columns), dtype=np.int32)
    table = np.array(profile.response_table(photo), dtype=np.float32, order="C")
    np.maximum(table, np.float32(limit("measurement", "floor_response")), out=table)
    full = table.shape[1] - 1
    low = int(limit("measurement", "clip_low") * full)
    table[:, : low + 1] = CLIPPED
    table[:, int(np.ceil(limit("measurement", "clip_high") * full)) :] = CLIPPED
    fewest = np.float32(limit("measurement", "block_usable"))

    def average(first: int, last: int) -> None:
        block_means(pixels, table, low, scale, cell, fewest, first, last, planes, response, usable, clipped)

    _in_tiles(average, rows, workers)
    extent = [
        np.diff(np.minimum(np.arange(n + 1) * scale * cell, side))
        for n, side in zip((rows, columns), photo.shape, strict=True)
    ]
    inside = np.outer(*extent).astype(np.int32)
    return Cells(response, inside, usable, clipped, length_mm * scale * cell)


def _workers(pixels: np.ndarray) -> int:
    if pixels.size < 3 * limit("measurement", "thread_pixels"):
        return 1
    return min(os.cpu_count() or 1, int(limit("measurement", "max_workers")))


def _in_tiles(work: Callable[[int, int], None], rows: int, workers: int) -> None:
    """Do `work` on all rows of cells, a few at a time. No tile depends on another, so their order is free."""
    height = int(limit("measurement", "tile_cells"))
    tiles = [(first, min(first + height, rows)) for first in range(0, rows, height)]
    if workers == 1:
        work(0, rows)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda tile: work(*tile), tiles):
            pass


def _in_cells(mask: np.ndarray | None, side: int) -> np.ndarray | None:
    """Cells whose centre, or the last map pixel short of it, lies in a mask of map pixels."""
    if mask is None:
        return None
    rows, columns = ((np.minimum(np.arange(0, n, side) + side // 2, n - 1)) for n in mask.shape)
    return np.asarray(mask[np.ix_(rows, columns)], dtype=bool)
