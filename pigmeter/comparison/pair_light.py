"""Whether two photos were taken in the same light, by what is declared and by what their charts show."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.colour.grey_patches import channel_words, grey_errors
from pigmeter.colour.tone import looked_up
from pigmeter.comparison.visit import Visit, differs
from pigmeter.errors import ProfileError
from pigmeter.findings import Finding
from pigmeter.reference import limit

if TYPE_CHECKING:
    from pigmeter.colour.profile import Profile
    from pigmeter.measurement.measurement import Measurement

_ASSUMED = "CHART_SIZE_ASSUMED"


def light_findings(
    photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]
) -> Iterator[Finding]:
    """
    Hold the light of two photos, their charts and the age of their profile against each other.

    Parameters
    ----------
    photos : tuple of Measurement
        Baseline and follow-up.
    visits : tuple of Visit
        With dates and lamps, where they are known.

    Yields
    ------
    Finding
        PAIR_LIGHT, PAIR_FLASH, PAIR_CHART, PROFILE_LIGHT, PROFILE_OLD, PAIR_POLARISATION.

    Raises
    ------
    ProfileError
        PAIR_LIGHT, if one profile was used in two lights.
    """
    shared = photos[0].profile.id == photos[1].profile.id
    lamps = [visit.lamp for visit in visits]
    flashes = [one.photo.capture.flash for one in photos]
    name = photos[1].photo_name
    if differs(*lamps):
        what = f"the follow-up's lamp is declared as {lamps[1]!r}, the baseline's as {lamps[0]!r}"
        yield _other_light("PAIR_LIGHT", what, shared, name)
    if None not in flashes and flashes[0] != flashes[1]:
        what = f"the flash fired at the {'follow-up' if flashes[1] else 'baseline'} only"
        yield _other_light("PAIR_FLASH", what, shared, name)
    if shared:
        yield from _shared_profile(photos, visits)
    else:
        yield from _other_profiles(photos, visits)
    yield from _gloss(photos, visits)


def _other_light(code: str, what: str, shared: bool, name: str) -> Finding:
    if shared:
        remedy = "Photograph the chart in each light, and measure each photo with its own profile"
        raise ProfileError("PAIR_LIGHT", f"{what}, and one profile was used for both", remedy, file=name)
    message = (
        f"{what}; each has its own profile, but skin and paint look alike differently in another light, so "
        "changes are less certain"
    )
    return Finding(code, message)


def light_misreading(profile: "Profile", other: "Profile") -> float:
    """
    How far one profile would misread blood in the light of another after a matrix made their charts alike.

    Parameters
    ----------
    profile, other : Profile
        Of one camera.

    Returns
    -------
    float
        Root mean square over people of the error in `haemoglobin_index`. [index unit]

    Notes
    -----
    White balance and the colour matrix that a camera chooses with it mix the channels of a file, which its
    chart takes out; so the paints as the other profile sees them are first fitted by a 3x3 matrix to those
    of this one, white weighing thrice. What is then left on skin is the lamp's: skin and paint that look
    alike in one light do not in another. Of the indices that of blood shows it most.
    """
    from pigmeter.colour.inference import paints
    from pigmeter.colour.quantities import REGRESSED
    from pigmeter.colour.reading import log_response, terms
    from pigmeter.colour.skin import people

    skins, patches = people().reflectance, paints(profile.chart_kind, profile.edition)
    shown = [
        one.camera.sensitivities / one.camera.sensitivities.sum(axis=1)[:, None] for one in (profile, other)
    ]
    own, theirs = (np.vstack([patches @ each.T, np.ones(3)]) for each in shown)
    weights = np.append(1 / np.sqrt(own[:-1].mean(axis=1)), limit("pairing", "light_white"))[:, None]
    matrix = np.linalg.lstsq(theirs * weights, own * weights, rcond=None)[0]
    floor = limit("measurement", "floor_response")
    seen, misread = (
        terms(log_response(np.maximum(response, floor)))
        for response in (skins @ shown[0].T, skins @ shown[1].T @ matrix)
    )
    off = (misread - seen) @ profile.level_weights[:, REGRESSED.index("haemoglobin_index")]
    return float(np.sqrt(np.mean(off**2)))


def _other_profiles(
    photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]
) -> Iterator[Finding]:
    before, after = (one.profile for one in photos)
    kinds = [f"{each.chart_kind}, edition {each.edition}" for each in (before, after)]
    if kinds[0] != kinds[1]:
        message = (
            f"the follow-up rests on another chart ({kinds[1]}) than the baseline ({kinds[0]}); what either "
            "chart's copy is off by no longer cancels"
        )
        assumed = [one.photo_name for one in photos if any(f.code == _ASSUMED for f in one.findings)]
        if assumed:
            message += (
                f"; but the size of the chart in {assumed[0]} was assumed, blurred as it may be: if it is "
                "the same card, give that photo's mm per pixel"
            )
        yield Finding("PAIR_CHART", message)
    if differs(visits[0].camera, visits[1].camera) or before.rendered != after.rendered:
        return  # then it is not the light alone that differs
    off = light_misreading(before, after)
    most = limit("pairing", "light_misreading_rendered" if before.rendered else "light_misreading_linear")
    if off > most:
        message = (
            "by its chart the follow-up was taken in other light: the baseline's profile would misread "
            f"blood by {off:.1f} index units there (limit {most:g}); each has its own profile, but changes "
            "are less certain"
        )
        yield Finding("PAIR_LIGHT", message, off, most)


def _shared_profile(
    photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]
) -> Iterator[Finding]:
    unseen = []
    charts = all(one.chart is not None for one in photos)
    for one, which in zip(photos, ("baseline", "follow-up"), strict=True):
        if one.photo.sha256 == one.profile.created_from:
            continue
        off = None if one.chart is None else grey_errors(one.photo, one.profile, one.chart)
        if off is None:
            unseen.append(which)
        else:
            yield from _other_greys(off, which, charts, one.photo_name)
    yield from _other_paints(photos)
    days = [visit.moment for visit in visits]
    if unseen and days[0] is not None and days[1] is not None:
        apart = abs(days[1].replace(tzinfo=None) - days[0].replace(tzinfo=None)).total_seconds() / 3600
        most = limit("pairing", "stale_hours")
        if apart > most:
            message = (
                f"one profile was used for photos {apart / 24:.0f} days apart, and no chart shows that the "
                f"light was still the same at the {' and the '.join(unseen)}"
            )
            yield Finding("PROFILE_OLD", message, apart, most)


def _other_greys(off: np.ndarray, which: str, charts: bool, name: str) -> Iterator[Finding]:
    """
    Say how far a chart's greys are off.

    With a chart in both photos the change of brightness is taken off the changes; its colour is not.
    """
    colour = float(np.abs(off - np.mean(off)).max())
    worst = colour if charts else float(np.abs(off).max())
    most, far = limit("batch", "light_off"), limit("pairing", "light_refused")
    what = f"by its own chart the {which} was taken in other light than its profile's ({channel_words(off)})"
    if worst > far:
        remedy = "Measure each photo with a profile of its own chart"
        raise ProfileError("PAIR_LIGHT", what, remedy, file=name)
    if worst > most:
        message = f"{what}, up to {100 * worst:.0f} units of melanin index; use its own chart"
        yield Finding("PROFILE_LIGHT", message, worst, most)
    elif abs(float(np.mean(off))) > far:
        message = f"{what}; changes are freed of it, the levels of that visit are not: use its own chart"
        yield Finding("PROFILE_LIGHT", message, abs(float(np.mean(off))), far)


def _other_paints(photos: "tuple[Measurement, Measurement]") -> Iterator[Finding]:
    """Greys stay grey in any light that is balanced; it is the coloured paints that move with a lamp."""
    first, last = (one.chart for one in photos)
    if first is None or last is None or first.kind != last.kind:
        return
    logs = []
    for one, chart in zip(photos, (first, last), strict=True):
        table = np.log10(one.profile.response_table(one.photo))
        logs.append(looked_up(table, chart.patches))
    both = ~np.isin(np.arange(len(logs[0])), [*first.excluded, *last.excluded])
    moved = (logs[1] - logs[0])[both]
    if not len(moved):
        return
    off, most = float(np.median(np.abs(moved - np.median(moved, axis=0)))), limit("pairing", "paint_shift")
    if off > most:
        message = (
            "one profile was used for both photos, but the paints of their charts differ by "
            f"{100 * off:.1f} index units beside a common change (limit {100 * most:.1f}): another lamp, or "
            "another copy of the chart"
        )
        yield Finding("PAIR_LIGHT", message, off, most)


def _gloss(photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]) -> Iterator[Finding]:
    """Gloss on one photo's skin and none on the other's: the filters' doing, unless they are declared."""
    from pigmeter.measurement.quality import gloss_fraction

    if None not in (visits[0].polarisation, visits[1].polarisation):
        return
    shares = [gloss_fraction(one.found) for one in photos]
    some, none = limit("pairing", "gloss_some"), limit("pairing", "gloss_none")
    if max(shares) >= some and min(shares) <= none:
        which = ("baseline", "follow-up") if shares[0] > shares[1] else ("follow-up", "baseline")
        message = (
            f"{max(shares):.1%} of the skin is glossy at the {which[0]}, next to none at the {which[1]}: "
            "crossed polarising filters at one visit only, wiped skin, or a lamp that moved"
        )
        yield Finding("PAIR_POLARISATION", message, max(shares), some)
