import inspect
import pickle

import pytest

from pigmeter import errors
from pigmeter.errors import ChartError, PhotoError, PigmeterError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def test_a_refusal_reads_as_file_reason_remedy():
    error = PhotoError("DEC_TRUNCATED", "the file ends early", "Copy it again", file="left.jpg")
    assert str(error) == "left.jpg: the file ends early. Copy it again."


def test_a_refusal_without_a_file_begins_with_its_reason():
    assert str(ChartError("CAL_NO_CHART", "no chart", "Add one")) == "no chart. Add one."


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_one_except_catches_every_refusal(kind):
    assert issubclass(kind, PigmeterError)
    with pytest.raises(PigmeterError, match=r"^a\.jpg: reason\. Remedy\.$"):
        raise kind("CODE", "reason", "Remedy", file="a.jpg")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_refusal_comes_back_whole_from_another_process(kind):
    sent = kind("CODE", "reason", "Remedy", file="a.jpg")
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is kind
    assert vars(received) == vars(sent)
    assert str(received) == str(sent)
