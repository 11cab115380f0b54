"""Rows are handed out once each, whatever the number of threads."""

import numpy as np
import pytest

from pigmeter.measurement.tiles import in_tiles


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("rows", [0, 1, 16, 17, 100])
def test_every_row_is_worked_on_once(rows, workers):
    done = np.zeros(rows, int)

    def work(first, last):
        assert 0 <= first <= last <= rows
        done[first:last] += 1

    in_tiles(work, rows, workers)
    assert (done == 1).all()


def test_what_goes_wrong_in_a_thread_is_told():
    def work(first, last):
        message = f"{first} to {last}"
        raise ValueError(message)

    with pytest.raises(ValueError, match="0 to 16"):
        in_tiles(work, 40, 2)
