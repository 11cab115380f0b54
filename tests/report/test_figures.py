"""The figures of a photo: those that were asked for, the same each time, without a trace elsewhere."""

import hashlib
import sys
import threading
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from drawn import Watch
from handmade import measurement, photo

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import UsageError
from pigmeter.report.figures import FIGURES, SETS, draw_figures

SOME = ("overview", "ita", "spots", "evenness")  # one of each kind
PNG = b"\x89PNG\r\n\x1a\n"


def test_all_figures_are_drawn():
    drawn = draw_figures(photo(), measurement(), which="all")
    assert tuple(drawn) == FIGURES == ("overview", *QUANTITIES, "spots", "evenness")
    assert all(data.startswith(PNG) for data in drawn.values())
    assert len({hashlib.sha256(data).digest() for data in drawn.values()}) == len(FIGURES)


def test_what_is_asked_for_is_drawn_and_nothing_else():
    for which in (*SETS, "ita", ("L", "overview")):
        drawn = draw_figures(photo(), measurement(), which=which)
        wanted = SETS.get(which, (which,)) if isinstance(which, str) else ("overview", "L")
        assert tuple(drawn) == wanted


def test_without_lengths_there_are_no_spots_and_no_evenness():
    drawn = draw_figures(photo(), measurement(with_chart=False), which="all")
    assert tuple(drawn) == ("overview", *QUANTITIES)


def test_an_unknown_figure_or_scale_is_named():
    with pytest.raises(UsageError, match=r"unknown figure 'maps' .*overview"):
        draw_figures(photo(), measurement(), which=["maps"])
    with pytest.raises(UsageError, match="unknown scale 'wide'"):
        draw_figures(photo(), measurement(), scale="wide")
    with pytest.raises(UsageError, match="no range of 'melanin_index'"):
        draw_figures(photo(), measurement(), scale="shared")


def test_only_the_name_is_shown(monkeypatch):
    watch = Watch(monkeypatch)
    draw_figures(photo(name="a\nb.jpg"), measurement(), which=SOME)
    draw_figures(photo(), measurement(), name="visit-1/c\nd.jpg")
    assert watch.words.count("a\\nb.jpg") == len(SOME)
    assert "visit-1/c\\nd.jpg" in watch.words


def test_the_same_photo_gives_the_same_bytes():
    first, second = (draw_figures(photo(), measurement(), which=SOME) for _ in range(2))
    assert first == second


def test_figures_are_drawn_in_threads_as_by_themselves():
    alone = draw_figures(photo(), measurement())
    drawn = []
    threads = [
        threading.Thread(target=lambda: drawn.append(draw_figures(photo(), measurement()))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 4


def parameters():
    """matplotlib's global settings; asking for the backend would choose one."""
    return {key: mpl.rcParams[key] for key in mpl.rcParams if key != "backend"}


def test_no_warning_and_no_global_state(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # importing it fails

    before = parameters()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_figures(photo(), measurement(), which=SOME)
        draw_figures(photo(), measurement(skin=np.zeros((60, 80), bool)), which=SOME)
    assert parameters() == before
