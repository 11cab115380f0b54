"""Maps with discs on them, as if they had been measured: what the tests of spots share."""

from types import SimpleNamespace

import numpy as np

from pigmeter.measurement.maps import SkinMaps

KEYS = ("melanin_index", "erythema_index", "haemoglobin_index", "L", "a", "b")
LEVELS = dict(zip(KEYS, (30.0, 20.0, 45.0, 65.0, 12.0, 18.0), strict=True))
# What a unit of the melanin index, and one of the haemoglobin index, does to each quantity on light skin.
MELANIN = dict(zip(KEYS, (1.0, 0.46, -0.55, -0.9, 0.17, 0.57), strict=True))
BLOOD = dict(zip(KEYS, (0.06, 0.43, 1.0, -0.3, 0.55, 0.05), strict=True))


def drawn_discs(shape, side, discs):
    """Discs (y, x, radius [mm], height) on a map of pixels of `side` mm, their edges anti-aliased."""
    down, across = (np.mgrid[: shape[0], : shape[1]] + 0.5) * side
    values = np.zeros(shape)
    for y, x, radius, height in discs:
        away = np.hypot(down - y, across - x)
        values += height * np.clip((radius - away) / side + 0.5, 0, 1)
    return values


def quiet(spread=0.05):
    """Noise of one SD in any quantity in squares of 0.2 mm, white."""

    def at(key, response, side_mm):
        return np.full(np.shape(response)[1:], spread * 0.2 / max(side_mm, 0.1))

    return SimpleNamespace(spread=at, weights=np.zeros((10, 8)))


def skin_maps(shape, melanin=None, blood=None, side=0.1, skin=None, grain=0.02, seed=0):
    """Measured maps of even light skin with so much more melanin and blood in places."""
    rng = np.random.default_rng(seed)
    nothing = np.zeros(shape)
    maps = {}
    for key in KEYS:
        values = LEVELS[key] + MELANIN[key] * (nothing if melanin is None else melanin)
        values = values + BLOOD[key] * (nothing if blood is None else blood)
        maps[key] = (values + rng.normal(0, grain, shape)).astype(np.float32)
    maps["ita"] = np.degrees(np.arctan2(maps["L"] - 50, maps["b"]))
    skin = np.ones(shape, bool) if skin is None else skin
    for values in maps.values():
        values[~skin] = np.nan
    cell = 5
    rows, columns = (-(-n // cell) for n in shape)
    cells = SimpleNamespace(response=np.full((3, rows, columns), 0.3, np.float32), side_mm=cell * side)
    skin_cells = SimpleNamespace(skin=np.ones((rows, columns), bool))
    state = skin.astype(np.uint8)
    return SkinMaps(maps, state, skin, 1, cell, 1, cells, skin_cells)
