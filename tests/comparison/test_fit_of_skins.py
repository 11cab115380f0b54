from dataclasses import replace

import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.fit_of_skins import fit_skins, refusal
from pigmeter.errors import MeasurementError

TURNED = laid_skin.view(turn=8, roll=5, scale=1.1, shift=(5, 3))


@pytest.fixture(scope="module")
def fit():
    before, after, true = laid_skin.pair(4, TURNED, moved=2.0)
    return fit_skins(before, after, None, 1), true


def test_there_and_back_meet(fit):
    found, true = fit
    points = np.array([[100.0, 80.0], [220.0, 160.0]])
    there = found.there.at(points)
    assert np.abs(there - [true[80, 100], true[160, 220]]).max() < 0.5
    assert np.abs(found.back.at(there) - points).max() < 0.05
    assert np.median(found.inverse) * laid_skin.MM < 0.05
    assert found.side_mm == laid_skin.MM


def test_a_sixteenth_of_the_nodes_is_held_out_in_squares(fit):
    found, _ = fit
    assert found.held_out.shape == found.there.dx.shape
    assert found.held_out.mean() == pytest.approx(1 / 16, abs=0.03)
    away = np.hypot(found.left.dx, found.left.dy)
    assert np.median(away[found.held_out]) * laid_skin.MM < 0.1


@pytest.mark.parametrize("factor", [0.5, 1.4, 2.0])
def test_other_resolutions_meet_at_one_scale(factor):
    """The follow-up's map pixels are larger or smaller: both skins are normalised at one side in mm."""
    import cv2

    before, after, true = laid_skin.pair(4, TURNED)
    size = round(400 / factor), round(300 / factor)
    maps = {key: cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for key, plane in after.maps.items()}
    after = replace(after, maps=maps, skin=np.ones(size[::-1], bool), mm_per_pixel=factor * laid_skin.MM)
    found = fit_skins(before, after, None, 1)
    places = found.there.at(np.array([[100.0, 80.0], [220.0, 160.0]]))
    assert (places + 0.5) * factor - 0.5 == pytest.approx(np.array([true[80, 100], true[160, 220]]), abs=0.6)


def test_refusals_say_what_helps():
    before, _, _ = laid_skin.pair(4)
    _, other, _ = laid_skin.pair(5)
    with pytest.raises(MeasurementError, match=r"the skin of before\.jpg was not found again here") as found:
        fit_skins(before, other, None, 1)
    assert str(found.value).startswith("after.jpg: ")
    told = refusal("because", other)
    assert (told.code, told.reason, told.file) == ("PAIR_REGISTRATION", "because", "after.jpg")
    assert "the same side" in told.remedy
