"""One photo of a run becomes a record, whatever happens."""

import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from handmade import profile, save_jpeg

from pigmeter.batch.discovery import FoundPhoto
from pigmeter.batch.one_photo import Job, look_at, serve
from pigmeter.batch.sessions import ServingChart
from pigmeter.batch.settings import RunSettings
from pigmeter.colour import variety

PLAIN = {
    "knowledge": None,
    "corners": None,
    "maps": False,
    "regions": None,
    "landmarks": None,
    "face": None,
    "mm_per_pixel": None,
    "resolution": None,
    "full_resolution": False,
    "figures": "all",
    "scale": "photo",
    "workers": 1,
}


def settings(out=None, given=None):
    return RunSettings(
        out=out, profile=given, profile_source="given: s.json" if given else "", kind=None, **PLAIN
    )


def job(path, index=0, alone=False):
    return Job(index, FoundPhoto(Path(path), path.name, str(path.parent)), path.stem, alone)


def test_a_photo_alone_with_its_chart_is_measured_at_first_look(tmp_path, doubles):
    look = look_at(job(save_jpeg(tmp_path / "chart.jpg"), alone=True), settings(tmp_path))
    assert look.outcome.record.measured
    assert look.outcome.record.rows[0]["photo"] == "chart.jpg"
    assert look.outcome.record.chart["excluded_patches"] == [3]
    assert look.profile.id == look.outcome.record.profile
    assert (tmp_path / look.outcome.record.figures["overview"]).is_file()


def test_a_photo_with_a_chart_waits_for_others_of_its_session(tmp_path, doubles):
    waiting = job(save_jpeg(tmp_path / "chart.jpg"))
    look = look_at(waiting, settings())
    assert look.outcome is None
    charts = [ServingChart(look.taken, look.profile, look.reading)]
    record = serve(waiting, look, charts, settings()).record
    assert record.measured
    assert record.profile_source == "own chart"
    assert record.chart["excluded_patches"] == [3]
    assert serve(waiting, look, [], settings()).record.code == "NOT_WAITING"


def test_a_photo_without_waits_and_is_served(tmp_path, doubles):
    chart = look_at(job(save_jpeg(tmp_path / "chart.jpg")), settings())
    waiting = job(save_jpeg(tmp_path / "left.jpg", 1), 1)
    look = look_at(waiting, settings())
    assert look.outcome is None
    record = serve(
        waiting, look, [ServingChart(chart.taken, chart.profile, chart.reading)], settings()
    ).record
    assert record.measured
    assert {row["profile_source"] for row in record.rows} == {"chart of chart.jpg"}
    assert record.figures == {}


def test_a_photo_that_waits_leaves_memory_when_it_is_let_go(tmp_path, doubles):
    """The refusal that is kept would hold it by its traceback: 72 MB for each photo without a chart."""
    look = look_at(job(save_jpeg(tmp_path / "left.jpg")), settings())
    assert look.refusal.code == "CAL_NO_CHART"
    pixels = weakref.ref(look.photo.pixels)
    look = replace(look, photo=None)
    assert pixels() is None


def test_a_photo_that_nothing_serves_keeps_its_refusal(tmp_path, doubles):
    waiting = job(save_jpeg(tmp_path / "left.jpg"))
    record = serve(waiting, look_at(waiting, settings()), [], settings()).record
    assert (record.status, record.code, record.remedy) == ("refused", "CAL_NO_CHART", "Put one in")
    assert record.rows == ()
    assert len(record.sha256) == 64


def test_a_given_profile_needs_no_chart(tmp_path, doubles):
    look = look_at(job(save_jpeg(tmp_path / "left.jpg")), settings(given=profile()))
    assert look.outcome.record.profile_source == "given: s.json"
    assert look.profile is None


def test_a_chart_beside_a_given_profile_is_looked_for_only_among_its_colours(tmp_path, doubles, monkeypatch):
    asked = job(save_jpeg(tmp_path / "chart.jpg"))
    assert look_at(asked, settings(given=profile())).outcome.record.chart
    monkeypatch.setattr(variety, "may_show_chart", lambda photo: False)
    assert look_at(asked, settings(given=profile())).outcome.record.chart is None
    assert len(doubles.charts) == 1


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("mirror.jpg", "refused", "CAL_MIRRORED"),
        ("bug.jpg", "failed", "INTERNAL"),
        ("gone.jpg", "failed", "IO_GONE"),
    ],
)
def test_trouble_is_a_record(tmp_path, doubles, name, status, code):
    path = save_jpeg(tmp_path / name)
    if name == "gone.jpg":
        path.unlink()
    record = look_at(job(path), settings()).outcome.record
    assert (record.status, record.code) == (status, code)
    assert record.reason
    assert record.remedy
