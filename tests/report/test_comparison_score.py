"""The score on the page: never without its parts, its interval and the words that define it."""

import compared
import pytest
from html_page import parsed

from pigmeter.comparison.score import score_of
from pigmeter.report.comparison_score import score_section
from pigmeter.report.comparison_words import typeset


def test_the_score_stands_with_interval_parts_and_definition():
    change = compared.change()
    score = change.score
    page = parsed(score_section(change))
    shown = [float(data.attributes["value"]) for data in page.one("p", class_="score").all("data")]
    assert shown == [score.value, score.low, score.high]
    assert typeset(score.words) in page.text.replace("\u00a0", "\u00a0")
    rows = page.one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == [part.endpoint for part in score.parts]
    assert "none: no light spots at either visit" in rows[6].text
    assert f"Its primary endpoint, melanin: {score.responder}" in page.text
    assert rows[3].one("a").attributes["aria-label"] == "in doubt: light"


def test_a_score_that_may_be_0_says_so():
    change = compared.change()
    values = [compared.value("melanin_index", change=0.1, low=-1.0, high=1.2, verdict="no detectable change")]
    page = parsed(score_section(compared.change(score=score_of(values, change.spot_totals[:0], "melasma"))))
    assert "which cannot be told from 0" in page.text


def test_no_score_says_why():
    page = parsed(score_section(compared.change(score=score_of((), (), "vitiligo"))))
    assert not page.all("p", class_="score")
    assert "No score: its primary endpoint, light spots, is missing" in page.text


@pytest.mark.parametrize("indication", ["melasma", "vitiligo", "general rejuvenation"])
def test_weights_are_explained(indication):
    change = compared.change()
    score = score_of(change.values, change.spot_totals, indication)
    page = parsed(score_section(compared.change(score=score)))
    assert len(page.one("details").all("li")) == len(score.parts)
    assert "rests on:" in page.one("details").text
