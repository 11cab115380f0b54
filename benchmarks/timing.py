"""How the speed benchmarks run: each row in a process of its own, its times and its memory, and the page."""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, float]


def options(description: str | None, tiny: tuple[int, int]) -> argparse.ArgumentParser:
    """Return a parser of the shared options; `tiny` is the shape of the smoke test's photo. [px]"""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[1])
    parser.add_argument("--rows", type=int, default=4000, help="rows of the photo [px]")
    parser.add_argument("--columns", type=int, default=6000, help="columns of the photo [px]")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--tiny", action="store_true", help=f"{tiny[0]} x {tiny[1]} px, once: does it run?")
    parser.add_argument("--markdown", action="store_true", help="keep the page in benchmarks/results")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(shape=tiny)
    return parser


def settled(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse, and let --tiny mean what it says."""
    given = parser.parse_args()
    if given.tiny:
        given.rows, given.columns = given.shape
        given.repeat = 1
    return given


def timed(job: Callable[[], object], repeat: int, factor: float = 1.0) -> Row:
    """First call; medians of wall and processor time of the others [s]; memory above the start [MB]."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, busy = [], []
    for _ in range(repeat + 1):
        start, spent = time.perf_counter(), time.process_time()
        job()
        wall.append((time.perf_counter() - start) * factor)
        busy.append((time.process_time() - spent) * factor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "first": wall[0],
        "median": statistics.median(wall[1:] or wall),
        "cpu": statistics.median(busy[1:] or busy),
        "rise": (peak - before) / unit,
        "peak": peak / unit,
    }


def in_own_process(
    script: str, row: str, folder: Path, given: argparse.Namespace, **environment: str
) -> dict[str, Any]:
    """
    Run one row of a script in a process of its own and return what it prints, and how long it lived.

    Everything that takes memory is done in one: a child's peak memory begins at its parent's.
    """
    command = [sys.executable, script, "--only", row, "--folder", str(folder)]
    command += ["--rows", str(given.rows), "--columns", str(given.columns), "--repeat", str(given.repeat)]
    start = time.perf_counter()
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"process": time.perf_counter() - start}


def machine(
    packages: Iterable[str] = ("numpy", "numba", "opencv-python", "simplejpeg", "pillow"),
) -> dict[str, str]:
    """What the numbers depend on."""
    found = {name: importlib.metadata.version(name) for name in packages}
    own = {"machine": platform.platform(), "cpus": str(os.cpu_count()), "python": platform.python_version()}
    return own | found


def time_table(rows: Mapping[str, Row], decode: float, reference: float | None = None) -> str:
    """Return the table of times, as multiples of the photo's own decode too, and of memory."""
    from scoring import table

    head = ["", "first [s]", "then [s]", "processor [s]", "x decode", "memory [MB]", "whole process [MB]"]
    head += ["x faster than the script"] if reference else []
    body = []
    for name, row in rows.items():
        line = [name, *(f"{row[key]:.3f}" for key in ("first", "median", "cpu"))]
        line += [f"{row['median'] / decode:.2f}", f"{row['rise']:.0f}", f"{row['peak']:.0f}"]
        body.append(line + ([f"{reference / row['median']:.1f}"] if reference else []))
    return table(head, body)
