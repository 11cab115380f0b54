"""Skin of known pigment under known light, as its maps would be, for the tests of texture and endpoints."""

from types import SimpleNamespace

import numpy as np
from plain_profile import response, skin, terms

from pigmeter.colour.chart_noise import white_noise
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.measurement.noise import Noise

MM = 0.125  # of a map pixel: two to a square of 0.25 mm
CELL = 4


def _level():
    """Weights that take shaded skin for darker skin, as those of a fitted profile nearly do."""
    rng = np.random.default_rng(5)
    spectra = skin(rng.uniform(0.06, 0.7, 3000), rng.uniform(0.05, 0.3, 3000)) * rng.uniform(
        0.8, 1.2, (3000, 1)
    )
    rows, known = terms(response(spectra)), spectral_quantities(spectra)
    wanted = np.stack([known[key] for key in REGRESSED], axis=1)
    return np.linalg.solve(rows.T @ rows + 1e-6 * np.eye(10), rows.T @ wanted)


LEVEL = _level()


def blocks(shape, mm, seed):
    """A plane of squares of that side with independent values of SD 1 about 0."""
    count = round(mm / MM)
    coarse = np.random.default_rng(seed).standard_normal([-(-n // count) for n in shape])
    return np.kron(coarse, np.ones((count, count)))[: shape[0], : shape[1]]


def pigments(shape, seed=3, melanin=0.15, blood=0.1, contrast=0.0):
    """Reflectance through the camera of skin whose pigments vary, on squares of 2 and of 0.5 mm."""
    mixed = [blocks(shape, 2.0, seed + i) + blocks(shape, 0.5, seed + 5 + i) for i in range(2)]
    levels = np.linspace(-4, 4, 161)
    made = np.zeros((*shape, 3))
    table = response(
        skin(
            (melanin * (1 + 0.05 * contrast * levels))[:, None],
            np.maximum(blood * (1 + 0.1 * contrast * levels), 0.01)[None, :],
        )
    )
    place = [np.clip(np.rint((plane + 4) * 20), 0, 160).astype(int) for plane in mixed]
    made[:] = table[place[0], place[1]]
    return made


def lit_skin(rgb, light=1.0, noise=0.0, seed=0, inside=None):
    """Maps of skin of that response (rows, columns, 3) times light, with white noise relative to it."""
    rgb = rgb * np.broadcast_to(np.asarray(light, dtype=float), rgb.shape[:2])[..., None]
    if noise:
        rgb = rgb * (1 + noise * np.random.default_rng(seed).standard_normal(rgb.shape))
    values = terms(rgb) @ LEVEL
    inside = np.ones(rgb.shape[:2], dtype=bool) if inside is None else inside
    maps = {
        key: np.where(inside, values[..., place], np.nan).astype(np.float32)
        for place, key in enumerate(REGRESSED)
    }
    rows, columns = (n // CELL for n in rgb.shape[:2])
    cells = rgb[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL, 3).mean(axis=(1, 3))
    return SimpleNamespace(
        maps=maps,
        state=inside.astype(np.uint8),
        skin=inside,
        scale=1,
        cell=CELL,
        workers=1,
        cells=SimpleNamespace(response=np.moveaxis(cells, -1, 0).astype(np.float32)),
        skin_cells=SimpleNamespace(
            skin=np.ones((rows, columns), dtype=bool), outline=np.ones((rows, columns), dtype=bool)
        ),
    )


def noise_model(relative=0.0, error=0.0, errors=None):
    """Noise of a map pixel in proportion to its response."""
    return Noise(white_noise(relative, error), LEVEL, 1, MM, errors)
