"""How sure the mean of a region is: errors of the profile, noise of its pixels, the light where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.tone import looked_up
from pigmeter.colour.uncertainty import PARTS, ErrorTables, joined
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.statistics import Statistics
from pigmeter.photo.photo import Photo
from pigmeter.photo.places import photo_places
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile

COLUMNS = ("uncertainty", "low", "high", "change_uncertainty", *(f"uncertainty_{part}" for part in PARTS))


@dataclass(frozen=True, slots=True)
class Light:
    """
    What of a photo says how noisy and how evenly lit its skin is.

    Attributes
    ----------
    brightness : array, shape (patches, 3)
        Response of the chart's patches; empty without a chart in the photo. [natural log]
    noise : array, shape (patches, 3)
        SD of a pixel inside each patch. [natural log]
    to_chart : array, shape (3, 3), or None
        From x and y of the photo [px] to widths of the chart from its middle; None if the profile's chart is
        not in this photo.
    """

    brightness: np.ndarray
    noise: np.ndarray
    to_chart: np.ndarray | None


def light_of(photo: Photo, profile: "Profile", chart: "Chart | None") -> Light:
    """
    Learn of the chart in a photo how noisy its pixels are and where its light was read.

    Parameters
    ----------
    photo : Photo
    profile : Profile
    chart : Chart or None
        In this photo.

    Returns
    -------
    Light
    """
    if chart is None:
        return Light(np.empty((0, 3)), np.empty((0, 3)), None)
    kept = ~np.isin(np.arange(len(chart.patches)), chart.excluded)
    table = np.log(profile.response_table(photo).astype(float))
    values, spread = chart.patches[kept], chart.noise[kept]
    noise = 0.5 * (looked_up(table, values + spread) - looked_up(table, values - spread))
    own = profile.created_from == photo.sha256
    return Light(looked_up(table, values), noise, _to_chart(chart) if own else None)


def _to_chart(chart: "Chart") -> np.ndarray:
    outline = chart.layout.outline_mm
    width, middle = float(np.ptp(outline[:, 0])), outline.mean(axis=0)
    scaled = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, width]]) / width
    matrix = scaled @ np.linalg.inv(chart.homography)
    return np.asarray(matrix * np.linalg.inv(matrix)[2, 2])  # the third coordinate is 1 in the chart's middle


def region_bars(
    statistics: Mapping[str, Statistics],
    inside: np.ndarray,
    found: SkinMaps,
    light: Light,
    errors: ErrorTables,
) -> dict[str, dict[str, float | None]]:
    """
    Work out the uncertainties of a region's means.

    Parameters
    ----------
    statistics : dict of Statistics
        Of the region, by quantity.
    inside : array of bool, shape (rows, columns)
        The region's measured map pixels.
    found : SkinMaps
    light : Light
    errors : ErrorTables
        Of the profile.

    Returns
    -------
    dict of dict
        By quantity, with the keys `COLUMNS`; None for a region without skin.
    """
    melanin = statistics["melanin_index"].mean
    if melanin is None:
        return {key: dict.fromkeys(COLUMNS) for key in statistics}
    pixels = statistics["melanin_index"].n * found.scale**2 / limit("measurement", "noise_correlation")
    noise = pixel_noise(light, _brightness(found, inside)) / np.sqrt(max(pixels, 1.0))
    shading = errors.shading(chart_distance(light, inside, found.scale))
    bars = {}
    for key, values in statistics.items():
        parts = errors.parts(key, melanin, noise, shading)
        # Between two photos of a session noise and light differ twice, and nothing else does.
        change = errors.change_parts(key, melanin, (0.0, 0.0), np.sqrt(2) * noise, np.sqrt(2) * shading)
        spread = float(joined(parts))
        half = float(errors.coverage_factor(key, melanin)) * spread
        mean = float(values.mean) if values.mean is not None else melanin
        own = (spread, mean - half, mean + half, float(joined(change)), *map(float, parts.values()))
        bars[key] = dict[str, float | None](zip(COLUMNS, own, strict=True))
    return bars


def pixel_noise(light: Light, brightness: np.ndarray) -> np.ndarray:
    """
    SD of a pixel as bright as skin, by the patches of the chart that are about as bright.

    Parameters
    ----------
    light : Light
    brightness : array, shape (3,)
        Response of the skin. [natural log]

    Returns
    -------
    array, shape (3,)
        [natural log]; without a chart what is usual.
    """
    if not len(light.noise):
        return np.full(3, limit("measurement", "pixel_noise"))
    apart = (light.brightness - brightness) / limit("measurement", "noise_alike")
    weight = np.exp(-0.5 * (apart**2 - (apart**2).min(axis=0)))
    return np.asarray(np.sqrt((weight * light.noise**2).sum(axis=0) / weight.sum(axis=0)))


def chart_distance(light: Light, inside: np.ndarray, scale: int) -> float | None:
    """
    Distance of a region's middle from the chart's, in widths of the chart.

    Parameters
    ----------
    light : Light
    inside : array of bool, shape (rows, columns)
        Map pixels, at least one.
    scale : int
        Photo pixels per map pixel.

    Returns
    -------
    float or None
        In the plane of the chart, infinite beyond its horizon; None if the profile's chart is in another
        photo.
    """
    if light.to_chart is None:
        return None
    counts = [np.count_nonzero(inside, axis=axis) for axis in (0, 1)]
    x, y = (float(count @ np.arange(len(count)) / count.sum()) for count in counts)
    across, down, depth = light.to_chart @ [*photo_places([x, y], scale), 1.0]
    return float(np.hypot(across, down) / depth) if depth > 0 else float("inf")


def _brightness(found: SkinMaps, inside: np.ndarray) -> np.ndarray:
    """Log of the mean response of a region's cells; of all skin if it has no whole cell."""
    rows, columns = (
        np.minimum(np.arange(n) * found.cell + found.cell // 2, m - 1)
        for n, m in zip(found.skin_cells.skin.shape, inside.shape, strict=True)
    )
    cells = found.skin_cells.skin & inside[np.ix_(rows, columns)]
    if not cells.any():
        cells = found.skin_cells.skin
    places = np.flatnonzero(cells)  # a mask over two axes of three takes NumPy five times as long
    whole = found.cells.response.reshape(3, -1)
    response = whole[:, places].mean(axis=1) if len(places) else np.full(3, 0.3)
    return np.asarray(np.log(np.maximum(response, limit("measurement", "floor_response"))))
