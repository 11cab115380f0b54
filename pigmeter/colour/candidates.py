"""From grids of patches to candidates for a chart: placed by colour, refined by edges, read and verified."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.colour.arrangement import Match, Placement, match, placements
from pigmeter.colour.detection import Grid
from pigmeter.colour.edges import Refined, pitch_of, refine, transform
from pigmeter.colour.layouts import ChartLayout, layout
from pigmeter.colour.patches import Readings, read_patches, reading_steps
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit, read_table

_AROUND = 3  # columns and rows beyond a grid in which the chart may go on, black on black or covered
_BLOCK = np.stack([np.arange(24) % 6, np.arange(24) // 6], axis=1).astype(float)


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A chart that may be one: where it would lie, how it reads and how well it fits.

    Attributes
    ----------
    layout : ChartLayout
    homography : array, shape (3, 3)
        From the layout's mm to x, y. [px]
    centres : array, shape (n, 2)
        Patch centres. [px]
    readings : Readings
    match : Match
        Of the 24 classic paints.
    mirrored : bool
    excluded : tuple of int
    pitch, patch_pixels : float
        Distance of neighbours and width of a patch. [px]
    seen : int
        Patches whose four edges are in place.
    size_known : bool
        Whether the proportions tell the kind.
    whole : bool
        Whether the grid itself is a block of 6 x 4.
    score : float
        Mean correlation of the colours.
    """

    layout: ChartLayout
    homography: np.ndarray
    centres: np.ndarray
    readings: Readings
    match: Match
    mirrored: bool
    excluded: tuple[int, ...]
    pitch: float
    patch_pixels: float
    seen: int
    size_known: bool
    whole: bool
    score: float

    @property
    def legible(self) -> bool:
        """Whether the colours prove the chart and its patches are large enough to be read."""
        return self.match.sound and self.patch_pixels >= limit("chart", "min_patch")

    @property
    def sound(self) -> bool:
        """Whether edges prove the places too, which they need not where the user gave them."""
        return self.legible and self.seen >= limit("chart", "min_seen")

    @property
    def rank(self) -> tuple[bool, int, bool, float]:
        """What makes one failed candidate worth showing before another."""
        return self.match.sound, self.match.count, self.whole, self.score


def ranked(photo: Photo, grids: list[Grid]) -> list[tuple[Placement, Grid]]:
    """
    Rank the places of the 24 paints on some grids by colour alone, best first.

    Parameters
    ----------
    photo : Photo
    grids : list of Grid
        In the photo's pixels.
    """
    pairs: list[tuple[Placement, Grid]] = []
    for grid in grids:
        low, colours = _grid_colours(photo, grid)
        handed = float(np.linalg.det(_jacobian(grid))) > 0
        pairs += [(place, grid) for place in placements(colours, low, handed)]
    return sorted(pairs, key=lambda pair: -pair[0].score)


def examine(
    photo: Photo, pairs: list[tuple[Placement, Grid]], wanted: ChartLayout | None
) -> Iterator[Candidate]:
    """
    Yield the candidates of the placements whose colours are likely, each refined, read and verified.

    Parameters
    ----------
    photo : Photo
    pairs : list of (Placement, Grid)
        As `ranked` returns them.
    wanted : ChartLayout or None
        The kind, where the user says it.
    """
    seen: list[tuple[np.ndarray, float]] = []
    for place, grid in pairs:
        if place.score < limit("chart", "score_min"):
            break
        middle = transform(place.points.mean(axis=0), grid.homography)
        if any(np.hypot(*(middle - other)) < reach for other, reach in seen):
            continue
        found = candidate(photo, place, grid, wanted)
        seen.append((middle, 1.5 * found.pitch))
        yield found


def _jacobian(grid: Grid) -> np.ndarray:
    middle = 0.5 * (grid.low + grid.high)
    right = transform(middle + np.array([0.01, 0]), grid.homography) - transform(middle, grid.homography)
    down = transform(middle + np.array([0, 0.01]), grid.homography) - transform(middle, grid.homography)
    return np.stack([right, down], axis=1)


def _grid_colours(photo: Photo, grid: Grid) -> tuple[tuple[int, int], np.ndarray]:
    """Linear colours at a grid's points and some way beyond, each from a few pixels about the point."""
    low, high = grid.low - _AROUND, grid.high + _AROUND
    columns, rows = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
    points = np.stack([columns, rows], axis=-1).astype(float)
    about = np.array([[0.0, 0.0], [0.15, 0.15], [-0.15, 0.15], [0.15, -0.15], [-0.15, -0.15]])
    depth = np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=-1) @ grid.homography[2]
    middle = np.append(0.5 * (grid.low + grid.high), 1.0) @ grid.homography[2]
    places = np.round(transform(points[:, :, None] + about, grid.homography))
    inside = (places >= 0).all(axis=(2, 3)) & (places < np.array(photo.shape)[::-1]).all(axis=(2, 3))
    # beyond the horizon of a steep grid the homography turns over
    inside &= depth * np.sign(middle) > 0.2 * abs(middle)
    at = np.where(inside[..., None, None], places, 0).astype(int)
    codes = np.median(photo.pixels[at[..., 1], at[..., 0]], axis=2)
    colours = photo.linear(codes)
    return (int(low[0]), int(low[1])), np.where(inside[..., None], colours, np.nan)


def candidate(photo: Photo, place: Placement, grid: Grid, wanted: ChartLayout | None) -> Candidate:
    """Refine, name, read and verify one placement."""
    to_grid, _ = cv2.findHomography(_BLOCK, place.points.astype(float))
    homography = grid.homography @ to_grid
    chart, known = wanted, True
    refined = refine(photo.pixels, homography, _BLOCK if wanted is None else _grid_points(wanted))
    if chart is None and _goes_on(photo, refined.homography):
        chart = layout("colorchecker-sg")
        refined = refine(photo.pixels, refined.homography, _grid_points(chart))
    if chart is None:
        chart, known = _kind(refined, homography)
    homography = refined.homography @ _from_mm(chart)
    pitch = pitch_of(_BLOCK, refined.homography)
    readings = read_patches(
        photo.pixels, refined.centres, reading_steps(chart, homography), chart.patch_size_mm
    )
    linear = photo.linear(np.nan_to_num(readings.means[chart.classic]))
    linear[~np.isfinite(readings.means[chart.classic]).all(axis=1)] = np.nan
    fit = match(linear)
    excluded = _excluded(readings, fit, chart, refined.found)
    return Candidate(
        layout=chart,
        homography=homography,
        centres=refined.centres,
        readings=readings,
        match=fit,
        mirrored=place.mirrored,
        excluded=excluded,
        pitch=pitch,
        patch_pixels=pitch * min(chart.patch_size_mm) / max(chart.pitch_mm),
        seen=int(refined.found.sum()),
        size_known=known,
        whole=whole(grid),
        score=place.score,
    )


def whole(grid: Grid) -> bool:
    """Whether a grid is itself a block of 6 x 4 patches, a quarter of them unseen at most."""
    return bool(grid.count >= 18 and sorted((grid.high - grid.low + 1).tolist()) == [4, 6])


def _grid_points(chart: ChartLayout) -> np.ndarray:
    """Grid coordinates of every patch; dark skin of the 24 classic paints is (0, 0)."""
    place = np.arange(chart.rows * chart.columns)
    points = np.stack([place % chart.columns, place // chart.columns], axis=1)
    return np.asarray(points - points[chart.classic[0]], dtype=float)


def _from_mm(chart: ChartLayout) -> np.ndarray:
    """Affine map from the layout's mm to grid coordinates."""
    first, pitch = chart.patch_centres_mm[chart.classic[0]], np.array(chart.pitch_mm)
    affine = np.diag([1 / pitch[0], 1 / pitch[1], 1.0])
    affine[:2, 2] = -first / pitch
    return affine


def _goes_on(photo: Photo, homography: np.ndarray) -> bool:
    """Whether the 116 other patches of an SG chart lie around the 24 paints: their lightness tells."""
    chart = layout("colorchecker-sg")
    others = np.setdiff1d(np.arange(len(chart.names)), chart.classic)
    places = np.round(transform(_grid_points(chart)[others], homography)).astype(int)
    if (places < 0).any() or (places >= np.array(photo.shape)[::-1]).any():
        return False
    published = read_table("charts/published-lab-sg-after-2014-11.csv")
    lightness = np.array([published.column(chart.names[index])[0] for index in others])
    seen = photo.linear(photo.pixels[places[:, 1], places[:, 0]]).mean(axis=1)
    if seen.max() <= 0 or np.ptp(seen) == 0:
        return False
    return bool(np.corrcoef(np.cbrt(seen), lightness)[0, 1] > limit("chart", "sg_correlation"))


def _kind(refined: Refined, homography: np.ndarray) -> tuple[ChartLayout, bool]:
    """
    Tell the kind of a 24-patch chart from the size of its patches over their pitch.

    Passport and Mini have the same patches at the same pitch; the smaller outline is taken.
    """
    classic = layout("colorchecker-classic")
    measured = np.array([refined.width, refined.height])
    if not np.isfinite(measured).all() or refined.found.sum() < 12:
        return classic, False
    kinds = [layout(f"colorchecker-{name}") for name in ("classic", "mini", "nano")]
    ratios = [float(np.mean(np.array(kind.patch_size_mm) / np.array(kind.pitch_mm))) for kind in kinds]
    distance = np.abs(measured.mean() - np.array(ratios))
    first, second = np.argsort(distance)[:2]
    margin = limit("chart", "size_margin")
    sharp = pitch_of(_BLOCK, homography) >= limit("chart", "min_size_pitch")
    sharp &= refined.blur <= limit("chart", "max_size_blur")
    known = distance[first] < 2 * margin and distance[second] - distance[first] > margin and sharp
    return (kinds[first], True) if known else (classic, False)


def _excluded(readings: Readings, fit: Match, chart: ChartLayout, found: np.ndarray) -> tuple[int, ...]:
    """
    Patches that are covered, dirty, glossy or clipped.

    A patch of the wrong colour whose edges are in place is rather rendered strangely (a bright shoulder, a
    paint outside sRGB) than covered. Where edges are seen nearly everywhere, a bright patch without them is
    covered, be its colour right (skin on the skin paint); a dark one has no edges on its black frame.
    """
    bad = readings.unusable.copy()
    seen = found[chart.classic]
    bright = np.nan_to_num(readings.means[chart.classic].sum(axis=1))
    light = bright > np.median(bright[seen]) if seen.any() else np.ones(24, dtype=bool)
    unseen = np.where(light, limit("chart", "match_distance"), limit("chart", "unseen_distance"))
    bad[chart.classic] |= fit.residuals > np.where(seen, limit("chart", "foreign_distance"), unseen)
    if seen.sum() >= limit("chart", "min_edges"):
        bad[chart.classic] |= ~seen & light
    return tuple(int(index) for index in np.flatnonzero(bad))
