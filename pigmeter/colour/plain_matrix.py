"""Would a plain 3x3 matrix have read the chart better? Tried on patches left out, and served if so."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pigmeter.colour.camera import CameraPrior, Scene
from pigmeter.colour.cielab import ciede2000, lab_from_xyz
from pigmeter.colour.posterior import Hypothesis, Mode
from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.rendering import predict
from pigmeter.colour.skin import people
from pigmeter.colour.spectra import xyz, xyz_weights
from pigmeter.colour.tone import ToneCurve
from pigmeter.reference import limit

# Number of the class of cameras in a profile that a matrix serves.
MATRIX_CLASS = -1
# Prior variance of a matrix' coordinates in units of what the chart leaves open: nothing is known before.
_WIDE = 100.0
_FIXED = 1e8


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    What the fitted camera and the plain matrix make of patches that they were not fitted to.

    Attributes
    ----------
    camera, matrix : float
        Mean error over the patches, each weighted by how many people's skin it is near. [dE00]
    noise : float
        Standard error of their difference. [dE00]
    """

    camera: float
    matrix: float
    noise: float

    @property
    def matrix_serves(self) -> bool:
        """Whether the matrix is better by more than chance among patches explains."""
        return self.camera - self.matrix > limit("profile", "matrix_margin") * self.noise


def skin_weights(lab: np.ndarray) -> np.ndarray:
    """
    How much each paint has to say about human skin.

    Parameters
    ----------
    lab : array, shape (patches, 3)
        CIELAB of the paints. [CIELAB units]

    Returns
    -------
    array, shape (patches,)
        Sums to 1. [1]

    Notes
    -----
    Every virtual person is shared out among the paints near her, by a Gaussian as wide as neighbouring paints
    lie apart. The two skin colours get a third to a half, then come light greys, orange and browns.
    """
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    width = np.median(apart.min(axis=1))
    skins = _skin_colours()
    squared = ((skins[:, None] - lab[None]) ** 2).sum(axis=-1) / width**2
    near = np.exp(-0.5 * (squared - squared.min(axis=1, keepdims=True)))
    return np.asarray((near / near.sum(axis=1, keepdims=True)).mean(axis=0))


@cache
def _skin_colours() -> np.ndarray:
    """CIELAB of virtual people, shape (people, 3)."""
    place = [REGRESSED.index(key) for key in ("L", "a", "b")]
    return np.asarray(people().targets[:: int(limit("profile", "matrix_people"))][:, place])


def fitted_matrix(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Least squares from linear values to XYZ, errors relative to the root of Y, shape (3, 3). [1]"""
    weight = 1 / np.sqrt(wanted[:, 1:2])
    return np.asarray(np.linalg.lstsq(values * weight, wanted * weight, rcond=None)[0])


def left_out_by_matrix(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """
    XYZ of each patch by the matrix that is fitted to the others, in closed form.

    Parameters
    ----------
    values : array, shape (patches, 3)
        Linear file values. [1]
    wanted : array, shape (patches, 3)
        XYZ of the paints. [1]

    Returns
    -------
    array, shape (patches, 3)
        [1]
    """
    weight = 1 / np.sqrt(wanted[:, 1:2])
    rows, aims = values * weight, wanted * weight
    hat = rows @ np.linalg.pinv(rows)
    leverage = np.diag(hat)[:, None]
    return np.asarray((hat @ aims - leverage * aims) / (1 - leverage) / weight)


def left_out_by_camera(scene: Scene, mode: Mode) -> np.ndarray:
    """
    Seen minus predicted values of each patch, had the camera been fitted to the others.

    Returns
    -------
    array, shape (patches, 3)
        0 where a value was not used. [natural log]

    Notes
    -----
    With G the inverse covariance of the values, camera and errors together, and r what was seen less the
    prior's prediction, patch i left out is off by ``inverse(G_ii) (G r)_i``; and G r is, at the mode, the
    errors' inverse covariance times the residual [1]_. One linearisation, no fit anew; values far out keep
    the weight that they had.

    References
    ----------
    .. [1] Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, eq. 5.12. Seen: secondary.
    """
    count = len(mode.residual)
    certainty = mode.certainty.reshape(3 * count, 3 * count)
    jacobian = predict(scene, mode.unknowns)[1].reshape(3 * count, -1)
    whitened = certainty @ jacobian
    whole = certainty - whitened @ np.linalg.solve(mode.precision, whitened.T)
    aim = (certainty @ np.nan_to_num(mode.residual).ravel()).reshape(count, 3)
    blocks = np.einsum("icid->icd", whole.reshape(count, 3, count, 3))
    # A value that was not used has no certainty, and no error.
    blocks = blocks + 1e-9 * np.eye(3)
    return np.asarray(np.linalg.solve(blocks, aim[..., None])[..., 0])


def compared(scene: Scene, mode: Mode, seen: np.ndarray, curve: ToneCurve) -> Comparison | None:
    """
    Hold the fitted camera and the plain matrix against patches left out.

    Parameters
    ----------
    scene : Scene
    mode : Mode
        The most probable one.
    seen : array, shape (patches, 3)
        Log linear file values. [natural log]
    curve : ToneCurve
        What the fitted camera's profile undoes.

    Returns
    -------
    Comparison, or None
        None if too few patches are whole to tell.

    Notes
    -----
    The camera's error is that of its prediction, seen through its own matrix; the matrix' that of the XYZ it
    gives. An error counts up to ``residual_doubtful``: beyond it the patch is dirty or exchanged, for either.
    """
    whole = mode.whole
    if whole.sum() < limit("profile", "least_patches"):
        return None
    wanted = xyz(scene.paints)
    own = scene.paints @ scene.prior.sensitivities(mode.unknowns[: scene.coordinates]).T
    matrix = fitted_matrix(own, wanted)
    off = left_out_by_camera(scene, mode)
    labs = [lab_from_xyz(np.maximum(curve.respond(at) @ matrix, 1e-4)) for at in (seen, seen - off)]
    by_camera = ciede2000(*labs)[whole]
    lab = lab_from_xyz(wanted[whole])
    by_matrix = left_out_by_matrix(np.exp(seen[whole]), wanted[whole])
    most = limit("profile", "residual_doubtful")
    errors = [np.minimum(each, most) for each in (by_camera, ciede2000(_lab(by_matrix), lab))]
    weight = skin_weights(lab)
    camera, plain = (float(weight @ each) for each in errors)
    spread = weight**2 @ (errors[0] - errors[1] - (camera - plain)) ** 2 / (1 - weight @ weight)
    return Comparison(camera, plain, float(np.sqrt(spread)))


def _lab(found: np.ndarray) -> np.ndarray:
    return lab_from_xyz(np.maximum(found, 1e-4))


def matrix_camera(scene: Scene, mode: Mode, seen: np.ndarray) -> tuple[Scene, Mode] | None:
    """
    Return the plain matrix as a camera, so that a profile is learnt for it as for any other.

    Parameters
    ----------
    scene : Scene
        Of the fitted camera.
    mode : Mode
        Tells which values may be used.
    seen : array, shape (patches, 3)
        Log linear file values. [natural log]

    Returns
    -------
    Scene, Mode, or None
        None if the matrix is no camera's: white would not be seen.

    Notes
    -----
    A file that a matrix M reads right is that of a camera whose sensitivities are the observer's times the
    inverse of M. Its nine coordinates are the matrix' errors by the covariance of the least squares. How far
    it misses colours like skin's is an error of the gains, channel by channel, beside: a paint left over by
    the matrix stands for a skin.
    """
    whole = mode.whole
    wanted, values = xyz(scene.paints[whole]), np.exp(seen[whole])
    matrix = fitted_matrix(values, wanted)
    inverse = np.linalg.inv(matrix)
    sensitivities = xyz_weights() @ inverse
    white = sensitivities.sum(axis=0)
    if white.min() <= 0:
        return None
    # Covariance of the matrix: that of the rows' residuals over the values' inner products.
    weight = 1 / np.sqrt(wanted[:, 1:2])
    left = (wanted - values @ matrix) * weight
    own = np.linalg.cholesky(np.linalg.inv((values * weight).T @ (values * weight)))
    shared = np.linalg.cholesky(left.T @ left / (len(left) - 3) + 1e-12 * np.eye(3))
    moves = np.einsum("wi,ia,kb,kc->abcw", sensitivities, own, shared, inverse).reshape(9, 3, -1)
    prior = CameraPrior(
        (sensitivities / white).T,
        -moves / white[:, None],
        np.zeros((1, 9)),
        _WIDE * np.eye(9)[None],
    )
    plain = Scene(prior, scene.paints, scene.places, np.log(white), scene.knots)
    unknowns = np.zeros(plain.size)
    unknowns[9:12] = -5.0  # as little glare as can be said
    residual = np.where(np.isfinite(mode.residual), seen - predict(plain, unknowns)[0], np.nan)
    near = skin_weights(lab_from_xyz(wanted))[:, None]
    precision = np.full(plain.size, _FIXED)
    precision[:9] = 1.0
    precision[12:14] = 1.0  # how uneven the light is the matrix does not ask
    missed = np.sqrt((near * residual[whole] ** 2).sum(axis=0))
    precision[14:17] = np.maximum((limit("profile", "gain_spread") / np.maximum(missed, 1e-3)) ** 2, 1.0)
    certainty = np.where(np.isfinite(residual), 1 / np.nanmean(residual**2, axis=0), 0.0)
    shape = (*residual.shape, *residual.shape)
    as_mode = Mode(
        Hypothesis(MATRIX_CLASS, 0.0, 0.0, 0.0, 1.0),
        1.0,
        unknowns,
        np.diag(precision),
        residual,
        certainty * np.nan_to_num(residual),
        0.0,
        np.zeros(plain.size),
        0.0,
        np.diag(certainty.ravel()).reshape(shape),
    )
    return plain, as_mode
