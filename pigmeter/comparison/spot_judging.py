"""Numbers of a spot at two visits: its contrasts and its areas, each change with what it may be off by."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.comparison.aligned_skin import INDICES, AlignedSkin
from pigmeter.comparison.spot_chance import Chance
from pigmeter.comparison.spot_change import CLEARED, NEW
from pigmeter.comparison.spot_fates import COVERAGE
from pigmeter.comparison.spot_redraw import Redrawn, redraw
from pigmeter.comparison.spot_remeasure import Neighbours, Place, Remeasured, find_nearby, remeasure
from pigmeter.measurement.spots import spot_key, spot_sign
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile

_SHORT = {"melanin_index": "slope_melanin", "haemoglobin_index": "slope_haemoglobin"}
_APART = {"melanin_index": "two_profiles_melanin", "haemoglobin_index": "two_profiles_haemoglobin"}


@dataclass(frozen=True, slots=True)
class Judge:
    """
    What the numbers of spots are held against.

    Attributes
    ----------
    skin : AlignedSkin
    neighbours : Neighbours
    chance : Chance
    profiles : tuple of Profile
        Of either visit.
    residual_mm : float
        Of the alignment. [mm]
    """

    skin: AlignedSkin
    neighbours: Neighbours
    chance: Chance
    profiles: "tuple[Profile, Profile]"
    residual_mm: float

    def contrasts(self, kind: str, place: Place, found: Remeasured) -> dict[str, float]:
        """
        Return the contrasts of a place and their change, named as in `SpotChange`.

        Parameters
        ----------
        kind : str
        place : Place
        found : Remeasured
            Of that place.

        Returns
        -------
        dict of str to float
        """
        from scipy.special import ndtr

        key, radius = spot_key(kind), place.radius_mm
        index = INDICES.index(key)
        before, after = (float(value) for value in found.contrasts[:, index])
        calibration = self._calibration(key, found)
        lit = limit("fates", "contrast_of_brightness") * found.brightness * 0.5 * (before + after)
        own = (float(found.registration[index]), float(found.stray[index]), lit)
        parts = (self.chance.of_change(radius, key), *own, calibration)
        spread = float(np.sqrt(np.square(parts).sum()))
        change = after - before
        return {
            "contrast_baseline": before,
            "contrast_follow_up": after,
            "contrast_change": change,
            "contrast_uncertainty": spread,
            "contrast_low": change - COVERAGE * spread,
            "contrast_high": change + COVERAGE * spread,
            "p": float(2 * ndtr(-abs(change) / max(spread, 1e-9))),
            "told_baseline": COVERAGE * self.chance.of_level(radius, key, 0),
            "told_follow_up": COVERAGE * self.chance.of_level(radius, key, 1),
            "calibration": calibration,
        }

    def found_nearby(self, kind: str, place: Place, visit: int | None, reach_mm: float) -> Place:
        """
        Move a place that one search alone found to where the other visit shows more of it.

        Parameters
        ----------
        kind : str
        place : Place
        visit : int or None
            Whose search did not find it; None: both did, and the place stays.
        reach_mm : float
            How far alignment may be off. [mm]

        Returns
        -------
        Place
            The same, unless a neighbouring place stands out by more than chance makes of the best of many.
        """
        if visit is None:
            return place
        key, sign = spot_key(kind), spot_sign(kind)
        found = find_nearby(self.skin, place, self.neighbours, visit, key, sign, reach_mm)
        least = limit("fates", "look_spreads") * self.chance.of_level(place.radius_mm, key, visit)
        if found is None or not sign * found[2] > least:
            return place
        own = remeasure(self.skin, place, self.neighbours, self.residual_mm)
        if isinstance(own, str) or sign * (found[2] - own.contrasts[visit, INDICES.index(key)]) < least / 2:
            return place
        if visit == 1:
            return replace(place, shift=(found[0], found[1]))
        return replace(place, points=place.points + np.array(found[:2]), shift=(-found[0], -found[1]))

    def areas(
        self, kind: str, place: Place, fate: str, unsure: float
    ) -> tuple[dict[str, Any], Redrawn | None]:
        """
        Return the areas of a place and their change, named as in `SpotChange`, and the follow-up's outline.

        Parameters
        ----------
        kind : str
        place : Place
        fate : str
        unsure : float
            Standard uncertainty of the change of contrast, beside that of the calibration, which moves all of
            a spot alike. [index unit]

        Returns
        -------
        dict of str to float
            Without what cannot be outlined.
        Redrawn or None
        """
        key, sign = spot_key(kind), spot_sign(kind)
        drawn: list[Redrawn | None] = []
        for visit, gone in enumerate((NEW, CLEARED)):
            spreads = (self.chance.of_level(place.radius_mm, key, visit), unsure / np.sqrt(2))
            drawn.append(
                None if fate == gone else redraw(self.skin, place, self.neighbours, visit, key, sign, spreads)
            )
        sizes = [
            (0.0, 0.0) if fate == gone else None if one is None else (one.area_mm2, one.uncertainty)
            for one, gone in zip(drawn, (NEW, CLEARED), strict=True)
        ]
        names = ("area_baseline", "area_follow_up")
        numbers: dict[str, Any] = {
            name: size[0] for name, size in zip(names, sizes, strict=True) if size is not None
        }
        if sizes[0] is not None and sizes[1] is not None:
            change = sizes[1][0] - sizes[0][0]
            # an alignment that is off by its residual stretches what is as wide as it is alike
            radius = place.radius_mm
            part = min(1.0, radius / limit("fates", "stretch_mm"))
            stretched = 2 * np.pi * radius * self.residual_mm * part
            spread = float(np.sqrt(sizes[0][1] ** 2 + sizes[1][1] ** 2 + stretched**2))
            numbers |= {
                "area_change": change,
                "area_uncertainty": spread,
                "area_low": change - COVERAGE * spread,
                "area_high": change + COVERAGE * spread,
            }
        return numbers, drawn[1]

    def _calibration(self, key: str, found: Remeasured) -> float:
        """
        What the profiles may be off in the change of a contrast. [index unit]

        One profile is off by a share of the change; two differ, beside that, by a share of the contrast.
        """
        tone = float(found.around[0, 0])
        moved = found.contrasts[1] - found.contrasts[0]
        errors = self.profiles[0].errors
        parts = errors.change_parts(key, tone, (float(moved[0]), float(moved[1])), np.zeros(3))
        whole = sum(float(part) ** 2 for part in parts.values())
        short = limit("fates", _SHORT[key])
        whole += (short * float(moved[INDICES.index(key)])) ** 2
        if self.profiles[0].id != self.profiles[1].id:
            usual = float(np.abs(found.contrasts[:, INDICES.index(key)]).mean())
            whole += (limit("fates", _APART[key]) * usual) ** 2
        return float(np.sqrt(whole))
