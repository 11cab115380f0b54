"""COCO's run lengths: masks as counts of pixels out and in by turns, column by column; plain or packed."""

import numpy as np


def unpack_counts(text: str) -> list[int]:
    """
    Unpack the counts of COCO's compressed run lengths.

    Parameters
    ----------
    text : str
        Characters 48 to 111: five bits each, the sixth says that more follow, the lowest first, the last
        one's highest bit is the sign; from the fourth count on, each is given as its difference from the
        count before the last.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        If a character does not belong there, the text ends within a count, or a count is below 0.

    Examples
    --------
    >>> unpack_counts("022O31MO3")
    [0, 2, 2, 1, 5, 2, 2, 1, 5]
    """
    counts: list[int] = []
    value = shift = 0
    for place, character in enumerate(text):
        code = ord(character) - 48
        if not 0 <= code < 64:
            why = f"character {character!r} at place {place} is none of a run length's"
            raise ValueError(why)
        value |= (code & 31) << shift
        shift += 5
        if code & 32:
            if shift > 60:
                why = f"the count that ends at place {place} is too long"
                raise ValueError(why)
            continue
        if code & 16:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        if counts[-1] < 0:
            why = f"count {len(counts)} is {counts[-1]}, below 0"
            raise ValueError(why)
        value = shift = 0
    if shift:
        raise ValueError("the text ends within a count")
    return counts


def mask_of_counts(counts: list[int], shape: tuple[int, int]) -> np.ndarray:
    """
    Paint a mask from its run lengths.

    Parameters
    ----------
    counts : list of int
        Pixels out, in, out ..., down the columns from the left.
    shape : tuple of int
        Rows and columns. [px]

    Returns
    -------
    array of bool, shape (rows, columns)

    Raises
    ------
    ValueError
        If the counts do not add up to the mask's size, or one is below 0.

    Examples
    --------
    >>> mask_of_counts([1, 2, 1], (2, 2)).astype(int)
    array([[0, 1],
           [1, 0]])
    """
    runs = np.asarray(counts, dtype=np.int64)
    if runs.size and runs.min() < 0:
        why = f"a count is {int(runs.min())}, below 0"
        raise ValueError(why)
    if int(runs.sum()) != shape[0] * shape[1]:
        why = f"the counts add up to {int(runs.sum())} px, not to {shape[0]} x {shape[1]}"
        raise ValueError(why)
    inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return np.ascontiguousarray(inside.reshape(shape[::-1]).T)
