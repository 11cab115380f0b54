"""Robust reading of patches, and patch readings in files."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.layouts import CLASSIC_NAMES, layout
from pigmeter.colour.patches import read_patch_file, read_patches, write_patch_file
from pigmeter.errors import ChartError

UPRIGHT = np.eye(2)[None]


def one(image, size=40.0, centre=None):
    """Read one patch in the middle of an image."""
    middle = np.array([[image.shape[1] / 2 - 0.5, image.shape[0] / 2 - 0.5]]) if centre is None else centre
    return read_patches(image, middle, UPRIGHT, (size, size))


def noisy(level, sd, bits=8, side=60, seed=0):
    rng = np.random.default_rng(seed)
    full = 2**bits - 1
    values = rng.normal(level, sd, (side, side, 3)).round().clip(0, full)
    return values.astype(np.uint8 if bits == 8 else np.uint16)


def test_mean_and_noise_of_a_plain_patch():
    reading = one(noisy([60, 120, 200], 3.0))
    assert_close(reading.means, [[60, 120, 200]], 0.4)
    assert_close(reading.noise, [[3, 3, 3]], 0.45)
    assert_close(reading.clipped, [[0, 0, 0]], 0)
    assert not reading.unusable[0]


def test_noise_below_a_level_and_dark_patches_keep_their_pixels():
    reading = one(noisy(14.4, 0.3))
    assert_close(reading.means, [[14.4, 14.4, 14.4]], 0.25)
    assert reading.outliers[0] < 0.05
    assert not reading.unusable[0]


def test_sixteen_bits_are_not_rounded():
    reading = one(noisy(30_000.4, 20.0, bits=16))
    assert_close(reading.means, [[30_000.4] * 3], 3)
    assert_close(reading.noise, [[20] * 3], 3)


def test_a_slow_change_of_light_is_no_noise():
    ramp = (100 + 0.5 * np.arange(60))[None, :, None] + np.zeros((60, 60, 3))
    image = (ramp + np.random.default_rng(1).normal(0, 1.5, ramp.shape)).round().astype(np.uint8)
    reading = one(image)
    assert_close(reading.noise, [[1.5] * 3], 0.35)
    assert reading.spread[0] < 0.01


def test_a_highlight_is_left_out():
    image = noisy(100, 1.5)
    image[25:33, 25:33] = 250
    reading = one(image)
    assert_close(reading.means, [[100] * 3], 0.3)
    assert 0.05 < reading.outliers[0] < 0.25
    assert not reading.unusable[0]


def test_a_half_covered_patch_is_unusable():
    image = noisy(100, 1.5)
    image[:, :28] = 30
    assert one(image).unusable[0]


def test_clipping_is_counted_for_each_channel():
    image = noisy([250, 100, 3], 1.0)
    image[::2, :, 0] = 255
    image[:, ::2, 2] = 0
    reading = one(image)
    assert_close(reading.clipped, [[0.5, 0, 0.5]], 0.05)
    assert reading.unusable[0]


def test_few_zeros_do_no_harm_and_many_do():
    image = noisy(3, 0.5)
    image[::8, ::2] = 0
    assert not one(image).unusable[0]
    image[::2] = 0
    assert one(image).unusable[0]


def test_a_patch_outside_the_photo_is_not_read():
    reading = one(noisy(100, 1), centre=np.array([[5.0, 30.0]]))
    assert np.isnan(reading.means).all()
    assert reading.unusable[0]


def test_only_the_inner_area_of_a_turned_patch_is_read():
    rows, columns = np.mgrid[:80, :80] - 39.5
    diamond = np.abs(rows) + np.abs(columns) < 20 * np.sqrt(2) * 0.7
    image = np.where(diamond[..., None], 150, 20).astype(np.uint8).repeat(3, axis=2)
    turn = np.array([[1.0, -1.0], [1.0, 1.0]])[None] / np.sqrt(2)
    reading = read_patches(image, np.array([[39.5, 39.5]]), turn, (40.0, 40.0))
    assert_close(reading.means, [[150] * 3], 1e-9)
    assert reading.outliers[0] == 0


def test_large_patches_are_thinned_but_not_biased():
    reading = one(noisy(100.3, 4.0, side=400), size=390.0)
    assert_close(reading.means, [[100.3] * 3], 0.4)


def test_file_round_trip(tmp_path):
    values = np.random.default_rng(0).uniform(0, 255, (24, 3))
    values[7] = np.nan
    write_patch_file(tmp_path / "patches.csv", CLASSIC_NAMES, values)
    assert (tmp_path / "patches.csv").read_text().startswith("patch,r,g,b\ndark_skin,")
    assert_close(read_patch_file(tmp_path / "patches.csv"), values, 0)


def test_file_with_numbers_remarks_and_any_order(tmp_path):
    path = tmp_path / "typed.csv"
    path.write_text("# by hand\npatch,r,g,b\n19,240,241,242\nblack,30,31,32\n")
    values = read_patch_file(path)
    assert_close(values[[18, 23]], [[240, 241, 242], [30, 31, 32]], 0)
    assert np.isnan(values[0]).all()


def test_file_of_a_larger_chart(tmp_path):
    names = layout("colorchecker-sg").names
    path = tmp_path / "sg.csv"
    path.write_text("patch,r,g,b\nE2,1,2,3\n")
    assert_close(read_patch_file(path, names)[names.index("E2")], [1, 2, 3], 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", r"columns patch, r, g, b wanted"),
        ("", r"columns patch, r, g, b wanted"),
        ("patch,r,g,b\nmauve,1,2,3\n", r"row 1: patch 'mauve' is unknown \(known: dark_skin"),
        ("patch,r,g,b\n25,1,2,3\n", r"row 1: patch '25' is unknown"),
        ("patch,r,g,b\nred,1,2,3\n15,1,2,3\n", r"row 2: patch '15' is twice"),
        ("patch,r,g,b\nred,1,x,3\n", r"row 1: patch 'red' has no numbers \(1, x, 3\)"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ChartError, match=words) as caught:
        read_patch_file(path)
    assert caught.value.file == "bad.csv"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ChartError, match=r"none\.csv: patch readings cannot be read \(FileNotFoundError\)"):
        read_patch_file(tmp_path / "none.csv")
