"""Read skin back: regress the quantities of virtual skins on what the inferred cameras record of them."""

from dataclasses import dataclass

import numpy as np

from pigmeter.colour.camera import Scene
from pigmeter.colour.cielab import hue, ita
from pigmeter.colour.posterior import Mode, colour_kernel
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.rendering import encoded
from pigmeter.colour.skin import changed_people, people
from pigmeter.colour.tone import ToneCurve
from pigmeter.reference import limit

TERMS = 10
# Log responses are taken about that of a mid skin, so that the terms are of one size.
OFFSET = 0.4


def log_response(response: np.ndarray) -> np.ndarray:
    """Return ``-log10(response) - 0.4``, the three numbers that the weights are for, shape as given."""
    return np.asarray(-np.log10(response) - OFFSET)


def terms(log_responses: np.ndarray) -> np.ndarray:
    """
    Return the terms of the regression.

    Parameters
    ----------
    log_responses : array, shape (..., 3)
        From `log_response`: g0, g1, g2.

    Returns
    -------
    array, shape (..., 10)
        1, g0, g1, g2, g0^2, g1^2, g2^2, g0 g1, g1 g2, g0 g2.
    """
    g0, g1, g2 = np.moveaxis(log_responses, -1, 0)
    one = np.ones_like(g0)
    return np.stack([one, g0, g1, g2, g0 * g0, g1 * g1, g2 * g2, g0 * g1, g1 * g2, g0 * g2], axis=-1)


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a profile needs to read skin.

    Attributes
    ----------
    level, change : array, shape (10, 8)
        Weights of `terms` for the quantities of `quantities.REGRESSED`.
    chroma : array, shape (people, 2)
        log10 G/R and log10 G/B of the virtual skins as this profile sees them.
    """

    level: np.ndarray
    change: np.ndarray
    chroma: np.ndarray


class Cameras:
    """
    Cameras drawn from the posterior, each with its rendering, read through the curve of the best of them.

    Parameters
    ----------
    scene : Scene
    modes : list of Mode
    seen : array, shape (patches, 3)
        The chart's log linear file values, at which the colour field is known.
    curve : ToneCurve
        What the profile will undo.
    """

    def __init__(self, scene: Scene, modes: list[Mode], seen: np.ndarray, curve: ToneCurve) -> None:
        self._exposure = scene.exposure
        self._seen = seen - scene.exposure
        self._curve = curve
        self._modes = modes
        rng = np.random.default_rng(24)
        count = int(limit("profile", "draws"))
        edges = np.cumsum([mode.weight for mode in modes])
        self._mode_of = np.searchsorted(edges, (np.arange(count) + 0.5) / count)
        unknowns, light = np.empty((count, scene.size)), np.empty(count)
        self.share = limit("profile", "posterior_share")
        for index, mode in enumerate(modes):
            here = self._mode_of == index
            root = np.linalg.cholesky(self.share * np.linalg.inv(mode.precision))
            off = rng.standard_normal((here.sum(), scene.size)) @ root.T
            unknowns[here] = mode.unknowns + off
            light[here] = mode.light + off @ mode.light_slopes
        coordinates, self._veil, _, gain, self._heights = scene.parts(unknowns)
        self._gain = gain + light[:, None]
        self._sensitivities = scene.prior.sensitivities(coordinates)

    @property
    def count(self) -> int:
        """Number of cameras."""
        return len(self._mode_of)

    def record(self, reflectance: np.ndarray) -> np.ndarray:
        """
        Log linear file values of skins; skin i is seen by camera i modulo `count`.

        Parameters
        ----------
        reflectance : array, shape (skins, 61)
            A multiple of `count` skins. [1]

        Returns
        -------
        array, shape (skins, 3)
            [natural log]
        """
        grouped = reflectance.reshape(-1, self.count, reflectance.shape[1]).swapaxes(0, 1)
        response = grouped @ self._sensitivities.swapaxes(1, 2)
        values = encoded(response, self._veil[:, None], self._gain[:, None], self._heights[:, None])
        for index, mode in enumerate(self._modes):
            if mode.hypothesis.colour_field:
                here = np.flatnonzero(self._mode_of == index)
                colours = values[here].reshape(-1, 3) - self._exposure
                field = mode.hypothesis.colour_field**2 * colour_kernel(colours, self._seen) @ mode.pull
                values[here] += field.reshape(values[here].shape)
        return values.swapaxes(0, 1).reshape(-1, 3)

    def read(self, log_linear: np.ndarray) -> np.ndarray:
        """Log responses after the profile's curve, shape as given."""
        return log_response(self._curve.respond(log_linear))


def solved(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the weights (k, m) by which rows (n, k) come nearest to targets (n, m)."""
    return np.linalg.solve(rows.T @ rows + 1e-6 * np.eye(rows.shape[1]), rows.T @ targets)


def named(values: np.ndarray) -> dict[str, np.ndarray]:
    """All quantities, by key, of the regressed ones: (..., 8) gives arrays of shape (...)."""
    found = dict(zip(REGRESSED, np.moveaxis(values, -1, 0), strict=True))
    found["ita"] = ita(found["L"], found["b"])
    found["hue"] = hue(found["a"], found["b"])
    return {key: found[key] for key in QUANTITIES}


def learn(cameras: Cameras) -> Reading:
    """
    Learn the weights from virtual skins seen by cameras of the posterior.

    Returns
    -------
    Reading

    Notes
    -----
    Levels are regressed on levels, changes on differences of the same terms: a level is read best when it is
    known how melanin, blood and scattering vary together across people, a change when it is known that within
    one person only melanin and blood move.
    """
    rng = np.random.default_rng(650)
    skins = people()
    whole = len(skins.reflectance) // cameras.count * cameras.count
    recorded = cameras.record(skins.reflectance[:whole])
    noise = rng.normal(0, limit("profile", "skin_noise"), recorded.shape)
    light = rng.normal(0, limit("profile", "skin_shading"), (whole, 1))
    seen = cameras.read(recorded + noise)
    rows = terms(seen + light / np.log(10))
    level = solved(rows, skins.targets[:whole])

    before, after = changed_people()
    pairs = len(before.reflectance) // cameras.count * cameras.count
    moved = [cameras.read(cameras.record(skin.reflectance[:pairs])) for skin in (before, after)]
    jitter = rng.normal(0, limit("profile", "change_noise"), moved[1].shape)
    steps = terms(moved[1] + jitter) - terms(moved[0])
    change = np.zeros_like(level)
    change[1:] = solved(steps[:, 1:], after.targets[:pairs] - before.targets[:pairs])
    return Reading(
        level,
        change,
        np.stack([seen[:, 0] - seen[:, 1], seen[:, 2] - seen[:, 1]], axis=1),
    )
