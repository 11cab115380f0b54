"""The overview of a photo: the photo with the skin outlined, and maps of melanin, erythema, haemoglobin."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.report.colour_bar import draw_colour_bar
from pigmeter.report.colour_scale import Range, Scale, scale_of
from pigmeter.report.ita_classes import ita_class
from pigmeter.report.page import MARGIN, PAPER, QUIET, Page, halo
from pigmeter.report.panel import (
    Panel,
    draw_outlines,
    on_photo,
    part_of,
    scale_bar,
    view_on_skin,
    whole_photo,
)
from pigmeter.report.pictures import View, outlines_of, photo_picture, resized_map
from pigmeter.report.region_marks import mark_regions
from pigmeter.report.wording import TITLES, Rows, is_number, rows_of, software_of, source_words, value_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

OVERVIEW_MAPS = ("melanin_index", "erythema_index", "haemoglobin_index")
CHART_COLOUR = "#ffd24a"
_TOP, _TITLE, _FOOT, _BOTTOM, _GAP = 0.72, 0.42, 0.62, 0.5, 0.3  # [inch]


def draw_overview(
    photo: Photo,
    measurement: "Measurement",
    name: str,
    profile_source: str,
    scale: Scale,
    ranges: Mapping[str, Range] | None,
) -> bytes:
    """
    Draw the overview of one photo; see `figures.draw_figures`.

    Returns
    -------
    bytes
        A PNG file: two by two on an upright page for photos that are wider than high, else four in a row.
    """
    dpi = limit("figures", "dots_per_inch")
    view = view_on_skin(measurement)
    wide = photo.shape[1] >= photo.shape[0]
    across, columns = (PAPER[0], 2) if wide else (PAPER[1], 4)
    cell = (across - 2 * MARGIN - (columns - 1) * _GAP) / columns
    tallest = 4.3 if wide else 5.9
    width = int(min(cell, tallest * photo.shape[1] / photo.shape[0]) * dpi)
    height = round(width * photo.shape[0] / photo.shape[1]) / dpi
    page = Page(across, _TOP + 4 // columns * (_TITLE + height + _FOOT) + _BOTTOM, dpi)
    places = []
    for index in range(4):
        row, column = divmod(index, columns)
        left = MARGIN + column * (cell + _GAP) + (cell - width / dpi) / 2
        places.append((page.dots(left), page.dots(_TOP + row * (_TITLE + height + _FOOT) + _TITLE)))
    rows = rows_of(measurement.table)
    _heading(page, name, rows)
    _photo_panel(page, whole_photo(photo, *places[0], width), photo, measurement, view)
    for index, quantity in enumerate(OVERVIEW_MAPS, start=1):
        panel = part_of(view, measurement.scale, *places[index], width)
        _title(page, panel, "abcd"[index], TITLES[quantity], _mean_and_sd(rows.get(quantity, {})))
        values = resized_map(view.cut(measurement.maps[quantity]), panel.width, panel.height)
        colours = scale_of(quantity, values, scale, ranges)
        page.paste(panel.left, panel.top, colours.coloured(values))
        page.box(panel.left, panel.top, panel.width, panel.height)
        unit = rows.get(quantity, {}).get("unit") or "index unit"
        label = f"{TITLES[quantity].lower()} [{unit}]"
        bar = (panel.left, panel.bottom + page.dots(0.08), round(0.66 * panel.width))
        draw_colour_bar(page, *bar, colours, label, colours.beyond(values))
        scale_bar(page, panel, measurement)
    _footing(page, measurement, profile_source, rows)
    return page.png(software_of(measurement))


def _heading(page: Page, name: str, rows: Rows) -> None:
    page.write(MARGIN, 0.3, page.fitted(name, 12, page.size[0] - 2 * MARGIN, "bold"), 12, weight="bold")
    ita = rows.get("ita", {})
    parts = [f"ITA {value_words(ita)}, {ita_class(ita['mean'])}"] if is_number(ita.get("mean")) else []
    parts += [f"{key}* {value_words(rows[key])}" for key in ("L", "a", "b") if key in rows]
    page.write(MARGIN, 0.52, "    ".join(parts), 8.5)


def _title(page: Page, panel: Panel, letter: str, title: str, words: str) -> None:
    left, top = panel.left / page.dpi, panel.top / page.dpi
    page.write(left, top - 0.25, f"{letter}  {title}", 9.5, weight="bold")
    page.write(left, top - 0.07, words, 8.5)


def _mean_and_sd(row: Mapping[str, object]) -> str:
    return value_words(row) + (f"   SD {row['sd']:.1f}" if is_number(row.get("sd")) else "")


def _photo_panel(page: Page, panel: Panel, photo: Photo, measurement: "Measurement", view: View) -> None:
    page.paste(panel.left, panel.top, photo_picture(photo, photo.pixels, panel.width, panel.height))
    keys: list[tuple[str, Any, str]] = [("white", "solid", "skin that is measured")]
    draw_outlines(page, panel, on_photo(outlines_of(measurement.skin), measurement.scale))
    if measurement.chart is not None:
        corners = np.asarray(measurement.chart.corners, dtype=float)
        draw_outlines(page, panel, [np.vstack([corners, corners[:1]])], CHART_COLOUR)
        keys.append((CHART_COLOUR, "solid", "chart"))
    if view.width < measurement.skin.shape[1]:
        right, bottom = view.right - 1, view.bottom - 1
        box = [(view.left, view.top), (right, view.top), (right, bottom), (view.left, bottom)]
        dash: Any = (0, (4, 2.5))
        corners = np.array([*box, box[0]], float)
        draw_outlines(page, panel, on_photo([corners], measurement.scale), linestyles=[dash])
        keys.append(("white", dash, "part that the maps show"))
    rows, columns = measurement.skin.shape
    mark_regions(page, panel, measurement, View(0, 0, columns, rows))
    page.box(panel.left, panel.top, panel.width, panel.height)
    if measurement.mm_per_pixel:
        length = measurement.mm_per_pixel / measurement.scale
        words = f"{length:.3g} mm per pixel, {'as given' if measurement.chart is None else 'from the chart'}"
    else:
        words = "scale unknown: lengths in pixels of the photo"
    _title(page, panel, "a", "Photo", words)
    left = panel.left / page.dpi
    for number, (colour, dash, text) in enumerate(keys):
        top = panel.bottom / page.dpi + 0.13 + 0.16 * number
        effects = halo(2.4, 0.7)
        page.stroke(left, top, 0.26, colors=colour, linewidths=1.2, linestyles=[dash], path_effects=effects)
        page.write(left + 0.34, top + 0.035, text, 7.5)
    scale_bar(page, panel, measurement)


def _footing(page: Page, measurement: "Measurement", source: str, rows: Rows) -> None:
    parts = [
        f"{TITLES[quantity].lower()} = {rows[quantity]['definition']}"
        for quantity in OVERVIEW_MAPS
        if rows.get(quantity, {}).get("definition")
    ]
    lines = (
        "± is the standard uncertainty of the mean; the 95 % interval is about twice as wide to each side; "
        "SD is the spread over the skin; grey is no skin, or not to be trusted.",
        "; ".join([*parts, "A = -log10 of the skin's reflectance"]),
        source_words(measurement, source),
    )
    for number, text in enumerate(reversed(lines)):
        page.write(MARGIN, page.size[1] - 0.12 - 0.13 * number, text, 5.5, color=QUIET)
