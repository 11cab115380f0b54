"""The colour spaces a file may name: linear value of each encoded one, and what the primaries are in XYZ."""

from dataclasses import dataclass

import numpy as np

D65 = (0.3127, 0.3290)
_SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
_REC2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
_PROPHOTO = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105))
_D50 = (0.34567, 0.35850)
# Linear Bradford cone responses (ICC.1:2022, annex E).
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """
    What encoded values mean.

    Attributes
    ----------
    name : str
    decode : array of float32, shape (3, levels)
        Linear value of each encoded one, per channel, white = 1. [1]
    primaries : array, shape (3, 3)
        Linear RGB to XYZ adapted to D65, columns are the primaries, white at Y = 1. [1]
    """

    name: str
    decode: np.ndarray
    primaries: np.ndarray


def named_space(name: str, levels: int) -> ColourSpace:
    """
    Return one of the colour spaces that cameras and programs use.

    Parameters
    ----------
    name : str
        ``"sRGB"``, ``"Display P3"``, ``"Rec. 2020"``, ``"Adobe RGB"`` or ``"ProPhoto RGB"``.
    levels : int
        Number of encoded values: 256 or 65536.

    References
    ----------
    .. [1] IEC 61966-2-1 (sRGB); SMPTE EG 432-1 with the sRGB curve (Display P3); ITU-R BT.2020 primaries
    with the sRGB
       curve; Adobe RGB (1998), 4.3; ISO 22028-2 (ROMM RGB). Seen: secondary.

    Examples
    --------
    >>> named_space("sRGB", 256).primaries.sum(axis=1).round(3)   # white is D65
    array([0.95 , 1.   , 1.089])
    """
    curve, primaries, white = _NAMED[name]
    table = curve(np.linspace(0.0, 1.0, levels))
    return ColourSpace(name, repeat_curve(table), primaries_to_xyz(primaries, white))


NAMES = ("sRGB", "Display P3", "Rec. 2020", "Adobe RGB", "ProPhoto RGB")


def srgb_to_linear(encoded: np.ndarray) -> np.ndarray:
    """Linear value of encoded sRGB, both 0 to 1 (IEC 61966-2-1)."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def gamma_curve(encoded: np.ndarray, exponent: float) -> np.ndarray:
    """Linear value of a pure power curve."""
    linear: np.ndarray = np.asarray(encoded, dtype=float) ** exponent
    return linear


def repeat_curve(table: np.ndarray) -> np.ndarray:
    """One curve for all three channels, as a Photo keeps it."""
    return np.repeat(table.astype(np.float32)[None], 3, axis=0)


def primaries_to_xyz(
    primaries: tuple[tuple[float, float], ...], white: tuple[float, float] = D65
) -> np.ndarray:
    """
    Matrix from linear RGB to XYZ adapted to D65.

    Parameters
    ----------
    primaries : tuple of three (x, y)
        Chromaticities of red, green and blue. [1]
    white : tuple of float
        Chromaticity of the white. [1]

    Returns
    -------
    array, shape (3, 3)
        Columns are the primaries, the rows sum to D65. [1]
    """
    columns = np.array([_xyz(chromaticity) for chromaticity in primaries]).T
    matrix = columns * np.linalg.solve(columns, _xyz(white))
    return adapt(matrix, _xyz(white))


def adapt(matrix: np.ndarray, white: np.ndarray) -> np.ndarray:
    """Adapt columns of XYZ seen under `white` to D65 by the linear Bradford transform."""
    gain = (_BRADFORD @ _xyz(D65)) / (_BRADFORD @ white)
    transform = np.linalg.solve(_BRADFORD, gain[:, None] * _BRADFORD)
    adapted: np.ndarray = transform @ matrix
    return adapted


def name_of(decode: np.ndarray, primaries: np.ndarray) -> str | None:
    """Name of the known space with this curve and these primaries, both within 0.004, if there is one."""
    for name in NAMES:
        known = named_space(name, decode.shape[1])
        if np.abs(known.primaries - primaries).max() < 0.004 and np.abs(known.decode - decode).max() < 0.004:
            return name
    return None


def _xyz(chromaticity: tuple[float, float]) -> np.ndarray:
    x, y = chromaticity
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def _adobe_curve(encoded: np.ndarray) -> np.ndarray:
    return gamma_curve(encoded, 563.0 / 256.0)


def _prophoto_curve(encoded: np.ndarray) -> np.ndarray:
    return np.where(encoded < 1.0 / 32.0, encoded / 16.0, encoded**1.8)


_NAMED = {
    "sRGB": (srgb_to_linear, _SRGB, D65),
    "Display P3": (srgb_to_linear, _P3, D65),
    "Rec. 2020": (srgb_to_linear, _REC2020, D65),
    "Adobe RGB": (_adobe_curve, _ADOBE, D65),
    "ProPhoto RGB": (_prophoto_curve, _PROPHOTO, _D50),
}
