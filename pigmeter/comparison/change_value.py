"""The change of one number of a region between two visits: with its interval, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pigmeter.comparison.intervals import OF_CHANGE

DECREASED, INCREASED, UNDETECTED = "decreased", "increased", "no detectable change"
VERDICTS = (DECREASED, INCREASED, UNDETECTED)

PARTS = ("calibration", OF_CHANGE, "light", "noise", "registration", "reposition")
"""Where the uncertainty of a change comes from; their squares add up to its square."""

CHANGE_COLUMNS = (
    "region", "site", "side", "quantity", "endpoint", "definition", "unit", "n",
    "baseline", "follow_up", "change", "low", "high", "sdc", "verdict", "flags", "against",
    "uncertainty", *(f"uncertainty_{part}" for part in PARTS), "degrees", "p", "p_adjusted", "in_family",
    "reflectance_change", "status", "code", "reason",
)  # fmt: skip
"""What a row of a table of changes holds."""


@dataclass(frozen=True, slots=True)
class ChangeValue:
    """
    One number of one region at two visits.

    Attributes
    ----------
    region, site, side : str
        As in the table of a measurement.
    key, definition, unit : str
        Of the quantity or the region's number.
    n : int
        Map pixels, squares or spots that it rests on; the fewer of the two visits.
    baseline, follow_up : float or None
        Levels over the skin that both visits show, in `unit`.
    change : float or None
        Follow-up minus baseline, by the change table where there is one. [unit]
    uncertainty : float or None
        Standard uncertainty of `change`. [unit]
    low, high : float or None
        95 % interval of `change`; of a map's mean without 0 exactly where `change` exceeds `sdc`. [unit]
    sdc : float or None
        Smallest change that could be told from none, in this camera and session. [unit]
    parts : mapping of str to float
        Standard uncertainties by `PARTS`. [unit]
    degrees : float or None
        Of freedom behind `uncertainty`.
    p : float or None
        Probability of a change as large if there were none; of this comparison alone. [1]
    p_adjusted : float or None
        The same of the declared family together (Holm), which the verdict rests on; None outside of it. [1]
    in_family : bool
        Whether the verdict shares the 5 % of the declared family.
    verdict : str or None
        One of `VERDICTS`; None where nothing can be said.
    flags : tuple of str
        Codes of the findings that put this number in doubt.
    reflectance : float or None
        The change as reflectance, where that has a meaning. [percentage points]
    endpoint : str
        The endpoint that the number carries; empty if none.
    against : str
        The control that was subtracted, for a difference of differences; empty otherwise.
    code, reason : str or None
        Why there is no change; None if there is one.
    """

    region: str
    site: str
    side: str
    key: str
    definition: str
    unit: str
    n: int
    baseline: float | None
    follow_up: float | None
    change: float | None
    uncertainty: float | None = None
    low: float | None = None
    high: float | None = None
    sdc: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    degrees: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    in_family: bool = False
    verdict: str | None = None
    flags: tuple[str, ...] = ()
    reflectance: float | None = None
    endpoint: str = ""
    against: str = ""
    code: str | None = None
    reason: str | None = None

    @property
    def status(self) -> str:
        """``"compared"`` if there is a change, else ``"refused"``."""
        return "refused" if self.change is None else "compared"

    def row(self) -> dict[str, Any]:
        """Return it with the keys `CHANGE_COLUMNS`; numbers are finite or None."""
        own = {
            "quantity": self.key,
            "reflectance_change": self.reflectance,
            "flags": " ".join(self.flags),
            **{f"uncertainty_{part}": self.parts.get(part) for part in PARTS},
        }
        return {name: own[name] if name in own else getattr(self, name) for name in CHANGE_COLUMNS}
