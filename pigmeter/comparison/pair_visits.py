"""Whether two visits can be compared at all, by what is written of them: dates, labels, sides, make-up."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pigmeter.comparison.visit import BASELINE, FOLLOW_UP, Visit, differs
from pigmeter.errors import MeasurementError, PigmeterError, UsageError
from pigmeter.findings import Finding
from pigmeter.regions.sites import read_site

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_SIDED = ("left", "right")


def visit_findings(
    photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]
) -> Iterator[Finding]:
    """
    Hold what is written of two visits against each other.

    Parameters
    ----------
    photos : tuple of Measurement
        Baseline and follow-up.
    visits : tuple of Visit
        Of them.

    Yields
    ------
    Finding
        PAIR_SAME_DAY, PAIR_VIEW.

    Raises
    ------
    UsageError
        PAIR_ORDER, if labels or dates say that the photos are the wrong way round.
    MeasurementError
        PAIR_SIDE, PAIR_POLARISATION or SKIN_COVERED, if the two do not show the same bare skin alike.
    """
    baseline, follow_up = visits
    name = photos[1].photo_name
    _refuse_order(visits, name)
    _refuse_sides(photos, visits)
    for one, visit in zip(photos, visits, strict=True):
        if visit.covered:
            reason = "make-up, self-tanner or another cover on the skin was declared"
            remedy = "Photograph the skin bare, half an hour after cleaning it"
            raise MeasurementError("SKIN_COVERED", reason, remedy, file=one.photo_name)
    if None not in (baseline.polarisation, follow_up.polarisation) and (
        baseline.polarisation != follow_up.polarisation
    ):
        reason = (
            f"the follow-up is declared as polarised {follow_up.polarisation!r}, the baseline as "
            f"{baseline.polarisation!r}; crossed filters take away the surface's gloss, and with it the skin "
            "looks darker and redder"
        )
        remedy = "Photograph both visits with the same filters"
        raise MeasurementError("PAIR_POLARISATION", reason, remedy, file=name)
    if baseline.day is not None and baseline.day == follow_up.day:
        message = (
            f"both photos are dated {baseline.day.isoformat()}: a repeat, not a follow-up; little but noise "
            "is to be expected"
        )
        yield Finding("PAIR_SAME_DAY", message)
    if differs(baseline.view, follow_up.view):
        message = (
            f"the person faces the camera differently (baseline {baseline.view}, follow-up "
            f"{follow_up.view}); light falls otherwise on the same skin"
        )
        yield Finding("PAIR_VIEW", message)


def _refuse_order(visits: tuple[Visit, Visit], name: str) -> None:
    baseline, follow_up = visits
    remedy = "Give the earlier photo first, or correct the date or the label of the visit"
    if baseline.role == FOLLOW_UP or follow_up.role == BASELINE:
        reason = (
            f"the photo given as baseline is labelled {baseline.label!r}, the one given as follow-up "
            f"{follow_up.label!r}"
        )
        raise UsageError("PAIR_ORDER", reason, remedy, file=name)
    if _earlier(follow_up, baseline):
        reason = f"the follow-up ({follow_up.date}) was taken before the baseline ({baseline.date})"
        remedy = (
            "Give the earlier photo first; if a camera's clock was wrong, declare the dates of the visits"
        )
        raise UsageError("PAIR_ORDER", reason, remedy, file=name)


def _earlier(first: Visit, second: Visit) -> bool:
    """Whether one visit is known to be before the other: by the minute only where both tell the time."""
    if first.moment is None or second.moment is None:
        return False
    if not (first.timed and second.timed):
        return first.moment.date() < second.moment.date()
    zones = (first.moment.tzinfo, second.moment.tzinfo)
    if None in zones:
        return first.moment.replace(tzinfo=None) < second.moment.replace(tzinfo=None)
    return first.moment < second.moment


def _refuse_sides(photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]) -> None:
    names = [one.photo_name for one in photos]
    refusal: PigmeterError | None = None
    said = [visit.side for visit in visits]
    shown = [_side_of_regions(one) for one in photos]
    for side, drawn, name in zip(said, shown, names, strict=True):
        if side in _SIDED and drawn in _SIDED and side != drawn:
            reason = f"the visit is declared as of the {side} side, its regions are all of the {drawn} side"
            refusal = MeasurementError("PAIR_SIDE", reason, _SIDE_REMEDY, file=name)
    for what, (before, after) in (
        ("declared as of", said),
        ("by its regions of", shown),
        ("by its view of", [read_site(f"skin {visit.view or ''}")[1] for visit in visits]),
    ):
        if before in _SIDED and after in _SIDED and before != after:
            reason = f"the follow-up is {what} the {after} side, the baseline of the {before} side"
            refusal = MeasurementError("PAIR_SIDE", reason, _SIDE_REMEDY, file=names[1])
    if refusal is not None:
        raise refusal


_SIDE_REMEDY = (
    "Compare photos of the same side; to compare the two sides of one face, ask for the split face instead"
)


def _side_of_regions(one: "Measurement") -> str | None:
    """``"left"`` or ``"right"`` if all regions that name a side name this one, else None."""
    sides = {region.side for region in one.regions if region.side in _SIDED}
    return sides.pop() if len(sides) == 1 else None
