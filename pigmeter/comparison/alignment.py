"""Lay two photos of the same skin over each other, say how well they fit, and refuse where they do not."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.displacement_field import DisplacementField
from pigmeter.comparison.fit_of_skins import fit_skins
from pigmeter.comparison.homographies import jacobian_at
from pigmeter.comparison.normalised_skin import middle_of
from pigmeter.comparison.trusted_skin import trust_in
from pigmeter.errors import UsageError
from pigmeter.findings import Finding
from pigmeter.photo.places import map_places, photo_places
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

Landmarks = tuple[np.ndarray, np.ndarray]
"""The same landmarks in both photos, each shape (n, 2), as x and y in photo pixels."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """
    Where the skin of a baseline lies in a follow-up.

    Attributes
    ----------
    x, y : array of float32, shape (rows, columns)
        For each pixel of the baseline's maps, the place in the follow-up's maps; NaN where it shows nothing.
        [follow-up map px]
    trusted : array of bool, shape (rows, columns)
        Skin in both photos, and surely the same.
    residual_px, residual_p95_px : float
        Median and 95th percentile of the error to be expected over the trusted skin. [baseline map px]
    residual_mm, residual_p95_mm : float or None
        The same; None without a scale. [mm]
    held_out_px : float
        Median distance of features that took no part in the field from where it puts them.
        [baseline map px]
    inverse_px : float
        Median distance from a place to where the field there and the one back put it. [baseline map px]
    overlap : float
        Part of the baseline's skin that the follow-up shows. [1]
    trusted_part : float
        Part of that skin which is trusted. [1]
    correlation : float
        Median local correlation of the two over the trusted skin. [1]
    matrix : array, shape (3, 3)
        Homography from the baseline's map pixels to the follow-up's, without the field.
    turn_deg : float
        Clockwise turn of the follow-up in its plane. [degrees]
    scale_ratio : float
        Photo pixels along a stretch of skin in the follow-up over those in the baseline: how much nearer, or
        with how much longer a lens, it was taken. [1]
    tilt_deg : float
        How far the skin is turned out of its plane at least, by its foreshortening. [degrees]
    stretch : float
        Largest local change of a length over the trusted skin, beside perspective. [1]
    findings : tuple of Finding
    """

    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    trusted: np.ndarray = field(repr=False)
    residual_px: float
    residual_p95_px: float
    residual_mm: float | None
    residual_p95_mm: float | None
    held_out_px: float
    inverse_px: float
    overlap: float
    trusted_part: float
    correlation: float
    matrix: np.ndarray
    turn_deg: float
    scale_ratio: float
    tilt_deg: float
    stretch: float
    findings: tuple[Finding, ...]
    _there: DisplacementField = field(repr=False)
    _back: DisplacementField = field(repr=False)
    _scales: tuple[int, int] = field(repr=False)
    _shape_after: tuple[int, int] = field(repr=False)

    @property
    def finest_px(self) -> float:
        """Side of the smallest squares of which statistics may be taken. [baseline map px]"""
        return limit("alignment", "finest") * self.residual_px

    @property
    def finest_mm(self) -> float | None:
        """The same, None without a scale. [mm]"""
        return None if self.residual_mm is None else limit("alignment", "finest") * self.residual_mm

    def warp(self, plane: np.ndarray) -> np.ndarray:
        """
        Lay maps of the follow-up on the baseline's grid.

        Parameters
        ----------
        plane : array, shape (..., follow-up rows, follow-up columns)
            NaN where nothing is known; bool is taken as 0 and 1.

        Returns
        -------
        array of float32, shape (..., rows, columns)
            Linear between pixels that are known; NaN where more than half of the weight is not, or outside.

        Raises
        ------
        UsageError
            If the shape is not that of the follow-up's maps.
        """
        if plane.shape[-2:] != self._shape_after:
            wanted = ", ".join(map(str, self._shape_after))
            reason = f"plane has shape {plane.shape}; expected (..., {wanted})"
            raise UsageError("ALIGNMENT_SHAPE", reason, "Give maps of the follow-up, at its own resolution")
        stack = np.ascontiguousarray(plane, dtype=np.float32).reshape(-1, *self._shape_after)
        warped = np.empty((len(stack), *self.x.shape), dtype=np.float32)
        gaps = np.zeros(self._shape_after, dtype=bool)
        share = self._remapped(np.ones(self._shape_after, dtype=np.float32))
        for one, onto in zip(stack, warped, strict=True):
            unknown = np.isnan(one)
            if not np.array_equal(unknown, gaps):  # the maps of a photo have their gaps in common
                gaps, share = unknown, self._remapped((~unknown).astype(np.float32))
            known = share >= np.float32(0.5)
            onto[:] = np.nan
            np.divide(self._remapped(np.where(unknown, np.float32(0), one)), share, out=onto, where=known)
        return warped.reshape(*plane.shape[:-2], *self.x.shape)

    def carry(self, mask: np.ndarray) -> np.ndarray:
        """
        Carry a region of the baseline into the follow-up.

        Parameters
        ----------
        mask : array of bool, shape (rows, columns)
            On the baseline's map grid.

        Returns
        -------
        array of bool, shape (follow-up rows, follow-up columns)
            The follow-up's map pixels whose centres lie in the region.

        Raises
        ------
        UsageError
            If the shape is not that of the baseline's maps.
        """
        import cv2

        if mask.shape != self.x.shape:
            reason = f"mask has shape {mask.shape}; expected {self.x.shape}"
            raise UsageError("ALIGNMENT_SHAPE", reason, "Give a region on the grid of the baseline's maps")
        carried = np.zeros(self._shape_after, dtype=bool)
        window = self._window_after(mask)
        if window is None:
            return carried
        x, y = self._back.window_places(window)
        painted = cv2.remap(mask.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderValue=0)
        carried[window] = painted > 0
        return carried

    def to_follow_up(self, points: np.ndarray) -> np.ndarray:
        """
        Find points of the baseline in the follow-up.

        Parameters
        ----------
        points : array, shape (n, 2)
            x, y in the baseline. [photo px]

        Returns
        -------
        array, shape (n, 2)
            x, y in the follow-up [photo px]; beyond the skin that both show it is an extrapolation.
        """
        return photo_places(self._there.at(map_places(points, self._scales[0])), self._scales[1])

    def to_baseline(self, points: np.ndarray) -> np.ndarray:
        """
        Find points of the follow-up in the baseline.

        Parameters
        ----------
        points : array, shape (n, 2)
            x, y in the follow-up. [photo px]

        Returns
        -------
        array, shape (n, 2)
            x, y in the baseline: what `to_follow_up` takes back to `points`. [photo px]
        """
        return photo_places(self._back.at(map_places(points, self._scales[1])), self._scales[0])

    def _remapped(self, plane: np.ndarray) -> np.ndarray:
        import cv2

        warped: np.ndarray = cv2.remap(plane, self.x, self.y, cv2.INTER_LINEAR, borderValue=0)
        return warped

    def _window_after(self, mask: np.ndarray) -> tuple[slice, slice] | None:
        """Rows and columns of the follow-up's maps that can lie in a region of the baseline."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not rows.size:
            return None
        x, y = self._there.window_places((slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)))
        window = []
        for places, side in zip((y, x), self._shape_after, strict=True):
            first, last = int(np.floor(places.min())) - 1, int(np.ceil(places.max())) + 2
            window.append(slice(max(first, 0), min(last, side)))
        return None if any(part.start >= part.stop for part in window) else (window[0], window[1])


def align(
    baseline: "Measurement",
    follow_up: "Measurement",
    *,
    landmarks: Landmarks | None = None,
    workers: int | None = None,
) -> Alignment:
    """
    Find where the skin of one photo lies in another.

    Parameters
    ----------
    baseline, follow_up : Measurement
        Of the same skin; they need neither the same scale nor the same light.
    landmarks : tuple of array, optional
        The same places in both photos, two or more, each shape (n, 2) as x and y in photo pixels. The search
        starts there instead of from features.
    workers : int, optional
        Number of threads. The result is the same, bit for bit, for any number.

    Returns
    -------
    Alignment

    Raises
    ------
    MeasurementError
        PAIR_REGISTRATION, if the photos do not show the same skin well enough to lay one over the other.
    UsageError
        If the landmarks have the wrong form.

    Notes
    -----
    From coarse to fine, on what is left of the skin's lightness when shading and even changes of tone are
    taken out and contrast is made the same everywhere: features give scale and turn, a homography is refined
    on it, a smooth field of optical flow takes the rest (see `displacement_field`). The field is found twice,
    there and back; places that took no part in it show how far it is off. docs/alignment.md tells how well
    that works and when it refuses.
    """
    fit = fit_skins(baseline, follow_up, _checked(landmarks, baseline, follow_up), workers)
    trust = trust_in(fit, baseline, follow_up)
    known = baseline.mm_per_pixel
    turn, scale, tilt = _pose_change(fit.there.matrix, baseline, follow_up)
    return Alignment(
        x=trust.x,
        y=trust.y,
        trusted=trust.trusted,
        residual_px=trust.residual,
        residual_p95_px=trust.residual_p95,
        residual_mm=None if known is None else trust.residual * known,
        residual_p95_mm=None if known is None else trust.residual_p95 * known,
        held_out_px=trust.held_out,
        inverse_px=trust.inverse,
        overlap=trust.overlap,
        trusted_part=trust.trusted_part,
        correlation=trust.correlation,
        matrix=fit.there.matrix,
        turn_deg=turn,
        scale_ratio=scale,
        tilt_deg=tilt,
        stretch=trust.stretch,
        findings=trust.findings,
        _there=fit.there,
        _back=fit.back,
        _scales=(baseline.scale, follow_up.scale),
        _shape_after=(follow_up.skin.shape[0], follow_up.skin.shape[1]),
    )


def _pose_change(
    matrix: np.ndarray, baseline: "Measurement", follow_up: "Measurement"
) -> tuple[float, float, float]:
    """Turn [degrees], ratio of scales [1] and least tilt [degrees] in the middle of the baseline's skin."""
    jacobian = jacobian_at(matrix, middle_of(baseline.skin)) * (follow_up.scale / baseline.scale)
    turn = np.degrees(np.arctan2(jacobian[1, 0] - jacobian[0, 1], jacobian[0, 0] + jacobian[1, 1]))
    longest, shortest = np.linalg.svd(jacobian, compute_uv=False)
    tilt = np.degrees(np.arccos(min(shortest / longest, 1.0)))
    return float(turn), float(np.sqrt(longest * shortest)), float(tilt)


def _checked(
    landmarks: Landmarks | None, baseline: "Measurement", follow_up: "Measurement"
) -> Landmarks | None:
    """Landmarks in map pixels."""
    if landmarks is None:
        return None
    points = [np.asarray(given, dtype=np.float64) for given in landmarks]
    shapes = " and ".join(str(given.shape) for given in points)
    remedy = "Give the same two or more places in both photos, as x and y in photo pixels"
    if len(points) != 2 or points[0].shape != points[1].shape or points[0].shape[1:] != (2,):
        reason = f"landmarks have the shapes {shapes}; expected (n, 2) and (n, 2)"
        raise UsageError("LANDMARKS_FORM", reason, remedy)
    if len(points[0]) < 2 or not all(np.isfinite(given).all() for given in points):
        reason = f"landmarks have the shapes {shapes}; expected two or more, all finite"
        raise UsageError("LANDMARKS_FORM", reason, remedy)
    return map_places(points[0], baseline.scale), map_places(points[1], follow_up.scale)
