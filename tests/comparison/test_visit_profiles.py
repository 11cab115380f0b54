"""Two visits' charts fitted together: nearer to each other than by themselves, and when that is left."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import visit_pairs

import pigmeter as pm
from pigmeter.colour.session import fit_profile
from pigmeter.comparison.visit_profiles import fit_visits


@cache
def photos(lamps=("daylight", "daylight")):
    drawn = visit_pairs.pair("tan", seed=41, lamps=lamps)
    return tuple(
        pm.read_photo(shown.photo_bytes, name=name)
        for name, shown in (("baseline.jpg", drawn.baseline), ("follow-up.jpg", drawn.follow_up))
    )


def apart(one, other):
    """How differently two profiles remember the camera."""
    return float(np.abs(one.camera.sensitivities - other.camera.sensitivities).sum())


def test_two_fits_of_one_camera_come_nearer_to_each_other():
    pair = photos()
    (chart, first), (_, last) = fit_visits(*pair)
    own = [fit_profile(photo) for photo in pair]
    assert apart(first, last) < 0.5 * apart(*own)
    assert (first.created_from, last.created_from) == tuple(photo.sha256 for photo in pair)
    assert first.id != last.id, "light and exposure stay those of each photo"
    measured = pm.measure(pair[0], first, chart=chart)
    assert measured.maps["melanin_index"].shape


def test_what_cannot_be_one_camera_is_left():
    first, last = photos()
    assert fit_visits(first, first) is None, "one photo twice says nothing twice"
    makes = [
        replace(photo, capture=replace(photo.capture, make=make, model=make))
        for photo, make in ((first, "One"), (last, "Other"))
    ]
    assert fit_visits(*makes) is None


def test_another_colour_space_is_left():
    first, last = photos()
    wide = replace(last, primaries=last.primaries + 0.05)
    assert fit_visits(first, wide) is None


@pytest.mark.parametrize("place", [0, 1])
def test_without_a_chart_each_is_left_to_itself(place):
    pair = list(photos())
    bare = pair[place]
    pair[place] = replace(bare, pixels=np.full_like(bare.pixels, 128))
    assert fit_visits(*pair) is None
