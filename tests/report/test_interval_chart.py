"""The drawing of a change: everything at its place on the scale of the smallest detectable change."""

from dataclasses import replace

import pytest
from compared import value
from html_page import parsed
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerance import assert_close

from pigmeter.comparison.change_value import DECREASED, UNDETECTED
from pigmeter.report.interval_chart import chart_reach, draw_interval

PLAIN = value(change=-1.0, low=-1.5, high=-0.5, sdc=1.0, verdict=DECREASED)


def place(words):
    return float(words.removesuffix("%"))


def test_marks_lie_where_the_numbers_are():
    # reach 2: 48 % of the width are two SDC
    drawing = parsed(draw_interval(PLAIN, 2.0, "#123456")).one("svg")
    assert drawing.attributes["aria-label"] == (
        "change −1.0, 95 % interval −1.5 to −0.5, smallest detectable change 1.0"
    )
    band = drawing.one("rect").attributes
    assert_close([place(band["x"]), place(band["width"])], [26.0, 48.0], 1e-9)
    dot = drawing.one("circle").attributes
    assert_close(place(dot["cx"]), 26.0, 1e-9)
    line = drawing.all("line")[1].attributes
    assert_close([place(line["x1"]), place(line["x2"])], [14.0, 38.0], 1e-9)


def test_only_a_change_that_is_told_has_a_full_dot():
    for verdict, fill in ((DECREASED, "#123456"), (UNDETECTED, "#fff")):
        drawing = parsed(draw_interval(replace(PLAIN, verdict=verdict), 2.0, "#123456"))
        assert drawing.one("circle").attributes["fill"] == fill


def test_what_lies_beyond_gets_an_arrow_on_its_side():
    drawing = parsed(draw_interval(replace(PLAIN, change=-5.0, low=-6.0, high=-1.5), 2.0, "#123456"))
    assert not drawing.all("circle")
    (arrow,) = drawing.all("path")
    assert arrow.attributes["d"].startswith("M-9 ")
    assert_close(place(drawing.all("svg")[1].attributes["x"]), 2.0, 1e-9)


@pytest.mark.parametrize(
    "changes",
    [{"sdc": None}, {"sdc": 0.0}, {"low": None}, {"change": None, "code": "X"}, {"high": float("nan")}],
)
def test_without_numbers_nothing_is_drawn(changes):
    assert draw_interval(replace(PLAIN, **changes), 2.0, "#123456") is None


@settings(derandomize=True, max_examples=60)
@given(st.floats(-20, 20), st.floats(0.01, 10), st.floats(0.05, 10))
def test_all_stays_inside(change, half, sdc):
    one = replace(PLAIN, change=change, low=change - half, high=change + half, sdc=sdc)
    drawing = parsed(draw_interval(one, chart_reach([one]), "#123456"))
    for element in drawing.all():
        for key in ("x", "x1", "x2", "cx"):
            if "%" in element.attributes.get(key, ""):
                assert 0 <= place(element.attributes[key]) <= 100


def test_charts_reach_as_far_as_their_intervals_and_no_further_than_is_read():
    assert chart_reach([]) == 1.8
    assert_close(chart_reach([replace(PLAIN, low=-2.5)]), 2.7, 1e-9)
    assert chart_reach([replace(PLAIN, low=-50.0)]) == 3.2
    assert chart_reach([replace(PLAIN, sdc=0.0, low=-50.0), replace(PLAIN, sdc=None)]) == 1.8
