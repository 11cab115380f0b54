"""Whether a photo was taken in the light of the profile that was given, judged by the chart in the photo."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile

_GREYS = slice(1, 4)  # of the neutral row: the white may be clipped, the darkest hold stray light


def light_finding(photo: Photo, profile: "Profile", chart: "Chart") -> Finding | None:
    """
    Compare the grey patches of a photo, seen through a profile of another photo, with what they should be.

    Parameters
    ----------
    photo : Photo
    profile : Profile
        Fitted to another photo.
    chart : Chart
        The one in this photo.

    Returns
    -------
    Finding or None
        ``PROFILE_LIGHT`` if light, exposure or white balance are other ones than the profile's.

    Notes
    -----
    A grey paint reflects all wavelengths nearly alike, so whatever the camera, its response is its mean
    reflectance. A channel that is off by d in log10 shifts a melanin index by about 100 d.
    """
    from pigmeter.colour.inference import paints
    from pigmeter.colour.layouts import NEUTRALS, layout

    greys = np.array(NEUTRALS)[_GREYS]
    places = layout(chart.kind).classic[greys]
    usable = ~np.isin(places, chart.excluded)
    if not usable.any():
        return None
    table = profile.response_table(photo)
    grid = np.arange(table.shape[1])
    encoded = chart.patches[places[usable]]
    seen = np.stack([np.interp(encoded[:, c], grid, table[c]) for c in range(3)], axis=-1)
    known = paints(chart.kind, profile.edition)[greys[usable]].mean(axis=1)
    off = np.median(np.log10(seen / known[:, None]), axis=0)
    worst, most = float(np.abs(off).max()), limit("batch", "light_off")
    if worst <= most:
        return None
    percent = ", ".join(
        f"{100 * (10**value - 1):+.0f} % in {name}"
        for name, value in zip(("red", "green", "blue"), off, strict=True)
    )
    message = f"by its own chart this photo was taken in other light than the profile's ({percent})"
    return Finding("PROFILE_LIGHT", message, worst, most)
