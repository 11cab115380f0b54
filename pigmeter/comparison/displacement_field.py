"""A smooth field of displacements that lays one photo's skin over another's: curvature, pose, expression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.homographies import apply_matrix
from pigmeter.comparison.normalised_skin import SEEN_IN, NormalisedSkin
from pigmeter.reference import limit


@dataclass(frozen=True, slots=True)
class DisplacementField:
    """
    Where the skin of one photo lies in another.

    Attributes
    ----------
    matrix : array, shape (3, 3)
        From map pixels to map pixels, applied after the displacement.
    dx, dy : array, shape (rows, columns)
        Displacement of the nodes in the first photo. [map px]
    step : int
        From node to node; the first lies in the middle of the first `step` map pixels. [map px]
    """

    matrix: np.ndarray
    dx: np.ndarray
    dy: np.ndarray
    step: int

    def nodes(self) -> np.ndarray:
        """Where the nodes lie, shape (rows, columns, 2) as x and y. [map px]"""
        y, x = ((np.arange(n) + 0.5) * self.step - 0.5 for n in self.dx.shape)
        return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)

    def node_places(self) -> np.ndarray:
        """Where the nodes lie in the other photo, shape (rows, columns, 2) as x and y. [map px]"""
        return self._places(*(np.arange(n) for n in self.dx.shape))

    def dense_places(self, shape: tuple[int, ...], step: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """
        Where each pixel of a level lies in the other photo.

        Parameters
        ----------
        shape : tuple of int
            Rows and columns of the level. [px]
        step : int
            Side of its pixels, a divisor of `self.step`. [map px]

        Returns
        -------
        x, y : array of float32, shape (rows, columns)
            Linear between nodes: over a millimetre a turned skin departs from that by a thousandth. [map px]
        """
        return self.window_places((slice(0, shape[0]), slice(0, shape[1])), step)

    def window_places(self, window: tuple[slice, slice], step: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return the part of `dense_places` in a window of rows and columns."""
        import cv2

        factor = self.step // step
        first = [part.start // factor - 1 for part in window]
        last = [(part.stop - 1) // factor + 1 for part in window]
        places = self._places(*(np.arange(one, other + 1) for one, other in zip(first, last, strict=True)))
        dense = cv2.resize(
            places.astype(np.float32), None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR
        )
        rows, columns = (
            slice(part.start - one * factor, part.stop - one * factor)
            for part, one in zip(window, first, strict=True)
        )
        return dense[rows, columns, 0].copy(), dense[rows, columns, 1].copy()

    def _places(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Where nodes lie in the other photo; those beyond the rim are displaced as the rim is."""
        kept = np.ix_(*(np.clip(at, 0, n - 1) for at, n in zip((rows, columns), self.dx.shape, strict=True)))
        x, y = ((at + 0.5) * self.step - 0.5 for at in (columns, rows))
        return apply_matrix(
            self.matrix, np.stack([x[None, :] + self.dx[kept], y[:, None] + self.dy[kept]], axis=-1)
        )

    def inverse(self, shape: tuple[int, ...], step: int) -> "DisplacementField":
        """
        Return the field that leads back.

        Parameters
        ----------
        shape : tuple of int
            Rows and columns of the nodes on the other photo.
        step : int
            Between them. [map px of the other photo]
        """
        y, x = ((np.arange(n) + 0.5) * step - 0.5 for n in shape)
        start = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)
        flat = apply_matrix(np.linalg.inv(self.matrix), start)
        found = flat
        for _ in range(int(limit("alignment", "inverse_rounds"))):
            found = flat - np.stack([_sampled(d, found, self.step) for d in (self.dx, self.dy)], axis=-1)
        moved = apply_matrix(self.matrix, found) - start
        back = np.linalg.inv(self.matrix)
        return DisplacementField(back / back[2, 2], moved[..., 0], moved[..., 1], step)

    def at(self, points: np.ndarray) -> np.ndarray:
        """Take `points` (n, 2), x and y in the first photo, into the other. [map px]"""
        moved = np.asarray(points, dtype=np.float64)
        shift = np.stack([_sampled(d, moved, self.step) for d in (self.dx, self.dy)], axis=-1)
        return apply_matrix(self.matrix, moved + shift)

    def stretch(self) -> np.ndarray:
        """Largest relative change of a length at each node, without that of the homography. [1]"""
        jacobian = np.empty((*self.dx.shape, 2, 2))
        for row, d in enumerate((self.dx, self.dy)):
            down, across = np.gradient(d / self.step) if min(d.shape) > 1 else (0 * d, 0 * d)
            jacobian[..., row, 0], jacobian[..., row, 1] = across, down
        jacobian[..., 0, 0] += 1
        jacobian[..., 1, 1] += 1
        lengths = np.linalg.svd(jacobian, compute_uv=False)
        stretched: np.ndarray = np.abs(lengths - 1).max(axis=-1)
        return stretched


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
) -> tuple[DisplacementField, Misfit]:
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
    DisplacementField, Misfit

    Notes
    -----
    Optical flow (DIS) between the normalised skins is weighted by how well the two then correlate, smoothed
    by a local plane over a window wider than spots, and applied before the next, finer step. Each step finds
    what the last has left, so that the final field follows skin that bends over a few centimetres; a spot
    that fades or appears is far narrower than the window and outvoted by the skin around.

    References
    ----------
    .. [1] T. Kroeger et al., Fast optical flow using dense inverse search, ECCV 2016,
       doi 10.1007/978-3-319-46493-0_29. Seen: abstract.
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
            field = _moved(field, left, weight, smooth_mm / coarse.side_mm)
    return field, misfit_of(field, *levels[-1])


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


def _moved(field: DisplacementField, left: Misfit, weight: np.ndarray, smooth: float) -> DisplacementField:
    """Apply what is left, smoothed over `smooth` nodes: first as it is, then with the odd ones held down."""
    odd = limit("alignment", "odd_flow")
    dx, dy = (smoothed(d, weight, smooth) for d in (left.dx, left.dy))
    typical = np.hypot(left.dx - dx, left.dy - dy)
    scale = max(_weighted_median(typical, weight), 1e-3) * odd
    calm = weight / (1 + (typical / scale) ** 2)
    dx, dy = (smoothed(d, calm, smooth) for d in (left.dx, left.dy))
    places = np.stack(np.meshgrid(*(np.arange(n, dtype=np.float64) for n in dx.shape[::-1])), axis=-1)
    places = (places + 0.5) * field.step - 0.5 + np.stack([dx, dy], axis=-1)
    return DisplacementField(
        field.matrix,
        dx + _sampled(field.dx, places, field.step),
        dy + _sampled(field.dy, places, field.step),
        field.step,
    )


def smoothed(values: np.ndarray, weight: np.ndarray, sd: float) -> np.ndarray:
    """
    Smooth values at nodes by a plane fitted around each.

    Parameters
    ----------
    values, weight : array, shape (rows, columns)
    sd : float
        Of the Gaussian window. [nodes]

    Returns
    -------
    array, shape (rows, columns)
        A plane comes out as it went in, at the rim too, where a mean would lag behind; far from any weight
        the nearest known values go on, and 0 if there are none.
    """
    import cv2

    rows, columns = (np.arange(n, dtype=np.float64) for n in values.shape)
    y, x = np.broadcast_to(rows[:, None], values.shape), np.broadcast_to(columns, values.shape)

    def mean(plane: np.ndarray) -> np.ndarray:
        blurred: np.ndarray = cv2.GaussianBlur(plane * weight, (0, 0), sd, borderType=cv2.BORDER_CONSTANT)
        blurred /= total
        return blurred

    total = cv2.GaussianBlur(weight, (0, 0), sd, borderType=cv2.BORDER_CONSTANT) + 1e-9
    my, mx, mv = mean(y), mean(x), mean(values)
    ridge = limit("alignment", "slope_ridge") * sd * sd
    cyy, cxx = mean(y * y) - my * my + ridge, mean(x * x) - mx * mx + ridge
    cxy = mean(x * y) - mx * my
    cyv, cxv = mean(y * values) - my * mv, mean(x * values) - mx * mv
    determinant = np.maximum(cxx * cyy - cxy * cxy, ridge * ridge)
    slope_x = (cxv * cyy - cyv * cxy) / determinant
    slope_y = (cyv * cxx - cxv * cxy) / determinant
    plane: np.ndarray = mv + slope_x * (x - mx) + slope_y * (y - my)
    return plane


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values, axis=None)
    total = np.cumsum(weight.ravel()[order])
    if total[-1] <= 0:
        return 0.0
    return float(values.ravel()[order][np.searchsorted(total, total[-1] / 2)])


def _sampled(plane: np.ndarray, points: np.ndarray, step: int) -> np.ndarray:
    """Values at points (..., 2), x and y in map pixels, of a plane at nodes; the rim's go on beyond it."""
    import cv2

    at = ((points.reshape(1, -1, 2) + 0.5) / step - 0.5).astype(np.float32)
    kept = plane.astype(np.float32)
    # remap takes at most 32,767 columns: lay the points out in rows.
    found = [
        cv2.remap(kept, part[..., 0], part[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
        for part in np.split(at, range(30000, at.shape[1], 30000), axis=1)
        if part.shape[1]
    ]
    joined = np.concatenate(found) if found else np.empty(0, np.float32)
    return joined.reshape(points.shape[:-1]).astype(np.float64)
