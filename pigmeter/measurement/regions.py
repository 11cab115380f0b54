"""Regions: which pixels of a photo's maps belong together under a name."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pigmeter.errors import UsageError

WHOLE_SKIN = "skin"


@dataclass(frozen=True, slots=True)
class Region:
    """
    A set of map pixels under a name.

    Attributes
    ----------
    name : str
    mask : array of bool, shape (rows, columns), or None
        True inside, at the resolution of the maps; None: everywhere.
    """

    name: str
    mask: np.ndarray | None = None


def read_regions(
    given: Mapping[str, object] | None, shape: tuple[int, int], scale: int
) -> tuple[Region, ...]:
    """
    Bring the caller's regions to the resolution of the maps.

    Parameters
    ----------
    given : mapping of str to array, optional
        Each a mask (bool, the photo's rows and columns) or a polygon, shape (corners, 2), as x (to the right)
        and y (down) in photo pixels, where whole numbers are centres of pixels.
    shape : tuple of int
        Rows and columns of the photo. [px]
    scale : int
        Photo pixels per map pixel.

    Returns
    -------
    tuple of Region
        The whole skin first.

    Raises
    ------
    UsageError
        If a region is neither a mask of the photo's shape nor a polygon of three corners or more, or is
        called ``"skin"``.
    """
    regions = [Region(WHOLE_SKIN)]
    for name, outline in (given or {}).items():
        array = np.asarray(outline)
        if name == WHOLE_SKIN:
            reason = f"{name!r} is the name of the whole skin, and a region was given under it"
            raise UsageError("REGION_FORM", reason, "Give the region another name")
        if array.dtype == bool and array.shape == shape:
            regions.append(Region(name, _block_centres(array, scale)))
        elif array.dtype.kind == "f" and not np.isfinite(array).all():
            reason = f"region {name!r} has corners that are not finite"
            raise UsageError("REGION_FORM", reason, "Give the region in pixels of the photo")
        elif array.dtype.kind in "iuf" and array.ndim == 2 and array.shape[1] == 2 and len(array) >= 3:
            regions.append(Region(name, _inside_polygon(array.astype(float), shape, scale)))
        else:
            reason = (
                f"region {name!r} is an array of {array.dtype} with shape {array.shape}; expected a bool "
                f"mask of shape {shape} or a polygon of shape (3 or more, 2)"
            )
            raise UsageError("REGION_FORM", reason, "Give the region in pixels of the photo")
    return tuple(regions)


def _block_centres(mask: np.ndarray, scale: int) -> np.ndarray:
    rows, columns = (np.minimum(np.arange(0, n, scale) + scale // 2, n - 1) for n in mask.shape)
    return np.ascontiguousarray(mask[np.ix_(rows, columns)])


def _inside_polygon(corners: np.ndarray, shape: tuple[int, int], scale: int) -> np.ndarray:
    import cv2

    fraction_bits = 4
    placed = ((corners + 0.5) / scale - 0.5) * 2**fraction_bits
    canvas = np.zeros(tuple(-(-side // scale) for side in shape), dtype=np.uint8)
    cv2.fillPoly(canvas, [np.rint(placed).astype(np.int32)], 1, shift=fraction_bits)
    return canvas.astype(bool)
