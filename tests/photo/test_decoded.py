import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.decoded import (
    check_size,
    refuse_corrupt,
    refuse_header,
    refuse_metadata,
    refuse_truncated,
)


def test_the_limit_is_exact():
    check_size(15_000, 10_000)
    with pytest.raises(PhotoError, match=r"15001 x 10000 = 150 megapixels; at most 150") as refusal:
        check_size(15_001, 10_000)
    assert refusal.value.code == "LIM_PIXELS"


def test_the_smallest_side_is_exact():
    check_size(64, 1000)
    with pytest.raises(PhotoError, match="63 x 1000 pixels; each side needs at least 64"):
        check_size(63, 1000)


@pytest.mark.parametrize("size", [(0, 100), (100, -1), (2**31, 100)])
def test_impossible_sizes(size):
    with pytest.raises(PhotoError, match="impossible size") as refusal:
        check_size(*size)
    assert refusal.value.code == "DEC_HEADER"


@pytest.mark.parametrize(
    ("refuse", "code"),
    [
        (refuse_truncated, "DEC_TRUNCATED"),
        (refuse_corrupt, "DEC_CORRUPT"),
        (refuse_header, "DEC_HEADER"),
        (refuse_metadata, "LIM_META"),
    ],
)
def test_each_refusal_says_what_was_found(refuse, code):
    with pytest.raises(PhotoError, match="seven of nine") as refusal:
        refuse("seven of nine")
    assert refusal.value.code == code
