"""Two measured photos of one stretch of rendered skin in one pose, and an alignment for them."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import cv2
import numpy as np

from pigmeter import synthetic
from pigmeter.measurement.measurement import measure
from pigmeter.photo.reader import read_photo

SIZE, MM = (520, 600), 0.13
TREATED = synthetic.Treated(melanin=-4.0, x=-14.0, y=-12.0, radii=(11.0, 9.0))


def photos(*, treated=(), tone="light", seed=5, **follow_up):
    """Photos of both visits and the true change, pixel by pixel."""
    first = synthetic.VisitSettings(mm_per_pixel=MM, chart_seed=3, seed=1)
    pair = synthetic.render_visits(
        synthetic.subject(tone, seed=seed),
        first,
        replace(first, seed=2, **follow_up),
        treated=treated,
        size=SIZE,
    )
    read = [
        read_photo(one.photo_bytes, name=f"{name}.{one.container}")
        for name, one in (("baseline", pair.baseline), ("follow-up", pair.follow_up))
    ]
    return (*read, pair.change)


@cache
def treated_pair():
    """One profile for both visits; an ellipse of the skin lost 4 units of melanin."""
    before, after, change = photos(treated=[TREATED])
    baseline = measure(before)
    return baseline, measure(after, baseline.profile), change


def in_place(baseline, follow_up, residual_px=0.0):
    """An alignment of two photos that were taken from one place."""
    rows, columns = baseline.skin.shape
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    both = (baseline.skin & follow_up.skin).astype(np.uint8)
    trusted = cv2.erode(both, np.ones((3, 3), np.uint8), borderValue=0) > 0
    return SimpleNamespace(x=x, y=y, matrix=np.eye(3), trusted=trusted, residual_px=residual_px)


def ellipse(measurement, x, y, across, down):
    """Map pixels of an ellipse about a place, from the middle of the photo. [mm]"""
    rows, columns = measurement.skin.shape
    mm = measurement.mm_per_pixel
    to_right = (np.arange(columns) - (columns - 1) / 2) * mm - x
    to_bottom = (np.arange(rows) - (rows - 1) / 2) * mm - y
    return np.hypot(to_right / across, to_bottom[:, None] / down) < 1
