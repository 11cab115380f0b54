"""Doubles for the parts below a run, so that its own rules are tested in milliseconds."""

from types import SimpleNamespace

import handmade
import numpy as np
import pytest

from pigmeter.batch import drawing, one_photo
from pigmeter.colour import session, variety
from pigmeter.errors import ChartError, MeasurementError
from pigmeter.measurement import measurement
from pigmeter.report.png import png_file


@pytest.fixture
def doubles(monkeypatch):
    """Photos whose name holds "chart" have one; "blank" has no skin; "bug" is a fault of ours."""
    calls = SimpleNamespace(measured=[], charts=[], together=[], asked=[], drawn=[])

    def find_chart(photo, settings):
        calls.charts.append(photo.name)
        if "bug" in photo.name:
            raise KeyError("secret/path")
        if "mirror" in photo.name:
            raise ChartError("CAL_MIRRORED", "the chart is mirrored", "Turn mirroring off", file=photo.name)
        if "chart" not in photo.name:
            raise ChartError("CAL_NO_CHART", "no colour chart found", "Put one in", file=photo.name)
        return handmade.chart()

    def fit_profile(photo, chart, settings):
        profile = handmade.profile()
        profile.id = f"p-{photo.sha256[:12]}"
        values = np.full((24, 3), float(int(photo.sha256[:4], 16)))
        return SimpleNamespace(kind=chart.kind, values=values, sha256=photo.sha256), profile

    def fit_reading(reading, knowledge, explored=None):
        profile = handmade.profile()
        calls.together.append((reading.sha256, knowledge))
        profile.id = f"p-{len(knowledge.charts)}{reading.sha256[:11]}"
        return profile

    def measure(photo, profile, regions=None, *, chart=None, look_for_chart=True, workers=None, **asked):
        calls.asked.append((regions, asked))
        calls.measured.append((photo.name, profile.id))
        if "blank" in photo.name:
            raise MeasurementError("SKIN_NONE", "no skin found", "Show some skin", file=photo.name)
        return handmade.measurement(photo, with_chart=chart is not None, profile=profile)

    monkeypatch.setattr(variety, "may_show_chart", lambda photo: True)
    monkeypatch.setattr(one_photo, "_find_chart", find_chart)
    monkeypatch.setattr(one_photo, "_fit_profile", fit_profile)
    monkeypatch.setattr(session, "fit_reading", fit_reading)
    monkeypatch.setattr(measurement, "measure", measure)

    def draw(photo, measurement, **words):
        shade = np.nan_to_num(measurement.maps["melanin_index"]).astype(np.uint8)
        calls.drawn.append(words)
        shown = {"none": (), "overview": ("overview",), "all": ("overview", "spots")}[words["which"]]
        return {name: png_file(np.stack([shade] * 3, axis=-1), 100, str(words)) for name in shown}

    monkeypatch.setattr(drawing, "draw_figures", draw)  # real ones take two seconds
    monkeypatch.setattr(one_photo, "light_finding", lambda photo, profile, chart: None)
    return calls
