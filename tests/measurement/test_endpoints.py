"""The endpoints: what they are called, their form, and how colour evenness behaves."""

from dataclasses import replace

import numpy as np
import pytest
from lit_skin import MM, lit_skin, noise_model, pigments
from plain_profile import plain_errors
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.endpoints import ENDPOINTS, endpoint_of, endpoints_of
from pigmeter.measurement.region_squares import squares_of_regions
from pigmeter.regions.region import Region

SHAPE = (480, 640)
WHOLE = Region("skin")
ROWS = [
    "colour_evenness",
    "colour_evenness_middle",
    "colour_evenness_wide",
    "texture",
    "gloss_fraction",
]


def measured(found, noise=None, regions=(WHOLE,), mm=MM, **more):
    rows = endpoints_of(found, regions, mm, noise or noise_model(0.001), **more)
    return [{row.key: row for row in each} for each in rows]


def test_the_five():
    assert list(ENDPOINTS) == ["redness", "melanin", "colour evenness", "luminosity", "texture"]
    made = {row.key for row in endpoints_of(lit_skin(pigments((64, 64))), [WHOLE], MM, noise_model(0.01))[0]}
    for name, endpoint in ENDPOINTS.items():
        assert endpoint.name == name
        assert endpoint.key in QUANTITIES.keys() | made
        assert endpoint.note.endswith(".")
        assert endpoint.better in ("lower", "higher")
        assert endpoint_of(endpoint.key) is endpoint
    assert endpoint_of("ita") is None
    assert "same direction of light" in ENDPOINTS["texture"].note
    assert "gloss_fraction" in ENDPOINTS["luminosity"].note


def test_their_form():
    rows = measured(lit_skin(pigments(SHAPE, contrast=1.0)))[0]
    assert list(rows) == ROWS
    for key in ROWS[:4]:
        row = rows[key]
        assert row.status == "measured"
        assert row.unit == ("%" if key == "texture" else "CIELAB unit")
        assert 0 <= row.low <= row.value <= row.high
        assert row.uncertainty > 0
    both = np.hypot(rows["colour_evenness_middle"].value, rows["colour_evenness_wide"].value)
    assert_close(rows["colour_evenness"].value, both, 1e-9)
    assert "1 to 16 mm" in rows["colour_evenness"].definition
    assert "4 to 16 mm" in rows["colour_evenness_wide"].definition


def test_even_skin_is_nought_in_light_that_changes_smoothly():
    ramp = 1 + 0.2 * np.linspace(-1, 1, SHAPE[1])
    spotted = measured(lit_skin(pigments(SHAPE, contrast=1.0)))[0]["colour_evenness"].value
    for light in (1.0, ramp):
        assert measured(lit_skin(pigments(SHAPE), light))[0]["colour_evenness"].value < 0.02 * spotted


def test_smooth_light_hardly_moves_it():
    rgb = pigments(SHAPE, contrast=1.0)
    plain = measured(lit_skin(rgb))[0]["colour_evenness"].value
    ramp = 1 + 0.2 * np.linspace(-1, 1, SHAPE[1])
    assert_close(measured(lit_skin(rgb, ramp))[0]["colour_evenness"].value / plain, 1, 0.02)


@pytest.mark.parametrize("melanin", [0.12, 0.4])
def test_it_rises_with_the_contrast_of_pigment(melanin):
    made = [
        measured(lit_skin(pigments(SHAPE, melanin=melanin, contrast=contrast)))[0]["colour_evenness"].value
        for contrast in (0.25, 0.5, 1.0)
    ]
    assert_close(np.array(made) / made[1], [0.5, 1, 2], 0.12)


def test_it_is_the_mean_colour_difference():
    """Squares of 2 mm with two colours: against the spread of L, a and b themselves, in even light."""
    rgb = pigments(SHAPE, contrast=1.0)
    found = lit_skin(rgb)
    from pigmeter.measurement.evenness import band_sums, size_bands
    from pigmeter.measurement.skin_noise import noise_field

    squares = squares_of_regions(found, [WHOLE], MM)
    grid = replace(squares.grid, values={key: squares.grid.values[key] for key in ("L", "a", "b")})
    sums = band_sums(grid, noise_field(found, noise_model(1e-6), MM), size_bands()[1:])
    wanted = np.sqrt(sum(each.value**2 for tiles in sums.values() for each in tiles.spreads().values()))
    assert_close(measured(found, noise_model(1e-6))[0]["colour_evenness"].value / wanted, 1, 1e-3)


def test_noise_is_taken_off():
    rgb = pigments(SHAPE, contrast=1.0)
    calm = measured(lit_skin(rgb))[0]["colour_evenness"].value
    noisy = measured(lit_skin(rgb, noise=0.06), noise_model(0.06))[0]["colour_evenness"].value
    assert_close(noisy / calm, 1, 0.05)


def test_the_profiles_scale_is_in_the_uncertainty():
    found = lit_skin(pigments(SHAPE, contrast=1.0))
    slopes = np.zeros((2, 10, 2))
    slopes[:, 3:6, 0] = 0.3
    errors = replace(plain_errors(), change_camera=slopes)
    sure, unsure = (
        measured(found, noise_model(0.001, errors=each))[0]["colour_evenness"] for each in (None, errors)
    )
    assert sure.value == unsure.value
    assert unsure.uncertainty > sure.uncertainty


def test_without_a_scale_only_gloss_is_measured():
    found = lit_skin(pigments((160, 160)))
    found.state[:40] = 2
    rows = measured(found, mm=None)[0]
    assert [rows[key].code for key in ROWS] == ["SCALE_NONE"] * 4 + [None]
    assert_close(rows["gloss_fraction"].value, 0.25, 1e-9)
    assert rows["gloss_fraction"].n == 160 * 160


def test_gloss_of_a_region():
    found = lit_skin(pigments((160, 160)))
    found.state[:40, :80] = 2
    found.state[40:80, :80] = 4
    mask = np.zeros((160, 160), dtype=bool)
    mask[:, :80] = True
    rows = measured(found, regions=[WHOLE, Region("left", mask)])
    assert_close(rows[1]["gloss_fraction"].value, 40 / 120, 1e-9)
    assert_close(rows[0]["gloss_fraction"].value, 40 * 80 / (160 * 160 - 40 * 80), 1e-9)


def test_regions_that_are_too_small_or_empty():
    found = lit_skin(pigments(SHAPE, contrast=1.0))
    masks = [np.zeros(SHAPE, dtype=bool) for _ in range(3)]
    masks[0][:160, :160] = True
    masks[1][:8, :8] = True
    regions = [Region(name, mask) for name, mask in zip(("cheek", "dot", "none"), masks, strict=True)]
    cheek, dot, none = measured(found, regions=regions)
    assert [cheek[key].code for key in ROWS] == ["REGION_SMALL", None, "REGION_SMALL", None, None]
    assert "512 mm2 needed" in cheek["colour_evenness"].reason
    assert {dot[key].code for key in ROWS[:4]} == {"REGION_SMALL"}
    assert {row.code for row in none.values()} == {"REGION_EMPTY"}


def test_coarse_maps_tell_the_wide_band_only():
    found = lit_skin(pigments((640, 640), contrast=1.0))
    rows = measured(found, mm=1.0)[0]
    assert [rows[key].code for key in ROWS[:4]] == [
        "RESOLUTION_COARSE", "RESOLUTION_COARSE", None, "RESOLUTION_COARSE",
    ]  # fmt: skip
