"""The style of the page: balanced, without anything from elsewhere, inks that are read on white."""

import re

import numpy as np
from drawn import bytes_of

from pigmeter.report.comparison_styles import ACCENT, BETTER, INK, QUIET, STYLE, WORSE


def luminance(colour):
    linear = (bytes_of(colour) / 255.0) ** 2.2
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def test_it_is_whole():
    assert STYLE.count("{") == STYLE.count("}")
    assert "{{" not in STYLE
    assert not re.search(r"https?:|@import|url\(|expression|</", STYLE)


def test_inks_are_read_on_white():
    # WCAG 2.2, 1.4.3: 4.5 to 1
    for ink in (INK, QUIET, ACCENT, BETTER, WORSE):
        assert 1.05 / (luminance(ink) + 0.05) > 4.5


def test_paper_and_phones_are_thought_of():
    assert "@media print" in STYLE
    assert "@media screen and (max-width" in STYLE
    assert "size: A4" in STYLE
    assert ":focus-visible" in STYLE
