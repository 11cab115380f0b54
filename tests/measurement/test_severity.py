"""What a region's spots come to, by hand."""

import numpy as np
import pytest
from spotted import skin_maps
from tolerance import assert_close

from pigmeter.measurement.severity import spot_values
from pigmeter.measurement.spots import Spot
from pigmeter.regions.region import Region

MM = 0.1
FOUND = skin_maps((200, 300))


def spot(kind="dark", x=10.0, y=10.0, side=2.0, contrast=6.0, uncertainty=0.5, within=0, number=1):
    """A square of `side` mm."""
    key = "haemoglobin_index" if kind == "red" else "melanin_index"
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * side / 2
    return Spot(
        number=number, kind=kind, region="skin", site="", x=x / MM - 0.5, y=y / MM - 0.5, x_mm=x, y_mm=y,
        area_mm2=side**2, diameter_mm=2 * side / np.sqrt(np.pi), contrast={key: contrast},
        peak_contrast=contrast,
        uncertainty=uncertainty, ring={}, roundness=0.8, within=within,
        outline=np.add(corners, (x, y)) / MM - 0.5,
    )  # fmt: skip


def values(spots, region=None, mm=MM):
    return {v.key: v for v in spot_values(spots, FOUND, mm, [region or Region("skin")])[0]}


def test_number_area_contrast_and_severity():
    got = values(
        [spot(), spot(x=20.0, side=1.0, contrast=11.0, uncertainty=1.0), spot("light", contrast=-4.0)]
    )
    assert got["dark_spots_count"].value == 2
    assert_close(got["dark_spots_area_fraction"].value, 5 / 600, 1e-9)
    mean = (4 * 6 + 11) / 5
    error = np.hypot(4 * 0.5, 1.0) / 5
    assert_close(got["dark_spots_mean_contrast"].value, mean, 1e-9)
    assert_close(got["dark_spots_mean_contrast"].uncertainty, error, 1e-9)
    assert_close(got["dark_spots_severity"].value, 5 / 600 * mean, 1e-9)
    assert_close(got["dark_spots_severity"].uncertainty, 5 / 600 * error, 1e-9)
    assert_close(got["light_spots_mean_contrast"].value, -4.0, 1e-9)
    assert got["light_spots_severity"].value > 0
    assert got["red_spots_count"].value == 0
    assert len(got) == 14


def test_a_spot_within_another_is_counted_but_its_area_is_not_counted_twice():
    got = values([spot(side=4.0), spot(side=1.0, contrast=20.0, within=1, number=2)])
    assert got["dark_spots_count"].value == 2
    assert_close(got["dark_spots_area_fraction"].value, 16 / 600, 1e-9)
    assert_close(got["dark_spots_mean_contrast"].value, 6.0, 1e-9)


def test_of_a_spot_on_a_region_s_border_only_this_side_counts():
    mask = np.zeros(FOUND.skin.shape, bool)
    mask[:, :101] = True
    got = values([spot()], Region("left", mask))
    assert got["dark_spots_count"].value == 1
    assert_close(got["dark_spots_area_fraction"].value, 2.1 / 202, 0.001)
    mask = ~mask
    mask[:, :130] = False
    assert values([spot()], Region("right", mask))["dark_spots_count"].value == 0


@pytest.mark.parametrize(
    ("side", "score"), [(0.0, 0), (3.0, 0), (7.0, 1), (9.0, 2), (14.0, 3), (17.5, 4), (21.0, 5), (24.0, 6)]
)
def test_the_area_score_follows_masi_s_bands(side, score):
    patches = [spot(side=side)] if side else []
    assert values(patches)["melasma_area_score"].value == score


@pytest.mark.parametrize(("contrast", "score"), [(2.4, 0), (2.6, 1), (6.0, 2), (12.0, 3), (30.0, 4)])
def test_the_darkness_score_is_in_index_units(contrast, score):
    assert values([spot(side=6.0, contrast=contrast)])["melasma_darkness_score"].value == score


def test_freckles_are_no_melasma():
    got = values([spot(side=2.0, contrast=20.0)])
    assert got["melasma_area_score"].value == got["melasma_darkness_score"].value == 0


def test_no_spots_no_contrast_but_zero_severity():
    got = values([])
    assert got["dark_spots_mean_contrast"].value is None
    assert got["dark_spots_mean_contrast"].code == "SPOTS_NONE"
    assert got["dark_spots_severity"].value == 0


def test_without_a_scale_or_skin_everything_is_refused():
    for got, code in (
        (values([], mm=None), "SCALE_NONE"),
        (values([], Region("hole", np.zeros(FOUND.skin.shape, bool))), "REGION_EMPTY"),
    ):
        assert len(got) == 14
        assert {value.code for value in got.values()} == {code}
        assert all(value.value is None and value.reason for value in got.values())
