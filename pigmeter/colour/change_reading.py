"""What changed in the same skin, from its responses at two visits: by one profile, or by one for each."""

from typing import Protocol

import numpy as np

from pigmeter.colour.cielab import hue, ita
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import named, terms


class Weights(Protocol):
    """What is asked of a visit's profile; `profile.Profile` has it."""

    @property
    def id(self) -> str:
        """Name of the profile."""

    @property
    def level_weights(self) -> np.ndarray:
        """Weights of `reading.terms` for levels, shape (10, 8)."""

    @property
    def change_weights(self) -> np.ndarray:
        """Weights of `reading.terms` for changes within one person, shape (10, 8)."""


def read_change(
    log_before: np.ndarray, log_after: np.ndarray, before: Weights, after: Weights
) -> dict[str, np.ndarray]:
    """
    Read how the same skin changed, follow-up minus baseline.

    Parameters
    ----------
    log_before, log_after : array, shape (..., 3)
        `reading.log_response` of the skin at each visit, by that visit's profile.
    before, after : Weights
        The profile of each visit; the same one where light, camera and settings did not change.

    Returns
    -------
    dict of str to array, shape (...)
        One per key of `QUANTITIES`, in its unit; changes of angles about the middle of both levels.

    Notes
    -----
    One profile: by its change table, which knows that within a person only melanin and blood move. It is
    learnt from differences seen by one camera and says nothing of where 0 is; two profiles would each put it
    elsewhere. So with two, the change is the difference of two levels, which are learnt to agree. On 40 pairs
    of rendered charts under two lamps each (two-layer skins of all tones, November 2026) the difference of
    levels erred by 0.58 in melanin_index and 2.7 in haemoglobin_index (root mean square), that of two change
    tables by 1.5 and 13; under one lamp but two fits by 0.40 and 1.6, against 0.52 and 3.7. One shared
    profile erred by 0.2 and 0.9.
    """
    first, last = terms(log_before), terms(log_after)
    levels = named(first @ before.level_weights), named(last @ after.level_weights)
    if before.id == after.id:
        steps = (last - first) @ before.change_weights
    else:
        steps = last @ after.level_weights - first @ before.level_weights
    moved = dict(zip(REGRESSED, np.moveaxis(steps, -1, 0), strict=True))
    middle = {key: 0.5 * (levels[0][key] + levels[1][key]) for key in ("L", "a", "b")}
    lightness, a, b = ([middle[key] + half * moved[key] for half in (-0.5, 0.5)] for key in ("L", "a", "b"))
    moved["ita"] = ita(lightness[1], b[1]) - ita(lightness[0], b[0])
    moved["hue"] = (hue(a[1], b[1]) - hue(a[0], b[0]) + 180) % 360 - 180
    return {key: moved[key] for key in QUANTITIES}
