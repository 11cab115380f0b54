"""Maps of a comparison: one scale for both visits, a symmetric one for the change, grey and hatching told."""

import base64
import io

import compared
import numpy as np
import pytest
from html_page import parsed
from PIL import Image

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.report.change_scale import NO_SKIN
from pigmeter.report.comparison_maps import map_triple, maps_figure, scale_bar
from pigmeter.report.panel import view_on_skin


def picture_of(image):
    kind, data = image.attributes["src"].split(";base64,")
    assert kind == "data:image/png"
    opened = Image.open(io.BytesIO(base64.b64decode(data)))
    assert set(opened.info) <= {"srgb", "Software"}
    return np.asarray(opened.convert("RGB"))


def test_both_visits_share_a_scale_that_holds_both():
    change = compared.change()
    change.follow_up.maps["melanin_index"] += 12
    triple = map_triple(change, "melanin_index", 200)
    low, high = triple.levels.low, triple.levels.high
    seen = [visit.maps["melanin_index"] for visit in (change.baseline, change.follow_up)]
    assert low <= np.nanpercentile(np.stack(seen), 1)
    assert high >= np.nanpercentile(np.stack(seen), 99)
    assert triple.before.shape == triple.after.shape == triple.change.shape


def test_the_change_is_coloured_where_it_is_told_and_greyed_elsewhere():
    change = compared.change()
    triple = map_triple(change, "melanin_index", 200)
    rows, columns, _ = triple.change.shape
    left, right = triple.change[rows // 3, columns // 4], triple.change[rows // 3, 3 * columns // 4]
    assert triple.changes.most == 5.0
    assert left.tolist() == triple.changes.coloured(np.array([[-3.0]]), np.array([[True]]))[0, 0].tolist()
    assert right.tolist() == triple.changes.coloured(np.array([[0.5]]), np.array([[False]]))[0, 0].tolist()
    assert triple.change[0, 0].tolist() == list(NO_SKIN)
    assert (
        (triple.change == (150, 150, 150)).all(axis=-1).any()
    )  # the square that was not compared is hatched


def test_without_an_alignment_there_is_no_map_of_change():
    triple = map_triple(compared.change(aligned=False), "L", 200)
    assert triple.change is None
    page = parsed(maps_figure(compared.change(aligned=False), "L"))
    assert [caption.text for caption in page.all("figcaption")] == ["Baseline", "Follow-up"]


@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_figure_tells_in_words_what_it_shows(quantity, squares):
    change = compared.change()
    page = parsed(maps_figure(change, quantity, squares=squares))
    images = page.all("img")
    triple = map_triple(change, quantity, 620, squares=squares)
    for image, picture in zip(images, (triple.before, triple.after, triple.change), strict=True):
        assert np.array_equal(picture_of(image), picture)
        assert str(picture.shape[1]) == image.attributes["width"]
        assert len(image.attributes["alt"]) > 40
    assert "may be chance" in images[2].attributes["alt"]
    assert f"[{QUANTITIES[quantity].unit}]" in page.text
    assert all(drawing.attributes.get("aria-label") for drawing in page.all("svg", role="img"))
    marks = [text.text for text in page.all("text")]
    assert "0" in marks
    assert {mark.lstrip("+−") for mark in marks if mark.startswith("+")} == {
        mark.lstrip("+−") for mark in marks if mark.startswith("−")
    }


def test_a_bar_is_as_long_as_it_says():
    visit = compared.visit(compared.BEFORE, "a.jpg")
    view = view_on_skin(visit)
    bar = parsed(scale_bar(visit, view))
    words = bar.one("text").text
    length = float(words.removesuffix(" mm"))
    share = float(bar.one("rect").attributes["width"].removesuffix("%")) / 100
    assert abs(share * view.width * visit.mm_per_pixel - length) < 0.01 * length
    unknown = compared.visit(compared.BEFORE, "a.jpg", with_chart=False)
    assert parsed(scale_bar(unknown, view)).one("text").text.endswith("px of the photo")
