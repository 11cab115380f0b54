"""The change of one number: what its row in a table says."""

from pigmeter.comparison.change_value import CHANGE_COLUMNS, PARTS, VERDICTS, ChangeValue

LEVELS = {"baseline": 41.0, "follow_up": 38.5}
NAMES = {
    "region": "cheek",
    "site": "cheek",
    "side": "left",
    "key": "melanin_index",
    "definition": "100 A(660)",
}


def test_a_row_has_every_column_and_its_parts():
    value = ChangeValue(
        **NAMES, unit="index unit", n=12, **LEVELS, change=-2.4, parts={"noise": 0.3}, flags=("A", "B")
    )
    row = value.row()
    assert tuple(row) == CHANGE_COLUMNS
    assert (row["quantity"], row["change"], row["status"]) == ("melanin_index", -2.4, "compared")
    assert row["uncertainty_noise"] == 0.3
    assert [row[f"uncertainty_{part}"] for part in PARTS if part != "noise"] == [None] * (len(PARTS) - 1)
    assert row["flags"] == "A B"


def test_without_a_change_the_row_has_a_reason_and_no_number():
    value = ChangeValue(
        **NAMES,
        unit="index unit",
        n=0,
        baseline=None,
        follow_up=None,
        change=None,
        code="PAIR_REGION",
        reason="gone",
    )
    row = value.row()
    assert (row["status"], row["code"], row["reason"]) == ("refused", "PAIR_REGION", "gone")
    numbers = (
        "baseline",
        "follow_up",
        "change",
        "low",
        "high",
        "sdc",
        "uncertainty",
        "p",
        "reflectance_change",
    )
    assert all(row[name] is None for name in numbers)


def test_a_verdict_never_says_no_change():
    assert "no change" not in VERDICTS
