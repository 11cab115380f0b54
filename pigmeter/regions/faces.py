"""Faces in a photo, found offline by the cascade that comes with scikit-image."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from pigmeter.errors import MeasurementError
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit


def _limit(name: str) -> float:
    return limit("faces", name)


@dataclass(frozen=True, slots=True)
class Face:
    """
    A face's box in a photo: from above the brows to the chin, hardly wider than the face.

    Attributes
    ----------
    x, y : float
        Upper left corner. [px]
    width, height : float
        [px]
    votes : int
        Windows of the search that agree on it, in the photo and in its mirror picture.
    """

    x: float
    y: float
    width: float
    height: float
    votes: int

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point of the photo [px] is in the box."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def __str__(self) -> str:
        return f"{self.width:.0f} x {self.height:.0f} px from x {self.x:.0f}, y {self.y:.0f}"


def find_faces(photo: Photo) -> tuple[Face, ...]:
    """
    Find upright faces that look into the camera.

    Parameters
    ----------
    photo : Photo

    Returns
    -------
    tuple of Face
        The largest first; empty if there is none, as in most close-ups.

    Notes
    -----
    The photo is shrunk and made grey (0.299 R + 0.587 G + 0.114 B of the encoded values); windows of all
    sizes are shown to a cascade of local binary patterns [1]_, which sees contrasts only, so that neither
    exposure nor skin tone matters. A face is a heap of overlapping windows that the mirror picture has too.
    Found are faces with a box of at least a ninth of the photo's longer side, tilted by up to about
    10 degrees; no profiles, and nothing in a photo that lies on its side. Nothing is downloaded, nothing is
    left to chance.

    References
    ----------
    .. [1] S. Liao et al., Learning multi-scale block local binary patterns for face recognition, Advances in
           Biometrics, 2007, doi 10.1007/978-3-540-74549-5_87.
    """
    grey, shrunk = _small_grey(photo)
    straight = _windows(grey)
    if not _heaps(straight, _limit("votes_each")):
        return ()
    turned = _windows(np.ascontiguousarray(grey[:, ::-1]))
    turned[:, 0] = grey.shape[1] - turned[:, 0] - turned[:, 2]
    every = np.concatenate([straight, turned])
    mirrored = np.arange(len(every)) >= len(straight)
    faces: list[Face] = []
    for heap in _heaps(every, _limit("votes")):
        x, y, side = every[heap].mean(axis=0) / shrunk
        # A window starts at the outer edge of its first pixel, a photo at the centre of its first.
        face = Face(float(x - 0.5), float(y - 0.5), float(side), float(side), len(heap))
        agreed = min(mirrored[heap].sum(), (~mirrored[heap]).sum()) >= _limit("votes_each")
        if agreed and not any(_share_covered(face, other) > _limit("overlap") for other in faces):
            faces.append(face)
    return tuple(sorted(faces, key=lambda face: (-face.width, face.x, face.y)))


def choose_face(faces: tuple[Face, ...], chosen: int | tuple[float, float] | None = None) -> Face:
    """
    Return the one face that is meant.

    Parameters
    ----------
    faces : tuple of Face
        As `find_faces` returns them.
    chosen : int or (x, y), optional
        Which of several: its number, counted from 1 (the largest), or a point on it [px].

    Raises
    ------
    MeasurementError
        If there is no face (``FACE_NONE``), or several and it is not said which is meant (``FACE_SEVERAL``).

    Examples
    --------
    >>> pair = (Face(0, 0, 90, 90, 40), Face(200, 0, 80, 80, 30))
    >>> choose_face(pair, (240, 40)).x
    200
    """
    if not faces:
        remedy = "Draw the regions, give landmarks, or use an upright photo taken from the front"
        raise MeasurementError("FACE_NONE", "no face was found in the photo", remedy)
    listed = "; ".join(f"{number}: {face}" for number, face in enumerate(faces, start=1))
    remedy = f"Say which is meant, by its number (1 to {len(faces)}) or by a point on it"
    if chosen is None:
        if len(faces) > 1:
            raise MeasurementError("FACE_SEVERAL", f"{len(faces)} faces were found ({listed})", remedy)
        return faces[0]
    if isinstance(chosen, tuple):
        within = [face for face in faces if face.holds(*chosen)]
        if len(within) != 1:
            where = f"the point {chosen[0]:.0f}, {chosen[1]:.0f} lies on {len(within) or 'none'} of the faces"
            raise MeasurementError("FACE_SEVERAL", f"{where} ({listed})", remedy)
        return within[0]
    if not 1 <= chosen <= len(faces):
        raise MeasurementError("FACE_SEVERAL", f"there is no face number {chosen} ({listed})", remedy)
    return faces[chosen - 1]


@cache
def _cascade() -> Any:
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


def _small_grey(photo: Photo) -> tuple[np.ndarray, float]:
    """Return the shrunk photo in grey, 0 to 1, and by how much it is shrunk."""
    import cv2

    rows, columns = photo.shape
    shrunk = _limit("search_side") / max(rows, columns)
    # Whole steps first: an average over ten pixels at a time says no more than one over five.
    step = max(1, int(1 / (4 * shrunk)))
    size = (max(1, round(columns * shrunk)), max(1, round(rows * shrunk)))
    coarse = photo.pixels[::step, ::step].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    small = cv2.resize(coarse, size, interpolation=cv2.INTER_AREA if shrunk < 1 else cv2.INTER_LINEAR)
    grey = small.astype(float) / np.iinfo(photo.pixels.dtype).max
    return np.ascontiguousarray(grey), shrunk


def _windows(grey: np.ndarray) -> np.ndarray:
    """Return x, y and side of every window that passes the cascade, unmerged."""
    smallest = max(24, round(_limit("smallest_box") * max(grey.shape)))
    found = _cascade().detect_multi_scale(
        img=grey,
        scale_factor=_limit("scale_step"),
        step_ratio=1,
        min_size=(smallest, smallest),
        max_size=grey.shape,
        min_neighbor_number=0,
        intersection_score_threshold=2.0,  # no two windows overlap that much: none are merged
    )
    boxes = sorted((box["c"], box["r"], box["width"]) for box in found)
    return np.array(boxes, dtype=float).reshape(-1, 3)


def _share_covered(one: Face, other: Face) -> float:
    """Return the share of the smaller box that lies in the larger: faces overlap little."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(wide, 0.0) * max(high, 0.0) / min(one.width * one.height, other.width * other.height)


def _heaps(windows: np.ndarray, least: float) -> list[np.ndarray]:
    """Return the indices of windows that overlap one of them, the largest heap first, each window in one."""
    if not len(windows):
        return []
    x, y, side = windows.T
    wide = np.minimum.outer(x + side, x + side) - np.maximum.outer(x, x)
    high = np.minimum.outer(y + side, y + side) - np.maximum.outer(y, y)
    both = wide.clip(0) * high.clip(0)
    near = both > _limit("overlap") * (np.add.outer(side**2, side**2) - both)
    left = np.ones(len(windows), dtype=bool)
    heaps: list[np.ndarray] = []
    while True:
        counts = (near & left).sum(axis=1) * left
        best = int(counts.argmax())
        if counts[best] < max(least, 1):
            return heaps
        heaps.append(np.flatnonzero(near[best] & left))
        left[heaps[-1]] = False
