"""Virtual human skin: people of every tone, and the same people after a change of melanin and blood."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.colour.cielab import ita
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS
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


@cache
def changed_people() -> tuple[People, People]:
    """
    Return virtual people before and after a change of melanin and blood.

    Notes
    -----
    Everyone differs from everyone as widely as `people`; within one person only melanin, blood with its
    oxygen saturation, and a little grey move. That is the difference between a level and a change.
    """
    rng = np.random.default_rng(1976)
    count = int(limit("profile", "pairs"))
    before = _drawn(count, rng) + _moved(count, rng)
    melanin = rng.normal(0, limit("profile", "change_melanin"), (count, 1))
    blood = rng.normal(0, limit("profile", "change_blood"), (count, 1))
    grey = rng.normal(0, limit("profile", "change_grey"), (count, 1))
    saturation = rng.uniform(0.5, 0.9, count)
    after = before + melanin * melanin_absorbance() + blood * blood_absorbance(saturation) + grey
    first, second = 10**-before, 10**-after
    kept = _plausible(first) & _plausible(second)
    first, second = first[kept], second[kept]
    return People(first, _targets(first)), People(second, _targets(second))
