"""Find the colour chart in a photo, prove that it is one, and measure its patches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pigmeter.colour.arrangement import Placement
from pigmeter.colour.candidates import Candidate, candidate, examine, ranked, whole
from pigmeter.colour.detection import Grid, find_grids, halved, mcc_grids
from pigmeter.colour.edges import local_steps, transform
from pigmeter.colour.layouts import NEUTRALS, ChartLayout, layout
from pigmeter.colour.variety import may_show_chart
from pigmeter.errors import ChartError
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.photo.places import map_places
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Chart:
    """
    A colour chart found in a photo, with its patches read.

    Attributes
    ----------
    kind : str
        One of `pigmeter.colour.layouts.LAYOUT_KINDS`.
    patch_centres : array, shape (n, 2)
        x and y in the upright photo, in the layout's order. [px]
    corners : array, shape (4, 2)
        Of the chart's outline, the corner beside dark skin first, clockwise as printed. [px]
    homography : array, shape (3, 3)
        From the layout's mm to x, y. [px]
    patches : array, shape (n, 3)
        Robust mean of the encoded values, on the scale of ``photo.pixels``.
    noise : array, shape (n, 3)
        Standard deviation of a pixel inside the patch, encoded.
    clipped : array, shape (n, 3)
        Part of the pixels at 0 or full scale. [1]
    excluded : tuple of int
        Patches that must not be used: covered, glare, dirt, clipped.
    mm_per_pixel : float
        At the chart's centre. [mm/px]
    turn : int
        Clockwise turn of the chart in the photo: 0, 90, 180 or 270. [degrees]
    residual : float
        Median residual of the 24 paints, cube root of linear value. [1]
    matched : int
        How many of the 24 paints were recognised.
    others : tuple of Chart
        Further charts in the photo.
    findings : tuple of Finding
    """

    kind: str
    patch_centres: np.ndarray
    corners: np.ndarray
    homography: np.ndarray
    patches: np.ndarray
    noise: np.ndarray
    clipped: np.ndarray
    excluded: tuple[int, ...]
    mm_per_pixel: float
    turn: int
    residual: float
    matched: int
    others: "tuple[Chart, ...]" = ()
    findings: tuple[Finding, ...] = ()

    @property
    def layout(self) -> ChartLayout:
        """The printed layout of this kind of chart."""
        return layout(self.kind)

    def mask(self, shape: tuple[int, ...], scale: int = 1) -> np.ndarray:
        """
        Mark the whole chart, frame included.

        Parameters
        ----------
        shape : tuple of int
            Rows and columns of the photo, or of maps of it. [px]
        scale : int
            Photo pixels per pixel of the mask.

        Returns
        -------
        array of bool, shape (rows, columns)
        """
        mask = np.zeros(shape[:2], np.uint8)
        corners = map_places(self.corners, scale)
        cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 1)
        return mask.view(bool)


def find_chart(photo: Photo, *, kind: str | None = None, corners: np.ndarray | None = None) -> Chart:
    """
    Find the colour chart in a photo and measure its patches.

    Parameters
    ----------
    photo : Photo
    kind : str, optional
        One of `LAYOUT_KINDS`; told from the chart's proportions when not given.
    corners : array, shape (4, 2), optional
        x and y of the middles of the four corner patches (of a 24-patch chart: dark skin, bluish green, black
        and white), in any order, for a chart that is not found by itself. They may be off by a quarter of a
        patch. [px]

    Returns
    -------
    Chart

    Raises
    ------
    ChartError
        If no chart is found, or it is mirrored, too small, of another type, or too few patches can be used.
        The best candidate is in its attribute ``candidate``.
    UsageError
        If the kind is unknown.

    Notes
    -----
    The search runs on a photo shrunk to `search_side` (``calibration/limits/chart.csv``), the reading at full
    resolution. Each find is verified by the colours of its patches in all turns and mirrored orders.
    """
    wanted = None if kind is None else layout(kind)
    grids = _search(photo) if corners is None else iter([_clicked(np.asarray(corners, dtype=float), wanted)])
    best: Candidate | None = None
    weak: tuple[tuple[bool, float], Placement, Grid] | None = None
    found: list[Candidate] = []
    for stage in grids:
        pairs = ranked(photo, stage)
        for one in examine(photo, pairs, wanted):
            if (one.sound if corners is None else one.legible) and not one.mirrored:
                if not any(_same(one, other) for other in found):
                    found.append(one)
            elif best is None or one.rank > best.rank:
                best = one
        for place, grid in pairs:
            rank = (whole(grid), place.score)
            weak = (rank, place, grid) if weak is None or rank > weak[0] else weak
        if found:
            break
    if not found and best is None and weak is not None:
        best = candidate(photo, weak[1], weak[2], wanted)
    charts = sorted((_chart(one, wanted is None) for one in found), key=_quality, reverse=True)
    usable = [chart for chart in charts if not _shortage(chart)]
    if not usable:
        raise _refusal(photo, charts, best)
    others = tuple(chart for chart in charts if chart is not usable[0])
    findings = usable[0].findings
    if others:
        message = f"{len(others) + 1} colour charts are in the photo; the best one is used"
        findings += (Finding("CHART_SEVERAL", message, float(len(others) + 1), 1.0),)
    return replace(usable[0], others=others, findings=findings)


def _search(photo: Photo) -> Iterator[list[Grid]]:
    """Yield grids in the photo's pixels, the cheap and likely ones first."""
    longer = max(photo.shape)
    coarse = _resized(photo.pixels, min(limit("chart", "search_side"), longer))
    for grids in find_grids(coarse):
        yield _enlarged(grids, coarse, photo)
    if not may_show_chart(photo):  # what costs most is left: 0.1 s for nothing
        return
    yield _enlarged(mcc_grids(coarse), coarse, photo)
    # for patches too small so far; a small photo is enlarged, as edges take two pixels of each patch
    fine = _resized(photo.pixels, min(limit("chart", "fine_side"), 2 * longer))
    yield _enlarged(next(find_grids(fine), []), fine, photo)


def _resized(pixels: np.ndarray, side: float) -> np.ndarray:
    """
    Return an image in 8 bits with its longer side as wanted.

    It is halved as often as may be first, since OpenCV halves ten times as fast as it shrinks otherwise: at
    24 megapixels 7 ms in place of 25 (November 2026).
    """
    rows, columns = pixels.shape[:2]
    factor = side / max(rows, columns)
    size = (max(round(columns * factor), 1), max(round(rows * factor), 1))
    while max(pixels.shape[:2]) >= 2 * side and min(pixels.shape[:2]) > 1:
        pixels = halved(pixels)
    factor = side / max(pixels.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = pixels if pixels.shape[1::-1] == size else cv2.resize(pixels, size, interpolation=way)
    return small if small.dtype == np.uint8 else cv2.convertScaleAbs(small, alpha=1 / 257)


def _enlarged(grids: list[Grid], image: np.ndarray, photo: Photo) -> list[Grid]:
    """Carry grids from a shrunk photo to the photo: pixel centres are integers in both."""
    scale = np.array(photo.shape[::-1]) / image.shape[1::-1]
    grow = np.diag([scale[0], scale[1], 1.0])
    grow[:2, 2] = 0.5 * scale - 0.5
    return [replace(grid, homography=grow @ grid.homography) for grid in grids]


def _clicked(corners: np.ndarray, wanted: ChartLayout | None) -> list[Grid]:
    """Both ways to lay the block over four clicked patch centres, sorted clockwise."""
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        reason = f"corners have shape {corners.shape}; four pairs x, y wanted"
        raise ChartError("CAL_CORNERS", reason, "Give the middles of the four corner patches")
    middle = corners - corners.mean(axis=0)
    corners = corners[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]
    edges = np.roll(corners, -1, axis=0) - corners
    turns = edges[:, 0] * np.roll(edges, -1, axis=0)[:, 1] - edges[:, 1] * np.roll(edges, -1, axis=0)[:, 0]
    if (turns <= 0).any():
        reason = "the four corners do not make a convex quadrilateral"
        raise ChartError("CAL_CORNERS", reason, "Give the middles of the four corner patches")
    rows, columns = (4, 6) if wanted is None else (wanted.rows, wanted.columns)
    grids = []
    for across, down in ((columns - 1, rows - 1), (rows - 1, columns - 1)):
        block = np.array([[0, 0], [across, 0], [across, down], [0, down]], dtype=float)
        homography, _ = cv2.findHomography(block, corners)
        grids.append(Grid(homography, np.array([0, 0]), np.array([across, down]), rows * columns))
    return grids


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates are one chart: their centres are nearer than two patches."""
    apart = one.centres.mean(axis=0) - other.centres.mean(axis=0)
    return bool(np.hypot(*apart) < 2 * max(one.pitch, other.pitch))


def _chart(one: Candidate, guessed: bool) -> Chart:
    chart, homography = one.layout, one.homography
    findings: list[Finding] = []
    middle = chart.patch_centres_mm[chart.classic].mean(axis=0)
    steps = local_steps(middle[None], homography)[0]
    turn = round(np.degrees(np.arctan2(steps[1, 0], steps[0, 0])) / 90) * 90 % 360
    scale = float(1 / np.sqrt(max(abs(np.linalg.det(steps)), 1e-12)))
    if guessed and not one.size_known:
        message = f"the chart's size cannot be told from the photo; lengths assume {chart.kind}"
        findings.append(Finding("CHART_SIZE_ASSUMED", message))
    return Chart(
        kind=chart.kind,
        patch_centres=one.centres,
        corners=transform(chart.outline_mm, homography),
        homography=homography,
        patches=one.readings.means,
        noise=one.readings.noise,
        clipped=one.readings.clipped,
        excluded=one.excluded,
        mm_per_pixel=scale,
        turn=int(turn),
        residual=one.match.residual,
        matched=one.match.count,
        findings=tuple(findings),
    )


def _quality(chart: Chart) -> tuple[float, float]:
    return -float(len(set(chart.excluded) & set(chart.layout.classic.tolist()))), 1 / chart.mm_per_pixel


def _shortage(chart: Chart) -> str:
    """Why too few patches are left, or nothing."""
    classic = chart.layout.classic
    usable = np.array([index not in chart.excluded for index in classic])
    clipped = (chart.clipped[classic] > limit("chart", "max_clipped")).any(axis=1) & ~usable
    wanted, neutrals = int(limit("chart", "min_usable")), int(limit("chart", "min_neutrals"))
    detail = f"{int((~usable).sum() - clipped.sum())} covered, dirty or glossy, {int(clipped.sum())} clipped"
    if usable.sum() < wanted:
        return f"{int(usable.sum())} of 24 patches can be used, {wanted} needed ({detail})"
    left = int(usable[list(NEUTRALS)].sum())
    if left < neutrals:
        return f"{left} of 6 neutral patches can be used, {neutrals} needed ({detail})"
    return ""


def _refusal(photo: Photo, charts: list[Chart], best: Candidate | None) -> ChartError:
    """Say what was found, what it lacks, and what to do."""
    if charts:
        code = "CAL_PATCHES"
        reason = f"a colour chart was found, but only {_shortage(charts[0])}"
        remedy = "Uncover the chart, turn it out of the glare, or expose so that its white is not clipped"
        shown: Chart | None = charts[0]
    elif best is None:
        code, shown = "CAL_NO_CHART", None
        reason = "no colour chart found (no grid of even patches in the photo)"
        remedy = "Check that the chart is whole, sharp and unshaded, give its corners, or pass a profile"
    else:
        code, reason, remedy = _fault(photo, best)
        shown = _chart(best, True)
    error = ChartError(code, reason, remedy, file=photo.name)
    error.candidate = shown
    return error


def _fault(photo: Photo, best: Candidate) -> tuple[str, str, str]:
    needed, smallest = int(limit("chart", "min_matched")), limit("chart", "min_patch")
    tally = f"best candidate matched {best.match.count} of 24 patches, {needed} needed"
    if best.mirrored and best.legible:
        return (
            "CAL_MIRRORED",
            f"the colour chart is mirrored ({best.match.count} of 24 patches match in mirrored order)",
            "Switch off the camera's mirroring; left and right of the body would be exchanged",
        )
    if best.match.sound and best.patch_pixels < smallest:
        return (
            "CAL_RESOLUTION",
            f"the chart's patches are {best.patch_pixels:.1f} px wide; {smallest:.0f} needed",
            "Move closer, or use the camera's full resolution",
        )
    if best.legible:
        return (
            "CAL_RESOLUTION",
            f"the edges of only {best.seen} of the chart's 24 patches can be seen; "
            f"{limit('chart', 'min_seen'):.0f} needed",
            "Focus on the chart, move closer, or give the middles of its four corner patches",
        )
    if best.match.count >= needed and not best.mirrored:
        order = "" if best.match.neutral_order else ", and its neutral row does not darken step by step"
        worst = limit("chart", "max_residual")
        return (
            "CAL_RESIDUAL",
            f"the chart's colours are too far from their paints (residual {best.match.residual:.3f}, "
            f"{worst:.3f} allowed{order})",
            "Light the chart evenly with one kind of lamp, and use an unfaded chart",
        )
    if best.whole:
        step = max(1, min(photo.shape) // 200)
        sample = photo.pixels[::step, ::step].astype(float)
        chroma = np.abs(sample - sample.mean(axis=2, keepdims=True)).mean() / np.iinfo(photo.pixels.dtype).max
        if chroma < limit("chart", "mono_chroma"):
            return "PIX_MONO", f"the photo has no colours ({tally})", "Give the colour photo"
        return (
            "CAL_CHART_TYPE",
            f"a grid of 24 patches was found, but not with the colours of a ColorChecker ({tally})",
            "Use one of the known charts, or read its patches and fit a profile from them",
        )
    return (
        "CAL_NO_CHART",
        f"no colour chart found ({tally})",
        "Check that the chart is whole, sharp and unshaded, give its corners, or pass a profile",
    )
