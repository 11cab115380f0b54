import struct

import photo_corpus as corpus
import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.container import recognise

STRANGERS = corpus.strangers()


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_are_refused_by_name(name):
    data, code = STRANGERS[name]
    with pytest.raises(PhotoError) as refusal:
        recognise(data)
    assert refusal.value.code == code
    assert len(refusal.value.remedy) > 10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("HEIC photo", "HEIC.*Most Compatible"),
        ("DNG", "DNG.*16-bit TIFF"),
        ("camera raw", "NEF, ARW.*16-bit TIFF"),
        ("CR3", "CR3"),
        ("DICOM", "DICOM.*Export"),
        ("video", "video.*single photos"),
        ("web page", "web page"),
    ],
)
def test_the_sentence_says_what_it_is_and_what_to_do(name, words):
    with pytest.raises(PhotoError, match=words):
        recognise(STRANGERS[name][0])


def test_photos_are_told_by_content():
    assert recognise(corpus.jpeg()) == "JPEG"
    assert recognise(corpus.png()) == "PNG"
    assert recognise(corpus.webp()) == "WebP"
    assert {recognise(corpus.tiff(bigtiff=big, byteorder=order)) for big in (0, 1) for order in "<>"} == {
        "TIFF"
    }


@pytest.mark.parametrize("photometric", [(262, corpus.ASCII, "x" * 9), (262, corpus.SHORT, 2)])
@pytest.mark.parametrize("count", [0, 2**31])
def test_a_damaged_tiff_is_left_to_its_own_reader(photometric, count):
    """Found by fuzzing: a directory that could be read, with a photometric tag that could not."""
    block = corpus.exif([photometric, (256, corpus.SHORT, 9)])
    entry = block.index(struct.pack("<H", 262))
    damaged = block[: entry + 4] + struct.pack("<I", count) + block[entry + 8 :]
    assert recognise(damaged) == "TIFF"


def test_content_is_not_echoed():
    with pytest.raises(PhotoError) as refusal:
        recognise(b"<html><script>alert('canary')</script>")
    assert "canary" not in str(refusal.value)
