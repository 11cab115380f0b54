"""How differently two visits' cameras, each in its light, misread the same people."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import log_response, named, solved, terms
from pigmeter.colour.skin import people
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile


def people_apart(before: "Profile", after: "Profile") -> dict[str, np.ndarray]:
    """
    Return the SD, between people, of the difference of what two profiles misread them by.

    Parameters
    ----------
    before, after : Profile

    Returns
    -------
    dict of str to array, shape (k,)
        For each key of `QUANTITIES`, in its unit, at the skin tones ``before.errors.tone``.

    Notes
    -----
    Two people of one melanin and blood differ in other ways, and three channels misread them by it. In one
    light both visits misread a person alike, and it cancels from a change; in another light they do not.
    Levels of virtual people are regressed on what the sensitivities that either profile remembers would
    record of them. One camera in one light has 0.
    """
    reflectance, targets = people().reflectance, people().targets
    read = []
    for profile in (before, after):
        sensitivities = profile.camera.sensitivities
        relative = sensitivities / sensitivities.sum(axis=1, keepdims=True)
        seen = np.maximum(reflectance @ relative.T, limit("measurement", "floor_response"))
        rows = terms(log_response(seen))
        weights = solved(rows, targets)
        read.append(named(rows @ weights))
    tone = targets[:, REGRESSED.index("melanin_index")]
    near = np.exp(-0.5 * ((tone - before.errors.tone[:, None]) / limit("change", "tone_alike")) ** 2)
    near /= near.sum(axis=1, keepdims=True)
    found = {}
    for key in QUANTITIES:
        apart = read[1][key] - read[0][key]
        if key == "hue":
            apart = (apart + 180) % 360 - 180
        found[key] = np.sqrt(near @ apart**2)
    return found
