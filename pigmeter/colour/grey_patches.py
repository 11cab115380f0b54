"""How far a profile is off on the grey patches of a chart that it was not fitted to."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.layouts import NEUTRALS, layout
from pigmeter.colour.tone import looked_up
from pigmeter.photo.photo import Photo

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile

_GREYS = slice(1, 4)  # of the neutral row: the white may be clipped, the darkest hold stray light


def grey_errors(photo: Photo, profile: "Profile", chart: "Chart") -> np.ndarray | None:
    """
    How far the grey patches of a photo, seen through a profile of another, are from what they should be.

    Parameters
    ----------
    photo : Photo
    profile : Profile
        Fitted to another photo.
    chart : Chart
        The one in this photo.

    Returns
    -------
    array, shape (3,), or None
        By channel, above 0 where they look too bright; None if no grey patch may be used. [log10]

    Notes
    -----
    A grey paint reflects all wavelengths nearly alike, so whatever the camera, its response is its mean
    reflectance. A channel that is off by d shifts a melanin index by about 100 d.
    """
    from pigmeter.colour.inference import paints

    greys = np.array(NEUTRALS)[_GREYS]
    places = layout(chart.kind).classic[greys]
    usable = ~np.isin(places, chart.excluded)
    if not usable.any():
        return None
    table = profile.response_table(photo)
    seen = looked_up(table, chart.patches[places[usable]])
    known = paints(chart.kind, profile.edition)[greys[usable]].mean(axis=1)
    return np.asarray(np.median(np.log10(seen / known[:, None]), axis=0))


def channel_words(errors: np.ndarray) -> str:
    """
    Return errors of red, green and blue in words.

    Parameters
    ----------
    errors : array, shape (3,)
        [log10]

    Examples
    --------
    >>> channel_words(np.log10([1.1, 1.0, 0.8]))
    '+10 % in red, +0 % in green, -20 % in blue'
    """
    return ", ".join(
        f"{100 * (10**error - 1):+.0f} % in {channel}"
        for error, channel in zip(errors, ("red", "green", "blue"), strict=True)
    )
