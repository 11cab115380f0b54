"""What people do today with a photo and its chart, and the most that three channels could tell."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ, ita, lab_from_xyz
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.spectra import xyz
from pigmeter.photo.spaces import srgb_to_linear

Values = dict[str, np.ndarray]
XYZ_FROM_SRGB = np.linalg.inv(SRGB_FROM_XYZ)


class Method(Protocol):
    """Reads skin in file values, shape (people, 3): a level, or the change of the same skin."""

    def estimate(self, rgb: np.ndarray) -> Values:
        """Levels, shape (people,) by quantity."""

    def estimate_change(self, rgb_before: np.ndarray, rgb_after: np.ndarray) -> Values:
        """Changes, shape (people,) by quantity."""


class ToXyz:
    """
    A way from linear file values to XYZ, then the indices that photos have been given since 2008.

    The melanin index is -100 log10 R and the erythema index 100 log10 (R / G) of linear sRGB (Yamamoto, Skin
    Res Technol 2008;14:26); as there is no other, the latter stands for haemoglobin too.
    """

    def __init__(self, to_xyz: Callable[[np.ndarray], np.ndarray], rendered: bool) -> None:
        self._to_xyz, self._rendered = to_xyz, rendered

    def estimate(self, rgb: np.ndarray) -> Values:
        """Levels, shape (people,) by quantity."""
        seen = self._to_xyz(srgb_to_linear(rgb) if self._rendered else rgb)
        lab = lab_from_xyz(np.maximum(seen, 1e-4))
        red, green = np.log10(np.maximum(seen @ SRGB_FROM_XYZ.T, 1e-3)).T[:2]
        found = {"melanin_index": -100 * red, "erythema_index": 100 * (red - green)}
        found["haemoglobin_index"] = found["erythema_index"]
        found |= dict(zip("Lab", lab.T, strict=True))
        return found | {"ita": ita(lab[:, 0], lab[:, 2])}

    def estimate_change(self, rgb_before: np.ndarray, rgb_after: np.ndarray) -> Values:
        """Changes, shape (people,) by quantity."""
        before, after = self.estimate(rgb_before), self.estimate(rgb_after)
        return {key: after[key] - before[key] for key in before}


def plain_srgb(rendered: bool) -> ToXyz:
    """The file taken at its word: no chart, sRGB values are colours."""
    return ToXyz(lambda linear: linear @ XYZ_FROM_SRGB.T, rendered)


def _decoded(patches: np.ndarray, rendered: bool) -> np.ndarray:
    return np.asarray(srgb_to_linear(patches) if rendered else patches)


def chart_matrix(patches: np.ndarray, paints: np.ndarray, used: np.ndarray, rendered: bool) -> ToXyz:
    """A 3x3 matrix from the chart's patches to their XYZ, errors relative to the root of Y."""
    wanted = xyz(paints[used])
    weight = 1 / np.sqrt(wanted[:, 1:2])
    seen = _decoded(patches[used], rendered)
    matrix = np.linalg.lstsq(seen * weight, wanted * weight, rcond=None)[0]
    return ToXyz(lambda linear: linear @ matrix, rendered)


def root_polynomial(
    patches: np.ndarray, paints: np.ndarray, used: np.ndarray, rendered: bool
) -> ToXyz | None:
    """Finlayson 2015, degree 2, as colour-science has it; None where that is not installed."""
    try:
        from colour import characterisation
    except ImportError:
        return None
    seen, wanted = np.maximum(_decoded(patches[used], rendered), 0), xyz(paints[used])
    matrix = characterisation.matrix_colour_correction_Finlayson2015(seen, wanted, degree=2)

    def to_xyz(linear: np.ndarray) -> np.ndarray:
        terms = np.maximum(linear, 0)
        corrected = characterisation.apply_matrix_colour_correction_Finlayson2015(terms, matrix, degree=2)
        return np.asarray(corrected)

    return ToXyz(to_xyz, rendered)


def fair_rivals(
    patches: np.ndarray, paints: np.ndarray, rendered: bool, used: np.ndarray | None = None
) -> dict[str, Method]:
    """Return every rival by its name, fitted to the chart's patches in use (all when not given)."""
    use = np.arange(len(paints)) if used is None else used
    found: dict[str, Method] = {"chart 3x3": chart_matrix(patches, paints, use, rendered)}
    expanded = root_polynomial(patches, paints, use, rendered)
    if expanded is not None:
        found["root-polynomial"] = expanded
    return found | {"plain sRGB": plain_srgb(rendered)}


# The bound


def quadratic(linear: np.ndarray) -> np.ndarray:
    """One, the logs of three channels and their products, shape (people, 10)."""
    g = -np.log10(np.maximum(linear, 1e-4)) - 0.4
    pairs = [g[:, i] * g[:, j] for i in range(3) for j in range(i, 3)]
    return np.column_stack([np.ones(len(g)), g, *pairs])


def bound(effective: np.ndarray, skins: np.ndarray, others: np.ndarray, rng: np.random.Generator) -> Values:
    """
    Levels read by who knows camera, lamp and room exactly, and people like those judged.

    Parameters
    ----------
    effective : array, shape (3, 61)
        Camera times lamp.
    skins : array, shape (people, 61)
        To be judged on.
    others : array, shape (n, 61)
        People to learn from, none of them judged; if there are none, each half of `skins` is read by what the
        other half taught.
    rng : numpy.random.Generator
        Of the noise of a photo.
    """
    everyone = np.vstack([skins, others])
    linear = everyone @ effective.T
    terms = quadratic(linear * (1 + rng.normal(0, 0.002, linear.shape)))
    truth = spectral_quantities(everyone)
    wanted = np.stack([truth[key] for key in REGRESSED], axis=1)
    found = np.empty((len(skins), len(REGRESSED)))
    place = np.arange(len(everyone))
    mine = place < len(skins)
    rounds = [(mine, ~mine)] if len(others) else [(place % 2 == i, place % 2 != i) for i in range(2)]
    for judged, taught in rounds:
        weights = np.linalg.lstsq(terms[taught], wanted[taught], rcond=None)[0]
        found[place[judged]] = terms[judged] @ weights
    named = dict(zip(REGRESSED, found.T, strict=True))
    return named | {"ita": ita(named["L"], named["b"])}
