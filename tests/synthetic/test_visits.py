"""Two photos of the same skin: where each place went, and what changed there."""

import cv2
import numpy as np
import pytest
from tolerance import assert_close

from pigmeter import synthetic
from pigmeter.synthetic.spots import DrawnSpot
from pigmeter.synthetic.visits import FatedSpot, Treated, VisitSettings, render_visits

SIZE, MM = (240, 320), 0.2
WHO = synthetic.subject("light", seed=3)


def settings(**own):
    return VisitSettings(**{"mm_per_pixel": MM, "chart_kind": None, "container": "png"} | own)


def moved(surface="plane", **scene):
    pose = synthetic.Pose(tilt=4, turn=9, roll=3, shift_mm=(1.5, -1.0), distance_mm=300)
    return settings(
        pose=pose,
        scene=synthetic.Scene(surface=surface, **scene),
        mm_per_pixel=0.19,
        lamp="led-neutral",
        seed=4,
    )


def test_skin_that_is_not_treated_does_not_change():
    pair = render_visits(WHO, settings(), moved(), size=SIZE)
    for plane in pair.change.values():
        assert_close(plane, np.zeros(SIZE), 1e-6)


@pytest.mark.parametrize("surface", ["plane", "cheek", "forearm"])
@pytest.mark.parametrize("expression", [None, synthetic.Expression(2.5, seed=2)])
def test_each_place_is_found_in_the_other_photo(surface, expression):
    """Melanin of the follow-up at the mapped place is that of the baseline: mottle tells places apart."""
    own = settings(scene=synthetic.Scene(surface=surface))
    pair = render_visits(WHO, own, moved(surface, expression=expression), size=SIZE)
    known = np.isfinite(pair.map_x)
    assert known.mean() > 0.3
    there = cv2.remap(pair.follow_up.truth["melanin"], pair.map_x, pair.map_y, cv2.INTER_LINEAR)
    inner = cv2.erode(known.astype(np.uint8), np.ones((9, 9))).astype(bool) & np.isfinite(there)
    off = np.abs(there - pair.baseline.truth["melanin"])[inner]
    assert np.median(off) < 0.002 * np.nanmean(pair.baseline.truth["melanin"]) + 2e-4
    shifted = np.abs(np.roll(there, 8, axis=1) - pair.baseline.truth["melanin"])[inner]
    assert np.nanmedian(shifted) > 3 * np.median(off)


@pytest.mark.parametrize(
    ("tone", "melanin"), [("very light", -1.0), ("tan", -8.0), ("very dark", -5.0), ("light", 4.0)]
)
def test_melanin_moves_by_what_is_asked_for_everywhere(tone, melanin):
    pair = render_visits(
        synthetic.subject(tone, seed=5), settings(), moved(), treated=[Treated(melanin=melanin)], size=SIZE
    )
    darkest = np.nanmin(pair.baseline.truth["melanin_index"])
    if darkest + melanin > 14:  # paler than that no melanin is left to go
        assert_close(pair.change["melanin_index"], np.full(SIZE, melanin), 0.02)


def test_blood_moves_in_an_ellipse_and_nowhere_else():
    part = Treated(haemoglobin=6.0, x=-10, y=4, radii=(9, 6))
    even = synthetic.subject("light", seed=3, blemishes=0)
    pair = render_visits(even, settings(), moved(), treated=[part], size=SIZE)
    found = pair.change["haemoglobin_index"]
    x, y = ((np.arange(n) - (n - 1) / 2) * MM for n in (SIZE[1], SIZE[0]))
    r = np.hypot((x[None] + 10) / 9, (y[:, None] - 4) / 6)
    assert_close(found[r < 0.85], 6.0, 0.05)
    assert_close(found[r > 1.2], 0.0, 0.02)


def test_spots_meet_their_fates():
    spots = [
        FatedSpot(DrawnSpot("dark", -20, -10, 4, 8), remains=0.5),
        FatedSpot(DrawnSpot("dark", 0, 10, 4, 8), remains=0.0),
        FatedSpot(DrawnSpot("dark", 15, -5, 4, 8), appears=True),
    ]
    pair = render_visits(WHO, settings(), moved(), spots=spots, size=SIZE)
    for each in spots:
        row, column = (
            round(v / MM + (n - 1) / 2) for v, n in ((each.spot.y, SIZE[0]), (each.spot.x, SIZE[1]))
        )
        here = float(pair.change["melanin_index"][row, column])
        assert_close(here, each.after - each.before, 0.5)
