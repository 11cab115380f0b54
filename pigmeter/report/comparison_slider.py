"""The slider over two photos: a divider that mouse, finger and keys move; without a script, side by side."""

import base64
import hashlib
from typing import Any

from pigmeter.report.markup import Markup, element

# Whatever moves the divider goes through show(). "#slider=30" at the end of the page's address does too.
SCRIPT = """\
"use strict";
(function () {
  var slider = document.getElementById("slider");
  if (!slider || !slider.classList.contains("aligned")) return;
  var range = slider.querySelector("input"), stage = range.parentNode;
  var buttons = slider.querySelectorAll("button");
  function show(at) {
    at = Math.min(100, Math.max(0, Math.round(at)));
    range.value = at;
    slider.style.setProperty("--at", at + "%");
    slider.setAttribute("data-at", at);
    range.setAttribute("aria-valuetext",
      at + " % of the width from the left shows the baseline, the rest the follow-up");
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-at")) === at));
    });
  }
  function follow(event) {
    var box = stage.getBoundingClientRect();
    show(100 * (event.clientX - box.left) / box.width);
  }
  range.addEventListener("input", function () { show(Number(range.value)); });
  range.addEventListener("pointerdown", function (event) {
    if (event.button) return;
    event.preventDefault();
    range.focus({ preventScroll: true });
    range.setPointerCapture(event.pointerId);
    follow(event);
  });
  range.addEventListener("pointermove", function (event) {
    if (range.hasPointerCapture(event.pointerId)) follow(event);
  });
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { show(Number(button.getAttribute("data-at"))); });
  });
  function address() {
    var found = /^#slider=(\\d{1,3})$/.exec(window.location.hash);
    if (found) show(Number(found[1]));
  }
  window.addEventListener("hashchange", address);
  slider.classList.add("live");
  slider.querySelectorAll("[hidden]").forEach(function (part) { part.hidden = false; });
  show(50);
  address();
})();
"""


def hash_source(content: str) -> str:
    """Return the words by which a content security policy lets a script or a style pass."""
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def slider(before: dict[str, Any], after: dict[str, Any], *, aligned: bool) -> Markup:
    """
    Return two photos of one frame with a divider between them.

    Parameters
    ----------
    before, after : dict
        Each ``src``, ``alt``, ``width``, ``height`` [px], ``caption``, and as ``bar`` the bar of its scale.
    aligned : bool
        Whether one lies over the other; if not they stand side by side and nothing moves.
    """
    controls = (
        element("span", class_="divider", aria_hidden="true"),
        element(
            "input",
            type="range",
            min=0,
            max=100,
            step=1,
            value=50,
            hidden=True,
            aria_label="Divider between baseline, on the left, and follow-up, on the right",
        ),
    )
    buttons = element(
        "div",
        *(
            element("button", words, type="button", data_at=at, aria_pressed="false")
            for words, at in (("Baseline", 100), ("Both", 50), ("Follow-up", 0))
        ),
        class_="buttons",
        role="group",
        aria_label="What the picture shows",
        hidden=True,
    )
    tall = before["height"] > before["width"]  # a tall picture would not fit a screen at full width
    return element(
        "div",
        element(
            "div",
            _photo("before", before),
            _photo("after", after),
            *(controls if aligned else ()),
            class_="stage",
        ),
        buttons if aligned else None,
        id="slider",
        class_=" ".join(["slider", *["aligned"] * aligned, *["tall"] * tall]),
    )


def _photo(side: str, photo: dict[str, Any]) -> Markup:
    shown = {name: photo[name] for name in ("src", "alt", "width", "height")}
    caption = element("figcaption", photo["caption"])
    return element("figure", element("img", **shown), photo["bar"], caption, class_=f"side {side}")
