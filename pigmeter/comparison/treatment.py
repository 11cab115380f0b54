"""The record of a treatment: what was done, with what, when. Numbers never need it; outputs carry it."""

import datetime
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pigmeter.comparison.indications import closest, find_indication, plain_words
from pigmeter.errors import UsageError
from pigmeter.reference import limit

UNKNOWN, OTHER, NONE = "unknown", "other", "none"

KINDS = (
    "exosome", "vehicle", "laser", "microneedling", "injection", "topical", "device at home",
    NONE, OTHER, UNKNOWN,
)  # fmt: skip
"""What was done; ``"none"`` is skin that was left alone."""
EXOSOME_SOURCES = ("mesenchymal stem cell", "platelet", "plant", OTHER, UNKNOWN)
"""Whose exosomes."""
EXOSOME_TISSUES = (
    "adipose", "umbilical cord", "bone marrow", "placenta", "amnion", "dental pulp", "skin", OTHER, UNKNOWN,
)  # fmt: skip
"""Where the stem cells came from."""
FORMS = ("fresh", "lyophilised", "serum", OTHER, UNKNOWN)
"""What was applied."""
ROUTES = ("topical", "after microneedling", "after laser", "injection", OTHER, UNKNOWN)
"""How it came to or into the skin."""

_VOCABULARIES = {
    "kind": KINDS,
    "exosome_source": EXOSOME_SOURCES,
    "exosome_tissue": EXOSOME_TISSUES,
    "form": FORMS,
    "route": ROUTES,
}
_SYNONYMS = {
    "kind": {
        "exosomes": "exosome",
        "extracellular vesicle": "exosome",
        "extracellular vesicles": "exosome",
        "placebo": "vehicle",
        "micro needling": "microneedling",
        "needling": "microneedling",
        "injections": "injection",
        "cream": "topical",
        "home device": "device at home",
        "untreated": NONE,
        "no treatment": NONE,
    },
    "exosome_source": {
        "msc": "mesenchymal stem cell",
        "mscs": "mesenchymal stem cell",
        "mesenchymal stem cells": "mesenchymal stem cell",
        "mesenchymal stromal cell": "mesenchymal stem cell",
        "mesenchymal stromal cells": "mesenchymal stem cell",
        "platelets": "platelet",
        "plants": "plant",
    },
    "exosome_tissue": {
        "fat": "adipose",
        "adipose tissue": "adipose",
        "umbilical": "umbilical cord",
        "wharton's jelly": "umbilical cord",
        "amniotic": "amnion",
        "amniotic fluid": "amnion",
        "placental": "placenta",
    },
    "form": {"lyophilized": "lyophilised", "freeze dried": "lyophilised"},
    "route": {"after needling": "after microneedling", "injected": "injection"},
}
_TEXTS = ("product", "batch", "dose", "adjunct_device", "notes")
_NOT_SAID = ("", "unknown", "not known", "n/a", "na", "?")
_OF_PEOPLE = ("name", "patient", "patient name", "subject", "birthday", "date of birth", "address", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """
    What was done to the skin, as far as it is known.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    exosome_source : str
        One of `EXOSOME_SOURCES`.
    exosome_tissue : str
        One of `EXOSOME_TISSUES`, for stem cells.
    form : str
        One of `FORMS`.
    route : str
        One of `ROUTES`.
    product, batch, dose : str
        As on the label; empty if not known.
    sessions : int or None
        How many there were up to the follow-up.
    dates : tuple of str
        Days of the sessions, ISO 8601, from the first to the last; not all need be known.
    adjunct_device : str
        What was used along with it, with its settings.
    indication : str
        A name of `indications.known_indications`, or ``"unknown"``.
    notes : str
        Free text. Outputs carry it: leave names of people out.

    Raises
    ------
    UsageError
        ``TREATMENT_FORM`` if a word is none of its list, a date is no day, or sessions and dates disagree;
        ``INDICATION_UNKNOWN`` if there is no such indication.

    Examples
    --------
    >>> Treatment(kind="exosome", dates=("2026-03-23", "2026-03-02")).dates
    ('2026-03-02', '2026-03-23')
    """

    kind: str = UNKNOWN
    exosome_source: str = UNKNOWN
    exosome_tissue: str = UNKNOWN
    form: str = UNKNOWN
    route: str = UNKNOWN
    product: str = ""
    batch: str = ""
    dose: str = ""
    sessions: int | None = None
    dates: tuple[str, ...] = ()
    adjunct_device: str = ""
    indication: str = UNKNOWN
    notes: str = ""

    def __post_init__(self) -> None:
        for name, words in _VOCABULARIES.items():
            object.__setattr__(self, name, _word(name, getattr(self, name), words))
        for name in _TEXTS:
            object.__setattr__(self, name, _text(name, getattr(self, name)))
        object.__setattr__(self, "sessions", _count(self.sessions))
        object.__setattr__(self, "dates", _days(self.dates))
        object.__setattr__(self, "indication", _indication(self.indication))
        if self.sessions is not None and self.sessions < len(self.dates):
            reason = f"a treatment of {self.sessions} sessions has {len(self.dates)} dates"
            raise UsageError("TREATMENT_FORM", reason, "Correct either, or leave sessions out")
        if self.kind == NONE and (self.sessions or self.dates):
            reason = "the kind of treatment is 'none', yet it has sessions or dates"
            raise UsageError("TREATMENT_FORM", reason, "Say what was done, or leave them out")

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any]) -> "Treatment":
        """
        Read a treatment from names and values.

        Parameters
        ----------
        content : mapping
            Names as the attributes of `Treatment`. None, an empty text and ``"unknown"`` say that a thing is
            not known, and so does leaving it out. Case, hyphens and a few common synonyms do not matter;
            `dates` may be one date, and dates may be dates of Python.

        Returns
        -------
        Treatment

        Raises
        ------
        UsageError
            ``TREATMENT_FORM`` if a name is not known or a value has another form; ``INDICATION_UNKNOWN``.

        Examples
        --------
        >>> Treatment.from_mapping({"kind": "Exosomes", "form": "freeze-dried", "batch": None}).to_json()
        {'kind': 'exosome', 'form': 'lyophilised'}
        """
        if not isinstance(content, Mapping):
            reason = f"a treatment is {_shown(content)}; expected a table of names and values"
            raise UsageError("TREATMENT_FORM", reason, f"Use some of these names: {', '.join(_NAMES)}")
        for name in content:
            if name in _NAMES:
                continue
            if plain_words(name) in _OF_PEOPLE:
                reason = f"a treatment has no {name!r}; nothing that names a person is kept with it"
                raise UsageError("TREATMENT_FORM", reason, "Leave it out")
            reason = f"a treatment has no {name!r}{closest(name, _NAMES)} (known: {', '.join(_NAMES)})"
            raise UsageError("TREATMENT_FORM", reason, "Correct the name, or write it into notes")
        return cls(**{name: value for name, value in content.items() if value is not None})

    @property
    def days(self) -> tuple[datetime.date, ...]:
        """Days of the sessions that are known, from the first to the last."""
        return tuple(datetime.date.fromisoformat(day) for day in self.dates)

    @property
    def sessions_known(self) -> int | None:
        """Number of sessions, or of their dates where only these are known; None if neither is."""
        return self.sessions if self.sessions is not None else len(self.dates) or None

    @property
    def procedures(self) -> str:
        """What was done to the skin in words, for those who ask how long it needs to recover."""
        route = "" if self.route in (OTHER, UNKNOWN) else self.route
        kind = "" if self.kind in (NONE, OTHER, UNKNOWN) else self.kind
        return ", ".join(part for part in (kind, route, self.adjunct_device, self.product) if part)

    def to_json(self) -> dict[str, Any]:
        """Return what is known, as words, one number and a list; `Treatment.from_mapping` reads it."""
        said = {name: getattr(self, name) for name in _NAMES}
        said["dates"] = list(self.dates)
        return {name: value for name, value in said.items() if value not in (UNKNOWN, "", None, [])}


_NAMES = tuple(field.name for field in fields(Treatment))


def read_treatment(path: str | os.PathLike[str]) -> Treatment:
    """
    Read a treatment from a file.

    Parameters
    ----------
    path : path-like
        JSON, or TOML if its name ends so: names and values as for `Treatment.from_mapping`.

    Returns
    -------
    Treatment

    Raises
    ------
    UsageError
        ``TREATMENT_FORM`` if the file cannot be read or has another form; ``INDICATION_UNKNOWN``.
    """
    path = Path(path)
    most = limit("score", "record_size")
    remedy = "Give JSON or TOML; see docs/treatment.md for an example"
    try:
        size = path.stat().st_size
        if size > most:
            reason = f"the file has {size} bytes (limit {most:.0f}, calibration/limits/score.csv)"
            raise UsageError("TREATMENT_FORM", reason, remedy, file=path.name)
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except OSError as error:
        reason = f"the file cannot be read ({error.strerror or type(error).__name__})"
        raise UsageError("TREATMENT_FORM", reason, remedy, file=path.name) from None
    except UnicodeDecodeError as error:
        reason = f"the file is not UTF-8 text (byte {error.start})"
        raise UsageError("TREATMENT_FORM", reason, "Save it as UTF-8", file=path.name) from None
    except (ValueError, RecursionError) as error:
        kind = "TOML" if path.suffix.lower() == ".toml" else "JSON"
        where = str(error).splitlines()[0] if isinstance(error, ValueError) else "too many lists within lists"
        reason = f"the file is not {kind}: {where}"
        raise UsageError("TREATMENT_FORM", reason, remedy, file=path.name) from None
    try:
        return Treatment.from_mapping(content)
    except UsageError as error:
        raise UsageError(error.code, error.reason, error.remedy, file=path.name) from None


def _word(name: str, value: object, words: Sequence[str]) -> str:
    said = plain_words(_text(name, value))
    if said in _NOT_SAID:
        return UNKNOWN
    said = _SYNONYMS[name].get(said, said)
    if said not in words:
        near = closest(said, (*words, *_SYNONYMS[name]))
        reason = f"{_spoken(name)} of a treatment is {_shown(value)}{near} (known: {', '.join(words)})"
        raise UsageError(
            "TREATMENT_FORM", reason, "Use one of these words; 'other' and notes say what it was"
        )
    return said


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _form(name, value, "text")
    longest = limit("score", "text_length")
    if len(value) > longest:
        reason = f"{_spoken(name)} of a treatment has {len(value)} characters (limit {longest:.0f})"
        raise UsageError("TREATMENT_FORM", reason, "Shorten it")
    if any(not letter.isprintable() and letter not in "\n\t" for letter in value.replace("\r\n", "\n")):
        raise _form(name, value, "text without control characters")
    return "" if plain_words(value) in _NOT_SAID else value.strip()


def _count(value: object) -> int | None:
    if value is None or (isinstance(value, str) and plain_words(value) in _NOT_SAID):
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _form("sessions", value, "a whole number above 0")
    return value


def _days(value: object) -> tuple[str, ...]:
    if isinstance(value, str | datetime.date):
        value = [value]
    if not isinstance(value, Sequence):
        raise _form("dates", value, "a list of days as 2026-01-15")
    days = [_day(entry) for entry in value if entry is not None]
    return tuple(sorted({day for day in days if day}))


def _day(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        if plain_words(value) in _NOT_SAID:
            return ""
        try:
            return datetime.datetime.fromisoformat(value.strip()).date().isoformat()
        except ValueError:
            pass
    raise _form("a date", value, "a day as 2026-01-15")


def _indication(value: object) -> str:
    said = _text("indication", value)
    return find_indication(said).name if said else UNKNOWN


def _form(name: str, value: object, wanted: str) -> UsageError:
    reason = f"{_spoken(name)} of a treatment is {_shown(value)}; expected {wanted}"
    return UsageError("TREATMENT_FORM", reason, "Correct it, or leave it out")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: object) -> str:
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:57]}..."
