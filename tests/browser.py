"""A headless Chromium that tests drive as people do: keys, mouse, touch; no network, no further package."""

import base64
import io
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NONE_HERE = "no Chromium on this machine (chromium, chromium-browser, google-chrome)"
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
    "--force-color-profile=srgb", "--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_START = """\
import fcntl, os, sys
# Chromium reads commands from descriptor 3 and answers on 4.
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(pipes[0], 3)
os.dup2(pipes[1], 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
_PATIENCE = 30  # [s]
_KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Tab": 9}


class Browser:
    """One page in one browser; use it in a ``with``."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (ours, write), (read, theirs) = os.pipe(), os.pipe()
        options = (*_OPTIONS, f"--user-data-dir={self.folder.name}", "about:blank")
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, str(ours), str(theirs), CHROMIUM, *options],
            pass_fds=(ours, theirs),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(ours)
        os.close(theirs)
        self.write, self.read = write, read
        self.numbers, self.waiting, self.events, self.session = itertools.count(1), b"", [], None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        os.close(self.write)
        os.close(self.read)
        self.folder.cleanup()

    def call(self, method, **parameters):
        """Send a command and return what it answers."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def open(self, path, fragment="", *, width=1280, height=900, script=True):
        """Show a file, and wait until all of it is there."""
        self.size(width, height)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Page.navigate", url="about:blank")
        self.events.clear()
        self.call("Page.navigate", url=f"{path.as_uri()}{fragment}")
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            here = self.value("location.protocol + document.readyState") == "file:complete"
            if here and self.told("Page.loadEventFired"):
                return
            time.sleep(0.02)
        raise TimeoutError(path.name)

    def size(self, width, height):
        """Make the window so large. [px]"""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def value(self, expression):
        """Return the value of a piece of JavaScript, run by the tool and not by the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def box(self, selector):
        """Left, top, width, height of an element in the window, scrolled into it. [px]"""
        return self.value(
            f"(function (e) {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
            " var b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    def key(self, name):
        """Press a key and let it go."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode=_KEYS[name],
            )

    def drag(self, start, end):
        """Press the mouse at one point, move it to another, let it go. [px]"""
        self._mouse("mousePressed", start)
        for share in (0.5, 1.0):
            place = [a + share * (b - a) for a, b in zip(start, end, strict=True)]
            self._mouse("mouseMoved", place)
        self._mouse("mouseReleased", end)

    def swipe(self, start, end):
        """Put a finger on one point, move it to another, lift it. [px]"""
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        self._touch("touchStart", [start])
        for share in (0.25, 0.5, 0.75, 1.0):
            self._touch("touchMove", [[a + share * (b - a) for a, b in zip(start, end, strict=True)]])
        self._touch("touchEnd", [])
        self.call("Emulation.setTouchEmulationEnabled", enabled=False)

    def screenshot(self, *, whole=False):
        """Return what is seen, or the whole page, as pixels, shape (rows, columns, 3)."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB"))

    def pdf(self):
        """Return the page as it would be printed, with its own paper."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])

    def told(self, method):
        """What was told under a name since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def _mouse(self, kind, place):
        pressed = {"button": "left", "buttons": 1, "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **pressed)

    def _touch(self, kind, places):
        points = [{"x": x, "y": y} for x, y in places]
        self.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    def _next(self):
        until = time.monotonic() + _PATIENCE
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.read], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError(self.events[-3:])
            part = os.read(self.read, 1 << 20)
            if not part:
                raise EOFError(self.events[-3:])
            self.waiting += part
        message, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(message)
