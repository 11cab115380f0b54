"""Spots of known place, size and contrast on synthetic skin: dark, light or red, soft or sharp."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.errors import UsageError
from pigmeter.synthetic.optics import BLOOD_RANGE, MELANIN_RANGE, reflectance
from pigmeter.synthetic.pigments import KINDS, PigmentMaps

SPOT_KINDS: tuple[str, ...] = ("dark", "light", "red")
"""Kinds of drawn spots: more melanin, less melanin, more blood."""

_SIGN = {"dark": 1.0, "light": -1.0, "red": 1.0}
_WAVES = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class DrawnSpot:
    """
    A spot and all that is known of it.

    Attributes
    ----------
    kind : str
        One of `SPOT_KINDS`.
    x, y : float
        From the middle of the skin, right and down. [mm]
    diameter : float
        Of the disc that is as large as the part where the spot has half of its contrast or more. [mm]
    contrast : float
        Of its middle against clear skin: size of the change of melanin_index (dark, light: a fall) or
        haemoglobin_index (red). [index unit]
    soft : float
        Width of its edge, by that of the logistic function, over its radius: 0.03 is sharp, 0.2 soft. [1]
    irregular : float
        0: round; 1: an outline that wanders by a fifth of the radius. [1]
    seed : int
        Of the outline.
    """

    kind: str
    x: float
    y: float
    diameter: float
    contrast: float
    soft: float = 0.05
    irregular: float = 0.0
    seed: int = 0

    @property
    def key(self) -> str:
        """The quantity whose contrast is known."""
        return "haemoglobin_index" if self.kind == "red" else "melanin_index"

    @property
    def signed_contrast(self) -> float:
        """`contrast` with the sign of its kind. [index unit]"""
        return _SIGN[self.kind] * self.contrast

    @property
    def area(self) -> float:
        """Where the spot has half of its contrast or more. [mm2]"""
        return float(np.pi * self.diameter**2 / 4)

    def mean_contrast(self, drawn_in: float = 0.0) -> float:
        """
        Mean of the signed contrast inside the outline at half height. [index unit]

        Parameters
        ----------
        drawn_in : float
            By how much the outline is moved inwards before. [mm]
        """
        reach = max(1 - 2 * drawn_in / self.diameter, 0.1)
        rho = (np.arange(400) + 0.5) / 400 * reach
        cover = 1 / (1 + np.exp((rho - 1) / self.soft))
        return self.signed_contrast * float((cover * rho).sum() / rho.sum())

    def cover(self, across: np.ndarray, down: np.ndarray) -> np.ndarray:
        """Share of the spot's contrast at offsets from its centre [mm]: 1 inside, 1/2 on the outline. [1]"""
        angle = np.arctan2(down, across)
        r = np.hypot(down, across) / (self.diameter / 2 * self._outline(angle))
        share: np.ndarray = 1 / (1 + np.exp(np.clip((r - 1) / self.soft, -30, 30)))
        return share

    def _outline(self, angle: np.ndarray) -> np.ndarray:
        """Radius of the outline by direction, over that of the disc of the same area. [1]"""
        waves = np.random.default_rng([self.seed, 23]).uniform(0, 1, (2, len(_WAVES)))

        def radius(at: np.ndarray) -> np.ndarray:
            total = np.ones_like(at, dtype=float)
            for order, size, turn in zip(_WAVES, *waves, strict=True):
                total += self.irregular * 0.2 / order**0.5 * size * np.cos(order * at + 2 * np.pi * turn)
            return np.asarray(np.maximum(total, 0.4))

        around = radius(np.linspace(0, 2 * np.pi, 720, endpoint=False))
        scaled: np.ndarray = radius(angle) / np.sqrt(np.mean(around**2))
        return scaled


def draw_spots(maps: PigmentMaps, spots: Iterable[DrawnSpot]) -> PigmentMaps:
    """
    Draw spots on skin.

    Parameters
    ----------
    maps : PigmentMaps
    spots : iterable of DrawnSpot
        Where they overlap the later one wins.

    Returns
    -------
    PigmentMaps
        With their melanin or blood in `melanin_spots` and `blood_spots`. The index of a spot rises from that
        of the mean clear skin at its place in proportion to its cover, by a table of the model's spectra.

    Raises
    ------
    UsageError
        If a kind is not known, or skin cannot be so dark, so pale or so red.
    """
    melanin, blood, kind = maps.melanin_spots.copy(), maps.blood_spots.copy(), maps.kind.copy()
    rows, columns = kind.shape
    for spot in spots:
        if spot.kind not in SPOT_KINDS:
            reason = f"no kind of spot {spot.kind!r} (known: {', '.join(SPOT_KINDS)})"
            raise UsageError("SYNTHETIC_SPOT", reason, "Pick one of these")
        middle = np.array([spot.y, spot.x]) / maps.mm_per_pixel + (np.array(kind.shape) - 1) / 2
        reach = spot.diameter * (0.75 + 3 * spot.soft) / maps.mm_per_pixel + 2
        low = np.clip(np.floor(middle - reach).astype(int), 0, kind.shape)
        high = np.clip(np.ceil(middle + reach).astype(int) + 1, low, (rows, columns))
        part = (slice(low[0], high[0]), slice(low[1], high[1]))
        down = (np.arange(low[0], high[0]) - middle[0])[:, None] * maps.mm_per_pixel
        across = (np.arange(low[1], high[1]) - middle[1])[None, :] * maps.mm_per_pixel
        cover = spot.cover(across, down)
        if not (cover > 0.5).any():
            continue
        inside = cover > 0.5
        clear = {
            "melanin": float(maps.melanin_clear[part][inside].mean()),
            "blood": float(maps.blood_clear[part][inside].mean()),
        }
        added = _added(spot, maps, clear, cover)
        target = blood if spot.kind == "red" else melanin
        bare = (maps.blood_clear if spot.kind == "red" else maps.melanin_clear)[part]
        least = BLOOD_RANGE[0] if spot.kind == "red" else MELANIN_RANGE[0]
        target[part] = np.where(cover > 1e-3, np.maximum(added, least - bare), target[part])
        kind[part][inside] = KINDS.index("blemish" if spot.kind == "red" else "freckle")
    return replace(maps, melanin_spots=melanin, blood_spots=blood, kind=kind)


def _added(spot: DrawnSpot, maps: PigmentMaps, clear: dict[str, float], cover: np.ndarray) -> np.ndarray:
    """Melanin or blood that gives a spot's contrast, by its cover, shape (rows, columns). [1]"""
    own = "blood" if spot.kind == "red" else "melanin"
    amounts = np.geomspace(*(BLOOD_RANGE if own == "blood" else MELANIN_RANGE), 400)
    amounts = np.sort(np.append(amounts, clear[own]))
    melanin, blood = (
        amounts if key == own else np.full(len(amounts), clear[key]) for key in ("melanin", "blood")
    )
    spectra = reflectance(melanin, blood, maps.optics)
    index = spectral_quantities(spectra)[spot.key]
    base = float(np.interp(clear[own], amounts, index))
    rising = slice(0, int(np.argmax(index)) + 1)
    wanted = base + spot.signed_contrast
    if not index[0] <= wanted <= index[rising][-1]:
        reason = (
            f"a {spot.kind} spot of contrast {spot.contrast:g} on skin of {spot.key} {base:.1f}: "
            f"this skin can have {index[0]:.1f} to {index[rising][-1]:.1f}"
        )
        raise UsageError("SYNTHETIC_SPOT", reason, "Ask for less contrast")
    amount = np.interp(base + spot.signed_contrast * cover, index[rising], amounts[rising])
    difference: np.ndarray = (amount - clear[own]).astype(np.float32)
    return difference


def scatter_spots(
    kind: str,
    extent_mm: tuple[float, float],
    number: int,
    diameters: tuple[float, float],
    contrasts: tuple[float, float],
    seed: int = 0,
    *,
    margin_mm: float = 3.0,
    forbidden_mm: tuple[float, float, float, float] | None = None,
) -> tuple[DrawnSpot, ...]:
    """
    Place spots at random, apart from each other.

    Parameters
    ----------
    kind : str
        One of `SPOT_KINDS`.
    extent_mm : tuple of float
        Height and width of the skin. [mm]
    number : int
        How many to place; fewer if there is no room.
    diameters, contrasts : tuple of float
        Smallest and largest, drawn evenly on a logarithmic scale. [mm, index unit]
    seed : int
    margin_mm : float
        From the skin's border to a spot's edge. [mm]
    forbidden_mm : tuple of float, optional
        Left, top, right, bottom of a rectangle without spots: the chart, from the middle of the skin. [mm]

    Returns
    -------
    tuple of DrawnSpot
        Half of them soft, half of them irregular; edges lie apart by 1.2 times the larger diameter, and 2 mm.
    """
    rng = np.random.default_rng([seed, 29])
    sizes = np.sort(np.exp(rng.uniform(np.log(diameters[0]), np.log(diameters[1]), number)))[::-1]
    placed: list[DrawnSpot] = []
    for number_of_spot, size in enumerate(sizes):
        room = np.array(extent_mm) / 2 - margin_mm - size / 2
        if (room <= 0).any():
            continue
        for _ in range(200):
            y, x = rng.uniform(-room, room)
            clear = all(
                np.hypot(x - other.x, y - other.y)
                > (size + other.diameter) / 2 + 1.2 * max(size, other.diameter) / 2 + 2
                for other in placed
            )
            if forbidden_mm is not None:
                left, top, right, bottom = forbidden_mm
                reach = size / 2 + margin_mm
                clear &= not (left - reach < x < right + reach and top - reach < y < bottom + reach)
            if clear:
                break
        else:
            continue
        contrast = float(np.exp(rng.uniform(np.log(contrasts[0]), np.log(contrasts[1]))))
        soft = float(rng.choice([0.04, 0.18]))
        irregular = float(rng.choice([0.0, 1.0]))
        own_seed = int(rng.integers(2**31))
        placed.append(
            DrawnSpot(
                kind, float(x), float(y), float(size), contrast, soft, irregular, own_seed + number_of_spot
            )
        )
    return tuple(placed)
