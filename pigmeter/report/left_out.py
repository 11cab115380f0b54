"""What the maps leave out, in greys and patterns that tell the causes apart without colour."""

from collections.abc import Sequence

import numpy as np

from pigmeter.report.colour_scale import NOTHING
from pigmeter.report.page import Page
from pigmeter.report.pictures import centres

MEASURED = 1
# By the code of a map's state: name, ground, ink, pattern.
_LOOKS = {
    0: ("not skin", NOTHING, NOTHING, "plain"),
    2: ("gloss", "#ffffff", "#9a9a9a", "dots"),
    3: ("clipped", "#ffffff", "#6a6a6a", "squares"),
    4: ("hair", "#a8a8a8", "#5a5a5a", "rising"),
    5: ("shadow", "#8a8a8a", "#d8d8d8", "falling"),
    6: ("mouth", "#d0d0d0", "#6a6a6a", "level"),
    7: ("glasses", "#d0d0d0", "#6a6a6a", "upright"),
    8: ("chart", "#bcbcbc", "#f4f4f4", "squares"),
}
_OTHER = ("left out", "#c4c4c4", "#7a7a7a", "dots")
_PERIOD = 8  # of a pattern [px]


def paint_left_out(picture: np.ndarray, shown: np.ndarray, state: np.ndarray) -> tuple[int, ...]:
    """
    Paint over a map's picture why there is nothing where there is nothing.

    Parameters
    ----------
    picture : array of uint8, shape (rows, columns, 3)
        Changed in place.
    shown : array of bool, shape (rows, columns)
        Where the picture shows a value; left as it is.
    state : array of uint8, shape (any, any)
        Of the same part of the photo: 0 is not skin, 1 measured, others as `OBSTRUCTIONS` numbers them.

    Returns
    -------
    tuple of int
        The codes that were painted.
    """
    rows, columns = shown.shape
    y, x = np.nonzero(~shown)
    codes = state[centres(state.shape[0], rows)[y], centres(state.shape[1], columns)[x]]  # never a mean
    # A pixel of a smaller picture may have no value although the middle of what it covers was measured.
    gaps = codes != MEASURED
    y, x, codes = y[gaps], x[gaps], codes[gaps]
    painted = [int(code) for code in np.flatnonzero(np.bincount(codes, minlength=256))]
    tiles = np.zeros((256, _PERIOD, _PERIOD, 3), np.uint8)
    for code in painted:
        tiles[code] = _pattern(code, _PERIOD, _PERIOD)
    picture[y, x] = tiles[codes, y % _PERIOD, x % _PERIOD]
    return tuple(painted)


def left_out_legend(page: Page, left: float, top: float, codes: Sequence[int]) -> float:
    """Draw a swatch and a name for each code, and return where the next line would stand. [inch]"""
    width, height = page.dots(0.26), page.dots(0.13)
    for code in codes:
        x, y = page.dots(left), page.dots(top - 0.1)
        page.paste(x, y, _pattern(code, height, width))
        page.box(x, y, width, height)
        page.write(left + 0.34, top, state_name(code), 7.5)
        top += 0.19
    return top


def state_name(code: int) -> str:
    """Return what a code of a map's state means."""
    return _LOOKS.get(code, _OTHER)[0]


def _pattern(code: int, rows: int, columns: int) -> np.ndarray:
    _, ground, ink, kind = _LOOKS.get(code, _OTHER)
    y, x = np.ogrid[:rows, :columns]
    half = _PERIOD // 2
    marked = {
        "plain": (x + y) < 0,
        "dots": (x % half < 2) & (y % half < 2) & ((x // half + y // half) % 2 == 0),
        "squares": (x // half + y // half) % 2 == 0,
        "rising": (x + y) % _PERIOD < 2,
        "falling": (x - y) % _PERIOD < 2,
        "level": (y % half < 2) & (x >= 0),
        "upright": (x % half < 2) & (y >= 0),
    }[kind]
    colours = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in (ground, ink)], np.uint8)
    return colours[np.broadcast_to(marked, (rows, columns)).astype(np.intp)]
