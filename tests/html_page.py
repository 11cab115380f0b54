"""A page of HTML taken apart with the standard library: its elements, their attributes and their words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """One element: its name, attributes, children in order."""

    name: str
    attributes: dict
    inside: list = field(default_factory=list)

    @property
    def text(self):
        """All its words, without those of scripts and styles."""
        if self.name in ("script", "style"):
            return ""
        parts = [part if isinstance(part, str) else part.text for part in self.inside]
        return " ".join(" ".join(parts).split())

    def all(self, name=None, **attributes):
        """Elements below it, by name and attributes; a class counts if it is among the classes."""
        found = []
        for part in self.inside:
            if isinstance(part, str):
                continue
            own = {key.rstrip("_"): wanted for key, wanted in attributes.items()}
            if name in (None, part.name) and all(_holds(part, key, own[key]) for key in own):
                found.append(part)
            found += part.all(name, **attributes)
        return found

    def one(self, name=None, **attributes):
        """The one such element."""
        (found,) = self.all(name, **attributes)
        return found


def _holds(element, key, wanted):
    value = element.attributes.get(key)
    return wanted in (value or "").split() if key == "class" else value == wanted


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes))
        assert len(element.attributes) == len(attributes), f"an attribute twice: {attributes}"
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def parsed(page):
    """Return the document of a page whose tags are all closed in order."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert [element.name for element in builder.open] == ["document"]
    return builder.open[0]
