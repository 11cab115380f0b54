"""Names are shown in one safe line, and outputs get names that every file system takes."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.report.names import output_stems, shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("left cheek.jpg", "left cheek.jpg"),
        ("Ärztin-左.jpg", "Ärztin-左.jpg"),
        ("a\nb\t.jpg", "a\\nb\\t.jpg"),
        ("\x1b[31mred.jpg", "\\x1b[31mred.jpg"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("caf\udce9.jpg", "caf\\xe9.jpg"),
    ],
)
def test_a_name_is_one_line_that_hides_nothing(name, shown):
    assert shown_name(name) == shown


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=20))
def test_every_shown_name_is_printable_utf8(name):
    assert shown_name(name).encode("utf-8").decode("utf-8").isprintable() or any(
        unicodedata.category(c) in {"Cn", "Co", "Zs"} for c in shown_name(name)
    )


def test_folders_are_kept_and_endings_go():
    assert output_stems(["visit1/left.jpg", "visit2/left.jpg", "a.b.tif"]) == [
        "visit1/left",
        "visit2/left",
        "a.b",
    ]


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["a.jpg", "a.png", "A.JPG"], ["a", "a-2", "A-3"]),
        (["a.jpg", "a.png", "a-2.jpg"], ["a", "a-2", "a-2-2"]),
        (["ü.jpg", "u\u0308.jpg"], ["ü", "ü-2"]),
        (["CON.jpg", "x /nul.tif"], ["_CON", "x/_nul"]),
        (["a:b?.jpg", "-o.jpg", "dot..jpg"], ["a_b_", "_-o", "dot"]),
    ],
)
def test_outputs_never_meet(names, stems):
    assert output_stems(names) == stems


def test_a_long_name_is_cut_and_marked():
    long = ["x" * 250 + ".jpg", "x" * 249 + "y.jpg"]
    first, second = output_stems(long)
    assert len(first) == len(second) == 80
    assert first != second


def test_no_output_leaves_its_folder():
    for stem in output_stems(["../../etc/passwd", "/abs/a.jpg", "a/../b.jpg"]):
        assert ".." not in stem.split("/")
        assert not stem.startswith("/")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="aAé.-: /", min_size=1, max_size=8), max_size=8))
def test_every_list_of_names_gives_as_many_outputs(names):
    stems = output_stems(names)
    assert len({unicodedata.normalize("NFC", stem).casefold() for stem in stems}) == len(names)
    assert all(part.strip(". ") for stem in stems for part in stem.split("/"))
