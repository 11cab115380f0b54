"""Photos made of code: whole ones, and one damaged or unwanted file for each way a file can be wrong."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import tifffile
from PIL import Image

SEED = 20261121


def scene(rows: int = 96, columns: int = 128, bits: int = 8) -> np.ndarray:
    """A smooth, coloured, noisy picture, without straight edges; shape (rows, columns, 3)."""
    random = np.random.default_rng(SEED)
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    y, x = y / rows, x / columns
    waves = [np.sin(5 * x + 3 * y), np.cos(4 * y - 2 * x), np.sin(7 * x * y + 1)]
    image = np.stack([0.45 + 0.1 * channel + 0.25 * wave for channel, wave in enumerate(waves)], axis=2)
    image += random.normal(0, 0.012, image.shape)
    top = 2**bits - 1
    return np.clip(np.round(image * top), 0, top).astype(np.uint8 if bits == 8 else np.uint16)


def jpeg(pixels: np.ndarray | None = None, quality: int = 90, **options: object) -> bytes:
    """A JPEG of `pixels` (by default of `scene()`) as Pillow writes it."""
    return _saved(scene() if pixels is None else pixels, "JPEG", quality=quality, **options)


def _saved(pixels: np.ndarray, kind: str, mode: str | None = None, **options: object) -> bytes:
    image = Image.fromarray(pixels)
    file = io.BytesIO()
    (image if mode is None else image.convert(mode)).save(file, kind, **options)
    return file.getvalue()


def jpeg_as(mode: str) -> bytes:
    return _saved(scene(), "JPEG", mode)


def webp(**options: object) -> bytes:
    return _saved(scene(), "WEBP", **options)


# JPEG surgery


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """Put segments right behind the start of a JPEG."""
    return data[:2] + b"".join(segments) + data[2:]


def frame_at(data: bytes) -> int:
    """Offset of the payload of the frame header (SOF0 or SOF2)."""
    position = 2
    while data[position + 1] not in (0xC0, 0xC1, 0xC2):
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return position + 4


def scan_at(data: bytes) -> int:
    """Offset of the first byte of entropy-coded data."""
    position = 2
    while data[position + 1] != 0xDA:
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return position + 2 + struct.unpack_from(">H", data, position + 2)[0]


def with_frame(data: bytes, *, marker: int | None = None, **fields: int) -> bytes:
    """Overwrite parts of the frame header: depth, height, width."""
    place = frame_at(data)
    depth, height, width = struct.unpack_from(">BHH", data, place)
    values = {"depth": depth, "height": height, "width": width} | fields
    head = struct.pack(">BHH", values["depth"], values["height"], values["width"])
    changed = data[:place] + head + data[place + 5 :]
    return changed if marker is None else changed[: place - 3] + bytes([marker]) + changed[place - 2 :]


def flip_bit(data: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


def cut(data: bytes, eighths: int) -> bytes:
    return data[: len(data) * eighths // 8]


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated `count` times."""
    data = jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


# PNG from its parts


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def png(
    pixels: np.ndarray | None = None,
    *,
    before: bytes = b"",
    after: bytes = b"",
    end: bool = True,
    size: tuple[int, int] | None = None,
    kind: int | None = None,
    packed: Callable[[bytes], bytes] = zlib.compress,
) -> bytes:
    """A PNG without filters, from `pixels` of shape (rows, columns[, channels])."""
    image = scene() if pixels is None else pixels
    rows, columns, channels = image.shape if image.ndim == 3 else (*image.shape, 1)
    width, height = size or (columns, rows)
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels] if kind is None else kind
    depth = 8 * image.dtype.itemsize
    lines = image.astype(image.dtype.newbyteorder(">")).reshape(rows, -1).view(np.uint8)
    stream = np.hstack([np.zeros((rows, 1), dtype=np.uint8), lines]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", packed(stream)) + after
    return b"\x89PNG\r\n\x1a\n" + body + (chunk(b"IEND", b"") if end else b"")


def png_bomb() -> bytes:
    """A header of 50,000 x 50,000 over real, well-compressed data of which only the first bytes are there."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    stream = zlib.compress(bytes(2**20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")


def damaged_checksum(data: bytes, name: bytes) -> bytes:
    start = data.index(name)
    length = struct.unpack_from(">I", data, start - 4)[0]
    return flip_bit(data, start + 4 + length, 0)


def alpha(opaque: bool, bits: int = 8) -> np.ndarray:
    image = scene(bits=bits)
    channel = np.full(image.shape[:2], 2**bits - 1, dtype=image.dtype)
    if not opaque:
        channel[10:20, 10:20] = 7
    return np.dstack([image, channel])


# TIFF


def tiff(pixels: np.ndarray | None = None, **options: object) -> bytes:
    """A TIFF as tifffile writes it."""
    file = io.BytesIO()
    image = scene() if pixels is None else pixels
    options = {"photometric": "rgb", "metadata": None} | options
    bigtiff = bool(options.pop("bigtiff", False))
    tifffile.imwrite(file, image, bigtiff=bigtiff, **options)  # type: ignore[arg-type]
    return file.getvalue()


def tiff_lzw(pixels: np.ndarray | None = None, compression: str = "tiff_lzw", **options: object) -> bytes:
    """An 8-bit TIFF as Pillow (libtiff) writes it."""
    return _saved(scene() if pixels is None else pixels, "TIFF", compression=compression, **options)


def with_tag(data: bytes, tag: int, value: int, occurrence: int = 0) -> bytes:
    """Overwrite a whole number of the first directory of a little-endian classic TIFF."""
    (place,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, place)
    for number in range(count):
        entry = place + 2 + 12 * number
        found, kind, values, inside = struct.unpack_from("<HHII", data, entry)
        if found == tag:
            wide = kind in (4, 13)
            where = entry + 8 if values * (4 if wide else 2) <= 4 else inside
            changed = bytearray(data)
            struct.pack_into("<I" if wide else "<H", changed, where + occurrence * (4 if wide else 2), value)
            return bytes(changed)
    message = f"no tag {tag}"
    raise ValueError(message)


# EXIF

Entry = tuple[int, int, object]
ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5


def exif(
    main: list[Entry],
    details: list[Entry] | None = None,
    interop: list[Entry] | None = None,
    order: str = "<",
) -> bytes:
    """An EXIF block from lists of (tag, type, value), without the ``Exif`` prefix."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    details = list(details) if details is not None else []
    if interop is not None:
        details.append((40965, LONG, 0))
    main = list(main)
    if details:
        main.append((34665, LONG, 0))
    second = 8 + len(_directory(main, 8, order))
    third = second + len(_directory(details, second, order))
    main = [(tag, kind, second if tag == 34665 else value) for tag, kind, value in main]
    details = [(tag, kind, third if tag == 40965 else value) for tag, kind, value in details]
    blocks = _directory(main, 8, order)
    if details:
        blocks += _directory(details, second, order)
    if interop is not None:
        blocks += _directory(interop, third, order)
    return head + blocks


def _directory(entries: list[Entry], start: int, order: str) -> bytes:
    entries = sorted(entries, key=lambda entry: entry[0])
    behind = start + 2 + 12 * len(entries) + 4
    table, values = struct.pack(order + "H", len(entries)), b""
    for tag, kind, value in entries:
        packed, count = _value(kind, value, order)
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(packed) <= 4:
            table += packed.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", behind + len(values))
            values += packed + b"\0" * (len(packed) % 2)
    return table + struct.pack(order + "I", 0) + values


def _value(kind: int, value: object, order: str) -> tuple[bytes, int]:
    if kind == ASCII:
        text = str(value).encode() + b"\0"
        return text, len(text)
    if kind == RATIONAL:
        return struct.pack(order + "II", *value), 1  # type: ignore[misc]
    return struct.pack(order + {SHORT: "H", LONG: "I"}[kind], value), 1


def with_exif(data: bytes, block: bytes) -> bytes:
    return with_segments(data, segment(0xE1, b"Exif\0\0" + block))


# ICC

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_PCS = np.array([0.9642, 1.0, 0.8249])
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
PROPHOTO = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105))
D65_XY, D50_XY = (0.3127, 0.3290), (0.34567, 0.35850)


def pcs_columns(
    primaries: tuple[tuple[float, float], ...], white: tuple[float, float] = D65_XY
) -> np.ndarray:
    """Columns rXYZ, gXYZ, bXYZ of a profile: primaries adapted to the white of the connection space."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    white_xyz = np.array([white[0] / white[1], 1, (1 - white[0] - white[1]) / white[1]])
    columns = columns * np.linalg.solve(columns, white_xyz)
    gain = (_BRADFORD @ _PCS) / (_BRADFORD @ white_xyz)
    return np.linalg.inv(_BRADFORD) @ np.diag(gain) @ _BRADFORD @ columns


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def curve_gamma(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256)) + b"\0\0"


def curve_table(values: np.ndarray) -> bytes:
    points = np.round(np.asarray(values) * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", points.size) + points.tobytes()


def curve_parametric(kind: int, *values: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + _fixed(*values)


CURVE_SRGB = curve_parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
CURVE_ADOBE = curve_gamma(563 / 256)
CURVE_PROPHOTO = curve_parametric(3, 1.8, 1.0, 0.0, 1 / 16, 1 / 32)


def icc(
    columns: np.ndarray,
    curves: tuple[bytes, bytes, bytes],
    *,
    extra: dict[bytes, bytes] | None = None,
    space: bytes = b"RGB ",
    connection: bytes = b"XYZ ",
    version: int = 0x04300000,
) -> bytes:
    """A profile of primaries and curves, with the person's name in its description that must go nowhere."""
    tags = {name: b"XYZ \0\0\0\0" + _fixed(*columns[:, number]) for number, name in enumerate(_COLUMNS)}
    tags |= dict(zip(_CURVES, curves, strict=True))
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 12) + b"Jane Canary\0" + bytes(78)
    tags[b"wtpt"] = b"XYZ \0\0\0\0" + _fixed(*_PCS)
    tags |= extra or {}
    offset = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(value))
        body += padded
    head = struct.pack(">I4sI4s4s4s", offset + len(body), b"none", version, b"mntr", space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(*_PCS) + bytes(48)
    return head + table + body


_COLUMNS, _CURVES = (b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC")


def icc_p3() -> bytes:
    return icc(pcs_columns(P3), (CURVE_SRGB,) * 3)


def icc_swapped() -> bytes:
    """sRGB with red and green exchanged: a file that looks right only where its profile is honoured."""
    return icc(pcs_columns(SRGB)[:, [1, 0, 2]], (CURVE_SRGB,) * 3)


def icc_lut(grid: int = 17) -> bytes:
    """A profile whose rendering table (A2B0, 16 bits, to Lab) says what sRGB says, red and green swapped."""
    axis = np.linspace(0, 1, grid)
    green, red, blue = np.meshgrid(axis, axis, axis, indexing="ij")
    encoded = np.stack([red, green, blue], axis=-1)
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = linear @ pcs_columns(SRGB).T / _PCS
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lab = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    )
    stored = np.stack([lab[..., 0] * 652.8, (lab[..., 1] + 128) * 256, (lab[..., 2] + 128) * 256], axis=-1)
    ends = np.array([0, 65535] * 3, dtype=">u2").tobytes()
    table = (
        b"mft2\0\0\0\0"
        + bytes([3, 3, grid, 0])
        + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
        + struct.pack(">HH", 2, 2)
    )
    table += ends + np.clip(np.round(stored), 0, 65535).astype(">u2").tobytes() + ends
    return icc(
        pcs_columns(SRGB), (CURVE_SRGB,) * 3, extra={b"A2B0": table}, connection=b"Lab ", version=0x02400000
    )


def with_icc(data: bytes, profile: bytes, count: int | None = None) -> bytes:
    """Put a profile into a JPEG in pieces of 60,000 bytes; a `count` that is too high makes it incomplete."""
    pieces = [profile[start : start + 60_000] for start in range(0, len(profile), 60_000)]
    total = count or len(pieces)
    return with_segments(
        data,
        *(segment(0xE2, b"ICC_PROFILE\0" + bytes([i + 1, total]) + piece) for i, piece in enumerate(pieces)),
    )


# The corpus


def refused() -> dict[str, tuple[bytes, str]]:
    """Name -> (file, code of its refusal)."""
    base, progressive = jpeg(), jpeg(progressive=True)
    start = scan_at(base)
    files: dict[str, tuple[bytes, str]] = {}
    for eighths in range(1, 8):
        files[f"baseline cut at {eighths}/8"] = (cut(base, eighths), "DEC_TRUNCATED")
        files[f"progressive cut at {eighths}/8"] = (cut(progressive, eighths), "DEC_TRUNCATED")
    middle = start + (len(base) - start) // 2
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**26)))
    profile_bomb = chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(2**26)))
    palette = _saved(scene(), "PNG", "P")
    frames = [Image.fromarray(np.roll(scene(), shift, axis=1)) for shift in (0, 9)]
    film, film_png = io.BytesIO(), io.BytesIO()
    frames[0].save(film, "WEBP", save_all=True, append_images=frames[1:])
    frames[0].save(film_png, "PNG", save_all=True, append_images=frames[1:])
    animation, animated_png = film.getvalue(), film_png.getvalue()
    ycck = bytearray(jpeg_as("CMYK"))
    ycck[ycck.index(b"Adobe") + 11] = 2
    plain, deflated = tiff(rowsperstrip=16), tiff(compression="zlib", rowsperstrip=16)
    whole_png = png()
    mono = np.repeat(scene()[:, :, :1], 3, axis=2)
    files |= {
        "no end marker": (base[:-2], "DEC_TRUNCATED"),
        "half of a taller photo": (with_frame(base, height=192), "DEC_TRUNCATED"),
        "zeros in the data": (base[:middle] + bytes(600) + base[middle + 600 :], "DEC_TRUNCATED"),
        "huge frame": (with_frame(base, height=65500, width=65500), "LIM_PIXELS"),
        "no height": (with_frame(base, height=0), "DEC_HEADER"),
        "CMYK": (jpeg_as("CMYK"), "PIX_COLORSPACE"),
        "YCCK": (bytes(ycck), "PIX_COLORSPACE"),
        "grey JPEG": (jpeg_as("L"), "PIX_MONO"),
        "grey stored as colour": (jpeg(mono), "PIX_MONO"),
        "12 bits": (with_frame(base, depth=12), "PIX_DEPTH"),
        "lossless": (with_frame(base, marker=0xC3), "FMT_NOT_ALLOWED"),
        "arithmetic": (with_frame(base, marker=0xC9), "FMT_NOT_ALLOWED"),
        "JPEG-LS": (with_frame(base, marker=0xF7), "FMT_NOT_ALLOWED"),
        "tiny": (jpeg(scene(40, 40)), "PIX_TOO_SMALL"),
        "5000 segments": (with_segments(base, *[segment(0xE5, b"x")] * 5000), "LIM_META"),
        "40 MB of metadata": (with_segments(base, *[segment(0xE5, bytes(65000))] * 620), "LIM_META"),
        "scan bomb": (many_scans(2000), "LIM_META"),
        "cut in its header": (base[:200], "DEC_TRUNCATED"),
        "palette": (palette, "PIX_PALETTE"),
        "grey PNG": (png(scene()[:, :, 0]), "PIX_MONO"),
        "grey 16-bit PNG": (png(scene(bits=16)[:, :, 0]), "PIX_MONO"),
        "grey PNG as colour": (png(mono), "PIX_MONO"),
        "transparent": (png(alpha(opaque=False)), "PIX_ALPHA"),
        "transparent by key": (
            png(before=chunk(b"tRNS", scene()[5, 5].astype(">u2").tobytes())),
            "PIX_ALPHA",
        ),
        "APNG": (animated_png, "PIX_MULTI"),
        "half a PNG": (cut(whole_png, 4), "DEC_TRUNCATED"),
        "PNG without its end": (png(end=False), "DEC_TRUNCATED"),
        "PNG checksum": (damaged_checksum(whole_png, b"IDAT"), "DEC_CORRUPT"),
        "PNG Adler": (png(packed=lambda raw: zlib.compress(raw)[:-1] + b"\0"), "DEC_CORRUPT"),
        "PNG with too few rows": (png(size=(128, 97)), "DEC_TRUNCATED"),
        "PNG with too many rows": (png(size=(128, 95)), "DEC_CORRUPT"),
        "PNG stream cut": (png(packed=lambda raw: zlib.compress(raw)[:-500]), "DEC_TRUNCATED"),
        "PNG filter": (png(packed=lambda raw: zlib.compress(b"\x07" + raw[1:])), "DEC_CORRUPT"),
        "PNG bytes behind stream": (png(packed=lambda raw: zlib.compress(raw) + b"more"), "DEC_CORRUPT"),
        "PNG bomb": (png_bomb(), "LIM_PIXELS"),
        "PNG without width": (png(size=(0, 96)), "DEC_HEADER"),
        "PNG of 2^31": (png(size=(2**31, 96)), "DEC_HEADER"),
        "PNG text bomb": (png(before=bomb), "LIM_META"),
        "PNG profile bomb": (png(before=profile_bomb), "LIM_META"),
        "PNG of 10^4 texts": (png(before=chunk(b"tEXt", b"a\0b") * 10_000), "LIM_META"),
        "PNG linear in 8 bits": (png(before=chunk(b"gAMA", struct.pack(">I", 100_000))), "PIX_TRC"),
        "PNG PQ": (png(before=chunk(b"cICP", bytes([9, 16, 0, 1]))), "PIX_HDR"),
        "PNG HLG": (png(before=chunk(b"cICP", bytes([9, 18, 0, 1]))), "PIX_HDR"),
        "PNG limited range": (png(before=chunk(b"cICP", bytes([1, 13, 0, 0]))), "PIX_COLORSPACE"),
        "PNG impossible primaries": (
            png(before=chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"cHRM", bytes(32))),
            "PIX_COLORSPACE",
        ),
        "TIFF pages": (tiff(np.stack([scene(), scene()])), "PIX_MULTI"),
        "TIFF float": (tiff(scene().astype(np.float32)), "PIX_SCALE"),
        "TIFF 32 bits": (tiff(scene().astype(np.uint32)), "PIX_DEPTH"),
        "TIFF CMYK": (tiff(alpha(True), photometric="separated"), "PIX_COLORSPACE"),
        "TIFF grey": (tiff(scene()[:, :, 0], photometric="minisblack"), "PIX_MONO"),
        "TIFF white is 0": (tiff(scene()[:, :, 0], photometric="miniswhite"), "PIX_MONO"),
        "TIFF five channels": (
            tiff(np.dstack([scene(), scene()[:, :, :2]]), planarconfig="contig", extrasamples=(0, 0)),
            "PIX_CHANNELS",
        ),
        "TIFF half": (cut(plain, 4), "DEC_TRUNCATED"),
        "TIFF strip beyond end": (with_tag(plain, 273, 10**6, 2), "DEC_TRUNCATED"),
        "TIFF missing strip": (with_tag(plain, 273, 0, 2), "DEC_TRUNCATED"),
        "TIFF strip of no bytes": (with_tag(plain, 279, 0, 1), "DEC_TRUNCATED"),
        "TIFF same strip twice": (
            with_tag(plain, 273, struct.unpack_from("<I", plain, _strip_offset(plain))[0], 1),
            "DEC_CORRUPT",
        ),
        "TIFF short strip": (with_tag(plain, 279, 1000, 1), "DEC_TRUNCATED"),
        "TIFF two million wide": (with_tag(with_tag(tiff(), 256, 2_000_000), 257, 2_000_000), "LIM_PIXELS"),
        "TIFF deflate damaged": (flip_bit(deflated, len(deflated) // 2, 3), "DEC_CORRUPT"),
        "TIFF transparent": (
            tiff(alpha(opaque=False), extrasamples=("unassalpha",)),
            "PIX_ALPHA",
        ),
        "TIFF depths differ": (with_tag(tiff(), 258, 7), "DEC_HEADER"),
        "WebP animation": (animation, "PIX_MULTI"),
        "WebP half": (cut(webp(), 4), "DEC_TRUNCATED"),
        "WebP transparent": (_saved(alpha(opaque=False), "WEBP", lossless=True), "PIX_ALPHA"),
        "WebP without its pixels": (b"RIFF" + struct.pack("<I", 12) + b"WEBPEXIF" + bytes(4), "DEC_HEADER"),
    }
    return files


def _strip_offset(data: bytes) -> int:
    (place,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, place)
    for number in range(count):
        tag, _, _, inside = struct.unpack_from("<HHII", data, place + 2 + 12 * number)
        if tag == 273:
            return inside
    message = "no strips"
    raise ValueError(message)


def strangers() -> dict[str, tuple[bytes, str]]:
    """Name -> (first bytes of a file that is no photo we read, code of its refusal)."""
    box = struct.pack(">I", 24)
    return {
        "HEIC photo": (box + b"ftypheic\0\0\0\0mif1heic", "FMT_NOT_ALLOWED"),
        "HEIC by its second brand": (box + b"ftypmif1\0\0\0\0mif1heic", "FMT_NOT_ALLOWED"),
        "AVIF": (box + b"ftypavif\0\0\0\0mif1avif", "FMT_NOT_ALLOWED"),
        "CR3": (box + b"ftypcrx \0\0\0\1crx isom", "FMT_NOT_ALLOWED"),
        "CR2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(60), "FMT_NOT_ALLOWED"),
        "DNG": (_raw_tiff(dng=True), "FMT_NOT_ALLOWED"),
        "camera raw": (_raw_tiff(dng=False), "FMT_NOT_ALLOWED"),
        "RAF": (b"FUJIFILMCCD-RAW 0201", "FMT_NOT_ALLOWED"),
        "ORF": (b"IIRO\x08\0\0\0", "FMT_NOT_ALLOWED"),
        "RW2": (b"IIU\0\x18\0\0\0", "FMT_NOT_ALLOWED"),
        "DICOM": (bytes(128) + b"DICM\2\0\0\0", "FMT_NOT_ALLOWED"),
        "GIF": (b"GIF89a" + bytes(20), "FMT_NOT_ALLOWED"),
        "BMP": (b"BM" + bytes(60), "FMT_NOT_ALLOWED"),
        "PSD": (b"8BPS\0\1" + bytes(20), "FMT_NOT_ALLOWED"),
        "PDF": (b"%PDF-1.7\n", "FMT_NOT_ALLOWED"),
        "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "FMT_NOT_ALLOWED"),
        "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n", "FMT_NOT_ALLOWED"),
        "JPEG XL": (b"\xff\x0a\x7f\0", "FMT_NOT_ALLOWED"),
        "video": (box + b"ftypisom\0\0\2\0isomiso2", "NOT_PHOTO"),
        "QuickTime": (box + b"ftypqt  \0\0\2\0qt  \0\0\0\0", "NOT_PHOTO"),
        "AVI": (b"RIFF\0\0\1\0AVI LIST", "NOT_PHOTO"),
        "ZIP": (b"PK\3\4" + bytes(30), "FMT_UNKNOWN"),
        "web page": (b"<!DOCTYPE html><script>alert(1)</script>", "FMT_UNKNOWN"),
        "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', "FMT_UNKNOWN"),
        "text": ("Übersicht;Datum\n1;2\n".encode(), "FMT_UNKNOWN"),
        "one byte": (b"\xff", "FMT_UNKNOWN"),
        "noise": (np.random.default_rng(SEED).bytes(10_000), "FMT_UNKNOWN"),
        "nothing": (b"", "IO_EMPTY"),
    }


def _raw_tiff(dng: bool) -> bytes:
    """A TIFF whose first directory says that it is a DNG, or whose second holds a colour filter array."""
    main: list[Entry] = [(256, LONG, 160), (257, LONG, 120), (262, SHORT, 2)]
    if dng:
        return exif([*main, (50706, LONG, 0x00000401)])
    # `exif` links the second directory by the EXIF tag; here it is the tag of sub-directories instead.
    return exif(main, [(262, SHORT, 32803)]).replace(struct.pack("<H", 34665), struct.pack("<H", 330))
