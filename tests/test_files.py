"""Files appear whole or not at all, JSON is strict, and no spreadsheet runs a cell."""

import csv
import errno
import io
import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter import files
from pigmeter.errors import OutputError


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    files.write_text(tmp_path / "a.txt", "zwölf\n")
    assert (tmp_path / "a.txt").read_bytes() == "zwölf\n".encode()
    assert left_in(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [RuntimeError("decoder"), KeyboardInterrupt()])
def test_a_failure_on_the_way_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")

    def write_half():
        with files.open_whole(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert path.read_bytes() == b"before"
    assert left_in(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_system_that_refuses_is_an_output_error(tmp_path, monkeypatch, call):
    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(
        OutputError, match=r"a\.csv: cannot be written \(No space left on device\)\. Free some"
    ):
        files.write_bytes(tmp_path / "a.csv", b"x")
    monkeypatch.undo()
    assert left_in(tmp_path) == []


def test_a_missing_folder_is_named_without_its_path(tmp_path):
    with pytest.raises(OutputError) as caught:
        files.write_bytes(tmp_path / "no" / "a.csv", b"x")
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.code == "OUT_WRITE"


def test_a_folder_is_made_with_those_above_it(tmp_path):
    assert files.make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"file: cannot be written"):
        files.make_folder(tmp_path / "file")


def test_numbers_that_are_not_finite_become_null():
    document = {
        "a": np.float32("nan"),
        "b": [np.inf, 1.5, np.int64(3)],
        "c": np.arange(2.0),
        "d": (None, True),
    }
    assert json.loads(files.json_text(document)) == {
        "a": None,
        "b": [None, 1.5, 3],
        "c": [0, 1],
        "d": [None, True],
    }


def test_json_keeps_every_digit():
    value = 0.1 + 0.2
    assert json.loads(files.json_text({"x": value}))["x"] == value


def test_json_says_no_to_what_it_has_no_word_for():
    with pytest.raises(TypeError, match="set"):
        files.json_text({"x": {1}})


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_cells_of_a_table():
    row = {
        "name": "=1+1",
        "value": -2.5,
        "n": 12,
        "none": None,
        "nan": float("nan"),
        "long": 1 / 3,
        "big": 123456789,
    }
    header, cells = read(files.csv_text(list(row), [row]))
    assert header == list(row)
    assert cells == ["'=1+1", "-2.5", "12", "", "", "0.333333", "123456789"]


@pytest.mark.parametrize("start", [*"=+-@\t\r\n", "＝", "＠", "'="])
def test_no_text_cell_starts_a_formula(start):
    (cells,) = read(files.csv_text(["x"], [{"x": f"{start}cmd|' /c calc'!A1"}]))[1:]
    assert cells[0].startswith("'")
    assert files.restore_cell(cells[0]) == f"{start}cmd|' /c calc'!A1"


def test_a_missing_key_is_an_empty_cell():
    assert files.csv_text(["a", "b"], [{"b": 1}]) == "a,b\n,1\n"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
def test_every_text_survives_the_way_out_and_back(text):
    _, (cell, mark) = read(files.csv_text(["x", "y"], [{"x": text, "y": "."}]))
    assert files.restore_cell(cell) == text
    assert mark == "."
