"""How two photos of the same skin roughly lie to each other, by features, charts or landmarks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.features import find_features, match_features
from pigmeter.comparison.homographies import at_level, correlation_of, matched_homography, refine
from pigmeter.comparison.normalised_skin import SEEN_IN, NormalisedSkin, middle_of
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

Levels = Sequence[tuple[NormalisedSkin, NormalisedSkin]]


def featured_matrix(
    baseline: NormalisedSkin, follow_up: NormalisedSkin, *, scale_known: bool
) -> np.ndarray | None:
    """
    Affine map that the features of two skins agree on.

    Parameters
    ----------
    baseline, follow_up : NormalisedSkin
        At the coarsest level.
    scale_known : bool
        Whether the sides of both are in real mm.

    Returns
    -------
    array, shape (3, 3), or None
        From map pixels to map pixels; None if too few features agree.

    Notes
    -----
    Features of lightness and of redness are taken together: the ones are many, the others look the same
    wherever the light comes from.
    """
    matches = [
        match_features(find_features(baseline, i), find_features(follow_up, i), scale_known=scale_known)
        for i in (SEEN_IN.index("L"), SEEN_IN.index("erythema_index"))
    ]
    points, places = (np.concatenate(side) for side in zip(*matches, strict=True))
    map_pixel_mm = follow_up.side_mm / follow_up.step
    return matched_homography(points, places, limit("alignment", "feature_reach_mm") / map_pixel_mm)


def likely_matrices(baseline: "Measurement", follow_up: "Measurement") -> Iterator[np.ndarray]:
    """
    Guess how two photos lie to each other without looking at the skin.

    Parameters
    ----------
    baseline, follow_up : Measurement

    Yields
    ------
    array, shape (3, 3)
        From map pixels to map pixels: by the chart, as if it had been laid on the same place, then as if the
        middle of the skin were in the same place, at the scale that is known.
    """
    charts = baseline.chart, follow_up.chart
    if charts[0] is not None and charts[1] is not None and charts[0].kind == charts[1].kind:
        photo = charts[1].homography @ np.linalg.inv(charts[0].homography)
        yield at_level(photo, baseline.scale, follow_up.scale)
    ratio = 1.0
    if baseline.mm_per_pixel and follow_up.mm_per_pixel:
        ratio = baseline.mm_per_pixel / follow_up.mm_per_pixel
    middle, middle_after = middle_of(baseline.skin), middle_of(follow_up.skin)
    shift = middle_after - ratio * middle
    yield np.array([[ratio, 0, shift[0]], [0, ratio, shift[1]], [0, 0, 1]])


def best_matrix(matrices: Sequence[np.ndarray], levels: Levels) -> tuple[np.ndarray | None, float]:
    """
    Refine guesses, and return the one under which the two skins are most alike.

    Parameters
    ----------
    matrices : sequence of array, shape (3, 3)
        From map pixels to map pixels.
    levels : sequence of (NormalisedSkin, NormalisedSkin)
        The coarsest first.

    Returns
    -------
    matrix : array, shape (3, 3), or None
        None if there was no guess.
    correlation : float
        At the coarsest level. [1]
    """
    found: tuple[np.ndarray | None, float] = (None, 0.0)
    for guess in matrices:
        matrix = refine(guess, levels[:1])  # the field does better from there on
        alike = correlation_of(matrix, *levels[0])
        if found[0] is None or alike > found[1]:
            found = matrix, alike
    return found
