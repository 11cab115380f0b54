"""
Find the seam that damage inside a JPEG leaves: the brightness or colour of all later blocks is off by one
amount.

A JPEG stores the mean of each block as a difference from the block before. A flipped bit therefore moves
every block from there to the end of the photo, and what can be seen is one step that runs along block edges:
from the damaged block to the right border, then one block row lower from the left border back to the same
column. Nothing that a lens draws does that.
"""

from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit

# Rec. 601 luma and colour differences, the axes in which a JPEG stores its blocks (ITU-T T.871, 7).
_YCC_FROM_RGB = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], dtype=np.float32
)
_SIXTEENTHS = 16.0


@dataclass(frozen=True, slots=True)
class Seam:
    """
    The most seam-like run of block edges in a photo.

    Attributes
    ----------
    coverage : float
        Share of the run that steps in one direction, less the share that steps in the other. [1]
    evenness : float
        Share of the run whose step is within half of the median step. [1]
    row, column : int
        Block, counted in units of `block`, at which the run begins.
    step : float
        Median step along the run. [levels]
    columns : int
        Blocks in a row of the photo: the length of a whole run.
    still : float
        Share of all block edges in the photo without any step: low in camera photos, high in drawings. [1]
    """

    coverage: float
    evenness: float
    row: int
    column: int
    step: float
    columns: int
    still: float

    @property
    def is_strong(self) -> bool:
        """Whether the run is as whole and as even as damage makes it."""
        whole = self.coverage >= limit("photo", "seam_coverage")
        even = self.evenness >= limit("photo", "seam_evenness")
        return whole and even and self.columns >= limit("photo", "seam_least_columns")

    @property
    def is_proof(self) -> bool:
        """Whether the photo is wide and natural enough for chance and drawn lines to be ruled out."""
        wide = self.columns >= limit("photo", "seam_min_columns")
        return self.is_strong and wide and self.still <= limit("photo", "seam_still")


def find_seam(pixels: np.ndarray, block: tuple[int, int]) -> Seam | None:
    """
    Look for one step that runs a whole block row long, from somewhere inside a row to below the same place.

    Parameters
    ----------
    pixels : array of uint8, shape (rows, columns, 3)
        Decoded JPEG, not yet turned upright.
    block : tuple of int
        Height and width of the coding unit (8 or 16, by the chroma sampling). [px]

    Returns
    -------
    Seam or None
        The strongest run that is sharp at both ends, or None where there is none.

    Notes
    -----
    Blind to damage in the first and the last block row, to damage between two restart markers of the same
    row, and to steps under the limit `seam_step`. Those of the photo's own straight edges that happen to lie
    on block edges begin at a photo border or end where the object ends; the run is therefore held against
    what lies just before and just after it.
    """
    steps, valid = _block_steps(pixels, block)
    rows, columns = valid.shape
    if rows < 2 or columns < 8 or valid.sum() < columns:
        return None
    # Channel by channel: a reduction over a last axis of three takes NumPy five times as long.
    small = np.abs(steps) < 0.05
    still = float(np.mean(small[:, :, 0] & small[:, :, 1] & small[:, :, 2]))
    usable = _summed(valid.ravel())
    best: Seam | None = None
    for component in range(3):
        values = steps[:, :, component].ravel()
        for threshold in limit("photo", "seam_step") * np.array([1.0, 2.0, 4.0]):
            signs = (values > threshold).astype(np.int8) - (values < -threshold)
            found = _best_run(_summed(signs * valid.ravel()), usable, columns)
            if found is not None and (best is None or found[0] > best.coverage):
                coverage, start = found
                run = slice(start, start + columns)
                along = values[run][valid.ravel()[run]]
                step = float(np.median(along))
                even = float(np.mean(np.abs(along - step) < 0.5 * abs(step)))
                row = 1 + start // columns  # the block row below the edge
                best = Seam(coverage, even, row, start % columns, step, columns, still)
    return best


def _block_steps(pixels: np.ndarray, block: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Step across each horizontal block edge, mean over the block, less what the gradient there explains."""
    import cv2

    height, width = block
    lower = np.arange(height, pixels.shape[0] - 1, height)
    whole, columns = pixels.shape[1] // width, -(-pixels.shape[1] // width)
    steps = np.zeros((lower.size, columns, 3), dtype=np.float32)
    valid = np.zeros((lower.size, columns), dtype=bool)
    if lower.size == 0 or whole == 0:
        return steps, valid
    span = slice(0, whole * width)
    above2, above, below, below2 = (
        pixels[lower + offset, span].astype(np.int16) for offset in (-2, -1, 0, 1)
    )
    rise = below - above
    rise *= 3
    rise += above2
    rise -= below2
    # Twice the second-order step, in sixteenths: at most 8 * 1020, and the mean keeps its fraction in 16
    # bits.
    rise *= 8
    steps[:, :whole] = cv2.resize(rise, (whole, lower.size), interpolation=cv2.INTER_AREA)
    steps /= _SIXTEENTHS
    mean = cv2.resize(np.add(above, below, dtype=np.int16), (whole, lower.size), interpolation=cv2.INTER_AREA)
    inside = (mean > 4) & (mean < 2 * 255 - 4)
    valid[:, :whole] = inside[:, :, 0] | inside[:, :, 1] | inside[:, :, 2]
    return (steps.reshape(-1, 3) @ _YCC_FROM_RGB.T).reshape(steps.shape), valid


def _summed(values: np.ndarray) -> np.ndarray:
    """Running sum, from nothing on."""
    total = np.zeros(values.size + 1, dtype=np.int32)
    np.cumsum(values, dtype=np.int32, out=total[1:])
    return total


def _best_run(signs: np.ndarray, usable: np.ndarray, columns: int) -> tuple[float, int] | None:
    """Coverage and start of the strongest run that is sharp at both of its ends."""
    count = usable[columns:] - usable[:-columns]
    net = signs[columns:] - signs[:-columns]
    # Burnt-out blocks do not count; a third of a row is the least that says anything.
    start = np.flatnonzero((2 * np.abs(net) > count) & (3 * count >= columns))
    column = start % columns
    # Three blocks from either border: a frame around a picture ends there too.
    inner = (column >= 3) & (column <= columns - 3)
    start, column = start[inner], column[inner]
    if start.size == 0:
        return None
    reach = np.minimum(np.minimum(column, columns - column), max(3, columns // 8))
    direction = np.sign(net[start])

    def share(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, last = np.clip(first, 0, signs.size - 1), np.clip(last, 0, signs.size - 1)
        number = usable[last] - usable[first]
        return direction * (signs[last] - signs[first]) / np.maximum(number, 1), number

    head, head_count = share(start, start + reach)
    tail, tail_count = share(start + columns - reach, start + columns)
    before, _ = share(start - reach, start)
    after, _ = share(start + columns, start + columns + reach)
    inside = np.minimum(np.where(head_count > 0, head, 1.0), np.where(tail_count > 0, tail, 1.0))
    sharp = (inside >= 0.5) & (inside - np.maximum(before, after) > limit("photo", "seam_sharpness"))
    if not sharp.any():
        return None
    number = count[start]
    coverage = np.abs(net[start]) / number * np.minimum(1.0, np.sqrt(number / columns))
    winner = int(np.argmax(np.where(sharp, coverage, -1.0)))
    return float(coverage[winner]), int(start[winner])
