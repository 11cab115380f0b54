import hashlib

import photo_corpus as corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.photo.metadata import read_metadata
from pigmeter.photo.photo import Capture

MAIN = [
    (271, corpus.ASCII, "Maker"),
    (272, corpus.ASCII, "Model  7\t"),
    (305, corpus.ASCII, "Editor 1.0"),
    (315, corpus.ASCII, "Jane Canary"),
    (33432, corpus.ASCII, "Copyright Canary"),
    (274, corpus.SHORT, 6),
]
DETAILS = [
    (33434, corpus.RATIONAL, (1, 125)),
    (33437, corpus.RATIONAL, (28, 10)),
    (34855, corpus.SHORT, 200),
    (36867, corpus.ASCII, "2026:03:04 10:20:30"),
    (36881, corpus.ASCII, "+01:00"),
    (37385, corpus.SHORT, 25),
    (37386, corpus.RATIONAL, (50, 1)),
    (41987, corpus.SHORT, 1),
    (42032, corpus.ASCII, "Owner Canary"),
    (42033, corpus.ASCII, "SN-Canary"),
    (42036, corpus.ASCII, "50mm macro"),
]


@pytest.mark.parametrize("order", ["<", ">"])
def test_how_a_photo_was_taken(order):
    found = read_metadata(corpus.exif(MAIN, DETAILS, order=order))
    assert found.capture == Capture(
        make="Maker",
        model="Model 7",
        lens="50mm macro",
        software="Editor 1.0",
        exposure_time=1 / 125,
        aperture=2.8,
        iso=200.0,
        focal_length=50.0,
        white_balance="manual",
        flash=True,
        time="2026-03-04T10:20:30+01:00",
        device_key=None,
    )
    assert found.orientation == 6
    assert found.findings == ()


def test_no_name_and_no_serial_number_is_kept():
    assert "Canary" not in repr(read_metadata(corpus.exif(MAIN, DETAILS), b"key"))


def test_the_device_key_is_a_keyed_hash_of_make_model_and_serial():
    block = corpus.exif(MAIN, DETAILS)
    key = read_metadata(block, b"key").capture.device_key
    assert key == hashlib.blake2b(b"Maker\0Model 7\0SN-Canary", key=b"key", digest_size=16).hexdigest()
    assert key != read_metadata(block, b"other").capture.device_key
    assert read_metadata(corpus.exif(MAIN), b"key").capture.device_key is None


@pytest.mark.parametrize(
    "text", ["", "    :  :     :  :  ", "2026:13:01 00:00:00", "0000:00:00 00:00:00", "yesterday"]
)
def test_times_that_are_none(text):
    assert read_metadata(corpus.exif([], [(36867, corpus.ASCII, text)])).capture.time is None


def test_the_files_own_date_stands_in():
    found = read_metadata(corpus.exif([(306, corpus.ASCII, "2026:01:02 03:04:05")]))
    assert found.capture.time == "2026-01-02T03:04:05"


@pytest.mark.parametrize(
    ("details", "interop", "expected"),
    [
        ([(40961, corpus.SHORT, 1)], None, "sRGB"),
        ([(40961, corpus.SHORT, 65535)], None, "uncalibrated"),
        ([(40961, corpus.SHORT, 65535)], [(1, corpus.ASCII, "R03")], "Adobe RGB"),
        ([(40961, corpus.SHORT, 65535)], [(1, corpus.ASCII, "R98")], "uncalibrated"),
        ([(40961, corpus.SHORT, 2)], None, "Adobe RGB"),
        ([(34855, corpus.SHORT, 100)], None, None),
    ],
)
def test_colour_space(details, interop, expected):
    assert read_metadata(corpus.exif([], details, interop)).colour_space == expected


@pytest.mark.parametrize("entry", [(274, corpus.SHORT, 0), (274, corpus.SHORT, 9), (274, corpus.ASCII, "up")])
def test_a_senseless_orientation_is_upright_and_said_so(entry):
    found = read_metadata(corpus.exif([entry]))
    assert found.orientation == 1
    assert [finding.code for finding in found.findings] == ["META_ORIENT"]


def test_damaged_blocks_leave_out_what_is_damaged():
    block = corpus.exif(MAIN, DETAILS)
    assert [finding.code for finding in read_metadata(block[:20]).findings] == ["META_EXIF"]
    without_details = read_metadata(block[:170])
    assert without_details.capture.make == "Maker"
    assert [finding.code for finding in without_details.findings] == ["META_EXIF"]
    looped = corpus.exif([(34665, corpus.LONG, 8), (271, corpus.ASCII, "Maker")])
    assert read_metadata(looped).capture.make == "Maker"
    assert read_metadata(None).capture == Capture()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.data())
def test_no_damage_raises(data):
    block = bytearray(corpus.exif(MAIN, DETAILS))
    for _ in range(3):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    assert 1 <= read_metadata(bytes(block), b"key").orientation <= 8
