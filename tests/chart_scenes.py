"""Photos of colour charts drawn from known geometry and light, for the tests of the chart finder."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from pigmeter.colour.layouts import layout
from pigmeter.photo.photo import Capture, Photo
from pigmeter.reference import read_table

# D50 XYZ to linear sRGB
SRGB = np.array([[3.1339, -1.6169, -0.4906], [-0.9788, 1.9161, 0.0335], [0.0719, -0.2290, 1.4052]])
D50 = np.array([0.9642, 1.0, 0.8249])


def decode_srgb(levels=256):
    """Return the linear value of every sRGB code, shape (levels,)."""
    v = np.arange(levels) / (levels - 1)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encode_srgb(linear):
    """Return sRGB values 0 to 1 of linear ones."""
    v = np.clip(linear, 0, 1)
    return np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1 / 2.4) - 0.055)


def linear_from_lab(lab):
    """Return linear sRGB (before clipping) of D50 Lab, shape (n, 3)."""
    fy = (lab[:, 0] + 16) / 116
    f = np.stack([fy + lab[:, 1] / 500, fy, fy - lab[:, 2] / 200], axis=1)
    xyz = D50 * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return xyz @ SRGB.T


def paints(kind="colorchecker-classic"):
    """Return the linear sRGB of every patch of a chart, shape (n, 3), from the maker's published Lab."""
    table = read_table(f"charts/published-lab-{'sg' if kind.endswith('sg') else '24'}-after-2014-11.csv")
    lab = {name: table.column(name) for name in table.names}
    return np.clip(linear_from_lab(np.array([lab[name] for name in layout(kind).names])), 0.004, None)


def as_photo(pixels, name="drawn.png"):
    """Return a Photo of encoded sRGB pixels."""
    decode = np.repeat(decode_srgb(2 ** (8 * pixels.dtype.itemsize))[None], 3, axis=0).astype(np.float32)
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return Photo(name, "0" * 64, "PNG", pixels, decode, np.eye(3), "sRGB", Capture())


def texture(kind, shape, rng):
    """Return a linear background, shape (rows, columns, 3)."""
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    coarse = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 20)
    coarse /= coarse.std()
    fine = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 1.5)
    fine /= fine.std()
    if kind == "skin":
        base, wave = np.array([0.45, 0.27, 0.19]), 0.05 * coarse + 0.02 * fine
    elif kind == "dark skin":
        base, wave = np.array([0.09, 0.055, 0.04]), 0.08 * coarse + 0.03 * fine
    elif kind == "wood":
        base, wave = np.array([0.42, 0.27, 0.15]), 0.25 * np.sin(x / 9 + 2 * coarse) + 0.05 * fine
    elif kind == "carpet":
        base, wave = np.array([0.22, 0.17, 0.12]), 0.35 * fine + 0.1 * coarse
    elif kind == "white":
        base, wave = np.array([0.8, 0.8, 0.8]), 0.02 * coarse
    elif kind == "black":
        base, wave = np.array([0.01, 0.01, 0.011]), 0.1 * fine
    elif kind == "checkerboard":
        base, wave = np.array([0.5, 0.5, 0.5]), 0.9 * np.sign(np.sin(x / 12) * np.sin(y / 12))
    elif kind == "keyboard":
        keys = ((x % 60 > 8) & (y % 60 > 8)).astype(np.float32)
        base, wave = np.array([0.4, 0.4, 0.42]), 0.9 * (keys - 1) + 0.03 * fine
    elif kind == "windows":
        panes = ((x % 90 > 12) & (y % 120 > 12)).astype(np.float32)
        base, wave = np.array([0.4, 0.5, 0.65]), 0.95 * (panes - 1) + 0.15 * coarse * panes
    elif kind == "tiles":
        colours = rng.uniform(0.02, 0.8, (rows // 50 + 1, columns // 50 + 1, 3))
        tiles = colours[(y // 50).astype(int), (x // 50).astype(int)]
        return tiles * ((x % 50 > 6) & (y % 50 > 6))[..., None] + 0.01
    else:
        raise ValueError(kind)
    return np.clip(base * (1 + wave[..., None]), 0.002, 2)


@dataclass
class Scene:
    """What one photo shows; see `draw`."""

    kind: str = "colorchecker-classic"
    shape: tuple = (768, 1024)
    patch: float = 50.0  # width of a patch in the photo [px]
    centre: tuple = (0.5, 0.5)  # of the chart, as a part of the photo
    angle: float = 0.0  # [degrees]
    keystone: float = 0.0  # the far side is shorter by this part
    tilt: float = 0.0  # direction of the keystone [degrees]
    background: str = "skin"
    mirrored: bool = False
    cast: tuple = (1.0, 1.0, 1.0)
    exposure: float = 1.0
    gradient: float = 0.0  # light at one side over the other, minus 1
    glare: float = 0.0  # veiling light
    gamma: float = 1.0  # of the tone curve before sRGB
    blur: float = 0.7  # [px]
    noise: float = 0.003  # of white
    jpeg: int | None = 92
    bits: int = 8
    distortion: float = 0.0
    covered: tuple = ()  # patches hidden by something skin-like
    shuffle: object = None  # a permutation of the paints, or an array of other paints
    spots: tuple = field(default=())  # patches with a highlight
    seed: int = 0


def board(scene, scale):
    """Return the chart as drawn on a table, linear, with `scale` pixels a mm."""
    chart = layout(scene.kind)
    width, height = chart.outline_mm[2]
    image = np.full((round(height * scale), round(width * scale), 3), 0.032, np.float32)
    colours = paints(scene.kind)
    if scene.shuffle is not None:
        other = np.asarray(scene.shuffle)
        colours = colours[other] if other.ndim == 1 else other
    for index, quad in enumerate(chart.quads_mm()):
        low, high = np.round(quad[0] * scale).astype(int), np.round(quad[2] * scale).astype(int)
        image[low[1] : high[1], low[0] : high[0]] = colours[index]
        if index in scene.spots:
            middle, reach = (low + high) // 2, int((high - low)[0] * 0.3)
            cv2.circle(image, (int(middle[0]), int(middle[1])), reach, (1.5, 1.5, 1.5), -1)
        if index in scene.covered:
            grow = (0.12 * (high - low)).astype(int)
            low, high = np.maximum(low - grow, 0), high + grow
            image[low[1] : high[1], low[0] : high[0]] = (0.42, 0.26, 0.19)
    return image


def draw(scene):
    """
    Draw a scene.

    Returns
    -------
    Photo
    array, shape (n, 2)
        True patch centres, x and y. [px]
    """
    rng = np.random.default_rng(scene.seed)
    chart = layout(scene.kind)
    rows, columns = scene.shape
    per_mm = scene.patch / chart.patch_size_mm[0]
    scale = max(min(2 * per_mm, 3000 / chart.outline_mm[2, 0]), 1.0)
    image = board(scene, scale)
    middle = chart.outline_mm.mean(axis=0)
    turn = np.deg2rad(scene.angle)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * per_mm
    if scene.mirrored:
        rotate = rotate @ np.diag([-1.0, 1.0])
    shift = np.array([columns, rows]) * np.array(scene.centre)
    plane = np.eye(3)
    plane[:2, :2], plane[:2, 2] = rotate, shift - rotate @ middle
    # keystone: the line through the chart's centre keeps its scale, its far end shrinks by the given part
    half = np.linalg.norm(chart.outline_mm[2] - middle) * per_mm
    lean = np.deg2rad(scene.tilt)
    slope = scene.keystone / (2 - scene.keystone) / half
    away = np.array([np.cos(lean), np.sin(lean)]) * slope
    keystone = np.eye(3)
    keystone[2] = [away[0], away[1], 1 - away @ shift]
    keystone = (
        np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])
        @ np.array([[1, 0, 0], [0, 1, 0], [away[0], away[1], 1]])
        @ np.array([[1, 0, -shift[0]], [0, 1, -shift[1]], [0, 0, 1.0]])
    )
    to_photo = keystone @ plane

    pixel = np.diag([1 / scale, 1 / scale, 1.0])
    pixel[:2, 2] = (0.5 / scale) - 0.0
    to_pixel = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]]) @ to_photo @ pixel
    size = (columns, rows)
    reduced = max(1.0, 0.5 * scale / per_mm)
    image = cv2.GaussianBlur(image, (0, 0), 0.5 * reduced)
    drawn = cv2.warpPerspective(image, to_pixel, size, flags=cv2.INTER_LINEAR)
    alpha = cv2.warpPerspective(np.ones(image.shape[:2], np.float32), to_pixel, size, flags=cv2.INTER_LINEAR)
    linear = texture(scene.background, scene.shape, rng).astype(np.float32)
    linear = linear * (1 - alpha[..., None]) + drawn * alpha[..., None]
    places = cv2.perspectiveTransform(chart.patch_centres_mm[None], to_photo)[0] - 0.5

    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    linear *= (1 + scene.gradient * (x / columns - 0.5))[..., None]
    linear = (linear + scene.glare) * scene.exposure * np.array(scene.cast, np.float32)
    if scene.distortion:
        centre, norm = np.array([columns, rows]) / 2, np.hypot(rows, columns) / 2
        dx, dy = (x - centre[0]) / norm, (y - centre[1]) / norm
        grow = 1 + scene.distortion * (dx**2 + dy**2)
        source = [(m * grow * norm + c).astype(np.float32) for m, c in zip((dx, dy), centre, strict=True)]
        linear = cv2.remap(linear.astype(np.float32), *source, cv2.INTER_LINEAR)
        away = (places - centre) / norm
        for _ in range(20):
            radius = (((places - centre) / norm) ** 2).sum(axis=1, keepdims=True)
            places = centre + norm * away / (1 + scene.distortion * radius)
    linear = cv2.GaussianBlur(linear.astype(np.float32), (0, 0), scene.blur)
    linear = linear + scene.noise * np.sqrt(np.clip(linear, 0.01, None)) * rng.standard_normal(linear.shape)
    encoded = encode_srgb(np.clip(linear, 0, 1) ** scene.gamma)
    full = 2**scene.bits - 1
    pixels = np.round(encoded * full).astype(np.uint8 if scene.bits == 8 else np.uint16)
    if scene.jpeg and scene.bits == 8:
        code = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, scene.jpeg])[1]
        pixels = cv2.imdecode(code, cv2.IMREAD_COLOR)[..., ::-1]
    return as_photo(pixels), places
