import numpy as np
import plain_profile
from plain_profile import MM, SITE, photo_of, scene, srgb_encode
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.error_bars import light_of
from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.obstructions import mark_obstructions
from pigmeter.measurement.region_table import CAUSES, region_rows
from pigmeter.measurement.region_values import RegionValue
from pigmeter.regions.region import Region


def rows_of(found, photo, profile, region, values=(), mm=MM):
    found = mark_obstructions(found, mm)
    return region_rows(region, found, profile, light_of(photo, profile, None), values, mm_per_pixel=mm)


def test_a_number_of_a_region_fills_the_columns_it_has(profile):
    photo = scene()
    found = quantity_maps(photo, profile, 1, mm_per_pixel=MM)
    values = (
        RegionValue("count", "spots found", "1", 7, 3.0, uncertainty=0.5, low=2.0, high=4.0),
        RegionValue("area", "area of spots", "mm2", 0, None, code="SCALE_NONE", reason="no scale"),
    )
    cheek = Region("here", SITE, site="cheek", side="left")
    *_, row, lacking = rows_of(found, photo, profile, cheek, values)
    assert (row["region"], row["site"], row["side"]) == ("here", "cheek", "left")
    assert (row["quantity"], row["definition"], row["unit"]) == ("count", "spots found", "1")
    assert (row["n"], row["mean"], row["uncertainty"], row["low"], row["high"]) == (7, 3.0, 0.5, 2.0, 4.0)
    assert (row["status"], row["code"], row["reason"]) == ("measured", None, None)
    assert (lacking["status"], lacking["code"], lacking["reason"]) == ("refused", "SCALE_NONE", "no scale")
    assert [lacking[key] for key in ("mean", "sd", "uncertainty", "low", "high")] == [None] * 5


def test_a_region_with_too_little_skin_has_no_number_anywhere(profile):
    photo = scene()
    found = quantity_maps(photo, profile, 1, mm_per_pixel=MM)
    wide = np.ones(photo.shape, dtype=bool)
    wide[:, 75:] = False
    value = RegionValue("count", "spots found", "1", 7, 3.0, uncertainty=0.5)
    rows = rows_of(found, photo, profile, Region("cloth", wide), (value,))
    assert {(row["status"], row["code"]) for row in rows} == {("refused", "REGION_TOO_LITTLE_SKIN")}
    numbers = ("mean", "sd", "p5", "p50", "uncertainty", "low", "high", "change_uncertainty")
    assert {row.get(key) for row in rows for key in numbers} == {None}
    assert "other" in rows[0]["reason"]
    assert rows[0]["other_fraction"] > 0.5


def test_what_hides_a_region_adds_up_with_what_is_measured(profile):
    photo = scene()
    found = quantity_maps(photo, profile, 1, mm_per_pixel=MM)
    half = np.zeros(photo.shape, dtype=bool)
    half[60:140, 60:200] = True
    row = rows_of(found, photo, profile, Region("box", half))[0]
    hidden = sum(row[f"{cause}_fraction"] for cause in CAUSES)
    assert_close(hidden + row["n"] / half.sum(), 1.0, atol=1e-9)


def test_each_quantity_has_its_row_and_a_region_its_own_skin(profile):
    photo = scene()
    found = quantity_maps(photo, profile, 1, mm_per_pixel=MM)
    half = np.zeros(photo.shape, dtype=bool)
    half[:, : photo.shape[1] // 2] = True
    whole, part = (
        rows_of(found, photo, profile, region) for region in (Region("skin"), Region("half", half))
    )
    assert [row["quantity"] for row in whole] == list(QUANTITIES)
    assert {row["region"] for row in part} == {"half"}
    inside = found.skin & half
    assert part[0]["n"] == np.count_nonzero(inside) < whole[0]["n"]
    for row in part:
        assert_close(row["mean"], float(found.maps[row["quantity"]][inside].mean()), atol=1e-3)
    nowhere = rows_of(found, photo, profile, Region("none", np.zeros_like(half)))
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
    everything = Region("all", np.ones(found.skin.shape, dtype=bool))
    whole, drawn = (
        rows_of(found, photo_of(pixels), profile, region, mm=0.1)[0]
        for region in (Region("skin"), everything)
    )
    assert whole["masked_fraction"] == drawn["masked_fraction"] > 0
    assert whole["clipped_fraction"] == drawn["clipped_fraction"] > 0
