"""Do a kernel's work on a map's rows, a few at a time, in several threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pigmeter.reference import limit


def in_tiles(work: Callable[[int, int], None], rows: int, workers: int) -> None:
    """
    Do `work` on all rows.

    Parameters
    ----------
    work : callable
        Takes the first row and one past the last. No tile may depend on another, so their order is free.
    rows : int
        Of cells.
    workers : int
        Number of threads.
    """
    height = int(limit("measurement", "tile_cells"))
    if workers == 1 or rows <= height:
        work(0, rows)
        return
    tiles = [(first, min(first + height, rows)) for first in range(0, rows, height)]
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda tile: work(*tile), tiles):
            pass
