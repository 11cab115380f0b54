"""What the tests of measurements share."""

import plain_profile
import pytest


@pytest.fixture(scope="session")
def profile():
    return plain_profile.PlainProfile()
