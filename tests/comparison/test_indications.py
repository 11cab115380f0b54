"""The tables of indications: whole, by one rule, with reasons; and how a name is found."""

import pytest
from source_tree import ROOT

from pigmeter.comparison.indications import (
    GENERAL,
    PANEL,
    PRIMARY,
    ROLES,
    SHOWN,
    closest,
    find_indication,
    known_indications,
    plain_words,
)
from pigmeter.errors import UsageError
from pigmeter.measurement.endpoints import ENDPOINTS
from pigmeter.measurement.spots import SPOT_KINDS
from pigmeter.reference import read_rows

EACH = pytest.mark.parametrize("indication", known_indications(), ids=lambda indication: indication.name)
WANTED = (
    "hyperpigmentation",
    "melasma",
    "post-inflammatory hyperpigmentation",
    "post-inflammatory erythema",
    "vitiligo",
    "redness",
    "rosacea",
    "eczema",
    "psoriasis",
    "dullness",
    "general rejuvenation",
)


def test_every_indication_that_is_promised_is_there():
    assert tuple(indication.name for indication in known_indications()) == WANTED


def test_the_panel_is_the_five_endpoints_and_three_kinds_of_spots():
    assert {name: PANEL[name] for name in ENDPOINTS} == {name: end.key for name, end in ENDPOINTS.items()}
    assert [name for name in PANEL if name not in ENDPOINTS] == [f"{kind} spots" for kind in SPOT_KINDS]


@EACH
def test_each_endpoint_of_the_panel_has_a_row(indication):
    assert tuple(weight.endpoint for weight in indication.weights) == tuple(PANEL)


def test_no_row_belongs_to_nothing():
    rows = read_rows("indications/weights.csv")[1:]
    assert len(rows) == len(known_indications()) * len(PANEL)


@EACH
def test_weights_follow_their_rule(indication):
    """One primary of 2; supporting endpoints 1, or 1 shared by two that see one pigment; the rest 0."""
    assert [weight.role for weight in indication.weights].count(PRIMARY) == 1
    assert indication.primary.weight == 2
    shared = [weight.weight for weight in indication.weights if 0 < weight.weight < 1]
    assert shared in ([], [0.5, 0.5])
    for weight in indication.weights:
        assert weight.role in ROLES
        assert weight.better in ("lower", "higher")
        assert (weight.weight == 0) == (weight.role == SHOWN)
        assert weight.weight in (0, 0.5, 1, 2)
        assert (weight.weight == 2) == (weight.role == PRIMARY)


@EACH
def test_every_choice_has_its_reason_and_its_source(indication):
    assert all(len(weight.rationale.split()) >= 4 for weight in indication.weights)
    assert indication.seen in ("full text", "abstract", "secondary")
    assert f"({indication.seen})" in indication.source
    assert indication.about
    assert indication.blind_to


@EACH
def test_what_is_better_is_what_trials_hope_for_but_for_lost_pigment(indication):
    odd = {
        weight.endpoint
        for weight in indication.weights
        if weight.better != (ENDPOINTS[weight.endpoint].better if weight.endpoint in ENDPOINTS else "lower")
    }
    assert odd == ({"melanin", "luminosity"} if indication.name == "vitiligo" else set())


def test_brown_and_red_marks_are_told_apart():
    brown, red = find_indication("brown marks"), find_indication("red marks")
    assert (brown.primary.endpoint, red.primary.endpoint) == ("dark spots", "red spots")


def test_names_and_synonyms_are_unique():
    names = [plain_words(name) for one in known_indications() for name in (one.name, *one.synonyms)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Melasma", "melasma"),
        ("PIH", "post-inflammatory hyperpigmentation"),
        ("post_inflammatory  erythema", "post-inflammatory erythema"),
        ("repigmentation", "vitiligo"),
        ("anti-ageing", GENERAL),
        ("general", GENERAL),
    ],
)
def test_an_indication_is_found_by_any_of_its_names(said, meant):
    assert find_indication(said).name == meant


def test_an_unknown_indication_is_refused_with_all_that_are_known():
    with pytest.raises(UsageError, match="did you mean 'vitiligo'") as caught:
        find_indication("vitilligo")
    assert caught.value.code == "INDICATION_UNKNOWN"
    assert all(name in str(caught.value) for name in WANTED)


def test_no_name_is_suggested_where_none_is_near():
    assert closest("xyzzy", WANTED) == ""
    with pytest.raises(UsageError, match=r"no indication 'xyzzy' \(known: "):
        find_indication("xyzzy")


# The page that shows them


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "score.md").read_text(encoding="utf-8")


def table_below(text, heading):
    """Return the cells of the first table below a line, without its head."""
    lines = text[text.index(f"\n{heading}\n") :].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def test_the_page_shows_every_direction_and_weight(page):
    shown = {row[0]: row[1:] for row in table_below(page, "## Weights")}
    assert list(shown) == list(WANTED)
    for indication in known_indications():
        for weight, cell in zip(indication.weights, shown[indication.name], strict=True):
            told = f"{weight.weight:g} {weight.better}" if weight.weight else f"({weight.better})"
            if weight.role == PRIMARY:
                told = f"**{weight.weight:g}** {weight.better}"
            assert cell == told, (indication.name, weight.endpoint)


@EACH
def test_the_page_gives_every_reason_and_source(indication, page):
    heading = f"### {indication.name[0].upper()}{indication.name[1:]}"
    rows = table_below(page, heading)
    counted = {
        (weight.endpoint, f"{weight.weight:g}", weight.better, weight.rationale)
        for weight in indication.weights
        if weight.weight
    }
    assert {tuple(row) for row in rows} == counted
    assert rows[0][0] == indication.primary.endpoint
    section = " ".join(page[page.index(f"\n{heading}\n") :].split("\n### ")[1].split())
    for words in (indication.source, f"Seen: {indication.seen}", indication.about, indication.blind_to):
        assert words in section
    assert all(synonym in section for synonym in indication.synonyms)


def test_the_page_tells_the_panel(page):
    assert [(row[0], row[1].strip("`")) for row in table_below(page, "## The panel")] == list(PANEL.items())
