"""Whether two photos were taken and saved in the same way, by what their files tell."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pigmeter.comparison.jpeg_steps import jpeg_step
from pigmeter.comparison.visit import Visit, differs
from pigmeter.errors import ProfileError
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit, read_rows

if TYPE_CHECKING:
    from pigmeter.measurement.measurement import Measurement

_SAMPLES = 200  # pixels along each side on which two files are compared


def capture_findings(
    photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]
) -> Iterator[Finding]:
    """
    Hold two files and what they tell of camera, lens and processing against each other.

    Parameters
    ----------
    photos : tuple of Measurement
        Baseline and follow-up.
    visits : tuple of Visit
        With camera and lens, from the files or declared.

    Yields
    ------
    Finding
        PAIR_SAME_PHOTO, PAIR_CAMERA, PAIR_LENS, PAIR_FORMAT, PAIR_EXPOSURE, PAIR_JPEG, PROC_SUSPECT,
        PAIR_SOFTWARE.

    Raises
    ------
    ProfileError
        PAIR_CAMERA, if one profile was used for the photos of two cameras; PAIR_EXPOSURE, if it was used for
        two exposures.
    """
    yield from _same_photo(photos[0].photo, photos[1].photo)
    yield from _camera(photos, visits)
    yield from _lens(photos, visits)
    yield from _format(photos[0].photo, photos[1].photo)
    yield from _exposure(photos)
    yield from _jpeg(photos[0].photo, photos[1].photo)
    yield from _processing(photos[0].photo, photos[1].photo)
    yield from _versions(photos)


def _same_photo(before: Photo, after: Photo) -> Iterator[Finding]:
    if before.sha256 == after.sha256:
        yield Finding(
            "PAIR_SAME_PHOTO", "both visits are the same file; every change is 0 because nothing is compared"
        )
        return
    if before.shape != after.shape:
        return
    rows, columns = (np.linspace(0, side - 1, min(side, _SAMPLES)).astype(int) for side in before.shape)
    grid = np.ix_(rows, columns)
    some = [photo.pixels[grid] * (255 / (2**photo.bits - 1)) for photo in (before, after)]
    apart = float(np.abs(some[0] - some[1]).mean())
    most = limit("pairing", "same_exposure")
    if apart == 0 and np.array_equal(before.pixels, after.pixels):
        message = (
            "both visits hold the same pixels, in two files; every change is 0 because nothing is compared"
        )
        yield Finding("PAIR_SAME_PHOTO", message, apart, most)
    elif apart <= most and not _other_times(before, after):
        message = (
            f"both visits seem to be one exposure saved twice: their values differ by {apart:.2g} of 255 on "
            f"average (limit {most:g})"
        )
        yield Finding("PAIR_SAME_PHOTO", message, apart, most)


def _other_times(before: Photo, after: Photo) -> bool:
    """Whether the camera says that these are two exposures."""
    times = before.capture.time, after.capture.time
    return None not in times and times[0] != times[1]


def _camera(photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]) -> Iterator[Finding]:
    cameras = [visit.camera for visit in visits]
    bodies = [one.photo.capture.device_key for one in photos]
    if differs(*cameras):
        if photos[0].profile.id == photos[1].profile.id:
            reason = (
                f"the follow-up was taken with another camera ({cameras[1]}) than the baseline "
                f"({cameras[0]}), and one profile was used for both"
            )
            remedy = "Photograph a chart with each camera, and measure each photo with its own profile"
            raise ProfileError("PAIR_CAMERA", reason, remedy, file=photos[1].photo_name)
        message = (
            f"the follow-up was taken with another camera ({cameras[1]}) than the baseline ({cameras[0]}); "
            "each has its own profile, but what either misreads no longer cancels"
        )
        yield Finding("PAIR_CAMERA", message)
    elif None not in bodies and bodies[0] != bodies[1]:
        message = "the follow-up was taken with another body of the same camera model"
        yield Finding("PAIR_CAMERA", message)


def _lens(photos: "tuple[Measurement, Measurement]", visits: tuple[Visit, Visit]) -> Iterator[Finding]:
    if differs(visits[0].lens, visits[1].lens):
        message = (
            f"the follow-up was taken with another lens ({visits[1].lens}) than the baseline "
            f"({visits[0].lens}); perspective, vignetting and colour may differ"
        )
        yield Finding("PAIR_LENS", message)
        return
    before, after = (one.photo.capture.focal_length for one in photos)
    if before is None or after is None:
        return
    apart, most = abs(after / before - 1), limit("pairing", "lens_focal")
    if apart > most:
        message = (
            f"the focal length is {after:g} mm instead of {before:g} mm: another lens of the phone, or "
            "another zoom; perspective, vignetting and colour may differ"
        )
        yield Finding("PAIR_LENS", message, apart, most)


def _format(before: Photo, after: Photo) -> Iterator[Finding]:
    differences = [
        f"{what} is {second} instead of {first}"
        for what, first, second in (
            ("file format", before.container, after.container),
            ("depth", f"{before.bits} bits", f"{after.bits} bits"),
            ("colour space", before.colour_space, after.colour_space),
        )
        if first != second
    ]
    if differences:
        message = (
            f"the follow-up was saved otherwise ({', '.join(differences)}); noise and rendering differ, and "
            "with them evenness and texture"
        )
        yield Finding("PAIR_FORMAT", message)


def _exposure(photos: "tuple[Measurement, Measurement]") -> Iterator[Finding]:
    if photos[0].profile.id == photos[1].profile.id:
        _refuse_exposure(photos)
        return
    levels = []
    for one in photos:
        linear = one.photo.decode[1]
        response = one.profile.response_table(one.photo)[1]
        typical = float(np.median(one.found.cells.response[1][one.found.skin_cells.skin]))
        levels.append(float(np.interp(typical, response, linear)))
    apart = float(np.log2(max(levels[1], 1e-6) / max(levels[0], 1e-6)))
    most = limit("pairing", "exposure_ratio_ev")
    if abs(apart) > most:
        message = (
            f"the skin is exposed {apart:+.1f} EV from the baseline (limit {most:g} EV); the charts take out "
            "its brightness, but noise and steps of the file's values differ, and with them evenness and "
            "texture"
        )
        yield Finding("PAIR_EXPOSURE", message, abs(apart), most)


def _refuse_exposure(photos: "tuple[Measurement, Measurement]") -> None:
    """One profile holds for one exposure, unless a chart in each photo says that they came out alike."""
    if all(one.chart is not None for one in photos):
        return
    for key, what in (
        ("exposure_time", "exposure time"),
        ("aperture", "aperture"),
        ("iso", "ISO"),
        ("white_balance", "white balance"),
    ):
        before, after = (getattr(one.photo.capture, key) for one in photos)
        if before is not None and after is not None and before != after:
            reason = (
                f"one profile was used for both photos, but their {what} differs ({before} and {after}), and "
                "no chart in them shows that skin came out alike"
            )
            remedy = "Measure each photo with a profile of its own chart, or fix the camera's settings"
            raise ProfileError("PAIR_EXPOSURE", reason, remedy, file=photos[1].photo_name)


def _jpeg(before: Photo, after: Photo) -> Iterator[Finding]:
    steps = [jpeg_step(photo) or limit("pairing", "jpeg_fine") for photo in (before, after)]
    apart, most = max(steps) / min(steps), limit("pairing", "jpeg_step_ratio")
    if apart > most:
        coarse = "follow-up" if steps[1] > steps[0] else "baseline"
        message = (
            f"the {coarse} was saved as a JPEG of lower quality: middle frequencies were rounded to "
            f"{max(steps):g} levels instead of {min(steps):g} or less; fine texture is lost or made up"
        )
        yield Finding("PAIR_JPEG", message, apart, most)


def _processing(before: Photo, after: Photo) -> Iterator[Finding]:
    for photo, which in ((before, "baseline"), (after, "follow-up")):
        if _edits(photo.capture.software):
            message = (
                f"the {which} was saved by {photo.capture.software}, which edits photos; what it changed "
                "cannot be undone"
            )
            yield Finding("PROC_SUSPECT", message)
    programs = [photo.capture.software for photo in (before, after)]
    if differs(*programs) and not any(_edits(program) for program in programs):
        message = (
            f"the follow-up was written by other software ({programs[1]}) than the baseline "
            f"({programs[0]}): an update of the camera, or a program that edits photos"
        )
        yield Finding("PROC_SUSPECT", message)


def _edits(software: str | None) -> bool:
    said = (software or "").lower()
    return any(row["name"] in said for row in read_rows("camera/editors.csv")[1:])


def _versions(photos: "tuple[Measurement, Measurement]") -> Iterator[Finding]:
    versions = [next((row["software"] for row in one.table), None) for one in photos]
    if differs(*versions):
        message = (
            f"the photos were measured by different versions ({versions[0]} and {versions[1]}); measure both "
            "again with one"
        )
        yield Finding("PAIR_SOFTWARE", message)
