"""Check a TIFF strip by strip and decode its one picture without loss."""

import struct
import zlib
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
    if header.compression in (_LZW, _PACKBITS):
        return _decode_by_library(data, header)
    pixels = np.empty(
        (header.height, header.width, header.channels), dtype=np.uint8 if header.bits == 8 else np.uint16
    )
    down, across = -(-header.height // header.tile[0]), -(-header.width // header.tile[1])
    depth = 1 if header.planar else header.channels
    for number, (offset, size) in enumerate(zip(header.offsets.tolist(), header.sizes.tolist(), strict=True)):
        plane, place = divmod(number, down * across)
        row, column = divmod(place, across)
        top, left = row * header.tile[0], column * header.tile[1]
        rows = header.tile[0] if header.tiled else min(header.tile[0], header.height - top)
        stored = data[offset : offset + size]
        samples = _unpack(stored, header, rows * header.tile[1] * depth).reshape(rows, header.tile[1], depth)
        if header.predictor == 2:
            # Differences wrap around at the sample's own width (TIFF 6.0, section 14).
            samples = np.cumsum(samples, axis=1, dtype=pixels.dtype)
        part = pixels[top : top + rows, left : left + header.tile[1]]
        channels = slice(plane, plane + 1) if header.planar else slice(None)
        part[:, :, channels] = samples[: part.shape[0], : part.shape[1]]
    return pixels


def _unpack(stored: bytes, header: TiffHeader, samples: int) -> np.ndarray:
    expected = samples * header.bits // 8
    if header.compression in _DEFLATE:
        inflater = zlib.decompressobj()
        try:
            # One byte more than fits, so that a segment that is too long shows.
            stored = inflater.decompress(stored, expected + 1)
        except zlib.error as error:
            refuse_corrupt(f"a compressed segment does not unpack ({error})")
        if len(stored) == expected and not inflater.eof:
            # The end mark and the checksum may still be waiting.
            try:
                stored += inflater.decompress(inflater.unconsumed_tail, 1)
            except zlib.error as error:
                refuse_corrupt(f"a compressed segment does not unpack ({error})")
        if not inflater.eof and len(stored) <= expected:
            refuse_truncated("a compressed segment ends too early")
    if len(stored) < expected:
        refuse_truncated(f"a segment has {len(stored)} of {expected} bytes")
    if len(stored) > expected and header.compression in _DEFLATE:
        refuse_corrupt(f"a segment unpacks to more than its {expected} bytes")
    kind = np.uint8 if header.bits == 8 else np.dtype(header.order + "u2")
    return np.frombuffer(stored, dtype=kind, count=samples).astype(
        np.uint8 if header.bits == 8 else np.uint16, copy=False
    )


def _decode_by_library(data: bytes, header: TiffHeader) -> np.ndarray:
    """Decode by libtiff a copy of the file that holds nothing but the pixels: no orientation, no colour."""
    import cv2

    if len(data) >= 2**32 - 4096:
        raise PhotoError("FMT_NOT_ALLOWED", "an LZW TIFF of over 4 GB", _FITTING)
    stored = cv2.imdecode(np.frombuffer(_bare(data, header), dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    kind = np.uint8 if header.bits == 8 else np.uint16
    if (
        stored is None
        or stored.shape != (header.height, header.width, header.channels)
        or stored.dtype != kind
    ):
        refuse_corrupt("its compressed pixels cannot be unpacked")
    return cv2.cvtColor(stored, cv2.COLOR_BGRA2RGBA if header.channels == 4 else cv2.COLOR_BGR2RGB)


def _bare(data: bytes, header: TiffHeader) -> bytes:
    """Rebuild a classic TIFF around the stored segments."""
    segments = [
        data[offset : offset + size] for offset, size in zip(header.offsets, header.sizes, strict=True)
    ]
    starts = np.cumsum([8, *(len(segment) for segment in segments)])
    place = int(starts[-1]) + int(starts[-1]) % 2
    short, long = 3, 4
    entries: list[tuple[int, int, list[int]]] = [
        (_WIDTH, long, [header.width]),
        (_HEIGHT, long, [header.height]),
        (_DEPTH, short, [header.bits] * header.channels),
        (_COMPRESSION, short, [header.compression]),
        (PHOTOMETRIC, short, [_RGB]),
        (_SAMPLES, short, [header.channels]),
        (_PLANAR, short, [2 if header.planar else 1]),
        (_PREDICTOR, short, [header.predictor]),
    ]
    if header.channels == 4:
        entries.append((_EXTRA_SAMPLES, short, [2]))
    places, lengths = starts[:-1].tolist(), [len(segment) for segment in segments]
    if header.tiled:
        entries += [(_TILE_WIDTH, long, [header.tile[1]]), (_TILE_HEIGHT, long, [header.tile[0]])]
        entries += [(_TILE_OFFSETS, long, places), (_TILE_SIZES, long, lengths)]
    else:
        entries += [(_ROWS_PER_STRIP, long, [header.tile[0]])]
        entries += [(_STRIP_OFFSETS, long, places), (_STRIP_SIZES, long, lengths)]
    entries.sort()
    order, values = header.order, b""
    directory = struct.pack(order + "H", len(entries))
    behind = place + 2 + 12 * len(entries) + 4
    for tag, kind, numbers in entries:
        packed = struct.pack(f"{order}{len(numbers)}{'H' if kind == short else 'I'}", *numbers)
        directory += struct.pack(order + "HHI", tag, kind, len(numbers))
        if len(packed) <= 4:
            directory += packed.ljust(4, b"\0")
        else:
            directory += struct.pack(order + "I", behind + len(values))
            values += packed + b"\0" * (len(packed) % 2)
    directory += struct.pack(order + "I", 0)
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HI", 42, place)
    body = b"".join(segments)
    return head + body + b"\0" * (place - 8 - len(body)) + directory + values
