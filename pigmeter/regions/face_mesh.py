"""The mean face in the order of MediaPipe's face mesh, the contours on it, and how a face is turned."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.reference import read_rows, read_table

POINTS = 468  # without the irises, which the longer form appends


@cache
def mean_face() -> np.ndarray:
    """
    Return the mean face in MediaPipe's order, turned to the camera.

    Returns
    -------
    array, shape (468, 3)
        x to the person's left, y down, z to the camera; the origin is halfway between the eyes. [mm]
    """
    table = read_table("face/layout.csv")
    layout = np.stack([table.column(name) for name in "xyz"], axis=1)
    layout.setflags(write=False)
    return layout


@cache
def mirrored_order() -> np.ndarray:
    """Return for each of the 468 landmarks the one on the other side of the face."""
    face = mean_face()
    gaps = face[:, None] * (-1, 1, 1) - face
    return np.asarray(np.linalg.norm(gaps, axis=-1).argmin(axis=1))


@cache
def contour(part: str, side: str = "right") -> tuple[int, ...]:
    """Return the landmarks along a part of the face, see calibration/face/contours.csv."""
    rows = read_rows("face/contours.csv")[1:]
    right = [int(row["landmark"]) for row in rows if row["part"] == part]
    return tuple(right if side == "right" else (int(n) for n in mirrored_order()[right]))


@cache
def both_halves(part: str) -> tuple[int, ...]:
    """Return the landmarks round a part that lies across the midline, listed from its top to its bottom."""
    right = contour(part)
    left = contour(part, "left")
    return right + tuple(n for n in reversed(left) if n not in right)


@dataclass(frozen=True, slots=True)
class Pose:
    """
    How a face is turned to the camera.

    Attributes
    ----------
    scale : float
        [px per mm of the mean face]
    turn, nod : float
        To the person's left, and downwards. [degrees]
    mirrored : bool
        Left and right of the person are exchanged.
    disorder : float
        Root mean square distance of the landmarks from the mean face in this pose. [mm]
    """

    scale: float
    turn: float
    nod: float
    mirrored: bool
    disorder: float


def pose_of(landmarks: np.ndarray) -> Pose:
    """
    Return how the face of some landmarks is turned, by the mean face seen from afar that is nearest to them.

    Parameters
    ----------
    landmarks : array, shape (468 or 478, 2)
        [px]
    """
    points = np.asarray(landmarks, dtype=float)[:POINTS, :2]
    face = mean_face()
    known = np.column_stack([face, np.ones(POINTS)])
    fit = np.linalg.lstsq(known, points, rcond=None)[0]
    across, down = fit[:3, 0], fit[:3, 1]
    scale = float(np.sqrt((across @ across + down @ down) / 2))
    ahead = np.cross(across, down) / max(float(across @ across + down @ down) / 2, 1e-300)
    disorder = np.sqrt(((points - known @ fit) ** 2).sum(axis=1).mean()) / max(scale, 1e-300)
    return Pose(
        scale=scale,
        turn=float(np.degrees(np.arctan2(-ahead[0], abs(ahead[2])))),
        nod=float(np.degrees(np.arctan2(-ahead[1], np.hypot(ahead[0], ahead[2])))),
        mirrored=bool(ahead[2] < 0),
        disorder=float(disorder),
    )
