"""Features of two normalised photos of skin, found and matched, before anything else is known of them."""

from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.normalised_skin import NormalisedSkin
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Features:
    """
    Places on one photo that can be found again.

    Attributes
    ----------
    points : array, shape (n, 2)
        x, y. [map px]
    sizes : array, shape (n,)
        [mm, nominal where no chart tells]
    angles : array, shape (n,)
        Clockwise. [degrees]
    descriptors : array of float32, shape (n, 128)
    """

    points: np.ndarray
    sizes: np.ndarray
    angles: np.ndarray
    descriptors: np.ndarray


def find_features(skin: NormalisedSkin, plane: int) -> Features:
    """
    Find the places on normalised skin that can be found again.

    Parameters
    ----------
    skin : NormalisedSkin
    plane : int
        Which of its planes.

    Returns
    -------
    Features
        The strongest, by SIFT, on skin only; descriptors are square roots of shares (RootSIFT).

    References
    ----------
    .. [1] D. G. Lowe, Distinctive image features from scale-invariant keypoints, Int J Comput Vis 60, 2004,
       doi 10.1023/B:VISI.0000029664.99615.94. Seen: secondary.
    """
    import cv2

    levels = 127 / limit("alignment", "clip")
    image = np.rint(128 + np.float32(levels) * skin.planes[..., plane]).astype(np.uint8)
    detector = cv2.SIFT.create(
        nfeatures=int(limit("alignment", "features")),
        contrastThreshold=limit("alignment", "feature_contrast"),
        edgeThreshold=limit("alignment", "feature_edge"),
        enable_precise_upscale=True,  # without it every feature lies a quarter of a pixel aside
    )
    on_skin = (skin.weight > np.float32(0.5)).astype(np.uint8)
    found, descriptors = detector.detectAndCompute(image, on_skin)
    if descriptors is None:
        return Features(np.empty((0, 2)), np.empty(0), np.empty(0), np.empty((0, 128), np.float32))
    points = np.array([feature.pt for feature in found], dtype=np.float64).reshape(-1, 2)
    total = np.maximum(descriptors.sum(axis=1, keepdims=True), np.float32(1e-6))
    return Features(
        (points + 0.5) * skin.step - 0.5,
        np.array([feature.size for feature in found]) * skin.side_mm,
        np.array([feature.angle for feature in found]),
        np.sqrt(descriptors / total),
    )


def match_features(
    baseline: Features, follow_up: Features, *, scale_known: bool
) -> tuple[np.ndarray, np.ndarray]:
    """
    Pair features of two photos that look alike and agree on how the one is turned and scaled.

    Parameters
    ----------
    baseline, follow_up : Features
    scale_known : bool
        Whether sizes of both are in real mm.

    Returns
    -------
    baseline_points, follow_up_points : array, shape (n, 2)
        x, y. [map px]

    Notes
    -----
    Each match says by its two features how far the photo is turned and scaled; wrong matches say anything.
    Those within a window about the commonest turn, and about the known or commonest scale, are kept.
    """
    import cv2

    nothing = np.empty((0, 2)), np.empty((0, 2))
    if min(len(baseline.points), len(follow_up.points)) < 2:
        return nothing
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(baseline.descriptors, follow_up.descriptors, 2)
    ratio = limit("alignment", "feature_ratio")
    kept = [
        (best.queryIdx, best.trainIdx)
        for best, next_best in pairs
        if best.distance < ratio * next_best.distance
    ]
    if not kept:
        return nothing
    one, other = np.array(kept).T
    turn = follow_up.angles[other] - baseline.angles[one]
    ratio_of_sizes = np.log(follow_up.sizes[other] / baseline.sizes[one])
    reach = np.log(limit("alignment", "feature_scale"))
    right = np.ones(len(one), dtype=bool)
    if scale_known:
        right &= np.abs(ratio_of_sizes) <= reach
    right &= _near_commonest(turn, limit("alignment", "feature_turn"), right, around=360.0)
    if not scale_known:
        right &= _near_commonest(ratio_of_sizes, reach, right)
    return baseline.points[one[right]], follow_up.points[other[right]]


def _near_commonest(
    values: np.ndarray, reach: float, among: np.ndarray, around: float | None = None
) -> np.ndarray:
    """Those within `reach` of the one of `among` that has the most of them within `reach`."""
    away = np.abs(values[:, None] - values[among][None, :])
    if around is not None:
        away %= around
        away = np.minimum(away, around - away)
    near = away <= reach
    counts = np.count_nonzero(near & among[:, None], axis=0)
    if counts.size == 0:
        return np.zeros(len(values), dtype=bool)
    chosen: np.ndarray = near[:, int(np.argmax(counts))]
    return chosen
