"""What can be said of a pair of visits, in a sentence or two, and what cannot be concluded from it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.indications import find_indication
from pigmeter.comparison.score import IMPROVED, WORSE, Score, ScorePart
from pigmeter.findings import Finding
from pigmeter.regions.region import WHOLE_SKIN

CANNOT_CONCLUDE: Mapping[str, str] = MappingProxyType(
    {
        "cause": (
            "Why the skin changed: sun, season, hormones, cosmetics and other medicines change it as a "
            "treatment does."
        ),
        "pair": (
            "Whether the change lasts, or how others respond: these are two visits of one person. A first "
            "visit is often on a bad day, after which skin looks better without any treatment."
        ),
        "no_control": (
            "How much would have changed without the treatment: no untreated skin was compared in the same "
            "photos."
        ),
        "not_blinded": (
            "Whether the photos were chosen, or taken with more care at one visit: nothing shows that those "
            "who took and chose them did not know which skin was treated."
        ),
        "recovery": (
            "What the treatment left behind: a photo was taken while redness, crusts or swelling of a "
            "procedure are usual."
        ),
        "redness": (
            "How much melanin itself changed: blood changed too, and is read as melanin by up to a few "
            "units; it can hide a loss of melanin or feign one."
        ),
        "light": (
            "That light, camera and pose had no part in it: they differed between the visits, as the "
            "findings say."
        ),
        "published_repeats": (
            "How far this camera and clinic repeat themselves: the smallest detectable change rests on "
            "published figures and not on repeats taken here."
        ),
        "diagnosis": "No disease is recognised or ruled out here; colour is measured, and nothing else.",
    }
)
"""What a comparison does not tell, by situation, as sentences for a reader who is no statistician."""

_RECOVERY = ("RECOVERY_WINDOW",)
_REDNESS = ("REDNESS_RISE", "REDNESS_FALL")
_LIGHT = (
    "PAIR_LIGHT", "PAIR_FLASH", "PAIR_CAMERA", "PAIR_LENS", "PAIR_EXPOSURE", "PAIR_POLARISATION",
    "PAIR_POSE", "PAIR_CHART", "PROFILE_LIGHT", "PROFILE_OLD",
)  # fmt: skip
_PLURAL = {"index unit": "index units", "CIELAB unit": "CIELAB units", "1": ""}


def verdict_of(values: Sequence[ChangeValue], score: Score, findings: Sequence[Finding]) -> str:
    """
    Say what changed for an indication: its primary endpoint first, then what became worse, and the doubts.

    Parameters
    ----------
    values : sequence of ChangeValue
        Of the pair; a difference from a control is added where there is one.
    score : Score
    findings : sequence of Finding
        Of the pair; those whose codes flag the primary endpoint are told in words.

    Returns
    -------
    str
        One sentence, or two; each value with its unit, 95 % interval and smallest detectable change.
    """
    primary = score.primary
    if primary.ratio is None or primary.response is None:
        reason = primary.reason or "its change was not judged"
        first = f"Nothing can be said of {_spoken(primary)} {_place(score)}: {reason}."
    else:
        first = f"{_capital(_spoken(primary))} {_place(score)} {change_words(primary)}"
        first += f"{_meaning(primary, score)}{_less_control(values, score)}."
    others = [part for part in score.parts if part is not primary]
    second = []
    worse = [f"{_spoken(part)} {change_words(part)}" for part in others if part.response == WORSE]
    if worse:
        second.append(f"worse: {'; '.join(worse)}")
    if primary.response != IMPROVED:
        better = [f"{_spoken(part)} {change_words(part)}" for part in others if part.response == IMPROVED]
        second += [f"better: {'; '.join(better)}"] if better else []
    doubts = _doubts(primary if primary.ratio is not None else None, score, findings)
    if doubts:
        second.append(f"in doubt, since {doubts}")
    return f"{first} {_capital('; '.join(second))}." if second else first


def score_words(score: Score) -> str:
    """
    Return the composite with its interval, or why there is none.

    Parameters
    ----------
    score : Score

    Returns
    -------
    str
        A sentence.
    """
    if score.value is None or score.low is None or score.high is None:
        return f"{score.words}."
    meaning = ""
    if score.low <= 0 <= score.high:
        meaning = ", which cannot be told from 0"
    return (
        f"Score for {score.indication}: {_number(score.value, 1, '+')} (95 % interval "
        f"{_number(score.low, 1, '+')} to {_number(score.high, 1, '+')}){meaning}. {score.words}."
    )


def change_words(change: ScorePart | ChangeValue) -> str:
    """
    Return a change as a predicate: which way, by how much, how sure.

    Parameters
    ----------
    change : ScorePart or ChangeValue

    Returns
    -------
    str
        "decreased by 1.2 index units (95 % interval -1.7 to -0.7, smallest detectable change 0.5)", "shows no
        detectable change (...)", or "was not compared (why)".
    """
    if change.change is None or change.low is None or change.high is None or change.sdc is None:
        return f"was not compared ({change.reason or 'its interval is not known'})"
    digits = digits_for(change.sdc)
    unit = _PLURAL.get(change.unit, change.unit)
    unit = f" {unit}" if unit else ""
    told = f"95 % interval {_number(change.low, digits)} to {_number(change.high, digits)}"
    least = f"smallest detectable change {_number(change.sdc, digits)}"
    clear = change.low * change.high > 0 and abs(change.change) > change.sdc
    if change.verdict in (DECREASED, INCREASED) and clear:
        return f"{change.verdict} by {_number(abs(change.change), digits)}{unit} ({told}, {least})"
    # larger than its SDC alone, with an interval without 0, and yet lost to Holm
    alone = " when several comparisons are counted" if clear and change.verdict == UNDETECTED else ""
    return f"shows no detectable change{alone} ({_number(change.change, digits)}{unit}, {told}, {least})"


def digits_for(sdc: float) -> int:
    """
    Return how many decimals a change deserves: two figures of its smallest detectable change.

    Parameters
    ----------
    sdc : float
        In the change's unit.

    Returns
    -------
    int
        0 to 6.
    """
    if not math.isfinite(sdc) or sdc <= 0:
        return 1
    return min(max(1 - math.floor(math.log10(sdc)), 0), 6)


def cannot_conclude(
    score: Score,
    findings: Iterable[Finding],
    *,
    control: str = "",
    blinded: bool = False,
    own_repeats: bool = False,
) -> tuple[str, ...]:
    """
    Return what this comparison does not tell.

    Parameters
    ----------
    score : Score
    findings : iterable of Finding
        Of the pair.
    control : str
        Region of untreated skin; empty if none was compared.
    blinded : bool
        Whether whoever took and chose the photos did not know which skin was treated.
    own_repeats : bool
        Whether repeatability was learnt from the user's own repeats.

    Returns
    -------
    tuple of str
        Sentences of `CANNOT_CONCLUDE`, those of this pair first, and what a photo does not show of the
        indication last.
    """
    codes = {finding.code for finding in findings} | set(score.flags)
    indication = find_indication(score.indication)
    holds = {
        "recovery": bool(codes.intersection(_RECOVERY)),
        "redness": bool(codes.intersection(_REDNESS)),
        "light": bool(codes.intersection(_LIGHT)),
        "no_control": not control and not score.against,
        "not_blinded": not blinded,
        "published_repeats": not own_repeats,
        "pair": True,
        "cause": True,
        "diagnosis": True,
    }
    blind = f"Of {indication.name} it says nothing about {indication.blind_to}."
    return (*(CANNOT_CONCLUDE[situation] for situation, true in holds.items() if true), blind)


def _place(score: Score) -> str:
    place = "in the whole skin" if score.region == WHOLE_SKIN else f"in the region {score.region!r}"
    return f"{place}, less that of {score.against!r}," if score.against else place


def _spoken(part: ScorePart) -> str:
    if part.endpoint == "colour evenness":
        return "the unevenness of colour"  # its number grows as skin becomes less even
    return f"the severity of {part.endpoint}" if part.endpoint.endswith("spots") else part.endpoint


def _meaning(part: ScorePart, score: Score) -> str:
    if part.response == IMPROVED:
        return f", which is better for {score.indication}"
    if part.response == WORSE:
        return f", which is worse for {score.indication}"
    return ""


def _less_control(values: Sequence[ChangeValue], score: Score) -> str:
    """Return the primary's change less that of a control, if the score is not of that already."""
    if score.against:
        return ""
    for value in values:
        if value.against and (value.key, value.region) == (score.primary.key, score.region):
            return f"; less the change of {value.against!r} it {change_words(value)}"
    return ""


def _doubts(primary: ScorePart | None, score: Score, findings: Sequence[Finding]) -> str:
    flags = score.flags if primary is None else primary.flags
    said = {finding.code: finding.message.rstrip(".") for finding in reversed(findings)}
    return "; ".join(said.get(flag, flag) for flag in flags)


def _number(value: float, digits: int, sign: str = "-") -> str:
    # adding 0 makes of -0.0 a 0.0
    return f"{round(value, digits) + 0.0:{sign}.{digits}f}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
