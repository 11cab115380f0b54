"""Evenness is drawn where it was measured, on scales that never change, with its numbers."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import Watch, bytes_of, pixels_of
from handmade import measurement, photo

from pigmeter.measurement.bands import size_bands
from pigmeter.measurement.evenness import EVENNESS_OF, Evenness, EvennessMap
from pigmeter.reference import limit
from pigmeter.report.colour_scale import NOTHING, ColourScale
from pigmeter.report.evenness_figure import BANDS, draw_evenness


def with_evenness(shape=(120, 160), missing=()):
    """A photo of 40 x 30 mm whose maps of evenness have squares of 2 mm, each with a value of its own."""
    of = photo(*shape)
    made = measurement(of, scale=1, skin=np.ones(shape, bool))
    squares = (shape[0] // 8, shape[1] // 8)
    values = (np.arange(squares[0] * squares[1]) / 200).reshape(squares).astype(np.float32)
    maps = {
        f"{key}_evenness_{band}": EvennessMap(values, 2.0)
        for key in EVENNESS_OF
        for band in BANDS
        if band not in missing
    }
    table = [
        *made.table,
        {
            "region": "skin",
            "quantity": "L_evenness_wide",
            "mean": 0.456,
            "uncertainty": 0.0789,
            "unit": "CIELAB unit",
        },
    ]
    return of, replace(made, table=table, evenness=Evenness(maps, ((),), None)), values


def test_the_bands_are_those_that_are_measured(monkeypatch):
    assert tuple(band.name for band in size_bands()) == BANDS
    of, made, _ = with_evenness()
    watch = Watch(monkeypatch)
    draw_evenness(of, made, "left.jpg", "")
    for words in ("Fine, 0.25 to 1 mm", "Middle, 1 to 4 mm", "Wide, 4 to 16 mm", "Lightness L*  0.46 ± 0.08"):
        assert words in watch.words


@pytest.mark.parametrize("shape", [(120, 160), (160, 120)])
def test_a_square_lies_where_it_was_measured(monkeypatch, shape):
    of, made, values = with_evenness(shape)
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw_evenness(of, made, "left.jpg", ""))
    pictures = [picture for picture in watch.pictures if picture[2].shape[0] > 60]
    assert len(pictures) == 9
    quantities = [key for key in EVENNESS_OF for _ in BANDS]
    for quantity, (left, top, picture) in zip(quantities, pictures, strict=True):
        scale = ColourScale(quantity, 0.0, limit("figures", f"evenness_{quantity}_max"), spread=True)
        for row, column in ((3, 5), (values.shape[0] - 1, 0), (7, values.shape[1] - 2)):
            y = top + int((row + 0.5) * picture.shape[0] / values.shape[0])
            x = left + int((column + 0.5) * picture.shape[1] / values.shape[1])
            expected = scale.coloured(values[row : row + 1, column : column + 1])[0, 0]
            assert np.array_equal(drawn[y, x], expected)


def test_a_band_that_was_not_measured_is_grey_and_said_so(monkeypatch):
    of, made, _ = with_evenness(missing=("fine",))
    watch = Watch(monkeypatch)
    draw_evenness(of, made, "left.jpg", "")
    pictures = [picture for _, _, picture in watch.pictures if picture.shape[0] > 60]
    assert (pictures[0] == bytes_of(NOTHING)).all()
    assert len(np.unique(pictures[1].reshape(-1, 3), axis=0)) > 10
    assert "Melanin index  not measured" in watch.words


def test_beyond_the_end_of_a_map_nothing_is_shown(monkeypatch):
    of, made, values = with_evenness()
    for key, drawn in made.evenness.maps.items():
        made.evenness.maps[key] = EvennessMap(drawn.values[:5], drawn.mm_per_pixel)
    watch = Watch(monkeypatch)
    draw_evenness(of, made, "left.jpg", "")
    picture = next(picture for _, _, picture in watch.pictures if picture.shape[0] > 60)
    end = round(picture.shape[0] * 5 / values.shape[0])
    assert (picture[end + 1 :] == bytes_of(NOTHING)).all()
    assert not (picture[end - 2] == bytes_of(NOTHING)).all()


def test_the_page_fits_on_paper():
    for shape in ((120, 160), (160, 120), (400, 40)):
        of, made, _ = with_evenness(shape)
        rows, columns, _ = pixels_of(draw_evenness(of, made, "left.jpg", "")).shape
        assert columns / 160 <= 8.28
        assert rows / 160 <= 11.7
