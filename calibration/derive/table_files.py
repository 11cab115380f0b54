"""The form of the tables: read measured sources and shipped tables, write new ones, ask where."""

import argparse
import csv
import pathlib

import numpy as np

CALIBRATION = pathlib.Path(__file__).resolve().parent.parent
WAVELENGTHS = np.arange(400, 701, 5)


def arguments(description, sources):
    """Return the command line's `out`, and before it `folder` if the script has `sources` to read."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if sources:
        parser.add_argument("folder", type=pathlib.Path, help="of the source tables")
    parser.add_argument("out", nargs="?", type=pathlib.Path, default=CALIBRATION, help="where to write")
    return parser.parse_args()


def read_spectra(path):
    """Return a source table as an array, shape (spectra, wavelengths)."""
    with pathlib.Path(path).open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return np.array([[float(cell) for cell in row[1:]] for row in rows]).T


def read_names(path):
    """Return the names of the spectra of a source table."""
    with pathlib.Path(path).open(encoding="utf-8") as lines:
        return next(csv.reader(lines))[1:]


def read_shipped(name):
    """Return a shipped table of numbers without its first column, shape (columns, rows)."""
    lines = (CALIBRATION / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines if line and not line.startswith("#")][2:]
    return np.array([[float(cell) for cell in row[1:]] for row in rows]).T


def six_digits(value):
    """Return a number as every machine rounds it; no minus before a zero."""
    return f"{value + 0.0:.6g}"


def write(path, remarks, names, units, rows, number=six_digits):
    """Write remarks, a row of names, a row of units and the rows, each cell as `number` puts it."""
    lines = [f"# {remark}" for remark in (*remarks, "see PROVENANCE.toml")]
    lines += [",".join(names), ",".join(units)]
    lines += [",".join(number(value) for value in row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
