"""
What analytic cameras record of a chart and of skin, without a picture: optics that owe the fit nothing.

Skins come of `pigmeter.synthetic`'s two layers, cameras of its sums of Gaussians, lamps of published models.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from pigmeter.colour.layouts import layout
from pigmeter.colour.quantities import spectral_quantities
from pigmeter.photo.photo import Capture, Photo
from pigmeter.photo.spaces import named_space
from pigmeter.synthetic.camera import colour_matrix, make_camera, tone_curve
from pigmeter.synthetic.camera import response as camera_response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.painted_chart import paint, reference_paints
from pigmeter.synthetic.subjects import TONES, subject

KIND = "colorchecker-classic"
PAINTS = reference_paints(KIND)


def skins(seeds=(0, 1)):
    """Reflectance of invented people of every tone, shape (tones * seeds, 61)."""
    people = [subject(tone, seed) for tone in TONES for seed in seeds]
    return np.array([reflectance(p.melanin, p.blood, p.optics) for p in people])


def truth(spectra):
    """Every quantity of spectra, and their Lab as one array."""
    known = spectral_quantities(spectra)
    return known, lab(known)


def lab(values):
    return np.stack([values[key] for key in ("L", "a", "b")], axis=-1)


@dataclass(frozen=True)
class Session:
    """One camera under one lamp, and one copy of a chart."""

    effective: np.ndarray
    matrix: np.ndarray
    chart: np.ndarray

    def linear(self, spectra, exposure=0.8):
        """Linear sensor values."""
        return exposure * (spectra @ self.effective)

    def encoded(self, spectra, exposure=0.85, contrast=0.3, bits=8):
        """Values of its JPEG: in-camera matrix, S-shaped curve, steps of 8 bits."""
        values = tone_curve(exposure * (spectra @ self.effective @ self.matrix), contrast)
        return values if bits is None else np.round(values * (2**bits - 1)) / (2**bits - 1)

    def record(self, spectra, rendered, **how):
        return self.encoded(spectra, **how) if rendered else self.linear(spectra, **how)


def session(camera="slr", lamp="led-neutral", seed=1, chart_seed=3, spread=1.0):
    """Take a session; with `spread` 0 the chart is its reference."""
    effective = camera_response(make_camera(camera, seed), lamp_power(lamp))
    matrix = colour_matrix(PAINTS @ effective, PAINTS, 0.08)
    return Session(effective, matrix, paint(KIND, chart_seed, spread))


def photo(space="sRGB", levels=256, straight=False, name="chart.jpg"):
    """Return a Photo whose values mean those of a colour space, or are a straight line of light."""
    meant = named_space(space, levels)
    decode = np.tile(np.linspace(0, 1, levels, dtype=np.float32), (3, 1)) if straight else meant.decode
    pixels = np.zeros((2, 2, 3), dtype=np.uint8 if levels == 256 else np.uint16)
    return Photo(name, "ab" * 32, "JPEG", pixels, decode, meant.primaries, space, Capture())


def chart(patches, excluded=(), clipped=None):
    """Return what a fit asks of a chart."""
    free = np.zeros((24, 3)) if clipped is None else clipped
    homography = np.diag([0.01, 0.01, 1.0])  # too small to tell its noise
    return SimpleNamespace(
        kind=KIND,
        layout=layout(KIND),
        homography=homography,
        patches=patches,
        clipped=free,
        excluded=excluded,
    )
