"""Maps of melanin and blood over a stretch of skin: mottle, freckles, patches, blemishes and vessels."""

from dataclasses import dataclass, replace

import numpy as np

from pigmeter.synthetic.optics import SkinOptics
from pigmeter.synthetic.subjects import Subject
from pigmeter.synthetic.texture import draw_relief, raster_shape, smooth_noise

KINDS: tuple[str, ...] = ("clear", "freckle", "patch", "blemish", "flush", "vessel")
"""What a pixel of `PigmentMaps.kind` is, by its number."""


@dataclass(frozen=True, slots=True)
class PigmentMaps:
    """
    Melanin and blood of a stretch of skin laid flat, on a raster.

    Attributes
    ----------
    melanin_clear, melanin_spots : array of float32, shape (rows, columns)
        Optical density of melanin at 660 nm, there and back: of clear skin, and what spots add to it. [1]
    blood_clear, blood_spots : array of float32, shape (rows, columns)
        Share of blood in the dermis: of clear skin, and what red spots add to it. [1]
    relief : array of float32, shape (rows, columns)
        Height of the surface. [mm]
    kind : array of uint8, shape (rows, columns)
        Index into `KINDS`.
    mm_per_pixel : float
        [mm]
    optics : SkinOptics
    name : str
    """

    melanin_clear: np.ndarray
    melanin_spots: np.ndarray
    blood_clear: np.ndarray
    blood_spots: np.ndarray
    relief: np.ndarray
    kind: np.ndarray
    mm_per_pixel: float
    optics: SkinOptics
    name: str

    @property
    def melanin(self) -> np.ndarray:
        """Optical density of all melanin, shape (rows, columns). [1]"""
        total: np.ndarray = self.melanin_clear + self.melanin_spots
        return total

    @property
    def blood(self) -> np.ndarray:
        """Share of blood in the dermis, shape (rows, columns). [1]"""
        total: np.ndarray = self.blood_clear + self.blood_spots
        return total

    def places(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column and row of the raster, float32, for places of the skin at rest [mm]."""
        rows, columns = self.kind.shape
        length = np.float32(self.mm_per_pixel)
        return x / length + np.float32((columns - 1) / 2), y / length + np.float32((rows - 1) / 2)

    def treated(self, *, spots: float = 0.0, redness: float = 0.0, melanin: float = 0.0) -> "PigmentMaps":
        """
        Return the same skin later.

        Parameters
        ----------
        spots : float
            Share of the spots' own melanin that is gone; negative for more. [1]
        redness : float
            Share of the red spots' own blood that is gone, and a third of that everywhere. [1]
        melanin : float
            Share of clear skin's melanin that is gone. [1]

        Returns
        -------
        PigmentMaps
        """
        return replace(
            self,
            melanin_clear=self.melanin_clear * np.float32(1 - melanin),
            melanin_spots=self.melanin_spots * np.float32(1 - spots),
            blood_clear=self.blood_clear * np.float32(1 - redness / 3),
            blood_spots=self.blood_spots * np.float32(1 - redness),
        )


def uniform_pigments(
    melanin: float,
    blood: float,
    optics: SkinOptics,
    extent_mm: tuple[float, float],
    mm_per_pixel: float,
    name: str = "uniform",
) -> PigmentMaps:
    """
    Return skin without any variation: every pixel has the same spectrum.

    Parameters
    ----------
    melanin, blood : float
        See `optics.reflectance`. [1]
    optics : SkinOptics
    extent_mm : tuple of float
        Height and width. [mm]
    mm_per_pixel : float
        [mm]
    name : str

    Returns
    -------
    PigmentMaps
    """
    shape = raster_shape(extent_mm, mm_per_pixel)
    nothing = np.zeros(shape, dtype=np.float32)
    return PigmentMaps(
        melanin_clear=np.full(shape, melanin, dtype=np.float32),
        melanin_spots=nothing,
        blood_clear=np.full(shape, blood, dtype=np.float32),
        blood_spots=nothing.copy(),
        relief=nothing.copy(),
        kind=np.zeros(shape, dtype=np.uint8),
        mm_per_pixel=mm_per_pixel,
        optics=optics,
        name=name,
    )


def _spot_strength(subject: Subject, base: float, slope: float) -> float:
    """Melanin that a spot adds: more on darker skin, but less than in proportion, or it would turn slate."""
    return float((base + slope * subject.melanin) / (1 + subject.melanin) ** 0.5)


class _Canvas:
    """The rasters while spots are drawn on them."""

    def __init__(self, extent_mm: tuple[float, float], mm_per_pixel: float) -> None:
        self.extent_mm, self.mm_per_pixel = extent_mm, mm_per_pixel
        shape = raster_shape(extent_mm, mm_per_pixel)
        self.melanin = np.zeros(shape, dtype=np.float32)
        self.blood = np.zeros(shape, dtype=np.float32)
        self.relief = np.zeros(shape, dtype=np.float32)
        self.kind = np.zeros(shape, dtype=np.uint8)

    def window(self, centre: np.ndarray, reach: float) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
        """Slices around a centre (down, across), and each pixel's offset from it. [mm]"""
        low = np.maximum(np.floor((centre - reach) / self.mm_per_pixel).astype(int), 0)
        high = np.minimum(np.ceil((centre + reach) / self.mm_per_pixel).astype(int), self.kind.shape)
        part = (slice(low[0], max(high[0], low[0])), slice(low[1], max(high[1], low[1])))
        down = (np.arange(part[0].start, part[0].stop) + 0.5) * self.mm_per_pixel - centre[0]
        across = (np.arange(part[1].start, part[1].stop) + 0.5) * self.mm_per_pixel - centre[1]
        return part, down[:, None], across[None, :]

    def mark(self, part: tuple[slice, slice], cover: np.ndarray, kind: str) -> None:
        """Label what is covered by half or more."""
        self.kind[part][cover > 0.5] = KINDS.index(kind)


def _blob(down: np.ndarray, across: np.ndarray, radius: float, soft: float, lobes: np.ndarray) -> np.ndarray:
    """Irregular soft disc: 1 inside, 0 outside; `lobes` (2, 4) are the waves of its outline."""
    angle = np.arctan2(down, across)
    outline = 1 + sum(
        0.16 / order**0.5 * lobes[0, i] * np.cos(order * angle + 2 * np.pi * lobes[1, i])
        for i, order in enumerate((2, 3, 4, 5))
    )
    r = np.hypot(down, across) / (radius * np.maximum(outline, 0.4))
    cover: np.ndarray = 1 / (1 + np.exp(np.clip((r - 1) / soft, -30, 30)))
    return cover.astype(np.float32)


def _draw_freckles(canvas: _Canvas, subject: Subject, rng: np.random.Generator) -> None:
    height, width = canvas.extent_mm
    number = rng.poisson(subject.freckles * height * width / 100)
    for _ in range(number):
        centre = rng.uniform(0, 1, 2) * canvas.extent_mm
        radius = float(np.clip(0.75 * np.exp(0.38 * rng.standard_normal()), 0.3, 2.4))
        strength = _spot_strength(subject, 0.05, 0.12) * np.exp(0.4 * rng.standard_normal())
        lobes = rng.uniform(0, 1, (2, 4))
        part, down, across = canvas.window(centre, 2.6 * radius)
        cover = _blob(down, across, radius, 0.20, lobes)
        canvas.melanin[part] = np.maximum(canvas.melanin[part], np.float32(strength) * cover)
        canvas.mark(part, cover, "freckle")


def _draw_patches(canvas: _Canvas, subject: Subject, rng: np.random.Generator) -> None:
    for _ in range(subject.patches):
        centre = rng.uniform(0.25, 0.75, 2) * canvas.extent_mm
        radius = rng.uniform(11.0, 16.0)
        strength = _spot_strength(subject, 0.045, 0.10) * rng.uniform(0.85, 1.2)
        lobes = rng.uniform(0, 1, (2, 4))
        # The lace of a melasma patch: its outline wanders with noise of 2.5 and 7 mm.
        extent = (4.4 * radius, 4.4 * radius)
        lace = 0.8 * smooth_noise(rng, extent, canvas.mm_per_pixel, 7.0)
        lace += 0.45 * smooth_noise(rng, extent, canvas.mm_per_pixel, 2.5)
        lace += 0.22 * smooth_noise(rng, extent, canvas.mm_per_pixel, 0.9)
        part, down, across = canvas.window(centre, 2.1 * radius)
        # The field stays fixed to the patch, however much of it falls on the raster.
        row = np.clip(((down + extent[0] / 2) / canvas.mm_per_pixel).astype(int), 0, lace.shape[0] - 1)
        column = np.clip(((across + extent[1] / 2) / canvas.mm_per_pixel).astype(int), 0, lace.shape[1] - 1)
        local = lace[row, column]
        angle = np.arctan2(down, across)
        outline = 1 + 0.2 * np.cos(2 * angle + 2 * np.pi * lobes[1, 0]) * lobes[0, 0]
        inside = 1 - np.hypot(down, across) / (radius * outline) + 0.28 * local
        cover = (1 / (1 + np.exp(-np.clip(inside / 0.11, -30, 30)))).astype(np.float32)
        grain = np.clip(1 + 0.16 * local, 0.5, 1.5).astype(np.float32)
        canvas.melanin[part] += np.float32(strength) * cover * grain
        canvas.mark(part, cover, "patch")


def _draw_redness(canvas: _Canvas, subject: Subject, rng: np.random.Generator) -> None:
    if subject.blemishes:
        centre = rng.uniform(0.3, 0.7, 2) * canvas.extent_mm
        radius = rng.uniform(14.0, 20.0)
        lobes = rng.uniform(0, 1, (2, 4))
        part, down, across = canvas.window(centre, 2.4 * radius)
        cover = _blob(down, across, radius, 0.22, lobes)
        canvas.blood[part] += np.float32(0.45 * subject.blood) * cover
        canvas.mark(part, cover, "flush")
    for _ in range(subject.blemishes):
        centre = rng.uniform(0.06, 0.94, 2) * canvas.extent_mm
        radius = rng.uniform(1.0, 2.2)
        strength = subject.blood * rng.uniform(1.3, 2.6)
        lobes = rng.uniform(0, 1, (2, 4))
        part, down, across = canvas.window(centre, 6.0 * radius)
        core = _blob(down, across, radius, 0.22, lobes)
        halo = np.exp(-((np.hypot(down, across) / (2.0 * radius)) ** 2)).astype(np.float32)
        canvas.blood[part] += np.float32(strength) * (0.65 * core + 0.35 * halo)
        canvas.relief[part] += np.float32(0.10) * halo**2
        canvas.mark(part, np.maximum(core, halo), "blemish")


def _draw_vessels(canvas: _Canvas, subject: Subject, rng: np.random.Generator) -> None:
    import cv2

    for _ in range(subject.vessels):
        steps = 40
        turn = np.cumsum(0.30 * rng.standard_normal(steps)) + rng.uniform(0, 2 * np.pi)
        path = np.stack([np.cumsum(np.cos(turn)), np.cumsum(np.sin(turn))], axis=1)
        path = path * rng.uniform(0.12, 0.28) + rng.uniform(0.15, 0.85, 2) * canvas.extent_mm[::-1]
        width = rng.uniform(0.06, 0.13)
        strength = subject.blood * rng.uniform(1.4, 2.6)
        mask = np.zeros(canvas.kind.shape, dtype=np.uint8)
        pixels = np.round((path / canvas.mm_per_pixel - 0.5) * 16).astype(np.int32)
        thickness = max(round(width / canvas.mm_per_pixel), 1)
        cv2.polylines(mask, [pixels.reshape(-1, 1, 2)], False, 255, thickness, cv2.LINE_AA, 4)
        thin = np.float32(min(width / (thickness * canvas.mm_per_pixel), 1.0) / 255)
        cover = cv2.GaussianBlur(mask.astype(np.float32) * thin, (0, 0), max(0.05 / canvas.mm_per_pixel, 0.3))
        canvas.blood += np.float32(strength) * cover
        canvas.kind[cover > 0.3] = KINDS.index("vessel")


def draw_pigments(
    subject: Subject, extent_mm: tuple[float, float], mm_per_pixel: float, site: str = "cheek"
) -> PigmentMaps:
    """
    Draw a subject's skin, laid flat.

    Parameters
    ----------
    subject : Subject
        Its seed decides everything that is drawn.
    extent_mm : tuple of float
        Height and width. Another extent is another stretch of skin. [mm]
    mm_per_pixel : float
        Of the raster. Another resolution shows the same skin. [mm]
    site : str
        ``"cheek"`` or ``"forearm"``: decides the relief.

    Returns
    -------
    PigmentMaps
    """
    canvas = _Canvas(extent_mm, mm_per_pixel)
    rngs = [np.random.default_rng([subject.seed, part]) for part in range(6)]

    def mottle(rng: np.random.Generator, parts: tuple[tuple[float, float], ...], spread: float) -> np.ndarray:
        field = sum(w * smooth_noise(rng, extent_mm, mm_per_pixel, scale) for scale, w in parts)
        return np.exp(np.float32(spread) * np.clip(field, -3, 3)).astype(np.float32)

    melanin_parts = ((30.0, 0.6), (7.0, 0.55), (1.8, 0.45), (0.6, 0.35))
    blood_parts = ((40.0, 0.5), (6.0, 0.6), (1.6, 0.5), (0.6, 0.3))
    melanin = np.float32(subject.melanin) * mottle(rngs[0], melanin_parts, subject.mottle)
    blood = np.float32(subject.blood) * mottle(rngs[1], blood_parts, 2 * subject.mottle)
    _draw_redness(canvas, subject, rngs[2])
    _draw_patches(canvas, subject, rngs[3])
    _draw_freckles(canvas, subject, rngs[4])
    _draw_vessels(canvas, subject, rngs[5])
    return PigmentMaps(
        melanin_clear=melanin,
        melanin_spots=canvas.melanin,
        blood_clear=blood,
        blood_spots=canvas.blood,
        relief=draw_relief(subject.seed, extent_mm, mm_per_pixel, site) + canvas.relief,
        kind=canvas.kind,
        mm_per_pixel=mm_per_pixel,
        optics=subject.optics,
        name=subject.name,
    )
