"""What a treatment is for: which endpoints count, which way is better, which one decides, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from pigmeter.errors import UsageError
from pigmeter.reference import limit, read_rows

GENERAL = "general rejuvenation"
"""The indication where none is named."""

PRIMARY, SUPPORTING, SHOWN = "primary", "supporting", "shown beside"
ROLES = (PRIMARY, SUPPORTING, SHOWN)
"""What an endpoint does in a score: decide on the response, support, or only stand beside it."""

PANEL = {
    "redness": "haemoglobin_index",
    "melanin": "melanin_index",
    "colour evenness": "colour_evenness",
    "luminosity": "L",
    "texture": "texture",
    "dark spots": "dark_spots_matched_severity",
    "light spots": "light_spots_matched_severity",
    "red spots": "red_spots_matched_severity",
}
"""The five endpoints and the severity of each kind of spots, with the change that carries each."""


@dataclass(frozen=True, slots=True)
class Weight:
    """
    What an endpoint counts for in an indication.

    Attributes
    ----------
    endpoint : str
        One of `PANEL`.
    better : str
        ``"lower"`` or ``"higher"``: which way is improvement.
    weight : float
        0 where the endpoint is only shown. [1]
    role : str
        One of `ROLES`.
    rationale : str
    """

    endpoint: str
    better: str
    weight: float
    role: str
    rationale: str


@dataclass(frozen=True, slots=True)
class Indication:
    """
    What a treatment is for.

    Attributes
    ----------
    name : str
    about : str
        What its score is about.
    blind_to : str
        What no number of a photo tells of it.
    synonyms : tuple of str
    weights : tuple of Weight
        One for each endpoint of `PANEL`, in that order.
    source, seen : str
        What the choice of its primary rests on, and how much of that was read.
    """

    name: str
    about: str
    blind_to: str
    synonyms: tuple[str, ...]
    weights: tuple[Weight, ...]
    source: str
    seen: str

    @property
    def primary(self) -> Weight:
        """The endpoint that decides on the response."""
        return next(weight for weight in self.weights if weight.role == PRIMARY)


@cache
def known_indications() -> tuple[Indication, ...]:
    """
    Return all indications, as in ``calibration/indications/``.

    Returns
    -------
    tuple of Indication
        From hyperpigmentation to general rejuvenation.
    """
    weights = read_rows("indications/weights.csv")[1:]
    return tuple(
        Indication(
            name=row["indication"],
            about=row["about"],
            blind_to=row["blind_to"],
            synonyms=tuple(row["synonyms"].split("|")),
            weights=tuple(
                Weight(own["endpoint"], own["better"], float(own["weight"]), own["role"], own["rationale"])
                for endpoint in PANEL
                for own in weights
                if (own["indication"], own["endpoint"]) == (row["indication"], endpoint)
            ),
            source=row["source"],
            seen=row["seen"],
        )
        for row in read_rows("indications/indications.csv")[1:]
    )


def find_indication(name: str) -> Indication:
    """
    Return an indication by its name or a synonym.

    Parameters
    ----------
    name : str
        Case, hyphens and underscores do not matter.

    Returns
    -------
    Indication

    Raises
    ------
    UsageError
        ``INDICATION_UNKNOWN`` if there is none of that name; the message names all there are.

    Examples
    --------
    >>> find_indication("PIH").name
    'post-inflammatory hyperpigmentation'
    """
    named = _by_words()
    found = named.get(plain_words(name))
    if found is None:
        known = ", ".join(indication.name for indication in known_indications())
        reason = f"there is no indication {name!r}{closest(name, named)} (known: {known})"
        raise UsageError("INDICATION_UNKNOWN", reason, f"Name one of them; {GENERAL!r} where none fits")
    return found


def plain_words(text: str) -> str:
    """Return a name in lower case with single spaces for hyphens, underscores and other spaces."""
    return " ".join(str(text).casefold().replace("-", " ").replace("_", " ").split())


def closest(text: str, known: Iterable[str]) -> str:
    """Return words that suggest the known name nearest to a misspelt one; empty if none is near."""
    names = {plain_words(name): name for name in known}
    near = get_close_matches(plain_words(text), names, n=1, cutoff=limit("score", "alike_words"))
    return f"; did you mean {names[near[0]]!r}?" if near else ""


@cache
def _by_words() -> dict[str, Indication]:
    return {
        plain_words(name): indication
        for indication in known_indications()
        for name in (indication.name, *indication.synonyms)
    }
