"""A number that is said of a region as a whole: with its unit, its uncertainty, or why there is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionValue:
    """
    One row of the table beside those of the ten maps.

    Attributes
    ----------
    key, definition, unit : str
        Goes into the columns ``quantity``, ``definition``, ``unit``.
    n : int
        Number of map pixels, squares or spots that it rests on.
    value : float or None
        In `unit`; None if there is none.
    uncertainty, low, high : float or None
        Standard uncertainty and 95 % interval of the value, in `unit`; None where it cannot be stated.
    sd : float or None
        Spread inside the region, in `unit`, where that has a meaning.
    code, reason : str or None
        Why there is no value; None if there is one.
    """

    key: str
    definition: str
    unit: str
    n: int
    value: float | None
    uncertainty: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    code: str | None = None
    reason: str | None = None

    @property
    def status(self) -> str:
        """``"measured"`` if there is a value, else ``"refused"``."""
        return "refused" if self.value is None else "measured"
