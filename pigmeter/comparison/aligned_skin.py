"""The skin of two visits on one grid: mean linear responses of the same pixels, at several resolutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.reading import log_response, terms
from pigmeter.measurement.maps import block_response
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.measurement.measurement import Measurement

INDICES = ("melanin_index", "haemoglobin_index")


@dataclass(frozen=True, slots=True)
class AlignedLevel:
    """
    Both visits at one resolution.

    Attributes
    ----------
    responses : array of float32, shape (2, 3, rows, columns)
        Mean linear response at the baseline and at the follow-up, perfect white = 1; NaN where either visit
        does not show the skin. [1]
    step : int
        Side of a pixel. [baseline map px]
    side_mm : float
        The same. [mm]
    """

    responses: np.ndarray
    step: int
    side_mm: float

    @property
    def known(self) -> np.ndarray:
        """Where both visits show the skin, shape (rows, columns)."""
        return np.asarray(np.isfinite(self.responses[0, 0]))


@dataclass(frozen=True, slots=True)
class AlignedSkin:
    """
    Both visits on the baseline's map grid.

    Attributes
    ----------
    levels : tuple of AlignedLevel
        The finest first, each twice as coarse as the one before.
    weights : array, shape (2, 10, 2)
        Of the terms of log responses, for each visit, for each of `INDICES`.
    balance : array, shape (3,)
        Median response at the follow-up over that at the baseline. [1]
    one_profile : bool
        Whether both visits are read by the same profile.
    """

    levels: tuple[AlignedLevel, ...]
    weights: np.ndarray
    balance: np.ndarray
    one_profile: bool

    def level_for(self, radius_mm: float) -> AlignedLevel:
        """Return the coarsest level at which a radius is still so many pixels as an outline needs."""
        least = limit("fates", "pixels_per_radius")
        fit = [level for level in self.levels if radius_mm >= least * level.side_mm]
        return fit[-1] if fit else self.levels[0]

    def stray(self, around: np.ndarray) -> float:
        """
        Light that did not pass through the skin, and of which the follow-up has more at a place, or less.

        Parameters
        ----------
        around : array, shape (2, 3)
            Responses of clear skin at the baseline and at the follow-up.

        Returns
        -------
        float
            What is to be added to all channels alike, once the baseline's are brightened or darkened and
            balanced as the whole skin is, so that they are nearest to the follow-up's. Perfect white = 1.
        """
        weights = 1 / np.maximum(around[1], limit("measurement", "floor_response"))
        design = np.stack([around[0] * self.balance, np.ones(3)], axis=1) * weights[:, None]
        return float(np.linalg.lstsq(design, around[1] * weights, rcond=None)[0][1])

    def read(self, visit: int, responses: np.ndarray) -> np.ndarray:
        """
        Read mean responses.

        Parameters
        ----------
        visit : int
            0 for the baseline, 1 for the follow-up.
        responses : array, shape (..., 3)

        Returns
        -------
        array, shape (..., 2)
            The quantities of `INDICES`, whose differences are meant. [index unit]
        """
        floor = limit("measurement", "floor_response")
        read: np.ndarray = terms(log_response(np.maximum(responses, floor))) @ self.weights[visit]
        return read


def align_skin(
    baseline: "Measurement",
    follow_up: "Measurement",
    alignment: "Alignment",
    outlines: Sequence[np.ndarray] = (),
    *,
    workers: int | None = None,
) -> AlignedSkin:
    """
    Bring the responses of both visits onto the baseline's map grid, and halve them a few times.

    Parameters
    ----------
    baseline, follow_up : Measurement
        The baseline with a scale.
    alignment : Alignment
    outlines : sequence of array, shape (n, 2)
        Of spots, within which the skin need not be trusted if it is around. [baseline map px]
    workers : int, optional
        Number of threads; the result is the same for any number.

    Returns
    -------
    AlignedSkin

    Notes
    -----
    A pixel counts at neither visit where one of them does not show it: skin that only one of them measured
    would make a change of its own. A spot that cleared does not look like its former self, and alignment
    does not trust what looks otherwise; that it is the same place is said by what surrounds it.
    """
    planes = []
    for visit in (baseline, follow_up):
        response = block_response(visit.photo, visit.profile, visit.scale, workers=workers)
        response[:, ~visit.skin] = np.nan
        planes.append(response)
    both = np.stack([planes[0], np.asarray(alignment.warp(planes[1]), dtype=np.float32)])
    seen = np.isfinite(both).all(axis=(0, 1))
    known = seen & with_spots(alignment.trusted, seen, outlines, baseline.mm_per_pixel or 1.0)
    both[..., ~known] = np.nan
    levels = aligned_levels(both, baseline.mm_per_pixel or 1.0)
    weights = np.stack([_weights(visit.profile) for visit in (baseline, follow_up)])
    coarse = levels[-1].responses
    seen = np.isfinite(coarse[0, 0])
    balance = np.ones(3)
    if seen.any():
        balance = np.median(coarse[1][:, seen] / np.maximum(coarse[0][:, seen], 1e-6), axis=1)
    return AlignedSkin(
        levels, weights, np.asarray(balance, dtype=float), baseline.profile.id == follow_up.profile.id
    )


def with_spots(
    trusted: np.ndarray, seen: np.ndarray, outlines: Sequence[np.ndarray], side_mm: float
) -> np.ndarray:
    """
    Trust spots and their rings where the skin around them is trusted.

    Parameters
    ----------
    trusted, seen : array of bool, shape (rows, columns)
        Skin that alignment trusts, and skin that both visits show.
    outlines : sequence of array, shape (n, 2)
        x and y. [px]
    side_mm : float
        Of a pixel. [mm]

    Returns
    -------
    array of bool, shape (rows, columns)
    """
    import cv2

    found = trusted.copy()
    ring, beyond = (limit("fates", name) / side_mm for name in ("trust_ring_mm", "trust_beyond_mm"))
    rows, columns = trusted.shape
    for points in outlines:
        low = np.clip(np.floor(points.min(axis=0) - beyond).astype(int), 0, (columns, rows))
        high = np.clip(np.ceil(points.max(axis=0) + beyond).astype(int) + 1, 0, (columns, rows))
        if (high <= low).any():
            continue
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        inside = np.zeros((high[1] - low[1], high[0] - low[0]), dtype=np.uint8)
        cv2.fillPoly(inside, [np.rint((points - low) * 16).astype(np.int32)], 1, shift=4)
        away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
        around = (away > 0) & (away <= beyond)
        if np.count_nonzero(around & trusted[part]) >= limit("fates", "trust_share") * np.count_nonzero(
            around
        ):
            found[part] |= seen[part] & (away <= ring)
    return found


def aligned_levels(responses: np.ndarray, side_mm: float) -> tuple[AlignedLevel, ...]:
    """
    Halve the responses of both visits a few times.

    Parameters
    ----------
    responses : array of float32, shape (2, 3, rows, columns)
        NaN where either visit does not show the skin.
    side_mm : float
        Of a pixel. [mm]

    Returns
    -------
    tuple of AlignedLevel
        The finest first.
    """
    levels = [AlignedLevel(responses, 1, side_mm)]
    while len(levels) < limit("fates", "levels") and min(levels[-1].responses.shape[2:]) >= 64:
        last = levels[-1]
        levels.append(AlignedLevel(_halved(last.responses), 2 * last.step, 2 * last.side_mm))
    return tuple(levels)


def _weights(profile: "Profile") -> np.ndarray:
    """
    Read contrasts as those of one photo are read: melanin by levels, blood by the mean of both tables.

    On rendered spots of 8 to 20 units in pairs under two lamps, each visit with its own profile, the level
    table read the contrast of melanin 0.87 to 0.97 of the true one and alike at both visits to 2.2 %, the
    change table 0.82 to 0.92 and alike to 4.5 %.
    """
    level, change = (np.asarray(profile.weights(table), dtype=float) for table in ("level", "change"))
    melanin, blood = (REGRESSED.index(key) for key in INDICES)
    return np.stack([level[:, melanin], 0.5 * (level[:, blood] + change[:, blood])], axis=1)


def _halved(responses: np.ndarray) -> np.ndarray:
    """Means of two by two pixels over those that are known, NaN where fewer than two are."""
    import cv2

    rows, columns = (n - n % 2 for n in responses.shape[2:])
    size = (columns // 2, rows // 2)
    whole = responses[..., :rows, :columns]
    share = cv2.resize(np.isfinite(whole[0, 0]).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    scale = np.where(share >= 0.5, 1 / np.maximum(share, np.float32(0.25)), np.float32(np.nan))
    flat = whole.reshape(-1, rows, columns)
    means = [cv2.resize(np.nan_to_num(plane), size, interpolation=cv2.INTER_AREA) * scale for plane in flat]
    return np.stack(means).reshape(2, 3, *size[::-1]).astype(np.float32)
