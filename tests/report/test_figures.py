"""The figure of a photo: drawn in time, small, the same each time, and honest about scale and numbers."""

import hashlib
import io
import sys
import threading
import time
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from measured import measurement, photo
from PIL import Image
from tolerance import assert_close

from pigmeter.errors import UsageError
from pigmeter.report import figures
from pigmeter.report.figures import colour_limits, draw_figure, ita_class, round_length


def texts(monkeypatch, *args, **kwargs):
    """Every line of text that a figure holds."""
    written = []
    keep = figures.Page.write

    def write(page, left, top, text, size, **style):
        written.append(text)
        keep(page, left, top, text, size, **style)

    monkeypatch.setattr(figures.Page, "write", write)
    draw_figure(*args, **kwargs)
    return written


@pytest.mark.parametrize("shape", [(120, 160), (160, 120)])
def test_a_figure_is_a_png_of_reasonable_size(shape):
    one = photo(*shape)
    data = draw_figure(one, measurement(one))
    image = Image.open(io.BytesIO(data))
    assert 1400 < image.width < 2400
    assert image.height < 2000
    assert len(data) < 1.5e6


def test_a_large_photo_is_drawn_in_about_a_second():
    one = photo(2000, 3000)
    made = measurement(one, scale=2)
    draw_figure(photo(), measurement())  # fonts and palettes are made once
    begun = time.thread_time()
    data = draw_figure(one, made)
    assert time.thread_time() - begun < 2  # 0.6 s on an idle 2-core machine
    assert len(data) < 1.5e6


def test_the_same_photo_gives_the_same_bytes():
    first, second = (hashlib.sha256(draw_figure(photo(), measurement())).hexdigest() for _ in range(2))
    assert first == second


def test_figures_are_drawn_in_threads_as_by_themselves():
    alone = draw_figure(photo(), measurement())
    drawn = []
    threads = [
        threading.Thread(target=lambda: drawn.append(draw_figure(photo(), measurement()))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 4


def test_the_numbers_are_those_of_the_table(monkeypatch):
    made = measurement()
    row = made.table[0]
    words = texts(monkeypatch, photo(), made, profile_source="chart of session.jpg")
    assert f"{row['mean']:.1f} ± 1.8   SD {row['sd']:.1f}" in words
    assert any("ITA 25" in text and "tan" in text for text in words)
    assert any("chart of session.jpg" in text and "p-0123456789ab" in text for text in words)
    assert any("melanin index = 100 A(660)" in text for text in words)


def test_lengths_are_in_mm_with_a_chart_and_in_pixels_without(monkeypatch):
    with_chart = texts(monkeypatch, photo(), measurement())
    assert "0.25 mm per pixel, from the chart" in with_chart
    assert "10 mm" in with_chart  # 160 px x 0.25 mm = 40 mm across, 27 % of it is 10.8
    monkeypatch.undo()
    large = photo(240, 320)
    without = texts(monkeypatch, large, measurement(large, with_chart=False))
    assert any("scale unknown" in text for text in without)
    assert "50 px" in without  # 320 px across, whatever the size of the maps
    assert not any(text.endswith(" mm") for text in without)


def test_only_the_name_is_shown(monkeypatch):
    words = texts(monkeypatch, photo(name="a\nb.jpg"), measurement())
    assert "a\\nb.jpg" in words


def test_a_quantity_without_a_mean_is_not_measured(monkeypatch):
    made = measurement()
    made.table[0]["mean"] = made.table[0]["sd"] = None
    assert "not measured" in texts(monkeypatch, photo(), made)


def parameters():
    """matplotlib's global settings; asking for the backend would choose one."""
    return {key: mpl.rcParams[key] for key in mpl.rcParams if key != "backend"}


def test_no_warning_and_no_global_state(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # importing it fails

    before = parameters()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_figure(photo(), measurement())
        draw_figure(photo(), measurement(skin=np.zeros((60, 80), bool)))
    assert parameters() == before


def test_an_unknown_scale_is_named():
    with pytest.raises(UsageError, match=r"unknown scale 'wide' for a figure \(known: photo, fixed\)"):
        draw_figure(photo(), measurement(), scale="wide")


def test_a_fixed_scale_is_the_same_for_every_photo():
    dark, light = np.full(100, 95.0), np.full(100, 15.0)
    assert colour_limits("melanin_index", dark, fixed=True) == colour_limits(
        "melanin_index", light, fixed=True
    )


def test_a_scale_of_its_own_spans_the_photo_and_never_too_little():
    wide = np.linspace(20, 80, 1001)
    assert colour_limits("melanin_index", wide, fixed=False) == (20, 80)
    low, high = colour_limits("melanin_index", np.full(50, 41.0), fixed=False)
    assert high - low >= 20
    assert low < 41 < high
    assert colour_limits("melanin_index", np.full(3, np.nan), fixed=False) == (10, 100)


@pytest.mark.parametrize(("longest", "length"), [(10.8, 10), (9.99, 5), (0.49, 0.2), (2.0, 2), (1234, 1000)])
def test_bars_have_round_lengths(longest, length):
    assert_close(round_length(longest), length, 1e-12)


@pytest.mark.parametrize(
    ("ita", "name"),
    [
        (60, "very light"),
        (55, "light"),
        (30, "intermediate"),
        (28, "tan"),
        (0, "brown"),
        (-30, "dark"),
        (-80, "dark"),
    ],
)
def test_classes_of_ita(ita, name):
    assert ita_class(ita) == name
