"""What became of each spot, drawn on both photos of a comparison's page and told in a table."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.spot_change import (
    CLEARED,
    DARKER,
    FADED,
    FATES,
    NEW,
    OUTSIDE,
    UNCHANGED,
    SpotChange,
)
from pigmeter.reference import limit
from pigmeter.regions.region import WHOLE_SKIN
from pigmeter.report.comparison_maps import scale_bar
from pigmeter.report.comparison_panel import shown_number
from pigmeter.report.comparison_pictures import PhotoPair, data_address, fitting, jpeg_file
from pigmeter.report.comparison_words import FATE_WORDS, number
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.pictures import View, resized
from pigmeter.report.spots_figure import place_labels
from pigmeter.report.wording import is_number

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change


_MEASURED = (
    "Contrast is the melanin index (dark and light spots) or haemoglobin index (red spots) inside a spot"
    " less that of the ring around it, in index units, in the same outline at both visits. Area is measured"
    " at half of a spot's height. Intervals are of each spot alone."
)


@dataclass(frozen=True, slots=True)
class FateLook:
    """
    How a fate is drawn.

    Attributes
    ----------
    sign : str
        Stands behind the spot's number.
    colour : str
    dashes : str
        Of its outline, as SVG writes them; empty for a plain line. [px]
    width : float
        [px]
    """

    sign: str
    colour: str
    dashes: str
    width: float


# Blue, white and orange stay apart for the colour-blind; dashes and signs tell the same.
FATE_LOOKS = {
    CLEARED: FateLook("○", "#56b4e9", "1.5 4", 2.2),
    FADED: FateLook("▼", "#56b4e9", "7 4", 2.0),
    UNCHANGED: FateLook("=", "#ffffff", "", 1.4),
    DARKER: FateLook("▲", "#ffa940", "", 2.8),
    NEW: FateLook("+", "#ffa940", "9 3 2 3", 2.4),
    OUTSIDE: FateLook("?", "#c8c8c8", "2 5", 1.2),
}
_SHOWN = 520  # width at which a photo stands on a desk's screen [px]
_LISTED = 8  # spots that stand in the table before the rest is folded away


def spots_section(change: "Change", pair: PhotoPair) -> Markup | None:
    """Return both photos with the spots outlined by their fate, a legend, and the table; None without any."""
    spots = change.spots
    if not spots or change.alignment is None:
        return None
    columns, rows = fitting(pair.before.shape, limit("page", "spot_photo_px"))
    counts = Counter(spot.fate for spot in spots)
    told = ", ".join(f"{counts[fate]} {fate}" for fate in FATES if counts[fate])
    photos = element(
        "div",
        *(
            _marked(
                resized(picture, columns, rows),
                spots,
                pair.view,
                change,
                title,
                f"{title.lower()} photo with outlines of {told} spots",
            )
            for picture, title in ((pair.before, "Baseline"), (pair.after, "Follow-up"))
        ),
        class_="spots keep",
    )
    return joined(
        element("p", _sum_words(spots)),
        photos,
        _legend(counts),
        element("p", _MEASURED, class_="caption"),
        _tables(spots),
    )


def _sum_words(spots: tuple[SpotChange, ...]) -> str:
    parts = []
    for kind in ("dark", "light", "red"):
        own = Counter(spot.fate for spot in spots if spot.kind == kind)
        if own:
            told = ", ".join(f"{own[fate]} {fate}" for fate in FATES if own[fate])
            parts.append(f"{kind}: {told}")
    return f"{len(spots)} spots followed. " + "; ".join(parts)[:1].upper() + "; ".join(parts)[1:] + "."


def _marked(
    picture: np.ndarray, spots: tuple[SpotChange, ...], view: View, change: "Change", title: str, words: str
) -> Markup:
    rows, columns = picture.shape[:2]
    data = jpeg_file(picture, limit("page", "small_photo_bytes"))
    image = element(
        "img", src=data_address("jpeg", data), alt=words, width=columns, height=rows, loading="lazy"
    )
    scale = change.baseline.scale
    zoom = columns / (view.width * scale)
    halos, lines, places = [], [], []
    shown = [spot for spot in spots if len(spot.outline)]
    for spot in shown:
        points = (spot.outline + 0.5 - scale * np.array([view.left, view.top])) * zoom
        places.append((*points.min(axis=0), *points.max(axis=0)))
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z"
        look = FATE_LOOKS[spot.fate]
        common = {"d": path, "fill": "none", "vector_effect": "non-scaling-stroke"}
        halos.append(
            element(
                "path",
                **common,
                stroke="#000",
                stroke_opacity=0.45,
                stroke_width=look.width + 1.4,
                stroke_dasharray=look.dashes or None,
            )
        )
        dashes = look.dashes or None
        lines.append(
            element("path", **common, stroke=look.colour, stroke_width=look.width, stroke_dasharray=dashes)
        )
    names = _names(shown, np.array(places).reshape(-1, 4), columns, rows)
    outlines = element(
        "svg", *halos, *lines, viewBox=f"0 0 {columns} {rows}", preserveAspectRatio="none", aria_hidden="true"
    )
    labels = element("svg", *names, aria_hidden="true")
    return element(
        "figure",
        element("figcaption", title),
        element("div", image, outlines, labels, class_="marked"),
        scale_bar(change.baseline, view),
    )


def _names(spots: list[SpotChange], boxes: np.ndarray, columns: int, rows: int) -> list[Markup]:
    """Return the spots' numbers and signs beside them, where there is room."""
    zoom = _SHOWN / columns
    sizes = np.array([(7.0 * len(str(spot.number)) + 10.0, 12.0) for spot in spots]).reshape(-1, 2)
    frame = (0.0, 0.0, float(_SHOWN), rows * zoom)
    names = []
    for spot, (left, top), (_, height) in zip(
        spots, place_labels(boxes * zoom, sizes, frame), sizes, strict=True
    ):
        if np.isfinite(left):
            at = {"x": f"{100 * left / _SHOWN:.2f}%", "y": f"{100 * (top + height / 2) / frame[3]:.2f}%"}
            words = f"{spot.number}{FATE_LOOKS[spot.fate].sign}"
            names.append(element("text", words, **at, dominant_baseline="central", class_="name"))
    return names


def _legend(counts: Counter[str]) -> Markup:
    items = []
    for fate in FATES:
        if not counts[fate]:
            continue
        look = FATE_LOOKS[fate]
        line = {"x1": 2, "x2": 42, "y1": 9, "y2": 9}
        drawing = element(
            "svg",
            element("rect", width=44, height=18, rx=3, fill="#b98d78"),
            element("line", **line, stroke="#000", stroke_opacity=0.5, stroke_width=look.width + 1.6),
            element(
                "line",
                **line,
                stroke=look.colour,
                stroke_width=look.width,
                stroke_dasharray=look.dashes or None,
            ),
            width=44,
            height=18,
            aria_hidden="true",
        )
        words = joined(element("b", f"{look.sign} {fate}"), f" ({counts[fate]}): {FATE_WORDS[fate]}")
        items.append(element("li", drawing, element("span", words)))
    return element("ul", *items, class_="key")


def _tables(spots: tuple[SpotChange, ...]) -> Markup:
    ordered = sorted(spots, key=lambda spot: (spot.fate in (UNCHANGED, OUTSIDE), spot.number))
    first, rest = ordered[:_LISTED], ordered[_LISTED:]
    shown = _table(first)
    if not rest:
        return shown
    return joined(shown, element("details", element("summary", f"The other {len(rest)} spots"), _table(rest)))


def _table(spots: list[SpotChange]) -> Markup:
    heads = ("Spot", "Fate", "Contrast at baseline", "at follow-up", "Change", "95 % interval", "Area")
    return element(
        "table",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *(_row(spot) for spot in spots)),
        class_="cards",
    )


def _row(spot: SpotChange) -> Markup:
    look = FATE_LOOKS[spot.fate]
    where = "" if spot.region == WHOLE_SKIN else spot.region
    place = ", ".join(word for word in (f"{spot.kind}, {spot.diameter_mm:.1f} mm", where) if word)
    title = element("th", f"No. {spot.number}", element("small", place), scope="row")
    fate = element("td", f"{look.sign} {spot.fate}", element("small", spot.reason) if spot.reason else None)
    if not is_number(spot.contrast_change):
        return element("tr", title, fate, *(element("td") for _ in range(5)))
    cells = [
        ("Contrast at baseline", _shown(spot.contrast_baseline)),
        ("at follow-up", _shown(spot.contrast_follow_up)),
        ("Change", _shown(spot.contrast_change, signed=True)),
        (
            "95 % interval",
            element(
                "span",
                _shown(spot.contrast_low, signed=True),
                " to ",
                _shown(spot.contrast_high, signed=True),
                class_="span",
            ),
        ),
        ("Area", _area(spot)),
    ]
    return element("tr", title, fate, *(element("td", cell, data_label=label) for label, cell in cells))


def _area(spot: SpotChange) -> Markup:
    before, after = spot.area_baseline, spot.area_follow_up
    if not is_number(before) and not is_number(after):
        return element("span", "too faint to be outlined")
    ends = [
        joined(shown_number(area, number(area, 0 if area >= 100 else 1)), " mm²")
        if is_number(area)
        else element("span", "too faint")
        for area in (before, after)
    ]
    span = None
    if is_number(spot.area_low) and is_number(spot.area_high):
        decimals = 0 if max(abs(spot.area_low), abs(spot.area_high)) >= 100 else 1
        low, high = (
            shown_number(end, number(end, decimals, signed=True)) for end in (spot.area_low, spot.area_high)
        )
        span = element("small", "change ", low, " to ", high)
    return element("span", ends[0], " → ", ends[1], span)


def _shown(value: float | None, *, signed: bool = False) -> Markup:
    return shown_number(value, number(value, 1, signed=signed))
