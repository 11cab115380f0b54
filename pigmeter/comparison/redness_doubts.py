"""Which changes the redness of a procedure, or a doubtful pair of photos, may have feigned or hidden."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.pair_codes import ALL, FINE, MELANIN, PAIR_CODES
from pigmeter.comparison.recovery import Procedure, Recovery, recovery_of
from pigmeter.comparison.visit import Visit
from pigmeter.findings import Finding

if TYPE_CHECKING:
    from pigmeter.comparison.treatment import Treatment

_BLOOD = "haemoglobin_index"
_OF_MELANIN = ("melanin_index", "camera_mi", "brown_", "dark_spots", "light_spots", "melasma", "melanin")


def doubts_of_change(
    values: Sequence[ChangeValue],
    treatment: "Treatment | None",
    visits: tuple[Visit, Visit],
    findings: Iterable[Finding] = (),
) -> tuple[tuple[ChangeValue, ...], tuple[Finding, ...]]:
    """
    Flag changes that redness, a procedure's recovery or a doubtful pair of photos may have made.

    Parameters
    ----------
    values : sequence of ChangeValue
        Of all regions.
    treatment : Treatment or None
        What was done, and when.
    visits : tuple of Visit
        Baseline and follow-up, with their dates and procedures.
    findings : iterable of Finding
        Of the pair; their codes become flags of the numbers that they put in doubt.

    Returns
    -------
    values : tuple of ChangeValue
        The same, with `flags`.
    findings : tuple of Finding
        REDNESS_RISE, REDNESS_FALL, RECOVERY_WINDOW and PROCEDURE_UNKNOWN; those given are not repeated.

    Notes
    -----
    In layered skin twice the blood raises the melanin index by 0.7 to 2.7 units, and a tenth of the melanin
    is 1.0: redness after needling can hide a loss of melanin or feign a gain, and its fading the reverse. So
    in every region where blood rose beyond its smallest detectable change all numbers of melanin are flagged,
    and where it fell those that seem to have fallen with it.
    """
    red, found = _redness(values)
    recovery = tuple(_recovery(_procedures(treatment, visits), visits))
    found += recovery
    codes = list(dict.fromkeys(finding.code for finding in (*findings, *recovery)))
    flagged = []
    for value in values:
        own = [code for code in codes if _concerns(code, value)]
        own += [code for code in red.get(_place(value), ()) if _reddened(code, value)]
        flags = tuple(dict.fromkeys((*value.flags, *own)))
        flagged.append(value if flags == value.flags else replace(value, flags=flags))
    return tuple(flagged), found


def is_of_melanin(key: str) -> bool:
    """Whether a number, by its key, is read as melanin."""
    return key.startswith(_OF_MELANIN)


def _concerns(code: str, value: ChangeValue) -> bool:
    doubts = PAIR_CODES[code].doubts if code in PAIR_CODES else ""
    if doubts == FINE:
        return value.key not in QUANTITIES and not value.key.endswith("_average_level")
    return doubts == ALL or (doubts == MELANIN and is_of_melanin(value.key))


def _reddened(code: str, value: ChangeValue) -> bool:
    """A rise may hide a loss of melanin as it may feign a gain; a fall is only held against a loss."""
    if not is_of_melanin(value.key) or value.change is None:
        return False
    return code == "REDNESS_RISE" or value.change < 0


def _place(value: ChangeValue) -> tuple[str, str, str, str]:
    return value.region, value.site, value.side, value.against


def _redness(
    values: Sequence[ChangeValue],
) -> tuple[dict[tuple[str, str, str, str], list[str]], tuple[Finding, ...]]:
    """Codes by place, and a finding for each code that names the regions and the largest change."""
    by_place: dict[tuple[str, str, str, str], list[str]] = {}
    seen: dict[str, list[ChangeValue]] = {"REDNESS_RISE": [], "REDNESS_FALL": []}
    lost = {_place(value) for value in values if value.key == "melanin_index" and (value.change or 0.0) < 0}
    for value in values:
        if value.key != _BLOOD or value.change is None or value.sdc is None:
            continue
        place = _place(value)
        if abs(value.change) > value.sdc and (value.change > 0 or place in lost):
            code = "REDNESS_RISE" if value.change > 0 else "REDNESS_FALL"
            seen[code].append(value)
            by_place.setdefault(place, []).append(code)
    found = []
    for code, there in seen.items():
        plain = [value for value in there if not value.against] or there
        if plain:
            worst = max(plain, key=lambda value: abs(value.change or 0.0))
            found.append(_redness_finding(code, worst, [value.region for value in plain]))
    return by_place, tuple(found)


def _redness_finding(code: str, worst: ChangeValue, regions: list[str]) -> Finding:
    names = list(dict.fromkeys(regions))
    where = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    moved = abs(worst.change or 0.0)
    size = f"by {moved:.1f} {worst.unit}s (smallest detectable {worst.sdc:.1f}) in {where}"
    if code == "REDNESS_RISE":
        message = (
            f"blood rose {size}: part of a change of melanin there may be redness, and a loss of melanin "
            "may be hidden by it"
        )
    else:
        message = (
            f"blood fell {size}, and melanin with it: part of the loss of melanin may be redness that faded"
        )
    return Finding(code, message, moved, worst.sdc)


def _procedures(treatment: "Treatment | None", visits: tuple[Visit, Visit]) -> Iterator[Procedure]:
    for visit in visits:
        if visit.procedure is not None:
            day = visit.procedure_day
            yield Procedure(visit.procedure, () if day is None else (day,))
    if treatment is not None and treatment.procedures:
        yield Procedure(treatment.procedures, treatment.days)


def _recovery(procedures: Iterable[Procedure], visits: tuple[Visit, Visit]) -> Iterator[Finding]:
    for procedure in dict.fromkeys(procedures):
        recovery = recovery_of(procedure.words)
        if recovery is not None and recovery.days == 0:
            continue
        if recovery is None or not procedure.days:
            lacking = "its date was not given" if recovery is not None else "no recovery time is known for it"
            message = (
                f"whether a procedure ({procedure.words}) still showed on the skin is not known: {lacking}"
            )
            yield Finding("PROCEDURE_UNKNOWN", message)
            continue
        for visit, which in zip(visits, ("baseline", "follow-up"), strict=True):
            yield from _within(procedure, recovery, visit.day, which)


def _within(procedure: Procedure, recovery: Recovery, day: date | None, which: str) -> Iterator[Finding]:
    if day is None:
        return
    # A baseline of the day of the procedure was taken before it.
    since = procedure.days_before(day, same_day=which == "follow-up")
    if since is not None and since < recovery.days:
        message = (
            f"the {which} was taken {_after(since)} a procedure ({procedure.words}); within "
            f"{recovery.days} days of {recovery.procedure} redness, crusts or bruises are the procedure's own"
        )
        yield Finding("RECOVERY_WINDOW", message, float(since), float(recovery.days))


def _after(days: int) -> str:
    if days == 0:
        return "on the day of"
    return "one day after" if days == 1 else f"{days} days after"
