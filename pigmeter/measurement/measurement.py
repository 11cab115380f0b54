"""Measure a photo: its chart and profile, its maps, the statistics of its regions, and what is doubtful."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from pigmeter.errors import ChartError, UsageError
from pigmeter.findings import Finding
from pigmeter.measurement.endpoints import endpoints_of
from pigmeter.measurement.error_bars import light_of
from pigmeter.measurement.evenness import Evenness, evenness_of
from pigmeter.measurement.maps import SkinMaps, analysis_scale, quantity_maps
from pigmeter.measurement.noise import Noise, noise_of
from pigmeter.measurement.obstructions import mark_obstructions
from pigmeter.measurement.quality import find_doubts, require_skin
from pigmeter.measurement.region_squares import squares_of_regions
from pigmeter.measurement.region_table import region_rows
from pigmeter.measurement.severity import spot_values
from pigmeter.measurement.spots import Spot, find_spots
from pigmeter.measurement.variation import variation_of
from pigmeter.photo.photo import Photo
from pigmeter.regions.outline import Outline
from pigmeter.regions.region import Given, Region, lay_regions, outlines_of
from pigmeter.version import SOFTWARE

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile
    from pigmeter.regions.face_frame import FaceFrame, Where
    from pigmeter.regions.landmarks import LandmarkSource


@dataclass(frozen=True, slots=True)
class Measurement:
    """
    What was measured on one photo.

    Attributes
    ----------
    photo_name, sha256 : str
    maps : dict of str to array of float32, shape (rows, columns)
        One per key of `QUANTITIES`, in its unit, over the photo's whole extent; NaN where nothing was
        measured.
    table : list of dict
        A row per region and quantity; numbers are finite or None.
    findings : tuple of Finding
        What is doubtful about the photo, its chart, its profile or the measurement.
    spots : tuple of Spot
        Dark, light and red spots and patches, the most severe first; none without a scale.
    evenness : Evenness
        Its maps in three bands of size; none without a scale.
    skin : array of bool, shape (rows, columns)
        Where the maps hold numbers.
    state : array of uint8, shape (rows, columns)
        1 where `skin`, 0 where there is none; else why it is not measured (see `maps` and `obstructions`).
    scale : int
        Side of a map pixel. [photo px]
    mm_per_pixel : float or None
        Of the maps; None if no chart gives the scale. [mm]
    profile : Profile
    chart : Chart or None
        The chart in this photo.
    regions : tuple of Region
        The whole skin first.
    photo : Photo
    found : SkinMaps
        What `maps`, `skin` and `state` rest on.
    source : str
        Whose the profile is: ``"own chart"`` or ``"given"``.
    """

    photo_name: str
    sha256: str
    maps: dict[str, np.ndarray]
    table: list[dict[str, Any]]
    findings: tuple[Finding, ...]
    spots: tuple[Spot, ...]
    evenness: Evenness
    skin: np.ndarray
    state: np.ndarray
    scale: int
    mm_per_pixel: float | None
    profile: "Profile"
    chart: "Chart | None"
    regions: tuple[Region, ...]
    photo: Photo = field(repr=False)
    found: SkinMaps = field(repr=False)
    source: str


def measure(
    photo: Photo | str | os.PathLike[str],
    profile: "Profile | None" = None,
    regions: Given = None,
    *,
    chart: "Chart | None" = None,
    landmarks: "LandmarkSource | None" = None,
    face: int | tuple[float, float] | None = None,
    mm_per_pixel: float | None = None,
    resolution: float | None = None,
    full_resolution: bool = False,
    look_for_chart: bool = True,
    workers: int | None = None,
) -> Measurement:
    """
    Measure the skin in a photo.

    Parameters
    ----------
    photo : Photo or path
    profile : Profile, optional
        Of the session. Without it the photo's own chart is read and fitted.
    regions : mapping of str to array, path, RegionSet or outlines, optional
        Regions besides the whole skin. In a mapping each is a bool mask of the photo's shape, or a polygon,
        shape (corners, 2), as x and y in photo pixels; a path names a file or folder as docs/regions.md
        tells.
    chart : Chart, optional
        The chart in this photo, if the caller has found it already.
    landmarks : function, path of a JSON file, or array, optional
        Of the face, as `read_landmarks` takes them; the regions of a face are placed by them, and measured if
        no others are given.
    face : int or (x, y), optional
        Which of several faces: its number, the largest being 1, or a point on it [px].
    mm_per_pixel : float, optional
        Of the photo, where the caller knows it; else the chart tells. [mm]
    resolution : float, optional
        Side of a map pixel, at least that of a photo pixel; 0.1 mm if not given. [mm]
    full_resolution : bool
        Maps with a pixel per pixel of the photo, whatever memory they take.
    look_for_chart : bool
        Search for a chart although `profile` is given, to leave it out of the skin and to learn the scale.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    Measurement

    Raises
    ------
    PhotoError
        If `photo` is a path and the file cannot be read as a photo.
    ChartError
        If there is neither a profile nor a chart that can be trusted.
    MeasurementError
        If there is no skin to be measured, or no face, or several, where one is needed.
    UsageError
        If a region, `mm_per_pixel` or `resolution` has the wrong form, or a resolution is asked for and
        nothing gives the scale.
    """
    photo = _opened(photo)
    if mm_per_pixel is not None and not (math.isfinite(mm_per_pixel) and mm_per_pixel > 0):
        reason = f"mm_per_pixel is {mm_per_pixel}; expected a length above 0"
        raise UsageError(
            "SCALE_FORM", reason, "Give the side of a photo pixel in mm, or leave it out", file=photo.name
        )
    own = profile is None or profile.created_from == photo.sha256
    source = "own chart" if own else "given"
    if chart is None and (look_for_chart or profile is None):
        chart = _chart_of(photo, needed=profile is None)
    if profile is None:
        from pigmeter.colour.session import fit_profile

        profile = fit_profile(photo, chart=chart)
    length = mm_per_pixel or _scale_of(chart)
    scale = analysis_scale(photo.shape, length, full_resolution, resolution)
    outlines = outlines_of(regions, photo.shape, photo.name)
    outlines, frame, doubts_on_face = _on_the_face(outlines, photo, landmarks, face)
    given = lay_regions(outlines, photo.shape, scale, chart=chart, landmarks=frame)
    excluded = _charts(chart, photo, scale)
    found = quantity_maps(photo, profile, scale, mm_per_pixel=length, excluded=excluded, workers=workers)
    length_of_map = None if length is None else length * scale
    require_skin(photo, found)
    found = mark_obstructions(found, length_of_map)
    require_skin(photo, found)
    noise = noise_of(photo, profile, chart, scale, length_of_map)
    spots = find_spots(found, length_of_map, noise, given, profile.weights("change"))
    skin = _Skin(photo, profile, source, chart, found, length_of_map, noise, spots)
    evenness, table = _describe(skin, given, workers)
    findings = photo.findings + (() if chart is None else tuple(chart.findings)) + tuple(profile.findings)
    doubts = find_doubts(photo, profile, found, length)
    return Measurement(
        photo_name=photo.name,
        sha256=photo.sha256,
        maps=found.maps,
        table=table,
        findings=tuple(dict.fromkeys(findings + doubts_on_face + doubts)),
        spots=spots,
        evenness=evenness,
        skin=found.skin,
        state=found.state,
        scale=scale,
        mm_per_pixel=length_of_map,
        profile=profile,
        chart=chart,
        regions=given,
        photo=photo,
        found=found,
        source=source,
    )


def measure_regions(
    measurement: Measurement, regions: Sequence[Region], *, workers: int | None = None
) -> list[dict[str, Any]]:
    """
    Describe other regions of a photo that was measured.

    Parameters
    ----------
    measurement : Measurement
    regions : sequence of Region
        On the grid of its maps.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    list of dict
        Rows as in `Measurement.table`. Spots are those of the measurement.
    """
    m = measurement
    noise = noise_of(m.photo, m.profile, m.chart, m.scale, m.mm_per_pixel)
    skin = _Skin(m.photo, m.profile, m.source, m.chart, m.found, m.mm_per_pixel, noise, m.spots)
    return _describe(skin, regions, workers)[1]


@dataclass(frozen=True, slots=True)
class _Skin:
    """Everything that the numbers of a region are made of."""

    photo: Photo
    profile: "Profile"
    source: str
    chart: "Chart | None"
    found: SkinMaps
    mm_per_pixel: float | None
    noise: Noise
    spots: tuple[Spot, ...]


def _describe(
    skin: _Skin, regions: Sequence[Region], workers: int | None
) -> tuple[Evenness, list[dict[str, Any]]]:
    found, length = skin.found, skin.mm_per_pixel
    common = {
        "photo": skin.photo.name,
        "sha256": skin.photo.sha256,
        "mm_per_pixel": length,
        "profile": skin.profile.id,
        "profile_source": skin.source,
        "software": SOFTWARE,
    }
    light = light_of(skin.photo, skin.profile, skin.chart)
    evenness = evenness_of(found, length, skin.noise, regions)
    squares = squares_of_regions(found, regions, length, evenness.grid)
    said = zip(
        evenness.values,
        variation_of(found, regions, length, squares=squares, light=light, errors=skin.profile.errors),
        endpoints_of(found, regions, length, skin.noise, squares=squares),
        spot_values(skin.spots, found, length, regions),
        strict=True,
    )
    table = [
        common | row
        for region, values in zip(regions, said, strict=True)
        for row in region_rows(
            region, found, skin.profile, light, chain(*values), mm_per_pixel=length, workers=workers
        )
    ]
    return evenness, table


def _opened(photo: Photo | str | os.PathLike[str]) -> Photo:
    if isinstance(photo, Photo):
        return photo
    from pigmeter.photo.reader import read_photo

    return read_photo(photo)


def _on_the_face(
    outlines: tuple[Outline, ...],
    photo: Photo,
    landmarks: "LandmarkSource | None",
    face: int | tuple[float, float] | None,
) -> "tuple[tuple[Outline, ...], FaceFrame | None, tuple[Finding, ...]]":
    """Look for a face only where something asks for it: most photos are close-ups without one."""
    if landmarks is not None:
        from pigmeter.regions.landmarks import read_landmarks

        where: Where = read_landmarks(landmarks, photo, chosen=face)
    elif face is None and all(outline.frame != "face" for outline in outlines):
        return outlines, None, ()
    else:
        from pigmeter.regions.faces import choose_face, find_faces

        where = choose_face(find_faces(photo), face)
    from pigmeter.regions.anatomy import face_findings, face_regions
    from pigmeter.regions.face_frame import face_frame_of

    frame = face_frame_of(where)
    return outlines or face_regions(frame, shape=photo.shape), frame, face_findings(where)


def _chart_of(photo: Photo, *, needed: bool) -> "Chart | None":
    from pigmeter.colour.chart import find_chart
    from pigmeter.colour.variety import may_show_chart

    if not needed and not may_show_chart(photo):
        return None
    try:
        return find_chart(photo)
    except ChartError:
        if needed:
            raise
        return None


def _scale_of(chart: "Chart | None") -> float | None:
    return (
        chart.mm_per_pixel if chart and math.isfinite(chart.mm_per_pixel) and chart.mm_per_pixel > 0 else None
    )


def _charts(chart: "Chart | None", photo: Photo, scale: int) -> np.ndarray | None:
    """Map pixels of every chart in the photo, whichever of them was read."""
    if chart is None:
        return None
    shape = tuple(-(-side // scale) for side in photo.shape)
    mask: np.ndarray = chart.mask(shape, scale)
    for other in chart.others:
        mask = mask | other.mask(shape, scale)
    return mask
