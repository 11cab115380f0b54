"""The maps of a comparison on its page: both visits on one scale, the change, what may be chance greyed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.reference import limit
from pigmeter.report.change_scale import ChangeScale, paint_hatched, scale_of_change
from pigmeter.report.colour_scale import ColourScale, own_range, ticks
from pigmeter.report.comparison_pictures import data_address, fitting, picked
from pigmeter.report.comparison_words import MINUS, title_of, unit_words
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.panel import round_length, view_on_skin
from pigmeter.report.pictures import View, resized_map
from pigmeter.report.png import indexed_png
from pigmeter.report.wording import software_of

if TYPE_CHECKING:
    from pigmeter.comparison.change_maps import ChangeGrid
    from pigmeter.comparison.comparison import Change
    from pigmeter.measurement.measurement import Measurement

FIRST_MAPS = ("melanin_index", "haemoglobin_index")
_RIM = 1.5  # left free at either end of a colour bar [% of the width]


@dataclass(frozen=True, slots=True)
class MapTriple:
    """
    Three pictures of one quantity, and what their colours mean.

    Attributes
    ----------
    before, after, change : array of uint8, shape (rows, columns, 3)
        sRGB; `change` is None where the photos are not aligned.
    levels : ColourScale
        Of both visits.
    changes : ChangeScale or None
    beyond : tuple of bool
        Whether there are levels below and above the scale.
    """

    before: np.ndarray
    after: np.ndarray
    change: np.ndarray | None
    levels: ColourScale
    changes: ChangeScale | None
    beyond: tuple[bool, bool]


def map_triple(change: "Change", quantity: str, width: int, *, squares: bool = False) -> MapTriple:
    """
    Draw the maps of one quantity.

    Parameters
    ----------
    change : Change
    quantity : str
        A key of `QUANTITIES`.
    width : int
        Of each picture; smaller if the maps are. [px]
    squares : bool
        Draw the levels on the squares of the change too, which takes far less room in a file.

    Returns
    -------
    MapTriple
    """
    view = view_on_skin(change.baseline)
    grid = change.grid
    if grid is None:
        planes = [_own_map(visit, quantity, width) for visit in (change.baseline, change.follow_up)]
        levels = ColourScale(quantity, *own_range(quantity, np.concatenate([p.ravel() for p in planes])))
        pictures = [levels.coloured(plane) for plane in planes]
        return MapTriple(pictures[0], pictures[1], None, levels, None, _beyond(levels, planes))
    width = width // 2 if squares else width  # squares need fewer pixels
    columns, rows = fitting((view.height, view.width), width * max(1.0, view.height / view.width))
    if squares:
        planes = [
            _squares_in(view, visit[quantity], grid.step, columns, rows)
            for visit in (grid.baseline, grid.follow_up)
        ]
    else:
        planes = [
            resized_map(view.cut(np.ascontiguousarray(plane, dtype=np.float32)), columns, rows)
            for plane in (change.baseline.maps[quantity], _warped(change, quantity))
        ]
    levels = ColourScale(quantity, *own_range(quantity, np.concatenate([plane.ravel() for plane in planes])))
    changes = scale_of_change(quantity, grid.maps[quantity])
    drawn = _change_picture(change, grid, changes, view, columns, rows)
    before, after = (levels.coloured(plane) for plane in planes)
    return MapTriple(before, after, drawn, levels, changes, _beyond(levels, planes))


def maps_figure(change: "Change", quantity: str, *, squares: bool = False) -> Markup:
    """Return the three maps of a quantity with their scales, for the page."""
    triple = map_triple(change, quantity, int(limit("page", "map_px")), squares=squares)
    name, unit = title_of(quantity), QUANTITIES[quantity].unit
    software = software_of(change.baseline)
    low, high = f"{triple.levels.low:g}", f"{triple.levels.high:g}"
    view = view_on_skin(change.baseline)

    def figure(picture: np.ndarray, title: str, words: str) -> Markup:
        shown = element(
            "img",
            src=data_address("png", indexed_png(picture, software)),
            alt=f"{name}, {title.lower()}: {words}",
            width=picture.shape[1],
            height=picture.shape[0],
            loading="lazy",
        )
        return element("figure", element("figcaption", title), shown, scale_bar(change.baseline, view))

    both = f"map in colours from {low} to {high} {unit_words(unit)}"
    parts = [figure(triple.before, "Baseline", both), figure(triple.after, "Follow-up", both)]
    bars = [element("div", level_bar(triple, name, unit, quantity), class_="wide")]
    if triple.change is not None and triple.changes is not None:
        most = f"{triple.changes.most:g}"
        words = (
            f"map of follow-up minus baseline, blue for less, orange for more, up to {most}"
            f" {unit_words(unit)} either way; grey where it may be chance, hatched where the skin was not"
            f" compared"
        )
        parts.append(figure(triple.change, "Change", words))
        bars.append(change_bar(triple.changes, unit, quantity))
    return element("div", *parts, *bars, class_="maps keep")


def scale_bar(visit: "Measurement", view: View) -> Markup:
    """Return a bar of a round length as wide as it is in the picture above it: mm, or pixels of the photo."""
    per_pixel = visit.mm_per_pixel or float(visit.scale)
    across = view.width * per_pixel
    length = round_length(0.3 * across)
    share = 100 * length / across
    unit = "mm" if visit.mm_per_pixel else "px of the photo"
    return element(
        "svg",
        element("rect", x=f"{100 - share:.2f}%", y=5, width=f"{share:.2f}%", height=4, fill="#1b2326"),
        element("text", f"{length:g} {unit}", x="100%", y=22, text_anchor="end", class_="scale"),
        width="100%",
        height=26,
        role="img",
        aria_label=f"scale bar, {length:g} {unit}",
    )


def level_bar(triple: MapTriple, name: str, unit: str, quantity: str) -> Markup:
    """Return the colours of levels with their numbers."""
    scale = triple.levels
    marks = [
        ((v - scale.low) / (scale.high - scale.low), f"{v:g}".replace("-", MINUS))
        for v in ticks(scale.low, scale.high)
    ]
    label = f"{name} [{unit}], both visits"
    if any(triple.beyond):
        label += "; beyond its ends the last colour"
    return _bar(f"levels-{quantity}", [scale.colours], marks, label)


def change_bar(scale: ChangeScale, unit: str, quantity: str) -> Markup:
    """Return the colours of changes with their numbers: above for those that are told, below greyed."""
    marks = [
        ((v / scale.most + 1) / 2, f"{v:+g}".replace("-", MINUS)) for v in ticks(-scale.most, scale.most)
    ]
    marks = [(at, "0" if words == "+0" else words) for at, words in marks]
    return _bar(
        f"change-{quantity}",
        [scale.colours, scale.greyed],
        marks,
        f"change [{unit}]; lower bar, greyed: may be chance",
    )


def _bar(name: str, rows: list[np.ndarray], marks: list[tuple[float, str]], label: str) -> Markup:
    high = 12
    width = 100 - 2 * _RIM
    gradients, bars = [], []
    for number, colours in enumerate(rows):
        stops = [
            element(
                "stop",
                offset=f"{(i + 0.5) / len(colours):.4f}",
                stop_color="#{:02x}{:02x}{:02x}".format(*colour),
            )
            for i, colour in enumerate(colours.tolist())
        ]
        gradients.append(element("linearGradient", *stops, id=f"{name}-{number}"))
        bars.append(
            element(
                "rect",
                x=f"{_RIM}%",
                y=high * number,
                width=f"{width}%",
                height=high,
                fill=f"url(#{name}-{number})",
            )
        )
    top = high * len(rows)
    ends = [
        joined(
            element("line", x1=x, x2=x, y1=top, y2=top + 4, stroke="#1b2326"),
            element("text", words, x=x, y=top + 16, text_anchor="middle", class_="scale"),
        )
        for x, words in ((f"{_RIM + at * width:.2f}%", words) for at, words in marks)
    ]
    drawing = element(
        "svg",
        *gradients,
        *bars,
        *ends,
        width="100%",
        height=top + 20,
        role="img",
        aria_label=f"colours of {label}",
    )
    return element("div", drawing, element("p", label, class_="scale"))


def _change_picture(
    change: "Change", grid: "ChangeGrid", scale: ChangeScale, view: View, columns: int, rows: int
) -> np.ndarray:
    quantity = scale.quantity
    values = _squares_in(view, grid.maps[quantity], grid.step, columns, rows)
    told = _squares_in(view, grid.detectable[quantity], grid.step, columns, rows)
    picture = scale.coloured(values, told)
    skin = picked(view.cut(change.baseline.skin), columns, rows)
    paint_hatched(picture, skin & ~np.isfinite(values))
    return picture


def _squares_in(view: View, squares: np.ndarray, step: int, columns: int, rows: int) -> np.ndarray:
    """Return the squares in a view at the size of a picture of it."""
    at = []
    for first, length, wanted, there in (
        (view.top, view.height, rows, squares.shape[0]),
        (view.left, view.width, columns, squares.shape[1]),
    ):
        place = first + (np.arange(wanted) + 0.5) * length / wanted
        at.append(np.minimum((place / step).astype(np.intp), there - 1))
    return np.asarray(squares[np.ix_(*at)])


def _warped(change: "Change", quantity: str) -> np.ndarray:
    if change.alignment is None:
        return change.follow_up.maps[quantity]
    return np.asarray(change.alignment.warp(change.follow_up.maps[quantity]))


def _own_map(visit: "Measurement", quantity: str, width: int) -> np.ndarray:
    view = view_on_skin(visit)
    columns, rows = fitting((view.height, view.width), width)
    return resized_map(view.cut(visit.maps[quantity]), columns, rows)


def _beyond(levels: ColourScale, planes: list[np.ndarray]) -> tuple[bool, bool]:
    found = [levels.beyond(plane) for plane in planes]
    return any(low for low, _ in found), any(high for _, high in found)
