"""Documents of unknown origin: what is read of them, and that every refusal names file and place."""

import json

import pytest

from pigmeter.errors import UsageError
from pigmeter.regions import json_fields
from pigmeter.regions.json_fields import Field, read_document, read_limited, shown


def document(value):
    return Field(value, "", "a.json")


def test_fields_know_where_they_stand():
    top = document({"shapes": [{"points": [[0, 1], [2, 3], [4, 5]]}], "none": None})
    (one,) = top.need("shapes")
    assert one.need("points").place == "shapes[0].points"
    assert one.need("points").pairs().tolist() == [[0, 1], [2, 3], [4, 5]]
    assert top.get("none") is None
    assert top.text("name", "x") == "x"
    assert top.count("width") is None


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda d: d.need("absent"), r"a.json: 'absent' is missing \(found: 'list', 'text'"),
        (lambda d: list(d.need("text")), 'a.json: at text: found "ab", expected a list'),
        (lambda d: d.need("list").get("x"), r"at list: found \[1, true, null\], expected an object"),
        (lambda d: d.text("zero"), "at zero: found 0, expected text"),
        (lambda d: d.count("zero"), "at zero: found 0, expected a whole number above 0"),
        (
            lambda d: [one.as_kind(float) for one in d.need("list")],
            r"at list\[1\]: found true, expected a",
        ),
        (lambda d: d.need("list").pairs(), r"at list\[0\]: found 1, expected a corner as \[x, y\]"),
        (lambda d: d.need("short").pairs(), "at short: found 2 corners, expected 3 or more"),
        (lambda d: d.need("holes").pairs(), r"at holes\[2\]\[1\]: found NaN, expected a number"),
    ],
)
def test_refusals_say_what_was_found_and_wanted_and_where(ask, words):
    value = {"list": [1, True, None], "text": "ab", "zero": 0, "short": [[0, 0], [1, 1]]}
    value["holes"] = [[0, 0], [1, 1], [2, float("nan")]]
    with pytest.raises(UsageError, match=words) as caught:
        ask(document(value))
    assert caught.value.code == "REGION_FILE"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": 1,}', "a.json: the file is not JSON: .* at line 1, column"),
        (b"\xff\xfe{", "the file is not UTF-8 text"),
        (b"[" * 100_000, "lists within lists"),
        (b"1" * 5000, "beyond what can be read"),
    ],
)
def test_files_that_are_no_json_are_refused(tmp_path, data, words):
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        read_document(path)


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"a": 1}).encode())
    assert read_document(path).value == {"a": 1}


def test_files_that_are_large_or_missing_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    with pytest.raises(UsageError, match=r"a.json: the file cannot be read \(No such file"):
        read_limited(path)
    path.write_bytes(b"{}" * 10)
    monkeypatch.setattr(json_fields, "limit", lambda *_: 10.0)
    with pytest.raises(UsageError, match=r"the file has 0 MB \(limit 0 MB, calibration/limits/regions.csv\)"):
        read_limited(path)


def test_long_values_are_cut():
    assert shown([1, 2]) == "[1, 2]"
    assert shown("x" * 100) == '"' + "x" * 36 + "..."
