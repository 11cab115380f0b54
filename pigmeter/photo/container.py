"""Tell from a file's first bytes what it is, and for what is not read, what to do instead."""

import struct

from pigmeter.errors import PhotoError
from pigmeter.photo.ifd import (
    CFA,
    DNG_VERSION,
    LINEAR_RAW,
    PHOTOMETRIC,
    SUB_IFDS,
    Directory,
    DirectoryError,
    TiffFile,
)

CONTAINERS: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png",),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
}
"""Containers that are read, each with the file name endings it goes by."""

_EXPORT = "Export it as PNG, TIFF or JPEG"
_RAW = (
    "Develop it with a neutral, unedited preset to a 16-bit TIFF, or use the camera's JPEG; "
    "the same way for the photo of the chart"
)
_HEIC = (
    "Set the phone to save JPEG (iPhone: Settings, Camera, Formats, Most Compatible), "
    "or export it as JPEG or PNG"
)
_DICOM = "Export the photo from the archive as PNG or TIFF"
_TEXT = "Give a photo: JPEG, PNG, TIFF or WebP"

# (offset, bytes, code, what it is, what to do)
_OTHERS: tuple[tuple[int, bytes, str, str, str], ...] = (
    (128, b"DICM", "FMT_NOT_ALLOWED", "a DICOM file", _DICOM),
    (0, b"FUJIFILMCCD-RAW", "FMT_NOT_ALLOWED", "a Fujifilm raw file (RAF)", _RAW),
    (0, b"IIRO", "FMT_NOT_ALLOWED", "an Olympus raw file (ORF)", _RAW),
    (0, b"IIRS", "FMT_NOT_ALLOWED", "an Olympus raw file (ORF)", _RAW),
    (0, b"MMOR", "FMT_NOT_ALLOWED", "an Olympus raw file (ORF)", _RAW),
    (0, b"IIU\0", "FMT_NOT_ALLOWED", "a Panasonic raw file (RW2)", _RAW),
    (0, b"FOVb", "FMT_NOT_ALLOWED", "a Sigma raw file (X3F)", _RAW),
    (0, b"\0MRM", "FMT_NOT_ALLOWED", "a Minolta raw file (MRW)", _RAW),
    (0, b"IIII", "FMT_NOT_ALLOWED", "a Phase One raw file (IIQ)", _RAW),
    (0, b"GIF8", "FMT_NOT_ALLOWED", "a GIF (256 colours)", "Use the original photo"),
    (0, b"BM", "FMT_NOT_ALLOWED", "a BMP picture", _EXPORT),
    (0, b"\0\0\1\0", "FMT_NOT_ALLOWED", "an icon (ICO)", _TEXT),
    (0, b"8BPS", "FMT_NOT_ALLOWED", "a Photoshop document (PSD)", _EXPORT),
    (0, b"%PDF", "FMT_NOT_ALLOWED", "a PDF document", "Extract the original photo from it"),
    (0, b"%!PS", "FMT_NOT_ALLOWED", "a PostScript document (EPS)", "Extract the original photo from it"),
    (
        0,
        b"\xc5\xd0\xd3\xc6",
        "FMT_NOT_ALLOWED",
        "a PostScript document (EPS)",
        "Extract the original photo from it",
    ),
    (0, b"\0\0\0\x0cjP  ", "FMT_NOT_ALLOWED", "a JPEG 2000 picture", _EXPORT),
    (0, b"\xff\x4f\xff\x51", "FMT_NOT_ALLOWED", "a JPEG 2000 picture", _EXPORT),
    (0, b"\0\0\0\x0cJXL ", "FMT_NOT_ALLOWED", "a JPEG XL picture", _EXPORT),
    (0, b"\xff\x0a", "FMT_NOT_ALLOWED", "a JPEG XL picture", _EXPORT),
    (0, b"II\xbc\x01", "FMT_NOT_ALLOWED", "a JPEG XR picture", _EXPORT),
    (0, b"v/1\x01", "FMT_NOT_ALLOWED", "an OpenEXR picture", "Export it as 16-bit PNG or TIFF"),
    (0, b"#?RADIANCE", "FMT_NOT_ALLOWED", "a Radiance HDR picture", "Export it as 16-bit PNG or TIFF"),
    (0, b"SIMPLE  =", "FMT_NOT_ALLOWED", "a FITS file", "Export it as 16-bit TIFF"),
    (0, b"\x1aE\xdf\xa3", "NOT_PHOTO", "a video (Matroska or WebM)", "Measure single photos instead"),
    (0, b"\0\0\1\xba", "NOT_PHOTO", "a video (MPEG)", "Measure single photos instead"),
    (0, b"PK\3\4", "FMT_UNKNOWN", "a ZIP archive, not a photo", "Unpack it and give the folder"),
    (0, b"PK\5\6", "FMT_UNKNOWN", "a ZIP archive, not a photo", "Unpack it and give the folder"),
    (0, b"\x1f\x8b", "FMT_UNKNOWN", "a gzip archive, not a photo", "Unpack it and give the folder"),
    (0, b"7z\xbc\xaf", "FMT_UNKNOWN", "a 7-Zip archive, not a photo", "Unpack it and give the folder"),
    (0, b"Rar!", "FMT_UNKNOWN", "a RAR archive, not a photo", "Unpack it and give the folder"),
    (257, b"ustar", "FMT_UNKNOWN", "a tar archive, not a photo", "Unpack it and give the folder"),
)
_HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"msf1",
    b"mif2",
}
_AVIF_BRANDS = {b"avif", b"avis"}


def recognise(data: bytes) -> str:
    """
    Return the container of a photo by its content, whatever its name.

    Parameters
    ----------
    data : bytes
        The file. For anything but TIFF the first 4096 bytes do.

    Returns
    -------
    str
        One of `CONTAINERS`.

    Raises
    ------
    PhotoError
        FMT_NOT_ALLOWED for pictures of another kind, NOT_PHOTO for videos, FMT_UNKNOWN for anything else,
        IO_EMPTY for an empty file. The message names what was found and what to do.

    Examples
    --------
    >>> recognise(bytes([0xFF, 0xD8, 0xFF, 0xE0]))
    'JPEG'
    """
    if not data:
        raise PhotoError("IO_EMPTY", "the file is empty", "Copy it again from the camera")
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        raise PhotoError("NOT_PHOTO", "a video (AVI)", "Measure single photos instead")
    for offset, magic, code, what, remedy in _OTHERS:
        if data[offset : offset + len(magic)] == magic:
            raise PhotoError(code, f"the file is {what}, which is not read", remedy)
    if data[4:8] == b"ftyp":
        _refuse_media(data)
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        _refuse_raw(data)
        return "TIFF"
    _refuse_text(data)
    reason = "the file is none of the kinds that are known here"
    raise PhotoError("FMT_UNKNOWN", reason, "Give a photo: JPEG, PNG, TIFF or WebP")


def _refuse_media(data: bytes) -> None:
    (size,) = struct.unpack(">I", data[:4])
    end = min(size, len(data), 4096)
    brands = {data[8:12]} | {data[start : start + 4] for start in range(16, end, 4)}
    if data[8:12] == b"crx ":
        raise PhotoError("FMT_NOT_ALLOWED", "the file is a Canon raw file (CR3), which is not read", _RAW)
    if brands & _AVIF_BRANDS:
        raise PhotoError("FMT_NOT_ALLOWED", "the file is an AVIF picture, which is not read yet", _EXPORT)
    if brands & _HEIF_BRANDS:
        raise PhotoError("FMT_NOT_ALLOWED", "the file is a HEIC photo, which is not read yet", _HEIC)
    raise PhotoError("NOT_PHOTO", "the file is a video", "Measure single photos instead")


def _refuse_raw(data: bytes) -> None:
    if data[8:10] == b"CR":
        raise PhotoError("FMT_NOT_ALLOWED", "the file is a Canon raw file (CR2), which is not read yet", _RAW)
    try:
        file = TiffFile(data)
        first = file.directory(file.first)
        if DNG_VERSION in first:
            raise PhotoError(
                "FMT_NOT_ALLOWED", "the file is a camera raw file (DNG), which is not read yet", _RAW
            )
        places = first.numbers(SUB_IFDS)[:8].tolist() if SUB_IFDS in first else []
        raw = any(_is_sensor(directory) for directory in (first, *map(file.directory, map(int, places))))
    except DirectoryError:
        return  # a damaged TIFF is told so by its own reader
    if raw:
        reason = "the file is a camera raw file (NEF, ARW, PEF or the like), which is not read yet"
        raise PhotoError("FMT_NOT_ALLOWED", reason, _RAW)


def _is_sensor(directory: Directory) -> bool:
    return PHOTOMETRIC in directory and directory.number(PHOTOMETRIC) in (CFA, LINEAR_RAW)


def _refuse_text(data: bytes) -> None:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = head.lower()
    if b"<svg" in lower:
        raise PhotoError("FMT_UNKNOWN", "the file is an SVG drawing, not a photo", _TEXT)
    if lower.startswith((b"<!doctype html", b"<html")) or b"<script" in lower:
        raise PhotoError(
            "FMT_UNKNOWN", "the file is a web page, not a photo", "Save the photo itself, not its page"
        )
    if head and all(byte in b"\t\r\n\f" or byte >= 32 for byte in head) and b"\x7f" not in head:
        try:
            head[:-4].decode("utf-8")
        except UnicodeDecodeError:
            return
        raise PhotoError("FMT_UNKNOWN", "the file is text, not a photo", _TEXT)
