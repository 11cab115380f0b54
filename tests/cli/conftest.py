from types import SimpleNamespace

import pytest
from commands import GOOD

from pigmeter.batch import run
from pigmeter.batch.run import BatchResult


@pytest.fixture
def found(monkeypatch):
    """What the library is asked, and what it answers."""
    asked = SimpleNamespace(records=(GOOD,), skipped=(), paths=None, out=None, options=None)

    def measure_folder(paths, out, *, progress, **options):
        asked.paths, asked.out, asked.options = paths, out, options
        if isinstance(asked.records, BaseException):
            raise asked.records
        return BatchResult(asked.records, asked.skipped, {"p-0123456789ab": {}}, out)

    monkeypatch.setattr(run, "measure_folder", measure_folder)
    return asked
