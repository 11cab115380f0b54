"""Work out what a fitted profile's errors will be: which part the camera has, the chart, and the people."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.posterior import class_prior, colour_kernel
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.colour.reading import Reading, log_response, named, terms
from pigmeter.colour.rendering import encoded, predict
from pigmeter.colour.skin import (
    People,
    blood_absorbance,
    changed_people,
    melanin_absorbance,
    people,
)
from pigmeter.colour.spectra import absorbance as absorbance_at
from pigmeter.colour.uncertainty import ErrorTables
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.inference import FittedCamera
    from pigmeter.colour.posterior import Mode

_STEP = 1e-3  # of numerical derivatives [natural log]
_ALIKE = 4  # virtual people that stand for one knot
_MELANIN, _BLOOD = (tuple(QUANTITIES).index(key) for key in ("melanin_index", "haemoglobin_index"))


def error_tables(fitted: "FittedCamera", reading: Reading) -> ErrorTables:
    """
    Work out the errors of a profile.

    Parameters
    ----------
    fitted : FittedCamera
        What the chart says about the camera.
    reading : Reading
        The weights learnt for it.

    Returns
    -------
    ErrorTables

    Notes
    -----
    The posterior's covariance S is carried through the weights to a few skins of each tone by derivatives: no
    draws, no noise of draws. With D the prior's inverse covariance, ``S D S`` is what the chart left open of
    the camera, and ``S - S D S`` what the errors of the chart's patches put in: the copy of the chart, its
    light, noise.

    S is that of the errors assumed. How large they really are the residuals tell: with r the residuals, N
    their assumed covariance (values far out counted less) and n their number, r' N^-1 r / n is the chart's
    misfit, and S grows with it, as for any fit whose errors were taken too small or too large. What is left
    out, such as other priors and what a rendering does beyond matrix and curve, makes errors larger by a
    factor that is the same for linear and rendered files, in good rooms and poor ones; it was measured on
    cameras and lamps that nothing was learnt from (``camera_scale``).
    """
    tone = knots()
    misfit = sum(mode.weight * _misfit(mode) for mode in fitted.modes)
    scale = limit("profile", "camera_scale") * max(misfit, limit("profile", "misfit_least")) ** 0.5
    reader = _Reader(fitted, reading)
    typical = _typical()
    slopes = [_mean_of_alike(slope) for slope in reader.slopes(typical)]
    camera, chart = reader.shared_errors(typical)
    changes = zip(_typical_changes(), (_MELANIN, _BLOOD), strict=True)
    moved = [reader.change_error(typical, after, about) for after, about in changes]

    skins = people()
    seen = reader.record(skins.reflectance)
    error = differences(reader.levels(seen), _quantities(skins.targets))
    share = _hats(reader.levels(seen)[:, _MELANIN])
    each = np.sqrt(share.T @ error**2 / np.maximum(share.sum(axis=0), 1e-9)[:, None])

    shared = scale * np.hypot(camera, chart)
    session, person = share @ shared, share @ each
    drawn = _normal(error.shape)
    off = np.abs(error + session * drawn) / np.maximum(np.hypot(session, person), 1e-12)
    return ErrorTables(
        tone=tone,
        commonness=share.mean(axis=0),
        camera=scale * camera,
        chart=scale * chart,
        people=each,
        slope=slopes[0],
        change_slope=slopes[1],
        change_camera=scale * np.stack(moved, axis=-1),
        change_people=_change_residual(reader),
        factor=_factors(off, share),
        unevenness=_unevenness(fitted),
    )


def _factors(off: np.ndarray, share: np.ndarray) -> np.ndarray:
    """
    What 95 % of the errors about each knot do not exceed, shape (knots, 10).

    A knot with few people about it borrows from all: ``factor_borrowed`` of them count beside its own.
    """
    tail = len(off) // 3  # no knot has a twentieth of its people beyond the third of all that is far out
    weight = share + limit("profile", "factor_borrowed") / len(off)
    far = np.argpartition(-off, tail, axis=0)[:tail]
    found = np.empty((share.shape[1], off.shape[1]))
    for quantity in range(off.shape[1]):
        order = far[np.argsort(-off[far[:, quantity], quantity], kind="stable"), quantity]
        beyond = np.cumsum(weight[order], axis=0) / weight.sum(axis=0)
        found[:, quantity] = off[order[np.argmax(beyond >= 0.05, axis=0)], quantity]
    return found


@cache
def knots() -> np.ndarray:
    """Return the melanin indices at which errors are kept, in equal proportions. [index units]"""
    least, most = limit("profile", "tone_least"), limit("profile", "tone_most")
    return np.asarray(np.geomspace(least, most, int(limit("profile", "tone_knots"))))


def differences(estimates: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """Estimates minus truths of all quantities, (..., 10); hue turns the short way."""
    off: np.ndarray = estimates - truths
    turn = tuple(QUANTITIES).index("hue")
    off[..., turn] = (off[..., turn] + 180) % 360 - 180
    return off


def _quantities(regressed: np.ndarray) -> np.ndarray:
    """All quantities of the regressed ones, (..., 8) to (..., 10)."""
    return np.stack(list(named(regressed).values()), axis=-1)


def _hats(melanin: np.ndarray) -> np.ndarray:
    """How much each knot has to say about skins of these melanin indices, shape (skins, knots). [1]"""
    tone = knots()
    return np.stack([np.interp(melanin, tone, row) for row in np.eye(len(tone))], axis=1)


@cache
def _normal(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(95).standard_normal(shape)


@cache
def _typical() -> People:
    """Virtual people of the tone of each knot, `_ALIKE` of one after the other."""
    skins = people()
    off = np.abs(skins.targets[:, _MELANIN] - knots()[:, None])
    chosen = np.argsort(off, axis=1, kind="stable")[:, :_ALIKE].ravel()
    return People(skins.reflectance[chosen], skins.targets[chosen])


@cache
def _typical_changes() -> tuple[np.ndarray, np.ndarray]:
    """Reflectance of the typical people after losing melanin, and with more blood."""
    before = _typical().reflectance
    surface = 0.5 * (limit("profile", "surface_least") + limit("profile", "surface_most"))
    surface = np.minimum(surface, limit("profile", "surface_share") * before.min(axis=1, keepdims=True))
    least = limit("profile", "change_melanin")
    amount = least + limit("profile", "change_melanin_part") * absorbance_at(before, 660.0)[:, None]
    less = -amount * melanin_absorbance()
    more = limit("profile", "change_blood") * blood_absorbance(0.75)
    melanin, blood = (surface + (before - surface) * 10**-change for change in (less, more))
    return melanin, blood


def _mean_of_alike(values: np.ndarray) -> np.ndarray:
    """Mean over the people of each knot, (knots * alike, ...) to (knots, ...)."""
    return np.asarray(values.reshape(-1, _ALIKE, *values.shape[1:]).mean(axis=1))


def _misfit(mode: "Mode") -> float:
    """Return the mean square of a chart's residuals in units of what was assumed of them. [1]"""
    used = np.isfinite(mode.residual)
    return float((mode.residual[used] * mode.pull[used]).sum() / used.sum())


def _unevenness(fitted: "FittedCamera") -> float:
    """Return the SD of light a chart's width away, from its gradient and unevenness on the chart."""
    scene = fitted.scene
    first = scene.coordinates + 3
    # Half a chart's width and height are the units of the gradient; a chart is 6 by 4 patches.
    widths = np.array([2.0, 3.0])
    total = 0.0
    for mode in fitted.modes:
        gradient = scene.parts(mode.unknowns)[2]
        unsure = np.diag(np.linalg.inv(mode.precision))[first : first + 2]
        unsure = unsure * limit("profile", "gradient_spread") ** 2
        across = 0.5 * ((gradient**2 + unsure) * widths**2).sum()
        total += mode.weight * (across + mode.hypothesis.light_field**2)
    return float(np.sqrt(total))


def _derivative(function: Callable[[np.ndarray], np.ndarray], at: np.ndarray) -> np.ndarray:
    """Derivatives of a function's (n, 10) by the three logs of (n, 3), shape (n, 10, 3)."""
    steps = _STEP * np.eye(3)[:, None]
    up, down = np.split(function(at + np.concatenate([steps, -steps])), 2)
    return np.moveaxis((up - down) / (2 * _STEP), 0, -1)


class _Reader:
    """A fitted camera and the weights for it: what it records, and what is read from that."""

    def __init__(self, fitted: "FittedCamera", reading: Reading) -> None:
        self._fitted = fitted
        self._reading = reading
        self._seen = fitted.seen - fitted.scene.exposure

    def _log(self, values: np.ndarray) -> np.ndarray:
        """Log response of log linear file values. [natural log]"""
        return np.asarray(np.log(self._fitted.curve.respond(values)))

    def _read(self, log: np.ndarray) -> np.ndarray:
        return terms(log_response(np.exp(log)))

    def levels(self, values: np.ndarray) -> np.ndarray:
        """All quantities of log linear file values, (n, 3) to (n, 10)."""
        return self._levels_of_log(self._log(values))

    def _levels_of_log(self, log: np.ndarray) -> np.ndarray:
        return _quantities(self._read(log) @ self._reading.level)

    def _moved(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Change of all quantities between log responses."""
        weights = self._reading
        level = self._read(before) @ weights.level
        moved = (self._read(after) - self._read(before)) @ weights.change
        return differences(_quantities(level + moved), _quantities(level))

    def changes(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Change of all quantities between log linear file values, each (n, 3), to (n, 10)."""
        return self._moved(self._log(before), self._log(after))

    def _steepness(self, values: np.ndarray) -> np.ndarray:
        """Derivative of the log response by the log file value, channel by channel, shape (n, 3, 1)."""
        there = (self._log(values + _STEP) - self._log(values - _STEP)) / (2 * _STEP)
        return np.asarray(there[..., None])

    def _field(self, mode: "Mode", values: np.ndarray) -> np.ndarray:
        """Add what a camera's rendering departs from a matrix."""
        if not mode.hypothesis.colour_field:
            return values
        return np.asarray(values + self._alike(mode, values) @ mode.pull)

    def record(self, reflectance: np.ndarray) -> np.ndarray:
        """Log linear file values of skins by the most probable camera."""
        mode, scene = self._fitted.modes[0], self._fitted.scene
        coordinates, veil, _, gain, heights = scene.parts(mode.unknowns)
        response = reflectance @ scene.prior.sensitivities(coordinates).T
        return self._field(mode, encoded(response, veil, gain + mode.light, heights))

    def _predict(self, mode: "Mode", reflectance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        Log linear file values, (n, 3), and their derivatives, (n, 3, size + 1).

        By the unknowns, and last by what they leave open of the light at the chart's rim, in SD.
        """
        scene = self._fitted.scene
        there = np.zeros((len(reflectance), 2))
        exposure = scene.exposure + mode.light
        values, jacobian = predict(
            replace(scene, paints=reflectance, places=there, exposure=exposure), mode.unknowns
        )
        gains = jacobian[..., scene.coordinates + 5 : scene.coordinates + 8]
        by_light = np.einsum("ncc->nc", gains)[..., None] / limit("profile", "gain_spread")
        jacobian = jacobian + by_light * mode.light_slopes
        if mode.hypothesis.colour_field:
            # The colour field makes up for what the unknowns leave of the chart, so it moves against them.
            on_chart = np.tensordot(mode.certainty, predict(scene, mode.unknowns)[1], axes=2)
            jacobian = jacobian - np.einsum("np,pcs->ncs", self._alike(mode, values), on_chart)
        return self._field(mode, values), np.concatenate([jacobian, by_light * mode.light_spread], axis=-1)

    def _alike(self, mode: "Mode", values: np.ndarray) -> np.ndarray:
        """Covariance of the colour field at values with that at the patches, (n, patches)."""
        balanced = values - self._fitted.scene.exposure
        return np.asarray(mode.hypothesis.colour_field**2 * colour_kernel(balanced, self._seen))

    def _field_variances(self, mode: "Mode", values: np.ndarray, by_value: np.ndarray) -> np.ndarray:
        """
        Variances of levels by what the chart leaves open of the colour field, (knots, 10).

        Parameters
        ----------
        mode : Mode
        values : array, shape (n, 3)
            Log linear file values of the typical people. [natural log]
        by_value : array, shape (n, 10, 3)
            Derivatives of levels by them.
        """
        balanced = values - self._fitted.scene.exposure
        slope = by_value.reshape(-1, _ALIKE, *by_value.shape[1:]) / _ALIKE
        own = mode.hypothesis.colour_field**2 * colour_kernel(balanced, balanced)
        own = np.einsum("kakb->kab", own.reshape(len(slope), _ALIKE, len(slope), _ALIKE))
        prior = np.einsum("kaqc,kab,kbqc->kq", slope, own, slope, optimize=True)
        with_chart = self._alike(mode, values).reshape(len(slope), _ALIKE, -1)
        shared = np.einsum("kaqc,kap->kqpc", slope, with_chart)
        flat = shared.reshape(*shared.shape[:2], -1)
        known = _variances(flat, mode.certainty.reshape(flat.shape[-1], -1))
        return np.asarray(np.maximum(prior - known, 0))

    def slopes(self, skins: People) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of levels, and of changes, by the log responses, each of shape (skins, 10, 3)."""
        log = self._log(self.record(skins.reflectance))
        return _derivative(self._levels_of_log, log), _derivative(lambda at: self._moved(log, at), log)

    def shared_errors(self, skins: People) -> tuple[np.ndarray, np.ndarray]:
        """Standard uncertainty of levels by camera and by chart, each of shape (knots, 10)."""
        modes = self._fitted.modes
        weights = np.array([mode.weight for mode in modes])
        whole, open_, read = [], [], []
        for mode in modes:
            values, jacobian = self._predict(mode, skins.reflectance)
            by_log = _derivative(self._levels_of_log, self._log(values))
            by_value = by_log * self._steepness(values).swapaxes(1, 2)
            slope = _mean_of_alike(by_value @ jacobian)
            spread, left = self._covariances(mode)
            whole.append(_variances(slope, spread))
            open_.append(_variances(slope, left))
            if mode.hypothesis.colour_field:
                rendering = self._field_variances(mode, values, by_value)
                whole[-1], open_[-1] = whole[-1] + rendering, open_[-1] + rendering
            read.append(_mean_of_alike(self.levels(values)))
        apart = differences(np.array(read), np.tensordot(weights, read, 1))
        camera = np.tensordot(weights, np.array(open_) + apart**2, 1)
        chart = np.tensordot(weights, np.maximum(np.array(whole) - open_, 0), 1)
        return np.sqrt(camera), np.sqrt(chart)

    def _covariances(self, mode: "Mode") -> tuple[np.ndarray, np.ndarray]:
        """Posterior covariance of what `_predict` is derived by, and the part that the chart left open."""
        prior = class_prior(self._fitted.scene, mode.hypothesis.camera_class)[1]
        size = self._fitted.scene.size
        spread, left = np.eye(size + 1), np.zeros((size + 1, size + 1))
        spread[:size, :size] = np.linalg.inv(mode.precision)
        left[:size, :size] = spread[:size, :size] @ prior @ spread[:size, :size]
        return spread, left

    def change_error(self, skins: People, after: np.ndarray, about: int) -> np.ndarray:
        """Standard uncertainty of a change by camera and chart, per unit of the quantity it is about."""
        mode = self._fitted.modes[0]
        seen = [self._predict(mode, spectra) for spectra in (skins.reflectance, after)]
        first, then = (self._log(values) for values, _ in seen)
        by_first, by_then = (self._steepness(values) * jacobian for values, jacobian in seen)
        slope = _derivative(lambda at: self._moved(at, then), first) @ by_first
        slope = _mean_of_alike(slope + _derivative(lambda at: self._moved(first, at), then) @ by_then)
        size = np.abs(_mean_of_alike(self._moved(first, then)))[:, about]
        return np.asarray(np.sqrt(_variances(slope, self._covariances(mode)[0])) / size[:, None])


def _variances(slope: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.asarray(((slope @ covariance) * slope).sum(axis=-1))


def _change_residual(reader: _Reader) -> np.ndarray:
    """
    Standard uncertainty of a change that people differ in, per unit of melanin_index and haemoglobin_index.

    Least squares of the virtual pairs' squared errors on the squares of the two changes, (knots, 10, 2).
    """
    step = int(limit("profile", "pairs") // limit("profile", "error_pairs"))
    pairs = [People(p.reflectance[::step], p.targets[::step]) for p in changed_people()]
    before, after = (reader.record(skins.reflectance) for skins in pairs)
    true = differences(*(_quantities(skins.targets) for skins in reversed(pairs)))
    error = differences(reader.changes(before, after), true) ** 2
    size = true[:, [_MELANIN, _BLOOD]] ** 2
    weight = _hats(pairs[0].targets[:, _MELANIN]) / (size.sum(axis=1, keepdims=True) + 1) ** 2
    inner = np.einsum("nk,ni,nj->kij", weight, size, size) + 1e-9 * np.eye(2)
    aim = np.einsum("nk,ni,nq->kqi", weight, size, error)
    alone = np.maximum(aim / np.einsum("kii->ki", inner)[:, None], 0)
    both = np.linalg.solve(inner[:, None], aim[..., None])[..., 0]
    # Where one of the two comes out negative, the other has to explain all.
    found = np.where((both < 0).any(axis=-1, keepdims=True), np.where(both > 0, alone, 0), both)
    return np.asarray(np.sqrt(found))
