"""Heads with known landmarks in space, seen by a camera: for tests of what is placed on faces."""

import cv2
import numpy as np

from pigmeter.photo.photo import Capture, Photo
from pigmeter.regions.face_mesh import both_halves, contour, mean_face

SHAPE = (1500, 1800)  # of the photos that outlines are painted on


def head(turn=0.0, nod=0.0, tilt=0.0, scale=8.0, at=(1000, 900), distance=None, shape=None):
    """
    Landmarks in the photo of a head, pixels, shape (468, 2).

    Turned to the person's left, nodding downwards, tilted clockwise [degrees]; from afar, or a `distance`
    [mm]. `shape` is a head in space in place of the mean one.
    """
    turn, nod, tilt = np.radians([turn, nod, tilt])
    about_y = [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
    about_x = [[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]]
    about_z = [[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]]
    points = (mean_face() if shape is None else shape) + (0, 0, 20)  # turns about the neck, behind the face
    points = points @ (np.array(about_z) @ about_x @ about_y).T
    nearer = 1 if distance is None else distance / (distance - points[:, 2:])
    return points[:, :2] * nearer * scale + at


def somebody(seed=3, spread=2.0):
    """Another head: the mean one, its parts shifted smoothly by some mm, and not symmetric."""
    rng = np.random.default_rng(seed)
    face = mean_face()
    waves = rng.normal(size=(6, 3))
    directions = rng.normal(size=(6, 3)) * 0.02
    phases = rng.uniform(0, 2 * np.pi, 6)
    return face * (1.05, 0.96, 1.1) + spread * np.sin(face @ directions.T + phases) @ waves / 2


def photo_of(pixels, name="face.png"):
    """Return pixels as a photo, for what looks at its encoded values only."""
    values = np.iinfo(pixels.dtype).max + 1
    decode = np.tile(np.linspace(0, 1, values, dtype=np.float32), (3, 1))
    return Photo(name, "", "PNG", pixels, decode, np.eye(3), "sRGB", Capture())


def painted(outline):
    """Pixels of an outline, its holes left out."""
    canvas = np.zeros(SHAPE, np.uint8)
    for rings, value in ((outline.polygons, 1), (outline.holes, 0)):
        for ring in rings:
            cv2.fillPoly(canvas, [np.round(ring).astype(np.int32)], value)
    return canvas.astype(bool)


def _on(landmarks, numbers):
    canvas = np.zeros(SHAPE, np.uint8)
    cv2.fillPoly(canvas, [np.round(landmarks[list(numbers)]).astype(np.int32)], 1)
    return canvas.astype(bool)


def features(landmarks):
    """Eyes, brows, nostrils, lips of a head, as its landmarks draw them."""
    for part in ("eye", "brow", "nostril"):
        for side in ("left", "right"):
            yield f"{part} {side}", _on(landmarks, contour(part, side))
    yield "lips", _on(landmarks, both_halves("lips"))
