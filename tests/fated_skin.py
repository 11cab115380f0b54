"""The skin of two visits on one grid, drawn without a photo in between: what the tests of fates share."""

import numpy as np

from pigmeter.comparison.aligned_skin import AlignedSkin, aligned_levels
from pigmeter.comparison.spot_links import PlacedSpot, centre_of
from pigmeter.comparison.spot_remeasure import Place

MM = 0.1
SHAPE = (360, 400)
MELANIN, BLOOD = 30.0, 20.0


def disc(shape, x, y, radius, height, side=MM):
    """A disc at x, y [mm] on a map of pixels of `side` mm, its edge anti-aliased."""
    down, across = (np.mgrid[: shape[0], : shape[1]] + 0.5) * side
    return height * np.clip((radius - np.hypot(across - x, down - y)) / side + 0.5, 0, 1)


def circle(x, y, radius, side=MM, number=48):
    """The outline of that disc, clockwise. [map px]"""
    turns = np.linspace(0, 2 * np.pi, number, endpoint=False)
    return np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], axis=1) / side - 0.5


def skin(before=0.0, after=0.0, *, blood=(0.0, 0.0), grain=0.0, unknown=None, shape=SHAPE, seed=1):
    """
    Both visits, with so much more melanin_index and haemoglobin_index in places.

    The first channel alone tells melanin, the second less the first blood.
    """
    rng = np.random.default_rng(seed)
    responses = np.empty((2, 3, *shape), np.float32)
    for visit, (melanin, red) in enumerate(zip((before, after), blood, strict=True)):
        first = MELANIN + melanin + rng.normal(0, grain, shape)
        second = first + BLOOD + red + rng.normal(0, grain, shape)
        for channel, index in enumerate((first, second, second)):
            responses[visit, channel] = 10 ** (-index / 100)
    if unknown is not None:
        responses[..., unknown] = np.nan
    weights = np.zeros((10, 2))
    weights[:3] = [[40, 0], [100, -100], [0, 100]]
    return AlignedSkin(aligned_levels(responses, MM), np.stack([weights, weights]), np.ones(3), True)


def place(x, y, radius, *, number=0, shift=(0.0, 0.0), others=()):
    """Where a round spot is looked at. [mm]"""
    moved = (shift[0] / MM, shift[1] / MM)
    return Place(circle(x, y, radius), tuple(others), radius, moved, number)


def placed(x, y, radius, kind="dark", within=-1):
    """A round spot on the map grid. [mm]"""
    points = circle(x, y, radius)
    return PlacedSpot(kind, points, centre_of(points), radius / MM, within)
