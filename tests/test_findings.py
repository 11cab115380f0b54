import dataclasses

import pytest

from pigmeter.findings import Finding


def test_a_finding_needs_no_figure():
    finding = Finding("ICC_ASSUMED", "The file names no colour space; sRGB is assumed.")
    assert (finding.value, finding.limit) == (None, None)


def test_a_finding_does_not_change_and_can_be_gathered():
    finding = Finding("RES_LOW", "Patches are small.", value=8.0, limit=12.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.value = 20.0
    assert {finding, Finding("RES_LOW", "Patches are small.", 8.0, 12.0)} == {finding}
