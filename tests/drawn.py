"""What a figure holds, read back: pixels, words, pictures; and colours as the colour-blind see them."""

import io

import numpy as np
from PIL import Image

from pigmeter.colour.cielab import SRGB_FROM_XYZ, lab_from_xyz
from pigmeter.report.page import Page

# Machado, Oliveira, Fernandes, IEEE Trans Vis Comput Graph 2009;15:1291, table 1, severity 1: linear sRGB.
COLOUR_BLIND = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
SIGHTS = (None, *COLOUR_BLIND)


def pixels_of(png):
    """Return a PNG file's pixels."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


class Watch:
    """What was written and pasted on every page from now on."""

    def __init__(self, monkeypatch):
        self.words, self.places, self.pictures, self.lines = [], [], [], []
        write, paste, lines = Page.write, Page.paste, Page.lines

        def watched_write(page, left, top, text, size, **style):
            self.words.append(text)
            self.places.append((left, top))
            write(page, left, top, text, size, **style)

        def watched_paste(page, left, top, picture):
            self.pictures.append((left, top, picture))
            paste(page, left, top, picture)

        def watched_lines(page, paths, **style):
            self.lines.append((paths, style))
            lines(page, paths, **style)

        monkeypatch.setattr(Page, "write", watched_write)
        monkeypatch.setattr(Page, "paste", watched_paste)
        monkeypatch.setattr(Page, "lines", watched_lines)

    def has(self, text):
        """Whether any line of text holds `text`."""
        return any(text in words for words in self.words)

    @property
    def largest(self):
        """Left, top and pixels of the largest picture."""
        return max(self.pictures, key=lambda picture: picture[2].size)


def bytes_of(colour):
    """Return red, green, blue of #rrggbb."""
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)


def lab_of(srgb, sight=None):
    """Return CIELAB of encoded sRGB [0..1], shape (..., 3), as somebody sees it."""
    srgb = np.asarray(srgb, float)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    if sight:
        linear = np.clip(linear @ np.array(COLOUR_BLIND[sight]).T, 0, 1)
    from_srgb = np.linalg.inv(SRGB_FROM_XYZ)
    return lab_from_xyz(linear @ from_srgb.T, from_srgb.sum(axis=1))
