"""What can be said of changes together: Holm over the declared family, false discoveries over a map."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.intervals import CONFIDENCE
from pigmeter.regions.region import WHOLE_SKIN


def judge(values: Sequence[ChangeValue], family: Collection[str] | None = None) -> tuple[ChangeValue, ...]:
    """
    Say of each change whether it can be told from none.

    Parameters
    ----------
    values : sequence of ChangeValue
    family : collection of str, optional
        Regions whose endpoints share the 5 %; without it those that were asked for, and the whole skin if
        none were.

    Returns
    -------
    tuple of ChangeValue
        As given, with `verdict`, `in_family` and `p_adjusted`. Differences from a control are a family of
        their own. Outside a family each comparison stands alone.

    References
    ----------
    .. [1] Holm, Scand J Stat 1979;6:65. Seen: secondary.
    """
    if family is None:
        asked = {value.region for value in values if not value.against} - {WHOLE_SKIN}
        family = asked or {WHOLE_SKIN}
    judged = [replace(value, in_family=False, verdict=_verdict(value, value.p)) for value in values]
    for controlled in (False, True):
        members = [
            place
            for place, value in enumerate(values)
            if bool(value.against) is controlled
            and value.endpoint
            and value.region in family
            and value.p is not None
        ]
        adjusted = holm([values[place].p or 0.0 for place in members])
        for place, p in zip(members, adjusted, strict=True):
            verdict = _verdict(values[place], p)
            judged[place] = replace(values[place], in_family=True, p_adjusted=p, verdict=verdict)
    return tuple(judged)


def holm(probabilities: Sequence[float]) -> list[float]:
    """
    Return probabilities that hold for all comparisons together.

    Parameters
    ----------
    probabilities : sequence of float
        Of each comparison alone. [1]

    Returns
    -------
    list of float
        In the same order; any below 0.05 is false in one family out of twenty at most. [1]
    """
    order = np.argsort(probabilities, kind="stable")
    count = len(order)
    adjusted = np.empty(count)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min((count - rank) * probabilities[place], 1.0))
        adjusted[place] = highest
    return [float(p) for p in adjusted]


def false_discoveries(change: np.ndarray, uncertainty: np.ndarray) -> np.ndarray:
    """
    Tell where a map's change can be told from none.

    Parameters
    ----------
    change, uncertainty : array, shape (rows, columns)
        NaN where there is none; standard uncertainties in the change's unit.

    Returns
    -------
    array of bool, shape (rows, columns)
        Of the places that are True at most one in twenty is false, on average.

    References
    ----------
    .. [1] Benjamini, Hochberg, J R Stat Soc B 1995;57:289; neighbours that err alike do no harm (Benjamini,
       Yekutieli, Ann Stat 2001;29:1165). Seen: secondary.
    """
    from scipy.special import ndtr

    known = np.isfinite(change) & np.isfinite(uncertainty)
    count = np.count_nonzero(known)
    found = np.zeros(change.shape, dtype=bool)
    if not count:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.nan_to_num(np.abs(change[known]) / uncertainty[known], nan=0.0)
    p = 2 * ndtr(-size)
    ranked = np.sort(p)
    passed = np.flatnonzero(ranked <= (1 - CONFIDENCE) * np.arange(1, count + 1) / count)
    if len(passed):
        found[known] = p <= ranked[passed[-1]]
    return found


def _verdict(value: ChangeValue, p: float | None) -> str | None:
    if value.change is None or p is None:
        return None
    if p >= 1 - CONFIDENCE:
        return UNDETECTED
    return INCREASED if value.change > 0 else DECREASED
