"""Proposed regions over their photo: where they lie, and under which names."""

import io

import handmade
import numpy as np
from PIL import Image

from pigmeter.regions.outline import Outline
from pigmeter.report.proposal_figure import draw_proposal


def drawn(outlines, of=None):
    return np.asarray(Image.open(io.BytesIO(draw_proposal(of or handmade.photo(), outlines)))).astype(int)


def test_an_outline_is_drawn_where_it_lies():
    square = np.array([(40.0, 30), (120, 30), (120, 90), (40, 90)])
    one, none = drawn([Outline("", (square,))]), drawn([])
    assert one.shape == none.shape
    changed = np.abs(one - none).sum(axis=2) > 60
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    across = columns[-1] - columns[0]
    down = rows[-1] - rows[0]
    assert 1.25 < across / down < 1.42, "80 to 60 px"
    middle = changed[
        rows[0] + down // 4 : rows[-1] - down // 4, columns[0] + across // 4 : columns[-1] - across // 4
    ]
    assert not middle.any()


def test_names_are_written_and_a_page_is_the_same_each_time():
    square = np.array([(40.0, 30), (120, 30), (120, 90), (40, 90)])
    named, nameless = drawn([Outline("cheek left", (square,))]), drawn([Outline("", (square,))])
    assert (named != nameless).any()
    again = drawn([Outline("cheek left", (square,))])
    assert (named == again).all()


def test_tall_photos_and_long_names_fit():
    page = draw_proposal(handmade.photo(400, 60), [], "x" * 300)
    assert Image.open(io.BytesIO(page)).size[1] < 1700


def test_a_small_face_is_shown_large():
    """Names of its regions would lie on each other in a picture of the whole photo."""
    square = np.array([(140.0, 130), (180, 130), (180, 180), (140, 180)])
    photo = handmade.photo(400, 500)
    one, whole = drawn([Outline("", (square,))], photo), drawn([], photo)
    assert one.shape != whole.shape
    lines = (one > 200).all(axis=2)
    lines[: lines.shape[0] // 8] = False
    widest = np.flatnonzero(lines.sum(axis=0) > one.shape[0] / 3)
    assert widest[-1] - widest[0] > 0.4 * one.shape[1], "40 of 64 px"
