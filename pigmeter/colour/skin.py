"""Virtual human skin: people of every tone, and the same people after a change of melanin and blood."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.colour.cielab import ita
from pigmeter.colour.layers import fitted_layers
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.colour.spectra import absorbance as absorbance_at
from pigmeter.reference import limit, read_table


@dataclass(frozen=True, slots=True)
class People:
    """
    Virtual skins and what is to be measured on them.

    Attributes
    ----------
    reflectance : array, shape (people, 61)
        [1]
    targets : array, shape (people, 8)
        The quantities of `quantities.REGRESSED`, computed from each spectrum.
    """

    reflectance: np.ndarray
    targets: np.ndarray


def melanin_absorbance() -> np.ndarray:
    """
    Absorbance of melanin at `WAVELENGTHS`, 1 at 660 nm, shape (61,). [1]

    References
    ----------
    .. [1] Jacques, Optical absorption of melanin, omlc.org, 1998: wavelength to the power -3.33.
       Seen: full text.
    """
    absorbance: np.ndarray = (WAVELENGTHS / 660.0) ** -3.33
    return absorbance


def blood_absorbance(saturation: float | np.ndarray) -> np.ndarray:
    """
    Absorbance of blood in skin at `WAVELENGTHS`, 1 at 560 nm.

    Parameters
    ----------
    saturation : float or array, shape (...)
        Oxygen saturation, 0 to 1. [1]

    Returns
    -------
    array, shape (..., 61)
        [1]

    Notes
    -----
    Held at 2: below 450 nm the light that returns has not been deep enough to meet more blood.

    References
    ----------
    .. [1] Prahl, Optical absorption of hemoglobin, omlc.org, 1999. Seen: secondary.
    """
    table = read_table("spectra/haemoglobin.csv")
    wavelengths = table.values[:, 0]
    oxygenated, reduced = (np.interp(WAVELENGTHS, wavelengths, table.values[:, i]) for i in (1, 2))
    part = np.asarray(saturation, dtype=float)[..., None]
    mixed = part * oxygenated + (1 - part) * reduced
    at_560 = int(np.searchsorted(WAVELENGTHS, 560.0))
    relative: np.ndarray = np.minimum(mixed / mixed[..., at_560 : at_560 + 1], 2.0)
    return relative


def _targets(reflectance: np.ndarray) -> np.ndarray:
    values = spectral_quantities(reflectance)
    return np.stack([values[key] for key in REGRESSED], axis=1)


def _drawn(count: int, rng: np.random.Generator) -> np.ndarray:
    """Absorbance of people drawn from the mixture of measured skins, shape (count, 61)."""
    shape = read_table("skin/absorbance.csv").values
    rows = read_table("skin/mixture.csv")
    mean, components = shape[:, 1], shape[:, 2:]
    parts = int(rows.column("part").max()) + 1
    blocks = rows.values.reshape(parts, components.shape[1], -1)
    chosen = rng.choice(parts, size=count, p=blocks[:, 0, 2] / blocks[:, 0, 2].sum())
    scores = np.empty((count, components.shape[1]))
    for part in range(parts):
        here = chosen == part
        root = np.linalg.cholesky(blocks[part, :, 4:])
        scores[here] = blocks[part, :, 3] + rng.standard_normal((here.sum(), root.shape[0])) @ root.T
    absorbance: np.ndarray = mean + limit("profile", "people_spread") * scores @ components.T
    return absorbance


def _moved(count: int, rng: np.random.Generator) -> np.ndarray:
    """Absorbance by which people are widened along melanin and blood, shape (count, 61)."""
    melanin = rng.normal(0, limit("profile", "melanin_spread"), (count, 1))
    blood = rng.normal(0, limit("profile", "blood_spread"), (count, 1))
    moved: np.ndarray = melanin * melanin_absorbance() + blood * blood_absorbance(0.75)
    return moved


def _plausible(reflectance: np.ndarray) -> np.ndarray:
    darkest, lightest = limit("profile", "skin_darkest"), limit("profile", "skin_lightest")
    plausible: np.ndarray = (reflectance.min(axis=1) > darkest) & (reflectance.max(axis=1) < lightest)
    return plausible


def _human(targets: np.ndarray) -> np.ndarray:
    """Mark tones and redness that occur in people: widening must not make skins that nobody has."""
    blood, lightness, b = (targets[:, REGRESSED.index(key)] for key in ("haemoglobin_index", "L", "b"))
    tone = ita(lightness, b)
    return (
        (blood > limit("profile", "skin_blood_least"))
        & (blood < limit("profile", "skin_blood_most"))
        & (tone > limit("profile", "skin_ita_least"))
        & (tone < limit("profile", "skin_ita_most"))
    )


@cache
def people() -> People:
    """
    Return the virtual people for levels: as measured skins vary, a part of them widened.

    Notes
    -----
    Seeded: the same people in every process. They cover ITA -75 to +65 degrees.
    """
    rng = np.random.default_rng(1931)
    count = int(limit("profile", "people"))
    absorbance = _drawn(count, rng)
    widened = rng.random(count) < limit("profile", "widened_part")
    absorbance = absorbance + widened[:, None] * _moved(count, rng)
    reflectance = 10**-absorbance
    reflectance = reflectance[_plausible(reflectance)]
    found = People(reflectance, _targets(reflectance))
    human = _human(found.targets)
    return People(found.reflectance[human], found.targets[human])


def _even(absorbance: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Choose people so that a part of them is spread evenly over tone: dark skin must be no extrapolation."""
    at_660 = absorbance[:, int(np.searchsorted(WAVELENGTHS, 660.0))]
    step = np.floor(10 * np.clip(at_660, 0.0, 1.2)).astype(int)
    rare = 1 / np.bincount(step)[step]
    even = rng.choice(len(absorbance), count, p=rare / rare.sum())
    any_one = rng.integers(0, len(absorbance), count)
    return absorbance[np.where(rng.random(count) < limit("profile", "even_part"), even, any_one)]


def _filtered(before: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Reflectance of people whose pigments change as filters before their skin would."""
    count = len(before)
    least, part = limit("profile", "change_melanin"), limit("profile", "change_melanin_part")
    melanin = rng.standard_normal((count, 1)) * (least + part * absorbance_at(before, 660.0)[:, None])
    blood = rng.normal(0, limit("profile", "change_blood"), (count, 1))
    grey = rng.normal(0, limit("profile", "change_grey"), (count, 1))
    more = melanin * melanin_absorbance() + blood * blood_absorbance(rng.uniform(0.5, 0.9, count)) + grey
    after: np.ndarray = before * 10**-more
    return after


def _layered(before: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Reflectance of people whose pigments change within their skin, by the ratio that two layers give."""
    surface = rng.uniform(
        limit("profile", "surface_least"), limit("profile", "surface_most"), (len(before), 1)
    )
    surface = np.minimum(surface, limit("profile", "surface_share") * before.min(axis=1, keepdims=True))
    layers = fitted_layers(before, surface, rng)
    after: np.ndarray = before * 10 ** (layers.absorbance() - layers.changed(rng).absorbance())
    return after


@cache
def changed_people() -> tuple[People, People]:
    """
    Return virtual people before and after a change of melanin and blood.

    Returns
    -------
    People, People
        Before and after, in the same order.

    Notes
    -----
    Everyone differs from everyone; within one person only melanin, blood with its oxygen saturation, and a
    little grey move. That is the difference between a level and a change.

    How they move is not known: a pigment may act as a filter (its absorbance is added) or within the skin,
    where light that is absorbed has not been deep, so that the change is flatter than the pigment (`layers`).
    A part of the people changes in either way. From filters alone half as much blood again in light skin of
    the two-layer optics of `pigmeter.synthetic` was read a third too large, and a fifth less melanin in very
    dark skin as +10 units of haemoglobin_index (true +4).
    """
    rng = np.random.default_rng(1976)
    count = int(limit("profile", "pairs"))
    absorbance = _even(_drawn(4 * count, rng), count, rng)
    widened = rng.random(count) < limit("profile", "widened_pairs")
    before = 10 ** -(absorbance + widened[:, None] * _moved(count, rng))
    before = before[_plausible(before)]
    count = len(before)
    after = _filtered(before, rng)
    within = rng.random(count) < limit("profile", "layered_part")
    after[within] = _layered(before[within], rng)
    kept = _plausible(after)
    before, after = before[kept], after[kept]
    return People(before, _targets(before)), People(after, _targets(after))
