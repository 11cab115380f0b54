"""What every reader of a container hands on: pixels as stored, and what the file says about them."""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.findings import Finding
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Decoded:
    """
    A decoded file before its orientation and its colour space are dealt with.

    Attributes
    ----------
    pixels : array of uint8 or uint16, shape (rows, columns, 3)
        Encoded RGB as stored, not turned upright.
    icc : bytes or None
        The colour profile, whole or damaged, as it stands in the file.
    exif : bytes or None
        The EXIF block, from its byte-order mark on.
    space : str or None
        Colour space named by the container itself: ``"srgb"``, ``"p3"``, ``"rec2020"`` ....
    gamma : float or None
        Decoding exponent named by the container itself. [1]
    chromaticities : tuple of float or None
        White x, y, red x, y, green x, y, blue x, y named by the container itself. [1]
    findings : tuple of Finding
    """

    pixels: np.ndarray
    icc: bytes | None = None
    exif: bytes | None = None
    space: str | None = None
    gamma: float | None = None
    chromaticities: tuple[float, ...] | None = None
    findings: tuple[Finding, ...] = ()


def check_size(width: int, height: int) -> None:
    """
    Refuse a photo by the size in its header, before anything is allocated for it.

    Raises
    ------
    PhotoError
        DEC_HEADER for a side of zero or beyond 31 bits, LIM_PIXELS above the limit, PIX_TOO_SMALL below it.
    """
    if not (0 < width < 2**31 and 0 < height < 2**31):
        reason = f"the header gives the impossible size {width} x {height}"
        raise PhotoError("DEC_HEADER", reason, "Copy the file again from the camera")
    most, least = limit("photo", "max_pixels"), limit("photo", "min_side")
    if width * height > most:
        reason = (
            f"{width} x {height} = {width * height / 1e6:.0f} megapixels; at most {most / 1e6:.0f} are read"
        )
        raise PhotoError(
            "LIM_PIXELS", reason, "Save a smaller copy, or raise max_pixels in calibration/limits/photo.csv"
        )
    if min(width, height) < least:
        reason = f"{width} x {height} pixels; each side needs at least {least:.0f}"
        raise PhotoError("PIX_TOO_SMALL", reason, "Use the original photo, not its thumbnail")


def refuse_truncated(what: str) -> NoReturn:
    """Refuse a file that ends too early."""
    raise PhotoError("DEC_TRUNCATED", f"the file is cut short: {what}", "Copy it again from the camera")


def refuse_corrupt(what: str) -> NoReturn:
    """Refuse a file whose contents contradict themselves."""
    raise PhotoError("DEC_CORRUPT", f"the file is damaged: {what}", "Copy it again from the camera")


def refuse_header(what: str) -> NoReturn:
    """Refuse a file whose header makes no sense."""
    raise PhotoError(
        "DEC_HEADER", f"the header makes no sense: {what}", "Copy the file again from the camera"
    )


def refuse_metadata(what: str) -> NoReturn:
    """Refuse a file with more beside its pixels than any camera writes."""
    raise PhotoError(
        "LIM_META", f"too much data beside the pixels: {what}", "Export the photo without metadata"
    )
