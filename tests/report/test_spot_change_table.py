"""Spots of two visits as a table."""

import json

import numpy as np

from pigmeter.comparison.spot_change import SpotChange
from pigmeter.report.spot_change_table import SPOT_CHANGE_COLUMNS, spot_change_rows

SQUARE = np.array([(1.0, 2.0), (3.0, 2.0), (3.0, 4.04)])
SPOT = SpotChange(
    1, "red", "dark", "left cheek", "cheek left", (4, 7), (2,), 3, "faded", 12.345678, 8.0, 2.5,
    contrast_baseline=8.123456, contrast_follow_up=3.0, contrast_change=-5.123456, contrast_uncertainty=0.4,
    p=1.23456e-30, outline=SQUARE,
)  # fmt: skip


def test_a_row_by_hand():
    (row,) = spot_change_rows([SPOT])
    assert tuple(row) == SPOT_CHANGE_COLUMNS
    assert row["before"] == "4 7"
    assert row["after"] == "2"
    assert row["quantity"] == "haemoglobin_index"
    assert row["contrast_change"] == -5.1235
    assert row["x"] == 12.3457
    assert row["p"] == 1.235e-30
    assert row["outline"] == "1.0 2.0, 3.0 2.0, 3.0 4.0"
    assert row["outline_follow_up"] is None
    assert row["within"] == 3
    json.dumps(row, allow_nan=False)


def test_what_lies_outside_has_no_numbers_but_its_reason():
    outside = SpotChange(
        2, "dark", "", "", "", (1,), (), 0, "outside", 1.0, 2.0, 3.0, outline=SQUARE, reason="at the rim"
    )
    (row,) = spot_change_rows([outside])
    assert row["contrast_change"] is None
    assert row["area_change"] is None
    assert row["within"] is None
    assert row["reason"] == "at the rim"
    assert row["diameter_mm"] == 3.0
    assert spot_change_rows([]) == []
