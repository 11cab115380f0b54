"""Spots are outlined where they lie, told apart without colour, numbered where there is room, and counted."""

import re
from itertools import combinations

import numpy as np
import pytest
from drawn import SIGHTS, Watch, bytes_of, lab_of, pixels_of
from handmade import measurement, photo
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.measurement.spots import SPOT_KINDS, Spot
from pigmeter.report.spots_figure import SPOT_LINES, draw_spots, place_labels


def spot(number, x, y, radius=6.0, kind="dark"):
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    outline = np.stack([x + radius * np.cos(t), y + radius * np.sin(t)], axis=-1)
    area = np.pi * (radius * 0.25) ** 2
    key = "haemoglobin_index" if kind == "red" else "melanin_index"
    return Spot(
        number=number, kind=kind, region="", site="", x=x, y=y, x_mm=x / 4, y_mm=y / 4, area_mm2=area,
        diameter_mm=radius / 2, contrast={key: -7.5 if kind == "light" else 7.5}, peak_contrast=9.0,
        uncertainty=0.5, ring={}, roundness=1.0, within=0, outline=outline,
    )  # fmt: skip


def draw(spots, shape=(120, 160), **changes):
    of = photo(*shape)
    made = measurement(of, scale=1, skin=np.ones(shape, bool), spots=tuple(spots), **changes)
    return draw_spots(of, made, "left.jpg", "own chart")


def test_every_kind_has_its_line():
    assert set(SPOT_LINES) == set(SPOT_KINDS)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("kinds", list(combinations(SPOT_LINES, 2)), ids="-".join)
def test_kinds_stay_apart_for_everyone(kinds, sight):
    first, second = (lab_of(bytes_of(SPOT_LINES[kind][0])[None] / 255, sight) for kind in kinds)
    assert ciede2000(first, second)[0] > 20


def test_kinds_stay_apart_without_colour():
    dashes = [str(line[2]) for line in SPOT_LINES.values()]
    assert len(set(dashes)) == len(dashes)


@pytest.mark.parametrize("kind", SPOT_KINDS)
@pytest.mark.parametrize("skin", ["#f3ddd0", "#c68f74", "#8a5a44", "#3a221a"])
def test_every_line_or_its_edge_shows_on_any_skin(kind, skin):
    lightness = lab_of(bytes_of(skin)[None] / 255)[0, 0]
    line, edge = (lab_of(bytes_of(colour)[None] / 255)[0, 0] for colour in (SPOT_LINES[kind][0], _hex(kind)))
    assert max(abs(lightness - line), abs(lightness - edge)) > 30


def _hex(kind):
    return {"black": "#000000", "white": "#ffffff"}[SPOT_LINES[kind][1]]


@pytest.mark.parametrize("kind", SPOT_KINDS)
def test_an_outline_lies_where_the_spot_does(monkeypatch, kind):
    watch = Watch(monkeypatch)
    drawn = pixels_of(draw([spot(1, 60.0, 50.0, 20.0, kind)])).astype(int)
    left, top, picture = watch.largest
    zoom = picture.shape[1] / 160
    near = np.abs(drawn - bytes_of(SPOT_LINES[kind][0])).max(axis=-1) < 40
    near[: top + 2] = near[top + picture.shape[0] :] = False
    near[:, : left + 2] = near[:, left + picture.shape[1] :] = False
    y, x = np.nonzero(near)
    away = np.hypot(x + 0.5 - left - 60.5 * zoom, y + 0.5 - top - 50.5 * zoom)
    assert len(away) > 100
    assert np.median(away) == pytest.approx(20 * zoom, abs=1)


def test_counts_areas_and_contrasts_are_listed(monkeypatch):
    spots = [spot(1, 30, 30, 8), spot(2, 80, 30, 6), spot(3, 120, 90, 4, "red"), spot(4, 50, 90, 4, "light")]
    watch = Watch(monkeypatch)
    table = measurement().table
    table += [
        {"region": "skin", "quantity": "dark_spots_area_fraction", "mean": 0.0123},
        {"region": "skin", "quantity": "dark_spots_severity", "mean": 31.4},
    ]
    draw(spots, table=table)
    assert "Spots and patches: 4" in watch.words
    area = np.pi * 0.25**2 * (64 + 36)
    for words in (f"{area:.1f} mm²", "1.2 %", "31.4", "dark: more melanin", "+7.5 ± 0.5", "-7.5 ± 0.5"):
        assert words in watch.words
    assert watch.words.count("2") >= 2  # the number of a spot, and of dark ones


def test_no_spots_are_said_to_be_none(monkeypatch):
    watch = Watch(monkeypatch)
    draw([])
    assert "Spots and patches: none found" in watch.words
    assert watch.words.count("0") == 3
    assert "Most severe" not in watch.words


def test_three_hundred_spots_are_numbered_where_there_is_room(monkeypatch):
    random = np.random.default_rng(4)
    places = random.uniform((5, 5), (155, 115), (300, 2))
    watch = Watch(monkeypatch)
    draw([spot(n + 1, x, y, 2.0, SPOT_KINDS[n % 3]) for n, (x, y) in enumerate(places)])
    numbered = [word for word in watch.words if word.isdigit()]
    without = int(re.search(r"(\d+) of 300 have no room", " ".join(watch.words))[1])
    assert len(set(numbered)) > 150
    assert 0 < without < 150


def test_labels_cover_neither_spots_nor_each_other():
    random = np.random.default_rng(5)
    middle = random.uniform(0, 500, (200, 2))
    radius = random.uniform(1, 20, (200, 1))
    boxes = np.hstack([middle - radius, middle + radius])
    sizes = np.tile([18.0, 9.0], (200, 1))
    places = place_labels(boxes, sizes, (0, 0, 500, 500))
    placed = places[np.isfinite(places[:, 0])]
    assert len(placed) > 40
    labels = np.hstack([placed, placed + np.array([18, 9])])
    for index, label in enumerate(labels):
        others = np.vstack([boxes, np.delete(labels, index, axis=0)])
        apart = (
            (others[:, 0] >= label[2])
            | (others[:, 2] <= label[0])
            | (others[:, 1] >= label[3])
            | (others[:, 3] <= label[1])
        )
        assert apart.all()
        assert label.min() >= 0
        assert label.max() <= 500


def test_a_label_stands_beside_its_box():
    (place,) = place_labels(np.array([[10.0, 10, 20, 20]]), np.array([[8.0, 6]]), (0, 0, 100, 100))
    assert_close(place, (22, 12), 1e-9)
    (place,) = place_labels(np.array([[85.0, 10, 95, 20]]), np.array([[8.0, 6]]), (0, 0, 100, 100))
    assert_close(place, (75, 12), 1e-9)  # no room at the right
