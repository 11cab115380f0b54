"""The pictures of a run: figures and maps of each photo, and contact sheets of them all."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pigmeter import files
from pigmeter.report.colour_scale import Range, Scale, fixed_range, shared_ranges
from pigmeter.report.contact_sheet import MONTAGE_MAPS, Thumbnail, montage, refused_thumbnail
from pigmeter.report.figures import draw_figures
from pigmeter.report.map_files import map_file
from pigmeter.report.tables import PhotoRecord
from pigmeter.version import SOFTWARE

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement
    from pigmeter.photo.photo import Photo

FIGURES, MAPS, MONTAGE = "figures", "maps", "montage"


def write_figures(
    folder: Path,
    stem: str,
    photo: "Photo",
    measurement: "Measurement",
    *,
    name: str,
    profile_source: str,
    which: str,
    scale: Scale,
    ranges: Mapping[str, Range] | None,
) -> dict[str, str]:
    """
    Draw the figures of one photo and write them.

    Parameters
    ----------
    folder : Path
        Of the results.
    stem : str
        The name the photo's outputs get.
    photo, measurement
    name : str
        What to call the photo.
    profile_source : str
    which : {"none", "overview", "all"}
    scale : {"fixed", "shared", "photo"}
    ranges : mapping of str to (low, high), or None
        Those of the run, for ``"shared"``.

    Returns
    -------
    dict of str to str
        Path of each figure in the folder of results; the overview stands beside the folder of the others.

    Raises
    ------
    OutputError
        If a figure cannot be written.
    """
    drawn = draw_figures(
        photo, measurement, name=name, profile_source=profile_source, scale=scale, ranges=ranges, which=which
    )
    written = {}
    for figure, png in drawn.items():
        own = stem if figure == "overview" else f"{stem}/{figure}"
        written[figure] = f"{FIGURES}/{own}.png"
        _write(folder / written[figure], png)
    return written


def write_maps(folder: Path, stem: str, measurement: "Measurement") -> tuple[str, ...]:
    """Write every map of a measurement as a float TIFF file; return their paths in the folder of results."""
    written = []
    for quantity in measurement.maps:
        written.append(f"{MAPS}/{stem}/{quantity}.tif")
        _write(folder / written[-1], map_file(measurement, quantity))
    return tuple(written)


def write_montage(
    folder: Path, records: Sequence[PhotoRecord], thumbnails: Mapping[int, Thumbnail], scale: Scale
) -> tuple[str, ...]:
    """
    Write the contact sheets of a run.

    Parameters
    ----------
    folder : Path
        Of the results.
    records : sequence of PhotoRecord
    thumbnails : mapping of int to Thumbnail
        Of the photos that were measured, by their place among the records.
    scale : {"fixed", "shared", "photo"}
        On a sheet all photos have one scale: that of the run unless it is ``"fixed"``.

    Returns
    -------
    tuple of str
        Paths of the sheets in the folder of results.
    """
    ranges = {key: fixed_range(key) for key in MONTAGE_MAPS} if scale == "fixed" else run_ranges(records)
    shown = [
        thumbnails.get(index) or refused_thumbnail(record.photo, record.reason)
        for index, record in enumerate(records)
    ]
    written = []
    for number, png in enumerate(montage(shown, ranges, SOFTWARE), start=1):
        written.append(f"{MONTAGE}.png" if number == 1 else f"{MONTAGE}-{number}.png")
        _write(folder / written[-1], png)
    return tuple(written)


def run_ranges(records: Sequence[PhotoRecord]) -> dict[str, Range]:
    """Return what the colours of every map span in this run, by the rows of its photos."""
    return shared_ranges(row for record in records for row in record.rows)


def _write(path: Path, data: bytes) -> None:
    files.make_folder(path.parent)
    files.write_bytes(path, data)
