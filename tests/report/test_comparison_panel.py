"""The panel: a row for each endpoint of the score, with numbers, drawing, verdict and doubts."""

from dataclasses import replace

import compared
import pytest
from html_page import parsed

from pigmeter.comparison.score import score_of
from pigmeter.report.comparison_panel import panel_table, panel_values, verdict_cell


@pytest.fixture(scope="module")
def rows():
    page = parsed(panel_table(compared.change()))
    return {row.one("th").text.split()[0].lower(): row for row in page.one("tbody").all("tr")}


def test_every_endpoint_has_a_row():
    change = compared.change()
    titles = [row.one("th").text for row in parsed(panel_table(change)).one("tbody").all("tr")]
    assert len(titles) == len(change.score.parts) == 8
    for title, part in zip(titles, change.score.parts, strict=True):
        assert title.lower().startswith(part.endpoint)
        assert f"{part.direction} is better" in title


def test_a_row_holds_its_numbers(rows):
    melanin = compared.change().values[0]
    values = [float(data.attributes["value"]) for data in rows["melanin"].all("data")]
    assert values == [melanin.baseline, melanin.follow_up, melanin.change, melanin.low, melanin.high]
    assert [cell.attributes.get("data-label") for cell in rows["melanin"].all("td")] == [
        "Baseline", "Follow-up", "Change", "95 % interval", None, "Verdict",
    ]  # fmt: skip


def test_better_and_worse_are_said_and_not_only_coloured(rows):
    better = rows["melanin"].one("span", class_="better")
    assert better.text == "▼ decreased, better"
    worse = rows["texture"].one("span", class_="worse")
    assert worse.text == "▲ increased, worse"
    assert "≈ no detectable change (smallest detectable 2.7)" in rows["redness"].text
    strokes = {rows[name].one("circle").attributes["stroke"] for name in ("melanin", "texture", "redness")}
    assert len(strokes) == 3


def test_doubts_lead_to_their_findings(rows):
    link = rows["luminosity"].one("a", class_="flag")
    assert link.attributes["href"] == "#finding-PAIR_LIGHT"
    assert not rows["melanin"].all("a")


def test_what_was_not_compared_says_why(rows):
    assert rows["light"].text.endswith("not compared: no light spots at either visit")
    assert not rows["light"].all("svg")
    assert not rows["light"].all("data")


def test_an_interval_without_0_that_may_be_chance_is_explained():
    value = compared.value(low=-3.0, high=-0.5, verdict="no detectable change")
    assert "may be chance" in parsed(verdict_cell(value)).text
    assert "may be chance" not in parsed(verdict_cell(replace(value, high=0.5))).text


def test_a_region_less_its_control_is_shown_as_that():
    change = compared.change()
    values = (*change.values, compared.value(against="brow", region="left cheek", verdict="decreased"))
    score = score_of(values, change.spot_totals, "melasma", region="left cheek", against="brow")
    changed = replace(change, values=values, score=score)
    assert list(panel_values(changed)) == ["melanin_index"]
    page = parsed(panel_table(changed))
    assert "Region left cheek, less the change of the control brow." in page.one("caption").text
    assert len(page.one("tbody").all("tr")) == 1
