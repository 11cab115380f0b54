"""The quantities that pigmeter measures: key, unit, definition, and their value for a known spectrum."""

from dataclasses import dataclass

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ, hue, ita, lab_from_xyz
from pigmeter.colour.spectra import absorbance, xyz


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    One measured quantity.

    Attributes
    ----------
    key, unit, definition : str
        `definition` is printed beside every number; A is the absorbance ``-log10 R`` of the skin's spectrum.
    """

    key: str
    unit: str
    definition: str


_ALL = (
    Quantity("melanin_index", "index unit", "100 A(660)"),
    Quantity("erythema_index", "index unit", "100 [A(568) - A(660)]"),
    Quantity("haemoglobin_index", "index unit", "100 [A(560) + 1.5 (A(545) + A(575)) - 2 (A(510) + A(610))]"),
    Quantity("L", "CIELAB unit", "CIELAB L*, D65, 2 degree observer"),
    Quantity("a", "CIELAB unit", "CIELAB a*, D65, 2 degree observer"),
    Quantity("b", "CIELAB unit", "CIELAB b*, D65, 2 degree observer"),
    Quantity("ita", "degree", "atan2(L - 50, b)"),
    Quantity("hue", "degree", "atan2(b, a)"),
    Quantity("camera_mi", "index unit", "-100 log10 R of linear sRGB"),
    Quantity("camera_ei", "index unit", "100 log10(R / G) of linear sRGB"),
)

QUANTITIES = {quantity.key: quantity for quantity in _ALL}

# What a profile's weights give directly, in the order of their columns; ita and hue follow from L, a and b.
REGRESSED = (
    "melanin_index",
    "erythema_index",
    "haemoglobin_index",
    "L",
    "a",
    "b",
    "camera_mi",
    "camera_ei",
)


def spectral_quantities(reflectance: np.ndarray) -> dict[str, np.ndarray]:
    """
    Every quantity of known reflectance spectra.

    Parameters
    ----------
    reflectance : array, shape (..., 61)
        At `spectra.WAVELENGTHS`, positive. [1]

    Returns
    -------
    dict of str to array, shape (...)
        One entry per key of `QUANTITIES`, in that key's unit.

    Notes
    -----
    The red of linear sRGB is floored at 1e-4 and its green likewise: no human skin is that dark.

    References
    ----------
    .. [1] Takiwaki, Overgaard, Serup, Skin Pharmacol 1994;7:217 (melanin and erythema index).
       Seen: secondary.
    .. [2] Dawson et al., Phys Med Biol 1980;25:695 (haemoglobin hump; melanin, nearly a straight line there,
       cancels). Seen: abstract.
    .. [3] Yamamoto, Takiwaki, Arase, Ohshima, Skin Res Technol 2008;14:26 (camera_mi, camera_ei).
       Seen: abstract.
    """
    at = {w: absorbance(reflectance, w) for w in (510.0, 545.0, 560.0, 568.0, 575.0, 610.0, 660.0)}
    tristimulus = xyz(reflectance)
    lab = lab_from_xyz(tristimulus)
    red, green = np.moveaxis(np.maximum(tristimulus @ SRGB_FROM_XYZ.T, 1e-4), -1, 0)[:2]
    return {
        "melanin_index": 100 * at[660.0],
        "erythema_index": 100 * (at[568.0] - at[660.0]),
        "haemoglobin_index": 100 * (at[560.0] + 1.5 * (at[545.0] + at[575.0]) - 2 * (at[510.0] + at[610.0])),
        "L": lab[..., 0],
        "a": lab[..., 1],
        "b": lab[..., 2],
        "ita": ita(lab[..., 0], lab[..., 2]),
        "hue": hue(lab[..., 1], lab[..., 2]),
        "camera_mi": -100 * np.log10(red),
        "camera_ei": 100 * np.log10(red / green),
    }
