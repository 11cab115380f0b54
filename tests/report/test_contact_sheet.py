"""The contact sheet: every photo in its place, the same colours for all, or the reason why not."""

import hashlib
from dataclasses import fields

import numpy as np
import pytest
from drawn import Watch, pixels_of
from handmade import measurement, photo

from pigmeter.report.colour_scale import ColourScale
from pigmeter.report.contact_sheet import MONTAGE_MAPS, montage, refused_thumbnail, thumbnail_of

RANGES = {"melanin_index": (20.0, 60.0), "haemoglobin_index": (0.0, 80.0)}


def thumbnail(shape=(120, 160), name="left.jpg", seed=3):
    of = photo(*shape)
    return thumbnail_of(of, measurement(of, scale=1, skin=np.ones(shape, bool), seed=seed), name)


def test_a_thumbnail_is_small_whatever_the_photo():
    for shape in ((120, 160), (1600, 1200), (100, 1000)):
        made = thumbnail(shape)
        kept = [made.picture, *made.maps.values(), *made.outlines]
        assert sum(array.nbytes for array in kept) < 200_000
        rows, columns = made.picture.shape[:2]
        assert columns / rows == pytest.approx(shape[1] / shape[0], rel=0.1)
        assert set(made.maps) == set(MONTAGE_MAPS)
        assert all(values.shape == (rows, columns) for values in made.maps.values())


def test_a_thumbnail_keeps_nothing_of_the_photo_and_its_maps():
    of = photo()
    made = measurement(of, scale=1)
    small = thumbnail_of(of, made)
    assert {type(getattr(small, field.name)) for field in fields(small)} <= {str, tuple, dict, np.ndarray}
    assert not any(np.shares_memory(values, made.maps[key]) for key, values in small.maps.items())
    assert small.picture.base is None or small.picture.base.size == small.picture.size


def test_the_outline_lies_on_the_thumbnail_as_on_the_photo():
    of = photo(120, 160)  # skin from column 40 to 119, row 30 to 89
    small = thumbnail_of(of, measurement(of))
    zoom = small.picture.shape[1] / 160
    (path,) = small.outlines
    assert path[:, 0].min() == pytest.approx(40 * zoom, abs=1)
    assert path[:, 0].max() == pytest.approx(120 * zoom, abs=1)
    assert path[:, 1].max() == pytest.approx(90 * zoom, abs=1)


def test_all_maps_are_on_the_same_scale(monkeypatch):
    made = [thumbnail(seed=seed) for seed in range(3)]
    watch = Watch(monkeypatch)
    (sheet,) = montage(made, RANGES, "pigmeter 0")
    drawn = pixels_of(sheet)
    pictures = [picture for picture in watch.pictures if picture[2].shape[0] > 60]
    assert len(pictures) == 9
    for number, (left, top, picture) in enumerate(pictures):
        rows, columns = picture.shape[:2]
        inside = drawn[top + 2 : top + rows - 2, left + 2 : left + columns - 2]
        small = made[number // 3]
        if number % 3:
            key = MONTAGE_MAPS[number % 3 - 1]
            expected = ColourScale(key, *RANGES[key]).coloured(small.maps[key].astype(np.float32))
            assert np.array_equal(inside, expected[2:-2, 2:-2])


def test_names_and_numbers_stand_with_every_photo(monkeypatch):
    watch = Watch(monkeypatch)
    montage([thumbnail(name="a/" * 80 + "left.jpg"), thumbnail(name="b\n.jpg")], RANGES, "pigmeter 0")
    assert any(words.startswith("…") and words.endswith("a/left.jpg") for words in watch.words)
    assert "b\\n.jpg" in watch.words
    assert watch.words.count("40.0 ± 1.8") + watch.words.count("40.1 ± 1.8") == 2
    assert sum(words.startswith("ITA 25") for words in watch.words) == 2
    assert {"Melanin index [index unit]", "Haemoglobin index [index unit]", "pigmeter 0"} <= set(watch.words)


def test_a_refused_photo_is_an_empty_frame_with_its_reason(monkeypatch):
    reason = "no colour chart found (best candidate matched 9 of 24 patches) " * 6
    watch = Watch(monkeypatch)
    montage([refused_thumbnail("x/bad.jpg", reason), thumbnail()], RANGES, "pigmeter 0")
    words = " ".join(watch.words)
    assert "x/bad.jpg" in words
    assert "no colour chart found" in words
    assert "…" in words  # more than fits
    assert "2 photos, 1 of them without numbers" in words
    assert sum(picture.shape[0] > 60 for _, _, picture in watch.pictures) == 3


def test_many_photos_take_several_sheets(monkeypatch):
    made = [refused_thumbnail(f"{number}.jpg", "no skin") for number in range(80)]
    watch = Watch(monkeypatch)
    sheets = montage(made, RANGES, "pigmeter 0", title="visit-1")
    assert len(sheets) == 3
    assert [words for words in watch.words if words.endswith(".jpg")] == [f"{n}.jpg" for n in range(80)]
    assert "visit-1, 2 of 3" in watch.words
    for sheet in sheets:
        rows, columns, _ = pixels_of(sheet).shape
        assert columns / 200 <= 8.28
        assert rows / 200 <= 11.7


def test_no_photos_make_no_sheet():
    assert montage([], RANGES, "pigmeter 0") == []


def test_the_same_photos_give_the_same_bytes():
    made = [thumbnail(), refused_thumbnail("bad.jpg", "no skin")]
    first, second = (hashlib.sha256(montage(made, RANGES, "x")[0]).hexdigest() for _ in range(2))
    assert first == second
