"""The names of photos: as text that is safe to show, and as file names that every system takes."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_LONGEST = 80  # characters; with four bytes each, a suffix and a folder this stays below every system's limit
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def shown_name(name: str) -> str:
    r"""
    Return a file's name as one line of valid Unicode that shows what it is.

    Control characters, bytes that were no UTF-8, and characters that turn the direction of writing are
    written out as ``\n``, ``\xe9``, ``\u202e``.

    Examples
    --------
    >>> shown_name("left\ncheek.jpg")
    'left\\ncheek.jpg'
    """
    return "".join(_written_out(c) if unicodedata.category(c) in _INVISIBLE else c for c in name)


def output_stems(names: Sequence[str]) -> list[str]:
    """
    Return for each photo the path, without an ending, under which its figure and maps are kept.

    Folders are kept; what Windows cannot hold is replaced, long names are cut and carry a hash, and names
    that would meet on a file system blind to case or to Unicode forms are numbered in the order given.

    Parameters
    ----------
    names : sequence of str
        Names relative to the folder that was given, with ``/``.

    Returns
    -------
    list of str, same length and order

    Examples
    --------
    >>> output_stems(["visit1/left.jpg", "visit1/Left.png", "con.jpg"])
    ['visit1/left', 'visit1/Left-2', '_con']
    """
    taken: set[str] = set()
    stems = []
    for name in names:
        path = PurePosixPath(name)
        parts = [_portable(part) for part in (*path.parts[:-1], path.stem) if part != "/"]
        stem = wanted = "/".join(parts)
        number = 1
        while _folded(stem) in taken:
            number += 1
            stem = f"{wanted}-{number}"
        taken.add(_folded(stem))
        stems.append(stem)
    return stems


def _portable(part: str) -> str:
    text = unicodedata.normalize("NFC", shown_name(part))
    text = _FORBIDDEN.sub("_", text).rstrip(". ") or "_"
    if _RESERVED.match(text.split(".")[0]):
        text = f"_{text}"
    if text.startswith((".", "-")):
        text = f"_{text}"
    if len(text) > _LONGEST:
        mark = hashlib.sha256(part.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        text = f"{text[: _LONGEST - 9]}-{mark}"
    return text


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFKC", stem).casefold()


def _written_out(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte that was no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
