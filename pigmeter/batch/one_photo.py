"""One photo of a run: read, given a profile, measured, drawn; or a record with the reason why not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pigmeter import files
from pigmeter.batch.discovery import FoundPhoto
from pigmeter.batch.light import light_finding
from pigmeter.batch.sessions import (
    Circumstances,
    ServingChart,
    circumstances,
    nearest_chart,
    why_not_served,
)
from pigmeter.errors import ChartError, MeasurementError, OutputError, PhotoError, PigmeterError
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.photo.reader import read_photo
from pigmeter.report.figures import draw_figure
from pigmeter.report.map_files import map_file
from pigmeter.report.names import shown_name
from pigmeter.report.tables import FAILED, MEASURED, REFUSED, PhotoRecord

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.colour.profile import Profile
    from pigmeter.colour.session import ChartReading
    from pigmeter.measurement.measurement import Measurement

FIGURES, MAPS = "figures", "maps"

# The photo is not at fault: the disk, the permissions, or somebody who is still copying.
_NOT_THE_PHOTO = frozenset({"IO_PERM", "IO_GONE", "IO_CHANGED", "IO_PATH", "IO_LOOP", "IO_ERROR"})


@dataclass(frozen=True, slots=True)
class RunSettings:
    """
    What is the same for every photo of a run.

    Attributes
    ----------
    out : Path or None
        Folder of results.
    profile : Profile or None
        Serves every photo, if given.
    profile_source : str
    knowledge : Knowledge or None
        Of lamp and camera.
    kind : str or None
        Of the charts.
    corners : array, shape (4, 2), or None
        Middles of the corner patches of the chart in every photo. [px]
    maps, figures : bool
        Whether they are written.
    figure_scale : {"photo", "fixed"}
    workers : int or None
        Threads for the maps of one photo.
    """

    out: Path | None
    profile: "Profile | None"
    profile_source: str
    knowledge: "Knowledge | None"
    kind: str | None
    corners: np.ndarray | None
    maps: bool
    figures: bool
    figure_scale: Literal["photo", "fixed"]
    workers: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """
    One photo to be measured.

    Attributes
    ----------
    index : int
        Its place in the order.
    found : FoundPhoto
    stem : str
        The name its outputs get.
    alone : bool
        Whether no other photo lies in its folder.
    """

    index: int
    found: FoundPhoto
    stem: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class FirstLook:
    """
    What the first look at a photo gave.

    Attributes
    ----------
    record : PhotoRecord or None
        None while the photo waits: for another one's chart, or for the other charts of its session.
    taken : Circumstances or None
    profile : Profile or None
        Fitted to the photo's own chart; it serves others even if there is no skin in this one.
    reading : ChartReading or None
        Of that chart.
    chart : Chart or None
        The photo's own.
    refusal : ChartError or None
        Why the photo has no chart.
    sha256 : str
    photo : Photo or None
        While the photo waits and memory lasts, so that it need not be decoded again.
    """

    record: PhotoRecord | None
    taken: Circumstances | None = None
    profile: "Profile | None" = None
    reading: "ChartReading | None" = None
    chart: "Chart | None" = None
    refusal: ChartError | None = None
    sha256: str = ""
    photo: Photo | None = None


def look_at(job: Job, settings: RunSettings) -> FirstLook:
    """
    Measure a photo with the run's profile or its own chart, or leave it waiting for those of its session.

    Parameters
    ----------
    job : Job
    settings : RunSettings

    Returns
    -------
    FirstLook

    Raises
    ------
    OutputError
        If a result cannot be written. Anything else becomes a record.
    """
    photo = profile = taken = reading = None
    try:
        photo = _read(job)
        if settings.profile is not None:
            chart = _chart_beside_profile(photo, settings)
            doubt = None if chart is None else light_finding(photo, settings.profile, chart)
            doubts = () if doubt is None else (doubt,)
            source = settings.profile_source
            record = _measured(job, photo, settings.profile, source, chart, settings, doubts)
            return FirstLook(record, sha256=photo.sha256)
        taken = circumstances(photo, job.index, job.found.name, job.found.folder)
        try:
            chart = _find_chart(photo, settings)
        except ChartError as error:
            if error.code != "CAL_NO_CHART":
                raise
            error.__traceback__ = None  # it would hold the photo
            return FirstLook(None, taken, refusal=error, sha256=photo.sha256, photo=photo)
        reading, profile = _fit_profile(photo, chart, settings)
        if not job.alone:
            return FirstLook(None, taken, profile, reading, chart, sha256=photo.sha256, photo=photo)
        record = _measured(job, photo, profile, "own chart", chart, settings)
    except OutputError:
        raise
    except Exception as error:
        record = _not_measured(job, error, photo)
    return FirstLook(record, taken, profile, reading)


def serve(job: Job, look: FirstLook, charts: Sequence[ServingChart], settings: RunSettings) -> PhotoRecord:
    """
    Measure a photo by its own chart or else the nearest of its session, or say why there is none.

    Parameters
    ----------
    job : Job
    look : FirstLook
        What the first look gave.
    charts : sequence of ServingChart
        In the order of their photos.
    settings : RunSettings

    Returns
    -------
    PhotoRecord

    Raises
    ------
    OutputError
        If a result cannot be written. Anything else becomes a record.
    """
    photo = None
    try:
        if look.taken is None or (look.refusal is None and look.chart is None):
            raise MeasurementError("NOT_WAITING", "the photo waits for no chart", "Measure it by itself")
        chart = nearest_chart(look.taken, charts)
        if chart is None:
            if look.refusal is None:
                raise MeasurementError("NOT_WAITING", "its own chart was lost", "Measure it by itself")
            why = why_not_served(look.taken, charts)
            reason = look.refusal.reason + (f"; {why}" if why else "")
            raise ChartError(look.refusal.code, reason, look.refusal.remedy, file=look.refusal.file)
        photo = look.photo or _read(job)
        if photo.sha256 != look.sha256:
            reason = "the file changed while it was being measured"
            raise PhotoError(
                "IO_CHANGED", reason, "Wait until it is copied, then measure again", file=photo.name
            )
        if look.chart is not None:
            return _measured(job, photo, chart.profile, "own chart", look.chart, settings)
        source = f"chart of {chart.circumstances.name}"
        doubts = _session_findings(photo, look.taken, chart.circumstances.name)
        return _measured(job, photo, chart.profile, source, None, settings, doubts)
    except OutputError:
        raise
    except Exception as error:
        return _not_measured(job, error, photo, look.sha256)


def _read(job: Job) -> Photo:
    return read_photo(job.found.path, name=shown_name(job.found.path.name))


def _find_chart(photo: Photo, settings: RunSettings) -> "Chart":
    from pigmeter.colour.chart import find_chart

    return find_chart(photo, kind=settings.kind, corners=settings.corners)


def _fit_profile(photo: Photo, chart: "Chart", settings: RunSettings) -> "tuple[ChartReading, Profile]":
    from pigmeter.colour.session import fit_reading, read_chart

    reading = read_chart(photo, chart)
    return reading, fit_reading(reading, settings.knowledge)


def _chart_beside_profile(photo: Photo, settings: RunSettings) -> "Chart | None":
    """Find the chart of a photo that needs it only for the scale and to leave it out of the skin."""
    from pigmeter.colour.variety import may_show_chart

    if settings.corners is None and not may_show_chart(photo):
        return None
    try:
        return _find_chart(photo, settings)
    except ChartError as error:
        if error.code == "CAL_MIRRORED":  # then left and right of the body are in doubt as well
            raise
        return None


def _measured(
    job: Job,
    photo: Photo,
    profile: "Profile",
    source: str,
    chart: "Chart | None",
    settings: RunSettings,
    doubts: tuple[Finding, ...] = (),
) -> PhotoRecord:
    from pigmeter.measurement.measurement import measure

    # Its chart was looked for before, to choose the profile: none now means that there is none.
    measurement = measure(photo, profile, chart=chart, look_for_chart=False, workers=settings.workers)
    figure, maps = "", []
    if settings.out is not None and settings.figures:
        figure = f"{FIGURES}/{job.stem}.png"
        png = draw_figure(
            photo, measurement, name=job.found.name, profile_source=source, scale=settings.figure_scale
        )
        _write(settings.out / figure, png)
    if settings.out is not None and settings.maps:
        for quantity in measurement.maps:
            maps.append(f"{MAPS}/{job.stem}/{quantity}.tif")
            _write(settings.out / maps[-1], map_file(measurement, quantity))
    name = {"photo": job.found.name, "profile_source": source}
    return PhotoRecord(
        photo=job.found.name,
        status=MEASURED,
        sha256=photo.sha256,
        profile=profile.id,
        profile_source=source,
        rows=tuple(row | name for row in measurement.table),
        findings=measurement.findings + doubts,
        chart=_chart_document(measurement),
        figure=figure,
        maps=tuple(maps),
    )


def _write(path: Path, data: bytes) -> None:
    files.make_folder(path.parent)
    files.write_bytes(path, data)


def _chart_document(measurement: "Measurement") -> dict[str, Any] | None:
    chart = measurement.chart
    if chart is None:
        return None
    return {
        "kind": chart.kind,
        "corners": np.round(chart.corners, 2).tolist(),
        "mm_per_pixel": chart.mm_per_pixel,
        "excluded_patches": list(chart.excluded),
    }


def _session_findings(photo: Photo, taken: Circumstances, chart: str) -> tuple[Finding, ...]:
    if not taken.recorded:
        words = f"the file does not record camera and exposure; taken to be those of {chart}"
        return (Finding("SESSION_UNRECORDED", words),)
    if photo.capture.white_balance == "auto":
        words = f"automatic white balance may differ between this photo and {chart}, whose chart serves it"
        return (Finding("SESSION_AUTO_WHITE_BALANCE", words),)
    return ()


def _not_measured(job: Job, error: Exception, photo: Photo | None, sha256: str = "") -> PhotoRecord:
    """Turn an error into the record of its photo, without paths and without what a stranger wrote."""
    if photo is not None:
        sha256 = photo.sha256
    elif not sha256:
        sha256 = _sha256(job.found.path)
    if isinstance(error, PigmeterError):
        status = FAILED if error.code in _NOT_THE_PHOTO else REFUSED
        code, reason, remedy = error.code, error.reason, error.remedy
    else:
        status, code = FAILED, "INTERNAL"
        reason = f"unexpected {type(error).__name__} in {_place(error)}"
        remedy = "This is a fault of pigmeter; please report it with this line"
    return PhotoRecord(job.found.name, status, sha256=sha256, code=code, reason=reason, remedy=remedy)


def _place(error: Exception) -> str:
    """Return the innermost line of pigmeter that an error passed through."""
    package = Path(__file__).resolve().parents[1]
    place = "pigmeter"
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(package):
            place = f"pigmeter/{path.relative_to(package).as_posix()}, line {line}"
    return place


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
