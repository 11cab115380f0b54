import numpy as np
import photo_corpus as corpus
import pytest
from tolerance import assert_close

from pigmeter.errors import PhotoError
from pigmeter.photo.icc import ProfileDamaged, ProfileNotSimple, convert_to_srgb, read_icc
from pigmeter.photo.spaces import named_space

GREY = np.linspace(0, 1, 256)


def with_curve(curve):
    return read_icc(corpus.icc(corpus.pcs_columns(corpus.SRGB), (curve,) * 3), 256).decode[1]


@pytest.mark.parametrize(
    ("name", "primaries", "white", "curve"),
    [
        ("sRGB", corpus.SRGB, corpus.D65_XY, corpus.CURVE_SRGB),
        ("Display P3", corpus.P3, corpus.D65_XY, corpus.CURVE_SRGB),
        ("Adobe RGB", corpus.ADOBE, corpus.D65_XY, corpus.CURVE_ADOBE),
        ("ProPhoto RGB", corpus.PROPHOTO, corpus.D50_XY, corpus.CURVE_PROPHOTO),
    ],
)
@pytest.mark.parametrize("levels", [256, 65536])
def test_the_profiles_of_cameras_become_tables_and_primaries(name, primaries, white, curve, levels):
    space = read_icc(corpus.icc(corpus.pcs_columns(primaries, white), (curve,) * 3), levels)
    known = named_space(name, levels)
    assert space.name == name
    assert_close(space.decode, known.decode, 3e-5)
    # The connection space's white has four digits, so the adapted primaries have as many.
    assert_close(space.primaries, known.primaries, 5e-4)


def test_parametric_curves_of_all_types():
    # ICC.1:2022, table 68: each type with its break, by its own formula.
    x = GREY
    assert_close(with_curve(corpus.curve_parametric(0, 2.0)), x**2, 1e-6)
    line = np.maximum(1.25 * x - 0.25, 0)
    assert_close(with_curve(corpus.curve_parametric(1, 2.0, 1.25, -0.25)), line**2, 1e-4)
    assert_close(with_curve(corpus.curve_parametric(2, 2.0, 1.25, -0.25, 0.125)), line**2 + 0.125, 1e-4)
    three = np.where(x >= 0.25, x**2, 0.25 * x)
    assert_close(with_curve(corpus.curve_parametric(3, 2.0, 1.0, 0.0, 0.25, 0.25)), three, 1e-6)
    four = np.where(x >= 0.25, x**2 + 0.125, 0.25 * x + 0.0625)
    assert_close(with_curve(corpus.curve_parametric(4, 2, 1, 0, 0.25, 0.25, 0.125, 0.0625)), four, 1e-6)


def test_sampled_curves():
    identity = b"curv\0\0\0\0" + bytes(4)
    assert_close(with_curve(identity), GREY, 1e-7)
    assert_close(with_curve(corpus.curve_gamma(1.5)), GREY**1.5, 1e-6)
    # Three points: straight lines between them.
    table = corpus.curve_table(np.array([0.0, 0.25, 1.0]))
    assert_close(with_curve(table), np.interp(GREY, [0, 0.5, 1], [0, 0.25, 1]), 1e-5)


def test_each_channel_has_its_own_curve():
    curves = (corpus.curve_gamma(1.5), corpus.curve_gamma(2.0), corpus.curve_gamma(2.5))
    space = read_icc(corpus.icc(corpus.pcs_columns(corpus.P3), curves), 256)
    assert_close(space.decode, np.stack([GREY**1.5, GREY**2, GREY**2.5]), 1e-6)
    assert space.name == "ICC profile"


def test_swapped_channels_are_swapped_primaries():
    swapped, plain = read_icc(corpus.icc_swapped(), 256), named_space("sRGB", 256)
    assert_close(swapped.primaries, plain.primaries[:, [1, 0, 2]], 5e-4)
    assert swapped.name == "ICC profile"


def test_the_description_goes_nowhere():
    assert "Canary" not in repr(read_icc(corpus.icc_swapped(), 256))


def test_profiles_of_tables_are_for_littlecms():
    with pytest.raises(ProfileNotSimple, match="rendering tables"):
        read_icc(corpus.icc_lut(), 256)
    pixels = corpus.scene()
    converted = convert_to_srgb(pixels, corpus.icc_lut())
    # The table says sRGB with red and green exchanged; a grid of 17 is good to a few levels.
    error = np.abs(converted.astype(int) - pixels[:, :, [1, 0, 2]])
    assert np.percentile(error, 99) <= 4


def test_littlecms_takes_no_16_bit_photo():
    with pytest.raises(PhotoError, match="would keep only 8 bits") as refusal:
        convert_to_srgb(corpus.scene(bits=16), corpus.icc_lut())
    assert refusal.value.code == "PIX_COLORSPACE"


def test_a_falling_curve_is_for_littlecms():
    curve = corpus.curve_table(np.array([0.0, 0.6, 0.4, 1.0]))
    with pytest.raises(ProfileNotSimple, match="a curve that falls"):
        with_curve(curve)


GOOD = corpus.icc_p3()


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (b"garbage", "not an ICC profile"),
        (bytes(500), "not an ICC profile"),
        (GOOD[:-100], "cut short"),
        (corpus.icc(corpus.pcs_columns(corpus.P3), (corpus.CURVE_SRGB,) * 3, space=b"CMYK"), "for 'CMYK'"),
        (corpus.icc(corpus.pcs_columns(corpus.P3) / 3, (corpus.CURVE_SRGB,) * 3), "add up to"),
        (corpus.icc(corpus.pcs_columns(corpus.P3), (b"what\0\0\0\0" + bytes(8),) * 3), "unknown type 'what'"),
        (corpus.icc(corpus.pcs_columns(corpus.P3), (b"curv\0\0\0\0\0\xff\0\0\0\0",) * 3), "65280|16711680"),
        (corpus.icc(corpus.pcs_columns(corpus.P3), (corpus.curve_parametric(1, 2, 0, 0),) * 3), "slope"),
        (
            corpus.icc(corpus.pcs_columns(corpus.P3), (corpus.curve_parametric(4, 9, 9, 0, 0, 0, 0, 0),) * 3),
            "white",
        ),
        (GOOD[:128] + b"\0\0\xff\xff" + GOOD[132:], "65535 tags"),
        (GOOD[:136] + b"\x7f" + GOOD[137:], "outside the profile"),
    ],
)
def test_damaged_profiles_are_told(profile, words):
    with pytest.raises(ProfileDamaged, match=words):
        read_icc(profile, 256)


def test_littlecms_refuses_garbage():
    with pytest.raises(ProfileDamaged, match="LittleCMS"):
        convert_to_srgb(corpus.scene(), b"garbage")
