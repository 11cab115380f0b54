"""Skin as it is compared across visits: what is seen on it, without shading and even in contrast."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

SEEN_IN = ("L", "camera_mi", "erythema_index")
"""
Maps that are aligned, each by itself. L* has the least noise for its contrast on most skin and log red on the
darkest; erythema_index has no shading, so that furrows lit from elsewhere do not show in it (measured on
rendered pairs; there the best of the three correlates by 0.73 or more at 0.8 mm in every tone and light).
"""


@dataclass(frozen=True, slots=True)
class BlockMeans:
    """
    Maps of a photo's skin, averaged over blocks of map pixels.

    Attributes
    ----------
    planes : array of float32, shape (rows, columns, 3)
        Means over the skin in each block of the maps `SEEN_IN`, 0 where there is none. [unit of the map]
    share : array of float32, shape (rows, columns)
        Part of each block that is skin. [1]
    step : int
        Side of a block. [map px]
    side_mm : float
        Side of a block, nominal where no chart tells. [mm]
    """

    planes: np.ndarray
    share: np.ndarray
    step: int
    side_mm: float

    def halved(self) -> "BlockMeans":
        """Return them over blocks of twice the side."""
        planes, share = _block_means(self.planes * self.share[..., None], self.share, 2)
        return BlockMeans(planes, share, 2 * self.step, 2 * self.side_mm)


@dataclass(frozen=True, slots=True)
class NormalisedSkin:
    """
    A band of sizes of what is seen on skin, of one contrast everywhere.

    Attributes
    ----------
    planes : array of float32, shape (rows, columns, 3)
        Departure of the maps `SEEN_IN` from the skin around, clipped; 0 where there is none. [local SD]
    weight : array of float32, shape (rows, columns)
        How far a place rests on skin: 1 in its midst, 0 in gaps. [1]
    step : int
        Side of a pixel. [map px]
    side_mm : float
        Side of a pixel, nominal where no chart tells. [mm]
    """

    planes: np.ndarray
    weight: np.ndarray
    step: int
    side_mm: float


def middle_of(mask: np.ndarray) -> np.ndarray:
    """Mean place of the pixels of a mask, as x and y, shape (2,). [px]"""
    rows, columns = (np.count_nonzero(mask, axis=axis) for axis in (1, 0))
    total = max(int(rows.sum()), 1)
    return np.array([np.arange(len(n)) @ n / total for n in (columns, rows)])


def map_side_mm(measurement: "Measurement") -> float:
    """Side of a map pixel, nominal where no chart tells. [mm]"""
    found = measurement.found
    return measurement.mm_per_pixel or found.cells.side_mm / found.cell


def finest_step(measurement: "Measurement", side_mm: float) -> int:
    """
    Map pixels along a pixel of the finest image that is aligned.

    Parameters
    ----------
    measurement : Measurement
    side_mm : float
        Of a map pixel. [mm]
    """
    extent_mm = float(np.sqrt(np.count_nonzero(measurement.skin))) * side_mm
    wanted = min(limit("alignment", "fine_mm"), extent_mm / limit("alignment", "fine_pixels"))
    return max(1, round(wanted / side_mm))


def block_means_of(measurement: "Measurement", step: int, side_mm: float) -> BlockMeans:
    """
    Average what is seen on the skin of a photo over blocks.

    Parameters
    ----------
    measurement : Measurement
    step : int
        Side of a block. [map px]
    side_mm : float
        Of a map pixel. [mm]

    Returns
    -------
    BlockMeans
        Of ``ceil(rows / step)`` by ``ceil(columns / step)`` blocks.
    """
    import cv2

    planes = cv2.merge([np.where(measurement.skin, measurement.maps[key], np.float32(0)) for key in SEEN_IN])
    planes, share = _block_means(planes, measurement.skin.astype(np.float32), step)
    return BlockMeans(planes, share, step, side_mm * step)


def normalised(means: BlockMeans, fine_mm: float) -> NormalisedSkin:
    """
    Keep one band of sizes of what is seen on skin, and give it the same contrast everywhere.

    Parameters
    ----------
    means : BlockMeans
    fine_mm : float
        SD of the blur that takes out what is finer. [mm]

    Returns
    -------
    NormalisedSkin

    Notes
    -----
    All blurs are weighted by the share of skin, so that neither hair, gloss, the chart nor a hole has an edge
    in the result: what lies there is not seen at all. A plane is a difference of two such blurs over its own
    local SD. An even change of pigment, light or exposure leaves it as it is; a single spot that fades is
    clipped to the contrast of the texture around it.
    """
    share, side = means.share, means.side_mm
    fine = fine_mm / side
    wide = fine * limit("alignment", "band_width")
    spread = limit("alignment", "spread_mm") / side
    band = _weighted_blur(means.planes, share, fine) - _weighted_blur(means.planes, share, wide)
    variance = _weighted_blur(band * band, share, spread)
    seen = share > np.float32(0.5)
    typical = np.median(variance[seen], axis=0) if seen.any() else np.zeros(3, dtype=np.float32)
    floor = np.maximum(
        np.float32(limit("alignment", "spread_floor") ** 2) * typical,
        np.float32(limit("alignment", "spread_least") ** 2),
    )
    most = np.float32(limit("alignment", "clip"))
    planes = np.clip(band / np.sqrt(np.maximum(variance, floor)), -most, most)
    weight = _inner(share, fine)
    planes *= (weight > 0)[..., None]
    return NormalisedSkin(planes, weight, means.step, side)


def _inner(share: np.ndarray, fine: float) -> np.ndarray:
    """Weight of 1 where three quarters of what a blur sees is skin, as among hairs; 0 below one quarter."""
    import cv2

    around = cv2.GaussianBlur(share, (0, 0), max(fine, 0.5), borderType=cv2.BORDER_REPLICATE)
    weight: np.ndarray = np.clip(2 * around - np.float32(0.5), 0, 1) * (share > 0)
    return weight


def _weighted_blur(planes: np.ndarray, weight: np.ndarray, sd: float) -> np.ndarray:
    """Gaussian mean of `planes` by `weight`; 0 where there is no weight within reach."""
    import cv2

    shape = weight.shape[::-1]
    every = cv2.merge([*cv2.split(planes * weight[..., None]), weight])
    shrink = max(1, int(sd / 3))  # a wide blur is taken of a smaller image: a twentieth of the time
    if shrink > 1:
        size = (-(-shape[0] // shrink), -(-shape[1] // shrink))
        every = cv2.resize(every, size, interpolation=cv2.INTER_AREA)
    every = cv2.GaussianBlur(every, (0, 0), sd / shrink, borderType=cv2.BORDER_REPLICATE)
    if shrink > 1:
        every = cv2.resize(every, shape, interpolation=cv2.INTER_LINEAR)
    blurred: np.ndarray = every[..., :3] / np.maximum(every[..., 3:], np.float32(1e-3))
    return blurred


def _block_means(weighted: np.ndarray, share: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums of `weighted` over those of `share` in blocks, and the mean share; those at the rim may be cut."""
    import cv2

    if step == 1:
        return weighted / np.maximum(share, np.float32(1e-6))[..., None], share
    size = tuple(-(-side // step) for side in share.shape[::-1])
    down, across = (n * step - side for n, side in zip(size[::-1], share.shape, strict=True))
    if down or across:
        weighted, share = (
            cv2.copyMakeBorder(p, 0, down, 0, across, cv2.BORDER_CONSTANT) for p in (weighted, share)
        )
    weighted, share = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (weighted, share))
    return weighted / np.maximum(share, np.float32(1e-6))[..., None], share
