"""The light of a synthetic photo: spectral power of lamps and daylight from their published models."""

from collections.abc import Callable

import numpy as np

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import limit, read_table

_SIGMA_PER_FWHM = 1 / (2 * np.sqrt(2 * np.log(2)))


def planck(temperature: float) -> np.ndarray:
    """
    Black body, 1 at 560 nm.

    Parameters
    ----------
    temperature : float
        [K]

    Returns
    -------
    array, shape (61,)
        At `pigmeter.colour.spectra.WAVELENGTHS`. [1]

    References
    ----------
    .. [1] Planck's law with c2 = 1.4388e-2 m K (ITS-90). Seen: secondary.
    """

    def power(wavelength: np.ndarray) -> np.ndarray:
        metres = wavelength * 1e-9
        radiance: np.ndarray = metres**-5 / np.expm1(1.4388e-2 / (metres * temperature))
        return radiance

    relative: np.ndarray = power(WAVELENGTHS) / power(np.array([560.0]))
    return relative


def daylight(temperature: float) -> np.ndarray:
    """
    Daylight of the CIE D series, 1 at 560 nm.

    Parameters
    ----------
    temperature : float
        Correlated colour temperature, 4000 to 25000; D65 is 6504. [K]

    Returns
    -------
    array, shape (61,)
        [1]

    Raises
    ------
    UsageError
        If the series is not defined at that temperature.

    References
    ----------
    .. [1] CIE 015:2018, Colorimetry, 4th ed., equations 4.5 to 4.9. Seen: secondary.
    """
    if not 4000 <= temperature <= 25000:
        reason = f"no CIE daylight of {temperature:g} K (defined from 4000 to 25000 K)"
        raise UsageError("SYNTHETIC_LAMP", reason, "Use planck() or white_led() for warmer light")
    t = 1e3 / temperature
    coefficients = (
        (0.244063, 0.09911, 2.9678, -4.6070) if temperature <= 7000 else (0.23704, 0.24748, 1.9018, -2.0064)
    )
    x = sum(c * t**power for power, c in enumerate(coefficients))
    y = -3.0 * x * x + 2.87 * x - 0.275
    divisor = 0.0241 + 0.2562 * x - 0.7341 * y
    m1 = round((-1.3515 - 1.7703 * x + 5.9114 * y) / divisor, 3)
    m2 = round((0.03 - 31.4424 * x + 30.0717 * y) / divisor, 3)
    table = read_table("illuminants/daylight-components.csv")
    power = table.column("S0") + m1 * table.column("S1") + m2 * table.column("S2")
    relative: np.ndarray = np.interp(WAVELENGTHS, table.column("wavelength"), power) / 100
    return relative


def _gaussian(peak: float, width: float) -> np.ndarray:
    bell: np.ndarray = np.exp(-0.5 * ((WAVELENGTHS - peak) / (width * _SIGMA_PER_FWHM)) ** 2)
    return bell


def correlated_temperature(power: np.ndarray) -> float:
    """
    Correlated colour temperature of a lamp.

    Parameters
    ----------
    power : array, shape (61,)
        Relative spectral power. [1]

    Returns
    -------
    float
        [K]

    References
    ----------
    .. [1] McCamy, Color Res Appl 1992;17:142. Seen: secondary. Good to some 20 K from 2500 to 9000 K near the
       black body's line.
    """
    observer = read_table("observers/cie-1931-2deg.csv")
    x, y, z = (float(power @ observer.column(name)) for name in ("xbar", "ybar", "zbar"))
    n = (x / (x + y + z) - 0.3320) / (0.1858 - y / (x + y + z))
    return 449.0 * n**3 + 3525.0 * n**2 + 6823.3 * n + 5520.33


def white_led(temperature: float) -> np.ndarray:
    """
    White LED: a blue chip and a broad phosphor, mixed to a colour temperature; 1 at 560 nm.

    Parameters
    ----------
    temperature : float
        Correlated colour temperature, 2700 to 6500. [K]

    Returns
    -------
    array, shape (61,)
        [1]

    Raises
    ------
    UsageError
        Outside that range.
    """
    if not 2700 <= temperature <= 6500:
        reason = f"no white LED of {temperature:g} K (modelled from 2700 to 6500 K)"
        raise UsageError("SYNTHETIC_LAMP", reason, "Use planck() or daylight(), or pass a table")
    pump = _gaussian(limit("synthetic", "pump_peak"), limit("synthetic", "pump_width"))
    cool, warm = limit("synthetic", "phosphor_peak_cool"), limit("synthetic", "phosphor_peak_warm")
    share = (1 / temperature - 1 / 6500) / (1 / 2700 - 1 / 6500)
    phosphor = _gaussian(cool + share * (warm - cool), limit("synthetic", "phosphor_width"))
    low, high = 0.0, 3.0
    for _ in range(40):
        middle = (low + high) / 2
        if correlated_temperature(phosphor + middle * pump) < temperature:
            low = middle
        else:
            high = middle
    mixed = phosphor + low * pump
    relative: np.ndarray = mixed / mixed[np.searchsorted(WAVELENGTHS, 560.0)]
    return relative


def triphosphor() -> np.ndarray:
    """
    Fluorescent lamp of about 4600 K: three narrow phosphors and the lines of mercury; 1 at its mean.

    Returns
    -------
    array, shape (61,)
        [1]
    """
    bands = (
        (405, 8, 0.15),
        (436, 8, 0.55),
        (450, 55, 0.26),
        (490, 18, 0.22),
        (544, 11, 1.15),
        (587, 18, 0.28),
        (611, 10, 1.50),
    )
    power = np.full(len(WAVELENGTHS), 0.03)
    for peak, width, height in bands:
        power += height * _gaussian(peak, width)
    relative: np.ndarray = power / np.mean(power)
    return relative


LAMPS: dict[str, Callable[[], np.ndarray]] = {
    "daylight": lambda: daylight(6504),
    "flash": lambda: daylight(5503),
    "led-cool": lambda: white_led(6000),
    "led-neutral": lambda: white_led(4200),
    "led-warm": lambda: white_led(3000),
    "tungsten": lambda: planck(2856),
    "triphosphor": triphosphor,
}
"""Named lamps, for :func:`lamp_power`."""


def lamp_power(lamp: str | np.ndarray) -> np.ndarray:
    """
    Spectral power of a lamp, by name or as a table.

    Parameters
    ----------
    lamp : str or array, shape (61,)
        A name of `LAMPS`, or relative spectral power at `pigmeter.colour.spectra.WAVELENGTHS`.

    Returns
    -------
    array, shape (61,)
        [1]

    Raises
    ------
    UsageError
        If the name is not known or the table does not fit.
    """
    if isinstance(lamp, str):
        if lamp not in LAMPS:
            reason = f"no lamp {lamp!r} (known: {', '.join(LAMPS)})"
            raise UsageError("SYNTHETIC_LAMP", reason, "Pick one of these or pass a table")
        return LAMPS[lamp]()
    power = np.asarray(lamp, dtype=float)
    if power.shape != WAVELENGTHS.shape or not np.all(power >= 0) or not power.any():
        reason = f"a lamp's table has shape {power.shape}; expected {WAVELENGTHS.shape}, nothing negative"
        raise UsageError("SYNTHETIC_LAMP", reason, "Give the power at 400, 405 ... 700 nm")
    return power
