"""Sessions: which photos were taken in one light and camera set-up, and whose chart serves which of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pigmeter.errors import ProfileError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.inference import Explored
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.colour.profile import Profile
    from pigmeter.colour.session import ChartReading

# What must be the same for a chart to serve another photo, in words; None is a value like any other.
_SETTINGS = {
    "make": "camera maker",
    "model": "camera",
    "device_key": "camera body",
    "lens": "lens",
    "exposure_time": "exposure time",
    "aperture": "aperture",
    "iso": "ISO",
    "white_balance": "white balance",
    "flash": "flash",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    Under what circumstances a photo was taken, as far as its file tells.

    Attributes
    ----------
    index : int
        Its place in the order of all photos.
    name, folder : str
    settings : tuple
        Value of each setting and property of the file that must be the same within a session.
    time : datetime or None
        Of capture, local.
    """

    index: int
    name: str
    folder: str
    settings: tuple[object, ...]
    time: datetime | None

    @property
    def recorded(self) -> bool:
        """Whether the file tells the camera and the exposure at all."""
        return self.settings[1] is not None and self.settings[4] is not None


@dataclass(frozen=True, slots=True)
class ServingChart:
    """
    A photo with a chart, and the profile that was fitted to it.

    Attributes
    ----------
    circumstances : Circumstances
    profile : Profile
    reading : ChartReading
    together : int
        How many other charts of its session the profile was fitted with.
    """

    circumstances: Circumstances
    profile: "Profile"
    reading: "ChartReading"
    together: int = 0


def circumstances(photo: Photo, index: int, name: str, folder: str) -> Circumstances:
    """
    Return under what circumstances a photo was taken.

    Parameters
    ----------
    photo : Photo
    index : int
        Its place in the order of all photos.
    name, folder : str
    """
    settings = [getattr(photo.capture, key) for key in _SETTINGS]
    settings += [photo.container, photo.bits, photo.colour_space]
    return Circumstances(index, name, folder, tuple(settings), _time(photo.capture.time))


def nearest_chart(photo: Circumstances, charts: Sequence[ServingChart]) -> ServingChart | None:
    """
    Return the chart of the photo's session that was taken nearest to it, None without a session.

    Parameters
    ----------
    photo : Circumstances
    charts : sequence of ServingChart
        In the order of their photos; the earlier one wins a tie.

    Notes
    -----
    A session is one folder, one camera and lens, one set of settings as recorded, one kind of file, and no
    more hours than ``calibration/limits/batch.csv`` allows between chart and photo. Nearest in time where
    both files tell it, else nearest in the order of names.
    """
    session = [chart for chart in charts if not _differences(photo, chart.circumstances)]
    return min(session, key=lambda chart: _distance(photo, chart.circumstances), default=None)


def fit_with_session(
    chart: ServingChart,
    charts: Sequence[ServingChart],
    knowledge: "Knowledge | None",
    explored: "Explored | None" = None,
) -> ServingChart:
    """
    Fit a chart's profile together with the nearest other charts of its session, if there are any.

    Parameters
    ----------
    chart : ServingChart
        With a profile of its own.
    charts : sequence of ServingChart
        All of the run, this one among them.
    knowledge : Knowledge or None
        Of lamp and camera.
    explored : Explored, optional
        Shared by all these fits of a run.

    Notes
    -----
    Light and exposure stay those of the chart itself, and charts of another camera or light than it seems are
    left out (see `several_charts`). A chart that is not of the same kind cannot be the same one.
    """
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.colour.session import fit_reading

    own = chart.circumstances
    others = [
        other
        for other in charts
        if other.circumstances.index != own.index
        and other.reading.kind == chart.reading.kind
        and not _differences(own, other.circumstances)
    ]
    others.sort(key=lambda other: _distance(own, other.circumstances))
    others = others[: int(limit("batch", "charts_together")) - 1]
    if not others:
        return chart
    values = tuple(other.reading.values for other in others)
    try:
        profile = fit_reading(chart.reading, replace(knowledge or Knowledge(), charts=values), explored)
    except ProfileError:
        return chart
    return replace(chart, profile=profile, together=len(others))


def why_not_served(photo: Circumstances, charts: Sequence[ServingChart]) -> str:
    """Return why the nearest chart in the photo's folder does not serve it; empty without any chart there."""
    here = [chart for chart in charts if chart.circumstances.folder == photo.folder]
    if not here:
        return ""
    nearest = min(here, key=lambda chart: _distance(photo, chart.circumstances)).circumstances
    return f"the chart of {nearest.name} was photographed with another {_differences(photo, nearest)[0]}"


def _differences(photo: Circumstances, other: Circumstances) -> list[str]:
    found = ["folder"] if photo.folder != other.folder else []
    words = [*_SETTINGS.values(), "file format", "bit depth", "colour space"]
    found += [
        word for word, own, its in zip(words, photo.settings, other.settings, strict=True) if own != its
    ]
    if _hours(photo, other) > limit("batch", "session_hours"):
        found.append(f"time ({_hours(photo, other):.0f} hours away)")
    return found


def _distance(photo: Circumstances, other: Circumstances) -> tuple[bool, float, int, int]:
    timed = photo.time is not None and other.time is not None
    return not timed, _hours(photo, other), abs(photo.index - other.index), other.index


def _hours(photo: Circumstances, other: Circumstances) -> float:
    if photo.time is None or other.time is None:
        return 0.0
    return abs((photo.time - other.time).total_seconds()) / 3600


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None
