"""The photo that the speed benchmarks work on, as large as wanted, and the profile of its camera."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile
    from pigmeter.photo.photo import Photo

SRGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
CAMERA_PEAKS, CAMERA_WIDTH = (605.0, 540.0, 460.0), 32.0
MM = 0.05  # of a photo pixel: a face 300 mm wide fills 6000 columns
CHART = "colorchecker-nano"  # what fits beside a face
PLAIN_FILE, CHART_FILE, PIXEL_FILE = "plain.jpg", "chart.jpg", "plain.npy"


def camera() -> np.ndarray:
    """Return three Gaussian sensitivities under an even light, scaled to white = 1, shape (3, 61)."""
    from pigmeter.colour.spectra import WAVELENGTHS

    bands = np.exp(-0.5 * ((WAVELENGTHS - np.array(CAMERA_PEAKS)[:, None]) / CAMERA_WIDTH) ** 2)
    return np.asarray(bands / bands.sum(axis=1, keepdims=True))


def encode(linear: np.ndarray) -> np.ndarray:
    """Encode linear values 0 to 1 by the sRGB curve, 0 to 1."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def decode_table() -> np.ndarray:
    """Linear value of each 8-bit code by the sRGB curve, shape (256,)."""
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def session_profile() -> "Profile":
    """Fit a profile to the 24 patches that the camera would see."""
    from pigmeter.colour.session import fit_profile_from_patches
    from pigmeter.synthetic.painted_chart import reference_paints

    patches = reference_paints("colorchecker-classic") @ camera().T
    return fit_profile_from_patches(encode(patches), rendered=True)


def draw_photo(rows: int, columns: int) -> np.ndarray:
    """Draw an oval of skin with freckles, shading and noise on a blue-grey cloth, uint8."""
    from pigmeter.colour.skin import people

    rng = np.random.default_rng(24)
    everyone = people()
    fifths = np.array_split(np.argsort(everyone.targets[:, 0]), 5)
    skin, spot = (everyone.reflectance[fifth].mean(axis=0) @ camera().T for fifth in fifths[1:3])
    pixels = np.empty((rows, columns, 3), dtype=np.uint8)
    grain = rng.normal(0, 0.05, (512, columns, 3)).astype(np.float32)
    freckles = rng.random((rows // 40 + 1, columns // 40 + 1)) < 0.02
    column = np.arange(columns) / columns
    for top in range(0, rows, 512):
        row = np.arange(top, min(top + 512, rows))[:, None] / rows
        inside = ((column - 0.5) / 0.36) ** 2 + ((row - 0.5) / 0.46) ** 2 < 1
        dark = freckles[(row * rows).astype(int) // 40, (column * columns).astype(int)[None] // 40]
        colour = np.where(dark[..., None], spot, skin)
        light = 0.6 + 0.4 * np.cos(column - row)
        linear = np.where(inside[..., None], colour, (0.16, 0.2, 0.26)) * light[..., None]
        pixels[top : top + 512] = np.rint(255 * encode(linear * (1 + grain[: len(row)])))
    return pixels


def add_chart(pixels: np.ndarray) -> None:
    """Lay a chart into the lower left corner, in place."""
    from pigmeter.colour.layouts import layout
    from pigmeter.synthetic.painted_chart import reference_paints

    rows, columns = pixels.shape[:2]
    chart = layout(CHART)
    width, height = np.ptp(chart.outline_mm, axis=0)
    # a hundredth of the photo from its corner; larger than life in a tiny photo, or no patch could be read
    per_mm = max(1 / MM * columns / 6000, 6.0)
    left, top = columns // 60, rows - columns // 60 - int(height * per_mm)
    pixels[top : top + int(height * per_mm), left : left + int(width * per_mm)] = 18
    rng = np.random.default_rng(25)
    colours = 255 * encode(reference_paints(CHART) @ camera().T)
    half = 0.5 * np.array(chart.patch_size_mm)
    for centre, colour in zip(chart.patch_centres_mm, colours, strict=True):
        first, last = ((centre + half * side) * per_mm for side in (-1, 1))
        part = pixels[top + int(first[1]) : top + int(last[1]), left + int(first[0]) : left + int(last[0])]
        part[:] = np.clip(np.rint(colour + rng.normal(0, 2, part.shape)), 0, 255)


def store_photos(folder: Path, rows: int, columns: int) -> int:
    """Leave the photo in a folder: pixels, JPEG, JPEG with a chart; return the JPEG's size. [byte]"""
    import simplejpeg

    pixels = draw_photo(rows, columns)
    np.save(folder / PIXEL_FILE, pixels)
    for name in (PLAIN_FILE, CHART_FILE):
        if name == CHART_FILE:
            add_chart(pixels)
        (folder / name).write_bytes(simplejpeg.encode_jpeg(pixels, quality=92, colorsubsampling="420"))
    return (folder / PLAIN_FILE).stat().st_size


def as_photo(pixels: np.ndarray) -> "Photo":
    """Wrap pixels as a Photo that an sRGB file would give."""
    from pigmeter.photo.photo import Capture, Photo

    curve = decode_table().astype(np.float32)
    pixels.flags.writeable = False
    return Photo("bench.jpg", "0" * 64, "JPEG", pixels, np.tile(curve, (3, 1)), SRGB, "sRGB", Capture())
