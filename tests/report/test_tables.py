"""A row per region and quantity, one row with a reason for a photo without numbers, and nothing lost."""

import csv
import io
import json

import pytest
from handmade import measurement

from pigmeter import files
from pigmeter.findings import Finding
from pigmeter.report.tables import (
    FAILED,
    FINDING_COLUMNS,
    MEASURED,
    MEASUREMENT_COLUMNS,
    REFUSED,
    PhotoRecord,
    SkippedFile,
    document,
    finding_rows,
    measurement_rows,
    short_table,
)

NUMBERS = ("n", "mean", "sd", "p5", "p25", "p50", "p75", "p95", "uncertainty", "clipped_fraction")
NUMBERS += ("masked_fraction", "mm_per_pixel", "profile", "profile_source", "region", "quantity")


@pytest.fixture
def records():
    good = PhotoRecord(
        "visit1/left.jpg",
        MEASURED,
        sha256="aa",
        profile="p-0123456789ab",
        profile_source="chart of visit1/chart.jpg",
        rows=tuple(measurement().table),
        findings=(Finding("ICC_ASSUMED", "sRGB is assumed", None, None),),
        chart={"kind": "colorchecker-classic"},
        figures={"overview": "figures/visit1/left.png"},
    )
    bad = PhotoRecord("=bad.jpg", REFUSED, sha256="bb", code="DEC_TRUNCATED", reason="half", remedy="Copy it")
    ugly = PhotoRecord("c.jpg", FAILED, code="INTERNAL", reason="unexpected KeyError", remedy="Report it")
    return [good, bad, ugly]


def read(records):
    text = files.csv_text(MEASUREMENT_COLUMNS, measurement_rows(records, "pigmeter 9"))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_measured_photo_has_a_row_per_quantity(records):
    rows = [row for row in read(records) if row["status"] == MEASURED]
    assert len(rows) == 10
    assert {row["photo"] for row in rows} == {"visit1/left.jpg"}
    assert {row["profile_source"] for row in rows} == {"chart of visit1/chart.jpg"}
    melanin = rows[0]
    assert melanin["quantity"] == "melanin_index"
    assert melanin["definition"] == "100 A(660)"
    assert float(melanin["mean"]) == pytest.approx(records[0].rows[0]["mean"], rel=1e-5)
    assert melanin["code"] == melanin["reason"] == ""


def test_a_photo_without_numbers_has_one_row_and_no_number_at_all(records):
    for record in records[1:]:
        (row,) = [row for row in read(records) if files.restore_cell(row["photo"]) == record.photo]
        assert {row[key] for key in NUMBERS} == {""}
        assert (row["status"], row["code"], row["reason"]) == (record.status, record.code, record.reason)
        assert row["software"] == "pigmeter 9"


def test_names_are_safe_in_a_spreadsheet(records):
    assert "'=bad.jpg" in {row["photo"] for row in read(records)}


def test_every_column_is_there(records):
    assert tuple(read(records)[0]) == MEASUREMENT_COLUMNS


def test_the_document_keeps_every_digit_and_every_file(records):
    skipped = [SkippedFile("notes.txt", "NOT_PHOTO", "no photo by its content")]
    found = json.loads(
        files.json_text(document(records, skipped, {"p-0123456789ab": {"quality": {}}}, "pigmeter 9"))
    )
    assert found["counts"] == {"found": 4, "measured": 1, "refused": 1, "failed": 1, "skipped": 1}
    good, bad, _ = found["photos"]
    assert good["measurements"][0]["mean"] == records[0].rows[0]["mean"]
    assert "photo" not in good["measurements"][0]
    assert good["findings"] == [
        {"code": "ICC_ASSUMED", "message": "sRGB is assumed", "value": None, "limit": None}
    ]
    assert bad["measurements"] == []
    assert bad["remedy"] == "Copy it"
    assert found["skipped"][0]["name"] == "notes.txt"
    assert list(found["profiles"]) == ["p-0123456789ab"]


def test_findings_have_their_own_table(records):
    text = files.csv_text(FINDING_COLUMNS, finding_rows(records))
    assert text == "photo,code,message,value,limit\nvisit1/left.jpg,ICC_ASSUMED,sRGB is assumed,,\n"


def test_the_short_table_says_numbers_or_why_not(records):
    lines = short_table(records, 120).splitlines()
    assert len(lines) == 4
    assert "40." in lines[1]
    assert "± 1.8" in lines[1]
    assert "refused: DEC_TRUNCATED: half" in lines[2]
    assert max(map(len, short_table(records, 60).splitlines())) <= 60


def test_a_long_name_loses_its_beginning():
    record = PhotoRecord("a/" * 60 + "left.jpg", REFUSED, code="X", reason="y")
    assert short_table([record], 100).splitlines()[1].startswith("…")
    assert "left.jpg" in short_table([record], 100)
