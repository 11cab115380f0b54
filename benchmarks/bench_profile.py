"""
Time to fit a profile to a chart's 24 patches, beside the matrix that scripts fit today.

    python benchmarks/bench_profile.py            a few seconds
    python benchmarks/bench_profile.py --tiny     a smoke test
    python benchmarks/bench_profile.py --json     for programs

Patches of an analytic camera under a white LED. The first fit of a process draws the virtual skins and has a
column of its own; then the median and the slowest of the repetitions.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

ROWS = ("matrix 3x3, NumPy", "fit, linear", "fit, rendered", "estimate 10,000 colours")


def patches(rendered: bool) -> np.ndarray:
    """Draw the 24 patches of a chart, shape (24, 3)."""
    from pigmeter.synthetic.camera import colour_matrix, make_camera, response, tone_curve
    from pigmeter.synthetic.lamp import lamp_power
    from pigmeter.synthetic.painted_chart import paint, reference_paints

    effective = response(make_camera("slr", 1), lamp_power("led-neutral"))
    paints = reference_paints("colorchecker-classic")
    seen = paint("colorchecker-classic", 3) @ effective
    if not rendered:
        return np.asarray(0.8 * seen)
    matrix = colour_matrix(paints @ effective, paints, 0.08)
    return np.round(255 * tone_curve(0.85 * seen @ matrix, 0.3)) / 255


def work_of(row: str) -> Callable[[], object]:
    """Return what a row of the table does."""
    from pigmeter.colour.session import fit_profile_from_patches

    rendered = row == "fit, rendered"
    values = patches(rendered)
    if row.startswith("matrix"):
        from pigmeter.colour.spectra import xyz
        from pigmeter.synthetic.painted_chart import reference_paints

        wanted = xyz(reference_paints("colorchecker-classic"))
        return lambda: np.linalg.lstsq(values, wanted, rcond=None)[0]
    if row.startswith("estimate"):
        profile = fit_profile_from_patches(values)
        pixels = np.random.default_rng(1).uniform(0.02, 0.8, (10_000, 3))
        return lambda: profile.estimate(pixels)
    return lambda: fit_profile_from_patches(values, rendered=rendered)


def run_row(row: str, repeat: int) -> dict[str, float]:
    """Run one row in this process: first call, median and slowest of the others. [s]"""
    job = work_of(row)
    times = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return {"first": times[0], "median": statistics.median(times[1:]), "slowest": max(times[1:])}


def machine() -> dict[str, str]:
    """What the numbers depend on."""
    found = {name: importlib.metadata.version(name) for name in ("numpy", "scipy")}
    own = {"machine": platform.platform(), "cpus": str(os.cpu_count()), "python": platform.python_version()}
    threads = os.environ.get("OPENBLAS_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "all"))
    return own | found | {"BLAS threads": threads}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--tiny", action="store_true", help="each once: does it run?")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--only", choices=ROWS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    repeat = 1 if given.tiny else given.repeat
    if given.only:
        print(json.dumps(run_row(given.only, repeat)))
        return
    found = {}
    for row in ROWS:
        command = [sys.executable, __file__, "--only", row, "--repeat", str(repeat)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found[row] = json.loads(done.stdout)
    if given.json:
        print(json.dumps({"machine": machine(), "rows": found}))
        return
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    print(f"median of {repeat}")
    print(f"{'':28} " + " ".join(f"{head:>12}" for head in ("first [ms]", "then [ms]", "slowest [ms]")))
    for row, one in found.items():
        print(f"{row:28} " + " ".join(f"{1e3 * one[key]:12.2f}" for key in ("first", "median", "slowest")))


if __name__ == "__main__":
    main()
