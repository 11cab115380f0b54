"""Rows and document of a comparison: complete, strict, without a path, and safe for spreadsheets."""

import csv
import io
import json

import compared
import numpy as np
import pytest

from pigmeter.comparison.change_value import CHANGE_COLUMNS
from pigmeter.comparison.treatment import Treatment
from pigmeter.files import csv_text, json_text
from pigmeter.report.change_table import change_rows, comparison_document


def test_a_row_per_change_and_total():
    change = compared.change()
    rows = change_rows(change)
    assert len(rows) == len(change.values) + len(change.spot_totals)
    assert all(tuple(row) == CHANGE_COLUMNS for row in rows)
    assert rows[0]["change"] == change.values[0].change


def test_a_change_that_is_not_known_is_an_empty_cell_with_a_reason():
    none = compared.value(change=None, low=None, high=None, sdc=None, code="REGION_EMPTY", reason="=no skin")
    rows = change_rows(compared.change(values=(none,)))
    read = next(csv.DictReader(io.StringIO(csv_text(CHANGE_COLUMNS, rows))))
    assert read["change"] == read["low"] == read["sdc"] == ""
    assert read["status"] == "refused"
    assert read["reason"] == "'=no skin"


def test_the_document_holds_everything():
    change = compared.change(treatment=Treatment(kind="exosome", notes="=1+1"))
    document = json.loads(json_text(comparison_document(change)))
    assert document["verdict"] == change.verdict
    assert document["changes"][0]["change"] == change.values[0].change
    assert [spot["fate"] for spot in document["spots"]] == [spot.fate for spot in change.spots]
    assert document["alignment"]["residual_mm"] == 0.2
    assert np.array(document["alignment"]["matrix"]).shape == (3, 3)
    assert document["squares"] == {"side_mm": 2.0, "map_pixels": compared.STEP}
    assert document["score"]["parts"][0]["endpoint"] == "redness"
    assert document["treatment"] == {"kind": "exosome", "notes": "=1+1"}
    assert document["baseline"]["visit"] == {"date": "2026-03-02", "side": "left"}
    assert document["follow_up"]["sha256"] == change.follow_up.sha256
    assert document["findings"][0]["code"] == "PAIR_LIGHT"
    assert document["repeatability"]["source"] == change.repeatability.source
    assert document["quantities"]["ita"]["unit"] == "degree"
    assert any("without the treatment" in sentence for sentence in document["cannot_be_concluded"])
    assert "not a medical device" in document["notice"]


def test_photos_that_could_not_be_aligned():
    document = comparison_document(compared.change(aligned=False))
    assert document["alignment"] is None
    assert document["squares"] is None
    assert document["spots"] == []


@pytest.mark.parametrize("name", ["a\nb.jpg", "caf\udce9.jpg"])
def test_names_are_safe_to_show(name):
    text = json_text(comparison_document(compared.change(names=(name, "after.jpg"))))
    assert text.encode("utf-8")
    assert name not in json.loads(text)["baseline"]["photo"]
