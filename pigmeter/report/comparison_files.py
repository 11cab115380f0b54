"""The folder of results of a comparison: page, picture, tables, JSON."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pigmeter.comparison.change_value import CHANGE_COLUMNS
from pigmeter.files import make_folder, write_bytes, write_csv, write_json
from pigmeter.report.change_table import change_rows, comparison_document, rows_of_findings
from pigmeter.report.comparison_drawing import draw_comparison
from pigmeter.report.spot_change_table import SPOT_CHANGE_COLUMNS, spot_change_rows

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change

FINDING_COLUMNS = ("code", "message", "value", "limit")


def write_comparison(change: "Change", folder: str | os.PathLike[str]) -> dict[str, Path]:
    """
    Write a comparison: what is read by people, then what is read by programs.

    Parameters
    ----------
    change : Change
    folder : path-like
        Made if need be. Files of an earlier comparison in it are replaced, each whole or not at all.

    Returns
    -------
    dict of str to Path
        By file name: ``comparison.html``, ``comparison.png``, ``changes.csv``, ``spot_changes.csv``,
        ``findings.csv``, ``comparison.json``.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    target = make_folder(folder)
    for name, data in draw_comparison(change).items():
        write_bytes(target / name, data)
    tables: dict[str, tuple[Sequence[str], Sequence[Mapping[str, Any]]]] = {
        "changes.csv": (CHANGE_COLUMNS, change_rows(change)),
        "spot_changes.csv": (SPOT_CHANGE_COLUMNS, spot_change_rows(change.spots)),
        "findings.csv": (FINDING_COLUMNS, rows_of_findings(change.findings)),
    }
    for name, (columns, rows) in tables.items():
        write_csv(target / name, columns, rows)
    write_json(target / "comparison.json", comparison_document(change))
    names = ("comparison.html", "comparison.png", *tables, "comparison.json")
    return {name: target / name for name in names}
