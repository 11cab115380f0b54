"""The one numeric assertion of the test suite: two-sided, NaN-aware, shape-aware."""

import numpy as np


def assert_close(actual, expected, atol):
    """Fail unless both have one shape, NaN in the same places, and differ nowhere by more than `atol`."""
    actual, expected = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
    assert actual.shape == np.broadcast_shapes(actual.shape, expected.shape), (actual.shape, expected.shape)
    expected = np.broadcast_to(expected, actual.shape)
    assert np.array_equal(np.isnan(actual), np.isnan(expected)), "NaN in different places"
    worst = np.nanmax(np.abs(actual - expected), initial=0.0)
    assert worst <= atol, f"largest difference {worst:.6g} > {atol:g}"
