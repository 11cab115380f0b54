"""The one reader: a file, or its bytes, becomes a Photo or is refused by name."""

import errno
import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.findings import Finding
from pigmeter.photo.container import CONTAINERS, recognise
from pigmeter.photo.decoded import Decoded
from pigmeter.photo.icc import ProfileDamaged, ProfileNotSimple, convert_to_srgb, read_icc
from pigmeter.photo.jpeg import read_jpeg
from pigmeter.photo.metadata import Metadata, read_metadata
from pigmeter.photo.photo import Photo
from pigmeter.photo.png import read_png
from pigmeter.photo.spaces import ColourSpace, gamma_curve, named_space, primaries_to_xyz, repeat_curve
from pigmeter.photo.tiff import read_tiff
from pigmeter.photo.webp import read_webp
from pigmeter.reference import limit

_READERS = {"JPEG": read_jpeg, "PNG": read_png, "TIFF": read_tiff, "WebP": read_webp}
_CONTAINER_SPACES = {
    "srgb": "sRGB",
    "srgb (cICP)": "sRGB",
    "p3 (cICP)": "Display P3",
    "rec2020 (cICP)": "Rec. 2020",
}
_SRGB_GAMMA = 2.2
_IO_CODES = {
    errno.ENOENT: ("IO_GONE", "there is no such file"),
    errno.EACCES: ("IO_PERM", "the file may not be read"),
    errno.EPERM: ("IO_PERM", "the file may not be read"),
    errno.ELOOP: ("IO_LOOP", "the link points to itself"),
    errno.ENAMETOOLONG: ("IO_PATH", "the path is too long"),
    errno.ENOTDIR: ("IO_GONE", "there is no such file"),
}


def read_photo(
    source: str | os.PathLike[str] | bytes, *, name: str | None = None, device_key_secret: bytes | None = None
) -> Photo:
    """
    Read one photo: JPEG, PNG, TIFF or WebP, told by its content.

    Parameters
    ----------
    source : path or bytes
        The file, or what is in it.
    name : str, optional
        Name to keep and to use in messages; by default the file's own, without its folder.
    device_key_secret : bytes, optional
        Key under which the camera's serial number is hashed into `Capture.device_key`; without it there is
        none.

    Returns
    -------
    Photo
        Encoded pixels as stored (8 or 16 bits), turned upright, with transfer curve and primaries.

    Raises
    ------
    PhotoError
        If the file is not a photo, is damaged in any way that can be told, or is of a kind that is not
        measured; `code`, `reason` and `remedy` say which.

    Notes
    -----
    The file is opened once and read once, and what is hashed is what is decoded. No setting of any other
    library in the process is read or changed.

    Damage that decodes without complaint is told in 96 of 100 cases in which more than 1 % of a JPEG's
    pixels are off by more than 8 levels; PNG and deflated TIFF have checksums; plain and LZW TIFF and WebP
    have none.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        label, data = name or "photo", bytes(source)
    else:
        label = name or _printable(PurePath(source).name)
        data = _read_file(source, label)
    try:
        return _read(data, label, device_key_secret)
    except PhotoError as refusal:
        refusal.file = label
        raise


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_file(source: str | os.PathLike[str], label: str) -> bytes:
    # O_NONBLOCK: opening a pipe to look at it must not wait for a writer.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        # Looked at before it is opened: opening a device can already do something.
        _check_regular(Path(source).stat(), label)
        descriptor = os.open(source, flags)
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(file.fileno())
            _check_regular(before, label)
            most = int(limit("photo", "max_file_bytes"))
            if before.st_size > most:
                reason = f"the file has {before.st_size / 1e6:.0f} MB; at most {most / 1e6:.0f} are read"
                raise PhotoError("LIM_FILE", reason, "Save a smaller copy", file=label)
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        code, reason = _IO_CODES.get(
            error.errno or 0, ("IO_ERROR", f"the file cannot be read ({error.strerror})")
        )
        raise PhotoError(code, reason, "Check the path and the rights of the file", file=label) from error
    except ValueError as error:  # a NUL in the path
        raise PhotoError("IO_PATH", "the path is not valid", "Check the path", file=label) from error
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (
        before.st_size,
        before.st_mtime_ns,
    ):
        reason = "the file changed while it was read"
        raise PhotoError("IO_CHANGED", reason, "Wait until it is copied, then run again", file=label)
    return data


def _check_regular(status: os.stat_result, label: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a socket or a device"
        raise PhotoError("IO_NOT_FILE", f"this is {kind}, not a file", "Give a photo", file=label)


def _read(data: bytes, label: str, secret: bytes | None) -> Photo:
    container = recognise(data)
    decoded = _READERS[container](data)
    _check_colour(decoded.pixels)
    metadata = read_metadata(decoded.exif, secret)
    pixels, space, findings = _interpret(decoded, metadata)
    pixels = turn_upright(pixels, metadata.orientation)
    pixels.setflags(write=False)
    for table in (space.decode, space.primaries):
        table.setflags(write=False)
    found = [*decoded.findings, *metadata.findings, *findings]
    ending = PurePath(label).suffix.lower()
    known = {suffix for endings in CONTAINERS.values() for suffix in endings}
    if ending in known and ending not in CONTAINERS[container]:
        found.append(Finding("EXT_MISMATCH", f"The name ends in {ending}, but the file is a {container}"))
    return Photo(
        name=label,
        sha256=hashlib.sha256(data).hexdigest(),
        container=container,
        pixels=pixels,
        decode=space.decode,
        primaries=space.primaries,
        colour_space=space.name,
        capture=metadata.capture,
        findings=tuple(found),
    )


def _check_colour(pixels: np.ndarray) -> None:
    """Refuse a monochrome photo that is stored as RGB: first on a coarse grid, then on every pixel."""
    for grid in (pixels[::16, ::16], pixels):
        if (grid[:, :, 0] != grid[:, :, 1]).any() or (grid[:, :, 1] != grid[:, :, 2]).any():
            return
    raise PhotoError(
        "PIX_MONO", "the photo is monochrome: all three channels are equal", "Take it again in colour"
    )


def _interpret(decoded: Decoded, metadata: Metadata) -> tuple[np.ndarray, ColourSpace, list[Finding]]:
    """Find out what the values mean: by code points, else ICC profile, container's curve, EXIF, sRGB."""
    pixels, levels = decoded.pixels, 256 << (8 if decoded.pixels.dtype == np.uint16 else 0)
    findings: list[Finding] = []
    if decoded.space is not None and decoded.space.endswith("(cICP)"):
        return pixels, named_space(_CONTAINER_SPACES[decoded.space], levels), findings
    if decoded.icc is not None:
        try:
            return pixels, read_icc(decoded.icc, levels), findings
        except ProfileNotSimple as reason:
            try:
                converted = convert_to_srgb(pixels, decoded.icc)
            except ProfileDamaged as damage:
                findings.append(_bad_profile(damage))
            else:
                findings.append(
                    Finding("ICC_CONVERTED", f"Converted to sRGB by LittleCMS: the profile has {reason}")
                )
                space = named_space("sRGB", levels)
                return converted, replace(space, name="sRGB (converted)"), findings
        except ProfileDamaged as damage:
            findings.append(_bad_profile(damage))
    elif decoded.space is not None:
        return pixels, named_space(_CONTAINER_SPACES[decoded.space], levels), findings
    elif decoded.gamma is not None:
        return pixels, _gamma_space(decoded, levels), findings
    elif metadata.colour_space in ("sRGB", "Adobe RGB"):
        return pixels, named_space(metadata.colour_space, levels), findings
    said = (
        "EXIF calls the colours uncalibrated" if metadata.colour_space else "the file names no colour space"
    )
    if decoded.icc is None:
        findings.append(Finding("ICC_ASSUMED", f"sRGB is assumed: {said}"))
    return pixels, replace(named_space("sRGB", levels), name="sRGB (assumed)"), findings


def _bad_profile(damage: ProfileDamaged) -> Finding:
    return Finding("ICC_BAD", f"The colour profile is unusable and sRGB is assumed: {damage}")


def _gamma_space(decoded: Decoded, levels: int) -> ColourSpace:
    """Colour space of a PNG that gives an exponent (gAMA), and perhaps primaries (cHRM)."""
    exponent = decoded.gamma or 0.0
    linear = levels > 256 and abs(exponent - 1.0) < 0.01
    if not (linear or 1.4 <= exponent <= 3.0):
        depth = levels.bit_length() - 1
        reason = f"the PNG states the exponent {exponent:.3g} (gAMA), which is none for {depth}-bit photos"
        raise PhotoError("PIX_TRC", reason, "Export the photo as sRGB")
    space = named_space("sRGB", levels)
    primaries = space.primaries
    if decoded.chromaticities is not None:
        primaries = _chromatic_primaries(decoded.chromaticities)
    if abs(exponent - _SRGB_GAMMA) < 0.01 and np.abs(primaries - space.primaries).max() < 0.004:
        # Programs write 1/2.2 beside sRGB data as an approximation of its curve; the PNG specification asks
        # them to.
        return replace(space, name="sRGB (PNG gamma 2.2)")
    curve = gamma_curve(np.linspace(0.0, 1.0, levels), exponent)
    return ColourSpace(f"PNG gamma {exponent:.2f}", repeat_curve(curve), primaries)


def _chromatic_primaries(values: tuple[float, ...]) -> np.ndarray:
    white, red, green, blue = (tuple(values[start : start + 2]) for start in range(0, 8, 2))
    points = np.array([white, red, green, blue])
    sound = bool((points[:, 1] > 1e-5).all() and (points.sum(axis=1) <= 1.0).all())
    matrix = np.zeros((3, 3))
    if sound and abs(np.linalg.det(np.column_stack([points[1:], np.ones(3)]))) > 1e-3:
        matrix = primaries_to_xyz((red, green, blue), white)  # type: ignore[arg-type]
    if not np.isfinite(matrix).all() or matrix[1].min() < 0 or not matrix.any():
        reason = "the PNG states impossible primaries (cHRM)"
        raise PhotoError("PIX_COLORSPACE", reason, "Export the photo as sRGB")
    return matrix


def turn_upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """
    Turn a photo as its EXIF orientation asks.

    Parameters
    ----------
    pixels : array, shape (rows, columns, 3)
    orientation : int
        1 to 8 (EXIF 3.0, 4.6.5.4.1).

    Returns
    -------
    array, shape (rows, columns, 3) or (columns, rows, 3)
        C order.
    """
    import cv2

    if orientation in (5, 6, 7, 8):
        pixels = cv2.transpose(pixels)
    # Mirror up-down (0), left-right (1) or both (-1), after the transposition.
    flips = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}
    if orientation in flips:
        pixels = cv2.flip(pixels, flips[orientation])
    return np.ascontiguousarray(pixels)
