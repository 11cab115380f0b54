"""Markup: what is not markup already is text, whatever it holds."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.report.markup import Markup, element, joined, text


class Reader(HTMLParser):
    """Tags with their attributes, and the words between them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)


def test_elements_nest():
    page = element("ul", element("li", "a & b"), element("li", 3), None, class_="x")
    assert page == '<ul class="x"><li>a &amp; b</li><li>3</li></ul>'
    assert isinstance(page, Markup)


def test_attributes():
    given = {
        "class_": "a",
        "aria_label": "b",
        "viewBox": "0 0 1 1",
        "hidden": True,
        "open": False,
    }
    assert element("svg", **given, id=None) == '<svg class="a" aria-label="b" viewBox="0 0 1 1" hidden></svg>'
    assert element("img", alt='"', src="x") == '<img alt="&quot;" src="x">'


def test_markup_is_kept_and_joined():
    assert joined("<", Markup("<b>"), None, ">") == "&lt;<b>&gt;"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<script>alert(1)</script>.jpg", "<script>alert(1)</script>.jpg"),
        ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
        ("</style><p>", "</style><p>"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("a\nb\x00", "a\\nb\\x00"),
        ("caf\udce9", "caf\\xe9"),
        ("&lt;", "&lt;"),
    ],
)
def test_hostile_names_are_words(hostile, shown):
    page = Reader(element("p", hostile, title=hostile))
    assert page.tags == [("p", {"title": shown})]
    assert "".join(page.words) == shown


@settings(derandomize=True, max_examples=100)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_makes_an_element(content):
    page = Reader(element("p", content, title=content))
    assert [tag for tag, _ in page.tags] == ["p"]
    text(content).encode("utf-8")  # a lone surrogate would raise
