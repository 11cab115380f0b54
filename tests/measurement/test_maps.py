"""Maps of photos whose skin is known: values, extent, resolution, and the same bits however they are made."""

import tracemalloc
from dataclasses import fields, replace

import naive
import numpy as np
import plain_profile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_profile import COLUMNS, MM, ROWS, SITE, photo_of, scene, srgb_encode
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES, REGRESSED, spectral_quantities
from pigmeter.colour.session import fit_profile_from_patches
from pigmeter.errors import UsageError
from pigmeter.measurement.maps import analysis_scale, block_response, quantity_maps
from pigmeter.measurement.statistics import describe_maps
from pigmeter.photo.reader import read_photo
from pigmeter.synthetic.camera import make_camera, response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.painted_chart import reference_paints
from pigmeter.synthetic.render import render_photo
from pigmeter.synthetic.subjects import subject

TONES = (0.08, 0.15, 0.3, 0.6)


@pytest.mark.parametrize("melanin", TONES)
def test_known_skin_of_every_tone_is_read(profile, melanin):
    maps = quantity_maps(scene(melanin, light=1.0, noise=0.001, bits=16), profile, 1, mm_per_pixel=MM).maps
    spectrum = plain_profile.skin(melanin, 0.1)
    truth = spectral_quantities(spectrum)
    estimate = plain_profile.terms(plain_profile.response(spectrum)) @ profile.level
    assert set(maps) == set(QUANTITIES)
    for key, value in zip(REGRESSED, estimate, strict=True):
        assert_close(np.nanmean(maps[key]), value, 0.4)
    for key in ("melanin_index", "L", "ita"):
        assert_close(np.nanmean(maps[key]), truth[key], 4)


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("bits", [8, 16])
def test_maps_equal_the_plain_formula_on_block_means(profile, scale, bits):
    photo = scene(bits=bits)
    found = quantity_maps(photo, profile, scale, mm_per_pixel=MM)
    rows, columns = -(-ROWS // scale), -(-COLUMNS // scale)
    assert found.skin.shape == (rows, columns)
    linear = np.stack([plain_profile.srgb_decode(bits)[photo.pixels[..., c]] for c in range(3)], axis=-1)
    for r, c in zip(*(place[::97] for place in np.nonzero(found.skin)), strict=True):
        mean = linear[r * scale : (r + 1) * scale, c * scale : (c + 1) * scale].mean(axis=(0, 1))
        expected = plain_profile.terms(mean) @ profile.weights("level").astype(float)
        got = [found.maps[key][r, c] for key in REGRESSED]
        assert_close(got, expected, 1e-3)
        assert_close(found.maps["ita"][r, c], np.degrees(np.arctan2(expected[3] - 50, expected[5])), 0.005)
        assert_close(found.maps["hue"][r, c], np.degrees(np.arctan2(expected[5], expected[4])), 0.005)


@pytest.mark.parametrize(("scale", "workers"), [(1, 1), (3, 1), (3, 2)])
def test_response_of_blocks_is_their_linear_mean(profile, scale, workers):
    def burn(linear):
        linear[7:13, 10:20] = 2

    photo = scene(change=burn)
    found = block_response(photo, profile, scale, workers=workers)
    rows, columns = -(-ROWS // scale), -(-COLUMNS // scale)
    assert found.shape == (3, rows, columns)
    assert np.isnan(found[:, 9 // scale, 15 // scale]).all(), "clipped"
    linear = plain_profile.srgb_decode(8)[photo.pixels]
    for r, c in ((rows // 2, columns // 2), (rows - 1, columns - 1), (3, 40)):
        expected = linear[r * scale : (r + 1) * scale, c * scale : (c + 1) * scale].mean(axis=(0, 1))
        assert_close(found[:, r, c], expected, 1e-5)


def test_maps_are_nan_wherever_there_is_no_skin(profile):
    found = quantity_maps(scene(), profile, 1, mm_per_pixel=MM)
    assert not (found.skin & ~SITE).any()
    assert found.skin.sum() > 0.9 * SITE.sum()
    for values in found.maps.values():
        assert values.dtype == np.float32
        assert np.array_equal(np.isnan(values), ~found.skin)


@pytest.mark.parametrize("shape", [(200, 260), (187, 251), (199, 1), (1, 253), (17, 260)])
@pytest.mark.parametrize("scale", [1, 2, 3])
def test_any_number_of_threads_gives_the_same_bits(profile, shape, scale):
    """Once more with as many as before, too; cells and tiles end in the midst of these photos."""
    top = (ROWS - shape[0]) // 2  # through the middle of the skin
    left = (COLUMNS - shape[1]) // 2
    photo = photo_of(scene().pixels[top : top + shape[0], left : left + shape[1]])
    runs = [quantity_maps(photo, profile, scale, mm_per_pixel=0.5 / scale, workers=n) for n in (1, 2, 8, 8)]
    first = runs[0]
    for other in runs[1:]:
        pairs = [(first.maps[key], other.maps[key]) for key in QUANTITIES]
        pairs += [(first.state, other.state), (first.skin, other.skin)]
        for one, its in ((first.cells, other.cells), (first.skin_cells, other.skin_cells)):
            pairs += [(getattr(one, part.name), getattr(its, part.name)) for part in fields(one)]
        for value, its in pairs:
            assert np.asarray(its).tobytes() == np.asarray(value).tobytes()
        told = describe_maps(other.maps, other.skin, other.workers)
        assert told == describe_maps(first.maps, first.skin, first.workers)
    for values in first.maps.values():
        assert np.array_equal(np.isnan(values), first.state != 1), (
            "a number wherever it was measured, and only there"
        )


def test_a_mirrored_photo_gives_mirrored_maps(profile):
    photo = scene()
    mirrored = photo_of(photo.pixels[:, ::-1])
    for scale in (1, 2):
        maps = quantity_maps(photo, profile, scale, mm_per_pixel=MM).maps
        turned = quantity_maps(mirrored, profile, scale, mm_per_pixel=MM).maps
        assert_close(turned["ita"], maps["ita"][:, ::-1], 1e-3)


@settings(derandomize=True, max_examples=10, deadline=None)
@given(light=st.floats(0.3, 1.0), melanin=st.floats(0.05, 0.4))
def test_more_melanin_reads_higher_in_any_light(light, melanin):
    profile = plain_profile.PlainProfile()
    first, second = (
        quantity_maps(scene(m, light=light), profile, 2, mm_per_pixel=MM) for m in (melanin, melanin + 0.05)
    )
    assert np.nanmean(second.maps["melanin_index"]) > np.nanmean(first.maps["melanin_index"]) + 3


def test_noise_is_averaged_before_the_logarithm(profile):
    """Half the light and much noise: the mean of logarithms would read 2 units too dark."""
    sharp = quantity_maps(scene(0.3, light=0.5, noise=0, bits=16), profile, 4, mm_per_pixel=MM)
    noisy = quantity_maps(scene(0.3, light=0.5, noise=0.02, bits=16), profile, 4, mm_per_pixel=MM)
    assert_close(np.nanmean(noisy.maps["melanin_index"]), np.nanmean(sharp.maps["melanin_index"]), 0.3)


@pytest.fixture(scope="module")
def fitted():
    """A camera and a profile of it, from the 24 paints as an sRGB file would hold them."""
    camera = make_camera("phone")
    paints = reference_paints("colorchecker-classic") @ response(camera, lamp_power("led-neutral"))
    return camera, fit_profile_from_patches(srgb_encode(paints, 16) / 65535, rendered=True)


def rendered(fitted, tone, noise, mm_per_pixel):
    """Very dark skin under a white LED as an sRGB file: 8 bits with a sensor's noise, or 16 without any."""
    camera, profile = fitted
    quiet = max(noise, 1e-4)  # the noise grows with it, of photons and of the sensor
    model = replace(
        camera,
        white_electrons=camera.white_electrons / quiet**2,
        read_noise=camera.read_noise / quiet * (noise > 0),
    )
    drawn = render_photo(
        subject(tone, 2, patches=0, blemishes=0), lamp="led-neutral", camera=model, chart_kind=None,
        size=(300, 400), mm_per_pixel=mm_per_pixel, container="tiff", seed=1,
    )  # fmt: skip
    assert np.nanmean(drawn.truth["ita"]) < -30
    photo = read_photo(drawn.photo_bytes)
    linear = np.stack([photo.decode[c][photo.pixels[..., c]] for c in range(3)], axis=-1)
    return replace(photo_of(srgb_encode(linear, 8 if noise else 16)), primaries=profile.primaries)


@pytest.mark.parametrize("tone", ["dark", "very dark"])
@pytest.mark.parametrize(("noise", "mm_per_pixel"), [(1, 0.05), (3, 0.02)])
def test_noise_of_very_dark_skin_makes_no_bias(fitted, tone, noise, mm_per_pixel):
    """At 0.1 mm, 4 or 25 pixels of these photos; logarithms of single pixels would read too dark."""
    noisy, clean = (rendered(fitted, tone, strength, mm_per_pixel) for strength in (noise, 0))

    def bias(scale):
        one, other = (
            quantity_maps(photo, fitted[1], scale, mm_per_pixel=mm_per_pixel) for photo in (noisy, clean)
        )
        both = one.skin & other.skin
        assert both.mean() > 0.9
        keys = ("melanin_index", "L", "ita")
        return np.array([(one.maps[key] - other.maps[key])[both].mean(dtype=float) for key in keys])

    scale = analysis_scale(noisy.shape, mm_per_pixel)
    assert scale == round(0.1 / mm_per_pixel)
    ours, of_pixels = bias(scale), bias(1)
    assert_close(ours, 0, 0.2)
    assert of_pixels[0] > 0.2
    assert of_pixels[0] > 3 * abs(ours[0])


def test_clipped_pixels_are_left_out_of_a_mean(profile):
    def burn(linear):
        linear[101, 131] = 2

    found = quantity_maps(scene(noise=0, change=burn), profile, 2, mm_per_pixel=MM)
    values = found.maps["melanin_index"]
    assert found.skin[50, 65], "three of its four pixels are usable"
    assert_close(values[50, 65], values[50, 60], 1e-3)
    assert quantity_maps(scene(noise=0, change=burn), profile, 1, mm_per_pixel=MM).state[101, 131] == 3


@pytest.mark.parametrize(
    ("shape", "mm", "full", "scale"),
    [
        ((4000, 6000), 0.05, False, 2),
        ((4000, 6000), 0.02, False, 5),
        ((4000, 6000), 0.3, False, 2),
        ((4000, 6000), None, False, 2),
        ((4000, 6000), 0.02, True, 1),
        ((1000, 1000), None, False, 1),
        ((10000, 15000), 0.1, False, 5),
        ((2, 3), 0.001, False, 2),
    ],
)
def test_analysis_scale(shape, mm, full, scale):
    assert analysis_scale(shape, mm, full) == scale


@pytest.mark.parametrize(
    ("shape", "mm", "resolution", "scale"),
    [
        ((4000, 6000), 0.05, 0.2, 4),
        ((4000, 6000), 0.05, 0.18, 4),
        ((4000, 6000), 0.05, 0.05, 1),
        ((4000, 6000), 0.05, 0.001, 1),  # never finer than the photo
        ((10000, 15000), 0.1, 0.1, 1),  # asked for, so larger than what is usual
        ((3, 40), 0.01, 1.0, 3),
    ],
)
def test_a_resolution_that_is_asked_for(shape, mm, resolution, scale):
    assert analysis_scale(shape, mm, resolution=resolution) == scale


@pytest.mark.parametrize(
    ("mm", "full", "resolution", "words"),
    [
        (0.05, False, 0.0, "resolution is 0.0; expected a length above 0 and up to 1 mm"),
        (0.05, False, -0.1, "resolution is -0.1"),
        (0.05, False, float("nan"), "resolution is nan"),
        (0.05, False, float("inf"), "resolution is inf"),
        (0.05, False, 1.01, "up to 1 mm"),
        (None, False, 0.2, "nothing tells the scale of the photo"),
        (0.05, True, 0.2, "both asked for"),
    ],
)
def test_a_resolution_that_cannot_be_had_is_refused(mm, full, resolution, words):
    with pytest.raises(UsageError, match=words):
        analysis_scale((400, 600), mm, full, resolution)


@pytest.mark.parametrize(("shape", "scale"), [((3000, 4001), 4), ((60, 200_003), 4), ((100_001, 120), 5)])
def test_memory_is_that_of_the_maps_and_not_of_linear_pixels(profile, shape, scale):
    """So that 100 megapixels fit: their linear values alone would take 1.2 GB."""
    skin = srgb_encode(plain_profile.response(plain_profile.skin(0.2, 0.1)))
    photo = photo_of(np.broadcast_to(skin, (*shape, 3)))
    quantity_maps(photo_of(photo.pixels[:40, :40]), profile, scale, mm_per_pixel=0.1 / scale)  # compiled
    tracemalloc.start()
    found = quantity_maps(photo, profile, scale, mm_per_pixel=0.1 / scale, workers=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.skin.mean() > 0.8
    maps = sum(values.nbytes for values in found.maps.values())
    assert peak < 1.5 * maps < 0.5 * (4 * photo.pixels.size)


def test_a_photo_smaller_than_a_cell_is_no_trouble(profile):
    pixels = np.tile(srgb_encode(plain_profile.response(plain_profile.skin(0.2, 0.1))), (3, 2, 1))
    found = quantity_maps(photo_of(pixels), profile, 1, mm_per_pixel=0.01)
    assert found.skin.shape == (3, 2)


def test_kernels_and_twins_agree_through_the_whole_of_it(profile, monkeypatch):
    from pigmeter._kernels import pixel

    photo = photo_of(scene().pixels[60:140, 90:170])
    fast = quantity_maps(photo, profile, 2, mm_per_pixel=MM)
    monkeypatch.setattr(pixel, "block_means", naive.block_means)
    monkeypatch.setattr(pixel, "quantity_planes", naive.quantity_planes)
    slow = quantity_maps(photo, profile, 2, mm_per_pixel=MM)
    assert np.array_equal(fast.state, slow.state)
    for key, values in fast.maps.items():
        assert_close(values, slow.maps[key], 2e-3)
