import re

from source_tree import ROOT, library

from pigmeter.comparison.pair_codes import ALL, FINE, MELANIN, NOT_CHECKED, NOTHING, OUTCOMES, PAIR_CODES

PAGE = (ROOT / "docs" / "pairs.md").read_text(encoding="utf-8")


def rows():
    """Cells of the table of codes on the page."""
    lines = [line for line in PAGE.splitlines() if re.match(r"\| `[A-Z_]+` \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_page_lists_every_code_as_the_library_has_it():
    expected = [
        [f"`{code.code}`", ", ".join(code.outcomes), code.because, code.remedy, code.doubts]
        for code in PAIR_CODES.values()
    ]
    assert rows() == expected


def test_every_code_of_a_pair_in_the_library_is_listed():
    used = {
        found
        for source in library()
        if ".comparison" in source.name or source.name == "pigmeter.colour.profile"
        for found in re.findall(r"\"(PAIR_[A-Z_]+)\"", source.text)
    } - {"PAIR_CODES"}
    assert used <= set(PAIR_CODES)


def test_every_listed_code_is_used():
    text = "".join(source.text for source in library() if not source.name.endswith("pair_codes"))
    for code in PAIR_CODES:
        assert f"{code}" in text, code


def test_a_code_says_what_it_means():
    for code in PAIR_CODES.values():
        assert code.outcomes
        assert set(code.outcomes) <= set(OUTCOMES)
        assert code.doubts in {ALL, FINE, MELANIN, NOTHING}
        assert not code.because.endswith(".")
        assert not code.remedy.endswith(".")
        assert code.doubts == NOTHING or "flagged" in code.outcomes


def test_what_is_not_checked_is_on_the_page():
    for sentence in NOT_CHECKED:
        assert sentence.endswith(".")
        assert f"* {sentence}" in PAGE
