"""A photo without numbers keeps its row, and the row tells no secrets."""

from pathlib import Path

import pytest
from handmade import photo

from pigmeter.batch.discovery import FoundPhoto
from pigmeter.batch.refusals import refused_record
from pigmeter.errors import ChartError, PhotoError

FOUND = FoundPhoto(Path("/secret/place/left.jpg"), "visit/left.jpg", "visit")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ChartError("CAL_NO_CHART", "no chart", "Put one in"), "refused", "CAL_NO_CHART"),
        (PhotoError("IO_PERM", "not readable", "Ask for the right"), "failed", "IO_PERM"),
        (KeyError("/secret/place"), "failed", "INTERNAL"),
    ],
)
def test_who_is_at_fault_is_told(error, status, code):
    record = refused_record(FOUND, error, photo(), "")
    assert (record.photo, record.status, record.code) == ("visit/left.jpg", status, code)
    assert record.sha256 == photo().sha256
    assert record.rows == ()
    assert "secret" not in str(record)


def test_the_hash_is_that_of_the_file_or_empty(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"abc")
    error = PhotoError("DEC_TRUNCATED", "cut", "Copy it again")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert refused_record(FoundPhoto(path, "a.jpg", "."), error, None).sha256 == abc
    assert refused_record(FOUND, error, None).sha256 == ""
    assert refused_record(FOUND, error, None, "known").sha256 == "known"
