"""Fit the profile of a session: from a photo of its chart, or from patch values that the caller has read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path

import numpy as np

from pigmeter.colour.camera import camera_prior
from pigmeter.colour.chart import Chart, find_chart
from pigmeter.colour.chart_noise import ChartNoise
from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.error_budget import error_tables
from pigmeter.colour.inference import Explored, FittedCamera, fit_camera
from pigmeter.colour.knowledge import Knowledge
from pigmeter.colour.known_cameras import disbelief, recorded, sharpened
from pigmeter.colour.layouts import layout
from pigmeter.colour.locus import skin_locus
from pigmeter.colour.memory import remember
from pigmeter.colour.patch_noise import flat_squares, noise_of_squares
from pigmeter.colour.patches import read_patch_file
from pigmeter.colour.profile import LEVELS, Profile
from pigmeter.colour.reading import Cameras, learn
from pigmeter.errors import PigmeterError, ProfileError, UsageError
from pigmeter.photo.photo import Capture, Photo
from pigmeter.photo.spaces import srgb_to_linear
from pigmeter.reference import limit

_PATCHES = 24


@dataclass(frozen=True, slots=True)
class ChartReading:
    """
    What a fit needs of a chart in a photo.

    Attributes
    ----------
    name, sha256 : str
        Of the photo; empty if the caller read the patches.
    capture : Capture
    values : array, shape (24, 3)
        Of the classic paints: encoded, full scale = 1; NaN where a value must not be used. [1]
    kind : str
        Of the chart.
    rendered : bool
        Whether the file may carry a tone curve.
    transfer : array, shape (3, 256)
        As `Profile.transfer`.
    primaries : array, shape (3, 3)
        Linear RGB of the file to XYZ, D65.
    decoded : callable
        Takes encoded values, shape (..., 3), to linear ones.
    flat : array of uint8 or uint16, shape (n, side, side, 3)
        Squares of the patches, for their noise; none if the caller read the patches.
    """

    name: str
    sha256: str
    capture: Capture
    values: np.ndarray
    kind: str
    rendered: bool
    transfer: np.ndarray
    primaries: np.ndarray
    decoded: Callable[[np.ndarray], np.ndarray]
    flat: np.ndarray


def fit_profile(photo: Photo, *, chart: Chart | None = None, knowledge: Knowledge | None = None) -> Profile:
    """
    Fit a profile to the chart in a photo.

    Parameters
    ----------
    photo : Photo
    chart : Chart, optional
        Found before; else it is looked for.
    knowledge : Knowledge, optional
        Of lamp and camera.

    Returns
    -------
    Profile

    Raises
    ------
    ChartError
        If no chart can be trusted.
    ProfileError
        If the chart's patches fit no camera.

    Notes
    -----
    A file whose values are a straight line of light is taken for linear sensor data, any other for a
    rendering. A flash that the file records, and in linear files a camera whose measured sensitivities ship,
    count as known; the chart decides whether they matter.
    """
    return fit_reading(read_chart(photo, chart if chart is not None else find_chart(photo)), knowledge)


def read_chart(photo: Photo, chart: Chart) -> ChartReading:
    """
    Return what a fit needs of a chart in a photo; the photo may then be let go.

    Parameters
    ----------
    photo : Photo
    chart : Chart
        Found in it.
    """
    grid = np.linspace(0.0, 1.0, photo.decode.shape[1])
    return ChartReading(
        name=photo.name,
        sha256=photo.sha256,
        capture=photo.capture,
        values=chart_values(photo, chart),
        kind=chart.kind,
        rendered=bool(np.abs(photo.decode - grid).max() > limit("profile", "straight_line")),
        transfer=np.array([np.interp(np.linspace(0, 1, LEVELS), grid, row) for row in photo.decode]),
        primaries=photo.primaries,
        decoded=partial(_decoded, photo.decode),
        flat=flat_squares(photo, chart),
    )


def fit_reading(
    reading: ChartReading, knowledge: Knowledge | None = None, explored: Explored | None = None
) -> Profile:
    """
    Fit a profile to a chart that was read before.

    Parameters
    ----------
    reading : ChartReading
    knowledge : Knowledge, optional
        Of lamp and camera.
    explored : Explored, optional
        Shared by the fits of a session, it spares them what one of them has done.

    Raises
    ------
    ProfileError
        If the chart's patches fit no camera.
    """
    told = recorded(reading.capture, reading.rendered, knowledge)
    try:
        profile = _profile(_fitted(reading, told, explored), reading, knowledge)
        return replace(profile, noise=_noise(profile, reading))
    except PigmeterError as error:
        error.file = error.file or reading.name or None
        raise


def _decoded(decode: np.ndarray, values: np.ndarray) -> np.ndarray:
    grid = np.linspace(0.0, 1.0, decode.shape[1])
    return np.stack([np.interp(values[..., c], grid, decode[c]) for c in range(3)], axis=-1)


def chart_values(photo: Photo, chart: Chart) -> np.ndarray:
    """
    Return the values of a chart's 24 classic paints in a photo, as `Knowledge.charts` takes them.

    Parameters
    ----------
    photo : Photo
    chart : Chart
        Found in it.

    Returns
    -------
    array, shape (24, 3)
        Encoded values, full scale = 1; NaN where a value must not be used. [1]
    """
    classic = layout(chart.kind).classic
    usable = ~np.isin(classic, chart.excluded)[:, None]
    usable = usable & (chart.clipped[classic] < limit("profile", "clipped_part"))
    return np.where(usable, chart.patches[classic] / (photo.decode.shape[1] - 1), np.nan)


def fit_profile_from_patches(
    values: np.ndarray,
    chart: str = "colorchecker-classic",
    rendered: bool = False,
    exclude: Iterable[int] = (),
    knowledge: Knowledge | None = None,
) -> Profile:
    """
    Fit a profile to patch values that the caller has read.

    Parameters
    ----------
    values : array, shape (24, 3)
        R, G, B of the 24 classic paints, dark skin first, black last: linear sensor values with perfect white
        near 1, or with `rendered` sRGB-encoded values 0 to 1 of a camera's JPEG. [1]
    chart : str
        One of `layouts.LAYOUT_KINDS`.
    rendered : bool
        Whether the values are encoded.
    exclude : iterable of int
        Indices of patches that must not be used.
    knowledge : Knowledge, optional
        Of lamp and camera.

    Returns
    -------
    Profile

    Raises
    ------
    UsageError
        If the values' shape or an index is wrong, a value is not finite, or the kind of chart is unknown.
    ProfileError
        If the patches fit no camera.
    """
    patches = np.asarray(values, dtype=float)
    if patches.shape != (_PATCHES, 3):
        reason = f"values have shape {patches.shape}; expected (24, 3)"
        raise UsageError("PATCH_SHAPE", reason, "Pass one row R, G, B per paint, dark skin first, black last")
    left_out = sorted({int(index) for index in exclude})
    if left_out and (left_out[0] < 0 or left_out[-1] >= _PATCHES):
        reason = f"exclude names patches {left_out}; expected indices from 0 to 23"
        raise UsageError("PATCH_INDEX", reason, "Count from 0 (dark skin) to 23 (black)")
    kept = ~np.isin(np.arange(_PATCHES), left_out)
    if not np.isfinite(patches[kept]).all():
        bad = np.flatnonzero(kept & ~np.isfinite(patches).all(axis=1)).tolist()
        reason = f"values of patches {bad} are not finite"
        raise UsageError("PATCH_VALUES", reason, "Pass numbers, or name these patches in `exclude`")
    lowest, highest = patches[kept].min(initial=0.0), patches[kept].max(initial=0.0)
    if rendered and (lowest < 0 or highest > 1):
        reason = f"encoded values reach from {lowest:g} to {highest:g}; expected 0 to 1"
        raise UsageError("PATCH_VALUES", reason, "Divide 8-bit values by 255 and 16-bit values by 65535")
    patches = np.where(kept[:, None], patches, np.nan)
    straight = np.tile(np.linspace(0.0, 1.0, LEVELS), (3, 1))
    transfer = srgb_to_linear(straight) if rendered else straight
    reading = ChartReading(
        name="",
        sha256="",
        capture=Capture(),
        values=patches,
        kind=layout(chart).kind,
        rendered=rendered,
        transfer=transfer,
        primaries=np.linalg.inv(SRGB_FROM_XYZ),
        decoded=srgb_to_linear if rendered else np.asarray,
        flat=np.empty((0, 1, 1, 3), np.uint8),
    )
    return fit_reading(reading, knowledge)


def fit_profile_from_file(
    path: str | PathLike[str],
    *,
    chart: str | None = None,
    rendered: bool = False,
    knowledge: Knowledge | None = None,
) -> Profile:
    """
    Fit a profile to saved patch readings, for charts that no detector finds.

    Parameters
    ----------
    path : path-like
        CSV with the columns patch, r, g, b (see `patches.read_patch_file`); patches left out or empty are not
        used.
    chart : str, optional
        One of `layouts.LAYOUT_KINDS`; the Classic when not given.
    rendered : bool
        Whether the values are sRGB-encoded: 0 to 1, 0 to 255 or 0 to 65535, told by the largest.
    knowledge : Knowledge, optional
        Of lamp and camera.

    Returns
    -------
    Profile

    Raises
    ------
    ChartError
        If the file is no table of patch readings.
    UsageError
        If the kind of chart is unknown.
    ProfileError
        If the patches fit no camera.
    """
    values = read_patch_file(path)
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    full = next((full for full in (1.0, 255.0, 65535.0) if largest <= full), largest) if rendered else 1.0
    missing = np.flatnonzero(~np.isfinite(values).all(axis=1)).tolist()
    kind = chart or "colorchecker-classic"
    try:
        return fit_profile_from_patches(values / full, kind, rendered, missing, knowledge)
    except PigmeterError as error:
        error.file = error.file or Path(path).name
        raise


def _noise(profile: Profile, reading: ChartReading) -> ChartNoise | None:
    encoded = np.linspace(0.0, 1.0, np.iinfo(reading.flat.dtype).max + 1)[:, None].repeat(3, axis=1)
    table = profile.response(encoded if reading.rendered else reading.decoded(encoded)).T
    return noise_of_squares(reading.flat, table, reading.capture.iso)


def _fitted(reading: ChartReading, knowledge: Knowledge, explored: Explored | None = None) -> FittedCamera:
    prior = sharpened(camera_prior(reading.rendered), knowledge, reading.rendered)
    prior = prior.seen_through(reading.primaries)
    own, *others = [_readable(values, reading) for values in (reading.values, *knowledge.charts)]
    return fit_camera(*own, reading.kind, reading.rendered, prior, others, explored)


def _readable(values: np.ndarray, reading: ChartReading) -> tuple[np.ndarray, np.ndarray]:
    """Log linear values, and which of them say something."""
    state = "encoded" if reading.rendered else "linear"
    lowest, highest = limit("profile", f"{state}_lowest"), limit("profile", f"{state}_highest")
    filled = np.where(np.isfinite(values), values, 0.0)
    linear = np.maximum(reading.decoded(filled), 1e-4)
    return np.asarray(np.log(linear)), np.asarray((filled > lowest) & (filled < highest))


def _profile(fitted: FittedCamera, reading: ChartReading, knowledge: Knowledge | None) -> Profile:
    read = learn(Cameras(fitted.scene, fitted.modes, fitted.seen, fitted.curve))
    if not np.isfinite(read.level).all():
        reason = "the weights of the profile are not finite"
        raise ProfileError("CAL_RESIDUAL", reason, "Photograph the chart again, evenly lit and well exposed")
    held = tuple(
        {
            "weight": mode.weight,
            "camera_class": float(mode.hypothesis.camera_class),
            "light_field": mode.hypothesis.light_field,
            "paint_error": mode.hypothesis.paint_error,
            "colour_field": mode.hypothesis.colour_field,
        }
        for mode in fitted.modes
    )
    return Profile(
        rendered=reading.rendered,
        chart_kind=reading.kind,
        edition=fitted.edition,
        transfer=reading.transfer,
        primaries=np.asarray(reading.primaries, dtype=float),
        curve=fitted.curve,
        level_weights=read.level,
        change_weights=read.change,
        errors=error_tables(fitted, read),
        skin_locus=skin_locus(read.chroma),
        quality=fitted.quality,
        hypotheses=held,
        known=fitted.known,
        camera=remember(fitted.scene, fitted.modes, reading.primaries),
        findings=fitted.findings + disbelief(fitted.known, knowledge),
        created_from=reading.sha256,
    )
