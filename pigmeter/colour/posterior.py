"""Which camera is this? The posterior over cameras, light and tone curve, given a chart's patches."""

from dataclasses import dataclass, replace

import numpy as np

from pigmeter.colour.camera import Scene
from pigmeter.colour.light import light_kernel, rim
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
    spread : float
        How far this chart's patches and their reading err, in units of a good one's. [1]
    prior : float
        How probable it is beforehand, relative to a usual one. [1]
    """

    camera_class: int
    light_field: float
    paint_error: float
    colour_field: float
    spread: float
    prior: float = 1.0


def circumstances(rendered: bool) -> list[Hypothesis]:
    """Return what is weighed for linear or for rendered files, for the first class of cameras."""
    rows = read_table("camera/hypotheses.csv").values
    return [Hypothesis(0, *row[1:]) for row in rows if bool(row[0]) == rendered]


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
    light : float
        Light at the chart's rim, where skin begins, against that at its centre. [natural log]
    light_slopes : array, shape (size,)
        How that moves with the unknowns.
    light_spread : float
        Its SD where the unknowns are given. [natural log]
    certainty : array, shape (patches, 3, patches, 3)
        Inverse covariance of the values' errors; 0 where not used. [natural log^-2]
    """

    hypothesis: Hypothesis
    weight: float
    unknowns: np.ndarray
    precision: np.ndarray
    residual: np.ndarray
    pull: np.ndarray
    light: float
    light_slopes: np.ndarray
    light_spread: float
    certainty: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """Which patches were used in all three channels, shape (patches,)."""
        return np.asarray(np.isfinite(self.residual).all(axis=1))


@dataclass(frozen=True, slots=True)
class _Step:
    """One solution of the linearised problem: whitening root of the errors, and residual in its units."""

    cost: float
    unknowns: np.ndarray
    precision: np.ndarray
    root: np.ndarray
    left: np.ndarray


def _cost(pair: tuple[Hypothesis, _Step]) -> float:
    return pair[1].cost


def _cheaper(one: tuple[Hypothesis, _Step], other: tuple[Hypothesis, _Step]) -> tuple[Hypothesis, _Step]:
    return min(one, other, key=_cost)


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
        place = np.stack([column - 2.5, row - 1.5], axis=1)
        self._light = np.kron(light_kernel(place, place), np.ones((3, 3)))
        at_rim = light_kernel(rim(), place).mean(axis=0)
        self._rim = np.repeat(at_rim, 3)[self.used], float(light_kernel(rim(), rim()).mean())
        balanced = seen - scene.exposure
        alike = colour_kernel(balanced, balanced)
        self._colour = np.kron(alike, np.eye(3))
        count = len(patches)
        common = np.kron(np.eye(count), np.ones((3, 3))) * limit("profile", "patch_spread") ** 2
        own = limit("profile", "channel_spread") ** 2 * np.eye(3 * count)
        self._copy = common + own
        # A part of white, so that scaling all light changes nothing; a rendered file's steps do not scale.
        level = np.exp(seen if scene.knots else seen - scene.exposure)
        floor = limit("profile", "floor_spread") / np.maximum(level, 4e-3)
        self._floor = (floor**2).ravel()
        self._priors = [class_prior(scene, index) for index in range(scene.prior.classes)]
        self._noises: dict[Hypothesis, np.ndarray] = {}

    def lasting_noise(self, hypothesis: Hypothesis) -> np.ndarray:
        """Covariance of what errs alike in all photos of one chart by one camera. [natural log squared]"""
        # A raw file's paints err in proportion to chroma; a rendering moves saturated ones far more.
        power = 2 if self.scene.knots else 1
        paint = hypothesis.paint_error * (self.chroma / 60) ** power
        covariance: np.ndarray = hypothesis.spread**2 * self._copy
        covariance += hypothesis.colour_field**2 * self._colour
        covariance[np.diag_indices_from(covariance)] += np.repeat(paint**2, 3)
        return covariance

    def own_noise(self, hypothesis: Hypothesis) -> np.ndarray:
        """Covariance of what errs in this photo alone: its light, its noise. [natural log squared]"""
        covariance: np.ndarray = hypothesis.light_field**2 * self._light
        covariance[np.diag_indices_from(covariance)] += self._floor
        return covariance

    def _noise(self, hypothesis: Hypothesis) -> np.ndarray:
        """Covariance of the used values under a hypothesis. [natural log squared]"""
        alike = replace(hypothesis, camera_class=0)
        if alike not in self._noises:
            whole = self.lasting_noise(hypothesis) + self.own_noise(hypothesis)
            self._noises[alike] = whole[np.ix_(self.used, self.used)]
        return self._noises[alike]

    def _step(
        self, hypothesis: Hypothesis, start: np.ndarray, predicted: np.ndarray, jacobian: np.ndarray
    ) -> _Step:
        """
        Solve the linearised problem.

        Values far out for their hypothesis count less (Student's t by reweighting), and what t makes of them
        is part of the cost.
        """
        centre, prior, prior_log_determinant = self._priors[hypothesis.camera_class]
        noise = self._noise(hypothesis).copy()
        scale = np.diag(noise).copy()
        rest = self.seen.ravel()[self.used] - predicted
        freedom = limit("profile", "robust_degrees")
        noise[np.diag_indices_from(noise)] = scale * np.maximum(
            (freedom + rest**2 / scale) / (freedom + 1), 1
        )
        root = np.linalg.cholesky(noise)
        # NumPy's own solvers, though SciPy has triangular ones: the two bring a BLAS each, whose idle threads
        # spin against each other. With one other busy process on 2 cores fits took twice as long, and
        # seconds beside several (November 2026).
        white = np.linalg.solve(root, np.column_stack([jacobian, rest]))
        precision = white[:, :-1].T @ white[:, :-1] + prior
        aim = white[:, :-1].T @ white[:, -1] - prior @ (start - centre)
        step = np.linalg.solve(precision, aim)
        left = white[:, -1] - white[:, :-1] @ step
        off = start + step - centre
        cost = left @ left + off @ prior @ off
        cost += 2 * np.log(np.diag(root)).sum()
        cost += np.linalg.slogdet(precision)[1] - prior_log_determinant
        cost += _price_of_tails((rest - jacobian @ step) ** 2 / scale, freedom)
        cost -= 2 * np.log(hypothesis.prior)
        return _Step(float(cost), start + step, precision, root, left)

    def _linearise(self, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        predicted, jacobian = predict(self.scene, unknowns)
        return predicted.ravel()[self.used], jacobian.reshape(-1, self.scene.size)[self.used]

    def _settle(self, h: Hypothesis, unknowns: np.ndarray, steps: int) -> _Step:
        for _ in range(steps):
            found = self._step(h, unknowns, *self._linearise(unknowns))
            unknowns = found.unknowns
        return found

    def explore(self, circumstances: list[Hypothesis]) -> tuple[list[Mode], float]:
        """
        Find and weigh the modes of all classes of cameras under all circumstances.

        Returns
        -------
        list of Mode
            Most probable first; weights sum to 1.
        float
            Least cost, minus twice the log evidence up to a constant of the patches.

        Notes
        -----
        Modes are several. A hypothesis starts where a middling one of its class, light and rendering has
        settled; the least probable are given up in rounds; those left are tried from where the best one is
        too. With one start for all, or none anew, two of six real photos of a phone ended 10 and 20 short in
        cost.
        """
        alive = self._starts(circumstances)
        for steps, kept in ((2, 32), (2, 16)):
            alive = [(h, self._settle(h, found.unknowns, steps)) for h, found in alive]
            alive = sorted(alive, key=_cost)[:kept]
        for steps, kept in ((4, 10), (3, int(limit("profile", "hypotheses_kept")))):
            best = alive[0][1].unknowns
            anew = [(h, self._settle(h, best, steps)) for h, _ in alive]
            alive = sorted(map(_cheaper, alive, anew), key=_cost)[:kept]
        return self._weighed(alive)

    def _starts(self, circumstances: list[Hypothesis]) -> list[tuple[Hypothesis, _Step]]:
        """Classes and circumstances, each with a place to start from."""
        starts = []
        for group in {(h.light_field, h.colour_field): None for h in circumstances}:
            alike = [h for h in circumstances if (h.light_field, h.colour_field) == group]
            for number in range(self.scene.prior.classes):
                of_class = [replace(h, camera_class=number) for h in alike]
                middling = self._settle(of_class[len(alike) // 2], np.zeros(self.scene.size), 4)
                starts += [(h, middling) for h in of_class]
        return starts

    def modes(self, candidates: list[Hypothesis], unknowns: np.ndarray) -> tuple[list[Mode], float]:
        """
        Find and weigh the modes of some hypotheses.

        Parameters
        ----------
        candidates : list of Hypothesis
        unknowns : array, shape (size,)
            To start from.

        Returns
        -------
        list of Mode
            Most probable first; weights sum to 1.
        float
            As `explore` gives it.
        """
        return self._weighed([(h, self._settle(h, unknowns, 4)) for h in candidates])

    def _weighed(self, settled: list[tuple[Hypothesis, _Step]]) -> tuple[list[Mode], float]:
        """Weight by a power of the evidence by Laplace's approximation (`evidence_tempered`)."""
        settled = sorted(settled, key=_cost)
        least = settled[0][1].cost
        power = 0.5 * limit("profile", "evidence_tempered")
        weights = np.exp(-power * np.array([found.cost - least for _, found in settled]))
        weights[weights < limit("profile", "evidence_kept")] = 0
        weights = weights / weights.sum()
        modes = [
            self._mode(h, float(w), found) for (h, found), w in zip(settled, weights, strict=True) if w > 0
        ]
        return modes, least

    def _mode(self, h: Hypothesis, weight: float, found: _Step) -> Mode:
        predicted, jacobian = self._linearise(found.unknowns)
        last = self._step(h, found.unknowns, predicted, jacobian)
        residual, pull = np.full(self.seen.size, np.nan), np.zeros(self.seen.size)
        residual[self.used] = self.seen.ravel()[self.used] - predicted
        whitening = np.linalg.inv(last.root)
        pull[self.used] = whitening.T @ last.left
        # The light at the rim, given the residuals: a field's prediction at places without a patch.
        shared, own = (h.light_field**2 * part for part in self._rim)
        white = whitening @ shared
        spread = max(float(own - white @ white), 0.0) ** 0.5
        slopes = -(whitening.T @ white) @ jacobian
        light = float(shared @ pull[self.used])
        shape = self.seen.shape
        certainty = np.zeros((self.seen.size, self.seen.size))
        certainty[np.ix_(self.used, self.used)] = whitening.T @ whitening
        return Mode(
            h,
            weight,
            found.unknowns,
            found.precision,
            residual.reshape(shape),
            pull.reshape(shape),
            light,
            slopes,
            spread,
            certainty.reshape(*shape, *shape),
        )


def _price_of_tails(out: np.ndarray, freedom: float) -> float:
    """
    Return what Student's t takes for values far out beyond what reweighted normal errors take.

    Parameters
    ----------
    out : array
        Squared residuals in units of their variance.
    freedom : float
        Degrees of freedom.

    Notes
    -----
    With the weights w alone a hypothesis pays o/w + log w for a value, which grows half as fast as
    (v + 1) log(1 + o/v): those that call much of a chart an outlier came too cheap.
    """
    weight = np.maximum((freedom + out) / (freedom + 1), 1)
    paid = out / weight + np.log(weight)
    due = 1 + (freedom + 1) * np.log((freedom + out) / (freedom + 1))
    return float(np.where(weight > 1, due - paid, 0).sum())


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
