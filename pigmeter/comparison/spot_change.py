"""What became of one spot: its fate, and the change of its contrast and its area with their intervals."""

from dataclasses import dataclass, field

import numpy as np

from pigmeter.measurement.spots import spot_key, spot_sign

CLEARED, FADED, UNCHANGED, DARKER = "cleared", "faded", "unchanged", "darker"
NEW, OUTSIDE = "new", "outside"
FATES = (CLEARED, FADED, UNCHANGED, DARKER, NEW, OUTSIDE)
"""``faded`` and ``darker`` go by the size of the contrast: a light spot that is paler still is ``darker``."""


@dataclass(frozen=True, slots=True)
class SpotChange:
    """
    A spot that either visit shows, and what became of it.

    Attributes
    ----------
    number : int
        Counts from 1 over the pair: the baseline's spots first, the most severe first.
    kind : str
        ``"dark"``, ``"light"`` or ``"red"``, at the baseline where it was found there.
    kind_after : str
        What the follow-up's own search took it for; empty if that did not find it.
    region, site : str
        As of a spot; of the baseline.
    before, after : tuple of int
        Numbers of the baseline's and of the follow-up's spots that it is: several where spots ran together or
        fell into parts, none where that visit's search did not find it.
    within : int
        Number of the spot that it lies in; 0 for none.
    fate : str
        One of `FATES`.
    x, y : float
        Centre. [baseline photo px]
    diameter_mm : float
        Of the disc as large as the outline that both visits were measured in. [mm]
    contrast_baseline, contrast_follow_up, contrast_change : float or None
        Inside that outline less the ring around it, in the index of `kind`, with its sign; None outside
        of what both visits show. [index unit]
    contrast_uncertainty, contrast_low, contrast_high : float or None
        Standard uncertainty and 95 % interval of the change. [index unit]
    sdc : float or None
        Smallest change of contrast that would have been told from none, at this spot and among so many.
        [index unit]
    p : float or None
        Probability of a change as large if there were none; of this spot alone. [1]
    told_baseline, told_follow_up : float or None
        Contrast from which a place as large is told from the skin around it, at either visit. [index unit]
    calibration : float or None
        The part of `contrast_uncertainty` that all spots of a pair share. [index unit]
    area_baseline, area_follow_up, area_change : float or None
        At half of its height, drawn anew at both visits; 0 where it is not told from its surroundings, None
        where it is too faint to be outlined. [mm2]
    area_uncertainty, area_low, area_high : float or None
        Of the change. [mm2]
    moved_mm : float
        By how much the follow-up's spot lies off its place after alignment; 0 if that is not known. [mm]
    outline : array of float64, shape (points, 2)
        That both visits were measured in, x and y. [baseline photo px]
    outline_follow_up : array of float64, shape (points, 2), or None
        What the follow-up shows. [baseline photo px]
    reason : str
        Why it lies outside; empty otherwise.
    """

    number: int
    kind: str
    kind_after: str
    region: str
    site: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    within: int
    fate: str
    x: float
    y: float
    diameter_mm: float
    contrast_baseline: float | None = None
    contrast_follow_up: float | None = None
    contrast_change: float | None = None
    contrast_uncertainty: float | None = None
    contrast_low: float | None = None
    contrast_high: float | None = None
    sdc: float | None = None
    p: float | None = None
    told_baseline: float | None = None
    told_follow_up: float | None = None
    calibration: float | None = None
    area_baseline: float | None = None
    area_follow_up: float | None = None
    area_change: float | None = None
    area_uncertainty: float | None = None
    area_low: float | None = None
    area_high: float | None = None
    moved_mm: float = 0.0
    outline: np.ndarray = field(repr=False, default_factory=lambda: np.zeros((0, 2)))
    outline_follow_up: np.ndarray | None = field(repr=False, default=None)
    reason: str = ""

    @property
    def key(self) -> str:
        """The index of its kind."""
        return spot_key(self.kind)

    @property
    def sign(self) -> int:
        """Of the contrast of its kind."""
        return spot_sign(self.kind)

    @property
    def area_mm2(self) -> float:
        """Inside the outline that both visits were measured in. [mm2]"""
        return float(np.pi * self.diameter_mm**2 / 4)
