"""The picture for a slide: 16 to 9, with both photos, the map of change, every endpoint, and the verdict."""

import io

import compared
import numpy as np
import pytest
from drawn import Watch, pixels_of
from PIL import Image
from tolerance import assert_close

from pigmeter.comparison.score import score_of
from pigmeter.report.comparison_figure import draw_slide, map_shown
from pigmeter.report.comparison_words import DISCLAIMER


def test_it_fits_a_slide_and_holds_nothing_else():
    opened = Image.open(io.BytesIO(draw_slide(compared.change())))
    assert opened.size == (1920, 1080)
    assert set(opened.info) <= {"srgb", "Software", "dpi"}


def test_it_shows_both_photos_and_the_change(monkeypatch):
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw_slide(compared.change()))
    pictures = sorted((p for p in watch.pictures if p[2].shape[0] > 200), key=lambda picture: picture[0])
    assert len(pictures) == 3
    for (left, top, picture), colour in zip(pictures[:2], (compared.BEFORE, compared.AFTER), strict=True):
        rows, columns = picture.shape[:2]
        assert_close(drawn[top + rows // 2, left + columns // 2], colour, 2)
    assert watch.has("Change of the melanin index")


def test_it_says_what_must_be_said(monkeypatch):
    watch = Watch(monkeypatch)
    change = compared.change()
    draw_slide(change)
    assert watch.has("Melanin in the whole skin decreased by 2.5 index units")
    assert watch.has(DISCLAIMER)
    assert watch.has("Score for melasma")
    assert watch.has("before.jpg (2026-03-02) → after.jpg (2026-04-13)")
    assert watch.has("▼ decreased, better, SDC 1.2")
    assert watch.has("▲ increased, worse, SDC 0.18")
    assert watch.has("no detectable change, SDC 2.7")
    assert watch.has("no detectable change, SDC 1.8, in doubt")
    for part in change.score.parts:
        if part.ratio is not None:
            assert watch.has(part.endpoint[1:])


def test_no_words_leave_the_slide(monkeypatch):
    watch = Watch(monkeypatch)
    draw_slide(compared.change(verdict="a very long verdict " * 40, names=("n" * 300 + ".jpg", "b.jpg")))
    places = np.array(watch.places)
    assert (places > 0).all()
    assert (places < (40 / 3, 7.5)).all()
    assert watch.has("…")


def test_photos_that_are_not_aligned_have_a_picture_too(monkeypatch):
    watch = Watch(monkeypatch)
    draw_slide(compared.change(aligned=False, spot_totals=()))
    assert len([p for p in watch.pictures if p[2].shape[0] > 200]) == 2
    assert not watch.has("Change of")


@pytest.mark.parametrize(
    ("indication", "quantity"),
    [
        ("melasma", "melanin_index"),
        ("rosacea", "haemoglobin_index"),
        ("post-inflammatory erythema", "haemoglobin_index"),
        ("hyperpigmentation", "melanin_index"),
        ("vitiligo", "melanin_index"),
        ("dullness", "L"),
    ],
)
def test_the_map_is_that_of_the_primary_endpoint(indication, quantity):
    change = compared.change()
    score = score_of(change.values, change.spot_totals, indication)
    assert map_shown(compared.change(score=score)) == quantity


def test_the_same_comparison_gives_the_same_bytes():
    assert draw_slide(compared.change()) == draw_slide(compared.change())
