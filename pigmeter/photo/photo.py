"""A photo: one captured file, decoded without loss, with what its file says about colour and capture."""

from dataclasses import dataclass

import numpy as np

from pigmeter.findings import Finding


@dataclass(frozen=True, slots=True)
class Capture:
    """
    How a photo was taken, as its file tells it; None where the file does not.

    Attributes
    ----------
    make, model, lens, software : str or None
    exposure_time : float or None
        [s]
    aperture : float or None
        f-number. [1]
    iso, focal_length : float or None
        [1], [mm]
    white_balance : str or None
        ``"auto"`` or ``"manual"``.
    flash : bool or None
    time : str or None
        Local time of capture, ISO 8601.
    device_key : str or None
        Keyed hash of the body's serial number; the number itself is never kept.
    """

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    software: str | None = None
    exposure_time: float | None = None
    aperture: float | None = None
    iso: float | None = None
    focal_length: float | None = None
    white_balance: str | None = None
    flash: bool | None = None
    time: str | None = None
    device_key: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """
    One captured file: encoded pixels, the meaning of their values, and how they were taken.

    Attributes
    ----------
    name : str
        File name without its folder.
    sha256 : str
        Of the file's bytes.
    container : str
        ``"JPEG"``, ``"PNG"``, ``"TIFF"`` or ``"WebP"``.
    pixels : array of uint8 or uint16, shape (rows, columns, 3)
        Encoded values as decoded, upright, read-only.
    decode : array of float32, shape (3, 256) or (3, 65536)
        Linear value of every encoded value, per channel; 1 is the file's white. [1]
    primaries : array, shape (3, 3)
        Linear RGB of the file (columns of a row vector: ``rgb @ primaries.T``) to CIE XYZ adapted to D65,
        white at Y = 1. [1]
    colour_space : str
        What the file says its values mean, e.g. ``"sRGB (assumed)"``, ``"Display P3"``.
    capture : Capture
    findings : tuple of Finding
    """

    name: str
    sha256: str
    container: str
    pixels: np.ndarray
    decode: np.ndarray
    primaries: np.ndarray
    colour_space: str
    capture: Capture
    findings: tuple[Finding, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns. [px]"""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def bits(self) -> int:
        """Bits per channel of the encoded values."""
        return 8 * self.pixels.dtype.itemsize

    def linear(self, encoded: np.ndarray) -> np.ndarray:
        """
        Linear values of encoded ones, which may be fractional (means, medians).

        Parameters
        ----------
        encoded : array, shape (..., 3)
            On the scale of `pixels`.

        Returns
        -------
        array, shape (..., 3)
            Linear RGB of the file, white = 1. [1]
        """
        grid = np.arange(self.decode.shape[1])
        values = np.asarray(encoded, dtype=float)
        return np.stack([np.interp(values[..., c], grid, self.decode[c]) for c in range(3)], axis=-1)
