import csv

import numpy as np
import pytest
from source_tree import ROOT
from tolerance import assert_close

from pigmeter.errors import PigmeterError, UsageError
from pigmeter.reference import limit, read_rows, read_table, read_text

D65 = "illuminants/d65.csv"


def test_text_is_the_file_s():
    assert read_text(D65) == (ROOT / "calibration" / D65).read_text(encoding="utf-8")


def test_a_table_has_its_names_units_and_numbers():
    table = read_table(D65)
    assert table.names[0] == "wavelength_nm"
    assert table.units[0] == "nm"
    assert table.values.shape[1] == len(table.names) == len(table.units)
    # CIE standard illuminant D65 is 100 at 560 nm by definition.
    power = table.column(table.names[1])
    assert_close(power[table.column("wavelength_nm") == 560], [100], atol=1e-9)


def test_a_table_is_read_once_and_cannot_be_changed():
    table = read_table(D65)
    assert read_table(D65) is table
    with pytest.raises(ValueError, match="read-only"):
        table.values[0, 0] = 1


def test_a_table_reads_as_a_plain_csv_reader_would():
    lines = (ROOT / "calibration" / D65).read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))[2:]
    assert_close(read_table(D65).values, np.array(rows, dtype=float), atol=0)


def test_a_column_that_is_not_there():
    with pytest.raises(ValueError, match="not in tuple"):
        read_table(D65).column("colour")


def test_rows_skip_remarks():
    rows = read_rows("limits/photo.csv")
    assert set(rows[0]) == {"name", "value", "unit", "source"}
    assert not [row for row in rows if row["name"].startswith("#")]


def test_a_limit_is_the_number_of_its_row():
    row = next(row for row in read_rows("limits/photo.csv") if row["name"] == "min_side")
    assert limit("photo", "min_side") == float(row["value"])


def test_an_unknown_limit_is_named_with_the_known_ones():
    with pytest.raises(
        UsageError, match=r"no limit 'colour' in calibration/limits/photo\.csv \(known: .*min_s"
    ):
        limit("photo", "colour")


def test_an_unknown_limit_is_a_refusal_like_any_other():
    with pytest.raises(PigmeterError) as caught:
        limit("photo", "colour")
    assert caught.value.code == "LIMIT_UNKNOWN"
