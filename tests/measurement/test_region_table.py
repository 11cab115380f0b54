import numpy as np
import plain_profile
from plain_profile import MM, photo_of, scene, srgb_encode
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.error_bars import light_of
from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.region_table import quantity_rows, value_rows
from pigmeter.measurement.region_values import RegionValue
from pigmeter.measurement.regions import Region


def test_a_number_of_a_region_fills_the_columns_it_has():
    value = RegionValue("count", "spots found", "1", 7, 3.0, uncertainty=0.5, low=2.0, high=4.0)
    (row,) = value_rows(Region("cheek"), [value])
    assert row["region"] == "cheek"
    assert (row["quantity"], row["definition"], row["unit"]) == ("count", "spots found", "1")
    assert (row["n"], row["mean"], row["uncertainty"], row["low"], row["high"]) == (7, 3.0, 0.5, 2.0, 4.0)
    assert (row["status"], row["code"], row["reason"]) == ("measured", None, None)


def test_a_number_that_lacks_says_why_and_holds_none():
    value = RegionValue("area", "area of spots", "mm2", 0, None, code="SCALE_NONE", reason="no scale")
    (row,) = value_rows(Region("cheek"), [value])
    assert (row["status"], row["code"], row["reason"]) == ("refused", "SCALE_NONE", "no scale")
    assert [row[key] for key in ("mean", "sd", "uncertainty", "low", "high")] == [None] * 5


def test_each_quantity_has_its_row_and_a_region_its_own_skin(profile):
    photo = scene()
    found = quantity_maps(photo, profile, 1, mm_per_pixel=MM)
    half = np.zeros(photo.shape, dtype=bool)
    half[:, : photo.shape[1] // 2] = True
    light = light_of(photo, profile, None)
    whole, part = (
        quantity_rows(region, found, profile, light) for region in (Region("skin"), Region("half", half))
    )
    assert [row["quantity"] for row in whole] == list(QUANTITIES)
    assert {row["region"] for row in part} == {"half"}
    inside = found.skin & half
    assert part[0]["n"] == np.count_nonzero(inside) < whole[0]["n"]
    for row in part:
        assert_close(row["mean"], float(found.maps[row["quantity"]][inside].mean()), atol=1e-3)
    nowhere = quantity_rows(Region("none", np.zeros_like(half)), found, profile, light)
    assert {(row["mean"], row["status"], row["code"]) for row in nowhere} == {
        (None, "refused", "REGION_EMPTY")
    }


def test_the_whole_skin_is_counted_as_a_region_over_everything_is(profile):
    """To the last row and column, where cells are narrower."""
    skin = srgb_encode(plain_profile.response(plain_profile.skin(0.2, 0.1)))
    pixels = np.tile(skin, (83, 97, 1)).astype(np.uint8)
    pixels[40:44, 50:53] = 255
    found = quantity_maps(photo_of(pixels), profile, 1, mm_per_pixel=0.1)
    assert found.cell == 5
    light = light_of(photo_of(pixels), profile, None)
    everything = Region("all", np.ones(found.skin.shape, dtype=bool))
    whole, drawn = (
        quantity_rows(region, found, profile, light)[0] for region in (Region("skin"), everything)
    )
    assert whole["masked_fraction"] == drawn["masked_fraction"] > 0
    assert whole["clipped_fraction"] == drawn["clipped_fraction"] > 0
