from types import SimpleNamespace

import numpy as np
from handmade import photo
from tolerance import assert_close

from pigmeter.colour.grey_patches import channel_words, grey_errors
from pigmeter.colour.inference import paints
from pigmeter.colour.layouts import layout


def scene(gains, excluded=()):
    """A photo, a profile with a straight table, and a chart that answers with its paints times the gains."""
    classic = layout("colorchecker-classic").classic
    encoded = np.zeros((24, 3))
    encoded[classic] = 255 * paints("colorchecker-classic", "after-2014-11").mean(axis=1)[:, None] * gains
    chart = SimpleNamespace(kind="colorchecker-classic", patches=encoded, excluded=excluded)
    table = np.tile(np.arange(256) / 255, (3, 1))
    profile = SimpleNamespace(edition="after-2014-11", response_table=lambda of: table)
    return photo(), profile, chart


def test_errors_are_the_gains():
    gains = np.array([1.1, 1.0, 0.8])
    assert_close(grey_errors(*scene(gains)), np.log10(gains), 1e-9)


def test_one_bad_patch_is_outvoted():
    one, profile, chart = scene(np.ones(3))
    chart.patches[layout("colorchecker-classic").classic[20]] = 3.0
    assert_close(grey_errors(one, profile, chart), np.zeros(3), 1e-9)


def test_without_a_grey_patch_nothing_is_known():
    places = layout("colorchecker-classic").classic[19:22]
    assert grey_errors(*scene(np.ones(3), excluded=tuple(places))) is None


def test_words_name_the_channels():
    assert channel_words(np.log10([0.96, 1.05, 1.0])) == "-4 % in red, +5 % in green, +0 % in blue"
