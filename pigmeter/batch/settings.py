"""What is the same for every photo of a run."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pigmeter.colour.knowledge import Knowledge
    from pigmeter.colour.profile import Profile
    from pigmeter.regions.region_set import RegionSet
    from pigmeter.report.colour_scale import Scale


@dataclass(frozen=True, slots=True)
class RunSettings:
    """
    What is the same for every photo of a run.

    Attributes
    ----------
    out : Path or None
        Folder of results.
    profile : Profile or None
        Serves every photo, if given.
    profile_source : str
    knowledge : Knowledge or None
        Of lamp and camera.
    kind : str or None
        Of the charts.
    corners : array, shape (4, 2), or None
        Middles of the corner patches of the chart in every photo. [px]
    regions : RegionSet or None
    landmarks : function, path of a JSON file, or None
        Of the faces, by the photos' names.
    face : int or (x, y), or None
        Which of several faces in a photo.
    mm_per_pixel : float or None
        Of every photo; a chart in the photo tells it too. [mm]
    resolution : float or None
        Side of a map pixel. [mm]
    full_resolution : bool
    maps : bool
        Whether they are written.
    figures : {"none", "overview", "all"}
    scale : {"fixed", "shared", "photo"}
        What the colours of the figures span.
    workers : int or None
        Threads for the maps of one photo.
    """

    out: Path | None
    profile: "Profile | None"
    profile_source: str
    knowledge: "Knowledge | None"
    kind: str | None
    corners: np.ndarray | None
    regions: "RegionSet | None"
    landmarks: Callable[[np.ndarray], Any] | str | os.PathLike[str] | None
    face: int | tuple[float, float] | None
    mm_per_pixel: float | None
    resolution: float | None
    full_resolution: bool
    maps: bool
    figures: str
    scale: "Scale"
    workers: int | None
