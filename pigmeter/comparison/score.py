"""The score of a pair of visits: every endpoint as change over smallest detectable change, and their mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.indications import (
    GENERAL,
    PANEL,
    PRIMARY,
    Indication,
    Weight,
    find_indication,
)
from pigmeter.comparison.treatment import UNKNOWN, Treatment
from pigmeter.measurement.spots import SPOT_KINDS
from pigmeter.reference import limit
from pigmeter.regions.region import WHOLE_SKIN

IMPROVED, WORSE = "improved beyond the SDC", "worse beyond the SDC"
RESPONSES = (IMPROVED, WORSE, UNDETECTED)
"""What can be said of the primary endpoint; None where nothing can."""

SCORE_COLUMNS = (
    "indication", "region", "against", "endpoint", "quantity", "role", "weight", "better", "unit",
    "change", "low", "high", "sdc", "ratio", "ratio_low", "ratio_high", "clipped", "verdict", "response",
    "flags", "code", "reason",
)  # fmt: skip
"""What a row of a score's parts holds."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """
    One endpoint of the panel.

    Attributes
    ----------
    endpoint, key : str
        Its name, and the change that carries it.
    unit : str
        Of change, interval and smallest detectable change; empty if there is no such change.
    change, low, high : float or None
        Follow-up minus baseline, and its 95 % interval. [unit]
    sdc : float or None
        Smallest detectable change. [unit]
    ratio, ratio_low, ratio_high : float or None
        Change over SDC and its 95 % interval, positive where it is better, held within +-10. [1]
    weight : float
        In the composite; 0 where it is only shown. [1]
    role : str
        ``"primary"``, ``"supporting"`` or ``"shown beside"``.
    direction : str
        ``"lower"`` or ``"higher"``: which way is improvement.
    clipped : bool
        Whether `ratio` would be beyond +-10.
    verdict : str or None
        Of the change; `change_value.VERDICTS`.
    flags : tuple of str
        Codes of the findings that put the change in doubt.
    code, reason : str or None
        Why there is no ratio; None if there is one.
    """

    endpoint: str
    key: str
    unit: str
    change: float | None
    low: float | None
    high: float | None
    sdc: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    weight: float
    role: str
    direction: str
    clipped: bool
    verdict: str | None
    flags: tuple[str, ...]
    code: str | None = None
    reason: str | None = None

    @property
    def response(self) -> str | None:
        """
        One of `RESPONSES`, or None.

        Better or worse needs a verdict, an interval without 0, and a change larger than its SDC.
        """
        if self.change is None or self.ratio is None or self.verdict is None or self.sdc is None:
            return None
        clear = self.low is not None and self.high is not None and self.low * self.high > 0
        if self.verdict not in (DECREASED, INCREASED) or not clear or abs(self.change) <= self.sdc:
            return UNDETECTED
        return IMPROVED if self.ratio > 0 else WORSE


@dataclass(frozen=True, slots=True)
class Score:
    """
    What a pair of visits comes to for an indication, with all that it is made of.

    Attributes
    ----------
    indication : str
        A name of `indications.known_indications`.
    region : str
    against : str
        The control whose change was subtracted; empty if none was.
    parts : tuple of ScorePart
        The whole panel: five endpoints, then dark, light and red spots.
    value, low, high : float or None
        Weighted mean of the parts' ratios and its 95 % interval; positive is better. [1]
    responder : str or None
        One of `RESPONSES`, of the primary endpoint alone.
    words : str
        What the value is, or why there is none.
    missing : tuple of str
        Endpoints that have a weight but no ratio.
    flags : tuple of str
        Codes of all findings that put a weighted part in doubt.
    treatment : Treatment or None
    """

    indication: str
    region: str
    against: str
    parts: tuple[ScorePart, ...]
    value: float | None
    low: float | None
    high: float | None
    responder: str | None
    words: str
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    treatment: Treatment | None = None

    @property
    def primary(self) -> ScorePart:
        """The endpoint that decides on the response."""
        return next(part for part in self.parts if part.role == PRIMARY)

    @property
    def in_doubt(self) -> bool:
        """Whether a finding puts the response in doubt."""
        return bool(self.primary.flags)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row per part with the keys `SCORE_COLUMNS`."""
        return [self._row(part) for part in self.parts]

    def to_json(self) -> dict[str, Any]:
        """Return the score with its parts and treatment; numbers are finite or None."""
        own = ("indication", "region", "against", "value", "low", "high", "responder", "words")
        return {
            **{name: getattr(self, name) for name in own},
            "missing": list(self.missing),
            "flags": list(self.flags),
            "parts": self.rows(),
            "treatment": None if self.treatment is None else self.treatment.to_json(),
        }

    def _row(self, part: ScorePart) -> dict[str, Any]:
        own = {
            "quantity": part.key,
            "better": part.direction,
            "flags": " ".join(part.flags),
            **{name: getattr(self, name) for name in ("indication", "region", "against")},
        }
        return {name: own[name] if name in own else getattr(part, name) for name in SCORE_COLUMNS}


def score_of(
    values: Sequence[ChangeValue],
    spot_totals: Sequence[ChangeValue],
    indication: str | None = None,
    *,
    region: str = WHOLE_SKIN,
    against: str = "",
    treatment: Treatment | None = None,
) -> Score:
    """
    Put the changes of a region together for an indication.

    Parameters
    ----------
    values : sequence of ChangeValue
        Of the pair, judged by `verdicts.judge`; their order does not matter.
    spot_totals : sequence of ChangeValue
        Of the pair's spots. Where a control counts, their differences from it, as for `values`.
    indication : str, optional
        A name or synonym of `indications.known_indications`; without it the treatment's, and general
        rejuvenation where that is unknown too.
    region : str
        Whose changes count.
    against : str
        A control: the differences from its changes count in place of the plain ones.
    treatment : Treatment, optional
        Carried along.

    Returns
    -------
    Score

    Raises
    ------
    UsageError
        ``INDICATION_UNKNOWN``

    Notes
    -----
    The composite is sum(w r) / sum(w) over the weighted endpoints that have a ratio r = change / SDC, each
    held within +-10, and its interval is that mean of the parts' interval ends. Parts of one pair of photos
    err together: melanin, luminosity, evenness and dark spots see one pigment and one light. Ends that are
    averaged hold for any correlation of normal errors, since the standard deviation of a sum is at most the
    sum of standard deviations; they are exact where all errors agree, and for n independent parts of one size
    the interval is wider than it need be by sqrt(n). The SDC is taken as known.
    """
    named = indication or _indication_of(treatment)
    chosen = find_indication(named or GENERAL)
    changes = (*values, *spot_totals)
    parts = tuple(_part(weight, changes, region, against) for weight in chosen.weights)
    primary = next(part for part in parts if part.role == PRIMARY)
    counted = [part for part in parts if part.weight > 0 and part.ratio is not None]
    whole = primary.ratio is not None
    words = _definition(chosen, parts) if whole else _why_none(primary)
    return Score(
        indication=chosen.name,
        region=region,
        against=against,
        parts=parts,
        value=_mean(counted, "ratio") if whole else None,
        low=_mean(counted, "ratio_low") if whole else None,
        high=_mean(counted, "ratio_high") if whole else None,
        responder=primary.response,
        words=words if named else f"{words}. No indication was named",
        missing=tuple(part.endpoint for part in parts if part.weight > 0 and part.ratio is None),
        flags=tuple(dict.fromkeys(flag for part in counted for flag in part.flags)),
        treatment=treatment,
    )


def scored_region(values: Sequence[ChangeValue], control: str = "") -> str:
    """
    Return the region whose score stands for a pair of visits.

    Parameters
    ----------
    values : sequence of ChangeValue
    control : str
        Name of the region of untreated skin, which is never scored.

    Returns
    -------
    str
        The one region that was asked for, else the whole skin; the first region where the whole skin was
        not compared.
    """
    regions = dict.fromkeys(value.region for value in values if not value.against)
    asked = [region for region in regions if region not in (WHOLE_SKIN, control)]
    if len(asked) == 1 or (asked and WHOLE_SKIN not in regions):
        return asked[0]
    return WHOLE_SKIN


def _indication_of(treatment: Treatment | None) -> str | None:
    return None if treatment is None or treatment.indication == UNKNOWN else treatment.indication


def _part(weight: Weight, changes: Sequence[ChangeValue], region: str, against: str) -> ScorePart:
    key = PANEL[weight.endpoint]
    place = (key, region, against)
    found = [value for value in changes if (value.key, value.region, value.against) == place]
    value = found[0] if found else None
    code, reason = _why_no_ratio(value, weight.endpoint, region, against)
    ratio, low, high = (None,) * 3 if value is None or code else _ratios(value, weight.better)
    most = limit("score", "largest_ratio")
    return ScorePart(
        endpoint=weight.endpoint,
        key=key,
        unit="" if value is None else value.unit,
        change=None if value is None else value.change,
        low=None if value is None else value.low,
        high=None if value is None else value.high,
        sdc=None if value is None else value.sdc,
        ratio=_held(ratio, most),
        ratio_low=_held(low, most),
        ratio_high=_held(high, most),
        weight=weight.weight,
        role=weight.role,
        direction=weight.better,
        clipped=ratio is not None and abs(ratio) > most,
        verdict=None if value is None else value.verdict,
        flags=() if value is None else value.flags,
        code=code,
        reason=reason,
    )


_SPOTS = {f"{kind} spots": kind for kind in SPOT_KINDS}


def _why_no_ratio(
    value: ChangeValue | None, endpoint: str, region: str, against: str
) -> tuple[str | None, str | None]:
    if value is None:
        less = f" less that of {against!r}" if against else ""
        reason = f"no change of it was worked out for the region {region!r}{less}"
        if endpoint in _SPOTS and not against:
            reason += "; spots are followed only through an alignment"
        return "SCORE_PART", reason
    if value.change is None:
        return value.code or "SCORE_PART", value.reason or "its change is not known"
    if not value.sdc and endpoint in _SPOTS and not value.baseline and not value.follow_up:
        return "SPOTS_NONE", f"no {endpoint} at either visit"
    if value.sdc is None or value.low is None or value.high is None:
        return "SCORE_SDC", "nothing tells how far it differs between photos of unchanged skin"
    if value.sdc <= 0:
        return "SCORE_SDC", "its smallest detectable change is 0, which nothing can be divided by"
    return None, None


def _ratios(value: ChangeValue, better: str) -> tuple[float, ...] | tuple[None, ...]:
    """Change and interval over SDC, positive where it is better."""
    numbers = (value.change, value.low, value.high)
    if value.sdc is None or None in numbers:
        return (None,) * 3
    sign = 1.0 if better == "higher" else -1.0
    # adding 0 makes of -0.0 a 0.0, which is printed without a sign
    ratio, *ends = (sign * number / value.sdc + 0.0 for number in numbers if number is not None)
    return ratio, min(ends), max(ends)


def _held(ratio: float | None, most: float) -> float | None:
    return None if ratio is None else min(max(ratio, -most), most)


def _mean(parts: Sequence[ScorePart], name: str) -> float:
    total = sum(part.weight for part in parts)
    return float(sum(part.weight * getattr(part, name) for part in parts) / total)


def _definition(indication: Indication, parts: Sequence[ScorePart]) -> str:
    counted = [part for part in parts if part.weight > 0]
    named = ", ".join(
        f"{part.endpoint} (weight {part.weight:g}, {part.direction} is better)"
        for part in counted
        if part.ratio is not None
    )
    missing = [part.endpoint for part in counted if part.ratio is None]
    most = limit("score", "largest_ratio")
    words = (
        f"Weighted mean of change over smallest detectable change (SDC) for {indication.name}: {named}. "
        f"Positive is better; 1 is a change as large as the SDC; each part is held within +-{most:g}. "
        "The interval is the mean of the parts' intervals, which holds however much they err together"
    )
    if missing:
        words += f". Missing: {', '.join(missing)}; the others keep their weights"
    return words


def _why_none(primary: ScorePart) -> str:
    return f"No score: its primary endpoint, {primary.endpoint}, is missing ({primary.reason})"
