"""COCO's run lengths, packed here by the rule that its tools pack them by, and unpacked again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pigmeter.regions.run_lengths import mask_of_counts, unpack_counts


def counts_of(mask):
    """Count pixels down the columns, out and in by turns, one by one."""
    counts, value = [0], False
    for pixel in mask.T.ravel():
        if pixel != value:
            counts.append(0)
            value = not value
        counts[-1] += 1
    return counts


def packed(counts):
    """Write counts, from the fourth on as differences to the one before the last, five bits a character."""
    text = ""
    for place, count in enumerate(counts):
        rest = count - counts[place - 2] if place > 2 else count
        while True:
            bits, rest = rest & 31, rest >> 5
            ends = rest == (-1 if bits & 16 else 0)
            text += chr(48 + bits + (0 if ends else 32))
            if ends:
                break
    return text


def test_a_text_is_unpacked_as_worked_out_by_hand():
    assert unpack_counts("022O31") == [0, 2, 2, 1, 5, 2]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(hnp.arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_masks_come_back(mask):
    counts = counts_of(mask)
    assert unpack_counts(packed(counts)) == counts
    assert mask_of_counts(counts, mask.shape).tolist() == mask.tolist()


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**8), max_size=12))
def test_counts_of_any_size_come_back(counts):
    assert unpack_counts(packed(counts)) == counts


@pytest.mark.parametrize(
    ("text", "words"),
    [("0 2", "character ' ' at place 1"), ("0P", "ends within a count"), ("O", "count 1 is -1, below 0")],
)
def test_damaged_texts_are_refused(text, words):
    with pytest.raises(ValueError, match=words):
        unpack_counts(text)
    with pytest.raises(ValueError, match="is too long"):
        unpack_counts("o" * 20)


@pytest.mark.parametrize(
    ("counts", "words"), [([3], "add up to 3 px, not to 2 x 2"), ([5, -1], "a count is -1, below 0")]
)
def test_counts_of_another_size_are_refused(counts, words):
    with pytest.raises(ValueError, match=words):
        mask_of_counts(counts, (2, 2))


def test_no_counts_make_no_mask():
    assert not np.any(mask_of_counts([4], (2, 2)))
