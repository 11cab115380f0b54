"""Every number in calibration/ has a source, is what its entry says, and is used."""

import ast
import csv
import hashlib
import importlib.util
import json
import math
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter

import pytest
from source_tree import ROOT, library

FOLDER = ROOT / "calibration"
FILES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in {".csv", ".json"}
)
TABLES = [name for name in FILES if name.endswith(".csv") and not name.startswith("limits/")]
LIMITS = [name for name in FILES if name.startswith("limits/")]


@pytest.fixture(scope="module")
def entries():
    return tomllib.loads((FOLDER / "PROVENANCE.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def script():
    """Return calibration/derive/provenance.py as a loaded script."""
    spec = importlib.util.spec_from_file_location("provenance", FOLDER / "derive" / "provenance.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def rows(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return list(csv.reader(line for line in lines if line and not line.startswith("#")))


def is_number(cell):
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


# Entries


def test_every_file_has_an_entry_and_every_entry_a_file(entries):
    assert sorted(entries) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_one_its_entry_means(name, entries):
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    assert entries[name]["sha256"] == digest, (
        "if the change is meant: python calibration/derive/provenance.py"
    )


@pytest.mark.parametrize("name", FILES)
def test_an_entry_says_where_the_numbers_come_from(name, entries):
    entry = entries[name]
    for key in ("quantity", "source", "licence", "seen", "derived_by"):
        assert str(entry.get(key, "")).strip(), f"no {key}"
    assert entry["seen"] in {"primary", "secondary", "own"}, "what nobody has seen may not ship"
    assert re.fullmatch(r"derive/\w+\.py|transcribed.*|chosen", entry["derived_by"])
    if entry["derived_by"].startswith("derive/"):
        assert (FOLDER / entry["derived_by"]).is_file()


def test_a_source_is_not_somebody_s_disk(entries):
    for name, entry in entries.items():
        for key, value in entry.items():
            local = (
                re.search(r"\bfile:|(?<![\w.:/])(~|\.\.)?/\w+/", str(value))
                if "://" not in str(value)
                else None
            )
            assert not local, f"{name}: {key} names a folder of one machine: {value}"


# Tables


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_names_units_and_whole_rows(name):
    assert (FOLDER / name).read_text(encoding="utf-8").startswith("# "), "its first line says what it holds"
    names, units, *body = rows(name)
    assert body
    assert len(set(names)) == len(names)
    assert all(cell.strip() and not is_number(cell) for cell in names)
    assert len(units) == len(names)
    assert all(cell.strip() and (cell == "1" or not is_number(cell)) for cell in units), "no row of units"
    assert {len(row) for row in body} == {len(names)}
    for column, cells in zip(names, zip(*body, strict=True), strict=True):
        assert len({is_number(cell) for cell in cells}) == 1, f"{column} mixes words and numbers"


def test_a_json_table_is_strict():
    for name in FILES:
        if name.endswith(".json"):
            text = (FOLDER / name).read_text(encoding="utf-8")
            json.loads(
                text, parse_constant=lambda word, name=name: pytest.fail(f"{name}: {word} is not JSON")
            )


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_the_same_everywhere(name):
    data = (FOLDER / name).read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    data.decode("utf-8")


# Limits


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_has_a_value_a_unit_and_a_source(name):
    header, *body = rows(name)
    assert header == ["name", "value", "unit", "source"]
    assert body
    for row in body:
        assert len(row) == 4, f"{row}: quote a source that holds a comma"
        assert re.fullmatch(r"[a-z][a-zA-Z0-9_]*", row[0])
        assert is_number(row[1]), row
        assert row[2].strip(), f"{row[0]} has no unit (1 where it is a ratio)"
        assert len(row[3]) > 10, f"{row[0]} has no source"
    repeated = [key for key, count in Counter(row[0] for row in body).items() if count > 1]
    assert not repeated


def limits_in_code():
    """
    Yield the group and name of each limit the library asks for, with where; None for a name made at run time.

    A file may wrap `limit` once for its own group: ``def _limit(name): return limit("group", name)``.
    """
    for source in library():
        if source.layer == "reference":
            continue
        wrappers = {}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                for call in ast.walk(node):
                    if is_limit_call(call) and len(node.args.args) == 1:
                        group, name = call.args
                        if isinstance(name, ast.Name) and name.id == node.args.args[0].arg:
                            wrappers[node.name] = group.value
        for call in ast.walk(source.tree):
            if is_limit_call(call):
                group, name = call.args
                constant = isinstance(name, ast.Constant)
                yield group.value, name.value if constant else None, source
            elif isinstance(call, ast.Call) and ast.unparse(call.func) in wrappers and call.args:
                name = call.args[0]
                constant = isinstance(name, ast.Constant)
                yield wrappers[ast.unparse(call.func)], name.value if constant else None, source


def is_limit_call(node):
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "limit":
        return False
    return len(node.args) == 2 and isinstance(node.args[0], ast.Constant)


def test_every_limit_the_code_names_exists():
    for group, name, source in limits_in_code():
        known = [row[0] for row in rows(f"limits/{group}.csv")[1:]]
        assert name is None or name in known, f"{source.short} asks for {group}/{name}"


@pytest.mark.parametrize("table", LIMITS)
def test_every_limit_is_used(table):
    used, made_up = set(), set()
    for group, name, source in limits_in_code():
        if f"limits/{group}.csv" == table:
            used.add(name)
            if name is None:
                made_up.add(source)
    # Where a name is put together or handed on, it is enough that its words stand in that file.
    words = {
        node.value
        for source in made_up
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    idle = []
    for row in rows(table)[1:]:
        parts = any(word and row[0].endswith(word) for word in words)
        if row[0] not in used and not parts:
            idle.append(row[0])
    assert not idle, f"no code asks for {idle}"


# The scripts that write the tables


@pytest.mark.parametrize("name", ["charts.py", "colorimetry.py"])
def test_a_table_is_what_its_script_writes(name, entries, tmp_path):
    """The scripts that need nothing but an installed package write the shipped bytes again."""
    copy = shutil.copytree(FOLDER, tmp_path / "calibration")
    made = [table for table, entry in entries.items() if entry["derived_by"] == f"derive/{name}"]
    assert made
    for table in made:
        (copy / table).unlink()
    subprocess.run([sys.executable, copy / "derive" / name], check=True, capture_output=True, cwd=tmp_path)
    for table in made:
        assert (copy / table).read_bytes() == (FOLDER / table).read_bytes(), table


# The script that fills in the hashes


def test_hashes_are_renewed_in_place(script, tmp_path):
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "a.csv").write_bytes(b"abc")
    (tmp_path / "b.json").write_bytes(b"{}")
    before = (
        '# remark\n\n["limits/a.csv"]\nquantity = "sha256 = \\"x\\""\n'
        'sha256 = ""  # of the file\n\n["gone.csv"]\nsha256 = "1"\n'
    )
    after, faults = script.renew(before, tmp_path)
    # SHA-256 of "abc": the test vector of FIPS 180-2, appendix B.1.
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert after == before.replace('sha256 = ""  #', f'sha256 = "{digest}"  #')
    assert faults == ["b.json: no entry", "gone.csv: an entry, but no such file"]
    assert script.renew(after, tmp_path)[0] == after


def test_an_entry_without_a_hash_or_entered_twice_is_told(script, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    _, faults = script.renew('["a.csv"]\nseen = "own"\n["a.csv"]\n', tmp_path)
    assert faults == ["a.csv: two entries", 'a.csv: the entry has no line sha256 = ""']
