"""How far unchanged skin differs from one photo to the next: from the user's own repeats, or as published."""

import json
import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Union

import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.intervals import coverage_factor
from pigmeter.errors import UsageError
from pigmeter.files import write_json
from pigmeter.reference import limit, read_rows
from pigmeter.version import SOFTWARE

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

FORMAT = "pigmeter repeatability 1"
PUBLISHED = (
    "published: eight people photographed twice with a booth (Henseler 2024, abstract), taken over to the "
    "indices as an upper bound; not from repeats of this camera and room"
)

Table = Union["Measurement", Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Repeats:
    """
    How repeats of one quantity spread.

    Attributes
    ----------
    sd : float
        Of one photo, within a subject. [the quantity's unit]
    degrees : float
        Of freedom behind it.
    unit : str
    calibration : float
        What of `sd` is expected because photos were read by profiles of their own; an interval of two visits
        that have two profiles holds it already. [unit]
    """

    sd: float
    degrees: float
    unit: str
    calibration: float = 0.0

    @property
    def beyond(self) -> float:
        """SD of one photo beyond what its calibration makes, at least 0. [unit]"""
        return math.sqrt(max(self.sd**2 - self.calibration**2, 0.0))

    @property
    def detectable(self) -> float:
        """Smallest difference of two photos that repeats alone make less than once in twenty. [unit]"""
        return coverage_factor(self.degrees) * math.sqrt(2) * self.sd


@dataclass(frozen=True, slots=True)
class Repeatability:
    """
    How far photos of unchanged skin differ, quantity by quantity.

    Attributes
    ----------
    quantities : dict of str to Repeats
    source : str
        Whose repeats, in words for a report.
    subjects, photos : int
        How many; 0 for published figures.
    sha256 : tuple of str
        Of the photos.
    profiles : tuple of str
        Identities of the profiles that they were read by.
    software : str
    """

    quantities: dict[str, Repeats] = field(repr=False)
    source: str
    subjects: int = 0
    photos: int = 0
    sha256: tuple[str, ...] = field(default=(), repr=False)
    profiles: tuple[str, ...] = field(default=(), repr=False)
    software: str = SOFTWARE

    def spread(self, key: str, level: float) -> tuple[float, float]:
        """
        Return the SD of one photo beyond its calibration, and the degrees of freedom behind it.

        Parameters
        ----------
        key : str
            A quantity of a measurement's table.
        level : float
            Its value, for published figures that are parts of it. [the quantity's unit]

        Returns
        -------
        sd, degrees : float
            0 and infinity for a quantity of which repeats say nothing.
        """
        found = self.quantities.get(key)
        if found is not None:
            return found.beyond, found.degrees
        if self.source == PUBLISHED and _has_zero(key):
            texture, others = (
                limit("repeatability", "texture_relative"),
                limit("repeatability", "spread_relative"),
            )
            part = texture if key == "texture" else others
            return part * abs(level), limit("repeatability", "degrees")
        return 0.0, math.inf

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists, numbers and words; no name of a photo or subject is in it."""
        return {
            "format": FORMAT,
            "software": self.software,
            "source": self.source,
            "subjects": self.subjects,
            "photos": self.photos,
            "quantities": {
                key: {
                    "sd": one.sd,
                    "calibration": one.calibration,
                    "degrees": one.degrees,
                    "unit": one.unit,
                    "detectable": one.detectable,
                }
                for key, one in self.quantities.items()
            },
            "profiles": list(self.profiles),
            "sha256": list(self.sha256),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write it as readable JSON, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        write_json(path, self.to_json())


def default_repeatability() -> Repeatability:
    """Return published figures, for those who have no repeats of their own; `source` says so."""
    degrees = limit("repeatability", "degrees")
    quantities = {
        row["quantity"]: Repeats(float(row["sd"]), degrees, QUANTITIES[row["quantity"]].unit)
        for row in read_rows("skin/repeatability.csv")[1:]
    }
    return Repeatability(quantities, PUBLISHED)


def unmoved_skin() -> Repeatability:
    """Return that of skin which does not move between photos, such as drawn skin or a printed swatch."""
    return Repeatability({}, "skin that does not move: no repeats are needed")


def fit_repeatability(subjects: Mapping[str, Sequence[Table]]) -> Repeatability:
    """
    Learn from repeats how far photos of unchanged skin differ.

    Parameters
    ----------
    subjects : mapping of str to sequence of Measurement or table
        By any name, the photos of one subject and site, taken anew each time: the subject stood up and came
        back. At least two photos each; photos of a burst tell nothing of that.

    Returns
    -------
    Repeatability

    Raises
    ------
    UsageError
        ``REPEAT_FEW`` if they are too few, ``REPEAT_SAME`` if a photo is there twice.

    Notes
    -----
    The SD within subjects, pooled: sum((x - subject's mean)^2) / sum(photos - 1), which is the standard error
    of measurement. Of several regions of a subject the mean variance is taken, since they err together. The
    smallest detectable difference is t sqrt(2) SD, where Student's t makes up for few repeats; 1.96 sqrt(2)
    for many [1]_.

    Photos that were read each by its own chart differ by their calibrations too, and so do two visits, whose
    interval knows that. So that it does not count twice, the least share of both profiles' errors that any
    interval holds is kept beside the SD (`Repeats.calibration`) and taken off in quadrature; photos of one
    profile have it in common.

    References
    ----------
    .. [1] Bland, Altman, BMJ 1996;312:1654 (measurement error). Seen: secondary.
    """
    tables = {
        name: [_rows(table) for table in photos] for name, photos in subjects.items() if len(photos) > 1
    }
    prints = [table[0]["sha256"] for photos in tables.values() for table in photos if table]
    if len(set(prints)) < len(prints):
        reason = f"{len(prints) - len(set(prints))} of {len(prints)} repeats are copies of another photo"
        raise UsageError("REPEAT_SAME", reason, "Give photos that were taken anew each time")
    degrees = sum(len(photos) - 1 for photos in tables.values())
    least = limit("repeatability", "fewest_degrees")
    if degrees < least:
        reason = (
            f"{len(prints)} repeats of {len(tables)} subjects; at least {least + 1:.0f} photos of one "
            f"subject, or two of each of {least:.0f} subjects, are needed"
        )
        raise UsageError("REPEAT_FEW", reason, "Photograph more subjects twice, each time seated anew")
    parts = [_within(photos) for photos in tables.values()]
    units = {row["quantity"]: row["unit"] for photos in tables.values() for row in photos[0]}
    quantities = {}
    for key, unit in units.items():
        known = [part[key] for part in parts if key in part]
        own = sum(part.degrees for part in known)
        if own >= least:
            variance = sum(part.variance * part.degrees for part in known) / own
            fitted = sum(part.calibration * part.degrees for part in known) / own
            quantities[key] = Repeats(math.sqrt(variance), float(own), unit, math.sqrt(fitted))
    profiles = {row["profile"] for photos in tables.values() for table in photos for row in table[:1]}
    source = f"own repeats: {len(prints)} photos of {len(tables)} subjects"
    return Repeatability(
        quantities, source, len(tables), len(prints), tuple(prints), tuple(sorted(profiles)), SOFTWARE
    )


def read_repeatability(path: str | os.PathLike[str]) -> Repeatability:
    """
    Read what `Repeatability.save` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Repeatability

    Raises
    ------
    UsageError
        ``REPEAT_FILE``: not there, or something else.
    """
    name = Path(path).name
    remedy = "Make one with: pigmeter repeatability FOLDER -o FILE"
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            reason = f"its format is {content['format']!r}; expected {FORMAT!r}"
            raise UsageError("REPEAT_FILE", reason, remedy, file=name)
        quantities = {
            str(key): Repeats(
                float(one["sd"]),
                float(one["degrees"]),
                str(one["unit"]),
                float(one.get("calibration", 0.0)),
            )
            for key, one in content["quantities"].items()
        }
        found = Repeatability(
            quantities,
            str(content["source"]),
            int(content["subjects"]),
            int(content["photos"]),
            tuple(map(str, content["sha256"])),
            tuple(map(str, content["profiles"])),
            str(content["software"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"cannot be read as repeatability ({type(error).__name__})"
        raise UsageError("REPEAT_FILE", reason, remedy, file=name) from error
    bad = [
        key
        for key, one in quantities.items()
        if not (0 <= one.sd < math.inf and 0 <= one.calibration < math.inf and one.degrees > 0)
    ]
    if bad:
        raise UsageError("REPEAT_FILE", f"the spread of {bad[0]} is no number above 0", remedy, file=name)
    return found


def _rows(table: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in getattr(table, "table", table)]


class _Within(NamedTuple):
    """Variance within one subject, degrees of freedom, and what of it calibrations should make."""

    variance: float
    degrees: int
    calibration: float


def _within(photos: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, _Within]:
    """How photos of one subject differ, by quantity: mean over the regions."""
    values: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for table in photos:
        for row in table:
            if row["mean"] is not None:
                values.setdefault((row["quantity"], row["region"]), []).append(row)
    found: dict[str, list[_Within]] = {}
    for (key, _), rows in values.items():
        if len(rows) > 1:
            own = [float(row["mean"]) for row in rows]
            turned = _unwrapped(own) if key == "hue" else np.array(own)
            variance = float(turned.var(ddof=1))
            found.setdefault(key, []).append(_Within(variance, len(own) - 1, _by_calibration(rows)))
    return {
        key: _Within(
            float(np.mean([one.variance for one in own])),
            min(one.degrees for one in own),
            float(np.mean([one.calibration for one in own])),
        )
        for key, own in found.items()
    }


def _by_calibration(rows: Sequence[Mapping[str, Any]]) -> float:
    """Expected variance between photos by their calibrations: those of one profile have theirs in common."""
    errors = [(row.get(f"uncertainty_{part}") or 0.0) ** 2 for row in rows for part in ("camera", "chart")]
    count = len(rows)
    alike = sum(n * (n - 1) for n in Counter(row["profile"] for row in rows).values())
    apart = 1 - alike / (count * (count - 1))
    return float(limit("change", "session_lightness") ** 2 * sum(errors) / count * apart)


def _unwrapped(angles: Sequence[float]) -> np.ndarray:
    """Angles about the first, none more than half a turn from it. [degrees]"""
    return np.asarray((np.array(angles) - angles[0] + 180) % 360 - 180)


def _has_zero(key: str) -> bool:
    """Whether a part of a number has a meaning: of spreads, areas, fractions, spots and texture."""
    words = ("evenness", "variation", "area", "fraction", "severity", "texture", "contrast")
    return any(word in key for word in words)
