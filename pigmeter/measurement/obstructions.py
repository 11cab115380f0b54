"""Take out of the maps what is not bare skin, say why, and how much of a region is left."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.measurement.cast_shadows import find_cast_shadows
from pigmeter.measurement.hair_lines import HairLines, find_hair_lines
from pigmeter.measurement.maps import CLIPPED, GLOSSY, MEASURED, SkinMaps
from pigmeter.measurement.things import find_glasses, find_holes
from pigmeter.measurement.tiles import in_tiles
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.regions.region import Region

HAIR, SHADOW, MOUTH, GLASSES, CHART = 4, 5, 6, 7, 8
OBSTRUCTIONS: tuple[str, ...] = ("gloss", "clipped", "hair", "shadow", "mouth", "glasses", "chart")
"""Why a map pixel is not measured: the first is code 2 of `SkinMaps.state`, the next 3, and so on."""
OTHER = "other"
"""Not skin, for no reason that is known: background, cloth, an eye, lips."""


def mark_obstructions(found: SkinMaps, mm_per_pixel: float | None = None) -> SkinMaps:
    """
    Take hair, shadow, an open mouth, glasses and the chart out of the maps.

    Parameters
    ----------
    found : SkinMaps
        Of `quantity_maps`. Its arrays are changed in place: a copy of all maps would take longer than this.
    mm_per_pixel : float, optional
        Of the maps [mm]. Without it the nominal scale of the skin mask is taken.

    Returns
    -------
    SkinMaps
        `maps` are NaN, `skin` is False and `state` tells the cause, as `OBSTRUCTIONS` numbers them, wherever
        something hides the skin; also on what was no skin before. `skin_cells.skin` lacks the cells that are
        hidden as a whole.

    Notes
    -----
    Nothing is filled in: what lies under a hair is not known.
    """
    from pigmeter._kernels.states import take_out

    side = mm_per_pixel or found.cells.side_mm / found.cell
    hair = find_hair_lines(found, side)
    causes = _causes(found, hair)
    planes = tuple(found.maps.values())

    def work(first: int, last: int) -> None:
        take_out(
            planes, hair.wide, HAIR, causes, hair.margin, found.cell, first, last, found.state, found.skin
        )

    in_tiles(work, len(causes), found.workers)
    hidden = causes > 0
    if not (hidden & found.skin_cells.skin).any():
        return found
    return replace(found, skin_cells=replace(found.skin_cells, skin=found.skin_cells.skin & ~hidden))


@dataclass(frozen=True, slots=True)
class Extent:
    """
    What a region consists of.

    Attributes
    ----------
    pixels : int
        Number of its map pixels.
    skin : float
        Fraction that is measured. [1]
    causes : dict of str to float
        Fraction for each of `OBSTRUCTIONS` and for ``"other"``; with `skin` they add up to 1. All are 0 for a
        region without any pixel. [1]
    """

    pixels: int
    skin: float
    causes: dict[str, float]

    def told(self) -> str:
        """Say what hides the skin, the most first, such as ``"64% hair, 20% gloss"``; empty if none."""
        falling = sorted(self.causes.items(), key=lambda cause: -cause[1])
        return ", ".join(f"{share:.0%} {name}" for name, share in falling if share >= 0.005)


def extent_of(found: SkinMaps, region: "Region") -> Extent:
    """
    Count what a region consists of.

    Parameters
    ----------
    found : SkinMaps
        Of `mark_obstructions`.
    region : Region
        The whole skin's extent is the skin and what is hidden in the midst of it.

    Returns
    -------
    Extent
    """
    from pigmeter._kernels.states import count_states

    counts = np.zeros(CHART + 1, dtype=np.int64)
    rows, columns = found.state.shape
    if region.mask is None:
        asked = found.skin_cells.outline.view(np.uint8)
        count_states(found.state, asked, found.cell, 0, rows, 0, columns, counts)
    else:
        inside = np.ascontiguousarray(region.mask).view(np.uint8)
        down, across = (np.flatnonzero(region.mask.any(axis=axis)) for axis in (1, 0))
        if len(down):
            count_states(found.state, inside, 1, down[0], down[-1] + 1, across[0], across[-1] + 1, counts)
    pixels = int(counts.sum())
    shares = counts / max(pixels, 1)
    causes = {name: float(shares[GLOSSY + i]) for i, name in enumerate(OBSTRUCTIONS)}
    return Extent(pixels, float(shares[MEASURED]), causes | {OTHER: float(shares[0])})


def obstructed(found: SkinMaps, region: "Region") -> dict[str, float]:
    """
    Tell how much of a region is hidden, and by what.

    Parameters
    ----------
    found : SkinMaps
        Of `mark_obstructions`.
    region : Region

    Returns
    -------
    dict of str to float
        `Extent.causes`. [1]
    """
    return extent_of(found, region).causes


def require_region(
    found: SkinMaps, region: "Region", mm_per_pixel: float | None = None
) -> tuple[str, str] | None:
    """
    Tell whether too little skin is left of a region for its numbers to stand for it.

    Parameters
    ----------
    found : SkinMaps
        Of `mark_obstructions`.
    region : Region
    mm_per_pixel : float, optional
        Of the maps; without it no area is asked for. [mm]

    Returns
    -------
    tuple of str, or None
        Code and reason of the refusal: REGION_EMPTY, if nothing is measured, or REGION_TOO_LITTLE_SKIN. The
        whole skin is refused only where it is empty: its extent is what was found.
    """
    return refusal_of(extent_of(found, region), region, mm_per_pixel)


def refusal_of(extent: Extent, region: "Region", mm_per_pixel: float | None = None) -> tuple[str, str] | None:
    """Return what `require_region` does, of a region whose extent is known."""
    told = f" ({extent.told()})" if extent.told() else ""
    if extent.skin == 0:
        return "REGION_EMPTY", f"no skin to be measured in the region {region.name!r}{told}"
    if region.mask is None:
        return None
    least, smallest = limit("obstructions", "region_fraction"), limit("obstructions", "region_mm2")
    if extent.skin < least:
        reason = (
            f"only {extent.skin:.0%} of the region {region.name!r} is bare skin (at least {least:.0%} wanted)"
            f"{told}; draw it where there is skin, or clear what hides it"
        )
        return "REGION_TOO_LITTLE_SKIN", reason
    area = extent.skin * extent.pixels * mm_per_pixel**2 if mm_per_pixel else np.inf
    if area < smallest:
        reason = (
            f"only {area:.2g} mm2 of bare skin in the region {region.name!r} (at least {smallest:g} mm2 "
            f"wanted){told}; draw it larger"
        )
        return "REGION_TOO_LITTLE_SKIN", reason
    return None


def _causes(found: SkinMaps, hair: HairLines) -> np.ndarray:
    """
    Why a whole cell is not measured, 0 where it is or where the cause is not known.

    What is dark beside skin is hair: black cloth there cannot be told from it.
    """
    import cv2

    cells, skin = found.cells, found.skin_cells
    causes = np.zeros(skin.skin.shape, dtype=np.uint8)
    dense = _dense(hair.count, found.cell, cells.side_mm)
    causes[dense & skin.skin] = HAIR
    shadow = find_cast_shadows(cells, skin.skin & ~dense)
    causes[shadow] = np.where(_hairy(shadow, hair.count, found.cell)[shadow], HAIR, SHADOW)
    bare = ~skin.skin
    if not bare.any():
        return causes
    away = cv2.distanceTransform(bare.astype(np.uint8), cv2.DIST_L2, 3) * cells.side_mm
    near = bare & (away <= limit("obstructions", "hair_reach_mm"))
    usual = [float(np.median(one[skin.skin])) if skin.skin.any() else 0.0 for one in cells.response]
    around = [
        np.where(level > 0, level, np.float32(far)) for level, far in zip(skin.background, usual, strict=True)
    ]
    darkness = limit("obstructions", "hair_darkness")
    dark = near & (cells.response[0] < darkness * around[0]) & (cells.response[1] < darkness * around[1])
    mouths, eyes = find_holes(cells, skin)
    causes[dark & ~eyes] = HAIR
    # what is left of a cell between hair and skin is as much hair as skin
    beside = cv2.dilate((causes == HAIR).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    causes[beside & near & (causes == 0)] = HAIR
    causes[eyes] = 0
    causes[mouths] = MOUTH
    causes[find_glasses(cells, skin)] = GLASSES
    clipped = cells.clipped.sum(axis=0) > limit("measurement", "cell_usable") * cells.pixels
    for lost, code in ((clipped & (skin.outline | near), CLIPPED), (skin.gloss, GLOSSY)):
        grown = cv2.dilate(lost.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        causes[(lost | (grown & skin.outline)) & bare] = code
    causes[skin.excluded & bare] = CHART
    return causes


def _hairy(dark: np.ndarray, count: np.ndarray, cell: int) -> np.ndarray:
    """Dark pieces that hairs surround: a brow or a beard, between whose hairs no skin is seen."""
    import cv2

    if not dark.any():
        return dark
    number, labels = cv2.connectedComponents(cv2.dilate(dark.astype(np.uint8), np.ones((5, 5), np.uint8)))
    rim = cv2.erode(dark.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    around = np.bincount(labels[rim], minlength=number)
    hairs = np.bincount(labels[rim], count[rim], minlength=number) / cell**2
    hairy = hairs > limit("obstructions", "hair_rim") * around
    hairy[0] = False
    return np.asarray(hairy[labels] & dark)


def _dense(count: np.ndarray, cell: int, side_mm: float) -> np.ndarray:
    """Cells in the midst of so much hair that what is seen between is no bare skin."""
    import cv2

    window = 2 * max(1, round(0.5 / side_mm)) + 1
    share = cv2.blur(count.astype(np.float32), (window, window)) / np.float32(cell**2)
    return np.asarray(share > limit("obstructions", "hair_dense"))
