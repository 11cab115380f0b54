"""
Time and memory of the maps of one photo, beside its JPEG decode and beside what scripts do today.

    python benchmarks/bench_maps.py             24 megapixels, two minutes
    python benchmarks/bench_maps.py --markdown  and keep it as benchmarks/results/bench_maps.md
    python benchmarks/bench_maps.py --tiny      a smoke test
    python benchmarks/bench_maps.py --json      for programs

Every row runs in a process of its own, so that its peak memory is its own. Times are the median of the
repetitions after one warm-up; the first call has a column of its own. The scripts make six maps of every
pixel (two indices, L, a, b, ITA) and no more; "with statistics" the float64 script also masks skin by fixed
limits of Cb and Cr and takes mean, SD and five percentiles, which is what our row is to be held against.
"""

import io
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import timing
from drawn_photo import (
    MM,
    PIXEL_FILE,
    PLAIN_FILE,
    SRGB,
    as_photo,
    decode_table,
    session_profile,
    store_photos,
)

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile

ROOT = Path(__file__).resolve().parents[1]
MIX = np.array([[1.1, -0.1, 0.0], [-0.05, 1.1, -0.05], [0.0, -0.1, 1.1]])
TO_XYZ = SRGB / SRGB.sum(axis=1, keepdims=True)
Maps = dict[str, np.ndarray]


def six_maps(linear: np.ndarray) -> Maps:
    """Two indices, L, a, b and ITA of linear pixels, in their own precision."""
    kind = linear.dtype.type
    maps = {"camera_mi": kind(-100) * np.log10(linear[..., 0])}
    maps["camera_ei"] = kind(100) * np.log10(linear[..., 0] / linear[..., 1])
    xyz = linear @ TO_XYZ.T.astype(kind)
    root = np.where(xyz > kind(216 / 24389), np.cbrt(xyz), (kind(24389 / 27) * xyz + kind(16)) / kind(116))
    maps["L"], maps["a"] = kind(116) * root[..., 1] - kind(16), kind(500) * (root[..., 0] - root[..., 1])
    maps["b"] = kind(200) * (root[..., 1] - root[..., 2])
    maps["ita"] = np.degrees(np.arctan2(maps["L"] - kind(50), maps["b"]))
    return maps


def script(pixels: np.ndarray) -> Maps:
    """Do what a script does today: sRGB curve, 3x3, logs, Lab, ITA, all in float64."""
    encoded = pixels / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return six_maps(np.maximum(linear @ MIX.T, 1e-4))


def table_script(pixels: np.ndarray) -> Maps:
    """Do the same by a careful script: a table in place of the power, float32 throughout."""
    linear = decode_table().astype(np.float32)[pixels]
    return six_maps(np.maximum(linear @ MIX.T.astype(np.float32), np.float32(1e-4)))


def described(pixels: np.ndarray) -> dict[str, tuple[float, ...]]:
    """Mean, SD and percentiles of the script's maps where Cb and Cr are skin's (Chai and Ngan, 1999)."""
    maps = script(pixels)
    red, green, blue = (pixels[..., c].astype(float) for c in range(3))
    cb = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue
    cr = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue
    skin = (cb > 77) & (cb < 127) & (cr > 133) & (cr < 173)
    found = {}
    for key, values in maps.items():
        kept = values[skin]
        found[key] = (kept.mean(), kept.std(), *np.percentile(kept, (5, 25, 50, 75, 95)))
    return found


def with_ita(lab: np.ndarray) -> np.ndarray:
    """ITA of Lab."""
    return np.degrees(np.arctan2(lab[..., 0] - 50, lab[..., 2]))


def derm_ita_row(pixels: np.ndarray) -> Callable[[], object] | None:
    """ITA as the package derm-ita has it; None where that is not installed."""
    try:
        from derm_ita import get_ita
    except ImportError:
        return None
    from PIL import Image

    return lambda: get_ita(Image.fromarray(pixels))


def rival(row: str, folder: Path) -> Callable[[], object] | None:
    """Return what somebody else's row does; None where it cannot be done here."""
    if row.startswith("decode"):
        jpeg = (folder / PLAIN_FILE).read_bytes()
        if row == "decode, simplejpeg":
            import simplejpeg

            return lambda: simplejpeg.decode_jpeg(jpeg)
        from PIL import Image

        return lambda: np.asarray(Image.open(io.BytesIO(jpeg)))
    pixels = np.load(folder / PIXEL_FILE)
    if row == "cv2, float32 Lab and ITA":
        import cv2

        return lambda: with_ita(cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB))
    if row == "scikit-image, Lab and ITA":
        from skimage.color import rgb2lab

        return lambda: with_ita(rgb2lab(pixels))
    if row == "derm-ita, ITA alone":
        return derm_ita_row(pixels)
    scripts: dict[str, Callable[[np.ndarray], object]] = {
        "script, float64": script,
        "script, float64, with statistics": described,
        "script, float32 and tables": table_script,
    }
    return lambda: scripts[row](pixels)


def own(row: str, folder: Path) -> tuple[Callable[[], object], float]:
    """Return what a row of ours does, and by how much its time is to be multiplied."""
    pixels = np.load(folder / PIXEL_FILE)
    profile = session_profile()
    if row == "naive twin (scaled)":
        from pigmeter._kernels import pixel

        sys.path.append(str(ROOT / "tests"))
        import naive

        pixel.block_means, pixel.quantity_planes = naive.block_means, naive.quantity_planes
        side = min(96, *pixels.shape[:2])
        middle = tuple(slice((n - side) // 2, (n + side) // 2) for n in pixels.shape[:2])
        share = pixels.shape[0] * pixels.shape[1] / side**2
        return whole_job(np.ascontiguousarray(pixels[middle]), profile, workers=1), share
    workers = 1 if row.endswith("1 thread") else None
    return whole_job(pixels, profile, workers, row == "maps and mask"), 1.0


def whole_job(
    pixels: np.ndarray, profile: "Profile", workers: int | None, alone: bool = False
) -> Callable[[], object]:
    """Ten maps and the skin mask, and unless `alone` the statistics of the skin."""
    from pigmeter.measurement.maps import analysis_scale, quantity_maps
    from pigmeter.measurement.statistics import describe_maps

    photo = as_photo(pixels)
    scale = analysis_scale(photo.shape, MM)

    def job() -> object:
        found = quantity_maps(photo, profile, scale, mm_per_pixel=MM, workers=workers)
        if not found.skin.any():
            message = "no skin was found, so the time would mean nothing"
            raise SystemExit(message)
        if alone:
            return found
        return describe_maps(found.maps, found.skin, found.workers)

    return job


RIVALS = (
    "decode, simplejpeg",
    "decode, Pillow",
    "script, float64",
    "script, float64, with statistics",
    "script, float32 and tables",
    "cv2, float32 Lab and ITA",
    "scikit-image, Lab and ITA",
    "derm-ita, ITA alone",
)
OWN = ("naive twin (scaled)", "maps and mask", "maps, mask, statistics", "the same, 1 thread")


def run_row(row: str, folder: Path, repeat: int) -> dict[str, float]:
    """Run one row in this process; nothing comes of a row that needs what is not installed."""
    if row in RIVALS:
        job = rival(row, folder)
        return {} if job is None else timing.timed(job, repeat)
    work, factor = own(row, folder)
    return timing.timed(work, 0 if row.startswith("naive") else repeat, factor)


def main() -> None:
    given = timing.settled(timing.options(__doc__, tiny=(400, 600)))
    if given.only == "draw":
        print(json.dumps({"bytes": store_photos(given.folder, given.rows, given.columns)}))
        return
    if given.only:
        print(json.dumps(run_row(given.only, given.folder, given.repeat)))
        return
    found, absent = {}, []
    with tempfile.TemporaryDirectory() as name:
        size = timing.in_own_process(__file__, "draw", Path(name), given)["bytes"]
        for row in (*RIVALS, *OWN):
            done = timing.in_own_process(__file__, row, Path(name), given)
            if "median" in done:
                found[row] = done
            else:
                absent.append(f"{row.split(',')[0]} is not installed, so its row is left out.")
    shape = (given.rows, given.columns)
    if given.json:
        print(json.dumps({"machine": timing.machine(), "shape": shape, "jpeg_bytes": size, "rows": found}))
        return
    from scoring import heading, publish

    if not given.markdown:
        print(", ".join(f"{key} {value}" for key, value in timing.machine().items()))
    remarks = (
        f"A photo of {shape[1]} x {shape[0]} px, as a JPEG of {size / 1e6:.1f} MB; median of "
        f"{given.repeat} calls. Rows of scripts begin with decoded pixels, as ours do."
    )
    decode, reference = found["decode, simplejpeg"]["median"], found["script, float64"]["median"]
    parts = [heading("Maps: time and memory", remarks), timing.time_table(found, decode, reference)]
    equal = found["script, float64, with statistics"]["median"] / found["maps, mask, statistics"]["median"]
    parts.append(
        f"\nMask and statistics included on both sides pigmeter is {equal:.0f} times as fast as the script."
    )
    publish("\n".join([*parts, *absent]), "bench_maps", given.markdown)


if __name__ == "__main__":
    main()
