"""From two contrasts and their uncertainties to a fate: what is told from chance, among many spots."""

from collections.abc import Sequence

import numpy as np

from pigmeter.comparison.spot_change import CLEARED, DARKER, FADED, NEW, UNCHANGED, SpotChange
from pigmeter.reference import limit

COVERAGE = 1.959963984540054  # SD on either side of a 95 % interval


def told_below(p: Sequence[float]) -> float:
    """
    Return the probability up to which a change among many is told as no chance.

    Parameters
    ----------
    p : sequence of float
        Probability of each change, or a larger one, if there were none. [1]

    Returns
    -------
    float
        [1]

    Notes
    -----
    Of the changes that are told a share ``false_share`` may be by chance [1]_; the more there are, the larger
    is what is returned, up to that share. Without any true change one is told in as many pairs of photos.

    References
    ----------
    .. [1] Benjamini and Hochberg, J R Stat Soc B 1995;57:289. Seen: abstract.
    """
    share = limit("fates", "false_share")
    if not len(p):
        return share
    rank = np.arange(1, len(p) + 1)
    good = rank[np.sort(np.asarray(p, dtype=float)) <= share * rank / len(p)]
    return float(share * max(good.max(initial=1), 1) / len(p))


def spreads_of(p: float) -> float:
    """Return how many SD from 0 a number lies that chance makes as large with probability `p`. [1]"""
    from scipy.special import ndtri

    return float(-ndtri(p / 2))


def fate_of(
    contrasts: tuple[float, float],
    told_from: tuple[float, float],
    found: tuple[bool, bool],
    changed: bool,
) -> str:
    """
    Name what became of a spot.

    Parameters
    ----------
    contrasts : tuple of float
        At the baseline and at the follow-up, positive for what its kind means. [index unit]
    told_from : tuple of float
        Contrast from which a place as large is told from the skin around it, at either visit. [index unit]
    found : tuple of bool
        Whether either visit's own search found it.
    changed : bool
        Whether the change is told from chance.

    Returns
    -------
    str
        One of `FATES`. Cleared only if what is left is not told from its surroundings, new only if there
        was nothing that could be told: that a search did not find it is no fate.
    """
    if not changed:
        return UNCHANGED
    there = [own or value > least for own, value, least in zip(found, contrasts, told_from, strict=True)]
    if contrasts[1] < contrasts[0]:
        return FADED if there[1] else CLEARED
    return DARKER if there[0] else NEW


def expected_by_chance(spots: Sequence[SpotChange]) -> float:
    """
    Return how many of the changes that are told are expected to be by chance.

    Parameters
    ----------
    spots : sequence of SpotChange
        Of a pair.

    Returns
    -------
    float
        At most; of those told as cleared, faded, darker or new.
    """
    told = sum(spot.fate in (CLEARED, FADED, DARKER, NEW) for spot in spots)
    return limit("fates", "false_share") * told
