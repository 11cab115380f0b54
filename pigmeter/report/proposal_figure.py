"""A photo with the regions that were proposed for it, outlined and named, to be looked at before use."""

from collections.abc import Sequence

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.regions.outline import Outline
from pigmeter.report.names import shown_name
from pigmeter.report.page import MARGIN, QUIET, Page, halo
from pigmeter.report.panel import draw_outlines, part_of
from pigmeter.report.pictures import View, photo_picture
from pigmeter.version import SOFTWARE

_ACROSS, _TOP, _BOTTOM, _NAME = 9.0, 0.62, 0.4, 8.5  # [inch], size of a name
_AROUND, _SMALL = 0.3, 0.75  # margin as a share of the regions' extent; of each side of the photo


def draw_proposal(photo: Photo, outlines: Sequence[Outline], name: str | None = None) -> bytes:
    """
    Draw proposed regions over their photo.

    Parameters
    ----------
    photo : Photo
    outlines : sequence of Outline
        In pixels of the photo. Left and right in their names are the person's.
    name : str, optional
        What to call the photo; its file name if not given.

    Returns
    -------
    bytes
        A PNG file: of the whole photo, or of the part around the regions where they are small in it.
    """
    dpi = limit("figures", "dots_per_inch")
    view = _view(photo, outlines)
    across = min(_ACROSS, _ACROSS * view.width / view.height)
    page = Page(across + 2 * MARGIN, across * view.height / view.width + _TOP + _BOTTOM, dpi)
    panel = part_of(view, 1, page.dots(MARGIN), page.dots(_TOP), page.dots(across))
    title = page.fitted(shown_name(name or photo.name), 12, across, "bold", keep="end")
    page.write(MARGIN, 0.3, title, 12, weight="bold")
    page.write(MARGIN, 0.5, "Proposed regions: look, edit, then measure with --regions", 8, color=QUIET)
    page.paste(panel.left, panel.top, photo_picture(photo, view.cut(photo.pixels), panel.width, panel.height))
    page.box(panel.left, panel.top, panel.width, panel.height)
    for outline in outlines:
        rings = [np.vstack([ring, ring[:1]]) for ring in (*outline.polygons, *outline.holes)]
        draw_outlines(page, panel, rings, linewidths=1.2)
        if outline.polygons:
            largest = max(outline.polygons, key=lambda ring: float(np.ptp(ring, axis=0).prod()))
            x, y = panel.place((largest.min(axis=0) + largest.max(axis=0)) / 2) / page.dpi
            page.write(
                x, y + 0.04, outline.name, _NAME, ha="center", color="white", path_effects=halo(1.8, 0.8)
            )
    low = panel.bottom / page.dpi + 0.22
    page.write(MARGIN, low, f"{SOFTWARE}. Left and right are the person's.", 6.5, color=QUIET)
    return page.png(SOFTWARE)


def _view(photo: Photo, outlines: Sequence[Outline]) -> View:
    """Return the part of the photo to show: all of it, unless the regions are small in it, as a face is."""
    rows, columns = photo.shape
    rings = [ring for outline in outlines for ring in outline.polygons]
    if not rings:
        return View(0, 0, columns, rows)
    corners = np.vstack(rings)
    around = _AROUND * float(np.ptp(corners, axis=0).max())
    left, top = np.maximum(np.floor(corners.min(axis=0) - around), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0) + around) + 1, (columns, rows)).astype(int)
    if right - left > _SMALL * columns or bottom - top > _SMALL * rows:
        return View(0, 0, columns, rows)
    return View(int(left), int(top), int(right), int(bottom))
