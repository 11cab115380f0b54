"""A visit: when a photo was taken, of which side, in what light, after what; from its file or declared."""

import datetime
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pigmeter.errors import UsageError
from pigmeter.photo.photo import Photo
from pigmeter.regions.sites import SIDES

BASELINE, FOLLOW_UP = "baseline", "follow-up"
CROSS, PARALLEL, UNPOLARISED = "cross", "parallel", "none"
POLARISATIONS = (CROSS, PARALLEL, UNPOLARISED)
"""How the light on the skin and the lens are polarised: crossed filters show no gloss."""

_LABELS = {
    BASELINE: (BASELINE, "before", "pre"),
    FOLLOW_UP: (FOLLOW_UP, "follow up", "followup", "follow_up", "after", "post"),
}
_SIDE_WORDS = {"left": ("left", "l"), "right": ("right", "r"), "midline": ("midline", "middle", "mid")}
_POLARISATION_WORDS = {
    CROSS: (CROSS, "crossed", "cross-polarised", "cross-polarized", "xpol", "xp"),
    PARALLEL: (PARALLEL, "parallel-polarised", "parallel-polarized", "pp"),
    UNPOLARISED: (UNPOLARISED, "unpolarised", "unpolarized", "no"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """
    What is known of a visit beside its photo; None where nothing is.

    Attributes
    ----------
    date : str or None
        ISO 8601: a day, or a day and a time.
    label : str or None
        ``"baseline"``, ``"follow-up"``, or free words such as ``"week 6"``.
    side : str or None
        ``"left"``, ``"right"`` or ``"midline"`` of the person, not of the picture.
    view : str or None
        How the person faces the camera, in free words: ``"front"``, ``"left 45"``.
    polarisation : str or None
        One of `POLARISATIONS`.
    camera, lens, lamp : str or None
        In words; compared as they are written.
    procedure : str or None
        What was done to the skin before the photo, in words; see ``calibration/skin/recovery.csv``.
    procedure_date : str or None
        The last day on which it was done, ISO 8601.
    covered : bool or None
        Whether make-up, self-tanner or anything else lies on the skin.

    Raises
    ------
    UsageError
        ``VISIT_FORM`` if a date, side or polarisation is none, or a value is of another kind.
    """

    date: str | None = None
    label: str | None = None
    side: str | None = None
    view: str | None = None
    polarisation: str | None = None
    camera: str | None = None
    lens: str | None = None
    lamp: str | None = None
    procedure: str | None = None
    procedure_date: str | None = None
    covered: bool | None = None

    def __post_init__(self) -> None:
        for name in _NAMES:
            value = getattr(self, name)
            wanted = bool if name == "covered" else str
            if value is not None and not isinstance(value, wanted):
                raise _form(name, value, "true or false" if wanted is bool else "text")
        for name in ("date", "procedure_date"):
            _parsed(name, getattr(self, name))
        for name, allowed in (("side", SIDES), ("polarisation", POLARISATIONS)):
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise _form(name, value, ", ".join(allowed[:-1]) + f" or {allowed[-1]}")

    @classmethod
    def from_photo(cls, photo: Photo) -> "Visit":
        """Return what a photo's own file tells: its time, camera and lens."""
        taken = photo.capture
        model = " ".join(part for part in (taken.make, taken.model) if part)
        try:
            time = None if taken.time is None else datetime.datetime.fromisoformat(taken.time).isoformat()
        except ValueError:
            time = None
        return cls(date=time, camera=model or None, lens=taken.lens)

    def overridden(self, declared: "Visit | None") -> "Visit":
        """Return this visit with whatever `declared` says instead."""
        if declared is None:
            return self
        said = {name: getattr(declared, name) for name in _NAMES if getattr(declared, name) is not None}
        return replace(self, **said)

    @property
    def moment(self) -> datetime.datetime | None:
        """Day and time, in the zone that is written; midnight where only a day is."""
        return _parsed("date", self.date)

    @property
    def day(self) -> datetime.date | None:
        """Day of the visit, as written."""
        moment = self.moment
        return None if moment is None else moment.date()

    @property
    def timed(self) -> bool:
        """Whether the date holds a time."""
        return self.date is not None and len(self.date) > len("2026-01-15")

    @property
    def procedure_day(self) -> datetime.date | None:
        """Last day of the procedure."""
        moment = _parsed("procedure_date", self.procedure_date)
        return None if moment is None else moment.date()

    @property
    def role(self) -> str | None:
        """``"baseline"`` or ``"follow-up"`` if the label is a word for it, else None."""
        return _meant(self.label, _LABELS)

    def to_json(self) -> dict[str, Any]:
        """Return what is known, as words and one bool; `visit_from_json` reads it."""
        return {name: getattr(self, name) for name in _NAMES if getattr(self, name) is not None}


_NAMES = tuple(field.name for field in fields(Visit))


def visit_from_json(content: Mapping[str, Any]) -> Visit:
    """
    Read a visit from what `Visit.to_json` gave, or from what a person wrote with the same names.

    Parameters
    ----------
    content : mapping
        Names as the attributes of `Visit`; dates may be dates, and sides and polarisations short forms such
        as ``"L"`` or ``"crossed"``.

    Raises
    ------
    UsageError
        ``VISIT_FORM`` if a name is not known or a value has another form.
    """
    if not isinstance(content, Mapping):
        raise _form("a visit", content, "a table of names and values")
    unknown = sorted(set(content) - set(_NAMES))
    if unknown:
        reason = f"a visit has no {unknown[0]!r} (known: {', '.join(_NAMES)})"
        raise UsageError("VISIT_FORM", reason, "Correct the name, or leave it out")
    said: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in content.items()
    }
    for name, words in (("side", _SIDE_WORDS), ("polarisation", _POLARISATION_WORDS)):
        if isinstance(said.get(name), str):
            said[name] = _meant(said[name], words) or said[name]
    return Visit(**said)


def read_visits(path: str | os.PathLike[str]) -> tuple[Visit, Visit]:
    """
    Read both visits from a file.

    Parameters
    ----------
    path : path-like
        JSON, or TOML if its name ends so, with ``baseline`` and ``follow_up``, each as `visit_from_json`
        reads it; what is left out is taken from the photo's file.

    Returns
    -------
    baseline, follow_up : Visit

    Raises
    ------
    UsageError
        ``VISIT_FORM`` if the file cannot be read or has another form.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = f"the file of visits cannot be read ({type(error).__name__})"
        remedy = "Give JSON or TOML with a table baseline and a table follow_up"
        raise UsageError("VISIT_FORM", reason, remedy, file=path.name) from None
    if not isinstance(content, dict) or set(content) - {"baseline", "follow_up"}:
        found = ", ".join(map(str, content)) if isinstance(content, dict) else type(content).__name__
        reason = f"the file of visits holds {found}; expected baseline and follow_up"
        remedy = "Write what is known of each visit under its name"
        raise UsageError("VISIT_FORM", reason, remedy, file=path.name)
    try:
        baseline, follow_up = (visit_from_json(content.get(name, {})) for name in ("baseline", "follow_up"))
    except UsageError as error:
        raise UsageError(error.code, error.reason, error.remedy, file=path.name) from None
    return baseline, follow_up


def differs(before: str | None, after: str | None) -> bool:
    """Whether two descriptions are both given and differ in more than case and spaces."""
    if before is None or after is None:
        return False
    return " ".join(before.lower().split()) != " ".join(after.lower().split())


def _parsed(name: str, text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise _form(name, text, "a day as 2026-01-15, or with a time as 2026-01-15T10:30") from None


def _meant(text: str | None, words: Mapping[str, tuple[str, ...]]) -> str | None:
    said = (text or "").strip().lower()
    return next((name for name, forms in words.items() if said in forms), None)


def _form(name: str, value: object, wanted: str) -> UsageError:
    reason = f"{name} of a visit is {value!r}; expected {wanted}"
    return UsageError("VISIT_FORM", reason, "Correct it, or leave it out")
