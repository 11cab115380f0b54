"""Read how a photo was taken from its EXIF block, and leave there what names a person or a place."""

import hashlib
import math
import re
from dataclasses import dataclass, field

from pigmeter.findings import Finding
from pigmeter.photo.ifd import Directory, DirectoryError, TiffFile
from pigmeter.photo.photo import Capture

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _DATE = 271, 272, 274, 305, 306
_EXIF_IFD, _INTEROP_IFD, _INTEROP_INDEX = 34665, 40965, 1
_EXPOSURE, _APERTURE, _ISO, _FLASH, _FOCAL = 33434, 33437, 34855, 37385, 37386
_TIME, _ZONE, _COLOUR_SPACE, _WHITE_BALANCE, _SERIAL, _LENS = 36867, 36881, 40961, 41987, 42033, 42036
_UNCALIBRATED = 65535
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Metadata:
    """
    What an EXIF block says.

    Attributes
    ----------
    capture : Capture
    orientation : int
        1 to 8; 1 is upright.
    colour_space : str or None
        ``"sRGB"``, ``"Adobe RGB"``, ``"uncalibrated"`` or nothing.
    findings : tuple of Finding
    """

    capture: Capture = field(default_factory=Capture)
    orientation: int = 1
    colour_space: str | None = None
    findings: tuple[Finding, ...] = ()


def read_metadata(exif: bytes | None, device_key_secret: bytes | None = None) -> Metadata:
    """
    Read an EXIF block (or a TIFF file, which is built the same way).

    Parameters
    ----------
    exif : bytes or None
        From the byte-order mark on.
    device_key_secret : bytes, optional
        Key, at most 64 bytes, under which make, model and serial number of the body are hashed (BLAKE2b).
        Without one no key of the device is made: serial numbers are few, so a hash without a secret could be
        undone by trying them all.

    Returns
    -------
    Metadata
        What is damaged is left out, with the finding META_EXIF.
    """
    if exif is None:
        return Metadata()
    findings: list[Finding] = []
    try:
        file = TiffFile(exif)
        main = file.directory(file.first)
    except DirectoryError as error:
        return Metadata(findings=(Finding("META_EXIF", f"The EXIF block is damaged: {error}"),))
    details = _below(file, main, _EXIF_IFD, findings)
    interop = _below(file, details, _INTEROP_IFD, [])
    capture = Capture(
        make=_text(main, _MAKE),
        model=_text(main, _MODEL),
        lens=_text(details, _LENS),
        software=_text(main, _SOFTWARE),
        exposure_time=_positive(details, _EXPOSURE),
        aperture=_positive(details, _APERTURE),
        iso=_positive(details, _ISO),
        focal_length=_positive(details, _FOCAL),
        white_balance={0.0: "auto", 1.0: "manual"}.get(_number(details, _WHITE_BALANCE)),
        flash=_flash(details),
        time=_time(details) or _time(main, _DATE),
        device_key=_device_key(main, details, device_key_secret),
    )
    return Metadata(capture, _orientation(main, findings), _colour_space(details, interop), tuple(findings))


def _below(file: TiffFile, parent: Directory | None, tag: int, findings: list[Finding]) -> Directory | None:
    if parent is None or tag not in parent:
        return None
    try:
        return file.directory(parent.whole(tag, 0))
    except DirectoryError as error:
        findings.append(Finding("META_EXIF", f"Part of the EXIF block is damaged: {error}"))
        return None


def _text(directory: Directory | None, tag: int) -> str | None:
    if directory is None or tag not in directory:
        return None
    try:
        raw = directory.text(tag)
    except DirectoryError:
        return None
    text = "".join(letter for letter in raw[:256].decode("utf-8", "replace") if letter.isprintable())
    return " ".join(text.split())[:_LONGEST] or None


def _number(directory: Directory | None, tag: int) -> float:
    if directory is None or tag not in directory:
        return math.nan
    try:
        return directory.number(tag)
    except DirectoryError:
        return math.nan


def _positive(directory: Directory | None, tag: int) -> float | None:
    value = _number(directory, tag)
    return value if math.isfinite(value) and value > 0 else None


def _flash(details: Directory | None) -> bool | None:
    value = _number(details, _FLASH)
    return bool(int(value) & 1) if math.isfinite(value) else None


def _time(directory: Directory | None, tag: int = _TIME) -> str | None:
    text = _text(directory, tag) or ""
    found = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    if not (
        year > 1900 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61
    ):
        return None
    zone = _text(directory, _ZONE) or ""
    offset = zone if re.fullmatch(r"[+-]\d\d:\d\d|Z", zone) else ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"


def _device_key(main: Directory, details: Directory | None, secret: bytes | None) -> str | None:
    serial = _text(details, _SERIAL)
    if secret is None or serial is None:
        return None
    parts = [_text(main, _MAKE) or "", _text(main, _MODEL) or "", serial]
    return hashlib.blake2b("\0".join(parts).encode(), key=secret, digest_size=16).hexdigest()


def _orientation(main: Directory, findings: list[Finding]) -> int:
    if _ORIENTATION not in main:
        return 1
    value = _number(main, _ORIENTATION)
    if value in range(1, 9):
        return int(value)
    findings.append(
        Finding("META_ORIENT", f"The orientation {value:g} means nothing; the photo is taken as upright")
    )
    return 1


def _colour_space(details: Directory | None, interop: Directory | None) -> str | None:
    value = _number(details, _COLOUR_SPACE)
    if value == 1:
        return "sRGB"
    if value == 2 or (value == _UNCALIBRATED and _text(interop, _INTEROP_INDEX) == "R03"):
        return "Adobe RGB"
    return "uncalibrated" if value == _UNCALIBRATED else None
