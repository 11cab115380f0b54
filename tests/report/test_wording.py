"""Numbers in words: mean and uncertainty, or that there is none."""

import numpy as np
import pytest
from handmade import measurement

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.report.wording import TITLES, is_number, rows_of, software_of, source_words, value_words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"mean": 20.04, "uncertainty": 1.55, "unit": "index unit"}, "20.0 ± 1.6"),
        ({"mean": 20.04, "uncertainty": None, "unit": "degree"}, "20.0°"),
        ({"mean": None}, "not measured"),
        ({"mean": float("nan")}, "not measured"),
        ({}, "not measured"),
    ],
)
def test_a_value_in_words(row, words):
    assert value_words(row) == words


def test_rows_are_those_of_one_region():
    table = [
        {"region": "skin", "quantity": "L", "mean": 1.0},
        {"region": "cheek", "quantity": "L", "mean": 2.0},
    ]
    assert rows_of(table)["L"]["mean"] == 1
    assert rows_of(table, "cheek")["L"]["mean"] == 2
    assert rows_of(table, "chin") == {}
    assert rows_of([]) == {}


def test_every_quantity_has_a_title():
    assert set(TITLES) == set(QUANTITIES)


def test_a_figure_says_where_it_comes_from():
    made = measurement()
    assert software_of(made) == "pigmeter 0"
    words = source_words(made, "chart of a\nb.jpg")
    assert words == (
        "pigmeter 0, profile p-0123456789ab (chart of a\\nb.jpg), photo SHA-256 0123456789abcdef"
    )


def test_numbers():
    assert is_number(np.float32(3))
    assert not any(is_number(value) for value in (None, "3", float("inf"), np.nan))
