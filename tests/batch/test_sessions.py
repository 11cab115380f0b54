"""A chart serves the photos of its session: same folder, camera and settings, nearest first."""

from dataclasses import replace

from measured import photo, profile

from pigmeter.batch.sessions import ServingChart, circumstances, nearest_chart, why_not_served

CAMERA = {"make": "Canon", "model": "R5", "exposure_time": 1 / 60, "iso": 100.0, "white_balance": "manual"}


def taken(index, name="left.jpg", folder="v1", **changes):
    return circumstances(photo(**(CAMERA | changes)), index, name, folder)


def chart(index, name="chart.jpg", folder="v1", **changes):
    return ServingChart(taken(index, name, folder, **changes), profile())


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
