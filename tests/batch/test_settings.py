import dataclasses

import pytest

from pigmeter.batch.settings import RunSettings


def test_nothing_of_a_run_changes_between_its_photos():
    names = [field.name for field in dataclasses.fields(RunSettings)]
    settings = RunSettings(**dict.fromkeys(names))
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.scale = "photo"
