"""How far the mean of a region's squares may be off by what differs between them: a bootstrap of blocks."""

from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class BlockNoise:
    """
    The noise of means over squares.

    Attributes
    ----------
    spread : array, shape (quantities,)
        SD of the mean, in each quantity's unit.
    degrees : array, shape (quantities,)
        Of freedom.
    """

    spread: np.ndarray
    degrees: np.ndarray


def noise_of_mean(
    values: np.ndarray, weights: np.ndarray, places: np.ndarray, side_mm: float
) -> BlockNoise | None:
    """
    Estimate the noise of a weighted mean of squares that err alike where they are near.

    Parameters
    ----------
    values : array, shape (quantities, squares)
    weights : array, shape (squares,)
        Above 0. [1]
    places : array of int, shape (squares, 2)
        Row and column of each square.
    side_mm : float
        Of a square. [mm]

    Returns
    -------
    BlockNoise or None
        None where the squares make too few blocks.

    Notes
    -----
    Blocks of squares are taken at a few sizes, and the size that tells of most noise counts: below the
    correlation length the noise of a mean is underestimated, above it no longer. For each size it is the SD
    of the mean over infinitely many wild bootstrap samples of the blocks, which has a closed form. What is
    drawn is each block's departure from a plane through the region: what changed more on one side than on
    the other is a change, not noise.

    References
    ----------
    .. [1] Kunsch, Ann Stat 1989;17:1217 (blocks); Mammen, Ann Stat 1993;21:255 (wild bootstrap). Seen:
       secondary.
    """
    design = np.column_stack([np.ones(len(places)), places - places.mean(axis=0)])
    held = design.T * weights
    plane = np.linalg.pinv(held @ design, hermitian=True) @ (held @ values.T)
    off = weights * (values - (design @ plane).T)
    found: BlockNoise | None = None
    for side in _block_sides(side_mm):
        blocks, inverse = _blocks(places, side)
        if blocks < limit("change", "fewest_blocks"):
            break
        sums = np.stack([np.bincount(inverse, row, minlength=blocks) for row in off])
        share = np.bincount(inverse, weights, minlength=blocks)
        effective = share.sum() ** 2 / np.square(share).sum()
        degrees = max(effective - design.shape[1], 1.0)
        spread = np.sqrt(np.square(sums).sum(axis=1) * effective / degrees) / weights.sum()
        if found is None:
            found = BlockNoise(spread, np.full(len(spread), degrees))
        else:
            larger = spread > found.spread
            found = BlockNoise(
                np.where(larger, spread, found.spread), np.where(larger, degrees, found.degrees)
            )
    return found


def _block_sides(side_mm: float) -> list[int]:
    """Sides of the blocks to be tried, in squares, rising."""
    first = limit("change", "block_mm")
    return sorted(
        {max(round(first * 2**power / side_mm), 1) for power in range(int(limit("change", "sizes")))}
    )


def _blocks(places: np.ndarray, side: int) -> tuple[int, np.ndarray]:
    """Number of blocks that hold squares, and which block each square is in."""
    rows, columns = ((places - places.min(axis=0)) // side).T
    labels = rows * (int(columns.max()) + 1) + columns
    held = np.bincount(labels) > 0
    return int(held.sum()), (np.cumsum(held) - 1)[labels]
