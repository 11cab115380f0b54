"""Whether two measured photos can be compared, and what puts their comparison in doubt."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pigmeter.comparison.pair_capture import capture_findings
from pigmeter.comparison.pair_light import light_findings
from pigmeter.comparison.pair_sharpness import compare_sharpness
from pigmeter.comparison.pair_visits import visit_findings
from pigmeter.comparison.visit import Visit
from pigmeter.findings import Finding
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.measurement.measurement import Measurement


def examine_pair(
    baseline: "Measurement", follow_up: "Measurement", visits: tuple[Visit, Visit]
) -> tuple[Finding, ...]:
    """
    Hold two measured photos against each other, before they are aligned.

    Parameters
    ----------
    baseline, follow_up : Measurement
    visits : tuple of Visit
        What is declared of them; what is not is taken from the photos' files.

    Returns
    -------
    tuple of Finding
        Reasons to doubt the comparison; see `pair_codes.PAIR_CODES` for all of them.

    Raises
    ------
    UsageError
        PAIR_ORDER: the photos are the wrong way round.
    MeasurementError
        PAIR_SIDE, PAIR_POLARISATION, SKIN_COVERED: they do not show the same bare skin alike.
    ProfileError
        PAIR_CAMERA, PAIR_LIGHT, PAIR_EXPOSURE: one profile was used where it cannot hold twice.
    """
    photos = baseline, follow_up
    known = tuple(
        Visit.from_photo(one.photo).overridden(visit) for one, visit in zip(photos, visits, strict=True)
    )
    both = known[0], known[1]
    said = tuple(visit_findings(photos, both))
    capture = tuple(capture_findings(photos, both))
    if baseline.sha256 == follow_up.sha256:
        return capture  # nothing else can be learnt from one file
    return (*capture, *said, *light_findings(photos, both), *_resolution(photos), *_sharpness(photos))


def examine_pose(alignment: "Alignment") -> tuple[Finding, ...]:
    """
    Say how differently two aligned photos show the skin.

    Parameters
    ----------
    alignment : Alignment

    Returns
    -------
    tuple of Finding
        PAIR_POSE, at most once.
    """
    worst: list[tuple[str, float, float]] = []
    size = max(alignment.scale_ratio, 1 / alignment.scale_ratio)
    for value, name, words in (
        (abs(alignment.turn_deg), "pose_turn", "turned by {:.0f} degrees in the plane"),
        (alignment.tilt_deg, "pose_tilt", "tilted by at least {:.0f} degrees"),
        (size, "pose_scale", "shown {:.2g} times as large or small"),
    ):
        most = limit("pairing", name)
        if value > most:
            worst.append((words.format(value), value, most))
    if not worst:
        return ()
    message = (
        f"the baseline's skin is {' and '.join(each[0] for each in worst)} in the follow-up; light falls "
        "otherwise on it, so brightness, evenness and texture are less certain"
    )
    return (Finding("PAIR_POSE", message, *worst[0][1:]),)


def _resolution(photos: "tuple[Measurement, Measurement]") -> Iterator[Finding]:
    lengths = [None if one.mm_per_pixel is None else one.mm_per_pixel / one.scale for one in photos]
    if lengths[0] is None or lengths[1] is None:
        return
    ratio, most = max(lengths[1] / lengths[0], lengths[0] / lengths[1]), limit("pairing", "resolution_ratio")
    if ratio > most:
        message = (
            f"one pixel spans {lengths[1]:.2g} mm of skin in the follow-up and {lengths[0]:.2g} mm in the "
            f"baseline, a ratio of {ratio:.1f} (limit {most:g}); the coarser photo shows less of furrows, "
            "pores and small spots"
        )
        yield Finding("PAIR_RESOLUTION", message, ratio, most)


def _sharpness(photos: "tuple[Measurement, Measurement]") -> Iterator[Finding]:
    found = compare_sharpness(*photos)
    if found is None:
        return
    sure = abs(found.blur_mm) - limit("pairing", "sharpness_sure") * found.error_mm
    most = limit("pairing", "sharpness_blur") * found.scale_mm
    if sure > most:
        which = ("follow-up", "baseline") if found.blur_mm > 0 else ("baseline", "follow-up")
        message = (
            f"the {which[0]} shows the skin softer than the {which[1]}, as if blurred by a further "
            f"{abs(found.blur_mm):.2f} mm (limit {most:.2f} mm); its evenness, texture and small spots come "
            "out lower, its means do not"
        )
        yield Finding("PAIR_SHARPNESS", message, abs(found.blur_mm), most)
