"""Maps of skin whose spread is known, for the tests of evenness."""

from types import SimpleNamespace

import numpy as np

KEYS = ("melanin_index", "haemoglobin_index", "L")
CELL = 5


class KnownNoise:
    """White noise; `density` is the variance of a mean over 1 mm2."""

    errors = None

    def __init__(self, density=0.0, relative_error=0.0):
        self.density, self.error = density, relative_error

    def relative_error(self, side_mm):
        assert side_mm > 0
        return self.error

    def spread(self, key, response, side_mm):
        assert key
        return np.full(np.shape(response)[1:], np.sqrt(self.density) / side_mm)


def maps_of(plane, skin=None, **others):
    """Return SkinMaps, as far as evenness looks at them, whose three maps are one plane."""
    plane = np.asarray(plane, dtype=np.float32)
    skin = np.ones(plane.shape, dtype=bool) if skin is None else skin
    maps = {key: np.where(skin, others.get(key, plane), np.float32(np.nan)) for key in KEYS}
    cells = tuple(-(-n // CELL) for n in plane.shape)
    return SimpleNamespace(
        maps=maps,
        skin=skin,
        cell=CELL,
        workers=1,
        cells=SimpleNamespace(response=np.full((3, *cells), 0.3, dtype=np.float32)),
        skin_cells=SimpleNamespace(skin=np.ones(cells, dtype=bool)),
    )


def white(shape, sd=1.0, seed=0):
    """White noise about 50."""
    return 50 + sd * np.random.default_rng(seed).standard_normal(shape)


def waves(shape, mm, length_mm, height=1.0):
    """Return a chequered wave of that length [mm] about 50."""
    y, x = ((np.arange(n) + 0.5) * mm * 2 * np.pi / length_mm for n in shape)
    return 50 + height * np.sin(y)[:, None] * np.sin(x)
