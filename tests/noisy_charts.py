"""Linear photos of flat paints with noise that is known, for the tests of noise."""

from types import SimpleNamespace

import cv2
import numpy as np

from pigmeter.colour.layouts import layout
from pigmeter.photo.photo import Capture, Photo

CLASSIC = layout("colorchecker-classic")
LEVELS = np.stack([np.geomspace(0.03, 0.8, 24), np.geomspace(0.6, 0.04, 24), np.full(24, 0.2)], axis=1)
NOISE = np.array([[1e-6, 2e-5, 0.0], [2e-6, 1e-5, 1e-5], [1e-6, 0.0, 2e-5]])
"""Variance of a pixel's channels: factors of 1, r and r squared."""


def white_noise(shape, rng, memory=0.0, shared=0.0):
    """Noise of variance 1, shape (rows, columns, 3): blurred by `memory` [px], with a shared part."""
    noise = rng.standard_normal((*shape, 3))
    noise = np.sqrt(1 - shared) * noise + np.sqrt(shared) * rng.standard_normal((*shape, 1))
    if memory:
        noise = cv2.GaussianBlur(noise, (0, 0), memory)
    return noise / noise.std()


def variance_of(response):
    """Variance of a pixel of this response, shape (..., 3)."""
    r = np.asarray(response)
    return NOISE[:, 0] + NOISE[:, 1] * r + NOISE[:, 2] * r**2


def with_noise(linear, rng, factor=1.0, **form):
    """A linear picture with the noise of its brightness."""
    return linear + factor * np.sqrt(variance_of(linear)) * white_noise(linear.shape[:2], rng, **form)


def linear_photo(linear):
    """A 16-bit photo of linear values."""
    pixels = np.rint(np.clip(linear, 0, 1) * 65535).astype(np.uint16)
    pixels.flags.writeable = False
    decode = np.tile(np.linspace(0, 1, 65536, dtype=np.float32), (3, 1))
    return Photo("flat.png", "0" * 64, "PNG", pixels, decode, np.eye(3), "linear", Capture())


def chart_photo(seed=1, per_mm=4.0, slope=0.0, excluded=(), factor=1.0, **form):
    """A photo of the paints, brighter to the right by `slope` a mm, and the chart in it."""
    rng = np.random.default_rng(seed)
    homography = np.array([[per_mm, 0, 5], [0, per_mm, 5], [0, 0, 1.0]])
    size = np.ceil(CLASSIC.outline_mm[2] * per_mm).astype(int) + 10
    linear = np.full((size[1], size[0], 3), 0.05)
    centres = CLASSIC.patch_centres_mm * per_mm + 5
    half = round(0.48 * CLASSIC.patch_size_mm[0] * per_mm)
    for (x, y), colour in zip(np.rint(centres).astype(int), LEVELS, strict=True):
        linear[y - half : y + half, x - half : x + half] = colour
    linear *= 1 + slope * (np.arange(size[0]) / per_mm - 50)[:, None]
    photo = linear_photo(with_noise(linear, rng, factor, **form))
    chart = SimpleNamespace(
        layout=CLASSIC,
        homography=homography,
        patch_centres=centres,
        excluded=excluded,
        mm_per_pixel=1 / per_mm,
    )
    return photo, chart
