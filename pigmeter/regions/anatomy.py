"""The regions of a face: forehead, cheeks, nose, chin; what is left out of them; the halves of a face."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.findings import Finding
from pigmeter.reference import limit, read_rows
from pigmeter.regions.face_frame import (
    FaceFrame,
    Where,
    face_frame_of,
    onto_face_frame,
    place_on_face,
)
from pigmeter.regions.face_mesh import both_halves, mean_face, pose_of
from pigmeter.regions.outline import Outline

BOTH = ("left", "right")


def _limit(name: str) -> float:
    return limit("faces", name)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A region of the table: its corners on the right or, across the midline, its right half."""

    paired: bool
    proposed: bool
    corners: np.ndarray


@cache
def _kinds() -> dict[str, _Kind]:
    rows = read_rows("face/regions.csv")[1:]
    kinds = {}
    for name in dict.fromkeys(row["region"] for row in rows):
        own = [row for row in rows if row["region"] == name]
        corners = np.array([[float(row["x"]), float(row["y"])] for row in own])
        kinds[name] = _Kind(own[0]["kind"] == "pair", own[0]["proposed"] == "yes", corners)
    return kinds


def mean_regions(names: tuple[str, ...] | None = None) -> tuple[Outline, ...]:
    """
    Return regions of the mean face, to be placed on a face or edited for all photos of a study at once.

    Parameters
    ----------
    names : tuple of str, optional
        ``"forehead"``, ``"cheek"``, ``"nose"``, ``"chin"``, which are the default, ``"glabella"``,
        ``"under_eye"``, ``"upper_lip"``. Cheeks and what lies under the eyes come in pairs.

    Returns
    -------
    tuple of Outline
        In frame ``"face"``; the side is the person's.

    Raises
    ------
    UsageError
        If there is no region of a name.

    Examples
    --------
    >>> [region.name for region in mean_regions()]
    ['forehead', 'cheek right', 'cheek left', 'nose', 'chin']
    """
    kinds = _kinds()
    wanted = names if names is not None else tuple(name for name, kind in kinds.items() if kind.proposed)
    outlines = []
    for name in wanted:
        if name not in kinds:
            reason = f"there is no region {name!r} of the face (known: {', '.join(kinds)})"
            raise UsageError("REGION_UNKNOWN", reason, "Name one of them, or draw it")
        corners = kinds[name].corners
        if kinds[name].paired:
            right = _rounded(corners)
            for side, ring in (("right", right), ("left", right * (-1, 1))):
                outlines.append(_outline(name, ring, side))
        else:
            outlines.append(_outline(name, _rounded(_both_sides(corners)), ""))
    return tuple(outlines)


def _outline(site: str, ring: np.ndarray, side: str) -> Outline:
    name = f"{site} {side}" if side else site
    return Outline(name, (ring,), frame="face", site=site, side=side)


def _both_sides(right: np.ndarray) -> np.ndarray:
    """Close a half, listed from top to bottom, with its mirror half; corners on the midline count once."""
    left = right[::-1] * (-1, 1)
    return np.concatenate([right, left[left[:, 0] > 0]])


def _rounded(ring: np.ndarray, times: int = 3) -> np.ndarray:
    """Cut corners by quarters (Chaikin): a smooth outline inside the given one."""
    for _ in range(times):
        following = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * following, 0.25 * ring + 0.75 * following], axis=1)
        ring = ring.reshape(-1, 2)
    return ring


def face_regions(
    where: Where, names: tuple[str, ...] | None = None, shape: tuple[int, int] | None = None
) -> tuple[Outline, ...]:
    """
    Propose the regions of a face in a photo, without eyes, brows, lips and nostrils.

    Parameters
    ----------
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        A box, from which regions follow by the proportions of the mean face, a little smaller: look at them
        and edit them. Or landmarks in MediaPipe's order [px], from which they follow by a smooth warp.
    names : tuple of str, optional
        See `mean_regions`.
    shape : tuple of int, optional
        Rows and columns of the photo [px], to leave out regions of which it shows less than half.

    Returns
    -------
    tuple of Outline
        In frame ``"px"``. The side is the person's: the left cheek is on the right of a photo that is not
        mirrored. Left out are regions that a turned face hides or shows at a flat angle.

    Examples
    --------
    >>> from pigmeter.regions.faces import Face
    >>> forehead, right, left, nose, chin = face_regions(Face(100, 100, 400, 400, 40))
    >>> left.site, left.side, bool(left.polygons[0][:, 0].min() > 300)
    ('cheek', 'left', True)
    """
    frame = face_frame_of(where)
    placed = []
    for outline in _proposed(frame, names):
        region = place_on_face(outline, frame)
        whole = sum(_area(ring) for ring in outline.polygons) * frame.scale**2
        shown = sum(_area(ring) for ring in region.polygons) / whole  # below 0 where a fold turns it over
        if shown >= _limit("least_share") and _is_in_photo(region, shape):
            placed.append(region)
    return tuple(placed)


def _proposed(frame: FaceFrame, names: tuple[str, ...] | None) -> list[Outline]:
    """Return regions of the mean face; smaller ones for a box, which says less well where they lie."""
    size = _limit("box_share") if frame.guessed else 1.0
    return [
        replace(outline, polygons=(_resized(outline.polygons[0], size),)) for outline in mean_regions(names)
    ]


def _resized(ring: np.ndarray, size: float) -> np.ndarray:
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    return np.asarray(middle + size * (ring - middle))


def _is_in_photo(region: Outline, shape: tuple[int, int] | None) -> bool:
    if shape is None:
        return True
    corners = np.concatenate(region.polygons)
    inside = np.all((corners >= -0.5) & (corners <= np.array(shape[::-1]) - 0.5), axis=1)
    return float(inside.mean()) >= 0.5


def _area(ring: np.ndarray) -> float:
    """Area, signed by the way round."""
    x, y = ring.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def mirrored_halves(where: Where, outlines: tuple[Outline, ...] | None = None) -> tuple[Outline, ...]:
    """
    Split regions at the face's midline into pairs that mirror each other, for split-face designs.

    Parameters
    ----------
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        A box, whose middle is the midline, or landmarks in MediaPipe's order [px].
    outlines : tuple of Outline, optional
        Regions in frame ``"px"`` or ``"face"``; by default the whole face and `mean_regions`. Of one
        that lies across the midline the larger half is taken, of a pair the first, and mirrored.

    Returns
    -------
    tuple of Outline
        In frame ``"px"``, named with their side: "cheek left", "cheek right". They mirror each other on the
        mean face, so on a symmetric face in the photo too. A strip at the midline is left free, and eyes,
        brows, lips and nostrils are left out where they are in this photo.
    """
    frame = face_frame_of(where)
    given = (_whole_face(), *_proposed(frame, None)) if outlines is None else outlines
    halves: dict[str, tuple[Outline, ...]] = {}
    for outline in given:
        name = _name_without_side(outline)
        if name not in halves:
            halves[name] = _pair(name, onto_face_frame(outline, frame))
    return tuple(place_on_face(half, frame) for pair in halves.values() for half in pair)


def face_findings(where: Where) -> tuple[Finding, ...]:
    """
    Return reasons to look twice at regions that were placed on a face.

    Parameters
    ----------
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        What they were placed by.

    Returns
    -------
    tuple of Finding
        ``FACE_BOX`` if only a box was known, ``FACE_TURNED`` if the face is turned, up, down or aside.
    """
    frame = face_frame_of(where)
    if frame.guessed:
        message = "the regions follow from the face's box alone: look at them, and edit them where needed"
        return (Finding("FACE_BOX", message),)
    pose = pose_of(frame.landmarks)
    turn, most = max(abs(pose.turn), abs(pose.nod)), _limit("most_turn")
    if turn <= most:
        return ()
    message = (
        f"the face is turned by {turn:.0f} degrees: skin on its far side is seen at a flat angle, "
        "and not comparable with a photo from the front"
    )
    return (Finding("FACE_TURNED", message, round(turn, 1), most),)


def _whole_face() -> Outline:
    ring = mean_face()[list(both_halves("oval")), :2]
    return _outline("face", _resized(ring, _limit("face_share")), "")


def _name_without_side(outline: Outline) -> str:
    words = outline.name.split()
    return " ".join(word for word in words if word.lower() not in BOTH) or outline.name


def _pair(name: str, outline: Outline) -> tuple[Outline, ...]:
    """Return both halves of an outline in the face's frame, the person's right one first."""
    free = _limit("middle_margin")
    cut = {
        side: [
            [half for ring in rings if len(half := _cut(ring * (sign, 1), free))]
            for rings in (outline.polygons, outline.holes)
        ]
        for side, sign in (("right", -1), ("left", 1))
    }
    areas = {side: sum(abs(_area(ring)) for ring in cut[side][0]) for side in cut}
    polygons, holes = cut[max(areas, key=lambda side: areas[side])]
    pair = []
    for side, sign in (("right", -1), ("left", 1)):
        rings, left_out = ([ring * (sign, 1) for ring in half] for half in (polygons, holes))
        if rings:
            pair.append(
                Outline(f"{name} {side}", tuple(rings), tuple(left_out), None, "face", outline.site, side)
            )
    return tuple(pair)


def _cut(ring: np.ndarray, least: float) -> np.ndarray:
    """Return what of a ring lies at x >= least (Sutherland and Hodgman)."""
    kept = []
    for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if start[0] >= least:
            kept.append(start)
        if (start[0] >= least) != (end[0] >= least):
            kept.append(start + (end - start) * (least - start[0]) / (end[0] - start[0]))
    return np.array(kept).reshape(-1, 2)
