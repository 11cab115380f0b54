"""A map alone: in the colours of its values, with its numbers, and what it leaves out by name."""

import numpy as np
import pytest
from drawn import Watch, pixels_of
from handmade import measurement, photo

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.report.colour_scale import ColourScale, fixed_range
from pigmeter.report.map_figure import draw_map


def draw(of, made, quantity="melanin_index", scale="fixed", ranges=None):
    return draw_map(of, made, quantity, "left.jpg", "own chart", scale, ranges)


@pytest.mark.parametrize("shape", [(120, 160), (160, 120)])
def test_a_pixel_has_the_colour_of_its_value(monkeypatch, shape):
    of = photo(*shape)
    made = measurement(of, scale=2, skin=np.ones((shape[0] // 2, shape[1] // 2), bool))
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw(of, made))
    left, top, picture = watch.largest
    rows, columns = made.maps["melanin_index"].shape
    scale = ColourScale("melanin_index", *fixed_range("melanin_index"))
    for row, column in ((rows // 2, columns // 2), (rows // 2, columns // 3), (rows // 3, columns // 2)):
        y = top + int((row + 0.5) * picture.shape[0] / rows)
        x = left + int((column + 0.5) * picture.shape[1] / columns)
        value = made.maps["melanin_index"][row : row + 1, column : column + 1]
        assert np.array_equal(drawn[y, x], scale.coloured(value)[0, 0])


def test_the_part_with_skin_fills_the_picture(monkeypatch):
    of = photo(120, 160)  # skin in the middle half
    made = measurement(of, scale=2)
    watch = Watch(monkeypatch)
    draw(of, made)
    coloured = np.ptp(watch.largest[2].astype(int), axis=-1) > 0
    assert coloured.mean() > 0.6  # (0.5 / 0.6) squared; of the whole photo it is a quarter


def test_a_shared_scale_is_used_and_named(monkeypatch):
    of = photo()
    made = measurement(of)
    watch = Watch(monkeypatch)
    draw(of, made, scale="shared", ranges={"melanin_index": (0.0, 200.0)})
    assert watch.has("Melanin index [index unit], the same colours in every photo of the run")
    assert {"0", "50", "100", "150", "200"} <= set(watch.words)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_says_value_unit_definition_and_length(monkeypatch, quantity):
    of = photo()
    made = measurement(of)
    row = next(row for row in made.table if row["quantity"] == quantity)
    watch = Watch(monkeypatch)
    draw(of, made, quantity)
    sign = "°" if row["unit"] == "degree" else ""
    assert f"{row['mean']:.1f} ± 1.8{sign}" in watch.words
    assert f"SD over the skin {row['sd']:.1f}" in watch.words
    assert f"95 % interval {row['low']:.1f} to {row['high']:.1f}" in watch.words
    assert row["definition"].split(" ")[0] in " ".join(watch.words)
    assert watch.has(f"[{row['unit']}]")
    assert any(text.endswith(" mm") for text in watch.words)


def test_what_is_left_out_is_painted_and_named(monkeypatch):
    of = photo(120, 160)
    made = measurement(of, scale=2)
    made.state[:14] = 4  # hair along the top, part of it in the view
    watch = Watch(monkeypatch)
    draw(of, made, "L")
    assert {"Not in the map", "not skin", "hair"} <= set(watch.words)
    assert "gloss" not in watch.words


def test_a_map_without_gaps_has_no_legend(monkeypatch):
    of = photo(120, 160)
    made = measurement(of, scale=2, skin=np.ones((60, 80), bool), state=np.ones((60, 80), np.uint8))
    made.maps["L"][:] = 50
    watch = Watch(monkeypatch)
    draw(of, made, "L")
    assert "Not in the map" not in watch.words


def test_a_quantity_without_a_mean_is_not_measured(monkeypatch):
    made = measurement()
    for row in made.table:
        row |= dict.fromkeys(("mean", "sd", "low", "high", "p5", "p95", "uncertainty"))
    watch = Watch(monkeypatch)
    draw(photo(), made)
    assert "not measured" in watch.words
    assert not watch.has("None")
