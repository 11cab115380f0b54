import datetime

import pytest

from pigmeter.comparison.recovery import Procedure, recovery_of
from pigmeter.comparison.treatment import KINDS, ROUTES
from pigmeter.reference import read_rows


@pytest.mark.parametrize(
    ("words", "procedure"),
    [
        ("Microneedling 1.0 mm", "microneedling"),
        ("exosome, after_microneedling", "microneedling"),
        ("RF microneedling", "radiofrequency microneedling"),
        ("Fractional CO2 laser, 15 mJ", "ablative fractional laser"),
        ("CO2 laser", "ablative laser"),
        ("laser", "laser of unknown kind"),
        ("laser, pulsed dye laser", "pulsed dye laser"),
        ("glycolic 30 %", "superficial peel"),
        ("phenol", "deep peel"),
        ("microdermabrasion", "microdermabrasion"),
        ("dermabrasion", "dermabrasion"),
        ("topical", "nothing that breaks the skin"),
        ("microneedling and a TCA peel", "medium peel"),
    ],
)
def test_words_name_a_procedure(words, procedure):
    assert recovery_of(words).procedure == procedure


@pytest.mark.parametrize("words", ["", "exosome", "compound", "a peeled orange? no: repeal"])
def test_words_that_name_none(words):
    found = recovery_of(words)
    assert found is None or found.procedure == "superficial peel"


def test_every_word_of_a_treatment_that_needs_a_window_has_one():
    for word in ("laser", "microneedling", "injection", "topical", "device at home"):
        assert word in KINDS
        assert recovery_of(word) is not None
    for word in ("topical", "after microneedling", "after laser", "injection"):
        assert word in ROUTES
        assert recovery_of(word) is not None


def test_every_row_has_days_and_an_honest_source():
    rows = read_rows("skin/recovery.csv")[1:]
    words = [word for row in rows for word in row["words"].split("|")]
    assert len(set(words)) == len(words)
    for row in rows:
        assert 0 <= int(row["days"]) <= 365
        assert row["seen"] in {"abstract", "secondary", "own"}
        assert row["source"].startswith("chosen") == (row["seen"] == "own") or row["seen"] == "abstract"


def test_days_before():
    day = datetime.date
    procedure = Procedure("peel", (day(2026, 3, 1), day(2026, 3, 20)))
    assert procedure.days_before(day(2026, 3, 19), same_day=True) == 18
    assert procedure.days_before(day(2026, 3, 20), same_day=True) == 0
    assert procedure.days_before(day(2026, 3, 20), same_day=False) == 19
    assert procedure.days_before(day(2026, 3, 1), same_day=False) is None
