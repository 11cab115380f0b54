"""Linear photos of flat paints with noise that is known, for the tests of noise."""

from types import SimpleNamespace

import cv2
import numpy as np

from pigmeter.colour.layouts import layout
from pigmeter.photo.photo import Capture, Photo

CLASSIC = layout("colorchecker-classic")
MIXED = np.array([[1.3, -0.25, -0.05], [-0.15, 1.3, -0.15], [0.0, -0.3, 1.3]])
"""From the sensor's channels to the photo's, as a camera does it."""
_SENSOR = np.random.default_rng(24).uniform(0.02, 0.95, (24, 1)) * np.random.default_rng(7).uniform(
    0.5, 1, (24, 3)
)
LEVELS = np.clip(_SENSOR @ MIXED.T, 0.01, 0.95)
"""Linear response of the paints."""
NOISE = np.array([[1e-6, 2e-5, 0.0], [2e-6, 1e-5, 1e-5], [1e-6, 0.0, 2e-5]])
"""Variance of a pixel of the sensor's channels: factors of 1, x and x squared."""


def white_noise(shape, rng, memory=0.0):
    """Noise of variance 1, shape (rows, columns, 3), blurred by `memory` [px]."""
    noise = rng.standard_normal((*shape, 3))
    if memory:
        noise = cv2.GaussianBlur(noise, (0, 0), memory)
    return noise / noise.std()


def sensor_spread(response):
    """SD of a pixel of the sensor's channels, shape (..., 3)."""
    x = np.maximum(np.asarray(response) @ np.linalg.inv(MIXED).T, 0)
    return np.sqrt(NOISE[:, 0] + NOISE[:, 1] * x + NOISE[:, 2] * x**2)


def covariance_of(response):
    """Covariance of a pixel of this response, shape (3, 3)."""
    return MIXED @ np.diag(sensor_spread(response) ** 2) @ MIXED.T


def with_noise(linear, rng, factor=1.0, memory=0.0):
    """A linear picture with the noise of its brightness."""
    return linear + factor * (sensor_spread(linear) * white_noise(linear.shape[:2], rng, memory)) @ MIXED.T


def linear_photo(linear):
    """A 16-bit photo of linear values."""
    pixels = np.rint(np.clip(linear, 0, 1) * 65535).astype(np.uint16)
    pixels.flags.writeable = False
    decode = np.tile(np.linspace(0, 1, 65536, dtype=np.float32), (3, 1))
    return Photo("flat.png", "0" * 64, "PNG", pixels, decode, np.eye(3), "linear", Capture())


def chart_photo(seed=1, per_mm=4.0, slope=0.0, excluded=(), factor=1.0, dirt=(), turn=0.0, **form):
    """
    Return a photo of the paints, and the chart in it.

    It is brighter to the right by `slope` a mm and turned by `turn` [degrees]; the patches in `dirt` have
    stripes.
    """
    rng = np.random.default_rng(seed)
    angle = np.radians(turn)
    rotated = per_mm * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    outline = CLASSIC.outline_mm @ rotated.T
    shift = 5 - outline.min(axis=0)
    homography = np.eye(3)
    homography[:2, :2], homography[:2, 2] = rotated, shift
    columns, rows = np.ceil(np.ptp(outline, axis=0)).astype(int) + 10
    linear = np.full((rows, columns, 3), 0.05)
    half = 0.48 * CLASSIC.patch_size_mm[0] * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    for index, (centre, colour) in enumerate(zip(CLASSIC.patch_centres_mm, LEVELS, strict=True)):
        cover = np.zeros((rows, columns), np.uint8)
        cv2.fillConvexPoly(cover, np.rint((centre + half) @ rotated.T + shift).astype(np.int32), 1)
        striped = 1 + 0.1 * (np.arange(columns) // 5 % 2)[:, None] * (index in dirt)
        linear = np.where(cover[..., None] > 0, colour * striped, linear)
    linear *= 1 + slope * (np.arange(columns) / per_mm - 50)[:, None]
    photo = linear_photo(with_noise(linear, rng, factor, **form))
    chart = SimpleNamespace(
        layout=CLASSIC,
        homography=homography,
        patch_centres=CLASSIC.patch_centres_mm @ rotated.T + shift,
        excluded=excluded,
        mm_per_pixel=1 / per_mm,
    )
    return photo, chart
