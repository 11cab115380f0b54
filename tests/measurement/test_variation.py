"""Level, variation, areas and co-occurrence: by hand on squares of 1 mm, and how they behave."""

from types import SimpleNamespace

import numpy as np
import pytest
from lit_skin import MM
from plain_profile import plain_errors
from skimage.feature import graycomatrix, graycoprops
from tolerance import assert_close

from pigmeter.measurement.region_squares import squares_of_regions
from pigmeter.measurement.variation import variation_of
from pigmeter.reference import limit
from pigmeter.regions.region import Region

WHOLE = Region("skin")
KEYS = ("melanin_index", "haemoglobin_index")
AREAS = [f"{c}{m}_{w}" for c in ("brown", "red") for m in ("", "_above_median") for w in ("area", "fraction")]


def found_of(melanin, blood=None, inside=None, noise=0.0, per_mm=8):
    """Maps of squares of 1 mm with these values, pixels of noise on top."""
    planes = {}
    rng = np.random.default_rng(1)
    for key, plane in (
        ("melanin_index", melanin),
        ("haemoglobin_index", melanin if blood is None else blood),
    ):
        large = np.kron(np.asarray(plane, dtype=float), np.ones((per_mm, per_mm)))
        planes[key] = (large + noise * rng.standard_normal(large.shape)).astype(np.float32)
    shape = planes["melanin_index"].shape
    inside = np.ones(shape, dtype=bool) if inside is None else inside
    maps = planes | dict.fromkeys(("L", "a", "b"), planes["melanin_index"])
    maps = {key: np.where(inside, plane, np.float32(np.nan)) for key, plane in maps.items()}
    return SimpleNamespace(maps=maps, skin=inside, workers=1, scale=1)


def values(found, mm=MM, regions=(WHOLE,), **more):
    return [{value.key: value for value in each} for each in variation_of(found, regions, mm, **more)]


def mottled(rows=24, columns=30, seed=2, level=35.0, spread=4.0):
    return level + spread * np.random.default_rng(seed).standard_normal((rows, columns))


def test_the_three_numbers_by_hand():
    plane, blood = mottled(), mottled(seed=3, level=50)
    made = values(found_of(plane, blood))[0]
    for key, squares in zip(KEYS, (plane, blood), strict=True):
        level, varied = made[f"{key}_average_level"], made[f"{key}_variation"]
        assert_close(level.value, squares.mean(), 1e-4)
        assert_close(varied.value, squares.std(ddof=1), 1e-4)
        assert_close(
            made[f"{key}_relative_variation"].value, 100 * squares.std(ddof=1) / squares.mean(), 1e-2
        )
        assert (level.unit, level.n, varied.status) == ("index unit", 720, "measured")
        assert level.uncertainty is None
        assert varied.low is None


def test_fixed_areas_by_hand():
    plane = np.full((10, 10), 35.0)
    plane[:2, :5] = 41.5
    plane[5, 5] = 40.9
    made = values(found_of(plane, np.where(plane > 41, 66.0, 50.0)))[0]
    for colour in ("brown", "red"):
        assert_close(made[f"{colour}_area"].value, 10.0, 1e-4)
        assert_close(made[f"{colour}_fraction"].value, 0.1, 1e-6)
    assert_close(made["brown_above_median_area"].value, 11.0, 1e-4)
    assert_close(made["red_above_median_fraction"].value, 0.1, 1e-6)
    assert (made["red_area"].unit, made["red_fraction"].unit) == ("mm2", "1")
    assert made["brown_area"].definition == "area of skin with melanin_index above 41, on squares of 0.5 mm"
    assert "more than 10 above the region's median" in made["red_above_median_fraction"].definition


def test_areas_are_no_percentile_of_the_photo():
    """Twice the spots, twice the area; a percentile would say the same."""
    plane = np.full((20, 20), 35.0)
    plane[:2] = 60
    more = plane.copy()
    more[2:4] = 60
    one, two = (values(found_of(each))[0]["brown_fraction"].value for each in (plane, more))
    assert_close([one, two], [0.1, 0.2], 1e-6)
    assert values(found_of(np.full((20, 20), 35.0)))[0]["brown_fraction"].value == 0


def test_co_occurrence_is_that_of_scikit_image():
    plane = mottled()
    made = values(found_of(plane))[0]
    levels = np.floor((plane.astype(np.float32) + 56) / 2).astype(np.uint8)
    matrix = graycomatrix(levels, [1], [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4], 128, True, True)
    for what in ("homogeneity", "entropy"):
        assert_close(made[f"melanin_index_glcm_{what}"].value, graycoprops(matrix, what).mean(), 1e-9)
    even = values(found_of(np.full((24, 30), 35.0)))[0]
    assert even["melanin_index_glcm_homogeneity"].value == 1
    assert even["melanin_index_glcm_entropy"].value == 0


def test_every_row_is_there_in_the_same_order():
    found = found_of(mottled())
    nothing = Region("none", np.zeros(found.skin.shape, dtype=bool))
    whole, empty = variation_of(found, [WHOLE, nothing], MM)
    none = variation_of(found, [WHOLE], None)[0]
    three = [f"{key}_{what}" for key in KEYS for what in ("average_level", "variation", "relative_variation")]
    glcm = [f"{key}_glcm_{what}" for key in KEYS for what in ("homogeneity", "entropy")]
    for rows in (whole, empty, none):
        assert [row.key for row in rows] == [*three, *AREAS, *glcm]
        assert [row.definition for row in rows] == [row.definition for row in whole]
        assert [row.unit for row in rows] == [row.unit for row in whole]
    assert {row.code for row in empty} == {"REGION_EMPTY"}
    assert "'none'" in empty[0].reason
    assert {row.code for row in none} == {"SCALE_NONE"}
    assert {row.code for row in variation_of(found, [WHOLE], 0.6)[0]} == {"RESOLUTION_COARSE"}


def test_small_regions_are_refused():
    found = found_of(mottled())
    mask = np.zeros(found.skin.shape, dtype=bool)
    mask[:32, :32] = True
    rows = values(found, regions=[Region("dot", mask)])[0]
    assert {row.code for row in rows.values()} == {"REGION_SMALL"}
    assert "holds 16 squares of 1 mm of skin; 25 needed" in rows["brown_area"].reason
    mask[:80, :80] = True
    rows = values(found, regions=[Region("chin", mask)])[0]
    assert rows["melanin_index_variation"].status == "measured"
    assert rows["melanin_index_glcm_entropy"].code == "REGION_SMALL"
    assert "100 squares of 1 mm of skin; 400 needed" in rows["melanin_index_glcm_entropy"].reason


def test_uncertainties_come_from_the_profile():
    rng = np.random.default_rng(4)
    plane = 41 + rng.uniform(-20, 20, (40, 40))
    errors = plain_errors()
    slopes = np.zeros((2, 10, 2))
    slopes[:, 0, 0] = 0.1
    from dataclasses import replace

    errors = replace(errors, change_camera=slopes)
    found = found_of(plane)
    bare, made = values(found)[0], values(found, errors=errors)[0]
    level = made["melanin_index_average_level"]
    shading = errors.shading(None)
    wanted = np.sqrt(0.9**2 + 1.2**2 + (40 * shading) ** 2)
    assert_close(level.uncertainty, wanted, 1e-6)
    assert_close([level.low, level.high], level.value + 2 * wanted * np.array([-1, 1]), 1e-6)
    varied = made["melanin_index_variation"]
    assert_close(varied.uncertainty, 0.1 * varied.value, 1e-9)
    assert_close(varied.high - varied.value, 1.96 * varied.uncertainty, 1e-9)
    area = made["brown_fraction"]
    assert_close(area.uncertainty, wanted / 40, 0.03)
    assert area.low <= area.value <= area.high
    assert_close(area.high - area.low, 4 * wanted / 40, 0.06)
    excess = made["brown_above_median_fraction"]
    assert 0 < excess.uncertainty < area.uncertainty
    for key, value in made.items():
        assert value.value == bare[key].value


def test_a_level_that_may_be_nought_is_no_divisor():
    made = values(found_of(mottled(level=3.0)), errors=plain_errors())[0]
    row = made["haemoglobin_index_relative_variation"]
    assert (row.code, row.unit) == ("LEVEL_SMALL", "%")
    assert made["haemoglobin_index_variation"].status == "measured"


def test_neither_resolution_nor_noise_moves_variation():
    plane = mottled(40, 40)
    calm = values(found_of(plane))[0]["melanin_index_variation"].value
    for per_mm in (4, 12):
        other = values(found_of(plane, per_mm=per_mm), 1 / per_mm)[0]
        assert_close(other["melanin_index_variation"].value / calm, 1, 0.005)
    noisy = values(found_of(plane, noise=6.0))[0]["melanin_index_variation"].value
    assert_close(noisy / calm, 1, 0.05)


def test_regions_know_nothing_of_each_other():
    plane = mottled(30, 40)
    other = plane.copy()
    other[:, 20:] += 50
    mask = np.zeros((240, 320), dtype=bool)
    mask[:, :160] = True
    region = [Region("left", mask)]
    assert variation_of(found_of(plane), region, MM) == variation_of(found_of(other), region, MM)


def test_what_is_not_skin_is_ignored():
    plane = mottled(30, 40)
    hole = np.ones((240, 320), dtype=bool)
    hole[40:80, 40:120] = False
    made = values(found_of(plane, inside=hole))[0]
    left = np.ones((30, 40), dtype=bool)
    left[5:10, 5:15] = False
    assert_close(made["melanin_index_average_level"].value, plane[left].mean(), 1e-4)
    assert_close(made["melanin_index_variation"].value, plane[left].std(ddof=1), 1e-4)


def test_squares_may_be_given():
    found = found_of(mottled())
    squares = squares_of_regions(found, [WHOLE], MM)
    assert variation_of(found, [WHOLE], MM, squares=squares) == variation_of(found, [WHOLE], MM)


@pytest.mark.parametrize(("colour", "place"), [("brown", "melanin_index"), ("red", "haemoglobin_index")])
def test_thresholds_are_those_of_the_shipped_tables(colour, place):
    """Skins drawn as the tables in calibration/skin say, none widened."""
    from pigmeter.colour.cielab import ita
    from pigmeter.colour.quantities import spectral_quantities
    from pigmeter.colour.skin import _drawn

    reflectance = 10 ** -_drawn(20000, np.random.default_rng(1931))
    known = spectral_quantities(reflectance)
    if colour == "brown":
        wanted = known[place][np.abs(ita(known["L"], known["b"]) - 10) < 2].mean()
    else:
        wanted = known[place].mean() + 1.96 * known[place].std()
    assert_close(limit("endpoints", f"{colour}_above"), wanted, 0.8)
