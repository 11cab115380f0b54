"""Grey-level co-occurrence of a map: how often squares at one distance have which pair of levels."""

from dataclasses import dataclass

import numpy as np

ANGLES = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)


@dataclass(frozen=True, slots=True)
class CoOccurrence:
    """
    Homogeneity and entropy of a map, averaged over four directions.

    Attributes
    ----------
    homogeneity : float
        Inverse difference moment, sum of p(i, j) / (1 + (i - j)^2): 1 where all neighbours are alike. [1]
    entropy : float
        Sum of -p(i, j) ln p(i, j); 0 where one pair of levels occurs. [nat]
    pairs : int
        Number of pairs of squares in all directions, each counted once.
    """

    homogeneity: float
    entropy: float
    pairs: int


def levels_of(values: np.ndarray, lowest: float, width: float, count: int) -> np.ndarray:
    """
    Sort values into levels of fixed width.

    Parameters
    ----------
    values : array
    lowest, width : float
        Lower border of level 0, and width of a level, in the map's unit.
    count : int
        Number of levels; values beyond count as the lowest or the highest.

    Returns
    -------
    array of int, shape as given
        NaN becomes 0, as anything: see `cooccurrence_of`.
    """
    placed = np.floor((np.nan_to_num(values, nan=lowest) - lowest) / width)
    return np.asarray(np.clip(placed, 0, count - 1).astype(np.intp))


def cooccurrence_of(levels: np.ndarray, counted: np.ndarray, distance: int) -> CoOccurrence | None:
    """
    Work out homogeneity and entropy.

    Parameters
    ----------
    levels : array of int, shape (rows, columns)
    counted : array of bool, shape (rows, columns)
        Squares that count: a pair counts if both do.
    distance : int
        [squares]

    Returns
    -------
    CoOccurrence or None
        None if some direction has no pair.

    Notes
    -----
    As ``graycomatrix`` and ``graycoprops`` of scikit-image work them out for a whole image with
    ``symmetric=True, normed=True`` and the angles `ANGLES`; that has no mask. What does not count is a level
    of its own here, whose row and column are dropped before the matrix is normed.

    References
    ----------
    .. [1] Haralick, Shanmugam, Dinstein, Textural features for image classification, IEEE Trans Syst Man
       Cybern 1973;3:610. Seen: secondary.
    """
    if not counted.any():
        return None
    lowest = int(levels[counted].min())
    count = int(levels[counted].max()) - lowest + 2
    marked = np.where(counted, levels - lowest + 1, 0)
    apart = np.arange(count - 1)
    likeness = 1 / (1 + (apart[:, None] - apart) ** 2.0)
    homogeneity, entropy, pairs = 0.0, 0.0, 0
    for angle in ANGLES:
        down, across = round(np.sin(angle) * distance), round(np.cos(angle) * distance)
        one, other = _neighbours(marked, down, across)
        matrix = np.bincount((one * count + other).ravel(), minlength=count**2).reshape(count, count)
        matrix = matrix[1:, 1:]
        total = int(matrix.sum())
        if not total:
            return None
        p = (matrix + matrix.T) / (2 * total)
        homogeneity += float((p * likeness).sum()) / len(ANGLES)
        seen = p[p > 0]
        entropy -= float((seen * np.log(seen)).sum()) / len(ANGLES)
        pairs += total
    return CoOccurrence(homogeneity, max(entropy, 0.0), pairs)


def _neighbours(marked: np.ndarray, down: int, across: int) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = marked.shape
    left = max(0, -across)
    right = max(min(columns, columns - across), left)
    bottom = max(rows - down, 0)
    return marked[:bottom, left:right], marked[down : down + bottom, left + across : right + across]
