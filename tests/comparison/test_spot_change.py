"""What is kept of a spot at two visits."""

import numpy as np
import pytest

from pigmeter.comparison.spot_change import FATES, SpotChange


@pytest.mark.parametrize(
    ("kind", "key", "sign"),
    [("dark", "melanin_index", 1), ("light", "melanin_index", -1), ("red", "haemoglobin_index", 1)],
)
def test_a_kind_has_its_index_and_its_sign(kind, key, sign):
    spot = SpotChange(1, kind, kind, "", "", (1,), (1,), 0, FATES[0], 3.0, 4.0, 2.0)
    assert (spot.key, spot.sign) == (key, sign)
    assert spot.area_mm2 == pytest.approx(np.pi)
    assert spot.contrast_change is None
    assert spot.outline.shape == (0, 2)
