"""The spots of a photo: outlined by kind, numbered as in the table where there is room, and counted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.report.page import QUIET, Page, halo
from pigmeter.report.panel import Panel, draw_outlines, scale_bar, view_on_skin
from pigmeter.report.pictures import photo_picture
from pigmeter.report.region_marks import mark_regions
from pigmeter.report.sheet import Sheet, sheet_for
from pigmeter.report.wording import Rows, is_number, rows_of, software_of

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement
    from pigmeter.measurement.spots import Spot

# By kind: colour, edge and dashes [line widths]. Blue, yellow and violet stay apart for the colour-blind, the
# dashes for all and in print; an edge makes each show on any skin.
SPOT_LINES: dict[str, tuple[str, str, Any]] = {
    "dark": ("#56b4e9", "black", "solid"),
    "light": ("#f0e442", "black", (0, (3.0, 1.8))),
    "red": ("#7b2cff", "white", (0, (1.0, 1.0))),
}
_MEANINGS = {"dark": "dark: more melanin", "light": "light: less melanin", "red": "red: more haemoglobin"}
_NUMBER, _LINE = 6.5, 1.2  # size of numbers and width of outlines


def draw_spots(photo: Photo, measurement: "Measurement", name: str, profile_source: str) -> bytes:
    """
    Draw the page of a photo's spots; see `figures.draw_figures`.

    Returns
    -------
    bytes
        A PNG file, at most A4.
    """
    view = view_on_skin(measurement)
    spots = measurement.spots
    title = f"Spots and patches: {len(spots) or 'none found'}"
    sheet = sheet_for(photo, measurement, view, name, title, profile_source)
    page, panel = sheet.page, sheet.panel
    part = view.cut(photo.pixels, measurement.scale)
    page.paste(panel.left, panel.top, photo_picture(photo, part, panel.width, panel.height))
    page.box(panel.left, panel.top, panel.width, panel.height)
    mark_regions(page, panel, measurement, view, faint=True)
    for kind, (colour, edge, dashes) in SPOT_LINES.items():
        paths = [_closed(spot.outline) for spot in spots if spot.kind == kind]
        draw_outlines(page, panel, paths, colour, edge=edge, linewidths=_LINE, linestyles=[dashes])
    unnumbered = _write_numbers(page, panel, spots)
    scale_bar(page, panel, measurement, 0.2)
    rows = rows_of(measurement.table)
    top = _kinds(sheet, spots, rows)
    if spots:
        top = _list(sheet, spots, top, sheet.bottom - 0.8)
    words = ["Numbers are those of spots.csv."]
    if unnumbered:
        words.append(f"{unnumbered} of {len(spots)} have no room for theirs.")
    words.append("Severity is the share of the skin times the contrast with the skin around.")
    page.paragraph(sheet.left, top, " ".join(words), 7, sheet.width, color=QUIET)
    return page.png(software_of(measurement))


def place_labels(
    boxes: np.ndarray, sizes: np.ndarray, frame: tuple[float, float, float, float]
) -> np.ndarray:
    """
    Find a place for a label beside each of many boxes, where it covers neither a box nor another label.

    Parameters
    ----------
    boxes : array, shape (n, 4)
        Left, top, right, bottom of what is labelled; the first come first. [px]
    sizes : array, shape (n, 2)
        Width and height of each label. [px]
    frame : tuple of float
        Left, top, right, bottom of where labels may be. [px]

    Returns
    -------
    array, shape (n, 2)
        Left and top of each label; NaN where there is no room.
    """
    places = np.full((len(boxes), 2), np.nan)
    taken = np.empty((2 * len(boxes), 4))
    taken[: len(boxes)] = boxes
    count = len(boxes)
    for index, ((left, top, right, bottom), (width, height)) in enumerate(zip(boxes, sizes, strict=True)):
        x, y = (left + right - width) / 2, (top + bottom - height) / 2
        for at in ((right + 2, y), (left - 2 - width, y), (x, top - 2 - height), (x, bottom + 2)):
            spread = (at[0], at[1], at[0] + width, at[1] + height)
            inside = spread[0] >= frame[0] and spread[1] >= frame[1]
            if not inside or spread[2] > frame[2] or spread[3] > frame[3]:
                continue
            others = taken[:count]
            apart = (
                (others[:, 0] >= spread[2])
                | (others[:, 2] <= spread[0])
                | (others[:, 1] >= spread[3])
                | (others[:, 3] <= spread[1])
            )
            if apart.all():
                places[index] = at
                taken[count] = spread
                count += 1
                break
    return places


def _closed(path: np.ndarray) -> np.ndarray:
    return np.vstack([path, path[:1]])


def _write_numbers(page: Page, panel: Panel, spots: Sequence["Spot"]) -> int:
    """Write the spots' numbers beside them, and return how many had no room."""
    if not spots:
        return 0
    placed = [panel.place(spot.outline) for spot in spots]
    boxes = np.array([(*path.min(axis=0) - 1.5, *path.max(axis=0) + 1.5) for path in placed])
    digit, height = page.width_of("0", _NUMBER) * page.dpi, 0.75 * _NUMBER / 72 * page.dpi
    sizes = np.array([(digit * len(str(spot.number)), height) for spot in spots])
    places = place_labels(boxes, sizes, (panel.left, panel.top, panel.right, panel.bottom))
    effects = halo(1.6, 0.8)
    for spot, (left, top) in zip(spots, places, strict=True):
        if np.isfinite(left):
            at = (left / page.dpi, (top + height) / page.dpi)
            page.write(*at, str(spot.number), _NUMBER, color="white", path_effects=effects)
    return int(np.isnan(places[:, 0]).sum())


def _kinds(sheet: Sheet, spots: Sequence["Spot"], rows: Rows) -> float:
    """Write per kind its line, count, area and severity; return where the next line would stand. [inch]"""
    page, left, top = sheet.page, sheet.left, sheet.top + 0.12
    ends = [left + share * sheet.width for share in (0.56, 0.77, 1.0)]
    for end, words in zip(ends, ("area", "of skin", "severity"), strict=True):
        page.write(end, top, words, 7, ha="right", color=QUIET)
    for kind, (colour, edge, dashes) in SPOT_LINES.items():
        top += 0.2
        own = [spot for spot in spots if spot.kind == kind]
        page.stroke(
            left,
            top - 0.035,
            0.3,
            colors=colour,
            linewidths=1.6,
            linestyles=[dashes],
            path_effects=halo(3.0, 0.6, edge),
        )
        page.write(left + 0.38, top, f"{len(own)}", 8, weight="bold")
        area = sum(spot.area_mm2 for spot in own)
        share, severity = (rows.get(f"{kind}_spots_{key}", {}).get("mean") for key in _SHARE_AND_SEVERITY)
        cells = (
            _area(area),
            f"{_short(100 * share)} %" if is_number(share) else "",
            _short(severity) if is_number(severity) else "",
        )
        for end, words in zip(ends, cells, strict=True):
            page.write(end, top, words, 8, ha="right")
        top += 0.15
        page.write(left + 0.38, top, _MEANINGS[kind], 7, color=QUIET)
    return top + 0.34


_SHARE_AND_SEVERITY = ("area_fraction", "severity")


def _list(sheet: Sheet, spots: Sequence["Spot"], top: float, bottom: float) -> float:
    """List the first spots, as many as fit above `bottom`; return where the next line would stand. [inch]"""
    page, left = sheet.page, sheet.left
    ends = [left + share * sheet.width for share in (0.12, 0.58, 1.0)]
    page.write(left, top, "Most severe", 8, weight="bold")
    top += 0.19
    for words, end in zip(("no.", "area", "contrast"), ends, strict=True):
        page.write(end, top, words, 7, ha="right", color=QUIET)
    most = max(0, min(12, int((bottom - top) / 0.16)))
    for spot in sorted(spots, key=lambda spot: spot.number)[:most]:
        top += 0.16
        contrast = f"{spot.mean_contrast:+.1f} ± {spot.uncertainty:.1f}"
        for words, end in zip((str(spot.number), _area(spot.area_mm2), contrast), ends, strict=True):
            page.write(end, top, words, 7.5, ha="right")
        page.write(ends[0] + 0.1, top, spot.kind, 7.5)
    return top + 0.34


def _short(value: float) -> str:
    if 0 < value < 0.01:
        return "<0.01"
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


def _area(mm2: float) -> str:
    return f"{mm2:.1f} mm²" if mm2 < 100 else f"{mm2:.0f} mm²"
