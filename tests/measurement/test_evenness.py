"""Evenness of regions: form, refusals, borders, and how it behaves on rendered photos."""

from dataclasses import replace

import numpy as np
import pytest
from mottled_maps import KEYS, KnownNoise, maps_of, waves, white
from plain_profile import plain_errors
from rendered_skin import evenness, skin, spotted
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.measurement.evenness import evenness_of
from pigmeter.regions.region import Region
from pigmeter.synthetic import Scene

NONE = KnownNoise()
WHOLE = Region("skin")
BANDS = ("fine", "middle", "wide")


def by_key(values):
    return {value.key: value for value in values}


def square(name, shape, top, left, side):
    mask = np.zeros(shape, dtype=bool)
    mask[top : top + side, left : left + side] = True
    return Region(name, mask)


def test_a_number_for_each_quantity_band_and_region():
    found = maps_of(waves((500, 500), 0.1, 3.2))
    result = evenness_of(found, 0.1, NONE, [WHOLE, square("part", (500, 500), 0, 0, 400)])
    assert len(result.values) == 2
    for values in result.values:
        assert [value.key for value in values] == [f"{k}_evenness_{band}" for band in BANDS for k in KEYS]
        for value in values:
            assert value.status == "measured"
            assert value.unit == QUANTITIES[value.key.split("_evenness")[0]].unit
            assert 0 <= value.low <= value.value <= value.high
            assert value.uncertainty > 0
            assert value.n > 0
    definition = by_key(result.values[0])["melanin_index_evenness_middle"].definition
    assert definition == "spread of melanin_index over squares of 1 mm within 4 mm"


def test_maps_cover_the_photo():
    result = evenness_of(maps_of(white((470, 610))), 0.1, NONE, [WHOLE])
    assert list(result.maps) == [f"{key}_evenness_{band}" for band in BANDS for key in KEYS]
    for key, made in result.maps.items():
        side = {"fine": 0.5, "middle": 2, "wide": 8}[key.rpartition("_")[2]]
        assert made.mm_per_pixel == side
        assert made.values.dtype == np.float32
        assert made.values.shape == (int(np.ceil(47 / side)), int(np.ceil(61 / side)))
    assert result.grid.side_mm == 0.25
    assert tuple(result.grid.values) == KEYS


def test_maps_lie_where_the_skin_does():
    """Skin that begins far from the photo's corner, with one dark spot: each map is uneven at the spot."""
    values = np.full((600, 800), np.nan, dtype=np.float32)
    values[300:, 400:] = 30.0
    values[420:440, 580:600] = 60.0
    maps = evenness_of(maps_of(values), 0.1, NONE, [WHOLE]).maps
    for band in BANDS:
        made = maps[f"melanin_index_evenness_{band}"]
        row, column = np.unravel_index(np.nanargmax(made.values), made.values.shape)
        side = made.mm_per_pixel
        assert abs((row + 0.5) * side - 43) <= 1.5 * side
        assert abs((column + 0.5) * side - 59) <= 1.5 * side
        assert np.isnan(made.values[: int(24 / side)]).all()


def test_without_a_scale_there_is_a_reason_and_no_number():
    result = evenness_of(maps_of(white((50, 50))), None, NONE, [WHOLE])
    assert result.maps == {}
    assert result.grid is None
    assert {value.code for value in result.values[0]} == {"SCALE_NONE"}
    assert "mm_per_pixel" in result.values[0][0].reason
    assert len(result.values[0]) == 9


def test_coarse_maps_refuse_what_they_cannot_tell():
    values = evenness_of(maps_of(white((300, 300))), 0.6, NONE, [WHOLE]).values[0]
    assert [value.code for value in values] == ["RESOLUTION_COARSE"] * 6 + [None] * 3
    assert "0.6 mm are too coarse for squares of 0.25 mm; 0.25 mm needed" in values[0].reason
    assert "squares of 1 mm; 0.5 mm needed" in values[3].reason
    assert {v.code for v in evenness_of(maps_of(white((30, 30))), 3.0, NONE, [WHOLE]).values[0]} == {
        "RESOLUTION_COARSE"
    }


def test_a_region_too_small_for_a_band_is_refused_in_it():
    found = maps_of(white((500, 500)))
    values = by_key(evenness_of(found, 0.1, NONE, [square("chin", (500, 500), 100, 130, 120)]).values[0])
    assert values["L_evenness_middle"].status == "measured"
    wide = values["L_evenness_wide"]
    assert (wide.code, wide.value, wide.low) == ("REGION_SMALL", None, None)
    assert "'chin'" in wide.reason
    assert "512 mm2 needed" in wide.reason
    empty = evenness_of(found, 0.1, NONE, [Region("none", np.zeros((500, 500), dtype=bool))]).values[0]
    assert {value.code for value in empty} == {"REGION_EMPTY"}


def test_a_region_knows_nothing_of_its_neighbour():
    """Beside a violently different region, and its border between two squares or across one."""
    plane = waves((600, 600), 0.1, 3.2)
    for edge in (300, 301, 302):
        region = Region("left", np.arange(600)[None] < np.full((600, 1), edge))
        wild = plane.copy()
        wild[:, edge:] = 1e3 * white((600, 600 - edge))
        calm, beside = (evenness_of(maps_of(each), 0.1, NONE, [region]).values for each in (plane, wild))
        assert calm == beside
        alone = evenness_of(maps_of(wild, region.mask), 0.1, NONE, [WHOLE]).values
        for ours, cut in zip(calm[0], alone[0], strict=True):
            assert_close(ours.value, cut.value, 0.03 * cut.value)


def test_a_region_is_the_same_wherever_it_lies():
    """The same skin, moved by whole windows, in a photo of other size."""
    patch = white((400, 400), 2.0) + waves((400, 400), 0.1, 12) - 50
    found = []
    for top, left in ((0, 0), (320, 640)):
        plane = np.full((900, 1200), 20.0)
        plane[top : top + 400, left : left + 400] = patch
        region = square("patch", plane.shape, top, left, 400)
        found.append(evenness_of(maps_of(plane), 0.1, NONE, [region]).values[0])
    for one, other in zip(*found, strict=True):
        assert_close(one.value, other.value, 1e-5)


@pytest.mark.parametrize("band", BANDS)
def test_the_scale_of_the_profile_is_in_the_uncertainty(band):
    errors = plain_errors()
    share = np.zeros((2, 10, 2))
    share[:, 0, 0] = 0.2
    errors = replace(errors, change_camera=share)
    noise = KnownNoise()
    noise.errors = errors
    found = maps_of(white((900, 900), 3.0))
    key = f"melanin_index_evenness_{band}"
    sure, unsure = (by_key(evenness_of(found, 0.1, each, [WHOLE]).values[0])[key] for each in (NONE, noise))
    assert sure.value == unsure.value
    assert_close(unsure.uncertainty, np.hypot(sure.uncertainty, 0.2 * sure.value), 0.03 * sure.value)


def test_the_interval_holds_the_truth_in_95_of_100():
    """Many pieces of one field, each a region; the truth is the spread of the whole field."""
    field = white((3000, 3000), 3.0, seed=4)
    for length, height in ((2.0, 0.4), (7.0, 0.5)):
        field += waves((3000, 3000), 0.1, length, height) - 50
    found = maps_of(field)
    pieces = [
        square("piece", field.shape, r, c, 360) for r in range(0, 2800, 400) for c in range(0, 2800, 400)
    ]
    truth, *parts = evenness_of(found, 0.1, NONE, [WHOLE, *pieces]).values
    for place, true in enumerate(truth):
        held = np.mean([part[place].low <= true.value <= part[place].high for part in parts])
        assert held >= 0.88, f"{true.key}: {held}"


# Rendered photos of one stretch of skin, each read by its own chart

STEADY = [f"{key}_evenness_{band}" for band in ("middle", "wide") for key in ("melanin_index", "L")]


@pytest.fixture(scope="module", params=["light", "dark"])
def taken(request, tmp_path_factory):
    """Return a function that photographs a skin, and its evenness in a plain photo."""
    folder = tmp_path_factory.mktemp("evenness")

    def take(**photo):
        return evenness(skin(request.param), folder, **photo)[0]

    return take, take()


def change(one, other, keys):
    """Largest relative change, in percent."""
    return max(100 * abs(other[key].value / one[key].value - 1) for key in keys)


def test_exposure_does_not_matter(taken):
    take, plain = taken
    darker = take(exposure=0.92 * 0.7)
    assert change(plain, darker, [*STEADY, "L_evenness_fine", "melanin_index_evenness_fine"]) < 1


def test_resolution_does_not_matter(taken):
    """A quarter of the pixels, with the same lens; the fine band sees the larger pixels."""
    take, plain = taken
    coarse = take(mm=0.1)
    assert change(plain, coarse, STEADY) < 3
    assert change(plain, coarse, ["L_evenness_fine"]) < 8


def test_noise_of_the_sensor_does_not_matter(taken):
    take, plain = taken
    noisy = take(noise=3.0)
    assert change(plain, noisy, STEADY) < 5
    assert change(plain, noisy, ["L_evenness_fine"]) < 5
    for key, value in noisy.items():
        assert value.low <= plain[key].value <= value.high, key


def test_shading_does_not_matter(taken):
    take, plain = taken
    for scene in (Scene(unevenness=0.25), Scene(surface="cheek")):
        assert change(plain, take(scene=scene), STEADY) < 4


def test_a_coded_photo_says_the_same(taken):
    take, plain = taken
    assert change(plain, take(container="jpeg"), STEADY) < 8


def test_more_and_darker_spots_are_less_even(tmp_path):
    even, profile = evenness(spotted(0, 0.0), tmp_path, scene=Scene(relief=0.0))
    key = "melanin_index_evenness_middle"
    assert even[key].value < 0.1
    strengths = [
        evenness(spotted(12, strength), tmp_path, profile, scene=Scene(relief=0.0))[0][key].value
        for strength in (0.02, 0.05, 0.1)
    ]
    assert even[key].value < strengths[0] < strengths[1] < strengths[2]
    assert_close(strengths[1] / strengths[0], 2.5, 0.25)
    counts = [
        evenness(spotted(count, 0.05), tmp_path, profile, scene=Scene(relief=0.0))[0][key].value
        for count in (3, 24)
    ]
    assert counts[0] < strengths[1] < counts[1]
    assert_close(counts[1] / counts[0], np.sqrt(24 / 3), 0.4)  # spread grows with the root of the number


def test_a_photo_without_a_chart_is_told_its_noise_by_the_profile(tmp_path):
    """The session's profile keeps what its chart showed, so the skin's own number is nearly the same."""
    own, profile = evenness(skin("light"), tmp_path)
    assert profile.noise is not None
    alone = evenness(skin("light"), tmp_path, profile, chart_in_photo=False)[0]
    assert change(own, alone, [*STEADY, "L_evenness_fine", "melanin_index_evenness_fine"]) < 0.5
    assert alone["melanin_index_evenness_fine"].uncertainty > own["melanin_index_evenness_fine"].uncertainty
