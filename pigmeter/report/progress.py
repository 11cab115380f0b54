"""Progress of a run: a bar on a terminal, a line now and then anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

PLAIN_SECONDS = 5.0  # between two lines where there is no terminal to redraw


@contextmanager
def show_progress(
    stream: TextIO, seconds: float = PLAIN_SECONDS, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int, int], None]]:
    """
    Show how many photos are done, how many a second, and how long the rest will take.

    Parameters
    ----------
    stream : text file
        Usually standard error.
    seconds : float
        Between two lines, where the stream is no terminal. [s]
    clock : callable
        Returns seconds.

    Yields
    ------
    callable
        To be called with the number done and the number of all, first with 0 done.
    """
    if not stream.isatty():
        yield _plain_lines(stream, seconds, clock)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("Measuring"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        begun = clock()

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, rate=_rate(done, clock() - begun))

        yield update


def _plain_lines(stream: TextIO, seconds: float, clock: Callable[[], float]) -> Callable[[int, int], None]:
    begun = last = clock()

    def update(done: int, total: int) -> None:
        nonlocal last
        now = clock()
        if 0 < done < total and now - last >= seconds:
            last = now
            left = (now - begun) / done * (total - done)
            stream.write(f"{done} of {total} photos, {_rate(done, now - begun)}, {left:.0f} s left\n")
            stream.flush()

    return update


def _rate(done: int, elapsed: float) -> str:
    return f"{done / elapsed:.2g} photos/s" if done and elapsed > 0 else ""
