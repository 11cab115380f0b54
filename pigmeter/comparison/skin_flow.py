"""Optical flow between two normalised skins, smoothed step by step into a field from the one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.displacement_field import DisplacementField, sampled
from pigmeter.comparison.local_planes import smoothed
from pigmeter.comparison.normalised_skin import SEEN_IN, NormalisedSkin
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class Misfit:
    """
    What still moves when a field is applied, at its nodes.

    Attributes
    ----------
    dx, dy : array, shape (rows, columns)
        Mean displacement that is left, by optical flow around each node. [map px]
    weight : array, shape (rows, columns)
        How well that is known. [1]
    correlation : array, shape (rows, columns)
        Of the two skins around each node, the field applied. [1]
    seen : array, shape (rows, columns)
        Part of each node's square that both photos show as skin. [1]
    """

    dx: np.ndarray
    dy: np.ndarray
    weight: np.ndarray
    correlation: np.ndarray
    seen: np.ndarray


def find_field(
    matrix: np.ndarray, levels: Sequence[tuple[NormalisedSkin, NormalisedSkin]], held_out: np.ndarray
) -> DisplacementField:
    """
    Find the smooth field between two photos of the same skin.

    Parameters
    ----------
    matrix : array, shape (3, 3)
        From the first photo's map pixels to the other's, right to a few mm.
    levels : sequence of (NormalisedSkin, NormalisedSkin)
        The coarsest first; its pixels are the nodes of the field.
    held_out : array of bool, shape (rows, columns)
        Nodes whose own flow is never used.

    Returns
    -------
    DisplacementField

    Notes
    -----
    Optical flow (DIS) between the normalised skins is weighted by how well the two then correlate, smoothed
    by a local plane over a window wider than spots, and applied before the next, finer step. Each step finds
    what the last has left, so that the final field follows skin that bends over a few centimetres; a spot
    that fades or appears is far narrower than the window and outvoted by the skin around.

    References
    ----------
    .. [1] T. Kroeger et al., Fast optical flow using dense inverse search, ECCV 2016,
       doi 10.1007/978-3-319-46493-0_29. Seen: secondary.
    """
    coarse = levels[0][0]
    nothing = np.zeros(coarse.weight.shape)
    field = DisplacementField(matrix, nothing, nothing, coarse.step)
    for number, level in enumerate(levels):
        first = number == 0
        smooth_mm = limit("alignment", "rough_smooth_mm" if first else "smooth_mm")
        for _ in range(int(limit("alignment", "rough_rounds" if first else "rounds"))):
            left = misfit_of(field, *level)
            weight = np.where(held_out, 0.0, left.weight)
            before, field = field, moved_on(field, left, weight, smooth_mm / coarse.side_mm)
            moved = np.hypot(field.dx - before.dx, field.dy - before.dy)
            if np.percentile(moved, 95) * coarse.side_mm / coarse.step < limit("alignment", "settled_mm"):
                break
    return field


def misfit_of(field: DisplacementField, baseline: NormalisedSkin, follow_up: NormalisedSkin) -> Misfit:
    """
    Find what still moves between two photos of skin when a field is applied.

    Parameters
    ----------
    field : DisplacementField
    baseline, follow_up : NormalisedSkin

    Returns
    -------
    Misfit
    """
    import cv2

    x, y = field.dense_places(baseline.weight.shape, baseline.step)
    x, y = ((place + np.float32(0.5)) / np.float32(follow_up.step) - np.float32(0.5) for place in (x, y))
    planes = cv2.remap(follow_up.planes, x, y, cv2.INTER_LINEAR, borderValue=0)
    seen = cv2.remap(follow_up.weight, x, y, cv2.INTER_LINEAR, borderValue=0) * baseline.weight
    across, down = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in seen.shape[::-1]))
    factor = field.step // baseline.step
    sd = limit("alignment", "correlation_mm") / baseline.side_mm
    share = _node_means(seen, factor)
    weight, dx, dy = np.full((3, *share.shape), 1e-9)
    alike = np.full(share.shape, -1.0)
    for i in range(len(SEEN_IN)):
        one, other = baseline.planes[..., i] * seen, planes[..., i] * seen
        alike = np.maximum(alike, local_correlation(one, other, factor, sd))
        flow = _flow(one, other)
        moved = cv2.remap(other, flow[..., 0] + across, flow[..., 1] + down, cv2.INTER_LINEAR)
        agreed = np.clip(local_correlation(one, moved, factor, sd / 2), 0, 1) ** 2
        weight += agreed * share
        dx += agreed * _node_means(flow[..., 0] * seen, factor) * baseline.step
        dy += agreed * _node_means(flow[..., 1] * seen, factor) * baseline.step
    return Misfit(dx / weight, dy / weight, weight / len(SEEN_IN), alike, share)


def local_correlation(one: np.ndarray, other: np.ndarray, factor: int, sd: float) -> np.ndarray:
    """
    Correlation of two planes around each node.

    Parameters
    ----------
    one, other : array of float32, shape (rows, columns)
        Of mean 0, and 0 where nothing is seen.
    factor : int
        Pixels from node to node.
    sd : float
        Of the window. [px]

    Returns
    -------
    array, shape (rows, columns)
        At the nodes; 0 where nothing is seen. [1]
    """
    import cv2

    sums = np.stack([_node_means(p, factor) for p in (one * other, one * one, other * other)], axis=-1)
    sums = cv2.GaussianBlur(sums, (0, 0), max(sd / factor, 0.5), borderType=cv2.BORDER_REPLICATE)
    alike: np.ndarray = sums[..., 0] / np.sqrt(np.maximum(sums[..., 1] * sums[..., 2], 1e-6))
    return alike


def _flow(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Optical flow from `one` to `other`, shape (rows, columns, 2) as x, y. [px]"""
    import cv2

    levels = np.float32(127 / limit("alignment", "clip"))
    first, then = (np.rint(128 + levels * plane).astype(np.uint8) for plane in (one, other))
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    dis.setFinestScale(int(limit("alignment", "flow_scale")))
    dis.setPatchSize(int(limit("alignment", "flow_patch")))
    dis.setPatchStride(int(limit("alignment", "flow_patch")) // 2)
    dis.setGradientDescentIterations(int(limit("alignment", "flow_steps")))
    flow: np.ndarray = dis.calc(first, then, np.zeros((*one.shape, 2), dtype=np.float32))
    return flow


def _node_means(plane: np.ndarray, factor: int) -> np.ndarray:
    """Mean over the square of each node, what lies beyond the rim being 0."""
    import cv2

    if factor == 1:
        return plane.astype(np.float64)
    size = tuple(-(-side // factor) for side in plane.shape[::-1])
    down, across = (n * factor - side for n, side in zip(size[::-1], plane.shape, strict=True))
    if down or across:
        plane = cv2.copyMakeBorder(plane, 0, down, 0, across, cv2.BORDER_CONSTANT)
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float64)


def moved_on(field: DisplacementField, left: Misfit, weight: np.ndarray, smooth: float) -> DisplacementField:
    """
    Apply what is left to a field, smoothed.

    Parameters
    ----------
    field : DisplacementField
    left : Misfit
        Of that field.
    weight : array, shape (rows, columns)
        Of each node's part in it. [1]
    smooth : float
        SD of the smoothing window. [nodes]

    Returns
    -------
    DisplacementField

    Notes
    -----
    Smoothed twice: what departs from the first result by more than is usual counts less in the second.
    """
    wanted = np.stack([left.dx, left.dy])
    step = smoothed(wanted, weight, smooth)
    away = np.hypot(*(wanted - step))
    usual = max(_weighted_median(away, weight), 1e-3) * limit("alignment", "odd_flow")
    step = smoothed(wanted, weight / (1 + (away / usual) ** 2), smooth)
    places = field.nodes() + np.moveaxis(step, 0, -1)
    return DisplacementField(
        field.matrix,
        step[0] + sampled(field.dx, places, field.step),
        step[1] + sampled(field.dy, places, field.step),
        field.step,
    )


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values, axis=None)
    total = np.cumsum(weight.ravel()[order])
    if total[-1] <= 0:
        return 0.0
    return float(values.ravel()[order][np.searchsorted(total, total[-1] / 2)])
