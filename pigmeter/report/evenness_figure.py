"""The evenness of a photo: three quantities in three bands of size, as small multiples on fixed scales."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.measurement.evenness import EVENNESS_OF, EvennessMap
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.report.colour_bar import draw_colour_bar
from pigmeter.report.colour_scale import ColourScale
from pigmeter.report.page import MARGIN, PAPER, QUIET, Page
from pigmeter.report.panel import Panel, part_of, scale_bar, view_on_skin
from pigmeter.report.wording import TITLES, Rows, rows_of, software_of, source_words, value_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

BANDS = ("fine", "middle", "wide")
_TOP, _TITLE, _FOOT, _BOTTOM, _GAP = 0.95, 0.28, 0.55, 0.45, 0.22  # [inch]


def draw_evenness(photo: Photo, measurement: "Measurement", name: str, profile_source: str) -> bytes:
    """
    Draw the page of a photo's evenness; see `figures.draw_figures`.

    Returns
    -------
    bytes
        A PNG file, at most A4 upright: a row per quantity, a column per band.
    """
    dpi = limit("figures", "dots_per_inch")
    view = view_on_skin(measurement)
    aspect = view.width / view.height
    cell = (PAPER[0] - 2 * MARGIN - 2 * _GAP) / 3
    tallest = (PAPER[1] - _TOP - _BOTTOM) / 3 - _TITLE - _FOOT
    width = int(min(cell, tallest * aspect) * dpi)
    height = round(width * view.height / view.width) / dpi
    page = Page(PAPER[0], _TOP + 3 * (_TITLE + height + _FOOT) + _BOTTOM, dpi)
    page.write(MARGIN, 0.34, "Evenness: local spread by size, 0 is perfectly even", 13, weight="bold")
    page.write(MARGIN, 0.58, page.fitted(name, 9.5, PAPER[0] - 2 * MARGIN), 9.5)
    rows = rows_of(measurement.table)
    maps = measurement.evenness.maps
    for down, quantity in enumerate(EVENNESS_OF):
        most = limit("figures", f"evenness_{quantity}_max")
        for across, band in enumerate(BANDS):
            left = MARGIN + across * (cell + _GAP) + (cell - width / dpi) / 2
            top = _TOP + down * (_TITLE + height + _FOOT) + _TITLE
            panel = part_of(view, measurement.scale, page.dots(left), page.dots(top), width)
            if down == 0:
                page.write(left, _TOP - 0.05, f"{band.capitalize()}, {_limits(band)}", 9.5, weight="bold")
            _band_panel(page, panel, measurement, maps, f"{quantity}_evenness_{band}", quantity, most, rows)
    words = (
        "± is the standard uncertainty; the camera's noise is taken out; grey is no skin, or too little "
        "of it near. The colours are the same in every photo."
    )
    page.write(MARGIN, page.size[1] - 0.25, words, 5.5, color=QUIET)
    page.write(MARGIN, page.size[1] - 0.12, source_words(measurement, profile_source), 5.5, color=QUIET)
    return page.png(software_of(measurement))


def _band_panel(
    page: Page,
    panel: Panel,
    measurement: "Measurement",
    maps: Mapping[str, EvennessMap],
    key: str,
    quantity: str,
    most: float,
    rows: Rows,
) -> None:
    drawn = maps.get(key)
    row = rows.get(key, {})
    title = f"{TITLES[quantity]}  {value_words(row, 2)}"
    page.write(panel.left / page.dpi, panel.top / page.dpi - 0.07, title, 8)
    scale = ColourScale(quantity, 0.0, most, spread=True)
    values = np.full((panel.height, panel.width), np.nan, np.float32)
    if drawn is not None and measurement.mm_per_pixel:
        values = _under(panel, drawn, measurement.mm_per_pixel / measurement.scale)
    page.paste(panel.left, panel.top, scale.coloured(values))
    page.box(panel.left, panel.top, panel.width, panel.height)
    unit = str(row.get("unit") or "index unit")
    bar = (panel.left, panel.bottom + page.dots(0.08), round(0.62 * panel.width))
    draw_colour_bar(page, *bar, scale, f"local spread [{unit}]", (False, scale.beyond(values)[1]))
    scale_bar(page, panel, measurement)


def _under(panel: Panel, drawn: EvennessMap, mm_per_pixel: float) -> np.ndarray:
    """Return the value of a map under the middle of each pixel of a picture; NaN beyond the map's end."""
    places = []
    for side, origin, zoom, there in zip(
        (panel.width, panel.height), panel.origin, panel.zoom, drawn.values.shape[::-1], strict=True
    ):
        mm = (origin + (np.arange(side) + 0.5) / zoom) * mm_per_pixel
        places.append(np.minimum((mm / drawn.mm_per_pixel).astype(np.intp), there))
    beyond = np.pad(drawn.values, ((0, 1), (0, 1)), constant_values=np.nan)
    return np.ascontiguousarray(beyond[np.ix_(places[1], places[0])])


def _limits(band: str) -> str:
    """Return the sizes of a band in words."""
    sizes = {name: limit("evenness", f"{name}_mm") for name in BANDS}
    return f"{sizes[band]:g} to {4 * sizes[band]:g} mm"
