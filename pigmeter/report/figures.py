"""One figure per photo: the photo with the skin outlined, and maps of melanin, erythema, haemoglobin."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.report.names import shown_name
from pigmeter.report.page import FONT, INK, QUIET, Page, halo, layout_for
from pigmeter.report.palettes import palette
from pigmeter.report.pictures import View, outline_field, photo_for_show, shrink_map, view_of

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

SCALES = ("photo", "fixed")
FIGURE_MAPS = (
    ("melanin_index", "Melanin index"),
    ("erythema_index", "Erythema index"),
    ("haemoglobin_index", "Haemoglobin index"),
)

_NO_SKIN, _CHART = "#e9e9e9", "#ffd24a"
_STEPS = 48  # of a scale, 1.6 CIEDE2000 apart; with 96 the file is larger and looks the same
_ITA_CLASSES = ((55, "very light"), (41, "light"), (28, "intermediate"), (10, "tan"), (-30, "brown"))

# Drawing holds the interpreter anyway, and matplotlib promises nothing about threads: one figure at a time.
_DRAWING = threading.Lock()

_Rows = Mapping[str, Mapping[str, Any]]


def draw_figure(
    photo: Photo,
    measurement: "Measurement",
    *,
    name: str | None = None,
    profile_source: str = "",
    scale: Literal["photo", "fixed"] = "photo",
) -> bytes:
    """
    Draw the figure of one photo.

    Parameters
    ----------
    photo : Photo
    measurement : Measurement
        Of this photo.
    name : str, optional
        What to call the photo; its file name if not given.
    profile_source : str
        Whose profile served it, e.g. ``"own chart"``.
    scale : {"photo", "fixed"}
        Whether the colours span what this photo holds, or the same range in every photo
        (``calibration/limits/figures.csv``).

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    UsageError
        ``SCALE_UNKNOWN``
    """
    if scale not in SCALES:
        reason = f"unknown scale {scale!r} for a figure (known: {', '.join(SCALES)})"
        raise UsageError("SCALE_UNKNOWN", reason, "Choose one of them")
    rows = _first_region(measurement.table)
    software = next((str(row["software"]) for row in rows.values() if row.get("software")), "pigmeter")
    zoom = (limit("figures", f"zoom_{key}") for key in ("margin", "below", "least"))
    view = view_of(measurement.skin, *zoom)
    with _DRAWING:
        page = Page(layout_for(photo.shape), limit("figures", "dots_per_inch"))
        _heading(page, shown_name(name or photo.name), rows)
        _photo_panel(page, photo, measurement, view)
        for index, (quantity, title) in enumerate(FIGURE_MAPS, start=1):
            _map_panel(page, index, title, measurement, view, quantity, rows.get(quantity, {}), scale)
        _footing(page, measurement, profile_source, rows, software)
        return page.png(software)


def colour_limits(quantity: str, values: np.ndarray, *, fixed: bool) -> tuple[float, float]:
    """
    Return where the colours of a quantity's map begin and end.

    Parameters
    ----------
    quantity : str
        One with limits in ``calibration/limits/figures.csv``.
    values : array
        The map; NaN is left out.
    fixed : bool
        The same for every photo, or this photo's own: its 1st to 99th percentile, widened to at least the
        span of the table, rounded to whole steps of 2 or 5.
    """
    low, high = limit("figures", f"{quantity}_min"), limit("figures", f"{quantity}_max")
    seen = values[np.isfinite(values)]
    if fixed or not seen.size:
        return low, high
    ends = [limit("figures", f"scale_{end}_percentile") for end in ("low", "high")]
    low, high = (float(value) for value in np.percentile(seen, ends))
    span = limit("figures", f"{quantity}_span")
    if high - low < span:
        middle = (low + high) / 2
        low, high = middle - span / 2, middle + span / 2
    step = 2.0 if high - low < 30 else 5.0
    return step * float(np.floor(low / step)), step * float(np.ceil(high / step))


def ita_class(ita: float) -> str:
    """
    Return the class of an individual typology angle. [degrees]

    References
    ----------
    .. [1] Chardon, Cretois, Hourseau, Int J Cosmet Sci 1991;13:191. Seen: secondary.
    .. [2] Del Bino, Bernerd, Br J Dermatol 2013;169 suppl 3:33 (the two darkest classes). Seen: secondary.
    """
    return next((name for bound, name in _ITA_CLASSES if ita > bound), "dark")


def _heading(page: Page, name: str, rows: _Rows) -> None:
    left = page.layout.margin
    page.write(left, 0.3, name if len(name) <= 80 else f"…{name[-79:]}", 12.5, weight="bold")
    parts = []
    ita = rows.get("ita", {})
    if _is_number(ita.get("mean")):
        parts.append(f"ITA {_with_spread(ita, '°')}, {ita_class(ita['mean'])}")
    parts += [f"{key}* {_with_spread(rows[key])}" for key in ("L", "a", "b") if key in rows]
    page.write(left, 0.54, "    ".join(parts), 8.5)


def _photo_panel(page: Page, photo: Photo, measurement: "Measurement", view: View) -> None:
    from matplotlib.patches import Polygon, Rectangle

    edge = halo(2.2, 0.55)
    axes = page.picture(0, photo_for_show(photo, page.image_columns))
    keys: list[tuple[str, Any, str]] = [("white", "-", "skin that is measured")]
    field = outline_field(measurement.skin, 700)
    if field.max() > 0.5:
        rows, columns = field.shape
        x, y = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
        lines = axes.contour(x, y, field, levels=[0.5], colors=["white"], linewidths=1.0)
        lines.set_path_effects(list(edge))
    if measurement.chart is not None:
        corners = (np.asarray(measurement.chart.corners, dtype=float) + 0.5) / (
            photo.shape[1],
            photo.shape[0],
        )
        axes.add_patch(Polygon(corners, fill=False, edgecolor=_CHART, linewidth=1.1, path_effects=edge))
        keys.append((_CHART, "-", "chart"))
    if view.width < 1:
        dash = (0, (4, 2.5))
        axes.add_patch(
            Rectangle(
                (view.left, view.top),
                view.width,
                view.width,
                fill=False,
                edgecolor="white",
                linewidth=0.9,
                linestyle=dash,
                path_effects=edge,
            )
        )
        keys.append(("white", dash, "part that the maps show"))
    if measurement.mm_per_pixel:
        length = measurement.mm_per_pixel / measurement.scale
        words = f"{length:.3g} mm per pixel, {'as given' if measurement.chart is None else 'from the chart'}"
    else:
        words = "scale unknown: lengths in pixels of the photo"
    page.title(0, "Photo", words)
    left, under = page.layout.corner(0)[0], page.layout.under(0)
    for number, (colour, dash, text) in enumerate(keys):
        top = under + 0.13 + 0.16 * number
        page.stroke(left, top, 0.26, color=colour, linewidth=1.2, linestyle=dash, path_effects=halo(2.6, 0.7))
        page.write(left + 0.34, top + 0.035, text, 7.5)
    _scale_bar(page, 0, measurement, 1.0)


def _map_panel(
    page: Page,
    index: int,
    title: str,
    measurement: "Measurement",
    view: View,
    quantity: str,
    row: Mapping[str, Any],
    scale: str,
) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    values = shrink_map(np.ascontiguousarray(view.cut(measurement.maps[quantity])), page.image_columns)
    low, high = colour_limits(quantity, values, fixed=scale == "fixed")
    colours = ListedColormap(palette(quantity, _STEPS), name=quantity).with_extremes(bad=_NO_SKIN)
    page.picture(index, np.ma.masked_invalid(values), cmap=colours, norm=Normalize(low, high))
    spread = f"   SD {row['sd']:.1f}" if _is_number(row.get("sd")) else ""
    page.title(index, title, _with_spread(row) + spread)

    left, under = page.layout.corner(index)[0], page.layout.under(index)
    bar = page.axes(left, under + 0.08, 0.66 * page.layout.image[0], 0.12)
    seen = values[np.isfinite(values)]
    below, above = bool((seen < low).any()), bool((seen > high).any())
    colour_bar = page.figure.colorbar(
        ScalarMappable(Normalize(low, high), colours),
        cax=bar,
        orientation="horizontal",
        extend="both" if below and above else "min" if below else "max" if above else "neither",
        extendfrac=0.035,
        ticks=_ticks(low, high),
    )
    colour_bar.outline.set(visible=True, linewidth=0.4, edgecolor=INK)
    bar.tick_params(
        labelsize=7, length=2, width=0.4, pad=1.5, labelfontfamily=FONT, labelcolor=INK, color=INK
    )
    words = f"{title.lower()} [{row.get('unit') or 'index unit'}]"
    bar.set_xlabel(words, fontsize=7, labelpad=1.5, family=FONT, color=INK)
    _scale_bar(page, index, measurement, view.width)


def _ticks(low: float, high: float) -> list[float]:
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50) if (high - low) / s <= 6), 100)
    return [float(tick) for tick in np.arange(np.ceil(low / step) * step, high + 1e-6, step)]


def _scale_bar(page: Page, index: int, measurement: "Measurement", shown: float) -> None:
    """Draw a bar of a round length under a panel that shows the fraction `shown` of the photo's width."""
    columns = measurement.skin.shape[1] * shown
    per_pixel = measurement.mm_per_pixel or measurement.scale
    across = columns * per_pixel
    length = round_length(0.27 * across)
    width = length / across * page.layout.image[0]
    left = page.layout.corner(index)[0] + page.layout.image[0] - width
    under = page.layout.under(index)
    page.axes(left, under + 0.11, width, 0.05).set_facecolor(INK)
    unit = "mm" if measurement.mm_per_pixel else "px"
    page.write(left + width / 2, under + 0.29, f"{length:g} {unit}", 7.5, ha="center")


def round_length(longest: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is at most `longest`."""
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(step * power for step in (1, 2, 5) if step * power <= longest))


def _footing(page: Page, measurement: "Measurement", source: str, rows: _Rows, software: str) -> None:
    parts = [
        f"{title.lower()} = {rows[quantity]['definition']}"
        for quantity, title in FIGURE_MAPS
        if rows.get(quantity, {}).get("definition")
    ]
    served = f"profile {measurement.profile.id}" + (f" ({shown_name(source)})" if source else "")
    lines = (
        "± is the standard uncertainty of the mean; the 95 % interval is about twice as wide to each side; "
        "SD is the spread over the skin; grey is no skin, or not to be trusted.",
        "; ".join([*parts, "A = -log10 of the skin's reflectance"]),
        f"{software}, {served}, photo SHA-256 {measurement.sha256[:16]}",
    )
    for number, text in enumerate(reversed(lines)):
        top = page.layout.size[1] - 0.14 - 0.14 * number
        page.write(page.layout.margin, top, text, 6.5, color=QUIET)


def _first_region(table: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the rows of the table's first region, the whole skin, by quantity."""
    first = table[0]["region"] if table else None
    return {row["quantity"]: row for row in table if row["region"] == first}


def _with_spread(row: Mapping[str, Any], unit: str = "") -> str:
    if not _is_number(row.get("mean")):
        return "not measured"
    spread = row.get("uncertainty")
    return f"{row['mean']:.1f}" + (f" ± {spread:.1f}" if _is_number(spread) else "") + unit


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and bool(np.isfinite(value))
