"""Repeats: their spread by hand, few of them, files, and what is published."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigmeter.colour.cielab import hue, ita
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.skin import changed_people
from pigmeter.comparison.repeatability import (
    PUBLISHED,
    Repeats,
    default_repeatability,
    fit_repeatability,
    read_repeatability,
    unmoved_skin,
)
from pigmeter.errors import UsageError
from pigmeter.reference import limit


def table(print_, regions=("skin",), **means):
    """Rows of one photo, the same in each region unless a list is given."""
    return [
        {
            "quantity": key,
            "region": region,
            "unit": "index unit",
            "mean": value[place] if isinstance(value, list) else value,
            "sha256": print_,
            "profile": "p-1",
        }
        for place, region in enumerate(regions)
        for key, value in means.items()
    ]


def test_the_spread_is_that_within_subjects():
    found = fit_repeatability(
        {
            "anna": [table("a", melanin_index=40.0), table("b", melanin_index=42.0)],
            "bert": [
                table("c", melanin_index=70.0),
                table("d", melanin_index=71.0),
                table("e", melanin_index=72.0),
            ],
            "once": [table("f", melanin_index=10.0)],
        }
    )
    one = found.quantities["melanin_index"]
    assert one.sd == pytest.approx(math.sqrt((2.0 + 2.0) / 3))
    assert one.degrees == 3
    assert found.spread("melanin_index", 50.0) == (one.sd, 3)
    assert (found.subjects, found.photos) == (2, 5)
    assert one.detectable == pytest.approx(3.1824463 * math.sqrt(2) * one.sd), "Student's t of 3 degrees"


def test_regions_of_a_subject_err_together_and_count_once():
    photos = [
        table("a", ("left", "right"), melanin_index=[40.0, 50.0]),
        table("b", ("left", "right"), melanin_index=[42.0, 54.0]),
        table("c", ("left", "right"), melanin_index=[44.0, 58.0]),
    ]
    one = fit_repeatability({"anna": photos}).quantities["melanin_index"]
    assert one.sd == pytest.approx(math.sqrt((4 + 16) / 2))
    assert one.degrees == 2


def test_what_calibrations_make_is_kept_and_taken_off():
    share = limit("change", "session_lightness")

    def photos(*profiles):
        values = zip(profiles, (40.0, 42.0, 44.0), strict=True)
        known = {"uncertainty_camera": 0.6, "uncertainty_chart": 0.8}
        return [
            [row | known | {"profile": profile} for row in table(f"{n}", melanin_index=value)]
            for n, (profile, value) in enumerate(values)
        ]

    own = fit_repeatability({"anna": photos("p-1", "p-2", "p-3")})
    one = own.quantities["melanin_index"]
    assert one.sd == pytest.approx(2.0)
    assert one.calibration == pytest.approx(share)
    assert own.spread("melanin_index", 40.0) == (pytest.approx(math.sqrt(4 - share**2)), 2)
    assert one.detectable == pytest.approx(4.3026527 * math.sqrt(2) * 2.0), "all that two photos differ by"
    shared = fit_repeatability({"anna": photos("p-1", "p-1", "p-1")}).quantities["melanin_index"]
    assert shared.calibration == 0
    two = fit_repeatability({"anna": photos("p-1", "p-1", "p-2")}).quantities["melanin_index"]
    assert two.calibration == pytest.approx(share * math.sqrt(2 / 3)), "one of three pairs has one profile"
    assert Repeats(0.5, 3, "1", 0.8).beyond == 0


def test_calibrations_share_of_photos_by_simulation():
    """Photos of two profiles: the expected variance by calibration is what chance gives."""
    rng = np.random.default_rng(8)
    errors = rng.normal(0, 1, (20000, 2))[:, [0, 0, 1]]
    assert errors.var(axis=1, ddof=1).mean() == pytest.approx(2 / 3, rel=0.03)


def test_hues_on_both_sides_of_the_seam_are_near():
    photos = [table(str(n), hue=angle) for n, angle in enumerate((179.0, -179.0, 180.0))]
    assert fit_repeatability({"anna": photos}).quantities["hue"].sd == pytest.approx(1.0)


def test_what_has_no_number_in_some_photos_is_left_out_of_those():
    photos = [
        table("a", texture=None),
        table("b", texture=2.0),
        table("c", texture=3.0),
        table("d", texture=4.0),
    ]
    found = fit_repeatability({"anna": photos}).quantities
    assert found["texture"].sd == pytest.approx(1.0)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.floats(20, 90), min_size=2, max_size=4), min_size=2, max_size=5),
    st.floats(-10, 10),
)
def test_a_shift_of_a_subject_changes_nothing(subjects, shift):
    def photos(own, moved, name):
        return [table(f"{name}{n}", melanin_index=value + moved) for n, value in enumerate(own)]

    plain, moved = (
        fit_repeatability({str(n): photos(own, shift * k * n, n) for n, own in enumerate(subjects)})
        for k in (0, 1)
    )
    assert moved.quantities["melanin_index"].sd == pytest.approx(
        plain.quantities["melanin_index"].sd, abs=1e-6
    )


def test_coverage_with_few_repeats():
    """Two photos of unchanged skin differ by more than t sqrt(2) SD once in twenty, with 3 subjects too."""
    rng = np.random.default_rng(5)
    beyond = 0
    for _ in range(2000):
        values = rng.normal(0, 1, (3, 2))
        sd = math.sqrt(((values[:, 0] - values[:, 1]) ** 2 / 2).mean())
        beyond += abs(rng.normal(0, math.sqrt(2))) > 3.1824463 * math.sqrt(2) * sd
    assert 0.032 < beyond / 2000 < 0.070


def test_too_few_and_copies_are_refused():
    with pytest.raises(UsageError, match=r"2 repeats of 1 subjects; at least 3 photos of one subject") as few:
        fit_repeatability({"anna": [table("a", L=60.0), table("b", L=61.0)]})
    assert few.value.code == "REPEAT_FEW"
    with pytest.raises(UsageError, match=r"1 of 3 repeats are copies") as same:
        fit_repeatability({"anna": [table("a", L=60.0), table("a", L=60.0), table("b", L=61.0)]})
    assert same.value.code == "REPEAT_SAME"


def test_a_file_holds_all_and_no_name(tmp_path):
    subjects = {
        "anna-secret": [table(n, melanin_index=v) for n, v in (("a", 40.0), ("b", 41.0), ("c", 43.0))]
    }
    found = fit_repeatability(subjects)
    found.save(tmp_path / "r.json")
    assert read_repeatability(tmp_path / "r.json") == found
    assert "secret" not in (tmp_path / "r.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "other"}', '{"format": "pigmeter repeatability 1"}']
)
def test_another_file_is_refused_by_name(tmp_path, content):
    (tmp_path / "r.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"^r\.json: .*pigmeter repeatability FOLDER") as refusal:
        read_repeatability(tmp_path / "r.json")
    assert refusal.value.code == "REPEAT_FILE"
    with pytest.raises(UsageError, match=r"^gone\.json"):
        read_repeatability(tmp_path / "gone.json")


def test_a_spread_below_zero_is_refused(tmp_path):
    document = default_repeatability().to_json()
    document["quantities"]["L"]["sd"] = -1
    (tmp_path / "r.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match="the spread of L is no number above 0"):
        read_repeatability(tmp_path / "r.json")


def test_published_figures_say_so_and_cover_every_quantity():
    found = default_repeatability()
    assert found.source == PUBLISHED
    assert set(found.quantities) == set(QUANTITIES)
    assert found.spread("colour_evenness", 2.0) == (pytest.approx(0.12), 8)
    assert found.spread("texture", 2.0)[0] == pytest.approx(0.04)
    assert found.spread("dark_spots_count", 7.0) == (0.0, math.inf)


def test_published_figures_follow_from_those_of_melanin_and_blood():
    """Slopes over the virtual pairs of middling skin: see calibration/skin/repeatability.csv."""
    before, after = changed_people()
    near = np.abs(before.targets[:, 0] - 40) < 12
    sources = np.array([REGRESSED.index(key) for key in ("melanin_index", "haemoglobin_index")])
    moved = after.targets - before.targets
    known = default_repeatability().quantities
    sizes = np.array([known["melanin_index"].sd, known["haemoglobin_index"].sd])

    def expected(change):
        slopes = np.linalg.lstsq(moved[near][:, sources], change[near], rcond=None)[0]
        return float(np.hypot(*(slopes * sizes)))

    for key in ("erythema_index", "L", "a", "b", "camera_mi", "camera_ei"):
        assert known[key].sd == pytest.approx(expected(moved[:, REGRESSED.index(key)]), rel=0.05)
    lab = [
        tuple(each.targets[:, REGRESSED.index(key)] for key in ("L", "a", "b")) for each in (before, after)
    ]
    turned = [(ita(lightness, b), hue(a, b)) for lightness, a, b in lab]
    assert known["ita"].sd == pytest.approx(expected(turned[1][0] - turned[0][0]), rel=0.05)
    assert known["hue"].sd == pytest.approx(expected(turned[1][1] - turned[0][1]), rel=0.05)


def test_skin_that_does_not_move_needs_no_repeats():
    assert unmoved_skin().spread("melanin_index", 40.0) == (0.0, math.inf)
