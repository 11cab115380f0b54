"""Every file below the given folders is a photo, left aside with a reason, or lost with a row."""

import os
import sys

import numpy as np
import pytest
from handmade import save_jpeg

from pigmeter.batch.discovery import find_photos
from pigmeter.errors import UsageError
from pigmeter.report.png import png_file
from pigmeter.version import SOFTWARE

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files (#2)")


def names(found):
    return [photo.name for photo in found.photos if photo.lost is None]


def lost(found):
    return {photo.name: (photo.lost.status, photo.lost.code) for photo in found.photos if photo.lost}


def skipped(found):
    return {file.name: file.code for file in found.skipped}


def test_folders_are_searched_in_order_by_content(tmp_path):
    save_jpeg(tmp_path / "b" / "2.jpg")
    save_jpeg(tmp_path / "b" / "10.jpg")
    save_jpeg(tmp_path / "a.jpg")
    save_jpeg(tmp_path / "no-ending")
    (tmp_path / "notes.txt").write_text("BMI;skin\n21;x\n")
    (tmp_path / "table.csv").write_text("BM,2\n")
    found = find_photos([tmp_path])
    assert names(found) == ["a.jpg", "b/10.jpg", "b/2.jpg", "no-ending"]
    assert skipped(found) == {"notes.txt": "NOT_PHOTO", "table.csv": "NOT_PHOTO"}


def test_a_name_that_promises_a_photo_is_never_left_aside(tmp_path):
    (tmp_path / "page.jpg").write_text("<html>")
    (tmp_path / "empty.PNG").write_bytes(b"")
    assert names(find_photos([tmp_path])) == ["empty.PNG", "page.jpg"]


def test_pictures_of_other_kinds_are_photos_too_and_documents_are_not(tmp_path):
    (tmp_path / "scan").write_bytes(bytes(128) + b"DICM" + bytes(32))
    (tmp_path / "consent.pdf").write_bytes(b"%PDF-1.7\n\0")
    (tmp_path / "clip.mov").write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ")
    found = find_photos([tmp_path])
    assert names(found) == ["scan"]
    assert skipped(found) == {"clip.mov": "NOT_PHOTO", "consent.pdf": "NOT_PHOTO"}


def test_hidden_files_are_left_aside(tmp_path):
    for name in (".left.jpg", "._left.jpg", "Thumbs.db", ".git/x.jpg"):
        save_jpeg(tmp_path / name)
    assert find_photos([tmp_path]).photos == []
    assert set(skipped(find_photos([tmp_path])).values()) == {"HIDDEN"}


def test_a_file_that_is_given_is_taken_whatever_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("text")
    assert names(find_photos([tmp_path / "notes.txt"])) == ["notes.txt"]


def test_the_folder_for_results_is_passed_over(tmp_path):
    save_jpeg(tmp_path / "a.jpg")
    save_jpeg(tmp_path / "out" / "figures" / "a.jpg")
    assert names(find_photos([tmp_path], [tmp_path / "out"])) == ["a.jpg"]


def test_results_of_an_earlier_run_are_no_photos(tmp_path):
    """Else its overview, in which the chart is seen again, would be measured."""
    save_jpeg(tmp_path / "a.jpg")
    save_jpeg(tmp_path / "before" / "figures" / "a.jpg")
    for name in ("measurements.csv", "measurements.json", "findings.csv"):
        (tmp_path / "before" / name).write_text("")
    interrupted = tmp_path / "stopped" / "figures" / "a.png"
    interrupted.parent.mkdir(parents=True)
    interrupted.write_bytes(png_file(np.zeros((40, 50, 3), np.uint8), 100, SOFTWARE))
    found = find_photos([tmp_path])
    assert names(found) == ["a.jpg"]
    assert skipped(found) == {"before": "RESULTS", "stopped/figures/a.png": "RESULTS"}
    assert names(find_photos([tmp_path / "before"])) == ["figures/a.jpg"], "asked for by name"


def test_a_photo_is_taken_once_however_it_is_given(tmp_path):
    save_jpeg(tmp_path / "a.jpg")
    assert len(find_photos([tmp_path, tmp_path / "a.jpg", tmp_path]).photos) == 1


def test_several_folders_are_told_apart_by_their_names(tmp_path):
    for folder in ("x/visit", "y/visit", "z"):
        save_jpeg(tmp_path / folder / "a.jpg", seed=len(folder))
    found = find_photos([tmp_path / "x" / "visit", tmp_path / "y" / "visit", tmp_path / "z" / "a.jpg"])
    assert names(found) == ["visit/a.jpg", "visit (2)/a.jpg", "a.jpg"]


def test_files_of_one_name_are_told_apart(tmp_path):
    given = [save_jpeg(tmp_path / folder / "a.jpg") for folder in ("x", "y")]
    assert names(find_photos(given)) == ["a.jpg", "a.jpg (2)"]


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"there is no file or folder '.*gone'\. Check the spelling"):
        find_photos([tmp_path, tmp_path / "gone"])


@POSIX
def test_links_and_loops(tmp_path):
    root = tmp_path / "photos"
    save_jpeg(root / "a.jpg")
    save_jpeg(root / ".store" / "b.jpg", seed=1)
    save_jpeg(tmp_path / "outside.jpg", seed=2)
    links = {
        "same.jpg": "a.jpg",
        "stored.jpg": ".store/b.jpg",
        "parent": ".",
        "loop.jpg": "loop.jpg",
        "gone.jpg": "nothing.jpg",
        "gone.txt": "nothing.txt",
        "out.jpg": "../outside.jpg",
        "zero.jpg": "/dev/zero",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    found = find_photos([root])
    assert names(found) == ["a.jpg", "stored.jpg"]
    assert lost(found) == {"gone.jpg": ("failed", "IO_GONE"), "out.jpg": ("refused", "IO_OUTSIDE_ROOT")}
    assert skipped(found) == {
        ".store": "HIDDEN",
        "gone.txt": "IO_GONE",
        "loop.jpg": "IO_LOOP",
        "parent": "IO_LINK",
        "same.jpg": "IO_LINK",
        "zero.jpg": "IO_NOT_FILE",
    }


@POSIX
def test_pipes_are_left_aside_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "x.jpg")
    (tmp_path / "folder.jpg").mkdir()
    save_jpeg(tmp_path / "folder.jpg" / "a.jpg")
    found = find_photos([tmp_path])
    assert names(found) == ["folder.jpg/a.jpg"]
    assert skipped(found) == {"x.jpg": "IO_NOT_FILE"}


def test_what_cannot_be_read_is_lost_with_a_reason(tmp_path, monkeypatch):
    """Made by hand, as the superuser reads everything: of two folders and two files one each is locked."""
    for name in ("a.jpg", "open/b.jpg", "shut/c.jpg"):
        save_jpeg(tmp_path / name, seed=len(name))
    scandir = os.scandir

    def locked(folder):
        if str(folder).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", locked)
    found = find_photos([tmp_path])
    assert names(found) == ["a.jpg", "open/b.jpg"]
    assert lost(found) == {"shut": ("failed", "IO_PERM")}


@POSIX
def test_a_name_that_is_no_text_is_found_and_shown(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9\n.jpg"
    save_jpeg(tmp_path / "a.jpg").rename(os.fsdecode(path))
    assert names(find_photos([tmp_path])) == ["caf\\xe9\\n.jpg"]
