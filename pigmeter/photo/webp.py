"""Check the frame of a WebP and decode it."""

import struct
from collections.abc import Iterator

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

_ANIMATED = 0x02


def read_webp(data: bytes) -> Decoded:
    """
    Decode a WebP, lossy or lossless, or refuse it.

    Raises
    ------
    PhotoError
        DEC_TRUNCATED, DEC_CORRUPT, DEC_HEADER, LIM_PIXELS, LIM_META, PIX_MULTI, PIX_ALPHA.

    Notes
    -----
    The format has no checksum: what is damaged and still decodes cannot be told from what is whole.
    """
    import cv2

    findings: list[Finding] = []
    chunks: dict[bytes, bytes] = {}
    for name, payload in _walk(data):
        if name in (b"ANIM", b"ANMF"):
            raise PhotoError("PIX_MULTI", "the file is an animation", "Export the frame to be measured")
        chunks.setdefault(name, payload)
        if name == b"VP8X":
            _check_extended(payload)
    size = _size(chunks)
    check_size(*size)
    coded = [name for name in (b"VP8X", b"ALPH", b"VP8 ", b"VP8L") if name in chunks]
    # Only the pixels are handed on: no decoder turns or converts them by itself.
    body = b"".join(_chunk(name, _without_extras(name, chunks[name])) for name in coded)
    bare = b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
    stored = cv2.imdecode(np.frombuffer(bare, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.ndim != 3 or stored.shape[1::-1] != size:
        refuse_corrupt("its pixels cannot be decoded")
    if stored.shape[2] == 4:
        pixels, finding = drop_alpha(cv2.cvtColor(stored, cv2.COLOR_BGRA2RGBA))
        findings.append(finding)
    else:
        pixels = cv2.cvtColor(stored, cv2.COLOR_BGR2RGB)
    (length,) = struct.unpack_from("<I", data, 4)
    rest = len(data) - 8 - length
    if rest:
        findings.append(
            Finding("TRAILING_DATA", f"{rest} bytes after the end of the photo are ignored", float(rest), 0.0)
        )
    exif = chunks.get(b"EXIF")
    if exif is not None and exif[:6] == b"Exif\0\0":
        exif = exif[6:]
    return Decoded(pixels, icc=chunks.get(b"ICCP"), exif=exif, findings=tuple(findings))


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def _without_extras(name: bytes, payload: bytes) -> bytes:
    """Keep of the extended header's flags (alpha 0x10, profile 0x20, EXIF 0x08, XMP 0x04) the alpha alone."""
    return bytes([payload[0] & 0x10]) + payload[1:] if name == b"VP8X" else payload


def _walk(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(data) < 20:
        refuse_truncated("it ends inside its header")
    (length,) = struct.unpack_from("<I", data, 4)
    end = 8 + length
    if end > len(data):
        refuse_truncated(f"{len(data)} of {end} bytes are there")
    position, number, beside = 12, 0, 0
    while position < end:
        if position + 8 > end:
            refuse_corrupt(f"{end - position} stray bytes at its end")
        name, size = struct.unpack_from("<4sI", data, position)
        if position + 8 + size > end:
            refuse_corrupt(f"the chunk {name.decode('latin-1')!r} reaches beyond the end")
        number += 1
        beside += 0 if name in (b"VP8 ", b"VP8L", b"ALPH", b"ANMF") else size
        if number > limit("photo", "max_segments") or beside > limit("photo", "max_metadata_bytes"):
            refuse_metadata(f"{number} chunks, {beside / 1e6:.1f} MB")
        yield name, data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2


def _check_extended(payload: bytes) -> None:
    if len(payload) != 10:
        refuse_header(f"extended header of {len(payload)} bytes")
    if payload[0] & _ANIMATED:
        raise PhotoError("PIX_MULTI", "the file is an animation", "Export the frame to be measured")


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height as the coded pixels give them, which must be those of the extended header."""
    if b"VP8 " in chunks and len(chunks[b"VP8 "]) >= 10 and chunks[b"VP8 "][3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", chunks[b"VP8 "], 6)
        size = (width & 0x3FFF, height & 0x3FFF)
    elif b"VP8L" in chunks and len(chunks[b"VP8L"]) >= 5 and chunks[b"VP8L"][0] == 0x2F:
        bits = int.from_bytes(chunks[b"VP8L"][1:5], "little")
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    else:
        refuse_header("there are no coded pixels")
    if b"VP8X" in chunks:
        extended = chunks[b"VP8X"]
        canvas = (int.from_bytes(extended[4:7], "little") + 1, int.from_bytes(extended[7:10], "little") + 1)
        if canvas != size:
            refuse_header(f"canvas {canvas[0]} x {canvas[1]}, picture {size[0]} x {size[1]}")
    return size
