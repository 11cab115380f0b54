"""Spots of two rendered visits, matched and given a fate."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from pigmeter import synthetic
from pigmeter.comparison.spot_matching import match_spots, spot_totals
from pigmeter.measurement.measurement import measure
from pigmeter.photo.reader import read_photo
from pigmeter.regions.region import Region
from pigmeter.synthetic.pigments import draw_pigments
from pigmeter.synthetic.spots import DrawnSpot
from pigmeter.synthetic.visits import FatedSpot, VisitSettings, render_visits

SIZE, MM = (480, 640), 0.12
SPOTS = (
    FatedSpot(DrawnSpot("dark", -25, -20, 6.0, 12.0), 0.4),
    FatedSpot(DrawnSpot("dark", -10, -20, 3.0, 10.0), 0.0),
    FatedSpot(DrawnSpot("dark", 5, -20, 4.0, 9.0), 1.0),
    FatedSpot(DrawnSpot("dark", 20, -20, 4.0, 6.0), 1.8),
    FatedSpot(DrawnSpot("dark", -25, -4, 3.5, 10.0), appears=True),
    FatedSpot(DrawnSpot("dark", -12, -4, 1.6, 12.0), 0.5),
    FatedSpot(DrawnSpot("dark", 2, -4, 1.6, 12.0), 1.0),
    FatedSpot(DrawnSpot("dark", 14, -6, 2.5, 10.0), 0.0),
)
DRAWN = ("faded", "cleared", "unchanged", "darker", "new", "faded", "unchanged", "cleared")


@cache
def pair():
    """Two measured visits, the follow-up rolled and lit from another side, and where its skin truly lies."""
    who = replace(synthetic.subject("light", 4, patches=0, blemishes=0), freckles=0.0)
    maps = draw_pigments(who, (SIZE[0] * MM + 16, SIZE[1] * MM + 16), MM)
    first = VisitSettings(
        scene=synthetic.Scene(chart_place=(0.0, 13.5)),
        mm_per_pixel=MM,
        chart_kind="colorchecker-nano",
        seed=1,
    )
    last = replace(
        first,
        scene=replace(first.scene, light_azimuth=20.0),
        pose=synthetic.Pose(roll=4.0, turn=3.0, shift_mm=(1.0, -0.5)),
        seed=2,
    )
    visits = render_visits(maps, first, last, spots=SPOTS, size=SIZE)
    baseline = measure(read_photo(visits.baseline.photo_bytes, name="a.jpg"), workers=1)
    after = read_photo(visits.follow_up.photo_bytes, name="b.jpg")
    return visits, baseline, measure(after, baseline.profile, workers=1)


class Laid:
    """An alignment whose places are known."""

    residual_mm, residual_p95_mm = 0.05, 0.15

    def __init__(self, x, y, trusted, back):
        self.x, self.y, self.trusted, self._back = x, y, trusted, back

    def warp(self, planes):
        known = np.isfinite(planes).astype(np.float32)
        laid = []
        for plane, mask in zip(planes, known, strict=True):
            values, share = (
                cv2.remap(image, self.x, self.y, cv2.INTER_LINEAR, borderValue=0)
                for image in (np.nan_to_num(plane), mask)
            )
            laid.append(np.where(share > 0.5, values / np.maximum(share, 1e-6), np.nan))
        return np.stack(laid).astype(np.float32)

    def to_baseline(self, points):
        return np.stack(
            [cv2.remap(m, *np.float32(points).T, cv2.INTER_LINEAR).ravel() for m in self._back], 1
        )


def inverted(x, y):
    """The inverse of a map of places, by a few steps of a fixed point."""
    down, across = np.mgrid[: x.shape[0], : x.shape[1]].astype(np.float32)
    off_x, off_y = (np.nan_to_num(one - own) for one, own in ((x, across), (y, down)))
    u, v = across, down
    for _ in range(20):
        moved = (
            cv2.remap(off, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for off in (off_x, off_y)
        )
        u, v = (place - step for place, step in zip((across, down), moved, strict=True))
    return u, v


@cache
def laid(swapped=False):
    visits, baseline, follow_up = pair()
    x, y = visits.map_x, visits.map_y
    back = inverted(x, y)
    if swapped:
        seen = cv2.remap(baseline.skin.astype(np.float32), *back, cv2.INTER_NEAREST) > 0
        return Laid(*back, follow_up.skin & seen, (np.nan_to_num(x), np.nan_to_num(y)))
    return Laid(x, y, baseline.skin & np.isfinite(x), back)


@cache
def told(swapped=False):
    _, baseline, follow_up = pair()
    visits = (follow_up, baseline) if swapped else (baseline, follow_up)
    return match_spots(*visits, laid(swapped))


def at(spots, drawn):
    x = drawn.spot.x / MM + (SIZE[1] - 1) / 2
    y = drawn.spot.y / MM + (SIZE[0] - 1) / 2
    near = [spot for spot in spots if np.hypot(spot.x - x, spot.y - y) < 8 and spot.kind == drawn.spot.kind]
    assert len(near) == 1, (drawn, near)
    return near[0]


@pytest.mark.parametrize(("drawn", "fate"), list(zip(SPOTS, DRAWN, strict=True)))
def test_each_fate_is_the_drawn_one(drawn, fate):
    spot = at(told(), drawn)
    assert spot.fate == fate
    assert spot.area_mm2 == pytest.approx(drawn.spot.area, rel=0.2)
    true = drawn.spot.mean_contrast(0.15) * (drawn.remains - (0 if drawn.appears else 1))
    assert abs(spot.contrast_change - true) < 2.5 * spot.contrast_uncertainty + 0.1


def test_an_unchanged_spot_kept_its_area_and_both_outlines_are_in_the_baseline():
    spot = at(told(), SPOTS[2])
    assert spot.area_low < 0 < spot.area_high
    assert spot.area_baseline == pytest.approx(SPOTS[2].spot.area, rel=0.15)
    assert np.abs(spot.outline.mean(axis=0) - spot.outline_follow_up.mean(axis=0)).max() < 2
    assert spot.reason == ""
    assert (len(spot.before), len(spot.after)) == (1, 1)


def test_what_a_search_did_not_find_is_measured_all_the_same():
    cleared, new = at(told(), SPOTS[1]), at(told(), SPOTS[4])
    assert cleared.after == ()
    assert cleared.outline_follow_up is None
    assert abs(cleared.contrast_follow_up) < cleared.told_follow_up
    assert cleared.area_follow_up == 0
    assert new.before == ()
    assert abs(new.contrast_baseline) < new.told_baseline
    assert new.region == "skin"


def test_exchanging_the_visits_exchanges_the_fates():
    mirrored = {"cleared": "new", "new": "cleared", "faded": "darker", "darker": "faded"}
    visits, *_ = pair()
    for drawn, fate in zip(SPOTS, DRAWN, strict=True):
        one = at(told(), drawn)
        column, row = round(one.x), round(one.y)
        x, y = visits.map_x[row, column], visits.map_y[row, column]
        other = min(
            told(True), key=lambda spot: np.hypot(spot.x - x, spot.y - y) + 99 * (spot.kind != "dark")
        )
        assert other.fate == mirrored.get(fate, fate)
        assert other.contrast_change == pytest.approx(-one.contrast_change, abs=0.6)


def test_a_photo_against_itself_changed_nothing():
    _, baseline, _ = pair()
    down, across = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    same = Laid(across, down, baseline.skin, (across, down))
    spots = match_spots(baseline, baseline, same)
    assert len(spots) == len(baseline.spots)
    assert {spot.fate for spot in spots} <= {"unchanged", "outside"}
    assert max(abs(spot.contrast_change or 0.0) for spot in spots) < 1e-9
    assert [spot.before for spot in spots] == [(n,) for n in range(1, len(spots) + 1)]


def test_what_lies_outside_of_the_trusted_skin_has_no_fate():
    _, baseline, follow_up = pair()
    known = laid()
    trusted = known.trusted.copy()
    trusted[:, : SIZE[1] // 2] = False
    spots = match_spots(baseline, follow_up, Laid(known.x, known.y, trusted, known._back))
    outside = at(spots, SPOTS[0])
    assert (outside.fate, outside.contrast_change, outside.sdc) == ("outside", None, None)
    assert "both visits" in outside.reason
    assert at(spots, SPOTS[3]).fate == "darker"


def test_totals_of_the_pair():
    _, baseline, _ = pair()
    values = {value.key: value for value in spot_totals(told(), baseline, [Region("skin", laid().trusted)])}
    assert values["dark_spots_cleared"].change == 2
    assert values["dark_spots_new"].change == 1
    assert values["dark_spots_matched_count"].change == -1
    assert values["dark_spots_matched_severity"].verdict == "decreased"
    assert values["dark_spots_matched_area"].change < 0


def test_without_a_scale_or_spots_there_is_nothing_to_match():
    no_scale = SimpleNamespace(mm_per_pixel=None, spots=(1,))
    assert match_spots(no_scale, no_scale, None) == ()
    no_spots = SimpleNamespace(mm_per_pixel=0.1, spots=())
    assert match_spots(no_spots, no_spots, None) == ()
