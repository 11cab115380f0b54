"""Classes of cameras from what is known: this lamp, this camera, a flash, the camera of an earlier visit."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from pigmeter.colour.camera import CameraPrior, KnownClass
from pigmeter.colour.cielab import SRGB_FROM_XYZ
from pigmeter.colour.knowledge import Knowledge, shipped_camera
from pigmeter.colour.memory import CameraMemory, tone_scale
from pigmeter.colour.spectra import WAVELENGTHS, xyz
from pigmeter.findings import Finding
from pigmeter.photo.photo import Capture
from pigmeter.reference import limit, read_table

_SEED = 1931
# What must hold, the spectra it leaves, and the SD of their errors.
_Source = tuple[tuple[str, ...], np.ndarray, float]


@cache
def measured_cameras() -> np.ndarray:
    """Sensitivities of the shipped cameras, shape (cameras, 3, 61). [1]"""
    table = read_table("camera/sensitivities.csv").values[:, 1:]
    return table.T.reshape(-1, 3, len(WAVELENGTHS))


@cache
def measured_lamps() -> np.ndarray:
    """Spectral power of the shipped lamps, shape (lamps, 61), mean 1. [1]"""
    return read_table("illuminants/lamps.csv").values[:, 1:].T


def flash_like(lamps: np.ndarray) -> np.ndarray:
    """
    Return which lamps are like a flash: daylight (xenon) or cool white phosphor (LED).

    Parameters
    ----------
    lamps : array, shape (lamps, 61)

    Returns
    -------
    array of bool, shape (lamps,)

    References
    ----------
    .. [1] McCamy, Color Res Appl 1992;17:142, doi 10.1002/col.5080170211: temperature from chromaticity.
    """
    observer = read_table("observers/cie-1931-2deg.csv").values[:, 1:]
    seen = lamps @ observer
    x, y = seen[:, 0] / seen.sum(axis=1), seen[:, 1] / seen.sum(axis=1)
    n = (x - 0.3320) / (0.1858 - y)
    temperature = 449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33
    power = lamps / lamps.mean(axis=1, keepdims=True)
    smooth = np.abs(np.diff(power, 2, axis=1)).max(axis=1) < limit("knowledge", "flash_line")
    middle = (WAVELENGTHS >= 430) & (WAVELENGTHS <= 675)
    full = power[:, middle].min(axis=1) > limit("knowledge", "flash_gap")
    warm, cool = limit("knowledge", "flash_warmest"), limit("knowledge", "flash_coolest")
    return np.asarray(smooth & full & (temperature > warm) & (temperature < cool))


def recorded(capture: Capture, rendered: bool, knowledge: Knowledge | None) -> Knowledge:
    """
    Add what a photo's file records to what the caller knows: a flash, and the camera if its table ships.

    Parameters
    ----------
    capture : Capture
    rendered : bool
        Whether the file carries a tone curve. Behind a rendering a camera's own sensitivities tell too
        little: on held-out cameras they gained nothing there.
    knowledge : Knowledge or None
    """
    said = knowledge or Knowledge()
    camera = said.camera
    if camera is None and not rendered and capture.model:
        camera = shipped_camera(capture.model, capture.make or "")
    return replace(said, camera=camera, flash=said.flash or bool(capture.flash))


def disbelief(believed: dict[str, float], knowledge: Knowledge | None) -> tuple[Finding, ...]:
    """
    Name what the caller said and the chart speaks against.

    Parameters
    ----------
    believed : dict of str to float
        Probability of each claim. [1]
    knowledge : Knowledge or None
        What the caller said; what only the file records may be wrong without a word.
    """
    if knowledge is None:
        return ()
    said = {
        "lamp": ("the lamp's spectrum that was given", knowledge.lamp is not None),
        "camera": ("the camera's sensitivities that were given", knowledge.camera is not None),
        "earlier": ("the earlier profiles that were given", bool(knowledge.earlier)),
    }
    least = limit("knowledge", "doubted")
    findings = []
    for claim, (words, given) in said.items():
        weight = believed.get(claim, 0.0)
        if given and weight < least:
            message = (
                f"the chart speaks against {words} (probability {100 * weight:.1f} %, limit "
                f"{100 * least:g} %), which counted little: look whether it belongs to this photo"
            )
            findings.append(Finding("CAL_KNOWLEDGE", message, weight, least))
    return tuple(findings)


def sharpened(prior: CameraPrior, knowledge: Knowledge, rendered: bool) -> CameraPrior:
    """
    Add classes for what is known to a prior; the shipped ones stay, for the case that it does not hold.

    Parameters
    ----------
    prior : CameraPrior
        As seen through sRGB.
    knowledge : Knowledge
    rendered : bool
        Whether the file carries a tone curve.

    Returns
    -------
    CameraPrior
        Its basis is extended where that leaves out part of what is known, as for a lamp of narrow bands.
    """
    drawn = list(_drawn(knowledge, rendered))
    memories = [profile.camera for profile in knowledge.earlier if profile.rendered == rendered]
    if not drawn and not memories:
        return prior
    spectra = [draws for _, draws in drawn]
    spectra += [np.concatenate([m.sensitivities.reshape(1, -1), _widely(m)]) for m in memories]
    prior = _extended(prior, spectra)
    classes = [KnownClass(claims, *_described(prior, draws)) for claims, draws in drawn]
    for memory in memories:
        mean, covariance = _recalled(prior, memory)
        k = len(prior.components)
        classes.append(KnownClass(("earlier",), mean, covariance))
        if len(mean) > k:  # the same camera, which renders another scene otherwise
            classes.append(KnownClass(("earlier",), mean[:k], covariance[:k, :k]))
    return CameraPrior(prior.mean, prior.components, prior.centres, prior.covariances, tuple(classes))


def _drawn(knowledge: Knowledge, rendered: bool) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """Yield what must hold, and effective sensitivities of files if it does, shape (draws, 183)."""
    cameras: list[_Source] = [((), measured_cameras(), limit("knowledge", "unlike_error"))]
    if knowledge.camera is not None:
        cameras.append((("camera",), knowledge.camera[None], limit("knowledge", "table_error")))
    lamps: list[_Source] = [((), measured_lamps(), 0.0)]
    if knowledge.lamp is not None:
        lamps.append((("lamp",), knowledge.lamp[None], limit("knowledge", "lamp_error")))
    elif knowledge.flash:
        alike = measured_lamps()[flash_like(measured_lamps())]
        lamps.append((("flash",), alike, limit("knowledge", "lamp_error")))
    state = "rendered" if rendered else "linear"
    saturation, mixing = limit("knowledge", f"saturation_{state}"), limit("knowledge", f"mixing_{state}")
    plain, free = (None, (saturation, mixing)) if not rendered else ((saturation, 0.0), (saturation, mixing))
    for its_camera, some_cameras, camera_error in cameras:
        for its_lamp, some_lamps, lamp_error in lamps:
            if its_camera + its_lamp:
                for mixes in (plain, free):
                    rng = np.random.default_rng(_SEED)
                    effective = _effective(some_cameras, some_lamps, camera_error, lamp_error, rng)
                    yield its_camera + its_lamp, _mixed(effective, mixes, rng).reshape(len(effective), -1)


def _effective(
    cameras: np.ndarray, lamps: np.ndarray, camera_error: float, lamp_error: float, rng: np.random.Generator
) -> np.ndarray:
    """Cameras under lamps, each off by smooth errors; the perfect white answers 1, shape (draws, 3, 61)."""
    count = int(limit("knowledge", "draws"))
    apart = (WAVELENGTHS[:, None] - WAVELENGTHS) / limit("knowledge", "error_length")
    root = np.linalg.cholesky(np.exp(-0.5 * apart**2) + 1e-6 * np.eye(len(WAVELENGTHS)))
    bands = len(WAVELENGTHS)
    chosen = cameras[np.arange(count) % len(cameras)] * lamps[rng.permutation(count) % len(lamps)][:, None]
    off = camera_error * rng.standard_normal((count, 3, bands)) @ root.T
    off = off + lamp_error * rng.standard_normal((count, 1, bands)) @ root.T
    effective = chosen * np.exp(off)
    return np.asarray(effective / effective.sum(axis=2, keepdims=True))


def _mixed(
    effective: np.ndarray, amounts: tuple[float, float] | None, rng: np.random.Generator
) -> np.ndarray:
    """
    Effective sensitivities behind a camera's matrix towards sRGB, saturated and freely mixed by `amounts`.

    The same draws as those of the shipped classes, see ``calibration/derive/camera.py``.
    """
    if amounts is None:
        return effective
    saturation, mixing = amounts
    chart = read_table("charts/colorchecker-24-before-2014-11.csv").values[:, 1:].T
    wanted = xyz(chart)
    weight = 1 / np.sqrt(wanted[:, 1:2])
    seen = np.einsum("pw,ncw->npc", chart, effective) * weight
    normal = np.einsum("npc,npd->ncd", seen, seen)
    to_xyz = np.linalg.solve(normal, np.einsum("npc,px->ncx", seen, wanted * weight))
    count = len(effective)
    amount = rng.uniform(0, saturation, (count, 1, 1))
    free = rng.normal(0, mixing, (count, 3, 3)) * (1 - np.eye(3))
    free = free - np.eye(3) * free.sum(axis=1)[:, None, :]
    look = to_xyz @ SRGB_FROM_XYZ.T @ (np.eye(3) + amount * (np.eye(3) - 1 / 3)) @ (np.eye(3) + free)
    mixed = look.swapaxes(1, 2) @ effective
    return np.asarray(mixed / mixed.sum(axis=2, keepdims=True))


def _extended(prior: CameraPrior, spectra: list[np.ndarray]) -> CameraPrior:
    """Extend the basis by the principal parts of what it leaves out of spectra, if that matters to paints."""
    basis = prior.components.reshape(len(prior.components), -1)
    projector = np.linalg.pinv(basis) @ basis
    rest = [draws - prior.mean.ravel() for draws in spectra]
    left = np.concatenate([(r - r @ projector) / np.sqrt(len(r)) for r in rest])
    values, vectors = np.linalg.eigh(left.T @ left)  # np.linalg.svd did not converge on one such matrix
    size, rows = np.sqrt(np.maximum(values[::-1], 0)), vectors.T[::-1]
    chart = read_table("charts/colorchecker-24-before-2014-11.csv").values[:, 1:].T
    answers = np.einsum("pw,ncw->npc", chart, (size[:, None] * rows).reshape(-1, 3, len(WAVELENGTHS)))
    part = np.abs(answers / (chart @ prior.mean.T)).max(axis=(1, 2))
    count = int((part[: int(limit("knowledge", "extension"))] > limit("knowledge", "left_over")).sum())
    if not count:
        return prior
    added = (size[:count, None] * rows[:count]).reshape(count, 3, -1)
    k, nothing = len(basis), limit("knowledge", "coordinate_error") ** 2
    centres = np.pad(prior.centres, ((0, 0), (0, count)))
    covariances = np.pad(prior.covariances, ((0, 0), (0, count), (0, count)))
    covariances[:, np.arange(k, k + count), np.arange(k, k + count)] = nothing
    return CameraPrior(prior.mean, np.concatenate([prior.components, added]), centres, covariances)


def _coordinates(prior: CameraPrior, spectra: np.ndarray) -> np.ndarray:
    """Coordinates of spectra or, with no mean taken off before, of their departures, shape (n, k)."""
    return np.asarray(spectra @ np.linalg.pinv(prior.components.reshape(len(prior.components), -1)))


def _described(prior: CameraPrior, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the coordinates of drawn spectra."""
    coordinates = _coordinates(prior, draws - prior.mean.ravel())
    least = limit("knowledge", "coordinate_error") ** 2 * np.eye(coordinates.shape[1])
    return coordinates.mean(axis=0), np.cov(coordinates.T) + least


def _widely(memory: CameraMemory) -> np.ndarray:
    """Spectra one widened spread away from a memory's mean, shape (2 m, 183)."""
    step = np.sqrt(limit("knowledge", "earlier_widening")) * memory.spread[:, : memory.sensitivities.size]
    return np.asarray(memory.sensitivities.ravel() + np.concatenate([step, -step]))


def _recalled(prior: CameraPrior, memory: CameraMemory) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the coordinates, and of the tone curve's unknowns, of a memory."""
    bands = memory.sensitivities.size
    mean = _coordinates(prior, (memory.sensitivities - prior.mean).reshape(1, -1))[0]
    spread = _coordinates(prior, memory.spread[:, :bands])
    scale = tone_scale(memory.heights.shape[1])
    mean = np.append(mean, memory.heights.ravel() / scale)
    spread = np.column_stack([spread, memory.spread[:, bands:] / scale])
    least = limit("knowledge", "coordinate_error") ** 2 * np.eye(len(mean))
    told = np.linalg.inv(spread.T @ spread + least)
    # Of what the earlier chart told, a part; of what was known before it, the rest: where it told nothing its
    # spread is the prior's, and multiplied it would be wider than that of any camera.
    part = 1 / limit("knowledge", "earlier_widening")
    before, about = _unknowing(prior, len(mean))
    precision = part * told + (1 - part) * before
    covariance = np.linalg.inv(precision)
    return covariance @ (part * told @ mean + (1 - part) * before @ about), covariance


def _unknowing(prior: CameraPrior, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Inverse covariance and mean of all shipped cameras together, and of tone curves; nothing beyond."""
    centre = prior.centres.mean(axis=0)
    apart = prior.centres - centre
    covariance = prior.covariances.mean(axis=0) + apart.T @ apart / len(apart)
    precision, mean = np.eye(size), np.zeros(size)
    k = len(centre)
    precision[:k, :k], mean[:k] = np.linalg.inv(covariance), centre
    # Coordinates that extend the basis for this fit: shipped cameras say nothing of them.
    added = np.flatnonzero(np.diag(covariance) <= 2 * limit("knowledge", "coordinate_error") ** 2)
    precision[added] = precision[:, added] = 0
    return precision, mean
