"""What a comparison is looked at with: its page, and its picture for a slide."""

from typing import TYPE_CHECKING

from pigmeter.report.comparison_figure import draw_slide
from pigmeter.report.comparison_page import write_page
from pigmeter.report.page import DRAWING

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change


def draw_comparison(change: "Change") -> dict[str, bytes]:
    """
    Draw a comparison.

    Parameters
    ----------
    change : Change

    Returns
    -------
    dict of str to bytes
        By file name: ``comparison.html``, a page that holds all it needs, and ``comparison.png``, 16 to 9.
    """
    with DRAWING:
        figure = draw_slide(change)
    return {
        "comparison.html": write_page(change).encode("utf-8"),
        "comparison.png": figure,
    }
