"""Pixels to the bytes of a file: JPEG with camera metadata, or 16-bit linear TIFF and PNG with a profile."""

import io
import struct
import zlib

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ

MAKER = "pigmeter synthetic"
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")

# sRGB primaries adapted to D50 as in ICC profiles (ICC.1:2010, annex E; columns red, green, blue).
_D50_FROM_D65 = np.array(
    [
        [1.0478112, 0.0228866, -0.0501270],
        [0.0295424, 0.9904844, -0.0170491],
        [-0.0092345, 0.0150436, 0.7521316],
    ]
)


def linear_profile() -> bytes:
    """
    ICC profile of linear RGB with the primaries of sRGB.

    Returns
    -------
    bytes
        Version 2.4, matrix and identity curves.

    References
    ----------
    .. [1] ICC.1:2001-04, File format for color profiles, clauses 6.1 to 6.5. Seen: secondary.
    """

    def fixed(values: np.ndarray) -> bytes:
        return b"".join(struct.pack(">i", round(float(v) * 65536)) for v in values)

    def text(tag: bytes, words: bytes) -> bytes:
        return tag + bytes(4) + words + b"\0"

    name = b"pigmeter linear sRGB"
    description = b"desc" + bytes(4) + struct.pack(">I", len(name) + 1) + name + b"\0" + bytes(78)
    columns = (_D50_FROM_D65 @ np.linalg.inv(SRGB_FROM_XYZ)).T
    curve = b"curv" + bytes(4) + struct.pack(">I", 0)
    white = b"XYZ " + bytes(4) + fixed(np.array([0.9642, 1.0, 0.8249]))
    tags = [(b"desc", description), (b"cprt", text(b"text", b"CC0")), (b"wtpt", white)]
    tags += [
        (key, b"XYZ " + bytes(4) + fixed(column))
        for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    ]
    tags += [(key, curve) for key in (b"rTRC", b"gTRC", b"bTRC")]
    offset, entries, body = 128 + 4 + 12 * len(tags), b"", b""
    for key, data in tags:
        padded = data + bytes(-len(data) % 4)
        entries += key + struct.pack(">II", offset + len(body), len(data))
        body += padded
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
    header += fixed(np.array([0.9642, 1.0, 0.8249]))
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + entries + body


def encode_jpeg(
    pixels: np.ndarray,
    quality: int,
    subsampling: str,
    *,
    model: str,
    exposure_time: float,
    aperture: float,
    iso: int,
    time: str,
) -> bytes:
    """
    JPEG with the metadata of a camera.

    Parameters
    ----------
    pixels : array of uint8, shape (rows, columns, 3)
        sRGB.
    quality : int
        1 to 100, as libjpeg counts.
    subsampling : str
        One of `SUBSAMPLINGS`.
    model : str
        Name of the camera.
    exposure_time : float
        [s]
    aperture : float
        f-number. [1]
    iso : int
    time : str
        ``"YYYY:MM:DD hh:mm:ss"``.

    Returns
    -------
    bytes
    """
    from PIL import Image
    from PIL.TiffImagePlugin import IFDRational

    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x0131] = MAKER, model, 1, MAKER
    details = exif.get_ifd(0x8769)
    details[0x829A] = IFDRational(1, round(1 / exposure_time))
    details[0x829D] = IFDRational(round(aperture * 10), 10)
    details[0x8827] = iso
    details[0x9003] = time
    details[0x9209] = 0
    details[0x920A] = IFDRational(50, 1)
    details[0xA001] = 1
    details[0xA403] = 1
    file = io.BytesIO()
    Image.fromarray(pixels).save(
        file, "JPEG", quality=quality, subsampling=SUBSAMPLINGS.index(subsampling), exif=exif, optimize=True
    )
    return file.getvalue()


def encode_tiff(pixels: np.ndarray) -> bytes:
    """Return a deflated 16-bit TIFF of linear `pixels` (rows, columns, 3), with its profile."""
    import tifffile

    file = io.BytesIO()
    tifffile.imwrite(
        file, pixels, photometric="rgb", compression="zlib", iccprofile=linear_profile(), software=MAKER
    )
    return file.getvalue()


def encode_png(pixels: np.ndarray) -> bytes:
    """Return a 16-bit PNG of linear `pixels` (rows, columns, 3), with its profile."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows, columns = pixels.shape[:2]
    lines = np.zeros((rows, 1 + columns * 6), dtype=np.uint8)
    lines[:, 1:] = pixels.astype(">u2").view(np.uint8).reshape(rows, -1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 16, 2, 0, 0, 0))
        + chunk(b"iCCP", b"linear\0\0" + zlib.compress(linear_profile()))
        + chunk(b"IDAT", zlib.compress(lines.tobytes(), 4))
        + chunk(b"IEND", b"")
    )
