"""A photo with the regions that were proposed for it, outlined and named, to be looked at before use."""

from collections.abc import Sequence

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.regions.outline import Outline
from pigmeter.report.names import shown_name
from pigmeter.report.page import MARGIN, QUIET, Page, halo
from pigmeter.report.panel import draw_outlines, whole_photo
from pigmeter.report.pictures import photo_picture
from pigmeter.version import SOFTWARE

_ACROSS, _TOP, _BOTTOM, _NAME = 9.0, 0.62, 0.4, 8.5  # [inch], size of a name


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
        A PNG file.
    """
    dpi = limit("figures", "dots_per_inch")
    rows, columns = photo.shape
    across = min(_ACROSS, _ACROSS * columns / rows)
    page = Page(across + 2 * MARGIN, across * rows / columns + _TOP + _BOTTOM, dpi)
    panel = whole_photo(photo, page.dots(MARGIN), page.dots(_TOP), page.dots(across))
    title = page.fitted(shown_name(name or photo.name), 12, across, "bold", keep="end")
    page.write(MARGIN, 0.3, title, 12, weight="bold")
    page.write(MARGIN, 0.5, "Proposed regions: look, edit, then measure with --regions", 8, color=QUIET)
    page.paste(panel.left, panel.top, photo_picture(photo, photo.pixels, panel.width, panel.height))
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
