"""Fit a camera to a chart's patches: choose the edition, weigh the hypotheses, judge what is left over."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pigmeter.colour.camera import CameraPrior, Scene
from pigmeter.colour.cielab import ciede2000, lab_from_xyz
from pigmeter.colour.layouts import CLASSIC_NAMES, NEUTRALS, layout
from pigmeter.colour.plain_matrix import Comparison, compared, fitted_matrix, matrix_camera
from pigmeter.colour.posterior import Evidence, Mode, circumstances
from pigmeter.colour.several_charts import fit_together
from pigmeter.colour.spectra import xyz
from pigmeter.colour.tone import KNOTS, ToneCurve
from pigmeter.errors import ProfileError
from pigmeter.findings import Finding
from pigmeter.reference import limit, read_table

_EDITIONS = ("before-2014-11", "after-2014-11")
_COLUMNS = 6


Fit = tuple[float, str, Evidence, list[Mode]]


class Explored:
    """
    What charts said by themselves, kept for the fits of their neighbours in a session.

    A chart is explored for its own fit and again for each photo that it helps; what comes of it is the same,
    bit for bit, and takes most of such a fit. The last few are kept.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, Fit] = OrderedDict()

    def find(self, key: bytes, explore: Callable[[], Fit]) -> Fit:
        """Return what was kept under a key, or explore and keep it; safe in threads."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = explore()
            while len(self._found) > limit("profile", "explored_kept"):
                self._found.popitem(last=False)
        return found


def _key(prior: CameraPrior, *parts: object) -> bytes:
    """All that an exploration depends on."""
    digest = hashlib.sha256(repr([part for part in parts if not isinstance(part, np.ndarray)]).encode())
    known = [array for each in prior.known for array in (each.centre, each.covariance)]
    digest.update(repr([each.claims for each in prior.known]).encode())
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    for array in (prior.mean, prior.components, prior.centres, prior.covariances, *known, *arrays):
        digest.update(repr((array.shape, array.dtype.str)).encode() + np.ascontiguousarray(array).tobytes())
    return digest.digest()


@dataclass(frozen=True, slots=True)
class FittedCamera:
    """
    What a chart says about the camera, its light and its rendering.

    Attributes
    ----------
    scene : Scene
    modes : list of Mode
        Most probable first.
    seen : array, shape (patches, 3)
        Log linear file values of the patches in use. [natural log]
    curve : ToneCurve
        Of the most probable mode; what a profile undoes.
    edition : str
        Of the chart, as inferred, e.g. ``"before-2014-11"``.
    quality : dict of str to float
        Residuals of the chart: `residual_dE00_mean`, `residual_dE00_max`, `neutral_log_max`, `patches`; and
        errors at patches left out, those like skin above all: `left_out_dE00` of the fitted camera,
        `left_out_matrix_dE00` of a plain 3x3 matrix (where enough patches are whole).
    known : dict of str to float
        Posterior probability of each thing that was said to be known. [1]
    findings : tuple of Finding
    """

    scene: Scene
    modes: list[Mode]
    seen: np.ndarray
    curve: ToneCurve
    edition: str
    quality: dict[str, float]
    known: dict[str, float]
    findings: tuple[Finding, ...]


def paints(kind: str, edition: str) -> np.ndarray:
    """Reflectance of the 24 paints of one edition, shape (24, 61). [1]"""
    family = layout(kind).reference.removesuffix("-after-2014-11").removesuffix("-before-2014-11")
    return read_table(f"charts/{family}-{edition}.csv").values[:, 1:].T


def fit_camera(
    log_linear: np.ndarray,
    usable: np.ndarray,
    kind: str,
    rendered: bool,
    prior: CameraPrior,
    others: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    explored: Explored | None = None,
) -> FittedCamera:
    """
    Infer the camera from a chart.

    Parameters
    ----------
    log_linear : array, shape (24, 3)
        Linear file values of the patches in classic order. [natural log]
    usable : array of bool, shape (24, 3)
        Values that may be used.
    kind : str
        Of the chart.
    rendered : bool
        Whether the file may carry a tone curve.
    prior : CameraPrior
    others : sequence of tuple
        Log linear values and which may be used, of other photos of the chart in the same session.
    explored : Explored, optional
        Shared by the fits of a session, it spares them what one of them has done.

    Returns
    -------
    FittedCamera

    Raises
    ------
    ProfileError
        ``CAL_PATCHES`` if too few values are usable, ``CAL_FLAT`` if the patches do not differ as a chart's
        do, ``CAL_RESIDUAL`` if no hypothesis explains them.

    Notes
    -----
    One posterior over sensitivities, glare, light, gains and tone curve, errors in the log domain. What
    cannot be known beforehand (how uneven the light, how free the rendering) is a set of hypotheses weighed
    by their evidence. Where a plain matrix reads patches left out better than all that, it serves.
    """
    used = np.flatnonzero(usable.any(axis=1))
    _require_values(usable, used)
    neutrals = [i for i in NEUTRALS if usable[i].all()]
    _require_contrast(log_linear, neutrals, usable)
    places = np.stack([(used % _COLUMNS - 2.5) / 2.5, (used // _COLUMNS - 1.5) / 1.5], axis=1)
    seen = log_linear[used]

    def evidence_of(edition: str, seen: np.ndarray, usable: np.ndarray) -> Evidence:
        reflectance = paints(kind, edition)[used]
        exposure = _exposure(seen, reflectance, usable, np.isin(used, neutrals))
        scene = Scene(prior, reflectance, places, exposure, len(KNOTS) if rendered else 0)
        lab = lab_from_xyz(xyz(reflectance))
        return Evidence(scene, seen, usable, np.hypot(lab[:, 1], lab[:, 2]), used)

    def weigh(edition: str, served: list[Mode], seen: np.ndarray, usable: np.ndarray) -> Fit:
        evidence = evidence_of(edition, seen, usable)
        if served:
            modes, cost = evidence.modes([mode.hypothesis for mode in served], served[0].unknowns)
        else:
            modes, cost = evidence.explore(circumstances(rendered))
        return cost, edition, evidence, modes

    def explore(edition: str, seen: np.ndarray, usable: np.ndarray) -> Fit:
        if explored is None:
            return weigh(edition, [], seen, usable)
        key = _key(prior, edition, kind, rendered, neutrals, used, seen, usable)
        return explored.find(key, lambda: weigh(edition, [], seen, usable))

    first = explore(_EDITIONS[0], seen, usable[used])
    # The other edition is held only against what served the first: light and camera are the same.
    other = weigh(_EDITIONS[1], first[3], seen, usable[used])
    cost, edition, evidence, modes = min(first, other, key=lambda fit: fit[0])
    scene, known = evidence.scene, _believed(prior, modes)
    comparison = compared(scene, modes[0], seen, scene.curve(modes[0].unknowns))
    better = comparison is not None and comparison.matrix_serves
    matrix = matrix_camera(scene, modes[0], seen) if better else None
    if matrix:
        scene, modes = matrix[0], [matrix[1]]
    elif others:
        alone = [explore(edition, *photo) for photo in _readable(others, used, neutrals)]
        charts = [evidence, *(fit[2] for fit in alone)]
        modes = fit_together(charts, [(modes, cost), *((fit[3], fit[0]) for fit in alone)])
        known = _believed(prior, modes)
    curve = scene.curve(modes[0].unknowns)
    differences = _differences(scene, modes[0], seen, curve)
    quality = _quality(differences, modes[0], used, comparison)
    findings = _judged(quality, CLASSIC_NAMES[used[int(np.argmax(differences))]])
    if comparison is None:
        findings += (_of_few(modes[0]),)
    elif matrix:
        findings += (_of_matrix(comparison),)
    return FittedCamera(scene, modes, seen, curve, edition, quality, known, findings)


def _readable(
    others: Sequence[tuple[np.ndarray, np.ndarray]], used: np.ndarray, neutrals: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Values of the patches in use in other photos of the chart; those too poor to tell anything left out."""
    found = []
    for log_linear, usable in others:
        enough = usable[used].sum() >= limit("profile", "least_values")
        if enough and usable[neutrals].any(axis=0).all():
            found.append((log_linear[used], usable[used]))
    return found


def _require_values(usable: np.ndarray, used: np.ndarray) -> None:
    least, values = limit("profile", "least_patches"), limit("profile", "least_values")
    if len(used) < least or usable.sum() < values:
        reason = (
            f"only {len(used)} of 24 patches with {int(usable.sum())} of 72 values can be used "
            f"({least:.0f} and {values:.0f} needed); the others are excluded, clipped or too dark"
        )
        remedy = "Expose so that neither the white nor the black patch is lost, and keep the chart uncovered"
        raise ProfileError("CAL_PATCHES", reason, remedy)


def _require_contrast(log_linear: np.ndarray, neutrals: list[int], usable: np.ndarray) -> None:
    """A grey world, or a chart of one colour, must not be fitted."""
    extent = np.ptp(log_linear[neutrals].mean(axis=1)) if len(neutrals) > 1 else 0.0
    chroma = log_linear - log_linear.mean(axis=1, keepdims=True)
    colour = np.abs(chroma - np.median(chroma, axis=0))[usable].max()
    least = limit("profile", "least_contrast")
    if extent < least or colour < least:
        reason = (
            f"the patches differ too little for a colour chart (neutrals by {extent:.2f}, colours by "
            f"{colour:.2f} in log exposure; {least:g} of each needed)"
        )
        raise ProfileError("CAL_FLAT", reason, "Pass the 24 patches of a colour photo, dark skin first")


def _exposure(
    seen: np.ndarray, reflectance: np.ndarray, usable: np.ndarray, neutral: np.ndarray
) -> np.ndarray:
    """
    Log exposure of each channel by the neutral patches' median.

    With it a photo two stops under, or linear data before white balance, is as probable as a well exposed
    one.
    """
    off = np.where(usable & neutral[:, None], seen - np.log(reflectance.mean(axis=1))[:, None], np.nan)
    return np.asarray(np.nanmedian(off, axis=0))


def _differences(scene: Scene, mode: Mode, seen: np.ndarray, curve: ToneCurve) -> np.ndarray:
    """
    Residuals of the patches as colour differences, shape (patches,). [dE00]

    Under the camera matrix that the fitted camera has for its own chart.
    """
    filled = np.where(np.isnan(mode.residual), 0.0, mode.residual)
    measured, expected = curve.respond(seen), curve.respond(seen - filled)
    own = scene.paints @ scene.prior.sensitivities(mode.unknowns[: scene.coordinates]).T
    matrix = fitted_matrix(own, xyz(scene.paints))
    labs = [lab_from_xyz(np.maximum(values @ matrix, 1e-4)) for values in (measured, expected)]
    return ciede2000(labs[0], labs[1])


def _quality(
    differences: np.ndarray, mode: Mode, used: np.ndarray, comparison: Comparison | None
) -> dict[str, float]:
    neutral = np.abs(mode.residual[np.isin(used, NEUTRALS[:-1])])
    quality = {
        "residual_dE00_mean": float(differences.mean()),
        "residual_dE00_max": float(differences.max()),
        "neutral_log_max": float(np.nan_to_num(neutral).max(initial=0.0)),
        "patches": float(len(used)),
    }
    if comparison:
        quality |= {"left_out_dE00": comparison.camera, "left_out_matrix_dE00": comparison.matrix}
    return quality


def _of_few(mode: Mode) -> Finding:
    whole, least = float(mode.whole.sum()), limit("profile", "least_patches")
    message = (
        f"only {whole:.0f} patches can be used in all three channels ({least:.0f} needed to hold the fit "
        "against patches left out); it may be farther off than its uncertainty says: expose so that none "
        "is clipped"
    )
    return Finding("CAL_FEW", message, whole, least)


def _of_matrix(comparison: Comparison) -> Finding:
    message = (
        f"a plain 3x3 matrix reads patches that are left out better than any camera does (dE00 "
        f"{comparison.matrix:.1f} against {comparison.camera:.1f} on skin's colours): the matrix serves; "
        "colours are read as it gives them, blood and melanin less surely"
    )
    return Finding("CAL_MATRIX", message, comparison.camera, comparison.matrix)


def _believed(prior: CameraPrior, modes: list[Mode]) -> dict[str, float]:
    """Posterior probability of each thing that was said to be known. [1]"""
    claims = sorted({claim for known in prior.known for claim in known.claims})
    return {
        claim: float(
            sum(mode.weight for mode in modes if claim in prior.claims(mode.hypothesis.camera_class))
        )
        for claim in claims
    }


def _judged(quality: dict[str, float], worst_patch: str) -> tuple[Finding, ...]:
    mean, worst = quality["residual_dE00_mean"], limit("profile", "residual_refused")
    ramp, worst_ramp = quality["neutral_log_max"], limit("profile", "residual_ramp_refused")
    if mean > worst or ramp > worst_ramp:
        reason = (
            f"the chart's patches do not fit any camera (mean residual dE00 {mean:.1f}, limit {worst:g}; "
            f"neutral patches off by {100 * ramp:.0f} %, limit {100 * worst_ramp:.0f} %)"
        )
        remedy = (
            "Check that the patches are in order, unshaded and from an unedited photo of this kind of chart"
        )
        raise ProfileError("CAL_RESIDUAL", reason, remedy)
    findings = []
    doubtful = limit("profile", "residual_doubtful")
    if mean > doubtful:
        message = (
            f"the chart's patches fit no camera well: mean residual dE00 {mean:.1f} (limit {doubtful:g})"
        )
        findings.append(Finding("CAL_DOUBTFUL", message, mean, doubtful))
    largest, most = quality["residual_dE00_max"], limit("profile", "patch_doubtful")
    if largest > most:
        message = (
            f"the patch {worst_patch} is not what the others lead to expect (residual dE00 {largest:.1f}, "
            f"limit {most:g}); it counts little: look whether it is dirty, shaded or exchanged"
        )
        findings.append(Finding("CAL_PATCH", message, largest, most))
    return tuple(findings)
