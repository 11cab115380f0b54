"""Check a PNG chunk by chunk, its checksums and its compressed stream to the last byte, and decode it."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

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
from pigmeter.reference import limit

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}
_PIECE = 1 << 20
# First column, first row, column step, row step of the seven passes of an interlaced PNG (ISO/IEC 15948,
# 8.2).
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_CICP_PRIMARIES = {1: "bt709", 9: "rec2020", 12: "p3"}
_CICP_SRGB, _CICP_HDR = 13, {16: "PQ", 18: "HLG"}


@dataclass(slots=True)
class _Chunks:
    header: bytes = b""
    pixels: list[bytes] = field(default_factory=list)
    icc: bytes | None = None
    exif: bytes | None = None
    space: str | None = None
    gamma: float | None = None
    chromaticities: tuple[float, ...] | None = None
    transparent: bytes | None = None
    findings: list[Finding] = field(default_factory=list)


def read_png(data: bytes) -> Decoded:
    """
    Decode a PNG of 8 or 16 bits a channel without loss, or refuse it.

    Raises
    ------
    PhotoError
        DEC_TRUNCATED, DEC_CORRUPT, DEC_HEADER, LIM_PIXELS, LIM_META, PIX_MONO, PIX_PALETTE, PIX_ALPHA,
        PIX_MULTI, PIX_HDR, PIX_COLORSPACE.
    """
    import cv2

    chunks = _read_chunks(data)
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", chunks.header)
    stream = b"".join(chunks.pixels)
    _check_stream(stream, width, height, depth // 8 * _CHANNELS[kind], bool(interlace))
    # Only the pixels are handed on, so that no decoder can apply a gamma, a background or a transparency of
    # its own.
    bare = _SIGNATURE + _chunk(b"IHDR", chunks.header) + _chunk(b"IDAT", stream) + _chunk(b"IEND", b"")
    stored = cv2.imdecode(np.frombuffer(bare, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    expected = (height, width, _CHANNELS[kind])
    if stored is None or stored.shape != expected or stored.dtype.itemsize * 8 != depth:
        refuse_corrupt("its pixels cannot be decoded")
    pixels: np.ndarray = cv2.cvtColor(stored, cv2.COLOR_BGRA2RGBA if kind == 6 else cv2.COLOR_BGR2RGB)
    if kind == 6:
        pixels, finding = drop_alpha(pixels)
        chunks.findings.append(finding)
    if chunks.transparent is not None:
        key = np.frombuffer(chunks.transparent, dtype=">u2")
        if key.size == 3 and bool((pixels == key).all(axis=2).any()):
            raise PhotoError("PIX_ALPHA", "some pixels are transparent", "Use the original photo")
    return Decoded(
        pixels,
        chunks.icc,
        chunks.exif,
        chunks.space,
        chunks.gamma,
        chunks.chromaticities,
        tuple(chunks.findings),
    )


def _chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def _walk(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position, number = len(_SIGNATURE), 0
    while True:
        if position + 12 > len(data):
            refuse_truncated("there is no end chunk (IEND)")
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if length >= 2**31:
            refuse_corrupt(f"chunk of {length} bytes at byte {position}")
        if end > len(data):
            refuse_truncated(f"it ends inside a chunk ({name.decode('latin-1')!r})")
        number += 1
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[position + 4 : end - 4]) != checksum:
            refuse_corrupt(f"wrong checksum of the chunk {name.decode('latin-1')!r} at byte {position}")
        if number == 1 and name != b"IHDR":
            refuse_header("the first chunk is not IHDR")
        yield name, data[position + 8 : end - 4]
        position = end
        if name == b"IEND":
            break
    rest = len(data) - position
    if rest:
        yield b"rest", struct.pack(">Q", rest)


def _read_chunks(data: bytes) -> _Chunks:
    chunks = _Chunks()
    beside, number, closed = 0, 0, False
    for name, payload in _walk(data):
        if name == b"IDAT":
            if closed:
                refuse_corrupt("pixel chunks that do not follow one another")
            chunks.pixels.append(payload)
            continue
        closed = bool(chunks.pixels)
        number, beside = number + 1, beside + len(payload)
        if number > limit("photo", "max_segments") or beside > limit("photo", "max_metadata_bytes"):
            refuse_metadata(f"{number} chunks of {beside / 1e6:.1f} MB before the end")
        _read_chunk(name, payload, chunks)
    if not chunks.pixels:
        refuse_corrupt("there are no pixels in it")
    return chunks


def _read_chunk(name: bytes, payload: bytes, chunks: _Chunks) -> None:
    if name == b"IHDR":
        if chunks.header:
            refuse_header("two headers")
        _check_header(payload)
        chunks.header = payload
    elif name == b"acTL":
        raise PhotoError("PIX_MULTI", "the file is an animation (APNG)", "Export the frame to be measured")
    elif name == b"iCCP":
        chunks.icc = _profile(payload)
    elif name == b"eXIf":
        chunks.exif = payload
    elif name == b"sRGB":
        chunks.space = chunks.space or "srgb"
    elif name == b"gAMA" and len(payload) == 4:
        stored = int.from_bytes(payload, "big")
        chunks.gamma = 1e5 / stored if stored else float("inf")
    elif name == b"cHRM" and len(payload) == 32:
        chunks.chromaticities = tuple(value / 1e5 for value in struct.unpack(">8I", payload))
    elif name == b"cICP" and len(payload) == 4:
        _read_code_points(payload, chunks)
    elif name == b"tRNS":
        chunks.transparent = payload
    elif name in (b"zTXt", b"iTXt"):
        _check_text(name, payload)
    elif name == b"rest":
        rest = int.from_bytes(payload, "big")
        chunks.findings.append(
            Finding("TRAILING_DATA", f"{rest} bytes after the end of the photo are ignored", float(rest), 0.0)
        )
    elif name[0] & 0x20 == 0 and name not in (b"PLTE", b"IEND"):
        refuse_header(f"unknown critical chunk {name.decode('latin-1')!r}")


def _check_header(payload: bytes) -> None:
    if len(payload) != 13:
        refuse_header(f"IHDR of {len(payload)} bytes")
    width, height, depth, kind, compression, filters, interlace = struct.unpack(">IIBBBBB", payload)
    if kind in (0, 4):
        raise PhotoError("PIX_MONO", "the photo is monochrome", "Take it again in colour")
    if kind == 3:
        reason = "the photo was reduced to a palette of at most 256 colours"
        raise PhotoError("PIX_PALETTE", reason, "Use the original photo")
    if kind not in _CHANNELS or depth not in (8, 16) or compression or filters or interlace > 1:
        refuse_header(f"colour type {kind}, {depth} bits, methods {compression}, {filters}, {interlace}")
    check_size(width, height)


def _check_stream(stream: bytes, width: int, height: int, pixel: int, interlaced: bool) -> None:
    """Inflate the pixels piece by piece and drop them: length, checksum and filter types must be right."""
    if interlaced:
        sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in _ADAM7]
        expected = sum(rows * (1 + columns * pixel) for columns, rows in sizes if columns > 0 and rows > 0)
    else:
        expected = height * (1 + width * pixel)
    stride = 1 + width * pixel
    inflater, length, waiting = zlib.decompressobj(), 0, stream
    try:
        while not inflater.eof:
            piece = inflater.decompress(waiting, _PIECE)
            waiting = inflater.unconsumed_tail
            if not interlaced and max(piece[-length % stride :: stride], default=0) > 4:
                refuse_corrupt("unknown filter of a row")
            length += len(piece)
            if length > expected:
                refuse_corrupt(f"more pixels than the {width} x {height} of the header")
            if not piece and not waiting and not inflater.eof:
                refuse_truncated(f"{length} of {expected} bytes of pixels are there")
    except zlib.error as error:
        refuse_corrupt(f"the compressed pixels do not unpack ({error})")
    if length != expected:
        refuse_truncated(f"{length} of {expected} bytes of pixels are there")
    if inflater.unused_data:
        refuse_corrupt(f"{len(inflater.unused_data)} bytes after the compressed pixels")


def _inflate(packed: bytes, what: str) -> bytes:
    inflater = zlib.decompressobj()
    most = int(limit("photo", "max_metadata_bytes"))
    unpacked = inflater.decompress(packed, most)
    if inflater.unconsumed_tail:
        refuse_metadata(f"{what} unpacks to more than {most / 1e6:.0f} MB")
    return unpacked


def _profile(payload: bytes) -> bytes:
    _, _, packed = payload.partition(b"\0")
    try:
        return _inflate(packed[1:], "the colour profile")
    except zlib.error:
        return b"damaged"


def _check_text(name: bytes, payload: bytes) -> None:
    _, _, rest = payload.partition(b"\0")
    if name == b"iTXt":
        if rest[:1] != b"\1":
            return
        # Compression flag and method, language, translated key, and then the text.
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        packed = rest[1:]
    try:
        _inflate(packed, "a text")
    except zlib.error:
        return  # a damaged remark is no reason to refuse the photo: its checksum was right


def _read_code_points(payload: bytes, chunks: _Chunks) -> None:
    primaries, transfer, matrix, full_range = payload
    if transfer in _CICP_HDR:
        reason = f"the photo is HDR ({_CICP_HDR[transfer]})"
        raise PhotoError("PIX_HDR", reason, "Export it in standard range (sRGB or Display P3)")
    if primaries not in _CICP_PRIMARIES or transfer != _CICP_SRGB or matrix or full_range != 1:
        reason = f"code points {primaries}, {transfer}, {matrix}, {full_range} (cICP) are not read"
        raise PhotoError("PIX_COLORSPACE", reason, "Export the photo as sRGB or Display P3")
    chunks.space = {"bt709": "srgb"}.get(_CICP_PRIMARIES[primaries], _CICP_PRIMARIES[primaries]) + " (cICP)"
