"""What all skin of a visit shares in the uncertainty of a change: calibration, and light on the skin."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.tone import looked_up
from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.comparison.light_change import LightChange, light_change_of
from pigmeter.measurement.error_bars import Light, light_of
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_MAD = 1.4826  # SD of a Gauss curve over its median absolute deviation


@dataclass(frozen=True, slots=True)
class SkinLight:
    """
    The light on skin about that on the chart, at two visits.

    Attributes
    ----------
    visits : tuple of Measurement
    lights : tuple of Light
        Where either visit's chart is.
    offset, offset_error : float
        How much brighter the chart is at the follow-up than at the baseline, by one profile for both, and the
        standard uncertainty of that; 0 for two profiles, each of which takes its chart's light for white.
        [natural log]
    seen : LightChange or None
        How the light's shape changed; None where the skin does not tell.
    """

    visits: "tuple[Measurement, Measurement]"
    lights: tuple[Light, Light]
    offset: float = 0.0
    offset_error: float = 0.0
    seen: LightChange | None = None

    def spreads(self, places: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """
        Return the SD of the light at places of the skin, at either visit.

        Parameters
        ----------
        places : tuple of array, shape (..., 2)
            x, y in either photo; of a region, its middle. [photo px]

        Returns
        -------
        tuple of array, shape (...)
            Of errors that have nothing to do with each other. [natural log]

        Notes
        -----
        One photo does not tell how uneven the light on its skin was, only how uneven that on the chart. Two
        photos of one skin tell how much it changed. So where each visit's chart is in its photo, the change
        counts that the skin shows, and what the unevenness makes of a chart that was held elsewhere. Else
        each photo's unevenness counts in full, though lamp and skin may have stood alike.
        """
        errors = [visit.profile.errors for visit in self.visits]
        first, last = (_from_chart(light, place) for light, place in zip(self.lights, places, strict=True))
        if self.seen is None or first is None or last is None:
            return _blind(errors[0], first), _blind(errors[1], last)
        moved = np.hypot(*np.moveaxis(last - first, -1, 0))
        uneven = np.sqrt(np.mean([own.unevenness**2 for own in errors]))
        both = np.sqrt(self.seen.spread(first) ** 2 + (uneven * moved) ** 2 + self.offset_error**2)
        return both / np.sqrt(2), both / np.sqrt(2)

    def between(self, one: np.ndarray, other: np.ndarray) -> float | None:
        """
        Return the SD of the light's change at one place of the baseline about that at another.

        Parameters
        ----------
        one, other : array, shape (2,)
            x, y in the baseline. [photo px]

        Returns
        -------
        float or None
            [natural log]; None where the skin does not tell.

        Notes
        -----
        What moved the chart's light, or the exposure, is in both.
        """
        if self.seen is None:
            return None
        first, last = (_placed(self.frame, place) for place in (one, other))
        return float(np.hypot(self.seen.spread(last - first), limit("change", "light_rest") * self.seen.rest))

    @property
    def frame(self) -> np.ndarray:
        """From x and y of the baseline to the frame of `seen`: the chart's, else in widths of the photo."""
        to_chart = self.lights[0].to_chart
        if to_chart is not None:
            return to_chart
        width = self.visits[0].photo.shape[1]
        return np.diag([1 / width, 1 / width, 1.0])

    @property
    def evening(self) -> tuple[float, float]:
        """
        What takes off how much brighter one visit was exposed or lit, as the charts show it.

        Returns
        -------
        tuple of float
            To be added to `reading.log_response` at the baseline and at the follow-up: half of it each, so
            that exchanging the visits changes the sign alone.
        """
        half = self.offset / (2 * np.log(10))
        return -half, half


def light_of_visits(baseline: "Measurement", follow_up: "Measurement") -> SkinLight:
    """
    Learn from charts and profiles how unsure the light on the skin of two visits is.

    Parameters
    ----------
    baseline, follow_up : Measurement

    Returns
    -------
    SkinLight
        Without what the skin tells, which `see_light` adds.
    """
    visits = baseline, follow_up
    offset = _chart_offset(baseline, follow_up)
    lights = []
    for visit in visits:
        # with a chart in both photos of one profile, where each chart is counts, not whose the profile is
        profile = visit.profile if offset is None else replace(visit.profile, created_from=visit.sha256)
        lights.append(light_of(visit.photo, profile, visit.chart))
    return SkinLight(visits, (lights[0], lights[1]), *(offset or (0.0, 0.0)))


def _chart_offset(baseline: "Measurement", follow_up: "Measurement") -> tuple[float, float] | None:
    """How much brighter the follow-up's chart is than the baseline's, by one profile, and its uncertainty."""
    first, last = baseline.chart, follow_up.chart
    if baseline.profile.id != follow_up.profile.id or first is None or last is None:
        return None
    if first.kind != last.kind:
        return None
    kept = ~np.isin(np.arange(len(first.patches)), [*first.excluded, *last.excluded])
    if np.count_nonzero(kept) < limit("change", "fewest_patches"):
        return None
    responses = []
    for visit, chart in ((baseline, first), (follow_up, last)):
        table = np.log(visit.profile.response_table(visit.photo).astype(float))
        responses.append(looked_up(table, chart.patches[kept]))
    brighter = (responses[1] - responses[0]).mean(axis=1)
    middle = float(np.median(brighter))
    spread = _MAD * float(np.median(np.abs(brighter - middle)))
    return middle, spread / np.sqrt(np.count_nonzero(kept))


def see_light(
    light: SkinLight, maps: dict[str, np.ndarray], tone: float, step: int, side_mm: float
) -> SkinLight:
    """
    Add what a map of change shows of the light.

    Parameters
    ----------
    light : SkinLight
    maps : dict of str to array, shape (rows, columns)
        Changes on squares of the baseline.
    tone : float
        melanin_index of the skin.
    step : int
        Side of a square. [baseline map px]
    side_mm : float
        The same. [mm]

    Returns
    -------
    SkinLight
    """
    blocks = max(round(limit("change", "light_block_mm") / side_mm), 1)
    return replace(light, seen=light_change_of(maps, tone, light.frame, step * light.visits[0].scale, blocks))


def light_part(
    key: str,
    tone: np.ndarray | float,
    baseline: "Measurement",
    follow_up: "Measurement",
    spreads: tuple[np.ndarray | float, np.ndarray | float],
) -> np.ndarray:
    """
    Return the standard uncertainty of a change by the light on the skin, each visit's of its own.

    Parameters
    ----------
    key : str
        A key of `QUANTITIES`.
    tone : array, shape (...)
        What melanin_index reads at the baseline.
    baseline, follow_up : Measurement
    spreads : tuple of array, shape (...)
        Of `SkinLight.spreads`. [natural log]

    Returns
    -------
    array, shape (...)
        In the quantity's unit.
    """
    first, last = baseline.profile, follow_up.profile
    if first.id == last.id:
        both = np.hypot(*spreads)
        return np.asarray(first.errors.change_parts(key, tone, (0.0, 0.0), np.zeros(3), both)["shading"])
    own = [
        each.errors.parts(key, tone, np.zeros(3), spread)["shading"]
        for each, spread in zip((first, last), spreads, strict=True)
    ]
    return np.asarray(np.hypot(*own))


def _from_chart(light: Light, place: np.ndarray) -> np.ndarray | None:
    """A place of a photo from the chart's middle, in widths of the chart; None if it is in another photo."""
    if light.to_chart is None:
        return None
    return _placed(light.to_chart, place)


def _placed(frame: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Places [photo px] in a frame, shape (..., 2); infinitely far beyond its horizon."""
    found = np.concatenate([place, np.ones((*place.shape[:-1], 1))], axis=-1) @ frame.T
    depth = found[..., 2:]
    return np.where(depth > 0, found[..., :2] / np.where(depth > 0, depth, 1.0), np.inf)


def _blind(errors: ErrorTables, place: np.ndarray | None) -> np.ndarray:
    """SD of the light at places that no second photo tells of, by their distance from the chart."""
    if place is None:
        return np.asarray(errors.shading(None))
    far = np.hypot(*np.moveaxis(place, -1, 0))
    return np.asarray(np.vectorize(errors.shading, otypes=[float])(far))
