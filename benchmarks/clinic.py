"""
What a clinic photographs: people, a chart and a room, in front of a measured camera under a measured lamp.

Drawn here, not by the library: what is judged must not know how it is judged.
"""

from dataclasses import dataclass, replace

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.quantities import spectral_quantities
from pigmeter.colour.spectra import WAVELENGTHS, xyz
from pigmeter.reference import read_rows, read_table
from pigmeter.synthetic.optics import SkinOptics, reflectance

EDITIONS = ("before-2014-11", "after-2014-11")


@dataclass(frozen=True)
class Setting:
    """A kind of file and of room: `clinic` 0 is an ideal one, 1 as good real ones are, 2 as poor ones."""

    rendered: bool
    clinic: float

    @property
    def name(self) -> str:
        """As the tables call it."""
        room = f"clinic {self.clinic:g}" if self.clinic else "plain"
        return f"{'rendered' if self.rendered else 'linear'}, {room}"


SETTINGS = tuple(Setting(rendered, clinic) for rendered in (False, True) for clinic in (0.0, 1.0, 2.0))


# People


@dataclass(frozen=True)
class Group:
    """
    People to judge on, and the same people after a change.

    Attributes
    ----------
    name : str
    skins : array, shape (people, 61)
    changed : dict of str to array, shape (people, 61)
        By the name of the change.
    others : array, shape (n, 61)
        People like them who are not judged on: the bound learns from them. None where spectra are given.
    """

    name: str
    skins: np.ndarray
    changed: dict[str, np.ndarray]
    others: np.ndarray

    def truth(self) -> dict[str, np.ndarray]:
        """What their spectra say, shape (people,) by quantity."""
        return spectral_quantities(self.skins)

    def true_change(self, name: str) -> dict[str, np.ndarray]:
        """What the spectra say of one change."""
        before, after = self.truth(), spectral_quantities(self.changed[name])
        return {key: after[key] - before[key] for key in before}


def melanin_shape() -> np.ndarray:
    """Absorbance of melanin, 1 at 660 nm, shape (61,) (Jacques 1998)."""
    shape: np.ndarray = (WAVELENGTHS / 660) ** -3.33
    return shape


def blood_shape() -> np.ndarray:
    """Absorbance of blood, 75 % oxygenated, 1 at 560 nm and at most 2, shape (61,) (Prahl 1999)."""
    table = read_table("spectra/haemoglobin.csv").values
    oxygenated, reduced = (np.interp(WAVELENGTHS, table[:, 0], table[:, i]) for i in (1, 2))
    mixed = 0.75 * oxygenated + 0.25 * reduced
    return np.asarray(np.minimum(mixed / np.interp(560.0, WAVELENGTHS, mixed), 2.0))


# So many people teach the bound.
OTHERS = 2000


def with_changes(name: str, skins: np.ndarray, others: np.ndarray | None = None) -> Group:
    """People whose changes are multiples of the absorbance of melanin and of blood."""
    rest = np.empty((0, len(WAVELENGTHS))) if others is None else others
    less, more = 10 ** (0.02 * melanin_shape()), 10 ** (-0.05 * blood_shape())
    return Group(name, skins, {"melanin -2": skins * less, "blood +5": skins * more}, rest)


def mixture_people(count: int, seed: int) -> Group:
    """People drawn from the shipped mixture of measured skins, unwidened, with a seed of their own."""
    shape = read_table("skin/absorbance.csv").values
    mean, components = shape[:, 1], shape[:, 2:]
    rows = read_table("skin/mixture.csv").values
    parts = rows.reshape(-1, components.shape[1], rows.shape[1])
    weights = parts[:, 0, 2] / parts[:, 0, 2].sum()
    rng = np.random.default_rng([seed, 2017])
    skins: list[np.ndarray] = []
    while len(skins) < count + OTHERS:
        part = parts[rng.choice(len(parts), p=weights)]
        skin = 10 ** -(mean + components @ rng.multivariate_normal(part[:, 3], part[:, 4:]))
        if skin.min() > 0.005 and skin.max() < 0.9:
            skins.append(skin)
    return with_changes(
        "people like those of the population", np.array(skins[:count]), np.array(skins[count:])
    )


def layered_people(count: int, seed: int) -> Group:
    """
    People of two-layer optics, of every tone, whose melanin and blood change within those layers.

    The population of the library knows nothing of these optics; melanin falls by a tenth, blood rises by a
    fifth.
    """
    rows = [row for row in read_rows("synthetic/tones.csv") if row["tone"] != "word"]
    keys = ("melanin", "blood", "oxygenation", "epidermis", "scattering", "surface")
    tones = np.array([[float(row[key]) for key in keys] for row in rows])
    rng = np.random.default_rng([seed, 1948])
    before, less, more = [], [], []
    for _ in range(count + OTHERS):
        place = rng.uniform(0, len(tones) - 1)
        low = min(int(place), len(tones) - 2)
        mean = tones[low] ** (1 - place + low) * tones[low + 1] ** (place - low)
        melanin, blood, oxygen, epidermis, scattering = mean[:5] * np.exp(rng.normal(0, 0.15, 5))
        optics = SkinOptics(float(min(oxygen, 0.97)), float(epidermis), float(scattering), float(mean[5]))
        before.append(reflectance(melanin, blood, optics))
        less.append(reflectance(0.9 * melanin, blood, optics))
        more.append(reflectance(melanin, 1.2 * blood, optics))
    changed = {"melanin -10 %": np.array(less[:count]), "blood +20 %": np.array(more[:count])}
    return Group("people of two-layer optics", np.array(before[:count]), changed, np.array(before[count:]))


# Camera, chart, room


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Encoding of sRGB, 0 to 1 (IEC 61966-2-1)."""
    return np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    )


@dataclass(frozen=True)
class Shot:
    """One photo: its chart, and what it makes of skin beside the chart."""

    sitting: "Sitting"
    patches: np.ndarray
    veil: float
    exposure: float

    def record(self, skins: np.ndarray, rng: np.random.Generator, noise: float = 0.002) -> np.ndarray:
        """File values of skins, shape (people, 3); `noise` is relative."""
        light = skins @ self.sitting.effective.T + self.veil
        light = light * (1 + rng.normal(0, noise, light.shape))
        return self.sitting.file_values(self.exposure * np.maximum(light, 1e-4))


@dataclass(frozen=True)
class Sitting:
    """
    One camera under one lamp in front of one physical chart.

    Attributes
    ----------
    camera : array, shape (3, 61)
    lamp : array, shape (61,)
    paints : array, shape (24, 61)
        Of this copy of the chart.
    edition : str
        When the chart was made.
    setting : Setting
    look : array, shape (3, 3)
        In-camera matrix of a rendered file.
    contrast, gamma : float
        Of its tone curve: share of an S in it, and the power that lightens the middle.
    """

    camera: np.ndarray
    lamp: np.ndarray
    paints: np.ndarray
    edition: str
    setting: Setting
    look: np.ndarray
    contrast: float
    gamma: float

    @property
    def effective(self) -> np.ndarray:
        """Camera times lamp, a perfect white answers 1, shape (3, 61)."""
        product = self.camera * self.lamp
        return np.asarray(product / product.sum(axis=1, keepdims=True))

    def file_values(self, linear: np.ndarray) -> np.ndarray:
        """What stands in the file: linear sensor values, or the JPEG's 0 to 1 in steps of 8 bits."""
        if not self.setting.rendered:
            return linear
        bright = linear_to_srgb(np.clip(linear @ self.look, 0, 1)) ** self.gamma
        steep = bright**2 * (3 - 2 * bright)
        return np.asarray(np.round(255 * (bright + self.contrast * (steep - bright))) / 255)

    def shoot(self, rng: np.random.Generator, reading: float = 0.01) -> Shot:
        """Take a photo of the chart, which lies somewhere in the room; `reading` is the noise of a patch."""
        scale = self.setting.clinic
        column, row = np.meshgrid((np.arange(6) - 2.5) / 2.5, (np.arange(4) - 1.5) / 1.5)
        tilt = rng.normal(0, [0.04 * scale, 0.03 * scale, 0.012 * scale])
        light = 1 + tilt[0] * column + tilt[1] * row + tilt[2] * (column**2 + row**2 - 1)
        veil = float(rng.uniform(0, 0.012 * scale)) if scale else 0.0
        exposure = float(rng.uniform(0.8, 1.0))
        patches = (self.paints @ self.effective.T + veil) * light.reshape(24, 1)
        patches = patches * (1 + rng.normal(0, reading, patches.shape)) + rng.normal(0, 2e-4, patches.shape)
        return Shot(self, self.file_values(exposure * np.maximum(patches, 1e-5)), veil, exposure)


def reference_paints(edition: str = EDITIONS[0]) -> np.ndarray:
    """Reflectance of the 24 paints of an edition, shape (24, 61)."""
    return np.asarray(read_table(f"charts/colorchecker-24-{edition}.csv").values[:, 1:].T)


def worn(paints: np.ndarray, scale: float, rng: np.random.Generator) -> np.ndarray:
    """
    Paints of a copy of the chart that was printed and used.

    Each is lighter or darker as a whole (1 %) and has three broad bands where it departs (2 % each), times
    `scale`.
    """
    count = len(paints)
    centre, width = rng.uniform(400, 700, (count, 3, 1)), rng.uniform(25, 80, (count, 3, 1))
    bands = np.exp(-0.5 * ((WAVELENGTHS - centre) / width) ** 2)
    height = rng.normal(0, 0.02 * scale, (count, 3, 1))
    level = rng.normal(0, 0.01 * scale, (count, 1))
    return np.asarray(np.clip(paints * (1 + level + (height * bands).sum(axis=1)), 0.005, 1.0))


def sit(camera: np.ndarray, lamp: np.ndarray, setting: Setting, rng: np.random.Generator) -> Sitting:
    """Set a camera and a lamp up in a room of the setting, with a chart of either edition."""
    edition = EDITIONS[rng.integers(2)]
    paints = worn(reference_paints(edition), setting.clinic, rng)
    linear = Sitting(camera, lamp, paints, edition, replace(setting, rendered=False), np.eye(3), 0.0, 1.0)
    known = reference_paints()
    wanted = xyz(known)
    weight = 1 / np.sqrt(wanted[:, 1:2])
    target = wanted @ SRGB_FROM_XYZ.T
    look = np.linalg.lstsq(known @ linear.effective.T * weight, target * weight, rcond=None)[0]
    more = rng.uniform(0, 0.15)
    look = look @ (np.eye(3) + more * (np.eye(3) - 1 / 3))
    return replace(
        linear, setting=setting, look=look, contrast=rng.uniform(0, 0.5), gamma=rng.uniform(0.85, 1.1)
    )
