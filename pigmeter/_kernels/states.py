"""What is taken out of the maps, and what each pixel's state adds up to in a region."""

import numpy as np
from numba import njit

# Twins: tests/naive.py.

_NAN = np.float32(np.nan)
_NOTHING = np.uint64(0)


@njit(cache=True, nogil=True)
def take_out(
    planes: tuple[np.ndarray, ...],
    wide: np.ndarray,
    line: int,
    causes: np.ndarray,
    margin: int,
    cell: int,
    first: int,
    last: int,
    state: np.ndarray,
    skin: np.ndarray,
) -> None:
    """
    Take lines and whole cells out of the maps.

    Parameters
    ----------
    planes : tuple of array of float32, each of shape (rows, columns)
        Written: NaN where something is taken out.
    wide : array of uint8, shape (rows + 2 margin, columns)
        Measured pixels that are 1 here become `line`. Columns are a multiple of eight.
    line : int
        State of a line.
    causes : array of uint8, shape (cell rows, cell columns)
        Pixels of a cell that are measured, or not skin, become its cause, unless it is 0.
    margin, cell : int
        [px]
    first, last : int
        Rows of cells to handle.
    state : array of uint8, shape (rows, columns)
    skin : array of bool, shape (rows, columns)
        Changed: `skin` is where `state` is 1.
    """
    rows, columns = state.shape
    places = np.empty(columns, dtype=np.int64)
    for cell_row in range(first, last):
        for r in range(cell_row * cell, min((cell_row + 1) * cell, rows)):
            kinds, inside = state[r], skin[r]
            marks = wide[r + margin]
            words = marks.view(np.uint64)
            number = 0
            for word in range(len(words)):
                if words[word] == _NOTHING:
                    continue
                for c in range(8 * word - margin, 8 * word + 8 - margin):
                    if 0 <= c < columns and marks[c + margin] and kinds[c] == 1:
                        kinds[c] = line
                        inside[c] = False
                        places[number] = c
                        number += 1
            for plane in planes:
                values = plane[r]
                for i in range(number):
                    values[places[i]] = _NAN
            for column in range(causes.shape[1]):
                cause = causes[cell_row, column]
                if cause == 0:
                    continue
                for c in range(column * cell, min((column + 1) * cell, columns)):
                    if kinds[c] == 1:
                        inside[c] = False
                        for plane in planes:
                            plane[r, c] = _NAN
                        kinds[c] = cause
                    elif kinds[c] == 0:
                        kinds[c] = cause


@njit(cache=True, nogil=True)
def count_states(
    state: np.ndarray,
    inside: np.ndarray,
    cell: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    counts: np.ndarray,
) -> None:
    """
    Count pixels by their state.

    Parameters
    ----------
    state : array of uint8, shape (rows, columns)
    inside : array of uint8, shape (cell rows, cell columns)
        1 in cells that count.
    cell : int
        Side of a cell; 1 for a mask of pixels. [px]
    top, bottom, left, right : int
        The part to look at; nothing beyond it counts.
    counts : array of int64, shape (states,)
        Added to.
    """
    for r in range(top, bottom):
        asked, kinds = inside[r // cell], state[r]
        for c in range(left, right):
            if asked[c // cell]:
                counts[kinds[c]] += 1
