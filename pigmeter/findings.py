"""A finding: one reason a photo or a measurement is doubtful, with its value and its limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One reason to look twice, kept beside the numbers it concerns.

    Attributes
    ----------
    code : str
        Short, stable name, e.g. ``"ICC_ASSUMED"``.
    message : str
        What was found, as a sentence for a person.
    value, limit : float or None
        The figure and the limit it is held against, where there is one.
    """

    code: str
    message: str
    value: float | None = None
    limit: float | None = None
