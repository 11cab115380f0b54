"""The frame of a face: where on the mean face a place of a photo lies, and back, by a smooth warp."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from pigmeter.errors import MeasurementError
from pigmeter.reference import limit
from pigmeter.regions.face_mesh import POINTS, both_halves, contour, mean_face, pose_of
from pigmeter.regions.faces import Face
from pigmeter.regions.outline import Outline


def _limit(name: str) -> float:
    return limit("faces", name)


@cache
def _nodes() -> np.ndarray:
    right = contour("spline")
    return np.array(right + tuple(n for n in contour("spline", "left") if n not in right))


@dataclass(frozen=True, slots=True)
class FaceFrame:
    """
    A face in a photo, and the way from the mean face onto it.

    Attributes
    ----------
    scale : float
        Of the face as a whole. [px per mm of the mean face]
    landmarks : array, shape (468, 2)
        Where the mean face's landmarks lie in the photo; a guess if only a box is known. [px]
    onto_photo : function
        Takes points of the frame, shape (n, 2) [mm of the mean face], to the photo [px].
    guess : function
        Takes points of the photo to the frame, nearly.
    guessed : bool
        Only a box is known.
    """

    scale: float
    landmarks: np.ndarray
    onto_photo: Callable[[np.ndarray], np.ndarray]
    guess: Callable[[np.ndarray], np.ndarray]
    guessed: bool = False

    def onto_face(self, points: np.ndarray) -> np.ndarray:
        """
        Carry points of the photo to the frame: the inverse of `onto_photo`.

        Parameters
        ----------
        points : array, shape (n, 2)
            [px]

        Returns
        -------
        array, shape (n, 2)
            [mm of the mean face]

        Raises
        ------
        MeasurementError
            If a point lies so far beside the face, or so deep in a fold of a turned one, that no place of
            the frame belongs to it.
        """
        wanted = np.asarray(points, dtype=float)
        found = self.guess(wanted)
        step = 0.05
        for _ in range(30):  # Newton; it takes two to four
            missing = wanted - self.onto_photo(found)
            left = np.abs(missing).max(axis=1, initial=0.0) > _limit("carried_within")
            if not left.any():
                return found
            here, lack = found[left], missing[left]
            across, down = (
                (self.onto_photo(here + aside) - self.onto_photo(here - aside)) / (2 * step)
                for aside in step * np.eye(2)
            )
            slope = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]
            if not np.all(slope > 1e-3 * self.scale**2):
                break
            move = np.stack(
                [
                    lack[:, 0] * down[:, 1] - lack[:, 1] * down[:, 0],
                    lack[:, 1] * across[:, 0] - lack[:, 0] * across[:, 1],
                ],
                axis=1,
            )
            found[left] = here + np.clip(move / slope[:, None], -10, 10)
        reason = "an outline reaches where the face is hidden, or far beside it, and has no place on it"
        raise MeasurementError("FACE_OUTSIDE", reason, "Draw it on the face as this photo shows it")


Where = Face | np.ndarray | FaceFrame


def face_frame_of(where: Where) -> FaceFrame:
    """
    Return the way from the mean face onto the face in a photo.

    Parameters
    ----------
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        The box, which gives a place and a size only; or landmarks in MediaPipe's order [px]. A frame is
        returned as it is, so whoever lays many outlines on one face makes it once.

    Returns
    -------
    FaceFrame
        From landmarks: a thin-plate spline [1]_ through those that keep their order whatever the face does
        (not the lids, not the inside of the mouth).

    References
    ----------
    .. [1] F. L. Bookstein, Principal warps: thin-plate splines and the decomposition of deformations,
           IEEE Trans Pattern Anal Mach Intell 11, 1989, doi 10.1109/34.24792.
    """
    if isinstance(where, FaceFrame):
        return where
    return _frame_of_box(where) if isinstance(where, Face) else _frame_of_landmarks(where)


def _frame_of_box(face: Face) -> FaceFrame:
    layout = mean_face()
    corners = [*contour("eye"), *contour("eye", "left")]
    apart = 2 * np.abs(layout[corners, 0]).mean()
    scale = _limit("eyes_apart") * face.width / apart
    middle = np.array([face.x + face.width / 2, face.y + _limit("eyes_height") * face.height])

    def onto_photo(points: np.ndarray) -> np.ndarray:
        return np.asarray(middle + scale * np.asarray(points))

    def onto_face(points: np.ndarray) -> np.ndarray:
        return np.asarray((np.asarray(points) - middle) / scale)

    return FaceFrame(scale, onto_photo(layout[:, :2]), onto_photo, onto_face, guessed=True)


def _frame_of_landmarks(landmarks: np.ndarray) -> FaceFrame:
    from scipy.interpolate import RBFInterpolator

    points = np.asarray(landmarks, dtype=float)[:POINTS, :2]
    layout, nodes = mean_face(), _nodes()
    scale = pose_of(points).scale
    flat = layout[nodes, :2]
    size = float(np.ptp(layout[:, 0]))
    stiffness = _limit("spline_stiffness")
    spline = RBFInterpolator(flat / size, points[nodes], kernel="thin_plate_spline", smoothing=stiffness)
    low, high = flat.min(axis=0) - _limit("reach"), flat.max(axis=0) + _limit("reach")

    def onto_photo(places: np.ndarray) -> np.ndarray:
        return np.asarray(spline(np.asarray(places, dtype=float) / size)).reshape(-1, 2)

    def guess(wanted: np.ndarray) -> np.ndarray:
        seen = points[nodes] / (scale * size)
        back = RBFInterpolator(seen, flat, kernel="thin_plate_spline", smoothing=stiffness)
        return np.asarray(np.clip(back(wanted / (scale * size)), low, high))

    return FaceFrame(scale, points, onto_photo, guess)


def excluded_parts(where: Where) -> tuple[Outline, ...]:
    """
    Return the parts of a face that are not skin to be measured: eyes, brows, nostrils, lips.

    Parameters
    ----------
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        A box, or landmarks in MediaPipe's order [px].

    Returns
    -------
    tuple of Outline
        In frame ``"px"``, each with a margin (calibration/limits/faces.csv); lips with what is between them.
    """
    frame = face_frame_of(where)
    unit = frame.scale * (_limit("box_margins") if frame.guessed else 1)
    parts = []
    for part, margin in (
        ("eye", _limit("eye_margin")),
        ("brow", _limit("brow_margin")),
        ("nostril", _limit("nostril_margin")),
    ):
        for side in ("left", "right"):
            ring = _widened(frame.landmarks[list(contour(part, side))], margin * unit)
            parts.append(Outline(f"{part} {side}", (ring,), side=side))
    ring = _widened(frame.landmarks[list(both_halves("lips"))], _limit("lips_margin") * unit)
    return (*parts, Outline("lips", (ring,)))


def _widened(points: np.ndarray, margin: float) -> np.ndarray:
    """Return the hull of circles round the points: a contour that shuts, a closed eye's, keeps its margin."""
    import cv2

    angles = np.arange(16) * np.pi / 8
    circle = margin * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    spread = (points[:, None] + circle).reshape(-1, 2)
    return np.asarray(cv2.convexHull(spread.astype(np.float32))[:, 0], dtype=float)


def _without(region: Outline, parts: tuple[Outline, ...]) -> Outline:
    """Leave parts out of a region, those that come near it."""
    if not region.polygons:
        return region
    corners = np.concatenate(region.polygons)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = [
        ring
        for part in parts
        for ring in part.polygons
        if np.all(ring.min(axis=0) <= high) and np.all(ring.max(axis=0) >= low)
    ]
    return replace(region, holes=(*region.holes, *near))


def place_on_face(outline: Outline, where: Where) -> Outline:
    """
    Lay an outline given in the frame of the face on the face of one photo.

    Parameters
    ----------
    outline : Outline
        In frame ``"face"``; any other is returned as it is.
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        Its box, or its landmarks in MediaPipe's order [px].

    Returns
    -------
    Outline
        In frame ``"px"``, without `excluded_parts`. Long edges get corners between, as they bend.

    Examples
    --------
    >>> brow = Outline("between the brows", (np.array([[-8.0, -26], [8, -26], [8, -10], [-8, -10]]),),
    ...                frame="face")
    >>> place_on_face(brow, Face(100, 200, 630, 630, 40)).polygons[0][0].round()
    array([386., 324.])
    """
    if outline.frame != "face":
        return outline
    frame, edge = face_frame_of(where), _limit("edge")
    placed = replace(
        outline,
        polygons=_carried(outline.polygons, frame.onto_photo, edge),
        holes=_carried(outline.holes, frame.onto_photo, edge),
        frame="px",
    )
    return _without(placed, excluded_parts(frame))


def onto_face_frame(outline: Outline, where: Where) -> Outline:
    """
    Give an outline drawn on one photo by its place on the face: the inverse of `place_on_face`.

    Parameters
    ----------
    outline : Outline
        In frame ``"px"``, drawn or painted; one in frame ``"face"`` is returned as it is.
    where : Face or array, shape (468 or 478, 2), or FaceFrame
        Of the photo that it was drawn on. [px]

    Returns
    -------
    Outline
        In frame ``"face"``: the same place in every photo whose landmarks are known. Holes that this photo
        hides are dropped.

    Raises
    ------
    MeasurementError
        If it is given in mm of a chart, or reaches where the face is not.
    """
    if outline.frame == "face":
        return outline
    if outline.frame != "px":
        reason = f"{outline.name!r} is given in the frame {outline.frame!r}, not in pixels of the photo"
        raise MeasurementError("FACE_FRAME", reason, "Lay it on the photo first")
    frame = face_frame_of(where)
    drawn = outline if outline.mask is None else _drawn(outline)
    edge = _limit("edge") * frame.scale
    holes: list[np.ndarray] = []
    for hole in drawn.holes:
        with suppress(MeasurementError):  # hidden here, so nothing of it was seen to be left out
            holes += _carried((hole,), frame.onto_face, edge)
    return replace(
        drawn, polygons=_carried(drawn.polygons, frame.onto_face, edge), holes=tuple(holes), frame="face"
    )


def _carried(
    rings: tuple[np.ndarray, ...], carry: Callable[[np.ndarray], np.ndarray], edge: float
) -> tuple[np.ndarray, ...]:
    """All corners in one call: a spline costs as much for ten as for a hundred."""
    if not rings:
        return ()
    closed = [_with_short_edges(ring, edge) for ring in rings]
    ends = np.cumsum([len(ring) for ring in closed])[:-1]
    return tuple(np.split(carry(np.concatenate(closed)), ends))


def _with_short_edges(ring: np.ndarray, longest: float) -> np.ndarray:
    corners = np.asarray(ring, dtype=float)
    parts = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / longest)))
        parts.append(start + (end - start) * np.arange(count)[:, None] / count)
    return np.concatenate(parts)


def _drawn(outline: Outline) -> Outline:
    """The borders of a painted mask, through the centres of its outermost pixels."""
    import cv2

    mask = np.ascontiguousarray(outline.mask, dtype=np.uint8)
    rings, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    drawn = [cv2.approxPolyDP(ring, 0.5, True).reshape(-1, 2).astype(float) for ring in rings]
    outer = [ring for ring, (*_, parent) in zip(drawn, tree[0] if drawn else (), strict=True) if parent < 0]
    inner = [ring for ring, (*_, parent) in zip(drawn, tree[0] if drawn else (), strict=True) if parent >= 0]
    return replace(outline, polygons=tuple(outer), holes=tuple(inner), mask=None)
