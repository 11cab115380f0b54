"""A profile without a chart: a camera of three Gaussians, skins of a plain formula, least squares."""

from dataclasses import dataclass

import cv2
import numpy as np

from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.photo.photo import Capture, Photo

CAMERA = np.exp(-0.5 * ((WAVELENGTHS - np.array([[605.0], [540.0], [460.0]])) / 32) ** 2)
CAMERA = CAMERA / CAMERA.sum(axis=1, keepdims=True)
BLOOD = (
    np.exp(-0.5 * ((WAVELENGTHS - 545) / 14) ** 2)
    + np.exp(-0.5 * ((WAVELENGTHS - 577) / 9) ** 2)
    + 2.5 * np.exp(-0.5 * ((WAVELENGTHS - 420) / 22) ** 2)
)


def skin(melanin, blood, base=0.2):
    """Reflectance of skin; melanin 0.08 is very light and 0.6 very dark, blood 0.1 is usual."""
    melanin, blood = np.asarray(melanin)[..., None], np.asarray(blood)[..., None]
    return 0.02 + 0.98 * 10 ** -(base + melanin * (WAVELENGTHS / 660) ** -3.3 + blood * BLOOD)


def response(reflectance):
    """Linear response of the camera, white = 1."""
    return np.asarray(reflectance) @ CAMERA.T


def terms(rgb):
    """The ten terms that weights belong to, in float64."""
    g = -np.log10(np.maximum(rgb, 1e-4)) - 0.4
    r, v, b = np.moveaxis(g, -1, 0)
    return np.stack([np.ones_like(r), r, v, b, r * r, v * v, b * b, r * v, v * b, r * b], axis=-1)


def srgb_decode(bits=8):
    """Linear value of every encoded one, float64."""
    encoded = np.arange(2**bits) / (2**bits - 1)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def srgb_encode(linear, bits=8):
    """Encoded integers of linear values."""
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(encoded * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def photo_of(pixels, name="photo.png"):
    """A Photo with these encoded pixels."""
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    decode = np.tile(srgb_decode(8 * pixels.dtype.itemsize).astype(np.float32), (3, 1))
    return Photo(name, "0" * 64, "PNG", pixels, decode, np.eye(3), "sRGB (assumed)", Capture())


@dataclass(frozen=True)
class PlainLocus:
    origin: np.ndarray
    step: float
    distance: np.ndarray


def plain_errors():
    """Errors of 0.9 by the camera and 1.2 between people, for every quantity and tone."""
    one = np.ones((2, 10))
    light = np.tile([-40.0, 0.0, 0.0], (2, 10, 1))
    nothing = np.zeros((2, 10, 2))
    shares = np.array([0.5, 0.5])
    return ErrorTables(
        np.array([20.0, 60.0]), shares, 0.9 * one, 0 * one, 1.2 * one, light, light, nothing, nothing,
        np.full((2, 10), 2.0), 0.02,
    )  # fmt: skip


class PlainProfile:
    """What the measurement needs of a profile."""

    id = "p-000000000000"
    created_from = ""
    findings = ()
    noise = None
    errors = plain_errors()

    def __init__(self):
        rng = np.random.default_rng(5)
        n = 3000
        spectra = skin(rng.uniform(0.06, 0.7, n), rng.uniform(0.05, 0.3, n))
        rgb = response(spectra) * rng.uniform(0.8, 1.2, (n, 1))
        known = spectral_quantities(spectra)
        f = terms(rgb)
        wanted = np.stack([known[key] for key in REGRESSED], axis=1)
        self.level = np.linalg.solve(f.T @ f + 1e-6 * np.eye(10), f.T @ wanted)
        chroma = np.stack([np.log10(rgb[:, 1] / rgb[:, 0]), np.log10(rgb[:, 1] / rgb[:, 2])], axis=1)
        step, origin = 0.005, np.array([-1.0, -0.5])
        empty = np.ones((301, 401), dtype=np.uint8)
        row, column = np.rint((chroma - origin) / step).astype(int).T
        empty[row, column] = 0
        away = cv2.distanceTransform(empty, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)  # [bins]
        self.skin_locus = PlainLocus(origin, step, (away * step / 0.036).astype(np.float32))

    def response_table(self, photo):
        return np.maximum(photo.decode, np.float32(1e-4))

    def weights(self, question):
        assert question in ("level", "change")
        return self.level.astype(np.float32)


ROWS, COLUMNS, MM = 200, 260, 0.25
BACKDROP = np.array([0.16, 0.30, 0.40])


def disc(centre, radius_mm):
    """Pixels within a radius of a place (row, column) of the scene."""
    row, column = np.mgrid[:ROWS, :COLUMNS]
    return np.hypot(row - centre[0], column - centre[1]) * MM <= radius_mm


SITE = disc((100, 130), 20)


def scene(melanin=0.15, blood=0.1, light=0.8, noise=0.003, bits=8, change=None, seed=9):
    """Photo of a disc of skin, 40 mm across, on a blue cloth; `change` may alter the linear pixels."""
    linear = np.where(SITE[..., None], response(skin(melanin, blood)) * light, BACKDROP * light)
    if change is not None:
        change(linear)
    linear = linear + np.random.default_rng(seed).normal(0, noise, linear.shape)
    return photo_of(srgb_encode(linear, bits))
