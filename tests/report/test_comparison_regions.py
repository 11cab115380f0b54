"""Region by region: endpoints side by side, differences from controls, and every number."""

from dataclasses import replace

import compared
from html_page import parsed

from pigmeter.report.comparison_regions import against_table, all_numbers, endpoints_by_region


def test_a_row_per_region_and_a_column_per_endpoint():
    page = parsed(endpoints_by_region(compared.change()))
    heads = [head.text for head in page.one("thead").all("th")]
    assert page.one("caption").text.endswith("units as in the tables below.")
    assert heads == [
        "Region", "Redness", "Melanin", "Colour evenness", "Luminosity", "Texture",
        "Dark spots", "Light spots", "Red spots",
    ]  # fmt: skip
    rows = page.one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == ["All skin", "left cheek"]
    first = rows[0].all("td")
    assert first[1].text.startswith("▼ −2.5")
    assert first[6].text == "none at either visit"
    assert rows[1].all("td")[5].text == "not compared"


def test_what_was_not_compared_says_why():
    none = compared.value(region="nose", change=None, reason="too little skin", code="REGION_EMPTY")
    page = parsed(endpoints_by_region(compared.change(values=(none,), spot_totals=())))
    assert page.one("td").text == "not compared: too little skin"
    assert "not compared: too little skin" in parsed(all_numbers(compared.change(values=(none,)))).text


def test_differences_from_controls_stand_apart():
    assert against_table(compared.change()) is None
    less = compared.value(region="left cheek", against="brow", verdict="decreased")
    change = compared.change()
    page = parsed(against_table(replace(change, values=(*change.values, less))))
    assert page.one("tbody").one("th").text.startswith("Melanin index: left cheek less brow")
    assert "▼ decreased" in page.one("tbody").text


def test_what_the_page_has_no_room_for_is_counted():
    change = compared.change()
    many = [
        compared.value(key, f"region {n}") for n in range(200) for key in ("melanin_index", "L", "texture")
    ]
    page = parsed(all_numbers(replace(change, values=(*many, *change.values))))
    groups = page.all("details")
    assert groups[0].one("summary").text == "Every number: All skin (8)"  # what the score is of
    shown = sum(len(group.one("tbody").all("tr")) for group in groups)
    assert 490 < shown <= 500
    assert page.one("p").text == f"{600 + len(change.table) - shown} more rows are in changes.csv."


def test_every_number_is_there():
    change = compared.change()
    page = parsed(all_numbers(change))
    groups = page.all("details")
    assert [group.one("summary").text for group in groups] == [
        "Every number: All skin (8)",
        "Every number: left cheek (5)",
    ]
    rows = [row for group in groups for row in group.one("tbody").all("tr")]
    assert len(rows) == len(change.table)
    shown = [float(data.attributes["value"]) for data in rows[0].all("data")]
    own = change.values[0]
    assert shown == [own.baseline, own.follow_up, own.change, own.low, own.high, own.sdc]
    assert "100 A(660) [index units]" in rows[0].one("th").text
