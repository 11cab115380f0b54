"""The project's own files as the tests about its form see them."""

import ast
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "pigmeter"
_BY_TOOLS = {".git", ".venv", "build", "dist", "demo-output", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One file of the library: its dotted name, path, text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def short(self):
        """Path from the project's root, for messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def layer(self):
        """Part of the library it belongs to: ``"photo"`` for pigmeter.photo.reader, ``""`` for the top."""
        return layer(self.name).removeprefix("__main__")


def layer(name):
    """Return the part of the library a dotted name belongs to."""
    return name.split(".")[1] if "." in name else ""


def dotted(path):
    """Return the name under which a file of the library is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def library():
    """Return every Python file of the library as a Source."""
    sources = []
    for path in sorted(LIBRARY.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        sources.append(Source(dotted(path), path, text, ast.parse(text, str(path))))
    return tuple(sources)


@cache
def project_files():
    """Return the files that make up the project: what git knows or would take, else all but tools' own."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _BY_TOOLS & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))
