from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paired_skin import codes

from pigmeter import synthetic
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import ChangeValue
from pigmeter.comparison.comparison import compare
from pigmeter.comparison.redness_doubts import doubts_of_change, is_of_melanin
from pigmeter.comparison.treatment import Treatment
from pigmeter.comparison.visit import Visit
from pigmeter.findings import Finding

UNKNOWN = (Visit(), Visit())
DATED = (Visit(date="2026-01-15"), Visit(date="2026-02-26"))


def value(key, change, sdc=2.0, region="skin", **more):
    return ChangeValue(region, "", "", key, "", "index unit", 9, 40.0, None, change, sdc=sdc, **more)


def flags(values, key, region="skin"):
    return next(each.flags for each in values if (each.key, each.region) == (key, region))


def test_a_rise_of_blood_flags_the_melanin_of_its_region_only():
    values = [
        value("melanin_index", -1.5),
        value("haemoglobin_index", 5.0),
        value("dark_spots_severity", -0.2),
        value("L", 1.0),
        value("melanin_index", -1.5, region="brow"),
        value("haemoglobin_index", 1.0, region="brow"),
    ]
    flagged, findings = doubts_of_change(values, None, UNKNOWN)
    assert codes(findings) == ["REDNESS_RISE"]
    assert "blood rose by 5.0 index units (smallest detectable 2.0) in skin" in findings[0].message
    assert (findings[0].value, findings[0].limit) == (5.0, 2.0)
    assert flags(flagged, "melanin_index") == flags(flagged, "dark_spots_severity") == ("REDNESS_RISE",)
    assert flags(flagged, "haemoglobin_index") == flags(flagged, "L") == ()
    assert flags(flagged, "melanin_index", "brow") == ()


def test_a_fall_of_blood_is_held_against_a_loss_of_melanin_only():
    fallen = value("haemoglobin_index", -5.0)
    flagged, findings = doubts_of_change([value("melanin_index", -1.5), fallen], None, UNKNOWN)
    assert codes(findings) == ["REDNESS_FALL"]
    assert flags(flagged, "melanin_index") == ("REDNESS_FALL",)
    flagged, findings = doubts_of_change([value("melanin_index", 1.5), fallen], None, UNKNOWN)
    assert findings == ()
    assert flags(flagged, "melanin_index") == ()


@given(st.floats(-9, 9), st.floats(0.1, 9), st.floats(-9, 9))
def test_only_what_is_beyond_the_smallest_detectable_counts(change, sdc, melanin):
    values = [value("melanin_index", melanin), value("haemoglobin_index", change, sdc)]
    flagged, findings = doubts_of_change(values, None, UNKNOWN)
    assert bool(findings) == (change > sdc or (change < -sdc and melanin < 0))
    assert bool(flags(flagged, "melanin_index")) == bool(findings)
    assert [replace(each, flags=()) for each in flagged] == values


def test_a_number_without_change_is_left_alone():
    refused = value("haemoglobin_index", None, code="REGION_SMALL")
    assert doubts_of_change([refused], None, UNKNOWN) == ((refused,), ())


def test_differences_to_a_control_are_judged_by_their_own_blood():
    values = [
        value("melanin_index", -1.0, against="arm"),
        value("haemoglobin_index", 0.5, against="arm"),
        value("melanin_index", -1.0),
        value("haemoglobin_index", 5.0),
    ]
    flagged, _ = doubts_of_change(values, None, UNKNOWN)
    assert [each.flags for each in flagged] == [(), (), ("REDNESS_RISE",), ()]


@pytest.mark.parametrize(
    ("treatment", "visits", "days"),
    [
        (Treatment(kind="microneedling", dates=("2026-02-03", "2026-02-23")), DATED, 3),
        (Treatment(kind="exosome", route="after laser", dates=("2026-02-01",)), DATED, 25),
        (None, (DATED[0], replace(DATED[1], procedure="peel", procedure_date="2026-02-26")), 0),
    ],
)
def test_a_follow_up_within_the_window_is_flagged(treatment, visits, days):
    flagged, findings = doubts_of_change([value("melanin_index", 1.0)], treatment, visits)
    (found,) = findings
    assert found.code == "RECOVERY_WINDOW"
    assert found.value == days
    when = f"{days} days after" if days else "on the day of"
    assert f"the follow-up was taken {when}" in found.message
    assert flags(flagged, "melanin_index") == ("RECOVERY_WINDOW",)


@pytest.mark.parametrize(
    "treatment",
    [
        Treatment(
            kind="microneedling", dates=("2026-01-15", "2026-02-19")
        ),  # the baseline's own day is after it
        Treatment(kind="microneedling", dates=("2026-03-01",)),
        Treatment(kind="topical"),
        Treatment(),
        None,
    ],
)
def test_a_follow_up_after_the_window_is_not(treatment):
    values = (value("melanin_index", 1.0),)
    assert doubts_of_change(values, treatment, DATED) == (values, ())


def test_a_baseline_within_the_window_of_an_earlier_session_is_flagged():
    treatment = Treatment(kind="microneedling", dates=("2026-01-10",))
    _, (found,) = doubts_of_change([], treatment, DATED)
    assert "the baseline was taken 5 days after" in found.message


@pytest.mark.parametrize(
    ("treatment", "words"),
    [
        (Treatment(kind="exosome", dates=("2026-02-20",)), "no recovery time is known for it"),
        (Treatment(kind="laser"), "its date was not given"),
    ],
)
def test_what_is_not_known_of_a_procedure_is_said(treatment, words):
    flagged, (found,) = doubts_of_change([value("melanin_index", 1.0)], treatment, DATED)
    assert found.code == "PROCEDURE_UNKNOWN"
    assert words in found.message
    assert flagged[0].flags == ()


def test_doubts_of_the_pair_reach_the_numbers_they_concern():
    keys = (
        "melanin_index",
        "melanin_index_average_level",
        "texture",
        "melanin_index_evenness_fine",
        "red_spots_count",
    )
    values = [value(key, 1.0) for key in keys]
    blur, lamp, day = (Finding(code, "") for code in ("PAIR_SHARPNESS", "PAIR_LIGHT", "PAIR_SAME_DAY"))
    flagged, findings = doubts_of_change(values, None, UNKNOWN, (blur, day))
    assert findings == ()
    assert [each.flags for each in flagged] == [(), (), *[("PAIR_SHARPNESS",)] * 3]
    flagged, _ = doubts_of_change(flagged, None, UNKNOWN, (blur, lamp))
    assert flagged[0].flags == ("PAIR_LIGHT",)
    assert flagged[2].flags == ("PAIR_SHARPNESS", "PAIR_LIGHT")


def test_what_is_read_as_melanin():
    assert [key for key in QUANTITIES if is_of_melanin(key)] == ["melanin_index", "camera_mi"]
    assert is_of_melanin("melasma_area_score")
    assert not is_of_melanin("red_spots_severity")


def test_melanin_read_through_redness_from_photo_to_verdict(tmp_path):
    """Blood alone rises by 15 units four days after needling; nothing of melanin may be said unflagged."""
    settings = {"chart_kind": "colorchecker-nano", "exposure": 0.7}
    pair = synthetic.render_visits(
        synthetic.subject("light", seed=4),
        synthetic.VisitSettings(seed=1, **settings),
        synthetic.VisitSettings(seed=2, time="2026-03-01T10:00:00", **settings),
        treated=[synthetic.Treated(haemoglobin=15.0)],
        size=(480, 640),
    )
    paths = [tmp_path / "before.jpg", tmp_path / "after.jpg"]
    for path, photo in zip(paths, (pair.baseline, pair.follow_up), strict=True):
        path.write_bytes(photo.photo_bytes)
    change = compare(*paths, treatment=Treatment(kind="microneedling", dates=("2026-02-25",)), workers=1)
    assert {"REDNESS_RISE", "RECOVERY_WINDOW"} <= set(codes(change.findings))
    whole = {value.key: value for value in change.values if value.region == "skin"}
    assert whole["haemoglobin_index"].verdict == "increased"
    assert whole["melanin_index"].flags == ("RECOVERY_WINDOW", "REDNESS_RISE")
    assert whole["haemoglobin_index"].flags == ("RECOVERY_WINDOW",)
