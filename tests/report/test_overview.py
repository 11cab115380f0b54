"""The overview of a photo: drawn in time, small, and honest about scale and numbers."""

import io
import time
from dataclasses import replace

import numpy as np
import pytest
from drawn import Watch, pixels_of
from handmade import measurement, photo
from PIL import Image

from pigmeter.regions.region import Region
from pigmeter.report.colour_scale import NOTHING, scale_of
from pigmeter.report.overview import OVERVIEW_MAPS, draw_overview
from pigmeter.report.pictures import resized_map


def draw(of=None, made=None, name="left.jpg", source="own chart", scale="photo", ranges=None):
    of = of or photo()
    return draw_overview(of, made or measurement(of), name, source, scale, ranges)


@pytest.mark.parametrize("shape", [(120, 160), (160, 120), (40, 400), (400, 40), (100, 100)])
def test_a_figure_fits_on_a_page(shape):
    of = photo(*shape)
    image = Image.open(io.BytesIO(draw(of)))
    across, down = (side / 160 for side in image.size)
    assert (across <= 8.28 and down <= 11.7) or (across <= 11.7 and down <= 8.28)


def test_a_large_photo_is_drawn_in_time_and_small():
    of = photo(2000, 3000)
    made = measurement(of, scale=2)
    draw()  # fonts and palettes are made once
    begun = time.thread_time()
    data = draw(of, made)
    assert time.thread_time() - begun < 0.8  # 0.2 s on an idle 2-core machine
    assert len(data) < 1.5e6


def test_regions_are_outlined_and_named_on_the_photo(monkeypatch):
    watch = Watch(monkeypatch)
    made = measurement()
    mask = np.zeros(made.skin.shape, bool)
    mask[20:40, 25:60] = True
    draw(made=replace(made, regions=(*made.regions, Region("arm", mask))))
    assert "1 arm" in watch.words


def test_the_numbers_are_those_of_the_table(monkeypatch):
    watch = Watch(monkeypatch)
    made = measurement()
    row = made.table[0]
    draw(made=made, source="chart of session.jpg")
    assert f"{row['mean']:.1f} ± 1.8   SD {row['sd']:.1f}" in watch.words
    assert any("ITA 25" in text and "tan" in text for text in watch.words)
    assert any("chart of session.jpg" in text and "p-0123456789ab" in text for text in watch.words)
    assert watch.has("melanin index = 100 A(660)")


@pytest.mark.parametrize("shape", [(240, 320), (320, 240)])
def test_the_maps_are_in_the_colours_of_their_values(monkeypatch, shape):
    of = photo(*shape)
    made = measurement(of, scale=1, skin=np.ones(shape, bool))
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw(of, made, scale="fixed"))
    pictures = [picture for picture in watch.pictures if picture[2].shape[0] > 100]
    assert len(pictures) == 4
    corners = {tuple(paths[0][0]) for paths, style in watch.lines if style.get("snap")}
    assert {(left, top) for left, top, _ in pictures} <= corners  # in their frames
    for quantity, (left, top, picture) in zip(OVERVIEW_MAPS, pictures[1:], strict=True):
        rows, columns = picture.shape[:2]
        values = resized_map(made.maps[quantity], columns, rows)
        expected = scale_of(quantity, values, "fixed").coloured(values)
        inside = drawn[top + 2 : top + rows - 2, left + 2 : left + columns - 2]
        assert np.array_equal(inside, expected[2:-2, 2:-2])


def test_the_skin_is_outlined_where_it_is(monkeypatch):
    of = photo(120, 160)  # skin from column 40 to 119, row 30 to 89
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw(of))
    left, top, picture = watch.pictures[0]
    zoom = picture.shape[1] / 160
    column = left + 40 * zoom
    row = top + round(60 * zoom)
    line = drawn[row, int(column - 3) : int(column + 4)].min(axis=1)
    assert line.max() > 235
    assert drawn[row, int(column - 20) : int(column - 6)].max() < 140


def test_the_chart_and_the_part_that_is_shown_are_named(monkeypatch):
    watch = Watch(monkeypatch)
    draw()
    assert {"skin that is measured", "chart", "part that the maps show"} <= set(watch.words)
    monkeypatch.undo()
    watch = Watch(monkeypatch)
    of = photo()
    draw(of, measurement(of, with_chart=False, skin=np.ones((60, 80), bool)))
    assert "chart" not in watch.words
    assert "part that the maps show" not in watch.words


def test_lengths_are_in_mm_with_a_chart_and_in_pixels_without(monkeypatch):
    watch = Watch(monkeypatch)
    draw()
    assert "0.25 mm per pixel, from the chart" in watch.words
    assert "10 mm" in watch.words  # 160 px x 0.25 mm = 40 mm across, 27 % of it is 10.8
    monkeypatch.undo()
    watch = Watch(monkeypatch)
    of = photo(240, 320)
    draw(of, measurement(of, with_chart=False))
    assert watch.has("scale unknown")
    assert "50 px" in watch.words
    assert not any(text.endswith(" mm") for text in watch.words)


def test_a_quantity_without_a_mean_is_not_measured(monkeypatch):
    watch = Watch(monkeypatch)
    made = measurement()
    made.table[0]["mean"] = made.table[0]["sd"] = None
    draw(made=made)
    assert "not measured" in watch.words


def test_a_map_without_skin_is_grey(monkeypatch):
    watch = Watch(monkeypatch)
    made = measurement(skin=np.zeros((60, 80), bool))
    for values in made.maps.values():
        values[:] = np.nan
    draw(made=made)
    grey = int(NOTHING[1:3], 16)
    assert all((picture == grey).all() for _, _, picture in watch.pictures[1:] if picture.shape[0] > 100)


def test_a_long_name_keeps_its_end_on_the_page(monkeypatch):
    watch = Watch(monkeypatch)
    draw(name="folder/" * 40 + "left.jpg")
    assert watch.words[0].startswith("…")
    assert watch.words[0].endswith("/left.jpg")
