"""The section with both photos: aligned under the slider, and as they were taken."""

import base64
import io

import compared
import numpy as np
from html_page import parsed
from PIL import Image
from tolerance import assert_close

from pigmeter.report.comparison_photos import photos_section
from pigmeter.report.comparison_pictures import photo_pair


def section(**changes):
    change = compared.change(**changes)
    return parsed(photos_section(change, photo_pair(change, 1600)))


def colour_of(image):
    data = base64.b64decode(image.attributes["src"].split(",")[1])
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert (str(picture.shape[1]), str(picture.shape[0])) == (
        image.attributes["width"],
        image.attributes["height"],
    )
    return picture[picture.shape[0] // 2, picture.shape[1] // 2]


def test_each_picture_is_the_photo_that_its_words_name():
    before, after, first, last = section().all("img")
    for image in (before, first):
        assert_close(colour_of(image), compared.BEFORE, 3)
        assert image.attributes["alt"].startswith("Baseline photo")
    for image in (after, last):
        assert_close(colour_of(image), compared.AFTER, 3)
        assert image.attributes["alt"].startswith("Follow-up photo")


def test_captions_tell_the_day_and_names():
    captions = [caption.text for caption in section().all("figcaption")]
    assert captions == [
        "Baseline, 2026-03-02", "Follow-up, 2026-04-13", "Baseline: before.jpg", "Follow-up: after.jpg",
    ]  # fmt: skip


def test_each_photo_has_the_bar_of_its_own_frame():
    for page in (section(), section(aligned=False)):
        for side in ("before", "after"):
            assert page.one("figure", class_=side).one("svg").one("text").text.endswith("mm")


def test_what_was_done_to_the_photos_is_said():
    assert "colour chart" in section().text
    assert "laid over the baseline" in section().text
    apart = section(aligned=False)
    assert "could not be laid over each other" in apart.text
    assert not apart.all("input")
