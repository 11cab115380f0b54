"""A chart in the photo tells when the profile that was given belongs to other light."""

from types import SimpleNamespace

import numpy as np
import pytest
from handmade import photo
from tolerance import assert_close

from pigmeter.batch.light import light_finding
from pigmeter.colour.inference import paints
from pigmeter.colour.layouts import layout


def scene(gains, excluded=()):
    """A photo's table, and a chart whose paints answer with their mean reflectance times the gains."""
    classic = layout("colorchecker-classic").classic
    encoded = np.zeros((24, 3))
    encoded[classic] = 255 * paints("colorchecker-classic", "after-2014-11").mean(axis=1)[:, None] * gains
    chart = SimpleNamespace(kind="colorchecker-classic", patches=encoded, excluded=excluded)
    table = np.tile(np.arange(256) / 255, (3, 1)).astype(np.float32)
    profile = SimpleNamespace(edition="after-2014-11", response_table=lambda of: table)
    return photo(), profile, chart


def test_the_same_light_gives_no_finding():
    assert light_finding(*scene(np.ones(3))) is None
    assert light_finding(*scene(np.array([1.05, 0.96, 1.0]))) is None


@pytest.mark.parametrize(
    ("gains", "words"), [((1, 1, 0.8), "-20 % in blue"), ((1.1, 1.1, 1.1), "+10 % in red")]
)
def test_other_light_is_told_by_channel(gains, words):
    finding = light_finding(*scene(np.array(gains)))
    assert finding.code == "PROFILE_LIGHT"
    assert words in finding.message
    assert_close(finding.value, np.abs(np.log10(gains)).max(), 1e-6)
    assert finding.limit < finding.value


def test_patches_that_must_not_be_used_are_not():
    one, profile, chart = scene(np.ones(3), excluded=(19,))
    chart.patches[19] = 3.0
    assert light_finding(one, profile, chart) is None
    chart.excluded = (19, 20, 21)
    chart.patches[20:22] = 3.0
    assert light_finding(one, profile, chart) is None
