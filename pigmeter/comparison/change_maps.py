"""Maps of change: both visits averaged over the same squares of skin, read, and held against their noise."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.change_reading import read_change
from pigmeter.colour.reading import OFFSET, named, terms
from pigmeter.comparison.calibration_part import Calibration, calibration_of
from pigmeter.comparison.homographies import apply_matrix
from pigmeter.comparison.mean_responses import mean_log_response
from pigmeter.comparison.skin_light import SkinLight, light_of_visits, light_part, see_light
from pigmeter.comparison.square_noise import noise_of_changes, slopes_of
from pigmeter.comparison.verdicts import false_discoveries
from pigmeter.measurement.maps import block_response
from pigmeter.photo.places import photo_places
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class ChangeGrid:
    """
    Both visits on the same squares of the baseline's maps.

    Attributes
    ----------
    maps : dict of str to array of float32, shape (rows, columns)
        Change of each quantity, follow-up minus baseline, in its unit; NaN where less than half of a square
        is skin that both visits show.
    baseline, follow_up : dict of str to array of float32, shape (rows, columns)
        Levels.
    noise : dict of str to array of float32, shape (rows, columns)
        SD of the change of a square that no other square shares: camera, texture, registration.
    uncertainty : dict of str to array of float32, shape (rows, columns)
        Standard uncertainty of the change of a square: its noise, and what all squares share.
    detectable : dict of str to array of bool, shape (rows, columns)
        Where a change of the quantity can be told from none; at most one in twenty of these falsely, on
        average.
    slope : dict of str to array of float32, shape (2, rows, columns)
        By how much the change grows if the follow-up moves by a map pixel down, and to the right.
        [unit / map px]
    counted : array of bool, shape (map rows, map columns)
        Map pixels of the baseline that the squares rest on.
    light : SkinLight
        How unsure the light on the skin is.
    calibration : Calibration
        How unsure the profiles are.
    side_mm : float or None
        Of a square; None if nothing tells the scale. [mm]
    step : int
        Side of a square. [baseline map px]
    """

    maps: dict[str, np.ndarray]
    baseline: dict[str, np.ndarray]
    follow_up: dict[str, np.ndarray]
    noise: dict[str, np.ndarray]
    uncertainty: dict[str, np.ndarray]
    detectable: dict[str, np.ndarray]
    slope: dict[str, np.ndarray] = field(repr=False)
    counted: np.ndarray = field(repr=False)
    light: SkinLight = field(repr=False)
    calibration: Calibration = field(repr=False)
    side_mm: float | None
    step: int


def change_grid(
    baseline: "Measurement", follow_up: "Measurement", alignment: "Alignment", *, workers: int | None = None
) -> ChangeGrid:
    """
    Read the change of every square of skin that both visits show.

    Parameters
    ----------
    baseline, follow_up : Measurement
    alignment : Alignment
        Of the two.
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    ChangeGrid

    Notes
    -----
    Responses are averaged over a square before their logarithm is taken, at both visits over the same pixels:
    the mean of logarithms of noisy pixels is biased, and by more at the noisier visit. A square is at least
    three residuals of the alignment wide, so that most of it is the same skin.
    """
    step = square_step(baseline.mm_per_pixel or nominal_mm(baseline), alignment.residual_px)
    first = block_response(baseline.photo, baseline.profile, baseline.scale, workers=workers)
    last = block_response(follow_up.photo, follow_up.profile, follow_up.scale, workers=workers)
    last[0][~follow_up.skin] = np.nan
    last = _laid_over(last, alignment)
    counted = alignment.trusted & baseline.skin & np.isfinite(first[0]) & np.isfinite(last[0])
    threads = workers or baseline.found.workers
    light = light_of_visits(baseline, follow_up)
    calibration = calibration_of(baseline, follow_up)
    before, after = (mean_log_response(planes, counted, step, threads) for planes in (first, last))
    profiles = baseline.profile, follow_up.profile
    level = [
        named(terms(log) @ each.level_weights) for log, each in zip((before, after), profiles, strict=True)
    ]
    early, late = light.evening
    maps = read_change(before + early, after + late, *profiles)
    slope = slopes_of(after, follow_up.profile, profiles[0].id == profiles[1].id, step)
    response = 10 ** -(before + OFFSET)
    noise = noise_of_changes(maps, response, (baseline, follow_up), slope, alignment.residual_px, step)
    tone = level[0]["melanin_index"]
    side = step * (baseline.mm_per_pixel or nominal_mm(baseline))
    if counted.any() and np.isfinite(tone).any():
        light = see_light(light, maps, float(np.nanmean(tone)), step, side)
    still, uncertainty = _with_shared(noise, maps, tone, light, calibration, alignment, step)
    # with what no change would have, as the p of a region
    detectable = {key: false_discoveries(maps[key], still[key]) for key in maps}
    return ChangeGrid(
        maps=_single(maps),
        baseline=_single(level[0]),
        follow_up=_single(level[1]),
        noise=_single(noise),
        uncertainty=_single(uncertainty),
        detectable=detectable,
        slope=_single(slope),
        counted=counted,
        side_mm=None if baseline.mm_per_pixel is None else side,
        light=light,
        calibration=calibration,
        step=step,
    )


def square_step(mm_per_pixel: float, residual_px: float) -> int:
    """
    Side of the squares on which changes are read.

    Parameters
    ----------
    mm_per_pixel : float
        Of a map pixel. [mm]
    residual_px : float
        Of the alignment. [map px]

    Returns
    -------
    int
        [map px]
    """
    wanted = max(limit("change", "square_mm") / mm_per_pixel, limit("change", "residuals") * residual_px)
    return max(int(np.ceil(wanted - 1e-6)), 1)


def nominal_mm(visit: "Measurement") -> float:
    """Return what a map pixel is taken to measure where nothing tells. [mm]"""
    return limit("measurement", "nominal_field_mm") / max(visit.photo.shape) * visit.scale


def places_in_photos(
    middle: np.ndarray, visits: "tuple[Measurement, Measurement]", alignment: "Alignment"
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return where a place of the baseline lies in either photo.

    Parameters
    ----------
    middle : array, shape (..., 2)
        Row and column of the baseline's maps, 0 at their upper left corner. [map px]
    visits : tuple of Measurement
    alignment : Alignment
        Of which the homography is used: where a region lies in the light need not be known to a pixel.

    Returns
    -------
    tuple of array, shape (..., 2)
        x, y. [photo px]
    """
    first, last = (visit.scale for visit in visits)
    place = middle[..., ::-1] - 0.5
    return photo_places(place, first), photo_places(apply_matrix(alignment.matrix, place), last)


def _laid_over(planes: np.ndarray, alignment: "Alignment") -> np.ndarray:
    """Planes of the follow-up on the baseline's grid; NaN where one of the four neighbours is."""
    import cv2

    place = alignment.x, alignment.y
    return np.stack(
        [cv2.remap(plane, *place, cv2.INTER_LINEAR, borderValue=float("nan")) for plane in planes]
    )


def _with_shared(
    noise: dict[str, np.ndarray],
    maps: dict[str, np.ndarray],
    tone: np.ndarray,
    light: SkinLight,
    calibration: Calibration,
    alignment: "Alignment",
    step: int,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """
    Standard uncertainty of each square if it did not change, and of its change as it was read.

    The first of its noise, the calibration and the light there; the second with what a change is misread by.
    """
    places = np.argwhere(np.isfinite(tone))
    if not len(places):
        return dict(noise), dict(noise)
    level = float(tone[np.isfinite(tone)].mean())
    moved = maps["melanin_index"], maps["haemoglobin_index"]
    spreads = light.spreads(places_in_photos((places + 0.5) * step, light.visits, alignment))
    everywhere = [np.full(tone.shape, np.nan) for _ in spreads]
    for plane, spread in zip(everywhere, spreads, strict=True):
        plane[tuple(places.T)] = spread
        if light.seen is not None and light.seen.local is not None:
            np.hypot(plane, light.seen.local / np.sqrt(2), out=plane)
    still, changed = {}, {}
    for key, own in noise.items():
        unsure = calibration.part(key, level, moved)
        lit = light_part(key, level, *light.visits, (everywhere[0], everywhere[1]))
        still[key] = np.sqrt(own**2 + unsure**2 + lit**2)
        changed[key] = np.hypot(still[key], calibration.of_change(key, level, moved))
    return still, changed


def _single(maps: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {key: values.astype(np.float32) for key, values in maps.items()}
