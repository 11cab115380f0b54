import numpy as np
import photo_corpus as corpus
import pytest

from pigmeter.photo.seams import find_seam


def photo():
    return corpus.scene(480, 1024)


def damaged(pixels, row, column, step, block=16):
    """Shift all blocks from (row, column) on, in reading order, as a wrong difference of block means does."""
    shifted = pixels.astype(int)
    shifted[block * row : block * (row + 1), block * column :] += step
    shifted[block * (row + 1) :] += step
    return np.clip(shifted, 0, 255).astype(np.uint8)


def test_a_whole_photo_has_no_strong_seam():
    for block in ((8, 8), (8, 16), (16, 16)):
        seam = find_seam(photo(), block)
        assert seam is None or not seam.is_strong


@pytest.mark.parametrize("place", [(1, 30), (12, 5), (20, 32), (28, 60)])
@pytest.mark.parametrize("step", [-20, 9, [0, 0, 14]])
def test_the_seam_is_found_where_it_begins(place, step):
    seam = find_seam(damaged(photo(), *place, np.array(step)), (16, 16))
    assert seam is not None
    assert seam.is_proof
    assert abs(seam.row * 64 + seam.column - (place[0] * 64 + place[1])) <= 2
    assert seam.coverage > 0.9


def test_the_step_is_measured():
    seam = find_seam(damaged(photo(), 10, 20, 12), (16, 16))
    assert seam.step == pytest.approx(12, abs=1)
    assert seam.columns == 64


def test_a_straight_edge_of_the_scene_is_no_seam():
    """A table edge may lie on a block edge, over the whole width or part: it begins and ends otherwise."""
    whole, part = photo().astype(int), photo().astype(int)
    whole[160:] += 40
    part[160:, 200:900] += 40
    for scene in (whole, part):
        seam = find_seam(np.clip(scene, 0, 255).astype(np.uint8), (16, 16))
        assert seam is None or not seam.is_strong


def test_a_step_at_every_block_is_no_seam():
    """Heavy compression turns a clear sky into stairs of block rows; a seam stands alone."""
    stairs = 0.5 * photo() + 3.0 * (np.arange(480) // 16)[:, None, None]
    seam = find_seam(np.clip(stairs, 0, 255).astype(np.uint8), (16, 16))
    assert seam is None or not seam.is_strong


def test_narrow_photos_and_drawings_give_suspicion_not_proof():
    narrow = find_seam(damaged(corpus.scene(480, 512), 10, 12, 20), (16, 16))
    assert narrow.is_strong
    assert not narrow.is_proof
    flat = np.full((480, 1024, 3), 120, dtype=np.uint8)
    drawing = find_seam(damaged(flat, 10, 20, 20), (16, 16))
    assert drawing.still > 0.9
    assert not drawing.is_proof


@pytest.mark.parametrize("size", [(16, 1024), (300, 64), (17, 17)])
def test_too_small_to_tell(size):
    assert find_seam(corpus.scene(*size), (16, 16)) is None


def test_a_burnt_out_photo_says_nothing():
    white = np.full((480, 1024, 3), 255, dtype=np.uint8)
    assert find_seam(white, (16, 16)) is None
