"""Regions on the map's grid: outlines drawn, painted, given in mm or on a face, as sets of map pixels."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.photo.places import map_places
from pigmeter.regions.outline import Outline
from pigmeter.regions.region_files import read_regions
from pigmeter.regions.region_set import RegionSet
from pigmeter.regions.sites import read_site

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart

WHOLE_SKIN = "skin"

Given = Union[  # noqa: UP007 (a plain | cannot hold what is only known to the type checker)
    Mapping[str, Any], RegionSet, Iterable[Outline], str, os.PathLike[str], None
]


@dataclass(frozen=True, slots=True)
class Region:
    """
    A set of map pixels under a name.

    Attributes
    ----------
    name : str
    mask : array of bool, shape (rows, columns), or None
        True inside, at the resolution of the maps; None: everywhere.
    site : str
        The place on the body (see `sites`); empty if not said.
    side : str
        ``"left"``, ``"right"`` or ``"midline"`` of the person, not of the picture; empty if not said.
    """

    name: str
    mask: np.ndarray | None = None
    site: str = ""
    side: str = ""

    def holds(self, x: float, y: float, scale: int) -> bool:
        """
        Return whether a place is in the region; one beyond the photo is taken for the nearest in it.

        Parameters
        ----------
        x, y : float
            [photo px]
        scale : int
            Photo pixels per map pixel.

        Returns
        -------
        bool
        """
        if self.mask is None:
            return True
        column, row = (round(place) for place in map_places([x, y], scale).tolist())
        rows, columns = self.mask.shape
        return bool(self.mask[min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)])


def lay_regions(
    given: Given,
    shape: tuple[int, int],
    scale: int,
    *,
    chart: "Chart | None" = None,
    landmarks: Any = None,
    photo_name: str = "",
) -> tuple[Region, ...]:
    """
    Lay the caller's regions on the grid of the maps.

    Parameters
    ----------
    given : mapping, RegionSet, outlines, path or None
        Outlines, or a file or folder of them (`read_regions`), or per name a mask (bool, the photo's rows and
        columns) or a polygon, shape (corners, 2), as x (to the right) and y (down) in photo pixels, where
        whole numbers are centres of pixels.
    shape : tuple of int
        Rows and columns of the photo. [px]
    scale : int
        Photo pixels per map pixel.
    chart : Chart, optional
        For outlines in mm on its plane.
    landmarks : array, shape (468 or 478, 2), or Face or FaceFrame, optional
        Of the face in the photo, for outlines in the frame of a face.
    photo_name : str
        Which outlines of a file or folder are meant; with its folders where names repeat.

    Returns
    -------
    tuple of Region
        The whole skin first.

    Raises
    ------
    UsageError
        If a region has another form, lies outside the photo, was drawn on a photo of another size, is called
        ``"skin"`` or like another one, or needs a chart or landmarks that are not there.

    Notes
    -----
    A map pixel belongs to a polygon if its centre is inside by the even-odd rule. The centre is that of
    ``scale`` x ``scale`` photo pixels, at the right and lower rim not beyond the photo. An edge belongs to
    what lies right of it and below it, so that regions that touch share no pixel and leave none out. What
    runs over the photo's border is cut there. A painted mask is read at the photo pixel that holds the
    centre, or the next one right and below. Polygons of one region are united, then its holes taken out.
    """
    regions = [Region(WHOLE_SKIN)]
    frame = None
    for outline in outlines_of(given, shape, photo_name):
        if outline.name == WHOLE_SKIN:
            reason = f"{outline.name!r} is the name of the whole skin, and a region was given under it"
            raise UsageError("REGION_FORM", reason, "Give the region another name")
        if any(outline.name == region.name for region in regions):
            reason = f"two regions are called {outline.name!r}"
            raise UsageError("REGION_FORM", reason, "Give each a name of its own")
        placed = outline
        if outline.frame == "mm":
            placed = _on_photo(outline, chart)
        elif outline.frame == "face":
            frame = _frame_of_face(outline, landmarks) if frame is None else frame
            placed = _on_face(outline, frame)
        mask = _laid(placed, shape, scale, anywhere=outline.frame == "face")
        if outline.frame != "face" and not mask.any():
            reason = f"region {outline.name!r} holds the centre of no map pixel ({scale} photo px wide)"
            raise UsageError("REGION_FORM", reason, "Draw it larger, or ask for a finer resolution")
        regions.append(Region(outline.name, mask, outline.site, outline.side))
    return tuple(regions)


def outlines_of(given: Given, shape: tuple[int, int], photo_name: str = "") -> tuple[Outline, ...]:
    """
    Return the outlines for one photo, from all that `lay_regions` takes.

    Parameters
    ----------
    given : mapping, RegionSet, outlines, path or None
    shape : tuple of int
        Rows and columns of the photo. [px]
    photo_name : str
        Which outlines of a file or folder are meant.

    Returns
    -------
    tuple of Outline
        Each in the frame it was given in, with the site and side that its name or file tells.

    Raises
    ------
    UsageError
        If a region has another form, or was drawn on a photo of another size, or a file cannot be read.
    """
    if given is None:
        return ()
    if isinstance(given, str | os.PathLike):
        given = read_regions(given)
    if isinstance(given, RegionSet):
        return given.outlines(photo_name, shape)
    if isinstance(given, Mapping):
        return tuple(_named(str(name), shape, value) for name, value in given.items())
    if isinstance(given, Outline):
        return (given,)
    outlines = tuple(given)
    for outline in outlines:
        if not isinstance(outline, Outline):
            reason = (
                f"regions were given as {type(outline).__name__}; expected outlines, or a mapping of names"
            )
            raise UsageError("REGION_FORM", reason, "Give a mapping from each region's name to its outline")
    return outlines


def _named(name: str, shape: tuple[int, int], value: object) -> Outline:
    site, side = read_site(name)
    if isinstance(value, Outline):
        return replace(value, name=name, site=value.site or site, side=value.side or side)
    array = np.asarray(value)
    if array.dtype == bool and array.shape == shape:
        return Outline(name, mask=array, site=site, side=side)
    if array.dtype.kind in "iuf" and array.ndim == 2 and array.shape[1] == 2 and len(array) >= 3:
        return Outline(name, (array.astype(float),), site=site, side=side)
    reason = (
        f"region {name!r} is an array of {array.dtype} with shape {array.shape}; expected a bool "
        f"mask of shape {shape} or a polygon of shape (3 or more, 2)"
    )
    raise UsageError("REGION_FORM", reason, "Give the region in pixels of the photo")


def _on_photo(outline: Outline, chart: "Chart | None") -> Outline:
    """Carry an outline from the chart's plane to the photo; straight edges stay straight."""
    if chart is None:
        reason = f"region {outline.name!r} is given in mm on the chart's plane, and the photo shows no chart"
        raise UsageError(
            "REGION_FRAME", reason, "Take the photo with the chart, or draw the region in pixels"
        )
    ahead = np.sign(chart.homography[2, 2])  # of the chart's first corner, which is in the photo

    def carry(ring: np.ndarray) -> np.ndarray:
        points = np.column_stack([ring, np.ones(len(ring))]) @ chart.homography.T
        if not np.all(points[:, 2] * ahead > 0):
            reason = f"region {outline.name!r} reaches beyond the horizon of the chart's plane in this photo"
            raise UsageError("REGION_OUTSIDE", reason, "Give a place nearer to the chart [mm]")
        return np.asarray(points[:, :2] / points[:, 2:])

    return replace(
        outline,
        polygons=tuple(carry(ring) for ring in outline.polygons),
        holes=tuple(carry(ring) for ring in outline.holes),
        frame="px",
    )


def _frame_of_face(outline: Outline, landmarks: Any) -> Any:
    if landmarks is None:
        reason = f"region {outline.name!r} is given on the face, and this photo's landmarks are not known"
        remedy = "Give the face's landmarks, or draw the region in pixels of the photo"
        raise UsageError("REGION_FRAME", reason, remedy)
    from pigmeter.regions.face_frame import face_frame_of

    return face_frame_of(landmarks)


def _on_face(outline: Outline, frame: Any) -> Outline:
    from pigmeter.regions.face_frame import place_on_face

    return place_on_face(outline, frame)


def _laid(outline: Outline, shape: tuple[int, int], scale: int, *, anywhere: bool) -> np.ndarray:
    """One outline in pixels of the photo; `anywhere`: a place beside the photo is no mistake (a cut face)."""
    if outline.mask is not None:
        if outline.mask.shape != shape:
            reason = (
                f"the mask of region {outline.name!r} has {outline.mask.shape[1]} x {outline.mask.shape[0]} "
                f"px, the upright photo {shape[1]} x {shape[0]}"
            )
            raise UsageError("REGION_SIZE", reason, "Paint it on the upright photo at its full size")
        rows, columns = (np.minimum(np.arange(0, n, scale) + scale // 2, n - 1) for n in shape)
        return np.ascontiguousarray(outline.mask[np.ix_(rows, columns)])
    if not outline.polygons:
        reason = f"region {outline.name!r} has neither a polygon nor a mask"
        raise UsageError("REGION_FORM", reason, "Draw it, or leave it out")
    mask = np.zeros(tuple(-(-n // scale) for n in shape), dtype=bool)
    for ring in (*outline.polygons, *outline.holes):
        if np.ndim(ring) != 2 or np.shape(ring)[1] != 2 or len(ring) < 3:
            reason = (
                f"region {outline.name!r} has a polygon of shape {np.shape(ring)}; expected (3 or more, 2)"
            )
            raise UsageError("REGION_FORM", reason, "Give each corner as x and y")
        if not np.isfinite(ring).all():
            reason = f"region {outline.name!r} has corners that are not finite"
            raise UsageError("REGION_FORM", reason, "Give the region in pixels of the photo")
    for ring in outline.polygons:
        if not anywhere:
            _require_inside(outline.name, ring, shape)
        _fill(mask, ring, shape, scale, True)
    for ring in outline.holes:
        _fill(mask, ring, shape, scale, False)
    return mask


def _require_inside(name: str, ring: np.ndarray, shape: tuple[int, int]) -> None:
    low, high = ring.min(axis=0), ring.max(axis=0)
    rows, columns = shape
    if high[0] < -0.5 or high[1] < -0.5 or low[0] > columns - 0.5 or low[1] > rows - 0.5:
        reason = (
            f"region {name!r} lies outside the photo: x {low[0]:.0f} to {high[0]:.0f}, y {low[1]:.0f} to "
            f"{high[1]:.0f} in a photo of {columns} x {rows} px"
        )
        raise UsageError("REGION_OUTSIDE", reason, "Check which photo it was drawn on, and its unit")


def _fill(mask: np.ndarray, ring: np.ndarray, shape: tuple[int, int], scale: int, value: bool) -> None:
    """Set every map pixel whose centre is inside, run by run: a row's runs lie between its crossings."""
    rows, columns = (np.minimum((np.arange(0, n, scale) + (scale - 1) / 2), n - 1.0) for n in shape)
    start = np.asarray(ring, dtype=float)
    end = np.roll(start, -1, axis=0)
    upper = np.where((start[:, 1] <= end[:, 1])[:, None], start, end)
    lower = np.where((start[:, 1] <= end[:, 1])[:, None], end, start)
    first = np.searchsorted(rows, upper[:, 1])
    counts = np.searchsorted(rows, lower[:, 1]) - first
    edges = np.repeat(np.arange(len(start)), counts)
    row = np.arange(len(edges)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edges]
    above, below = rows[row] - upper[edges, 1], lower[edges, 1] - rows[row]
    # A weighted mean: exact for corners on halves or quarters, so no centre on an edge is missed.
    crossing = (upper[edges, 0] * below + lower[edges, 0] * above) / (above + below)
    column = np.searchsorted(columns, crossing)
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    runs = zip(row[::2].tolist(), column[::2].tolist(), column[1::2].tolist(), strict=True)
    if value:
        for place, left, right in runs:
            mask[place, left:right] = True
        return
    for place, left, right in runs:
        mask[place, left:right] = False
