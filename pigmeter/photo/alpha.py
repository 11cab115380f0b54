"""Drop an alpha channel that says nothing, and refuse one that does."""

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.findings import Finding


def drop_alpha(pixels: np.ndarray) -> tuple[np.ndarray, Finding]:
    """
    Return the colour of a photo whose fourth channel is opaque everywhere.

    Parameters
    ----------
    pixels : array of uint8 or uint16, shape (rows, columns, 4)

    Returns
    -------
    array, shape (rows, columns, 3), and Finding
        ALPHA_DROPPED.

    Raises
    ------
    PhotoError
        PIX_ALPHA if any pixel is not opaque.
    """
    opaque = np.iinfo(pixels.dtype).max
    share = float(np.mean(pixels[:, :, 3] != opaque))
    if share:
        reason = f"{share:.1%} of the pixels are transparent, so their colour is not what the camera saw"
        raise PhotoError("PIX_ALPHA", reason, "Use the original photo, without cut-outs")
    return np.ascontiguousarray(pixels[:, :, :3]), Finding(
        "ALPHA_DROPPED", "An alpha channel, opaque everywhere, was dropped"
    )
