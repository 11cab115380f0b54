"""A chart serves the photos of its session: same folder, camera and settings, nearest first."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import photo, profile

from pigmeter.batch.sessions import (
    ServingChart,
    circumstances,
    fit_with_session,
    nearest_chart,
    why_not_served,
)
from pigmeter.colour import session
from pigmeter.colour.knowledge import Knowledge
from pigmeter.errors import ProfileError

CAMERA = {"make": "Canon", "model": "R5", "exposure_time": 1 / 60, "iso": 100.0, "white_balance": "manual"}


def taken(index, name="left.jpg", folder="v1", **changes):
    return circumstances(photo(**(CAMERA | changes)), index, name, folder)


def reading(index, kind="colorchecker-classic"):
    return SimpleNamespace(kind=kind, values=np.full((24, 3), float(index)), sha256=f"{index:064d}")


def chart(index, name="chart.jpg", folder="v1", **changes):
    return ServingChart(taken(index, name, folder, **changes), profile(), reading(index))


def served_by(one, *charts):
    found = nearest_chart(one, charts)
    return None if found is None else found.circumstances.name


def test_a_chart_of_the_same_settings_serves():
    assert served_by(taken(1), chart(0)) == "chart.jpg"


def test_another_setting_is_another_session():
    for change in (
        {"make": "Nikon"},
        {"model": "R6"},
        {"lens": "50 mm"},
        {"exposure_time": 1 / 125},
        {"iso": 200.0},
        {"aperture": 8.0},
        {"white_balance": "auto"},
        {"flash": True},
        {"device_key": "k2"},
        {"folder": "v2"},
    ):
        assert served_by(taken(1), chart(0, **change)) is None, change


def test_another_kind_of_file_is_another_session():
    raw = circumstances(replace(photo(**CAMERA), colour_space="Adobe RGB"), 1, "left.jpg", "v1")
    assert served_by(raw, chart(0)) is None


def test_the_nearest_in_time_serves():
    charts = [
        chart(0, "early.jpg", time="2026-01-05T09:00:00"),
        chart(5, "late.jpg", time="2026-01-05T10:00:00"),
    ]
    assert served_by(taken(1, time="2026-01-05T09:50:00"), *charts) == "late.jpg"
    assert served_by(taken(4, time="2026-01-05T09:10:00"), *charts) == "early.jpg"


def test_without_times_the_nearest_name_serves_and_the_first_wins_a_tie():
    charts = [chart(0, "first.jpg"), chart(4, "second.jpg")]
    assert served_by(taken(1), *charts) == "first.jpg"
    assert served_by(taken(3), *charts) == "second.jpg"
    assert served_by(taken(2), *charts) == "first.jpg"


def test_another_day_is_another_session():
    one = taken(1, time="2026-01-05T09:00:00")
    assert served_by(one, chart(0, time="2026-01-06T09:00:00")) is None
    assert served_by(one, chart(0, time="2026-01-05T20:59:00")) == "chart.jpg"


def test_a_time_that_is_none_is_left_out():
    assert taken(1, time="0000:00:00 00:00:00").time is None
    assert taken(1, time="2026-01-05T09:00:00+09:00").time == taken(1, time="2026-01-05T09:00:00").time


def test_why_a_chart_does_not_serve():
    assert why_not_served(taken(1), []) == ""
    assert why_not_served(taken(1), [chart(0, folder="v2")]) == ""
    words = why_not_served(taken(1), [chart(0, exposure_time=1 / 30)])
    assert words == "the chart of chart.jpg was photographed with another exposure time"
    late = chart(0, time="2026-01-07T09:00:00")
    assert "time (48 hours away)" in why_not_served(taken(1, time="2026-01-05T09:00:00"), [late])


def test_whether_the_file_tells_how_it_was_taken():
    assert taken(0).recorded
    assert not taken(0, exposure_time=None).recorded


# Charts of one session, fitted together


@pytest.fixture
def fits(monkeypatch):
    """What was fitted together: for each fit the charts beside the first, by their index, and the lamp."""
    seen = []

    def fit_reading(reading, knowledge, explored=None):
        seen.append(([int(values[0, 0]) for values in knowledge.charts], knowledge.lamp))
        if "9" in reading.sha256:
            raise ProfileError("CAL_RESIDUAL", "no camera fits", "Photograph it again")
        return profile()

    monkeypatch.setattr(session, "fit_reading", fit_reading)
    return seen


def test_a_chart_alone_in_its_session_keeps_its_profile(fits):
    own = chart(1)
    assert fit_with_session(own, [own, chart(2, iso=200.0), chart(3, folder="v2")], None) is own
    assert fits == []


def test_the_nearest_charts_of_the_session_are_fitted_with_it(fits):
    charts = [chart(index) for index in (0, 1, 2, 5, 6)]
    found = fit_with_session(charts[2], charts, None)
    assert fits == [([1, 0, 5], None)]
    assert found.together == 3
    assert found.profile is not charts[2].profile
    assert found.circumstances is charts[2].circumstances


def test_what_is_known_stays_known_and_other_kinds_of_chart_are_left_out(fits):
    other = replace(chart(2), reading=reading(2, "colorchecker-sg"))
    found = fit_with_session(chart(1), [chart(1), other, chart(3)], Knowledge(lamp=np.ones(61)))
    assert [index for index, _ in fits] == [[3]]
    assert fits[0][1].tolist() == [1.0] * 61
    assert found.together == 1


def test_charts_that_do_not_fit_together_leave_the_own_profile(fits):
    own = chart(9)
    assert fit_with_session(own, [own, chart(3)], None) is own
