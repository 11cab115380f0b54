"""Check a JPEG from its first to its last marker and decode it strictly."""

import re
import struct
from dataclasses import dataclass, field

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.findings import Finding
from pigmeter.photo.decoded import (
    Decoded,
    check_size,
    refuse_corrupt,
    refuse_header,
    refuse_metadata,
    refuse_truncated,
)
from pigmeter.photo.seams import find_seam
from pigmeter.reference import limit

_SOI, _EOI, _SOS, _DRI = 0xD8, 0xD9, 0xDA, 0xDD
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_READ = {0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive"}
_NOT_READ = {
    0xC3: "lossless", 0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "hierarchical lossless",
    0xC9: "arithmetic-coded", 0xCA: "arithmetic-coded", 0xCB: "arithmetic-coded", 0xCD: "hierarchical",
    0xCE: "hierarchical", 0xCF: "hierarchical", 0xF7: "JPEG-LS",
}  # fmt: skip
# The end of a scan: a marker that is neither a stuffed FF nor a restart nor fill.
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


@dataclass(slots=True)
class JpegHeader:
    """
    What the markers of a JPEG say.

    Attributes
    ----------
    width, height : int
        [px]
    block : tuple of int
        Height and width of the coding unit. [px]
    exif, icc : bytes or None
    end : int
        Offset just behind the end-of-image marker.
    coded : list of slice
        The parts of the file that make the picture: all but metadata and remarks.
    several : bool
        Whether the file announces further pictures (MPO, gain map).
    scans : int
    profile_parts : dict
        Pieces of the colour profile by their number.
    profile_count : int
        Number of pieces the last of them announced.
    """

    width: int = 0
    height: int = 0
    block: tuple[int, int] = (8, 8)
    exif: bytes | None = None
    icc: bytes | None = None
    end: int = 0
    coded: list[slice] = field(default_factory=list)
    several: bool = False
    scans: int = 0
    profile_parts: dict[int, bytes] = field(default_factory=dict)
    profile_count: int = 0


def read_jpeg(data: bytes) -> Decoded:
    """
    Decode a JPEG, or refuse it.

    Raises
    ------
    PhotoError
        DEC_TRUNCATED, DEC_CORRUPT, DEC_HEADER, LIM_PIXELS, LIM_META, PIX_COLORSPACE, PIX_MONO, PIX_DEPTH,
        FMT_NOT_ALLOWED.

    Notes
    -----
    libjpeg-turbo's accurate DCT and smooth chroma upsampling; its warnings, which everybody else drops, are
    refusals here.
    """
    header = parse_jpeg(data)
    pixels = _decode_strictly(data, header)
    findings = list(_beyond_the_end(data, header))
    seam = find_seam(pixels, header.block)
    if seam is not None and seam.is_strong:
        where = f"from block row {seam.row}, block {seam.column} on all is off by {abs(seam.step):.0f} levels"
        if seam.is_proof:
            refuse_corrupt(f"{where} ({seam.coverage:.0%} of the seam agrees)")
        findings.append(
            Finding("DEC_SUSPECT", f"Looks damaged: {where}", seam.coverage, limit("photo", "seam_coverage"))
        )
    return Decoded(pixels, icc=header.icc, exif=header.exif, findings=tuple(findings))


def parse_jpeg(data: bytes) -> JpegHeader:
    """
    Walk all markers of the first picture in `data`, up to its end.

    Raises
    ------
    PhotoError
        As `read_jpeg`, but for what only decoding can tell.
    """
    header = JpegHeader()
    position, segments, metadata = 2, 0, 0
    while True:
        marker, position = _next_marker(data, position)
        if marker == _EOI:
            break
        if marker == _SOI or 0xD0 <= marker <= 0xD7 or marker == 0x01:
            refuse_corrupt(f"marker FF{marker:02X} where no marker of this kind may stand")
        start = position - 2
        segments += 1
        if segments > limit("photo", "max_segments"):
            refuse_metadata(f"more than {limit('photo', 'max_segments'):.0f} segments")
        payload = _segment(data, position)
        position += 2 + len(payload)
        if marker in _NOT_READ:
            reason = f"the file is a {_NOT_READ[marker]} JPEG, which is not read"
            raise PhotoError("FMT_NOT_ALLOWED", reason, "Export it as an ordinary JPEG, PNG or TIFF")
        if marker in _READ:
            _read_frame(payload, header)
        elif marker == _SOS:
            position = _end_of_scan(data, position, header)
        elif marker >= 0xE0:
            metadata += len(payload)
            if metadata > limit("photo", "max_metadata_bytes"):
                refuse_metadata(f"more than {limit('photo', 'max_metadata_bytes') / 1e6:.0f} MB")
            _read_application(marker, payload, header)
        if marker < 0xE0 or marker in (_APP0, _APP14):
            header.coded.append(slice(start, position))
    if not header.scans:
        refuse_corrupt("it ends before the first scan")
    header.end = position
    header.coded.append(slice(position - 2, position))
    _join_profile(header)
    return header


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        refuse_truncated("there is no end-of-image marker")
    if data[position] != 0xFF:
        refuse_corrupt(f"no marker at byte {position}")
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        refuse_truncated("there is no end-of-image marker")
    return data[position], position + 1


def _segment(data: bytes, position: int) -> bytes:
    if position + 2 > len(data):
        refuse_truncated("it ends inside a segment")
    (length,) = struct.unpack_from(">H", data, position)
    if length < 2:
        refuse_corrupt(f"a segment of length {length} at byte {position}")
    if position + length > len(data):
        refuse_truncated("it ends inside a segment")
    return data[position + 2 : position + length]


def _read_frame(payload: bytes, header: JpegHeader) -> None:
    if header.width:
        refuse_corrupt("two frame headers")
    if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
        refuse_header("the frame header is too short")
    depth, height, width, channels = struct.unpack_from(">BHHB", payload)
    if depth != 8:
        reason = f"the file is a JPEG of {depth} bits a channel; 8 are read"
        raise PhotoError("PIX_DEPTH", reason, "Export it as 16-bit TIFF or PNG")
    if channels == 1:
        raise PhotoError("PIX_MONO", "the photo is monochrome", "Take it again in colour")
    if channels != 3:
        reason = f"the file has {channels} colour channels (CMYK, for print); 3 are read"
        raise PhotoError(
            "PIX_COLORSPACE", reason, "Use the original RGB photo; a conversion for print cannot be undone"
        )
    check_size(width, height)
    factors = [payload[7 + 3 * channel] for channel in range(3)]
    across, down = max(factor >> 4 for factor in factors), max(factor & 15 for factor in factors)
    if not (1 <= across <= 4 and 1 <= down <= 4):
        refuse_header("chroma sampling factors outside 1 to 4")
    header.width, header.height, header.block = width, height, (8 * down, 8 * across)


def _end_of_scan(data: bytes, position: int, header: JpegHeader) -> int:
    if not header.width:
        refuse_corrupt("a scan before the frame header")
    header.scans += 1
    if header.scans > limit("photo", "max_scans"):
        reason = f"the photo is split into more than {limit('photo', 'max_scans'):.0f} scans"
        raise PhotoError("LIM_META", reason, "Export it as an ordinary JPEG")
    found = _SCAN_END.search(data, position)
    if found is None:
        refuse_truncated("there is no end-of-image marker")
    return found.start()


def _read_application(marker: int, payload: bytes, header: JpegHeader) -> None:
    if marker == _APP1 and payload[:6] == b"Exif\0\0" and header.exif is None:
        header.exif = payload[6:]
    elif marker == _APP1 and payload[:29] == b"http://ns.adobe.com/xap/1.0/\0":
        header.several |= b"hdr-gain-map" in payload or b"hdrgm:" in payload
    elif marker == _APP2 and payload[:4] == b"MPF\0":
        header.several = True
    elif marker == _APP2 and payload[:12] == b"ICC_PROFILE\0" and len(payload) >= 14:
        header.profile_parts.setdefault(payload[12], payload[14:])
        header.profile_count = payload[13]
    elif marker == _APP14 and payload[:5] == b"Adobe" and len(payload) >= 12 and payload[11] == 2:
        reason = "the file is coded as YCCK (for print)"
        raise PhotoError(
            "PIX_COLORSPACE", reason, "Use the original RGB photo; a conversion for print cannot be undone"
        )


def _join_profile(header: JpegHeader) -> None:
    if not header.profile_parts:
        return
    whole = sorted(header.profile_parts) == list(range(1, header.profile_count + 1))
    # An incomplete profile is handed on as it is: not empty, so that it is reported as damaged and not as
    # missing.
    parts = [header.profile_parts[number] for number in sorted(header.profile_parts)]
    header.icc = b"".join(parts) if whole else b"incomplete"


def _decode_strictly(data: bytes, header: JpegHeader) -> np.ndarray:
    import simplejpeg

    pixels = np.empty((header.height, header.width, 3), dtype=np.uint8)
    # Without its metadata, lest a damaged profile, which is a finding, be taken for a damaged photo.
    stream = b"".join([data[:2], *(data[part] for part in header.coded)])
    try:
        decoded: np.ndarray = simplejpeg.decode_jpeg(
            stream,
            colorspace="RGB",
            fastdct=False,
            fastupsample=False,
            buffer=pixels,
            strict=True,
        )
    except ValueError as error:
        complaint = str(error).strip().rstrip(".")
        if "remature end" in complaint:
            refuse_truncated(f"its decoder says '{complaint}'")
        refuse_corrupt(f"its decoder says '{complaint}'")
    if decoded.shape != pixels.shape:
        refuse_corrupt(f"decoded to {decoded.shape}, the header promised {pixels.shape}")
    return decoded


def _beyond_the_end(data: bytes, header: JpegHeader) -> tuple[Finding, ...]:
    rest = len(data) - header.end
    if header.several or data[header.end : header.end + 3] == b"\xff\xd8\xff":
        return (
            Finding(
                "MULTI_IMAGE", "The file holds further pictures or a gain map; only the main one is read"
            ),
        )
    if rest:
        return (
            Finding(
                "TRAILING_DATA", f"{rest} bytes after the end of the photo are ignored", float(rest), 0.0
            ),
        )
    return ()
