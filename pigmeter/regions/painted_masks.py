"""Painted masks: PNG files in which a region is a colour, or all that is bright."""

import io
import re
from pathlib import Path

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.reference import limit
from pigmeter.regions.json_fields import Field, read_limited, shown


def read_mask(path: Path) -> np.ndarray:
    """
    Read a PNG in which one region is painted bright.

    Parameters
    ----------
    path : Path

    Returns
    -------
    array of bool, shape (rows, columns)
        True where a pixel is at least half as bright as the brightest one (so 0 and 1 serve as well as 0 and
        255, and a soft brush ends where it is half as strong), and at least half opaque.

    Raises
    ------
    UsageError
        ``REGION_FILE``: it cannot be read, is no PNG, is too large, or nothing is painted in it.
    """
    return bright_part(read_painting(path), path.name)


def bright_part(painting: np.ndarray, file: str) -> np.ndarray:
    """Return where a painting is at least half as bright as it is anywhere; see `read_mask`."""
    levels = painting[..., :3].max(axis=2) * (painting[..., 3] >= 128)
    brightest = int(levels.max())
    if not brightest:
        reason = "nothing is painted in this mask: it is black or transparent everywhere"
        raise UsageError("REGION_FILE", reason, "Paint the region white", file=file)
    return np.asarray(2 * levels.astype(np.int32) >= brightest)


def read_painting(path: Path) -> np.ndarray:
    """Return a PNG file's pixels as they are, uint8, shape (rows, columns, 4): red, green, blue, opacity."""
    return decode_painting(read_limited(path), path.name)


def decode_painting(data: bytes, file: str) -> np.ndarray:
    """
    Decode a PNG's pixels to red, green, blue and opacity, of 8 bit.

    Raises
    ------
    UsageError
        ``REGION_FILE``: it is no PNG, damaged, or too large.
    """
    from PIL import Image

    remedy = "Save the mask as PNG with 8 bits; other formats change colours"
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            size, most = picture.width * picture.height, limit("regions", "mask_size")
            if size > most:
                reason = f"the mask has {size / 1e6:.0f} megapixels (limit {most / 1e6:.0f})"
                raise UsageError("REGION_FILE", reason, "Paint it at the photo's size", file=file)
            if picture.mode.startswith(("I", "F")):  # 16 bit of grey: labels up to 255 or white
                grey = np.asarray(picture).astype(np.int64)
                top = int(grey.max())
                grey = grey if top < 256 else grey >> 8
                plain = np.stack([grey] * 3 + [np.full_like(grey, 255)], axis=2)
                return plain.astype(np.uint8)
            return np.asarray(picture.convert("RGBA"))
    except UsageError:
        raise
    except Exception as error:
        what = "a PNG" if data[:8] == b"\x89PNG\r\n\x1a\n" else "no PNG"
        reason = f"the mask is {what} and cannot be decoded ({type(error).__name__})"
        raise UsageError("REGION_FILE", reason, remedy, file=file) from None


def labelled_part(painting: np.ndarray, label: Field) -> np.ndarray:
    """
    Return where a painting has one colour or grey value.

    Parameters
    ----------
    painting : array of uint8, shape (rows, columns, 4)
    label : Field
        A grey value, ``"#rrggbb"`` or ``[red, green, blue]``.

    Returns
    -------
    array of bool, shape (rows, columns)

    Raises
    ------
    UsageError
        ``REGION_FILE``: that is no colour, or no pixel has it.
    """
    colour = _colour(label)
    part = np.all(painting[..., :3] == colour, axis=2) & (painting[..., 3] >= 128)
    if not part.any():
        seen = np.unique(painting[::7, ::7, :3].reshape(-1, 3), axis=0)
        listed = ", ".join(f"#{bytes(one.tolist()).hex()}" for one in seen[:6])
        remedy = "Name a colour that is painted; brushes with soft edges and JPEG change colours"
        label.refuse(
            f"no pixel of the painting is {shown(label.value)} (colours in it: {listed} ...)", remedy
        )
    return np.asarray(part)


def _colour(label: Field) -> np.ndarray:
    value = label.value
    if isinstance(value, str) and re.fullmatch("#[0-9a-fA-F]{6}", value):
        return np.array([int(value[n : n + 2], 16) for n in (1, 3, 5)])
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255:
        return np.array([value] * 3)
    if (
        isinstance(value, list)
        and len(value) == 3
        and all(isinstance(one, int) and 0 <= one <= 255 for one in value)
    ):
        return np.array(value)
    return label.refuse(
        f"found {shown(value)}, expected a grey value 0 to 255, '#rrggbb' or [red, green, blue]"
    )
