"""The outline of a region as it was given: polygons or a painted mask, in one of three frames."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Frame = Literal["px", "mm", "face"]
FRAMES: tuple[Frame, ...] = ("px", "mm", "face")


@dataclass(frozen=True, slots=True)
class Outline:
    """
    A named part of the skin, before it is laid on a map.

    Attributes
    ----------
    name : str
    polygons : tuple of array, shape (corners, 2)
        x to the right, y down; all of them together are the region.
    holes : tuple of array, shape (corners, 2)
        Left out of it.
    mask : array of bool, shape (rows, columns) of the photo, or None
        Painted instead of drawn.
    frame : {"px", "mm", "face"}
        Pixels of the upright photo, centres at whole numbers; mm on the chart's plane from the corner beside
        its first patch; or the place among a face's landmarks (see `landmarks`).
    site, side : str
        The place on the body in the field's terms (see `sites`); empty if not said.
    """

    name: str
    polygons: tuple[np.ndarray, ...] = ()
    holes: tuple[np.ndarray, ...] = ()
    mask: np.ndarray | None = None
    frame: Frame = "px"
    site: str = ""
    side: str = ""
