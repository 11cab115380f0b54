"""The figures of one photo: overview, a page per map, spots, evenness."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import UsageError
from pigmeter.photo.photo import Photo
from pigmeter.report.colour_scale import Range, Scale
from pigmeter.report.evenness_figure import draw_evenness
from pigmeter.report.map_figure import draw_map
from pigmeter.report.names import shown_name
from pigmeter.report.overview import draw_overview
from pigmeter.report.page import DRAWING
from pigmeter.report.spots_figure import draw_spots

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

FIGURES = ("overview", *QUANTITIES, "spots", "evenness")
SETS: dict[str, tuple[str, ...]] = {"none": (), "overview": ("overview",), "all": FIGURES}


def draw_figures(
    photo: Photo,
    measurement: "Measurement",
    *,
    name: str | None = None,
    profile_source: str = "",
    scale: Scale = "fixed",
    ranges: Mapping[str, Range] | None = None,
    which: str | Collection[str] = "overview",
) -> dict[str, bytes]:
    """
    Draw the figures of one photo.

    Parameters
    ----------
    photo : Photo
    measurement : Measurement
        Of this photo.
    name : str, optional
        What to call the photo; its file name if not given.
    profile_source : str
        Whose profile served it, e.g. ``"own chart"``.
    scale : {"fixed", "shared", "photo"}
        Whether the colours of maps span the same range in every photo of every run
        (``calibration/limits/figures.csv``), one range for this run, or what this photo holds. The colours
        of evenness are always fixed.
    ranges : mapping of str to (low, high), optional
        For ``"shared"``: those of the run, from `colour_scale.shared_ranges`.
    which : str or collection of str
        One of `SETS`, or names out of `FIGURES`: ``overview``, a key of `QUANTITIES`, ``spots``,
        ``evenness``.

    Returns
    -------
    dict of str to bytes
        A PNG file by figure. Spots and evenness need lengths: they are not among them if the scale of the
        photo is unknown.

    Raises
    ------
    UsageError
        ``FIGURE_UNKNOWN``, ``SCALE_UNKNOWN``, ``SCALE_RANGES``.
    """
    shown = shown_name(name or photo.name)
    drawn: dict[str, bytes] = {}
    for figure in _wanted(which):
        with DRAWING:
            if figure == "overview":
                drawn[figure] = draw_overview(photo, measurement, shown, profile_source, scale, ranges)
            elif figure in QUANTITIES:
                drawn[figure] = draw_map(photo, measurement, figure, shown, profile_source, scale, ranges)
            elif measurement.mm_per_pixel and figure == "spots":
                drawn[figure] = draw_spots(photo, measurement, shown, profile_source)
            elif measurement.mm_per_pixel:
                drawn[figure] = draw_evenness(photo, measurement, shown, profile_source)
    return drawn


def _wanted(which: str | Collection[str]) -> tuple[str, ...]:
    if isinstance(which, str) and which in SETS:
        return SETS[which]
    names = (which,) if isinstance(which, str) else tuple(which)
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        reason = f"unknown figure {unknown[0]!r} (sets: {', '.join(SETS)}; figures: {', '.join(FIGURES)})"
        raise UsageError("FIGURE_UNKNOWN", reason, "Choose among them")
    return tuple(name for name in FIGURES if name in names)
