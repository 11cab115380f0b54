"""Write the SHA-256 of every reference file into ``PROVENANCE.toml``; name the files that have no entry."""

import argparse
import hashlib
import re
import sys
from pathlib import Path

ENTRY = re.compile(r'^\["(?P<name>[^"]+)"\]\s*(?:#.*)?$')
HASH = re.compile(r'^(?P<key>sha256\s*=\s*)"[^"]*"(?P<rest>.*)$')


def data_files(folder: Path) -> list[str]:
    """Return the names of all tables below `folder`, relative to it and with forward slashes."""
    found = (path for pattern in ("*.csv", "*.json") for path in folder.rglob(pattern))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def renew(text: str, folder: Path) -> tuple[str, list[str]]:
    """
    Return the provenance text with every hash renewed, and what is wrong with it.

    Only the text between the quotes of a ``sha256`` line changes: order, remarks and blank lines stay.
    """
    lines, faults = text.splitlines(), []
    entry, hashed = None, set()
    names = set()
    for number, line in enumerate(lines):
        if heading := ENTRY.match(line):
            entry = heading["name"]
            if entry in names:
                faults.append(f"{entry}: two entries")
            names.add(entry)
        elif entry and (found := HASH.match(line)):
            path = folder / entry
            if path.is_file():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                lines[number] = f'{found["key"]}"{digest}"{found["rest"]}'
            hashed.add(entry)
    on_disk = set(data_files(folder))
    faults += [f"{name}: no entry" for name in sorted(on_disk - names)]
    faults += [f"{name}: an entry, but no such file" for name in sorted(names - on_disk)]
    faults += [f'{name}: the entry has no line sha256 = ""' for name in sorted(names & on_disk - hashed)]
    return "\n".join(lines) + "\n" if lines else "", faults


def main() -> int:
    """Rewrite the hashes; exit 1 if an entry or a file is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parents[1])
    folder = parser.parse_args().folder
    path = folder / "PROVENANCE.toml"
    before = path.read_text(encoding="utf-8")
    after, faults = renew(before, folder)
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
        print(f"{path.name}: hashes renewed")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
