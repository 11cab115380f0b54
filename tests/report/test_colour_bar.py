"""The bar says which colour is which value, where the ticks are, and that there is more beyond."""

import numpy as np
import pytest
from drawn import Watch, pixels_of

from pigmeter.report.colour_bar import draw_colour_bar
from pigmeter.report.colour_scale import STEPS, ColourScale
from pigmeter.report.page import Page


def drawn(scale, beyond=(False, False), width=480):
    page = Page(4, 1, 150)
    draw_colour_bar(page, 30, 40, width, scale, "melanin index [index unit]", beyond)
    return pixels_of(page.png("x"))


def test_a_colour_stands_where_its_value_does():
    scale = ColourScale("melanin_index", 10, 58)  # a step is 1 unit and 10 pixels wide
    row = drawn(scale)[48]
    for value in (10.5, 30.5, 57.5):
        x = 30 + int((value - 10) * 10)
        assert np.array_equal(row[x], scale.coloured(np.array([[value]], np.float32))[0, 0])


def test_ticks_stand_below_their_values(monkeypatch):
    watch = Watch(monkeypatch)
    drawn(ColourScale("melanin_index", 10, 58))
    placed = dict(zip(watch.words, watch.places, strict=True))
    for value in (10, 20, 30, 40, 50):
        assert placed[str(value)][0] * 150 == pytest.approx(30 + (value - 10) * 10, abs=1e-6)
    assert "melanin index [index unit]" in watch.words


def test_arrows_say_that_there_is_more():
    scale = ColourScale("melanin_index", 10, 58)
    middle = 40 + 9
    for beyond, end, at in (((True, False), scale.colours[0], 36), ((False, True), scale.colours[-1], 503)):
        with_arrow, without = drawn(scale, beyond), drawn(scale)
        assert np.array_equal(with_arrow[middle, at], end)
        assert (with_arrow[42, at] == 255).all()  # an arrow narrows
        assert not np.array_equal(without[42, at], [255] * 3)


def test_the_classes_of_skin_are_marked_on_the_bar_of_ita(monkeypatch):
    watch = Watch(monkeypatch)
    image = drawn(ColourScale("ita", -90, 85), width=525)  # 3 pixels a degree
    for bound in (55, 41, 28, 10, -30):
        assert str(bound) in watch.words
        assert image[48, 30 + 3 * (bound + 90) - 1 : 30 + 3 * (bound + 90) + 1].max() < 130
    assert {"dark", "brown", "tan", "very light"} <= set(watch.words)
    assert {"-90", "80"} & set(watch.words) == set()  # what has no room is left out
    assert "50" not in watch.words  # too near to 55
    assert "intermediate" not in watch.words  # no room for it between 28 and 41


def test_a_bar_of_ita_within_one_class_has_round_ticks(monkeypatch):
    watch = Watch(monkeypatch)
    drawn(ColourScale("ita", -90, -50))
    assert {"-90", "-80", "-70", "-60", "-50", "dark"} <= set(watch.words)


def test_other_bars_have_no_classes(monkeypatch):
    watch = Watch(monkeypatch)
    drawn(ColourScale("L", -90, 85), width=525)
    assert "tan" not in watch.words
    assert "55" not in watch.words


def test_a_bar_has_all_its_steps():
    row = drawn(ColourScale("L", 0, 1))[48, 32:508]
    assert len(np.unique(row, axis=0)) == STEPS
