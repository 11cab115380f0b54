import dataclasses

import pytest

from pigmeter.regions.outline import FRAMES, Outline


def test_an_outline_is_in_photo_pixels_and_nameless_on_the_body_unless_said():
    outline = Outline("spot 1")
    assert (outline.frame, outline.site, outline.side) == ("px", "", "")
    assert outline.frame in FRAMES
    assert outline.mask is None
    assert outline.polygons == outline.holes == ()


def test_an_outline_is_not_changed_by_those_who_use_it():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Outline("spot 1").name = "spot 2"
