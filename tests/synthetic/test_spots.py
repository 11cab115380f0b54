"""Drawn spots: their contrast, area, place and edge are what was asked for."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.errors import UsageError
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.pigments import uniform_pigments
from pigmeter.synthetic.spots import DrawnSpot, draw_spots, scatter_spots
from pigmeter.synthetic.subjects import TONES, subject

MM = 0.05


def skin(tone="tan"):
    who = subject(tone, 1)
    return uniform_pigments(who.melanin, who.blood, who.optics, (20.0, 24.0), MM)


def contrast_map(spot, maps):
    drawn = draw_spots(maps, [spot])
    true = spectral_quantities(reflectance(drawn.melanin[::2, ::2], drawn.blood[::2, ::2], maps.optics))[
        spot.key
    ]
    return true - true[0, 0], drawn


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("contrast", [2.0, 20.0])
def test_dark_spots_have_their_contrast_and_area_on_every_tone(tone, contrast):
    found, drawn = contrast_map(DrawnSpot("dark", 1.0, -2.0, 6.0, contrast, soft=0.1), skin(tone))
    assert_close(found.max(), contrast, 0.01 * contrast + 0.02)
    assert_close(np.count_nonzero(found > contrast / 2) * (2 * MM) ** 2, np.pi * 9, 0.4)
    down, across = np.nonzero(found > contrast / 2)
    assert_close(((across.mean() * 2) * MM - 12, (down.mean() * 2) * MM - 10), (1.0, -2.0), 0.08)
    assert (drawn.kind > 0).any()


@pytest.mark.parametrize("kind", ["light", "red"])
def test_light_and_red_spots_have_their_sign(kind):
    found, _ = contrast_map(DrawnSpot(kind, 0.0, 0.0, 5.0, 6.0), skin())
    extreme = found.min() if kind == "light" else found.max()
    assert_close(extreme, -6.0 if kind == "light" else 6.0, 0.1)


def test_an_irregular_spot_has_the_area_of_a_round_one():
    for seed in range(4):
        spot = DrawnSpot("dark", 0.0, 0.0, 8.0, 10.0, soft=0.03, irregular=1.0, seed=seed)
        found, _ = contrast_map(spot, skin())
        assert_close(np.count_nonzero(found > 5) * (2 * MM) ** 2 / spot.area, 1, 0.02)


def test_the_mean_contrast_is_that_of_its_pixels():
    spot = DrawnSpot("dark", 0.0, 0.0, 8.0, 10.0, soft=0.18)
    down, across = (np.mgrid[-200:201, -200:201]) * 0.025
    away = np.hypot(down, across)
    cover = spot.cover(across, down)
    assert_close(spot.mean_contrast(), 10 * cover[away < 4].mean(), 0.02)
    assert_close(spot.mean_contrast(0.5), 10 * cover[away < 3.5].mean(), 0.02)
    assert DrawnSpot("light", 0, 0, 4, 5).signed_contrast == -5


def test_what_skin_cannot_be_is_refused():
    with pytest.raises(UsageError, match="this skin can have"):
        draw_spots(skin("very light"), [DrawnSpot("light", 0, 0, 4, 20)])
    with pytest.raises(UsageError, match="no kind of spot"):
        draw_spots(skin(), [DrawnSpot("green", 0, 0, 4, 5)])


def test_a_spot_beyond_the_skin_draws_nothing():
    maps = skin()
    assert np.array_equal(draw_spots(maps, [DrawnSpot("dark", 90, 0, 4, 5)]).melanin, maps.melanin)


def test_scattered_spots_keep_apart_and_off_the_chart():
    spots = scatter_spots("dark", (80, 100), 40, (1, 8), (4, 20), seed=3, forbidden_mm=(-20, 10, 20, 40))
    assert len(spots) > 25
    assert spots == scatter_spots(
        "dark", (80, 100), 40, (1, 8), (4, 20), seed=3, forbidden_mm=(-20, 10, 20, 40)
    )
    for i, spot in enumerate(spots):
        assert not (-20 < spot.x < 20 and 10 < spot.y < 40)
        assert 1 <= spot.diameter <= 8
        assert 4 <= spot.contrast <= 20
        for other in spots[:i]:
            assert np.hypot(spot.x - other.x, spot.y - other.y) > (spot.diameter + other.diameter) / 2 + 2
