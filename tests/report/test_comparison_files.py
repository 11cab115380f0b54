"""The folder of results: every file whole, in its form, without a path; no cell runs in a spreadsheet."""

import csv
import json
from dataclasses import replace

import compared
import pytest
from drawn import pixels_of

from pigmeter.errors import OutputError
from pigmeter.files import restore_cell
from pigmeter.findings import Finding
from pigmeter.report.comparison_files import write_comparison


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_there_and_in_its_form(tmp_path):
    change = compared.change()
    written = write_comparison(change, tmp_path / "new" / "results")
    assert list(written) == [
        "comparison.html", "comparison.png",
        "changes.csv", "spot_changes.csv", "findings.csv", "comparison.json",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "new" / "results").iterdir()) == sorted(written)
    assert written["comparison.html"].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert pixels_of(written["comparison.png"].read_bytes()).shape == (1080, 1920, 3)
    assert len(rows_of(written["changes.csv"])) == len(change.table)
    assert [row["fate"] for row in rows_of(written["spot_changes.csv"])] == [
        spot.fate for spot in change.spots
    ]
    assert [row["code"] for row in rows_of(written["findings.csv"])] == ["PAIR_LIGHT"]
    assert json.loads(written["comparison.json"].read_bytes())["verdict"] == change.verdict


def test_no_file_knows_its_folder(tmp_path):
    folder = tmp_path / "a-name-to-find"
    for path in write_comparison(compared.change(), folder).values():
        assert b"a-name-to-find" not in path.read_bytes()


def test_words_that_a_spreadsheet_would_run_are_made_safe(tmp_path):
    finding = Finding("PAIR_LIGHT", "=cmd|' /C calc'!A0")
    written = write_comparison(compared.change(findings=(finding,)), tmp_path)
    cell = rows_of(written["findings.csv"])[0]["message"]
    assert cell.startswith("'=")
    assert restore_cell(cell) == finding.message


def test_an_earlier_comparison_is_replaced(tmp_path):
    write_comparison(compared.change(), tmp_path)
    written = write_comparison(replace(compared.change(), verdict="another"), tmp_path)
    assert json.loads(written["comparison.json"].read_bytes())["verdict"] == "another"
    assert len(list(tmp_path.iterdir())) == len(written)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"file.*cannot be written"):
        write_comparison(compared.change(), tmp_path / "file")
