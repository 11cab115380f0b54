"""How far a reading may be off: standard uncertainties by skin tone, in parts, of levels and of changes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import UsageError
from pigmeter.reference import limit

PARTS = ("camera", "chart", "people", "noise", "shading")
_KEYS = tuple(QUANTITIES)
# What an entry holds for each knot.
_ENTRIES: dict[str, tuple[int, ...]] = {
    "tone": (),
    "commonness": (),
    "camera": (10,),
    "chart": (10,),
    "people": (10,),
    "slope": (10, 3),
    "change_slope": (10, 3),
    "change_camera": (10, 2),
    "change_people": (10, 2),
    "factor": (10,),
}


@dataclass(frozen=True, slots=True)
class ErrorTables:
    """
    What is known of a profile's errors, at a few skin tones.

    Attributes
    ----------
    tone : array, shape (k,)
        Knots, rising; between them entries are interpolated, beyond them held. [melanin_index]
    commonness : array, shape (k,)
        Part of the virtual people about each knot. [1]
    camera, chart, people : array, shape (k, 10)
        Standard uncertainty of a level, in the order of `quantities.QUANTITIES`: of the camera under its
        light, and of the chart's patches, both shared by all skin of a session; and between people, constant
        within a person.
    slope, change_slope : array, shape (k, 10, 3)
        By how much a level, and a change, moves with the natural log of each channel's response.
    change_camera, change_people : array, shape (k, 10, 2)
        Standard uncertainty of a change per unit of change of melanin_index, and of haemoglobin_index.
    factor : array, shape (k, 10)
        Half width of the 95 % interval over the standard uncertainty. [1]
    unevenness : float
        SD of the light a chart's width away from that on the chart, as far as the chart tells. [natural log]
    """

    tone: np.ndarray
    commonness: np.ndarray
    camera: np.ndarray
    chart: np.ndarray
    people: np.ndarray
    slope: np.ndarray
    change_slope: np.ndarray
    change_camera: np.ndarray
    change_people: np.ndarray
    factor: np.ndarray
    unevenness: float

    def parts(
        self,
        quantity: str,
        tone: np.ndarray | float | None,
        noise: np.ndarray,
        shading: np.ndarray | float = 0.0,
    ) -> dict[str, np.ndarray]:
        """
        Parts of the standard uncertainty of a level.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        tone : array, shape (...), or None
            What melanin_index reads; None for the root mean square over the virtual people.
        noise : array, shape (..., 3)
            SD of the mean response of each channel. [natural log]
        shading : float or array, shape (...)
            SD of the light on the skin about that on the chart. [natural log]

        Returns
        -------
        dict of str to array, shape (...)
            Keys are `PARTS`, in the quantity's unit.
        """
        place = _place(quantity)
        found = {name: self._at(getattr(self, name)[:, place], tone) for name in PARTS[:3]}
        return found | self._light(self.slope[:, place], tone, noise, shading)

    def change_parts(
        self,
        quantity: str,
        tone: np.ndarray | float | None,
        moved: tuple[np.ndarray | float, np.ndarray | float],
        noise: np.ndarray,
        shading: np.ndarray | float = 0.0,
    ) -> dict[str, np.ndarray]:
        """
        Parts of the standard uncertainty of a change in the same person, read by one profile.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        tone : array, shape (...), or None
            What melanin_index reads before.
        moved : tuple of arrays, each of shape (...)
            The change of melanin_index and of haemoglobin_index.
        noise : array, shape (..., 3)
            SD of the mean response of each channel, of both visits together. [natural log]
        shading : float or array, shape (...)
            SD of the light at one visit about that at the other. [natural log]

        Returns
        -------
        dict of str to array, shape (...)
            Keys are `PARTS`, in the quantity's unit. `camera` holds the chart's part too; `chart` is 0.

        Notes
        -----
        What a person's skin has of its own is in both readings and cancels, and so does what the camera does
        to both alike. What is left of the two grows with the change.
        """
        place = _place(quantity)
        found = {}
        for name, entry in (("camera", self.change_camera), ("people", self.change_people)):
            along = [self._at(entry[:, place, i], tone) * np.abs(moved[i]) for i in (0, 1)]
            found[name] = np.hypot(*along)
        found["chart"] = np.zeros_like(found["camera"])
        return found | self._light(self.change_slope[:, place], tone, noise, shading)

    def change_together(self, quantity: str, tone: np.ndarray | float, channels: np.ndarray) -> np.ndarray:
        """
        Size of the change that is read where the channels' responses move together, nothing else.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        tone : array, shape (...)
            What melanin_index reads before.
        channels : array, shape (3,)
            By how much each channel's response rises. [natural log]

        Returns
        -------
        array, shape (...)
            In the quantity's unit.
        """
        return self._at(np.abs(self.change_slope[:, _place(quantity)] @ channels), tone)

    def coverage_factor(self, quantity: str, tone: np.ndarray | float | None = None) -> np.ndarray:
        """
        Return half the width of a 95 % interval in standard uncertainties.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        tone : array, shape (...), optional
            What melanin_index reads; without it that of people of all tones.

        Returns
        -------
        array, shape (...)
            Not 1.96: people do not differ as a Gaussian does. [1]
        """
        return self._at(self.factor[:, _place(quantity)], tone)

    def shading(self, distance: float | None) -> float:
        """
        Return the SD of the light on skin about that on the chart.

        Parameters
        ----------
        distance : float or None
            From the chart's middle, in widths of the chart; None if the chart is in another photo.

        Returns
        -------
        float
            [natural log]
        """
        if distance is None:
            return limit("profile", "shading_elsewhere")
        spread = np.hypot(limit("profile", "shading_least"), self.unevenness * distance)
        return float(min(spread, limit("profile", "shading_most")))

    def _light(
        self, slope: np.ndarray, tone: np.ndarray | float | None, noise: np.ndarray, shading: Any
    ) -> dict[str, np.ndarray]:
        spread = np.asarray(noise, dtype=float)
        channels = [self._at(np.abs(slope[:, c]), tone) * spread[..., c] for c in range(3)]
        return {
            "noise": np.sqrt(np.square(channels).sum(axis=0)),
            "shading": self._at(np.abs(slope.sum(axis=1)), tone) * np.asarray(shading, dtype=float),
        }

    def _at(self, entry: np.ndarray, tone: np.ndarray | float | None) -> np.ndarray:
        if tone is None:
            return np.asarray(np.sqrt(self.commonness @ entry**2))
        return np.asarray(np.interp(tone, self.tone, entry))

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers."""
        return {field.name: np.asarray(getattr(self, field.name)).tolist() for field in fields(self)}


def tables_from_json(content: Mapping[str, Any]) -> ErrorTables:
    """
    Read what `ErrorTables.to_json` returned.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a part is missing or has another form.
    """
    count = len(content["tone"])
    shapes = {name: (count, *shape) for name, shape in _ENTRIES.items()}
    arrays = {}
    for name, shape in shapes.items():
        arrays[name] = np.array(content[name], dtype=float)
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            message = f"{name} of shape {arrays[name].shape}, expected {shape}, all finite"
            raise ValueError(message)
    return ErrorTables(**arrays, unevenness=float(content["unevenness"]))


def joined(parts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the standard uncertainty that parts make together: the root of the sum of their squares."""
    return np.asarray(np.sqrt(sum(np.square(part) for part in parts.values())))


def _place(quantity: str) -> int:
    if quantity not in QUANTITIES:
        reason = f"unknown quantity {quantity!r} (known: {', '.join(QUANTITIES)})"
        raise UsageError("QUANTITY_UNKNOWN", reason, "Ask for one of them")
    return _KEYS.index(quantity)
