"""A whole measurement: table, maps, regions, chart and scale; and what it refuses."""

import json
import math
from dataclasses import dataclass

import numpy as np
import pytest
from plain_profile import COLUMNS as WIDTH
from plain_profile import MM, ROWS, SITE, disc, photo_of, scene
from tolerance import assert_close

from pigmeter.colour.layouts import layout
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.errors import ChartError, MeasurementError, UsageError
from pigmeter.findings import Finding
from pigmeter.measurement.error_bars import COLUMNS
from pigmeter.measurement.measurement import measure, measure_regions
from pigmeter.measurement.region_table import CAUSES

KEYS = {
    "photo", "sha256", "region", "site", "side", *(f"{cause}_fraction" for cause in CAUSES), "quantity",
    "definition", "unit", "n", "mean", "sd", "p5", "p25", "p50", "p75", "p95", *COLUMNS, "clipped_fraction",
    "masked_fraction", "mm_per_pixel", "profile", "profile_source", "software", "status", "code", "reason",
    "endpoint", "endpoint_note",
}  # fmt: skip


@dataclass(frozen=True)
class LaidChart:
    """A chart whose place is known."""

    rows: slice
    columns: slice
    mm_per_pixel: float = MM
    others: tuple = ()
    findings: tuple = (Finding("CHART_FAR", "far away"),)
    patches = noise = np.empty((0, 3))
    excluded: tuple = tuple(range(24))
    layout = layout("colorchecker-classic")
    homography = np.diag([1 / MM, 1 / MM, 1.0])

    def mask(self, shape, scale=1):
        mask = np.zeros(shape, bool)
        rows, columns = (slice(part.start // scale, part.stop // scale) for part in (self.rows, self.columns))
        mask[rows, columns] = True
        return mask


def test_table_and_maps_agree(profile):
    found = measure(scene(), profile, mm_per_pixel=MM)
    assert [row["quantity"] for row in found.table[: len(QUANTITIES)]] == list(QUANTITIES)
    for row in found.table[: len(QUANTITIES)]:
        assert set(row) == KEYS
        values = found.maps[row["quantity"]][found.skin].astype(float)
        assert row["n"] == values.size
        assert_close(row["mean"], values.mean(), 1e-4)
        assert_close(row["p50"], np.median(values), 0.011)
        assert row["unit"] == QUANTITIES[row["quantity"]].unit
        assert row["definition"] == QUANTITIES[row["quantity"]].definition
        assert (row["photo"], row["profile"], row["profile_source"]) == ("photo.png", profile.id, "given")
        assert (row["status"], row["code"], row["reason"]) == ("measured", None, None)
    said = {row["quantity"]: row for row in found.table[len(QUANTITIES) :]}
    assert len(said) == len(found.table) - len(QUANTITIES)
    assert {"melanin_index_evenness_middle", "dark_spots_count"} < set(said)
    assert all(
        (row["mean"] is None) == (row["status"] == "refused") == bool(row["reason"]) for row in said.values()
    )
    assert json.loads(json.dumps(found.table, allow_nan=False)) == found.table
    assert found.spots == ()
    assert found.chart is None


def test_an_unknown_scale_is_none_everywhere_and_said(profile):
    found = measure(scene(), profile)
    assert found.mm_per_pixel is None
    assert all(row["mm_per_pixel"] is None for row in found.table)
    assert "SCALE_UNKNOWN" in {finding.code for finding in found.findings}


def test_the_chart_gives_scale_and_findings_and_is_no_skin(profile):
    chart = LaidChart(slice(90, 110), slice(120, 140), others=(LaidChart(slice(60, 70), slice(120, 140)),))
    found = measure(scene(), profile, chart=chart)
    assert (found.scale, found.mm_per_pixel) == (1, MM)
    assert Finding("CHART_FAR", "far away") in found.findings
    assert not found.skin[90:110, 120:140].any()
    assert not found.skin[60:70, 120:140].any()
    fine = measure(scene(), profile, chart=LaidChart(slice(90, 110), slice(120, 140), mm_per_pixel=0.05))
    assert (fine.scale, fine.mm_per_pixel) == (2, 0.1)
    assert fine.skin.shape == (100, 130)
    assert not fine.skin[45:55, 60:70].any()
    nameless = LaidChart(slice(90, 110), slice(120, 140), mm_per_pixel=math.nan)
    assert measure(scene(), profile, chart=nameless).mm_per_pixel is None


@pytest.mark.parametrize("full_resolution", [False, True])
def test_full_resolution_has_a_map_pixel_per_pixel(profile, full_resolution):
    found = measure(scene(), profile, mm_per_pixel=0.05, full_resolution=full_resolution)
    assert found.scale == (1 if full_resolution else 2)
    assert found.maps["ita"].shape == ((200, 260) if full_resolution else (100, 130))


def test_regions_are_measured_one_by_one(profile):
    def redden(linear):
        linear[disc((100, 100), 5)] *= (1, 0.9, 0.9)

    regions = {"left": disc((100, 100), 5), "right": [(150, 80), (170, 80), (170, 120), (150, 120)]}
    found = measure(scene(change=redden), profile, regions, mm_per_pixel=MM)
    rows = {(row["region"], row["quantity"]): row for row in found.table}
    assert len(rows) == len(found.table)
    assert {region for region, _ in rows} == {"skin", "left", "right"}
    assert rows["left", "a"]["mean"] > rows["right", "a"]["mean"] + 1
    assert rows["right", "ita"]["n"] == 20 * 40
    assert [region.name for region in found.regions] == ["skin", "left", "right"]


def test_regions_asked_for_later_read_as_if_asked_for_at_once(profile):
    mask = np.zeros((ROWS, WIDTH), bool)
    mask[60:140, 70:170] = True
    at_once = measure(scene(), profile, {"cheek": mask}, mm_per_pixel=MM)
    later = measure_regions(measure(scene(), profile, mm_per_pixel=MM), at_once.regions)
    assert later == at_once.table
    assert {row["region"] for row in later} == {"skin", "cheek"}


def test_a_region_without_skin_has_a_reason_and_no_numbers(profile):
    found = measure(scene(), profile, {"sleeve": disc((20, 20), 3)}, mm_per_pixel=MM)
    empty = [row for row in found.table if row["region"] == "sleeve"]
    assert len(empty) == len(found.table) / 2
    assert {row["n"] for row in empty[: len(QUANTITIES)]} == {0}
    for row in empty:
        assert (row["status"], row["code"]) == ("refused", "REGION_EMPTY")
        assert row["reason"] == "no skin to be measured in the region 'sleeve' (100% other)"
        assert {row[key] for key in ("mean", "sd", "p5", "p95", *COLUMNS, "clipped_fraction")} == {None}


def test_what_was_left_out_is_told(profile):
    burnt = disc((100, 130), 5)

    def burn(linear):
        linear[burnt] = 2

    row = measure(scene(change=burn), profile, mm_per_pixel=MM).table[0]
    assert row["clipped_fraction"] == pytest.approx(burnt.sum() / SITE.sum(), rel=0.1)
    assert row["clipped_fraction"] < row["masked_fraction"] < 0.2
    whole = measure(scene(noise=0), profile, mm_per_pixel=MM).table[0]
    assert (whole["clipped_fraction"], whole["masked_fraction"]) == (0.0, 0.0)


def test_runs_are_alike_for_any_number_of_threads(profile):
    runs = [measure(scene(), profile, mm_per_pixel=0.05, workers=n) for n in (1, 2, 8)]
    for other in runs[1:]:
        assert other.table == runs[0].table
        assert other.findings == runs[0].findings
        for key, values in runs[0].maps.items():
            assert other.maps[key].tobytes() == values.tobytes()


def test_without_profile_and_chart_there_is_no_measurement():
    with pytest.raises(ChartError, match=r"photo\.png"):
        measure(scene())


def test_the_search_for_a_chart_can_be_spared(profile, monkeypatch):
    from pigmeter.colour import chart, variety

    asked = []
    monkeypatch.setattr(
        chart, "find_chart", lambda photo: asked.append(photo) or LaidChart(slice(0, 0), slice(0, 0))
    )
    assert measure(scene(), profile, look_for_chart=False).chart is None
    assert measure(scene(), profile).chart is None, "too few colours for a chart to be in it"
    assert not asked
    monkeypatch.setattr(variety, "may_show_chart", lambda photo: True)
    assert measure(scene(), profile).mm_per_pixel == MM
    assert len(asked) == 1


def test_no_skin_is_refused(profile):
    with pytest.raises(MeasurementError, match="no skin to be measured"):
        measure(photo_of(np.full((60, 60, 3), 100, np.uint8)), profile)


@pytest.mark.parametrize("length", [0, -1, math.nan, math.inf])
def test_a_length_that_is_none_is_refused(profile, length):
    with pytest.raises(UsageError, match="expected a length above 0"):
        measure(scene(), profile, mm_per_pixel=length)


def test_a_path_will_do(profile, tmp_path):
    import cv2

    photo = scene()
    path = tmp_path / "cheek.png"
    path.write_bytes(cv2.imencode(".png", photo.pixels[..., ::-1])[1].tobytes())
    found = measure(path, profile, mm_per_pixel=MM)
    assert found.photo_name == "cheek.png"
    assert len(found.sha256) == 64
    assert found.maps["ita"].tobytes() == measure(photo, profile, mm_per_pixel=MM).maps["ita"].tobytes()
