"""A page holds pictures pixel by pixel, and takes any name."""

import warnings
from io import BytesIO

import numpy as np
import pytest
from drawn import bytes_of, pixels_of
from PIL import Image
from tolerance import assert_close

from pigmeter.report.page import INK, Page, drawable, halo

NAMES = pytest.mark.parametrize("name", ["$x_1$.jpg", "左頬.jpg", "\\frac{", "🙂.jpg"])


@NAMES
def test_any_name_can_be_written(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = Page(2, 1, 40)
        page.write(0.3, 0.3, name, 8)
        assert page.width_of(name, 8) > 0
        assert page.png("test").startswith(b"\x89PNG")


def test_what_the_font_lacks_is_written_out():
    assert drawable("é左.jpg") == "é\\u5de6.jpg"


def test_a_page_names_the_software_and_nothing_else():
    page = Page(2, 1, 40)
    page.stroke(0.2, 0.2, 0.3, colors="white", linewidths=1, path_effects=halo(2, 0.5))
    page.paste(3, 4, np.zeros((3, 4, 3), np.uint8))
    image = Image.open(BytesIO(page.png("pigmeter 1.2.3")))
    assert image.info.get("Software") == "pigmeter 1.2.3"
    assert set(image.info) <= {"Software", "dpi", "srgb"}
    assert image.size == (80, 40)


def test_a_picture_stands_on_the_page_as_it_is():
    picture = np.random.default_rng(1).integers(0, 256, (9, 14, 3), dtype=np.uint8)
    page = Page(1, 0.5, 80)
    page.paste(7, 5, picture)
    drawn = pixels_of(page.png("x"))
    assert np.array_equal(drawn[5:14, 7:21], picture)
    drawn = drawn.copy()
    drawn[5:14, 7:21] = 255
    assert (drawn == 255).all()


def test_an_area_covers_the_pixels_between_its_edges():
    page = Page(1, 0.5, 80)
    page.area(np.array([(10, 20), (30, 20), (30, 24), (10, 24)]), INK, antialiased=False)
    dark = (pixels_of(page.png("x")) == bytes_of(INK)).all(axis=-1)
    expected = np.zeros_like(dark)
    expected[20:24, 10:30] = True
    assert np.array_equal(dark, expected)


def test_a_line_lies_over_a_picture():
    page = Page(1, 0.5, 80)
    page.paste(0, 0, np.full((40, 80, 3), 200, np.uint8))
    page.line(np.array([(10.0, 12.5), (70.0, 12.5)]), colors="black", linewidths=72 / 80)
    drawn = pixels_of(page.png("x"))
    assert (drawn[12, 15:65] < 20).all()
    assert (drawn[10, 15:65] == 200).all()


def test_a_long_text_keeps_the_end_or_the_start():
    page = Page(4, 1, 100)
    text = "a/very/long/folder/name/left.jpg"
    assert page.fitted(text, 8, 10) == text
    for keep, wanted in (("end", text.endswith), ("start", text.startswith)):
        for longest in (1.0, 1.6):
            cut = page.fitted(text, 8, longest, keep=keep)
            assert page.width_of(cut, 8) <= longest
            assert "…" in cut
            assert wanted(cut.replace("…", ""))
            assert page.width_of(cut + "mm", 8) > longest  # no shorter than need be


def test_a_paragraph_breaks_between_words_and_says_where_it_ends(monkeypatch):
    page = Page(4, 2, 100)
    lines = []
    monkeypatch.setattr(page, "write", lambda left, top, text, size, **style: lines.append((top, text)))
    end = page.paragraph(0.1, 0.5, "one two three four five six seven", 8, 0.8)
    assert " ".join(text for _, text in lines) == "one two three four five six seven"
    assert len(lines) > 2
    assert all(page.width_of(text, 8) <= 0.8 for _, text in lines)
    assert_close(np.diff([top for top, _ in lines] + [end]), 8 / 52, 1e-9)


def test_a_paragraph_without_room_is_cut_and_says_so(monkeypatch):
    page = Page(4, 2, 100)
    lines = []
    monkeypatch.setattr(page, "write", lambda left, top, text, size, **style: lines.append(text))
    page.paragraph(0.1, 0.5, "one two three four five six seven " + "x" * 90, 8, 0.8, lowest=0.7)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
