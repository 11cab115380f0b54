"""How coarsely a photo was rounded when it was saved as a JPEG, read from its pixels."""

import numpy as np

from pigmeter.photo.photo import Photo
from pigmeter.reference import limit

_BLOCK = 8
# Luminance of the file as JPEG defines it (ITU-T T.871).
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
# Terms of middle frequency: fine enough that most photos fill several steps, and that the eye's table for
# them is alike among encoders.
_TERMS = tuple((row, column) for row in range(4) for column in range(4) if 1 <= row + column <= 3)
_LEAST_FILLED = 60  # coefficients beyond half a step, without which chance alone may line up the rest


def jpeg_step(photo: Photo) -> float | None:
    """
    Step to which a photo's middle frequencies were rounded when it was last saved as a JPEG.

    Parameters
    ----------
    photo : Photo
        Of any container: a JPEG that was saved again without loss still shows its steps.

    Returns
    -------
    float or None
        Median over the terms of low and middle frequency, in 8-bit levels of a normalised 8 x 8 DCT of
        luminance; None where no step is sure: no JPEG, a fine one (steps of 3 and less drown in the rounding
        of pixels), a photo that was scaled since, or one without detail.

    Notes
    -----
    Coefficients of a JPEG are multiples of its step. The mean of ``cos(2 pi c / q)`` over the coefficients c
    of one frequency is near 1 for the step q and its divisors, lower by what rounding the pixels adds, and
    near 0 for others; the q that fits best is taken. The libjpeg tables give a median step of 7 at
    quality 75, 4 at 84 and 3 at 88.

    References
    ----------
    .. [1] Fridrich, Goljan and Du, Steganalysis based on JPEG compatibility, SPIE 4518, 2001. Seen:
       background.
    """
    from scipy.fft import dctn

    blocks = _blocks(photo)
    if blocks is None:
        return None
    terms = dctn(blocks, axes=(1, 2), norm="ortho")
    found = [_step(terms[:, row, column]) for row, column in _TERMS]
    known = [step for step in found if step is not None]
    return float(np.median(known)) if 2 * len(known) >= len(found) else None


def _blocks(photo: Photo) -> np.ndarray | None:
    """Luminance of blocks spread evenly over the photo, shape (blocks, 8, 8)."""
    down, across = (side // _BLOCK for side in photo.shape)
    if down * across == 0:
        return None
    every = max(1, int(np.ceil(np.sqrt(down * across / limit("pairing", "jpeg_blocks")))))
    rows, columns = (
        (np.arange(0, count, every)[:, None] * _BLOCK + np.arange(_BLOCK)).ravel() for count in (down, across)
    )
    tiles = photo.pixels[np.ix_(rows, columns)].reshape(len(rows) // _BLOCK, _BLOCK, -1, _BLOCK, 3)
    some = tiles.astype(np.float32) * np.float32(255 / (2**photo.bits - 1))
    # A clipped block does not say what was rounded.
    open_blocks = ((some > 0) & (some < 255)).all(axis=(1, 3, 4))
    luma = (some @ _LUMA).transpose(0, 2, 1, 3)[open_blocks]
    return luma if len(luma) >= _LEAST_FILLED else None


def _step(values: np.ndarray) -> int | None:
    best, found = limit("pairing", "jpeg_coherence"), None
    for step in range(2, int(limit("pairing", "jpeg_largest_step")) + 1):
        beyond = values[np.abs(values) > 0.5 * step]
        if len(beyond) < _LEAST_FILLED:
            break
        coherence = float(np.cos(2 * np.pi * beyond / step).mean())
        if coherence >= best:
            best, found = coherence, step
    return found
