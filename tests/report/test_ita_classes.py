"""Classes of skin change where their bounds say."""

import pytest

from pigmeter.report.ita_classes import ITA_BOUNDS, ita_class


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


def test_the_bounds_are_where_the_class_changes():
    assert ITA_BOUNDS == (55, 41, 28, 10, -30)
    assert all(ita_class(bound) != ita_class(bound + 0.01) for bound in ITA_BOUNDS)
