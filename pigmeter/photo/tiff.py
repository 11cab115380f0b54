"""Check a TIFF strip by strip and decode its one picture without loss."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.findings import Finding
from pigmeter.photo.alpha import drop_alpha
from pigmeter.photo.decoded import (
    Decoded,
    check_size,
    refuse_corrupt,
    refuse_header,
    refuse_metadata,
    refuse_truncated,
)
from pigmeter.photo.ifd import PHOTOMETRIC, Directory, DirectoryError, TiffFile
from pigmeter.reference import limit

_KIND, _WIDTH, _HEIGHT, _DEPTH, _COMPRESSION, _FILL_ORDER = 254, 256, 257, 258, 259, 266
_STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_SIZES, _PLANAR, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES = 322, 323, 324, 325
_EXTRA_SAMPLES, _SAMPLE_FORMAT, _ICC = 338, 339, 34675
_NONE, _LZW, _PACKBITS = 1, 5, 32773
_DEFLATE = (8, 32946)
_LOSSY = {6: "old JPEG", 7: "JPEG", 34712: "JPEG 2000", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"}
_FITTING = "Save it as RGB TIFF of 8 or 16 bits, without compression or with LZW or deflate"
_RGB, _REDUCED = 2, 1
_OTHER_SPACES = {5: "CMYK", 6: "YCbCr", 8: "Lab", 9: "Lab", 10: "Lab"}


@dataclass(frozen=True, slots=True)
class TiffHeader:
    """
    What the first directory of a TIFF says about its pixels.

    Attributes
    ----------
    width, height, channels, bits : int
    compression, predictor : int
        As coded in the file (TIFF 6.0).
    planar : bool
        Whether each channel is stored by itself.
    tile : tuple of int
        Height and width of a segment; a strip is as wide as the photo. [px]
    tiled : bool
    offsets, sizes : array of int, shape (segments,)
        [byte]
    order : str
        ``"<"`` or ``">"``.
    """

    width: int
    height: int
    channels: int
    bits: int
    compression: int
    predictor: int
    planar: bool
    tile: tuple[int, int]
    tiled: bool
    offsets: np.ndarray
    sizes: np.ndarray
    order: str


def read_tiff(data: bytes) -> Decoded:
    """
    Decode a TIFF or BigTIFF of 8 or 16 bits: strips or tiles, without compression, deflate, LZW or PackBits.

    Raises
    ------
    PhotoError
        DEC_TRUNCATED, DEC_CORRUPT, DEC_HEADER, LIM_PIXELS, LIM_META, PIX_MONO, PIX_PALETTE, PIX_COLORSPACE,
        PIX_DEPTH, PIX_SCALE, PIX_CHANNELS, PIX_ALPHA, PIX_MULTI, FMT_NOT_ALLOWED.
    """
    try:
        file = TiffFile(data)
        first = file.directory(file.first)
        header = parse_tiff(first)
        icc = first.block(_ICC) if _ICC in first else None
        multiple = _is_multipage(file, first)
    except DirectoryError as error:
        refuse_header(str(error))
    if multiple:
        raise PhotoError(
            "PIX_MULTI", "the file holds several pages", "Save the page to be measured by itself"
        )
    _check_segments(data, header)
    pixels = _decode(data, header)
    findings: list[Finding] = []
    if header.channels == 4:
        pixels, finding = drop_alpha(pixels)
        findings.append(finding)
    return Decoded(pixels, icc=icc, exif=data, findings=tuple(findings))


def parse_tiff(first: Directory) -> TiffHeader:
    """
    Read and judge the header of a TIFF.

    Raises
    ------
    PhotoError
        As `read_tiff`, but for what only decoding can tell.
    DirectoryError
        If a tag that is needed is missing or lies outside the file.
    """
    width, height = first.whole(_WIDTH, 0), first.whole(_HEIGHT, 0)
    channels = first.whole(_SAMPLES, 1)
    _check_kind(first, channels)
    bits = _depth(first, channels)
    check_size(width, height)
    compression = first.whole(_COMPRESSION, _NONE)
    if compression in _LOSSY or compression not in (_NONE, _LZW, _PACKBITS, *_DEFLATE):
        what = _LOSSY.get(compression, f"code {compression}")
        raise PhotoError("FMT_NOT_ALLOWED", f"the TIFF is compressed as {what}, which is not read", _FITTING)
    predictor = first.whole(_PREDICTOR, 1) if compression in (_LZW, *_DEFLATE) else 1
    if predictor not in (1, 2) or first.whole(_FILL_ORDER, 1) != 1:
        raise PhotoError("FMT_NOT_ALLOWED", f"the TIFF uses predictor {predictor} or reversed bits", _FITTING)
    planar = first.whole(_PLANAR, 1) == 2
    tiled = _TILE_OFFSETS in first
    if tiled:
        tile = (first.whole(_TILE_HEIGHT, 0), first.whole(_TILE_WIDTH, 0))
        offsets, sizes = first.numbers(_TILE_OFFSETS), first.numbers(_TILE_SIZES)
    else:
        tile = (min(first.whole(_ROWS_PER_STRIP, height), height), width)
        offsets, sizes = first.numbers(_STRIP_OFFSETS), first.numbers(_STRIP_SIZES)
    if not (0 < tile[0] <= 2**16 * 16 and 0 < tile[1] <= 2**16 * 16):
        refuse_header(f"segments of {tile[0]} x {tile[1]} pixels")
    if tiled and tile[0] * tile[1] > limit("photo", "max_pixels"):
        refuse_header(f"tiles of {tile[0]} x {tile[1]} pixels")
    expected = -(-height // tile[0]) * -(-width // tile[1]) * (channels if planar else 1)
    if offsets.size != expected or sizes.size != expected:
        refuse_header(f"{offsets.size} offsets and {sizes.size} sizes for {expected} segments")
    whole = offsets.astype(np.int64), sizes.astype(np.int64)
    return TiffHeader(
        width, height, channels, bits, compression, predictor, planar, tile, tiled, *whole, first.order
    )


def _check_kind(first: Directory, channels: int) -> None:
    photometric = first.whole(PHOTOMETRIC, -1)
    if photometric in (0, 1):
        raise PhotoError("PIX_MONO", "the photo is monochrome", "Take it again in colour")
    if photometric == 3:
        raise PhotoError(
            "PIX_PALETTE", "the photo was reduced to a palette of colours", "Use the original photo"
        )
    if photometric in _OTHER_SPACES:
        raise PhotoError(
            "PIX_COLORSPACE", f"the TIFF is coded as {_OTHER_SPACES[photometric]}, not RGB", _FITTING
        )
    if photometric != _RGB:
        refuse_header(f"photometric interpretation {photometric}")
    extra = first.numbers(_EXTRA_SAMPLES).tolist() if _EXTRA_SAMPLES in first else []
    if channels != 3 and not (channels == 4 and extra in ([1], [2])):
        reason = f"{channels} channels, {len(extra)} of them declared as extra; 3, or 3 and alpha, are read"
        raise PhotoError("PIX_CHANNELS", reason, _FITTING)


def _depth(first: Directory, channels: int) -> int:
    depths = set(first.numbers(_DEPTH).tolist())
    if len(depths) != 1 or first.numbers(_DEPTH).size not in (1, channels):
        refuse_header("channels of different depths")
    (bits,) = depths
    formats = set(first.numbers(_SAMPLE_FORMAT).tolist()) if _SAMPLE_FORMAT in first else {1}
    if formats == {3}:
        reason = "the TIFF holds floating-point numbers without a stated white"
        raise PhotoError("PIX_SCALE", reason, _FITTING)
    if formats - {1, 4} or bits not in (8, 16):
        raise PhotoError(
            "PIX_DEPTH", f"{bits} bits a channel, format {sorted(formats)}; 8 or 16 are read", _FITTING
        )
    return int(bits)


def _is_multipage(file: TiffFile, first: Directory) -> bool:
    """Whether a further directory holds another page; a thumbnail (reduced resolution) is none."""
    seen, offset, number = {file.first}, first.following, 0
    while offset and offset not in seen:
        number += 1
        if number > limit("photo", "max_directories"):
            refuse_metadata(f"more than {limit('photo', 'max_directories'):.0f} directories")
        seen.add(offset)
        try:
            page = file.directory(offset)
            if not page.whole(_KIND, 0) & _REDUCED:
                return True
        except DirectoryError:
            return False
        offset = page.following
    return False


def _check_segments(data: bytes, header: TiffHeader) -> None:
    if (header.offsets <= 0).any() or (header.sizes <= 0).any():
        refuse_truncated("some of its strips or tiles are missing")
    if (header.offsets + header.sizes > len(data)).any():
        refuse_truncated("some of its strips or tiles lie beyond its end")
    order = np.argsort(header.offsets, kind="stable")
    ends = header.offsets[order] + header.sizes[order]
    if (header.offsets[order][1:] < ends[:-1]).any():
        refuse_corrupt("some of its strips or tiles overlap")


def _decode(data: bytes, header: TiffHeader) -> np.ndarray:
    kind = np.uint8 if header.bits == 8 else np.uint16
    pixels = np.empty((header.height, header.width, header.channels), dtype=kind)
    down, across = -(-header.height // header.tile[0]), -(-header.width // header.tile[1])
    depth = 1 if header.planar else header.channels
    for plane in range(header.channels if header.planar else 1):
        segments = range(plane * down * across, (plane + 1) * down * across)
        rows = [_rows(header, number // across % down) for number in segments]
        row_bytes = header.tile[1] * depth * header.bits // 8
        channels = slice(plane, plane + 1) if header.planar else slice(None)
        for number, stored in zip(segments, _unpacked(data, header, segments, rows, row_bytes), strict=True):
            top, left = number // across % down * header.tile[0], number % across * header.tile[1]
            samples = np.frombuffer(stored, dtype=np.uint8 if header.bits == 8 else header.order + "u2")
            samples = samples.astype(kind, copy=False).reshape(-1, header.tile[1], depth)
            if header.predictor == 2:
                # Differences wrap around at the sample's own width (TIFF 6.0, section 14).
                samples = np.cumsum(samples, axis=1, dtype=kind)
            part = pixels[top : top + len(samples), left : left + header.tile[1], channels]
            part[:] = samples[: part.shape[0], : part.shape[1]]
    return pixels


def _rows(header: TiffHeader, row: int) -> int:
    """Rows of a segment: tiles are always whole, the last strip is as short as the photo."""
    return header.tile[0] if header.tiled else min(header.tile[0], header.height - row * header.tile[0])


def _unpacked(
    data: bytes, header: TiffHeader, segments: range, rows: list[int], row_bytes: int
) -> Iterator[bytes]:
    """Bytes of each segment of one plane, each exactly as long as its rows need."""
    stored = (
        data[offset : offset + size]
        for offset, size in zip(
            header.offsets[segments.start : segments.stop].tolist(),
            header.sizes[segments.start : segments.stop].tolist(),
            strict=True,
        )
    )
    for segment, count in zip(stored, rows, strict=True):
        expected = count * row_bytes
        if header.compression in _DEFLATE:
            unpacked = _inflate(segment, expected)
        elif header.compression == _LZW:
            unpacked = _unpack_lzw(segment, expected)
        elif header.compression == _PACKBITS:
            unpacked = _unpack_runs(segment, expected)
        else:
            unpacked = segment
        if len(unpacked) < expected:
            refuse_truncated(f"a segment has {len(unpacked)} of {expected} bytes")
        yield unpacked[:expected]


def _inflate(packed: bytes, expected: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        # One byte more than fits, so that a segment that is too long shows, and the checksum is reached.
        unpacked = inflater.decompress(packed, expected + 1)
    except zlib.error as error:
        refuse_corrupt(f"a compressed segment does not unpack ({error})")
    if len(unpacked) > expected:
        refuse_corrupt(f"a segment unpacks to more than its {expected} bytes")
    if not inflater.eof:
        refuse_truncated("a compressed segment ends too early")
    return unpacked


def _unpack_lzw(packed: bytes, expected: int) -> bytes:
    # OpenCV prints the errors libtiff finds in an 8-bit file and returns pixels all the same; Pillow heeds
    # a process-wide pixel limit that others set. So neither of them unpacks here.
    from pigmeter._kernels.lzw import unpack_lzw

    unpacked = np.empty(expected, dtype=np.uint8)
    written = unpack_lzw(np.frombuffer(packed, dtype=np.uint8), unpacked)
    if written == -1:
        refuse_corrupt("an LZW segment holds a code that stands for nothing")
    if written == -2:
        refuse_corrupt(f"a segment unpacks to more than its {expected} bytes")
    return unpacked[:written].tobytes()


def _unpack_runs(packed: bytes, expected: int) -> bytes:
    """Unpack PackBits (TIFF 6.0, section 9): bytes to copy, or one byte to repeat."""
    parts: list[bytes] = []
    position = length = 0
    while position < len(packed) and length < expected:
        count = packed[position]
        if count < 128:
            part = packed[position + 1 : position + 2 + count]
            position += 2 + count
        else:
            part = packed[position + 1 : position + 2] * (257 - count) if count > 128 else b""
            position += 2 if count > 128 else 1
        parts.append(part)
        length += len(part)
    if length > expected:
        refuse_corrupt(f"a segment unpacks to more than its {expected} bytes")
    return b"".join(parts)
