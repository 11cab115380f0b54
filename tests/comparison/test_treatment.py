"""The record of a treatment: what it takes, what it refuses, and that it comes back as it was."""

import dataclasses
import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_tree import ROOT

from pigmeter.comparison.treatment import (
    EXOSOME_SOURCES,
    EXOSOME_TISSUES,
    FORMS,
    KINDS,
    ROUTES,
    UNKNOWN,
    Treatment,
    read_treatment,
)
from pigmeter.errors import UsageError

WHOLE = {
    "kind": "exosome",
    "exosome_source": "mesenchymal stem cell",
    "exosome_tissue": "adipose",
    "form": "lyophilised",
    "route": "after microneedling",
    "product": "Vial A",
    "batch": "L-0231",
    "dose": "5e9 particles in 2 ml",
    "sessions": 3,
    "dates": ["2026-03-02", "2026-03-23"],
    "adjunct_device": "needles of 0.5 mm",
    "indication": "melasma",
    "notes": "one side only",
}
TOML = """
kind = "exosome"
exosome_source = "platelet"
route = "after laser"
dates = [2026-03-02, 2026-03-23T10:30:00]
notes = "unknown"
"""


def test_everything_may_be_unknown():
    assert Treatment().to_json() == {}
    assert Treatment.from_mapping({}) == Treatment()


def test_a_whole_record_comes_back():
    treatment = Treatment.from_mapping(WHOLE)
    assert treatment.to_json() == WHOLE
    assert Treatment.from_mapping(json.loads(json.dumps(treatment.to_json()))) == treatment


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("unknown", [None, "", "Unknown", "n/a", "?"])
def test_each_thing_alone_may_be_unknown(name, unknown):
    treatment = Treatment.from_mapping({**WHOLE, name: unknown})
    rest = {key: value for key, value in WHOLE.items() if key != name}
    assert treatment.to_json() == rest


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        ("kind", "Exosomes", "exosome"),
        ("kind", "placebo", "vehicle"),
        ("kind", "DEVICE_AT-HOME", "device at home"),
        ("kind", "untreated", "none"),
        ("exosome_source", "MSC", "mesenchymal stem cell"),
        ("exosome_tissue", "Wharton's jelly", "umbilical cord"),
        ("form", "freeze-dried", "lyophilised"),
        ("route", "after needling", "after microneedling"),
        ("indication", "PIE", "post-inflammatory erythema"),
    ],
)
def test_words_are_taken_as_they_are_meant(name, said, meant):
    assert getattr(Treatment.from_mapping({name: said}), name) == meant


@pytest.mark.parametrize("words", [KINDS, EXOSOME_SOURCES, EXOSOME_TISSUES, FORMS, ROUTES])
def test_every_list_of_words_ends_with_other_and_unknown(words):
    assert words[-2:] == ("other", UNKNOWN)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"kind": "exosom"},
            r"kind of a treatment is 'exosom'; did you mean 'exosome'\? \(known: exosome, veh",
        ),
        ({"route": "by mouth"}, r"route of a treatment is 'by mouth' \(known: topical, "),
        ({"kind": 3}, "kind of a treatment is 3; expected text"),
        ({"exosome_sorce": "plant"}, "no 'exosome_sorce'; did you mean 'exosome_source'"),
        ({"patient_name": "X"}, "nothing that names a person is kept with it"),
        ({"sessions": 0}, "sessions of a treatment is 0; expected a whole number above 0"),
        ({"sessions": True}, "sessions of a treatment is True"),
        ({"sessions": 2.5}, "sessions of a treatment is 2.5"),
        ({"dates": "03/02/2026"}, "a date of a treatment is '03/02/2026'; expected a day as 2026-01-15"),
        ({"dates": ["2026-02-30"]}, "a date of a treatment is '2026-02-30'"),
        ({"dates": 7}, "dates of a treatment is 7; expected a list of days"),
        ({"sessions": 1, "dates": ["2026-03-02", "2026-03-23"]}, "treatment of 1 sessions has 2 dates"),
        ({"kind": "none", "dates": ["2026-03-02"]}, "'none', yet it has sessions or dates"),
        ({"notes": "x" * 2001}, "notes of a treatment has 2001 characters .limit 2000"),
        ({"notes": "a\x00b"}, "text without control characters"),
        ({"indication": "melazma"}, "no indication 'melazma'; did you mean 'melasma'"),
        (["exosome"], r"a treatment is \['exosome'\]; expected a table of names and values"),
    ],
)
def test_a_wrong_record_is_refused_in_words(content, message):
    with pytest.raises(UsageError, match=message) as caught:
        Treatment.from_mapping(content)
    assert caught.value.code in ("TREATMENT_FORM", "INDICATION_UNKNOWN")


def test_the_constructor_is_as_strict_as_the_reader():
    with pytest.raises(UsageError, match="did you mean 'plant'"):
        Treatment(exosome_source="plnt")


def test_dates_are_days_in_order():
    treatment = Treatment.from_mapping(
        {"dates": ["2026-03-23T10:30", datetime.date(2026, 3, 2), "2026-03-23"]}
    )
    assert treatment.dates == ("2026-03-02", "2026-03-23")
    assert treatment.days == (datetime.date(2026, 3, 2), datetime.date(2026, 3, 23))
    assert Treatment.from_mapping({"dates": "2026-03-02"}).dates == ("2026-03-02",)


def test_what_was_done_to_the_skin_is_told_for_its_recovery():
    assert (
        Treatment.from_mapping(WHOLE).procedures == "exosome, after microneedling, needles of 0.5 mm, Vial A"
    )
    assert Treatment(kind="other", notes="a peel").procedures == ""


def test_free_text_of_several_lines_is_kept():
    assert Treatment(notes="first line\r\nsecond\tline ").notes == "first line\r\nsecond\tline"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from([kind for kind in KINDS if kind != "none"]),
            "exosome_source": st.sampled_from(EXOSOME_SOURCES),
            "exosome_tissue": st.sampled_from(EXOSOME_TISSUES),
            "form": st.sampled_from(FORMS),
            "route": st.sampled_from(ROUTES),
            "product": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20),
            "sessions": st.integers(5, 50),
            "dates": st.lists(st.dates(), max_size=5),
        },
    )
)
def test_any_record_comes_back_through_json(content):
    treatment = Treatment.from_mapping(content)
    assert Treatment.from_mapping(json.loads(json.dumps(treatment.to_json()))) == treatment


# Files


def test_a_file_of_json_or_toml_is_read(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    (tmp_path / "b.TOML").write_text(TOML, encoding="utf-8")
    assert read_treatment(tmp_path / "a.json").to_json() == WHOLE
    assert read_treatment(str(tmp_path / "b.TOML")).to_json() == {
        "kind": "exosome",
        "exosome_source": "platelet",
        "route": "after laser",
        "dates": ["2026-03-02", "2026-03-23"],
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{", r"^a\.json: the file is not JSON: .*line 1.*docs/treatment\.md"),
        ("a.toml", b"kind = exosome", r"^a\.toml: the file is not TOML: .*line 1"),
        ("a.json", b"[1]", r"^a\.json: a treatment is \[1\]; expected a table"),
        ("a.json", b"\xff\xfe{", r"^a\.json: the file is not UTF-8 text \(byte 0\)"),
        (
            "a.json",
            b'{"kind": "exosom"}',
            r"^a\.json: kind of a treatment is 'exosom'; did you mean 'exosome'",
        ),
        ("a.json", b" " * 1_000_001, r"^a\.json: the file has 1000001 bytes \(limit 1000000"),
        ("a.json", b"[" * 100_000, r"^a\.json: the file is not JSON: "),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message) as caught:
        read_treatment(tmp_path / name)
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"^none\.json: the file cannot be read \(No such file"):
        read_treatment(tmp_path / "none.json")


# The page that shows it


def test_the_page_shows_every_word_and_its_example_is_read(tmp_path):
    page = (ROOT / "docs" / "treatment.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    shown = {name.strip(" `"): words.strip().split(", ") for name, _, words in rows}
    lists = {"exosome_source": EXOSOME_SOURCES, "exosome_tissue": EXOSOME_TISSUES, "form": FORMS}
    for name, words in {"kind": KINDS, "route": ROUTES, **lists}.items():
        assert tuple(shown[name]) == words
    names = [name for cell in shown for name in cell.split("`, `")]
    assert names == [field.name for field in dataclasses.fields(Treatment)]
    example = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "treatment.toml").write_text(example, encoding="utf-8")
    assert list(read_treatment(tmp_path / "treatment.toml").to_json()) == names
