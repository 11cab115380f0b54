"""A sheet, at most A4, with one large picture and a column of words beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.report.page import MARGIN, PAPER, QUIET, Page
from pigmeter.report.panel import Panel, part_of
from pigmeter.report.pictures import View
from pigmeter.report.wording import source_words

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_TOP, _FOOT, _GAP = 0.78, 1.0, 0.26  # [inch]
_LEAST = 6.2  # height of a sheet: so much a column takes that lists a dozen [inch]


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A page with a heading, a place for a picture, and a column beside it.

    Attributes
    ----------
    page : Page
    panel : Panel
        Where the picture goes.
    left, top, width : float
        Of the column. [inch]
    bottom : float
        Where the column must end. [inch]
    """

    page: Page
    panel: Panel
    left: float
    top: float
    width: float
    bottom: float


def sheet_for(
    photo: Photo, measurement: "Measurement", view: View, name: str, title: str, profile_source: str
) -> Sheet:
    """
    Begin a sheet: lying for views that are wider than high, else upright.

    Parameters
    ----------
    photo : Photo
    measurement : Measurement
    view : View
        The part of the photo that the picture will show.
    name : str
        Of the photo, safe to show.
    title : str
        What the sheet shows.
    profile_source : str
    """
    dpi = limit("figures", "dots_per_inch")
    aspect = photo.shape[1] / photo.shape[0]
    across, down = PAPER[::-1] if aspect >= 1 else PAPER
    column = 2.6 if aspect >= 1 else 2.2
    room = across - 2 * MARGIN - _GAP - column
    aspect = view.width / view.height
    width = int(min(room, (down - _TOP - _FOOT) * aspect) * dpi)
    down = min(down, max(_LEAST, _TOP + width / dpi / aspect + _FOOT))
    page = Page(across, down, dpi)
    panel = part_of(view, measurement.scale, page.dots(MARGIN), page.dots(_TOP), width)
    page.write(MARGIN, 0.34, page.fitted(title, 13, across - 2 * MARGIN, "bold"), 13, weight="bold")
    page.write(MARGIN, 0.58, page.fitted(name, 9.5, across - 2 * MARGIN), 9.5)
    page.write(MARGIN, down - 0.2, source_words(measurement, profile_source), 5.5, color=QUIET)
    return Sheet(page, panel, across - MARGIN - column, _TOP, column, down - 0.4)
