"""How far a field between two photos of skin can be trusted: where, and by how much it is off."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.fit_of_skins import SkinFit, refusal
from pigmeter.comparison.homographies import jacobian_at
from pigmeter.comparison.normalised_skin import middle_of
from pigmeter.findings import Finding
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Trust:
    """
    What is said of a field between two photos of skin.

    Attributes
    ----------
    x, y : array of float32, shape (rows, columns)
        Places in the follow-up's maps, NaN where it shows nothing. [follow-up map px]
    trusted : array of bool, shape (rows, columns)
        Skin in both photos, and surely the same.
    residual, residual_p95, held_out, inverse : float
        [baseline map px]
    overlap, trusted_part, correlation, stretch : float
        [1]
    findings : tuple of Finding
    """

    x: np.ndarray
    y: np.ndarray
    trusted: np.ndarray
    residual: float
    residual_p95: float
    held_out: float
    inverse: float
    overlap: float
    trusted_part: float
    correlation: float
    stretch: float
    findings: tuple[Finding, ...]


def trust_in(fit: SkinFit, baseline: "Measurement", follow_up: "Measurement") -> Trust:
    """
    Say how far a field can be trusted.

    Parameters
    ----------
    fit : SkinFit
    baseline, follow_up : Measurement

    Returns
    -------
    Trust

    Raises
    ------
    MeasurementError
        PAIR_REGISTRATION, if the photos share too little skin, too little of it is surely the same, or the
        field is too far off.

    Notes
    -----
    A place is trusted where both photos show skin, the two correlate, and neither what still moves there nor
    the way there and back is long. The error to be expected is what the way there and back and the squares
    held out say together, each of them blind to a part of it; the factor that is missing was measured on
    rendered pairs.
    """
    good = _good_nodes(fit)
    x, y = fit.there.dense_places(baseline.skin.shape)
    shown = _skin_at(follow_up, x, y)
    both = baseline.skin & (shown == 1)
    trusted = both & _at_map_pixels(good, fit.there.step, both.shape)
    x[shown == _BEYOND] = np.nan
    y[shown == _BEYOND] = np.nan

    overlap = _part(both, baseline.skin)
    part = _part(trusted, both)
    area_mm2 = np.count_nonzero(trusted) * fit.side_mm**2
    _require_skin(overlap, part, area_mm2, follow_up)
    held_out = np.hypot(fit.left.dx, fit.left.dy)[good & fit.held_out]
    if held_out.size == 0:
        held_out = np.hypot(fit.left.dx, fit.left.dy)[good]
    inverse = fit.inverse[good]
    short = limit("alignment", "residual_factor")
    residual, residual_p95 = (
        short * float(np.hypot(np.percentile(held_out, q), np.percentile(inverse, q))) for q in (50, 95)
    )
    doubts = _residual_doubts(residual * fit.side_mm, residual_p95 * fit.side_mm, follow_up)
    if doubts and part < limit("alignment", "trusted_doubt"):
        reason = (
            f"of the skin that both photos show only {part:.0%} is surely the same, and even that is off by"
            f" {residual_p95 * fit.side_mm:.2f} mm in places"
        )
        raise refusal(reason, follow_up)
    doubts += _part_doubts(overlap, part) + _scale_doubts(fit, baseline, follow_up)
    return Trust(
        x,
        y,
        trusted,
        residual,
        residual_p95,
        float(np.median(held_out)),
        float(np.median(inverse)),
        overlap,
        part,
        float(np.median(fit.left.correlation[good])),
        float(np.percentile(fit.there.stretch()[good], 99)),
        tuple(doubts),
    )


def _part(some: np.ndarray, of: np.ndarray) -> float:
    return float(np.count_nonzero(some)) / max(float(np.count_nonzero(of)), 1.0)


def _good_nodes(fit: SkinFit) -> np.ndarray:
    """Nodes at which the two skins are surely the same."""
    import cv2

    left = fit.left
    moving_mm = np.hypot(left.dx, left.dy) * fit.side_mm
    shown = left.seen > limit("alignment", "seen")
    usual = float(np.percentile(left.correlation[shown], 90)) if shown.any() else 0.0
    good = (
        shown
        & (left.correlation > max(limit("alignment", "correlation"), limit("alignment", "unlike") * usual))
        & (moving_mm < limit("alignment", "moving_mm"))
        & (fit.inverse * fit.side_mm < limit("alignment", "inverse_mm"))
        & (fit.there.stretch() < limit("alignment", "stretch"))
    )
    # A lone good node is chance: the majority of the 5 by 5 around it must be good too.
    kept = good & (cv2.medianBlur(good.astype(np.uint8), 5) > 0)
    return _holes_filled(kept, shown, fit.there.step * fit.side_mm)


def _holes_filled(good: np.ndarray, seen: np.ndarray, side_mm: float) -> np.ndarray:
    """
    Trust small places whose surroundings are trusted.

    The field there is that of the surroundings, and a spot that has changed is unlike its former self: to
    leave it out would leave out what is looked for.
    """
    import cv2

    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        (seen & ~good).astype(np.uint8), connectivity=4
    )
    small = boxes[:count, cv2.CC_STAT_AREA] * side_mm**2 <= limit("alignment", "hole_mm2")
    small[0] = False
    filled: np.ndarray = good | small[labels]
    return filled


_BEYOND = 2


def _skin_at(follow_up: "Measurement", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 where the follow-up shows skin at x, y, 2 where it shows nothing, else 0."""
    import cv2

    kind = follow_up.skin.astype(np.uint8)
    found: np.ndarray = cv2.remap(kind, x, y, cv2.INTER_NEAREST, borderValue=_BEYOND)
    return found


def _at_map_pixels(nodes: np.ndarray, step: int, shape: tuple[int, ...]) -> np.ndarray:
    """Squares of good nodes on the map grid, with rounded corners."""
    import cv2

    dense = cv2.resize(nodes.astype(np.float32), None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    inside: np.ndarray = dense[: shape[0], : shape[1]] > np.float32(0.5)
    return inside


def _require_skin(overlap: float, part: float, area_mm2: float, follow_up: "Measurement") -> None:
    least = limit("alignment", "overlap")
    if overlap < least:
        reason = f"only {overlap:.0%} of the baseline's skin lies within this photo ({least:.0%} needed)"
        raise refusal(reason, follow_up)
    least = limit("alignment", "trusted_part")
    if part < least:
        reason = f"of the skin that both photos show only {part:.0%} is surely the same ({least:.0%} needed)"
        raise refusal(reason, follow_up)
    least = limit("alignment", "trusted_mm2")
    if area_mm2 < least:
        reason = f"only {area_mm2:.0f} mm2 of skin are surely the same in both photos ({least:g} needed)"
        raise refusal(reason, follow_up)


def _residual_doubts(residual_mm: float, residual_p95_mm: float, follow_up: "Measurement") -> list[Finding]:
    """Refuse what is far off, and tell what is off further than one would like."""
    findings: list[Finding] = []
    for refused, doubted, found, words in (
        ("residual_refused_mm", "residual_mm", residual_mm, "half of the skin"),
        ("residual_p95_refused_mm", "residual_p95_mm", residual_p95_mm, "one place in twenty"),
    ):
        far, most = limit("alignment", refused), limit("alignment", doubted)
        if found > far:
            reason = f"laid over the baseline, {words} is off by {found:.2f} mm or more ({far:g} at most)"
            raise refusal(reason, follow_up)
        if found > most and not findings:
            message = (
                f"laid over each other, {words} is off by {found:.2f} mm or more; numbers are taken of"
                " squares that are wide enough for that"
            )
            findings.append(Finding("PAIR_RESIDUAL", message, found, most))
    return findings


def _part_doubts(overlap: float, part: float) -> list[Finding]:
    findings = []
    for code, name, found, words in (
        ("PAIR_OVERLAP", "overlap_doubt", overlap, "the follow-up shows {} of the baseline's skin"),
        ("PAIR_TRUSTED", "trusted_doubt", part, "{} of the skin that both photos show is surely the same"),
    ):
        least = limit("alignment", name)
        if found < least:
            message = f"{words.format(f'{found:.0%}')}; what is said of change holds for that part"
            findings.append(Finding(code, message, found, least))
    return findings


def _scale_doubts(fit: SkinFit, baseline: "Measurement", follow_up: "Measurement") -> list[Finding]:
    """Hold the scale at which the skins fit against what the charts say."""
    if baseline.mm_per_pixel is None or follow_up.mm_per_pixel is None:
        return []
    skin = float(np.sqrt(np.linalg.det(jacobian_at(fit.there.matrix, middle_of(baseline.skin)))))
    factor = skin * follow_up.mm_per_pixel / baseline.mm_per_pixel
    most = limit("alignment", "scale_doubt")
    if 1 / most <= factor <= most:
        return []
    message = (
        f"by the charts the skin of the follow-up is {factor:.2f} times as large as that of the baseline: one"
        " of them is not of the kind it is taken for, or lies much nearer to the camera than the skin"
    )
    return [Finding("PAIR_SCALE", message, factor, most)]
