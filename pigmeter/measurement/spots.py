"""Spots and patches: dark, light and red places of the skin, each against its own surroundings."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.measurement.grid import grid_of
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.noise import Noise
from pigmeter.measurement.spot_candidates import (
    answers_of,
    camera_noise,
    disc_response,
    find_candidates,
    halved,
    mottle_of,
)
from pigmeter.measurement.spot_contrasts import Contrast, measure_contrasts
from pigmeter.measurement.spot_outlines import (
    SpotOutline,
    Windows,
    mottle_factor,
    outline_candidates,
    without_parts,
)
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.regions.region import Region

SPOT_KINDS = ("dark", "light", "red")
CONTRASTS = ("melanin_index", "haemoglobin_index", "ita", "dE00", "L", "a", "b")


@dataclass(frozen=True, slots=True)
class Spot:
    """
    One finding on the skin.

    Attributes
    ----------
    number : int
        Counts from 1 over the photo, the most severe first.
    kind : str
        ``"dark"`` (more melanin than around it), ``"light"`` (less) or ``"red"`` (more blood).
    region, site : str
        The smallest of the given regions in which its centre lies, and that region's place on the body with
        its side; empty outside of all.
    x, y : float
        Centre of its area in the photo. [photo px]
    x_mm, y_mm : float
        The same, from the photo's first pixel. [mm]
    area_mm2 : float
        Inside the outline. [mm2]
    diameter_mm : float
        Of the disc of that area. [mm]
    contrast : dict of str to float
        Mean inside less the surrounding ring: ``melanin_index``, ``haemoglobin_index``, ``ita``, ``L``,
        ``a``, ``b`` in their units, and ``dE00``, the colour difference of the two means.
    peak_contrast : float
        Mean of the highest third of its area over the ring, in the index of its kind, with its sign.
        [index unit]
    uncertainty : float
        Standard uncertainty of the mean contrast in the index of its kind: noise inside, and how the ring
        varies over places as large as the spot. [index unit]
    ring : dict of str to float
        What the contrasts were taken against: mean of each map in the ring.
    roundness : float
        4 pi area / perimeter^2 of the outline: 1 for a disc. [1]
    within : int
        Number of the patch that it lies in; 0 for none.
    outline : array of float64, shape (points, 2)
        x and y, clockwise. [photo px]
    """

    number: int
    kind: str
    region: str
    site: str
    x: float
    y: float
    x_mm: float
    y_mm: float
    area_mm2: float
    diameter_mm: float
    contrast: dict[str, float]
    peak_contrast: float
    uncertainty: float
    ring: dict[str, float] = field(repr=False)
    roundness: float
    within: int
    outline: np.ndarray = field(repr=False)

    @property
    def key(self) -> str:
        """The index of its kind."""
        return spot_key(self.kind)

    @property
    def mean_contrast(self) -> float:
        """Mean contrast in the index of its kind, with its sign. [index unit]"""
        return self.contrast[self.key]

    @property
    def severity(self) -> float:
        """Area times the size of the mean contrast. [index unit mm2]"""
        return self.area_mm2 * abs(self.mean_contrast)


def spot_key(kind: str) -> str:
    """Return the index that a kind of spot is found in."""
    return "haemoglobin_index" if kind == "red" else "melanin_index"


def spot_sign(kind: str) -> int:
    """Return 1 for a kind of spot that has more of its index than the skin around, -1 for one with less."""
    return -1 if kind == "light" else 1


def find_spots(
    found: SkinMaps,
    mm_per_pixel: float | None,
    noise: Noise,
    regions: Sequence["Region"] = (),
    change_weights: np.ndarray | None = None,
) -> tuple[Spot, ...]:
    """
    Find the spots and patches of a photo.

    Parameters
    ----------
    found : SkinMaps
        What is masked in them makes no spots and counts for nothing.
    mm_per_pixel : float or None
        Of a map pixel [mm]; None: nothing is found.
    noise : Noise
        Of the photo.
    regions : sequence of Region
        To say where each spot lies; all skin is searched.
    change_weights : array, shape (10, 8), optional
        ``profile.weights("change")``: a spot and its ring are the same person's skin. With them the contrast
        in haemoglobin_index is not taken for what melanin does to that map; the other contrasts are
        differences of the maps.

    Returns
    -------
    tuple of Spot
        The most severe first.

    Notes
    -----
    See docs/spots.md for how a spot is told from noise, mottle, relief and shading, and for what counts as
    one.
    """
    if mm_per_pixel is None or not found.skin.any():
        return ()
    side = max(limit("spots", "grid_mm"), mm_per_pixel)
    keys = ("melanin_index", "erythema_index")
    grid = grid_of({key: found.maps[key] for key in keys}, found.skin, mm_per_pixel, side, found.workers)

    def search(key: str) -> list[Contrast]:
        outlines = _outlines(grid.values[key], side, key, found, noise)
        return measure_contrasts(outlines, found, mm_per_pixel, noise, change_weights)

    if found.workers > 1:
        with ThreadPoolExecutor(len(keys)) as pool:
            measured = [contrast for part in pool.map(search, keys) for contrast in part]
    else:
        measured = [contrast for key in keys for contrast in search(key)]
    chosen = _one_of_each_place([contrast for contrast in measured if _is_spot(contrast)])
    chosen.sort(key=lambda c: (-c.outline.area * abs(c.difference[spot_key(c.kind)]), c.outline.centre))
    windows = Windows([contrast.outline for contrast in chosen])
    return tuple(
        _as_spot(number, contrast, windows, chosen, found, mm_per_pixel, regions)
        for number, contrast in enumerate(chosen, start=1)
    )


def _outlines(values: np.ndarray, side: float, key: str, found: SkinMaps, noise: Noise) -> list[SpotOutline]:
    """
    Outline what stands out from a map.

    Spots themselves widen what is taken for mottle, so a second look follows for wide spots, with the mottle
    of what lies beside the spots of the first.
    """
    answers, levels = answers_of(values, side)
    grain = camera_noise(answers, key, found, noise)
    mottle = mottle_of(answers)
    signs = (1,) if key == "erythema_index" else (1, -1)
    taken: list[SpotOutline] = []
    owner = np.zeros(values.shape, dtype=np.int32)
    first = find_candidates(answers, mottle, key, grain)
    outline_candidates(first, levels, key, signs, taken, owner)
    if not taken:
        return []
    beside = np.where(owner == 0, values, np.float32(np.nan))
    again = mottle_of(answers_of(halved(beside), 2 * side)[0], capped=False)
    again = np.append(mottle[:2], again[: len(mottle) - 2])
    again = np.append(again, mottle[len(again) :])
    second = find_candidates(answers, again, key, grain)
    outline_candidates(second, levels, key, signs, taken, owner, before=first)
    radii = [disc_response()[0] * answer.scale_mm for answer in answers]
    return without_parts(
        [
            outline
            for outline in taken
            if outline.height >= mottle_factor(outline.skirt) * np.interp(outline.radius, radii, again)
        ]
    )


def _is_spot(contrast: Contrast) -> bool:
    """Whether an outline is large and strong enough, filled, and of pigment or blood rather than shading."""
    outline, difference, kind = contrast.outline, contrast.difference, contrast.kind
    sign = spot_sign(kind)
    own = sign * difference[spot_key(kind)]
    wide = outline.area >= limit("spots", "patch_mm2")
    if own < limit("spots", "patch_contrast" if wide and kind != "red" else "spot_contrast"):
        return False
    if outline.area < limit("spots", "least_area_mm2") or contrast.filled < limit("spots", "filled"):
        return False
    if contrast.certainty < limit("spots", "red_certainty" if kind == "red" else "certainty"):
        return False
    if kind == "red":
        by_melanin = limit("spots", "erythema_of_melanin") * max(difference["melanin_index"], 0.0)
        visible = contrast.seen >= limit("spots", "red_seen")
        return visible and difference["erythema_index"] - by_melanin >= limit("spots", "least_erythema")
    if contrast.ring["melanin_index"] > limit("spots", "chroma_darkest"):
        return True
    if sign * difference["erythema_index"] < limit("spots", "melanin_erythema") * own:
        return False
    if outline.key == "erythema_index":
        return True  # shading does not change that map
    chroma = difference["erythema_index"] - limit("spots", "chroma_blood") * difference["haemoglobin_index"]
    return sign * chroma >= limit("spots", "melanin_chroma") * own


def _one_of_each_place(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Of outlines alike in place and size keep one: from its kind's own map, what explains most."""
    best_first = sorted(contrasts, key=lambda c: (not _in_own_map(c), -c.seen, c.outline.centre))
    windows = Windows([contrast.outline for contrast in best_first])
    kept: list[int] = []
    taken: set[int] = set()
    for number, contrast in enumerate(best_first):
        outline = contrast.outline
        around = {n for n in windows.holding(*outline.centre) if n != number}
        inner = (n for n in kept if outline.holds(*windows.spots[n].centre))
        alike = (around & taken).union(inner)
        if not any(outline.as_large_as(windows.spots[n].radius) for n in alike):
            kept.append(number)
            taken.add(number)
    return [best_first[n] for n in kept]


def _in_own_map(contrast: Contrast) -> bool:
    return (contrast.outline.key == "erythema_index") == (contrast.kind == "red")


def _as_spot(
    number: int,
    contrast: Contrast,
    windows: Windows,
    chosen: Sequence[Contrast],
    found: SkinMaps,
    mm_per_pixel: float,
    regions: Sequence["Region"],
) -> Spot:
    outline = contrast.outline
    x, y = outline.centre
    around = [
        (windows.spots[n].area, n + 1)
        for n in windows.holding(x, y)
        if windows.spots[n].area > outline.area and chosen[n].kind == contrast.kind
    ]
    region, site = region_at(x / mm_per_pixel - 0.5, y / mm_per_pixel - 0.5, regions)
    per_mm = found.scale / mm_per_pixel
    return Spot(
        number=number,
        kind=contrast.kind,
        region=region,
        site=site,
        x=x * per_mm - 0.5,
        y=y * per_mm - 0.5,
        x_mm=x,
        y_mm=y,
        area_mm2=outline.area,
        diameter_mm=2 * outline.radius,
        contrast={key: contrast.difference[key] for key in CONTRASTS},
        peak_contrast=contrast.peak,
        uncertainty=contrast.uncertainty,
        ring={key: contrast.ring[key] for key in CONTRASTS if key in contrast.ring},
        roundness=min(outline.roundness, 1.0),
        within=min(around)[1] if around else 0,
        outline=outline.points * per_mm - 0.5,
    )


def region_at(column: float, row: float, regions: Sequence["Region"]) -> tuple[str, str]:
    """Return name and site of the smallest region that holds a place [map px]; empty outside of all."""
    held = []
    for n, region in enumerate(regions):
        if region.mask is None:
            held.append((np.inf, n))
        else:
            rows, columns = region.mask.shape
            i, j = min(max(round(row), 0), rows - 1), min(max(round(column), 0), columns - 1)
            if region.mask[i, j]:
                held.append((float(np.count_nonzero(region.mask)), n))
    if not held:
        return "", ""
    region = regions[min(held)[1]]
    return region.name, " ".join(word for word in (region.site, region.side) if word)
