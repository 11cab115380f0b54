"""
Time and memory of whole measurements, beside the JPEG decode of the same photo.

    python benchmarks/bench_measure.py             24 and 100 megapixels, three minutes
    python benchmarks/bench_measure.py --markdown  and keep it as benchmarks/results/bench_measure.md
    python benchmarks/bench_measure.py --tiny      a smoke test
    python benchmarks/bench_measure.py --json      for programs

Every row runs in a process of its own, so that its peak memory is its own. Times are the median of the
repetitions after one warm-up. A cold start is a whole process, from its start to its end, with an empty cache
of compiled code; a folder is measured with 2 jobs, and its time is that of one photo.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import timing
from drawn_photo import CHART_FILE, MM, PLAIN_FILE, draw_photo, session_profile, store_photos

LARGE = "100 megapixels, profile given, from file"
COLD, WARM, HELP = "whole process, cold start", "whole process, code compiled", "pigmeter --help"
FOLDERS = (
    "folder, profile given",
    "folder, profile given, with an overview",
    "folder, profile given, with figures",
    "folder, one photo with a chart",
    "folder, every photo with a chart",
)
CALLS = (
    "decode, simplejpeg",
    "read_photo",
    "profile given",
    "profile given, from file",
    "profile given, chart in the photo",
    "chart search and fit",
    "chart search and fit, from file",
    "profile given, full resolution",
)
WHOLE = (COLD, WARM, HELP)
JOBS = 2


def work_of(row: str, folder: Path) -> Callable[[], object]:
    """Return what a row does."""
    plain, chart, large = folder / PLAIN_FILE, folder / CHART_FILE, folder / "large.jpg"
    if row == "decode, simplejpeg":
        import simplejpeg

        jpeg = plain.read_bytes()
        return lambda: simplejpeg.decode_jpeg(jpeg)
    from pigmeter.measurement.measurement import measure
    from pigmeter.photo.reader import read_photo

    if row == "read_photo":
        return lambda: read_photo(plain)
    if row == "chart search and fit":
        photo = read_photo(chart)
        return lambda: measure(photo)
    if row == "chart search and fit, from file":
        return lambda: measure(chart)
    profile = session_profile()
    if row == "profile given, from file":
        return lambda: measure(plain, profile, mm_per_pixel=MM)
    if row == LARGE:
        return lambda: measure(large, profile, mm_per_pixel=MM / 2)
    photo = read_photo(chart if "chart" in row else plain)
    if "chart" in row:
        return lambda: measure(photo, profile)
    return lambda: measure(photo, profile, mm_per_pixel=MM, full_resolution="full" in row)


def measured_folder(row: str, folder: Path, given_photos: int) -> timing.Row:
    """Measure copies of the photo in a folder, after one by itself, and return the time of each."""
    from pigmeter.batch.run import measure_folder

    charts = {"one photo with a chart": 1, "every photo with a chart": given_photos}.get(
        row.split(", ")[1], 0
    )
    profile = None if charts else session_profile()
    photos, out = folder / "photos", folder / "out"
    for number in range(given_photos):
        source = folder / (CHART_FILE if number < charts else PLAIN_FILE)
        photos.mkdir(exist_ok=True)
        # a byte after the end makes each another file
        (photos / f"{number}.jpg").write_bytes(source.read_bytes() + bytes(number))
    figures = {"with figures": "all", "with an overview": "overview"}.get(row.split(", ")[-1], "none")
    target = None if figures == "none" else out
    measure_folder(photos / "0.jpg", target, profile=profile, figures=figures)

    def job() -> object:
        result = measure_folder(photos, target, profile=profile, jobs=JOBS, figures=figures)
        if not result.all_measured:
            message = f"not all photos were measured: {result.counts}"
            raise SystemExit(message)
        return result

    return timing.timed(job, 0, 1 / given_photos)


def run_row(row: str, folder: Path, repeat: int, photos: int) -> timing.Row:
    """Run one row in this process."""
    if row in FOLDERS:
        return measured_folder(row, folder, photos)
    if row in (COLD, WARM):
        return timing.timed(work_of("chart search and fit, from file", folder), 0)
    return timing.timed(work_of(row, folder), min(repeat, 2) if row == LARGE else repeat)


def helped(repeat: int) -> timing.Row:
    """Ask for help, as a user does: a whole process each."""

    def job() -> object:
        return subprocess.run(
            [sys.executable, "-m", "pigmeter", "--help"], check=True, stdout=subprocess.DEVNULL
        )

    row = timing.timed(job, repeat)
    return {"first": row["first"], "median": row["median"]}


def draw(folder: Path, rows: int, columns: int, tiny: bool) -> int:
    """Leave all photos in a folder; return the size of the JPEG. [byte]"""
    import simplejpeg

    size = store_photos(folder, rows, columns)
    large = draw_photo(2 * rows + 192, 2 * columns + 288) if not tiny else draw_photo(rows, columns)
    (folder / "large.jpg").write_bytes(simplejpeg.encode_jpeg(large, quality=92, colorsubsampling="420"))
    return size


def run_all(given: argparse.Namespace, folder: Path) -> tuple[int, dict[str, timing.Row]]:
    """Run every row, each in a process of its own; the JPEG's size [byte] and what the rows gave."""
    size = timing.in_own_process(__file__, "draw", folder, given)["bytes"]
    found: dict[str, timing.Row] = {}
    for row in (*CALLS, LARGE, *FOLDERS):
        found[row] = timing.in_own_process(__file__, row, folder, given)
    cache = folder / "cache"
    cache.mkdir()
    for row in (COLD, WARM):
        done = timing.in_own_process(__file__, row, folder, given, NUMBA_CACHE_DIR=str(cache))
        found[row] = done | {"first": done["process"], "median": done["process"]}
    found[HELP] = helped(given.repeat)
    return size, found


def page(given: argparse.Namespace, size: int, found: dict[str, timing.Row]) -> str:
    """Return the page: calls and folders as multiples of the decode, whole processes in seconds."""
    from scoring import heading, table

    decode = found["decode, simplejpeg"]["median"]
    remarks = (
        f"A photo of {given.columns} x {given.rows} px, as a JPEG of {size / 1e6:.1f} MB; median of "
        f"{given.repeat} calls."
    )
    calls = {row: found[row] for row in (*CALLS, LARGE)}
    folders = [
        [
            row,
            f"{1 / found[row]['median']:.2f}",
            f"{found[row]['median'] / decode:.2f}",
            f"{found[row]['peak']:.0f}",
        ]
        for row in FOLDERS
    ]
    whole = [[row, f"{found[row]['median']:.2f}"] for row in WHOLE]
    return "\n".join(
        [
            heading("Whole measurements: time and memory", remarks),
            timing.time_table(calls, decode),
            "",
            table(
                [f"with {JOBS} jobs", "photos a second", "x decode a photo", "whole process [MB]"], folders
            ),
            "",
            table(["", "[s]"], whole),
        ]
    )


def main() -> None:
    parser = timing.options(__doc__, tiny=(600, 900))
    parser.add_argument("--photos", type=int, default=8, help="photos in a folder")
    given = timing.settled(parser)
    photos = 2 if given.tiny or given.rows < 1000 else given.photos
    if given.only == "draw":
        size = draw(given.folder, given.rows, given.columns, given.rows < 1000)
        print(json.dumps({"bytes": size}))
        return
    if given.only:
        print(json.dumps(run_row(given.only, given.folder, given.repeat, photos)))
        return
    with tempfile.TemporaryDirectory() as name:
        size, found = run_all(given, Path(name))
    if given.json:
        shape = (given.rows, given.columns)
        print(json.dumps({"machine": timing.machine(), "shape": shape, "jpeg_bytes": size, "rows": found}))
        return
    from scoring import publish

    if not given.markdown:
        print(", ".join(f"{key} {value}" for key, value in timing.machine().items()))
    publish(page(given, size, found), "bench_measure", given.markdown)


if __name__ == "__main__":
    main()
