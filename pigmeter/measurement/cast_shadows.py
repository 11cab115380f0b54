"""Find cast shadows on skin: darker by as much in every colour, and with an edge too sharp for its shape."""

import numpy as np

from pigmeter.measurement.skin_mask import Cells
from pigmeter.reference import limit


def find_cast_shadows(cells: Cells, skin: np.ndarray) -> np.ndarray:
    """
    Find the shadows in which the maps say more about the light than about the skin.

    Parameters
    ----------
    cells : Cells
    skin : array of bool, shape (rows, columns)
        Cells that are skin.

    Returns
    -------
    array of bool, shape (rows, columns)

    Notes
    -----
    At each of a few levels below the brightness of well-lit skin, the pieces of skin that are darker are
    looked at. One whose border with other skin is sharp and neutral for the most part is a cast shadow.
    Shading that follows the skin's shape crosses every level gently; patches of melanin or blood change
    colour at their border.
    """
    import cv2

    step = max(1, round(_limit("shadow_cell_mm") / cells.side_mm))
    logs, there = _coarse(cells.response, skin, step)
    rows, columns = there.shape
    side_mm = step * cells.side_mm
    found = np.zeros((rows, columns), dtype=bool)
    if np.count_nonzero(there) * side_mm**2 < 2 * _limit("shadow_mm2"):
        return np.zeros(skin.shape, dtype=bool)
    reach = max(1, round(_limit("shadow_edge_mm") / side_mm))
    square = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    brightness = logs[1]
    lit = float(np.percentile(brightness[there], 80))
    near = np.ones((3, 3), np.uint8)
    wide = np.ones((6 * reach + 1, 6 * reach + 1), np.uint8)
    red, blue = (_rise(channel, there, square) for channel in (logs[0], logs[2]))
    neutral = (red > _limit("shadow_edge")) & (
        np.maximum(red, blue) < _limit("shadow_neutrality") * np.minimum(red, blue)
    )
    neutral &= red > _limit("shadow_sharpness") * _rise(logs[0], there, wide)
    for level in range(int(_limit("shadow_levels"))):
        below = lit - _limit("shadow_depth") - level * _limit("shadow_level_step")
        dark = there & (brightness < below)
        if np.count_nonzero(dark) * side_mm**2 < _limit("shadow_mm2"):
            break
        count, labels, figures, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=4)
        bright = (there & ~dark).astype(np.uint8)
        rim = dark & (cv2.dilate(bright, near) > 0)
        border = np.bincount(labels[rim], minlength=count)
        sharp = np.bincount(labels[rim & neutral], minlength=count)
        shadow = (sharp > _limit("shadow_edge_fraction") * border) & (
            figures[:, cv2.CC_STAT_AREA] * side_mm**2 >= _limit("shadow_mm2")
        )
        shadow[0] = False
        found |= shadow[labels]
    if not found.any():
        return np.zeros(skin.shape, dtype=bool)
    # the edge itself, half light, belongs to the shadow
    grown = cv2.dilate(found.astype(np.uint8), near)
    whole = np.repeat(np.repeat(grown, step, axis=0), step, axis=1)
    return np.asarray(np.logical_and(whole[: skin.shape[0], : skin.shape[1]], skin))


def _limit(name: str) -> float:
    return limit("obstructions", name)


def _coarse(response: np.ndarray, skin: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Log response of the skin in squares of `step` cells, and where at least half of a square is skin."""
    import cv2

    rows, columns = (-(-side // step) for side in skin.shape)
    full = (columns * step, rows * step)

    def mean(layer: np.ndarray) -> np.ndarray:
        padded = np.zeros((full[1], full[0]), dtype=np.float32)
        padded[: skin.shape[0], : skin.shape[1]] = layer
        return np.asarray(cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA))

    weight = mean(skin.astype(np.float32))
    there = weight >= 0.5
    floor = np.float32(limit("measurement", "floor_response"))
    share = np.where(there, weight, 1)
    logs: np.ndarray = np.log10(np.maximum(np.stack([mean(one * skin) / share for one in response]), floor))
    return logs, there


def _rise(values: np.ndarray, there: np.ndarray, square: np.ndarray) -> np.ndarray:
    """How much brighter the brightest skin near a place is than the place."""
    import cv2

    bare = np.where(there, values, np.float32(-99)).astype(np.float32)
    return np.asarray(cv2.dilate(bare, square) - values)
