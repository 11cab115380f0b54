"""Two measurements of one drawn skin whose places in each other are known, without a photo in between."""

from dataclasses import replace
from types import SimpleNamespace

import cv2
import handmade
import numpy as np

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.homographies import apply_matrix
from pigmeter.synthetic.scene import rotation
from pigmeter.synthetic.texture import smooth_noise

ROWS, COLUMNS, MM = 300, 400, 0.2
SPOT = {"L": -8.0, "camera_mi": 14.0, "erythema_index": 3.0}
MOTTLE = {"L": -1.0, "camera_mi": 1.5, "erythema_index": 0.8}


def texture(seed, rows=ROWS, columns=COLUMNS, mm=MM, margin=100):
    """Pigment and redness with features of 0.6 to 7 mm on a raster with a margin, SD about 1."""
    extent = ((rows + 2 * margin) * mm, (columns + 2 * margin) * mm)
    planes = []
    for part in (0, 1):
        rng = np.random.default_rng([seed, part])
        planes.append(sum(0.5 * smooth_noise(rng, extent, mm, size) for size in (0.6, 1.8, 3.0, 7.0)))
    return planes


def measurement(planes, *, spots=None, skin=None, mm=MM, noise=0.1, seed=0, scale=1, named="a.jpg"):
    """Return a measurement with the maps that alignment reads, in units near those of skin."""
    pigment, redness = planes
    rng = np.random.default_rng([seed, 5])
    skin = np.ones(pigment.shape, bool) if skin is None else skin
    spots = np.zeros(pigment.shape, np.float32) if spots is None else spots
    maps = {key: np.full(pigment.shape, handmade.MEANS[key], np.float32) for key in QUANTITIES}
    for key, step in MOTTLE.items():
        own = pigment + 0.5 * redness if key == "L" else redness if key == "erythema_index" else pigment
        maps[key] += np.float32(step) * own + np.float32(SPOT[key]) * spots
        maps[key] += np.float32(noise * abs(step)) * rng.standard_normal(pigment.shape, dtype=np.float32)
    maps = {key: np.where(skin, plane, np.float32(np.nan)) for key, plane in maps.items()}
    photo = handmade.photo(pigment.shape[0] * scale, pigment.shape[1] * scale, name=named)
    made = handmade.measurement(photo, scale=scale, with_chart=False)
    cells = SimpleNamespace(side_mm=0.5)
    found = replace(made.found, maps=maps, skin=skin, state=skin.astype(np.uint8), cells=cells, cell=2)
    return replace(
        made,
        maps=maps,
        skin=skin,
        state=skin.astype(np.uint8),
        found=found,
        mm_per_pixel=mm,
        regions=made.regions,
    )


def view(turn=0.0, tilt=0.0, roll=0.0, scale=1.0, shift=(0.0, 0.0), distance=2000.0):
    """Homography of a flat skin seen from elsewhere, about the middle of the map. [map px]"""
    middle = np.array([(COLUMNS - 1) / 2, (ROWS - 1) / 2])
    camera = np.array([[distance, 0, middle[0] + shift[0]], [0, distance, middle[1] + shift[1]], [0, 0, 1]])
    columns = rotation(tilt, turn, roll)[:, :2]
    plane = np.column_stack([columns, [0, 0, distance / scale]])
    matrix = camera @ plane @ np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]])
    return matrix / matrix[2, 2]


def expression(largest, seed=0, length=60.0):
    """Smooth displacement of the baseline's places, across and down, of up to `largest` mm. [px]"""
    rng = np.random.default_rng([seed, 9])
    across, down = (smooth_noise(rng, (ROWS * MM, COLUMNS * MM), MM, length / 2) for _ in range(2))
    return [largest / MM / np.hypot(across, down).max() * plane for plane in (across, down)]


def pair(seed=1, matrix=None, moved=0.0, *, spots_before=None, spots_after=None, skins=(None, None), **also):
    """
    A baseline, a follow-up, and for each of the baseline's map pixels its place in the follow-up.

    The follow-up is drawn on its own grid; the baseline is what `matrix` and an expression show of it, so
    that the truth needs no inverse.
    """
    matrix = np.eye(3) if matrix is None else matrix
    margin = 100
    planes = texture(seed, margin=margin)
    inner = slice(margin, margin + ROWS), slice(margin, margin + COLUMNS)
    across, down = expression(moved, seed) if moved else (0.0, 0.0)
    x, y = np.meshgrid(np.arange(COLUMNS, dtype=float), np.arange(ROWS, dtype=float))
    true = apply_matrix(matrix, np.stack([x + across, y + down], axis=-1))
    at = [(true[..., i] + margin).astype(np.float32) for i in (0, 1)]
    before = [cv2.remap(plane, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101) for plane in planes]
    after = [np.ascontiguousarray(plane[inner]) for plane in planes]
    return (
        measurement(before, spots=spots_before, skin=skins[0], seed=2, named="before.jpg", **also),
        measurement(after, spots=spots_after, skin=skins[1], seed=3, named="after.jpg", **also),
        true,
    )


def errors(alignment, true, mm=MM):
    """Distance from the true place over the trusted skin. [mm]"""
    away = np.hypot(alignment.x - true[..., 0], alignment.y - true[..., 1]) * mm
    return away[alignment.trusted]
