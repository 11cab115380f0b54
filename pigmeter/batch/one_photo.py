"""One photo of a run: read, given a profile, measured, drawn; or a record with the reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.batch.discovery import FoundPhoto
from pigmeter.batch.drawing import write_figures, write_maps
from pigmeter.batch.light import light_finding
from pigmeter.batch.refusals import refused_record
from pigmeter.batch.sessions import (
    Circumstances,
    ServingChart,
    circumstances,
    nearest_chart,
    why_not_served,
)
from pigmeter.batch.settings import RunSettings
from pigmeter.errors import ChartError, MeasurementError, OutputError, PhotoError
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.photo.reader import read_photo
from pigmeter.report.colour_scale import Range
from pigmeter.report.contact_sheet import Thumbnail, thumbnail_of
from pigmeter.report.names import shown_name
from pigmeter.report.spot_table import spot_rows
from pigmeter.report.tables import MEASURED, PhotoRecord

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile
    from pigmeter.colour.session import ChartReading
    from pigmeter.measurement.measurement import Measurement


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
class Outcome:
    """
    What became of a photo.

    Attributes
    ----------
    record : PhotoRecord
    profile : Profile or None
        That served it, if it was measured.
    chart : Chart or None
        In it.
    thumbnail : Thumbnail or None
        For the contact sheet, where figures are wanted.
    """

    record: PhotoRecord
    profile: "Profile | None" = None
    chart: "Chart | None" = None
    thumbnail: Thumbnail | None = None


@dataclass(frozen=True, slots=True)
class FirstLook:
    """
    What the first look at a photo gave.

    Attributes
    ----------
    outcome : Outcome or None
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

    outcome: Outcome | None
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
            outcome = _measured(job, photo, settings.profile, source, chart, settings, doubts)
            return FirstLook(outcome, sha256=photo.sha256)
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
        outcome = _measured(job, photo, profile, "own chart", chart, settings)
    except OutputError:
        raise
    except Exception as error:
        outcome = Outcome(refused_record(job.found, error, photo))
    return FirstLook(outcome, taken, profile, reading)


def serve(job: Job, look: FirstLook, charts: Sequence[ServingChart], settings: RunSettings) -> Outcome:
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
    Outcome

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
        return Outcome(refused_record(job.found, error, photo, look.sha256))


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


def _measure(
    job: Job, photo: Photo, profile: "Profile", chart: "Chart | None", settings: RunSettings
) -> "Measurement":
    from pigmeter.measurement.measurement import measure

    regions = settings.regions
    return measure(
        photo,
        profile,
        None if regions is None else regions.outlines(job.found.name, photo.shape),
        chart=chart,
        landmarks=settings.landmarks,
        face=settings.face,
        mm_per_pixel=settings.mm_per_pixel,
        resolution=settings.resolution,
        full_resolution=settings.full_resolution,
        # Its chart was looked for before, to choose the profile: none now means that there is none.
        look_for_chart=False,
        workers=settings.workers,
    )


def _measured(
    job: Job,
    photo: Photo,
    profile: "Profile",
    source: str,
    chart: "Chart | None",
    settings: RunSettings,
    doubts: tuple[Finding, ...] = (),
) -> Outcome:
    measurement = _measure(job, photo, profile, chart, settings)
    name = {"photo": job.found.name, "profile_source": source}
    record = PhotoRecord(
        photo=job.found.name,
        status=MEASURED,
        sha256=photo.sha256,
        profile=profile.id,
        profile_source=source,
        rows=tuple(row | name for row in measurement.table),
        spots=tuple(spot_rows(job.found.name, measurement.spots)),
        findings=measurement.findings + doubts,
        chart=_chart_document(measurement),
    )
    if settings.out is None:
        return Outcome(record, profile, chart)
    if settings.maps:
        record = replace(record, maps=write_maps(settings.out, job.stem, measurement))
    if settings.figures == "none":
        return Outcome(record, profile, chart)
    if settings.scale != "shared":
        record = _with_figures(job, photo, measurement, record, settings)
    return Outcome(record, profile, chart, thumbnail_of(photo, measurement, job.found.name))


def _with_figures(
    job: Job,
    photo: Photo,
    measurement: "Measurement",
    record: PhotoRecord,
    settings: RunSettings,
    ranges: Mapping[str, Range] | None = None,
) -> PhotoRecord:
    if settings.out is None:
        return record
    figures = write_figures(
        settings.out,
        job.stem,
        photo,
        measurement,
        name=job.found.name,
        profile_source=record.profile_source,
        which=settings.figures,
        scale=settings.scale,
        ranges=ranges,
    )
    return replace(record, figures=figures)


def draw_again(job: Job, outcome: Outcome, ranges: Mapping[str, Range], settings: RunSettings) -> PhotoRecord:
    """
    Draw the figures of a measured photo on the colours of the whole run, which are known only at its end.

    Parameters
    ----------
    job : Job
    outcome : Outcome
        Of this photo.
    ranges : mapping of str to (low, high)
        What the colours of each map span.
    settings : RunSettings

    Returns
    -------
    PhotoRecord
        With its figures; without, and with a finding, if the file has changed or gone since.

    Raises
    ------
    OutputError
        If a figure cannot be written.

    Notes
    -----
    The photo is measured a second time: maps of a whole run fit in no memory.
    """
    record = outcome.record
    if outcome.profile is None:
        return record
    try:
        photo = _read(job)
    except PhotoError as error:
        lost = Finding("FIGURES_NONE", f"no figures were drawn: {error.reason}")
        return replace(record, findings=(*record.findings, lost))
    if photo.sha256 != record.sha256:
        lost = Finding("FIGURES_NONE", "no figures were drawn: the file changed while it was being measured")
        return replace(record, findings=(*record.findings, lost))
    measurement = _measure(job, photo, outcome.profile, outcome.chart, settings)
    return _with_figures(job, photo, measurement, record, settings, ranges)


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
