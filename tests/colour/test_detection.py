"""Grids of flat patches in small images."""

import cv2
import numpy as np
from chart_scenes import Scene, draw, texture
from tolerance import assert_close

from pigmeter.colour.detection import find_grids, halved, mcc_grids, stretched
from pigmeter.colour.edges import transform


def board(rows, columns, side=20, pitch=26, seed=0):
    """A plain grid of coloured squares on black, and their centres."""
    rng = np.random.default_rng(seed)
    image = np.full((rows * pitch + 40, columns * pitch + 40, 3), 20, np.uint8)
    centres = []
    for row in range(rows):
        for column in range(columns):
            y, x = 20 + row * pitch, 20 + column * pitch
            image[y : y + side, x : x + side] = rng.integers(90, 255, 3)
            centres.append((x + (side - 1) / 2, y + (side - 1) / 2))
    return image, np.array(centres)


def first(image):
    return next(grids for grids in find_grids(image) if grids)[0]


def test_a_plain_grid_by_hand():
    image, centres = board(4, 6)
    grid = first(image)
    assert grid.count == 24
    assert sorted((grid.high - grid.low + 1).tolist()) == [4, 6]
    columns, rows = np.meshgrid(
        np.arange(grid.low[0], grid.high[0] + 1), np.arange(grid.low[1], grid.high[1] + 1)
    )
    found = transform(np.stack([columns.ravel(), rows.ravel()], axis=1), grid.homography)
    nearest = np.abs(found[:, None] - centres[None]).sum(axis=2).min(axis=1)
    assert_close(nearest, np.zeros(24), 0.3)


def test_a_grid_in_perspective():
    image, _ = board(4, 6)
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = np.array([[60, 20], [260, 60], [240, 250], [20, 210]], np.float32)
    homography = cv2.getPerspectiveTransform(corners, moved)
    seen = cv2.warpPerspective(image, homography, (300, 300), borderValue=(120, 90, 70))
    assert first(seen).count >= 22


def test_missing_patches_leave_the_rest():
    image, _ = board(4, 6)
    image[20:50, 20:90] = 20
    assert first(image).count >= 20


def test_dark_photos_are_stretched_and_bright_ones_left():
    dark = np.full((40, 40, 3), 10, np.uint8)
    dark[10:30, 10:30] = 23
    assert stretched(dark).max() == 230
    bright = np.full((40, 40, 3), 240, np.uint8)
    assert stretched(bright) is bright


def test_skin_has_no_grid():
    linear = texture("skin", (300, 400), np.random.default_rng(1))
    image = np.round(np.clip(linear, 0, 1) ** 0.45 * 255).astype(np.uint8)
    assert [grid for grids in find_grids(image) for grid in grids] == []
    assert mcc_grids(image) == []


def test_opencv_finds_the_same_chart():
    photo, places = draw(Scene(shape=(480, 640), patch=50))
    grid = mcc_grids(photo.pixels)[0]
    block = np.stack(np.meshgrid(np.arange(6.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
    found = transform(block, grid.homography)
    nearest = np.sqrt(((found[:, None] - places[None]) ** 2).sum(axis=2)).min(axis=1)
    assert nearest.max() < 8


def test_halved_by_hand():
    image = np.zeros((3, 5, 3), np.uint8)
    image[:2, :2] = [[[10, 0, 0], [20, 0, 0]], [[30, 0, 0], [40, 0, 8]]]
    image[:2, 2:4] = 200
    image[2], image[:, 4] = 255, 255  # odd, so left out
    assert halved(image).tolist() == [[[25, 0, 2], [200, 200, 200]]]
    assert halved(image.astype(np.uint16) * 257)[0, 0, 0] == 25 * 257
