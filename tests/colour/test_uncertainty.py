"""Tables of errors: looked up by hand, joined, kept in JSON."""

from dataclasses import replace

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.uncertainty import PARTS, ErrorTables, joined, tables_from_json
from pigmeter.errors import UsageError
from pigmeter.reference import limit

AT = list(QUANTITIES).index("a")


def tables(**changes):
    """Two knots, at 20 and 40; all is about the quantity a."""
    made = ErrorTables(
        tone=np.array([20.0, 40.0]),
        commonness=np.array([0.75, 0.25]),
        camera=np.zeros((2, 10)),
        chart=np.zeros((2, 10)),
        people=np.zeros((2, 10)),
        slope=np.zeros((2, 10, 3)),
        change_slope=np.zeros((2, 10, 3)),
        change_camera=np.zeros((2, 10, 2)),
        change_people=np.zeros((2, 10, 2)),
        factor=np.array([np.arange(10) + 1.5, np.arange(10) + 2.5]),
        unevenness=0.03,
    )
    for name, values in changes.items():
        getattr(made, name)[:, AT] = values
    return made


def test_parts_lie_between_their_knots():
    made = tables(camera=[1.0, 3.0], chart=[2.0, 0.0], people=[5.0, 6.0])
    found = made.parts("a", np.array([[0.0, 20.0, 25.0], [30.0, 40.0, 99.0]]), np.zeros(3))
    assert list(found) == list(PARTS)
    assert_close(found["camera"], [[1, 1, 1.5], [2, 3, 3]], 1e-12)
    assert_close(found["chart"], [[2, 2, 1.5], [1, 0, 0]], 1e-12)
    assert_close(found["people"], [[5, 5, 5.25], [5.5, 6, 6]], 1e-12)
    assert_close(made.parts("b", 30.0, np.zeros(3))["camera"], 0, 0)


def test_without_a_tone_it_is_the_mean_square_over_people():
    found = tables(people=[2.0, 4.0]).parts("a", None, np.zeros(3))
    assert_close(found["people"], np.sqrt(0.75 * 4 + 0.25 * 16), 1e-12)


def test_noise_goes_by_channel_and_light_by_all_three():
    made = tables(slope=[[3.0, -4.0, 0.0], [30.0, -40.0, 12.0]])
    found = made.parts("a", np.array([20.0, 40.0]), np.full((2, 3), 0.1), 0.01)
    assert_close(found["noise"], [0.5, np.sqrt(9 + 16 + 1.44)], 1e-12)
    assert_close(found["shading"], [0.01, 0.02], 1e-12)
    one = made.parts("a", np.array([20.0, 20.0]), np.array([[0.1, 0, 0], [0, 0.1, 0]]))
    assert_close(one["noise"], [0.3, 0.4], 1e-12)


def test_a_change_has_parts_that_grow_with_it():
    made = tables(change_camera=[[0.1, 0.0], [0.1, 0.0]], change_people=[[0.3, 0.4], [0.3, 0.4]])
    found = made.change_parts("a", 20.0, (-2.0, 1.0), np.zeros(3))
    assert_close(found["camera"], 0.2, 1e-12)
    assert_close(found["people"], np.hypot(0.6, 0.4), 1e-12)
    assert_close(found["chart"], 0, 0)
    still = made.change_parts("a", 20.0, (0.0, 0.0), np.zeros(3))
    assert_close(joined(still), 0, 0)


def test_a_change_sees_noise_and_light_through_its_own_weights():
    made = tables(slope=[[1.0, 1.0, 1.0]] * 2, change_slope=[[2.0, 0.0, 0.0]] * 2)
    found = made.change_parts("a", 20.0, (0.0, 0.0), np.full(3, 0.1), 0.1)
    assert_close([found["noise"], found["shading"]], [0.2, 0.2], 1e-12)


def test_channels_that_move_together_add_before_they_count():
    made = tables(change_slope=[[2.0, -1.0, -1.0], [4.0, 0.0, 1.0]])
    assert_close(made.change_together("a", 20.0, np.full(3, 0.1)), 0.0, 1e-12)
    assert_close(made.change_together("a", 20.0, np.array([0.1, 0.0, 0.3])), 0.1, 1e-12)
    apart = made.change_parts("a", 20.0, (0.0, 0.0), np.array([0.1, 0.0, 0.3]))["noise"]
    assert_close(apart, np.hypot(0.2, 0.3), 1e-12)


def test_joined_by_hand():
    assert_close(
        joined({"camera": np.array([2.0, 0.0]), "people": np.array([3.0, 1.0])}), [13**0.5, 1], 1e-12
    )


def test_shading_grows_with_the_distance_from_the_chart():
    made = tables()
    least, most = limit("profile", "shading_least"), limit("profile", "shading_most")
    assert_close(made.shading(0.0), least, 1e-12)
    assert_close(made.shading(2.0), np.hypot(least, 0.06), 1e-12)
    assert_close(made.shading(1e3), most, 0)
    assert_close(replace(made, unevenness=0.0).shading(1e3), least, 1e-12)
    assert least < made.shading(None) == limit("profile", "shading_elsewhere") < most


def test_the_factor_is_that_of_quantity_and_tone():
    assert_close(
        tables().coverage_factor("a", np.array([10.0, 20.0, 25.0, 50.0])),
        AT + np.array([1.5, 1.5, 1.75, 2.5]),
        1e-12,
    )
    overall = tables().coverage_factor("a")
    assert AT + 1.5 < overall < AT + 2.5


@pytest.mark.parametrize("ask", ["parts", "change_parts", "change_together", "coverage_factor"])
def test_an_unknown_quantity_is_named(ask):
    asked = {"parts": (20.0, np.zeros(3)), "change_parts": (20.0, (0.0, 0.0), np.zeros(3))}
    asked["change_together"] = (20.0, np.zeros(3))
    given = asked.get(ask, ())
    with pytest.raises(UsageError, match=r"unknown quantity 'redness' \(known: .*\)\. Ask for one of them\."):
        getattr(tables(), ask)("redness", *given)


def test_json_and_back():
    made = tables(camera=[0.1, 1 / 3])
    back = tables_from_json(made.to_json())
    for name in ErrorTables.__slots__:
        assert_close(getattr(back, name), getattr(made, name), 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"people": [[1.0]]}, r"people of shape \(1, 1\), expected \(2, 10\), all finite"),
        ({"factor": [[float("nan")] * 10] * 2}, r"factor of shape \(2, 10\), expected \(2, 10\), all finite"),
        ({"tone": [1.0, 2.0, 3.0]}, r"expected \(3,\)"),
    ],
)
def test_tables_of_another_form_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        tables_from_json(tables().to_json() | change)


@pytest.mark.parametrize("name", ErrorTables.__slots__)
def test_a_missing_table_is_named(name):
    content = tables().to_json()
    content.pop(name)
    with pytest.raises(KeyError, match=name):
        tables_from_json(content)
