"""Read a colour profile: curves and primaries where it is made of those, LittleCMS where it is not."""

import io
import struct

import numpy as np

from pigmeter.errors import PhotoError
from pigmeter.photo.spaces import ColourSpace, adapt, name_of

# White of the profile connection space (ICC.1:2022, 7.2.16).
_PCS_WHITE = np.array([0.9642, 1.0, 0.8249])
_INPUT_CLASSES = (b"mntr", b"scnr", b"spac", b"prtr")
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}


class ProfileDamaged(ValueError):
    """A colour profile that is no profile, is damaged, or is not for RGB photos."""


class ProfileNotSimple(ValueError):
    """A sound colour profile that is more than three curves and a matrix."""


def read_icc(profile: bytes, levels: int) -> ColourSpace:
    """
    Turn a matrix-and-curve profile into a decoding table and primaries.

    Parameters
    ----------
    profile : bytes
        ICC profile, version 2 or 4.
    levels : int
        Number of encoded values: 256 or 65536.

    Returns
    -------
    ColourSpace
        Named after the known space it equals, else ``"ICC profile"``; the profile's own description is not
        kept, because people put their names there. Swapped channels come out as swapped primaries.

    Raises
    ------
    ProfileDamaged
        Garbage, cut short, for CMYK, grey or Lab, or with primaries that do not make a white.
    ProfileNotSimple
        With rendering tables, with curves that fall, or without primaries: LittleCMS must do it.
    """
    tags = _tags(profile)
    if any(name in tags for name in (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1")):
        reason = "rendering tables"
        raise ProfileNotSimple(reason)
    needed = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC")
    if not all(name in tags for name in needed):
        reason = "no primaries and curves"
        raise ProfileNotSimple(reason)
    columns = np.array([_xyz(tags[name]) for name in needed[:3]]).T
    white = columns.sum(axis=1)
    if np.abs(white - _PCS_WHITE).max() > 0.05 or abs(np.linalg.det(columns)) < 1e-4:
        reason = (
            f"its primaries add up to {white.round(3).tolist()} instead of the white {_PCS_WHITE.tolist()}"
        )
        raise ProfileDamaged(reason)
    encoded = np.linspace(0.0, 1.0, levels)
    curves = np.array([_curve(tags[name], encoded) for name in needed[3:]])
    if not np.isfinite(curves).all():
        reason = "a curve without a number"
        raise ProfileDamaged(reason)
    if np.abs(curves[:, -1] - 1.0).max() > 0.5:
        reason = f"curves whose white is {curves[:, -1].round(3).tolist()} instead of 1"
        raise ProfileDamaged(reason)
    if (np.diff(curves, axis=1) < -1e-6).any() or np.ptp(curves, axis=1).min() < 0.5:
        reason = "a curve that falls or hardly rises"
        raise ProfileNotSimple(reason)
    # The columns as they stand sum to the white within rounding; scaled, they do so exactly.
    primaries = adapt(columns * (_PCS_WHITE / white)[:, None], _PCS_WHITE)
    decode = np.clip(curves, 0.0, None).astype(np.float32)
    return ColourSpace(name_of(decode, primaries) or "ICC profile", decode, primaries)


def convert_to_srgb(pixels: np.ndarray, profile: bytes) -> np.ndarray:
    """
    Convert a photo to sRGB with LittleCMS, relative colorimetric.

    Parameters
    ----------
    pixels : array of uint8, shape (rows, columns, 3)
    profile : bytes

    Returns
    -------
    array of uint8, shape (rows, columns, 3)

    Raises
    ------
    ProfileDamaged
        If LittleCMS cannot use the profile.
    PhotoError
        PIX_COLORSPACE for 16-bit photos: the conversion at hand keeps 8 bits.
    """
    if pixels.dtype != np.uint8:
        reason = (
            "a 16-bit photo with a colour profile made of tables, whose conversion would keep only 8 bits"
        )
        raise PhotoError(
            "PIX_COLORSPACE", reason, "Export it as 16-bit sRGB, Display P3, Adobe RGB or ProPhoto RGB"
        )
    from PIL import Image, ImageCms

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            "RGB",
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )
        image = Image.frombuffer("RGB", pixels.shape[1::-1], np.ascontiguousarray(pixels), "raw", "RGB", 0, 1)
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        reason = f"LittleCMS says '{error}'"
        raise ProfileDamaged(reason) from error
    if converted is None:
        reason = "LittleCMS returned nothing"
        raise ProfileDamaged(reason)
    return np.array(converted, dtype=np.uint8)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    if len(profile) < 132 or profile[36:40] != b"acsp":
        reason = "not an ICC profile"
        raise ProfileDamaged(reason)
    (size,) = struct.unpack_from(">I", profile)
    if size > len(profile):
        reason = f"cut short: {len(profile)} of {size} bytes"
        raise ProfileDamaged(reason)
    if profile[16:20] != b"RGB " or profile[12:16] not in _INPUT_CLASSES:
        reason = f"for {profile[16:20].decode('latin-1').strip()!r}, not for RGB photos"
        raise ProfileDamaged(reason)
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > 200 or 132 + 12 * count > len(profile):
        reason = f"{count} tags"
        raise ProfileDamaged(reason)
    tags: dict[bytes, bytes] = {}
    for number in range(count):
        name, offset, length = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if offset + length > len(profile):
            reason = f"the tag {name.decode('latin-1')!r} lies outside the profile"
            raise ProfileDamaged(reason)
        tags[name] = profile[offset : offset + length]
    return tags


def _xyz(tag: bytes) -> np.ndarray:
    if tag[:4] != b"XYZ " or len(tag) < 20:
        reason = "a primary that is no XYZ"
        raise ProfileDamaged(reason)
    return np.array(struct.unpack_from(">3i", tag, 8)) / 65536.0


def _curve(tag: bytes, encoded: np.ndarray) -> np.ndarray:
    """Values of a curve tag (ICC.1:2022, 10.6 curveType and 10.18 parametricCurveType)."""
    if tag[:4] == b"curv" and len(tag) >= 12:
        (count,) = struct.unpack_from(">I", tag, 8)
        if count > 65536 or len(tag) < 12 + 2 * count:
            reason = f"a curve of {count} points in {len(tag)} bytes"
            raise ProfileDamaged(reason)
        points = np.frombuffer(tag, ">u2", count, 12)
        if count == 0:
            return encoded
        if count == 1:
            power: np.ndarray = encoded ** (points[0] / 256.0)
            return power
        table: np.ndarray = np.interp(encoded, np.linspace(0.0, 1.0, count), points / 65535.0)
        return table
    if tag[:4] == b"para" and len(tag) >= 12:
        (kind,) = struct.unpack_from(">H", tag, 8)
        if kind in _PARAMETERS and len(tag) >= 12 + 4 * _PARAMETERS[kind]:
            values = np.array(struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)) / 65536.0
            return _parametric(kind, values, encoded)
    reason = f"a curve of the unknown type {tag[:4].decode('latin-1')!r}"
    raise ProfileDamaged(reason)


def _parametric(kind: int, values: np.ndarray, x: np.ndarray) -> np.ndarray:
    g, a, b, c, d, e, f = 1.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0
    if kind == 0:
        (g,) = values
    elif kind in (1, 2):
        g, a, b = values[:3]
        if a == 0:
            reason = "a parametric curve without a slope"
            raise ProfileDamaged(reason)
        # Below -b / a the value is 0 (type 1) or c (type 2), which the power of nothing is anyway.
        e = values[3] if kind == 2 else 0.0
    elif kind == 3:
        g, a, b, c, d = values
    else:
        g, a, b, c, d, e, f = values
    with np.errstate(all="ignore"):
        power = np.maximum(a * x + b, 0.0) ** g + e
    return np.where(x >= d, power, c * x + f)
