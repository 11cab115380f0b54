"""The five endpoints of a rejuvenation trial: redness, melanin, colour evenness, luminosity, fine texture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.measurement.bands import Band, BandTiles, Spread, band_sums, size_bands
from pigmeter.measurement.grid import Grid
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.noise import Noise
from pigmeter.measurement.obstructions import Extent, extent_of
from pigmeter.measurement.region_squares import (
    RegionSquares,
    counted_share,
    squares_of_regions,
    why_no_squares,
)
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.shading import LIGHT, shading_of
from pigmeter.measurement.skin_noise import noise_field
from pigmeter.measurement.texture import refused_texture, texture_of
from pigmeter.reference import limit
from pigmeter.regions.region import Region

_LAB = ("L", "a", "b")
_PIGMENTS = ("melanin_index", "haemoglobin_index")
_CELLS = 5000  # as many places of the skin tell its mean brightness


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    One endpoint of a trial.

    Attributes
    ----------
    name : str
        As trials name it.
    key : str
        The row that carries it.
    note : str
        What it does not tell.
    better : str
        ``"lower"`` or ``"higher"``: what a trial hopes for.
    """

    name: str
    key: str
    note: str
    better: str


_ALL = (
    Endpoint(
        "redness",
        "haemoglobin_index",
        "Blood in the skin at the moment of the photo: heat, exercise, pressure and posture change it within "
        "minutes.",
        "lower",
    ),
    Endpoint(
        "melanin",
        "melanin_index",
        "Absorbs red light: shade on the skin and much deoxygenated blood are read as melanin.",
        "lower",
    ),
    Endpoint(
        "colour evenness",
        "colour_evenness",
        "0 is perfectly even; holds differences of 1 to 16 mm only, and make-up, hair or gloss that went "
        "unnoticed count as colour, as do folds and edges of shadow.",
        "lower",
    ),
    Endpoint(
        "luminosity",
        "L",
        "Lightness of the skin, which exposure and shade move as treatment does; gloss is left out and "
        "stands apart as gloss_fraction, and radiance as people see it needs both.",
        "higher",
    ),
    Endpoint(
        "texture",
        "texture",
        "Height of light and shade, not of the skin: compare it only between photos with the same direction "
        "of light, distance and sharpness.",
        "lower",
    ),
)

ENDPOINTS = {endpoint.name: endpoint for endpoint in _ALL}
"""The five endpoints, by name."""


def endpoint_of(key: str) -> Endpoint | None:
    """Return the endpoint that a row of the table carries, by the row's ``quantity``; None if it has none."""
    return next((endpoint for endpoint in _ALL if endpoint.key == key), None)


def endpoints_of(
    found: SkinMaps,
    regions: Sequence[Region],
    mm_per_pixel: float | None,
    noise: Noise,
    *,
    squares: RegionSquares | None = None,
    extents: Sequence[Extent] | None = None,
) -> tuple[tuple[RegionValue, ...], ...]:
    """
    Work out the endpoints that are not the mean of a map: colour evenness, texture, and gloss beside them.

    Parameters
    ----------
    found : SkinMaps
        Of `obstructions.mark_obstructions`.
    regions : sequence of Region
    mm_per_pixel : float or None
        Of a map pixel. [mm]
    noise : Noise
        Of the photo.
    squares : RegionSquares, optional
        Of these regions, if the caller has them.
    extents : sequence of Extent, optional
        Of these regions, if the caller has them.

    Returns
    -------
    tuple of tuple of RegionValue
        One tuple per region: ``colour_evenness``, ``colour_evenness_middle``, ``colour_evenness_wide``,
        ``texture``, ``gloss_fraction``.

    Notes
    -----
    Colour evenness is the root of the summed squares of the spreads of L, a and b in a band, which is the
    root mean square colour difference (CIE 1976) of squares from the wider squares around them. Light and
    shade are not taken off, save what a window's upper limit does: `shading.Shading` took a fifth of the
    colour of light skin with them and two thirds of that of dark skin, while relief of twice the usual height
    adds 3 to 5 % (rendered skins, flat).
    """
    bands = size_bands()
    extents = [extent_of(found, region) for region in regions] if extents is None else extents
    gloss = [_gloss(*each) for each in zip(extents, regions, strict=True)]
    refusal = why_no_squares(mm_per_pixel, bands[-1].low_mm / 2)
    if refusal is None:
        squares = squares or squares_of_regions(found, regions, mm_per_pixel)
    if refusal is not None or squares is None or mm_per_pixel is None:
        refusal = refusal or ("SCALE_NONE", "nothing tells the scale of the photo")
        rows = [*(_refused(name, *refusal) for name in _names(bands)), refused_texture(*refusal)]
        return tuple((*rows, shine) for shine in gloss)
    half = squares.half
    shading = shading_of(noise, half, _responses(found))
    lit = replace(squares.grid, values={LIGHT: shading.light(squares.grid.values)})
    coloured = replace(half, values={key: half.values[key] for key in (*_LAB, *_PIGMENTS)})
    field = noise_field(found, noise, mm_per_pixel)
    lit_field = replace(field, noise=shading)
    made = []
    for number, region in enumerate(regions):
        within = squares.half_within[number]
        counted = counted_share(half, within) > 0
        if not counted.any():
            reason = f"no skin to be measured in the region {region.name!r}"
            rows = [_refused(name, "REGION_EMPTY", reason) for name in _names(bands)]
            rows.append(refused_texture("REGION_EMPTY", reason))
        else:
            sums = band_sums(coloured, field, bands[1:], within, found.workers)
            tone = _tone(half, counted)
            rows = _colour_rows(sums, bands, region, noise.errors, tone)
            rows.append(texture_of(lit, lit_field, squares.within[number], region, found.workers))
        made.append((*rows, gloss[number]))
    return tuple(made)


def _responses(found: SkinMaps) -> np.ndarray:
    """Linear response of places all over the skin, shape (3, n)."""
    places = np.flatnonzero(found.skin_cells.skin)
    places = places[:: max(len(places) // _CELLS, 1)]
    return np.asarray(found.cells.response.reshape(3, -1)[:, places], dtype=float)


def _tone(grid: Grid, counted: np.ndarray) -> float:
    some = grid.values["melanin_index"][::4, ::4][counted[::4, ::4]]
    if not len(some):
        some = grid.values["melanin_index"][counted]
    return float(some.mean(dtype=float))


def _colour_rows(
    sums: Mapping[str, BandTiles],
    bands: Sequence[Band],
    region: Region,
    errors: ErrorTables | None,
    tone: float,
) -> list[RegionValue]:
    rows = []
    parts: list[Spread] = []
    refusals = []
    for band in bands[1:]:
        tiles = sums.get(band.name)
        spread = None if tiles is None else _joined(tiles, errors, tone)
        refusal = _too_little(tiles, spread, band, region)
        name = f"colour_evenness_{band.name}"
        if spread is None or refusal is not None:
            refusals.append(refusal or ("REGION_SMALL", ""))
            rows.append(_refused(name, *refusals[-1]))
        else:
            parts.append(spread)
            rows.append(_measured(name, spread))
    if refusals:
        return [_refused("colour_evenness", *refusals[0]), *rows]
    both = sum(part.mean_square for part in parts)
    whole = Spread(
        value=float(np.sqrt(max(both, 0.0))),
        mean_square=both,
        error=float(np.hypot.reduce([part.error for part in parts])),
        noise=float(np.hypot.reduce([part.noise for part in parts])),
        squares=parts[0].squares,
        windows=parts[-1].windows,
    )
    return [_measured("colour_evenness", whole), *rows]


def _joined(tiles: BandTiles, errors: ErrorTables | None, tone: float) -> Spread | None:
    """Spread of L, a and b together; what they owe to the same places is in its uncertainty."""
    single = tiles.spreads()
    count = len(tiles.keys)
    if not single:
        return None
    places = [tiles.keys.index(key) for key in _LAB]
    sums = np.concatenate(
        [
            tiles.sums[:2],
            tiles.sums[[2 + place for place in places]].sum(axis=0, keepdims=True),
            tiles.sums[[2 + count + place for place in places]].sum(axis=0, keepdims=True),
        ]
    )
    spread = replace(tiles, keys=("colour",), sums=sums).spreads()["colour"]
    if errors is None:
        return spread
    moved = (single[_PIGMENTS[0]].value, single[_PIGMENTS[1]].value)
    off = 0.0
    for key in _LAB:
        change = errors.change_parts(key, tone, moved, np.zeros(3))
        off += (2 * single[key].value * float(np.hypot(change["camera"], change["people"]))) ** 2
    return spread.with_error_of(float(np.sqrt(off)))


def _too_little(
    tiles: BandTiles | None, spread: Spread | None, band: Band, region: Region
) -> tuple[str, str] | None:
    if tiles is None:
        reason = f"map pixels are too coarse for squares of {band.low_mm:g} mm; take the photo from nearer"
        return "RESOLUTION_COARSE", reason
    needed, windows = limit("evenness", "least_windows"), 0.0 if spread is None else spread.windows
    if windows >= needed:
        return None
    reason = (
        f"the region {region.name!r} holds {windows * band.high_mm**2:.3g} mm2 that can be compared with "
        f"windows of {band.high_mm:g} mm; {needed * band.high_mm**2:g} mm2 needed"
    )
    return "REGION_SMALL", reason


def _gloss(extent: Extent, region: Region) -> RegionValue:
    definition = "skin hidden by gloss over skin that is measured or hidden by gloss"
    skin = extent.skin + extent.causes["gloss"]
    if not skin:
        reason = f"no skin to be measured in the region {region.name!r}"
        return RegionValue("gloss_fraction", definition, "1", 0, None, code="REGION_EMPTY", reason=reason)
    pixels = round(skin * extent.pixels)
    return RegionValue("gloss_fraction", definition, "1", pixels, extent.causes["gloss"] / skin)


def _names(bands: Sequence[Band]) -> list[str]:
    return ["colour_evenness", *(f"colour_evenness_{band.name}" for band in bands[1:])]


def _measured(name: str, spread: Spread) -> RegionValue:
    uncertainty, low, high = spread.interval()
    return RegionValue(
        name, _definition(name), "CIELAB unit", spread.squares, spread.value, uncertainty, low, high
    )


def _refused(name: str, code: str, reason: str) -> RegionValue:
    return RegionValue(name, _definition(name), "CIELAB unit", 0, None, code=code, reason=reason)


def _definition(name: str) -> str:
    middle, wide = size_bands()[1:]
    if name == "colour_evenness":
        sizes = f"{middle.low_mm:g} to {wide.high_mm:g} mm"
    else:
        band = middle if name.endswith(middle.name) else wide
        sizes = f"{band.low_mm:g} to {band.high_mm:g} mm"
    return f"root of the summed squared spreads of L, a and b, {sizes}"
