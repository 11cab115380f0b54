"""Changes with intervals, as a comparison hands them to the score."""

from dataclasses import replace

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.indications import PANEL

UNITS = {"colour_evenness": "CIELAB unit", "L": "CIELAB unit", "texture": "% of the light"}
OPPOSITE = {DECREASED: INCREASED, INCREASED: DECREASED}


def moved(key, change, sdc=1.0, *, below=None, above=None, region="skin", against="", flags=(), verdict=""):
    """Return a change with an interval of `below` and `above` around it, and the verdict that follows."""
    below, above = (sdc if end is None else end for end in (below, above))
    if not verdict:
        told = abs(change) > sdc and (change - below) * (change + above) > 0
        verdict = (INCREASED if change > 0 else DECREASED) if told else UNDETECTED
    return ChangeValue(
        region=region,
        site="",
        side="",
        key=key,
        definition="d",
        unit=UNITS.get(key, "index unit"),
        n=100,
        baseline=40.0,
        follow_up=40.0 + change,
        change=change,
        uncertainty=sdc / 1.96,
        low=change - below,
        high=change + above,
        sdc=sdc,
        verdict=verdict,
        flags=tuple(flags),
        against=against,
    )


def refused(key, code="REGION_SMALL", reason="the region is too small", *, region="skin"):
    """Return a change that there is not."""
    bare = moved(key, 0.0, region=region)
    none = dict.fromkeys(("baseline", "follow_up", "change", "uncertainty", "low", "high", "sdc", "verdict"))
    return replace(bare, **none, n=0, code=code, reason=reason)


def panel(**changes):
    """
    Return the values and the spot totals of a whole panel.

    Keywords are endpoints with underscores for spaces: a number is a change with an SDC of 1, None leaves the
    endpoint out, a `ChangeValue` stands as it is. What is not named changed by 0.
    """
    values, totals = [], []
    for endpoint, key in PANEL.items():
        given = changes.pop(endpoint.replace(" ", "_"), 0.0)
        if given is None:
            continue
        value = given if isinstance(given, ChangeValue) else moved(key, given)
        (totals if endpoint.endswith("spots") else values).append(value)
    assert not changes, changes
    return tuple(values), tuple(totals)


def swapped(value):
    """Return the change with baseline and follow-up exchanged."""
    if value.change is None:
        return value
    return replace(
        value,
        baseline=value.follow_up,
        follow_up=value.baseline,
        change=-value.change,
        low=-value.high,
        high=-value.low,
        verdict=OPPOSITE.get(value.verdict, value.verdict),
    )
