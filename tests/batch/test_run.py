"""A run gives every photo its row, the same for any number of jobs, and leaves no file half written."""

import csv
import json
import os
import time
from pathlib import Path

import pytest
from handmade import profile, save_jpeg
from source_tree import ROOT
from tolerance import assert_close

from pigmeter import files
from pigmeter.batch import drawing, one_photo, run
from pigmeter.batch.run import measure_folder
from pigmeter.colour.knowledge import Knowledge
from pigmeter.errors import OutputError, UsageError

CAMERA = {"make": "Canon", "model": "R5", "exposure": 1 / 60, "iso": 100}


@pytest.fixture
def photos(tmp_path):
    """A folder of two visits: one with a chart photo, one with a chart in the photo; and trouble."""
    folder = tmp_path / "photos"
    save_jpeg(folder / "v1" / "1-chart.jpg", 1, **CAMERA)
    save_jpeg(folder / "v1" / "2-left.jpg", 2, **CAMERA)
    save_jpeg(folder / "v1" / "3-brighter.jpg", 3, **(CAMERA | {"exposure": 1 / 30}))
    save_jpeg(folder / "v2" / "left-with-chart.jpg", 4, **CAMERA)
    save_jpeg(folder / "v2" / "mirror.jpg", 5, **CAMERA)
    save_jpeg(folder / "v3" / "alone.jpg", 6, **CAMERA)
    save_jpeg(folder / "v3" / "bug.jpg", 7, **CAMERA)
    half = save_jpeg(folder / "v3" / "half.jpg", 8, **CAMERA)
    half.write_bytes(half.read_bytes()[:1500])
    (folder / "notes.txt").write_text("notes")
    return folder


def outcome(result):
    return {record.photo: (record.status, record.code or record.profile_source) for record in result.records}


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_every_photo_has_its_outcome(photos, tmp_path, doubles):
    result = measure_folder(photos, tmp_path / "out")
    assert outcome(result) == {
        "v1/1-chart.jpg": ("measured", "own chart"),
        "v1/2-left.jpg": ("measured", "chart of v1/1-chart.jpg"),
        "v1/3-brighter.jpg": ("refused", "CAL_NO_CHART"),
        "v2/left-with-chart.jpg": ("measured", "own chart"),
        "v2/mirror.jpg": ("refused", "CAL_MIRRORED"),
        "v3/alone.jpg": ("refused", "CAL_NO_CHART"),
        "v3/bug.jpg": ("failed", "INTERNAL"),
        "v3/half.jpg": ("refused", "DEC_TRUNCATED"),
    }
    assert result.counts == {"found": 9, "measured": 3, "refused": 4, "failed": 1, "skipped": 1}
    assert not result.all_measured


def test_the_profile_of_the_session_is_the_one_that_serves(photos, tmp_path, doubles):
    result = measure_folder(photos, tmp_path / "out")
    ids = {record.photo: record.profile for record in result.records}
    assert ids["v1/2-left.jpg"] == ids["v1/1-chart.jpg"] != ids["v2/left-with-chart.jpg"]
    assert ("2-left.jpg", ids["v1/1-chart.jpg"]) in doubles.measured
    assert set(result.profiles) == {ids["v1/1-chart.jpg"], ids["v2/left-with-chart.jpg"]}


def test_a_refusal_says_which_chart_was_not_used_and_why(photos, tmp_path, doubles):
    result = measure_folder(photos, tmp_path / "out")
    reason = result.records[2].reason
    assert reason.startswith("no colour chart found; the chart of v1/1-chart.jpg")
    assert reason.endswith("another exposure time")


def test_a_fault_of_ours_is_named_without_its_words(photos, tmp_path, doubles):
    (record,) = [
        record for record in measure_folder(photos, tmp_path / "out").records if record.code == "INTERNAL"
    ]
    assert record.reason.startswith("unexpected KeyError in pigmeter/batch/one_photo.py, line ")
    assert "secret" not in str(record)
    assert len(record.sha256) == 64


def test_what_is_written(photos, tmp_path, doubles):
    out = tmp_path / "out"
    measure_folder(photos, out, maps=True)
    written = tree(out)
    assert {name for name in written if not name.startswith("maps/")} == {
        "figures/v1/1-chart.png",
        "figures/v1/2-left.png",
        "figures/v2/left-with-chart.png",
        "figures/v1/1-chart/spots.png",
        "figures/v1/2-left/spots.png",
        "figures/v2/left-with-chart/spots.png",
        "findings.csv",
        "measurements.csv",
        "measurements.json",
        "montage.png",
        "spots.csv",
    }
    assert len([name for name in written if name.startswith("maps/v1/2-left/")]) == 10
    with (out / "measurements.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 10 + 5
    document = json.loads((out / "measurements.json").read_text(encoding="utf-8"))
    assert [entry["photo"] for entry in document["photos"]] == sorted(outcome_names(rows))
    assert document["photos"][0]["figures"]["overview"] == "figures/v1/1-chart.png"
    assert (
        str(tmp_path) not in (out / "measurements.json").read_text() + (out / "measurements.csv").read_text()
    )


def test_colours_that_a_run_shares_are_drawn_when_all_is_measured(photos, tmp_path, doubles):
    result = measure_folder(photos, tmp_path / "out", scale="shared", figures="overview")
    measured = [record for record in result.records if record.measured]
    assert len(doubles.drawn) == len(measured) == 3
    assert len(doubles.measured) == 2 * 3
    ranges = doubles.drawn[0]["ranges"]
    assert all(words["ranges"] == ranges and words["scale"] == "shared" for words in doubles.drawn)
    rows = [row for record in measured for row in record.rows if row["quantity"] == "melanin_index"]
    assert ranges["melanin_index"][0] <= min(row["p5"] for row in rows)
    assert ranges["melanin_index"][1] >= max(row["p95"] for row in rows)
    assert [set(record.figures) for record in measured] == [{"overview"}] * 3
    assert result.montage == ("montage.png",)


def test_a_photo_that_is_gone_when_figures_are_drawn_keeps_its_numbers(photos, tmp_path, doubles):
    def lose(progress):
        if progress.done == progress.total:
            for path in photos.rglob("2-left.jpg"):
                path.unlink()

    result = measure_folder(photos, tmp_path / "out", scale="shared", figures="overview", progress=lose)
    (lost,) = [record for record in result.records if record.measured and not record.figures]
    assert lost.photo == "v1/2-left.jpg"
    assert lost.rows
    assert "FIGURES_NONE" in {finding.code for finding in lost.findings}


def test_without_figures_no_contact_sheet_is_drawn(photos, tmp_path, doubles):
    result = measure_folder(photos, tmp_path / "out", figures="none")
    assert doubles.drawn == []
    assert result.montage == ()
    assert sorted(tree(tmp_path / "out")) == [
        "findings.csv",
        "measurements.csv",
        "measurements.json",
        "spots.csv",
    ]
    with pytest.raises(UsageError, match="figures is 'some'"):
        measure_folder(photos, tmp_path / "out", figures="some")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"resolution": 5.0}, "resolution is 5.0; expected a length above 0 and up to 1 mm"),
        ({"resolution": 0.2, "full_resolution": True}, "both asked for"),
        ({"mm_per_pixel": -1.0}, "mm_per_pixel is -1.0"),
    ],
)
def test_lengths_that_no_photo_can_have_are_a_wrong_call(photos, tmp_path, doubles, asked, words):
    with pytest.raises(UsageError, match=words):
        measure_folder(photos, tmp_path / "out", **asked)
    assert not (tmp_path / "out").exists()


def test_how_to_measure_reaches_every_photo(photos, tmp_path, doubles):
    (tmp_path / "regions.json").write_text(
        json.dumps(
            {
                "format": "pigmeter-regions",
                "version": 1,
                "unit": "px",
                "regions": [{"name": "cheek left", "polygons": [[[10, 10], [60, 10], [60, 60]]]}],
            }
        )
    )
    options = {"mm_per_pixel": 0.1, "resolution": 0.2, "face": 1}
    measure_folder(photos, None, regions=tmp_path / "regions.json", **options)
    assert len(doubles.asked) == 3
    for regions, asked in doubles.asked:
        assert [region.name for region in regions] == ["cheek left"]
        assert {key: asked[key] for key in options} == options
        assert asked["full_resolution"] is False


def outcome_names(rows):
    return {row["photo"] for row in rows}


def test_any_number_of_jobs_gives_the_same_bytes(photos, tmp_path, doubles):
    outs = []
    for jobs in (1, 2, 8):
        measure_folder(photos, tmp_path / f"out{jobs}", jobs=jobs, maps=True)
        outs.append(tree(tmp_path / f"out{jobs}"))
    assert outs[0] == outs[1] == outs[2]


def test_the_chart_photo_serves_even_without_skin_in_it(tmp_path, doubles):
    save_jpeg(tmp_path / "photos" / "blank-chart.jpg", 1, **CAMERA)
    save_jpeg(tmp_path / "photos" / "left.jpg", 2, **CAMERA)
    result = measure_folder(tmp_path / "photos", None)
    assert outcome(result) == {
        "blank-chart.jpg": ("refused", "SKIN_NONE"),
        "left.jpg": ("measured", "chart of blank-chart.jpg"),
    }


def test_doubts_about_a_session_are_findings(tmp_path, doubles):
    for folder, tags in {
        "a": {},
        "b": CAMERA | {"white_balance": 0},
        "c": CAMERA | {"white_balance": 1},
    }.items():
        save_jpeg(tmp_path / folder / "chart.jpg", 1, **tags)
        save_jpeg(tmp_path / folder / "left.jpg", 2, **tags)
        (_, left) = measure_folder(tmp_path / folder, None).records
        codes = {finding.code for finding in left.findings if finding.code.startswith("SESSION")}
        assert codes == {"a": {"SESSION_UNRECORDED"}, "b": {"SESSION_AUTO_WHITE_BALANCE"}, "c": set()}[folder]


def test_a_given_profile_serves_every_photo(photos, tmp_path, doubles, monkeypatch):
    monkeypatch.setattr(run, "_given_profile", lambda given: (profile(), "given: session.json"))
    result = measure_folder(photos, None, profile="session.json")
    measured = [record for record in result.records if record.measured]
    assert [record.photo for record in measured] == [
        "v1/1-chart.jpg",
        "v1/2-left.jpg",
        "v1/3-brighter.jpg",
        "v2/left-with-chart.jpg",
        "v3/alone.jpg",
    ]
    assert {record.profile_source for record in measured} == {"given: session.json"}
    assert outcome(result)["v2/mirror.jpg"] == ("refused", "CAL_MIRRORED")
    assert measured[0].chart
    assert measured[1].chart is None


def test_the_same_bytes_under_two_names_are_pointed_out(tmp_path, doubles):
    for name in ("a-chart.jpg", "b-chart.jpg"):
        save_jpeg(tmp_path / "photos" / name, 1)
    first, second = measure_folder(tmp_path / "photos", None).records
    assert "DUPLICATE_BYTES" not in {finding.code for finding in first.findings}
    (finding,) = [finding for finding in second.findings if finding.code == "DUPLICATE_BYTES"]
    assert finding.message == "the same file, byte for byte, as a-chart.jpg"


def test_a_photo_that_changes_on_the_way_has_no_numbers(tmp_path, doubles, monkeypatch):
    save_jpeg(tmp_path / "photos" / "chart.jpg", 1)
    left = save_jpeg(tmp_path / "photos" / "left.jpg", 2)
    serve = run.serve

    def serve_later(*args):
        save_jpeg(left, 3)
        return serve(*args)

    monkeypatch.setattr(run, "serve", serve_later)
    monkeypatch.setattr(run, "limit", lambda group, name: 0)  # no photo is kept while it waits
    assert outcome(measure_folder(tmp_path / "photos", None))["left.jpg"] == ("failed", "IO_CHANGED")


@pytest.mark.parametrize(("kept", "again"), [(0, 2), (1e9, 0), (80 * 96 * 3, 1)])
@pytest.mark.parametrize("jobs", [1, 2])
def test_photos_that_wait_are_decoded_again_only_when_memory_is_short(
    kept, again, jobs, tmp_path, doubles, monkeypatch
):
    for number, name in enumerate(("chart.jpg", "left.jpg")):
        save_jpeg(tmp_path / "photos" / name, number)
    read, reads = one_photo.read_photo, []
    monkeypatch.setattr(
        one_photo, "read_photo", lambda path, name: reads.append(name) or read(path, name=name)
    )
    monkeypatch.setattr(run, "limit", lambda group, name: kept)
    result = measure_folder(tmp_path / "photos", None, jobs=jobs)
    assert result.counts["measured"] == 2
    assert len(reads) == 2 + again


def test_nothing_is_written_without_a_folder_for_it(photos, doubles, monkeypatch):
    monkeypatch.setattr(files, "open_whole", None)
    assert measure_folder(photos, None, maps=True).out is None


def test_progress_counts_every_photo_in_the_callers_thread(photos, doubles):
    seen = []
    measure_folder(photos, None, jobs=2, progress=seen.append)
    assert [step.done for step in seen] == list(range(9))
    assert {step.total for step in seen} == {8}
    assert seen[0].record is None
    assert {step.record.photo for step in seen[1:]} == {
        photo.photo for photo in measure_folder(photos, None).records
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_ends_the_run(photos, tmp_path, doubles, monkeypatch, jobs):
    def full(path, data):
        raise OutputError(
            "OUT_WRITE", "cannot be written (No space left on device)", "Free some", file=path.name
        )

    monkeypatch.setattr(drawing, "_write", full)
    with pytest.raises(OutputError, match="No space left"):
        measure_folder(photos, tmp_path / "out", jobs=jobs)
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_leaves_no_half_file(photos, tmp_path, doubles, jobs):
    def interrupt(step):
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_folder(photos, tmp_path / "out", jobs=jobs, progress=interrupt)
    assert all(
        name.endswith(".png") and data.endswith(b"IEND\xaeB`\x82")
        for name, data in tree(tmp_path / "out").items()
    )


def test_after_an_interrupt_no_further_photo_is_begun():
    begun = []

    def slow(task):
        begun.append(task)
        time.sleep(0.02)

    for _ in run._each(slow, range(100), jobs=2):
        break
    assert len(begun) < 20


def test_results_do_not_go_among_the_photos(photos, doubles):
    with pytest.raises(UsageError, match="the folder for results is the folder of photos"):
        measure_folder(photos, photos)


def test_results_inside_the_folder_are_not_measured_again(photos, doubles):
    first = measure_folder(photos, photos / "results")
    second = measure_folder(photos, photos / "results")
    assert outcome(first) == outcome(second)
    assert first.counts == second.counts


def test_results_may_go_beside_and_above(photos, tmp_path, doubles):
    assert measure_folder(photos, tmp_path).counts["found"] == 9
    assert measure_folder(tmp_path / "photos" / "v1", tmp_path).counts["measured"] == 2


def test_nothing_found_is_an_error_that_says_where_it_looked(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(
        UsageError, match=r"no photo found in .*looked in all folders for JPEG.*1 other file left"
    ):
        measure_folder(tmp_path, None)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(photos, tmp_path, doubles, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        measure_folder(photos, tmp_path / "out")
    assert doubles.measured == []


def test_jobs_below_one_are_refused(photos):
    with pytest.raises(UsageError, match="jobs is 0; expected 1 or more"):
        measure_folder(photos, None, jobs=0)


def test_paths_may_be_many(photos, doubles):
    result = measure_folder([photos / "v1", str(photos / "v2" / "left-with-chart.jpg")], None)
    assert result.records[0].photo == "v1/1-chart.jpg"
    assert result.records[-1].photo == "left-with-chart.jpg"


def test_inputs_stay_as_they_were(photos, tmp_path, doubles):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path(photos).rglob("*.*")}
    measure_folder(photos, tmp_path / "out", jobs=2)
    assert before == {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path(photos).rglob("*.*")
    }


def test_the_samples_of_a_session(tmp_path):
    """With the real parts: two photos with a chart, and a close-up that one of the charts serves."""
    folder = ROOT / "samples" / "subject-3"
    result = measure_folder(folder, tmp_path / "out", jobs=2)
    assert outcome(result) == {
        "baseline-close.jpg": ("measured", "chart of baseline.jpg"),
        "baseline.jpg": ("measured", "own chart"),
        "follow-up.jpg": ("measured", "own chart"),
    }
    close, baseline, _ = result.records
    assert close.profile == baseline.profile
    assert close.rows[0]["mm_per_pixel"] is None
    assert baseline.rows[0]["mm_per_pixel"] > 0
    means = [
        next(row["mean"] for row in one.rows if row["quantity"] == "melanin_index")
        for one in (close, baseline)
    ]
    assert_close(means[0], means[1], 10)  # another part of the same arm
    figures = sorted((tmp_path / "out" / "figures").glob("*.png"))
    assert len(figures) == 3
    assert max(path.stat().st_size for path in figures) < 1.5e6


def test_charts_of_one_session_are_fitted_together(tmp_path, doubles):
    folder = tmp_path / "photos"
    for index, name in enumerate(("1-chart.jpg", "2-chart.jpg", "3-left.jpg")):
        save_jpeg(folder / name, index, **CAMERA)
    save_jpeg(folder / "4-chart.jpg", 4, **(CAMERA | {"exposure": 1 / 30}))
    result = measure_folder(folder, None)
    sources = [record.profile_source for record in result.records]
    assert sources == ["own chart", "own chart", "chart of 2-chart.jpg", "own chart"]
    assert {sha for sha, _ in doubles.together} == {record.sha256 for record in result.records[:2]}
    ids = [record.profile for record in result.records]
    assert ids[0].startswith("p-1")
    assert ids[1] == ids[2] != ids[0]
    assert [result.profiles[each]["other_charts"] for each in (ids[0], ids[1], ids[3])] == [1, 1, 0]


def test_a_profile_and_knowledge_exclude_each_other(photos):
    with pytest.raises(UsageError, match="with a profile none is fitted"):
        measure_folder(photos, None, profile=profile(), knowledge=Knowledge())
