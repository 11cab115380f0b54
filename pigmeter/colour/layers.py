"""Two fluxes of light in skin of two layers: what less melanin or more blood would do to a spectrum."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.reference import limit, read_table

# Fitted to each person's spectrum; the others are drawn.
_FITTED = ("melanin", "blood", "oxygenation", "scattering", "epidermis")
# Of the spectrum that they are fitted to: every fourth wavelength, 20 nm.
_EVERY = 4


@dataclass(frozen=True, slots=True)
class Layers:
    """
    An epidermis that holds melanin over a dermis that holds blood, for several people.

    Attributes
    ----------
    logs : array, shape (people, 5)
        Natural logs of melanin (optical density at 660 nm, there and back), of the share of blood in the
        dermis, the logit of oxygen saturation, natural logs of the dermis's reduced scattering at 500 nm
        [cm-1] and of the epidermis's scattering power there.
    surface : array, shape (people, 1)
        Reflected at the surface. [1]
    inner : array, shape (people, 1)
        Part of diffuse light that the surface throws back from within. [1]
    exponents : array, shape (people, 2)
        Powers by which scattering of dermis and epidermis falls with wavelength. [1]
    """

    logs: np.ndarray
    surface: np.ndarray
    inner: np.ndarray
    exponents: np.ndarray

    def absorbance(self, every: int = 1) -> np.ndarray:
        """
        Absorbance of the skin at each `every`-th of `WAVELENGTHS`, shape (people, wavelengths). [1]

        Notes
        -----
        Path lengths are not constant: where a pigment absorbs much, light that returns has not been deep. So
        a change is flatter than the pigment's own spectrum, the more so the darker the skin.

        References
        ----------
        .. [1] Kubelka, J Opt Soc Am 1948;38:448: a layer of finite thickness, and two of them.
           Seen: secondary.
        .. [2] Saunderson, J Opt Soc Am 1942;32:727: light thrown back from within. Seen: secondary.
        .. [3] Jacques, Phys Med Biol 2013;58:R37: absorption and scattering of skin. Seen: secondary.
        """
        waves = WAVELENGTHS[::every]
        melanin, blood, logit, scattering, epidermis = (self.logs[:, i : i + 1] for i in range(5))
        oxygenation = 1 / (1 + np.exp(-logit))
        oxygenated, reduced, baseline = (spectrum[::every] for spectrum in _absorption())
        absorbed = np.exp(blood) * (oxygenation * oxygenated + (1 - oxygenation) * reduced) + baseline
        # K = 2 mua, S = 3/4 mus'.
        part = 2 * absorbed / (0.75 * np.exp(scattering) * (waves / 500.0) ** -self.exponents[:, :1])
        dermis = 1 + part - np.sqrt(part * part + 2 * part)
        dermis = (1 - self.inner) * dermis / (1 - self.inner * dermis)
        taken = np.log(10.0) / 2 * np.exp(melanin) * (waves / 660.0) ** -3.33
        taken = taken + 2 * limit("layers", "epidermis_thickness") * baseline
        scattered = np.exp(epidermis) * (waves / 500.0) ** -self.exponents[:, 1:]
        a = 1 + taken / scattered
        b = np.sqrt(a * a - 1)
        through = np.exp(-np.minimum(b * scattered, 50.0))
        divisor = a * (1 - through**2) + b * (1 + through**2)
        back, passed = (1 - through**2) / divisor, 2 * b * through / divisor
        body = back + passed**2 * dermis / (1 - back * dermis)
        return np.asarray(-np.log10(self.surface + (1 - self.surface) * body))

    def changed(self, rng: np.random.Generator) -> "Layers":
        """Return the same people with more or less melanin and blood, oxygenated otherwise."""
        normal = rng.standard_normal((3, len(self.logs)))
        logs = self.logs.copy()
        logs[:, 0] += np.log(np.maximum(1 + limit("layers", "melanin_change") * normal[0], 0.1))
        logs[:, 1] += limit("layers", "blood_change") * normal[1]
        logs[:, 2] += limit("layers", "oxygenation_change") * normal[2]
        return replace(self, logs=logs)


@cache
def _absorption() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Absorption of oxygenated and reduced blood and of skin without either, each shape (61,). [cm-1]"""
    table = read_table("spectra/haemoglobin.csv").values
    molar = np.log(10.0) * limit("layers", "haemoglobin") / limit("layers", "haemoglobin_mass")
    oxygenated, reduced = (molar * np.interp(WAVELENGTHS, table[:, 0], table[:, i]) for i in (1, 2))
    decay = np.exp(-(WAVELENGTHS - limit("layers", "baseline_start")) / limit("layers", "baseline_length"))
    return (
        oxygenated,
        reduced,
        limit("layers", "baseline_offset") + limit("layers", "baseline_amplitude") * decay,
    )


def fitted_layers(reflectance: np.ndarray, surface: np.ndarray, rng: np.random.Generator) -> Layers:
    """
    Two layers that look like given people.

    Parameters
    ----------
    reflectance : array, shape (people, 61)
        [1]
    surface : array, shape (people, 1)
        Reflected at the surface; less than any reflectance. [1]
    rng : numpy.random.Generator
        Draws what a spectrum does not tell.

    Returns
    -------
    Layers
        The mode of the posterior of each person, five parameters to sixteen wavelengths.
    """
    people = len(reflectance)
    low, high = limit("layers", "exponent_least"), limit("layers", "exponent_most")
    inner = rng.uniform(limit("layers", "inner_least"), limit("layers", "inner_most"), (people, 1))
    share = limit("layers", "oxygenation")
    mean = np.array([np.log(limit("layers", name)) for name in _FITTED])
    mean[2] = np.log(share / (1 - share))
    spread = np.array([limit("layers", f"{name}_spread") for name in _FITTED])
    start = np.tile(mean, (people, 1))
    seen = -np.log10(reflectance)
    start[:, 0] = np.log(np.clip(seen[:, int(np.searchsorted(WAVELENGTHS, 660.0))] - 0.25, 0.03, 2.0))
    found = Layers(start, surface, inner, rng.uniform(low, high, (people, 2)))
    weight, prior = limit("layers", "fit_error") ** -2, np.diag(spread**-2)
    seen = seen[:, ::_EVERY]
    for _ in range(int(limit("layers", "fit_steps"))):
        here = found.absorbance(_EVERY)
        steps = 0.01 * np.eye(len(_FITTED))
        moved = [replace(found, logs=found.logs + step).absorbance(_EVERY) - here for step in steps]
        slope = np.stack(moved, axis=2) / 0.01
        pull = weight * np.einsum("nwk,nw->nk", slope, seen - here) - (found.logs - mean) @ prior
        curve = weight * np.einsum("nwk,nwl->nkl", slope, slope) + prior
        step = np.linalg.solve(curve, pull[:, :, None])[:, :, 0]
        found = replace(found, logs=found.logs + np.clip(step, -1.0, 1.0))
    return found
