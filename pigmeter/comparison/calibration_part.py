"""What the profiles of two visits leave open of a change: alike in part, and so cancelling in part."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.jpeg_steps import jpeg_step
from pigmeter.comparison.lights_apart import people_apart
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile
    from pigmeter.measurement.measurement import Measurement

_LIGHTNESS = ("melanin_index", "L", "camera_mi")
_OF_BLOOD = ("haemoglobin_index", "erythema_index", "camera_ei", "a")
_PIXELS = 20000
Moved = tuple[np.ndarray | float, np.ndarray | float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    What the profiles of two visits leave open of a change.

    Attributes
    ----------
    baseline, follow_up : Profile
    kindred : bool
        Whether both were fitted to one kind of chart in files of one camera.
    apart : dict of str to array, shape (k,)
        Of `lights_apart.people_apart`; nothing for one profile.
    channels : float
        SD by which a channel's mean response differs from one photo to the other, by how their files were
        rounded. [natural log]
    stray : array, shape (3,)
        SD by which stray light in the lens moves all channels' responses to the skin. [natural log]
    """

    baseline: "Profile"
    follow_up: "Profile"
    kindred: bool
    apart: dict[str, np.ndarray]
    channels: float
    stray: np.ndarray

    def part(self, key: str, tone: np.ndarray | float, moved: Moved) -> np.ndarray:
        """
        Return the standard uncertainty of a change by calibration.

        Parameters
        ----------
        key : str
            A key of `QUANTITIES`.
        tone : array, shape (...)
            What melanin_index reads at the baseline.
        moved : tuple of arrays, each of shape (...)
            The change of melanin_index and of haemoglobin_index.

        Returns
        -------
        array, shape (...)
            In the quantity's unit. What a change of the quantity's own pigment is itself misread by is not in
            it: that is `of_change`.

        Notes
        -----
        One profile errs by a share of the other pigment's change, and a photo's channels by a little of their
        own, whatever the light did. Two fits of one camera and chart have a part of their errors in common,
        and the rest of both counts (all of it for two cameras, or two kinds of chart or of files); what
        people are misread by does not cancel in another light.
        """
        first, last = self.baseline, self.follow_up
        shared = first.errors.change_parts(key, tone, _other(key, moved), np.full(3, self.channels))
        found = limit("change", "of_change") ** 2 * (shared["camera"] ** 2 + shared["people"] ** 2)
        if first.id == last.id:
            stray = first.errors.change_together(key, tone, self.stray)
            return np.asarray(np.sqrt(found + shared["noise"] ** 2 + stray**2))
        share = limit("change", self._share(key)) if self.kindred else 1.0
        for each in (first, last):
            own = each.errors.parts(key, tone, np.zeros(3))
            found = found + share**2 * (own["camera"] ** 2 + own["chart"] ** 2)
        apart = np.interp(tone, first.errors.tone, self.apart[key])
        return np.asarray(np.sqrt(found + (limit("change", "people_share") * apart) ** 2))

    def of_change(self, key: str, tone: np.ndarray | float, moved: Moved) -> np.ndarray:
        """
        Return by how much a change of the quantity's own pigment is itself misread.

        Parameters
        ----------
        key, tone, moved
            As of `part`.

        Returns
        -------
        array, shape (...)
            Standard uncertainty in the quantity's unit, in proportion to the change.
        """
        own = moved[0] - _other(key, moved)[0], moved[1] - _other(key, moved)[1]
        shared = self.baseline.errors.change_parts(key, tone, own, np.zeros(3))
        return np.asarray(limit("change", "of_change") * np.hypot(shared["camera"], shared["people"]))

    def _share(self, key: str) -> str:
        """Name of the limit that says which part of both profiles' errors does not cancel."""
        if not self.baseline.rendered:
            return "session_linear"
        return "session_lightness" if key in _LIGHTNESS else "session_colour"


def _other(key: str, moved: Moved) -> Moved:
    """What changed of the pigment that the quantity is not of."""
    return (moved[0], 0.0 * moved[1]) if key in _OF_BLOOD else (0.0 * moved[0], moved[1])


def calibration_of(baseline: "Measurement", follow_up: "Measurement") -> Calibration:
    """
    Return what the profiles of two visits leave open of a change.

    Parameters
    ----------
    baseline, follow_up : Measurement

    Returns
    -------
    Calibration

    Notes
    -----
    A JPEG rounds the mean colour of each block, and smooth skin is rounded alike all over: that does not
    average out, and moves blood more than anything else. Stray light is a little of white everywhere, and
    much of what dark skin returns: the blue channel most of all.
    """
    first, last = baseline.profile, follow_up.profile
    cameras = [(visit.photo.capture.make, visit.photo.capture.model) for visit in (baseline, follow_up)]
    known = all(any(names) for names in cameras)
    kindred = (
        first.rendered == last.rendered
        and first.chart_kind == last.chart_kind
        and (cameras[0] == cameras[1] or not known)
    )
    apart = {} if first.id == last.id else people_apart(first, last)
    rounded = [
        max(jpeg_step(visit.photo) or 0.0, limit("change", "finest_step")) for visit in (baseline, follow_up)
    ]
    return Calibration(
        first,
        last,
        kindred,
        apart,
        limit("change", "channel_spread") * float(np.linalg.norm(rounded)),
        stray_light(_skin_response(baseline), _skin_response(follow_up)),
    )


def stray_light(*responses: np.ndarray | None) -> np.ndarray:
    """
    SD by which stray light moves the channels' responses to skin between two photos of one profile.

    Parameters
    ----------
    *responses : array, shape (3,), or None
        Of the skin at either visit, as far as it is known; perfect white = 1. [1]

    Returns
    -------
    array, shape (3,)
        [natural log]
    """
    known = [response for response in responses if response is not None]
    if not known:
        return np.zeros(3)
    return np.asarray(limit("change", "stray_light") / np.mean(known, axis=0))


def _skin_response(visit: "Measurement") -> np.ndarray | None:
    """Median response of a visit's skin, from some thousands of its pixels, shape (3,)."""
    step = max(int(np.sqrt(visit.skin.size / _PIXELS)), 1)
    places = np.argwhere(visit.skin[::step, ::step])
    if not len(places):
        return None
    rows, columns = (places * step * visit.scale + visit.scale // 2).T
    rows, columns = (
        np.minimum(own, side - 1) for own, side in zip((rows, columns), visit.photo.shape, strict=True)
    )
    values = np.median(visit.photo.pixels[rows, columns], axis=0).astype(int)
    table = visit.profile.response_table(visit.photo)
    return np.array([table[channel, values[channel]] for channel in range(3)], dtype=float)
