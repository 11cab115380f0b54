"""Where a flat skin of one photo lies in another: a homography, from a guess to a part of a pixel."""

from collections.abc import Sequence

import numpy as np

from pigmeter.comparison.normalised_skin import NormalisedSkin
from pigmeter.reference import limit


def apply_matrix(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Take `points` (..., 2), as x and y, through a homography (3, 3)."""
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    projected: np.ndarray = moved[..., :2] / moved[..., 2:]
    return projected


def jacobian_at(matrix: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Linear map (2, 2) that a homography (3, 3) is near `point` (2,), as x and y."""
    right, left, below, above = apply_matrix(matrix, point + np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]))
    return np.column_stack([right - left, below - above]) / 2


def at_level(matrix: np.ndarray, step: int, step_after: int) -> np.ndarray:
    """
    Homography between pixels of two levels.

    Parameters
    ----------
    matrix : array, shape (3, 3)
        From map pixels to map pixels.
    step, step_after : int
        Map pixels along a pixel of either level.

    Returns
    -------
    array, shape (3, 3)
    """
    level = np.linalg.inv(_from_level(step_after)) @ matrix @ _from_level(step)
    scaled: np.ndarray = level / level[2, 2]
    return scaled


def _from_level(step: int) -> np.ndarray:
    return np.array([[step, 0, (step - 1) / 2], [0, step, (step - 1) / 2], [0, 0, 1.0]])


def matched_homography(points: np.ndarray, places: np.ndarray, reach: float) -> np.ndarray | None:
    """
    Affine map that most matches agree on.

    Parameters
    ----------
    points, places : array, shape (n, 2)
        x and y of the same features in two photos. [map px]
    reach : float
        How far a match may lie off. [map px]

    Returns
    -------
    array, shape (3, 3), or None
        None if too few matches agree.

    Notes
    -----
    An affine map is asked for and not a homography: with few right matches two more freedoms fit wrong ones,
    and perspective of 15 degrees of turn is found by the refining that follows.
    """
    import cv2

    fewest = int(limit("alignment", "feature_matches"))
    if len(points) < fewest:
        return None
    found, agreed = cv2.estimateAffine2D(
        points, places, method=cv2.USAC_MAGSAC, ransacReprojThreshold=reach, maxIters=5000, confidence=0.999
    )
    if found is None or np.count_nonzero(agreed) < fewest:
        return None
    matrix = np.vstack([found, [0.0, 0.0, 1.0]])
    return matrix if _is_plausible(matrix) else None


def landmark_homography(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """
    Homography by landmarks: a similarity by two, an affine map by three to five, else a full one.

    Parameters
    ----------
    points, places : array, shape (n, 2)
        x and y of the same landmarks in two photos, at least two. [map px]

    Returns
    -------
    array, shape (3, 3)
        By least squares. Landmarks that do not span a plane give a similarity.
    """
    import cv2

    one, other = (np.asarray(p, dtype=np.float64) for p in (points, places))
    spread = np.linalg.svd(one - one.mean(axis=0), compute_uv=False)
    flat = len(one) > 2 and spread[1] > 0.05 * spread[0]  # on a line, nothing tells the scale across it
    if len(one) >= 6 and flat:
        found = cv2.findHomography(one, other, 0)[0]
        if found is not None and _is_plausible(found):
            return np.asarray(found)
    if flat:
        ones = np.column_stack([one, np.ones(len(one))])
        found = np.linalg.lstsq(ones, other, rcond=None)[0].T
    else:
        a, b = (p[:, 0] + 1j * p[:, 1] for p in (one - one.mean(axis=0), other - other.mean(axis=0)))
        turn = np.vdot(a, b) / max(np.vdot(a, a).real, 1e-12)
        linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
        found = np.column_stack([linear, other.mean(axis=0) - linear @ one.mean(axis=0)])
    return np.vstack([found, [0.0, 0.0, 1.0]])


def correlation_of(matrix: np.ndarray, baseline: NormalisedSkin, follow_up: NormalisedSkin) -> float:
    """
    Correlation of two normalised skins laid over each other.

    Parameters
    ----------
    matrix : array, shape (3, 3)
        From the baseline's map pixels to the follow-up's.
    baseline, follow_up : NormalisedSkin

    Returns
    -------
    float
        Over the skin that both show; 0 where they hardly overlap. [1]
    """
    import cv2

    size = baseline.weight.shape[::-1]
    level = at_level(matrix, baseline.step, follow_up.step)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    weight = cv2.warpPerspective(follow_up.weight, level, size, flags=how) * baseline.weight
    planes = cv2.warpPerspective(follow_up.planes, level, size, flags=how)
    if weight.sum() < limit("alignment", "overlap") * min(baseline.weight.sum(), follow_up.weight.sum()):
        return 0.0
    one, other = baseline.planes * weight[..., None], planes * weight[..., None]
    product = float((one * other).sum())
    powers = float((one * one).sum()) * float((other * other).sum())
    return product / float(np.sqrt(max(powers, 1e-12)))


def refine(matrix: np.ndarray, levels: Sequence[tuple[NormalisedSkin, NormalisedSkin]]) -> np.ndarray:
    """
    Bring a homography from a rough guess to a part of a pixel.

    Parameters
    ----------
    matrix : array, shape (3, 3)
        From the baseline's map pixels to the follow-up's.
    levels : sequence of (NormalisedSkin, NormalisedSkin)
        The coarsest first.

    Returns
    -------
    array, shape (3, 3)
        `matrix` itself at a level where nothing better is found.

    Notes
    -----
    ECC on the skin that both show: first an affine map, then perspective too.

    References
    ----------
    .. [1] G. D. Evangelidis, E. Z. Psarakis, Parametric image alignment using enhanced correlation
       coefficient maximization, IEEE Trans Pattern Anal Mach Intell 30, 2008, doi 10.1109/TPAMI.2008.113.
       Seen: secondary.
    """
    import cv2

    for number, (baseline, follow_up) in enumerate(levels):
        models = (cv2.MOTION_AFFINE, cv2.MOTION_HOMOGRAPHY) if number == 0 else (cv2.MOTION_HOMOGRAPHY,)
        for model in models:
            matrix = _ecc(matrix, baseline, follow_up, model)
    return matrix


def _ecc(matrix: np.ndarray, baseline: NormalisedSkin, follow_up: NormalisedSkin, model: int) -> np.ndarray:
    import cv2

    level = at_level(matrix, baseline.step, follow_up.step).astype(np.float32)
    masks = [(skin.weight > np.float32(0.5)).astype(np.uint8) for skin in (baseline, follow_up)]
    rounds = int(limit("alignment", "ecc_rounds"))
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, rounds, limit("alignment", "ecc_change"))
    start = level if model == cv2.MOTION_HOMOGRAPHY else level[:2]
    try:
        _, found = cv2.findTransformECCWithMask(
            baseline.planes, follow_up.planes, masks[0], masks[1], start.copy(), model, until, 1
        )
    except cv2.error:  # it raises where it does not converge: keep what there is
        return matrix
    if model != cv2.MOTION_HOMOGRAPHY:
        found = np.vstack([found, [0.0, 0.0, 1.0]])
    refined = (
        _from_level(follow_up.step) @ found.astype(np.float64) @ np.linalg.inv(_from_level(baseline.step))
    )
    refined = refined / refined[2, 2]
    better = correlation_of(refined, baseline, follow_up) >= correlation_of(matrix, baseline, follow_up)
    return refined if better and _is_plausible(refined) else matrix


def _is_plausible(matrix: np.ndarray) -> bool:
    """Whether it neither mirrors nor flattens: no turn of a skin that is seen twice does."""
    if not np.isfinite(matrix).all():
        return False
    longest, shortest = np.linalg.svd(matrix[:2, :2], compute_uv=False)
    upright = float(np.linalg.det(matrix[:2, :2])) > 0
    return bool(upright and shortest > limit("alignment", "flattest") * longest)
