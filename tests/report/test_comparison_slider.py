"""The slider, driven in a browser by keys, mouse, finger, buttons, address; two photos without a script."""

import base64
import hashlib
import re
from types import SimpleNamespace

import browser
import compared
import numpy as np
import pytest
from html_page import parsed
from tolerance import assert_close

from pigmeter.report.comparison_page import write_page
from pigmeter.report.comparison_slider import SCRIPT, hash_source, slider

PHOTO = {"src": "data:,", "alt": "a photo", "width": 4, "height": 3, "bar": None}
SHOWN = 'document.getElementById("slider").getAttribute("data-at")'
needs_browser = pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.NONE_HERE)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "comparison.html"
    path.write_text(write_page(compared.change()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def window():
    with browser.Browser() as opened:
        yield opened


def shown_halves(window):
    """Mean colours of the left and the right half of the skin in what the slider shows."""
    left, top, width, height = window.box("#slider .before img")
    shot = window.screenshot().astype(float)
    rows = slice(round(top + 0.3 * height), round(top + 0.45 * height))

    def mean(first, last):
        part = shot[rows, round(left + first * width) : round(left + last * width)]
        return part.reshape(-1, 3).mean(axis=0)

    return mean(0.15, 0.45), mean(0.55, 0.85)


def test_markup_without_a_script():
    page = parsed(slider({**PHOTO, "caption": "Baseline"}, {**PHOTO, "caption": "<b>"}, aligned=True))
    assert [image.attributes["alt"] for image in page.all("img")] == ["a photo", "a photo"]
    assert [caption.text for caption in page.all("figcaption")] == ["Baseline", "<b>"]
    bar = page.one("input").attributes
    assert bar["type"] == "range"
    assert (bar["min"], bar["max"], bar["value"]) == ("0", "100", "50")
    assert "baseline" in bar["aria-label"].lower()
    assert "hidden" in bar  # until the script runs
    assert "hidden" in page.one("div", class_="buttons").attributes
    assert [button.text for button in page.all("button")] == ["Baseline", "Both", "Follow-up"]


def test_photos_that_are_not_aligned_have_nothing_to_move():
    page = parsed(slider({**PHOTO, "caption": "1"}, {**PHOTO, "caption": "2"}, aligned=False))
    assert not page.all("input")
    assert not page.all("button")
    assert "aligned" not in page.one("div", id="slider").attributes["class"]


def test_a_tall_photo_fits_a_screen():
    tall = {**PHOTO, "width": 3, "height": 4, "caption": "1"}
    for photo, wanted in ((tall, True), ({**PHOTO, "caption": "1"}, False)):
        classes = (
            parsed(slider(photo, photo, aligned=True)).one("div", id="slider").attributes["class"].split()
        )
        assert ("tall" in classes) == wanted


def test_hashes_are_those_of_the_words():
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert hash_source("a()") == f"'sha256-{digest}'"


def test_the_script_reaches_for_nothing_outside():
    assert not re.search(r"https?:|fetch|XMLHttp|import|eval|innerHTML|cookie|Storage", SCRIPT)


@needs_browser
@pytest.mark.parametrize("at", [0, 50, 100])
def test_the_address_sets_what_is_shown(window, page, at):
    window.open(page, f"#slider={at}")
    assert window.value(SHOWN) == str(at)
    assert window.value("document.querySelector('#slider input').value") == str(at)
    spoken = window.value("document.querySelector('#slider input').getAttribute('aria-valuetext')")
    assert spoken.startswith(f"{at} % of the width from the left shows the baseline")
    left, right = shown_halves(window)
    assert_close(left, compared.AFTER if at == 0 else compared.BEFORE, 4)
    assert_close(right, compared.BEFORE if at == 100 else compared.AFTER, 4)


@needs_browser
def test_an_address_that_says_nothing_shows_both(window, page):
    for fragment in ("", "#slider=", "#slider=-1", "#slider=<script>", "#changes"):
        window.open(page, fragment)
        assert window.value(SHOWN) == "50"
    window.open(page, "#slider=999")
    assert window.value(SHOWN) == "100"


@needs_browser
def test_keys_move_it(window, page):
    window.open(page)
    window.value("document.querySelector('#slider input').focus()")
    for key, wanted in (
        ("ArrowRight", "51"),
        ("ArrowLeft", "50"),
        ("ArrowLeft", "49"),
        ("End", "100"),
        ("Home", "0"),
    ):
        window.key(key)
        assert window.value(SHOWN) == wanted
    left, right = shown_halves(window)
    assert_close(np.stack([left, right]), np.array([compared.AFTER] * 2), 4)


@needs_browser
def test_the_tab_key_reaches_it_and_its_buttons(window, page):
    window.open(page)
    reached = []
    for _ in range(8):
        window.key("Tab")
        reached.append(window.value("document.activeElement.type || document.activeElement.tagName"))
    assert "range" in reached
    assert reached.count("button") == 3


@needs_browser
def test_the_mouse_drags_it(window, page):
    window.open(page)
    left, top, width, height = window.box("#slider .stage")
    window.drag((left + 0.5 * width, top + 0.5 * height), (left + 0.8 * width, top + 0.5 * height))
    assert abs(int(window.value(SHOWN)) - 80) <= 1
    window.drag((left + 0.2 * width, top + 0.2 * height), (left - 50, top + 0.2 * height))
    assert window.value(SHOWN) == "0"


@needs_browser
def test_a_finger_drags_it(window, page):
    window.open(page, width=375, height=812)
    left, top, width, height = window.box("#slider .stage")
    window.swipe((left + 0.5 * width, top + 0.5 * height), (left + 0.25 * width, top + 0.5 * height))
    assert abs(int(window.value(SHOWN)) - 25) <= 2


@needs_browser
def test_buttons_set_it_and_say_so(window, page):
    window.open(page)
    for number, wanted in ((0, "100"), (2, "0"), (1, "50")):
        window.value(f"document.querySelectorAll('#slider button')[{number}].click()")
        assert window.value(SHOWN) == wanted
        pressed = window.value(
            "[...document.querySelectorAll('#slider button')].map(b => b.getAttribute('aria-pressed')).join()"
        )
        assert pressed == ",".join("true" if n == number else "false" for n in range(3))


@needs_browser
@pytest.mark.parametrize("how", ["no script", "print"])
def test_without_a_script_and_on_paper_both_stand_side_by_side(window, page, how):
    window.open(page, script=how != "no script")
    if how == "print":
        window.call("Emulation.setEmulatedMedia", media="print")
    boxes = [
        SimpleNamespace(**dict(zip("xywh", window.box(f"#slider .{side} img"), strict=True)))
        for side in ("before", "after")
    ]
    for side in ("before", "after"):  # the bar below a photo is a part of that photo's own width
        image, bar = (window.box(f"#slider .{side} {part}") for part in ("img", "svg"))
        assert abs(image[2] - bar[2]) < 1
    window.call("Emulation.setEmulatedMedia", media="")
    before, after = boxes
    assert before.x + before.w <= after.x
    assert abs(before.y - after.y) < 1
    assert abs(before.w - after.w) < 1
    assert before.w > 100
