"""`pigmeter repeatability`: how photos are put together, and the file that compare takes."""

import pytest
import visit_pairs
from commands import invoke

import pigmeter as pm
from pigmeter.cli.repeating import subject_of


@pytest.mark.parametrize(
    ("photo", "subject"),
    [
        ("anna-cheek-1.jpg", "anna-cheek"),
        ("anna-cheek-12.jpg", "anna-cheek"),
        ("anna_cheek_b.jpg", "anna_cheek"),
        ("IMG 3.jpg", "IMG"),
        ("anna.jpg", "anna"),
        ("anna/left/1.jpg", "anna/left"),
        ("7.jpg", "7"),
    ],
)
def test_repeats_share_a_folder_or_a_name(photo, subject):
    assert subject_of(photo) == subject


def test_repeats_become_a_file_that_compare_takes(tmp_path):
    for number, seed in enumerate((3, 3, 4), start=1):
        drawn, *_ = visit_pairs.measured(tone="tan", seed=seed)
        shown = drawn.baseline if number != 2 else drawn.follow_up
        (tmp_path / f"anna-cheek-{number}.jpg").write_bytes(shown.photo_bytes)
    done = invoke("repeatability", tmp_path, "-o", tmp_path / "r.json")
    assert done.exit_code == 0, done.stderr
    assert "3 photos of 1 subject\n" in done.stderr
    assert "melanin_index" in done.stderr
    found = pm.read_repeatability(tmp_path / "r.json")
    assert found.quantities["melanin_index"].degrees == 2
    assert found.quantities["melanin_index"].sd > 0
    assert "anna" not in (tmp_path / "r.json").read_text(encoding="utf-8")


def test_too_few_are_refused(tmp_path):
    drawn, *_ = visit_pairs.measured(tone="tan", seed=3)
    (tmp_path / "anna-1.jpg").write_bytes(drawn.baseline.photo_bytes)
    done = invoke("repeatability", tmp_path, "-o", tmp_path / "r.json")
    assert done.exit_code == 2
    assert "anna: one photo only" in done.stderr
    assert "two of each of 2 subjects" in done.stderr
    assert not (tmp_path / "r.json").exists()
