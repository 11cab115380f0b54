"""The table of spots: a row each, plain words and numbers."""

import json

import numpy as np

from pigmeter.measurement.spots import Spot
from pigmeter.report.spot_table import SPOT_COLUMNS, spot_rows

CONTRAST = {
    "melanin_index": 6.12343,
    "haemoglobin_index": -1.0,
    "ita": -9.0,
    "dE00": 4.5,
    "L": -5.0,
    "a": 1.0,
    "b": 2.0,
}
RING = {"melanin_index": 30.0, "haemoglobin_index": 45.0, "ita": 40.0, "L": 65.0, "a": 12.0, "b": 18.0}
OUTLINE = np.array([[10.0, 10.25], [12.0, 10.0], [12.0, 12.0]])


def spot(within=0):
    return Spot(
        number=2, kind="dark", region="cheek", site="cheek left", x=11.0, y=11.0, x_mm=1.15, y_mm=1.15,
        area_mm2=0.02, diameter_mm=0.16, contrast=CONTRAST, peak_contrast=7.0, uncertainty=0.3, ring=RING,
        roundness=0.9, within=within, outline=OUTLINE,
    )  # fmt: skip


def test_a_row_has_every_column_and_json_holds_it():
    (row,) = spot_rows("a/b.jpg", [spot()])
    assert tuple(row) == SPOT_COLUMNS
    assert json.loads(json.dumps(row)) == row
    assert (row["photo"], row["number"], row["kind"], row["site"]) == ("a/b.jpg", 2, "dark", "cheek left")
    assert (row["quantity"], row["unit"]) == ("melanin_index", "index unit")
    assert row["mean_contrast"] == row["contrast_melanin_index"] == 6.1234
    assert row["severity"] == round(0.02 * 6.12343, 4)
    assert row["ring_ita"] == 40.0
    assert row["outline"] == "10.0 10.2, 12.0 10.0, 12.0 12.0"


def test_within_is_empty_unless_it_is_in_a_patch():
    assert spot_rows("x", [spot(), spot(within=1)])[0]["within"] is None
    assert spot_rows("x", [spot(within=1)])[0]["within"] == 1


def test_no_spots_no_rows():
    assert spot_rows("x", []) == []
