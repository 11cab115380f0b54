"""Places in a photo, and the same places on maps of which each pixel is a square of the photo's."""

import numpy as np
from numpy.typing import ArrayLike


def map_places(photo_places: ArrayLike, scale: int) -> np.ndarray:
    """
    Return where places of a photo lie on its maps.

    Parameters
    ----------
    photo_places : array, shape (...)
        x or y; whole numbers are centres of pixels. [photo px]
    scale : int
        Side of a map pixel. [photo px]

    Returns
    -------
    array, shape (...)
        Whole numbers are centres of map pixels. [map px]

    Examples
    --------
    >>> map_places([-0.5, 1.5, 3.5], 4)
    array([-0.5,  0. ,  0.5])
    """
    return np.asarray((np.asarray(photo_places, dtype=float) + 0.5) / scale - 0.5)


def photo_places(map_places: ArrayLike, scale: int) -> np.ndarray:
    """
    Return where places of a map lie in its photo.

    Parameters
    ----------
    map_places : array, shape (...)
        x or y; whole numbers are centres of map pixels. [map px]
    scale : int
        Side of a map pixel. [photo px]

    Returns
    -------
    array, shape (...)
        Whole numbers are centres of pixels. [photo px]

    Examples
    --------
    >>> photo_places([-0.5, 0.0, 0.5], 4)
    array([-0.5,  1.5,  3.5])
    """
    return np.asarray((np.asarray(map_places, dtype=float) + 0.5) * scale - 0.5)
