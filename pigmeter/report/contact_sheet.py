"""Contact sheets of a run: every photo small, with its skin, two maps and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.report.colour_bar import draw_colour_bar
from pigmeter.report.colour_scale import ColourScale, Range
from pigmeter.report.names import shown_name
from pigmeter.report.page import FRAME, MARGIN, PAPER, QUIET, Page, halo
from pigmeter.report.panel import on_photo
from pigmeter.report.pictures import outlines_of, photo_picture, resized_map
from pigmeter.report.wording import TITLES, rows_of, value_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

MONTAGE_MAPS = ("melanin_index", "haemoglobin_index")
_ACROSS, _DOWN = 3, 12  # photos on a sheet
_TOP, _BOTTOM, _GAP, _NAME, _WORDS = 0.62, 0.55, 0.13, 0.12, 0.14  # [inch]
_DPI = "montage_dots_per_inch"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """
    A photo made small for the contact sheet, or the reason why there are no numbers.

    Attributes
    ----------
    name : str
        Safe to show.
    picture : array of uint8, shape (rows, columns, 3), or None
        The photo as a screen shows it.
    outlines : tuple of array, shape (n, 2)
        Of the skin, x and y on `picture`.
    maps : dict of str to array of float16, shape (rows, columns)
        Those of `MONTAGE_MAPS`, over the photo's whole extent; empty if it was not measured.
    words : tuple of str
        Its key numbers: ITA, and the means of `MONTAGE_MAPS`.
    reason : str
        Why it was not measured; empty if it was.
    """

    name: str
    picture: np.ndarray | None = None
    outlines: tuple[np.ndarray, ...] = ()
    maps: Mapping[str, np.ndarray] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    reason: str = ""


def thumbnail_of(photo: Photo, measurement: "Measurement", name: str | None = None) -> Thumbnail:
    """
    Make a measured photo small: about 120 kB are kept of it.

    Parameters
    ----------
    photo : Photo
    measurement : Measurement
        Of this photo.
    name : str, optional
        What to call it; its file name if not given.
    """
    rows, columns = photo.shape
    frame = _frame(limit("figures", _DPI))
    zoom = min(frame[0] / columns, frame[1] / rows)
    width, height = max(1, round(zoom * columns)), max(1, round(zoom * rows))
    paths = on_photo(outlines_of(measurement.skin), measurement.scale)
    found = rows_of(measurement.table)
    values = (value_words(found.get(key, {})) for key in MONTAGE_MAPS)
    return Thumbnail(
        name=shown_name(name or photo.name),
        picture=photo_picture(photo, photo.pixels, width, height),
        outlines=tuple((path + 0.5) * (width / columns, height / rows) for path in paths),
        maps={
            key: resized_map(measurement.maps[key], width, height).astype(np.float16) for key in MONTAGE_MAPS
        },
        words=(f"ITA {value_words(found.get('ita', {}))}", *values),
    )


def refused_thumbnail(name: str, reason: str) -> Thumbnail:
    """Return the empty frame of a photo that was not measured, with the reason."""
    return Thumbnail(name=shown_name(name), reason=reason)


def montage(
    thumbnails: Sequence[Thumbnail], ranges: Mapping[str, Range], software: str, title: str = "Contact sheet"
) -> list[bytes]:
    """
    Lay the photos of a run out on contact sheets.

    Parameters
    ----------
    thumbnails : sequence of Thumbnail
        In the order of the run.
    ranges : mapping of str to (low, high)
        Of the colours of `MONTAGE_MAPS`: of the run, or fixed.
    software : str
        Named in the files.
    title : str

    Returns
    -------
    list of bytes
        PNG files of A4, as many as it takes.
    """
    per_sheet = _ACROSS * _DOWN
    sheets = [thumbnails[first : first + per_sheet] for first in range(0, len(thumbnails), per_sheet)]
    return [
        _sheet(sheet, ranges, software, f"{title}, {number} of {len(sheets)}" if len(sheets) > 1 else title)
        for number, sheet in enumerate(sheets, start=1)
    ]


def _frame(dpi: float) -> tuple[int, int]:
    """Return width and height of the place of a thumbnail. [px]"""
    cell = (PAPER[0] - 2 * MARGIN - (_ACROSS - 1) * _GAP) / _ACROSS
    row = (PAPER[1] - _TOP - _BOTTOM) / _DOWN
    return int(cell * dpi / 3) - 2, int((row - _NAME - _WORDS - 0.04) * dpi)


def _sheet(thumbnails: Sequence[Thumbnail], ranges: Mapping[str, Range], software: str, title: str) -> bytes:
    dpi = limit("figures", _DPI)
    down = -(-len(thumbnails) // _ACROSS)
    row = (PAPER[1] - _TOP - _BOTTOM) / _DOWN
    page = Page(PAPER[0], _TOP + down * row + _BOTTOM, dpi)
    page.write(MARGIN, 0.32, page.fitted(title, 12, PAPER[0] - 2 * MARGIN, "bold"), 12, weight="bold")
    refused = sum(not thumbnail.maps for thumbnail in thumbnails)
    words = f"{len(thumbnails)} photos" + (f", {refused} of them without numbers" if refused else "")
    page.write(MARGIN, 0.5, f"{words}: photo, melanin index, haemoglobin index", 7, color=QUIET)
    scales = {key: ColourScale(key, *ranges[key]) for key in MONTAGE_MAPS}
    width = (PAPER[0] - 2 * MARGIN - (_ACROSS - 1) * _GAP) / _ACROSS
    for index, thumbnail in enumerate(thumbnails):
        left = MARGIN + index % _ACROSS * (width + _GAP)
        top = _TOP + index // _ACROSS * row
        page.write(left, top + 0.1, page.fitted(thumbnail.name, 6, width), 6, weight="bold")
        if not thumbnail.maps:
            _empty(page, thumbnail, left, top + _NAME + 0.02, width)
        else:
            _filled(page, thumbnail, scales, left, top + _NAME + 0.02)
    for number, (key, scale) in enumerate(scales.items()):
        left = page.dots(MARGIN + number * (width + _GAP))
        top = page.dots(page.size[1] - _BOTTOM + 0.08)
        draw_colour_bar(page, left, top, page.dots(width), scale, f"{TITLES[key]} [index unit]")
    page.write(PAPER[0] - MARGIN, page.size[1] - 0.12, software, 5, color=QUIET, ha="right")
    return page.png(software)


def _filled(
    page: Page, thumbnail: Thumbnail, scales: Mapping[str, ColourScale], left: float, top: float
) -> None:
    pictures = [] if thumbnail.picture is None else [thumbnail.picture]
    pictures += [scale.coloured(thumbnail.maps[key].astype(np.float32)) for key, scale in scales.items()]
    frame = _frame(page.dpi)
    for number, (picture, text) in enumerate(zip(pictures, thumbnail.words, strict=True)):
        place = page.dots(left) + number * (frame[0] + 2)
        rows, columns = picture.shape[:2]
        x, y = place + (frame[0] - columns) // 2, page.dots(top) + (frame[1] - rows) // 2
        page.paste(x, y, picture)
        page.box(x, y, columns, rows)
        if number == 0:
            page.lines(
                [path + np.array([x, y]) for path in thumbnail.outlines],
                colors="white",
                linewidths=0.6,
                path_effects=halo(1.4, 0.6),
                clip_box=page.clip(x, y, x + columns, y + rows),
            )
        under = (page.dots(top) + frame[1]) / page.dpi + 0.09
        page.write((place + frame[0] / 2) / page.dpi, under, text, 5.5, ha="center")


def _empty(page: Page, thumbnail: Thumbnail, left: float, top: float, width: float) -> None:
    height = _frame(page.dpi)[1]
    page.box(page.dots(left), page.dots(top), page.dots(width), height, FRAME)
    bottom = top + height / page.dpi
    page.paragraph(left + 0.06, top + 0.14, thumbnail.reason, 6, width - 0.12, lowest=bottom - 0.05)
