"""A first proposal of regions, to be edited: those of a face, or the skin of a close-up."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.errors import ChartError, MeasurementError, ProfileError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.regions.outline import Outline

if TYPE_CHECKING:
    from pigmeter.colour.chart import Chart
    from pigmeter.colour.profile import Profile
    from pigmeter.regions.face_frame import Where
    from pigmeter.regions.landmarks import LandmarkSource

NAME = "region 1"


def propose_regions(
    photo: Photo,
    chart: "Chart | None" = None,
    profile: "Profile | None" = None,
    *,
    landmarks: "LandmarkSource | None" = None,
    face: int | tuple[float, float] | None = None,
    halves: bool = False,
    on_face: bool = False,
) -> tuple[Outline, ...]:
    """
    Propose regions for a photo, to be looked at, named and edited.

    Parameters
    ----------
    photo : Photo
    chart : Chart, optional
        The chart in this photo, if the caller has found it already.
    profile : Profile, optional
        Of the session, to tell skin by. Without it the chart's own is fitted.
    landmarks : function, path of a JSON file, or array, optional
        Of the face, as `read_landmarks` takes them.
    face : int or (x, y), optional
        Which of several faces: its number, counted from 1 (the largest), or a point on it [px].
    halves : bool
        Split the regions of the face at its midline into pairs that mirror each other, for split-face
        designs.
    on_face : bool
        Give the regions in the frame of the face, so that they serve every photo of a face and every visit.

    Returns
    -------
    tuple of Outline
        In pixels of the photo unless `on_face`. With a face: its regions, with their sites and sides. In a
        close-up: one outline, ``"region 1"``, of the largest piece of skin, a margin inside its edge, without
        the chart.
        If neither a profile nor a chart is at hand, skin cannot be told: then the middle of the photo, a
        tenth of each side left free. A close-up does not show where on the body it was taken, so no site is
        said.

    Raises
    ------
    MeasurementError
        If there are several faces and it is not said which is meant (``FACE_SEVERAL``), none where `face`,
        `halves` or `on_face` asks for one (``FACE_NONE``), or there is too little skin (``SKIN_NONE``).
    """
    from pigmeter.regions.faces import choose_face, find_faces

    if landmarks is not None:
        from pigmeter.regions.landmarks import read_landmarks

        return _of_face(read_landmarks(landmarks, photo, chosen=face), photo, halves, on_face)
    faces = find_faces(photo)
    if faces or face is not None or halves or on_face:
        return _of_face(choose_face(faces, face), photo, halves, on_face)
    chart = chart or _chart_of(photo)
    profile = profile or _profile_of(photo, chart)
    if profile is None:
        return (_middle(photo),)
    return (_largest_skin(photo, chart, profile),)


def _of_face(where: "Where", photo: Photo, halves: bool, on_face: bool) -> tuple[Outline, ...]:
    from pigmeter.regions.anatomy import face_regions, mirrored_halves
    from pigmeter.regions.face_frame import face_frame_of, onto_face_frame

    frame = face_frame_of(where)
    found = mirrored_halves(frame) if halves else face_regions(frame, shape=photo.shape)
    if on_face:  # what is left out of a face is left out anew in each photo
        found = tuple(onto_face_frame(replace(outline, holes=()), frame) for outline in found)
    size = 1.0 if on_face else frame.scale
    return tuple(_editable(outline, size) for outline in found)


def _editable(outline: Outline, size: float) -> Outline:
    """Leave as many corners as a hand can move, in numbers easily read, and holes only where they cut."""
    import cv2

    detail, places = limit("regions", "face_detail_mm") * size, 1 if size == 1.0 else 0
    rings = [
        np.round(cv2.approxPolyDP(ring.astype(np.float32), detail, True).reshape(-1, 2).astype(float), places)
        for ring in (*outline.polygons, *outline.holes)
    ]
    outer, inner = rings[: len(outline.polygons)], rings[len(outline.polygons) :]
    inner = [hole for hole in inner if len(hole) >= 3 and any(_meet(hole, ring) for ring in outer)]
    return replace(outline, polygons=tuple(outer), holes=tuple(inner))


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two polygons share a place."""
    import cv2

    low = np.minimum(one.min(axis=0), other.min(axis=0))
    extent = np.maximum(one.max(axis=0), other.max(axis=0)) - low
    scale = 256 / max(float(extent.max()), 1e-9)
    drawn = []
    for ring in (one, other):
        canvas = np.zeros((260, 260), dtype=np.uint8)
        cv2.fillPoly(canvas, [np.rint((ring - low) * scale).astype(np.int32)], 1)
        drawn.append(canvas)
    return bool((drawn[0] & drawn[1]).any())


def _chart_of(photo: Photo) -> "Chart | None":
    from pigmeter.colour.chart import find_chart

    try:
        return find_chart(photo)
    except ChartError:
        return None


def _profile_of(photo: Photo, chart: "Chart | None") -> "Profile | None":
    from pigmeter.colour.session import fit_profile

    try:
        return None if chart is None else fit_profile(photo, chart=chart)
    except (ChartError, ProfileError):
        return None


def _middle(photo: Photo) -> Outline:
    rows, columns = photo.shape
    free = limit("regions", "proposal_frame")
    (left, right), (top, low) = ((round(free * n), round((1 - free) * n) - 1) for n in (columns, rows))
    ring = np.array([[left, top], [right, top], [right, low], [left, low]], dtype=float)
    return Outline(NAME, (ring,))


def _largest_skin(photo: Photo, chart: "Chart | None", profile: "Profile") -> Outline:
    from pigmeter.measurement.maps import analysis_scale, quantity_maps

    length = chart.mm_per_pixel if chart is not None else None
    scale = analysis_scale(photo.shape, length)
    excluded = None
    for one in () if chart is None else (chart, *chart.others):
        mask = one.mask(tuple(-(-side // scale) for side in photo.shape), scale)
        excluded = mask if excluded is None else excluded | mask
    found = quantity_maps(photo, profile, scale, mm_per_pixel=length, excluded=excluded)
    side = found.cell * scale
    if length is None:
        margin = limit("regions", "proposal_margin_share") * min(photo.shape)
    else:
        margin = limit("regions", "proposal_margin_mm") / length
    rings = _rings(found.skin_cells.outline, margin / side)
    if not rings:
        reason = "no piece of skin was found that is large enough to propose a region in it"
        remedy = "Draw the region, or check that the profile is of this photo's session"
        raise MeasurementError("SKIN_NONE", reason, remedy, file=photo.name)
    placed = [np.round((ring + 0.5) * side - 0.5) for ring in rings]
    return Outline(NAME, (placed[0],), tuple(placed[1:]))


def _rings(skin: np.ndarray, margin: float) -> list[np.ndarray]:
    """
    The border of the largest piece left when a margin is taken off, then that of each large hole in it.

    All in cells. A ring runs through the centres of cells that are kept, so it stays within the skin.
    """
    import cv2

    hole = limit("regions", "proposal_hole")
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~skin).view(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < hole * np.count_nonzero(skin)
    small[0] = False
    x, y, wide, high = stats[:, :4].T
    small &= (x > 0) & (y > 0) & (x + wide < skin.shape[1]) & (y + high < skin.shape[0])
    whole = skin | small[labels]
    if whole.all():
        kept = whole
    else:
        kept = cv2.distanceTransform(whole.astype(np.uint8), cv2.DIST_L2, 5) - 0.5 >= margin
    _, labels, stats, _ = cv2.connectedComponentsWithStats(kept.view(np.uint8), connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not areas.size or areas.max() < limit("regions", "proposal_least") * skin.size:
        return []
    piece = (labels == 1 + int(areas.argmax())).astype(np.uint8)
    drawn, tree = cv2.findContours(piece, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    detail = limit("regions", "proposal_detail") * margin
    outer, inner = [], []
    for ring, (*_, parent) in zip(drawn, tree[0], strict=True):
        simple = cv2.approxPolyDP(ring, detail, True).reshape(-1, 2).astype(float)
        if parent < 0:
            outer.append(simple)
        elif cv2.contourArea(ring) >= hole * areas.max() and len(simple) >= 3:
            inner.append(simple)
    return [*outer, *inner]
