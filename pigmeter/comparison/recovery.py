"""How long after a procedure the skin shows the procedure itself, by the words in which it is described."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from pigmeter.reference import read_rows


@dataclass(frozen=True, slots=True)
class Recovery:
    """
    The time in which a procedure's own redness, crusts or bruises are usual.

    Attributes
    ----------
    procedure, family : str
        As in ``calibration/skin/recovery.csv``, which names the sources.
    days : int
        [day]
    """

    procedure: str
    family: str
    days: int


@dataclass(frozen=True, slots=True)
class Procedure:
    """
    Something that was done to the skin.

    Attributes
    ----------
    words : str
        As it was described.
    days : tuple of date
        On which it was done; empty if that is not known.
    """

    words: str
    days: tuple[date, ...]

    def days_before(self, day: date, *, same_day: bool) -> int | None:
        """Days from its last session to `day`; None if there was none before. Counts `day` if `same_day`."""
        past = [(day - each).days for each in self.days if each < day or (same_day and each == day)]
        return min(past, default=None)


def recovery_of(words: str) -> Recovery | None:
    """
    Return the recovery of a procedure described in words; of several procedures the longest.

    Parameters
    ----------
    words : str
        "Microneedling 1.0 mm", "fractional CO2 laser", "RF microneedling and peel" ...

    Examples
    --------
    >>> recovery_of("Dermapen, 1.0 mm")
    Recovery(procedure='microneedling', family='needling', days=7)
    >>> recovery_of("fractional CO2 laser").days, recovery_of("laser, later a pulsed dye laser").days
    (30, 14)
    >>> recovery_of("a walk in the park")
    """
    said = re.sub(r"[\s_]+", " ", words.lower())
    found: list[Recovery] = []
    taken: list[tuple[int, int]] = []
    for form, recovery in _forms():
        for match in re.finditer(rf"(?<![a-z]){re.escape(form)}", said):
            # the "laser" of a "dye laser" is no other laser
            if not any(match.start() < last and first < match.end() for first, last in taken):
                taken.append(match.span())
                found.append(recovery)
    told = [recovery for recovery in found if not _is_vague(recovery, found)]
    return max(told, key=lambda recovery: recovery.days, default=None)


def _is_vague(recovery: Recovery, found: list[Recovery]) -> bool:
    """Whether this is a procedure of unknown kind, and another of its family says which."""
    if not recovery.procedure.endswith("of unknown kind"):
        return False
    return any(other.family == recovery.family and other != recovery for other in found)


@cache
def _forms() -> Sequence[tuple[str, Recovery]]:
    """Every word for a procedure, the longest first."""
    forms = [
        (form, Recovery(row["procedure"], row["family"], int(row["days"])))
        for row in read_rows("skin/recovery.csv")[1:]
        for form in row["words"].split("|")
    ]
    return sorted(forms, key=lambda form: -len(form[0]))
