"""Compare two visits: aligned, every change with its interval, spots matched, and what could fool us."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.comparison.alignment import Alignment, align
from pigmeter.comparison.change import changes_of
from pigmeter.comparison.change_maps import ChangeGrid, change_grid
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.common_skin import carry_regions, same_named_regions
from pigmeter.comparison.controls import with_control, with_split_face
from pigmeter.comparison.pairing import examine_pair, examine_pose
from pigmeter.comparison.redness_doubts import doubts_of_change
from pigmeter.comparison.repeatability import Repeatability, default_repeatability
from pigmeter.comparison.score import Score, score_of, scored_region
from pigmeter.comparison.sentences import verdict_of
from pigmeter.comparison.spot_matching import SpotChange, match_spots, spot_totals
from pigmeter.comparison.treatment import Treatment
from pigmeter.comparison.verdicts import judge
from pigmeter.comparison.visit import Visit
from pigmeter.comparison.visit_profiles import fit_visits
from pigmeter.errors import MeasurementError, UsageError
from pigmeter.findings import Finding
from pigmeter.measurement.measurement import Measurement, measure, measure_regions
from pigmeter.photo.photo import Photo
from pigmeter.photo.reader import read_photo
from pigmeter.regions.landmarks import read_landmarks
from pigmeter.regions.region import Given, Region

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile
    from pigmeter.regions.landmarks import LandmarkSource


@dataclass(frozen=True, slots=True)
class Change:
    """
    What changed between two visits of the same skin, follow-up minus baseline.

    Attributes
    ----------
    baseline, follow_up : Measurement
    visits : tuple of Visit
        What is known of either visit beside its photo.
    alignment : Alignment or None
        None where the photos could not be aligned and only regions of one name are compared.
    values : tuple of ChangeValue
        A change per region and number, controls after the plain changes.
    grid : ChangeGrid or None
        The maps of change and of both levels, on squares over the baseline's whole extent.
    spots : tuple of SpotChange
        What became of each spot.
    spot_totals : tuple of ChangeValue
        Of the spots of each region and kind.
    score : Score
    verdict : str
        What can be said, in a sentence or two.
    findings : tuple of Finding
        What is doubtful about the pair.
    repeatability : Repeatability
        How far unchanged skin differs from one photo to the next.
    treatment : Treatment or None
    control : str
        Region of untreated skin; empty if none was named.
    """

    baseline: Measurement
    follow_up: Measurement
    visits: tuple[Visit, Visit]
    alignment: Alignment | None
    values: tuple[ChangeValue, ...]
    grid: ChangeGrid | None = field(repr=False)
    spots: tuple[SpotChange, ...] = field(repr=False)
    spot_totals: tuple[ChangeValue, ...] = field(repr=False)
    score: Score
    verdict: str
    findings: tuple[Finding, ...]
    repeatability: Repeatability = field(repr=False)
    treatment: Treatment | None
    control: str

    @property
    def table(self) -> list[dict[str, Any]]:
        """A row per change, with the keys `change_value.CHANGE_COLUMNS`; numbers are finite or None."""
        return [value.row() for value in (*self.values, *self.spot_totals)]

    @property
    def maps(self) -> dict[str, np.ndarray]:
        """Change of each quantity on squares over the baseline's extent, NaN where it is not known."""
        return {} if self.grid is None else self.grid.maps


def compare(
    baseline: Measurement | str | os.PathLike[str],
    follow_up: Measurement | str | os.PathLike[str],
    *,
    profile: "Profile | None" = None,
    profile_after: "Profile | None" = None,
    regions: Given = None,
    landmarks: "LandmarkSource | None" = None,
    landmarks_after: "LandmarkSource | None" = None,
    face: int | tuple[float, float] | None = None,
    mm_per_pixel: float | None = None,
    mm_per_pixel_after: float | None = None,
    resolution: float | None = None,
    full_resolution: bool = False,
    visits: Sequence[Visit] | None = None,
    treatment: Treatment | None = None,
    indication: str | None = None,
    control: str | None = None,
    split_face: bool = False,
    repeatability: Repeatability | None = None,
    workers: int | None = None,
) -> Change:
    """
    Compare two visits of the same skin.

    Parameters
    ----------
    baseline, follow_up : Measurement or path
        A path is measured first, with the options of `measure` that are given here; of two paths the charts
        are fitted together, as far as they tell of one camera in one light.
    profile, profile_after : Profile, optional
        Of each visit; `profile` alone serves both, which says that camera, light and settings did not change.
        Without them each photo's own chart is read.
    regions : as for `measure`, optional
        Of the baseline. They are carried to the follow-up with the skin.
    landmarks, landmarks_after : as for `measure`, optional
        Of each photo; one file may hold both. They start the alignment too.
    face : int or (x, y), optional
        As for `measure`, of either photo.
    mm_per_pixel, mm_per_pixel_after : float, optional
        Of either photo; the first alone holds for both. [mm]
    resolution, full_resolution
        As for `measure`.
    visits : two of Visit, optional
        What is known of each visit; it goes before what the photos' files tell.
    treatment : Treatment, optional
        Carried to the results; its dates tell whether the skin had time to recover.
    indication : str, optional
        What is treated, a name of `indications`; else the treatment's, else general rejuvenation.
    control : str, optional
        Name of the region of untreated skin that is taken off every change.
    split_face : bool
        Also compare the changes of left and right of each site.
    repeatability : Repeatability, optional
        Of the caller's own repeats; without it published figures, and the result says so.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    Change

    Raises
    ------
    PhotoError, ChartError
        As `measure` raises them for a path.
    ProfileError
        As `measure` does, and if one profile was used for two cameras or lights.
    MeasurementError
        If the pair cannot be compared (codes ``PAIR_...``); the message says what would help.
    UsageError
        If visits or sides are swapped, or the control is no region.
    """
    options = {"face": face, "resolution": resolution, "full_resolution": full_resolution, "workers": workers}
    before, after = _opened(baseline), _opened(follow_up)
    charts: tuple[Chart | None, Chart | None] = (None, None)
    profiles = (profile, profile_after or profile)
    if isinstance(before, Photo) and isinstance(after, Photo) and profiles == (None, None):
        together = fit_visits(before, after)
        if together is not None:
            (one, profile), (other, profile_after) = together
            charts, profiles = (one, other), (profile, profile_after)
    later = landmarks_after
    if later is None and _serves_both(landmarks):
        later = landmarks
    first = _measured(
        before,
        profiles[0],
        regions,
        landmarks=landmarks,
        mm_per_pixel=mm_per_pixel,
        chart=charts[0],
        **options,
    )
    last = _measured(
        after,
        profiles[1],
        None,
        landmarks=later,
        mm_per_pixel=mm_per_pixel_after or mm_per_pixel,
        chart=charts[1],
        **options,
    )
    both = _visits(first, last, visits)
    points = None
    if landmarks is not None and later is not None:
        points = (
            read_landmarks(landmarks, first.photo, chosen=face),
            read_landmarks(later, last.photo, chosen=face),
        )
    threads = workers or first.found.workers
    side_by_side = min(threads, 2)
    with ThreadPoolExecutor(side_by_side) as pool:
        examined = pool.submit(examine_pair, first, last, both)
        common = pool.submit(_on_common_skin, first, last, points, workers)
        findings = list(examined.result())
    alignment, (here, there), doubts = common.result()
    findings += doubts
    known = repeatability or default_repeatability()
    # none of the four needs another, the longest comes first; with one worker a pool of one does them in turn
    each = max(threads // side_by_side, 1)
    with ThreadPoolExecutor(side_by_side) as pool:
        squares = fates = None
        if alignment is not None:
            fates = pool.submit(match_spots, first, last, alignment, workers=each)
            squares = pool.submit(change_grid, first, last, alignment, workers=each)
        rows = [
            pool.submit(measure_regions, visit, own, workers=each)
            for visit, own in ((first, here), (last, there))
        ]
    grid = None if squares is None else squares.result()
    spots = () if fates is None else fates.result()
    rows_before, rows_after = (each.result() for each in rows)
    values = changes_of(
        first, last, alignment, here, there, rows_before, rows_after, grid, known, workers=workers
    )
    totals = () if alignment is None else spot_totals(spots, first, here)
    of_spots = {total.key for total in totals}
    values = (*values, *totals)
    if control is not None:
        values = with_control(values, control, grid, here)
    if split_face:
        values = with_split_face(values, grid, here)
    values, fooled = doubts_of_change(judge(values), treatment, both, findings)
    findings += fooled
    kept = tuple(dict.fromkeys(findings))
    score = score_of(
        values,
        (),
        indication,
        region=scored_region(values, control or ""),
        against=control or "",
        treatment=treatment,
    )
    return Change(
        baseline=first,
        follow_up=last,
        visits=both,
        alignment=alignment,
        values=tuple(value for value in values if value.key not in of_spots),
        grid=grid,
        spots=spots,
        spot_totals=tuple(value for value in values if value.key in of_spots),
        score=score,
        verdict=verdict_of(values, score, kept),
        findings=kept,
        repeatability=known,
        treatment=treatment,
        control=control or "",
    )


def _opened(visit: Measurement | str | os.PathLike[str]) -> Measurement | Photo:
    return visit if isinstance(visit, Measurement) else read_photo(visit)


def _measured(
    visit: Measurement | Photo, profile: "Profile | None", regions: Given, **options: Any
) -> Measurement:
    return visit if isinstance(visit, Measurement) else measure(visit, profile, regions, **options)


def _serves_both(landmarks: "LandmarkSource | None") -> bool:
    """Whether a source of landmarks can be asked for another photo too: all but an array can."""
    return landmarks is not None and (callable(landmarks) or isinstance(landmarks, str | os.PathLike))


def _visits(first: Measurement, last: Measurement, declared: Sequence[Visit] | None) -> tuple[Visit, Visit]:
    said = (None, None) if declared is None else tuple(declared)
    if len(said) != 2:
        reason = f"{len(said)} visits are given; expected 2, the baseline's first"
        raise UsageError("VISITS_FORM", reason, "Give one for each photo")
    one, other = (
        Visit.from_photo(visit.photo).overridden(own) for visit, own in zip((first, last), said, strict=True)
    )
    return one, other


def _on_common_skin(
    first: Measurement, last: Measurement, points: tuple[np.ndarray, np.ndarray] | None, workers: int | None
) -> tuple[Alignment | None, tuple[tuple[Region, ...], tuple[Region, ...]], tuple[Finding, ...]]:
    try:
        alignment = align(first, last, landmarks=points, workers=workers)
    except MeasurementError as refusal:
        shared = same_named_regions(first, last, refusal)
        words = f"{refusal.reason}; regions of one name in both photos are compared as they are drawn"
        return None, shared, (Finding(refusal.code, words),)
    *carried, doubts = carry_regions(first, last, alignment)
    found = (*alignment.findings, *examine_pose(alignment), *doubts)
    return alignment, (carried[0], carried[1]), found
