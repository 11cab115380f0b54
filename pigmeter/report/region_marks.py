"""Regions on a picture, outlined and named, and the list of their numbers."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.report.page import QUIET, Page, halo
from pigmeter.report.panel import Panel, draw_outlines, on_photo
from pigmeter.report.pictures import View, outlines_of
from pigmeter.report.sheet import Sheet
from pigmeter.report.wording import rows_of, value_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_NAME = 7.5  # size of a region's name on the picture


def mark_regions(
    page: Page, panel: Panel, measurement: "Measurement", view: View, *, faint: bool = False
) -> None:
    """
    Outline every region but the whole skin.

    Parameters
    ----------
    page : Page
    panel : Panel
    measurement : Measurement
    view : View
    faint : bool
        A thin line only; else with its number, and its name where that fits into it.
    """
    for number, region in enumerate(measurement.regions[1:], start=1):
        if region.mask is None:
            continue
        mask = view.cut(region.mask)
        paths = on_photo(outlines_of(mask), measurement.scale, view)
        if not paths:
            continue
        if faint:
            draw_outlines(page, panel, paths, linewidths=0.6, alpha=0.6)
            continue
        draw_outlines(page, panel, paths)
        middle, across = _room_inside(mask, panel, measurement.scale, view)
        text = f"{number} {region.name}"
        if page.width_of(text, _NAME) * page.dpi > across:
            text = str(number)
        page.write(
            middle[0] / page.dpi,
            middle[1] / page.dpi + 0.035,
            text,
            _NAME,
            ha="center",
            color="white",
            path_effects=halo(1.8, 0.8),
        )


def region_list(sheet: Sheet, measurement: "Measurement", quantity: str, top: float, bottom: float) -> float:
    """
    List the regions with a quantity's mean, as many as fit above `bottom`.

    Returns
    -------
    float
        Where the next line would stand. [inch]
    """
    page, left, width = sheet.page, sheet.left, sheet.width
    named = measurement.regions[1:]
    if not named:
        return top
    page.write(left, top, "Regions", 8, weight="bold")
    top += 0.18
    lines = max(1, int((bottom - top) / 0.16))
    shown = named if len(named) <= lines else named[: lines - 1]
    names = left + 0.1 + page.width_of(str(len(shown)), 7.5)
    for number, region in enumerate(shown, start=1):
        words = value_words(rows_of(measurement.table, region.name).get(quantity, {}))
        room = left + width - names - page.width_of(words, 7.5) - 0.12
        page.write(names - 0.08, top, str(number), 7.5, ha="right")
        page.write(names, top, page.fitted(region.name, 7.5, room), 7.5)
        page.write(left + width, top, words, 7.5, ha="right")
        top += 0.16
    if len(shown) < len(named):
        page.write(left, top, f"and {len(named) - len(shown)} more in the table", 7.5, color=QUIET)
        top += 0.16
    return top + 0.14


def _room_inside(mask: np.ndarray, panel: Panel, scale: int, view: View) -> tuple[np.ndarray, float]:
    """
    Find where a name may stand: of the points far from a mask's border the one nearest its middle.

    Returns
    -------
    tuple
        The point, and how long a name centred there may be. [page px]
    """
    import cv2

    stride = max(1, max(mask.shape) // 350)
    inside = np.pad(mask[::stride, ::stride], 1)
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    deep = np.argwhere(depth >= 0.9 * depth.max())
    away = ((deep - np.argwhere(inside).mean(axis=0)) ** 2).sum(axis=1)
    row, column = deep[int(np.argmin(away))]
    gaps = np.flatnonzero(~inside[row])
    reach = min(column - gaps[gaps < column].max(), gaps[gaps > column].min() - column)
    point = np.array([[(column - 1) * stride, (row - 1) * stride]], float)
    across = 2.0 * float(reach) * stride * scale * panel.zoom[0]
    return np.asarray(panel.place(on_photo([point], scale, view)[0])[0]), across
