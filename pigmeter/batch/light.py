"""Whether a photo was taken in the light of the profile that was given, judged by the chart in the photo."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.grey_patches import channel_words, grey_errors
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile


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
    """
    off = grey_errors(photo, profile, chart)
    if off is None:
        return None
    worst, most = float(np.abs(off).max()), limit("batch", "light_off")
    if worst <= most:
        return None
    message = (
        f"by its own chart this photo was taken in other light than the profile's ({channel_words(off)})"
    )
    return Finding("PROFILE_LIGHT", message, worst, most)
