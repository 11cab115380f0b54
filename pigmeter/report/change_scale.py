"""Which colour stands for which change: blue for less, orange for more, grey for what may be chance."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.reference import limit
from pigmeter.report.colour_scale import STEPS
from pigmeter.report.palettes import colours_along

# CIELAB under D65: from barely less, or barely more, to much. Both sides get dark alike, so that the size of
# a change shows in grey too; blue and orange stay apart for all the colour-blind.
_LESS = ((90.0, -4.0, -9.0), (66.0, -4.0, -52.0), (24.0, 16.0, -52.0))
_MORE = ((90.0, 6.0, 14.0), (70.0, 30.0, 72.0), (24.0, 34.0, 34.0))
GREY = (196, 196, 196)
_GREYED = 0.2  # share of its colour that a change keeps which may be chance
NO_SKIN = (255, 255, 255)
_HATCH = ((255, 255, 255), (150, 150, 150))
_PERIOD = 8  # of the hatching [px]
_NICE = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class ChangeScale:
    """
    The colours of a map of change, alike to both sides of 0.

    Attributes
    ----------
    quantity : str
        A key of `QUANTITIES`.
    most : float
        Where the colours end on both sides; larger changes take the last one. [unit of the quantity]
    """

    quantity: str
    most: float

    @property
    def colours(self) -> np.ndarray:
        """Its colours from the largest fall to the largest rise, shape (`STEPS`, 3), uint8 sRGB."""
        return _colours()

    @property
    def greyed(self) -> np.ndarray:
        """The same for changes that may be chance."""
        return np.round(_GREYED * _colours() + (1 - _GREYED) * np.array(GREY)).astype(np.uint8)

    def coloured(self, change: np.ndarray, detectable: np.ndarray) -> np.ndarray:
        """
        Return a map of change in its colours.

        Parameters
        ----------
        change : array, shape (rows, columns)
            NaN where it is not known.
        detectable : array of bool, shape (rows, columns)
            Where it can be told from none.

        Returns
        -------
        array of uint8, shape (rows, columns, 3)
            sRGB; `NO_SKIN` for NaN.
        """
        known = np.isfinite(change)
        places = (np.where(known, change, 0) + self.most) * (STEPS / (2 * self.most))
        index = np.clip(np.floor(places), 0, STEPS - 1).astype(np.intp)
        index[~detectable] += STEPS
        index[~known] = 2 * STEPS
        return np.asarray(np.vstack([self.colours, self.greyed, np.array([NO_SKIN], np.uint8)])[index])


def scale_of_change(quantity: str, change: np.ndarray) -> ChangeScale:
    """
    Return the colours for a map of change.

    Parameters
    ----------
    quantity : str
        A key of `QUANTITIES`.
    change : array
        NaN where it is not known.

    Returns
    -------
    ChangeScale
        Its end is a round number that 99 % of the changes do not pass, and at least ``change_least`` times
        the least span of the quantity's own scale, so that noise never looks like an effect.
    """
    known = np.abs(change[np.isfinite(change)])
    least = limit("page", "change_least") * limit("figures", f"range_{quantity}_span")
    reached = float(np.percentile(known, limit("figures", "scale_high_percentile"))) if known.size else 0.0
    return ChangeScale(quantity, _round_up(max(least, reached)))


def paint_hatched(picture: np.ndarray, where: np.ndarray) -> None:
    """
    Hatch a part of a picture: skin that was not compared.

    Parameters
    ----------
    picture : array of uint8, shape (rows, columns, 3)
        Changed in place.
    where : array of bool, shape (rows, columns)
    """
    y, x = np.nonzero(where)
    picture[y, x] = np.array(_HATCH, np.uint8)[((x + y) % _PERIOD < 2).astype(np.intp)]


@cache
def _colours() -> np.ndarray:
    less, more = (colours_along(path, STEPS // 2) for path in (_LESS, _MORE))
    colours = np.round(255 * np.vstack([less[::-1], more])).astype(np.uint8)
    colours.setflags(write=False)
    return colours


def _round_up(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value) + 1e-12)
    return float(round(next(n for n in _NICE if n * power >= value * (1 - 1e-9)) * power, 9))
