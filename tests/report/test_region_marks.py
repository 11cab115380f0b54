"""Regions are outlined where they lie, named where there is room, and listed with their numbers."""

import numpy as np
import pytest
from drawn import Watch, pixels_of
from handmade import measurement, photo

from pigmeter.regions.region import Region
from pigmeter.report.panel import view_on_skin
from pigmeter.report.region_marks import mark_regions, region_list
from pigmeter.report.sheet import sheet_for


def square(rows, columns, top, left, side, name="cheek left"):
    mask = np.zeros((rows, columns), bool)
    mask[top : top + side, left : left + side] = True
    return Region(name, mask)


def drawing(regions):
    of = photo(240, 320)
    made = measurement(of, scale=2, skin=np.ones((120, 160), bool), regions=(Region("skin"), *regions))
    for number, region in enumerate(regions):
        made.table.append({"region": region.name, "quantity": "L", "mean": 50.0 + number, "uncertainty": 1.0})
    view = view_on_skin(made)
    return sheet_for(of, made, view, "left.jpg", "Lightness", ""), made, view


def test_an_outline_lies_at_the_edge_of_its_region():
    sheet, made, view = drawing([square(120, 160, 30, 40, 60)])
    panel = sheet.panel
    sheet.page.paste(panel.left, panel.top, np.full((panel.height, panel.width, 3), 100, np.uint8))
    mark_regions(sheet.page, panel, made, view)
    drawn = pixels_of(sheet.page.png("x"))
    zoom = panel.width / 160  # page pixels per map pixel
    row = panel.top + round(45 * zoom)
    edge = panel.left + 40 * zoom
    bright = np.flatnonzero(drawn[row, panel.left : panel.right].min(axis=-1) > 235) + panel.left
    assert bright.min() == pytest.approx(edge, abs=2)
    assert bright.max() == pytest.approx(edge + 60 * zoom, abs=2)
    assert (drawn[row, int(edge - 0.5 * zoom) - 6] == 100).all()


def test_a_name_stands_in_a_region_with_room_for_it_and_else_its_number(monkeypatch):
    sheet, made, view = drawing(
        [square(120, 160, 30, 40, 60), square(120, 160, 100, 120, 6, "chin"), Region("everywhere")]
    )
    watch = Watch(monkeypatch)
    mark_regions(sheet.page, sheet.panel, made, view)
    assert watch.words == ["1 cheek left", "2"]
    panel, (x, y) = sheet.panel, np.array(watch.places[0]) * sheet.page.dpi
    zoom = panel.width / 160
    assert panel.left + 40 * zoom < x < panel.left + 100 * zoom
    assert panel.top + 30 * zoom < y < panel.top + 90 * zoom


def test_a_name_does_not_leave_a_pointed_region(monkeypatch):
    row, column = np.mgrid[:120, :160]
    pointed = (row >= 10) & (row < 60) & (column >= 30) & (column < 30 + row - 10)
    sheet, made, view = drawing([Region("a long name", pointed)])
    watch = Watch(monkeypatch)
    mark_regions(sheet.page, sheet.panel, made, view)
    panel, (x, y) = sheet.panel, np.array(watch.places[0]) * sheet.page.dpi
    zoom = panel.width / 160
    half = sheet.page.width_of(watch.words[0], 7.5) * sheet.page.dpi / 2
    assert x - half > panel.left + 30 * zoom - 1
    assert x + half < panel.left + (20 + (y - panel.top) / zoom) * zoom + 8


def test_faint_outlines_have_no_names(monkeypatch):
    sheet, made, view = drawing([square(120, 160, 30, 40, 60)])
    watch = Watch(monkeypatch)
    mark_regions(sheet.page, sheet.panel, made, view, faint=True)
    assert watch.words == []
    assert len(watch.lines) == 1


def test_the_list_has_the_number_the_name_and_the_mean(monkeypatch):
    sheet, made, _ = drawing([square(120, 160, 30, 40, 9, "chin"), square(120, 160, 1, 1, 9, "n" * 90)])
    watch = Watch(monkeypatch)
    end = region_list(sheet, made, "L", 2.0, 6.0)
    assert watch.words[:4] == ["Regions", "1", "chin", "50.0 ± 1.0"]
    assert watch.words[5].startswith("…nnn")
    assert 2.0 < end < 6.0


def test_a_list_that_is_too_long_says_how_many_are_missing(monkeypatch):
    sheet, made, _ = drawing([square(120, 160, 1, 1, 9, f"r{number}") for number in range(40)])
    watch = Watch(monkeypatch)
    end = region_list(sheet, made, "L", 2.0, 4.0)
    listed = sum(word.startswith("r") for word in watch.words)
    assert watch.words[-1] == f"and {40 - listed} more in the table"
    assert 5 < listed < 40
    assert end < 4.0 + 0.4


def test_without_regions_nothing_is_written(monkeypatch):
    sheet, made, _ = drawing([])
    watch = Watch(monkeypatch)
    assert region_list(sheet, made, "L", 2.0, 4.0) == 2.0
    assert watch.words == []
