"""Findings about a measurement: light, exposure, gloss, resolution and how much skin there is."""

from typing import TYPE_CHECKING

import numpy as np

from pigmeter.errors import MeasurementError
from pigmeter.findings import Finding
from pigmeter.measurement.maps import GLOSSY, SkinMaps
from pigmeter.measurement.obstructions import obstructed
from pigmeter.measurement.skin_mask import smallest_piece
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.regions.region import WHOLE_SKIN, Region

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile

_MEDIAN_DEVIATION = 0.6745  # median absolute deviation of a normal distribution of SD 1


def require_skin(photo: Photo, maps: SkinMaps) -> None:
    """
    Refuse a photo on which nothing can be measured.

    Parameters
    ----------
    photo : Photo
    maps : SkinMaps

    Raises
    ------
    MeasurementError
        SKIN_NONE, if less was measured than could be a speck of something else.
    """
    cells = maps.cells
    smallest = smallest_piece(cells)
    area = float(np.count_nonzero(maps.skin)) * (cells.side_mm / maps.cell) ** 2
    if area >= smallest:
        return
    share, alike = (
        100 * float(layer.mean()) for layer in (maps.skin_cells.outline, maps.skin_cells.lookalike)
    )
    black, white = (100 * float(layer.sum()) / cells.pixels.sum() for layer in cells.clipped)
    reason = (
        f"no skin to be measured ({share:.2g} % of the photo has the colour of skin in pieces of "
        f"{smallest:g} mm2 or more; {black:.2g} % of its pixels are clipped at black, {white:.2g} % at white)"
    )
    if alike >= 100 * limit("measurement", "skin_fraction"):
        reason = (
            f"no skin to be measured ({alike:.2g} % of the photo is near the colours of skin but shades into "
            "others: wood, a carpet, or skin in other light than the chart's)"
        )
    remedy = "Check that the photo shows bare skin in the light the profile was fitted for, and its exposure"
    raise MeasurementError("SKIN_NONE", reason, remedy, file=photo.name)


def find_doubts(
    photo: Photo, profile: "Profile", maps: SkinMaps, mm_per_pixel: float | None
) -> tuple[Finding, ...]:
    """
    Hold a measurement against the limits in ``calibration/limits``, `measurement.csv` and `obstructions.csv`.

    Parameters
    ----------
    photo : Photo
    profile : Profile
    maps : SkinMaps
        With skin somewhere.
    mm_per_pixel : float or None
        Of the photo. [mm]

    Returns
    -------
    tuple of Finding
        EXPOSURE_HIGH, EXPOSURE_LOW, EXPOSURE_COARSE, GLOSS, SURFACE_ROUGH, LIGHT_UNEVEN, HAIR, SHADOW,
        SCALE_UNKNOWN, RESOLUTION_LOW, SKIN_SMALL.
    """
    return (*_exposure(photo, profile, maps), *_light(maps), *_hidden(maps), *_extent(maps, mm_per_pixel))


def gloss_fraction(maps: SkinMaps) -> float:
    """Share of the skin, gloss included, that is too glossy to be measured. [1]"""
    glossy = int(np.count_nonzero(maps.state == GLOSSY))
    strong = np.argwhere(maps.skin_cells.gloss) * maps.cell
    # cells that are glossy as a whole count whether or not `mark_obstructions` has said so of their pixels
    glossy += sum(
        int(np.count_nonzero(maps.state[r : r + maps.cell, c : c + maps.cell] == 0)) for r, c in strong
    )
    return glossy / max(glossy + int(np.count_nonzero(maps.skin)), 1)


def _over(code: str, name: str, value: float, message: str) -> list[Finding]:
    """Return a finding if `value` exceeds the limit called `name`."""
    return _beyond(code, limit("measurement", name), value, message)


def _beyond(code: str, most: float, value: float, message: str) -> list[Finding]:
    return [Finding(code, message.format(value=value, most=most), value, most)] if value > most else []


def _exposure(photo: Photo, profile: "Profile", maps: SkinMaps) -> list[Finding]:
    outline = maps.skin_cells.outline
    pixels = maps.cells.pixels[outline].sum()
    black, white = (float(layer[outline].sum() / pixels) for layer in maps.cells.clipped)
    found = _over(
        "EXPOSURE_HIGH",
        "clipped_fraction",
        white,
        "{value:.1%} of the skin is clipped at white (limit {most:.0%}); retake at lower exposure",
    )
    found += _over(
        "EXPOSURE_LOW",
        "clipped_fraction",
        black,
        "{value:.1%} of the skin is clipped at black (limit {most:.0%}); retake at higher exposure",
    )
    table = profile.response_table(photo)
    steps = []
    for channel, response in zip(table, maps.cells.response, strict=True):
        typical = np.median(response[maps.skin_cells.skin])
        above = int(np.clip(np.searchsorted(channel, typical), 1, len(channel) - 1))
        steps.append(100 * float(np.log10(channel[above] / channel[above - 1])))
    return found + _over(
        "EXPOSURE_COARSE",
        "step_index",
        max(steps),
        "one step of the file's values is {value:.1f} index units on this skin (limit {most:g}); retake at "
        "higher exposure or with more bits",
    )


def _light(maps: SkinMaps) -> list[Finding]:
    found = _over(
        "GLOSS",
        "gloss_fraction",
        gloss_fraction(maps),
        "{value:.1%} of the skin is glossy and left out (limit {most:.0%}); wipe the skin or move the lamp",
    )
    skin = maps.skin_cells.skin
    green, around = maps.cells.response[1][skin], maps.skin_cells.background[1][skin]
    rough = 100 * float(np.median(np.abs(np.log10(green / around)))) / _MEDIAN_DEVIATION
    found += _over(
        "SURFACE_ROUGH",
        "rough_index",
        rough,
        "brightness varies by {value:.1f} index units from one half millimetre to the next (limit {most:g}); "
        "is this skin, or hair, cloth or a carpet?",
    )
    dark, bright = np.percentile(maps.cells.response[1][maps.skin_cells.skin], (5, 95))
    return found + _over(
        "LIGHT_UNEVEN",
        "uneven_index",
        100 * float(np.log10(bright / max(dark, limit("measurement", "floor_response")))),
        "brightness on the skin spans {value:.0f} index units from 5th to 95th percentile (limit {most:g}); "
        "light it more evenly, or compare regions in the same light",
    )


def _hidden(maps: SkinMaps) -> list[Finding]:
    """What `mark_obstructions` took out of the skin; nothing before it has been asked."""
    shares = obstructed(maps, Region(WHOLE_SKIN))
    found = _beyond(
        "HAIR",
        limit("obstructions", "hair_fraction"),
        shares["hair"],
        "hair hides {value:.0%} of the skin (limit {most:.0%}); only what lies between is measured: shave or "
        "part it, or draw regions where there is none",
    )
    return found + _beyond(
        "SHADOW",
        limit("obstructions", "shadow_fraction"),
        shares["shadow"],
        "a cast shadow hides {value:.0%} of the skin (limit {most:.0%}); move the lamp, or what casts it",
    )


def _extent(maps: SkinMaps, mm_per_pixel: float | None) -> list[Finding]:
    cells = int(np.count_nonzero(maps.skin_cells.skin))
    if mm_per_pixel is None:
        share = cells / maps.skin_cells.skin.size
        least = limit("measurement", "skin_fraction")
        message = (
            "no chart gives the scale: lengths are in pixels, the skin mask is cleaned at a nominal scale"
        )
        found = [Finding("SCALE_UNKNOWN", message)]
        if share < least:
            message = f"skin fills {share:.2%} of the photo (at least {least:.1%} wanted)"
            found.append(Finding("SKIN_SMALL", message, share, least))
        return found
    found = _over(
        "RESOLUTION_LOW",
        "resolution_mm",
        mm_per_pixel,
        "one pixel of the photo spans {value:.2f} mm (limit {most:g} mm); move closer or use a larger file",
    )
    area, least = cells * maps.cells.side_mm**2, limit("measurement", "skin_area_mm2")
    if area < least:
        message = f"only {area:.0f} mm2 of skin were found (at least {least:g} mm2 wanted)"
        found.append(Finding("SKIN_SMALL", message, area, least))
    return found
