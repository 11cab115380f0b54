"""Where the pictures of a run are written, and what a contact sheet holds."""

import io

import numpy as np
import pytest
from commands import BAD, GOOD
from handmade import measurement, photo
from PIL import Image

from pigmeter.batch.drawing import run_ranges, write_figures, write_maps, write_montage
from pigmeter.errors import OutputError
from pigmeter.report.colour_scale import fixed_range
from pigmeter.report.contact_sheet import thumbnail_of


def drawn(folder, which="overview", scale="fixed", ranges=None):
    return write_figures(
        folder,
        "visit/left",
        photo(),
        measurement(),
        name="visit/left.jpg",
        profile_source="own chart",
        which=which,
        scale=scale,
        ranges=ranges,
    )


def test_the_overview_stands_beside_the_folder_of_the_others(tmp_path):
    assert drawn(tmp_path) == {"overview": "figures/visit/left.png"}
    assert drawn(tmp_path, "none") == {}
    written = drawn(tmp_path, "all")
    assert written["overview"] == "figures/visit/left.png"
    assert written["melanin_index"] == "figures/visit/left/melanin_index.png"
    assert {"spots", "evenness", "hue"} < set(written)
    for path in written.values():
        assert Image.open(tmp_path / path).size[0] > 600


def test_colours_of_the_run_change_the_picture(tmp_path):
    drawn(tmp_path)
    fixed = (tmp_path / "figures/visit/left.png").read_bytes()
    drawn(tmp_path, scale="shared", ranges={**run_ranges([GOOD]), "melanin_index": (20.0, 60.0)})
    assert (tmp_path / "figures/visit/left.png").read_bytes() != fixed


def test_every_map_is_written(tmp_path):
    written = write_maps(tmp_path, "left", measurement())
    assert written[0] == "maps/left/melanin_index.tif"
    assert len(written) == 10
    assert all((tmp_path / path).is_file() for path in written)


def test_a_run_without_numbers_has_the_fixed_range():
    assert run_ranges([BAD])["melanin_index"] == fixed_range("melanin_index")


@pytest.mark.parametrize("scale", ["fixed", "shared"])
def test_a_contact_sheet_shows_every_photo_refused_ones_too(tmp_path, scale):
    small = {0: thumbnail_of(photo(), measurement())}
    assert write_montage(tmp_path, [GOOD, BAD], small, scale) == ("montage.png",)
    both = np.asarray(Image.open(tmp_path / "montage.png"))
    write_montage(tmp_path, [GOOD], small, scale)
    alone = np.asarray(Image.open(tmp_path / "montage.png"))
    assert both.shape == alone.shape
    assert (both != alone).any()


def test_long_runs_take_several_sheets(tmp_path):
    written = write_montage(tmp_path, [BAD] * 40, {}, "fixed")
    assert written[:2] == ("montage.png", "montage-2.png")
    assert all(Image.open(io.BytesIO((tmp_path / path).read_bytes())).format == "PNG" for path in written)


def test_a_full_disk_is_told(tmp_path):
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(OutputError):
        drawn(tmp_path)
