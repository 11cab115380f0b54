"""The public names exist, load when first used, and are those that others build on."""

import subprocess
import sys
import types

import pytest

import pigmeter

_FIXED = (  # names that stay
    "read_photo find_chart fit_profile fit_profile_from_file fit_profile_from_patches load_profile measure "
    "measure_folder read_lamp read_camera Knowledge "
    "read_regions write_regions propose_regions read_landmarks Outline Region RegionSet Spot Evenness "
    "Photo Chart Profile Measurement Finding BatchResult PigmeterError PhotoError ChartError "
    "ProfileError MeasurementError UsageError OutputError __version__ "
    "compare Change ChangeValue Alignment SpotChange Score Visit Treatment Repeatability read_visits "
    "read_treatment read_repeatability fit_repeatability known_indications write_comparison"
)
FIXED = _FIXED.split()


@pytest.mark.parametrize("name", FIXED)
def test_a_public_name_exists_and_is_no_file(name):
    assert not isinstance(getattr(pigmeter, name), types.ModuleType)
    assert name in dir(pigmeter)


def test_all_is_the_list_of_public_names():
    assert sorted(FIXED) == sorted(pigmeter.__all__)


def test_every_name_knows_its_home():
    for name, home in pigmeter._HOMES.items():
        assert getattr(pigmeter, name).__module__ == home


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pigmeter' has no attribute 'mesure'"):
        _ = pigmeter.mesure


def test_the_function_measure_survives_the_import_of_its_neighbours():
    code = "import pigmeter as pm, pigmeter.measurement, pigmeter.batch.run; assert callable(pm.measure)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_loads_nothing_heavy():
    heavy = ("numpy", "cv2", "numba", "matplotlib")
    code = f"import sys, pigmeter; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
