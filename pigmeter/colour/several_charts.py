"""Several photos of one chart in one session, fitted together: one camera, light and glare of their own."""

from dataclasses import replace

import numpy as np

from pigmeter.colour.posterior import Evidence, Hypothesis, Mode, class_prior
from pigmeter.colour.rendering import predict
from pigmeter.reference import limit

_STEPS = 4
# Parts of the patches' errors that may be the chart's own.
_LASTING = (1.0, 0.5, 0.0)


class SharedEvidence(Evidence):
    """
    Photos of one chart by one camera in one light, ready to be held against hypotheses together.

    Camera and tone curve are the same in all, and so are the errors of the paints, as far as they are the
    chart's; exposure, glare, the gradient and unevenness of light, and noise are each photo's own. So what
    the photos have in common is not taken for what each of them says anew.

    Parameters
    ----------
    charts : list of Evidence
        Of the same patches, the photo in question first. All share a prior.
    lasting : float
        Part of the patches' errors that is the chart's own, the same in all photos; the rest is of their
        reading. [1]
    """

    def __init__(self, charts: list[Evidence], lasting: float) -> None:
        self._charts = charts
        self._lasting = lasting
        first = charts[0]
        self.scene = first.scene
        size = first.scene.size
        own = np.setdiff1d(np.arange(size), first.scene.lasting)
        # The unknowns of the first photo, then the own ones of each further photo.
        self._places = [np.arange(size)]
        for number in range(1, len(charts)):
            place = np.arange(size)
            place[own] = size + (number - 1) * len(own) + np.arange(len(own))
            self._places.append(place)
        self.seen = np.concatenate([chart.seen for chart in charts])
        self.used = np.concatenate(
            [number * first.seen.size + chart.used for number, chart in enumerate(charts)]
        )
        nothing = np.zeros(len(self.used) - len(first.used))
        self._rim = np.append(first._rim[0], nothing), first._rim[1]
        self._priors = [self._prior_of_all(index) for index in range(first.scene.prior.classes)]

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return int(self._places[-1].max()) + 1

    def _prior_of_all(self, camera_class: int) -> tuple[np.ndarray, np.ndarray, float]:
        size = self._charts[0].scene.size
        centre, precision = np.zeros(self.size), np.eye(self.size)
        centre[:size], precision[:size, :size], determinant = class_prior(self.scene, camera_class)
        return centre, precision, determinant

    def _noise(self, hypothesis: Hypothesis) -> np.ndarray:
        count, length = len(self._charts), self._charts[0].seen.size
        errors = self._charts[0].lasting_noise(hypothesis)
        whole = np.tile(self._lasting * errors, (count, count))
        for number, chart in enumerate(self._charts):
            block = slice(number * length, (number + 1) * length)
            whole[block, block] += (1 - self._lasting) * errors + chart.own_noise(hypothesis)
        whole[np.diag_indices_from(whole)] += limit("knowledge", "photo_error") ** 2
        return np.asarray(whole[np.ix_(self.used, self.used)])

    def _linearise(self, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        predicted, jacobian = np.empty(self.seen.shape), np.zeros((*self.seen.shape, self.size))
        length = len(self._charts[0].seen)
        for number, (chart, place) in enumerate(zip(self._charts, self._places, strict=True)):
            here = slice(number * length, (number + 1) * length)
            predicted[here], jacobian[here, :, place] = predict(chart.scene, unknowns[place])
        return predicted.ravel()[self.used], jacobian.reshape(-1, self.size)[self.used]

    def start(self, modes: list[Mode]) -> np.ndarray:
        """Unknowns to start from, shape (size,): the first photo's, and what the others have of their own."""
        unknowns = np.zeros(self.size)
        for place, mode in zip(reversed(self._places), reversed(modes), strict=True):
            unknowns[place] = mode.unknowns
        return unknowns

    def settle(self, served: Mode, unknowns: np.ndarray) -> tuple[float, Mode]:
        """
        Find the mode under a hypothesis that served the first photo.

        Returns
        -------
        float
            Minus twice the log evidence, up to the constant of `Evidence.modes`.
        Mode
            What it says about the first photo, with the weight that it had there.
        """
        for _ in range(_STEPS):
            found = self._step(served.hypothesis, unknowns, *self._linearise(unknowns))
            unknowns = found.unknowns
        return found.cost, self._of_first(self._mode(served.hypothesis, served.weight, found))

    def _of_first(self, mode: Mode) -> Mode:
        size, length = self.scene.size, len(self._charts[0].seen)
        precision = np.linalg.inv(np.linalg.inv(mode.precision)[:size, :size])
        # A field over colours is known at the same paints in every photo: what each says of them adds up.
        pull = mode.pull.reshape(-1, length, 3).sum(axis=0)
        count = len(self._charts)
        certainty = mode.certainty.reshape(count, length, 3, count, length, 3).sum(axis=(0, 3))
        unused = np.isnan(mode.residual[:length])
        return replace(
            mode,
            unknowns=mode.unknowns[:size],
            precision=precision,
            residual=mode.residual[:length],
            light_slopes=mode.light_slopes[:size],
            pull=np.where(unused, 0, pull),
            certainty=np.where(unused[..., None, None] | unused, 0, certainty),
        )


def fit_together(charts: list[Evidence], fits: list[tuple[list[Mode], float]]) -> list[Mode]:
    """
    Fit the photos of a chart together, those left out that were not taken with the first one's camera.

    Parameters
    ----------
    charts : list of Evidence
        The photo in question first.
    fits : list of tuple
        Of each photo by itself, as `Evidence.modes` gives them.

    Returns
    -------
    list of Mode
        For the first photo; the hypotheses that served it, with the weights that they had.

    Notes
    -----
    A photo belongs to the first if the two are more probable with one camera than with one for each. How far
    the patches' errors are the chart's own, the evidence decides too.

    The hypotheses are not weighed anew: errors of the paints, which all photos share, look the more like a
    departure of the rendering the better the tone curve is known; with weights of all photos four of 16
    simulated phones read skin by a quarter to twice as badly.
    """
    modes, cost = fits[0]

    def together(kept: list[int], lasting: float) -> tuple[float, list[Mode]]:
        shared = SharedEvidence([charts[index] for index in kept], lasting)
        start = shared.start([fits[index][0][0] for index in kept])
        settled = [shared.settle(mode, start) for mode in modes]
        return min(found[0] for found in settled), [found[1] for found in settled]

    kept = [0]
    for index in range(1, len(charts)):
        if min(together([0, index], part)[0] for part in _LASTING) < cost + fits[index][1]:
            kept.append(index)
    if len(kept) == 1:
        return modes
    return min((together(kept, part) for part in _LASTING), key=lambda found: found[0])[1]
