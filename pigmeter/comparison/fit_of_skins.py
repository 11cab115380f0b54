"""Two measured photos of one skin become a field from the one to the other, and how far it can be trusted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.displacement_field import DisplacementField
from pigmeter.comparison.first_matrix import Levels, best_matrix, featured_matrix, likely_matrices
from pigmeter.comparison.homographies import landmark_homography
from pigmeter.comparison.normalised_skin import (
    BlockMeans,
    NormalisedSkin,
    block_means_of,
    finest_step,
    map_side_mm,
    normalised,
)
from pigmeter.comparison.skin_flow import Misfit, find_field, misfit_of
from pigmeter.errors import MeasurementError
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_REMEDY = (
    "Take both photos from the same side, at much the same distance and in focus, or give landmarks: the same"
    " few places in both; regions of one name in both photos can be compared without"
)


@dataclass(frozen=True, slots=True)
class SkinFit:
    """
    A field between two photos of skin, found there and back.

    Attributes
    ----------
    there : DisplacementField
        From the baseline's maps to the follow-up's.
    back : DisplacementField
        Its inverse.
    left : Misfit
        What `there` leaves.
    inverse : array, shape (rows, columns)
        At the nodes of `there`: how far a field found from the follow-up to the baseline misses the place
        that it started from. [baseline map px]
    held_out : array of bool, shape (rows, columns)
        Nodes that took no part.
    side_mm : float
        Of the baseline's map pixels, nominal where no chart tells. [mm]
    """

    there: DisplacementField
    back: DisplacementField
    left: Misfit
    inverse: np.ndarray
    held_out: np.ndarray
    side_mm: float


def fit_skins(
    baseline: "Measurement",
    follow_up: "Measurement",
    landmarks: tuple[np.ndarray, np.ndarray] | None,
    workers: int | None,
) -> SkinFit:
    """
    Find the field between two photos of skin.

    Parameters
    ----------
    baseline, follow_up : Measurement
    landmarks : tuple of array, shape (n, 2), optional
        x, y of the same places in both. [map px]
    workers : int, optional
        Number of threads.

    Returns
    -------
    SkinFit

    Raises
    ------
    MeasurementError
        PAIR_REGISTRATION, if it is not even known roughly how the photos lie to each other.
    """
    side_mm = map_side_mm(baseline)
    matrix, levels = _first_matrix(baseline, follow_up, landmarks, side_mm)
    skins = tuple(zip(*levels, strict=True))
    matrices = matrix, np.linalg.inv(matrix)
    held_out = [_held_out(own[0]) for own in skins]

    def find(way: int) -> DisplacementField:
        pairs = list(zip(skins[way], skins[1 - way], strict=True))
        return find_field(matrices[way], pairs, held_out[way])

    if workers == 1:
        there, again = find(0), find(1)
    else:
        with ThreadPoolExecutor(2) as pool:
            there, again = pool.map(find, (0, 1))
    left = misfit_of(there, *levels[-1])
    places = there.node_places()
    home = again.at(places.reshape(-1, 2)).reshape(places.shape)
    inverse = np.hypot(*np.moveaxis(home - there.nodes(), -1, 0))
    back = there.inverse(again.dx.shape, again.step)
    return SkinFit(there, back, left, inverse, held_out[0], side_mm)


def _first_matrix(
    baseline: "Measurement",
    follow_up: "Measurement",
    landmarks: tuple[np.ndarray, np.ndarray] | None,
    side_mm: float,
) -> tuple[np.ndarray, Levels]:
    """Homography right to a few mm, and both skins normalised at its scale."""
    skins = _normalised(_means(baseline, finest_step(baseline, side_mm), side_mm))
    after: list[NormalisedSkin] | None = None
    if landmarks is not None:
        guesses = [landmark_homography(*landmarks)]
    else:
        guesses, after = _featured(baseline, follow_up, skins)
    if after is None:
        side_after = side_mm / _scale_of(guesses[0])
        after = _normalised(_means(follow_up, _step_like(skins, side_after), side_after))
    levels = list(zip(skins, after, strict=True))
    matrix, alike = best_matrix(guesses, levels)
    least = limit("alignment", "start_correlation")
    if landmarks is None and (matrix is None or alike < least):
        other, alike_too = best_matrix(list(likely_matrices(baseline, follow_up)), levels)
        if alike_too > alike:
            matrix, alike = other, alike_too
    if matrix is None or alike < least:
        reason = (
            f"the skin of {baseline.photo_name} was not found again here: laid over each other as well as"
            f" could be they correlate by {alike:.2f} ({least:g} needed)"
        )
        raise refusal(reason, follow_up)
    return matrix, levels


def _featured(
    baseline: "Measurement", follow_up: "Measurement", skins: list[NormalisedSkin]
) -> tuple[list[np.ndarray], list[NormalisedSkin] | None]:
    """
    Homography by features at the scale the charts tell; if there is none, at others too.

    With it the follow-up's skin, normalised; None where it should be done again at the scale that was found.
    """
    side_mm = map_side_mm(follow_up)
    means = _means(follow_up, _step_like(skins, side_mm), side_mm)
    after = _normalised(means)
    if baseline.mm_per_pixel is not None and follow_up.mm_per_pixel is not None:
        found = featured_matrix(skins[0], after[0], scale_known=True)
        if found is not None:
            return [found], after
    for side in _other_sides(baseline, follow_up, side_mm):
        scaled = after if side == side_mm else _normalised(_means(follow_up, _step_like(skins, side), side))
        found = featured_matrix(skins[0], scaled[0], scale_known=False)
        if found is not None:
            return [found], None
    return [], after


def _other_sides(baseline: "Measurement", follow_up: "Measurement", side_mm: float) -> list[float]:
    """Sides that the follow-up's map pixels may have if no chart tells, or tells it wrong. [mm]"""
    step = limit("alignment", "scale_step")
    same_distance = map_side_mm(baseline) / baseline.scale * follow_up.scale
    sides: list[float] = []
    for side in (
        side_mm,
        same_distance,
        *(s * f for s in (side_mm, same_distance) for f in (step, 1 / step)),
    ):
        if all(max(side / other, other / side) > np.sqrt(step) for other in sides):
            sides.append(side)
    return sides


def refusal(reason: str, follow_up: "Measurement") -> MeasurementError:
    """PAIR_REGISTRATION, with what would help."""
    return MeasurementError("PAIR_REGISTRATION", reason, _REMEDY, file=follow_up.photo_name)


def _means(measurement: "Measurement", step: int, side_mm: float) -> list[BlockMeans]:
    """The coarsest level first."""
    means = [block_means_of(measurement, step, side_mm)]
    for _ in range(int(limit("alignment", "levels")) - 1):
        means.insert(0, means[0].halved())
    return means


def _normalised(means: list[BlockMeans]) -> list[NormalisedSkin]:
    blurs = [limit("alignment", "band_pixels") * level.side_mm for level in means]
    blurs[0] = max(blurs[0], limit("alignment", "band_mm"))
    return [normalised(level, blur) for level, blur in zip(means, blurs, strict=True)]


def _step_like(skins: list[NormalisedSkin], side_mm: float) -> int:
    """Map pixels of this side along a pixel of the finest of `skins`."""
    return max(1, round(skins[-1].side_mm / side_mm))


def _scale_of(matrix: np.ndarray) -> float:
    return float(np.sqrt(max(np.linalg.det(matrix[:2, :2]), 1e-12)))


def _held_out(skin: NormalisedSkin) -> np.ndarray:
    """Mark small squares in rows over the nodes."""
    pitch, side = (
        max(1, round(limit("alignment", name) / skin.side_mm))
        for name in ("held_out_pitch_mm", "held_out_mm")
    )
    rows, columns = (np.arange(n) % max(pitch, side + 1) < side for n in skin.weight.shape)
    held_out: np.ndarray = rows[:, None] & columns
    return held_out
