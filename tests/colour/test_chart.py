"""The chart finder on drawn photos: found, in order, in place, or refused with the reason."""

import time

import cv2
import numpy as np
import pytest
from chart_scenes import Scene, as_photo, draw, encode_srgb, paints, texture
from tolerance import assert_close

from pigmeter.colour import chart as chart_module
from pigmeter.colour.chart import Chart, find_chart
from pigmeter.colour.layouts import layout
from pigmeter.errors import ChartError, UsageError

SMALL = (480, 640)


def errors(chart, places, patch):
    """Distance of each patch centre from the truth, in patch widths."""
    return np.sqrt(((chart.patch_centres - places) ** 2).sum(axis=1)) / patch


SCENES = {
    "plain": Scene(shape=SMALL, patch=40),
    "turned": Scene(shape=SMALL, patch=40, angle=100, background="wood"),
    "keystone": Scene(shape=SMALL, patch=45, keystone=0.25, tilt=30, angle=-40, background="carpet"),
    "dark": Scene(shape=SMALL, patch=40, exposure=0.06, background="dark skin"),
    "cast": Scene(shape=SMALL, patch=40, exposure=0.7, cast=(1.4, 1.0, 0.4), background="white"),
    "uneven": Scene(shape=SMALL, patch=40, gradient=1.0, glare=0.02),
    "blurred": Scene(shape=SMALL, patch=40, blur=3.0, noise=0.02, jpeg=70),
    "small": Scene(shape=SMALL, patch=11, centre=(0.8, 0.85), angle=15),
    "black table": Scene(shape=SMALL, patch=30, background="black"),
    "keyboard": Scene(shape=SMALL, patch=40, background="keyboard", angle=10),
    "tiles": Scene(shape=SMALL, patch=46, background="tiles", angle=-8),
    "covered": Scene(shape=SMALL, patch=40, covered=(0, 1, 7, 23)),
    "lens": Scene(shape=SMALL, patch=60, distortion=0.06),
    "sixteen bits": Scene(shape=SMALL, patch=40, bits=16),
    "mini": Scene(kind="colorchecker-mini", shape=SMALL, patch=30, angle=190),
    "nano": Scene(kind="colorchecker-nano", shape=SMALL, patch=40, angle=80),
    "sg": Scene(kind="colorchecker-sg", shape=SMALL, patch=24, angle=185),
}


@pytest.mark.parametrize("name", SCENES)
def test_found_in_order_and_in_place(name):
    scene = SCENES[name]
    photo, places = draw(scene)
    chart = find_chart(photo)
    off = errors(chart, places, scene.patch)
    assert off.max() < 0.15
    assert np.median(off) < 0.04
    assert set(scene.covered) <= set(chart.excluded)
    assert chart.kind.endswith("sg") == scene.kind.endswith("sg")
    turn = round(scene.angle / 90) * 90 % 360
    assert chart.turn == turn


def test_values_kind_and_scale_of_a_clean_chart():
    scene = Scene(shape=SMALL, patch=45, noise=0.001, jpeg=None, exposure=0.9)
    photo, _ = draw(scene)
    chart = find_chart(photo)
    expected = 255 * encode_srgb(0.9 * paints())
    inside = (paints() * 0.9 < 0.99).all(axis=1)
    assert_close(chart.patches[inside], expected[inside], 1.5)
    assert chart.kind == "colorchecker-classic"
    assert chart.excluded == ()
    assert chart.findings == ()
    assert chart.layout is layout("colorchecker-classic")
    assert abs(chart.mm_per_pixel * 45 / 40 - 1) < 0.01
    assert chart.matched >= 23
    assert chart.residual < 0.03


def test_corners_run_clockwise_from_dark_skin_and_the_mask_holds_the_chart():
    photo, places = draw(Scene(shape=SMALL, patch=40, angle=90))
    chart = find_chart(photo)
    nearest = np.sqrt(((chart.corners - places[0]) ** 2).sum(axis=1)).argmin()
    assert nearest == 0
    side, other = chart.corners[1] - chart.corners[0], chart.corners[2] - chart.corners[1]
    assert side[0] * other[1] - side[1] * other[0] > 0
    mask = chart.mask(photo.shape)
    assert mask.shape == photo.shape
    at = places.round().astype(int)
    assert mask[at[:, 1], at[:, 0]].all()
    assert abs(mask.sum() * chart.mm_per_pixel**2 / (289 * 203) - 1) < 0.02
    assert not mask[0, 0]
    shrunk = chart.mask((photo.shape[0] // 4, photo.shape[1] // 4), 4)
    assert (shrunk != mask[2::4, 2::4]).mean() < 0.01


def test_unknown_size_is_said():
    photo, _ = draw(Scene(shape=SMALL, patch=12))
    chart = find_chart(photo)
    assert [finding.code for finding in chart.findings] == ["CHART_SIZE_ASSUMED"]
    assert find_chart(photo, kind="colorchecker-classic").findings == ()


def test_a_named_kind_sets_the_scale():
    photo, _ = draw(Scene(shape=SMALL, patch=40))
    classic = find_chart(photo, kind="colorchecker-classic")
    nano = find_chart(photo, kind="colorchecker-nano")
    pitch = np.sqrt(np.prod(layout("colorchecker-nano").pitch_mm)) / 45.65
    assert abs(nano.mm_per_pixel / classic.mm_per_pixel / pitch - 1) < 0.01


def test_an_unknown_kind_is_refused():
    photo, _ = draw(Scene(shape=SMALL, patch=40))
    with pytest.raises(UsageError, match="unknown chart 'spyder'"):
        find_chart(photo, kind="spyder")


def test_two_charts_are_both_reported():
    upper, _ = draw(Scene(shape=(640, 800), patch=35, centre=(0.3, 0.25)))
    lower, places = draw(Scene(shape=(640, 800), patch=45, centre=(0.65, 0.73), angle=170))
    photo = as_photo(np.concatenate([upper.pixels[:300], lower.pixels[300:]]))
    chart = find_chart(photo)
    assert len(chart.others) == 1
    assert isinstance(chart.others[0], Chart)
    assert errors(chart, places, 45).max() < 0.15
    assert [finding.code for finding in chart.findings] == ["CHART_SEVERAL"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 3, 1)])
def test_clicked_corners_find_a_chart_that_is_too_blurred(order):
    scene = Scene(shape=SMALL, patch=40, blur=9.0, angle=70)
    photo, places = draw(scene)
    with pytest.raises(ChartError):
        find_chart(photo)
    clicked = places[[0, 5, 23, 18]][list(order)] + np.array([[4, -3], [-5, 2], [3, 3], [-2, -4]])
    chart = find_chart(photo, corners=clicked)
    assert errors(chart, places, 40).max() < 0.25
    assert chart.turn == 90


def test_clicked_corners_must_be_four_and_convex():
    photo, _ = draw(Scene(shape=SMALL, patch=40))
    with pytest.raises(ChartError, match=r"corners have shape \(3, 2\); four pairs x, y wanted"):
        find_chart(photo, corners=np.zeros((3, 2)))
    with pytest.raises(ChartError, match="convex quadrilateral"):
        find_chart(photo, corners=np.array([[0, 0], [100, 0], [30, 30], [0, 100.0]]))


@pytest.mark.parametrize("background", ["skin", "carpet", "checkerboard", "keyboard", "windows", "tiles"])
def test_scenes_without_a_chart_are_refused(background):
    rng = np.random.default_rng(2)
    linear = texture(background, SMALL, rng)
    if background == "checkerboard":
        linear = linear * [1.0, 0.9, 0.7]
    photo = as_photo(np.round(encode_srgb(linear) * 255).astype(np.uint8))
    with pytest.raises(ChartError, match=r"drawn\.png: .*found") as caught:
        find_chart(photo)
    # a block of a checkerboard may be six by four
    allowed = {"CAL_NO_CHART", "CAL_CHART_TYPE"} if background == "checkerboard" else {"CAL_NO_CHART"}
    assert caught.value.code in allowed


@pytest.mark.parametrize("angle", [0, 75, 160, 250])
def test_a_mirrored_chart_is_refused_by_name(angle):
    photo, _ = draw(Scene(shape=SMALL, patch=40, mirrored=True, angle=angle, keystone=0.15))
    with pytest.raises(ChartError, match="mirrored") as caught:
        find_chart(photo)
    assert caught.value.code == "CAL_MIRRORED"
    assert caught.value.candidate.matched >= 20


@pytest.mark.parametrize("seed", range(4))
def test_other_orders_of_the_same_paints_are_another_type(seed):
    order = np.random.default_rng(seed).permutation(24)
    photo, _ = draw(Scene(shape=SMALL, patch=40, shuffle=order))
    words = r"a grid of 24 patches was found, .*best candidate matched \d+ of 24 patches, 16 needed"
    with pytest.raises(ChartError, match=words) as caught:
        find_chart(photo)
    assert caught.value.code == "CAL_CHART_TYPE"
    assert caught.value.candidate is not None


def test_a_clone_with_like_paints_is_read():
    rng = np.random.default_rng(0)
    photo, places = draw(Scene(shape=SMALL, patch=40, shuffle=paints() * np.exp(rng.normal(0, 0.1, (24, 3)))))
    assert errors(find_chart(photo), places, 40).max() < 0.15


def test_a_photocopy_is_another_type_and_a_grey_photo_is_monochrome():
    grey = paints().mean(axis=1, keepdims=True).repeat(3, axis=1)
    photo, _ = draw(Scene(shape=SMALL, patch=40, shuffle=grey))
    with pytest.raises(ChartError) as caught:
        find_chart(photo)
    assert caught.value.code == "CAL_CHART_TYPE"
    colour, _ = draw(Scene(shape=SMALL, patch=40))
    flat = as_photo(cv2.cvtColor(cv2.cvtColor(colour.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
    with pytest.raises(ChartError, match="the photo has no colours") as caught:
        find_chart(flat)
    assert caught.value.code == "PIX_MONO"


def test_too_few_patches_are_counted():
    photo, _ = draw(Scene(shape=SMALL, patch=40, exposure=3.0))
    with pytest.raises(
        ChartError, match=r"only \d+ of 24 patches can be used, 18 needed \(.* clipped\)"
    ) as caught:
        find_chart(photo)
    assert caught.value.code == "CAL_PATCHES"
    assert caught.value.candidate.matched >= 16


def test_too_few_neutrals_are_counted():
    photo, _ = draw(Scene(shape=SMALL, patch=40, covered=(18, 19, 20)))
    with pytest.raises(ChartError, match="only 3 of 6 neutral patches can be used, 4 needed"):
        find_chart(photo)


def test_patches_of_a_few_pixels_are_refused():
    photo, _ = draw(Scene(shape=(240, 320), patch=6.2, blur=0.5, noise=0.0005, jpeg=None))
    with pytest.raises(ChartError, match=r"patches are \d\.\d px wide; 7 needed") as caught:
        find_chart(photo)
    assert caught.value.code == "CAL_RESOLUTION"


def test_a_chart_without_edges_is_refused_with_the_count():
    """Its colours match; but a grid from few edges was half a patch off at the unseen corners."""
    photo, _ = draw(Scene(shape=SMALL, patch=40, blur=8.0))
    with pytest.raises(ChartError, match=r"edges of only \d of the chart's 24 patches|no colour chart found"):
        find_chart(photo)


def test_a_chart_cut_by_the_edge_is_refused():
    photo, _ = draw(Scene(shape=SMALL, patch=40, centre=(0.12, 0.5)))
    with pytest.raises(ChartError):
        find_chart(photo)


def test_the_same_photo_gives_the_same_chart():
    photo, _ = draw(Scene(shape=SMALL, patch=30, noise=0.01, background="carpet"))
    one, two = find_chart(photo), find_chart(photo)
    assert one.patch_centres.tobytes() == two.patch_centres.tobytes()
    assert one.patches.tobytes() == two.patches.tobytes()


def test_a_turned_photo_has_the_same_patches():
    photo, _ = draw(Scene(shape=SMALL, patch=40, angle=12))
    plain = find_chart(photo)
    for turns in (1, 2, 3):
        turned = find_chart(as_photo(np.rot90(photo.pixels, turns)))
        assert_close(turned.patches, plain.patches, 1.0)
        assert (turned.turn - plain.turn) % 360 == (-90 * turns) % 360


def test_a_large_photo_is_shrunk_before_the_search():
    """Measured 0.055 to 0.08 s at 24 megapixels on two shared cores; the bound of 0.15 s is the issue's."""
    photo, places = draw(Scene(shape=(750, 1000), patch=60, angle=5))
    large = as_photo(cv2.resize(photo.pixels, (5600, 4200), interpolation=cv2.INTER_CUBIC))
    best = np.inf
    for _ in range(4):
        start = time.perf_counter()
        chart = find_chart(large)
        best = min(best, time.perf_counter() - start)
    assert errors(chart, places * 5.6 + 2.3, 60 * 5.6).max() < 0.1
    assert best < 0.3  # twice the bound: other work may share the machine


def test_a_photo_of_few_colours_is_not_searched_to_the_end(monkeypatch):
    asked = []
    monkeypatch.setattr(chart_module, "mcc_grids", lambda image: asked.append(image) or [])
    for background in ("skin", "tiles"):
        linear = texture(background, SMALL, np.random.default_rng(5))
        with pytest.raises(ChartError, match="no colour chart found"):
            find_chart(as_photo(np.round(255 * encode_srgb(linear)).astype(np.uint8)))
        assert len(asked) == (background == "tiles")


def test_a_large_photo_is_read_as_a_small_one():
    """Halved more than once before the search, an odd number of rows and columns cut off on the way."""
    photo, places = draw(Scene(shape=(2111, 3161), patch=60, angle=12))
    assert errors(find_chart(photo), places, 60).max() < 0.05
