"""The skin that both visits show: regions of the baseline, cut to it and carried into the follow-up."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.errors import MeasurementError
from pigmeter.findings import Finding
from pigmeter.reference import limit
from pigmeter.regions.region import WHOLE_SKIN, Region

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.measurement.measurement import Measurement


def carry_regions(
    baseline: "Measurement", follow_up: "Measurement", alignment: "Alignment"
) -> tuple[tuple[Region, ...], tuple[Region, ...], tuple[Finding, ...]]:
    """
    Cut the baseline's regions to the skin that both visits show, and lay them on the follow-up.

    Parameters
    ----------
    baseline, follow_up : Measurement
    alignment : Alignment
        Of the two.

    Returns
    -------
    baseline_regions, follow_up_regions : tuple of Region
        The same regions in the same order, each on its own photo's map grid; the whole skin first.
    findings : tuple of Finding
        ``PAIR_REGION`` for a region that the follow-up has under the same name elsewhere on the skin, or
        that it hardly shows.
    """
    before, after, findings = [], [], []
    own = {region.name: region.mask for region in follow_up.regions if region.mask is not None}
    for region in baseline.regions:
        whole = baseline.skin if region.mask is None else region.mask & baseline.skin
        mask = alignment.trusted if region.mask is None else region.mask & alignment.trusted
        carried = alignment.carry(mask)
        before.append(replace(region, mask=mask))
        after.append(replace(region, mask=carried))
        if region.mask is not None:
            findings += _doubts(region, whole, mask)
            if region.name in own:
                findings += _moved(region, carried, own[region.name] & follow_up.skin)
    return tuple(before), tuple(after), tuple(findings)


def same_named_regions(
    baseline: "Measurement", follow_up: "Measurement", refusal: MeasurementError
) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """
    Take the regions that both photos have under one name, where the photos could not be aligned.

    Parameters
    ----------
    baseline, follow_up : Measurement
    refusal : MeasurementError
        Why they could not be aligned.

    Returns
    -------
    baseline_regions, follow_up_regions : tuple of Region
        In the order of the baseline, without the whole skin: two views of it are not the same skin.

    Raises
    ------
    MeasurementError
        `refusal`, if there are none.
    """
    own = {region.name: region for region in follow_up.regions if region.mask is not None}
    shared = tuple(region for region in baseline.regions if region.mask is not None and region.name in own)
    if not shared:
        raise refusal
    return shared, tuple(own[region.name] for region in shared)


def _doubts(region: Region, whole: np.ndarray, mask: np.ndarray) -> list[Finding]:
    share = int(np.count_nonzero(mask)) / max(int(np.count_nonzero(whole)), 1)
    least = limit("comparison", "region_shown")
    if share >= least:
        return []
    words = (
        f"of the region {region.name!r} both visits show {share:.0%}; what is said of it holds for that part"
    )
    return [Finding("PAIR_REGION", words, share, least)]


def _moved(region: Region, carried: np.ndarray, own: np.ndarray) -> list[Finding]:
    both = np.count_nonzero(carried & own)
    smaller = min(int(np.count_nonzero(carried)), int(np.count_nonzero(own)))
    alike = int(both) / max(smaller, 1)
    least = limit("comparison", "region_alike")
    if region.name == WHOLE_SKIN or alike >= least:
        return []
    words = (
        f"the region {region.name!r} of the follow-up lies on other skin than that of the baseline: carried "
        f"over, {alike:.0%} of it is the same; the baseline's is compared"
    )
    return [Finding("PAIR_REGION", words, alike, least)]
