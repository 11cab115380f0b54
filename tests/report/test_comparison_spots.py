"""Fates of spots: drawn where the spots lie, told apart without colour, in the table with their numbers."""

import re
from dataclasses import replace

import compared
import numpy as np
import pytest
from drawn import SIGHTS, bytes_of, lab_of
from html_page import parsed
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.comparison.spot_change import CLEARED, DARKER, FADED, FATES, NEW, OUTSIDE, UNCHANGED
from pigmeter.report.comparison_pictures import photo_pair
from pigmeter.report.comparison_spots import FATE_LOOKS, spots_section


def section(**changes):
    change = compared.change(**changes)
    made = spots_section(change, photo_pair(change, 1600))
    return None if made is None else parsed(made)


def test_every_fate_looks_its_own_way_without_colour():
    assert set(FATE_LOOKS) == set(FATES)
    assert len({look.sign for look in FATE_LOOKS.values()}) == len(FATES)
    assert len({(look.dashes, look.width > 2) for look in FATE_LOOKS.values()}) == len(FATES)


@pytest.mark.parametrize("sight", SIGHTS)
def test_less_and_more_are_told_apart_by_everyone(sight):
    colours = {fate: lab_of(bytes_of(look.colour) / 255, sight) for fate, look in FATE_LOOKS.items()}
    for less in (CLEARED, FADED):
        for other in (DARKER, NEW, UNCHANGED):
            assert ciede2000(colours[less], colours[other]) > 20


def test_outlines_lie_on_the_spots_in_both_photos():
    change = compared.change()
    page = section()
    pair = photo_pair(change, 1600)
    corner = 2 * np.array([pair.view.left, pair.view.top])
    for photo in page.all("div", class_="marked"):
        paths = photo.all("path")
        assert len(paths) == 2 * len(change.spots)  # each with an edge
        drawn = np.array(re.findall(r"([\d.-]+) ([\d.-]+)", paths[len(change.spots)].attributes["d"]), float)
        assert_close(drawn, change.spots[0].outline + 0.5 - corner, 0.06)


def test_numbers_and_signs_stand_beside_them():
    photo = section().all("div", class_="marked")[0]
    words = {text.text for text in photo.all("text")}
    assert words <= {f"{n}{FATE_LOOKS[fate].sign}" for n, fate in enumerate(FATES, start=1)}
    assert len(words) >= 4  # where there is room


def test_the_legend_counts_every_fate_there_is():
    items = section().one("ul", class_="key").all("li")
    assert [item.text.split(" (")[0] for item in items] == [
        f"{FATE_LOOKS[fate].sign} {fate}" for fate in FATES
    ]
    few = section(spots=compared.spots()[:2])
    assert len(few.one("ul", class_="key").all("li")) == 2


def test_alt_texts_count_too():
    for image in section().all("img"):
        assert "1 cleared, 1 faded, 1 unchanged, 1 darker, 1 new, 1 outside" in image.attributes["alt"]


def test_the_table_puts_what_changed_first_and_says_why_one_is_outside():
    rows = section().one("tbody").all("tr")
    assert [row.one("th").text.split(" dark")[0] for row in rows] == [f"No. {n}" for n in (1, 2, 4, 5, 3, 6)]
    assert "beyond the follow-up's photo" in rows[-1].text
    assert not rows[-1].all("data")
    numbers = [float(data.attributes["value"]) for data in rows[0].all("data")]
    assert numbers == [6.0, 3.5, -2.5, -3.3, -1.7, 3.2, 2.4, -1.5, -0.1]


def test_an_area_that_is_too_faint_is_not_a_number():
    spot = compared.spots()[0]
    for changes, words in (
        ({"area_follow_up": None, "area_low": None}, "3.2 mm² → too faint"),
        ({"area_follow_up": None, "area_baseline": None}, "too faint to be outlined"),
    ):
        assert words in section(spots=(replace(spot, **changes),)).one("tbody").text


def test_many_spots_are_folded():
    spot = compared.spots()[0]
    page = section(spots=tuple(replace(spot, number=n) for n in range(1, 31)))
    assert page.one("summary").text == "The other 22 spots"
    assert len(page.all("tbody")[0].all("tr")) == 8


def test_nothing_to_show():
    assert section(spots=()) is None
    assert section(aligned=False) is None
    assert OUTSIDE in FATE_LOOKS
