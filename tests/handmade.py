"""Photos and measurements made by hand, for tests of what is done with them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from PIL import Image

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.evenness import Evenness
from pigmeter.measurement.maps import SkinMaps
from pigmeter.measurement.measurement import Measurement
from pigmeter.photo.photo import Capture, Photo
from pigmeter.regions.region import Region

MEANS = {"melanin_index": 40.0, "erythema_index": 25.0, "haemoglobin_index": 35.0, "L": 58.0, "a": 12.0}
MEANS |= {"b": 17.0, "ita": 25.2, "hue": 54.8, "camera_mi": 41.0, "camera_ei": 24.0}


def photo(rows=120, columns=160, name="left.jpg", **capture):
    """Return a photo of a plain skin colour on grey, sRGB, 8 bit."""
    pixels = np.full((rows, columns, 3), 128, np.uint8)
    pixels[rows // 4 : 3 * rows // 4, columns // 4 : 3 * columns // 4] = (200, 150, 130)
    values = np.arange(256) / 255
    curve = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return Photo(
        name=name,
        sha256="0123456789abcdef" * 4,
        container="JPEG",
        pixels=pixels,
        decode=np.stack([curve] * 3).astype(np.float32),
        primaries=np.linalg.inv(SRGB_FROM_XYZ),
        colour_space="sRGB",
        capture=Capture(**capture),
    )


def chart():
    """Return what reports ask of a chart."""
    corners = np.array([[4.0, 4.0], [34.0, 4.0], [34.0, 24.0], [4.0, 24.0]])
    return SimpleNamespace(
        kind="colorchecker-classic", corners=corners, mm_per_pixel=0.25, excluded=(3,), findings=(), others=()
    )


def profile():
    """Return what reports ask of a profile."""
    return SimpleNamespace(
        id="p-0123456789ab",
        chart_kind="colorchecker-classic",
        rendered=True,
        created_from="ab" * 32,
        quality={"residual_dE00_mean": 1.5},
        known={},
        findings=(),
    )


def measurement(of=None, *, scale=2, with_chart=True, seed=3, **changes):
    """Return a measurement of `photo()`, its maps smooth with a little noise, its table to match."""
    of = of or photo()
    rows, columns = of.shape[0] // scale, of.shape[1] // scale
    skin = np.zeros((rows, columns), bool)
    skin[rows // 4 : 3 * rows // 4, columns // 4 : 3 * columns // 4] = True
    random = np.random.default_rng(seed)
    ramp = np.linspace(-6, 6, columns) + random.normal(0, 1, (rows, columns))
    maps = {key: np.where(skin, MEANS[key] + ramp, np.nan).astype(np.float32) for key in QUANTITIES}
    table = [table_row(of, quantity, maps[quantity.key][skin]) for quantity in QUANTITIES.values()]
    made = Measurement(
        photo_name=of.name,
        sha256=of.sha256,
        maps=maps,
        table=table,
        findings=(),
        spots=(),
        evenness=Evenness({}, ((),), None),
        skin=skin,
        state=skin.astype(np.uint8),
        scale=scale,
        mm_per_pixel=0.25 * scale if with_chart else None,
        profile=profile(),
        chart=chart() if with_chart else None,
        regions=(Region("skin", None),),
        photo=of,
        found=SkinMaps(maps, skin.astype(np.uint8), skin, scale, 1, 1, None, None),
        source="own chart",
    )
    return replace(made, **changes)


def table_row(of, quantity, values):
    """Return one row of a measurement's table."""
    names = ("p5", "p25", "p50", "p75", "p95")
    return {
        "photo": of.name,
        "sha256": of.sha256,
        "region": "skin",
        "quantity": quantity.key,
        "definition": quantity.definition,
        "unit": quantity.unit,
        "n": values.size,
        "mean": float(values.mean(dtype=float)),
        "sd": float(values.std(dtype=float)),
        **{name: float(np.percentile(values, int(name[1:]))) for name in names},
        "uncertainty": 1.75,
        "low": float(values.mean(dtype=float)) - 3.5,
        "high": float(values.mean(dtype=float)) + 3.5,
        "change_uncertainty": 0.5,
        "uncertainty_camera": 1.0,
        "uncertainty_chart": 0.5,
        "uncertainty_people": 1.25,
        "uncertainty_noise": 0.25,
        "uncertainty_shading": 0.5,
        "clipped_fraction": 0.0,
        "masked_fraction": 0.125,
        "mm_per_pixel": 0.5,
        "profile": "p-0123456789ab",
        "profile_source": "own chart",
        "software": "pigmeter 0",
        "status": "measured",
        "code": None,
        "reason": None,
    }


def save_jpeg(path, seed=0, **exif):
    """Write a small JPEG with a few EXIF tags; the numbers are the tags of EXIF 3.0."""
    random = np.random.default_rng(seed)
    image = Image.fromarray(random.integers(90, 160, (80, 96, 3), dtype=np.uint8))
    tags = Image.Exif()
    main = {"make": 271, "model": 272}
    inner = {"exposure": 33434, "iso": 34855, "time": 36867, "white_balance": 41987}
    for key, value in exif.items():
        if key in main:
            tags[main[key]] = value
        else:
            tags.get_ifd(34665)[inner[key]] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=90, exif=tags)
    return path
