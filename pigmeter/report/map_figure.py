"""A page for one map: large, with its numbers, its regions by name, and what it leaves out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.report.colour_bar import draw_colour_bar
from pigmeter.report.colour_scale import Range, Scale, scale_of
from pigmeter.report.ita_classes import ita_class
from pigmeter.report.left_out import left_out_legend, paint_left_out
from pigmeter.report.page import QUIET
from pigmeter.report.panel import scale_bar, view_on_skin
from pigmeter.report.pictures import resized_map
from pigmeter.report.region_marks import mark_regions, region_list
from pigmeter.report.sheet import Sheet, sheet_for
from pigmeter.report.wording import TITLES, is_number, rows_of, software_of, value_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement


def draw_map(
    photo: Photo,
    measurement: "Measurement",
    quantity: str,
    name: str,
    profile_source: str,
    scale: Scale,
    ranges: Mapping[str, Range] | None,
) -> bytes:
    """
    Draw the page of one map; see `figures.draw_figures`.

    Returns
    -------
    bytes
        A PNG file, at most A4.
    """
    view = view_on_skin(measurement)
    title = TITLES[quantity]
    sheet = sheet_for(photo, measurement, view, name, title, profile_source)
    page, panel = sheet.page, sheet.panel
    row = rows_of(measurement.table).get(quantity, {})
    values = resized_map(view.cut(measurement.maps[quantity]), panel.width, panel.height)
    colours = scale_of(quantity, values, scale, ranges)
    picture = colours.coloured(values)
    codes = paint_left_out(picture, np.isfinite(values), view.cut(measurement.state))
    page.paste(panel.left, panel.top, picture)
    page.box(panel.left, panel.top, panel.width, panel.height)
    mark_regions(page, panel, measurement, view)
    bar = (panel.left, panel.bottom + page.dots(0.24), round(0.7 * panel.width))
    label = f"{title} [{row.get('unit') or 'index unit'}], {_scale_words(scale)}"
    draw_colour_bar(page, *bar, colours, label, colours.beyond(values))
    scale_bar(page, panel, measurement, 0.2)
    top = _numbers(sheet, quantity, row)
    top = region_list(sheet, measurement, quantity, top, sheet.bottom - 0.25 - 0.19 * len(codes))
    if codes:
        page.write(sheet.left, top, "Not in the map", 8, weight="bold")
        left_out_legend(page, sheet.left, top + 0.2, codes)
    return page.png(software_of(measurement))


def _scale_words(scale: Scale) -> str:
    if scale == "photo":
        return "colours of this photo alone"
    return "the same colours in every photo" + (" of the run" if scale == "shared" else "")


def _numbers(sheet: Sheet, quantity: str, row: Mapping[str, Any]) -> float:
    """Write the numbers of the whole skin, and return where the next line would stand. [inch]"""
    page, left, top = sheet.page, sheet.left, sheet.top + 0.16
    page.write(left, top, value_words(row), 16, weight="bold")
    unit = row.get("unit") or "index unit"
    words = ita_class(row["mean"]) if quantity == "ita" and is_number(row.get("mean")) else unit
    page.write(left, top + 0.2, f"mean of the skin, {words}" if row else words, 8)
    lines = []
    if is_number(row.get("low")) and is_number(row.get("high")):
        lines.append(f"95 % interval {row['low']:.1f} to {row['high']:.1f}")
    if is_number(row.get("sd")):
        lines.append(f"SD over the skin {row['sd']:.1f}")
    if is_number(row.get("p5")) and is_number(row.get("p95")):
        lines.append(f"5th to 95th percentile {row['p5']:.1f} to {row['p95']:.1f}")
    top += 0.42
    for line in lines:
        page.write(left, top, line, 8)
        top += 0.17
    definition = str(row.get("definition") or "")
    if "A(" in definition:
        definition += "; A = -log10 of the skin's reflectance at that wavelength in nm"
    top = page.paragraph(left, top + 0.04, definition, 7, sheet.width, color=QUIET)
    words = "± is the standard uncertainty of the mean: camera, chart, light and noise, not the spread"
    return page.paragraph(left, top + 0.04, words, 7, sheet.width, color=QUIET) + 0.16
