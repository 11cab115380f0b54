"""Profiles of one analytic session, linear and rendered."""

import pytest
from patch_values import session

from pigmeter.colour.session import fit_profile_from_patches


@pytest.fixture(scope="module")
def profiles():
    taken = session()
    return {r: fit_profile_from_patches(taken.record(taken.chart, r), rendered=r) for r in (False, True)}


@pytest.fixture
def profile(profiles):
    return profiles[True]
