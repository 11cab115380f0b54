"""
A skin colorimeter made of any camera and a 24-patch colour chart.

It measures; it does not diagnose.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pigmeter.version import VERSION as __version__

if TYPE_CHECKING:
    from pigmeter.batch.run import BatchResult, measure_folder
    from pigmeter.colour.chart import Chart, find_chart
    from pigmeter.colour.knowledge import Knowledge, read_camera, read_lamp
    from pigmeter.colour.profile import Profile
    from pigmeter.colour.profile_files import load_profile
    from pigmeter.colour.session import fit_profile, fit_profile_from_file, fit_profile_from_patches
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.comparison.change_value import ChangeValue
    from pigmeter.comparison.comparison import Change, compare
    from pigmeter.comparison.indications import known_indications
    from pigmeter.comparison.repeatability import Repeatability, fit_repeatability, read_repeatability
    from pigmeter.comparison.score import Score
    from pigmeter.comparison.spot_change import SpotChange
    from pigmeter.comparison.treatment import Treatment, read_treatment
    from pigmeter.comparison.visit import Visit, read_visits
    from pigmeter.errors import (
        ChartError,
        MeasurementError,
        OutputError,
        PhotoError,
        PigmeterError,
        ProfileError,
        UsageError,
    )
    from pigmeter.findings import Finding
    from pigmeter.measurement.evenness import Evenness
    from pigmeter.measurement.measurement import Measurement, measure
    from pigmeter.measurement.proposals import propose_regions
    from pigmeter.measurement.spots import Spot
    from pigmeter.photo.photo import Photo
    from pigmeter.photo.reader import read_photo
    from pigmeter.regions.landmarks import read_landmarks
    from pigmeter.regions.outline import Outline
    from pigmeter.regions.region import Region
    from pigmeter.regions.region_files import read_regions, write_regions
    from pigmeter.regions.region_set import RegionSet
    from pigmeter.report.comparison_files import write_comparison

__all__ = [
    "Alignment",
    "BatchResult",
    "Change",
    "ChangeValue",
    "Chart",
    "ChartError",
    "Evenness",
    "Finding",
    "Knowledge",
    "Measurement",
    "MeasurementError",
    "Outline",
    "OutputError",
    "Photo",
    "PhotoError",
    "PigmeterError",
    "Profile",
    "ProfileError",
    "Region",
    "RegionSet",
    "Repeatability",
    "Score",
    "Spot",
    "SpotChange",
    "Treatment",
    "UsageError",
    "Visit",
    "__version__",
    "compare",
    "find_chart",
    "fit_profile",
    "fit_profile_from_file",
    "fit_profile_from_patches",
    "fit_repeatability",
    "known_indications",
    "load_profile",
    "measure",
    "measure_folder",
    "propose_regions",
    "read_camera",
    "read_lamp",
    "read_landmarks",
    "read_photo",
    "read_regions",
    "read_repeatability",
    "read_treatment",
    "read_visits",
    "write_comparison",
    "write_regions",
]

# Loaded when first used: `pigmeter --help` and `import pigmeter` stay fast (PEP 562).
_HOMES = {
    "Alignment": "pigmeter.comparison.alignment",
    "BatchResult": "pigmeter.batch.run",
    "Change": "pigmeter.comparison.comparison",
    "ChangeValue": "pigmeter.comparison.change_value",
    "Chart": "pigmeter.colour.chart",
    "ChartError": "pigmeter.errors",
    "Evenness": "pigmeter.measurement.evenness",
    "Finding": "pigmeter.findings",
    "Knowledge": "pigmeter.colour.knowledge",
    "Measurement": "pigmeter.measurement.measurement",
    "MeasurementError": "pigmeter.errors",
    "Outline": "pigmeter.regions.outline",
    "OutputError": "pigmeter.errors",
    "Photo": "pigmeter.photo.photo",
    "PhotoError": "pigmeter.errors",
    "PigmeterError": "pigmeter.errors",
    "Profile": "pigmeter.colour.profile",
    "ProfileError": "pigmeter.errors",
    "Region": "pigmeter.regions.region",
    "RegionSet": "pigmeter.regions.region_set",
    "Repeatability": "pigmeter.comparison.repeatability",
    "Score": "pigmeter.comparison.score",
    "Spot": "pigmeter.measurement.spots",
    "SpotChange": "pigmeter.comparison.spot_change",
    "Treatment": "pigmeter.comparison.treatment",
    "UsageError": "pigmeter.errors",
    "Visit": "pigmeter.comparison.visit",
    "compare": "pigmeter.comparison.comparison",
    "find_chart": "pigmeter.colour.chart",
    "fit_profile": "pigmeter.colour.session",
    "fit_profile_from_file": "pigmeter.colour.session",
    "fit_profile_from_patches": "pigmeter.colour.session",
    "fit_repeatability": "pigmeter.comparison.repeatability",
    "known_indications": "pigmeter.comparison.indications",
    "load_profile": "pigmeter.colour.profile_files",
    "measure": "pigmeter.measurement.measurement",
    "measure_folder": "pigmeter.batch.run",
    "propose_regions": "pigmeter.measurement.proposals",
    "read_camera": "pigmeter.colour.knowledge",
    "read_lamp": "pigmeter.colour.knowledge",
    "read_landmarks": "pigmeter.regions.landmarks",
    "read_photo": "pigmeter.photo.reader",
    "read_regions": "pigmeter.regions.region_files",
    "read_repeatability": "pigmeter.comparison.repeatability",
    "read_treatment": "pigmeter.comparison.treatment",
    "read_visits": "pigmeter.comparison.visit",
    "write_comparison": "pigmeter.report.comparison_files",
    "write_regions": "pigmeter.regions.region_files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
