import struct

import photo_corpus as corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.photo.ifd import Directory, DirectoryError, TiffFile


def main(block):
    file = TiffFile(block)
    return file.directory(file.first)


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_of_every_kind(order):
    entries = [(271, corpus.ASCII, "Maker"), (274, corpus.SHORT, 6), (33434, corpus.RATIONAL, (1, 125))]
    directory = main(corpus.exif(entries, order=order))
    assert directory.text(271) == b"Maker"
    assert directory.whole(274, 1) == 6
    assert_close(directory.numbers(33434), [1 / 125], 1e-15)
    assert directory.whole(999, 4) == 4
    assert directory.following == 0


def test_a_fraction_by_zero_is_nan():
    assert_close(main(corpus.exif([(1, corpus.RATIONAL, (1, 0))])).numbers(1), [float("nan")], 0)


def test_wide_files_read_alike():
    narrow, wide = main(corpus.tiff()), main(corpus.tiff(bigtiff=True))
    assert narrow.entries.keys() == wide.entries.keys()
    assert narrow.whole(256, 0) == wide.whole(256, 0) == 128


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (b"", "byte-order"),
        (b"II*\0", "byte-order"),
        (b"II\x29\0" + bytes(8), "version 41"),
        (b"II*\0\xff\xff\xff\x7f", "outside"),
        (b"II*\0\x08\0\0\0\xff\xff", "65535 entries"),
        (b"II*\0\x08\0\0\0\x10\0" + bytes(20), "outside"),
    ],
)
def test_frames_that_lie(block, words):
    with pytest.raises(DirectoryError, match=words):
        main(block)


def test_values_outside_the_file_and_of_the_wrong_kind():
    entries = {1: (2, 1000, 0), 2: (2, 3, 0), 3: (3, 0, 0), 4: (11, 1, 0)}
    directory = Directory(struct.pack("<2f", 1.5, float("nan")), "<", entries | {6: (11, 1, 4)}, 0)
    with pytest.raises(DirectoryError, match="outside the file"):
        directory.text(1)
    with pytest.raises(DirectoryError, match="not a number"):
        directory.number(2)
    with pytest.raises(DirectoryError, match="tag 3 is empty"):
        directory.number(3)
    with pytest.raises(DirectoryError, match="not whole"):
        directory.whole(4, 0)
    with pytest.raises(DirectoryError, match="is nan, not whole"):
        directory.whole(6, 0)
    with pytest.raises(DirectoryError, match="no tag 5"):
        directory.number(5)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"II*\0", b"MM\0*", b"II+\0"]))
def test_garbage_is_refused_in_one_way(tail, head):
    try:
        directory = main(head + tail)
        for tag in directory.entries:
            directory.numbers(tag)
    except DirectoryError:
        pass
