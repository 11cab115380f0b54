"""A smooth field of displacements that lays one photo's skin over another's: curvature, pose, expression."""

from dataclasses import dataclass

import numpy as np

from pigmeter.comparison.homographies import apply_matrix
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
            found = flat - np.stack([sampled(d, found, self.step) for d in (self.dx, self.dy)], axis=-1)
        moved = apply_matrix(self.matrix, found) - start
        back = np.linalg.inv(self.matrix)
        return DisplacementField(back / back[2, 2], moved[..., 0], moved[..., 1], step)

    def at(self, points: np.ndarray) -> np.ndarray:
        """Take `points` (n, 2), x and y in the first photo, into the other. [map px]"""
        moved = np.asarray(points, dtype=np.float64)
        shift = np.stack([sampled(d, moved, self.step) for d in (self.dx, self.dy)], axis=-1)
        return apply_matrix(self.matrix, moved + shift)

    def stretch(self) -> np.ndarray:
        """Largest relative change of a length at each node, without that of the homography. [1]"""
        (xy, xx), (yy, yx) = (_slopes(d / self.step) for d in (self.dx, self.dy))
        across, down = 1 + xx, 1 + yy
        # Half axes of a unit circle's image in closed form: an SVD of each node takes fifty times as long.
        even, odd = np.hypot(across + down, yx - xy) / 2, np.hypot(across - down, xy + yx) / 2
        stretched: np.ndarray = np.maximum(np.abs(even + odd - 1), np.abs(np.abs(even - odd) - 1))
        return stretched


def _slopes(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Change from node to node, down and across."""
    down, across = (
        np.gradient(plane, axis=i) if n > 1 else np.zeros_like(plane) for i, n in enumerate(plane.shape)
    )
    return down, across


def sampled(plane: np.ndarray, points: np.ndarray, step: int) -> np.ndarray:
    """
    Interpolate a plane at nodes.

    Parameters
    ----------
    plane : array, shape (rows, columns)
    points : array, shape (..., 2)
        x, y. [map px]
    step : int
        From node to node. [map px]

    Returns
    -------
    array, shape (...)
        Beyond the rim its values go on.
    """
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
