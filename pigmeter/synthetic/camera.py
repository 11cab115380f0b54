"""The camera of a synthetic photo: sensitivities, sensor noise, and what it does before it writes a JPEG."""

from dataclasses import dataclass, replace

import numpy as np

from pigmeter import reference
from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.spectra import WAVELENGTHS, xyz
from pigmeter.errors import UsageError

CAMERAS: tuple[str, ...] = ("phone", "slr", "mirrorless", "industrial")
"""Named cameras, for :func:`make_camera`."""

_CHANNELS = ("red", "green", "blue")
_SIGMA_PER_FWHM = 1 / (2 * np.sqrt(2 * np.log(2)))


@dataclass(frozen=True, slots=True)
class Camera:
    """
    A camera: what its sensor sees, how noisy it is, and how it renders a JPEG.

    Attributes
    ----------
    name : str
    sensitivity : array, shape (61, 3)
        Relative quantum efficiency of red, green and blue at `pigmeter.colour.spectra.WAVELENGTHS`. [1]
    saturation : float
        Extra saturation of its rendering; 0 renders faithfully. [1]
    contrast : float
        Strength of its S-shaped tone curve; 0 writes plain sRGB. [1]
    white_electrons : float
        Electrons of a perfect white at exposure 1: shot noise. [electron]
    read_noise : float
        [electron]
    balance : tuple of float
        Error of its white balance: red and blue gain over green. [1]
    """

    name: str
    sensitivity: np.ndarray
    saturation: float = 0.08
    contrast: float = 0.3
    white_electrons: float = 9000.0
    read_noise: float = 4.0
    balance: tuple[float, float] = (1.0, 1.0)


def _bell(peak: float, width: float) -> np.ndarray:
    bell: np.ndarray = np.exp(-0.5 * ((WAVELENGTHS - peak) / (width * _SIGMA_PER_FWHM)) ** 2)
    return bell


def make_camera(name: str = "phone", seed: int | None = None) -> Camera:
    """
    Make one of the invented cameras.

    Parameters
    ----------
    name : str
        One of `CAMERAS`.
    seed : int, optional
        Another copy of that model: peaks moved by 1.5 nm (SD), widths by 2 %, white balance by 2 %. None is
        the model's mean.

    Returns
    -------
    Camera

    Raises
    ------
    UsageError
        If the name is not known.
    """
    rows = {row["camera"]: row for row in reference.read_rows("synthetic/cameras.csv")[1:]}
    if name not in rows:
        reason = f"no synthetic camera {name!r} (known: {', '.join(CAMERAS)})"
        raise UsageError("SYNTHETIC_CAMERA", reason, "Pick one of these or pass a Camera")
    row = {key: float(value) for key, value in rows[name].items() if key != "camera"}
    balance = (1.0, 1.0)
    if seed is not None:
        draw = np.random.default_rng([seed, CAMERAS.index(name)]).standard_normal(6)
        draw = np.clip(draw, -2, 2)
        for channel, shift in zip(_CHANNELS, draw[:3], strict=True):
            row[f"shift_{channel}"] += 1.5 * shift
        row["stretch"] *= 1 + 0.02 * draw[3]
        balance = (float(np.exp(0.02 * draw[4])), float(np.exp(0.02 * draw[5])))
    sensitivity = np.zeros((len(WAVELENGTHS), 3))
    for term in reference.read_rows("synthetic/sensitivities.csv")[1:]:
        channel = term["channel"]
        height = float(term["height"]) * (row["leak"] if term["minor"] == "1" else 1.0)
        peak = float(term["peak"]) + row[f"shift_{channel}"]
        width = float(term["width"]) * row["stretch"]
        sensitivity[:, _CHANNELS.index(channel)] += height * _bell(peak, width)
    return Camera(
        name=name if seed is None else f"{name}-{seed}",
        sensitivity=sensitivity,
        saturation=row["saturation"],
        contrast=row["contrast"],
        white_electrons=reference.limit("synthetic", "white_electrons"),
        read_noise=reference.limit("synthetic", "read_noise"),
        balance=balance,
    )


def from_table(name: str, sensitivity: np.ndarray, **rendering: float) -> Camera:
    """
    Make a camera of a table of sensitivities.

    Parameters
    ----------
    name : str
    sensitivity : array, shape (61, 3)
        Red, green and blue at `pigmeter.colour.spectra.WAVELENGTHS`. [1]
    **rendering
        `saturation`, `contrast`, `white_electrons`, `read_noise` of `Camera`.

    Returns
    -------
    Camera

    Raises
    ------
    UsageError
        If the table does not have that shape or a channel sees nothing.
    """
    table = np.asarray(sensitivity, dtype=float)
    if table.shape != (len(WAVELENGTHS), 3) or not np.all(table.sum(axis=0) > 0):
        reason = f"sensitivities have shape {table.shape}; expected ({len(WAVELENGTHS)}, 3), no channel blind"
        raise UsageError("SYNTHETIC_CAMERA", reason, "Give them at 400, 405 ... 700 nm, one column a channel")
    camera = Camera(name, table)
    return replace(camera, **rendering)  # type: ignore[arg-type]


def response(camera: Camera, power: np.ndarray) -> np.ndarray:
    """
    Effective sensitivity of a camera under a lamp.

    Parameters
    ----------
    camera : Camera
    power : array, shape (61,)
        Of the lamp. [1]

    Returns
    -------
    array, shape (61, 3)
        ``spectra @ response`` is linear sensor RGB after white balance; perfect white gives `balance`. [1]
    """
    weights = camera.sensitivity * power[:, None]
    weights = weights / weights.sum(axis=0)
    effective: np.ndarray = weights * np.array([camera.balance[0], 1.0, camera.balance[1]])
    return effective


def colour_matrix(seen: np.ndarray, reflectance: np.ndarray, saturation: float) -> np.ndarray:
    """
    In-camera matrix from sensor RGB to linear sRGB: least squares over known paints, white kept white.

    Parameters
    ----------
    seen : array, shape (n, 3)
        Linear sensor RGB of the paints. [1]
    reflectance : array, shape (n, 61)
        Of the same paints. [1]
    saturation : float
        0 is faithful, 0.1 moves every colour a tenth further from grey. [1]

    Returns
    -------
    array, shape (3, 3)
        ``linear @ matrix`` is linear sRGB. [1]
    """
    target = xyz(reflectance) @ SRGB_FROM_XYZ.T
    weight = 1 / np.sqrt(xyz(reflectance)[:, 1:2])
    matrix = np.linalg.lstsq(seen * weight, target * weight, rcond=None)[0]
    matrix = matrix / matrix.sum(axis=0)
    return np.asarray(matrix @ (np.eye(3) * (1 + saturation) - saturation / 3))


def tone_curve(linear: np.ndarray, contrast: float) -> np.ndarray:
    """
    Encode linear sRGB as a camera does: an S-shaped curve, then the sRGB encoding.

    Parameters
    ----------
    linear : array
        Linear sRGB, clipped to 0..1. [1]
    contrast : float
        0 is plain sRGB; monotone up to 1. [1]

    Returns
    -------
    array
        0..1. [1]

    References
    ----------
    .. [1] IEC 61966-2-1:1999, the encoding. Seen: secondary.
    """
    x = np.clip(linear, 0.0, 1.0)
    encoded = np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)
    # In the encoded domain a cubic that keeps 0, 1/2 and 1 and steepens the middle; at the ends its slope is
    # 1 - contrast.
    curved: np.ndarray = encoded + contrast * encoded * (1 - encoded) * (2 * encoded - 1)
    return curved


def expose(linear: np.ndarray, camera: Camera, exposure: float, rng: np.random.Generator) -> np.ndarray:
    """
    Add what the sensor adds: shot noise, read noise, full scale.

    Parameters
    ----------
    linear : array of float32, shape (rows, columns, 3)
        Light on the sensor, perfect white = 1; changed in place. [1]
    camera : Camera
    exposure : float
        Factor on the light. [1]
    rng : numpy.random.Generator

    Returns
    -------
    array of float32, shape (rows, columns, 3)
        Sensor values, full scale = 1. [1]
    """
    linear *= np.float32(exposure)
    scale = 1.0 / camera.white_electrons
    variance = np.maximum(linear, 0.0)
    variance *= np.float32(scale)
    variance += np.float32((camera.read_noise * scale) ** 2)
    np.sqrt(variance, out=variance)
    variance *= rng.standard_normal(linear.shape, dtype=np.float32)
    linear += variance
    return np.clip(linear, 0.0, 1.0, out=linear)
