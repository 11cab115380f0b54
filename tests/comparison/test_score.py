"""The score: each part by hand, what may not matter and what must, and when there is none."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored import moved, panel, refused, swapped
from tolerance import assert_close
from visit_pairs import measured

from pigmeter.comparison.comparison import compare
from pigmeter.comparison.indications import PANEL, known_indications
from pigmeter.comparison.score import (
    IMPROVED,
    SCORE_COLUMNS,
    UNDETECTED,
    WORSE,
    score_of,
    scored_region,
)
from pigmeter.comparison.treatment import Treatment
from pigmeter.errors import UsageError
from pigmeter.synthetic.spots import DrawnSpot
from pigmeter.synthetic.visits import FatedSpot

NAMES = [indication.name for indication in known_indications()]
EVERY = pytest.mark.parametrize("indication", NAMES)
CHANGES = st.fixed_dictionaries(
    {
        endpoint.replace(" ", "_"): st.tuples(
            st.floats(-30, 30, allow_subnormal=False), st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.1, 5)
        )
        for endpoint in PANEL
    }
)
PROPERTY = settings(derandomize=True, max_examples=60, deadline=None)


def drawn(changes):
    """Return a panel of drawn changes, SDCs and half widths."""
    keys = {endpoint.replace(" ", "_"): key for endpoint, key in PANEL.items()}
    return panel(
        **{
            name: moved(keys[name], change, sdc, below=below, above=above)
            for name, (change, sdc, below, above) in changes.items()
        }
    )


def part(score, endpoint):
    return next(each for each in score.parts if each.endpoint == endpoint)


# By hand


def test_a_score_by_hand():
    """Melasma: melanin 2, evenness 1, dark spots 1, all better if lower."""
    melanin = moved("melanin_index", -3.0, 2.0, below=1.0, above=2.0)  # ratio 1.5, from 0.5 to 2
    evenness = moved("colour_evenness", 0.5, 1.0)  # ratio -0.5, from -1.5 to 0.5
    spots = moved("dark_spots_matched_severity", -8.0, 0.5, below=0.1, above=0.1)  # 16, held at 10
    score = score_of(*panel(melanin=melanin, colour_evenness=evenness, dark_spots=spots), "melasma")
    assert_close(score.value, (2 * 1.5 - 0.5 + 10) / 4, 1e-12)
    assert_close(score.low, (2 * 0.5 - 1.5 + 10) / 4, 1e-12)
    assert_close(score.high, (2 * 2.0 + 0.5 + 10) / 4, 1e-12)
    assert score.responder == IMPROVED
    assert [each.endpoint for each in score.parts] == list(PANEL)
    assert [each.endpoint for each in score.parts if each.clipped] == ["dark spots"]
    assert part(score, "melanin").change == -3.0
    assert (score.missing, score.flags) == ((), ())


@pytest.mark.parametrize(
    ("indication", "changes", "sign"),
    [
        ("hyperpigmentation", {"dark_spots": -3}, 1),
        ("melasma", {"melanin": -3}, 1),
        ("post-inflammatory hyperpigmentation", {"dark_spots": -3}, 1),
        ("post-inflammatory erythema", {"red_spots": -3}, 1),
        ("vitiligo", {"light_spots": -3, "melanin": 3}, 1),
        ("vitiligo", {"melanin": -3}, -1),
        ("redness", {"redness": -3}, 1),
        ("rosacea", {"redness": 3}, -1),
        ("eczema", {"redness": -3}, 1),
        ("psoriasis", {"redness": -3}, 1),
        ("dullness", {"luminosity": 3}, 1),
        ("dullness", {"luminosity": -3}, -1),
        ("general rejuvenation", {"colour_evenness": -3}, 1),
    ],
)
def test_positive_is_better_for_the_indication(indication, changes, sign):
    assert math.copysign(1, score_of(*panel(**changes), indication).value) == sign


@EVERY
def test_what_an_indication_does_not_weigh_is_shown_and_does_not_count(indication):
    score = score_of(*panel(), indication)
    for each in score.parts:
        if each.weight == 0:
            name = each.endpoint.replace(" ", "_")
            other = score_of(*panel(**{name: 9.0}), indication)
            assert other.value == score.value
            assert abs(part(other, each.endpoint).ratio) == 9


# What may not matter, and what must


@EVERY
@PROPERTY
@given(changes=CHANGES)
def test_swapped_visits_flip_every_sign(indication, changes):
    values, totals = drawn(changes)
    score = score_of(values, totals, indication)
    back = score_of(tuple(map(swapped, values)), tuple(map(swapped, totals)), indication)
    assert_close([back.value, back.low, back.high], [-score.value, -score.high, -score.low], 1e-12)
    assert back.responder == {IMPROVED: WORSE, WORSE: IMPROVED}.get(score.responder, score.responder)
    for one, other in zip(score.parts, back.parts, strict=True):
        assert (one.ratio, one.ratio_low, one.clipped) == (-other.ratio, -other.ratio_high, other.clipped)


@EVERY
@PROPERTY
@given(changes=CHANGES)
def test_the_composite_lies_within_its_parts_and_its_interval(indication, changes):
    score = score_of(*drawn(changes), indication)
    counted = [each for each in score.parts if each.weight > 0]
    slack = 1e-12
    assert min(each.ratio for each in counted) - slack <= score.value
    assert score.value <= max(each.ratio for each in counted) + slack
    assert score.low - slack <= score.value <= score.high + slack
    assert -10 <= score.low <= score.high <= 10


@PROPERTY
@given(changes=CHANGES, order=st.randoms(use_true_random=False))
def test_the_order_of_values_does_not_matter(changes, order):
    values, totals = map(list, drawn(changes))
    score = score_of(values, totals, "melasma")
    order.shuffle(values)
    order.shuffle(totals)
    assert score_of(values, totals, "melasma") == score


@EVERY
@PROPERTY
@given(changes=CHANGES, more=st.floats(0.01, 20))
def test_more_improvement_never_lowers_a_score(indication, changes, more):
    score = score_of(*drawn(changes), indication)
    for each in score.parts:
        name = each.endpoint.replace(" ", "_")
        change, *rest = changes[name]
        better = change + (more if each.direction == "higher" else -more)
        raised = score_of(*drawn({**changes, name: (better, *rest)}), indication)
        assert raised.value >= score.value
        assert (raised.low, raised.high) >= (score.low, score.high)
        if each.weight > 0 and abs(each.ratio) < 10:
            assert raised.value > score.value


@EVERY
def test_an_unchanged_pair_scores_0(indication):
    score = score_of(*panel(), indication)
    assert (score.value, score.low, score.high, score.responder) == (0, -1, 1, UNDETECTED)
    assert all(math.copysign(1, number) == 1 for number in (score.value, *(p.ratio for p in score.parts)))


def test_averaged_ends_hold_for_any_correlation():
    """Of four parts 95 % of composites lie within, whether their errors are shared, apart or in between."""
    rng = np.random.default_rng(20)
    shared, own = rng.normal(size=(2, 20_000, 1)), rng.normal(size=(20_000, 4))
    weights = np.array([2, 1, 1, 1]) / 5
    # known errors of SD 1: an SDC of 1.96, so that every ratio has the interval +-1 about it
    for mixed in (shared[0].repeat(4, axis=1), own, (shared[0] + own) / math.sqrt(2)):
        inside = np.abs((mixed / 1.96) @ weights) <= 1
        assert inside.mean() >= 0.948


# The response


@pytest.mark.parametrize(
    ("value", "response"),
    [
        (moved("melanin_index", -1.5, 1.0), IMPROVED),
        (moved("melanin_index", 1.5, 1.0), WORSE),
        (moved("melanin_index", -0.9, 1.0), UNDETECTED),
        # Holm took the verdict away
        (moved("melanin_index", -1.5, 1.0, verdict="no detectable change"), UNDETECTED),
        # lopsided intervals: one that reaches 0, and a verdict on a change below its SDC
        (moved("melanin_index", -1.5, 1.0, above=1.6, verdict="decreased"), UNDETECTED),
        (moved("melanin_index", -0.9, 1.0, above=0.5, verdict="decreased"), UNDETECTED),
        (replace(moved("melanin_index", -1.5, 1.0), verdict=None), None),
        (refused("melanin_index"), None),
    ],
)
def test_a_response_is_a_verdict_beyond_the_sdc(value, response):
    assert score_of(*panel(melanin=value), "melasma").responder == response


def test_only_the_primary_decides_on_the_response():
    score = score_of(*panel(colour_evenness=-9, dark_spots=-9), "melasma")
    assert score.value > 4
    assert score.responder == UNDETECTED


def test_doubts_are_carried_from_what_counts():
    melanin = moved("melanin_index", -3, flags=("REDNESS_RISE", "PAIR_LIGHT"))
    evenness = moved("colour_evenness", 0, flags=("PAIR_LIGHT", "PAIR_POSE"))
    texture = moved("texture", 0, flags=("PAIR_SHARPNESS",))
    score = score_of(*panel(melanin=melanin, colour_evenness=evenness, texture=texture), "melasma")
    assert score.flags == ("REDNESS_RISE", "PAIR_LIGHT", "PAIR_POSE")
    assert score.in_doubt
    assert part(score, "texture").flags == ("PAIR_SHARPNESS",)
    assert not score_of(*panel(texture=texture), "melasma").in_doubt


# What is missing


def test_a_missing_part_is_named_and_the_others_keep_their_weights():
    score = score_of(*panel(melanin=-3, colour_evenness=refused("colour_evenness")), "melasma")
    assert score.missing == ("colour evenness",)
    assert score.value == pytest.approx((2 * 3 + 0) / 3)
    assert "Missing: colour evenness" in score.words
    assert (part(score, "colour evenness").code, part(score, "colour evenness").reason) == (
        "REGION_SMALL",
        "the region is too small",
    )


@EVERY
def test_without_its_primary_there_is_no_score_and_the_reason(indication):
    primary = score_of(*panel(), indication).primary
    score = score_of(*panel(**{primary.endpoint.replace(" ", "_"): None}), indication)
    assert (score.value, score.low, score.high, score.responder) == (None,) * 4
    assert score.words.startswith(
        f"No score: its primary endpoint, {primary.endpoint}, is missing (no change"
    )
    assert primary.endpoint in score.missing


@pytest.mark.parametrize("unknown", [{}, {"low": None, "high": None, "sdc": None, "verdict": None}])
def test_spots_that_never_were_have_no_ratio(unknown):
    none = replace(moved("dark_spots_matched_severity", 0.0, 0.0), baseline=0.0, follow_up=0.0, **unknown)
    spots = part(score_of(*panel(dark_spots=none), "melasma"), "dark spots")
    assert (spots.ratio, spots.code, spots.reason) == (None, "SPOTS_NONE", "no dark spots at either visit")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (replace(moved("texture", 1.0), sdc=None), "nothing tells how far it differs"),
        (replace(moved("texture", 1.0), low=None, high=None), "nothing tells how far it differs"),
        (moved("texture", 0.0, 0.0), "smallest detectable change is 0"),
        (refused("texture", reason="too coarse"), "too coarse"),
    ],
)
def test_a_change_that_cannot_be_weighed_says_why(value, reason):
    texture = part(score_of(*panel(texture=value), "melasma"), "texture")
    assert texture.ratio is None
    assert reason in texture.reason


def test_spots_are_not_taken_from_rows_that_follow_the_detector():
    values, _ = panel()
    score = score_of((*values, moved("dark_spots_severity", -5)), (), "hyperpigmentation")
    assert score.value is None
    assert "followed only through an alignment" in score.words


# Regions, controls, treatments


def test_the_region_and_the_control_are_those_asked_for():
    plain = moved("melanin_index", -1, region="cheek")
    less = moved("melanin_index", -2, region="cheek", against="forehead")
    values = (moved("melanin_index", -4), plain, less)
    asked = [("skin", ""), ("cheek", ""), ("cheek", "forehead")]
    found = [score_of(values, (), "melasma", region=region, against=control) for region, control in asked]
    assert [score.value for score in found] == [4, 1, 2]
    assert found[2].against == "forehead"
    nowhere = score_of(values, (), "melasma", region="chin", against="forehead")
    assert "no change of it was worked out for the region 'chin' less that of 'forehead'" in nowhere.words


def test_spots_less_a_control_are_found_wherever_they_stand():
    spots = moved("dark_spots_matched_severity", -3, region="cheek", against="forehead")
    for handed in (((spots,), ()), ((), (spots,))):
        assert score_of(*handed, "hyperpigmentation", region="cheek", against="forehead").value == 3


def test_the_region_that_stands_for_a_pair():
    def regions(*names):
        return [moved("melanin_index", 0, region=name) for name in names]

    assert scored_region(regions("skin")) == "skin"
    assert scored_region(regions("skin", "cheek")) == "cheek"
    assert scored_region(regions("skin", "cheek", "forehead")) == "skin"
    assert scored_region(regions("skin", "cheek", "forehead"), "forehead") == "cheek"
    assert scored_region(regions("cheek", "chin")) == "cheek"
    assert scored_region([]) == "skin"


@pytest.mark.parametrize(
    ("named", "treatment", "meant"),
    [
        (None, None, "general rejuvenation"),
        (None, Treatment(), "general rejuvenation"),
        (None, Treatment(indication="PIH"), "post-inflammatory hyperpigmentation"),
        ("melasma", Treatment(indication="PIH"), "melasma"),
        ("chloasma", None, "melasma"),
    ],
)
def test_the_indication_is_the_one_named_then_the_treatment_s(named, treatment, meant):
    score = score_of(*panel(), named, treatment=treatment)
    assert (score.indication, score.treatment) == (meant, treatment)
    assert score.words.endswith(". No indication was named") == (meant == "general rejuvenation")


def test_a_treatment_changes_no_number():
    exosome = Treatment(kind="exosome", notes="a miracle")
    treated = score_of(*panel(melanin=-3), "melasma", treatment=exosome)
    assert replace(treated, treatment=None) == score_of(*panel(melanin=-3), "melasma")


def test_an_unknown_indication_is_refused_with_those_that_are_known():
    with pytest.raises(
        UsageError, match=r"did you mean 'rosacea'.*known: hyperpigmentation, melasma"
    ) as caught:
        score_of(*panel(), "rosacia")
    assert caught.value.code == "INDICATION_UNKNOWN"


# From photos


def test_fading_spots_of_a_rendered_pair_are_an_improvement_and_darker_ones_are_worse():
    places = ((-14, -8, 4), (-4, -9, 3), (6, -7, 5), (14, -10, 3), (-12, 3, 5), (0, 2, 4))
    for remains, response in ((0.3, IMPROVED), (1.8, WORSE)):
        spots = tuple(
            FatedSpot(DrawnSpot("dark", *place, contrast=6.0, soft=0.06, irregular=0.4, seed=seed), remains)
            for seed, place in enumerate(places)
        )
        _, baseline, follow_up = measured(seed=2, spots=spots)
        score = compare(baseline, follow_up, indication="hyperpigmentation").score
        assert score.responder == response
        assert score.primary.change < 0 if response == IMPROVED else score.primary.change > 0
        assert score.value > 1 if response == IMPROVED else score.value < -1


# Words and rows


@EVERY
def test_the_words_name_each_part_with_weight_and_direction(indication):
    score = score_of(*panel(), indication)
    for each in score.parts:
        told = f"{each.endpoint} (weight {each.weight:g}, {each.direction} is better)" in score.words
        assert told == (each.weight > 0)
    assert "change over smallest detectable change" in score.words
    assert "held within +-10" in score.words


def test_rows_and_json_hold_everything():
    treatment = Treatment(kind="exosome")
    evenness = refused("colour_evenness")
    values, totals = panel(melanin=moved("melanin_index", -3, flags=("A", "B")), colour_evenness=evenness)
    score = score_of(values, totals, "melasma", treatment=treatment)
    rows = score.rows()
    assert [tuple(row) for row in rows] == [SCORE_COLUMNS] * len(PANEL)
    melanin = rows[1]
    assert (melanin["quantity"], melanin["flags"], melanin["response"]) == ("melanin_index", "A B", IMPROVED)
    document = json.loads(json.dumps(score.to_json(), allow_nan=False))
    assert document["parts"] == rows
    assert document["treatment"] == {"kind": "exosome"}
    assert document["missing"] == ["colour evenness"]
