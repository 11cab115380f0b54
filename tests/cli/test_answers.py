"""Exit codes, words on stderr, JSON on stdout, no traceback for what is expected."""

import json
from dataclasses import replace

import pytest
from commands import BAD, GOOD, invoke

from pigmeter.errors import OutputError, UsageError


def test_json_goes_to_stdout_and_words_to_stderr(found, tmp_path):
    found.records = (GOOD, BAD)
    done = invoke("measure", tmp_path, "-o", tmp_path / "out", "--json")
    document = json.loads(done.stdout)
    assert document["counts"]["refused"] == 1
    assert document["photos"][0]["measurements"][0]["mean"] == GOOD.rows[0]["mean"]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            UsageError("NOTHING_FOUND", "no photo found in x", "Name the folder"),
            2,
            "Error: no photo found in x.",
        ),
        (
            OutputError("OUT_WRITE", "cannot be written", "Free some", file="a.csv"),
            3,
            "Error: a.csv: cannot be",
        ),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_errors_are_a_sentence_and_an_exit_code(found, tmp_path, error, code, words):
    found.records = error
    done = invoke("measure", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == code
    assert words in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("command", ["measure", "check"])
def test_a_region_without_numbers_is_told_once(found, tmp_path, command):
    reason = "no skin to be measured in the region 'nose' (100% chart)"
    empty = GOOD.rows[0] | {"region": "nose", "status": "refused", "code": "REGION_EMPTY", "reason": reason}
    small = empty | {"region": "chin", "code": "REGION_SMALL", "reason": "too small for one band"}
    found.records = (replace(GOOD, rows=(*GOOD.rows, empty, empty, small)),)
    done = invoke(command, tmp_path, *(["-o", tmp_path / "out"] if command == "measure" else []))
    assert done.exit_code == 0
    assert done.stderr.count(reason) == 1
    assert "one band" not in done.stderr
