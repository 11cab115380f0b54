import photo_corpus
import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.container import recognise

STRANGERS = photo_corpus.strangers()


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
    assert recognise(photo_corpus.jpeg()) == "JPEG"
    assert recognise(photo_corpus.png()) == "PNG"
    assert recognise(photo_corpus.webp()) == "WebP"
    assert {
        recognise(photo_corpus.tiff(bigtiff=big, byteorder=order)) for big in (0, 1) for order in "<>"
    } == {"TIFF"}


def test_content_is_not_echoed():
    with pytest.raises(PhotoError) as refusal:
        recognise(b"<html><script>alert('canary')</script>")
    assert "canary" not in str(refusal.value)
