"""The prior over cameras under lamps: what the three channels' effective sensitivities may be."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.colour.tone import KNOTS, ToneCurve
from pigmeter.reference import limit, read_table


@dataclass(frozen=True, slots=True)
class KnownClass:
    """
    Cameras as they must be if something that is known holds.

    Attributes
    ----------
    claims : tuple of str
        What must hold: ``"lamp"``, ``"camera"``, ``"flash"``, ``"earlier"``.
    centre : array, shape (k,) or (k + 4 knots,)
        Mean of the coordinates and, where the tone curve is known too, of its unknowns.
    covariance : array, shape (k, k) or (k + 4 knots, k + 4 knots)
    """

    claims: tuple[str, ...]
    centre: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True, slots=True)
class CameraPrior:
    """
    Effective sensitivities (camera times lamp, perfect white answers 1) as coordinates of a common basis.

    Attributes
    ----------
    mean : array, shape (3, 61)
        [1]
    components : array, shape (k, 3, 61)
        ``mean + coordinates @ components`` is one camera under one lamp. [1]
    centres : array, shape (classes, k)
        Mean coordinates of each class of cameras.
    covariances : array, shape (classes, k, k)
    known : tuple of KnownClass
        Classes that were added for one fit, numbered after the others.
    """

    mean: np.ndarray
    components: np.ndarray
    centres: np.ndarray
    covariances: np.ndarray
    known: tuple[KnownClass, ...] = ()

    @property
    def classes(self) -> int:
        """Number of classes, those included that were added for one fit."""
        return len(self.centres) + len(self.known)

    def gaussian(self, camera_class: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of a class: of the coordinates, and of the tone curve where that is known."""
        if camera_class < len(self.centres):
            return self.centres[camera_class], self.covariances[camera_class]
        known = self.known[camera_class - len(self.centres)]
        return known.centre, known.covariance

    def claims(self, camera_class: int) -> tuple[str, ...]:
        """What must hold for a class beyond what is shipped; nothing for the shipped ones."""
        first = len(self.centres)
        return self.known[camera_class - first].claims if camera_class >= first else ()

    def sensitivities(self, coordinates: np.ndarray) -> np.ndarray:
        """Sensitivities of coordinates: (..., k) gives (..., 3, 61). [1]"""
        return self.mean + np.tensordot(coordinates, self.components, axes=1)

    def seen_through(self, primaries: np.ndarray) -> "CameraPrior":
        """
        Return the prior for files with other primaries than sRGB's.

        Parameters
        ----------
        primaries : array, shape (3, 3)
            Linear RGB of the file to XYZ, D65. Mixing channels mixes sensitivities.
        """
        mixing = mixing_of(primaries)
        return CameraPrior(
            mixing @ self.mean,
            np.einsum("ij,kjw->kiw", mixing, self.components),
            self.centres,
            self.covariances,
            self.known,
        )


def mixing_of(primaries: np.ndarray) -> np.ndarray:
    """Return how a file's channels are mixed from those of sRGB, shape (3, 3), white kept white. [1]"""
    mixing = np.linalg.inv(primaries) @ np.linalg.inv(SRGB_FROM_XYZ)
    return np.asarray(mixing / mixing.sum(axis=1, keepdims=True))


@cache
def camera_prior(rendered: bool) -> CameraPrior:
    """Return the prior for linear sensor values, or for files that a camera has rendered towards sRGB."""
    name = "rendered" if rendered else "linear"
    basis = read_table(f"camera/{name}.csv").values
    mean = basis[:, 2].reshape(3, len(WAVELENGTHS))
    components = basis[:, 3:].T.reshape(-1, 3, len(WAVELENGTHS))
    rows = read_table(f"camera/{name}-classes.csv").values
    classes = rows.reshape(-1, len(components), rows.shape[1])
    return CameraPrior(mean, components, classes[:, :, 2], classes[:, :, 3:])


# Without slots: what does not change from step to step of a fit is worked out once.
@dataclass(frozen=True)
class Scene:
    """
    All that stands between the chart's paints and its patches in a file, as numbers of unit spread.

    The vector of unknowns holds, in this order: the camera's coordinates, veiling glare (3), the gradient of
    light across and down the chart (2), a gain per channel (3) and, for rendered files, the tone curve: five
    heights common to the channels, then five deviations for each channel.

    Attributes
    ----------
    prior : CameraPrior
    paints : array, shape (patches, 61)
        Reflectance of the patches in use. [1]
    places : array, shape (patches, 2)
        Across and down the chart, -1 to 1.
    exposure : array, shape (3,)
        About which the gains vary: what the neutral patches say at first sight. [natural log]
    knots : int
        Bumps of the tone curve; 0 for linear files.
    """

    prior: CameraPrior
    paints: np.ndarray
    places: np.ndarray
    exposure: np.ndarray
    knots: int

    @cached_property
    def answers(self) -> np.ndarray:
        """What each of the prior's components answers to the paints, shape (patches, 3, k). [1]"""
        return np.asarray(np.einsum("pw,kcw->pck", self.paints, self.prior.components))

    @property
    def coordinates(self) -> int:
        """Number of camera coordinates."""
        return len(self.prior.components)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.coordinates + 8 + 4 * self.knots

    @property
    def lasting(self) -> np.ndarray:
        """Places of the unknowns that stay while camera and lamp do: the coordinates and the tone curve."""
        return np.append(np.arange(self.coordinates), np.arange(self.size - 4 * self.knots, self.size))

    def curve(self, unknowns: np.ndarray) -> ToneCurve:
        """Return what unknowns, shape (size,), say of the tone curve; a linear file's is flat."""
        _, veil, _, gain, heights = self.parts(unknowns)
        return ToneCurve(heights if self.knots else np.zeros((3, len(KNOTS))), gain, veil)

    def parts(self, unknowns: np.ndarray) -> tuple[np.ndarray, ...]:
        """
        Split unknowns into what they mean.

        Parameters
        ----------
        unknowns : array, shape (..., size)

        Returns
        -------
        tuple of arrays
            Coordinates (..., k), veil (..., 3) [1], gradient (..., 2) [natural log over half a chart], gain
            (..., 3) [natural log] and tone heights (..., 3, knots) [natural log].
        """
        k, n = self.coordinates, self.knots
        veil = limit("profile", "veil") * np.exp(
            limit("profile", "veil_spread") * np.clip(unknowns[..., k : k + 3], -5, 5)
        )
        gradient = limit("profile", "gradient_spread") * unknowns[..., k + 3 : k + 5]
        gain = self.exposure + limit("profile", "gain_spread") * unknowns[..., k + 5 : k + 8]
        common = limit("profile", "tone_spread") * unknowns[..., None, k + 8 : k + 8 + n]
        own = unknowns[..., k + 8 + n :].reshape(*unknowns.shape[:-1], 3, n)
        return unknowns[..., :k], veil, gradient, gain, common + limit("profile", "tone_channel_spread") * own
