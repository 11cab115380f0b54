"""A photo without numbers: its record, with the reason in words that are safe to show."""

import hashlib
from pathlib import Path
from traceback import walk_tb

from pigmeter.batch.discovery import FoundPhoto
from pigmeter.errors import PigmeterError
from pigmeter.photo.photo import Photo
from pigmeter.report.tables import FAILED, REFUSED, PhotoRecord

# The photo is not at fault: the disk, the permissions, or somebody who is still copying.
_NOT_THE_PHOTO = frozenset({"IO_PERM", "IO_GONE", "IO_CHANGED", "IO_PATH", "IO_LOOP", "IO_ERROR"})


def refused_record(found: FoundPhoto, error: Exception, photo: Photo | None, sha256: str = "") -> PhotoRecord:
    """
    Turn an error into the record of its photo, without paths and without what a stranger wrote.

    Parameters
    ----------
    found : FoundPhoto
    error : Exception
        Any: what is none of ours becomes a failure of the program, with its place in the code.
    photo : Photo or None
        If it was read.
    sha256 : str
        Of the file, if it is known.

    Returns
    -------
    PhotoRecord
    """
    if photo is not None:
        sha256 = photo.sha256
    elif not sha256:
        sha256 = _sha256(found.path)
    if isinstance(error, PigmeterError):
        status = FAILED if error.code in _NOT_THE_PHOTO else REFUSED
        code, reason, remedy = error.code, error.reason, error.remedy
    else:
        status, code = FAILED, "INTERNAL"
        reason = f"unexpected {type(error).__name__} in {_place(error)}"
        remedy = "This is a fault of pigmeter; please report it with this line"
    return PhotoRecord(found.name, status, sha256=sha256, code=code, reason=reason, remedy=remedy)


def _place(error: Exception) -> str:
    """Return the innermost line of pigmeter that an error passed through."""
    package = Path(__file__).resolve().parents[1]
    place = "pigmeter"
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(package):
            place = f"pigmeter/{path.relative_to(package).as_posix()}, line {line}"
    return place


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
