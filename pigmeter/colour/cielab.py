"""CIELAB and its relatives: Lab, ITA, hue, colour difference, and the way to linear sRGB."""

import numpy as np

from pigmeter.colour.spectra import xyz_weights

# IEC 61966-2-1, inverse of the matrix of the sRGB primaries and D65; XYZ (Y = 1 for white) to linear sRGB.
SRGB_FROM_XYZ = np.linalg.inv(
    np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
)
SRGB_FROM_XYZ.setflags(write=False)

_EPSILON, _KAPPA = 216 / 24389, 24389 / 27


def lab_from_xyz(xyz: np.ndarray, white: np.ndarray | None = None) -> np.ndarray:
    """
    CIELAB of XYZ.

    Parameters
    ----------
    xyz : array, shape (..., 3)
        Y = 1 for the perfect white. [1]
    white : array, shape (3,), optional
        XYZ of the white; D65 on this package's wavelength grid when not given. [1]

    Returns
    -------
    array, shape (..., 3)
        L, a, b. [CIELAB units]

    References
    ----------
    .. [1] CIE 015:2018, Colorimetry, 4th ed., equations 8.3 to 8.11. Seen: secondary.
    """
    reference = xyz_weights().sum(axis=0) if white is None else np.asarray(white, dtype=float)
    ratio = np.asarray(xyz, dtype=float) / reference
    root = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ita(lightness: np.ndarray, b: np.ndarray) -> np.ndarray:
    """
    Individual typology angle.

    Parameters
    ----------
    lightness, b : array
        CIELAB L and b under D65. [CIELAB units]

    Returns
    -------
    array
        ``atan2(L - 50, b)``, lighter is higher; classes at 55, 41, 28, 10, -30. [degrees]

    References
    ----------
    .. [1] Chardon, Cretois, Hourseau, Skin colour typology and suntanning pathways, Int J Cosmet Sci
       1991;13:191. Seen: secondary. The four-quadrant arctangent keeps it defined at b = 0.
    """
    return np.asarray(np.degrees(np.arctan2(np.asarray(lightness) - 50.0, b)))


def hue(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """
    CIELAB hue angle of a and b.

    Returns
    -------
    array
        ``atan2(b, a)``, 0 is red, 90 is yellow. [degrees]
    """
    return np.asarray(np.degrees(np.arctan2(b, a)))


def ciede2000(lab: np.ndarray, other: np.ndarray) -> np.ndarray:
    """
    Colour difference CIEDE2000 with unit weights.

    Parameters
    ----------
    lab, other : array, shape (..., 3)
        [CIELAB units]

    Returns
    -------
    array, shape (...)
        [1]

    References
    ----------
    .. [1] Sharma, Wu, Dalal, The CIEDE2000 color-difference formula, Color Res Appl 2005;30:21, equations 2
       to 22; its table 1 is the test. Seen: secondary.
    """
    first, second = np.asarray(lab, dtype=float), np.asarray(other, dtype=float)
    l1, a1, b1 = first[..., 0], first[..., 1], first[..., 2]
    l2, a2, b2 = second[..., 0], second[..., 1], second[..., 2]
    mean_chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma7 / (mean_chroma7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    # Opposite hues are as far apart either way; the table's authors then take the way that does not pass 0.
    turn = np.where(c1 * c2 == 0, 0.0, h2 - h1)
    turn = np.where(np.abs(turn) > 180 + 1e-9, turn - 360 * np.sign(turn), turn)
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = np.radians(np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2))
    t = (
        1
        - 0.17 * np.cos(h_mean - np.radians(30))
        + 0.24 * np.cos(2 * h_mean)
        + 0.32 * np.cos(3 * h_mean + np.radians(6))
        - 0.20 * np.cos(4 * h_mean - np.radians(63))
    )
    bend = np.radians(60 * np.exp(-((((np.degrees(h_mean) % 360) - 275) / 25) ** 2)))
    rotation = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)) * np.sin(bend)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    x, y, z = d_l / s_l, d_c / s_c, d_h / s_h
    return np.asarray(np.sqrt(x**2 + y**2 + z**2 + rotation * y * z))
