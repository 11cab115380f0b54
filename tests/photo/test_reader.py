import hashlib
import os
import stat
import struct
import threading
import time
import zlib

import numpy as np
import photo_corpus as corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.errors import PhotoError
from pigmeter.photo.reader import read_photo, turn_upright
from pigmeter.photo.spaces import named_space

REFUSED = corpus.refused() | corpus.strangers()


def found(photo):
    return [finding.code for finding in photo.findings]


def outcome(data):
    try:
        photo = read_photo(data)
    except PhotoError as refusal:
        return refusal.code
    return (photo.pixels.tobytes(), photo.colour_space, tuple(found(photo)))


# Refusals


@pytest.mark.parametrize("name", REFUSED)
def test_every_bad_file_has_its_code(name):
    data, code = REFUSED[name]
    started = time.perf_counter()
    with pytest.raises(PhotoError) as refusal:
        read_photo(data, name=f"{name}.jpg")
    assert refusal.value.code == code
    assert str(refusal.value).startswith(f"{name}.jpg: ")
    assert time.perf_counter() - started < 2.0


def test_nothing_that_other_libraries_set_changes_an_outcome(poisoned):
    for name, (data, code) in REFUSED.items():
        assert outcome(data) == code, name


def test_whole_photos_are_read_alike_in_a_poisoned_process_and_in_a_thread(whole_jpeg, poisoned):
    files = [whole_jpeg, corpus.png(corpus.scene(bits=16)), corpus.tiff_lzw(), corpus.webp()]
    files += [corpus.with_icc(whole_jpeg, corpus.icc_lut()), corpus.tiff(corpus.scene(bits=16))]
    results = []
    thread = threading.Thread(target=lambda: results.extend(outcome(data) for data in files))
    thread.start()
    thread.join()
    assert results == [outcome(data) for data in files]
    assert not any(isinstance(result, str) for result in results)


def test_a_bomb_costs_neither_time_nor_memory():
    import tracemalloc

    tracemalloc.start()
    started = time.perf_counter()
    for name in ("huge frame", "PNG bomb", "TIFF two million wide", "PNG of 2^31"):
        assert outcome(REFUSED[name][0]) in ("LIM_PIXELS", "DEC_HEADER")
    assert time.perf_counter() - started < 0.5
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.sampled_from(["jpeg", "png", "tiff", "webp"]), st.data())
def test_no_damage_raises_anything_but_a_refusal(kind, data):
    whole = {"jpeg": _JPEG, "png": _PNG, "tiff": _TIFF, "webp": _WEBP}[kind]
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        # Headers are where a lie does most, so half of the damage goes there.
        most = len(changed) - 1 if data.draw(st.booleans()) else min(400, len(changed) - 1)
        changed[data.draw(st.integers(0, most))] = data.draw(st.integers(0, 255))
    outcome(bytes(changed))


_BLOCK = corpus.exif([(271, corpus.ASCII, "Maker"), (274, corpus.SHORT, 3)])
_JPEG = corpus.with_icc(corpus.with_exif(corpus.jpeg(), _BLOCK), corpus.icc_p3())
_PNG = corpus.png(before=corpus.chunk(b"iCCP", b"a\0\0" + zlib.compress(corpus.icc_p3())))
_TIFF = corpus.tiff_lzw()
_WEBP = corpus.webp(icc_profile=corpus.icc_p3())


# Files


def test_a_file_and_its_bytes_are_one_photo(tmp_path, whole_jpeg):
    path = tmp_path / "left.jpg"
    path.write_bytes(whole_jpeg)
    photo, again = read_photo(path), read_photo(str(path), name="other")
    assert (photo.name, again.name, read_photo(whole_jpeg).name) == ("left.jpg", "other", "photo")
    assert photo.sha256 == hashlib.sha256(whole_jpeg).hexdigest()
    assert photo.container == "JPEG"
    assert np.array_equal(photo.pixels, read_photo(whole_jpeg).pixels)


def test_pixels_and_tables_are_read_only(whole_jpeg):
    photo = read_photo(whole_jpeg)
    for array in (photo.pixels, photo.decode, photo.primaries):
        assert not array.flags.writeable
        assert array.flags.c_contiguous


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "missing", "loop", "long", "nul"])
def test_only_regular_files_are_opened(tmp_path, kind):
    path = tmp_path / "x.jpg"
    codes = {"missing": "IO_GONE", "loop": "IO_LOOP", "long": "IO_PATH", "nul": "IO_PATH"}
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "long":
        path = tmp_path / ("x" * 5000)
    elif kind == "nul":
        path = f"{tmp_path}/a\0b.jpg"
    with pytest.raises(PhotoError) as refusal:
        read_photo(path)
    assert refusal.value.code == codes.get(kind, "IO_NOT_FILE")


def test_a_link_to_a_photo_is_read(tmp_path, whole_jpeg):
    (tmp_path / "a.jpg").write_bytes(whole_jpeg)
    (tmp_path / "b.jpg").symlink_to(tmp_path / "a.jpg")
    assert read_photo(tmp_path / "b.jpg").name == "b.jpg"


def test_files_beyond_the_limit_are_not_read(tmp_path):
    path = tmp_path / "big.jpg"
    with path.open("wb") as file:
        file.truncate(300_000_001)
    with pytest.raises(PhotoError, match="has 300 MB; at most 300 are read") as refusal:
        read_photo(path)
    assert refusal.value.code == "LIM_FILE"


def test_a_file_that_changes_is_told(tmp_path, whole_jpeg, monkeypatch):
    path = tmp_path / "a.jpg"
    path.write_bytes(whole_jpeg)
    seen, real = [], os.fstat

    def later(descriptor):
        status = list(real(descriptor))
        seen.append(descriptor)
        status[stat.ST_SIZE] += len(seen) - 1
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", later)
    with pytest.raises(PhotoError, match="changed while it was read"):
        read_photo(path)


def test_a_name_that_is_no_text_is_escaped(tmp_path, whole_jpeg):
    path = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    path.write_bytes(whole_jpeg)
    assert read_photo(path).name == "caf\\udce9.jpg"


def test_a_wrong_ending_is_told(tmp_path, whole_jpeg):
    assert found(read_photo(whole_jpeg, name="a.PNG")) == ["ICC_ASSUMED", "EXT_MISMATCH"]
    assert found(read_photo(whole_jpeg, name="a.JPEG")) == ["ICC_ASSUMED"]
    assert found(read_photo(whole_jpeg, name="a")) == ["ICC_ASSUMED"]


# What the values mean


def test_without_a_word_srgb_is_assumed_and_said_so(whole_jpeg):
    photo = read_photo(whole_jpeg)
    assert photo.colour_space == "sRGB (assumed)"
    assert found(photo) == ["ICC_ASSUMED"]
    assert_close(photo.decode, named_space("sRGB", 256).decode, 0)


@pytest.mark.parametrize("bits", [8, 16])
def test_profiles_in_every_container(bits, whole_jpeg):
    profile, image = corpus.icc_p3(), corpus.scene(bits=bits)
    packed = corpus.chunk(b"iCCP", b"p3\0\0" + zlib.compress(profile))
    photos = [
        read_photo(corpus.png(image, before=packed)),
        read_photo(corpus.tiff(image, iccprofile=profile)),
    ]
    if bits == 8:
        photos += [
            read_photo(corpus.with_icc(whole_jpeg, profile)),
            read_photo(corpus.webp(icc_profile=profile)),
        ]
    for photo in photos:
        assert photo.colour_space == "Display P3"
        assert photo.bits == bits
        assert photo.decode.shape == (3, 2**bits)
        assert found(photo) == []
        assert_close(photo.primaries, named_space("Display P3", 256).primaries, 5e-4)


def xyz(photo):
    return np.einsum("ijk,lk->ijl", photo.linear(photo.pixels), photo.primaries)


@pytest.mark.parametrize(
    ("profile", "encoded"),
    [
        (corpus.icc_swapped(), corpus.scene()[:, :, [1, 0, 2]]),
        (corpus.icc_lut(), corpus.scene()[:, :, [1, 0, 2]]),
    ],
    ids=["by primaries", "by a table"],
)
def test_a_profile_that_swaps_channels_is_honoured(profile, encoded):
    packed = corpus.chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))
    truth, photo = read_photo(corpus.png()), read_photo(corpus.png(encoded, before=packed))
    error = np.abs(xyz(photo) - xyz(truth))
    assert np.percentile(error, 99) < 0.02
    assert np.abs(xyz(read_photo(corpus.png(encoded))) - xyz(truth)).mean() > 0.02


def test_a_profile_of_tables_is_converted_and_said_so(whole_jpeg):
    photo = read_photo(corpus.with_icc(whole_jpeg, corpus.icc_lut()))
    assert photo.colour_space == "sRGB (converted)"
    assert found(photo) == ["ICC_CONVERTED"]


@pytest.mark.parametrize("profile", [b"garbage", corpus.icc_p3()[:200], bytes(1000)])
def test_a_bad_profile_is_told_and_srgb_assumed(whole_jpeg, profile):
    photo = read_photo(corpus.with_icc(whole_jpeg, profile))
    assert photo.colour_space == "sRGB (assumed)"
    assert found(photo) == ["ICC_BAD"]


def test_a_profile_that_lacks_a_piece_is_bad(whole_jpeg):
    assert found(read_photo(corpus.with_icc(whole_jpeg, corpus.icc_p3(), count=2))) == ["ICC_BAD"]


def test_exif_names_the_colour_space_of_cameras(whole_jpeg):
    block = corpus.exif([], [(40961, corpus.SHORT, 65535)], [(1, corpus.ASCII, "R03")])
    photo = read_photo(corpus.with_exif(whole_jpeg, block))
    assert photo.colour_space == "Adobe RGB"
    assert found(photo) == []
    block = corpus.exif([], [(40961, corpus.SHORT, 65535)])
    assert "uncalibrated" in read_photo(corpus.with_exif(whole_jpeg, block)).findings[0].message


def gamma(value, *rest):
    return corpus.chunk(b"gAMA", struct.pack(">I", value)) + b"".join(rest)


def test_the_curve_of_a_png():
    chrm = corpus.chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
    assert read_photo(corpus.png(before=corpus.chunk(b"sRGB", b"\0"))).colour_space == "sRGB"
    assert read_photo(corpus.png(before=gamma(45455))).colour_space == "sRGB (PNG gamma 2.2)"
    power = read_photo(corpus.png(before=gamma(55556, chrm)))
    assert power.colour_space == "PNG gamma 1.80"
    assert_close(power.decode[0, 128], (128 / 255) ** 1.8, 1e-5)
    assert_close(power.primaries, named_space("Display P3", 256).primaries, 1e-4)
    straight = read_photo(corpus.png(corpus.scene(bits=16), before=gamma(100_000)))
    assert_close(straight.decode[1], np.linspace(0, 1, 65536), 1e-6)
    with pytest.raises(PhotoError, match=r"exponent 0.5 .* none for 16-bit photos"):
        read_photo(corpus.png(corpus.scene(bits=16), before=gamma(200_000)))
    wide = read_photo(corpus.png(before=corpus.chunk(b"cICP", bytes([12, 13, 0, 1])) + gamma(45455)))
    assert wide.colour_space == "Display P3"


# How it was taken


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_give_one_upright_photo(orientation):
    upright = corpus.scene(96, 128)
    # What a camera held in this way stores: the inverse of what the tag asks for.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    assert np.array_equal(turn_upright(stored, orientation), upright)
    block = corpus.chunk(b"eXIf", corpus.exif([(274, corpus.SHORT, orientation)]))
    for bits in (8, 16):
        image = np.ascontiguousarray(stored).astype(np.uint8 if bits == 8 else np.uint16) * (
            1 if bits == 8 else 257
        )
        photo = read_photo(corpus.png(image, before=block))
        assert np.array_equal(photo.pixels, upright.astype(int) * (1 if bits == 8 else 257))
        assert photo.pixels.flags.c_contiguous


def test_orientation_in_jpeg_tiff_and_webp(whole_jpeg):
    block = corpus.exif([(274, corpus.SHORT, 6)])
    plain = read_photo(whole_jpeg).pixels
    assert np.array_equal(read_photo(corpus.with_exif(whole_jpeg, block)).pixels, np.rot90(plain, -1))
    tiff = corpus.tiff_lzw(tiffinfo={274: 6})
    assert np.array_equal(read_photo(tiff).pixels, np.rot90(corpus.scene(), -1))
    webp = corpus.webp(lossless=True, exif=block)
    assert np.array_equal(read_photo(webp).pixels, np.rot90(corpus.scene(), -1))


def test_capture_is_read_from_every_container(whole_jpeg):
    block = corpus.exif([(271, corpus.ASCII, "Maker")], [(42033, corpus.ASCII, "SN-Canary")])
    files = [
        corpus.with_exif(whole_jpeg, block),
        corpus.png(before=corpus.chunk(b"eXIf", block)),
        corpus.webp(exif=block),
        corpus.tiff(extratags=[(271, 2, 0, "Maker", True)]),
    ]
    for data in files:
        photo = read_photo(data, device_key_secret=b"secret")
        assert photo.capture.make == "Maker"
        assert "Canary" not in repr(photo)
    assert read_photo(files[0], device_key_secret=b"secret").capture.device_key is not None
    assert read_photo(files[0]).capture.device_key is None
