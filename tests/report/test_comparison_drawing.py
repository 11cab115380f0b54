"""A comparison of two rendered photos from end to end: its page, its picture and what they tell."""

import re
from functools import cache

import browser
import numpy as np
import pytest
from drawn import pixels_of
from html_page import parsed
from two_visits import TREATED, photos

from pigmeter.comparison.comparison import compare
from pigmeter.measurement.measurement import measure
from pigmeter.report.comparison_drawing import draw_comparison
from pigmeter.synthetic.scene import Pose

MEGABYTE = 1e6


@cache
def rendered_change():
    """A cheek that lost 4 units of melanin in an ellipse; another pose, a quarter less light."""
    before, after, _ = photos(treated=[TREATED], pose=Pose(roll=3.0), exposure=0.7)
    return compare(measure(before), measure(after))


@pytest.fixture(scope="module")
def drawn():
    return draw_comparison(rendered_change())


def test_a_page_and_a_picture(drawn):
    assert list(drawn) == ["comparison.html", "comparison.png"]
    assert len(drawn["comparison.html"]) < 4 * MEGABYTE
    assert len(drawn["comparison.png"]) < 2 * MEGABYTE
    assert pixels_of(drawn["comparison.png"]).shape == (1080, 1920, 3)


def test_the_page_tells_what_the_comparison_found(drawn):
    change = rendered_change()
    page = parsed(drawn["comparison.html"].decode("utf-8"))
    assert len(page.all("img")) >= 8
    numbers = {float(data.attributes["value"]) for data in page.all("data")}
    for value in change.values:
        if value.change is not None:
            assert value.change in numbers
    words = re.sub(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+", "", drawn["comparison.html"].decode("utf-8"))
    assert not re.search(r"https?:|/tmp|file:|\bnan\b|\binf\b|None", words)


@pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.NONE_HERE)
def test_the_photos_lie_over_each_other_and_look_alike(drawn, tmp_path):
    path = tmp_path / "comparison.html"
    path.write_bytes(drawn["comparison.html"])
    seen = []
    with browser.Browser() as window:
        for at in (100, 0):
            window.open(path, f"#slider={at}", width=1000)
            left, top, width, height = window.box("#slider .stage")
            shot = window.screenshot().astype(float)
            rows = slice(round(top + 60), round(top + 0.5 * height))
            seen.append(shot[rows, round(left + 40) : round(left + width - 40)])
        assert not window.told("Log.entryAdded")
    # A quarter less light would be 20 levels; what is left is the treated patch and noise.
    assert np.median(np.abs(seen[0] - seen[1])) < 6
