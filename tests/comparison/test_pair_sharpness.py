from dataclasses import replace

import numpy as np
import paired_skin
import pytest

from pigmeter import synthetic
from pigmeter.comparison.pair_sharpness import compare_sharpness


@pytest.mark.parametrize("tone", ["very light", "tan"])
def test_unchanged_sharpness(tone):
    found = compare_sharpness(paired_skin.baseline(tone), paired_skin.follow_up(tone))
    assert abs(found.blur_mm) < 0.4 * found.scale_mm


@pytest.mark.parametrize("tone", ["very light", "tan"])
def test_a_known_blur(tone):
    """The lens's own 0.6 px are in the baseline too: 1.6 px more is 0.15 mm here."""
    soft = paired_skin.follow_up(tone, scene=synthetic.Scene(blur=1.7))
    found = compare_sharpness(paired_skin.baseline(tone), soft)
    assert found.scale_mm == pytest.approx(0.2, rel=0.05)
    assert found.blur_mm == pytest.approx(0.1 * np.sqrt(1.7**2 - 0.6**2), rel=0.2)
    assert found.error_mm < 0.05


def test_the_sign_tells_which_is_softer():
    soft = paired_skin.follow_up(scene=synthetic.Scene(blur=1.7))
    there = compare_sharpness(paired_skin.baseline(), soft)
    back = compare_sharpness(soft, paired_skin.baseline())
    assert there.blur_mm == pytest.approx(-back.blur_mm)


def test_a_photo_beside_itself():
    one = paired_skin.baseline()
    assert compare_sharpness(one, one).blur_mm == 0


def test_nothing_is_said_without_a_scale_or_skin():
    one = paired_skin.baseline()
    assert compare_sharpness(one, replace(one, mm_per_pixel=None)) is None
    assert compare_sharpness(one, replace(one, skin=np.zeros_like(one.skin))) is None


def test_noise_is_not_taken_for_detail():
    """Very dark skin in a dim JPEG shows no furrows above its noise: nothing is known, nothing is said."""
    dim = paired_skin.follow_up("very dark", exposure=0.3)
    assert compare_sharpness(paired_skin.baseline("very dark"), dim) is None
