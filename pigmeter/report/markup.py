"""HTML and SVG written element by element, where every text is made harmless unless it is markup already."""

import html

from pigmeter.report.names import shown_name

_EMPTY = {"br", "hr", "img", "input", "link", "meta"}  # these have no end tag

Child = object  # a Markup, or anything whose text is shown


class Markup(str):
    """Text that is markup: it goes onto a page as it is."""

    __slots__ = ()


def element(name: str, /, *children: Child, **attributes: object) -> Markup:
    """
    Return an element of a page.

    Parameters
    ----------
    name : str
        Of the element.
    *children
        A `Markup` is put in as it is; of anything else the text, in which nothing is markup and control
        characters are written out. None is left out.
    **attributes
        None and False are left out, True is an attribute without a value; ``class_`` is ``class``,
        ``aria_label`` is ``aria-label``.

    Returns
    -------
    Markup

    Examples
    --------
    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        words.append(attribute if value is True else f'{attribute}="{text(value)}"')
    start = Markup(f"<{' '.join(words)}>")
    return start if name in _EMPTY else Markup(f"{start}{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Return children one after the other; see `element`."""
    return Markup("".join(text(child) for child in children if child is not None))


def text(content: object) -> Markup:
    """Return something's text with nothing in it that is markup."""
    if isinstance(content, Markup):
        return content
    return Markup(html.escape(shown_name(str(content))))
