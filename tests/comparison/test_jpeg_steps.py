from dataclasses import replace

import numpy as np
import paired_skin
import pytest
from scipy.fft import idctn

from pigmeter.comparison.jpeg_steps import jpeg_step


def grey(pixels):
    """A photo of these grey values."""
    rgb = np.repeat(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    return replace(paired_skin.photographed(), pixels=rgb)


def rounded(step, blocks=40):
    """Noise whose 8 x 8 DCT is rounded to multiples of a step, away from black and white."""
    terms = np.random.default_rng(3).laplace(0, 12, (blocks, blocks, 8, 8))
    terms[..., 0, 0] = 8 * 128
    tiles = idctn(step * np.rint(terms / step), axes=(2, 3), norm="ortho")
    return np.clip(tiles, 1, 254).transpose(0, 2, 1, 3).reshape(8 * blocks, 8 * blocks)


@pytest.mark.parametrize("step", [4, 7, 12, 19, 31])
def test_a_step_by_hand(step):
    assert jpeg_step(grey(rounded(step))) == step


def test_what_was_not_rounded_has_no_step():
    noise = np.random.default_rng(4).normal(128, 10, (320, 320))
    assert jpeg_step(grey(noise)) is None
    assert jpeg_step(grey(np.full((320, 320), 128.0))) is None
    assert jpeg_step(grey(noise[:6, :6])) is None


def test_a_shifted_grid_has_no_step():
    assert jpeg_step(grey(rounded(12)[3:, 5:])) is None


@pytest.mark.parametrize("tone", ["very light", "very dark"])
@pytest.mark.parametrize(("quality", "step"), [(75, 7), (84, 4), (96, None)])
def test_rendered_photos(tone, quality, step):
    found = jpeg_step(paired_skin.photographed(tone, jpeg_quality=quality))
    assert found == (None if step is None else pytest.approx(step, abs=0.5))


def test_deeper_files_are_on_the_same_scale():
    photo = grey(rounded(8))
    deep = replace(photo, pixels=photo.pixels.astype(np.uint16) * 257)
    assert jpeg_step(deep) == jpeg_step(photo) == 8
