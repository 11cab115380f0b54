"""How the accuracy scripts are asked and run: the options they share, and their parts dealt to processes."""

import argparse
import concurrent.futures
import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import Any


def options(
    description: str | None, pairs: int, people: int, seed: int, split: int = 0
) -> argparse.ArgumentParser:
    """Return a parser of the shared options, with a script's own defaults and its docstring's first line."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[1])
    parser.add_argument("--pairs", type=int, default=pairs, help="pairs of camera and lamp a setting")
    parser.add_argument("--people", type=int, default=people, help="people of each kind")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--split", type=int, default=split, help="another number deals the halves otherwise")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes")
    parser.add_argument("--tiny", action="store_true", help="a pair and a few people: does it run?")
    parser.add_argument("--markdown", action="store_true", help="keep the page in benchmarks/results")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run_parts(function: Callable[[Any], Any], parts: Sequence[Any], processes: int) -> list[Any]:
    """Run a function on each part, in their order, in some processes of one thread each."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if processes == 1:
        return [function(part) for part in parts]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(processes, mp_context=context) as pool:
        return list(pool.map(function, parts))
