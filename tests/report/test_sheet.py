"""A sheet is a page of A4 that has room for its picture and a column of words."""

import pytest
from drawn import Watch
from handmade import measurement, photo

from pigmeter.report.panel import view_on_skin
from pigmeter.report.sheet import sheet_for


def sheet(shape, name="left.jpg", title="Melanin index"):
    of = photo(*shape)
    made = measurement(of)
    return sheet_for(of, made, view_on_skin(made), name, title, "own chart")


@pytest.mark.parametrize("shape", [(120, 160), (160, 120), (40, 400), (400, 40), (100, 100)])
def test_picture_and_column_stay_apart_and_on_the_page(shape):
    made = sheet(shape)
    page, panel = made.page, made.panel
    assert max(page.size) <= 11.69
    assert min(page.size) <= 8.27
    assert (page.size[0] > page.size[1]) == (shape[1] >= shape[0])
    assert panel.left > 0
    assert panel.right / page.dpi < made.left
    assert made.left + made.width < page.size[0]
    assert panel.bottom / page.dpi < made.bottom - 0.5  # room for a colour bar
    assert panel.width / panel.height == pytest.approx(shape[1] / shape[0], rel=0.1)  # whole map pixels


def test_it_says_what_it_shows_and_where_it_comes_from(monkeypatch):
    watch = Watch(monkeypatch)
    sheet((120, 160), name="x/" * 200 + "left.jpg")
    assert watch.words[0] == "Melanin index"
    assert watch.words[1].startswith("…")
    assert watch.words[1].endswith("x/left.jpg")
    assert watch.has("SHA-256 0123456789abcdef")
    assert watch.has("(own chart)")
