"""Landmarks of a face, from whoever finds them: a function, a JSON file or an array; checked before use."""

import json
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from pigmeter.errors import MeasurementError, UsageError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.regions.face_mesh import POINTS, pose_of
from pigmeter.regions.faces import Face, choose_face

COUNTS = (POINTS, 478)  # with the irises
UNITS = ("fraction", "px")

LandmarkSource = Callable[[np.ndarray], Any] | str | PathLike[str] | np.ndarray


def _limit(name: str) -> float:
    return limit("faces", name)


def read_landmarks(
    source: LandmarkSource, photo: Photo, *, chosen: int | tuple[float, float] | None = None
) -> np.ndarray:
    """
    Read the landmarks of the face in a photo, in the order of MediaPipe's face mesh.

    Parameters
    ----------
    source : function, path of a JSON file, or array
        A function gets the upright photo, uint8 RGB of shape (rows, columns, 3), and returns an array of
        shape (468 or 478, 2 or 3) in pixels of it, a list of such arrays if there are several faces, or None
        if there is none. A file holds ``{"unit": "px" or "fraction", "landmarks": [[x, y], ...]}``, or
        ``"photos": {name: [[x, y], ...]}`` in place of ``"landmarks"``; a point may be
        ``{"x": x, "y": y}`` too; fractions are of the photo's width and height, and a bare list of points
        holds fractions, as MediaPipe writes them. An array is in pixels.
    photo : Photo
        The one that they belong to.
    chosen : int or (x, y), optional
        Which of several faces: its number in the order given, from 1, or a point on it [px].

    Returns
    -------
    array, shape (468 or 478, 2)
        x and y. [px]

    Raises
    ------
    MeasurementError
        If there is no face, or several and none chosen; if the points are not MediaPipe's, lie beside the
        photo or are mirrored.
    UsageError
        If the file cannot be read or names no such photo.
    """
    faces = [_points(face, photo) for face in _faces(source, photo)]
    for face in faces:
        _check(face, photo)
    spans = [(face[:POINTS].min(axis=0), np.ptp(face[:POINTS], axis=0)) for face in faces]
    boxes = tuple(
        Face(float(corner[0]), float(corner[1]), float(size[0]), float(size[1]), 0) for corner, size in spans
    )
    try:
        return faces[boxes.index(choose_face(boxes, chosen))]
    except MeasurementError as error:
        error.file = photo.name
        raise


def _faces(source: LandmarkSource, photo: Photo) -> list[Any]:
    """Return the points of every face that the source speaks of, in pixels."""
    if callable(source):
        pixels = photo.pixels if photo.bits == 8 else (photo.pixels >> 8).astype(np.uint8)
        return _each(source(pixels))
    if isinstance(source, np.ndarray):
        return _each(source)
    return _from_file(Path(source), photo)


def _from_file(path: Path, photo: Photo) -> list[Any]:
    remedy = 'Give {"unit": "px" or "fraction", "landmarks": [[x, y], ...]}, or "photos" by name'
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        reason = f"the landmarks cannot be read: {error.strerror}"
        raise UsageError("LANDMARKS_FILE", reason, "Check the path", file=path.name) from None
    except ValueError as error:
        raise UsageError("LANDMARKS_FILE", f"this is not JSON: {error}", remedy, file=path.name) from None
    if isinstance(content, list):
        content = {"unit": "fraction", "landmarks": content}
    if not isinstance(content, dict) or not {"landmarks", "photos"} & content.keys():
        reason = 'there is neither "landmarks" nor "photos" in it'
        raise UsageError("LANDMARKS_FILE", reason, remedy, file=path.name)
    unit = content.get("unit")
    if unit not in UNITS:
        reason = f'the unit is {unit!r}; wanted is "px" or "fraction" (of width and height)'
        raise UsageError("LANDMARKS_UNIT", reason, 'State it as "unit"', file=path.name)
    given = content.get("landmarks")
    if "photos" in content:
        photos = content["photos"]
        if not isinstance(photos, dict) or photo.name not in photos:
            known = ", ".join(map(str, photos)) if isinstance(photos, dict) else "no list by name"
            reason = f"there are no landmarks for {photo.name} (known: {known})"
            raise UsageError("LANDMARKS_PHOTO", reason, "Add them under its file name", file=path.name)
        given = photos[photo.name]
    rows, columns = photo.shape
    faces = [_points(face, photo) for face in _each(given)]
    # Fractions count from the photo's edge, pixels from the centre of the first.
    return [face * (columns, rows) - 0.5 if unit == "fraction" else face for face in faces]


def _each(given: Any) -> list[Any]:
    """Return a list of faces, whether one, several or none are given."""
    if given is None or (isinstance(given, Sequence | np.ndarray) and len(given) == 0):
        return []
    first = given[0] if isinstance(given, Sequence | np.ndarray) else None
    point = first[0] if isinstance(first, Sequence | np.ndarray) and len(first) else None
    several = isinstance(point, Sequence | np.ndarray | Mapping)
    return list(given) if several else [given]


def _points(face: Any, photo: Photo) -> np.ndarray:
    """Return x and y of one face's points."""
    remedy = f"Hand over all {POINTS} points of the face mesh (478 with irises), each with x and y"
    try:
        points = np.array(
            [[p["x"], p["y"]] if isinstance(p, Mapping) else [p[0], p[1]] for p in face], dtype=float
        )
    except (TypeError, ValueError, KeyError, IndexError):
        reason = "the landmarks are no list of points with x and y"
        raise MeasurementError("LANDMARKS_FORM", reason, remedy, file=photo.name) from None
    if len(points) not in COUNTS:
        reason = f"there are {len(points)} landmarks; wanted are 468 or 478, in MediaPipe's order"
        raise MeasurementError("LANDMARKS_COUNT", reason, remedy, file=photo.name)
    return points


def _check(points: np.ndarray, photo: Photo) -> None:
    def refuse(code: str, reason: str, remedy: str) -> MeasurementError:
        return MeasurementError(code, reason, remedy, file=photo.name)

    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if bad.size:
        reason = f"{bad.size} landmarks are not numbers, the first is number {bad[0]}"
        raise refuse("LANDMARKS_NAN", reason, "Hand over finite coordinates")
    rows, columns = photo.shape
    face = points[:POINTS]
    width = float(np.ptp(face, axis=0).max())
    if width < _limit("smallest_face"):
        reason = f"the landmarks span {width:.3g} px of a photo of {columns} x {rows}"
        raise refuse("LANDMARKS_UNIT", reason, "Hand over pixels, or say that they are fractions")
    beside = float(np.mean(np.any((face < -0.5) | (face > (columns - 0.5, rows - 0.5)), axis=1)))
    if beside > _limit("outside"):
        reason = f"{100 * beside:.0f} % of the landmarks lie beside the photo of {columns} x {rows} px"
        remedy = "Find them on the upright photo at its full size, or scale them to it"
        raise refuse("LANDMARKS_OUTSIDE", reason, remedy)
    pose = pose_of(face)
    if pose.disorder > _limit("disorder"):
        reason = f"the landmarks are {pose.disorder:.0f} mm off a face (limit {_limit('disorder'):.0f})"
        raise refuse("LANDMARKS_ORDER", reason, "Hand them over in the order of MediaPipe's face mesh")
    if pose.mirrored:
        reason = "left and right of the face are exchanged"
        remedy = "Use the photo as the camera saw it, not its mirror picture, and landmarks found on it"
        raise refuse("LANDMARKS_MIRRORED", reason, remedy)
