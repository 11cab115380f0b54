"""Thin dark lines against their plain twins, and what each kernel is for, on a map of a few lines."""

import naive
import numpy as np
import pytest

from pigmeter._kernels import lines
from pigmeter.measurement.hair_lines import _directions

ROWS, COLUMNS, CELL, REACH, LENGTH = 53, 61, 5, 3, 8
MARGIN = LENGTH + 2
PADDED = (ROWS + 2 * MARGIN, 88)
CELLS = (11, 13)


def strewn(seed, share=0.02):
    """Noise with streaks in all directions, and a few places without a value."""
    rng = np.random.default_rng(seed)
    values = rng.normal(40, 1.0, (ROWS, COLUMNS)).astype(np.float32)
    for _ in range(9):
        angle, middle = rng.uniform(0, np.pi), rng.uniform(0, 1, 2) * (ROWS, COLUMNS)
        for along in np.arange(-7, 7, 0.5):
            r, c = np.rint(middle + along * np.array([np.sin(angle), np.cos(angle)])).astype(int)
            if 0 <= r < ROWS and 0 <= c < COLUMNS:
                values[r, c] += rng.uniform(5, 12)
    values[rng.random((ROWS, COLUMNS)) < share] = np.nan
    return values


def graded(module, values, faint=0.6, part=(0, CELLS[0])):
    grade = np.zeros(PADDED, np.uint8)
    strong = np.full(CELLS, 5, np.float32)
    strong[3:5, 4:9] = 8
    module.dark_lines(values, REACH, 2, strong, np.float32(faint), MARGIN, CELL, *part, grade)
    return grade


def traced(module, grade, values, blood, part=(0, CELLS[0])):
    steps, sides = _directions(LENGTH, REACH)
    found = np.zeros(PADDED, np.uint8)
    clear, flank = np.float32(10), np.float32(0.35)
    module.trace_lines(grade, values, blood, steps, sides, LENGTH, clear, flank, CELL, 4, *part, found)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_grades_equal_their_twin(seed):
    values = strewn(seed)
    expected = graded(naive, values)
    assert np.array_equal(graded(lines, values), expected)
    assert (np.bincount(expected.ravel(), minlength=3) > 9).all()


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (7, 3), (4, 6)])
def test_a_map_smaller_than_the_reach_is_graded_too(shape):
    values = np.random.default_rng(1).normal(40, 9, shape).astype(np.float32)
    found = []
    for module in (lines, naive):
        grade = np.zeros((shape[0] + 2 * MARGIN, 32), np.uint8)
        strong = np.full((2, 2), 5, np.float32)
        module.dark_lines(values, REACH, 2, strong, np.float32(0.6), MARGIN, CELL, 0, 2, grade)
        found.append(grade)
    assert np.array_equal(*found)


@pytest.mark.parametrize("seed", range(5))
def test_traced_lines_equal_their_twin(seed):
    values = strewn(seed)
    blood = np.random.default_rng(seed).normal(30, 2, values.shape).astype(np.float32)
    grade = graded(lines, values)
    expected = traced(naive, grade, values, blood)
    assert np.array_equal(traced(lines, grade, values, blood), expected)
    assert 20 < expected.sum() < (grade > 0).sum()


def test_strips_of_rows_do_not_depend_on_each_other():
    values = strewn(7)
    grade = graded(lines, values)
    whole = traced(lines, grade, values, values)
    parts = [traced(lines, grade, values, values, part) for part in ((0, 4), (4, 8), (8, 11))]
    assert np.array_equal(whole, np.maximum.reduce(parts))


def a_line(own, beside=0.0, blood=0.0):
    values = np.full((ROWS, COLUMNS), 40, np.float32)
    red = np.full((ROWS, COLUMNS), 30, np.float32)
    values[20, 20:40] += own
    values[22, 20:40] += beside
    red[20, 20:40] += blood
    return traced(lines, graded(lines, values), values, red)[20 + MARGIN, 20 + MARGIN : 40 + MARGIN]


def test_a_hair_is_kept_and_a_vessel_and_a_furrow_are_not():
    assert a_line(12).all()
    assert not a_line(4).any()  # too faint
    assert not a_line(8, blood=2).any()  # a vessel
    assert a_line(20, blood=2).all()  # so dark that its blood may be noise
    assert not a_line(12, beside=-8).any()  # a furrow: dark wall, bright wall


def test_a_short_line_is_no_hair():
    values = np.full((ROWS, COLUMNS), 40, np.float32)
    values[20, 20 : 20 + LENGTH - 3] += 12
    assert not traced(lines, graded(lines, values), values, np.zeros_like(values)).any()


@pytest.mark.parametrize("radius", [1, 2, 4])
def test_widened_lines_equal_their_twin(radius):
    found = np.zeros(PADDED, np.uint8)
    inner = found[MARGIN : MARGIN + ROWS, MARGIN : MARGIN + COLUMNS]
    inner[np.random.default_rng(radius).random(inner.shape) < 0.03] = 1
    reach = np.sqrt((radius + 0.5) ** 2 - np.arange(-radius, radius + 1) ** 2).astype(np.int64)
    results = []
    for module in (lines, naive):
        wide, count = np.zeros(PADDED, np.uint8), np.full(CELLS, -1, np.int32)
        module.widen_lines(found, reach, MARGIN, CELL, 0, 4, wide, count)
        module.widen_lines(found, reach, MARGIN, CELL, 4, CELLS[0], wide, count)
        results.append((wide, count))
    assert np.array_equal(results[0][0], results[1][0])
    assert np.array_equal(results[0][1], results[1][1])
    assert results[0][1].max() > 3
