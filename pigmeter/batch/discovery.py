"""Find the photos in folders: every file is a photo, a file left aside with a reason, or one that is lost."""

import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from pigmeter.errors import PhotoError, UsageError
from pigmeter.photo.container import recognise
from pigmeter.report.names import shown_name
from pigmeter.report.tables import FAILED, REFUSED, PhotoRecord, SkippedFile

# A folder that holds these holds an earlier run's figures too, in which a photo and its chart are seen again.
_RESULTS = frozenset({"measurements.csv", "measurements.json", "findings.csv"})
_OWN_PICTURE = b"tEXtSoftware\0pigmeter "
# Endings of names that promise a photo: such a file is never left aside without a row of its own.
_ENDINGS = (
    "jpg jpeg jpe jfif png tif tiff webp heic heif avif bmp gif jp2 jxl "
    "dng cr2 cr3 nef arw raf orf rw2 pef srw dcm"
)
PHOTO_SUFFIXES = frozenset(f".{ending}" for ending in _ENDINGS.split())
_DOCUMENTS = frozenset({".pdf", ".ps", ".eps", ".ai", ".ico"})
_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """
    A file to be measured.

    Attributes
    ----------
    path : Path
    name : str
        Relative to the folder that was given, with ``/``; the file's name if it was given itself.
    folder : str
        The folder it lies in; photos of a session share it.
    lost : PhotoRecord or None
        For a file or folder that promised photos and cannot be read: the reason, in place of numbers.
    """

    path: Path
    name: str
    folder: str
    lost: PhotoRecord | None = None


@dataclass(slots=True)
class Discovery:
    """
    What was found below the paths that were given.

    Attributes
    ----------
    photos : list of FoundPhoto
        In the order of their names within each given path.
    skipped : list of SkippedFile
        What is no photo.
    """

    photos: list[FoundPhoto] = field(default_factory=list)
    skipped: list[SkippedFile] = field(default_factory=list)


def find_photos(paths: Sequence[str | os.PathLike[str]], excluded: Sequence[Path] = ()) -> Discovery:
    """
    Find the photos among files and below folders, by their content.

    Parameters
    ----------
    paths : sequence of path-like
        Photos, and folders that are searched with all their folders. A file that is given is taken for a
        photo whatever it holds, so that it never vanishes.
    excluded : sequence of Path
        Folders that are passed over, such as the one for results.

    Returns
    -------
    Discovery

    Raises
    ------
    UsageError
        ``PATH_MISSING``: there is nothing of that name.
    """
    found = Discovery()
    roots = [Path(path) for path in paths]
    for root in roots:
        if not os.path.lexists(root):
            reason = f"there is no file or folder {shown_name(str(root))!r}"
            raise UsageError("PATH_MISSING", reason, "Check the spelling; a folder is searched as a whole")
    walk = _Walk(found, [path.resolve() for path in excluded])
    for root, prefix in zip(roots, _prefixes(roots), strict=True):
        walk.visit_given(root, prefix)
    return found


def _prefixes(roots: Sequence[Path]) -> list[str]:
    """Return what tells files of several given folders apart: the folder's own name, numbered if need be."""
    folders = [root for root in roots if root.is_dir()]
    if len(folders) == 1 and len(roots) == 1:
        return [""]
    names, counts = [], Counter[str]()
    for root in roots:
        if not root.is_dir():
            names.append("")
            continue
        name = root.resolve().name or "folder"
        counts[name] += 1
        names.append(f"{name}/" if counts[name] == 1 else f"{name} ({counts[name]})/")
    return names


class _Walk:
    """One pass over the given paths; a file is taken once, however many ways lead to it."""

    def __init__(self, found: Discovery, excluded: Sequence[Path]) -> None:
        self.found = found
        self.excluded = excluded
        self.taken: set[str] = set()
        self.names: Counter[str] = Counter()

    def visit_given(self, root: Path, prefix: str) -> None:
        if not root.is_dir():
            self._take(root, PurePath(root.name), "", str(root.parent.resolve()), given=True)
            return
        links: list[tuple[Path, PurePath]] = []
        first = len(self.found.photos)
        self._visit_folder(root, PurePath(), prefix, links)
        inside = root.resolve()
        for path, name in links:
            self._visit_link(path, name, prefix, inside)
        self.found.photos[first:] = sorted(self.found.photos[first:], key=lambda photo: photo.name.split("/"))

    def _visit_folder(
        self, folder: Path, name: PurePath, prefix: str, links: list[tuple[Path, PurePath]]
    ) -> None:
        if folder.resolve() in self.excluded:
            return
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._lose(
                prefix + name.as_posix(), FAILED, "IO_PERM", f"the folder cannot be read ({_why(error)})"
            )
            return
        if name.parts and {entry.name for entry in entries} >= _RESULTS:
            self._skip(prefix, name, "RESULTS", "results of an earlier run")
            return
        for entry in entries:
            path, inner = folder / entry.name, name / entry.name
            if entry.name.startswith(".") or entry.name.lower() in _BY_SYSTEMS:
                self._skip(prefix, inner, "HIDDEN", "a hidden file or folder")
            elif entry.is_symlink():
                links.append((path, inner))
            elif entry.is_dir(follow_symlinks=False):
                self._visit_folder(path, inner, prefix, links)
            else:
                self._take(path, inner, prefix, str(folder.resolve()), given=False)

    def _visit_link(self, path: Path, name: PurePath, prefix: str, inside: Path) -> None:
        """Take the file behind a link unless it is reached anyway; folders behind links are not searched."""
        try:
            target = path.resolve(strict=True)
        except FileNotFoundError:
            if path.suffix.lower() in PHOTO_SUFFIXES:
                self._lose(prefix + name.as_posix(), FAILED, "IO_GONE", "a link to a file that is not there")
            else:
                self._skip(prefix, name, "IO_GONE", "a link to a file that is not there")
        except (OSError, RuntimeError):  # RuntimeError: how Python 3.11 and 3.12 report a loop
            self._skip(prefix, name, "IO_LOOP", "a link that leads back to itself")
        else:
            if not target.is_file() and not target.is_dir():
                self._skip(prefix, name, "IO_NOT_FILE", "neither a file nor a folder")
            elif not target.is_relative_to(inside):
                self._lose(
                    prefix + name.as_posix(),
                    REFUSED,
                    "IO_OUTSIDE_ROOT",
                    "a link that leads out of the folder given",
                )
            elif target.is_dir() or str(target) in self.taken:
                self._skip(prefix, name, "IO_LINK", "a link to what is found anyway")
            else:
                self._take(path, name, prefix, str(path.parent.resolve()), given=False)

    def _take(self, path: Path, name: PurePath, prefix: str, folder: str, *, given: bool) -> None:
        promised = given or path.suffix.lower() in PHOTO_SUFFIXES
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                self._skip(prefix, name, "IO_NOT_FILE", "neither a file nor a folder")
                return
            if not promised and not _is_picture(_head(path), path.suffix.lower()):
                self._skip(prefix, name, "NOT_PHOTO", "no photo by its content")
                return
            if not given and path.suffix.lower() == ".png" and _OWN_PICTURE in _head(path):
                self._skip(prefix, name, "RESULTS", "a picture that pigmeter drew")
                return
        except OSError as error:
            if promised:
                self._lose(
                    prefix + name.as_posix(), FAILED, "IO_PERM", f"the file cannot be read ({_why(error)})"
                )
            else:
                self._skip(prefix, name, "IO_PERM", f"cannot be read ({_why(error)})")
            return
        real = str(path.resolve())
        if real in self.taken:
            return
        self.taken.add(real)
        self.found.photos.append(FoundPhoto(path, self._unique(prefix + name.as_posix()), folder))

    def _lose(self, name: str, status: str, code: str, reason: str) -> None:
        remedy = "Give pigmeter the file itself, in a place that it may read"
        shown = self._unique(name)
        record = PhotoRecord(shown, status, code=code, reason=reason, remedy=remedy)
        self.found.photos.append(FoundPhoto(Path(name), shown, "", record))

    def _skip(self, prefix: str, name: PurePath, code: str, reason: str) -> None:
        self.found.skipped.append(SkippedFile(shown_name(prefix + name.as_posix()), code, reason))

    def _unique(self, name: str) -> str:
        shown = shown_name(name)
        self.names[shown] += 1
        return shown if self.names[shown] == 1 else f"{shown} ({self.names[shown]})"


def _is_picture(head: bytes, suffix: str) -> bool:
    """Tell by its first bytes whether a file whose name promises nothing is a picture, measurable or not."""
    try:
        recognise(head)
    except PhotoError as error:
        # Text can begin like a picture (a table whose first column is BMI); pictures hold zero bytes.
        return error.code == "FMT_NOT_ALLOWED" and b"\0" in head and suffix not in _DOCUMENTS
    return True


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
