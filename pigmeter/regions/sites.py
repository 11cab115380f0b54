"""Where on the body: the field's names of sites, their synonyms, and the person's left and right."""

import re
from functools import cache

from pigmeter.reference import read_rows

SIDES = ("left", "right", "midline")
_SIDE_WORDS = {
    "left": "left", "l": "left", "lt": "left", "lhs": "left", "sinister": "left",
    "right": "right", "r": "right", "rt": "right", "rhs": "right", "dexter": "right",
    "midline": "midline", "median": "midline", "mid": "midline", "middle": "midline",
    "central": "midline", "centre": "midline", "center": "midline",
}  # fmt: skip
_IDLE_WORDS = ("of", "the", "skin", "area", "region", "site")


@cache
def known_sites() -> dict[str, bool]:
    """
    Return the sites that have a name here, and whether there is one on each side of the person.

    Returns
    -------
    dict of str to bool
        From scalp to sole; see ``calibration/regions/sites.csv`` for their synonyms and sources.
    """
    return {row["site"]: row["paired"] == "yes" for row in read_rows("regions/sites.csv")}


@cache
def _sites_by_words() -> dict[tuple[str, ...], str]:
    named: dict[tuple[str, ...], str] = {}
    rows = read_rows("regions/sites.csv")
    for name, site in [
        *((row["site"], row["site"]) for row in rows),
        *((name, row["site"]) for row in rows for name in row["synonyms"].split("|") if name),
    ]:
        named.setdefault(_key(_words(name)), site)
    return named


def read_site(text: str) -> tuple[str, str]:
    """
    Read the site and the side from a name as people write it.

    Parameters
    ----------
    text : str
        "left cheek", "cheek_L", "Malar (left)", "cheekLeft 2", "dorsum of the right hand" ...

    Returns
    -------
    site : str
        As in `known_sites`; empty for a free name, which stays the name of its region.
    side : str
        ``"left"``, ``"right"`` or ``"midline"``; empty if not said. It is the person's own side, not the
        picture's: the left cheek is on the right of a photo of a face that is not mirrored.

    Examples
    --------
    >>> read_site("L cheek"), read_site("malar left"), read_site("forearm, volar")
    (('cheek', 'left'), ('cheek', 'left'), ('forearm_volar', ''))
    >>> read_site("lesion 3, right")
    ('', 'right')
    """
    words = _words(text)
    sides = {_SIDE_WORDS[word] for word in words if word in _SIDE_WORDS}
    if len(sides) == 2 and "midline" in sides:
        sides.remove("midline")  # "mid cheek left" is on the left
    side = sides.pop() if len(sides) == 1 else ""
    rest = [word for word in words if word not in _SIDE_WORDS and not word.isdigit()]
    site = _sites_by_words().get(_key(rest), "")
    if not site and not set(words) & set(SIDES):
        side = ""  # "L 3" may be a lamp or a lesion: a letter is a side only beside a site
    if side == "midline" and known_sites().get(site, False):
        side = ""  # the middle of a cheek is not on the person's midline
    return site, side


def read_site_name(text: str) -> str:
    """
    Return a site by its name here if it has one, else as it is written.

    Parameters
    ----------
    text : str
        "Malar", "upper lip", or a name of the study's own.

    Examples
    --------
    >>> read_site_name("Malar"), read_site_name("graft B")
    ('cheek', 'graft B')
    """
    return _sites_by_words().get(_key(_words(text)), text)


def _words(text: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return re.findall(r"[^\W\d_]+|\d+", spaced.replace("'", ""))


def _key(words: list[str]) -> tuple[str, ...]:
    """Words in any order are the same name; so are a word and its plural."""
    kept = [word for word in words if word not in _IDLE_WORDS] or words
    return tuple(sorted(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in kept))
