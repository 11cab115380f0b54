"""Which camera is this? The posterior over cameras, light and tone curve, given a chart's patches."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pigmeter.colour.camera import Scene
from pigmeter.colour.rendering import predict
from pigmeter.reference import limit, read_table


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """
    One set of circumstances under which a chart may have been photographed.

    Attributes
    ----------
    camera_class : int
        Row of the prior over cameras.
    light_field : float
        SD of uneven light beyond a gradient. [natural log]
    paint_error : float
        Error of a paint of chroma 60. [natural log]
    colour_field : float
        SD of a smooth departure of the camera's rendering of colours from a matrix. [natural log]
    """

    camera_class: int
    light_field: float
    paint_error: float
    colour_field: float


def hypotheses(rendered: bool, added: Iterable[int] = ()) -> list[Hypothesis]:
    """
    Return the hypotheses that are weighed for linear or for rendered files.

    Parameters
    ----------
    rendered : bool
    added : iterable of int
        Classes of cameras beside the shipped ones; each is weighed under all circumstances of those.
    """
    rows = read_table("camera/hypotheses.csv").values
    shipped = [Hypothesis(int(row[1]), *row[2:]) for row in rows if bool(row[0]) == rendered]
    circumstances = sorted({(h.light_field, h.paint_error, h.colour_field) for h in shipped})
    return shipped + [Hypothesis(index, *values) for index in added for values in circumstances]


@dataclass(frozen=True, slots=True)
class Mode:
    """
    The most probable unknowns under one hypothesis, with their covariance and the hypothesis' weight.

    Attributes
    ----------
    hypothesis : Hypothesis
    weight : float
        Posterior probability of the hypothesis. [1]
    unknowns : array, shape (size,)
    precision : array, shape (size, size)
        Inverse covariance of the unknowns.
    residual : array, shape (patches, 3)
        Seen minus predicted; NaN where a value was not used. [natural log]
    pull : array, shape (patches, 3)
        What the colour field's kernel is multiplied with to give its posterior mean; 0 where not used.
    """

    hypothesis: Hypothesis
    weight: float
    unknowns: np.ndarray
    precision: np.ndarray
    residual: np.ndarray
    pull: np.ndarray


class Evidence:
    """
    The patches of one chart, ready to be held against hypotheses.

    Parameters
    ----------
    scene : Scene
    seen : array, shape (patches, 3)
        Linear file values. [natural log]
    usable : array of bool, shape (patches, 3)
    chroma : array, shape (patches,)
        CIELAB chroma of the paints. [CIELAB units]
    patches : array of int, shape (patches,)
        Index of each patch in its chart of 6 columns; tells how far apart patches lie.
    """

    def __init__(
        self, scene: Scene, seen: np.ndarray, usable: np.ndarray, chroma: np.ndarray, patches: np.ndarray
    ) -> None:
        self.scene = scene
        self.seen = seen
        self.used = np.flatnonzero(usable.ravel())
        self.chroma = chroma
        row, column = np.divmod(patches, 6)
        place = np.stack([column, row], axis=1).astype(float)
        apart = ((place[:, None] - place[None]) ** 2).sum(axis=-1)
        near = np.exp(-0.5 * apart / limit("profile", "light_field_length") ** 2)
        self._light = np.repeat(np.repeat(near, 3, axis=0), 3, axis=1)[np.ix_(self.used, self.used)]
        balanced = seen - scene.exposure
        alike = colour_kernel(balanced, balanced)
        self._colour = np.kron(alike, np.eye(3))[np.ix_(self.used, self.used)]
        count = len(patches)
        common = np.kron(np.eye(count), np.ones((3, 3))) * limit("profile", "patch_spread") ** 2
        floor = limit("profile", "floor_spread") / np.maximum(np.exp(seen), 4e-3)
        own = limit("profile", "channel_spread") ** 2 + floor**2
        self._always = (common + np.diag(own.ravel()))[np.ix_(self.used, self.used)]
        self._priors = [class_prior(scene, index) for index in range(scene.prior.classes)]

    def _noise(self, hypothesis: Hypothesis) -> np.ndarray:
        """Covariance of the used values under a hypothesis. [natural log squared]"""
        # A raw file's paints err in proportion to chroma; a rendering moves saturated ones far more.
        power = 2 if self.scene.knots else 1
        paint = hypothesis.paint_error * (self.chroma / 60) ** power
        covariance: np.ndarray = self._always + hypothesis.light_field**2 * self._light
        covariance = covariance + hypothesis.colour_field**2 * self._colour
        covariance[np.diag_indices_from(covariance)] += np.repeat(paint**2, 3)[self.used]
        return covariance

    def _step(
        self, hypothesis: Hypothesis, start: np.ndarray, predicted: np.ndarray, jacobian: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """
        Solve the linearised problem: cost, unknowns, precision, and noise-weighted residual.

        Values far out for their hypothesis count less (Student's t by reweighting).
        """
        centre, prior, prior_log_determinant = self._priors[hypothesis.camera_class]
        seen = self.seen.ravel()[self.used]
        noise = self._noise(hypothesis)
        scale = np.diag(noise).copy()
        rest = seen - predicted
        freedom = limit("profile", "robust_degrees")
        step: np.ndarray = np.zeros(self.scene.size)
        for _ in range(2):
            out = (rest - jacobian @ step) ** 2 / scale
            noise[np.diag_indices_from(noise)] = scale * np.maximum((freedom + out) / (freedom + 1), 1)
            root = np.linalg.cholesky(noise)
            # NumPy's own solvers, though SciPy has triangular ones: the two bring a BLAS each, whose idle
            # threads spin against each other. With one other busy process on 2 cores fits took 55 and 87 ms
            # (up to 250; seconds beside several) instead of 31 and 47 (November 2026).
            white = np.linalg.solve(root, np.column_stack([jacobian, rest]))
            precision = white[:, :-1].T @ white[:, :-1] + prior
            aim = white[:, :-1].T @ white[:, -1] - prior @ (start - centre)
            step = np.linalg.solve(precision, aim)
        left = white[:, -1] - white[:, :-1] @ step
        off = start + step - centre
        cost = left @ left + off @ prior @ off
        cost += 2 * np.log(np.diag(root)).sum()
        cost += np.linalg.slogdet(precision)[1] - prior_log_determinant
        pull = np.linalg.solve(root.T, left)
        return float(cost), start + step, precision, pull

    def _linearise(self, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        predicted, jacobian = predict(self.scene, unknowns)
        return predicted.ravel()[self.used], jacobian.reshape(-1, self.scene.size)[self.used]

    def modes(self, candidates: list[Hypothesis]) -> tuple[list[Mode], float]:
        """
        Weigh hypotheses and find the mode of each that matters.

        Returns
        -------
        list of Mode
            Most probable first; weights sum to 1.
        float
            Least cost, minus twice the log evidence up to a constant of the patches.

        Notes
        -----
        All hypotheses share their linearisations until few are left; each of those is then settled on its
        own.
        The weight is the evidence by Laplace's approximation.
        """
        unknowns = np.zeros(self.scene.size)
        alive = candidates
        for count in (len(candidates), 12, 12, 8):
            predicted, jacobian = self._linearise(unknowns)
            tried = [(self._step(h, unknowns, predicted, jacobian), h) for h in alive]
            tried.sort(key=lambda found: found[0][0])
            alive = [h for _, h in tried[:count]]
            unknowns = tried[0][0][1]
        settled = []
        for h in alive:
            own = unknowns
            for _ in range(3):
                cost, own, precision, _ = self._step(h, own, *self._linearise(own))
            settled.append((cost, h, own, precision))
        least = min(found[0] for found in settled)
        weights = np.array([np.exp(-0.5 * (found[0] - least)) for found in settled])
        weights[weights < limit("profile", "evidence_kept") * weights.max()] = 0
        weights = weights / weights.sum()
        result = []
        for index in np.argsort(-weights, kind="stable"):
            if weights[index] > 0:
                _, h, own, precision = settled[index]
                result.append(self._mode(h, float(weights[index]), own, precision))
        return result, least

    def _mode(self, h: Hypothesis, weight: float, unknowns: np.ndarray, precision: np.ndarray) -> Mode:
        predicted, jacobian = self._linearise(unknowns)
        pulled = self._step(h, unknowns, predicted, jacobian)[3]
        residual = np.full(self.seen.size, np.nan)
        residual[self.used] = self.seen.ravel()[self.used] - predicted
        pull = np.zeros(self.seen.size)
        pull[self.used] = pulled
        return Mode(h, weight, unknowns, precision, residual.reshape(-1, 3), pull.reshape(-1, 3))


def class_prior(scene: Scene, camera_class: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean, inverse covariance and its log determinant of all unknowns, for one class of cameras."""
    centre, precision = np.zeros(scene.size), np.eye(scene.size)
    mean, covariance = scene.prior.gaussian(camera_class)
    here = scene.lasting[: len(mean)]
    centre[here] = mean
    precision[np.ix_(here, here)] = np.linalg.inv(covariance)
    return centre, precision, float(np.linalg.slogdet(precision)[1])


def _saturation(log_linear: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(log_linear, -1, 0)
    return np.asarray(np.hypot(red - green, blue - green))


def colour_kernel(log_linear: np.ndarray, other: np.ndarray) -> np.ndarray:
    """
    How much a camera's departure from a matrix is shared between two colours.

    Parameters
    ----------
    log_linear : array, shape (n, 3)
    other : array, shape (m, 3)
        Linear file values, balanced: less the exposure of each channel. [natural log]

    Returns
    -------
    array, shape (n, m)
        0 for neutrals, which a rendering leaves alone; to be multiplied with the field's variance. [1]
    """

    def place(values: np.ndarray) -> np.ndarray:
        red, green, blue = np.moveaxis(values, -1, 0)
        lightness = limit("profile", "colour_field_lightness") * values.mean(axis=-1)
        return np.stack([red - green, blue - green, lightness], axis=-1)

    def amplitude(values: np.ndarray) -> np.ndarray:
        saturation = _saturation(values)
        onset = 1 - np.exp(-((saturation / limit("profile", "colour_field_onset")) ** 2))
        return onset * (1 + 0.5 * saturation)

    a, b = place(log_linear), place(other)
    squared = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    near = np.exp(-0.5 * np.maximum(squared, 0) / limit("profile", "colour_field_length") ** 2)
    kernel: np.ndarray = amplitude(log_linear)[:, None] * amplitude(other)[None] * near
    return kernel
