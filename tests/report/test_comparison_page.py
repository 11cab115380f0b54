"""The page of a comparison: whole, harmless, read by people and by machines, on a desk, a phone and paper."""

import re
from dataclasses import replace
from itertools import pairwise

import browser
import compared
import pytest
from html_page import parsed

from pigmeter.comparison.treatment import Treatment
from pigmeter.comparison.visit import Visit
from pigmeter.findings import Finding
from pigmeter.report.comparison_page import write_page
from pigmeter.report.comparison_slider import SCRIPT, hash_source
from pigmeter.report.comparison_styles import STYLE
from pigmeter.report.comparison_words import DISCLAIMER

HOSTILE = ("<script>alert(1)</script>.jpg", '"><img src=x onerror=alert(1)>.jpg')
needs_browser = pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.NONE_HERE)


@pytest.fixture(scope="module")
def text():
    return write_page(compared.change())


@pytest.fixture(scope="module")
def page(text):
    return parsed(text)


@pytest.fixture(scope="module")
def window():
    with browser.Browser() as opened:
        yield opened


def without_pictures(text):
    return re.sub(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+", "data:", text)


def test_it_needs_no_network(text):
    words = without_pictures(text)
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", words)
    document = parsed(text)
    for element in document.all():
        for key in ("src", "href"):
            address = element.attributes.get(key, "#")
            assert address.startswith(("#", "data:image/")), address


def test_nothing_else_may_run_or_load(page):
    (policy,) = [m for m in page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.attributes["content"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["script-src"] == hash_source(page.one("script").inside[0]) == hash_source(SCRIPT)
    assert rules["style-src"] == hash_source(page.one("style").inside[0]) == hash_source(STYLE)
    attributes = {key for element in page.all() for key in element.attributes}
    assert "style" not in attributes
    assert not [key for key in attributes if key.startswith("on")]


def test_headings_are_in_order_and_sections_named(page):
    levels = [int(e.name[1]) for e in page.all() if re.fullmatch("h[1-6]", e.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for section in page.all("section"):
        assert section.one("h2").attributes["id"] == section.attributes["aria-labelledby"]


def test_ids_are_unique_and_links_lead_somewhere(page):
    names = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(names) == len(set(names))
    for link in page.all("a"):
        assert link.attributes["href"].removeprefix("#") in names
    for element in page.all():
        for key in ("fill", "stroke"):
            if element.attributes.get(key, "").startswith("url("):
                assert element.attributes[key][5:-1] in names


def test_everything_seen_is_also_told(page):
    assert page.one("html").attributes["lang"] == "en"
    assert all(image.attributes["alt"] for image in page.all("img"))
    for drawing in page.all("svg"):
        hidden = drawing.attributes.get("aria-hidden") == "true"
        assert hidden or drawing.attributes.get("aria-label") or "x" in drawing.attributes
    for table in page.all("table"):
        assert all(head.attributes["scope"] in ("col", "row") for head in table.all("th"))
    assert all(control.attributes.get("aria-label") for control in page.all("input"))
    assert all(button.text for button in page.all("button"))


def test_what_must_be_said_is_said(page):
    change = compared.change()
    words = page.text.replace("\u00a0", " ")
    assert change.verdict.replace("-", "−")[:40] in words.replace("-", "−")
    assert words.count(DISCLAIMER) == 2
    for needed in (
        "no detectable change (smallest detectable",
        "decreased, better",
        "Why the skin changed",
        "The lamps differ by 800 K.",
        "0.20 mm or less in half of the places",
        "97 % of the baseline's skin",
        change.baseline.sha256,
        "p-0123456789ab",
        "100 A(660)",
        "a change is not exactly follow-up minus baseline",
        "published: tables of others",
        "Vial",
        "42 days",
        "week 6",
        "Change ÷ SDC, positive is better",
    ):
        assert needed in words, needed
    assert "no change" not in words.replace("no detectable change", "")
    assert "significant" not in words


def numbers(element):
    return [float(data.attributes["value"]) for data in element.all("data")]


def test_every_number_is_one_of_the_tables(page):
    change = compared.change()
    known = set()
    for row in change.table:
        known |= {
            row[key] for key in ("baseline", "follow_up", "change", "low", "high", "sdc", "uncertainty")
        }
        known |= {value for key, value in row.items() if key.startswith("uncertainty_")}
    score = change.score
    known |= {score.value, score.low, score.high}
    for part in score.parts:
        known |= {part.ratio, part.ratio_low, part.ratio_high, part.weight}
    for spot in change.spots:
        known |= {getattr(spot, name) for name in spot.__slots__ if name.startswith(("contrast_", "area_"))}
    found = numbers(page)
    assert len(found) > 200
    assert not [number for number in found if number not in known]


def test_words_of_numbers_are_those_numbers(page):
    for data in page.all("data"):
        words = data.text.replace("−", "-")
        shown = float(re.match(r"[+-]?[\d.]+", words)[0])
        decimals = len(words.split(".")[1].rstrip(" °%m²")) if "." in words else 0
        assert abs(shown - float(data.attributes["value"])) <= 0.5001 * 10.0**-decimals


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_free_text_are_harmless(page, name):
    change = compared.change(
        names=(name, name),
        treatment=Treatment(product=name, notes=f"{name}</script></style>"),
        findings=(Finding("PAIR_LIGHT", name),),
        visits=(Visit(label=name), Visit(camera=name)),
        verdict=name,
    )
    hostile = write_page(change)
    document = parsed(hostile)
    count = {tag: len(page.all(tag)) for tag in ("script", "img", "style", "iframe", "section")}
    assert {tag: len(document.all(tag)) for tag in count} == count
    assert name in document.text


def test_photos_that_could_not_be_aligned_have_a_page_too():
    change = compared.change(aligned=False, spot_totals=())
    page = parsed(write_page(change))
    assert "could not be laid over each other" in page.text
    assert not page.all("section", id="spots")
    assert not page.all("input")


def test_the_same_comparison_gives_the_same_page(text):
    assert write_page(compared.change()) == text


def test_bare_visits_have_a_page_too():
    change = compared.change(visits=(Visit(), Visit()), findings=())
    page = parsed(write_page(replace(change, treatment=None)))
    assert "date not known" in page.text
    assert "Nothing is known of this visit." in page.text
    assert "No treatment was recorded." in page.text
    assert "Nothing was found about this pair" in page.text
    assert not page.all("p", class_="notice")


@needs_browser
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_screen_scrolls_sideways(window, tmp_path, text, width):
    path = tmp_path / "comparison.html"
    path.write_text(text, encoding="utf-8")
    window.open(path, width=width, height=812)
    window.value("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert window.value("document.documentElement.scrollWidth") <= width
    asked = [event["request"]["url"] for event in window.told("Network.requestWillBeSent")]
    assert {url.split(":")[0] for url in asked} == {"file", "data"}
    assert not window.told("Log.entryAdded")  # nothing was against the policy
    broken = "[...document.images].filter(i => i.loading !== 'lazy' && !i.naturalWidth).length"
    assert window.value(broken) == 0


@needs_browser
def test_it_prints_on_a_few_sheets_of_a4(window, tmp_path, text):
    path = tmp_path / "comparison.html"
    path.write_text(text, encoding="utf-8")
    window.open(path)
    pdf = window.pdf()
    assert pdf.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert boxes
    for width, height in boxes:  # A4 in points
        assert abs(float(width) - 595) < 2
        assert abs(float(height) - 842) < 2
    assert 3 <= len(boxes) <= 9
