"""
Time and memory of the maps of one photo, beside its JPEG decode and beside what scripts do today.

    python benchmarks/bench_maps.py            24 megapixels, about a minute
    python benchmarks/bench_maps.py --tiny     a smoke test
    python benchmarks/bench_maps.py --json     for programs

Every row runs in a process of its own, so that its peak memory is its own. Times are the median of the
repetitions after one warm-up; the first call has a column of its own.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SRGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
CAMERA_PEAKS, CAMERA_WIDTH = (605.0, 540.0, 460.0), 32.0
MM = 0.05  # of a photo pixel: a face 300 mm wide fills 6000 columns


def camera() -> np.ndarray:
    """Return three Gaussian sensitivities under an even light, scaled to white = 1, shape (3, 61)."""
    from pigmeter.colour.spectra import WAVELENGTHS

    bands = np.exp(-0.5 * ((WAVELENGTHS - np.array(CAMERA_PEAKS)[:, None]) / CAMERA_WIDTH) ** 2)
    return np.asarray(bands / bands.sum(axis=1, keepdims=True))


def encode(linear: np.ndarray) -> np.ndarray:
    """Encode linear values 0 to 1 by the sRGB curve, 0 to 1."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def session_profile():  # type: ignore[no-untyped-def]
    """Fit a profile to the 24 patches that the camera would see."""
    from pigmeter.colour.session import fit_profile_from_patches
    from pigmeter.synthetic.painted_chart import reference_paints

    patches = reference_paints("colorchecker-classic") @ camera().T
    return fit_profile_from_patches(encode(patches), rendered=True)


def draw_photo(rows: int, columns: int) -> np.ndarray:
    """Draw an oval of skin with freckles, shading and noise on a blue-grey cloth, uint8."""
    from pigmeter.colour.skin import people

    rng = np.random.default_rng(24)
    everyone = people()
    fifths = np.array_split(np.argsort(everyone.targets[:, 0]), 5)
    skin, spot = (everyone.reflectance[fifth].mean(axis=0) @ camera().T for fifth in fifths[1:3])
    pixels = np.empty((rows, columns, 3), dtype=np.uint8)
    grain = rng.normal(0, 0.05, (512, columns, 3)).astype(np.float32)
    freckles = rng.random((rows // 40 + 1, columns // 40 + 1)) < 0.15
    column = np.arange(columns) / columns
    for top in range(0, rows, 512):
        row = np.arange(top, min(top + 512, rows))[:, None] / rows
        inside = ((column - 0.5) / 0.36) ** 2 + ((row - 0.5) / 0.46) ** 2 < 1
        dark = freckles[(row * rows).astype(int) // 40, (column * columns).astype(int)[None] // 40]
        colour = np.where(dark[..., None], spot, skin)
        light = 0.6 + 0.4 * np.cos(column - row)
        linear = np.where(inside[..., None], colour, (0.16, 0.2, 0.26)) * light[..., None]
        pixels[top : top + 512] = np.rint(255 * encode(linear * (1 + grain[: len(row)])))
    return pixels


def store_photo(folder: Path, rows: int, columns: int) -> int:
    """Draw the photo; leave its pixels and its JPEG in a folder, and return the JPEG's size. [byte]"""
    import simplejpeg

    pixels = draw_photo(rows, columns)
    np.save(folder / "photo.npy", pixels)
    jpeg = simplejpeg.encode_jpeg(pixels, quality=92, colorsubsampling="420")
    return folder.joinpath("photo.jpg").write_bytes(jpeg)


def script(pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Do what a script does today: sRGB curve, 3x3, logs, Lab, ITA, all in float64."""
    encoded = pixels / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    linear = np.maximum(linear @ np.array([[1.1, -0.1, 0.0], [-0.05, 1.1, -0.05], [0.0, -0.1, 1.1]]).T, 1e-4)
    maps = {"camera_mi": -100 * np.log10(linear[..., 0])}
    maps["camera_ei"] = 100 * np.log10(linear[..., 0] / linear[..., 1])
    xyz = linear @ (SRGB / SRGB.sum(axis=1, keepdims=True)).T
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    maps["L"], maps["a"] = 116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1])
    maps["b"] = 200 * (root[..., 1] - root[..., 2])
    maps["ita"] = np.degrees(np.arctan2(maps["L"] - 50, maps["b"]))
    return maps


def as_photo(pixels: np.ndarray):  # type: ignore[no-untyped-def]
    """Wrap pixels as a Photo that an sRGB file would give."""
    from pigmeter.photo.photo import Capture, Photo

    value = np.arange(256) / 255
    curve = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
    pixels.flags.writeable = False
    return Photo("bench.jpg", "0" * 64, "JPEG", pixels, np.tile(curve, (3, 1)), SRGB, "sRGB", Capture())


def work_of(row: str, folder: Path) -> tuple[Callable[[], object], float]:
    """Return what a row of the table does, and by how much its time is to be multiplied."""
    jpeg = (folder / "photo.jpg").read_bytes()
    if row == "decode, simplejpeg":
        import simplejpeg

        return lambda: simplejpeg.decode_jpeg(jpeg), 1.0
    if row == "decode, Pillow":
        import io

        from PIL import Image

        return lambda: np.asarray(Image.open(io.BytesIO(jpeg))), 1.0
    pixels = np.load(folder / "photo.npy")
    if row == "script, float64":
        return lambda: script(pixels), 1.0
    profile = session_profile()
    if row == "naive twin (scaled)":
        from pigmeter._kernels import pixel

        sys.path.append(str(ROOT / "tests"))
        import naive

        pixel.block_means, pixel.quantity_planes = naive.block_means, naive.quantity_planes
        side = min(96, *pixels.shape[:2])
        middle = tuple(slice((n - side) // 2, (n + side) // 2) for n in pixels.shape[:2])
        share = pixels.shape[0] * pixels.shape[1] / side**2
        pixels = np.ascontiguousarray(pixels[middle])
        return whole_job(pixels, profile, workers=1), share
    if row == "measure, own profile given":
        from pigmeter.measurement.measurement import measure

        photo = as_photo(pixels)
        return lambda: measure(photo, profile, mm_per_pixel=MM), 1.0
    if row == "measure, full resolution":
        from pigmeter.measurement.measurement import measure

        photo = as_photo(pixels)
        return lambda: measure(photo, profile, mm_per_pixel=MM, full_resolution=True), 1.0
    alone = row == "maps and mask"
    return whole_job(pixels, profile, workers=1 if row.endswith("1 thread") else None, alone=alone), 1.0


def whole_job(pixels: np.ndarray, profile, workers: int | None, alone: bool = False) -> Callable[[], object]:  # type: ignore[no-untyped-def]
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


ROWS = (
    "decode, simplejpeg",
    "decode, Pillow",
    "script, float64",
    "naive twin (scaled)",
    "maps and mask",
    "maps, mask, statistics",
    "the same, 1 thread",
    "measure, own profile given",
    "measure, full resolution",
)


def run_row(row: str, folder: Path, repeat: int) -> dict[str, float]:
    """Run one row in this process: first call, median of the others [s], and memory above the start [MB]."""
    job, factor = work_of(row, folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(1 if row.startswith("naive") else repeat + 1):
        start = time.perf_counter()
        job()
        times.append((time.perf_counter() - start) * factor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1e6 if sys.platform == "darwin" else 1e3
    median = statistics.median(times[1:] or times)
    return {"first": times[0], "median": median, "rise": (peak - before) / unit, "peak": peak / unit}


def machine() -> dict[str, str]:
    """What the numbers depend on."""
    packages = ("numpy", "numba", "opencv-python", "simplejpeg", "pillow")
    found = {name: importlib.metadata.version(name) for name in packages}
    own = {"machine": platform.platform(), "cpus": str(os.cpu_count()), "python": platform.python_version()}
    return own | found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--rows", type=int, default=4000, help="rows of the photo [px]")
    parser.add_argument("--columns", type=int, default=6000, help="columns of the photo [px]")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--tiny", action="store_true", help="a small photo, once: does it run?")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--only", choices=("draw", *ROWS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only == "draw":
        print(json.dumps({"bytes": store_photo(given.folder, given.rows, given.columns)}))
        return
    if given.only:
        print(json.dumps(run_row(given.only, given.folder, given.repeat)))
        return
    shape = (400, 600) if given.tiny else (given.rows, given.columns)
    repeat = 1 if given.tiny else given.repeat
    found = {}
    with tempfile.TemporaryDirectory() as name:
        size = 0.0
        for row in (
            "draw",
            *ROWS,
        ):  # drawn in a process of its own too: a child's peak memory begins at its parent's
            command = [sys.executable, __file__, "--only", row, "--folder", name, "--repeat", str(repeat)]
            command += ["--rows", str(shape[0]), "--columns", str(shape[1])]
            done = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            if row == "draw":
                size = done["bytes"]
            else:
                found[row] = done
    if given.json:
        print(json.dumps({"machine": machine(), "shape": shape, "jpeg_bytes": size, "rows": found}))
        return
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    print(f"photo of {shape[1]} x {shape[0]} px, JPEG of {size / 1e6:.1f} MB, median of {repeat}")
    heads = ("first [s]", "then [s]", "x decode", "x faster", "rise [MB]", "peak [MB]")
    print(f"{'':28} " + " ".join(f"{head:>10}" for head in heads))
    decode, reference = found["decode, simplejpeg"]["median"], found["script, float64"]["median"]
    for row, one in found.items():
        print(
            f"{row:28} {one['first']:10.3f} {one['median']:10.3f} {one['median'] / decode:10.2f} "
            f"{reference / one['median']:10.2f} {one['rise']:10.0f} {one['peak']:10.0f}"
        )


if __name__ == "__main__":
    main()
