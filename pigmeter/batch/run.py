"""Measure folders of photos: each photo becomes numbers, a figure, or a row with the reason why not."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pigmeter import files
from pigmeter.batch.discovery import FoundPhoto, find_photos
from pigmeter.batch.drawing import FIGURES, MAPS, run_ranges, write_montage
from pigmeter.batch.one_photo import FirstLook, Job, Outcome, draw_again, look_at, serve
from pigmeter.batch.sessions import ServingChart, fit_with_session
from pigmeter.batch.settings import RunSettings
from pigmeter.errors import UsageError
from pigmeter.findings import Finding
from pigmeter.reference import limit
from pigmeter.report import tables
from pigmeter.report.figures import SETS
from pigmeter.report.names import output_stems, shown_name
from pigmeter.report.spot_table import SPOT_COLUMNS
from pigmeter.report.tables import PhotoRecord, SkippedFile
from pigmeter.version import SOFTWARE

if TYPE_CHECKING:
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.colour.profile import Profile
    from pigmeter.regions.region_set import RegionSet
    from pigmeter.report.colour_scale import Scale

_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: photos done of all photos, and what became of the last one (None at the start)."""

    done: int
    total: int
    record: PhotoRecord | None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """
    What a run found.

    Attributes
    ----------
    records : tuple of PhotoRecord
        One per photo, in the order of their names within each given path.
    skipped : tuple of SkippedFile
        What was found and is no photo.
    profiles : dict of dict
        What is known of each profile that served, by its identity.
    out : Path or None
        The folder of results; None if nothing was written.
    montage : tuple of str
        Paths of the contact sheets in that folder.
    """

    records: tuple[PhotoRecord, ...]
    skipped: tuple[SkippedFile, ...]
    profiles: dict[str, dict[str, Any]]
    out: Path | None
    montage: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Number of files found, and of those measured, refused, failed and skipped, which add up to it."""
        return tables.counts(self.records, self.skipped)

    @property
    def all_measured(self) -> bool:
        """Whether every photo has numbers."""
        return all(record.measured for record in self.records)

    def document(self) -> dict[str, Any]:
        """Return everything as one plain document, the content of ``measurements.json``."""
        return tables.document(self.records, self.skipped, self.profiles, SOFTWARE)


def measure_folder(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] | None,
    *,
    profile: "Profile | str | os.PathLike[str] | None" = None,
    knowledge: "Knowledge | None" = None,
    chart: str | None = None,
    chart_corners: np.ndarray | Sequence[Sequence[float]] | None = None,
    jobs: int = 1,
    regions: "RegionSet | str | os.PathLike[str] | None" = None,
    landmarks: "Callable[[np.ndarray], Any] | str | os.PathLike[str] | None" = None,
    face: int | tuple[float, float] | None = None,
    mm_per_pixel: float | None = None,
    resolution: float | None = None,
    full_resolution: bool = False,
    maps: bool = False,
    figures: str = "all",
    scale: "Scale" = "fixed",
    progress: Callable[[Progress], None] | None = None,
) -> BatchResult:
    """
    Measure photos, and all photos in folders, and write the results.

    Parameters
    ----------
    paths : path-like or sequence of path-like
        Photos, and folders that are searched with all their folders.
    out : path-like or None
        Folder for the results, made if need be; None writes nothing.
    profile : Profile or path, optional
        Serves every photo. Without it a photo's own chart does, or a chart of its session.
    knowledge : Knowledge, optional
        Of lamp and camera, the same for every photo; not beside a profile.
    chart : str, optional
        Kind of the charts; recognised if not given.
    chart_corners : array, shape (4, 2), optional
        Middles of the chart's four corner patches as x, y, in any order; the same in every photo. [px]
    jobs : int
        Photos worked on at the same time; the results do not depend on it.
    regions : RegionSet or path, optional
        Regions besides the whole skin, for photos by name or for all (docs/regions.md).
    landmarks : function or path of a JSON file, optional
        Of the faces (`read_landmarks`).
    face : int or (x, y), optional
        Which of several faces in a photo: its number, the largest being 1, or a point on it [px].
    mm_per_pixel : float, optional
        Of every photo; otherwise the chart in a photo tells its scale. [mm]
    resolution : float, optional
        Side of a map pixel; 0.1 mm if not given. [mm]
    full_resolution : bool
        Maps with a pixel per pixel of the photo, whatever memory they take.
    maps : bool
        Whether to write the maps as TIFF files.
    figures : {"none", "overview", "all"}
        Which figures to write of each photo; with any of them contact sheets are written too.
    scale : {"fixed", "shared", "photo"}
        Whether the colours of figures span the same range in every run, one range for all photos of this
        run, for which each photo is measured twice, or what each photo holds.
    progress : callable, optional
        Called in the caller's thread with a `Progress`, at the start and whenever a photo is done.

    Returns
    -------
    BatchResult

    Raises
    ------
    UsageError
        If a path is missing, nothing was found, or the results would go among the photos.
    ProfileError
        If the profile cannot be read.
    OutputError
        If a result cannot be written; the run ends, and no file is left half written.

    Notes
    -----
    One bad photo never stops the others: it becomes a record with code and reason. Photos without a chart
    are served by the nearest chart of their session (see `sessions`). Memory holds `jobs` photos at a time,
    and of those that wait for a chart as many as ``kept_bytes`` (``calibration/limits/batch.csv``) has room
    for.
    """
    if jobs < 1:
        raise UsageError("JOBS", f"jobs is {jobs}; expected 1 or more", "Give the number of photos at a time")
    if profile is not None and knowledge is not None:
        reason = (
            "a profile and knowledge of lamp or camera were both given, and with a profile none is fitted"
        )
        raise UsageError("PROFILE_AND_KNOWLEDGE", reason, "Give the one or the other")
    if figures not in SETS:
        reason = f"figures is {figures!r} (known: {', '.join(SETS)})"
        raise UsageError("FIGURE_UNKNOWN", reason, "Choose one of them")
    _check_lengths(mm_per_pixel, resolution, full_resolution)
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    folder = None if out is None else Path(out)
    discovery = find_photos(given, _excluded(given, folder))
    if not discovery.photos:
        raise _nothing_found(given, len(discovery.skipped))
    loaded, source = _given_profile(profile)
    settings = RunSettings(
        out=folder,
        profile=loaded,
        profile_source=source,
        knowledge=knowledge,
        kind=chart,
        corners=None if chart_corners is None else np.asarray(chart_corners, dtype=float),
        regions=_given_regions(regions),
        landmarks=landmarks,
        face=face,
        mm_per_pixel=mm_per_pixel,
        resolution=resolution,
        full_resolution=full_resolution,
        maps=maps,
        figures="none" if folder is None else figures,
        scale=scale,
        workers=1 if jobs > 1 else None,
    )
    if folder is not None:
        files.require_writable(files.make_folder(folder))
    records, profiles, montage = _measure_all(discovery.photos, settings, jobs, progress)
    records = _with_duplicates(records)
    result = BatchResult(tuple(records), tuple(discovery.skipped), profiles, folder, montage)
    if folder is not None:
        _write_tables(result, folder)
    return result


def _measure_all(
    photos: Sequence[FoundPhoto],
    settings: RunSettings,
    jobs: int,
    progress: Callable[[Progress], None] | None,
) -> tuple[list[PhotoRecord], dict[str, dict[str, Any]], tuple[str, ...]]:
    """Look at every photo, then at those that wait for the chart of another one, then draw what is shared."""
    outcomes: dict[int, Outcome] = {}

    def report(record: PhotoRecord | None) -> None:
        if progress is not None:
            progress(Progress(len(outcomes), len(photos), record))

    def keep(index: int, outcome: Outcome) -> None:
        outcomes[index] = outcome
        report(outcome.record)

    report(None)
    stems = output_stems([photo.name for photo in photos])
    crowd = Counter(photo.folder for photo in photos)
    work = []
    for index, (photo, stem) in enumerate(zip(photos, stems, strict=True)):
        if photo.lost is None:
            work.append(Job(index, photo, stem, alone=crowd[photo.folder] == 1))
        else:
            keep(index, Outcome(photo.lost))
    charts: dict[int, ServingChart] = {}
    profiles: dict[str, dict[str, Any]] = {}
    waiting: dict[int, tuple[Job, FirstLook]] = {}
    room = limit("batch", "kept_bytes")
    for job, look in _each(lambda job: look_at(job, settings), work, jobs):
        if look.outcome is None:
            size = 0 if look.photo is None else look.photo.pixels.nbytes
            waiting[job.index] = (job, look if size <= room else replace(look, photo=None))
            room -= size if size <= room else 0
        else:
            keep(job.index, look.outcome)
        if look.profile is not None and look.taken is not None and look.reading is not None:
            charts[job.index] = ServingChart(look.taken, look.profile, look.reading)
    if settings.profile is not None:
        profiles[settings.profile.id] = _profile_document(settings.profile, 0)
    alone = [charts[index] for index in sorted(charts)]
    from pigmeter.colour.inference import Explored

    explored = Explored()
    together = {
        chart.circumstances.index: fitted
        for chart, fitted in _each(
            lambda chart: fit_with_session(chart, alone, settings.knowledge, explored), alone, jobs
        )
    }
    serving = [together[index] for index in sorted(together)]
    profiles |= {chart.profile.id: _profile_document(chart.profile, chart.together) for chart in serving}
    served = [waiting[index] for index in sorted(waiting)]
    for (job, _), outcome in _each(lambda pair: serve(*pair, serving, settings), served, jobs):
        keep(job.index, outcome)
    records = [outcomes[index].record for index in range(len(photos))]
    if settings.out is None or settings.figures == "none":
        return records, profiles, ()
    if settings.scale == "shared":
        ranges = run_ranges(records)
        for job, record in _each(
            lambda job: draw_again(job, outcomes[job.index], ranges, settings), work, jobs
        ):
            records[job.index] = record
    thumbnails = {index: one.thumbnail for index, one in outcomes.items() if one.thumbnail is not None}
    return records, profiles, write_montage(settings.out, records, thumbnails, settings.scale)


def _each(
    function: Callable[[_Task], _Outcome], work: Sequence[_Task], jobs: int
) -> Iterator[tuple[_Task, _Outcome]]:
    """Yield each task with its outcome as it is done; on an error or an interrupt the rest is not begun."""
    if jobs == 1:
        for task in work:
            yield task, function(task)
        return
    with ThreadPoolExecutor(jobs, thread_name_prefix="pigmeter") as pool:
        futures = {pool.submit(function, task): task for task in work}
        try:
            for future in as_completed(tuple(futures)):
                yield futures.pop(future), future.result()  # a future that is kept keeps its outcome
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _excluded(given: Sequence[str | os.PathLike[str]], out: Path | None) -> list[Path]:
    """Return what a walk passes over: results of this or an earlier run."""
    if out is None:
        return []
    target = out.resolve()
    if any(Path(path).resolve() == target for path in given):
        reason = "the folder for results is the folder of photos"
        raise UsageError(
            "OUT_IS_INPUT", reason, "Give another folder with -o; one inside the photos' will do"
        )
    return [target, *(target / name for name in (FIGURES, MAPS))]


def _nothing_found(given: Sequence[str | os.PathLike[str]], skipped: int) -> UsageError:
    where = ", ".join(shown_name(os.fspath(path)) for path in given)
    reason = f"no photo found in {where} (looked in all folders for JPEG, PNG, TIFF, WebP and camera files, "
    reason += f"by their content; {skipped} other {'file' if skipped == 1 else 'files'} left aside)"
    return UsageError(
        "NOTHING_FOUND", reason, "Name the folder that holds the photos, or the photos themselves"
    )


def _given_profile(profile: "Profile | str | os.PathLike[str] | None") -> tuple["Profile | None", str]:
    if profile is None:
        return None, ""
    if isinstance(profile, str | os.PathLike):
        from pigmeter.colour.profile_files import load_profile

        return load_profile(profile), f"given: {shown_name(Path(profile).name)}"
    return profile, "given"


def _check_lengths(mm_per_pixel: float | None, resolution: float | None, full_resolution: bool) -> None:
    """Refuse once what every photo would be refused for."""
    if mm_per_pixel is not None and not (np.isfinite(mm_per_pixel) and mm_per_pixel > 0):
        reason = f"mm_per_pixel is {mm_per_pixel}; expected a length above 0"
        raise UsageError("SCALE_FORM", reason, "Give the side of a photo pixel in mm, or leave it out")
    if resolution is not None:
        from pigmeter.measurement.maps import analysis_scale

        analysis_scale((1, 1), 1.0, full_resolution, resolution)


def _given_regions(regions: "RegionSet | str | os.PathLike[str] | None") -> "RegionSet | None":
    if isinstance(regions, str | os.PathLike):
        from pigmeter.regions.region_files import read_regions

        return read_regions(regions)
    return regions


def _profile_document(profile: "Profile", together: int) -> dict[str, Any]:
    return {
        "chart_kind": profile.chart_kind,
        "rendered": profile.rendered,
        "created_from": profile.created_from or None,
        "quality": dict(profile.quality),
        "known": dict(profile.known),
        "other_charts": together,
    }


def _with_duplicates(records: Sequence[PhotoRecord]) -> list[PhotoRecord]:
    """Add a finding to photos that hold the same bytes as an earlier one."""
    first: dict[str, str] = {}
    checked = []
    for record in records:
        if record.sha256 and first.setdefault(record.sha256, record.photo) != record.photo:
            words = f"the same file, byte for byte, as {first[record.sha256]}"
            record = replace(record, findings=(*record.findings, Finding("DUPLICATE_BYTES", words)))
        checked.append(record)
    return checked


def _write_tables(result: BatchResult, folder: Path) -> None:
    rows = tables.measurement_rows(result.records, SOFTWARE)
    files.write_csv(folder / "measurements.csv", tables.MEASUREMENT_COLUMNS, rows)
    files.write_csv(
        folder / "spots.csv", SPOT_COLUMNS, (spot for record in result.records for spot in record.spots)
    )
    files.write_csv(folder / "findings.csv", tables.FINDING_COLUMNS, tables.finding_rows(result.records))
    files.write_json(folder / "measurements.json", result.document())
