"""A spot against its surroundings: means inside and in its ring, and the change between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.colour.cielab import ciede2000, ita
from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.reading import terms
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.noise import Noise
from pigmeter.measurement.spot_outlines import SpotOutline
from pigmeter.reference import limit, read_table

READ = ("melanin_index", "erythema_index", "haemoglobin_index", "L", "a", "b")
# On rendered spots the level table reads a change of melanin_index better (-1 to -10 %, the change table
# -7 to -13 %), the change table what melanin does to haemoglobin_index. What blood does to that they read
# -26 to +25 % and -3 to +27 %, so that of a red spot their mean is taken. L, a, b they read alike.
_OF_BLOOD = [1, 2]
PIGMENT_CHANGES = ("blood_of_melanin", "melanin_of_blood", "seen_of_melanin", "seen_of_blood")
_EFFECTIVE = 1.85  # side over radius of the square whose mean is as noisy as a spot's contrast


@dataclass(frozen=True, slots=True)
class Contrast:
    """
    A spot against its ring.

    Attributes
    ----------
    outline : SpotOutline
    ring : dict of str to float
        Level of the skin around it, per key of `READ` and ``ita``, in that quantity's unit.
    difference : dict of str to float
        The spot's less that, and ``dE00``.
    peak : float
        As `difference` of the outline's quantity, of the highest third of its area.
    uncertainty : float
        Standard uncertainty of that difference, from noise, mottle and, where two tables read it, how far
        they are apart. [index unit]
    certainty : float
        That difference over what noise and mottle do to it by chance. [1]
    filled : float
        Median over mean of the difference of the outline's quantity. [1]
    kind : str
        ``"dark"``, ``"light"`` or ``"red"``: what explains more of the colour difference.
    seen : float
        How much of that kind's explains. [dE00]
    """

    outline: SpotOutline
    ring: dict[str, float]
    difference: dict[str, float]
    peak: float
    uncertainty: float
    certainty: float
    filled: float
    kind: str
    seen: float


def explained(melanin: float, blood: float, around: float) -> tuple[float, float]:
    """
    Tell what melanin and what blood do in a spot, from both indices: each moves the other's a little.

    Parameters
    ----------
    melanin, blood : float
        Differences of melanin_index and of haemoglobin_index. [index unit]
    around : float
        melanin_index of the ring. [index unit]

    Returns
    -------
    tuple of float
        Colour difference that melanin's own change makes, and blood's; negative for less. [dE00]
    """
    model = read_table("skin/pigment-changes.csv")
    leaks, back, of_melanin, of_blood = (
        float(np.interp(around, model.column("around"), model.column(name))) for name in PIGMENT_CHANGES
    )
    own = (melanin - back * blood) / (1 - back * leaks)
    return of_melanin * own, of_blood * (blood - leaks * own)


def measure_contrasts(
    outlines: Sequence[SpotOutline],
    found: SkinMaps,
    mm_per_pixel: float,
    noise: Noise,
    change_weights: np.ndarray | None = None,
) -> list[Contrast]:
    """
    Compare spots with the rings around them.

    Parameters
    ----------
    outlines : sequence of SpotOutline
    found : SkinMaps
    mm_per_pixel : float
        Of a map pixel. [mm]
    noise : Noise
    change_weights : array, shape (10, 8), optional
        The profile's, for changes of the same skin; without them differences of the maps are taken.

    Returns
    -------
    list of Contrast
        Those that could be measured, in the same order.
    """
    planes = [found.maps[key] for key in READ]
    sampled = [(outline, _sampled(outline, planes, mm_per_pixel)) for outline in outlines]
    known = [(outline, *values) for outline, values in sampled if values is not None]
    if not known:
        return []
    rings = np.stack([ring for _, ring, _, _ in known])
    insides = np.stack([inside for _, _, inside, _ in known])
    changes = insides - rings
    if change_weights is not None:
        moved = _changes(rings, insides, noise.weights, np.asarray(change_weights, dtype=float))
        changes[:, _OF_BLOOD] = moved[:, _OF_BLOOD]
    out = []
    for (outline, ring, inside, own), changed in zip(known, changes, strict=True):
        difference = inside - ring
        which = READ.index(outline.key)
        typical = float(np.median(own))
        by_map = float(difference[READ.index("haemoglobin_index")])
        brown, red = explained(float(difference[0]), by_map, float(ring[0]))
        bloody = red > max(brown, 0.0) and (outline.sign > 0 or outline.key == "erythema_index")
        kind = "red" if bloody else "dark" if difference[0] > 0 else "light"
        shown = READ.index("haemoglobin_index" if bloody else "melanin_index")
        unsure = 0.0
        if bloody:  # which both tables read, each off by about a fifth
            unsure = 0.5 * abs(float(changed[shown] - difference[shown]))
            changed[shown] = 0.5 * (changed[shown] + difference[shown])
        scale = changed[shown] / difference[which] if abs(difference[which]) > 1e-6 else 1.0
        grain = outline.noise
        if shown != which:
            side = _EFFECTIVE * outline.radius
            grain = float(noise.spread(READ[shown], _response_at(found, outline, mm_per_pixel), side))
        chance = float(np.hypot(grain, outline.mottle * scale))
        around, within = ring[3:], ring[3:] + changed[3:]
        named = {key: float(value) for key, value in zip(READ, changed, strict=True)}
        named["ita"] = float(ita(within[0], within[2]) - ita(around[0], around[2]))
        named["dE00"] = float(ciede2000(around, within))
        level = {key: float(value) for key, value in zip(READ, ring, strict=True)}
        level["ita"] = float(ita(around[0], around[2]))
        out.append(
            Contrast(
                outline,
                level,
                named,
                float(outline.sign * outline.height * scale),
                float(np.hypot(chance, unsure)),
                float(abs(changed[shown])) / max(chance, 1e-6),
                typical / difference[which] if abs(difference[which]) > 1e-6 else 0.0,
                kind,
                red if bloody else abs(brown),
            )
        )
    return out


def _sampled(
    outline: SpotOutline, planes: Sequence[np.ndarray], mm_per_pixel: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Level of the ring beneath, mean inside, and the outline's quantity over the ring."""
    import cv2

    rows, columns = planes[0].shape
    points = drawn_in(outline.points, _depth(outline)) / mm_per_pixel - 0.5
    low = np.clip(np.floor(points.min(axis=0)).astype(int), 0, (columns - 1, rows - 1))
    high = np.clip(np.ceil(points.max(axis=0)).astype(int) + 1, low + 1, (columns, rows))
    canvas = np.zeros((high[1] - low[1], high[0] - low[0]), dtype=np.uint8)
    cv2.fillPoly(canvas, [np.rint((points - low) * 16).astype(np.int32)], 1, shift=4)
    part = (slice(low[1], high[1]), slice(low[0], high[0]))
    which = READ.index(outline.key)
    inner = (canvas > 0) & np.isfinite(planes[which][part])
    count = int(np.count_nonzero(inner))
    if count < 1:
        return None
    inside = np.array([plane[part][inner].mean(dtype=np.float64) for plane in planes])
    y, x = np.nonzero(inner)
    # planes are counted from the window's corner, so that their terms are of one size
    first_row = outline.row * outline.side_mm / mm_per_pixel
    first_column = outline.column * outline.side_mm / mm_per_pixel
    placed = np.stack([np.ones(count), y + low[1] - first_row, x + low[0] - first_column], axis=1)

    i, j = np.nonzero(outline.marks == 2)
    down = (i + outline.row + 0.5) * outline.side_mm / mm_per_pixel - 0.5
    across = (j + outline.column + 0.5) * outline.side_mm / mm_per_pixel - 0.5
    at = (
        np.clip(np.rint(down).astype(int), 0, rows - 1),
        np.clip(np.rint(across).astype(int), 0, columns - 1),
    )
    values = np.stack([plane[at] for plane in planes], axis=1).astype(np.float64)
    design = np.stack([np.ones(len(i)), at[0] - first_row, at[1] - first_column], axis=1)
    good = np.isfinite(values).all(axis=1)
    for _ in range(3):
        if np.count_nonzero(good) < 6:
            return None
        used = design[good]
        fit = np.linalg.solve(used.T @ used, used.T @ values[good])
        off = np.abs(values[:, which] - design @ fit[:, which])
        good &= off <= 2.5 * max(float(np.sqrt(np.mean(off[good] ** 2))), 1e-6)
    own = planes[which][part][inner] - placed @ fit[:, which]
    return placed.mean(axis=0) @ fit, inside, own


def drawn_in(points: np.ndarray, depth: float) -> np.ndarray:
    """Return a clockwise outline (n, 2) moved inwards, off its blurred edge, in its own unit."""
    along = np.roll(points, -2, axis=0) - np.roll(points, 2, axis=0)
    length = np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    return np.asarray(points + depth * np.stack([-along[:, 1], along[:, 0]], axis=1) / length)


def _depth(outline: SpotOutline) -> float:
    """How far from its outline a spot's contrast is read. [mm]"""
    return float(min(limit("spots", "edge_mm"), limit("spots", "edge_most") * outline.radius))


def _response_at(found: SkinMaps, outline: SpotOutline, mm_per_pixel: float) -> np.ndarray:
    x, y = outline.centre
    side = mm_per_pixel * found.cell
    rows, columns = found.cells.response.shape[1:]
    response: np.ndarray = found.cells.response[
        :, min(max(int(y / side), 0), rows - 1), min(max(int(x / side), 0), columns - 1)
    ]
    return response


def _changes(ring: np.ndarray, inside: np.ndarray, level: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Change of the quantities of `READ` by the change table, from two levels."""
    columns = [REGRESSED.index(key) for key in READ]
    before, after = (_log_response(values, level[:, columns]) for values in (ring, inside))
    moved: np.ndarray = (terms(after) - terms(before)) @ change[:, columns]
    return moved


def _log_response(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """
    Log responses whose levels are nearest to given ones, shape (n, 3) for values of shape (n, 6).

    Newton's method on six equations.
    """
    g = np.zeros((len(values), 3))
    for _ in range(8):
        g0, g1, g2 = g.T[:, :, None]
        slopes = np.stack(
            [
                weights[1] + 2 * weights[4] * g0 + weights[7] * g1 + weights[9] * g2,
                weights[2] + 2 * weights[5] * g1 + weights[7] * g0 + weights[8] * g2,
                weights[3] + 2 * weights[6] * g2 + weights[8] * g1 + weights[9] * g0,
            ],
            axis=1,
        )
        left = (values - terms(g) @ weights)[:, :, None]
        step = np.linalg.solve(slopes @ slopes.transpose(0, 2, 1), slopes @ left)[:, :, 0]
        g = g + step
        if np.abs(step).max() < 1e-6:
            break
    return g
